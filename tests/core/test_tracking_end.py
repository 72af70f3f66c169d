"""One thing to do, shares that add up, both targets scored, and a next goal that does not punish success."""

import datetime as dt

import pytest

from coach.core import tracking
from coach.core.tracking import Drivers, Part, Plan, Point, causes

START, DUE = dt.date(2026, 1, 1), dt.date(2026, 4, 11)
TWELVE = Plan(base=0, target=12, start=START, due=DUE)


def day(number: int) -> dt.date:
    return START + dt.timedelta(days=number)


def proposed(points, *, on: int, plan: Plan = TWELVE, because: causes.Causes | None = None) -> tracking.Correction:
    seen = [Point(day=day(n), value=value) for n, value in points]
    standing = tracking.standing(plan, seen, today=day(on))
    return tracking.propose(plan, standing, tracking.outlook(plan, seen), because)


@pytest.mark.parametrize(
    ("points", "on", "action"),
    [
        ([], 5, "check_in"),
        ([(20, 2)], 95, "check_in"),
        ([(50, 6)], 50, "keep"),
        ([(50, 5.2)], 50, "faster"),
        ([(20, 3), (70, 6)], 70, "later"),
        ([(30, 1), (80, 2)], 80, "lower_target"),
        ([(100, 9)], 101, "close"),
        ([(60, 12)], 61, "close"),
    ],
)
def test_one_action_is_proposed_and_it_fits(points, on, action):
    assert proposed(points, on=on).action == action


def test_a_cause_that_is_known_is_what_to_mend():
    because = causes.split(6, 5, Drivers(volume=30, rate=0.2), Drivers(volume=29, rate=0.17), days=50)
    assert because.main == "rate"
    found = proposed([(50, 5)], on=50, because=because)
    assert (found.action, found.params["actual"]) == ("rate", 0.17)


def test_the_parts_of_a_gap_add_up_to_it():
    seen = Drivers(volume=80, rate=0.2, value=9000, cycle_days=60)
    found = causes.split(200_000, 130_000, Drivers(volume=100, rate=0.25, value=8000, cycle_days=45), seen, days=90)
    assert sum(part.effect for part in found.parts) + found.unexplained == pytest.approx(-70_000)
    assert {part.driver: part.effect > 0 for part in found.parts} == {
        "volume": False, "rate": False, "value": True, "cycle": False,
    }  # fmt: skip


def test_a_gap_without_drivers_has_no_cause_and_a_surplus_has_no_culprit():
    assert causes.split(10, 8, Drivers(), Drivers(volume=3), days=30) is None
    assert causes.split(10, 12, Drivers(volume=10), Drivers(volume=12), days=30).main is None


def test_shares_must_make_the_target():
    parts = [Part(name="Karim", target=7), Part(name="Léa", target=4)]
    assert tracking.missing(parts, 12) == 1
    assert tracking.missing([*parts, Part(name="Zoé", target=1)], 12) == 0


def test_both_targets_are_scored_each_on_its_own_day():
    points = [Point(day=day(50), value=6), Point(day=day(100), value=10), Point(day=day(130), value=12)]
    lowered = TWELVE.model_copy(update={"target": 10})
    moved = TWELVE.model_copy(update={"due": day(130)})
    first = tracking.score(TWELVE, points, which="adopted", today=day(131))
    assert (first.actual, first.reached) == (10, False)
    assert tracking.score(lowered, points, which="adjusted", today=day(131)).reached
    assert tracking.score(moved, points, which="adjusted", today=day(131)).actual == 12


def test_a_target_that_must_be_passed_is_not_reached_by_being_equal():
    more_than = TWELVE.model_copy(update={"strict": True})
    assert not tracking.score(more_than, [Point(day=day(9), value=12)], which="adopted", today=day(101)).reached


def test_the_next_goal_asks_for_what_was_reached_and_not_more():
    points = [Point(day=day(100), value=15)]
    assert tracking.following(TWELVE, points, today=day(101)) == (15, day(101) + dt.timedelta(days=100))
    assert tracking.following(TWELVE, [], today=day(101)) is None


def test_no_end_is_foretold_without_a_base_an_end_or_a_look():
    assert tracking.outlook(TWELVE, []) is None
    assert tracking.outlook(TWELVE.model_copy(update={"base": None}), [Point(day=day(9), value=3)]) is None
    assert tracking.outlook(TWELVE.model_copy(update={"due": None}), [Point(day=day(9), value=3)]) is None


def test_more_done_is_never_a_smaller_chance():
    chances = [tracking.outlook(TWELVE, [Point(day=day(50), value=value)]).chance for value in range(13)]
    assert chances == sorted(chances)
    assert chances[0] < 0.05
    assert chances[-1] > 0.95


def test_a_ceiling_is_kept_by_using_less():
    ceiling = TWELVE.model_copy(update={"lower": True})
    chances = [tracking.outlook(ceiling, [Point(day=day(50), value=value)]).chance for value in range(13)]
    assert chances == sorted(chances, reverse=True)
