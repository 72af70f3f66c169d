"""The words that figures are written with, compiled once per language from the tables of its lexicon.

A word may play several roles ("de" opens a movement, an amount and a complement), so an entry carries a set of them as
bits. An expression of several words ("plus de", "pour cent") is one entry; the longest one that fits wins.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from coach.core import lexicon
from coach.core.facts.quantities import symbols
from coach.core.facts.text import fold
from coach.core.model import Comparator

(
    NUMBER, HUNDRED, SCALE, ARTICLE, COLLECTIVE, PART, HALF, FRACTION, MULTIPLIER, DIVISOR, FIRST, ZERO, POINT, JOINER,
    BARE, ROUGH, MAGNITUDE, CURRENCY, PREFIX, SUBUNIT, PERCENT, POINTS, BASIS, TIMES, DURATION, SLANG, BEFORE, AFTER,
    ABOUT, MORE, LESS, MOVE, FROM, TO, VERSUS, CURRENT, BETWEEN, AND, OR, BY, OF, PER, MULTIPLY, DIVIDE, OUT_OF, IDIOM,
    LABEL, HEADING, SKIP, SCORE, AMOUNT, RATE, ONE, UNSURE, DIGITS, TIME, DASH, PLUS, SLASH, STOP, COLON, OPEN, CLOSE,
    ARROW, ALWAYS, BACK, ADJECTIVE, UNCOUNTED, SIZE, MARK, SHIFT,
) = (1 << bit for bit in range(71))  # fmt: skip

_LISTS = {
    "numbers": {
        "articles": NUMBER | ARTICLE, "ones": NUMBER | ARTICLE | ONE, "halves": HALF, "joiners": JOINER,
        "points": POINT, "bare": BARE, "zero": ZERO, "first": FIRST, "adjectives": ADJECTIVE, "idioms": IDIOM,
        "labels": LABEL, "headings": HEADING, "skip": SKIP, "counted": 0, "uncounted": UNCOUNTED,
        "sizes": SIZE,
    },
    "units": {
        "percent": PERCENT, "points": POINTS, "basis_points": BASIS, "times": TIMES, "subunits": SUBUNIT,
        "slang": SLANG, "scores": SCORE, "amounts": AMOUNT, "rates": RATE, "marks": MARK,
    },
    "comparators": {
        "about": ABOUT, "more": MORE, "less": LESS, "from": FROM, "to": TO, "versus": VERSUS, "current": CURRENT,
        "between": BETWEEN, "and": AND, "or": OR, "by": BY, "by_always": BY | ALWAYS, "back": BACK, "of": OF,
        "per": PER, "multiply": MULTIPLY, "divide": DIVIDE, "out_of": OUT_OF, "movement": MOVE,
    },
}  # fmt: skip
_VALUES = {
    "words": NUMBER, "hundreds": HUNDRED, "scales": SCALE, "collectives": COLLECTIVE | ROUGH, "dozens": COLLECTIVE,
    "parts": PART, "multipliers": MULTIPLIER, "divisors": DIVISOR,
}  # fmt: skip
_SIGNS = {
    "%": PERCENT, "x": TIMES, "+": PLUS, "-": DASH, "/": SLASH | PER, "~": ABOUT, "≈": ABOUT, "±": ABOUT, "#": LABEL,
    ".": STOP, "!": STOP, "?": STOP, ";": STOP, "\n": STOP, "\t": SKIP, "…": STOP, ":": COLON, "(": OPEN, "[": OPEN,
    ")": CLOSE, "]": CLOSE, "->": ARROW, "-->": ARROW, "=>": ARROW, "→": ARROW, "➔": ARROW, "➜": ARROW,
    "°": LABEL, ",": SKIP,
}  # fmt: skip
_COMPARISONS: dict[str, Comparator] = {
    ">": ">", "<": "<", "=": "=", ">=": ">=", "≥": ">=", "⩾": ">=", "<=": "<=", "=<": "<=", "≤": "<=", "⩽": "<=",
}  # fmt: skip
_PIECE = re.compile(r"[^\W\d_]+'?|-{1,2}>|=>|[<>]=?|=<?|[^ ]")
_STEM = 4
_SHORTEST_SLIP = 6
"""Letters of a number word that may be misspelt; shorter ones are too like others."""


@dataclass(slots=True)
class Entry:
    """What one word or expression may stand for. ``rest`` matches what follows its first piece; None: nothing does."""

    phrase: str
    rest: re.Pattern[str] | None
    opens: str = ""  # first character of its second word: a cheap test before the pattern's
    roles: int = 0
    value: Decimal | None = None
    share: Decimal | None = None  # of a fraction: 3 for "tiers"
    unit: str | None = None
    before: Comparator | None = None
    after: Comparator | None = None


@dataclass(frozen=True, slots=True)
class Grammar:
    """The entries of one language by their first piece, longest first, and its habits of writing figures."""

    entries: Mapping[str, tuple[Entry, ...]]
    stems: Mapping[str, tuple[tuple[str, Entry], ...]]
    decimal: str
    wide_tens: frozenset[int]  # tens that take 1 to 19 after them: soixante-douze, quatre-vingt-onze
    joined: frozenset[int] | None  # what a joiner may bring ("et un", "et onze"); None: anything that fits
    most_hundreds: int  # 19 in "dix-neuf cents", 99 in "ninety-nine hundred"
    not_points: re.Pattern[str] | None  # what makes "points" a thing: "points de vente"
    ordinals: frozenset[str]
    slips: Mapping[str, str]  # number words under what a slip of the finger makes of them

    def meant(self, word: str) -> tuple[Entry, ...]:
        """The entries of the number word that ``word`` misses by a slip."""
        if len(word) < _SHORTEST_SLIP:
            return ()
        found = self.slips.get(word)
        if found is None:  # a letter too many
            shorter = (word[:i] + word[i + 1 :] for i in range(1, len(word)) if word[i] == word[i - 1])
            found = next((near for near in shorter if near in self.entries and self.slips.get(near) == near), None)
        return self.entries[found] if found else ()

    def stem(self, word: str) -> Entry | None:
        """The entry of the verb that ``word`` is a form of, if any."""
        for stem, entry in self.stems.get(word[:_STEM], ()):
            if word.startswith(stem):
                return entry
        return None


class _Builder:
    def __init__(self) -> None:
        self.by_phrase: dict[str, Entry] = {}
        self.stems: dict[str, list[tuple[str, Entry]]] = {}

    def add(self, phrase: str, roles: int, **more: Any) -> None:
        phrase = phrase if phrase.isspace() else fold(phrase)
        entry = self.by_phrase.get(phrase)
        if entry is None:
            entry = self.by_phrase[phrase] = Entry(phrase, _rest(phrase), _opening(phrase))
        entry.roles |= roles
        for name, value in more.items():
            setattr(entry, name, value)

    def add_stem(self, stem: str, roles: int) -> None:
        stem = fold(stem)
        self.stems.setdefault(stem[:_STEM], []).append((stem, Entry(stem, None, roles=roles)))

    def entries(self) -> dict[str, tuple[Entry, ...]]:
        grouped: dict[str, list[Entry]] = {}
        for entry in sorted(self.by_phrase.values(), key=lambda entry: -len(entry.phrase)):
            grouped.setdefault(_PIECE.findall(entry.phrase)[0], []).append(entry)
        return {first: tuple(entries) for first, entries in grouped.items()}


def _rest(phrase: str) -> re.Pattern[str] | None:
    """What follows the first piece; "*" is any one word, and a hyphen may stand for a space."""
    first, *_ = _PIECE.findall(phrase)
    rest = phrase[len(first) :]
    if not rest or not any(char.isalnum() for char in phrase):
        return None if not rest else re.compile(re.escape(rest))
    pattern = re.escape(rest).replace(r"\*", r"[^\W\d_]+").replace(r"\ ", "[ -]{1,3}").replace(r"\-", "[ -]{1,3}")
    return re.compile(pattern + (r"(?![^\W_])" if rest[-1].isalnum() or rest[-1] == "*" else ""))


def _opening(phrase: str) -> str:
    rest = phrase[len(_PIECE.findall(phrase)[0]) :] if not phrase.isspace() else ""
    return rest[1] if rest[:1] == " " and rest[1].isalnum() else ""


@lru_cache(maxsize=64)
def of(language: str, locale: str | None = None) -> Grammar:
    """The grammar of ``language`` with the decimal mark of ``locale``.

    Of signs and digits alone when there is no lexicon for the language.
    """
    grammar = _of(language)
    return replace(grammar, decimal=symbols.decimal_mark(locale, grammar.decimal))


@lru_cache(maxsize=16)
def _of(language: str) -> Grammar:
    try:
        tables = lexicon.load(language)
    except KeyError:
        tables = {}
    numbers, units, comparators = (tables.get(name, {}) for name in ("numbers", "units", "comparators"))
    builder = _Builder()
    _add_signs(builder)
    for table, listed in (("numbers", numbers), ("units", units), ("comparators", comparators)):
        for name, roles in _LISTS[table].items():
            _add_all(builder, listed.get(name, ()), roles)
    _add_numbers(builder, numbers)
    _add_units(builder, units)
    _add_comparators(builder, comparators)
    not_points = [re.escape(fold(words)) for words in units.get("not_points", ())]
    joined = numbers.get("joined")
    entries = builder.entries()
    return Grammar(
        entries=entries,
        stems={key: tuple(stems) for key, stems in builder.stems.items()},
        decimal=numbers.get("decimal", "."),
        wide_tens=frozenset(numbers.get("wide_tens", ())),
        joined=None if joined is None else frozenset(joined),
        most_hundreds=numbers.get("most_hundreds", 9),
        not_points=re.compile(rf" ?(?:{'|'.join(not_points)})\b") if not_points else None,
        ordinals=frozenset(numbers.get("ordinals", ())),
        slips=_slips(entries, numbers),
    )


def _slips(entries: Mapping[str, tuple[Entry, ...]], numbers: Mapping[str, Any]) -> dict[str, str]:
    """Each long number word under itself, with two letters swapped, and with one left out; no word that is another."""
    tables = ("words", "hundreds", "scales", "collectives", "dozens")
    words = [word for name in tables for word in map(fold, numbers.get(name, {})) if len(word) >= _SHORTEST_SLIP]
    found: dict[str, str] = {}
    for word in words:
        for i in range(1, len(word) - 1):
            found[word[:i] + word[i + 1] + word[i] + word[i + 2 :]] = word
            if len(word) > _SHORTEST_SLIP:
                found[word[:i] + word[i + 1 :]] = word
    plain = {word: word for word in words if word.isalpha()}
    return {slip: word for slip, word in found.items() if slip not in entries and slip.isalpha()} | plain


def _add_all(builder: _Builder, phrases: Iterable[str], roles: int) -> None:
    for phrase in phrases:
        builder.add(phrase, roles | (BEFORE if roles & ABOUT else 0))


def _add_signs(builder: _Builder) -> None:
    for sign, roles in _SIGNS.items():
        builder.add(sign, roles)
    for sign, comparator in _COMPARISONS.items():
        builder.add(sign, BEFORE, before=comparator)
    for sign, unit in symbols.SIGNS.items():
        builder.add(sign, CURRENCY | PREFIX, unit=unit)
    for code in symbols.CODES:
        builder.add(code, CURRENCY | PREFIX, unit=code.upper())


def _add_numbers(builder: _Builder, table: Mapping[str, Any]) -> None:
    for name, roles in _VALUES.items():
        for word, value in table.get(name, {}).items():
            builder.add(word, roles, value=Decimal(str(value)))
    for word, share in table.get("fractions", {}).items():
        builder.add(word, FRACTION, share=Decimal(share))
    for word in (*table.get("articles", ()), *table.get("ones", ())):
        builder.add(word, 0, value=Decimal(1))
    for stem, factor in table.get("multiplier_stems", {}).items():
        for ending in table.get("multiplier_endings", ()):
            builder.add(stem + ending, MULTIPLIER, value=Decimal(factor))


def _add_units(builder: _Builder, table: Mapping[str, Any]) -> None:
    magnitudes = {word: Decimal(value) for word, value in table.get("magnitudes", {}).items()}
    for word, value in magnitudes.items():
        builder.add(word, MAGNITUDE, value=value)
    for unit, words in table.get("durations", {}).items():
        for word in words:
            builder.add(word, DURATION, unit=unit)
    for unit, words in table.get("currencies", {}).items():
        for word in words:
            builder.add(word, CURRENCY, unit=unit)
    for unit, words in table.get("unsure_currencies", {}).items():
        for word in words:
            builder.add(word, CURRENCY | UNSURE, unit=unit)
    codes = {code: code.upper() for code in symbols.CODES}
    codes |= {word: unit for unit, words in table.get("attached", {}).items() for word in words}
    for letters, value in magnitudes.items():
        for code, unit in codes.items():
            builder.add(letters + code, CURRENCY | PREFIX | MAGNITUDE, value=value, unit=unit)
    for unit, words in table.get("thousands_of", {}).items():
        for word in words:
            builder.add(word, CURRENCY | PREFIX | MAGNITUDE, value=Decimal(1000), unit=unit)


def _add_comparators(builder: _Builder, table: Mapping[str, Any]) -> None:
    for comparator, words in table.get("before", {}).items():
        for word in words:
            builder.add(word, BEFORE, before=comparator)
    for comparator, words in table.get("after", {}).items():
        for word in words:
            builder.add(word, AFTER, after=comparator)
    for name, role in (("movement_stems", MOVE), ("shift_stems", SHIFT)):
        for stem in table.get(name, ()):
            builder.add_stem(stem, role)
