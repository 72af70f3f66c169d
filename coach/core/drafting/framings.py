"""The same facts worded one to three ways. No framing adds a figure: it quotes the manager's or declares a formula."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from coach.core import rendering
from coach.core.calibration import offering
from coach.core.drafting import figures, formulas
from coach.core.drafting.pieces import Piece, fill
from coach.core.drafting.sentence import baseline_unit, falls, write
from coach.core.drafting.words import family, table
from coach.core.model import Brief, Component, Framing, Variant
from coach.core.model.calibration import Calibration

MOST = 3


@dataclass(frozen=True, slots=True)
class Framed:
    """A sentence, and the goal that it must be read as."""

    statement: Piece
    goal: Component
    framing: Framing = "result"
    variant: Variant = "balanced"
    chance: float | None = None  # of reaching it on current form, when a history tells


def frame(brief: Brief) -> tuple[Framed, ...]:
    """One to three wordings, the fittest for the team first: a rhythm for juniors, the result for the others."""
    if brief.goal.value_max is not None:
        return tuple(_ends(brief))
    calibrated = tuple(_calibrated(brief))
    if calibrated:
        return calibrated[:MOST]
    framed = [Framed(write(brief), brief.goal), *_others(brief)]
    if brief.due_first:  # the other way of saying it begins with the ways that had no room
        framed = [*framed[MOST:], *framed[:MOST]]
    if brief.profile.context.maturity == "junior":
        framed.sort(key=lambda one: one.framing not in ("rhythm", "total"))
    return tuple(framed[:MOST])


def _calibrated(brief: Brief) -> Iterator[Framed]:
    """The goal, and the targets that the history tells beside it: prudent, balanced, ambitious, each with its chance."""
    found = offering.known(brief.goal, brief.history, brief.today)
    if found is None or brief.goal.value is None:
        return
    own = offering.placed(brief.goal, found)
    if own is None:
        return
    yield _best_said(brief, own.variant, own.chance)
    for offer in offering.beside(own, offering.offers(brief.goal, found)):
        yield _best_said(towards(brief, offer, found), offer.variant, offer.chance)


def towards(brief: Brief, offer: offering.Offer, found: Calibration) -> Brief:
    """The brief with one of the history's targets as its own."""
    sources = {**brief.sources, "value": offering.source_of(offer, found)}
    goal = offering.as_level(brief.goal, offer.unit) if offer.plain else brief.goal
    goal = goal.model_copy(update={"value": offer.value, "comparator": "="})
    if offer.plain:
        sources.pop("baseline", None)
    return brief.model_copy(update={"goal": goal, "sources": sources})


def _best_said(brief: Brief, variant: Variant, chance: float) -> Framed:
    """A target in the words that fit the team: with its rhythm for juniors, with the level it leads to for a change."""
    junior = brief.profile.context.maturity == "junior"
    made = (_rhythm(brief) or _total(brief)) if junior else _level(brief)
    said = made or Framed(write(brief), brief.goal)
    return replace(said, variant=variant, chance=chance)


def _ends(brief: Brief) -> Iterator[Framed]:
    """A range is two goals and the choice between them: its lower end is prudent, its upper end ambitious."""
    goal = brief.goal
    yield Framed(write(brief), goal)
    low = goal.model_copy(update={"value_max": None})
    high = goal.model_copy(update={"value": goal.value_max, "value_max": None})
    sources = {**brief.sources, "value": brief.sources["value"]}
    ends: tuple[tuple[Component, Variant], ...] = ((low, "prudent"), (high, "ambitious"))
    for end, variant in ends:
        yield Framed(write(brief.model_copy(update={"goal": end, "sources": sources})), end, "result", variant)


def _others(brief: Brief) -> Iterator[Framed]:
    for make in (_level, _total, _rhythm, _milestone):
        made = make(brief)
        if made is not None:
            yield made


def _level(brief: Brief) -> Framed | None:
    """The change told by the level it leads to: from 150,000 to 180,000, up 20 %."""
    reached = formulas.level(brief)
    goal = brief.goal
    if reached is None or "baseline" not in brief.sources:
        return None
    unit = baseline_unit(goal)
    ends = goal.model_copy(update={"value": reached.value, "unit": unit, "change": "from_to", "comparator": "="})
    told = brief.model_copy(update={"goal": ends, "sources": {**brief.sources, "value": reached.source}})
    change = Piece()
    if goal.unit in ("%", "points"):
        words = table(brief.language)["framings"]
        locale = figures.locale_of(brief.language, brief.locale)
        by = figures.figure(goal.value or 0, goal.unit, "change", brief.sources["value"], locale)
        change = fill(
            words["level"], {"change": fill(words["change"]["less" if falls(goal) else "more"], {"value": by})}
        )
    return Framed(write(told, change), ends, "level")


def _rhythm(brief: Brief) -> Framed | None:
    """The result, and the pace it takes: 30 by March, that is 10 per month."""
    goal = brief.goal
    if goal.cadence or goal.change != "absolute" or family(goal) not in ("count", "amount"):
        return None
    found = formulas.per_period(brief, plain=brief.profile.context.maturity == "junior")
    if found is None:
        return None
    cadence, each, exact = found
    words = table(brief.language)
    locale = figures.locale_of(brief.language, brief.locale)
    slots: dict[str, Piece | str] = {
        "amount": figures.figure(each.value, goal.unit, "derived", each.source, locale),
        "cadence": words["cadence"][cadence],
    }
    return Framed(write(brief, fill(words["framings"]["rhythm" if exact else "rhythm_least"], slots)), goal, "rhythm")


def _total(brief: Brief) -> Framed | None:
    """The rhythm, and what it makes by the due date."""
    if brief.goal.change != "absolute" or family(brief.goal) not in ("count", "amount"):
        return None
    made = formulas.in_total(brief)
    if made is None:
        return None
    locale = figures.locale_of(brief.language, brief.locale)
    total = figures.figure(made.value, brief.goal.unit, "derived", made.source, locale)
    form = table(brief.language)["framings"]["total"]
    return Framed(write(brief, fill(form, {"amount": total})), brief.goal, "total")


def _milestone(brief: Brief) -> Framed | None:
    """The result, with a half-way mark."""
    goal = brief.goal
    counted = goal.change == "from_to" or (goal.change == "absolute" and family(goal) in ("count", "amount"))
    found = formulas.halfway(brief) if counted and not goal.cadence and not goal.conditions else None
    if found is None:
        return None
    middle, day, day_source = found
    locale = figures.locale_of(brief.language, brief.locale)
    slots: dict[str, Piece | str] = {
        "amount": figures.figure(
            middle.value, goal.unit, "derived", middle.source, locale, bare=figures.is_score(goal)
        ),
        "date": figures.marked(rendering.day(day, locale), day, "date", "derived", day_source),
    }
    return Framed(write(brief, fill(table(brief.language)["framings"]["milestone"], slots)), goal, "milestone")
