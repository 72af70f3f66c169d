"""Every way a number can stand in a text: the guard of "no figure without a source", which trusts no reader of goals.

Digits of any script, width or height, with separators, scales and units; numbers, multiples, fractions and ordinals in
words, in every language of the lexicon at once (a French draft may not say "thirty" either); roman numerals; dates.
"B2B", "T3", "third-party" are no numbers. "un", "one" are not counted: articles, nearly always.

Source for what counts: the evaluation plan's definition of a number mention; naive extraction let through 28 % of
planted figures.
"""

import math
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from typing import Any

from babel.dates import get_month_names

from coach.core.facts.text import fold
from coach.core.lexicon import LANGUAGES, load
from coach.core.model import Span

_CURRENCIES = {
    "€": "EUR",
    "$us": "USD",
    "£gb": "GBP",
    "us$": "USD",
    "$": "USD",
    "£": "GBP",
    "eur": "EUR",
    "usd": "USD",
    "gbp": "GBP",
    "chf": "CHF",
    "xof": "XOF",
    "mad": "MAD",
}
_SCALES = {"k": 1e3, "m": 1e6, "md": 1e9, "mds": 1e9, "mrd": 1e9, "bn": 1e9}
_HARMLESS = r"\b(?:b2b2c|b2b|b2c|b2g|d2c|c2c|24/7|7/7|1:1)\b|\b[tqsh][1-4]\b(?! ?\d)"
_NO_ROMAN = frozenset(
    [
        "MD",
        "CDI",
        "DC",
        "CD",
        "CI",
        "DI",
        "CM",
        "CL",
        "CV",
        "MC",
        "DM",
        "LI",
        "MIX",
        "XL",
        "XXL",
        "CIC",
        "DCI",
        "MM",
        "DCM",
    ]
)
_ROMAN = re.compile(r"\bM{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})\b")
_DIGITS = re.compile(r"\d{1,3}(?:[ .,'_]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?")
_FAR = 120  # characters between "multiplier" and the figure at most
_READABLE = 18  # digits beyond which a number is worth nothing to a reader: it is a mention of no known value
_ORDINAL = re.compile(r"(?:ers?|res?|emes?|es?|st|nd|rd|th)\b")


@dataclass(frozen=True, slots=True)
class Mention:
    """A number at ``span`` of the raw text.

    ``values``: what it may be worth (``1,500`` is 1500 or 1.5), none when nobody can tell ("dozens"). ``units``: as
    Component.unit, or ``days``…``years``, ``ordinal``, ``fraction``, ``date``. ``day``: year, month, day, those stated.
    ``slack``: half a unit of the last digit shown.
    """

    span: Span
    values: tuple[float, ...] = ()
    units: tuple[str, ...] = ("count",)
    slack: float = 0.0
    day: tuple[int | None, int | None, int | None] | None = None


@lru_cache(maxsize=128)  # a wording is looked at by several guards in one turn
def find(text: str) -> tuple[Mention, ...]:
    """Every number mention of ``text``, in order; linear in its length for texts as long as a draft."""
    seen = _Seen.of(text)
    for step in (_mask, _dates, _fractions, _digits, _worded, _romans):
        step(seen)
    return tuple(sorted(_shared_units(seen, sorted(seen.found, key=lambda m: m.span)), key=lambda m: m.span))


@dataclass(slots=True)
class _Seen:
    """The text made plain (folded; ``upper`` keeps its capitals), where each character came from, what is taken."""

    norm: str
    upper: str
    origin: list[int]
    taken: list[bool]
    found: list[Mention]

    @classmethod
    def of(cls, text: str) -> "_Seen":
        chars: list[str] = []
        origin: list[int] = []
        for at, char in enumerate(text):
            for plain in _plain(char, chars):
                chars.append(plain)
                origin.append(at)
        origin.append(len(text))
        upper = "".join(chars)
        return cls(fold(upper), upper, origin, [False] * len(upper), [])

    def free(self, start: int, end: int) -> bool:
        return not any(self.taken[start:end])

    def take(self, start: int, end: int) -> None:
        self.taken[start:end] = [True] * (end - start)

    def between(self, one: Mention, two: Mention) -> str:
        """The plain words between two mentions."""
        start, end = (bisect_left(self.origin, at) for at in (one.span[1], two.span[0]))
        return self.norm[start:end].strip()

    def add(self, start: int, end: int, mention: Mention) -> None:
        self.take(start, end)
        self.found.append(replace(mention, span=(self.origin[start], self.origin[end - 1] + 1)))


def _plain(char: str, before: list[str]) -> str:
    """``char`` as it is read: compatibility forms undone, invisible characters gone, digits of every script as 0-9."""
    kind = unicodedata.category(char)
    if char in "\n\r\t":
        return " "
    if kind in ("Cf", "Cc") or (kind in ("Mn", "Me") and before and before[-1].isdigit()):
        return ""
    out = ""
    for one in unicodedata.normalize("NFKC", char):
        digit = unicodedata.digit(one, None)
        out += str(digit) if digit is not None else "/" if one == "\u2044" else one
    return out


@cache
def _tables() -> dict[str, Any]:
    """The number words of all languages together."""
    merged: dict[str, Any] = {}
    for language in LANGUAGES:
        for name, table in load(language)["drafting"]["numbers"].items():
            if isinstance(table, dict):
                merged.setdefault(name, {}).update(table)
            else:
                merged[name] = (*merged.get(name, ()), *table)
    return merged


def _any(words: Any) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_any(_tables()[name])})\b")


@cache
def _months() -> dict[str, int]:
    names: dict[str, int] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=language).items():
                names[fold(str(name)).rstrip(".")] = int(number)
    return names


@cache
def _date_patterns() -> tuple[re.Pattern[str], ...]:
    month = rf"(?P<month>{_any(_months())})\.?"
    year = r"(?P<year>(?:19|20|21)\d\d)"
    day = r"(?P<day>[0-3]?\d)(?:er|st|nd|rd|th)?"
    return (
        re.compile(rf"\b{day} (?:of )?{month}(?:,? {year})?\b"),
        re.compile(rf"\b{month} {day}(?:,? {year})?\b(?! ?[%€\d])"),
        re.compile(rf"\b{month} {year}\b"),
        re.compile(r"\b(?P<year>\d{4})-(?P<month_number>\d\d)-(?P<day>\d\d)\b"),
        re.compile(r"\b(?P<day>[0-3]?\d)[/.](?P<month_number>[0-3]?\d)[/.](?P<year>(?:19|20|21)\d\d)\b"),
        re.compile(rf"(?:(?<=\b)(?:{_any(_tables()['years'])})\s+(?:l'|the )?){year}\b(?! ?[%€$£k])"),
    )


def _mask(seen: _Seen) -> None:
    for found in re.finditer(_HARMLESS, seen.norm):
        seen.take(*found.span())
    for found in _pattern("harmless").finditer(seen.norm):
        seen.take(*found.span())


def _dates(seen: _Seen) -> None:
    for pattern in _date_patterns():
        for found in pattern.finditer(seen.norm):
            parts = found.groupdict()
            start = found.start("year") if "day" not in parts and "month" not in parts else found.start()
            if seen.free(start, found.end()):
                seen.add(start, found.end(), Mention((0, 0), units=("date",), day=_stated(parts)))


def _stated(parts: dict[str, str | None]) -> tuple[int | None, int | None, int | None]:
    year, number, day = (int(parts.get(name) or 0) or None for name in ("year", "month_number", "day"))
    return year, _months().get(parts.get("month") or "", number), day


def _fractions(seen: _Seen) -> None:
    for found in (*re.finditer(r"\d+ ?/ ?\d+", seen.norm), *_pattern("fraction_phrases").finditer(seen.norm)):
        if seen.free(*found.span()):
            seen.add(*found.span(), Mention((0, 0), units=("fraction",)))


def _digits(seen: _Seen) -> None:
    for found in _DIGITS.finditer(seen.norm):
        if not seen.free(*found.span()):
            continue
        values = _worth(found.group()) if len(found.group()) <= _READABLE else ()
        scale, end = _scale(seen.norm, found.end())
        units, start, end = _unit(seen.norm, found.start(), end)
        step = 10.0 ** -_decimals(found.group(), min(values, default=0.0))
        slack = scale * step / 2 if scale > 1 or step < 1 else 0.0
        seen.add(start, end, Mention((0, 0), tuple(v * scale for v in values), units, slack))


def _worth(digits: str) -> tuple[float, ...]:
    """What grouped digits may be worth: a lone separator before three digits groups or divides."""
    plain = re.sub(r"[ '_]", "", digits)
    marks = [char for char in plain if char in ".,"]
    if not marks:
        return (float(plain),)
    tail = len(plain) - max(plain.rfind("."), plain.rfind(",")) - 1
    grouped = float(re.sub(r"[.,]", "", plain))
    divided = float(re.sub(r"[.,]", "", plain)) / 10**tail
    if len(marks) > 1 and len(set(marks)) == 1:
        return (grouped,)
    return (divided, grouped) if tail == 3 and len(marks) == 1 else (divided,)


def _decimals(digits: str, value: float) -> int:
    tail = len(digits) - max(digits.rfind("."), digits.rfind(",")) - 1 if re.search(r"[.,]", digits) else 0
    return tail if value != int(value) else 0


def _scale(norm: str, at: int) -> tuple[float, int]:
    """A magnitude right after digits: ``150 k``, ``1,5 million``."""
    words = {**_SCALES, **{w: float(v) for w, v in _tables()["scales"].items()}}
    found = re.compile(rf" ?(?:({_any(words)}))(?![^\W\d_])").match(norm, at)
    return (words[found.group(1)], found.end()) if found else (1.0, at)


@cache
def _units_after() -> tuple[tuple[re.Pattern[str], dict[str, str] | str], ...]:
    tables = _tables()
    return (
        (re.compile(rf" ?(?:%|‰|(?:{_any(tables['percent'])})\b)"), "%"),
        (re.compile(rf" ?(?:{_any(tables['points'])})\b"), "points"),
        (
            re.compile(rf" ?(?:de |d')?({_any({**_CURRENCIES, **tables['money']})})(?![^\W\d_])"),
            {**_CURRENCIES, **tables["money"]},
        ),
        (re.compile(rf"(?: ?[x×]| ?(?:{_any(tables['times'])}))\b"), "x"),
        (re.compile(rf"[ -]?({_any(tables['durations'])})\b"), dict(tables["durations"])),
        (_ORDINAL, "ordinal"),
    )


def _unit(norm: str, start: int, end: int) -> tuple[tuple[str, ...], int, int]:
    """The unit written after (or a currency or "x" before), and the span with it."""
    for pattern, unit in _units_after():
        found = pattern.match(norm, end)
        if found:
            return (unit if isinstance(unit, str) else unit[found.group(1)],), start, found.end()
    if _multiplied().search(norm, max(0, start - _FAR), start):
        return ("x",), start, end
    before = re.search(rf"({_any(_CURRENCIES)}|(?<![^\W\d_])[x×]) ?$", norm[max(0, start - 5) : start])
    if before:
        unit = "x" if before.group(1) in "x×" else _CURRENCIES[before.group(1)]
        return (unit,), start - len(before.group()), end
    return ("count",), start, end


@cache
def _multiplied() -> re.Pattern[str]:
    """ "multiplier … par", right before a figure."""
    tables = _tables()
    return re.compile(rf"\b(?:{_any(tables['multiplied'])})[^.;]* (?:{_any(tables['multiplied_by'])}) $")


@cache
def _word_run() -> re.Pattern[str]:
    tables = _tables()
    round_ones = _any((*tables["scales"], *tables["collectives"]))
    number = _any((*tables["words"], *tables["scales"], *tables["collectives"]))
    head = rf"(?:(?:{_any(tables['ones'])})[ -](?={round_ones}))?"
    link = rf"(?:[ -](?:{_any(tables['linking'])})[ -]|[ -])"
    return re.compile(rf"\b{head}(?:{number})\b(?:{link}(?:{number})\b)*(?:(?:{_any(tables['tails'])})\b)?")


def _worded(seen: _Seen) -> None:
    tables = _tables()
    for found in _word_run().finditer(seen.norm):
        if seen.free(*found.span()):
            units, start, end = _unit(seen.norm, *found.span())
            value = _spelled(found.group())
            seen.add(start, end, Mention((0, 0), (value,) if value < 10.0**_READABLE else (), units))
    for name, unit in (("multipliers", "x"), ("fractions", "%")):
        _each(seen, name, lambda word, name=name, unit=unit: Mention((0, 0), (float(tables[name][word]),), (unit,)))
    for name in ("vague", "ordinals"):
        _each(seen, name, lambda word: Mention((0, 0), units=("ordinal",)))


def _each(seen: _Seen, name: str, mention: Callable[[str], Mention]) -> None:
    for found in _pattern(name).finditer(seen.norm):
        if seen.free(*found.span()):
            seen.add(*found.span(), mention(found.group()))


def _spelled(run: str) -> float:
    """What a run of number words is worth: "deux cent cinquante" is 250, "quatre-vingt-dix" 90."""
    tables = _tables()
    total, part = 0.0, 0.0
    words = re.split(r"[ -]", run)
    for word in words:
        scale = tables["scales"].get(word) or tables["collectives"].get(word, 0)
        if word in tables["words"]:
            value = tables["words"][word]
            part = part + 76 if value == 20 and part % 100 == 4 else part + value  # quatre-vingts
        elif part > 10.0**_READABLE:
            return math.inf
        elif scale >= 1000:
            total, part = total + (part or 1) * scale, 0.0
        elif scale:
            part = (part or 1) * scale
        elif word in tables["ones"] and word is words[-1]:
            part += 1
    return float(total + part)


def _romans(seen: _Seen) -> None:
    for found in _ROMAN.finditer(seen.upper):
        if len(found.group()) > 1 and found.group() not in _NO_ROMAN and seen.free(*found.span()):
            seen.add(*found.span(), Mention((0, 0), units=("ordinal",)))


def _shared_units(seen: _Seen, found: list[Mention]) -> list[Mention]:
    """ "de 18 à 25 %", "10-15 %": the unit after the second number may be the first one's too."""
    for at in range(len(found) - 1, 0, -1):
        one, two = found[at - 1], found[at]
        united = two.units[0] not in ("count", "date", "ordinal", "fraction")
        if one.units == ("count",) and united and seen.between(one, two) in _tables()["ranges"]:
            found[at - 1] = replace(one, units=("count", *two.units))
    return found


def dated(mention: Mention, day: date) -> bool:
    """Whether the stated parts of a date all are those of ``day``; "03/04/2027" may be read either way round."""
    if mention.day is None:
        return False
    year, month, number = mention.day
    straight = all(a is None or a == b for a, b in ((year, day.year), (month, day.month), (number, day.day)))
    swapped = month is not None and number is not None and (year, month, number) == (day.year, day.day, day.month)
    return straight or swapped
