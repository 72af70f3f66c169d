"""The line end to end: check, turn, draft, and a writer from outside."""

from datetime import date

import pytest

from coach import flow, wording
from coach.core import conversation as talk
from coach.core.model import Brief, Candidate, Context, Conventions, FollowUp, Profile, Question
from coach.errors import ModelUnavailable

TODAY = date(2026, 1, 15)
READY = "Obtenir 30 rendez-vous qualifiés avec des PME d'ici fin juin"


def ready() -> tuple[talk.Event, ...]:
    return talk.Said(id="e0", day=TODAY, text=READY), talk.SkippedAll(id="e1", day=TODAY)


def test_check_judges_one_text_and_asks_nothing():
    assessment = flow.check(READY, today=TODAY)
    assert assessment.smart
    assert assessment.reading.first.value == 30


def test_check_follows_the_workspaces_calendar_and_conventions():
    junior = Profile(context=Context(maturity="junior"), conventions=Conventions(cadence_is_enough_for_juniors=True))
    assert flow.check("Passer 50 appels par semaine", today=TODAY, profile=junior).smart
    assert not flow.check("Passer 50 appels par semaine", today=TODAY).smart


def test_draft_gives_one_to_three_verified_goals():
    drafts = flow.draft(READY, today=TODAY)
    assert 1 <= len(drafts) <= 3
    assert all(draft.assessment.smart for draft in drafts)
    assert drafts[0].statement == "Obtenir 30 rendez-vous qualifiés avec des PME d’ici le 30 juin 2026."


def test_draft_marks_what_the_text_does_not_say():
    (only,) = flow.draft("Increase sales", today=TODAY)
    assert set(only.unknowns) == {"target", "deadline"}
    assert [figure for figure in only.figures if figure.text == "statement"] == []


def test_draft_of_what_is_no_goal_is_empty():
    assert flow.draft("Bonjour, comment allez-vous ?", today=TODAY) == ()


def test_an_american_locale_reads_and_writes_american_dates():
    (first, *_) = flow.draft("Book 30 qualified meetings by 06/30/2026", today=TODAY, locale="en-US")
    assert first.statement == "Book 30 qualified meetings by June 30, 2026."


def test_a_turn_is_worded_in_the_managers_language_with_every_source_explained():
    turn = flow.turn(ready(), today=TODAY)
    worded = wording.word(turn, turn.language)
    for draft in worded.drafts:
        for figure in draft.figures:
            assert figure.source.explain, figure.source
            assert not set("{}") & set(figure.source.explain)


def test_no_events_is_a_conversation_that_asks_for_an_ambition():
    turn = flow.turn((), today=TODAY)
    assert (turn.status, turn.question.slot if turn.question else None) == ("open", "object")


class Scribe:
    """A writer that answers what it is told to, or fails."""

    name = "scribe"

    def __init__(self, *statements: str, fails: bool = False) -> None:
        self.statements, self.fails = statements, fails

    async def question(self, question: Question, brief: Brief | None, heard: object = None) -> Question:
        return question

    async def drafts(self, brief: Brief, heard: object = None, shown: object = ()) -> tuple[Candidate, ...]:
        if self.fails:
            raise ModelUnavailable("No model answered in time.")
        plan = FollowUp(cadence="week")
        return tuple(
            Candidate(statement=text, goal=brief.goal, follow_up=plan, author=self.name) for text in self.statements
        )


async def test_a_writers_faithful_wording_is_shown_under_its_name():
    text = "D’ici le 30 juin 2026, obtenir 30 rendez-vous qualifiés avec des PME."
    (draft,) = await flow.propose(ready(), Scribe(text), today=TODAY)
    assert (draft.statement, draft.author) == (text, "scribe")


@pytest.mark.parametrize(
    "writer",
    [
        Scribe(fails=True),
        Scribe(),
        Scribe("Obtenir 35 rendez-vous qualifiés avec des PME d’ici le 30 juin 2026."),
        Scribe("Book 30 qualified meetings with SMEs by 30 June 2026."),
        Scribe("Voici votre objectif !"),
    ],
    ids=["fails", "is silent", "invents a figure", "changes language", "rambles"],
)
async def test_a_writer_that_fails_or_strays_costs_prose_and_never_the_turn(writer):
    drafts = await flow.propose(ready(), writer, today=TODAY)
    assert drafts
    assert {draft.author for draft in drafts} == {"rules"}


async def test_nothing_is_proposed_while_a_question_stands():
    said = (talk.Said(id="e0", day=TODAY, text="Augmenter les ventes"),)
    assert await flow.propose(said, Scribe("x"), today=TODAY) == ()
