"""A turn streamed while a model words it: the verdict at once, the words as they come, then what stands."""

import asyncio
import json
import re

import pytest

from coach.api import streaming
from coach.llm.provider import Answer, Failure
from coach.service import conversations, hearing, people
from coach.testing.models import plain
from tests.shell.models import writer
from tests.shell.talking import events

VAGUE = "augmenter le chiffre d'affaires"
WHOLE = "Obtenir 30 rendez-vous qualifiés avec des PME d'ici le 31 mars 2026"
WARM = "Quelle évolution du chiffre d’affaires visez-vous avec votre équipe ?"
STREAM = {"Accept": "text/event-stream"}


def worded(text=WARM):
    return json.dumps({"text": text, "why": "Chacun saura où aller."}, ensure_ascii=False)


class Model:
    """A provider that streams pieces; ``closed`` counts the calls that somebody hung up on."""

    def __init__(self, says):
        self.says, self.closed, self.speaking = says, 0, asyncio.Event()

    async def complete(self, call):
        return Answer(text='{"facts": []}', model=call.model, tokens=1)

    async def stream(self, call):
        ended = False
        try:
            said = self.says(call.messages)
            for piece in re.findall(r"(?s).{1,7}", said) if isinstance(said, str) else said:
                if isinstance(piece, Exception):
                    ended = True
                    raise piece
                if piece is None:
                    self.speaking.set()
                    await asyncio.sleep(30)
                else:
                    yield piece
            ended = True
        finally:
            self.closed += not ended


@pytest.fixture
def told(app):
    def with_model(says) -> Model:
        app.state.coach.writer, _ = writer("")
        app.state.coach.writer.gateway.provider = model = Model(says)
        return model

    return with_model


async def started(api, text):
    answer = await api.post("/conversations", json={"text": text}, headers=STREAM)
    assert answer.status_code == 201, answer.text
    return events(answer.text)


def names(found):
    return " ".join(dict.fromkeys(name for name, _ in found))


async def test_the_verdict_comes_first_then_the_model_s_words_then_the_question_that_stands(api, told):
    told(lambda messages: worded())
    found = await started(api, VAGUE)
    assert names(found) == "reading assessment token question done"
    assert "".join(data["text"] for name, data in found if name == "token") == WARM
    assert len([name for name, _ in found if name == "token"]) > 3
    whole = found[-1][1]
    assert whole["turn"]["question"]["text"] == WARM
    assert (await api.get(f"/conversations/{whole['id']}")).json() == whole


async def test_a_question_that_does_not_stand_is_withdrawn_and_the_built_in_one_follows(api, told):
    told(lambda messages: worded("Quel chiffre d’affaires visez-vous : 737 000 € peut-être ?"))
    found = await started(api, VAGUE)
    said = [data for name, data in found if name == "token"]
    assert any(data["withdrawn"] for data in said)
    last = max(at for at, data in enumerate(said) if data["withdrawn"])
    assert "".join(data["text"] for data in said[last:]) == found[-1][1]["turn"]["question"]["text"]
    assert not [data for data in said if "737" in data["text"]]


async def test_a_model_cut_in_the_middle_is_told_as_an_error_and_the_turn_ends_whole(api, told):
    told(lambda messages: [worded()[:60], Failure("down")])
    found = await started(api, VAGUE)
    assert names(found) == "reading assessment token error question done"
    assert [data["reason"] for name, data in found if name == "error"] == ["cut"]
    assert found[-1][1]["turn"]["question"]["text"].endswith("?")


async def test_drafts_are_heard_sentence_by_sentence_before_they_come_whole(api, told):
    told(lambda messages: plain(messages) if '"variants"' in messages[0]["content"] else worded())
    begun = (await started(api, WHOLE))[-1][1]
    answer = await api.post(f"/conversations/{begun['id']}/messages", json={"action": "skip_all"}, headers=STREAM)
    found = events(answer.text)
    assert names(found) == "reading assessment token draft done"
    drafts = [data for name, data in found if name == "draft"]
    assert {draft["author"] for draft in drafts} == {"test/model"}
    assert [data["text"].strip() for name, data in found if name == "token"] == [one["statement"] for one in drafts]


async def test_hanging_up_ends_the_model_s_call_and_keeps_the_turn(app, told):
    model = told(lambda messages: [worded()[:60], None])
    coach = app.state.coach
    actor = await people.owner(coach)
    talk = await conversations.start(coach.quiet(), actor, VAGUE, language="fr")
    pieces = streaming._pieces(talk, coach, actor)
    first = [(await anext(pieces)).decode() for _ in range(3)]
    assert "event: token" in first[-1]
    await model.speaking.wait()
    await pieces.aclose()
    assert model.closed == 1
    kept = await conversations.get(coach, actor, talk.id)
    assert kept.turn.question is not None and kept.version == talk.version


async def test_a_turn_taken_at_the_version_before_the_model_s_words_is_no_conflict(app, told):
    told(lambda messages: worded())
    coach = app.state.coach
    actor = await people.owner(coach)
    talk = await conversations.start(coach.quiet(), actor, VAGUE, language="fr")
    *_, after = [heard async for heard in hearing.turn(coach, actor, talk)]
    assert after.version == talk.version + 1
    said = await conversations.say(coach.quiet(), actor, talk.id, "400 000 € d’ici fin juin", expected=talk.version)
    assert said.version == after.version + 1


async def test_other_wordings_are_asked_for_and_browsed_over_the_api(api):
    begun = (await api.post("/conversations", json={"text": WHOLE})).json()
    address = f"/conversations/{begun['id']}/messages"

    async def act(**body):
        return await api.post(address, json=body)

    first = (await act(action="skip_all")).json()["turn"]
    second = (await act(action="regenerate")).json()["turn"]
    assert (first["another"], first["versions"], second["versions"], second["version"]) == (True, 1, 2, 1)
    assert second["drafts"][0]["statement"] != first["drafts"][0]["statement"]
    refused = await act(action="regenerate")
    assert (refused.status_code, refused.json()["reason"]) == (409, "no_other_wording")
    back = (await act(action="browse", version=0)).json()["turn"]
    assert back["drafts"] == first["drafts"]
    assert (await act(action="browse", version=5)).status_code == 422
    assert (await act(action="browse")).status_code == 422
