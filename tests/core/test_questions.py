"""What is asked next, in which order, with which replies, and that it ends."""

from datetime import date

import pytest

from coach import i18n, wording
from coach.core import questions
from coach.core.drafting import mentions
from coach.core.model import Component, Context, Conventions, Gap, Profile, Turn
from coach.core.questions import Asked

TODAY = date(2026, 1, 15)
SALES = Component(metric="revenue", direction="increase")


def gap(slot: str, *, decisive: bool = True, sources: tuple[str, ...] = ("manager",)) -> Gap:
    criterion = {"deadline": "time_bound", "object": "specific"}.get(slot, "measurable")
    return Gap(slot=slot, criterion=criterion, decisive=decisive, sources=sources)  # pyright: ignore[reportArgumentType]


def ask(*gaps: Gap, goal: Component = SALES, profile: Profile | None = None, **asked: object):
    return questions.ask(gaps, (goal,), asked=Asked(**asked), today=TODAY, profile=profile or Profile())  # pyright: ignore[reportArgumentType]


def test_the_first_gap_is_asked_about_and_only_it():
    question = ask(gap("target"), gap("deadline"))
    assert question is not None
    assert (question.slot, question.code, question.asked) == ("target", "target_amount.first", 1)


def test_a_second_question_on_a_slot_is_worded_otherwise():
    question = ask(gap("target"), times={"target": 1})
    assert question is not None
    assert (question.code, question.asked) == ("target_amount.again", 2)


def test_what_the_manager_left_open_is_not_asked_again():
    question = ask(gap("target"), gap("deadline"), closed=("target",))
    assert question is not None
    assert question.slot == "deadline"


def test_a_gap_that_only_the_crm_can_fill_is_not_put_to_the_manager():
    assert ask(gap("history", decisive=False, sources=("crm", "manager"))) is None
    assert ask(gap("baseline", decisive=False, sources=("crm",))) is None


def test_context_is_asked_only_while_the_dialogue_is_short():
    context = gap("maturity", decisive=False)
    assert ask(context, times={"target": 1, "deadline": 1}) is not None
    assert ask(context, times={"target": 1, "deadline": 2}) is None
    assert ask(context, times={"headcount": 1, "baseline": 1}, context=2) is None


def test_a_decisive_gap_is_asked_before_context_wherever_it_stands():
    question = ask(gap("baseline", decisive=False), gap("deadline"))
    assert question is not None
    assert question.slot == "deadline"


def test_a_figure_without_a_unit_is_worth_a_question_even_in_a_long_dialogue():
    question = ask(
        gap("unit", decisive=False), goal=SALES.model_copy(update={"value": 20}), times={"target": 2, "deadline": 2}
    )
    assert question is not None
    assert [reply.params["amount"] for reply in question.replies] == [
        {"amount": 20, "unit": "EUR"},
        {"amount": 20, "unit": "%"},
    ]


def test_questions_end_whatever_is_missing():
    assert ask(gap("target"), gap("deadline"), times={"object": questions.MOST}) is None


def test_what_the_manager_wants_to_tell_first_is_asked_first():
    question = ask(gap("target"), gap("baseline", decisive=False), first="baseline")
    assert question is not None
    assert question.slot == "baseline"


@pytest.mark.parametrize(
    ("profile", "metric", "days"),
    [
        (Profile(), "revenue", ["2026-03-31", "2026-06-30", "2026-12-31"]),
        (Profile(context=Context(maturity="junior")), "revenue", ["2026-02-28", "2026-03-31", "2026-06-30"]),
        (Profile(), "calls", ["2026-02-28", "2026-03-31", "2026-06-30"]),
        (Profile(conventions=Conventions(fiscal_year_start=7)), "revenue", ["2026-03-31", "2026-06-30"]),
    ],
    ids=["a result", "juniors", "an activity", "a year from July"],
)
def test_deadlines_are_period_ends_of_the_companys_calendar(profile, metric, days):
    question = ask(gap("deadline"), goal=Component(metric=metric), profile=profile)
    assert question is not None
    assert [reply.params["day"]["date"] for reply in question.replies] == days


@pytest.mark.parametrize("day", [date(2026, 12, 31), date(2026, 12, 1), date(2028, 2, 29), date(2026, 3, 31)])
@pytest.mark.parametrize("start", range(1, 13))
def test_proposed_deadlines_leave_time_and_differ(day, start):
    profile = Profile(conventions=Conventions(fiscal_year_start=start))
    days = [reply.params["day"]["date"] for reply in questions.deadlines(SALES, day, profile)]
    assert len(set(days)) == len(days) >= 2
    assert all((date.fromisoformat(one) - day).days >= 21 for one in days)


def test_the_default_of_a_deadline_is_the_first_one_proposed_and_no_figure_has_a_default():
    assert questions.default("deadline", SALES, TODAY, Profile()) == date(2026, 3, 31)
    assert all(questions.default(slot, SALES, TODAY, Profile()) is None for slot in ("target", "baseline", "object"))


@pytest.mark.parametrize(
    "slot",
    [
        "object",
        "target",
        "baseline",
        "segment",
        "means",
        "maturity",
        "company",
        "headcount",
        "market_growth",
        "extra_means",
        "strategy",
        "deadline",
        "unit",
    ],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_question_has_words_a_reason_and_two_to_four_replies_without_an_invented_figure(slot, language):
    for metric in (None, "revenue", "calls", "closing_rate", "nps", "other"):
        goal = Component(
            metric=metric, metric_raw="visites" if metric == "other" else None, value=20 if slot == "unit" else None
        )
        for times in (0, 1):
            question = ask(gap(slot), goal=goal, times={slot: times}, misread={slot: times})
            assert question is not None
            turn = wording.word(Turn(status="open", language=language, question=question), language).question
            assert turn is not None
            assert turn.text.count("?") == 1
            assert "question." not in turn.text
            assert not set("{}") & set(turn.text)
            assert turn.why
            assert mentions.find(turn.text) == ()
            assert 2 <= len(turn.replies) <= 4
            for reply in turn.replies:
                assert reply.label
                assert "reply." not in reply.label
                assert not set("{}") & set(reply.label + reply.text)
                allowed = slot in ("deadline", "unit")  # the calendar's dates, the manager's own figure
                assert allowed or mentions.find(reply.text) == ()


def test_both_catalogues_hold_the_same_questions_replies_notices_and_sources():
    mine = ("question.", "reply.", "notice.", "source.", "draft.")
    keys = {language: {key for key in i18n.messages(language) if key.startswith(mine)} for language in ("fr", "en")}
    assert keys["fr"] == keys["en"]
    assert len(keys["fr"]) > 100
