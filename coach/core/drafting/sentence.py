"""One goal as one sentence: what to reach, for whom, how, by when. What is not known is left out, never made up."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from coach.core import kpis, rendering
from coach.core.drafting import figures, mentions
from coach.core.drafting.pieces import Piece, as_piece, capitalised, fill, join, uncapitalised
from coach.core.drafting.words import Family, Noun, family, is_plural, narrowed, noun, table
from coach.core.facts.text import fold
from coach.core.model import Brief, Component, Condition, Source

_IN_THE_SENTENCE = ("metric", "segment", "channel", "means", "cadence", "conditions")
_SHARES = ("%", "points")
_LONGEST_AS_TYPED = 160
_UNSAID = Source(kind="user", ref="", code="user")


def write(brief: Brief, extra: Piece | str = "") -> Piece:
    """The sentence of the brief's goal, without a full stop; its spans bear Component's names.

    ``extra`` is said right after the due date (", soit 10 par mois").
    """
    return _Sentence.of(brief).whole(extra)


def falls(goal: Component) -> bool:
    """Whether the goal asks for less: said so, or its metric is one where lower is better."""
    if goal.direction is not None and goal.direction != "reach":
        return goal.direction == "decrease"
    if goal.baseline is not None and goal.value is not None and goal.change == "from_to":
        return goal.value < goal.baseline
    kpi = kpis.find(goal.metric)
    return kpi is not None and kpi.better == "lower"


def baseline_unit(goal: Component) -> str | None:
    """The unit of the baseline: the target's for two ends of one movement, else the one it was given in."""
    if goal.change == "from_to":
        return goal.unit
    return goal.baseline_unit or {"rate": "%", "count": "count"}.get(family(goal))


def _noun(brief: Brief) -> Noun:
    forms = noun(brief.goal, brief.language)
    source = brief.sources.get("segment", _UNSAID)
    if not brief.goal.segment or not _is_part_of_the_name(brief.goal, source, brief.language):
        return forms
    return narrowed(forms, brief.goal.segment, source.params.get("tie", ""), before=bool(source.params.get("before")))


def _is_part_of_the_name(goal: Component, source: Source, language: str) -> bool:
    """Whether the segment was said as part of the indicator's name, and can be again: it holds no figure of its own."""
    tied = source.params.get("tied") or (source.params.get("before") and table(language)["scope"]["before"])
    return bool(tied) and not mentions.find(goal.segment or "")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """The parts of one sentence; each method gives one, empty when the goal does not hold it."""

    goal: Component
    sources: Mapping[str, Source]
    today: date
    language: str
    locale: str
    ambition: str
    opening: str  # the event the ambition was said in
    due_first: bool
    family: Family
    noun: Noun

    @classmethod
    def of(cls, brief: Brief) -> "_Sentence":
        goal, locale = brief.goal, figures.locale_of(brief.language, brief.locale)
        return cls(
            goal,
            brief.sources,
            brief.today,
            brief.language,
            locale,
            brief.ambition,
            brief.opening,
            brief.due_first,
            family(goal),
            _noun(brief),
        )

    @property
    def words(self) -> Mapping[str, Any]:
        return table(self.language)

    def source(self, name: str) -> Source:
        return self.sources.get(name, _UNSAID)

    def whole(self, extra: Piece | str) -> Piece:
        if self.stands_as_typed():
            typed = self.quoted(" ".join(self.ambition.split()).rstrip(" .!;"), "metric").named("metric")
            due = self.deadline() if self.said_in("deadline") != self.opening else Piece()
            return capitalised(typed + (as_piece(" ") + due if due else due))
        parts: dict[str, Piece | str] = {
            "head": self.head(),
            "conditions": join(
                as_piece(self.words["comma"]) + self.condition(wanted)
                for wanted in self.goal.conditions
                if wanted.metric
            ),
            "baseline": self.baseline(),
            "extra": extra,
        }
        told = fold(as_piece(parts["head"]).text)
        for name in ("cadence", "segment", "means", "channel", "deadline"):
            words = fold(getattr(self.goal, name) or "") if name in ("segment", "means", "channel") else ""
            piece: Piece = Piece() if words and words in told else getattr(self, name)()
            parts[name] = as_piece(" ") + piece if piece else ""
            told += f" {fold(piece.text)}"
        if self.due_first and parts["deadline"]:
            parts |= {"deadline": self.deadline(), "head": uncapitalised(parts["head"])}
            return capitalised(fill(self.words["statement_due_first"], parts))
        return capitalised(fill(self.words["statement"], parts))

    def said_in(self, name: str) -> str:
        """The event a fact was said in."""
        return self.source(name).ref.split(":")[0] if name in self.sources else ""

    def stands_as_typed(self) -> bool:
        """Whether the ambition is best left as it was typed: one sentence, no figure, no indicator of the catalogue."""
        goal, typed = self.goal, " ".join(self.ambition.split())
        unknown = goal.metric in (None, "other") and goal.value is None and goal.baseline is None
        added = [name for name in self.sources if name in _IN_THE_SENTENCE and self.said_in(name) != self.opening]
        single = 0 < len(typed) <= _LONGEST_AS_TYPED and not set(typed.rstrip(" .!;")) & set(".!?;")
        return unknown and not added and single

    # What is to be reached

    def head(self) -> Piece:
        return fill(self.shape(self.pattern()), self.slot)

    def pattern(self) -> str:
        goal = self.goal
        if goal.value is None:
            return "maintain_open" if goal.direction == "maintain" else "open"
        if goal.direction == "maintain":
            return "maintain"
        if goal.change == "from_to" and goal.baseline is not None:
            return "from_to"
        if goal.unit == "x":
            return "multiply" if self.times() else "multiply_by"
        if goal.metric == "upsell_revenue" and self.family == "amount" and goal.unit not in _SHARES:
            return "produce"  # what is sold in addition is an addition already
        if goal.change == "relative":
            return "relative" if goal.unit in (*_SHARES, "none", None) else "delta"
        return "produce" if self.family in ("count", "amount") else "level"

    def shape(self, pattern: str) -> str:
        """The most precise template there is for this pattern, family and direction."""
        shapes = self.words["shapes"]
        falling = ("decrease",) if falls(self.goal) else ()
        unnamed = self.goal.metric is None and not self.goal.metric_raw
        for keys in (
            (pattern, "unnamed" if unnamed else self.family, *falling),
            (pattern, *falling),
            (pattern, self.family),
            (pattern,),
        ):
            if ".".join(keys) in shapes:
                return shapes[".".join(keys)]
        return shapes["level"]

    def times(self) -> str:
        value = self.goal.value
        return self.words["times"].get(str(int(value)), "") if value and value == int(value) else ""

    def slot(self, name: str) -> Piece | str:
        if name.endswith("value"):
            kind = name.removesuffix("value").rstrip("_") or "plain"
            return figures.bounded(self.goal, self.source("value"), kind, self.language, self.locale, self.noun.ending)
        if name == "baseline":
            return self.base()
        if name == "times":
            return figures.marked(self.times(), self.goal.value or 0, "x", "value", self.source("value"))
        own = self.source("metric").params
        if name == "verb":
            return own.get("verb", self.noun.verb)
        if name == "noun" and own.get("phrase") and self.goal.change == "absolute":
            return self.named(own["phrase"])
        if name == "noun":
            single = self.goal.value is not None and abs(self.goal.value) < 2 and self.goal.value_max is None
            return self.named(self.noun.one if single else self.noun.many)
        return self.named(getattr(self.noun, name))

    def named(self, text: str) -> Piece:
        """The noun, which may hold the segment."""
        at = text.find(self.goal.segment) if self.goal.segment else -1
        said = as_piece(text).named("metric")
        return (
            said if at < 0 else replace(said, spans=(*said.spans, ("segment", (at, at + len(self.goal.segment or "")))))
        )

    def base(self) -> Piece:
        unit = baseline_unit(self.goal)
        bare = figures.is_score(self.goal)
        return figures.figure(
            self.goal.baseline or 0, unit, "baseline", self.source("baseline"), self.locale, bare=bare
        ).named("baseline")

    # For whom, how

    def cadence(self) -> Piece:
        return as_piece(self.words["cadence"][self.goal.cadence]).named("cadence") if self.goal.cadence else Piece()

    def segment(self) -> Piece:
        text = (self.goal.segment or "").strip()
        if not text or _is_part_of_the_name(self.goal, self.source("segment"), self.language):
            return Piece()
        form, rest = self.scope(text)
        said = figures.quoted(rest, "segment", self.source("segment"))
        lead = self.source("segment").params.get("lead", "")
        return fill(form, {"segment": said, "rest": said, "lead": lead}).named("segment")

    def scope(self, text: str) -> tuple[str, str]:
        """Which form brings in a segment, and the words of it that the form takes."""
        scope = self.words["scope"]
        rated = self.family == "rate"
        if self.source("segment").params.get("lead"):
            return scope["given"], text
        if figures.opening(text, scope["leads"]):
            return "{segment}", text
        tail = {fold(word): form for word, form in scope["tails"].items()}.get(fold(text.split()[-1]))
        if tail:
            return tail, text[len(figures.opening(text, scope["determiners"])) :].lstrip()
        with_determiner = {**scope["with_determiner"], **(scope["with_determiner_rated"] if rated else {})}
        named = {**with_determiner, **scope["heads"]}
        found = figures.by_opening(text, named)
        if found:
            return found if "{rest}" in found[0] else (found[0], text)
        return scope[self.kind_of(text, rated)], text

    def kind_of(self, text: str, rated: bool) -> str:
        """What a bare segment looks like: figures, people or things in the plural, a place, a sector."""
        first = text.split()[0]
        if first[:1].isdigit():
            return "figure"
        if is_plural(first, self.language) or (is_plural(text.split()[-1], self.language) and self.language == "en"):
            return "rated" if rated else "customers" if self.goal.metric == "new_customers" else "people"
        return "place" if first[:1].isupper() and not first.isupper() else "sector"

    def channel(self) -> Piece:
        return self.with_lead(
            "channel", self.goal.channel, self.words["channel"], self.words["scope"]["channel_leads"], {}
        )

    def means(self) -> Piece:
        text = self.goal.means or ""
        first = fold(text.split()[0]) if text.split() else ""
        action = len(first) > 3 and first.endswith(tuple(self.words["actions"]))
        form = self.words["means_action"] if action else self.words["means"]
        return self.with_lead("means", text, form, self.words["scope"]["means_leads"], self.words["means_with"])

    def with_lead(self, name: str, text: str | None, form: str, leads: list[str], forms: Mapping[str, str]) -> Piece:
        """Words of the manager's behind the preposition they came with, or behind ours."""
        if not text or not text.strip():
            return Piece()
        said = text.strip()
        lead = self.source(name).params.get("lead", "")
        if lead or figures.opening(said, leads):
            whole = as_piece(f"{lead} " if lead and not lead.endswith(("'", "’")) else lead) + self.quoted(said, name)
            return whole.named(name)
        found = figures.by_opening(said, forms)
        form, said = found or (form, said)
        return fill(form, {name: self.quoted(said, name), "rest": self.quoted(said, name)}).named(name)

    def quoted(self, text: str, name: str) -> Piece:
        return figures.quoted(text, name, self.source(name))

    def condition(self, wanted: Condition) -> Piece:
        of = noun(Component(metric=wanted.metric, unit=wanted.unit), self.language)
        source = self.source("conditions")
        bound = figures.condition(wanted, source, self.language, self.locale, of.ending)
        return fill(self.words["condition"], {"a": of.a, "of_value": bound}).named("conditions")

    # From where, by when

    def baseline(self) -> Piece:
        goal = self.goal
        if goal.baseline is not None and goal.change == "relative":
            return fill(self.words["baseline"], {"baseline": self.base()})
        if (
            goal.baseline_period
            and goal.baseline is None
            and figures.opening(goal.baseline_period, self.words["comparisons"])
        ):
            return fill(self.words["baseline_period"], {"period": self.quoted(goal.baseline_period, "baseline_period")})
        return Piece()

    def deadline(self) -> Piece:
        goal = self.goal
        if goal.deadline is None:
            quote = self.source("deadline").params.get("quote", "") if goal.time_basis == "horizon" else ""
            return self.quoted(quote, "deadline").named("deadline") if quote else Piece()
        slots: dict[str, Piece | str] = {"deadline": self.day(goal.deadline, "deadline")}
        form = "until" if goal.cadence else "by"
        start = self.later_start()
        if start is not None:
            form, slots["start"] = "between", self.day(start, "start")
        return fill(self.words[form], slots).named("deadline")

    def later_start(self) -> date | None:
        """The day to come from which a sum counts; a level is reached by a day, whenever one starts."""
        goal = self.goal
        summed = goal.change in ("absolute", None) and self.family in ("count", "amount")
        later = goal.start is not None and goal.deadline is not None and self.today < goal.start < goal.deadline
        return goal.start if summed and later else None

    def day(self, when: date, role: str) -> Piece:
        return figures.marked(rendering.day(when, self.locale), when, "date", role, self.source("deadline"))
