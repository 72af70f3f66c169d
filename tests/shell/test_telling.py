"""What is said of a goal to a team and at a meeting: the goal as it stands, in its language, with nothing invented."""

import datetime as dt
import re

import pytest

from coach import service
from coach.core.kpis import KPIS
from coach.core.model import Context, Profile
from coach.core.tracking import Cause, Causes, Correction
from coach.service import GoalChange, NewCheckIn, goals, incentives, people, telling, voices
from coach.service.values import NewRemark
from coach.web.texts import translator
from coach.web.views.brief import talking
from tests.shell.conftest import NOON

TEXT = {
    "fr": "Réaliser 150 000 € de chiffre d’affaires auprès des clients existants d’ici le 30 juin 2026",
    "en": "Bring in €150,000 of revenue from existing customers by 30 June 2026",
}
both = pytest.mark.parametrize("language", ["fr", "en"])


@pytest.fixture
async def coach(settings, clock):
    async with service.opened(settings, clock) as opened:
        yield opened


async def a_goal(coach, language, **change):
    me = await people.owner(coach, language)
    goal = await goals.create(coach, me, TEXT[language], language=language)
    if change:
        goal = await goals.change(coach, me, goal.id, GoalChange.model_validate(change))
    return me, goal


@both
async def test_the_message_says_the_goal_as_it_stands_what_it_serves_and_each_one_s_part(coach, language):
    parts = [{"name": "Karim", "target": 80_000}, {"name": "Léa", "target": 40_000}]
    _me, goal = await a_goal(
        coach, language, target=120_000, reason="x", strategy="fidéliser", lead="Zoé T.", split=parts
    )
    said = telling.announcement(goal)
    digits = re.sub(r"\D", "", said)
    assert "120000" in digits
    assert "150000" not in digits  # it was adjusted since
    for word in ("fidéliser", "Karim", "Léa", "Zoé T."):
        assert word in said
    assert ".." not in said
    assert "80000" in digits
    assert "40000" in digits


@both
@pytest.mark.parametrize("maturity", ["junior", "confirmed", "senior"])
@pytest.mark.parametrize("company", ["sme", "scale_up", None])
async def test_ideas_fit_the_team_with_how_they_are_gamed_and_what_guards(coach, language, maturity, company):
    _, goal = await a_goal(coach, language)
    profile = Profile(context=Context(maturity=maturity, company=company))
    found = incentives.of(goal, language, profile)
    others = {
        m: incentives.of(goal, language, Profile(context=Context(maturity=m))).ideas for m in ("junior", "senior")
    }
    assert len(found.ideas) == 3 + bool(company)
    assert others["junior"] != others["senior"]
    assert {"fr": "remises", "en": "discounts"}[language] in found.warning
    assert found.guards
    assert all(not guard.startswith("metric.") for guard in found.guards)


@both
@pytest.mark.parametrize("metric", sorted(KPIS))
async def test_every_kpi_has_its_warning(coach, language, metric):
    _, goal = await a_goal(coach, language)
    found = incentives.of(goal.model_copy(update={"metric": metric}), language, Profile())
    assert not found.warning.startswith("incentive.")
    assert not [idea for idea in found.ideas if idea.startswith("incentive.")]


@both
@pytest.mark.parametrize("driver", ["volume", "rate", "value", "cycle"])
async def test_each_cause_and_each_action_is_said_with_its_figures(coach, language, driver):
    _, goal = await a_goal(coach, language)
    figures = {"volume": (40, 25), "rate": (0.25, 0.15), "value": (8000, 6000), "cycle": (45, 70)}[driver]
    part = Cause(driver=driver, planned=figures[0], actual=figures[1], effect=-30_000)
    seen = await goals.progress(coach, await people.owner(coach, language), goal.id)
    causes = Causes(gap=-40_000, parts=(part,), unexplained=-10_000, main=driver)
    correction = Correction(action=driver, params={"planned": figures[0], "actual": figures[1], "effect": -30_000})
    shown = seen.model_copy(update={"causes": causes, "correction": correction})
    told = telling.sentences(goal, shown, language)
    assert "30" in told["cause"]
    assert "{" not in told["cause"] + told["correction"]
    assert not told["correction"].startswith("follow.")
    rows = telling.parts(goal, shown, language)
    assert len(rows) == 2  # the driver, and what it leaves unexplained
    assert all(row[3].startswith("−") for row in rows)


@both
@pytest.mark.parametrize(
    ("action", "params"),
    [
        ("close", {}), ("keep", {}), ("check_in", {}), ("faster", {"needed": 9000.0, "seen": 4000.0}),
        ("later", {"middle": 90_000.0, "chance": 0.03, "day": {"date": "2026-09-02"}}),
        ("lower_target", {"middle": 90_123.0, "chance": 0.97}),
    ],
)  # fmt: skip
async def test_no_action_is_a_code(coach, language, action, params):
    _, goal = await a_goal(coach, language)
    said = telling.correction(Correction(action=action, params=params), goal, language)
    assert not said.startswith("follow.")
    assert "{" not in said
    assert "123" not in said  # three digits of a forecast are all that is known


@both
async def test_a_meeting_s_questions_follow_from_where_the_goal_stands(coach, clock, language):
    me, goal = await a_goal(coach, language)
    t = translator(language)
    clock.moment = NOON + dt.timedelta(days=80)
    await goals.check_in(coach, me, goal.id, NewCheckIn(value=10_000))
    late = talking(goal, await goals.progress(coach, me, goal.id), t, language)
    await goals.check_in(coach, me, goal.id, NewCheckIn(value=90_000))
    fine = talking(goal, await goals.progress(coach, me, goal.id), t, language)
    assert len(late) == len(fine) == 3
    assert late != fine
    await voices.say(coach, me, goal.id, NewRemark(kind="contest", text="Trop."))
    contested = talking(goal, await goals.progress(coach, me, goal.id), t, language)
    assert len(contested) == 4
    assert contested[1:] == fine


@pytest.mark.parametrize(
    ("value", "shown"), [(-2.5, "−2,5"), (3, "+3"), (0, "0"), (-0.01, "0"), (1234.5, "+1\u202f234,5")]
)
async def test_a_difference_has_a_sign_and_nothing_has_none(coach, value, shown):
    me = await people.owner(coach, "fr")
    goal = await goals.create(coach, me, "Signer 12 contrats d’ici le 30 juin 2026")
    assert telling.signed(value, goal, "fr") == shown
