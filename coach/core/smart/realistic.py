"""Realistic: the level asked, against means and market. It knows nothing of past performance.

Source: seed article, I.2, II.3 and II.4 ("marché, moyens, organisation"). History is :mod:`coach.core.smart.attainable`'s.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from coach.core import kpis
from coach.core.model import Component, Context, Evidence, Finding, Reading
from coach.core.smart import asked
from coach.core.smart.rules import figure, found, missing, quoted, share, standing
from coach.core.smart.thresholds import Limits
from coach.core.smart.trade import aims_at_key_accounts

_FUNNEL = ("deals_won", "new_customers")
_FROM_WHICH_MONEY_COMES = (*_FUNNEL, "revenue", "margin")


def review(reading: Reading, context: Context, limits: Limits) -> tuple[Finding, ...]:
    """Findings on whether people and market can carry the level.

    One rule settles the verdict, by what is asked: the load per person for what people produce, growth against the market
    for what the market buys, the means planned for the rest. The others only warn. What context does not tell is named.
    """
    component = reading.first
    if component.value is None:
        return (found("realistic.target", "unknown", evidence=missing("target"), asks_for="target"),)
    return (
        *_settle(reading, component, context, limits),
        *_rate(reading, component, limits),
        *_cycle(reading, component, context),
        *_organisation(context, limits),
    )


def _settle(reading: Reading, component: Component, context: Context, limits: Limits) -> Iterator[Finding]:
    output = _output(component, reading)
    growth = _market_growth_asked(component, limits)
    if output is not None:
        yield _load(reading, component, context, output, limits)
    if growth is not None or (output is None and _is_bought(component)):
        yield _growth(reading, component, context, growth, limits)
    elif output is None:
        yield _means(reading, component, context)


# -- what people produce ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Output:
    """What people are to produce: ``per_week`` for the whole team, None without rhythm or horizon; ``won`` through meetings."""

    per_week: float | None
    kind: str  # "calls", "meetings" or "deals"


def _output(component: Component, reading: Reading) -> _Output | None:
    kind = {"calls": "calls", "qualified_meetings": "meetings"}.get(component.metric or "")
    if component.metric in _FUNNEL:
        kind = "deals"
    if kind and asked.volume(component) is not None and component.change is not None:
        return _Output(asked.per_week(component, reading.reference_date), kind)
    deals = _deals_behind(component)
    return None if deals is None else _Output(asked.per_week(deals, reading.reference_date), "deals")


def _deals_behind(component: Component) -> Component | None:
    """An amount and an average deal make a number of deals ("80 000 €, panier moyen de 8 000 €": ten)."""
    kpi = kpis.find(component.metric)
    if kpi is None or kpi.unit != "money" or kpi.adds_up != "sum" or component.value is None:
        return None
    for condition in component.conditions:
        if condition.metric == "average_deal_size" and condition.value > 0 and condition.unit == component.unit:
            return component.model_copy(
                update={"value": component.value / condition.value, "unit": "count", "metric": "deals_won", "change": "absolute"}
            )
    return None


def _load(reading: Reading, component: Component, context: Context, output: _Output, limits: Limits) -> Finding:
    """The weekly load of one person against what the trade reports: beyond the usual it warns, beyond the most it fails."""
    spans, evidence = quoted(reading, component, "value", "metric", "cadence", "deadline")
    if context.headcount is None:
        return found("realistic.load", "unknown", spans=spans, evidence=missing("headcount", "maturity"), asks_for="headcount")
    people = _people(context, limits)
    evidence += (Evidence(kind="context", ref="headcount", text=str(context.headcount)),)
    if people <= 0:
        return found("realistic.load", "nobody", spans=spans, evidence=evidence, asks_for="headcount")
    if output.per_week is None:
        return found("realistic.load", "no_horizon", spans=spans, evidence=missing("deadline"), asks_for="deadline")
    usual, most, thresholds = _capacity(reading, component, context, output, limits)
    load = output.per_week / people
    outcome = "pass" if load <= usual else "warn" if load <= most else "fail"
    params = {"load": _rounded(load), "usual": _rounded(usual), "most": _rounded(most), "n": context.headcount}
    if output.kind == "deals":
        rate = limits[thresholds[1]]
        outcome, params = f"funnel_{outcome}", params | {"meetings": _rounded(load / rate), "rate": share(rate)}
    return found("realistic.load", outcome, spans=spans, evidence=evidence + standing(*thresholds), asks_for=_unless_pass(outcome),
                 **params)  # fmt: skip


def _unless_pass(outcome: str) -> str | None:
    return None if outcome.endswith("pass") else "target"


def _rounded(number: float) -> float:
    """A load as people say it: one decimal under ten, none above; a small one keeps its first significant digit."""
    if number >= 10:
        return float(round(number))
    return round(number, 1) or round(number, 2) or round(number, 4)


def _people(context: Context, limits: Limits) -> float:
    """Full-time yields: whoever is still learning the job counts for a share of one."""
    headcount = context.headcount or 0
    learning = min(context.ramping or 0, headcount)
    return headcount - learning * (1 - limits["realistic.ramp_share"])


def _capacity(
    reading: Reading, component: Component, context: Context, output: _Output, limits: Limits
) -> tuple[float, float, tuple[str, ...]]:
    """Usual and most per person and week, and the thresholds they come from (for deals, the second one is the win rate)."""
    key = "key_" if output.kind != "calls" and aims_at_key_accounts(reading, component) else ""
    base = f"realistic.{key}{'calls' if output.kind == 'calls' else 'meetings'}"
    if output.kind != "deals":
        return limits[f"{base}_usual"], limits[f"{base}_most"], (f"{base}_usual", f"{base}_most")
    win = f"realistic.{key}win_rate"
    yield_ = limits["realistic.junior_share"] if context.maturity == "junior" else 1.0
    thresholds = (f"{base}_usual", f"{win}_usual", f"{base}_most", f"{win}_most")
    if context.maturity == "junior":
        thresholds += ("realistic.junior_share",)
    return (
        limits[f"{base}_usual"] * limits[f"{win}_usual"] * yield_,
        limits[f"{base}_most"] * limits[f"{win}_most"] * yield_,
        thresholds,
    )


# -- what the market buys ---------------------------------------------------------------------------------------------


def _is_bought(component: Component) -> bool:
    kpi = kpis.find(component.metric)
    return kpi is not None and kpi.id != "other" and kpi.nature == "result" and kpi.adds_up != "rate" and kpi.unit != "rate"


def _market_growth_asked(component: Component, limits: Limits) -> float | None:
    """Growth to compare with the market's; None for rates and activities, and on a base too small for a percentage."""
    if not _is_bought(component) or component.direction in ("decrease", "maintain"):
        return None
    if component.unit in ("count", "none") and (component.baseline or 0) < limits["attainable.small_base"]:
        return None
    return asked.growth(component)


def _growth(
    reading: Reading, component: Component, context: Context, growth: float | None, limits: Limits
) -> Finding:
    spans, evidence = quoted(reading, component, "baseline", "value")
    if growth is None:
        return found("realistic.growth", "unknown", spans=spans, evidence=missing(*_unknowns(component, context)),
                     asks_for=next(iter(_unknowns(component, context)), None))  # fmt: skip
    means = _means_granted(component, context)
    if means is not None:
        evidence += (Evidence(kind="context", ref="extra_means", text=context.means or component.means or ""),)
    if context.market_growth is not None:
        evidence += (Evidence(kind="context", ref="market_growth"),)
    outcome, thresholds = _strain(growth, context.market_growth, means, _years(component, reading), limits)
    params = {"growth": share(growth)}
    if context.market_growth is not None:
        params["market"] = share(context.market_growth)
    if outcome == "unknown":
        slots = _unknowns(component, context)
        return found("realistic.growth", outcome, spans=spans, evidence=missing(*slots), asks_for=next(iter(slots), None), **params)
    asks_for = {"pass": None, "supported": None, "supported_far": "target", "fail": "target"}.get(outcome, "extra_means")
    return found("realistic.growth", outcome, spans=spans, evidence=evidence + standing(*thresholds), asks_for=asks_for,
                 **params)  # fmt: skip


def _unknowns(component: Component, context: Context) -> tuple[str, ...]:
    """What would tell whether the market and the means carry it, most telling first."""
    slots = []
    if asked.growth(component) is None and component.baseline is None:
        slots.append("baseline")
    if _means_granted(component, context) is None:
        slots.append("extra_means")
    if context.market_growth is None:
        slots.append("market_growth")
    return tuple(slots)


def _means_granted(component: Component, context: Context) -> bool | None:
    """Whether this goal gets means of its own: what the context says first, else what the sentence names."""
    if context.extra_means is not None:
        return context.extra_means
    return True if component.means or context.means else None


def _years(component: Component, reading: Reading) -> float:
    """Length over which growth adds up: a year at least, since growth is quoted by year."""
    return max(1.0, (asked.horizon_days(component, reading.reference_date) or 0) / asked.YEAR_DAYS)


def _strain(
    growth: float, market: float | None, means: bool | None, years: float, limits: Limits
) -> tuple[str, tuple[str, ...]]:
    """How far growth outruns the market. The outcome only ever worsens as growth rises, whatever else is known."""
    near, far, alone = "realistic.growth_over_market", "realistic.growth_strain", "realistic.growth_alone"
    if market is None:
        if means:
            return ("supported", (far,)) if growth <= limits[far] else ("supported_far", (far,))
        return ("alone", (alone,)) if means is False and growth >= limits[alone] else ("unknown", ())
    if growth <= (1 + market + limits[near]) ** years - 1:
        return "pass", (near,)
    if growth <= (1 + market + limits[far]) ** years - 1:
        return ("supported" if means else "warn"), (far,)
    return {True: "supported_far", False: "fail", None: "ask_means"}[means], (far,)


# -- everything else --------------------------------------------------------------------------------------------------


def _means(reading: Reading, component: Component, context: Context) -> Finding:
    """A rate, a score or a change of activity: is anything planned that would move it?"""
    spans, evidence = quoted(reading, component, "means", "channel")
    granted = _means_granted(component, context)
    if granted is None and component.channel:
        granted = True
    if granted is None:
        return found("realistic.means", "unknown", evidence=missing("extra_means"), asks_for="extra_means")
    evidence += (Evidence(kind="context", ref="extra_means", text=context.means or ""),)
    if granted and asked.volume(component) is not None and not _is_rate(component):
        return found("realistic.means", "unknown", spans=spans, evidence=evidence)  # no benchmark to hold a volume against
    return found("realistic.means", "pass" if granted else "warn", spans=spans, evidence=evidence,
                 asks_for=None if granted else "extra_means")  # fmt: skip


def _is_rate(component: Component) -> bool:
    kpi = kpis.find(component.metric)
    return component.change == "relative" or (kpi is not None and kpi.adds_up != "sum")


def _rate(reading: Reading, component: Component, limits: Limits) -> Iterator[Finding]:
    if component.metric != "closing_rate" or component.unit != "%" or component.change == "relative":
        return
    best = limits["realistic.win_rate_most"]
    if (component.value or 0) / 100 > best:
        spans, evidence = quoted(reading, component, "value")
        yield found("realistic.rate", "warn", spans=spans, evidence=evidence + standing("realistic.win_rate_most"), best=share(best))


def _cycle(reading: Reading, component: Component, context: Context) -> Iterator[Finding]:
    days = asked.horizon_days(component, reading.reference_date)
    cycle = context.sales_cycle_days
    if cycle is None or days is None or component.metric not in _FROM_WHICH_MONEY_COMES or cycle <= days:
        return
    spans, evidence = quoted(reading, component, "deadline")
    evidence += (Evidence(kind="context", ref="sales_cycle_days"),)
    yield found("realistic.cycle", "warn", spans=spans, evidence=evidence, asks_for="deadline",
                cycle=figure(cycle, "days"), left=figure(days, "days"))  # fmt: skip


def _organisation(context: Context, limits: Limits) -> Iterator[Finding]:
    if context.headcount and context.ramping:
        learning = min(context.ramping, context.headcount)
        if learning / context.headcount >= limits["realistic.ramp_heavy"]:
            yield found("realistic.ramp", "warn", evidence=standing("realistic.ramp_heavy"), n=learning, total=context.headcount)
    if context.goals_running is not None and context.goals_running >= limits["realistic.goals_most"]:
        yield found("realistic.running", "warn", evidence=standing("realistic.goals_most"), n=context.goals_running)
