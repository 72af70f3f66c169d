"""The life of goals against a model of it: whatever is done in whatever order, both say the same."""

import asyncio
import datetime as dt
import os
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from coach import service
from coach.errors import BadInput, Conflict, NotFound
from coach.service import Goal, GoalChange, NewCheckIn, Once, goals, people
from coach.settings import Settings
from coach.store.ids import new_id
from tests.shell.conftest import NOON

RUNS, STEPS = (400, 50) if os.environ.get("COACH_TEST_FULL") else (8, 30)
WHOLE = "Signer {} contrats de maintenance avec des cliniques d'ici le {}"
DUES = {"30 juin 2026": dt.date(2026, 6, 30), "15 mars 2026": dt.date(2026, 3, 15)}
targets = st.integers(2, 900)
STATUSES = ("running", "reached", "missed", "abandoned")


@dataclass
class Known:
    """What the model knows of one goal."""

    target: int
    due: dt.date
    status: str = "running"
    deleted: bool = False
    version: int = 1
    adjustments: int = 0
    check_ins: list[tuple[dt.date, float]] = field(default_factory=list)
    dead: set[int] = field(default_factory=set)  # places of the check-ins that no longer count


class Life(RuleBasedStateMachine):
    """Goals made, changed, deleted, brought back, looked at; from a fresh version or from one that is past."""

    ids = Bundle("ids")

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, Known] = {}
        self.run = asyncio.Runner().run
        self.open = AsyncExitStack()

    @initialize()
    def start(self) -> None:
        options = Settings(home=PLACE["home"] / new_id(), time_zone="Europe/Paris")
        self.coach = self.run(self.open.enter_async_context(service.opened(options, lambda: NOON)))
        self.me = self.run(people.owner(self.coach, "fr"))

    def teardown(self) -> None:
        self.run(self.open.aclose())

    @rule(target=ids, level=targets, due=st.sampled_from(sorted(DUES)))
    def adopt(self, level: int, due: str) -> str:
        once, text = Once(key=new_id(), fingerprint="f"), WHOLE.format(level, due)
        goal = self.run(goals.create(self.coach, self.me, text, once=once))
        assert self.run(goals.create(self.coach, self.me, text, once=once)) == goal
        self.known[goal.id] = Known(level, DUES[due])
        return goal.id

    @rule(id=ids, level=targets)
    def aim(self, id: str, level: int) -> None:
        self._change(id, GoalChange(target=level, reason="un poste vacant"), target=level)

    @rule(id=ids, due=st.sampled_from(sorted(DUES.values())), level=targets)
    def move(self, id: str, due: dt.date, level: int) -> None:
        self._change(id, GoalChange(due=due, target=level, reason="salon déplacé"), target=level, due=due)

    @rule(id=ids, status=st.sampled_from(STATUSES))
    def end(self, id: str, status: str) -> None:
        self._change(id, GoalChange.model_validate({"status": status, "reason": "bilan"}), status=status)

    @rule(id=ids, deleted=st.booleans())
    def delete(self, id: str, deleted: bool) -> None:
        self._change(id, GoalChange(deleted=deleted), deleted=deleted)

    @rule(id=ids, level=targets, due=st.sampled_from(sorted(DUES)))
    def reword(self, id: str, level: int, due: str) -> None:
        self._change(id, GoalChange(statement=WHOLE.format(level, due)), target=level, due=DUES[due], rewords=True)

    @rule(id=ids, level=targets)
    def aim_without_a_reason(self, id: str, level: int) -> None:
        if level != self.known[id].target:
            with pytest.raises(BadInput):
                self.run(goals.change(self.coach, self.me, id, GoalChange(target=level)))

    @rule(id=ids, level=targets, behind=st.integers(1, 3))
    def aim_at_a_past_version(self, id: str, level: int, behind: int) -> None:
        change = GoalChange(target=level, reason="trop tard")
        with pytest.raises(Conflict):
            self.run(goals.change(self.coach, self.me, id, change, expected=self.known[id].version - behind))

    @rule(id=ids, value=st.integers(0, 900), before=st.integers(-1, 40))
    def look(self, id: str, value: int, before: int) -> None:
        day = NOON.date() - dt.timedelta(days=before)
        entry = NewCheckIn(value=value, day=day)
        if before < 0 or self.known[id].deleted:
            with pytest.raises(BadInput if before < 0 else Conflict):
                self.run(goals.check_in(self.coach, self.me, id, entry))
            return
        self.run(goals.check_in(self.coach, self.me, id, entry))
        self.known[id].check_ins.append((day, value))

    @rule(id=ids, value=st.integers(0, 900), place=st.integers(0, 9), back=st.booleans())
    def correct(self, id: str, value: int, place: int, back: bool) -> None:
        known = self.known[id]
        if not known.check_ins or known.deleted:
            return
        place %= len(known.check_ins)
        entries = list(reversed(self.run(goals.progress(self.coach, self.me, id)).check_ins))
        asked = entries[place].id
        change = (
            goals.withdraw(self.coach, self.me, id, asked)
            if back
            else goals.check_in(self.coach, self.me, id, NewCheckIn(value=value, corrects=asked))
        )
        if place in known.dead:
            with pytest.raises(Conflict):
                self.run(change)
            return
        made = self.run(change)
        known.dead.add(place)
        if back:
            known.dead.add(len(known.check_ins))
        known.check_ins.append((known.check_ins[place][0], made.value))

    @rule()
    def read_what_never_was(self) -> None:
        with pytest.raises(NotFound):
            self.run(goals.get(self.coach, self.me, new_id()))

    @rule(id=ids)
    def follow(self, id: str) -> None:
        known, seen = self.known[id], self.run(goals.progress(self.coach, self.me, id))
        assert [(one.day, one.value) for one in reversed(seen.check_ins)] == known.check_ins
        counting = [place for place, one in enumerate(reversed(seen.check_ins)) if one.counts]
        assert counting == [place for place in range(len(known.check_ins)) if place not in known.dead]
        assert len(seen.adjustments) == known.adjustments
        assert seen.standing is not None
        assert seen.standing.target == known.target

    @invariant()
    def both_say_the_same(self) -> None:
        if not hasattr(self, "me"):
            return
        listed = self.run(goals.page(self.coach, self.me, limit=200)).items
        assert [goal.id for goal in listed] == [id for id, one in reversed(self.known.items()) if not one.deleted]
        for goal in (self.run(goals.get(self.coach, self.me, id)) for id in self.known):
            self._agrees(goal, self.known[goal.id])

    def _agrees(self, goal: Goal, known: Known) -> None:
        told = (goal.target, goal.due, goal.status, goal.deleted_at is not None, goal.version)
        assert told == (known.target, known.due, known.status, known.deleted, known.version)
        assert f"{known.target} contrats" in goal.statement

    def _change(self, id: str, change: GoalChange, *, rewords: bool = False, **changes: object) -> None:
        known = self.known[id]
        before = self.run(goals.get(self.coach, self.me, id))
        after = self.run(goals.change(self.coach, self.me, id, change, expected=known.version))
        moved = {name for name, value in changes.items() if getattr(known, name) != value}
        for name in moved:
            setattr(known, name, changes[name])
        if moved or (rewords and after.statement != before.statement):
            known.version += 1
            known.adjustments += bool(moved - {"deleted"}) or rewords


PLACE = {}


@pytest.mark.slow
def test_goals_live_as_their_model_does(tmp_path):
    PLACE["home"] = tmp_path
    quiet = (HealthCheck.too_slow, HealthCheck.data_too_large)
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=RUNS, stateful_step_count=STEPS, deadline=None, suppress_health_check=quiet, database=None,
            derandomize=True,
        ),
    )  # fmt: skip
