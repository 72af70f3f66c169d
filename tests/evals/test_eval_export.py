"""Adopted goals and marked drafts come back as cases that can be run."""

import datetime as dt
import json

import pytest

from coach import service
from coach.evals import cases, run
from coach.evals.export import export
from coach.evals.run import Options
from coach.service import conversations, people
from coach.service.ratings import rate
from coach.service.values import NewRating
from coach.settings import Settings

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


@pytest.fixture
async def coach(tmp_path):
    async with service.opened(Settings(home=tmp_path / "home", time_zone="Europe/Paris"), lambda: NOON) as coach:
        yield coach


async def drafted(coach, me, ambition, *answers):
    talk = await conversations.start(coach, me, ambition)
    for answer in answers:
        talk = await conversations.say(coach, me, talk.id, answer)
    return await conversations.skip_all(coach, me, talk.id) if talk.turn.question else talk


async def test_what_was_adopted_liked_and_turned_down_becomes_cases(coach, tmp_path):
    me = await people.owner(coach, "fr")
    talk = await drafted(coach, me, "Obtenir plus de rendez-vous avec des notaires", "18", "fin juin")
    await rate(coach, me, talk.id, NewRating(draft=0, mark="down", shared=True))
    await conversations.adopt(coach, me, talk.id, draft=1)
    other = await drafted(coach, me, "Signer 9 contrats avec des crèches d'ici fin mai")
    await rate(coach, me, other.id, NewRating(draft=0, mark="up", shared=True))
    third = await drafted(coach, me, "Passer 300 appels aux campings d'ici fin avril")
    await rate(coach, me, third.id, NewRating(draft=0, mark="down", shared=True, note="trop long"))

    assert await export(coach, me, tmp_path / "own") == (2, 1)
    adopted, liked = cases.goals(tmp_path / "own")
    assert adopted.ambition == "Obtenir plus de rendez-vous avec des notaires"
    assert adopted.answers["target"] == "18"
    assert adopted.answers["deadline"] == "fin juin"
    assert (adopted.wants[0].metric, adopted.wants[0].target, adopted.today) == (
        "qualified_meetings",
        (18, 18),
        NOON.date(),
    )
    assert adopted.rejected == (talk.turn.drafts[0].statement,)
    assert liked.wants[0].target == (9, 9)
    (left,) = json.loads((tmp_path / "own" / "to-complete.json").read_text("utf-8"))
    assert (left["note"], left["wants"]) == ("trop long", [])


async def test_words_of_a_mark_that_was_not_shared_are_not_exported(coach, tmp_path):
    me = await people.owner(coach, "fr")
    for mark in ("up", "down"):
        talk = await drafted(coach, me, "Signer 9 contrats avec des crèches d'ici fin mai")
        await rate(coach, me, talk.id, NewRating(draft=0, mark=mark, shared=False, note="secret"))
    assert await export(coach, me, tmp_path / "own") == (0, 0)
    assert "crèches" not in "".join(path.read_text("utf-8") for path in (tmp_path / "own").iterdir())


async def test_exported_cases_can_be_run(coach, tmp_path):
    me = await people.owner(coach, "en")
    talk = await drafted(coach, me, "Book more meetings with dentists", "18", "end of June")
    await conversations.adopt(coach, me, talk.id)
    await export(coach, me, tmp_path / "own")
    import asyncio

    options = Options(["drafting"], tmp_path / "out", folder=tmp_path / "own", workers=1)
    outcome = await asyncio.to_thread(run.run, options)
    assert outcome.summary["suites"]["drafting"]["metrics"]["exact"]["mean"] == 1
    assert outcome.passed
