"""``coach sandbox``: fake CRMs with an invented team of three years, on real sockets."""

import asyncio
import contextlib
import datetime as dt

HUBSPOT_TOKEN, PIPEDRIVE_TOKEN = "sandbox-hubspot", "sandbox-pipedrive"


def run(*, host: str, ports: tuple[int, int], seed: int, months: int, deals: int) -> None:
    """Serve both until stopped, and say how to connect to each."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(host, ports, seed, months, deals))


async def _serve(host: str, ports: tuple[int, int], seed: int, months: int, deals: int) -> None:
    from coach.plugins.builtin.team import RATES, invent
    from coach.testing import FakeHubSpot, FakePipedrive, serving

    team = invent(dt.datetime.now(dt.UTC), seed=seed, months=months, deals_a_month=deals)
    hubspot = FakeHubSpot(team, token=HUBSPOT_TOKEN)
    pipedrive = FakePipedrive(team, token=PIPEDRIVE_TOKEN)
    rates = "{" + ", ".join(f'"{name}": {rate}' for name, rate in RATES.items() if rate != 1) + "}"
    async with serving(hubspot.app, ports[0], host=host) as one, serving(pipedrive.app, ports[1], host=host) as other:
        print(f"An invented team: {len(team.deals)} deals, {len(team.activities)} activities over {months} months.\n")
        print(f"  HubSpot   {one}")
        print(f"            coach connect hubspot --url {one} --token {HUBSPOT_TOKEN}")
        print(f"  Pipedrive {other}")
        print(f"            coach connect pipedrive --url {other} --token {PIPEDRIVE_TOKEN} --set 'rates={rates}'")
        print("\nThen: coach sync, and coach kpis.   (stop: Ctrl+C)", flush=True)
        await asyncio.Event().wait()
