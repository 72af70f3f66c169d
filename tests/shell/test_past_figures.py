"""Past figures through every door: the API, ``coach draft`` and ``coach ask``, and what the workspace knows."""

# pyright: reportAttributeAccessIssue=false
import asyncio
import datetime as dt
import json

import pytest
from fastapi.testclient import TestClient

from coach import service
from coach.api.app import create_app
from coach.core.calibration import pasting
from coach.service import conversations, kpis, pasts, people
from coach.settings import Settings
from tests.shell.test_cli import coach

NOON = dt.datetime(2026, 1, 15, 12, tzinfo=dt.UTC)
FIGURES = (12, 14, 9, 15, 11, 17, 13, 6, 16, 15, 18, 12)
PASTED = "\n".join(f"2025-{place:02d};{value}" for place, value in enumerate(FIGURES, start=1))
GOAL = "Book 36 qualified meetings with clinics by the end of March"
RISE = "Augmenter de 30 % le nombre de rendez-vous qualifiés d’ici fin mars"


@pytest.fixture
def client(tmp_path):
    settings = Settings(home=tmp_path)
    with TestClient(create_app(settings, clock=lambda: NOON), base_url="http://127.0.0.1:8321") as client:
        yield client


def test_a_conversation_may_start_with_its_history(client):
    turn = client.post("/api/v1/conversations", json={"text": GOAL, "history": PASTED}).json()["turn"]
    assert turn["calibrated"]["calibration"]["periods"] == 12
    assert "likely" in turn["calibrated"]["sentences"]["chance"]
    assert turn["assessment"]["criteria"]["attainable"]["verdict"] == "pass"


def test_a_history_given_later_judges_and_drafts(client):
    talk = client.post("/api/v1/conversations", json={"text": GOAL}).json()
    assert talk["turn"]["calibrated"] is None
    address = f"/api/v1/conversations/{talk['id']}/messages"
    told = client.post(address, json={"action": "history", "history": PASTED}).json()
    assert told["version"] == talk["version"] + 1
    drafts = client.post(address, json={"action": "skip_all"}).json()["turn"]["drafts"]
    assert sorted(draft["variant"] for draft in drafts) == ["ambitious", "balanced", "prudent"]
    sources = [figure["source"] for draft in drafts for figure in draft["figures"] if figure["role"] == "value"]
    assert {source["kind"] for source in sources} == {"user", "calibration"}
    assert all(source["explain"] for source in sources)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"action": "history"}, "action_incomplete"),
        ({"action": "history", "history": "what?"}, "history_"),
        ({"action": "history", "history": "2025-01;3\n2025-01;4\n2025-02;1"}, "history_twice"),
    ],
)
def test_a_history_that_cannot_be_read_is_refused_and_nothing_changes(client, body, reason):
    talk = client.post("/api/v1/conversations", json={"text": GOAL}).json()
    answer = client.post(f"/api/v1/conversations/{talk['id']}/messages", json=body)
    assert answer.status_code == 422 and reason in answer.text
    assert client.get(f"/api/v1/conversations/{talk['id']}").json()["version"] == talk["version"]


def test_one_shot_calls_take_a_history_too(client):
    judged = client.post("/api/v1/assessments", json={"text": GOAL, "history": PASTED}).json()
    assert judged["criteria"]["attainable"]["verdict"] == "pass"
    drafts = client.post("/api/v1/drafts", json={"text": GOAL, "history": PASTED}).json()["items"]
    assert len(drafts) == 3 and all(draft["chance"] for draft in drafts)
    nothing = client.post("/api/v1/assessments", json={"text": "Hello there", "history": PASTED})
    assert nothing.status_code == 422


def test_what_the_workspace_knows_is_told_before_it_is_asked(tmp_path):
    async def walk():
        settings = Settings(home=tmp_path)
        async with service.opened(settings, lambda: NOON) as opened:
            actor = await people.owner(opened, "fr")
            asked = await conversations.start(opened, actor, RISE)
            assert asked.turn.question is not None and asked.turn.question.slot == "baseline"
            await kpis.type_in(opened, actor, pasting.read(PASTED, metric="qualified_meetings", today=NOON.date()))
            opened.cached.clear()
            known = await conversations.start(opened, actor, RISE)
            assert known.turn.question is None or known.turn.question.slot != "baseline"
            assert known.version == 2  # what was known, then what was said
            again = await conversations.say(opened, actor, known.id, "3 commerciaux")
            assert again.version == 3  # told once
            undone = await conversations.undo(opened, actor, known.id)
            assert undone.turn.calibrated == known.turn.calibrated
            assert pasts.wanted({}, (), None, today=NOON.date(), profile=None) == ()  # pyright: ignore

    asyncio.run(walk())


def test_draft_takes_a_file_of_past_figures(tmp_path):
    path = tmp_path / "past.csv"
    path.write_text(PASTED)
    done = coach("draft", GOAL, "--history", str(path), "--today", "2026-01-15", "--json")
    drafts = [json.loads(line) for line in done.out.splitlines()]
    assert sorted(draft["variant"] for draft in drafts) == ["ambitious", "balanced", "prudent"]
    wrong = coach("draft", "Hello there", "--history", str(path), "--today", "2026-01-15")
    assert wrong.returncode == 2 and "--metric" in wrong.err


@pytest.mark.parametrize(("answer", "used"), [("y", True), ("n", False)])
def test_ask_shows_figures_back_before_it_uses_them(tmp_path, answer, used):
    path = tmp_path / "past.csv"
    path.write_text(PASTED)
    done = coach(
        "ask",
        GOAL,
        "--today",
        "2026-01-15",
        stdin=f"/history {path}\n{answer}\n/quit\n",
        COACH_DATABASE_URL=f"sqlite:///{tmp_path}/c.db",
    )
    said = " ".join(done.out.split())
    assert "12 months of qualified meetings" in said and "12 · 14 · 9" in said
    assert ("likely if nothing changes" in said) == used
