"""Step 4: what to ask next. Code chooses the slot; the wording comes from the catalogue or from a model.

One slot, one question, with two to four quick replies built for this goal, none of which invents a figure. What makes
the goal meaningless is asked first, then time, then the baseline, then the context of A and R. Questions end: an answer
of "I don't know" is accepted the second time, and context is only asked while the whole stays short.
"""

import calendar
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Literal

from pydantic import Field

from coach.core import kpis
from coach.core.calibration.offering import Offer
from coach.core.model import Component, Gap, Profile, Question, QuickReply, Slot
from coach.core.model.base import Value

MOST = 10
"""Questions in one conversation at most, whatever is answered."""

FEW = 3
"""Context is only asked while no more than this many questions were: the promised median."""

MOST_CONTEXT = 2
"""Questions that only sharpen a verdict, in one conversation."""

TRIES = 2
""" "I don't know" is heard this many times; then a default is proposed, or the slot is left open."""

MISREAD = 3
"""An answer nobody can read is asked again until this many; then the slot is left open."""

_URGENT: tuple[Slot, ...] = ("goal", "object", "target", "unit", "deadline")
"""What is asked before anything else, in this order: a figure's unit belongs to the figure."""

_NEVER_ASKED: frozenset[Slot] = frozenset({"history"})  # a series of figures is the CRM's to give, not a message's
_SOONEST_DAYS = 21  # a due date is only proposed when it leaves this long


class Asked(Value):
    """What was asked so far: how often, how often answered "I don't know" or unreadably, and what is closed."""

    times: dict[str, int] = Field(default_factory=dict)
    declined: dict[str, int] = Field(default_factory=dict)
    misread: dict[str, int] = Field(default_factory=dict)
    closed: tuple[str, ...] = ()  # left open by the manager: never asked again
    context: int = 0  # how many of the questions only sharpened a verdict
    first: Literal["baseline"] | None = None  # what the manager prefers to tell before the rest

    @property
    def total(self) -> int:
        """Questions asked in all."""
        return sum(self.times.values())


def ask(
    gaps: Sequence[Gap],
    goals: Sequence[Component],
    *,
    asked: Asked,
    today: date,
    profile: Profile = Profile(),  # noqa: B008  # frozen
    targets: Sequence[Offer] = (),
) -> Question | None:
    """The next question, or None when nothing decisive is missing any more, or enough was asked.

    Args:
        gaps: What is missing, in the order it matters.
        goals: The goal; several when the text holds several and none was chosen yet; none when it holds none.
        asked: The questions so far.
        today: The day deadlines are proposed from.
        profile: Context and conventions: what they tell is no gap, and they shape the replies.
        targets: Targets on current form, when a history tells them.
    """
    gap = _next(gaps, asked)
    if gap is None:
        return None
    goal = goals[0] if goals else Component()
    times = asked.times.get(gap.slot, 0) + 1
    replies = _replies(gap.slot, goals, goal, today, profile)
    return Question(
        id=f"{gap.slot}.{times}",
        slot=gap.slot,
        code=f"{_kind(gap.slot, goal)}.{'first' if times == 1 else 'again'}",
        params=_params(gap, goal),
        replies=tuple(_targets(targets, goal) if targets and gap.slot == "target" else replies)[:4],
        asked=times,
    )


def _next(gaps: Sequence[Gap], asked: Asked) -> Gap | None:
    """The gap to ask about: decisive ones and units first, context while there is room for it."""
    if asked.total >= MOST:
        return None
    open_gaps = [gap for gap in gaps if "manager" in gap.sources and gap.slot not in {*asked.closed, *_NEVER_ASKED}]
    if asked.first == "baseline":
        return Gap(slot="baseline", criterion="measurable", decisive=False)
    decisive = sorted((gap for gap in open_gaps if is_decisive(gap)), key=lambda gap: _URGENT.index(gap.slot))
    roomy = asked.total < FEW and asked.context < MOST_CONTEXT
    rest = [gap for gap in open_gaps if not is_decisive(gap) and roomy and asked.times.get(gap.slot, 0) < 1]
    repeated = [
        gap
        for gap in open_gaps
        if asked.times.get(gap.slot, 0) and gap.slot in asked.misread and asked.misread[gap.slot]
    ]
    return next(iter([*decisive, *repeated, *rest]), None)


def is_decisive(gap: Gap) -> bool:
    """Whether the goal means little without it; a figure without its unit does."""
    return gap.slot in _URGENT and (gap.decisive or gap.slot == "unit")


def _kind(slot: Slot, goal: Component) -> str:
    """Which wording of a slot: "how many" for things, "how much" for money, "what level" for a rate."""
    unnamed = goal.metric is None and not goal.metric_raw
    if slot == "object":
        return "object_named" if goal.metric_raw else "object"
    if slot == "baseline":
        return "baseline_plain" if unnamed else "baseline"
    if slot != "target":
        return slot
    kpi = kpis.find(goal.metric)
    if kpi is None or kpi.id == "other":
        return "target_named" if goal.metric_raw else "target_plain"
    produced = {"count": "target_count", "money": "target_amount"} if kpi.adds_up == "sum" else {}
    return produced.get(kpi.unit, "target_level")


def _params(gap: Gap, goal: Component) -> dict[str, Any]:
    """What the wording may name: the metric, in the manager's words when the catalogue has none; no figure of ours."""
    params = {"criterion": gap.criterion, "metric": goal.metric, "metric_raw": goal.metric_raw, "unit": goal.unit}
    return {name: value for name, value in params.items() if value is not None}


# Quick replies: "reply.<code>" in the catalogue


def _reply(code: str, **params: Any) -> QuickReply:
    return QuickReply(code=code, params=params)


def _replies(
    slot: Slot, goals: Sequence[Component], goal: Component, today: date, profile: Profile
) -> Iterator[QuickReply]:
    if slot == "goal":
        yield from (
            _reply("goal", nth=at + 1, metric=one.metric, metric_raw=one.metric_raw) for at, one in enumerate(goals)
        )
    elif slot == "object":
        yield from (_reply("object", metric=metric) for metric in _likely_metrics(profile))
    elif slot == "unit":
        yield from (
            _reply("unit", amount={"amount": goal.value, "unit": unit}) for unit in _likely_units(goal, profile)
        )
    elif slot == "deadline":
        yield from deadlines(goal, today, profile)
    elif slot == "target":
        yield from map(_reply, ("unknown", *(() if goal.baseline is not None else ("baseline_first",)), "skip"))
    else:
        yield from map(_reply, _FIXED[slot])


_FIXED: Mapping[Slot, tuple[str, ...]] = {
    "baseline": ("unknown", "unmeasured", "skip"),
    "segment": ("segment_existing", "segment_new", "segment_sme", "segment_large"),
    "means": ("means_same", "means_tool", "means_training", "unknown"),
    "maturity": ("maturity_junior", "maturity_confirmed", "maturity_senior", "maturity_mixed"),
    "company": ("company_sme", "company_scale_up", "unknown"),
    "headcount": ("headcount_alone", "unknown"),
    "market_growth": ("market_growing", "market_stable", "market_shrinking", "unknown"),
    "extra_means": ("yes", "no", "unknown"),
    "strategy": ("strategy_conquest", "strategy_loyalty", "strategy_margin"),
    "history": ("unknown", "skip"),
}


def _targets(offers: Sequence[Offer], goal: Component) -> Iterator[QuickReply]:
    """Targets that the history tells, each with its chance on current form."""
    for offer in offers:
        amount = {"amount": offer.value, "unit": offer.unit, "metric": goal.metric}
        yield _reply(f"target_{offer.variant}", target=amount, chance={"share": round(offer.chance, 2)})
    yield _reply("unknown")


def _likely_metrics(profile: Profile) -> tuple[str, ...]:
    """KPIs to choose from: activity for juniors, value for seniors. Source: seed article, IV."""
    return {
        "junior": ("qualified_meetings", "calls", "leads", "quotes_sent"),
        "senior": ("revenue", "margin", "new_customers", "upsell_revenue"),
    }.get(profile.context.maturity or "", ("revenue", "new_customers", "qualified_meetings", "closing_rate"))


def _likely_units(goal: Component, profile: Profile) -> tuple[str, ...]:
    kpi = kpis.find(goal.metric)
    if kpi is not None and kpi.unit == "rate":
        return ("%", "points")
    return (
        (profile.conventions.currency, "%", "count")
        if kpi is None or kpi.id == "other"
        else (profile.conventions.currency, "%")
    )


def deadlines(goal: Component, today: date, profile: Profile) -> Iterator[QuickReply]:
    """Ends of periods of the company's calendar, the nearest that leaves time first, each date once.

    A month for juniors and their activities, up to the year for the others. Source: seed article, II.5.
    """
    start = profile.conventions.fiscal_year_start
    kpi = kpis.find(goal.metric)
    brisk = profile.context.maturity == "junior" or (kpi is not None and kpi.nature == "activity" and kpi.id != "other")
    lengths = (("month", 1), ("quarter", 3), ("half", 6)) if brisk else (("quarter", 3), ("half", 6), ("year", 12))
    seen: set[date] = set()
    for name, months in lengths:
        day = period_end(today + timedelta(days=_SOONEST_DAYS), months, start)
        if day not in seen:
            seen.add(day)
            yield _reply(f"deadline_{name}", day={"date": day.isoformat()})
    if len(seen) < 2:
        day = period_end(max(seen) + timedelta(days=1), lengths[0][1], start)
        yield _reply(f"deadline_{lengths[0][0]}", day={"date": day.isoformat()})


def period_end(day: date, months: int, first_month: int = 1) -> date:
    """The last day of the period of ``months`` months that holds ``day``, in years that begin with ``first_month``."""
    place = (day.month - first_month) % 12
    last = day.month + months - 1 - place % months
    year, month = day.year + (last - 1) // 12, (last - 1) % 12 + 1
    return date(year, month, calendar.monthrange(year, month)[1])


def default(slot: Slot, goal: Component, today: date, profile: Profile) -> date | None:
    """What is proposed for a slot nobody could fill: a due date, at the first period end that leaves time.

    Source: seed article, II.5: a month or a quarter are the usual horizons; a target or a baseline has no convention.
    """
    if slot != "deadline":
        return None
    return date.fromisoformat(next(deadlines(goal, today, profile)).params["day"]["date"])
