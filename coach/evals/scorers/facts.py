"""Every figure of a draft has a source: what the manager said, or a declared formula over it, worked out again here.

Nothing is taken from the guard of the product: the figures are found by :mod:`coach.evals.numbers`.
"""

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence

from coach.evals import numbers
from coach.evals.cases import TODAY, Want
from coach.evals.scorers import Mark, Marks
from coach.evals.trace import Shown, Trace, Written

_DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "quarter": 365.25 / 4, "year": 365.25}
_SCORES = {"points", "none", "count"}
_MOST_LISTED = 4


def fidelity(trace: Trace, wants: Sequence[Want] = ()) -> Marks:
    """``fact_fidelity`` 1 when no figure is unsupported; ``fact_precision``, ``fact_attribution`` as shares."""
    mentions, unsupported, unattributed = 0, [], 0
    for draft in trace.drafts:
        for name, mention in figures(draft):
            mentions += 1
            claims = [one for one in draft.figures if one.text == name and _over(one, mention)]
            if not supported(mention, claims, trace.said, wants):
                unsupported.append(draft.texts[name][mention.start : mention.end])
            unattributed += not any(_claimed(mention, one) for one in claims)
    if not trace.drafts:
        return {name: Mark(None, "no draft") for name in ("fact_fidelity", "fact_precision", "fact_attribution")}
    why = f"no source for {', '.join(map(repr, unsupported[:_MOST_LISTED]))}" if unsupported else ""
    share = 1 - len(unsupported) / mentions if mentions else 1.0
    return {
        "fact_fidelity": Mark(float(not unsupported), why),
        "fact_precision": Mark(share, why),
        "fact_attribution": Mark(
            1 - unattributed / mentions if mentions else 1.0,
            f"{unattributed} of {mentions} point nowhere" if unattributed else "",
        ),
    }


def figures(draft: Written) -> Iterator[tuple[str, numbers.Mention]]:
    """Every figure of every text of a draft; ordinals up to three say an order, not an amount."""
    for name, text in draft.texts.items():
        for mention in numbers.find(text):
            if not (mention.unit == "ordinal" and mention.value <= 3):
                yield name, mention


def supported(
    mention: numbers.Mention, claims: Sequence[Shown], said: Iterable[str], wants: Sequence[Want] = ()
) -> bool:
    """Whether the manager said it, or a formula claimed where it stands gives it from what they said."""
    told = [one for text in said for one in numbers.find(text)]
    worked = [one for one in claims if one.code.startswith("formula.")]
    if mention.day is not None:
        return _dated(mention, claims, told, wants)
    if any(_same(mention, one, wants) for one in told):
        return True
    return any(
        _close(mention, float(one.value)) and _follows(one, told, wants)
        for one in worked
        if not isinstance(one.value, str)
    )


def _dated(
    mention: numbers.Mention, claims: Sequence[Shown], told: Sequence[numbers.Mention], wants: Sequence[Want]
) -> bool:
    day = mention.day
    if day is None:
        return False
    if any(one.day == day for one in told):
        return True
    dues = [want.due for want in wants if want.due is not None]
    if any(low <= day <= high for low, high in dues):
        return True
    if any(one.ref == "default.deadline" and str(one.value) == day.isoformat() for one in claims):
        return day > TODAY
    if any(one.code == "formula.halfway_day" for one in claims):
        ends = [high for _, high in dues] or [one.day for one in told if one.day] or [dt.date.max]
        return TODAY < day < max(ends)
    if dues:
        return False
    return any(one.kind == "user" and one.quote and str(one.value) == day.isoformat() for one in claims)


def _same(mention: numbers.Mention, told: numbers.Mention, wants: Sequence[Want]) -> bool:
    """The same value to half a unit of the last digit shown, of the same kind."""
    if told.day is not None or not _close(mention, told.value):
        return False
    return _kind(mention.unit, told.unit, {want.unit for want in wants})


def _kind(shown: str, told: str, expected: set[str]) -> bool:
    if shown == told or (shown in _SCORES and told in _SCORES):
        return True
    if told == "none":  # "25" typed for a rate or an amount: the unit is what the goal is counted in
        return not expected or shown in expected or (shown in ("EUR", "points") and bool(expected & {"%", "x"}))
    return shown == "none" and told in ("x", "ordinal") and False


def _close(mention: numbers.Mention, value: float) -> bool:
    return abs(mention.value - value) <= max(
        mention.slack if mention.value != int(mention.value) else 0.0, 1e-6 * abs(value)
    )


def _follows(claim: Shown, told: Sequence[numbers.Mention], wants: Sequence[Want]) -> bool:
    """The formula worked out again from figures that the manager said."""
    work = claim.working
    said = {round(one.value, 6) for one in told if one.day is None}

    def known(name: str) -> float | None:
        value = work.get(name)
        return float(value) if isinstance(value, int | float) and round(float(value), 6) in said else None

    value, result = known("value"), float(claim.value)
    if claim.code == "formula.level":
        base = known("baseline")
        if base is None or value is None:
            return False
        unit = work.get("value_unit")
        moved = {"%": (base * (1 + value / 100), base * (1 - value / 100)), "x": (base * value,)}
        return any(abs(one - result) <= 0.5 for one in moved.get(str(unit), (base + value, base - value)))
    if value is None:
        return False
    if claim.code in ("formula.per_period", "formula.total"):
        return _spread(claim, value, result, wants)
    if claim.code == "formula.halfway":
        start = work.get("start") or 0.0
        return (start == 0 or round(float(start), 6) in said) and _upto(
            result, float(start) + (value - float(start)) / 2
        )
    return False


def _spread(claim: Shown, value: float, result: float, wants: Sequence[Want]) -> bool:
    periods = int(claim.working.get("periods") or 0)
    name = str(claim.working.get("cadence", "")).rpartition(".")[2]
    ends = [want.due[1] for want in wants if want.due is not None]
    if periods < 2 or name not in _DAYS:
        return False
    if ends:
        exact = (max(ends) - TODAY).days / _DAYS[name] * (5 / 7 if name == "day" else 1)
        if abs(periods - exact) > max(1.0, 0.15 * exact):
            return False
    return (
        _upto(result, value / periods) if claim.code == "formula.per_period" else math.isclose(result, value * periods)
    )


def _upto(result: float, exact: float) -> bool:
    """The exact figure, or rounded from it by less than two in a hundred, or to the next whole one."""
    return exact - 0.06 <= result <= max(exact + 1, exact * 1.1)


def _over(claim: Shown, mention: numbers.Mention) -> bool:
    return claim.start < mention.end and mention.start < claim.end


def _claimed(mention: numbers.Mention, claim: Shown) -> bool:
    if mention.day is not None:
        return isinstance(claim.value, str) and (
            claim.value == mention.day.isoformat()
            or (mention.month_only and claim.value[:7] == mention.day.isoformat()[:7])
        )
    return not isinstance(claim.value, str) and abs(mention.value - float(claim.value)) <= max(mention.slack, 1e-6)
