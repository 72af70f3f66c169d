"""What a manager's message means, read in the light of the question that stands.

A bare "30" answers "how many?", "fin juin" answers "by when?". The same reader as everywhere reads it, behind a carrier
made of the question's subject where the answer alone would say too little; spans are brought back to what was typed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from coach.core import kpis
from coach.core.calibration import pasting
from coach.core.conversation import contexts, phrases
from coach.core.drafting import mentions, words
from coach.core.facts import periods, quantities
from coach.core.facts import reading as facts
from coach.core.facts.mentions import TimeMention
from coach.core.facts.text import Text, fold
from coach.core.model import Component, Reading, Slot
from coach.core.model.kpi import KpiSeries
from coach.errors import BadInput

Meaning = Literal[
    "facts",
    "ambition",
    "choice",
    "unknown",
    "unmeasured",
    "skip",
    "skip_all",
    "why",
    "baseline_first",
    "history",
    "unread",
]

_NOT_ANSWERS = ("injection", "question", "greeting", "other_language")
_FREE_WORDS = 14  # words of a free answer (a segment, a means) at most; beyond, it is another story
_EITHER_UNIT = ("other", "margin")  # told as an amount or as a rate
_NAME_WORDS = 6  # words of an indicator's name at most
_LEVELS = ("%", "points")


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message says: ``found`` is laid over the goal, its spans counted from ``offset`` characters before it."""

    meaning: Meaning
    reading: Reading
    found: Component = field(default_factory=Component)
    offset: int = 0
    context: dict[str, Any] = field(default_factory=dict)
    choice: int | None = None
    reason: str = ""  # why it is not read as an answer: a non-goal kind, "empty", "unclear"
    answers: bool = True  # whether it answers the question that stood
    history: KpiSeries | None = None  # the past figures it gives


@lru_cache(maxsize=512)  # a conversation is folded at every turn: what was said before need not be read anew
def _read(text: str, today: date, language: str | None, locale: str | None, fiscal_year_start: int) -> Reading:
    return facts.extract(text, today=today, language=language, locale=locale, fiscal_year_start=fiscal_year_start)


@dataclass(frozen=True, slots=True)
class Ear:
    """What is needed to hear a message: the day, language and calendar, the goal so far, the slot that was asked."""

    today: date
    language: str
    locale: str | None
    fiscal_year_start: int
    currency: str
    goals: tuple[Component, ...]
    asked: Slot | None

    @property
    def goal(self) -> Component:
        """The goal so far; an empty one before there is any."""
        return self.goals[0] if self.goals else Component()

    def read(self, text: str, language: str | None = None) -> Reading:
        """What ``text`` says; ``language`` None lets it tell its own."""
        return _read(text, self.today, language, self.locale, self.fiscal_year_start)


def hear(text: str, ear: Ear, language: str | None = None) -> Heard:
    """What ``text`` means where the conversation stands; never raises, whatever was typed."""
    if ear.goals and pasting.looks_like_figures(text):
        return _history(text, ear)
    reading = ear.read(text, language)
    if not any(char.isalnum() or char in "%€$£" for char in text):
        return Heard("unread", reading, reason="empty")
    said = _gesture(text, ear)
    if said is not None:
        return Heard(said, reading)
    if not ear.goals:
        return _first(text, reading, ear)
    if reading.non_goal_kind in _NOT_ANSWERS:
        return Heard("unread", reading, reason=reading.non_goal_kind or "")
    if ear.asked == "goal":
        choice = _choice(text, ear)
        if choice is not None:
            return Heard("choice", reading, choice=choice)
    told = contexts.volunteered(text)
    if _starts_over(text, reading, ear):
        return Heard("ambition", reading, context=_around(text, reading))
    renamed = _renamed(text, ear)
    if renamed is not None:
        return _ambition_on(renamed, reading)
    return _answer(text, reading, ear, told)


def _history(text: str, ear: Ear) -> Heard:
    """Past figures of the goal's indicator, or why they cannot be read."""
    nothing = Reading(text=text, language=ear.language, reference_date=ear.today, kind="non_goal")
    unit = ear.goal.unit if kpis.is_currency(ear.goal.unit) else None
    american = (ear.locale or "").replace("_", "-").casefold() == "en-us"
    metric = ear.goal.metric or "other"
    try:
        series = pasting.read(text, metric=metric, today=ear.today, unit=unit, month_first=american)
    except BadInput as error:
        return Heard("unread", nothing, reason=str(error.details.get("reason", "unclear")), answers=False)
    return Heard("history", nothing, history=series, answers=False)


def _gesture(text: str, ear: Ear) -> Meaning | None:
    """Answers that are no content: skip, shrug, ask back."""
    if phrases.is_only(text, "skip_all"):
        return "skip_all"
    if ear.asked is None:
        idle = any(phrases.is_only(text, name) for name in ("skip", "unknown", "yes", "no"))
        return "skip" if idle and ear.goals else None
    if phrases.is_only(text, "skip"):
        return "skip"
    if phrases.is_only(text, "why"):
        return "why"
    if ear.asked == "target" and phrases.is_only(text, "baseline_first"):
        return "baseline_first"
    if ear.asked == "baseline" and phrases.is_only(text, "unmeasured"):
        return "unmeasured"
    counts = any(found.values for found in mentions.find(text))
    return "unknown" if phrases.is_shrug(text) and not counts else None


def _first(text: str, reading: Reading, ear: Ear) -> Heard:
    """Before there is a goal, a message is an ambition, or the name of what to count, or neither."""
    if reading.kind == "goal" and reading.components:
        return Heard("ambition", reading, context=_around(text, reading))
    named = _kpi_named(text, ear) if reading.non_goal_kind not in _NOT_ANSWERS else None
    if named is not None:
        return _ambition_on(named, reading)
    return Heard("unread", reading, reason=reading.non_goal_kind or "unclear")


def _kpi_named(text: str, ear: Ear) -> Component | None:
    """The indicator of the catalogue that a message is the name of ("le taux de closing"), if it is."""
    for carrier in phrases.words_of(ear.language)["objects"]:
        shift = carrier.index("{}")
        found = ear.read(carrier.replace("{}", text), ear.language).first
        if found.metric not in (None, "other"):
            spans = {"metric": tuple((a - shift, b - shift) for a, b in found.spans.get("metric", ()) if a >= shift)}
            return Component(metric=found.metric, metric_raw=found.metric_raw, object_kind="definite", spans=spans)
    return None


def _ambition_on(named: Component, reading: Reading) -> Heard:
    """A goal on ``named``, of which nothing else is known yet."""
    goal = {"kind": "goal", "non_goal_kind": None, "components": (named,)}
    return Heard("ambition", reading.model_copy(update=goal))


def _around(text: str, reading: Reading) -> dict[str, Any]:
    """The context told with an ambition; people who are its very object ("recruter 3 juniors") are no context."""
    told = contexts.volunteered(text)
    return {} if told.get("headcount") is not None and told["headcount"] == reading.first.value else told


def _choice(text: str, ear: Ear) -> int | None:
    """Which of several goals is meant: by rank, or by its indicator."""
    said = phrases.plain(text)
    if said in phrases.phrases("all"):
        return 0
    metric = ear.read(text, ear.language).first.metric
    named = [at for at, goal in enumerate(ear.goals) if metric is not None and goal.metric == metric]
    if named:
        return named[0]
    ranks = [phrases.numbered()[word] for word in said.split() if word in phrases.numbered()]
    ranks += [int(word) for word in said.split() if word.isdecimal() and len(word) == 1]
    chosen = [rank - 1 if rank > 0 else len(ear.goals) - 1 for rank in ranks]
    return next((at for at in chosen if 0 <= at < len(ear.goals)), None)


def _starts_over(text: str, reading: Reading, ear: Ear) -> bool:
    """Whether the message is another ambition rather than an answer: a goal of its own, on another indicator."""
    found = reading.first
    named = found.metric is not None and bool(found.spans.get("metric"))  # "40 000 €" alone names no indicator
    if reading.kind != "goal" or not named or not _other_metric(found, ear.goal):
        return False
    if ear.asked in ("object", "segment", "means", "strategy", "extra_means") and not phrases.holds(text, "replace"):
        return ear.asked == "object" and found.value is not None and found.deadline is not None
    moves = found.value is not None or found.direction is not None
    return phrases.holds(text, "replace") or moves


def _renamed(text: str, ear: Ear) -> Component | None:
    """Asked how many of what was understood, the manager says what is really meant: "the closing rate"."""
    if ear.asked not in ("target", "unit") or len(text.split()) > _NAME_WORDS or mentions.find(text):
        return None
    named = _kpi_named(text, ear)
    return named if named is not None and _other_metric(named, ear.goal) else None


def _other_metric(found: Component, goal: Component) -> bool:
    if goal.metric is None:
        return False
    if found.metric == "other" == goal.metric:
        return fold(found.metric_raw or "") != fold(goal.metric_raw or "")
    return found.metric != goal.metric


# An answer


def _answer(text: str, reading: Reading, ear: Ear, told: dict[str, Any]) -> Heard:
    slot = ear.asked
    mends = phrases.holds(text, "correct") and mentions.find(text) and "headcount" not in told
    if mends and (slot in contexts.SLOTS or (slot == "baseline" and not phrases.holds(text, "now"))):
        return _beside(text, reading, ear, told)  # "plutôt 40": a figure given before is mended
    if slot in contexts.SLOTS:
        context = contexts.answered(slot, text)
        if context is not None:
            return Heard("facts", reading, _without_metric(_elsewhere(reading, slot)), context={**told, **context})
    elif slot in ("segment", "means"):
        heard = _free(slot, text, reading)
        if heard is not None:
            return heard
    else:
        misfits = False
        for found, offset in _candidates(text, reading, ear, told):
            if slot is None or not _fills(slot, found):
                continue
            if _fits(found, ear.goal):
                return Heard("facts", reading, found, offset, told)
            misfits = True
        if misfits:
            return Heard("unread", reading, reason="unit")
        told = {**contexts.offhand(text), **told} if slot is None else told
    return _beside(text, reading, ear, told)


def _beside(text: str, reading: Reading, ear: Ear, told: dict[str, Any]) -> Heard:
    """No answer to the question that stood; perhaps one to another."""
    alone = next((due for due, shift in _dues(text, ear) if not shift), Component())
    first = reading.first if reading.components else alone
    found = _in_unit(_without_metric(_as_target_or_baseline(first, text, ear, told)), ear.goal)
    if told or any(_fills(slot, found) for slot in ("target", "deadline", "baseline", "segment", "means")):
        return Heard("facts", reading, found, 0, told, answers=False)
    if ear.asked in contexts.SLOTS or ear.asked in (None, "baseline"):
        for candidate, offset in _candidates(text, reading, ear, told):
            if any(_fills(slot, candidate) for slot in ("target", "deadline", "baseline")):
                return Heard("facts", reading, candidate, offset, told, answers=False)
    return Heard("unread", reading, reason=reading.non_goal_kind or "unclear")


def _elsewhere(reading: Reading, slot: Slot | None) -> Component:
    """What an answer about the context also says of the goal: a due date, never a figure that is the context's own."""
    found = reading.first
    keep = ("deadline", "deadline_alt", "start", "time_basis", "needs_calendar", "time_problem", "spans")
    return Component(**{name: getattr(found, name) for name in keep}) if slot != "market_growth" else Component()


def _without_metric(found: Component) -> Component:
    """An answer's own name for the indicator never replaces the goal's."""
    return found.model_copy(update={"metric": None, "metric_raw": None, "object_kind": "none"})


def _fills(slot: Slot, found: Component) -> bool:
    return {
        "object": found.metric is not None or bool(found.metric_raw),
        "target": found.value is not None or found.baseline is not None,
        "unit": found.unit not in (None, "none") and found.value is not None,
        "deadline": found.deadline is not None or found.needs_calendar,
        "baseline": found.baseline is not None or found.baseline_period is not None,
        "segment": found.segment is not None,
        "means": found.means is not None or found.channel is not None,
    }.get(slot, False)


def _fits(found: Component, goal: Component) -> bool:
    """Whether the figures of an answer can be the indicator's: no amount of money for a count, no share of what is one."""
    kpi = kpis.find(goal.metric)
    if kpi is None or kpi.id in _EITHER_UNIT or found.metric not in (None, goal.metric):
        return True
    if kpi.unit != "money" and any(kpis.is_currency(unit) for unit in (found.unit, found.baseline_unit)):
        return False
    return kpi.unit == "rate" or found.baseline is None or found.baseline_unit != "%"


def _free(slot: Slot, text: str, reading: Reading) -> Heard | None:
    """A segment or a means in the manager's own words."""
    start, end = phrases.without_fillers(text)
    said = text[start:end]
    if (
        (reading.non_goal_kind == "gibberish" and not said.isascii())
        or len(said.split()) > _FREE_WORDS
        or len(said) < 2
    ):
        return None
    name = {"segment": "segment", "means": "means"}[slot]
    first = reading.first
    kept = (
        {one: getattr(first, one) for one in ("deadline", "deadline_alt", "start", "time_basis")}
        if first.deadline
        else {}
    )
    if first.deadline or getattr(first, name):
        span = first.spans.get(name, ((start, end),))[0]
        start, end = span
        said = text[start:end]
    spans = {**{k: v for k, v in first.spans.items() if k == "deadline"}, name: ((start, end),)}
    return Heard("facts", reading, Component(**{name: said}, **kept, spans=spans))


def _candidates(text: str, reading: Reading, ear: Ear, told: dict[str, Any]) -> Iterator[tuple[Component, int]]:
    """Readings of an answer about the goal itself, the plainest first: alone, then behind a carrier."""
    if ear.asked == "deadline":
        yield from _dues(text, ear)
    yield _for_slot(_as_target_or_baseline(reading.first, text, ear, told), ear, reading), 0
    for carrier in _carriers(ear):
        prefix = carrier[: carrier.index("{}")]
        carried = ear.read(carrier.replace("{}", text), ear.language)
        found = _as_target_or_baseline(carried.first, text, ear, told, len(prefix))
        yield _for_slot(found, ear, carried), len(prefix)
    if ear.asked in ("target", "baseline"):
        yield from ((_as_target_or_baseline(found, text, ear, told), 0) for found in _alone(text, ear))
    if ear.asked == "unit":
        yield from _unit_alone(text, ear)
    if ear.asked == "object":
        yield from _named(text, reading)


def _dues(text: str, ear: Ear) -> Iterator[tuple[Component, int]]:
    """Due dates in an answer: said as such, or bare and made one by what introduces them ("6 mois" by "dans")."""
    for carrier in ("{}", *phrases.words_of(ear.language)["horizons"]):
        shift = carrier.index("{}")
        times = periods.find(
            Text.of(carrier.replace("{}", text)),
            ear.language,
            today=ear.today,
            locale=ear.locale,
            fiscal_year_start=ear.fiscal_year_start,
        )
        due = [found for found in times if found.role == "deadline"]
        for found in sorted(due, key=lambda found: found.end is not None and found.end <= ear.today):
            yield _due(found), shift  # a day to come before the days of the talk: "ce matin … je dirais fin juin"


def _due(found: TimeMention) -> Component:
    return Component(
        deadline=found.end,
        deadline_alt=found.alternatives,
        time_basis="horizon",
        needs_calendar=found.needs_calendar,
        time_problem=found.problem,
        spans={"deadline": (found.span,)},
    )


def _carriers(ear: Ear) -> Iterator[str]:
    talk = phrases.words_of(ear.language)
    if ear.asked == "object" or not ear.goals:
        yield from talk["objects"]
    else:
        name = words.noun(ear.goal, ear.language).name
        yield talk["subject"].format(name=name, text="{}")


def _for_slot(found: Component, ear: Ear, reading: Reading) -> Component:
    """What of a reading may be laid over the goal: its metric only where that is what was asked."""
    found = _in_unit(found, ear.goal)
    if ear.asked == "object" or ear.goal.metric is None:
        return found
    if ear.asked is None and reading.kind == "goal" and found.metric == ear.goal.metric:
        return found.model_copy(update={"metric": None, "metric_raw": None, "object_kind": "none"})
    return _without_metric(found)


def _in_unit(found: Component, goal: Component) -> Component:
    """A bare figure in the unit of the indicator it answers for: a rate's is %, an amount's is not known yet."""
    kpi = kpis.find(goal.metric)
    if kpi is None or kpi.id == "other" or found.unit not in (None, "none", "count"):
        return found
    if found.value is None and found.baseline is None:
        return found
    unit = {"rate": "%", "count": "count", "score": "points"}.get(kpi.unit, "none")
    return found.model_copy(update={"unit": unit})


def _as_target_or_baseline(found: Component, text: str, ear: Ear, told: dict[str, Any], offset: int = 0) -> Component:
    """The figures of an answer in their place: "8 aujourd'hui" is where one starts, whatever was asked."""
    past = found.deadline is not None and found.deadline <= ear.today
    if past and (ear.asked == "baseline" or phrases.holds(text, "now")):  # "24 en 2025" is when it was so
        found = found.model_copy(update={"deadline": None, "time_basis": "none", "start": None})
    if found.value is None or found.baseline is not None:
        return found
    if "headcount" in told and found.value == told["headcount"]:
        return found.model_copy(update={"value": None, "value_max": None, "unit": None, "change": None})
    now = phrases.holds(text, "now")
    asked = ear.asked == "baseline" and not phrases.holds(text, "aim", "correct")
    if asked or ((now or _level_of_a_change(found, ear)) and ear.goal.baseline is None and not _aims(text)):
        moved = {
            "baseline": found.value,
            "baseline_unit": found.unit,
            "value": None,
            "value_max": None,
            "change": None,
            "comparator": None,
            "direction": None,
            "cadence": None,
        }
        spans = {**found.spans, "baseline": found.spans.get("value", ())}
        spans.pop("value", None)
        return found.model_copy(update={**moved, "spans": spans})
    return found


def _aims(text: str) -> bool:
    return phrases.holds(text, "aim")


def _level_of_a_change(found: Component, ear: Ear) -> bool:
    """ "+20 %" is known and "200 k€" is told: where one starts, when it was not asked how much is aimed at."""
    relative = ear.goal.change == "relative" and ear.goal.unit == "%"
    return relative and ear.asked != "target" and found.change == "absolute" and found.unit != "%"


def _alone(text: str, ear: Ear) -> Iterator[Component]:
    """The first figure of an answer, for what it is, when no sentence can be made of it."""
    typed = Text.of(text)
    taken = [found.span for found in periods.find(typed, ear.language, today=ear.today, locale=ear.locale)]
    for found in quantities.find(typed, ear.language, taken=taken, locale=ear.locale):
        change = "relative" if found.form in ("change", "multiplier") or found.unit in ("points", "x") else "absolute"
        figure = Component(
            value=found.value,
            value_max=found.value_max,
            unit=found.unit,
            comparator=found.comparator or "=",
            change=change,
            spans={"value": (found.span,)},
        )
        yield _in_unit(figure, ear.goal)


def _unit_alone(text: str, ear: Ear) -> Iterator[tuple[Component, int]]:
    """ "en k€", "des euros", "%": the unit of the figure already given."""
    value = ear.goal.value
    if value is None:
        return
    said = f"{value:g} {text.strip()}"
    found = next(iter(mentions.find(said)), None)
    if found is not None and found.values and found.units[0] != "count":
        yield Component(value=found.values[0], unit=found.units[0], change=ear.goal.change or "absolute"), 0
    elif phrases.plain(text) in {"count", "nombre", "unites", "clients", "customers", "un nombre", "number"}:
        yield Component(value=value, unit="count", change=ear.goal.change or "absolute"), 0


def _named(text: str, reading: Reading) -> Iterator[tuple[Component, int]]:
    """An indicator that the catalogue does not know, in the manager's own few words."""
    start, end = phrases.without_fillers(text)
    said = text[start:end]
    worded = said.replace("-", " ").replace("'", " ").replace("’", " ").split()
    if 0 < len(worded) <= 6 and all(word.isalpha() for word in worded) and reading.non_goal_kind != "gibberish":
        yield Component(metric="other", metric_raw=said, object_kind="definite", spans={"metric": ((start, end),)}), 0
