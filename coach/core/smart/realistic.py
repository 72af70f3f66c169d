"""Realistic: the level asked, against means and market. It knows nothing of past performance.

Source: seed article, I.2, II.3 and II.4 ("marché, moyens, organisation"). History belongs to
:mod:`coach.core.smart.attainable`.
"""

from collections.abc import Iterator

from coach.core import kpis
from coach.core.model import Component, Context, Evidence, Finding, Reading
from coach.core.smart import asked, load, outrun
from coach.core.smart.rules import figure, found, missing, quoted, share, standing
from coach.core.smart.thresholds import Limits

_SIGNED = ("deals_won", "new_customers", "revenue", "margin")


def review(reading: Reading, context: Context, limits: Limits) -> tuple[Finding, ...]:
    """Findings on whether people and market can carry the level.

    One rule settles the verdict, by what is asked: the load per person for what people produce, growth against the
    market for what the market buys, the means planned for the rest. The others only warn. What context does not tell
    is named.
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
    work = load.output(component, reading)
    growth = outrun.growth_asked(component, limits)
    if work is not None:
        yield load.review(reading, component, context, work, limits)
    if growth is not None or (work is None and outrun.is_bought(component)):
        yield outrun.review(reading, component, context, growth, limits)
    elif work is None:
        yield _means(reading, component, context)


def _means(reading: Reading, component: Component, context: Context) -> Finding:
    """A rate, a score or a change of activity: is anything planned that would move it?

    A volume nobody publishes figures for stays unknown even then: means alone do not say how much.
    """
    words = quoted(reading, component, "means", "channel")
    granted = outrun.means_granted(reading, component, context)
    if granted is None and component.channel:
        granted = True
    if granted is None:
        return found("realistic.means", "unknown", evidence=missing("extra_means"), asks_for="extra_means")
    evidence = (Evidence(kind="context", ref="extra_means", text=context.means or ""),)
    if not granted:
        return found("realistic.means", "warn", words, evidence=evidence, asks_for="extra_means")
    kpi = kpis.find(component.metric)
    moves = component.change == "relative" or (kpi is not None and kpi.adds_up != "sum")
    return found("realistic.means", "pass" if moves else "no_benchmark", words, evidence=evidence)


def _rate(reading: Reading, component: Component, limits: Limits) -> Iterator[Finding]:
    """A closing rate above what the best reach."""
    if component.metric != "closing_rate" or component.unit != "%" or component.change == "relative":
        return
    best = limits["realistic.win_rate_most"]
    if (component.value or 0) / 100 > best:
        words = quoted(reading, component, "value")
        yield found(
            "realistic.rate", "warn", words, evidence=standing(limits, "realistic.win_rate_most"), best=share(best)
        )


def _cycle(reading: Reading, component: Component, context: Context) -> Iterator[Finding]:
    """A sales cycle longer than the time left: what starts today cannot be signed in time."""
    days, cycle = asked.horizon_days(component, reading.reference_date), context.sales_cycle_days
    if cycle is None or days is None or component.metric not in _SIGNED or cycle <= days:
        return
    words, evidence = quoted(reading, component, "deadline"), (Evidence(kind="context", ref="sales_cycle_days"),)
    spent = {"cycle": figure(cycle, "days"), "left": figure(days, "days")}
    yield found("realistic.cycle", "warn", words, evidence=evidence, asks_for="deadline", **spent)


def _organisation(context: Context, limits: Limits) -> Iterator[Finding]:
    """Newcomers to train, and goals already running."""
    if context.headcount and context.ramping:
        learning = min(context.ramping, context.headcount)
        if learning / context.headcount >= limits["realistic.ramp_heavy"]:
            evidence = standing(limits, "realistic.ramp_heavy")
            yield found("realistic.ramp", "warn", evidence=evidence, n=learning, total=context.headcount)
    if context.goals_running is not None and context.goals_running >= limits["realistic.goals_most"]:
        evidence = standing(limits, "realistic.goals_most")
        yield found("realistic.running", "warn", evidence=evidence, n=context.goals_running)
