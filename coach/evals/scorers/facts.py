"""Every figure of a draft has a source: what the manager said, or a declared formula over it, worked out again here.

Nothing is taken from the guard of the product: the figures are found by :mod:`coach.evals.numbers`.
"""

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from coach.evals import numbers
from coach.evals.cases import Want
from coach.evals.scorers import Mark, Marks
from coach.evals.trace import TODAY, Shown, Trace, Written

_DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "quarter": 365.25 / 4, "year": 365.25}
_SCORES = {"points", "none", "count"}
_MOST_LISTED = 4


class Known(NamedTuple):
    """What may vouch for a figure: the manager's own, and the days the goal may run between."""

    told: tuple[numbers.Mention, ...]
    dues: tuple[tuple[dt.date, dt.date], ...]
    units: frozenset[str]
    starts: tuple[dt.date, ...] = ()
    proposed: tuple[dt.date, ...] = ()
    today: dt.date = TODAY

    @property
    def ends(self) -> tuple[dt.date, ...]:
        """The days a goal may end on."""
        written = tuple(one.day for one in self.told if one.day is not None)
        return (*(high for _, high in self.dues), *self.proposed, *(() if self.dues else written))


def known(trace: Trace, wants: Sequence[Want] = (), figures: Sequence[Shown] = (), *, strict: bool = False) -> Known:
    """What the manager said, what would be right, and the days that the draft starts on or proposes by convention.

    A day whose words the manager said has a source, whether or not it is what they meant; ``strict`` asks for that too.
    """
    units = {want.unit for want in wants} | ({"%"} if any(want.unit == "points" for want in wants) else set())
    if any(want.change == "relative" for want in wants):
        units |= {"EUR", "USD", "GBP", "CHF", "none", "count"}
    return Known(
        told=tuple(one for text in trace.said for one in numbers.said(text)),
        dues=tuple(want.due for want in wants if want.due is not None),
        units=frozenset(units),
        starts=tuple(dt.date.fromisoformat(str(one.value)) for one in figures if one.role == "start" and one.quote),
        proposed=tuple(
            dt.date.fromisoformat(str(one.value))
            for one in figures
            if one.role == "deadline" and (one.ref == "default.deadline" or (not strict and _said(one, trace.said)))
        ),
        today=trace.day,
    )


def fidelity(trace: Trace, wants: Sequence[Want] = ()) -> Marks:
    """``fact_fidelity`` 1 when no figure is unsupported; ``fact_precision``, ``fact_attribution`` as shares.

    Attribution asks more: that the source named where the figure stands really holds it, days as the case means them.
    """
    mentions, unsupported, misread = 0, [], []
    for draft in trace.drafts:
        vouching, right = (known(trace, wants, draft.figures, strict=strict) for strict in (False, True))
        for name, mention in figures(draft):
            mentions += 1
            claims, shown = claims_on(draft, name, mention), draft.texts[name][mention.start : mention.end]
            if not supported(mention, claims, vouching):
                unsupported.append(shown)
            if not any(_claimed(mention, one) for one in claims) or not supported(mention, claims, right):
                misread.append(shown)
    if not trace.drafts:
        return {name: Mark(None, "no draft") for name in ("fact_fidelity", "fact_precision", "fact_attribution")}
    why = f"no source for {', '.join(map(repr, unsupported[:_MOST_LISTED]))}" if unsupported else ""
    meant = f"not in the words it points to: {', '.join(map(repr, misread[:_MOST_LISTED]))}" if misread else ""
    return {
        "fact_fidelity": Mark(float(not unsupported), why),
        "fact_precision": Mark(1 - len(unsupported) / mentions if mentions else 1.0, why),
        "fact_attribution": Mark(1 - len(misread) / mentions if mentions else 1.0, meant),
    }


def _said(claim: Shown, said: Sequence[str]) -> bool:
    return claim.kind == "user" and bool(claim.quote) and any(claim.quote in text for text in said)


def figures(draft: Written) -> Iterator[tuple[str, numbers.Mention]]:
    """Every figure of every text of a draft; ordinals up to three say an order, not an amount."""
    for name, text in draft.texts.items():
        for mention in numbers.find(text):
            if not (mention.unit == "ordinal" and mention.value <= 3):
                yield name, mention


def claims_on(draft: Written, name: str, mention: numbers.Mention) -> list[Shown]:
    """The sourced figures that stand where a mention does."""
    return [one for one in draft.figures if one.text == name and one.start < mention.end and mention.start < one.end]


def supported(mention: numbers.Mention, claims: Sequence[Shown], vouching: Known) -> bool:
    """Whether the manager said it, or a formula claimed where it stands gives it from what they said."""
    if mention.day is not None:
        return _dated(mention.day, claims, vouching)
    if any(_same(mention, one, vouching.units) for one in vouching.told):
        return True
    worked = [one for one in claims if one.code.startswith("formula.") and not isinstance(one.value, str)]
    return any(_close(mention, float(one.value)) and _follows(one, vouching) for one in worked)


def _dated(day: dt.date, claims: Sequence[Shown], vouching: Known) -> bool:
    if any(one.day == day for one in vouching.told) or day in vouching.proposed:
        return True
    if any(low <= day <= high for low, high in vouching.dues):
        return True
    if any(one.role == "start" and one.quote for one in claims):
        return dt.date(vouching.today.year, 1, 1) <= day < max(vouching.ends, default=dt.date.max)
    if any(one.code == "formula.halfway_day" for one in claims):
        return vouching.today < day < max(vouching.ends, default=dt.date.max)
    if vouching.dues:
        return False
    return any(one.kind == "user" and one.quote and str(one.value) == day.isoformat() for one in claims)


def _same(mention: numbers.Mention, told: numbers.Mention, units: frozenset[str]) -> bool:
    """The same value to half a unit of the last digit shown, of the same kind."""
    if told.day is not None or not _close(mention, told.value):
        return False
    if mention.unit == told.unit or (mention.unit in _SCORES and told.unit in _SCORES):
        return True
    if told.unit == "x" and mention.unit == "none":  # "10 fois" said, "multiplié par 10" shown
        return True
    return told.unit == "none" and (not units or mention.unit in units)  # "25" typed for a rate or an amount


def _close(mention: numbers.Mention, value: float) -> bool:
    whole = mention.value == int(mention.value)
    return abs(mention.value - value) <= max(0.0 if whole else mention.slack, 1e-6 * abs(value))


def _follows(claim: Shown, vouching: Known) -> bool:
    """The formula worked out again from figures that the manager said."""
    work = claim.working
    said = {round(one.value, 6) for one in vouching.told if one.day is None}

    def told(name: str) -> float | None:
        value = work.get(name)
        return float(value) if isinstance(value, int | float) and round(float(value), 6) in said else None

    value, result = told("value"), float(claim.value)
    if value is None:
        return False
    if claim.code == "formula.level":
        base = told("baseline")
        return base is not None and _levelled(base, value, str(work.get("value_unit")), result)
    if claim.code in ("formula.per_period", "formula.total"):
        return _spread(claim, value, result, vouching)
    if claim.code == "formula.halfway":
        start = float(work.get("start") or 0.0)
        return (start == 0 or round(start, 6) in said) and _upto(result, start + (value - start) / 2)
    return False


def _levelled(base: float, value: float, unit: str, result: float) -> bool:
    moved = {"%": (base * (1 + value / 100), base * (1 - value / 100)), "x": (base * value,)}
    return any(abs(one - result) <= 0.5 for one in moved.get(unit, (base + value, base - value)))


def _spread(claim: Shown, value: float, result: float, vouching: Known) -> bool:
    """A target shared over its periods, or a rhythm summed over them; as many of them as there is time for."""
    periods = int(claim.working.get("periods") or 0)
    name = str(claim.working.get("cadence", "")).rpartition(".")[2]
    if periods < 2 or name not in _DAYS:
        return False
    starts, share = (vouching.today, *vouching.starts), 5 / 7 if name == "day" else 1.0
    spans = [(end - start).days / _DAYS[name] * share for end in vouching.ends for start in starts if end > start]
    if spans and not any(abs(periods - exact) <= max(1.0, 0.15 * exact) for exact in spans):
        return False
    return (
        _upto(result, value / periods) if claim.code == "formula.per_period" else math.isclose(result, value * periods)
    )


def _upto(result: float, exact: float) -> bool:
    """The exact figure, or rounded from it by less than one in ten, or to the next whole one."""
    return exact - 0.06 <= result <= max(exact + 1, exact * 1.1)


def _claimed(mention: numbers.Mention, claim: Shown) -> bool:
    if mention.day is not None:
        return isinstance(claim.value, str) and (
            claim.value == mention.day.isoformat()
            or (mention.month_only and claim.value[:7] == mention.day.isoformat()[:7])
        )
    return not isinstance(claim.value, str) and abs(mention.value - float(claim.value)) <= max(mention.slack, 1e-6)
