"""One goal of a text, as a component: everything that is said of it, with the words that say it."""

from coach.core.facts import scope as scoping
from coach.core.facts import tense
from coach.core.facts.mentions import QuantityMention, TimeMention
from coach.core.facts.movement import Moved
from coach.core.facts.scan import Scan, Stretch
from coach.core.facts.words import Hit
from coach.core.facts.zones import Zones
from coach.core.model import Change, Component, Condition, Span

_FEW = 10_000  # sales that one counts; "50,000 sales" is an amount
_MONEY = ("revenue", "margin", "upsell_revenue", "average_deal_size", "pipeline_value")


class Goal(Moved):
    """A goal read in one part of the text."""

    def __init__(self, scan: Scan, zones: Zones, part: Stretch) -> None:
        super().__init__(scan, zones, part)
        self.conditions = self._conditions()

    def says_something(self) -> bool:
        """Whether there is a goal here at all."""
        if self.target is not None or self.metric is not None:
            return True
        return bool(self.verbs) or any(self.scan.of_role(role, self.part) for role in ("object", "cue.more", "idiom"))

    def names_something(self) -> bool:
        """Whether it has more than a verb: "by the time Q1 closes" has not."""
        return self.target is not None or self.metric is not None or bool(self.scan.of_role("object", self.part))

    def is_background(self) -> bool:
        """Whether it tells what is, not what is wanted: "J'ai une page avec 3 abonnés", "the office lost two reps"."""
        first = self._first_word()
        if self.is_wanted() or first is None or self.opens_on_verb():
            return False
        if self.scan.of_role("kind.problems", self.part) and self.target is None:
            return True
        if self.target is not None and tense.is_told(self.scan, (self.part[0], self.scan.stretch(self.target.span)[0])):
            return True  # "2025 ended well with 310 customers"; behind the figure, it describes: "12 deals signed"
        told = self.opens_on_someone()
        spoken = any(
            self.scan.has("copulas", i) or self.scan.has("aux", i) for i in range(first, min(first + 8, self.part[1]))
        )
        return told and (spoken or any(hit.form == "past" for hit in self.verbs))

    def looks_back(self) -> bool:
        """Whether its only time is past: "2025 : 210 k€"."""
        times = [mention for mention in self.times if mention.role != "recurring"]
        return bool(times) and all(mention.role == "comparison" and mention.cadence is None for mention in times)

    def is_wanted(self) -> bool:
        """Whether someone says that they want it: "je veux", "we need to"."""
        return bool(self.scan.of_role("frame", self.part))

    def opens_on_verb(self) -> bool:
        """Whether it opens on a verb in its base form."""
        first = self._first_word()
        return bool(self.verbs) and self.verbs[0].first == first and self.verbs[0].form == "base"

    def opens_on_someone(self) -> bool:
        """Whether it opens on a subject or a determiner."""
        first = self._first_word()
        return first is not None and (self.scan.has("subjects", first) or self.scan.has("determiners", first))

    def _first_word(self) -> int | None:
        return next((i for i in range(*self.part) if self.scan.is_word(i) and i not in self.scan.timed), None)

    def component(self, shared: list[TimeMention]) -> Component:
        """Everything the text says of this goal."""
        metric = self.metric_id()
        scope = self.scope
        change = self._change(metric)
        spans: dict[str, tuple[Span, ...]] = {}
        facts = {
            "metric": metric,
            "metric_raw": self._quote(self.metric) if self.metric else self._raw_noun(),
            "object_kind": self._object_kind(metric),
            "placeholder": self._placeholder(),
            "conditions": self.conditions,
            "scoped": scope.narrows,
            "direction": self._direction(change, metric),
            **self._figure_facts(metric, change, spans),
            **self._time_facts(shared, spans),
            **self._scope_facts(scope, spans),
        }
        if self.metric is not None:
            spans["metric"] = (self.scan.span(self._bare(self.metric)),)
        movement = self._mover()
        if movement is not None:
            spans["direction"] = (self.scan.span((movement.first, movement.end)),)
        return Component(**facts, spans=spans)

    def has_rhythm(self) -> bool:
        """Whether it says how often."""
        return any(mention.role == "cadence" for mention in self.times)

    def is_nameless(self) -> bool:
        """Whether nothing is named but the goal itself: "objectif 45", "get to 60"."""
        objects = self.scan.of_role("object", self.part)
        called = {hit.first for hit in self.scan.of_role("kind.goal_nouns", self.part)}
        return self.metric is None and all(hit.first in called or hit.value == "money" for hit in objects)

    def told_before(self) -> QuantityMention | None:
        """The last figure before the goal's own, when it is of the same unit."""
        start = self.scan.span((self.part[0], self.part[0] + 1))[0]
        before = next((figure for figure in reversed(self.scan.figures) if figure.span[1] <= start), None)
        return before if before and self.target and before.unit == self.target.unit else None

    def _quote(self, hit: Hit) -> str:
        return self.scan.quote(self._bare(hit))

    def _bare(self, hit: Hit) -> Stretch:
        """The words of a phrase without the small ones it opens on: "(de) chiffre d'affaires"."""
        first = hit.first
        while first < hit.end - 1 and self.scan.has("function", first):
            first += 1
        return first, hit.end

    def _raw_noun(self) -> str | None:
        noun = self._other_noun() or (self._moved_noun() if self.target is not None else None)
        if noun is not None:
            return self.scan.quote(noun)
        thing = self._delivers()
        return self._quote(thing) if thing else None

    def _figure_facts(
        self, metric: str | None, change: Change | None, spans: dict[str, tuple[Span, ...]]
    ) -> dict[str, object]:
        if self.target is None:
            return {}
        spans["value"] = (self.target.span,)
        facts: dict[str, object] = {
            "value": self.target.value,
            "value_max": self.target.value_max,
            "unit": unit_of(self.target, metric, counted=self._counts_sales(self.target)),
            "comparator": self.target.comparator or "=",
            "change": change,
        }
        if self.base is not None:
            spans["baseline"] = (self.base.span,)
            facts["baseline"] = self.base.value
        return facts

    def _counts_sales(self, target: QuantityMention) -> bool:
        end = self.scan.stretch(target.span)[1]
        return target.value < _FEW and self.scan.is_at("cue.counted_sales", end) is not None

    # -- time

    def _time_facts(self, shared: list[TimeMention], spans: dict[str, tuple[Span, ...]]) -> dict[str, object]:
        facts: dict[str, object] = {}
        cadence = next((m for m in self.times if m.role == "cadence" and m.cadence and self._own(m)), None)
        cadence = cadence or next((m for m in self.times if m.role == "comparison" and m.cadence), None)
        if cadence is not None:
            facts["cadence"] = cadence.cadence
            spans["cadence"] = (cadence.span,)
        compared = next((m for m in self.times if m.role == "comparison" and m.cadence is None), None)
        if compared is not None and self.base is None:
            facts["baseline_period"] = self.scan.text.raw[slice(*compared.span)]
        due = self._deadline(shared)
        dated = due is not None and due.problem is None
        facts["time_basis"] = (
            "horizon" if dated else "cadence_only" if cadence and cadence.role == "cadence" else "none"
        )
        if due is not None:
            spans["deadline"] = (due.span,)
            facts |= {
                "deadline": due.end,
                "deadline_alt": due.alternatives,
                "needs_calendar": due.needs_calendar,
                "time_problem": due.problem,
            }
        start = next((m for m in shared if m.role == "start"), None) or due
        facts["start"] = start.start if start else None
        return facts

    def _own(self, mention: TimeMention) -> bool:
        first = self.scan.stretch(mention.span)[0]
        before = self.scan.figured.get(first - 1)
        if before is not None and self.target is not None and before.unit not in (self.target.unit, "count", "none"):
            return False  # "5 comptes à plus de 50 k€ par an": the rhythm of the amount
        return self.zones.at(first) not in ("means", "reason", "condition")

    def _deadline(self, shared: list[TimeMention]) -> TimeMention | None:
        deadlines = [mention for mention in shared if mention.role == "deadline"]
        own = [mention for mention in deadlines if mention in self.times]
        kept = (
            [m for m in own or deadlines if self.zones.at(self.scan.stretch(m.span)[0]) != "reason"] or own or deadlines
        )
        resolved = [mention for mention in kept if mention.end is not None]
        return self._finest(resolved) or (kept or [None])[0]

    def _finest(self, dated: list[TimeMention]) -> TimeMention | None:
        """The first, unless it is a period that sets the scene for a nearer date behind the figure.

        "Pour 2026, … signer 24 contrats avant le 30 novembre".
        """
        if not dated or self.target is None or dated[0].span[0] > self.target.span[0]:
            return dated[0] if dated else None
        scene = dated[0]
        inside = (
            other
            for other in dated[1:]
            if other.span[0] > self.target.span[0]
            and scene.start
            and scene.end
            and other.end
            and scene.start <= other.end < scene.end
        )
        return next(inside, scene)

    # -- scope

    def _scope_facts(self, scope: scoping.Scope, spans: dict[str, tuple[Span, ...]]) -> dict[str, object]:
        facts: dict[str, object] = {}
        for name in ("segment", "channel", "means", "actor"):
            stretch = getattr(scope, name)
            if stretch is not None:
                facts[name] = self.scan.quote(stretch)
                spans[name] = (self.scan.span(stretch),)
        return facts

    def _object_kind(self, metric: str | None) -> str:
        if metric is not None:
            return "definite"
        named = [hit for hit in self.scan.of_role("object", self.part) if self.zones.at(hit.first) is None]
        ours = ("countable",)  # "mon entreprise", "our company": nobody to win
        objects = {
            hit.value for hit in named if hit.value not in ours or not self.scan.has("determiners", hit.first - 1)
        }
        if "countable" in objects and self.verbs:
            return "definite"
        return "catch_all" if objects & {"catch_all", "deliverables"} else "none"

    def _conditions(self) -> tuple[Condition, ...]:
        found = []
        for figure in self.figures:
            if figure is self.target or figure is self.base or self._zone(figure) != "condition":
                continue
            first = self.scan.stretch(figure.span)[0]
            metric = next((h for h in reversed(self.scan.of_role("metric", self.part)) if h.end <= first), None)
            metric_id = metric.value if metric and self.zones.at(metric.first) == "condition" else None
            found.append(
                Condition(
                    metric=metric_id,
                    comparator=figure.comparator or ">=",
                    value=figure.value,
                    unit=unit_of(figure, metric_id),
                    span=figure.span,
                )
            )
        return tuple(found)


def unit_of(figure: QuantityMention, metric: str | None, *, counted: bool = False) -> str:
    """The unit in the light of the metric: a bare figure of money has none stated, an NPS counts points.

    ``counted``: the figure counts sales one by one ("25 ventes").
    """
    if figure.unit == "count" and metric in _MONEY and not figure.word and not counted:
        return "none"
    if figure.unit in ("count", "none") and metric == "nps":
        return "points"
    if figure.unit == "count" and metric is None:
        return "none"
    return figure.unit
