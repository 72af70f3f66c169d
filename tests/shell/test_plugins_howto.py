"""The how-to's own example, run as it stands under the contract, and the command that lists it."""

import contextlib
import json
import re
import subprocess
import sys
import types
from pathlib import Path

from coach.cli import plugins as listing
from coach.plugins import manager
from coach.testing import ConnectorContract, Reply, asgi, serving

HOWTO = Path(__file__).parents[2] / "docs/howto/write-a-connector.md"
CODE = re.findall(r"```python\n(.*?)```", HOWTO.read_text(encoding="utf-8"), re.S)[0]
acme = types.ModuleType("coach_acme")
exec(compile(CODE, str(HOWTO), "exec"), acme.__dict__)

DEALS = [
    {"id": "1", "amount": 1200, "status": "won", "closed": "2026-03-04T10:00:00Z"},
    {"id": "2", "amount": None, "status": "open"},
]


async def serve(request):
    if request.headers.get("authorization") != "Bearer good":
        return Reply(401, {})
    return Reply(data={"/account": {"id": "a1", "currency": "EUR"}, "/deals": {"deals": DEALS}}[request.path])


@contextlib.asynccontextmanager
async def connected(token="good"):
    async with serving(asgi(serve)) as base:
        connector = acme.Acme({"token": token, "base_url": base, "sandbox": True})
        yield connector
        await connector.close()


class TestAcme(ConnectorContract):
    def connected(self):
        return connected()

    def refused(self):
        return connected("bad")


def test_the_example_is_short_and_registers_through_the_hook():
    assert len([line for line in CODE.splitlines() if line.strip()]) <= 40
    plugins = manager.load([])
    plugins.ask("acme", acme, version="1", origin="here")
    assert plugins.listed[-1].offers == ("connector acme",)


def test_the_howto_names_every_level_and_error_it_speaks_of():
    text = HOWTO.read_text(encoding="utf-8")
    for word in ("exact", "proxy", "convention", "none", "CrmUnavailable", "CrmRefused", "CrmQuotaSpent"):
        assert f"`{word}`" in text


def test_the_command_lists_the_built_in_plugins():
    done = subprocess.run(
        [sys.executable, "-m", "coach", "plugins", "--json"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    built_in = {one["name"]: one for one in json.loads(done.stdout) if one["origin"] == "built in"}
    assert built_in["csv"]["offers"] == ["connector csv"]
    assert built_in["demo"]["problem"] is None


def test_the_command_shows_a_broken_plugin_as_plain_text(monkeypatch, capsys):
    broken = manager.Plugins(listed=(manager.Listed("acme", "1", "acme", problem="ImportError: [red]no[/red]"),))
    monkeypatch.setattr(listing, "load", lambda: broken)
    assert listing.run() is False
    assert "[red]no[/red]" in capsys.readouterr().out
