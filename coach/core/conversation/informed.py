"""What a history adds to a conversation: verdicts on data, where the goal starts from, targets to choose from."""

from collections.abc import Mapping
from datetime import date

from coach.core import kpis, smart
from coach.core.calibration import judging, offering
from coach.core.calibration.offering import Offer
from coach.core.model import Assessment, Component, Profile, Reading, Source
from coach.core.model.kpi import KpiSeries


def review(reading: Reading, profile: Profile, history: KpiSeries | None) -> Assessment:
    """The verdicts on ``reading``, A and R on the figures of ``history`` where they are of the same KPI."""
    if history is None:
        return smart.review(reading, profile)
    known = judging.grounded(reading, history)
    assessment = smart.review(known, profile, judging.judged(reading, history, profile.context.growth_expected))
    return assessment.model_copy(update={"reading": reading})


def offers(goal: Component, history: KpiSeries | None, today: date) -> tuple[Offer, ...]:
    """Targets on current form, in the goal's terms; none without a history that tells."""
    found = offering.known(goal, history, today)
    return offering.offers(goal, found) if found is not None else ()


def balanced(goal: Component, history: KpiSeries | None, today: date) -> tuple[Component, Source] | None:
    """The goal with the target that is reached one time in two, and where it comes from; None when nothing tells."""
    found = offering.known(goal, history, today)
    if found is None:
        return None
    offer = min(offering.offers(goal, found), key=lambda one: abs(one.chance - 0.5), default=None)
    if offer is None:
        return None
    base = offering.as_level(goal, offer.unit) if offer.plain else goal
    told = {"value": offer.value, "unit": offer.unit, "change": base.change or "absolute", "placeholder": False}
    return base.model_copy(update=told), offering.source_of(offer, found)


def started(
    goal: Component, sources: Mapping[str, Source], history: KpiSeries | None, today: date
) -> tuple[Component, Mapping[str, Source]]:
    """The goal with the baseline that the history knows, unless the manager gave one; one it no longer knows goes.

    A change is told from where it starts, and a rate from where it is; a sum stands on its own.
    """
    given = sources.get("baseline")
    if given is not None and given.kind != "calibration":
        return goal, sources
    if given is not None:
        change = "absolute" if goal.change == "from_to" else goal.change
        goal = goal.model_copy(update={"baseline": None, "baseline_unit": None, "change": change})
        sources = {name: source for name, source in sources.items() if name != "baseline"}
    found = offering.known(goal, history, today)
    if found is None or history is None or not _wants_a_start(goal):
        return goal, sources
    base = judging.base_of(goal, history, today)
    if base is None or goal.baseline is not None:
        return goal, sources
    told = goal.model_copy(update={"baseline": base.value, "baseline_unit": base.unit})
    return told, {**sources, "baseline": offering.base_source(base, found)}


def _wants_a_start(goal: Component) -> bool:
    kpi = kpis.find(goal.metric)
    rated = kpi is not None and kpi.adds_up != "sum" and kpi.id != "other"
    return goal.value is not None and (goal.change == "relative" or (rated and goal.change == "absolute"))
