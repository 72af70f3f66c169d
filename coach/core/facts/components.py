"""The goals of a text, put together from its figures, its times and its words."""

import itertools

from coach.core import kpis
from coach.core.facts import scope as scoping
from coach.core.facts.mentions import QuantityMention, TimeMention
from coach.core.facts.scan import Scan, Stretch, covered
from coach.core.facts.words import Hit
from coach.core.facts.zones import Zones
from coach.core.model import Change, Component, Condition, Direction, Span

ASIDE = ("means", "reason", "purpose", "comparison")
"""Zones whose figures are not the target."""

MOST = 12
"""Goals told apart in one statement, and in one text; a manager who names more has written a plan, not a goal."""

_FIGURES = 40  # of one goal
_STATEMENTS = 60  # of a long text: what follows them is no longer the goal
_NEAR = 4  # words between a figure and the noun it counts
_MONEY = ("revenue", "margin", "upsell_revenue", "average_deal_size", "pipeline_value")


def find(scan: Scan) -> tuple[Component, ...]:
    """The goals of the text, in its order."""
    zones = Zones(scan)
    statements = scan.statements()[:_STATEMENTS]
    parts = [part for statement in statements for part in _parts(scan, zones, statement)]
    read = [_Goal(scan, zones, part) for part in parts]
    goals = [goal for goal in read if goal.says_something()]
    aims = [goal for goal in goals if not goal.is_background()]
    goals = aims or goals
    primary = sorted(goals, key=lambda goal: (goal.target is None, goal.part[0]))
    shared = [mention for mention in scan.times if mention.role in ("deadline", "start")]
    order = sorted(goals, key=lambda goal: goal.part[0])
    if order and primary[0].target is not None and order[0].target is None:
        order = [primary[0], *(goal for goal in order if goal is not primary[0] and goal.metric)]
    return tuple(goal.component(shared) for goal in order[:MOST])


def _parts(scan: Scan, zones: Zones, statement: Stretch) -> list[Stretch]:
    """A statement cut where a second goal begins: after "and" or a comma, with a verb or a figure of its own."""
    cuts = [statement[0]]
    for i in range(statement[0] + 1, statement[1] - 1):
        if i in scan.timed or i in scan.figured:
            continue
        if len(cuts) == MOST:
            break
        join = scan.is_at("word.joins", i)
        comma = scan.words.words[i] == ","
        if (join is None and not comma) or zones.at(i) in ("reason", "means", "purpose"):
            continue
        after = join.end if join else i + 1
        further = scan.is_at("word.joins", after) if comma else None
        after = further.end if further else after
        wanted = scan.is_at("frame", after) is not None and zones.at(after) is None
        if wanted or (_begins_a_goal(scan, zones, after, statement[1]) and _is_a_goal(scan, zones, (cuts[-1], i))):
            cuts.append(after)
    return [(a, b) for a, b in zip(cuts, [*cuts[1:], statement[1]], strict=True) if a < b]


def _begins_a_goal(scan: Scan, zones: Zones, first: int, end: int) -> bool:
    if first >= end or first in scan.timed or zones.at(first) in ("comparison", "condition"):
        return False
    verb = scan.is_at("verb", first)
    if (verb is not None and verb.form in ("base", "gerund")) or scan.is_at("frame", first) is not None:
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
        self.times = [mention for mention in scan.times if part[0] <= scan.stretch(mention.span)[0] < part[1]]
        self.figures = [figure for figure in scan.figures if part[0] <= scan.stretch(figure.span)[0] < part[1]]
        self.figures = [*self.figures[:_FIGURES], *_measured(self.times)]
        self.figures.sort(key=lambda figure: figure.span)
        self.verbs = _verbs(scan, part)
        self.base, self.target = self._ends()
        self.metric = self._metric()
        made = self._delivers()
        taken = covered([hit for hit in (self.metric, made) if hit]) | covered(self.verbs)
        self.scope = scoping.find(scan, zones, part, taken)
        self.conditions = self._conditions()

    def says_something(self) -> bool:
        """Whether there is a goal here at all."""
        if self.target is not None or self.metric is not None:
            return True
        return bool(self.verbs or self.scan.of_role("object", self.part) or self.scan.of_role("cue.more", self.part))

    def is_background(self) -> bool:
        """Whether it tells what is, not what is wanted: "J'ai une page avec 3 abonnés", "the office lost two reps"."""
        if self.scan.of_role("frame", self.part):
            return False
        first = next((i for i in range(*self.part) if self.scan.is_word(i) and i not in self.scan.timed), None)
        if first is None or (self.verbs and self.verbs[0].first == first and self.verbs[0].form == "base"):
            return False
        told = self.scan.has("subjects", first) or self.scan.has("determiners", first)
        spoken = any(
            self.scan.has("copulas", i) or self.scan.has("aux", i) for i in range(first, min(first + 8, self.part[1]))
        )
        return told and (spoken or any(hit.form == "past" for hit in self.verbs))

    # -- figures

    def _zone(self, figure: QuantityMention) -> str | None:
        return self.zones.at(self.scan.stretch(figure.span)[0])

    def _ends(self) -> tuple[QuantityMention | None, QuantityMention | None]:
        """The figure one starts from and the figure aimed at."""
        usable = [f for f in self.figures if self._zone(f) not in ("means", "reason", "purpose")]
        starts, aims = [f for f in usable if f.form == "from"], [f for f in usable if f.form == "to"]
        if starts and aims:
            return starts[0], aims[0]
        pair = self._moved(usable)
        if pair is not None:
            return pair
        base = starts[0] if starts else next((f for f in usable if self._is_dated_back(f)), None)
        others = [f for f in usable if f is not base]
        aims = [f for f in others if self._zone(f) not in ("comparison", "condition")]
        aims = aims or [f for f in others if self._zone(f) == "condition"]
        target = self._chosen(aims)
        compared = [f for f in others if self._zone(f) == "comparison" and f is not target]
        if base is None and target is not None and self.scan.ends_at("cue.target", self.scan.stretch(target.span)[0]):
            base = next((f for f in aims if f is not target and f.unit == target.unit), None)
        if base is None and target is not None and compared and compared[0].unit in (target.unit, "count", "none"):
            base = compared[0]
        return base, target

    def _is_dated_back(self, figure: QuantityMention) -> bool:
        """ "88 % (82 % l'an dernier)": a figure of a past period."""
        end = self.scan.stretch(figure.span)[1]
        mention = self.scan.timed.get(end)
        return mention is not None and mention.role == "comparison" and len(self.figures) > 1

    def _moved(self, figures: list[QuantityMention]) -> tuple[QuantityMention, QuantityMention] | None:
        """Two figures of one unit, the first behind "from", the second behind "to"."""
        for first, second in itertools.pairwise(figures):
            same = first.unit == second.unit or "count" in (first.unit, second.unit)
            if same and self._behind(first, "from") and self._behind(second, "to"):
                return first, second
        return None

    def _behind(self, figure: QuantityMention, cue: str) -> bool:
        first = self.scan.stretch(figure.span)[0]
        if figure.form in ("from", "to"):
            return figure.form == cue
        return self.scan.ends_at(f"cue.{cue}", first)

    def _chosen(self, aims: list[QuantityMention]) -> QuantityMention | None:
        """The first figure that counts something, else the likeliest; one that only counts the team or the scope is none."""
        weights = {id(figure): self._weight(figure) for figure in aims}
        named = [figure for figure in aims if self.scan.ends_at("cue.target", self.scan.stretch(figure.span)[0])]
        sure = named or [figure for figure in aims if weights[id(figure)] >= 1.9]
        best = sure[0] if sure else max(aims, key=lambda figure: weights[id(figure)], default=None)
        return best if best is not None and weights[id(best)] > -1 else None

    def _weight(self, figure: QuantityMention) -> float:
        """How much a figure looks like the target: it has a unit, or counts something that is counted."""
        first, end = self.scan.stretch(figure.span)
        hits = self.scan.of_role("metric", self.part)
        weight = (
            2.0 if figure.unit not in ("count", "none") or figure.form in ("change", "multiplier", "range") else 0.0
        )
        if any(end <= hit.first <= end + _NEAR and self._joined(end, hit.first) for hit in hits):
            weight += 3
        elif any(hit.end <= first <= hit.end + 2 * _NEAR for hit in hits):
            weight += 1.5
        if first > 0 and (self.scan.has("determiners", first - 1) or self._counts_the_scope(figure)):
            weight -= 2.5
        if any(end <= hit.first <= end + 1 for hit in self.scan.of_role("scope.actors", self.part)):
            weight -= 2.5
        return weight - first / 10_000  # of two alike, the first

    def _counts_the_scope(self, figure: QuantityMention) -> bool:
        """ "auprès de 30 clients existants": a figure behind a word that introduces a segment."""
        first = self.scan.stretch(figure.span)[0]
        return self.scan.ends_at("scope.strong_before", first)

    # -- metric

    def _metric(self) -> Hit | None:
        hits = [hit for hit in self._named() if self.zones.at(hit.first) not in ASIDE]
        own = [hit for hit in hits if self.zones.at(hit.first) is None] or hits
        if not own:
            return None
        return self._head(own, self._counted(own) or own[0])

    def _named(self) -> list[Hit]:
        """Metrics that are named for themselves: not a verb that opens the goal, nor part of a catch-all or a deliverable."""
        opening = {hit.first for hit in self.verbs if hit.form == "base" and self._opens(hit.first)}
        vague = [
            hit
            for hit in self.scan.of_role("object", self.part)
            if hit.value == "catch_all" and hit.end - hit.first > 1
        ]
        return [
            hit
            for hit in self.scan.of_role("metric", self.part)
            if not (hit.first in opening and hit.end - hit.first == 1)
            and not any(thing.first <= hit.first and hit.end <= thing.end for thing in vague)
            and not any(
                i in self.scan.timed and self.scan.timed[i].role == "deadline" for i in range(hit.first, hit.end)
            )
        ]

    def _opens(self, first: int) -> bool:
        before = range(self.part[0], first)
        framed = covered(self.scan.of_role("frame", self.part))
        return not any(
            (self.scan.is_word(i) and i not in self.scan.timed and i not in framed) or i in self.scan.figured
            for i in before
        )

    def _counted(self, hits: list[Hit]) -> Hit | None:
        """The metric that the target counts or measures: just behind it, else just before, else the first."""
        if self.target is None:
            return None
        first, end = self.scan.stretch(self.target.span)
        behind = next((h for h in hits if end <= h.first <= end + _NEAR and self._joined(end, h.first)), None)
        before = [h for h in hits if h.end <= first]
        if before and self.scan.words.words[before[0].end] == ":":  # "Pipeline : 650 k€": a heading names the KPI
            return before[0]
        if behind is not None and (self.target.unit == "count" or not before or self._of_it(end, behind.first)):
            return behind
        return before[0] if before else behind

    def _of_it(self, end: int, first: int) -> bool:
        """Whether the figure is one of the metric itself: "25 % de taux de closing", "a €4m rail pipeline"."""
        others = {hit.first for hit in self.scan.of_role("scope.segment_before")}
        linked = tuple(self.scan.stems[end:first]) in self.scan.vocabulary.joined["of"]
        return linked or not any(i in others for i in range(end, first))

    def _joined(self, end: int, first: int) -> bool:
        between = range(end, first)
        return not any(
            self.scan.words.words[i] in ",;:()" or i in self.scan.timed or i in self.scan.figured for i in between
        )

    def _head(self, hits: list[Hit], hit: Hit) -> Hit:
        """In a row of metrics ("taux de transformation des démos", "lead conversion") the one that heads it."""
        aside = next((h for h in hits if h.first == hit.end + 1 and self.scan.words.words[hit.end] == "("), None)
        if aside is not None:  # "score de satisfaction (NPS)": the name in brackets is the exact one
            return aside
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
        named = self.metric.value if self.metric else None
        done = {hit.value for hit in self.verbs if hit.form in ("base", "gerund")}
        told = self._told_by_verb(named, done)
        if told is not None:
            return told
        if self._delivers() is not None and self.target is None:
            return "other"
        if named == "revenue" and self._is_upsell():
            return "upsell_revenue"
        if named is not None:
            if self.target is None and done == {"become"}:
                return None
            if self.target is None and self._only_acts(named, done):
                return "other" if self.scope.narrows else None
            return None if self.target is None and named == "other" and self._is_vague() else named
        if self._other_noun() is not None:
            return "new_customers" if self._cue("sign") else "other"
        if self.target is not None and self._moved_noun() is not None:
            return "other"
        return None

    def _told_by_verb(self, named: str | None, done: set[str]) -> str | None:
        share = self.target is not None and self.target.unit == "%"
        if share and "convert" in done and named in (*_COUNTED, "average_deal_size", "pipeline_value"):
            return "conversion_rate"
        if named in ("new_customers", None) and self._cue("retain") and (share or self.target is None):
            return "renewal_rate"
        if named == "new_customers" and self._cue("lose"):
            return "churn"
        if "call" in done and named in (None, "new_customers", "leads", "other", "calls"):
            return "calls"
        if named in ("leads", "new_customers") and self._cue("contact") and self.target is not None:
            return "other"
        money = self.target is not None and self.target.unit in self._currencies()
        if "sell" in done and named in (None, "other") and (money or (self.target is None and self._cue("more"))):
            return "revenue"
        return None

    def _cue(self, name: str) -> bool:
        return bool(self.scan.of_role(f"cue.{name}", self.part))

    def _only_acts(self, named: str, done: set[str]) -> bool:
        """ "Satisfaire nos clients": customers acted upon, none counted."""
        acts = bool(done & {"act", "become"}) and not done & {"reach", "increase", "decrease", "sell", "maintain"}
        return acts and named in ("new_customers", "leads") and not self._cue("more")

    @staticmethod
    def _currencies() -> frozenset[str]:
        return CURRENCIES

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

    def _moved_noun(self) -> Stretch | None:
        """The unknown noun that a verb moves: "réduire le Change Failure Rate de 35 %"."""
        first = self.scan.stretch(self.target.span)[0] if self.target else self.part[1]
        verb = next((hit for hit in self.verbs if hit.value in ("increase", "decrease", "maintain", "move")), None)
        if verb is None or verb.end >= first:
            return None
        telling = [
            i
            for i in range(verb.end, first)
            if self.scan.is_word(i)
            and i not in self.scan.timed
            and not self.scan.has("function", i)
            and not self.scan.has("narrowless", i)
            and self.zones.at(i) is None
        ]
        return (telling[0], telling[-1] + 1) if telling else None

    def _is_vague(self) -> bool:
        """Whether the metric's words are a catch-all's ("activité commerciale")."""
        named = self.metric
        vague = [hit for hit in self.scan.of_role("object", self.part) if hit.value == "catch_all"]
        return named is None or any(hit.first <= named.first and named.end <= hit.end for hit in vague)

    def _delivers(self) -> Hit | None:
        """The deliverable that is made ("lancer le site"), unless a KPI is named before it or something vaguer is."""
        named = self.scan.of_role("object", self.part)
        things = [hit for hit in named if hit.value != "money" and self.zones.at(hit.first) is None]
        if not things or things[0].value != "deliverables":
            return None
        launched = any(hit.value == "launch" for hit in self.verbs)
        if self.metric is not None and not (launched and things[0].first <= self.metric.first):
            return None
        return things[0] if self.verbs and not all(hit.value == "become" for hit in self.verbs) else None

    # -- the component

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
        return "relative" if self._is_movement(self.target, metric) else "absolute"

    def _is_movement(self, target: QuantityMention, metric: str | None) -> bool:
        """Whether the figure says by how much, not how much."""
        if target.comparator not in (None, "=") and not self._bounded_by(target):
            return False
        if target.sign or self._is_additional(target, metric):
            return True
        if self._behind(target, "to") and not self._bounded_by(target):
            return False
        if target.unit == "points" and metric != "nps":
            return True
        if target.form == "multiplier":
            return self._mover_is("increase", "decrease") or metric != "pipeline_value"
        moved = self._mover_is("increase", "decrease", "move")
        if self._bounded_by(target) or self._begins_with(target, "by"):
            return moved or (target.relative and not self._metric_ends_at(target))
        if target.unit == "%" and metric in _GROWS_BY_SHARE:
            return not (moved and self._mover_is("move"))
        return target.relative and not self._metric_ends_at(target) and moved

    def _bounded_by(self, target: QuantityMention) -> bool:
        """Whether "by" brings the figure in, right before it or before its bound: "by at least 20 %"."""
        first = self.scan.stretch(target.span)[0]
        nearest = first - 3 if target.comparator not in (None, "=") else first
        places = range(max(self.part[0], nearest), first + 1)
        near = [at for at in places if self.scan.ends_at("cue.by", at)]
        return any(not any(word in self.scan.timed for word in range(at, first)) for at in near)

    def _mover_is(self, *values: str) -> bool:
        return any(hit.value in values for hit in self.verbs if self.zones.at(hit.first) is None)

    def _is_additional(self, target: QuantityMention, metric: str | None) -> bool:
        """ "150 000 € de CA additionnel", "an extra 5": beside the figure, and no part of a KPI's name."""
        first, end = self.scan.stretch(target.span)
        named = covered(self.scan.of_role("cue.upsell_names", self.part))
        near = [
            hit
            for hit in self.scan.of_role("cue.additional", self.part)
            if hit.first not in named and (hit.end == first or end <= hit.first <= end + _NEAR)
        ]
        return bool(near) and metric not in ("leads", "qualified_meetings", "calls")

    def _metric_ends_at(self, target: QuantityMention) -> bool:
        first = self.scan.stretch(target.span)[0]
        return self.metric is not None and first - 2 <= self.metric.end <= first

    def _begins_with(self, figure: QuantityMention, cue: str) -> bool:
        first = self.scan.stretch(figure.span)[0]
        return self.scan.is_at(f"cue.{cue}", first) is not None

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
        if metric is not None and any(self._cue(cue) for cue in ("more", "better", "growth")):
            return "increase"
        if metric is None and self._cue("more") and not self.scan.of_role("object", self.part):
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


_GROWS_BY_SHARE = (
    "revenue",
    "upsell_revenue",
    "deals_won",
    "new_customers",
    "calls",
    "quotes_sent",
    "average_deal_size",
    "pipeline_value",
)
"""KPIs that are no share of anything: a bare percentage of them is growth."""

_COUNTED = ("leads", "qualified_meetings", "new_customers", "deals_won", "quotes_sent", None)


CURRENCIES = frozenset(
    "EUR USD GBP CHF XOF XAF MAD TND DZD CAD AUD JPY CNY INR BRL PLN SEK NOK DKK ZAR MXN SGD HKD NZD".split()
)
"""Units that are money, as far as the lexicons know them."""


def _verbs(scan: Scan, part: Stretch) -> list[Hit]:
    """Verbs of the part; a word of a metric's name ("cycle de vente") is none, unless it opens the part."""
    named = covered(scan.of_role("metric", part))
    first = next((i for i in range(*part) if scan.is_word(i) and i not in scan.timed), part[0])
    return [
        hit
        for hit in scan.of_role("verb", part)
        if scan.is_free(hit) and (hit.first == first or hit.first not in named)
    ]


def _measured(times: list[TimeMention]) -> list[QuantityMention]:
    """Durations that a metric is measured in ("de 9 à 6 mois"), as figures."""
    found = []
    for mention in times:
        forms = ("from", "to") if len(mention.numbers) == 2 else ("plain",) * len(mention.numbers)
        for (value, unit), form in zip(mention.numbers, forms, strict=True):
            found.append(QuantityMention(span=mention.span, value=value, unit=unit, form=form))
    return found


def unit_of(figure: QuantityMention, metric: str | None) -> str:
    """The unit in the light of the metric: a bare figure of money has none stated, an NPS counts points."""
    if figure.unit == "count" and metric in _MONEY and not figure.word:
        return "none"
    if figure.unit in ("count", "none") and metric == "nps":
        return "points"
    if figure.unit == "count" and metric is None:
        return "none"
    return figure.unit
