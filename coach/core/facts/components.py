"""The goals of a text, put together from its figures, its times and its words."""

from coach.core import kpis
from coach.core.facts import scope as scoping
from coach.core.facts.mentions import QuantityMention, TimeMention
from coach.core.facts.scan import Scan, Stretch, covered
from coach.core.facts.words import Hit
from coach.core.facts.zones import Zones
from coach.core.model import Change, Component, Condition, Direction, Span

ASIDE = ("means", "reason", "purpose", "comparison")
"""Zones whose figures are not the target."""

_NEAR = 4  # words between a figure and the noun it counts
_MONEY = ("revenue", "margin", "upsell_revenue", "average_deal_size", "pipeline_value")


def find(scan: Scan) -> tuple[Component, ...]:
    """The goals of the text, in its order."""
    zones = Zones(scan)
    parts = [part for statement in scan.statements() for part in _parts(scan, zones, statement)]
    read = [_Goal(scan, zones, part) for part in parts]
    goals = [goal for goal in read if goal.says_something()]
    primary = sorted(goals, key=lambda goal: (goal.target is None, goal.part[0]))
    shared = [mention for mention in scan.times if mention.role in ("deadline", "start")]
    order = sorted(goals, key=lambda goal: goal.part[0])
    if order and primary[0].target is not None and order[0].target is None:
        order = [primary[0], *(goal for goal in order if goal is not primary[0] and goal.metric)]
    return tuple(goal.component(shared) for goal in order)


def _parts(scan: Scan, zones: Zones, statement: Stretch) -> list[Stretch]:
    """A statement cut where a second goal begins: after "and" or a comma, with a verb or a figure of its own."""
    cuts = [statement[0]]
    for i in range(statement[0] + 1, statement[1] - 1):
        if i in scan.timed or i in scan.figured:
            continue
        join = scan.is_at("word.joins", i)
        comma = scan.words.words[i] == ","
        if (join is None and not comma) or zones.at(i) in ("reason", "means", "purpose"):
            continue
        after = join.end if join else i + 1
        further = scan.is_at("word.joins", after) if comma else None
        after = further.end if further else after
        if _begins_a_goal(scan, zones, after, statement[1]) and _is_a_goal(scan, zones, (cuts[-1], i)):
            cuts.append(after)
    return [(a, b) for a, b in zip(cuts, [*cuts[1:], statement[1]], strict=True) if a < b]


def _begins_a_goal(scan: Scan, zones: Zones, first: int, end: int) -> bool:
    if first >= end or first in scan.timed:
        return False
    verb = scan.is_at("verb", first)
    if verb is not None and verb.form in ("base", "gerund"):
        return True
    following = (first, min(first + _NEAR + 2, end))
    figure = next((i for i in range(*following) if i in scan.figured), None)
    metric = next((hit for hit in scan.of_role("metric", following)), None)
    if figure is None or metric is None or zones.at(first) == "condition":
        return False
    return scan.figured[figure].form not in ("from", "to") or metric.first < figure


def _is_a_goal(scan: Scan, zones: Zones, part: Stretch) -> bool:
    metric = any(zones.at(hit.first) is None for hit in scan.of_role("metric", part))
    figure = any(i in scan.figured for i in range(*part))
    verb = bool(scan.of_role("verb", part))
    return (metric and (figure or verb)) or (figure and verb) or (verb and bool(scan.of_role("object", part)))


class _Goal:
    """One goal: its part of the text, its target, its metric."""

    def __init__(self, scan: Scan, zones: Zones, part: Stretch) -> None:
        self.scan, self.zones, self.part = scan, zones, part
        self.figures = [figure for figure in scan.figures if part[0] <= scan.stretch(figure.span)[0] < part[1]]
        self.times = [mention for mention in scan.times if part[0] <= scan.stretch(mention.span)[0] < part[1]]
        self.verbs = [hit for hit in scan.of_role("verb", part) if scan.is_free(hit)]
        self.base, self.target = self._ends()
        self.metric = self._metric()
        self.conditions = self._conditions()

    def says_something(self) -> bool:
        """Whether there is a goal here at all."""
        if self.target is not None or self.metric is not None:
            return True
        return bool(self.verbs or self.scan.of_role("object", self.part) or self.scan.of_role("cue.more", self.part))

    # -- figures

    def _zone(self, figure: QuantityMention) -> str | None:
        return self.zones.at(self.scan.stretch(figure.span)[0])

    def _ends(self) -> tuple[QuantityMention | None, QuantityMention | None]:
        """The figure one starts from and the figure aimed at."""
        usable = [f for f in self.figures if self._zone(f) not in ("means", "reason", "purpose")]
        ends = [f for f in usable if f.form == "to"], [f for f in usable if f.form == "from"]
        if ends[0] and ends[1]:
            return ends[1][0], ends[0][0]
        base = ends[1][0] if ends[1] else None
        aims = [f for f in usable if f is not base and self._zone(f) not in ("comparison", "condition")]
        if not aims:
            aims = [
                f for f in usable if f is not base and self._zone(f) == "condition" and not self._has_plain_metric()
            ]
        return base, next((f for f in aims if not self._counts_the_scope(f)), None) or (aims[0] if aims else None)

    def _has_plain_metric(self) -> bool:
        return any(self.zones.at(hit.first) is None for hit in self.scan.of_role("metric", self.part))

    def _counts_the_scope(self, figure: QuantityMention) -> bool:
        """ "auprès de 30 clients existants": a figure behind a word that introduces a segment, when another stands."""
        first = self.scan.stretch(figure.span)[0]
        strong = any(hit.end == first for hit in self.scan.of_role("scope.strong_before"))
        return strong and len(self.figures) > 1

    # -- metric

    def _metric(self) -> Hit | None:
        hits = [
            h
            for h in self.scan.of_role("metric", self.part)
            if self.zones.at(h.first) not in ASIDE and self.scan.is_free(h)
        ]
        own = [h for h in hits if self.zones.at(h.first) is None] or hits
        if not own:
            return None
        counted = self._counted(own)
        return self._head(own, counted) if counted else self._head(own, own[0])

    def _counted(self, hits: list[Hit]) -> Hit | None:
        """The metric that the target counts or measures: just behind it, else just before, else the first."""
        if self.target is None:
            return None
        first, end = self.scan.stretch(self.target.span)
        behind = next((h for h in hits if end <= h.first <= end + _NEAR and self._joined(end, h.first)), None)
        if behind is not None and (self.target.unit == "count" or not any(h.end <= first for h in hits)):
            return behind
        before = [h for h in hits if h.end <= first]
        return before[0] if before else behind

    def _joined(self, end: int, first: int) -> bool:
        return not any(self.scan.words.words[i] in ",;:()" or i in self.scan.timed for i in range(end, first))

    def _head(self, hits: list[Hit], hit: Hit) -> Hit:
        """In a row of metrics ("taux de transformation des démos", "lead conversion") the one that heads it."""
        row = [hit]
        for other in hits[hits.index(hit) + 1 :]:
            between = self.scan.stems[row[-1].end : other.first]
            linked = tuple(between) in self.scan.vocabulary.joined["linked"]
            if between and not linked:
                break
            if between and tuple(between) in self.scan.vocabulary.joined["of"] and self.scan.vocabulary.head_last:
                break
            row.append(other)
        return row[-1] if self.scan.vocabulary.head_last and not self.scan.stems[row[0].end : row[-1].first] else row[0]

    def metric_id(self) -> str | None:
        """The KPI: from the words, or from the verb that counts ("call 20 customers", "convert 10 % of leads")."""
        values = {hit.value for hit in self.verbs if hit.form in ("base", "gerund")}
        named = self.metric.value if self.metric else None
        if self.target is not None and "convert" in values and self.target.unit == "%" and named in _COUNTED:
            return "conversion_rate"
        if "call" in values and named in (None, "new_customers", "leads", "other", "calls"):
            return "calls"
        if named == "revenue" and self._is_upsell():
            return "upsell_revenue"
        if named is None and self.target is not None and self._other_noun() is not None:
            return "other"
        if named is None and self._delivers() is not None:
            return "other"
        return named

    def _is_upsell(self) -> bool:
        return any(hit.value == "upsell_revenue" for hit in self.scan.of_role("metric", self.part))

    def _other_noun(self) -> Stretch | None:
        """The noun a count counts when no KPI is named: "100 outbound activities"."""
        if self.target is None or self.target.unit not in ("count", "x"):
            return None
        end = self.scan.stretch(self.target.span)[1]
        for i in range(end, min(end + _NEAR, self.part[1])):
            if i in self.scan.timed or not self.scan.is_word(i):
                return None
            if not self.scan.has("function", i):
                return (i, min(i + 2, self.part[1]))
        return None

    def _delivers(self) -> Hit | None:
        things = [
            h
            for h in self.scan.of_role("object", self.part)
            if h.value == "deliverables" and self.zones.at(h.first) is None
        ]
        made = any(hit.value in ("launch", "act") for hit in self.verbs)
        return things[0] if things and (made or self.scan.of_role("verb", self.part)) else None

    # -- the component

    def component(self, shared: list[TimeMention]) -> Component:
        """Everything the text says of this goal."""
        metric = self.metric_id()
        taken = covered([self.metric] if self.metric else []) | covered(self.verbs)
        scope = scoping.find(self.scan, self.zones, self.part, taken)
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
            spans["metric"] = (self.scan.span((self.metric.first, self.metric.end)),)
        movement = self._mover()
        if movement is not None:
            spans["direction"] = (self.scan.span((movement.first, movement.end)),)
        return Component(**facts, spans=spans)

    def _quote(self, hit: Hit) -> str:
        return self.scan.quote((hit.first, hit.end))

    def _raw_noun(self) -> str | None:
        noun = self._other_noun()
        if noun is not None:
            return self.scan.quote(noun)
        thing = self._delivers()
        return self._quote(thing) if thing else None

    def _figure_facts(
        self, metric: str | None, change: Change | None, spans: dict[str, tuple[Span, ...]]
    ) -> dict[str, object]:
        if self.target is None:
            return {"unit": "%" if self._placeholder() and "%" in self.scan.text.raw else None}
        spans["value"] = (self.target.span,)
        facts: dict[str, object] = {
            "value": self.target.value,
            "value_max": self.target.value_max,
            "unit": unit_of(self.target, metric),
            "comparator": self.target.comparator or "=",
            "change": change,
        }
        if self.base is not None:
            spans["baseline"] = (self.base.span,)
            facts["baseline"] = self.base.value
        return facts

    def _change(self, metric: str | None) -> Change | None:
        if self.target is None:
            return None
        if self.base is not None and self.target.form != "change":
            return "from_to"
        if self.target.form == "multiplier" or self.target.relative or self.target.sign or self.target.form == "change":
            return "relative"
        if self.scan.of_role("cue.additional", self.part) and metric not in ("leads", "qualified_meetings"):
            return "relative"
        kpi = kpis.find(metric)
        moved = any(hit.value in ("increase", "decrease") for hit in self.verbs)
        if self.target.unit == "%" and kpi is not None and kpi.unit in ("count", "money"):
            return "relative"
        return "relative" if moved and self._by() else "absolute"

    def _by(self) -> bool:
        first = self.scan.stretch(self.target.span)[0] if self.target else 0
        return any(hit.end == first for hit in self.scan.of_role("cue.by"))

    def _mover(self) -> Hit | None:
        return next((hit for hit in self.verbs if hit.value in ("increase", "decrease", "maintain")), None)

    def _direction(self, change: Change | None, metric: str | None) -> Direction | None:
        mover = self._mover()
        if self.target is not None and self.base is not None and change == "from_to":
            return "increase" if self.target.value >= self.base.value else "decrease"
        if mover is not None:
            return mover.value  # type: ignore[return-value]
        if self.target is not None and change == "relative":
            return "decrease" if self.target.sign < 0 else "increase"
        if any(self.scan.of_role(f"cue.{cue}", self.part) for cue in ("drop", "fewer")) and self.target is None:
            return "decrease"
        if self.target is not None:
            return "reach"
        if any(self.scan.of_role(f"cue.{cue}", self.part) for cue in ("more", "better", "growth")):
            return "increase"
        return "increase" if self._generates() else None

    def _generates(self) -> bool:
        new = bool(self.scan.of_role("cue.new", self.part))
        return new and any(hit.value == "reach" for hit in self.verbs)

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
        facts["time_basis"] = "horizon" if due else "cadence_only" if cadence and cadence.role == "cadence" else "none"
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
        return self.zones.at(self.scan.stretch(mention.span)[0]) not in ("means", "reason", "condition")

    def _deadline(self, shared: list[TimeMention]) -> TimeMention | None:
        deadlines = [mention for mention in shared if mention.role == "deadline"]
        own = [mention for mention in deadlines if mention in self.times]
        kept = (
            [m for m in own or deadlines if self.zones.at(self.scan.stretch(m.span)[0]) != "reason"] or own or deadlines
        )
        resolved = [mention for mention in kept if mention.end is not None]
        return (resolved or kept or [None])[0]

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
        objects = {hit.value for hit in self.scan.of_role("object", self.part) if self.zones.at(hit.first) is None}
        if "deliverables" in objects or ("countable" in objects and self.verbs):
            return "definite"
        return "catch_all" if "catch_all" in objects else "none"

    def _placeholder(self) -> bool:
        words = self.scan.words.words
        for i in range(*self.part):
            if words[i] in ("x", "y", "n", "xx", "z") and i not in self.scan.figured:
                following = self.scan.words.text.norm[self.scan.words.ends[i] :].lstrip()
                if following.startswith("%") or (
                    i + 1 < len(words) and self.scan.is_at("kind.placeholder_after", i + 1)
                ):
                    return True
        return False

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
                )  # fmt: skip
            )
        return tuple(found)


_COUNTED = ("leads", "qualified_meetings", "new_customers", "deals_won", "quotes_sent", None)


def unit_of(figure: QuantityMention, metric: str | None) -> str:
    """The unit in the light of the metric: a bare figure of money has none stated, an NPS counts points."""
    if figure.unit == "count" and metric in _MONEY and not figure.word:
        return "none"
    if figure.unit in ("count", "none") and metric == "nps":
        return "points"
    return figure.unit
