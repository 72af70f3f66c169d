"""Fit: does this goal suit this team and this company? Warnings only, beside the five criteria.

Source: seed article, IV.
"""

from collections.abc import Iterator
from typing import Any

from coach.core import kpis
from coach.core.model import Component, Context, Evidence, Finding, Reading
from coach.core.smart import asked
from coach.core.smart.rules import figure, found, quoted, share, standing
from coach.core.smart.thresholds import Limits
from coach.core.smart.trade import aims_at_key_accounts


def review(reading: Reading, context: Context, limits: Limits) -> tuple[Finding, ...]:
    """Juniors: simple activity, soon over. Seniors: value. SME: a return soon. Scale-up: conquest."""
    component = reading.first
    findings: list[Finding] = []
    if context.maturity == "junior":
        findings += _junior(reading, component, limits)
    elif context.maturity == "senior":
        findings += _senior(reading, component)
    if context.company == "sme":
        findings += _sme(reading, component, limits)
    elif context.company == "scale_up":
        findings += _scale_up(reading, component, limits)
    return tuple(findings)


def _warn(reading: Reading, component: Component, rule: str, field: str, *facts: str, **params: Any) -> Finding:
    evidence = (Evidence(kind="context", ref=field),)
    return found(rule, "warn", quoted(reading, component, *facts), evidence=evidence, **params)


def _junior(reading: Reading, component: Component, limits: Limits) -> Iterator[Finding]:
    kpi = kpis.find(component.metric)
    if kpi is not None and (kpi.unit == "money" or kpi.axis == "retention"):
        yield _warn(reading, component, "fit.junior_value_goal", "maturity", "metric")
    if aims_at_key_accounts(reading, component):
        yield _warn(reading, component, "fit.junior_key_accounts", "maturity", "segment", "metric")
    days = asked.horizon_days(component, reading.reference_date)
    if days is not None and days > limits["fit.junior_days"] and component.cadence not in ("day", "week", "month"):
        yield _warn(reading, component, "fit.junior_horizon", "maturity", "deadline", left=figure(days, "days"))


def _senior(reading: Reading, component: Component) -> Iterator[Finding]:
    kpi = kpis.find(component.metric)
    if kpi is not None and kpi.nature == "activity":
        yield _warn(reading, component, "fit.senior_activity_goal", "maturity", "metric")


def _sme(reading: Reading, component: Component, limits: Limits) -> Iterator[Finding]:
    days = asked.horizon_days(component, reading.reference_date)
    if days is not None and days > limits["fit.sme_days"]:
        yield _warn(reading, component, "fit.sme_horizon", "company", "deadline")
    growth, kpi = asked.growth(component), kpis.find(component.metric)
    if growth is not None and growth > limits["fit.sme_growth"] and kpi is not None and kpi.unit != "rate":
        finding = _warn(
            reading, component, "fit.sme_conquest", "company", "baseline", "value", growth=share(growth, signed=True)
        )
        yield finding.model_copy(update={"evidence": finding.evidence + standing(limits, "fit.sme_growth")})


def _scale_up(reading: Reading, component: Component, limits: Limits) -> Iterator[Finding]:
    kpi, growth = kpis.find(component.metric), asked.growth(component)
    if kpi is None or kpi.nature != "result" or kpi.unit == "rate" or kpi.axis == "retention":
        return
    still = component.direction == "maintain" or (growth is not None and 0 <= growth < limits["fit.scale_up_growth"])
    if still:
        yield _warn(reading, component, "fit.scale_up_modest", "company", "value", "metric")
