"""What a sentence claims beside its figures: which way it goes, from where to where, when, about whom, in which letters.

The guard of meaning, as :mod:`mentions` is the guard of figures: it trusts no reader of goals. The manager's own quoted
words (segment, means, strategy…) may say what they like; everything around them may not.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from coach.core import kpis
from coach.core.facts import periods
from coach.core.facts.text import Text, fold
from coach.core.lexicon import LANGUAGES, load
from coach.core.model import Brief, Figure, Span

_LETTERS = frozenset("œŒŸ") | {chr(code) for code in range(0xC0, 0x100)} - {"×", "÷"}
_OTHERS = frozenset("\u00a0\u202f’‘“”«»–—…€£$%‰°·•²³№×\u2011\n ")
_SHOUTED = 5  # letters of a word in capitals that may be an abbreviation
_START = '.!?:;…«“"(\n–—-'
_BEFORE = 40  # characters before a figure in which what brings it in stands
_FOREIGN = (  # numbers of neighbouring languages, which no draft in French or English holds
    r"(?:ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn)*(?:und)?(?:hundert|tausend|zwanzig|dreißig|dreissig|vierzig|"
    r"fünfzig|sechzig|siebzig|achtzig|neunzig)\w*|fünf|sechs|sieben|zwölf|millionen|"
    r"veinte|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|\w*cient[oa]s|quinient[oa]s|mil(?:es|lones)|"
    r"venti\w*|trenta\w*|quaranta\w*|cinquanta\w*|sessanta|settanta|ottanta|novanta|\w*cento|\w+mila|milioni|"
    r"vinte|trinta|quarenta|cinquenta|sessenta|oitenta|noventa|duzentos|trezentos|quinhentos|milh[oõ]es"
)


class Claim(NamedTuple):
    """What a text says without a fact that says so: the objection's code, and where."""

    code: str
    span: Span


def find(
    text: str, brief: Brief, figures: Sequence[Figure] = (), *, goal: bool = False, ours: bool = False
) -> Iterator[Claim]:
    """Every claim of ``text`` that no fact of the brief makes.

    Args:
        text: A sentence or two around a goal, or the goal's own sentence.
        brief: The facts.
        figures: The sourced figures standing in ``text``.
        goal: Whether ``text`` states the goal, whose every word of direction counts.
        ours: Whether the built-in drafter wrote it, which has no names but the manager's.
    """
    seen = _Seen(text, fold(text), brief, tuple(figures), tuple(_own(text, brief)))
    directions = (_denials, _turned) if goal else (_contrary,)
    for step in (_characters, _numbers, _times, _relations, *directions, *(() if ours else (_names,))):
        yield from step(seen)


class _Seen(NamedTuple):
    text: str
    norm: str
    brief: Brief
    figures: tuple[Figure, ...]
    own: tuple[Span, ...]

    def is_own(self, span: Span) -> bool:
        """Whether the manager's quoted words hold it."""
        return any(a <= span[0] and span[1] <= b for a, b in self.own)

    def is_sourced(self, span: Span) -> bool:
        return any(one.span[0] < span[1] and span[0] < one.span[1] for one in self.figures)


def _own(text: str, brief: Brief) -> Iterator[Span]:
    """Where the words of the manager's that a draft may repeat stand in ``text``."""
    goal, norm = brief.goal, fold(text)
    quoted = [goal.segment, goal.channel, goal.means, goal.actor, goal.metric_raw, goal.baseline_period]
    quoted += [str(source.params.get(name, "")) for source in brief.sources.values() for name in _QUOTES]
    quoted += brief.profile.context.strategy
    for words in {fold(one).strip() for one in quoted if one}:
        start = norm.find(words) if len(words) > 1 else -1
        while start >= 0:
            yield start, start + len(words)
            start = norm.find(words, start + len(words))


_QUOTES = ("phrase", "verb")


@cache
def _words(*names: str) -> re.Pattern[str]:
    """Any of the guard's phrases of those names, of all languages, whole."""
    inside = _any(word for language in LANGUAGES for name in names for word in load(language)["guard"][name])
    return re.compile(rf"(?<!\w)(?:{inside})(?:(?<=')|(?!\w))")


@cache
def _stems(name: str, language: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_any(load(language)['guard'][name])})\w*")


def _any(words: Iterator[str] | Sequence[str]) -> str:
    return "|".join(re.escape(fold(word)) for word in sorted(set(words), key=len, reverse=True))


# Letters, names, numbers, times


def _characters(seen: _Seen) -> Iterator[Claim]:
    """Letters of another script, marks on letters, invisible characters: what can hide a figure from a reader."""
    for at, char in enumerate(seen.text):
        plain = char.isascii() and (char.isprintable() or char == "\n")
        if not plain and char not in _LETTERS and char not in _OTHERS and not seen.is_own((at, at + 1)):
            yield Claim("form.character", (at, at + 1))


def _names(seen: _Seen) -> Iterator[Claim]:
    """A word with a capital inside a sentence that is no word of the manager's nor of the trade; a known first name."""
    known, firsts = _proper(), _words("first_names")
    for word in re.finditer(r"[^\W\d_][\w’'-]*", seen.text):
        said, before = word.group(), seen.text[: word.start()].rstrip(" \u00a0\u202f’'")
        bare = re.sub(r"(?:['’]s|['’])$", "", said)
        if seen.is_own(word.span()) or seen.is_sourced(word.span()) or bare in known:
            continue
        opens = not before or before[-1] in _START
        shouted = bare.isupper() and len(bare) <= _SHOUTED
        capital = any(part[:1].isupper() for part in re.split(r"['’]", bare))
        if firsts.fullmatch(fold(bare)) or (capital and not opens and not shouted):
            yield Claim("name", word.span())


@cache
def _proper() -> frozenset[str]:
    days = (word for language in LANGUAGES for name in ("months", "weekdays") for word in load(language)["time"][name])
    known = {word for language in LANGUAGES for word in load(language)["guard"]["proper"]}
    return frozenset(known | {word.capitalize() for word in days})


def _numbers(seen: _Seen) -> Iterator[Claim]:
    """Multiples in any form of their verb, vague handfuls, and the number words of other languages."""
    patterns = (*(_stems("multiplied", language) for language in LANGUAGES), _words("vague"), _foreign())
    for pattern in patterns:
        for found in pattern.finditer(seen.norm):
            if not seen.is_sourced(found.span()) and not seen.is_own(found.span()):
                yield Claim("figure.unsourced", found.span())


@cache
def _foreign() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{fold(_FOREIGN)})(?!\w)")


def _times(seen: _Seen) -> Iterator[Claim]:
    """A day, a start or a comparison that is neither a sourced date nor the manager's words."""
    for found in periods.find(Text.of(seen.text), seen.brief.language, today=seen.brief.today):
        if found.role not in ("deadline", "start", "comparison") or _words("now").search(seen.norm, *found.span):
            continue
        if not _dated(seen, found.span) and not seen.is_own(found.span) and not _said(seen, found.span):
            yield Claim("date.unsourced", found.span)


def _dated(seen: _Seen, span: Span) -> bool:
    """Whether a sourced date, or a figure taken for a time, stands in it."""
    return any(
        one.span[0] < span[1] and span[0] < one.span[1] for one in seen.figures if isinstance(one.value, date)
    ) or (seen.is_sourced(span))


def _said(seen: _Seen, span: Span) -> bool:
    """Whether these words are those the manager gave the due date or the starting point in."""
    words = fold(seen.text[slice(*span)]).strip()
    given = (seen.brief.sources[name] for name in ("deadline", "baseline") if name in seen.brief.sources)
    return any(words in fold(str(source.params.get("quote", ""))) for source in given)


# Direction and relation


def _denials(seen: _Seen) -> Iterator[Claim]:
    """ "Ne pas…", "avoid…": the goal's own sentence says what is to be done, not what is not."""
    if seen.brief.goal.direction == "maintain":
        return
    for found in _words("negations").finditer(seen.norm):
        if not seen.is_own(found.span()):
            yield Claim("fact.direction", found.span())


def _turned(seen: _Seen) -> Iterator[Claim]:
    """Words that go the other way than the goal."""
    patterns = [_stems(name, seen.brief.language) for name in _against(seen.brief)]
    if "downs" in _against(seen.brief):
        patterns.append(_words("losses"))
    for pattern in patterns:
        for found in pattern.finditer(seen.norm):
            if not seen.is_own(found.span()):
                yield Claim("fact.direction", found.span())


def _against(brief: Brief) -> tuple[str, ...]:
    """Which words of direction speak against the goal."""
    goal, kpi = brief.goal, kpis.find(brief.goal.metric)
    if goal.direction == "decrease":
        return ("ups",)
    produced = goal.direction in ("reach", None) and kpi is not None and kpi.better == "higher"
    return ("downs",) if goal.direction == "increase" or produced else ()


def _contrary(seen: _Seen) -> Iterator[Claim]:
    """A clause that names the goal's indicator and makes it go the other way."""
    name = fold(seen.brief.goal.metric_raw or "")
    nouns = [fold(one) for one in (name, *_nouns(seen.brief)) if len(one) > 1]
    for clause in re.finditer(r"[^.!?;:,\n]+", seen.norm):
        if not any(noun in clause.group() for noun in nouns):
            continue
        for pattern in (_stems(which, seen.brief.language) for which in _against(seen.brief)):
            for found in pattern.finditer(clause.group()):
                start = clause.start() + found.start()
                yield Claim("fact.direction", (start, clause.start() + found.end()))


def _nouns(brief: Brief) -> tuple[str, ...]:
    from coach.core.drafting.words import noun

    named = noun(brief.goal, brief.language)
    return tuple(getattr(named, form) for form in ("name", "many", "one"))


def _relations(seen: _Seen) -> Iterator[Claim]:
    """ "De 22 % à partir de 18 %": each figure is sourced, and what is reached stands where one starts, or as an amount."""
    change = seen.brief.goal.change
    if change not in ("from_to", "relative"):
        return
    roles = {one.role: one for one in seen.figures if one.role in ("value", "baseline")}
    if len({one.value for one in roles.values()}) < len(roles):
        return
    for role, figure in roles.items():
        brought = _brought(seen, figure.span[0])
        wrong = {"value": "by" if change == "from_to" else "to", "baseline": "to"}[role]
        loose = role == "baseline" and change == "from_to" and brought == "by" and not _leads_on(seen, roles)
        if brought == wrong or loose:
            yield Claim("fact.relation", figure.span)


def _brought(seen: _Seen, at: int) -> str:
    """Whether "to" or "by" brings in the figure at ``at``, bounds and articles skipped; "" for anything else."""
    guard = load(seen.brief.language)["guard"]
    before = seen.norm[max(0, at - _BEFORE) : at].rstrip(" +")
    around = re.compile(rf"(?:(?<=\s)|(?<=')|^)(?:{_any(guard['around'])})$")
    while (found := around.search(before)) is not None:
        before = before[: found.start()].rstrip()
    for name in ("levels", "apart"):
        if guard[name] and re.search(rf"(?:{_any(guard[name])})$", before):
            return ""
    for name in ("to", "by"):
        if re.search(rf"(?<!\w)(?:{_any(guard[name])})$", before):
            return name
    return ""


def _leads_on(seen: _Seen, roles: dict[str, Figure]) -> bool:
    """Whether "from" the start leads straight on to the target: "de 18 % à 22 %"."""
    if "value" not in roles:
        return False
    start, target = roles["baseline"].span[1], roles["value"].span[0]
    around = _any(load(seen.brief.language)["guard"]["around"])
    between = re.sub(rf"(?<!\w)(?:{around})(?!\w)", " ", seen.norm[start:target]).split()
    return start <= target and len(between) == 1 and _brought(seen, target) == "to"
