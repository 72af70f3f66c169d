"""From a text to tokens: the words of the lexicon's ``[time]`` tables, figures, dates in figures, codes such as T3 or FY27."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from typing import Any

from coach.core.facts.periods.grammar import SYMBOL, Token
from coach.core.facts.text import Text, fold
from coach.core.lexicon import load

_MARK = "\u0300-\u036f"
_TOKEN = re.compile(
    r"\d{1,2}(?:h|:)\d{2}(?![\w:])|[1-4][qt](?:\d\d|\d{4})?(?!\w)|\d{1,3}(?: \d{3})+(?!\d)|\d+(?:[.,/-]\d+)*"  # 18h30; 3T, 1Q26; 12 000; 15/03/2026, 3-6, 2,5
    r"|([^\W\d_])(?:[+-]\d{1,3}|/\1)(?!\w)|[^\W\d_]{1,3}\d{1,4}(?!\w)"  # J+30, y/y; T3, FY27
    rf"|[^\W\d_]+(?:[{_MARK}]+[^\W\d_]*)*"
    r"|(?<=\s)-(?=\s)|[^\w\s'-]"
)
_COMPOUND = re.compile(r"(\d{1,4})([./-])(\d{1,4})(?:([./-])(\d{1,4}))?\Z")
_CODE = re.compile(r"([^\W\d_]{1,3})([+-]?)(\d{1,4})\Z")
_LONGEST_NUMBER = 9
_PUNCTUATION = {",": "comma", ".": "dot", ":": "colon", "/": "slash", "-": "dash", "%": "percent"}
_PUNCTUATION |= dict.fromkeys("€$£", "percent") | dict.fromkeys("<>\u2264\u2265\u2248~", "bound")
_PUNCTUATION |= dict.fromkeys(";!?()[]{}|\u2026\u2022", "stop")
_PUNCTUATION |= {"+": "and", "&": "and"}
_QUARTER_LETTERS = ("q", "t")
_NOTHING: frozenset[str] = frozenset()
_OTHER = (SYMBOL["other"], None, _NOTHING)
FIRST_YEAR, LAST_YEAR = 1990, 2099
MOST = 2_500
"""Words read at most: 10,000 characters of prose hold about 2,000, and what holds more is no prose."""

MANY = "many"

Meaning = tuple[str, Any, frozenset[str]]
Raw = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The ``[time]`` tables of one language, ready for look-up by folded word."""

    words: Mapping[str, Meaning]
    phrases: Mapping[str, tuple[tuple[list[str], Meaning], ...]]  # by first word, longest first
    codes: Mapping[str, str]
    offsets: Mapping[str, str]
    suffixes: frozenset[str]
    accented: Mapping[str, tuple[str, str]]  # folded: (as typed, kind)
    number_months: Mapping[str, int]
    weak: Mapping[str, frozenset[str]]  # words that are a month or a season in good company only; what is no company
    fuzzy: frozenset[str]
    swapped: Mapping[str, str]  # short names of months with two letters swapped
    order: str
    regions: Mapping[str, str]
    settings: Mapping[str, Any]


def split(text: str) -> list[Raw]:
    """The words of a folded text, with their offsets; apostrophes and hyphens inside words are left out."""
    found = islice(_TOKEN.finditer(text), MOST)
    if text.isascii():
        return [(word.group(), word.start(), word.end()) for word in found]
    return [(_bare(word.group()), word.start(), word.end()) for word in found]


def _bare(word: str) -> str:
    return word if word.isascii() else "".join(char for char in word if not "\u0300" <= char <= "\u036f")


def _symbols(*names: str) -> frozenset[str]:
    return frozenset(SYMBOL[name] for name in names)


class _Builder:
    """Collects the entries of the tables; a word may have one meaning for the grammar, and any number of tags."""

    def __init__(self) -> None:
        self.meanings: dict[tuple[str, ...], tuple[str, Any]] = {}
        self.tags: dict[tuple[str, ...], set[str]] = {}

    def add(self, phrase: str, kind: str, value: Any = None) -> None:
        key = tuple(word for word, _, _ in split(fold(phrase)))
        if self.meanings.setdefault(key, (kind, value)) != (kind, value):
            raise ValueError(f"[time] gives {phrase!r} two meanings: {self.meanings[key]} and {(kind, value)}")

    def tag(self, phrase: str, tag: str) -> None:
        self.tags.setdefault(tuple(word for word, _, _ in split(fold(phrase))), set()).add(tag)

    def entries(self) -> dict[tuple[str, ...], Meaning]:
        keys = {*self.meanings, *self.tags}
        found = {key: self.meanings.get(key, ("other", None)) for key in keys}
        return {key: (SYMBOL[kind], value, frozenset(self.tags.get(key, ()))) for key, (kind, value) in found.items()}


_NAMED = {
    "months": "month",
    "weekdays": "weekday",
    "weak_weekdays": "weak_weekday",
    "plural_weekdays": "weekdays",
    "days": "relative_day",
}
_LABELLED = {
    "adverbs": "adverb",
    "year_on_year": "year_on_year",
    "ends": "end_code",
    "running": "running",
    "mids": "mid_code",
    "always": "always",
}
_COUNTED = {"numbers": "number_word", "ordinals": "ordinal", "articles": "article", "dozens": "dozen"}


def _collect(table: Mapping[str, Any]) -> _Builder:
    entries = _Builder()
    plural = {fold(word) for word in table["plural"]}
    for kind in ("words", "units"):
        for name, words in table[kind].items():
            for word in words:
                entries.add(word, name, MANY if fold(word) in plural else None)
    for name, kind in _NAMED.items():
        for value, words in table[name].items():
            for word in words:
                entries.add(word, kind, int(value))
    for name, kind in _LABELLED.items():
        for value, words in table[name].items():
            for word in words:
                entries.add(word, kind, value)
    for name, kind in _COUNTED.items():
        for word, value in table[name].items():
            entries.add(word, kind, value)
    for moment in table["moments"]:
        for name in moment["names"]:
            entries.add(name, "moment", moment)
    for tag, words in table["context"].items():
        for word in words:
            entries.tag(word, tag)
    return entries


def _swaps(entries: Mapping[tuple[str, ...], Meaning]) -> dict[str, str]:
    months = [key[0] for key, meaning in entries.items() if len(key) == 1 and meaning[0] == SYMBOL["month"]]
    found = {swap: word for word in months if 4 <= len(word) <= 5 for swap in _swapped(word)}
    return {swap: word for swap, word in found.items() if (swap,) not in entries}


@cache
def vocabulary(language: str) -> Vocabulary:
    """Compile the ``[time]`` tables of a language, once.

    Raises:
        KeyError: There is no lexicon for ``language``.
        ValueError: A word was given two meanings.
    """
    table = load(language)["time"]
    entries = _collect(table).entries()
    phrases: dict[str, list[tuple[list[str], Meaning]]] = {}
    for key, meaning in sorted(entries.items(), key=lambda entry: -len(entry[0])):
        if len(key) > 1:
            phrases.setdefault(key[0], []).append((list(key[1:]), meaning))
    return Vocabulary(
        words={key[0]: meaning for key, meaning in entries.items() if len(key) == 1},
        phrases={first: tuple(rest) for first, rest in phrases.items()},
        codes={word: name for name, words in table["codes"].items() for word in words},
        offsets={word: name for name, words in table["offsets"].items() for word in words},
        suffixes=frozenset(table["ordinal_suffixes"]),
        accented={fold(word): (word, kind) for word, kind in table["accented"].items()},
        number_months=table["number_months"],
        weak={word: _symbols(*kinds) for word, kinds in table["weak"].items()},
        fuzzy=frozenset(map(fold, table["fuzzy"])),
        swapped=_swaps(entries),
        order=table["order"],
        regions=table["regions"],
        settings=table,
    )


def _swapped(word: str) -> Iterator[str]:
    """``word`` with two neighbouring letters swapped, the first letter kept."""
    for place in range(1, len(word) - 1):
        yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _neighbours(word: str) -> set[str]:
    """``word``, and ``word`` with one letter left out."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


@cache
def _misspellings(language: str) -> Mapping[str, str]:
    return {near: word for word in vocabulary(language).fuzzy for near in _neighbours(word)}


@lru_cache(maxsize=20_000)
def _guess(language: str, word: str) -> str | None:
    """The month, weekday or unit that ``word`` misses by one letter (added, left out, changed or swapped), if any."""
    if len(word) < 6:
        return vocabulary(language).swapped.get(word)
    if len(word) > 12:
        return None
    known = _misspellings(language)
    for near in (word, *_neighbours(word)):
        found = known.get(near)
        if found and found[0] == word[0] and abs(len(found) - len(word)) <= 1:
            return found
    return None


def _figure(word: str) -> tuple[str, Any]:
    """A number, or a date or a range in figures; ``other`` when it is none of them."""
    if word.isdigit():
        if len(word) == 4 and FIRST_YEAR <= int(word) <= LAST_YEAR:
            return "year", int(word)
        return ("number", int(word)) if len(word) <= _LONGEST_NUMBER else ("other", None)
    if ":" in word or "h" in word:
        return "noon", None
    if " " in word:
        return ("number", int(word.replace(" ", ""))) if len(word) <= _LONGEST_NUMBER else ("other", None)
    found = _COMPOUND.match(word) if len(word) <= 10 else None
    if found is None:
        parts = word.replace(",", ".").split(".")
        return (
            ("number", float(".".join(parts)))
            if len(parts) == 2 and len(word) <= _LONGEST_NUMBER and "/" not in word and "-" not in word
            else ("other", None)
        )
    a, mark, b, other_mark, c = found.groups()
    if c is not None:
        return ("day_date", (a, b, c)) if mark == other_mark else ("other", None)
    return _pair(a, mark, b)


def _pair(a: str, mark: str, b: str) -> tuple[str, Any]:
    """Two figures joined: a decimal, a month of a year, two years, a range, or perhaps a day and a month."""
    first, second = int(a), int(b)
    if mark == ".":
        return "number", float(f"{a}.{b}")
    if len(a) == 4 and FIRST_YEAR <= first <= LAST_YEAR:
        if len(b) == 4 or (second == (first + 1) % 100 and (second > 12 or mark == "/")):
            return "years", (first, second if len(b) == 4 else first + 1)
        return ("month_date", (first, second)) if len(b) <= 2 and 1 <= second <= 12 else ("other", None)
    if len(b) == 4 and len(a) <= 2 and 1 <= first <= 12 and FIRST_YEAR <= second <= LAST_YEAR:
        return "month_date", (second, first)
    if mark == "/":
        return ("fraction", (a, b)) if len(a) <= 2 and len(b) <= 2 else ("other", None)
    return ("range", (first, second)) if first < second else ("other", None)


def tokens_of(language: str, text: Text) -> Sequence[Token]:
    """The tokens of a text, numbers in words joined."""
    return _Reader(language, text.raw, text.norm).read()


class _Reader:
    """One pass over the words of a text."""

    def __init__(self, language: str, raw: str, norm: str) -> None:
        self.language, self.raw, self.norm = language, raw, norm
        self.known = vocabulary(language)
        self.source = split(norm)
        self.names = [word for word, _, _ in self.source]
        self.tokens: list[Token] = []
        self.unsure: list[tuple[int, str]] = []
        self.spelt = False

    def read(self) -> list[Token]:
        place, size = 0, len(self.source)
        words, phrases, tokens = self.known.words, self.known.phrases, self.tokens
        while place < size:
            word, start, end = self.source[place]
            if word in phrases and (long := self._phrase(place)):
                place = long
                continue
            meaning = words.get(word)
            if meaning is not None:
                self._known(word, meaning, start, end)
            elif word[0].isdigit():
                place = self._number(place, word, start, end)
            else:
                tokens.append(self._unknown(word, start, end))
            place += 1
        for where, word in self.unsure:
            self._settle(where, word)
        return _spell(tokens) if self.spelt else tokens

    def _phrase(self, place: int) -> int:
        for rest, (kind, value, tags) in self.known.phrases[self.names[place]]:
            end = place + 1 + len(rest)
            if self.names[place + 1 : end] == rest:
                self.tokens.append(Token(kind, self.source[place][1], self.source[end - 1][2], value, tags))
                return end
        return 0

    def _known(self, word: str, meaning: Meaning, start: int, end: int) -> None:
        kind, value, tags = meaning
        if word in self.known.accented:
            typed, other = self.known.accented[word]
            if self.raw[start:end].lower() == typed:
                kind = SYMBOL[other]
        elif word in self.known.number_months or word in self.known.weak:
            self.unsure.append((len(self.tokens), word))
        self.spelt = self.spelt or kind == _NUMBER_WORD
        self.tokens.append(Token(kind, start, end, value, tags))

    def _number(self, place: int, word: str, start: int, end: int) -> int:
        """Append the figure at ``place``; returns the place of its last word ("1er" is two)."""
        if word[1:2] in _QUARTER_LETTERS:
            return self._quarter(place, word, start, end)
        kind, value = _figure(word)
        following = self.source[place + 1] if place + 1 < len(self.source) else None
        if kind == "number" and following and following[1] == end and following[0] in self.known.suffixes:
            self.tokens.append(Token(SYMBOL["ordinal"], start, following[2], value))
            return place + 1
        if kind == "number" and len(word) == 2 and start and self._short_year(start):
            kind, value = "short_year", 2000 + value
        self.tokens.append(Token(SYMBOL[kind], start, end, value))
        return place

    def _quarter(self, place: int, word: str, start: int, end: int) -> int:
        """3T, 1Q26: a quarter with its letter behind; "3t de café" are tonnes."""
        following = self.names[place + 1 : place + 2]
        weight = bool(following) and self.known.words.get(following[0], _OTHER)[0] == SYMBOL["of"]
        number = int(word[0])
        self.tokens.append(Token(SYMBOL["number" if weight else "code_quarter"], start, start + 2, number))
        if word[2:]:
            year = int(word[2:])
            self.tokens.append(Token(SYMBOL["year"], start + 2, end, year + 2000 if year < 100 else year))
        return place

    def _short_year(self, start: int) -> bool:
        """Whether two figures at ``start`` are a year: glued to a month or a code by an apostrophe, a hyphen or a slash."""
        mark = self.norm[start - 1]
        back = 2 if mark == "/" else 1
        return mark in "'-/" and len(self.tokens) >= back and self.tokens[-back].kind in _BEFORE_YEAR

    def _unknown(self, word: str, start: int, end: int) -> Token:
        if len(word) == 1:
            return Token(SYMBOL[_PUNCTUATION.get(word, "other")], start, end)
        coded = _CODE.match(word)
        if coded:
            return self._coded(*coded.groups(), start, end)
        guess = _guess(self.language, word)
        kind, value, tags = self.known.words[guess] if guess else _OTHER
        return Token(kind, start, end, value, tags)

    def _coded(self, letters: str, sign: str, digits: str, start: int, end: int) -> Token:
        number = int(digits)
        if sign:
            grain = self.known.offsets.get(letters)
            return Token(
                SYMBOL["offset" if grain else "other"], start, end, (grain, number if sign == "+" else -number)
            )
        name = self.known.codes.get(letters)
        if name == "half_or_week":
            name = "half" if number < 3 else "week"
        if name is None or (len(digits) > 2 and name != "fiscal"):
            return Token(SYMBOL["other"], start, end)
        return Token(SYMBOL["code_" + name], start, end, number)

    def _settle(self, where: int, word: str) -> None:
        """A word that is also a number ("sept") or a verb ("may", "fall") is a month or a season in good company only."""
        tokens = self.tokens
        before = tokens[where - 1].kind if where else ""
        after = tokens[where + 1].kind if where + 1 < len(tokens) else ""
        if word in self.known.number_months:
            if before in _FIGURES or after in _ENDS_OR_YEAR:
                tokens[where] = tokens[where]._replace(kind=SYMBOL["month"], value=self.known.number_months[word])
        elif (before not in _COMPANY or before in self.known.weak[word]) and not (
            after in _YEARS or (after in _FIGURES and before in _PAUSES)
        ):
            tokens[where] = tokens[where]._replace(kind=SYMBOL["other"], value=None)


_NUMBER_WORD = SYMBOL["number_word"]
_FIGURES = _symbols("number", "ordinal")
_YEARS = _symbols("year", "short_year", "ordinal")
_PAUSES = _symbols("dot", "comma", "colon", "stop", "dash") | {""}
_ENDS_OR_YEAR = _symbols("year", "short_year", "dot", "comma", "stop") | {""}
_BEFORE_YEAR = _symbols("month", "code_quarter", "code_half", "code_week", "code_fiscal")
_COMPANY = _symbols(
    "the", "of", "from", "between", "to", "and", "this", "next", "next_before", "last", "last_before", "end", "month", "mid", "begin", "by",
    "by_date", "before", "until", "in", "on", "for", "within", "start", "since", "number", "ordinal", "weekday", "range",
)  # fmt: skip


def _spell(tokens: Sequence[Token]) -> list[Token]:
    """Join numbers written in several words ("two thousand and twenty", "vingt et unième") into one token each."""
    made: list[Token] = []
    place, size = 0, len(tokens)
    while place < size:
        token = tokens[place]
        if token.kind != _NUMBER_WORD:
            made.append(token)
            place += 1
            continue
        total, current, kind, last = 0, token.value, SYMBOL["number"], place
        if current >= 1000:
            total, current = current, 0
        ahead = place + 1
        while ahead < size:
            joined = tokens[ahead].kind == SYMBOL["and"] and ahead + 1 < size
            other = tokens[ahead + 1] if joined else tokens[ahead]
            fits = _fits(total, current, other, joined)
            if fits is None:
                break
            total, current = fits
            last = ahead + joined
            ahead = last + 1
            if other.kind == SYMBOL["ordinal"]:
                kind = other.kind
                break
        value = total + current
        if kind == SYMBOL["number"] and FIRST_YEAR <= value <= LAST_YEAR and last > place:
            kind = SYMBOL["year"]
        made.append(Token(kind, token.start, tokens[last].end, value))
        place = last + 1
    return made


def _fits(total: int, current: int, other: Token, joined: bool) -> tuple[int, int] | None:
    """(thousands, rest) once ``other`` is added; None when it begins another number."""
    if other.kind == _NUMBER_WORD and not joined and other.value in (100, 1000):
        if other.value == 1000 and 0 < current < 1000 and not total:
            return current * 1000, 0
        return (total, current * 100) if other.value == 100 and 0 < current < 10 else None
    if other.kind not in (_NUMBER_WORD, SYMBOL["ordinal"], SYMBOL["article"]) or not 0 < other.value < 100:
        return None
    if other.kind == SYMBOL["article"] and not (joined and current % 100 >= 20):
        return None
    rest = current % 100
    room = 20 if rest in (60, 80) else 10
    if rest == 0 and (current or total):
        return total, current + other.value
    return (total, current + other.value) if rest >= 20 and rest % 10 == 0 and other.value < room else None
