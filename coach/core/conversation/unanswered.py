"""Questions that get no answer: "I don't know", skipped, unreadable. Each ends in a default with its source, or open."""

from dataclasses import replace

from coach.core import questions
from coach.core.conversation import informed
from coach.core.conversation.state import State, settle
from coach.core.model import Slot, Source


def unknown(state: State, slot: Slot | None) -> State:
    """ "I don't know": heard once, then a default with its source, or the slot is left open."""
    if slot is None:
        return state.noticing("nothing_asked")
    declined = {**state.asked.declined, slot: state.asked.declined.get(slot, 0) + 1}
    state = replace(state, asked=state.asked.model_copy(update={"declined": declined}))
    if declined[slot] < questions.TRIES and slot in ("object", "target", "deadline", "unit", "goal"):
        return state.noticing("unknown.once", slot=slot)
    return _by_default(state, slot)


def _by_default(state: State, slot: Slot) -> State:
    if slot == "target" and state.goals:
        return _balanced(state)
    proposed = questions.default(slot, state.goal, state.day, state.profile)
    if proposed is None or not state.goals:
        return left_open(state, slot)
    reason = Source(
        kind="convention",
        ref="default.deadline",
        code="default.deadline",
        params={"day": {"date": proposed.isoformat()}},
    )
    found = state.goal.model_copy(update={"deadline": proposed, "time_basis": "horizon", "time_problem": None})
    state = replace(state, goals=(found,), first=None, sources={**state.sources, "deadline": reason})
    return left_open(state, slot, notice=False).noticing("default.deadline", day={"date": proposed.isoformat()})


def _balanced(state: State) -> State:
    """The target that the history says is reached one time in two; left open where it says nothing."""
    found = informed.balanced(state.goal, state.history, state.day)
    if found is None:
        return left_open(state, "target")
    goal, source = found
    state = replace(state, goals=(settle(goal),), first=None, sources={**state.sources, "value": source})
    target = {"amount": goal.value, "unit": goal.unit, "metric": goal.metric}
    return settled(state, "target").noticing("default.target", target=target, chance=source.params["chance"])


def left_open(state: State, slot: Slot, *, notice: bool = True) -> State:
    """The slot is not asked again, and drafts say that it is to be confirmed."""
    if slot == "goal":
        state = _first_goal(state)
    state = settled(state, slot)
    unknowns = tuple(dict.fromkeys((*state.unknowns, slot)))
    state = replace(state, unknowns=unknowns if slot != "goal" else state.unknowns)
    return state.noticing("left_open", slot={"key": f"notice.slot.{slot}"}) if notice else state


def _first_goal(state: State) -> State:
    first = state.goals[:1]
    reading = state.first.model_copy(update={"components": state.first.components[:1]}) if state.first else None
    return replace(state, goals=first, first=reading)


def settled(state: State, slot: Slot) -> State:
    """The slot is answered for, and not asked again."""
    closed = tuple(dict.fromkeys((*state.asked.closed, slot)))
    return replace(state, asked=state.asked.model_copy(update={"closed": closed}))


def skip(state: State, slot: Slot | None) -> State:
    """The manager leaves the question unanswered."""
    return left_open(state, slot) if slot is not None else state.noticing("nothing_asked")


def skip_all(state: State) -> State:
    """No more questions: what is decisive and missing is marked as unknown, and the draft is made of the rest."""
    if not state.goals:
        return state.noticing("nothing_to_draft")
    state = _first_goal(state) if len(state.goals) > 1 else state
    missing = [gap.slot for gap in state.gaps(state.day) if questions.is_decisive(gap) and gap.slot != "goal"]
    return replace(state, done=True, unknowns=tuple(dict.fromkeys((*state.unknowns, *missing))))


def misread(state: State, slot: Slot, *, silent: bool = False) -> State:
    """An answer that could not be read: asked again a few times, then left with a default, or open when ``silent``."""
    times = {**state.asked.misread, slot: state.asked.misread.get(slot, 0) + 1}
    state = replace(state, asked=state.asked.model_copy(update={"misread": times}))
    decisive = any(gap.slot == slot and questions.is_decisive(gap) for gap in state.gaps(state.day))
    if times[slot] < (questions.MISREAD if decisive else questions.TRIES):
        return state
    return _by_default(state, slot) if not silent else left_open(state, slot, notice=False)
