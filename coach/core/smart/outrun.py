"""Growth against the market and the means planned: how far one outruns the other. Part of ``realistic``.

Source: seed article, I.2 (doubling without hiring) and II.3 (+15 % and +50 % in a market at +10 %).
"""

from dataclasses import dataclass

from coach.core import kpis
from coach.core.model import Component, Context, Evidence, Finding, Reading
from coach.core.smart import asked
from coach.core.smart.rules import found, missing, quoted, share, standing
from coach.core.smart.thresholds import Limits
from coach.core.smart.trade import means_in_words

_NEAR, _FAR, _ALONE = "realistic.growth_over_market", "realistic.growth_strain", "realistic.growth_alone"
_LONGEST_YEARS = 10.0
_ASKS = {"supported_far": "target", "fail": "target", "warn": "extra_means", "ask_means": "extra_means"}
_ASKS |= {"alone": "extra_means"}


def is_bought(component: Component) -> bool:
    """Whether the market decides of it: customers, deals, revenue, margin; not rates, scores nor activities."""
    kpi = kpis.known(component.metric)
    return kpi is not None and kpi.nature == "result" and kpi.adds_up != "rate"


def growth_asked(component: Component, limits: Limits) -> float | None:
    """The growth to compare with the market's; None when there is none, or on a base too small for a percentage."""
    if not is_bought(component) or component.direction in ("decrease", "maintain"):
        return None
    from_few = component.baseline is not None and component.baseline < limits["attainable.small_base"]
    if component.unit in ("count", "none") and from_few:
        return None
    return asked.growth(component)


def means_granted(reading: Reading, component: Component, context: Context) -> bool | None:
    """Whether this goal gets means of its own: what the context says first, else what the sentence does."""
    if context.extra_means is not None:
        return context.extra_means
    said = means_in_words(reading, component)
    return True if said is None and context.means else said


def review(reading: Reading, component: Component, context: Context, growth: float | None, limits: Limits) -> Finding:
    """Whether market and means carry ``growth``; None is a level whose starting point is not known."""
    words = quoted(reading, component, "baseline", "value")
    means = means_granted(reading, component, context)
    strain = _Strain("unknown")
    params = {}
    if growth is not None:
        strain = _strain(growth, context.market_growth, means, _years(reading, component), limits)
        params["growth"] = share(growth, signed=True)
    if strain.outcome == "unknown":
        slots = _unknowns(component, context, growth, means)
        asks_for = slots[0] if slots else None
        outcome = "unknown" if growth is not None or "baseline" not in slots else "no_baseline"
        return found("realistic.growth", outcome, words, evidence=missing(*slots), asks_for=asks_for, **params)
    evidence = (*_known(component, context, means), *standing(limits, strain.threshold))
    if context.market_growth is not None:
        params["market"] = share(context.market_growth, signed=True)
    asks_for = _ASKS.get(strain.outcome)
    return found("realistic.growth", strain.outcome, words, evidence=evidence, asks_for=asks_for, **params)


@dataclass(frozen=True, slots=True)
class _Strain:
    """How hard the growth is, as an outcome of ``realistic.growth``, and the threshold that tells."""

    outcome: str
    threshold: str = _FAR


def _strain(growth: float, market: float | None, means: bool | None, years: float, limits: Limits) -> _Strain:
    """The outcome only ever worsens as growth rises, whatever else is known (pass, unknown, warn, fail)."""
    if market is None:
        if means:
            return _Strain("supported" if growth <= limits[_FAR] else "supported_far")
        return _Strain("alone", _ALONE) if means is False and growth >= limits[_ALONE] else _Strain("unknown")
    if growth <= (1 + market + limits[_NEAR]) ** years - 1:
        return _Strain("pass", _NEAR)
    if growth <= (1 + market + limits[_FAR]) ** years - 1:
        return _Strain("supported" if means else "warn")
    return _Strain("ask_means" if means is None else "supported_far" if means else "fail")


def _years(reading: Reading, component: Component) -> float:
    """Years over which growth adds up: one at least, since markets are quoted by year; ten at most."""
    days = asked.horizon_days(component, reading.reference_date) or 0
    return min(max(1.0, days / asked.YEAR_DAYS), _LONGEST_YEARS)


def _known(component: Component, context: Context, means: bool | None) -> tuple[Evidence, ...]:
    known = []
    if means is not None:
        text = context.means or component.means or ""
        known.append(Evidence(kind="context", ref="extra_means", text=text))
    if context.market_growth is not None:
        known.append(Evidence(kind="context", ref="market_growth"))
    return tuple(known)


def _unknowns(component: Component, context: Context, growth: float | None, means: bool | None) -> tuple[str, ...]:
    """What would settle it, most telling first."""
    slots = []
    if growth is None and component.baseline is None:
        slots.append("baseline")
    if means is None:
        slots.append("extra_means")
    if context.market_growth is None:
        slots.append("market_growth")
    return tuple(slots)
