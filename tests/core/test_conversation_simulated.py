"""Hundreds of dialogues with simulated managers: each ends in a verified draft, and asks one thing at a time."""

from collections import Counter
from functools import cache
from statistics import median
from typing import NamedTuple

import pytest
from managers import PERSONAS, TODAY, Manager, events_of

from coach import flow, wording
from coach.core import verification
from coach.core.facts.language import detect
from coach.core.facts.text import Text
from coach.core.model import Turn

DIALOGUES = 336
MOST_TURNS = 14
KNOWN = {"target": "value", "deadline": "deadline", "baseline": "baseline", "object": "metric"}


class Play(NamedTuple):
    """One dialogue: who spoke, what they typed, every turn with the language they were speaking."""

    manager: Manager
    said: list[str]
    turns: list[tuple[Turn, str]]

    @property
    def last(self) -> Turn:
        return self.turns[-1][0]


@cache
def play(seed: int) -> Play:
    manager = Manager(seed)
    said, turns = [manager.opening()], []
    for _ in range(MOST_TURNS):
        turn = flow.turn(events_of(said), today=TODAY)
        turns.append((wording.word(turn, turn.language), manager.language))
        if turn.question is None:
            break
        said.append(manager.reply(turn))
    return Play(manager, said, turns)


@pytest.fixture(scope="module", params=PERSONAS)
def plays(request) -> list[Play]:
    return [play(seed) for seed in range(DIALOGUES) if PERSONAS[seed % len(PERSONAS)] == request.param]


def test_every_dialogue_ends_in_a_draft(plays):
    for one in plays:
        assert one.last.question is None, one.said
        assert one.last.status == "drafted", one.said


def test_each_turn_asks_one_thing_with_one_question_mark(plays):
    for one in plays:
        for turn, _ in one.turns:
            if turn.question is not None:
                assert turn.question.text.count("?") == 1, turn.question.text


def test_what_is_known_is_never_asked(plays):
    for one in plays:
        for turn, _ in one.turns:
            known = {fact.name for fact in turn.facts}
            asked = turn.question.slot if turn.question else ""
            assert KNOWN.get(asked) not in known, (one.said, asked)


def test_no_slot_is_asked_more_than_three_times(plays):
    for one in plays:
        asked = Counter(turn.question.slot for turn, _ in one.turns if turn.question)
        assert max(asked.values(), default=0) <= 3, one.said


def test_the_conversation_speaks_the_managers_language(plays):
    for one in plays:
        assert one.last.language == one.manager.language, one.said
        for draft in one.last.drafts:
            assert detect(Text.of(draft.statement)) in (one.manager.language, "und"), draft.statement


def test_every_figure_of_every_draft_has_a_source_and_every_draft_passes_again(plays):
    for one in plays:
        for draft in one.last.drafts:
            for name in ("statement", "rationale", "guardrail", "incentive", "announcement"):
                sourced = {figure.span for figure in draft.figures if figure.text == name}
                found = {mention.span for mention in verification.mentions.find(getattr(draft, name))}
                assert found == sourced, getattr(draft, name)
            assert all(figure.source.ref for figure in draft.figures)


def test_a_manager_who_answers_gets_the_goal_they_had_in_mind():
    checked = 0
    for seed in range(DIALOGUES):
        one = play(seed)
        if one.manager.persona in ("evasive", "hostile"):
            continue
        result = [draft for draft in one.last.drafts if draft.framing == "result"]
        read = (result or list(one.last.drafts))[0].reading.first
        assert read.metric == one.manager.wish.metric, one.said
        assert read.deadline == one.manager.due[2], one.said
        if result:
            assert (read.value, read.unit) == (one.manager.value, one.manager.wish.unit), one.said
            checked += 1
    assert checked > DIALOGUES // 2


def test_the_plain_manager_answers_three_questions_or_fewer():
    answers = [len(play(seed).said) - 1 for seed in range(DIALOGUES) if play(seed).manager.persona == "plain"]
    assert median(answers) <= 3
    assert max(answers) <= 5


def test_an_evasive_manager_is_offered_a_due_date_with_its_source():
    offered = 0
    for seed in range(DIALOGUES):
        one = play(seed)
        for fact in one.last.facts:
            if fact.source.kind == "convention":
                assert (fact.name, fact.source.ref) == ("deadline", "default.deadline")
                assert "deadline" in one.last.unknowns
                offered += 1
    assert offered > 5
