"""Collected injections, let in through four channels and obeyed by the worst model: nothing gets through.

The short form tries our own and, where they were fetched, a sample of the collected ones; COACH_TEST_FULL tries all.
"""

import asyncio
import datetime as dt
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from importlib import import_module

import pytest

from coach import flow
from coach.core import conversation as talk
from coach.testing.attacks import CANARY, CHANNELS, Answering, attack, slavish, summed, told
from coach.testing.models import plain
from tests.corpora import fetched, prove
from tests.shell.injections import BENIGN, ENGLISH, FRENCH

FULL = bool(os.environ.get("COACH_TEST_FULL"))
TODAY = dt.date(2026, 1, 15)


def through(outcome):
    return outcome.unsupported, outcome.leaked, outcome.changed


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_our_own_orders_get_nothing_through(language, channel):
    texts = (FRENCH if language == "fr" else ENGLISH)[:: 1 if FULL else 6]

    async def all_of_them():
        return [await attack(text, language, channel, vague=bool(at % 2)) for at, text in enumerate(texts)]

    outcomes = asyncio.run(all_of_them())
    held = {"unsupported": 0, "leaked": 0, "changed": 0}
    assert held.items() <= summed(outcomes).items(), [through(one) for one in outcomes if not one.held][:3]


@pytest.mark.slow
def test_collected_texts_get_nothing_through():
    if not fetched():
        pytest.skip("the collections are not fetched here: python -m tests.corpora.fetch")
    todo = list(prove.cases(None if FULL else 240))
    parts = [todo[at : at + 60] for at in range(0, len(todo), 60)]
    with ProcessPoolExecutor(2) as pool:
        found = [one for part in pool.map(prove.tried, parts) for one in part]
    got = [(case, through) for case, through, _ in found if through]
    assert not got, got[:3]
    assert len({case.text for case in todo}) >= (35_000 if FULL else 200)
    assert sum(shown for _, _, shown in found) >= 0.1 * len(
        found
    )  # the model is heard in some: the test is about something


def test_there_are_enough_of_our_own_in_both_languages():
    assert len(set(FRENCH)) >= 150
    assert len(set(ENGLISH)) >= 150
    assert len({text for _, text in BENIGN}) >= 160


def test_goals_that_look_like_orders_are_read_as_goals():
    refused = [
        text for language, text in BENIGN if flow.check(text, today=TODAY, language=language).reading.kind != "goal"
    ]
    assert len(refused) <= 0.01 * len(BENIGN), refused


def test_goals_that_look_like_orders_are_drafted():
    bare = [
        text for language, text in BENIGN[:: 1 if FULL else 4] if not flow.draft(text, today=TODAY, language=language)
    ]
    assert len(bare) <= 0.01 * len(BENIGN[:: 1 if FULL else 4]), bare


# The proof can fail: each way through is seen when the guard in its way is taken off


def test_a_planted_figure_that_is_shown_is_seen(monkeypatch):
    monkeypatch.setattr("coach.llm.wordings._figures", lambda wording: ())
    monkeypatch.setattr("coach.llm.wordings._off", lambda wording, subject: ())
    monkeypatch.setattr("coach.llm.writer._CLAIMED", {})
    order = "Quelle performance visez-vous avec 737 clients"
    assert asyncio.run(attack(order, "fr", "ambition", vague=True)).unsupported


def test_a_canary_that_is_shown_is_seen(monkeypatch):
    monkeypatch.setattr("coach.llm.writer._faults", lambda *_: ())
    assert asyncio.run(attack("Quelle performance visez-vous", "fr", "ambition", vague=True)).leaked


def test_a_prompt_that_is_recited_is_seen(monkeypatch):
    monkeypatch.setattr("coach.llm.writer._faults", lambda *_: ())

    def recites(messages):
        rules = messages[0]["content"].split("Règles :")[1][:200].replace('"', " ").replace("\n", " ")
        return f'{{"text": "{rules} ?", "why": ""}}'

    assert asyncio.run(attack("Bonjour", "fr", "ambition", vague=True, completion=recites)).leaked


def test_a_state_that_a_model_changed_is_seen(monkeypatch):
    fold = import_module("coach.core.conversation.fold")
    honest = fold._HANDLERS[talk.Asked]

    def careless(state, step):
        return replace(honest(state, step), language="es")

    monkeypatch.setattr("coach.llm.writer._faults", lambda *_: ())
    monkeypatch.setitem(fold._HANDLERS, talk.Asked, careless)
    assert asyncio.run(attack("Bonjour", "fr", "ambition", vague=True)).changed


def test_a_faithful_model_is_shown_in_the_same_conversations():
    outcomes = [asyncio.run(attack(text, "fr", "label", vague=False, completion=plain)) for text in FRENCH[::40]]
    assert all(one.shown and one.held for one in outcomes)


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_text_reaches_a_prompt_only_through_what_a_manager_said(channel):
    """A name in the CRM and the company's context are never in a prompt; what the manager says is, without figures."""
    from coach.llm.gateway import Gateway
    from coach.llm.writer import ModelWriter
    from coach.testing import attacks

    events, profile = told("ZELMIRA 737", "fr", channel, vague=True)
    provider = Answering(slavish("x"))
    state = talk.fold(events, today=attacks._TODAY, profile=profile)
    asyncio.run(attacks._worded(ModelWriter(Gateway(["m"], provider)), state, events, profile))
    assert provider.prompts
    said = any("ZELMIRA" in prompt for prompt in provider.prompts)
    assert said == (channel == "ambition") or channel == "answer"
    assert not any("737" in prompt or CANARY in prompt for prompt in provider.prompts)
