"""Which KPI a goal is about: named, counted by its verb, or only a noun that the lexicon does not know."""

from itertools import takewhile

from coach.core import kpis
from coach.core.facts import scope as scoping
from coach.core.facts.scan import Scan, Stretch, covered
from coach.core.facts.targets import NEAR, Targeted
from coach.core.facts.words import Hit
from coach.core.facts.zones import Zones

ASIDE = ("means", "reason", "purpose", "comparison", "without")
"""Zones whose words do not name the goal's KPI."""

_TAIL = 2  # words behind a KPI's name in which the measure that heads it stands
_ADJECTIVES = 1  # words between "of the" and the KPI

_PEOPLE = ("new_customers", "leads")

DURATIONS = ("days", "hours", "months", "minute", "seconds", "weeks")
"""Units of time: what is measured in them is no count of anything, whatever else is named."""

COUNTED = ("leads", "qualified_meetings", "new_customers", "deals_won", "quotes_sent", None)
"""What a share of may be converted; None when nothing is named."""


class Named(Targeted):
    """A part of the text with the phrase that names its KPI, and what narrows it."""

    def __init__(self, scan: Scan, zones: Zones, part: Stretch) -> None:
        super().__init__(scan, zones, part)
        self.metric = self._metric()
        made = self._delivers()
        taken = covered([hit for hit in (self.metric, made) if hit]) | covered(self.verbs)
        self.scope = scoping.find(scan, zones, part, taken)

    def _metric(self) -> Hit | None:
        hits = [hit for hit in self._named() if self.zones.at(hit.first) not in ASIDE]
        own = [hit for hit in hits if self.zones.at(hit.first) is None] or hits
        if not own:
            return None
        return self._head(own, self._counted(own) or own[0])

    def _named(self) -> list[Hit]:
        """Metrics that are named for themselves: not a verb that opens the goal, nor part of a catch-all or a deliverable."""
        opens = self._opening()
        opening = {hit.first for hit in self.verbs if hit.form == "base" and hit.first <= opens}
        loose = [hit for hit in self.scan.of_role("object", self.part) if hit.value == "catch_all"]
        vague = [hit for hit in loose if hit.end - hit.first > 1]
        unsaid = covered(self.scan.of_role("scope.actors", self.part)) | covered(self.scan.of_role("idiom", self.part))
        return [
            hit
            for hit in self.scan.of_role("metric", self.part)
            if hit.first not in unsaid
            and not (hit.first in opening and hit.end - hit.first == 1)
            and not self._describes_a_thing(hit)
            and not (self.target is None and (self._is_each(hit) or self._is_whose(hit, loose)))
            and not any(thing.first <= hit.first and hit.end <= thing.end for thing in vague)
            and not any(
                i in self.scan.timed and self.scan.timed[i].role == "deadline" for i in range(hit.first, hit.end)
            )
        ]

    def _is_each(self, hit: Hit) -> bool:
        """ "à chaque client", "to every new customer": whom it is done to, not what is counted."""
        scan = self.scan
        before = hit.first - 1 if scan.is_at("cue.new", hit.first - 1) is None else hit.first - 2
        people = hit.value in ("new_customers", "leads") and before > self.part[0]
        return people and scan.has("whole", before) and scan.ends_at("scope.segment_before", before)

    def _is_whose(self, hit: Hit, vague: list[Hit]) -> bool:
        """ "gagner la confiance des grands comptes": whose trust, not how many of them."""
        of = self.scan.vocabulary.joined["of"]
        named = (thing for thing in vague if thing.end < hit.first and self.scan.is_at("verb", thing.first) is None)
        links = (tuple(self.scan.stems[thing.end : hit.first]) for thing in named)
        return hit.value == "new_customers" and any(link in of for link in links)

    def _describes_a_thing(self, hit: Hit) -> bool:
        """ "a call script", "un script d'appel": the thing is made, calls are not counted."""
        of = self.scan.vocabulary.joined["of"]
        for thing in self.scan.of_role("object", self.part):
            if thing.value == "deliverables" and (
                (thing.first <= hit.first and hit.end <= thing.end)
                or (self.scan.vocabulary.head_last and thing.first == hit.end)
                or (thing.end < hit.first and tuple(self.scan.stems[thing.end : hit.first]) in of)
            ):
                return True
        return False

    def _opening(self) -> int:
        """The word that the part opens on, past what is wanted and when."""
        framed = covered(self.scan.of_role("frame", self.part))
        said = (
            i
            for i in range(*self.part)
            if (self.scan.is_word(i) and i not in self.scan.timed and i not in framed) or i in self.scan.figured
        )
        return next(said, self.part[1])

    def _counted(self, hits: list[Hit]) -> Hit | None:
        """The metric that the target counts or measures: just behind it, else just before, else the first."""
        if self.target is None:
            return None
        first, end = self.scan.stretch(self.target.span)
        behind = next((h for h in hits if end <= h.first <= end + NEAR and self._joined(end, h.first)), None)
        before = [h for h in hits if h.end <= first]
        if before and self.target.unit == "x":  # "pipeline coverage ≥ 3x the quota"
            return before[0]
        moved = next((h for h in reversed(before) if self._is_moved(h)), None) if self.base is not None else None
        if moved is not None:
            return moved  # "augmenter la fréquence d'achat de 2,1 à 2,6 commandes"
        if before and self.scan.words.words[before[0].end] == ":":  # "Pipeline : 650 k€": a heading names the KPI
            return before[0]
        if behind is not None and (self.target.unit == "count" or not before or self._of_it(end, behind.first)):
            return behind
        return before[0] if before else behind

    def _is_moved(self, hit: Hit) -> bool:
        """Whether a verb of movement takes the KPI as its object, small words apart."""
        moves = [verb.end for verb in self.verbs if verb.value in ("increase", "decrease", "maintain", "move")]
        near = (end for end in moves if 0 <= hit.first - end <= 1)
        return any(all(self.scan.has("function", i) for i in range(end, hit.first)) for end in near)

    def _of_it(self, end: int, first: int) -> bool:
        """Whether the figure is one of the metric itself: "25 % de taux de closing", "a €4m rail pipeline"."""
        others = {hit.first for hit in self.scan.of_role("scope.segment_before")}
        linked = tuple(self.scan.stems[end:first]) in self.scan.vocabulary.joined["of"]
        return linked or not any(i in others for i in range(end, first))

    def _head(self, hits: list[Hit], hit: Hit) -> Hit:
        """In a row of metrics ("taux de transformation des démos", "lead conversion") the one that heads it."""
        aside = next((h for h in hits if h.first == hit.end + 1 and self.scan.words.words[hit.end] == "("), None)
        if aside is not None:  # "score de satisfaction (NPS)": the name in brackets is the exact one
            return aside
        last = self.scan.words.words[hit.end - 1]
        if hit.end - hit.first > 1 and last in self.scan.vocabulary.links:  # "time from quote to signature"
            return hit
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
        if self.target is None and named in (None, "other") and self.scan.of_role("idiom", self.part):
            return None  # "mettre un coup de collier sur les relances"
        done = {hit.value for hit in self.verbs if hit.form in ("base", "gerund")}
        told = self._told_by_verb(named, done)
        if told is not None:
            return told
        launches = named == "quotes_sent" and any(hit.value == "launch" for hit in self.verbs)
        launched = launches and (self.target is None or self._counted_behind())
        if launched:
            return "other"  # "launch a maintenance offer"
        if self._delivers() is not None and self.target is None:
            return "other" if "sell" not in done or self.scope.narrows else None
        if named == "revenue" and self._is_upsell():
            return "upsell_revenue"
        if named is not None:
            if self.target is None and done == {"become"}:
                return None
            if self.target is None and self._is_acted_upon(named):
                return None
            if self.target is None and self._only_acts(named, done):
                return "other" if self.scope.narrows else None
            return None if self.target is None and named == "other" and self._is_vague() else named
        noun = self._other_noun()
        if noun is not None:
            thing = any(self.scan.is_at(role, noun[0]) for role in ("metric", "object"))  # "6 partenariats signés"
            return "new_customers" if self._cue("sign") and not thing else "other"
        if self.target is not None and self._moved_noun() is not None:
            return "other"
        if self.target is None and self._cue("enter") and self.scope.segment is not None:
            return "other"  # "s'implanter en Belgique": a market entered
        if self.target is not None and self.target.unit.startswith("/"):
            return "other"  # "4,8/5 sur Google": a rating
        if self._cue("hire") and self.scope.actor is not None:
            return "other"
        if self.target is None:
            return None
        timed = self.target.unit in DURATIONS and bool(self.verbs)  # "gagner 10 heures par semaine"
        first = self.scan.stretch(self.target.span)[0]
        measured = bool(self.scan.of_role("cue.measure", (self.part[0], first)))
        return "other" if timed or measured else None

    def _told_by_verb(self, named: str | None, done: set[str]) -> str | None:
        share = self.target is not None and self.target.unit == "%"
        if self.target is not None and self.target.unit in DURATIONS and named is not None:
            return "other"  # "cut the time from quote to signature to 20 days"
        made = self._made_of(done)
        if made is not None:
            return made
        if self._heads_another() or self._counts_a_thing() or self._is_of_a_measure():
            return "other"  # "zero customer disputes"
        if share and named == "new_customers" and self._cue("repeat") and not self._mover_said():
            return "renewal_rate"  # "80 % de clients récurrents"
        if share and named in COUNTED and named is not None:
            part_of = self._part_of(named, done)
            if part_of is not None:
                return part_of
        if named == "churn" and self._cue("regain"):
            return "new_customers"  # "win back 20 lost customers"
        if share and named in (*COUNTED, "churn") and self.metric and self.metric.first in self.scan.figured:
            won = self._cue("wins") and named in ("quotes_sent", "deals_won", "leads")  # "close one quote in six"
            kept = named == "new_customers" and self._cue("retain")
            return "closing_rate" if won else None if kept or "convert" in done else "other"  # "9 clients sur 10"
        if share and named in ("new_customers", None) and "sell" in done and self._is_upsell_verb():
            return "upsell_revenue"
        if share and "convert" in done and named in (*COUNTED, "average_deal_size", "pipeline_value"):
            return "conversion_rate"
        renews = any(hit.value == "renew" for hit in self.verbs)
        if named in ("new_customers", "deals_won", None) and renews and share:
            return "renewal_rate"
        if named == "other" and self._cue("sign") and self.scan.of_role("cue.new", self.part):
            return "new_customers"
        if named == "upsell_revenue" and self.target is not None and self.target.unit == "count":
            return "deals_won"
        if named in ("new_customers", None) and self._cue("retain") and (share or self.target is None):
            return "renewal_rate"
        if named == "new_customers" and self._cue("lose"):
            return "churn"
        if "call" in done and named in (None, "new_customers", "leads", "other", "calls"):
            return "calls"
        contacts = any(self.zones.at(hit.first) is None for hit in self.scan.of_role("cue.contact", self.part))
        if named in ("leads", "new_customers", "quotes_sent") and contacts and self.target is not None:
            return "other"
        money = self.target is not None and kpis.is_currency(self.target.unit)
        alone = len(self.scan.of_role("metric", self.part)) == 1
        if money and alone and named == "deals_won" and self.metric and self.scan.is_at("verb", self.metric.first):
            return "revenue"  # "the team to close €250k"
        more = self.target is None and (self._cue("more") or self._cue("better"))
        if money and named is None and self._cue("earn") and self._is_of_something():
            return "revenue"
        if "sell" in done and named in (None, "other", "new_customers") and (money or more):
            return "revenue"
        return None

    def _heads_another(self) -> bool:
        """Whether the KPI's name only qualifies an unknown noun that is counted: "customer disputes", "lead forms"."""
        scan, hit = self.scan, self.metric
        if hit is None or self.target is None:
            return False
        if not scan.vocabulary.head_last:
            return self._is_of_another(scan.stretch(self.target.span)[1], hit.first)
        if self.target.unit != "count":
            return False
        if hit.end >= self.part[1] or not scan.is_word(hit.end) or hit.end in scan.timed or hit.end in scan.figured:
            return False
        singular, plural = scan.words.words[hit.end - 1], scan.words.words[hit.end]
        unknown = scan.stems[hit.end] not in scan.vocabulary.known
        return unknown and plural.endswith("s") and not plural.endswith("ss") and not singular.endswith("s")

    def _is_of_a_measure(self) -> bool:
        """Whether a measure of its own heads the KPI's name, where the head comes last: "booking time", "forecast accuracy"."""
        hit, heads = self.metric, {found.first for found in self.scan.of_role("cue.measures", self.part)}
        if hit is None or not heads or not self.scan.vocabulary.head_last:
            return False
        following = range(hit.end, min(hit.end + _TAIL, self.part[1]))
        named = takewhile(lambda i: self.scan.is_word(i) and not self.scan.has("function", i), following)
        return any(i in heads for i in named)

    def _is_of_another(self, end: int, first: int) -> bool:
        """ "80 % des créneaux de démo": slots are counted, where the head comes first."""
        scan, of = self.scan, self.scan.vocabulary.joined["of"]
        end = next((end + n for n in (2, 1) if tuple(scan.stems[end : end + n]) in of), end)
        if first - end not in (2, 3) or tuple(scan.stems[end + 1 : first]) not in of or not scan.is_word(end):
            return False
        known = any(scan.is_at(role, end) is not None for role in ("metric", "verb"))
        filler = scoping.filler(scan)
        return not (known or end in filler or scan.has("narrowless", end) or scan.has("function", end))

    def _counted_behind(self) -> bool:
        """Whether the figure stands behind the KPI: "roll out the offer in 3 regions"."""
        return bool(self.metric and self.target) and self.metric.end <= self.scan.stretch(self.target.span)[0]  # type: ignore[union-attr]

    def _counts_a_thing(self) -> bool:
        """ "15 licences chez nos clients": a thing is counted, whoever it is for."""
        scan, hit = self.scan, self.metric
        if hit is None or self.target is None or self.target.unit != "count" or hit.value not in _PEOPLE:
            return False
        end = scan.stretch(self.target.span)[1]
        known = any(scan.is_at(role, end) is not None for role in ("metric", "verb", "cue.new", "scope.actors"))
        if not end < hit.first or known or not scan.is_word(end) or scan.has("function", end):
            return False
        if end in scoping.filler(scan) or scan.has("narrowless", end) or end in scan.timed:
            return False
        return any(end < before.first < hit.first for before in scan.of_role("scope.segment_before", (end, hit.first)))

    def _made_of(self, done: set[str]) -> str | None:
        """What a count of things is turned into: "turn 17 prospects into customers"."""
        if "convert" not in done or self.target is None or self.target.unit != "count":
            return None
        into = {hit.end for hit in self.scan.of_role("cue.into", self.part)}
        after = self.scan.stretch(self.target.span)[1]
        made = (hit for hit in self.scan.of_role("metric", self.part) if hit.first > after)
        return next((hit.value for hit in made if hit.first in into or hit.first - 1 in into), None)

    def _part_of(self, named: str, done: set[str]) -> str | None:
        """What a share of things is: won ("sign 30% of the quotes"), passed on ("MQL → SQL"), or said of each of them."""
        if self.metric is None or self._mover_said() or self._cue("new"):
            return None
        follows = self.scan.is_at("metric", self.metric.end + 1)
        arrow = self.scan.stems[self.metric.end : self.metric.end + 1]
        if follows is not None and follows.value in COUNTED and arrow and arrow[0] in "→➔➜":
            return "conversion_rate"
        end = self.scan.stretch(self.target.span)[1] if self.target else 0
        linked = self._is_of_each(end, self.metric.first)
        if not linked or done & {"convert", "call", "renew", "sell"} or self._cue("retain") or self._cue("regain"):
            return None
        won = self._cue("wins") and named in ("quotes_sent", "leads", "deals_won")
        return "closing_rate" if won else None if named == "new_customers" and not self._says_more() else "other"

    def _is_of_each(self, end: int, first: int) -> bool:
        """Whether words ``end`` to ``first`` say "of the …": with an adjective at most, "half of the open deals"."""
        between, of = tuple(self.scan.stems[end:first]), self.scan.vocabulary.joined["each_of"]
        if self.target is not None and self.target.word and between and self.scan.has("determiners", end):
            return len(between) <= _ADJECTIVES + 1
        return any(between[:n] in of and len(between) - n <= _ADJECTIVES for n in range(1, min(4, len(between)) + 1))

    def _is_upsell_verb(self) -> bool:
        """ "Upsell 20% of the base"."""
        named = {hit.first for hit in self.scan.of_role("metric", self.part) if hit.value == "upsell_revenue"}
        return any(hit.first in named for hit in self.verbs)

    def _is_of_something(self) -> bool:
        """ "$90k of training days"."""
        end = self.scan.stretch(self.target.span)[1] if self.target else self.part[1]
        of = self.scan.vocabulary.joined["of"]
        return any(tuple(self.scan.stems[end : end + n]) in of for n in (1, 2))

    def _says_more(self) -> bool:
        """Whether something is said of the KPI behind it: "90 % des opportunités avec une étape datée"."""
        end = self.metric.end if self.metric else self.part[1]
        return any(self.scan.is_word(i) and i not in self.scan.timed for i in range(end, self.part[1]))

    def _mover_said(self) -> bool:
        return any(hit.value in ("increase", "decrease") for hit in self.verbs)

    def _is_acted_upon(self, named: str) -> bool:
        """ "Satisfaire nos clients": a verb that the lexicon does not know, and whom it acts upon."""
        unknown = (
            not self.verbs and self.scan.has("determiners", self.part[0] + 1)
            if len(self.scan.words) > self.part[0] + 1
            else False
        )
        return unknown and named in ("new_customers", "leads") and not self.scan.has("function", self.part[0])

    def _only_acts(self, named: str, done: set[str]) -> bool:
        """ "Satisfaire nos clients": customers acted upon, none counted."""
        acts = bool(done & {"act", "become"}) and not done & {"reach", "increase", "decrease", "sell", "maintain"}
        return acts and named in ("new_customers", "leads", "quotes_sent", "deals_won") and not self._cue("more")

    def _is_upsell(self) -> bool:
        named = [hit for hit in self.scan.of_role("metric", self.part) if hit.value == "upsell_revenue"]
        return any(self.zones.at(hit.first) not in ("reason", "comparison", "condition") for hit in named)

    def _other_noun(self) -> Stretch | None:
        """The noun a count counts when no KPI is named: "100 outbound activities"."""
        if self.target is None or self.target.unit not in ("count", "x"):
            return None
        end = self.scan.stretch(self.target.span)[1]
        for i in range(end, min(end + NEAR, self.part[1])):
            if i in self.scan.timed or not self.scan.is_word(i):
                return None
            if not self.scan.has("function", i):
                said_nothing = self.target.unit == "x" and self.scan.has("narrowless", i)
                return None if said_nothing else (i, i + 1 + self._goes_on(i + 1))
        return None

    def _goes_on(self, i: int) -> bool:
        """Whether word ``i`` still belongs to the noun before it."""
        scan = self.scan
        return i < self.part[1] and scan.is_word(i) and i not in scan.timed and not scan.has("function", i)

    def _moved_noun(self) -> Stretch | None:
        """The unknown noun that a verb moves: "réduire le Change Failure Rate de 35 %"."""
        first = self.scan.stretch(self.target.span)[0] if self.target else self.part[1]
        verb = next((hit for hit in self.verbs if hit.value in ("increase", "decrease", "maintain", "move")), None)
        if verb is None or verb.end >= first:
            return None
        vague = covered(hit for hit in self.scan.of_role("object", self.part) if hit.value == "catch_all")
        telling = [
            i
            for i in range(verb.end, first)
            if self.scan.is_word(i)
            and i not in vague
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
        return named is None or any(hit.first <= named.first < hit.end for hit in vague)

    def _delivers(self) -> Hit | None:
        """The deliverable that is made ("lancer le site"), unless a KPI is named before it or something vaguer is."""
        named = self.scan.of_role("object", self.part)
        ways = self.scan.of_role("scope.channels", self.part)
        things = [
            hit
            for hit in named
            if hit.value != "money"
            and self.zones.at(hit.first) is None
            and not any(way.first < hit.first and hit.end <= way.end for way in ways)  # "in-store"
        ]
        if not things or things[0].value != "deliverables":
            return None
        launched = any(hit.value == "launch" for hit in self.verbs)
        made = self.target is None and any(0 <= things[0].first - hit.end <= 1 for hit in self.verbs)
        if self.metric is not None and not ((launched or made) and things[0].first <= self.metric.first):
            return None
        return things[0] if self.verbs and not all(hit.value == "become" for hit in self.verbs) else None
