"""The arguments of the commands about CRMs and jobs; what they do stands in the module named there."""

from pathlib import Path
from typing import Annotated

import typer

from coach.cli.app import app
from coach.cli.commands import AsJson, Today, day_of, language_of

Lang = Annotated[str, typer.Option("--lang", metavar="fr|en|auto", help="Language of the sentences; the session's.")]


@app.command()
def connect(
    connector: Annotated[
        str | None, typer.Argument(metavar="[CONNECTOR]", help="hubspot, pipedrive, csv, demo…; none: list.")
    ] = None,
    token: Annotated[
        str | None, typer.Option("--token", metavar="TOKEN", help="Service key or API token; - reads it from stdin.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", metavar="FILE", help="For csv: a CSV or XLSX export.")] = None,
    url: Annotated[
        str | None, typer.Option("--url", metavar="URL", help="A sandbox on this machine (coach sandbox).")
    ] = None,
    label: Annotated[str, typer.Option("--label", help="What to call it; the account's own name.")] = "",
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A setting of the connector; JSON or text.")
    ] = None,
    check: Annotated[
        str | None, typer.Option("--check", metavar="ID", help="Look again at a connection: state and scopes.")
    ] = None,
    reconnect: Annotated[
        str | None, typer.Option("--reconnect", metavar="ID", help="Give a connection a new token or setting.")
    ] = None,
    remove: Annotated[
        str | None, typer.Option("--remove", metavar="ID", help="Forget a connection and what was read through it.")
    ] = None,
    sign_in: Annotated[
        bool, typer.Option("--sign-in", help="Sign in at the CRM (OAuth); give --set client_id=… client_secret=….")
    ] = False,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Where --sign-in comes back to.")] = 8377,
    lang: Lang = "auto",
    as_json: AsJson = False,
) -> None:
    """Connect a CRM or a file: checked at once, its scopes reported KPI by KPI, its stages and types mapped.

    The token is asked for when it is not given, and kept sealed.
    """
    if sign_in:
        from coach.cli import signing_in

        signing_in.run(
            connector or "", url=url, label=label, pairs=settings or [], port=port, language=language_of(lang),
            as_json=as_json,
        )  # fmt: skip
        return
    from coach.cli import connecting

    connecting.run(
        connector, token=token, file=file, url=url, label=label, pairs=settings or [], check=check,
        reconnect=reconnect, remove=remove, language=language_of(lang), as_json=as_json,
    )  # fmt: skip


@app.command()
def sync(
    connections: Annotated[
        list[str] | None, typer.Argument(metavar="[ID or CONNECTOR…]", help="Which connections; all by default.")
    ] = None,
    lang: Lang = "auto",
    as_json: AsJson = False,
) -> None:
    """Read what changed in the connected CRMs and count the KPIs anew.

    May be stopped at any moment: the next one goes on from the last page kept. Exit code: 1 when a CRM could not be read.
    """
    from coach.cli import syncing

    raise typer.Exit(0 if syncing.run(connections or [], language=language_of(lang), as_json=as_json) else 1)


@app.command()
def kpis(
    metric: Annotated[
        str | None, typer.Argument(metavar="[KPI]", help="revenue, closing_rate…; all by default.")
    ] = None,
    team: Annotated[str | None, typer.Option("--team", help="Of one team.")] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="Of one person, by id or name.")] = None,
    pipeline: Annotated[str | None, typer.Option("--pipeline", help="Of one pipeline, by id or name.")] = None,
    segment: Annotated[str | None, typer.Option("--segment", help="Of one segment, as size:sme or industry:….")] = None,
    grain: Annotated[str, typer.Option("--by", metavar="day|week|month|quarter", help="Length of a period.")] = "month",
    enter: Annotated[
        Path | None, typer.Option("--enter", metavar="FILE.csv", help="Keep figures of a KPI no CRM tells; - is stdin.")
    ] = None,
    today: Today = None,
    lang: Lang = "auto",
    as_json: AsJson = False,
) -> None:
    """Show the KPI series with their evidence: source, method, cases, coverage, until when they are known."""
    from coach.cli import series

    series.run(
        metric, team=team, owner=owner, pipeline=pipeline, segment=segment, grain=grain, enter=enter,
        today=day_of(today) if today else None, language=language_of(lang), as_json=as_json,
    )  # fmt: skip


@app.command()
def sandbox(
    hubspot_port: Annotated[int, typer.Option("--hubspot-port", min=0, max=65535, help="0: a free one.")] = 8331,
    pipedrive_port: Annotated[int, typer.Option("--pipedrive-port", min=0, max=65535, help="0: a free one.")] = 8332,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    seed: Annotated[int, typer.Option("--seed", help="Another seed is another team.")] = 7,
    months: Annotated[int, typer.Option("--months", min=1, max=60, help="How far back it goes.")] = 36,
    deals: Annotated[int, typer.Option("--deals", min=1, max=2_000, help="New deals a month.")] = 40,
) -> None:
    """Start a fake HubSpot and a fake Pipedrive with an invented team, to connect to without an account."""
    from coach.cli import sandboxing

    sandboxing.run(host=host, ports=(hubspot_port, pipedrive_port), seed=seed, months=months, deals=deals)


@app.command()
def worker() -> None:
    """Do jobs beside the server: readings of CRMs, scheduled ones, reminders. Several may run on PostgreSQL."""
    from coach.cli import working

    working.run()


keys = typer.Typer(help="The keys that seal the credentials of CRMs.", no_args_is_help=True)
app.add_typer(keys, name="secrets")


@keys.command("new-key")
def new_key() -> None:
    """Print a fresh key for COACH_SECRET_KEY."""
    from coach.cli import sealing

    sealing.new_key()


@keys.command("rotate")
def rotate() -> None:
    """Seal every credential anew under a fresh key.

    With the key file, the key is turned and the old one forgotten. With COACH_SECRET_KEY, put the new key first and the
    old one after it, run this, then take the old one away.
    """
    from coach.cli import sealing

    sealing.rotate()
