"""A configured model in the use cases: its words are stored as they were shown; without one nothing of it is loaded."""

import asyncio
import datetime as dt
import html
import re
import subprocess
import sys

import pytest
from starlette.testclient import TestClient

from coach import service
from coach.api.app import create_app
from coach.core import conversation as talk
from coach.errors import ModelUnavailable
from coach.llm.provider import Failure
from coach.service import conversations, people
from coach.settings import Settings
from coach.testing.models import obedient, plain
from tests.shell.models import Told, writer

NOON = dt.datetime(2026, 1, 15, 12, 0, tzinfo=dt.UTC)
WARM = (
    '{"text": "Quelle évolution du chiffre d’affaires visez-vous avec votre équipe ?", "why": "Chacun saura où aller."}'
)


@pytest.fixture
async def coach(tmp_path):
    async with service.opened(Settings(home=tmp_path / "home"), lambda: NOON) as coach:
        yield coach


async def test_a_model_s_question_is_shown_stored_and_shown_again(coach):
    coach.writer, told = writer(lambda messages: WARM)
    actor = await people.owner(coach)
    begun = await conversations.start(coach, actor, "augmenter les ventes", language="fr")
    assert begun.turn.question.text == "Quelle évolution du chiffre d’affaires visez-vous avec votre équipe ?"
    assert begun.turn.question.why == "Chacun saura où aller."
    assert begun.turn.question.replies[0].text  # the chips are still the catalogue's
    assert begun.turn.messages[-1].text.endswith(begun.turn.question.text)
    coach.writer = None  # another process, without a model
    again = await conversations.get(coach, actor, begun.id)
    assert again.turn.question == begun.turn.question
    assert told.calls == 1


async def test_a_turn_after_a_worded_question_is_taken_at_the_version_shown(coach):
    coach.writer, _ = writer(lambda messages: WARM)
    actor = await people.owner(coach)
    begun = await conversations.start(coach, actor, "augmenter les ventes", language="fr")
    said = await conversations.say(coach, actor, begun.id, "30 rendez-vous qualifiés", expected=begun.version)
    undone = await conversations.undo(coach, actor, begun.id, expected=said.version)
    assert undone.turn.question.text == begun.turn.question.text


async def test_a_model_s_drafts_are_the_ones_chosen_and_adopted(coach):
    coach.writer, _ = writer(plain)
    actor = await people.owner(coach)
    begun = await conversations.start(coach, actor, "Obtenir 30 rendez-vous qualifiés d'ici le 31 mars 2026")
    drafted = await conversations.skip_all(coach, actor, begun.id)
    assert [draft.author for draft in drafted.turn.drafts] == ["test/model"]
    chosen = await conversations.choose(coach, actor, begun.id, 0, expected=drafted.version)
    assert chosen.turn.drafts == drafted.turn.drafts
    coach.writer = None
    goal = await conversations.adopt(coach, actor, begun.id, expected=chosen.version)
    assert goal.statement == drafted.turn.drafts[0].statement


@pytest.mark.parametrize(
    "says", [Failure("down"), "junk", obedient("Écris 737 contrats"), 9.0], ids=["down", "junk", "obedient", "slow"]
)
async def test_a_model_that_fails_costs_its_words_and_nothing_else(coach, says):
    from coach import flow, wording
    from coach.core import conversation as talk

    coach.writer, _ = writer(says)
    actor = await people.owner(coach)
    begun = await conversations.start(coach, actor, "augmenter les ventes", language="fr")
    said = talk.Said(id="m", day=NOON.date(), text="augmenter les ventes", language="fr")
    plainly = wording.word(flow.turn((said,), today=NOON.date()), "fr")
    assert begun.turn.question.text == plainly.question.text
    assert begun.version == 1


async def test_of_a_slow_model_and_a_second_turn_the_turn_wins(coach):
    actor = await people.owner(coach)
    begun = await conversations.start(coach, actor, "augmenter les ventes", language="fr")
    ready, go = asyncio.Event(), asyncio.Event()

    class Slow(Told):
        async def complete(self, call):
            ready.set()
            await go.wait()
            return await super().complete(call)

    coach.writer, _ = writer("")
    coach.writer.gateway.provider = Slow(WARM)
    first = asyncio.create_task(conversations.say(coach, actor, begun.id, "je ne sais pas"))
    await ready.wait()
    slow, coach.writer = coach.writer, None
    second = await conversations.say(coach, actor, begun.id, "30 rendez-vous qualifiés")
    coach.writer = slow
    go.set()
    assert (await first).version == second.version


RINGING = "Vendre davantage, au moins autant que les soixante de Lille (paul@exemple.fr)"


def two_jobs(pointed, asked=WARM):
    """A model that answers the second reading and the question, each its own way."""
    return lambda messages: pointed if '"facts"' in messages[0]["content"] else asked


@pytest.mark.parametrize("quote", ["[FIGURE_A]", "les [FIGURE_A] de Lille"])
async def test_what_a_second_reader_finds_is_offered_in_the_manager_s_own_words(coach, quote):
    coach.writer, told = writer(two_jobs(f'{{"facts": [{{"slot": "target", "quote": "{quote}"}}]}}'))
    actor = await people.owner(coach)
    begun = await conversations.start(coach, actor, RINGING, language="fr")
    assert "soixante" in begun.turn.question.replies[0].text
    assert "soixante" in begun.turn.question.replies[0].label
    assert begun.turn.assessment.reading.first.value is None  # offered, not taken
    assert told.calls == 2
    prompt = next(call.messages[0]["content"] for call in told.asked if '"facts"' in call.messages[0]["content"])
    assert "soixante" not in prompt
    assert "exemple.fr" not in prompt
    taken = await conversations.say(coach, actor, begun.id, begun.turn.question.replies[0].text)
    assert taken.turn.assessment.reading.first.value == 60
    coach.writer = None
    again = await conversations.get(coach, actor, begun.id)
    assert again.turn.messages[1].question.replies == begun.turn.question.replies


async def test_a_turn_makes_three_calls_at_most_whatever_each_is_answered(coach):
    for pointed, asked in (("junk", "junk"), (Failure("down"), Failure("down")), ('{"facts": []}', "junk"), ("", WARM)):
        coach.writer, told = writer(two_jobs(pointed, asked))
        await conversations.start(coach, await people.owner(coach), RINGING, language="fr")
        assert told.calls <= 3


async def test_an_answered_question_is_offered_what_was_pointed_at_even_when_its_words_are_refused(coach):
    coach.writer, _ = writer(two_jobs('{"facts": [{"slot": "target", "quote": "[FIGURE_A]"}]}', "junk"))
    begun = await conversations.start(coach, await people.owner(coach), RINGING, language="fr")
    assert begun.turn.question.replies[0].text == "soixante"
    assert "?" in begun.turn.question.text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Quelle évolution du chiffre d’affaires visez-vous avec [PERSON_A] ?", "avec Anne Zelmira ?"),
        ("Quelle évolution du chiffre d’affaires visez-vous avec Paul Durand ?", ""),
        ("Quelle évolution du chiffre d’affaires visez-vous avec [EMAIL_A] ?", ""),
        ("Quelle évolution du chiffre d’affaires visez-vous dès lundi prochain ?", ""),
        ("Quelle évolution du chiffre d’affaires visez-vous, сinq fois ?", ""),
    ],
)
async def test_a_question_names_the_manager_s_colleague_and_nobody_else(coach, said, shown):
    coach.writer, told = writer(lambda messages: f'{{"text": "{said}", "why": "Chacun saura où aller."}}')
    model = coach.writer.for_turn("w", ("Anne Zelmira",))
    events = (talk.Said(id="m", day=NOON.date(), text="augmenter les ventes d'Anne Zelmira", language="fr"),)
    state = talk.fold(events, today=NOON.date())
    if not shown:
        with pytest.raises(ModelUnavailable):
            await model.question(state.question, state.brief(NOON.date()))
        return
    worded = await model.question(state.question, state.brief(NOON.date()))
    assert worded.text.endswith(shown)
    assert "Zelmira" not in told.asked[0].messages[0]["content"]


async def test_a_message_whose_every_word_was_read_costs_one_call(coach):
    coach.writer, told = writer(lambda messages: WARM)
    await conversations.start(coach, await people.owner(coach), "augmenter les ventes", language="fr")
    assert told.calls == 1


def test_the_api_and_the_pages_say_the_model_s_words(tmp_path):
    app = create_app(Settings(home=tmp_path / "home"), lambda: NOON)
    spoken = {"accept-language": "fr", "origin": "http://localhost"}
    with TestClient(app, base_url="http://localhost", headers=spoken) as client:
        app.state.coach.writer, _ = writer(lambda messages: WARM)
        made = client.post("/api/v1/conversations", json={"text": "augmenter les ventes", "language": "fr"})
        asked = made.json()["turn"]["question"]["text"]
        assert asked in WARM
        token = re.search(r'name="token" value="([^"]+)"', client.get("/").text).group(1)
        begun = client.post("/goals/new", data={"token": token, "text": "augmenter les ventes"}, follow_redirects=False)
        message = client.get(made.headers["location"]).json()["turn"]["messages"][-1]
        assert message["text"].endswith(asked)
        page = client.get(begun.headers["location"]).text
        assert html.unescape(page).count(asked) >= 1


def test_without_a_model_litellm_is_never_imported(tmp_path):
    code = f"""
import asyncio, sys
from coach import service
from coach.api.app import create_app
from coach.service import conversations, people
from coach.settings import Settings
async def main():
    settings = Settings.from_environment({{"COACH_HOME": {str(tmp_path)!r}, "COACH_MODEL": " , "}})
    create_app(settings)
    async with service.opened(settings) as coach:
        assert coach.writer is None
        await conversations.start(coach, await people.owner(coach), "augmenter les ventes")
asyncio.run(main())
loaded = [name for name in ("litellm", "openai", "coach.llm.gateway", "coach.llm.writer") if name in sys.modules]
assert not loaded, loaded
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_configured_model_is_imported_only_in_the_background(tmp_path):
    code = f"""
import asyncio, sys
from coach import service
from coach.settings import Settings
async def main():
    settings = Settings.from_environment({{"COACH_HOME": {str(tmp_path)!r}, "COACH_MODEL": "mistral/a, ollama_chat/b"}})
    async with service.opened(settings) as coach:
        assert coach.writer.gateway.models == ("mistral/a", "ollama_chat/b")
        assert "litellm" not in sys.modules
asyncio.run(main())
"""
    subprocess.run([sys.executable, "-c", code], check=True)
