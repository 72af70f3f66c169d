"""The contract holds for what is built in, and catches connectors that lie, lose or never end."""

import ast
import contextlib
import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from coach.plugins import Page, State, labels
from coach.plugins.builtin.csv import CsvFile
from coach.plugins.builtin.demo import Demo
from coach.testing import ConnectorContract

END = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)
DEALS = "Identifiant;Montant;Statut;Date de clôture\n" + "".join(
    f"{i};{i * 10},50;Gagné;{i % 28 + 1:02}/02/2026\n" for i in range(1, 1_300)
)


def clock():
    return END


class TestDemo(ConnectorContract):
    @contextlib.asynccontextmanager
    async def connected(self):
        yield Demo({"months": 6}, clock)


class TestCsv(ConnectorContract):
    @contextlib.asynccontextmanager
    async def connected(self):
        yield CsvFile({"content": DEALS.encode()}, clock)


class Forgetful(Demo):
    """Says that all is read with the first page: a cut then loses the rest."""

    async def sync(self, entity, state):
        async for page in super().sync(entity, state):
            yield Page(records=page.records, state=State(until=END))


class Backwards(Demo):
    """Starts the next reading before the last one ended."""

    async def sync(self, entity, state):
        until = END if state.until is None else END - dt.timedelta(days=1)
        async for page in super().sync(entity, state):
            yield Page(records=page.records, state=State(until=until))


class Fickle(Demo):
    """Gives other figures each time."""

    calls = 0

    async def sync(self, entity, state):
        async for page in super().sync(entity, State()):
            self.calls += 1
            changed = [
                one.model_copy(update={"modified": END + dt.timedelta(seconds=self.calls)}) for one in page.records
            ]
            yield Page(records=tuple(changed), state=page.state)


class Mixed(Demo):
    """Gives deals where owners were asked for."""

    async def sync(self, entity, state):
        async for page in super().sync("deals", state):
            yield page


@pytest.mark.parametrize(
    ("liar", "promise"),
    [
        (Forgetful, "test_a_reading_cut_after_any_page_goes_on_to_the_same_records"),
        (Backwards, "test_a_second_reading_of_an_unchanged_account_changes_nothing"),
        (Fickle, "test_a_second_reading_of_an_unchanged_account_changes_nothing"),
        (Mixed, "test_a_full_reading_ends_with_where_the_next_one_starts"),
    ],
)
async def test_a_connector_that_breaks_a_promise_fails_the_contract(liar, promise):
    await getattr(ConnectorContract(), promise)(Demo({"months": 6}, clock))
    with pytest.raises(AssertionError):
        await getattr(ConnectorContract(), promise)(liar({"months": 6}, clock))


def test_the_fakes_need_no_pytest_and_the_command_line_no_plugins():
    def loads(code: str) -> set[str]:
        done = subprocess.run(
            [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"],
            capture_output=True,
            text=True,
            timeout=60,
        )
        return set(done.stdout.split())

    assert "pytest" not in loads("import coach.testing")
    assert not {"pluggy", "httpx", "openpyxl"} & loads("import coach.cli.app, coach.cli.commands, coach.flow")
    assert "openpyxl" not in loads("from coach.plugins.manager import load; load()")


ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "connectors").glob("*/src/**/*.py"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: f"{source.parent.name}.{source.stem}")
def test_our_connectors_use_only_what_a_stranger_may(source):
    tree = ast.parse(source.read_text(encoding="utf-8"))
    named = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    named += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    coachs = [name for name in named if name.split(".")[0] == "coach"]
    assert all(name.split(".")[1] in ("plugins", "errors", "testing") for name in coachs)


def test_coach_names_no_connector():
    assert SOURCES
    named = [
        path
        for path in (ROOT / "coach").rglob("*.py")
        if "coach_hubspot" in path.read_text() or "coach_pipedrive" in path.read_text()
    ]
    assert named == []


@pytest.mark.parametrize(
    ("kind", "label", "field"),
    [
        ("stage", "Devis envoyé", "quote_stages"),
        ("stage", "Contract sent", "quote_stages"),
        ("stage", "Démonstration planifiée", "demo_stages"),
        ("stage", "Presentation Scheduled", "demo_stages"),
        ("stage", "Qualified to buy", "qualified_stages"),
        ("stage", "Lead qualifié", "qualified_stages"),
        ("stage", "Non qualifié", None),
        ("stage", "Unqualified", None),
        ("stage", "Premier contact", None),
        ("activity_type", "RDV qualifié", "qualified_types"),
        ("activity_type", "Appel sortant", "call_types"),
        ("activity_type", "Rendez-vous", "meeting_types"),
        ("activity_type", "Déjeuner", None),
        ("outcome", "Connected", "connected_outcomes"),
        ("outcome", "Not connected", None),
        ("pipeline", "Renouvellements", "renewal_pipelines"),
        ("pipeline", "New business", None),
    ],
)
def test_a_label_suggests_what_it_says_in_either_language(kind, label, field):
    assert labels.suggest(kind, label) == field
