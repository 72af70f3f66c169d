"""What a conversation amounts to so far, and how a new reading of the manager's words changes it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from coach.core import kpis
from coach.core.conversation import informed, pointing
from coach.core.drafting import figures, mentions, sentence, words
from coach.core.facts import vocabulary
from coach.core.facts.text import fold
from coach.core.gaps import find as find_gaps
from coach.core.lexicon import LANGUAGES
from coach.core.model import (
    Assessment,
    Brief,
    Component,
    Context,
    Draft,
    Gap,
    Message,
    Notice,
    Profile,
    Quantity,
    Question,
    QuickReply,
    Reading,
    Slot,
    Source,
    Span,
)
from coach.core.model.kpi import KpiSeries
from coach.core.questions import Asked, ask, is_decisive

GROUPS: Mapping[str, tuple[str, ...]] = {
    "metric": ("metric", "metric_raw", "object_kind"),
    "value": ("value", "value_max", "unit", "comparator", "change", "placeholder"),
    "cadence": ("cadence",),
    "baseline": ("baseline", "baseline_unit", "baseline_period"),
    "deadline": ("deadline", "deadline_alt", "start", "time_basis", "needs_calendar", "time_problem"),
    "segment": ("segment",),
    "channel": ("channel",),
    "means": ("means",),
    "conditions": ("conditions",),
    "actor": ("actor",),
}
"""The facts of a goal, each with the fields that are replaced together when it is said anew."""

_TIES = frozenset({" ", " de ", " d'", " des ", " du ", " de la ", " de l'", " of "})
"""What stands between an indicator and a segment that belongs to its name."""

_OBJECT = 60
"""Characters of the object of a verb at most."""

_CRITERIA = {"deadline": "time_bound", "cadence": "time_bound", "value": "measurable", "baseline": "measurable"}
_SLOT_OF = {
    "metric": "object",
    "value": "target",
    "segment": "segment",
    "means": "means",
    "deadline": "deadline",
    "baseline": "baseline",
}


UNWORDED: tuple[tuple[Draft, ...], ...] = ((),)
"""One set of wordings, the built-in drafter's: what there is until something else is asked for."""


@dataclass(frozen=True, slots=True)
class State:
    """A fold so far. ``goals`` holds several only while the manager has chosen none; it is empty before an ambition."""

    profile: Profile
    language: str
    locale: str | None = None
    day: date = date.min
    ambition: str = ""
    opening: str = ""  # the event it was said in
    first: Reading | None = None  # the ambition as it was read, while nothing was added to it
    goals: tuple[Component, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    asked: Asked = field(default_factory=Asked)
    question: Question | None = None
    unknowns: tuple[Slot, ...] = ()
    done: bool = False  # no more questions: the manager wants a draft
    messages: tuple[Message, ...] = ()
    notices: tuple[Notice, ...] = ()
    versions: tuple[tuple[Draft, ...], ...] = UNWORDED  # of the drafts; empty where they are the built-in drafter's
    version: int = 0  # which of them is shown
    wording: str = ""  # the manager's own wording of the goal
    chosen: int | None = None
    adopted: bool = False
    histories: Mapping[str, KpiSeries] = field(default_factory=dict)  # past figures, by KPI
    by_hand: frozenset[str] = frozenset()  # KPIs whose past the manager gave in this conversation
    offers: Mapping[Slot, tuple[QuickReply, ...]] = field(default_factory=dict)  # what a second reader pointed at

    @property
    def goal(self) -> Component:
        """The goal that is being worked on; an empty one before there is any."""
        return self.goals[0] if self.goals else Component()

    @property
    def context(self) -> Context:
        """What is known of the team, the company and the market."""
        return self.profile.context

    @property
    def history(self) -> KpiSeries | None:
        """The past figures of the goal's KPI, when somebody gave them."""
        return self.histories.get(self.goal.metric or "other") if self.goals else None

    @property
    def proposed(self) -> tuple[Draft, ...]:
        """The drafts to show when they are not the built-in drafter's."""
        return self.versions[self.version]

    def brief(self, today: date) -> Brief:
        """What a draft may say."""
        assessment = self.assess(today)
        missing = [gap.slot for gap in find_gaps(assessment, self.profile) if is_decisive(gap) and gap.slot != "goal"]
        return Brief(
            goal=self.goal,
            sources=dict(self.sources),
            profile=self.profile,
            language=self.language,
            locale=self.locale,
            today=today,
            ambition=self.ambition,
            opening=self.opening,
            smart=assessment.smart,
            verdicts={name: review.verdict for name, review in assessment.criteria.items()},
            unknowns=tuple(dict.fromkeys((*self.unknowns, *missing))),
            history=self.history,
            due_first=self.version % 2 == 1,
        )

    def reading(self, today: date) -> Reading:
        """The ambition as typed while nothing was added; then one sentence with the answers folded in."""
        if self.first is not None:
            return self.first
        if not self.goals:
            return Reading(text="", language="und", reference_date=today, kind="non_goal", non_goal_kind="gibberish")
        brief = Brief(
            ambition=self.ambition,
            opening=self.opening,
            goal=self.goal,
            sources=dict(self.sources),
            language=self.language,
            locale=self.locale,
            today=today,
        )
        said = sentence.write(brief)
        spans: dict[str, tuple[Span, ...]] = {}
        for name, span in (*said.spans, *((mark.role, mark.span) for mark in said.marks)):
            spans[name] = (*spans.get(name, ()), span)
        counted = tuple(
            Quantity(value=mark.value, unit=mark.unit, span=mark.span)
            for mark in said.marks
            if not isinstance(mark.value, date)
        )
        return Reading(
            text=said.text,
            language=self.language,
            reference_date=today,
            kind="goal",
            components=(self.goal.model_copy(update={"spans": spans}),),
            quantities=counted,
        )

    def assess(self, today: date) -> Assessment:
        """The verdicts on the goal as it stands."""
        return informed.review(self.reading(today), self.profile, self.history)

    def gaps(self, today: date) -> tuple[Gap, ...]:
        """What is missing."""
        return find_gaps(self.assess(today), self.profile)

    def asking(self, today: date) -> Question | None:
        """The next question; none when the manager wants a draft and there is a goal to draft."""
        if self.adopted or (self.done and self.goals):
            return None
        several = self.first.components if self.first is not None and len(self.goals) > 1 else self.goals
        targets = informed.offers(self.goal, self.history, today) if len(self.goals) == 1 else ()
        question = ask(
            self.gaps(today), several, asked=self.asked, today=today, profile=self.profile, targets=targets
        )  # fmt: skip
        return question and self.offering(question)

    def offering(self, question: Question) -> Question:
        """The question with what a second reader pointed at for its slot among its replies."""
        extra = self.offers.get(question.slot, ())
        return question.model_copy(update={"replies": pointing.offered(question.replies, extra)}) if extra else question

    def worth_rereading(self, today: date) -> pointing.Wanted | None:
        """The last message, when a decisive slot is missing that a second reader might find in it."""
        if self.question is None or self.question.slot not in pointing.SLOTS or self.adopted:
            return None
        missing = frozenset(gap.slot for gap in self.gaps(today) if is_decisive(gap) and gap.slot not in self.offers)
        return pointing.worth(self.messages, missing)

    def noticing(self, code: str, **params: Any) -> "State":
        """The same, with a remark on how the last message was taken."""
        return replace(self, notices=(*self.notices, Notice(code=code, params=params)))


def begin(state: State, reading: Reading, event_id: str) -> State:
    """A new ambition: what was known of the goal before is forgotten, the context is kept."""
    sources = dict(sources_of(reading.first, reading.text, event_id))
    goals = tuple(_tidy(component) for component in reading.components)
    if "metric" in sources:
        told = {**sources["metric"].params, **dict(_own_verb(reading.first, reading.text, reading.language))}
        sources["metric"] = sources["metric"].model_copy(update={"params": told})
    return replace(
        state,
        ambition=reading.text,
        opening=event_id,
        first=reading,
        goals=goals,
        sources=sources,
        unknowns=(),
        versions=UNWORDED,
        version=0,
        wording="",
        chosen=None,
        offers={},
        asked=Asked(context=state.asked.context),
    )


def _own_verb(found: Component, text: str, language: str) -> Iterator[tuple[str, str]]:
    """The manager's verb and its object, when they say more than "get 40 of these": "Relancer 40 clients dormants"."""
    values, nouns = found.spans.get("value", ()), (*found.spans.get("metric", ()), *found.spans.get("segment", ()))
    if not values or found.unit != "count" or found.change != "absolute" or language not in LANGUAGES:
        return
    opening, start = text[: values[0][0]].strip(), values[0][1]
    said = text[start : max((end for _, end in nouns if start < end <= start + _OBJECT), default=start)].strip()
    if said and _is_telling_verb(opening, language) and not mentions.find(said):
        yield "verb", opening[:1].upper() + opening[1:]
        yield "phrase", said


def _is_telling_verb(word: str, language: str) -> bool:
    """Whether ``word`` is one verb, in the form that opens a goal, that says another action than to get or to make."""
    known, own = vocabulary.of(language).index, words.table(language)
    acts = known.find(known.stems([fold(word)])).get("verb", [])
    infinitive = not own["actions"] or fold(word).endswith(tuple(own["actions"]))
    return bool(acts) and acts[0].form == "base" and infinitive and fold(word) not in map(fold, own["plain_verbs"])


def merge(
    state: State, found: Component, text: str, event_id: str, *, offset: int = 0, asked: Slot | None = None
) -> State:
    """The goal with what ``found`` says laid over it; a notice for each fact of the manager's that it replaces.

    Args:
        state: Where the conversation stands.
        found: A reading of ``text``, whose spans are counted from ``offset`` characters earlier.
        text: What the manager typed.
        event_id: Where it was said.
        asked: The slot it was asked for.
    """
    goal, sources, notices = state.goal, dict(state.sources), list(state.notices)
    fresh = dict(sources_of(found, text, event_id, offset=offset))
    for name, fields in GROUPS.items():
        if not _tells(name, found) or (
            name == "segment" and not (asked == "segment" or fresh[name].params.get("lead"))
        ):
            continue  # in an answer about something else, only a preposition makes words a segment
        if name in sources and sources[name].kind == "user" and _differs(name, goal, found):
            notices.append(_replaced(name, goal, found))
        update = {one: getattr(found, one) for one in fields}
        if name in ("segment", "channel", "means", "actor"):
            update["scoped"] = True
        if name == "value" and found.direction not in (None, "reach"):
            update["direction"] = found.direction
        goal = goal.model_copy(update=update)
        sources[name] = fresh.get(name) or Source.said(event_id, (0, len(text)), text)
    goal = settle(_tidy(goal))
    closed = tuple(
        slot for slot in state.unknowns if slot not in {_SLOT_OF.get(name) for name in GROUPS if _tells(name, found)}
    )
    return replace(
        state,
        goals=(goal,),
        sources=sources,
        notices=tuple(notices),
        first=None,
        unknowns=closed,
        versions=UNWORDED,
        version=0,
        wording="",
        chosen=None,
    )


def sources_of(found: Component, text: str, event_id: str, *, offset: int = 0) -> Iterator[tuple[str, Source]]:
    """Where each fact of a component was said: the event, the words, the preposition they came with."""
    for name in GROUPS:
        if not _tells(name, found):
            continue
        spans = found.spans.get(name) or (found.spans.get("object", ()) if name == "metric" else ())
        inside = [(start - offset, end - offset) for start, end in spans if start >= offset]
        span = (min(s for s, _ in inside), max(e for _, e in inside)) if inside else (0, len(text))
        source = Source.said(event_id, span, text[slice(*span)])
        extra = _brought_in(found, text, span, offset) if name == "segment" and inside else {}
        yield name, source.model_copy(update={"params": {**source.params, **extra}})


def _brought_in(found: Component, text: str, span: Span, offset: int) -> dict[str, Any]:
    """How a segment is brought in: tied to the indicator ("contrats de maintenance"), or by a preposition."""
    for start, end in ((a - offset, b - offset) for a, b in found.spans.get("metric", ())):
        if start >= 0 and end <= span[0] and fold(text[end : span[0]]) in _TIES:
            return {"tie": text[end : span[0]].strip(), "tied": True}
        if span[0] >= 0 and span[1] <= start and text[span[1] : start] == " ":
            return {"before": True}
    lead = _lead(text[: span[0]])
    return {"lead": lead} if lead else {}


def _lead(before: str) -> str:
    """The preposition that brings in what follows ``before``, when a draft can keep it."""
    plain = fold(before.rstrip())
    for language in LANGUAGES:
        for lead in sorted(words.table(language)["scope"]["leads"], key=len, reverse=True):
            folded = fold(lead)
            if plain.endswith(folded) and not plain[: -len(folded)][-1:].isalnum():
                return before.rstrip()[-len(folded) :]
    return ""


def _tells(name: str, found: Component) -> bool:
    if name == "value":
        return found.value is not None
    if name == "deadline":
        return (
            found.deadline is not None
            or found.needs_calendar
            or (found.time_basis == "horizon" and bool(found.spans.get("deadline")))
        )
    if name == "baseline":
        return found.baseline is not None or found.baseline_period is not None
    if name == "metric":
        return found.metric is not None or found.object_kind == "catch_all"
    return bool(getattr(found, name))


def _differs(name: str, before: Component, after: Component) -> bool:
    key = {"metric": "metric", "value": "value", "baseline": "baseline", "deadline": "deadline"}.get(name, name)
    old, new = getattr(before, key), getattr(after, key)
    if name == "value" and old == new:
        old, new = _unit(before), _unit(after)
    return old not in (None, (), "") and old != new


def _unit(goal: Component) -> str | None:
    return None if goal.unit == "none" else goal.unit


def _replaced(name: str, before: Component, after: Component) -> Notice:
    return Notice(code=f"replaced.{name}", params={"old": _shown(name, before), "new": _shown(name, after)})


def _shown(name: str, goal: Component) -> Any:
    """A fact as a message parameter."""
    value = getattr(goal, name, None)
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, int | float):
        unit = goal.baseline_unit if name == "baseline" else None
        return {"amount": value, "unit": unit or goal.unit or "none"}
    return value if isinstance(value, str) else ""


def settle(goal: Component) -> Component:
    """The goal made coherent of facts said apart: "20 %" of revenue is a change, 25 % from 18 % a movement."""
    if goal.value is None:
        return goal
    change, direction = goal.change, goal.direction
    if _moves(goal):
        change = "relative"
    elif change == "absolute" and goal.baseline not in (None, goal.value) and words.family(goal) == "rate":
        change = "from_to"
    if change == "from_to" and goal.baseline is not None:
        direction = "increase" if goal.value > goal.baseline else "decrease"
    elif change == "relative" and direction in (None, "reach"):
        kpi = kpis.find(goal.metric)
        direction = "decrease" if kpi is not None and kpi.better == "lower" else "increase"
    return goal.model_copy(update={"change": change, "direction": direction})


def _moves(goal: Component) -> bool:
    """Whether a share of a count or an amount is a change of it: "20 %" of revenue; of a margin, when it is to rise."""
    kpi = kpis.find(goal.metric)
    if goal.change != "absolute" or goal.unit not in ("%", "points", "x") or kpi is None:
        return False
    if kpi.id in ("margin", "other"):
        return goal.unit == "x" or (kpi.id == "margin" and goal.direction in ("increase", "decrease"))
    return kpi.unit in ("count", "money") or goal.unit == "x"


def _tidy(goal: Component) -> Component:
    """A component without the spans of the text it was read in."""
    return goal.model_copy(update={"spans": {}})


def in_language(state: State, language: str) -> State:
    """The same conversation in another language from here on: known KPIs take the catalogue's words."""
    if language == state.language:
        return state
    goals = tuple(
        goal.model_copy(update={"metric_raw": None}) if goal.metric not in (None, "other") else goal
        for goal in state.goals
    )
    sources = dict(state.sources)
    if "metric" in sources:
        params = {name: value for name, value in sources["metric"].params.items() if name not in ("verb", "phrase")}
        sources["metric"] = sources["metric"].model_copy(update={"params": params})
    return replace(state, language=language, goals=goals, sources=sources)


def marks_of(reading: Reading) -> dict[str, tuple[Span, ...]]:
    """Criterion → the words of a message that it reads."""
    found: dict[str, list[Span]] = {}
    for component in reading.components:
        for name, spans in component.spans.items():
            found.setdefault(_CRITERIA.get(name, "specific"), []).extend(spans)
    return {name: tuple(sorted(set(spans))) for name, spans in found.items()}


def typed(value: float, unit: str | None, locale: str | None, language: str) -> str:
    """A figure as the manager's language writes it."""
    return figures.amount(value, unit, figures.locale_of(language, locale))
