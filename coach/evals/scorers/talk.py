"""The questions: whether each was worth asking, and the whole no longer than it had to be."""

from collections import Counter

from coach.evals import words
from coach.evals.cases import Goal
from coach.evals.scorers import Mark, Marks, yes
from coach.evals.trace import Asked, Trace

MOST_TURNS = 14
_FIRST = ("goal", "object", "target", "unit", "deadline")
_KNOWN = {"target": "value", "deadline": "deadline", "baseline": "baseline", "object": "metric", "segment": "segment"}


def questions(case: Goal, trace: Trace) -> Marks:
    """A4.8: targeted, single, fresh, order, done, excess, dont_know_ok, told in their words."""
    asked = trace.asked
    return {
        "targeted": _share(asked, _targeted, "asks what is not missing"),
        "single": _share(asked, _single, "asks more than one thing"),
        "fresh": _share(asked, lambda one: _KNOWN.get(one.slot) not in one.known, "asks what is known"),
        "repeats": _repeats(asked),
        "order": _order(asked),
        "done": yes(
            trace.status == "drafted" and len(asked) <= MOST_TURNS, f"{trace.status} after {len(asked)} questions"
        ),
        "questions": Mark(float(len(asked))),
        "excess": _excess(case, trace),
        "must_ask": _must(case, trace),
        "dont_know_ok": _dont_know(asked, trace),
    }


def switched(trace: Trace) -> Marks:
    """After a change of language, the very next question is in the new one."""
    spoken = [one.spoken for one in trace.asked]
    changed = [two for one, two in zip(trace.asked, trace.asked[1:], strict=False) if one.spoken != two.spoken]
    if len(set(spoken)) < 2:
        return {"switch": Mark(None)}
    wrong = [one.text for one in changed if words.language(one.text) not in (one.spoken, "und")]
    return {"switch": yes(not wrong, wrong[0] if wrong else "")}


def _share(asked: tuple[Asked, ...], right, why: str) -> Mark:
    if not asked:
        return Mark(None, "nothing asked")
    wrong = [one for one in asked if not right(one)]
    return Mark(1 - len(wrong) / len(asked), f"{why}: {wrong[0].slot}: {wrong[0].text}" if wrong else "")


def _targeted(one: Asked) -> bool:
    return one.slot in one.missing or one.slot in ("goal", "unit")


def _single(one: Asked) -> bool:
    return one.text.count("?") + one.text.count("？") == 1


def _repeats(asked: tuple[Asked, ...]) -> Mark:
    """No question that was answered is asked again in the same words, and none more than three times."""
    answered = [one for one in asked if not one.shrugged]
    again = [
        two.text
        for at, one in enumerate(answered)
        for two in answered[at + 1 :]
        if words.tokens(one.text) == words.tokens(two.text)
    ]
    often = [slot for slot, n in Counter(one.slot for one in asked).items() if n > 3]
    return yes(not again and not often, (again or often or [""])[0])


def _order(asked: tuple[Asked, ...]) -> Mark:
    """What makes a goal meaningless comes before what sharpens a verdict."""
    wrong = [one for one in asked if one.slot not in _FIRST and set(one.decisive) & set(_FIRST)]
    return Mark(1 - len(wrong) / len(asked), wrong[0].text if wrong else "") if asked else Mark(None)


def _excess(case: Goal, trace: Trace) -> Mark:
    """Questions asked beyond those that the case needs; the two that fit a draft to its team are allowed for."""
    if not case.ask:
        return Mark(None)
    answered = [one for one in trace.asked if not one.shrugged]
    return Mark(float(max(0, len(answered) - len(case.ask))))


def _must(case: Goal, trace: Trace) -> Mark:
    """Each fact that only the manager can tell was asked, or told before it was."""
    if not case.ask:
        return Mark(None)
    slots = {one.slot for one in trace.asked}
    known = set(trace.asked[-1].known) if trace.asked else set()
    last = trace.drafts[0].goal if trace.drafts else {}
    left = [
        slot
        for slot in case.ask
        if slot not in slots and _KNOWN.get(slot, slot) not in known and last.get(_KNOWN.get(slot, slot)) is None
    ]
    return yes(not left, f"never asked: {', '.join(left)}")


def _dont_know(asked: tuple[Asked, ...], trace: Trace) -> Mark:
    """ "I don't know" is taken for an answer the second time: the slot is not asked a third time."""
    shrugs = Counter(one.slot for one in asked if one.shrugged)
    twice = [slot for slot, n in shrugs.items() if n >= 2]
    if not twice:
        return Mark(None)
    times = Counter(one.slot for one in asked)
    return yes(all(times[slot] <= 3 for slot in twice) and trace.status == "drafted", ", ".join(twice))
