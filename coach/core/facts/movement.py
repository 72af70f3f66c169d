"""By how much, or how much: whether a goal's figure is a level or a change, and which way it goes."""

from coach.core.facts.kpi import Named
from coach.core.facts.mentions import QuantityMention
from coach.core.facts.scan import covered
from coach.core.facts.targets import NEAR
from coach.core.facts.words import Hit
from coach.core.model import Change, Direction

GROWS_BY_SHARE = (
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

_SUMS = (
    "revenue",
    "upsell_revenue",
    "deals_won",
    "new_customers",
    "calls",
    "quotes_sent",
    "leads",
    "qualified_meetings",
)

_FIELDS = ("x", "xx", "xxx", "y", "n", "z")
_MARKS = frozenset((*_FIELDS, "_", "]", "}", ">"))  # a text without any of them has no field
_FIELD_UNITS = ("%", "k€", "€", "$", "k$", "pt")


class Moved(Named):
    """A part of the text whose figure, or whose verb, says which way its KPI goes."""

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
        if self._is_of_upsell(target):
            return False
        if target.sign or self._is_additional(target, metric):
            return True
        if target.form != "multiplier" and self._behind(target, "to") and not self._bounded_by(target):
            return False
        if target.unit == "points" and metric != "nps":
            return True
        if target.form == "multiplier":
            return self._mover_is("increase", "decrease") or metric != "pipeline_value"
        moved = self._mover_is("increase", "decrease", "move")
        if self._is_growth(target) or self._taken_off(target) or self._added_to(target, metric):
            return True
        if self._bounded_by(target) or self._begins_with(target, "by"):
            if self._cue("outdo") and target.unit == "%" and metric in (*GROWS_BY_SHARE, "other", None):
                return True
            return moved or (target.relative and not self._metric_ends_at(target))
        if target.unit == "%" and metric in GROWS_BY_SHARE:
            return not (self._mover_is("move") or self._is_share_of(target))
        return target.relative and not self._metric_ends_at(target) and moved

    def _is_of_upsell(self, target: QuantityMention) -> bool:
        """ "75 000 € de ventes additionnelles": the name of what is sold, not more of it."""
        end = self.scan.stretch(target.span)[1]
        after = self.scan.of_role("cue.upsell_names", (end, min(end + NEAR, self.part[1])))
        return bool(after) and target.unit != "%" and self.scan.text.raw[target.span[0]] not in "+-"

    def _bounded_by(self, target: QuantityMention) -> bool:
        """Whether "by" brings the figure in, right before it or before its bound: "by at least 20 %"."""
        first = self.scan.stretch(target.span)[0]
        nearest = first - 3 if target.comparator not in (None, "=") else first
        places = range(max(self.part[0], nearest), first + 1)
        near = [at for at in places if self.scan.ends_at("cue.by", at)]
        return any(not any(word in self.scan.timed for word in range(at, first)) for at in near)

    def _is_share_of(self, target: QuantityMention) -> bool:
        """ "relancer 100 % des devis", "call 50% of the leads": a share of what is acted upon."""
        end = self.scan.stretch(target.span)[1]
        if self._mover() is not None:
            return False
        if self.scan.is_at("cue.share_of", end) is not None:
            return True
        linked = any(tuple(self.scan.stems[end : end + n]) in self.scan.vocabulary.joined["of"] for n in (1, 2))
        return linked and self._mover_is("act", "call", "convert", "renew")

    def _is_growth(self, target: QuantityMention) -> bool:
        """ "20 % de croissance", "a 12% uplift"."""
        end = self.scan.stretch(target.span)[1]
        if target.unit in ("count", "none"):
            return False  # "33 lift contracts"
        linked = self.scan.is_at("cue.by", end)
        nouns = {end, linked.end if linked else end}
        return any(self.scan.is_at(f"cue.{cue}", at) is not None for cue in ("growth", "drop") for at in nouns)

    def _taken_off(self, target: QuantityMention) -> bool:
        """ "take 10 days off the cycle"."""
        return self.scan.is_at("cue.off", self.scan.stretch(target.span)[1]) is not None

    def _added_to(self, target: QuantityMention, metric: str | None) -> bool:
        """ "add €500 to the average order value": more of what is a level, not a sum."""
        behind = self.scan.is_at("cue.add_to", self.scan.stretch(target.span)[1])
        return behind is not None and self._cue("add") and metric not in (None, "other", *_SUMS)

    def _mover_is(self, *values: str) -> bool:
        return any(hit.value in values for hit in self.verbs if self.zones.at(hit.first) is None)

    def _is_additional(self, target: QuantityMention, metric: str | None) -> bool:
        """ "150 000 € de CA additionnel", "an extra 5": beside the figure, and no part of a KPI's name."""
        first, end = self.scan.stretch(target.span)
        named = covered(self.scan.of_role("cue.upsell_names", self.part))
        near = [
            hit
            for hit in self.scan.of_role("cue.additional", self.part)
            if hit.first not in named
            and (hit.end == first or end <= hit.first <= end + NEAR)
            and not (hit.first >= end and {hit.end, hit.end + 1} & self.scan.figured.keys())  # "worth more than €50k"
        ]
        return bool(near) and metric not in ("leads", "qualified_meetings", "calls")

    def _metric_ends_at(self, target: QuantityMention) -> bool:
        first = self.scan.stretch(target.span)[0]
        return self.metric is not None and first - 2 <= self.metric.end <= first

    def _begins_with(self, figure: QuantityMention, cue: str) -> bool:
        first = self.scan.stretch(figure.span)[0]
        return self.scan.is_at(f"cue.{cue}", first) is not None

    def _mover(self) -> Hit | None:
        moves = [hit for hit in self.verbs if hit.value in ("increase", "decrease", "maintain")]
        own = [hit for hit in moves if self.zones.at(hit.first) not in ("reason", "comparison")]
        return next(iter(own), None)  # "malgré la hausse des prix": not the goal's

    def _direction(self, change: Change | None, metric: str | None) -> Direction | None:
        mover = self._mover()
        if self.target is not None and self.base is not None and change == "from_to":
            return "increase" if self.target.value >= self.base.value else "decrease"
        if mover is not None:
            return mover.value  # type: ignore[return-value]
        if self.target is not None and self._is_set():
            return "reach"
        if self._pushed("up") or self._pushed("drop"):
            return "increase" if self._pushed("up") else "decrease"
        if self.target is not None and change == "relative":
            falls = self.target.sign < 0 or self._taken_off(self.target) or self._pushed_down(self.target)
            return "decrease" if falls else "increase"
        held = self.target is not None and self.target.unit == "%" and self._cue("hold")
        if held or (self.target is not None and self._cue("retain")):
            return "maintain"
        if self.target is not None and self._mover_is("move") and self._behind(self.target, "to"):
            return "decrease" if metric == "churn" or self._cue("drop") else "increase"
        if self.target is None and self._falls():
            return "decrease"
        if self.target is not None:
            return "reach"
        if metric is not None and any(self._cue(cue) for cue in ("more", "better", "growth")):
            return "increase"
        if metric is None and self._cue("more") and not any(hit.value == "become" for hit in self.verbs):
            return "increase"  # not "être plus présent"
        if metric is not None and self._is_bounded_field():
            return "reach"
        return "increase" if self._generates() else None

    def _falls(self) -> bool:
        """Less of something, unless more of another was said before: "plus de clients, moins de prospection"."""
        less = [hit.first for cue in ("drop", "fewer") for hit in self.scan.of_role(f"cue.{cue}", self.part)]
        more = [hit.first for hit in self.scan.of_role("cue.more", self.part)]
        return bool(less) and min(less) < min(more, default=self.part[1])

    def _is_set(self) -> bool:
        """ "change my leads goal to 75": it is the goal that changes."""
        verb = self.verbs[0] if self.verbs else None
        opens = verb is not None and self.scan.is_at("kind.set_commands", verb.first) is not None
        return opens and bool(self.scan.of_role("kind.goal_nouns", self.part))

    def _pushed(self, cue: str) -> bool:
        """ "get revenue up to €2.4m": the word behind the KPI says which way."""
        if not self.verbs:
            return False
        if self.metric is not None and self.scan.is_at(f"cue.{cue}", self.metric.end) is not None:
            return True
        first = self.scan.stretch(self.target.span)[0] if self.target else 0
        return first > 1 and self.scan.ends_at("cue.to", first) and self.scan.ends_at(f"cue.{cue}", first - 1)

    def _pushed_down(self, target: QuantityMention) -> bool:
        end = self.scan.stretch(target.span)[1]
        return any(self.scan.is_at("cue.drop", at) is not None for at in (end, end + 1))

    def _generates(self) -> bool:
        new = bool(self.scan.of_role("cue.new", self.part))
        return new and any(hit.value == "reach" for hit in self.verbs)

    def _placeholder(self) -> bool:
        """Whether a field is left to fill: "X %", "N mois", "[montant]", "__ clients"."""
        if _MARKS.isdisjoint(self.scan.words.words):
            return False
        return any(self._is_field(i) for i in range(*self.part) if i not in self.scan.figured)

    def _is_bounded_field(self) -> bool:
        """ "≥ X %": a level to reach, though nobody knows which."""
        words = self.scan.words.words
        if _MARKS.isdisjoint(words):
            return False
        return any(self._is_field(i) and words[i - 1] in "≥≤<>=" for i in range(self.part[0] + 1, self.part[1]))

    def _is_field(self, i: int) -> bool:
        scan, word = self.scan, self.scan.words.words[i]
        if scan.is_bracketed(i):
            return True
        if i + 1 >= len(scan.words):
            return False
        if word == "_":
            return scan.words.words[i + 1] == "_"
        following = scan.words.text.norm[scan.words.ends[i] : scan.words.ends[i] + 3].lstrip()
        counts = any(scan.is_at(role, i + 1) for role in ("kind.placeholder_after", "metric"))
        return word in _FIELDS and (counts or following.startswith(_FIELD_UNITS))
