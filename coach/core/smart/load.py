"""The load a target puts on each person and week, against what the trade reports. Part of ``realistic``.

Source: seed article, II.4 (the same six months: two seniors against one junior); the thresholds name theirs.
"""

from dataclasses import dataclass
from typing import Any

from coach.core import kpis
from coach.core.model import Component, Context, Evidence, Finding, Reading
from coach.core.smart import asked
from coach.core.smart.rules import figure, found, missing, quoted, share, standing
from coach.core.smart.thresholds import Limits
from coach.core.smart.trade import aims_at_key_accounts

_KINDS = {"calls": "calls", "qualified_meetings": "meetings", "deals_won": "deals", "new_customers": "deals"}


@dataclass(frozen=True, slots=True)
class Output:
    """What people are to produce: ``per_week`` for the whole team, None without a rhythm or a horizon to come."""

    kind: str  # "calls", "meetings" or "deals"
    per_week: float | None


@dataclass(frozen=True, slots=True)
class Capacity:
    """What one person does in a week, usually and at most, and the thresholds that say so.

    ``win_rate``: share of meetings that end in a deal, when deals are what is counted.
    """

    usual: float
    most: float
    thresholds: tuple[str, ...]
    win_rate: float | None = None


def output(component: Component, reading: Reading) -> Output | None:
    """What the goal makes people produce, when the trade has figures for it; None for rates, changes and amounts.

    An amount with an average deal beside it makes a number of deals ("80 000 €, panier moyen de 8 000 €": ten).
    """
    kind = _KINDS.get(component.metric or "")
    if kind and component.change is not None and asked.volume(component) is not None:
        return Output(kind, asked.per_week(component, reading.reference_date))
    deals = _deals_behind(component)
    return Output("deals", asked.per_week(deals, reading.reference_date)) if deals else None


def _deals_behind(component: Component) -> Component | None:
    kpi = kpis.find(component.metric)
    if kpi is None or kpi.unit != "money" or kpi.adds_up != "sum" or component.value is None:
        return None
    for condition in component.conditions:
        if condition.metric == "average_deal_size" and condition.value > 0 and condition.unit == component.unit:
            deals = {"metric": "deals_won", "value": component.value / condition.value, "unit": "count"}
            return component.model_copy(update=deals)
    return None


def review(reading: Reading, component: Component, context: Context, work: Output, limits: Limits) -> Finding:
    """One person's weekly load: beyond the usual it warns, beyond the most ever reported it fails."""
    words = quoted(reading, component, "value", "metric", "cadence", "deadline")
    if context.headcount is None:
        evidence = missing("headcount", "maturity")
        return found("realistic.load", "unknown", words, evidence=evidence, asks_for="headcount")
    people = _people(context, limits)
    staffed = (Evidence(kind="context", ref="headcount", text=str(context.headcount)),)
    if people <= 0:
        return found("realistic.load", "nobody", words, evidence=staffed, asks_for="headcount")
    if work.per_week is None:
        return found("realistic.load", "no_horizon", words, evidence=missing("deadline"), asks_for="deadline")
    key = aims_at_key_accounts(reading, component)
    capacity = _capacity(work.kind, key=key, junior=context.maturity == "junior", limits=limits)
    load = work.per_week / people
    outcome = "pass" if load <= capacity.usual else "warn" if load <= capacity.most else "fail"
    params: dict[str, Any] = {"usual": _rounded(capacity.usual), "most": _rounded(capacity.most)}
    asks_for = None if outcome == "pass" else "target"
    if capacity.win_rate:
        outcome = f"funnel_{outcome}"
        params |= {"meetings": _rounded(load / capacity.win_rate), "rate": share(capacity.win_rate)}
    else:
        params["load"] = figure(_rounded(load), "count", component.metric)
    evidence = staffed + standing(limits, *capacity.thresholds)
    return found("realistic.load", outcome, words, evidence=evidence, asks_for=asks_for, n=context.headcount, **params)


def _people(context: Context, limits: Limits) -> float:
    """Full yields: whoever is still learning the job counts for a share of one, and running goals take their time."""
    headcount = context.headcount or 0
    learning = min(context.ramping or 0, headcount)
    return (headcount - learning * (1 - limits["realistic.ramp_share"])) * (1 - (context.time_taken or 0.0))


def _capacity(kind: str, *, key: bool, junior: bool, limits: Limits) -> Capacity:
    """Calls and meetings as reported; deals through the meetings they take, won at the usual and at the best rate."""
    family = "calls" if kind == "calls" else "key_meetings" if key else "meetings"
    usual, most = f"realistic.{family}_usual", f"realistic.{family}_most"
    if kind != "deals":
        return Capacity(limits[usual], limits[most], (usual, most))
    rate = "realistic.key_win_rate" if key else "realistic.win_rate"
    thresholds = (usual, f"{rate}_usual", most, f"{rate}_most", *(["realistic.junior_share"] if junior else []))
    part = limits["realistic.junior_share"] if junior else 1.0
    won, best = limits[f"{rate}_usual"] * part, limits[f"{rate}_most"] * part
    return Capacity(limits[usual] * won, limits[most] * best, thresholds, won)


def _rounded(number: float) -> float:
    """A load as people say it: no decimal from ten on, one below; a small one keeps its first significant digit."""
    if abs(number) >= 10:
        return float(round(number))
    return round(number, 1) or round(number, 2) or round(number, 4)
