"""The ``[time]`` tables of the lexicon, ready for look-up: words, phrases, codes, misspellings of the long words."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from typing import Any

from coach.core.facts.periods.grammar import SYMBOL, symbols
from coach.core.facts.text import fold
from coach.core.lexicon import load

MOST = 2_400
"""Words and signs read at most: 10,000 characters of prose hold 1,800; lists full of figures, up to 2,400."""

MANY = "many"
"""Value of a plural: without a figure, "the coming months" name no date."""

_MARK = "\u0300-\u036f"
_TOKEN = re.compile(
    r"\d{1,2}(?:h|:)\d{2}(?![\w:])"  # 18h30, 10:15
    r"|[1-4][qt](?:\d\d|\d{4})?(?!\w)"  # 3T, 1Q26
    r"|\d{1,3}(?: \d{3})+(?!\d)|\d+(?:[.,/-]\d+)*"  # 12 000; 2,5, 3-6, 15/03/2026
    r"|([^\W\d_])(?:[+-]\d{1,3}|/\1)(?!\w)|[^\W\d_]{1,3}\d{1,4}(?:(?!\w)|(?=fy\d))"  # J+30, y/y; T3, FY27
    rf"|[^\W\d_]+(?:[{_MARK}]+[^\W\d_]*)*"  # words, accents apart or not
    r"|(?<=\s)-(?=\s)|[^\w\s'-]"
)

Meaning = tuple[str, Any, frozenset[str]]
"""A word's kind (a character of SYMBOL), its value, its tags."""

Raw = tuple[str, int, int]
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The ``[time]`` tables of one language, by folded word."""

    words: Mapping[str, Meaning]
    phrases: Mapping[str, tuple[tuple[list[str], Meaning], ...]]  # by first word, longest first
    codes: Mapping[str, str]
    offsets: Mapping[str, str]
    suffixes: frozenset[str]
    accented: Mapping[str, tuple[str, str]]  # folded: (as typed, kind)
    number_months: Mapping[str, int]
    weak: Mapping[str, frozenset[str]]  # months and seasons in good company only: which kinds are no company
    fuzzy: frozenset[str]
    swapped: Mapping[str, str]  # short words of time with two letters swapped
    order: str
    regions: Mapping[str, str]
    month_first: bool
    article_is_per: bool
    weekday_recurs: bool
    fortnight: int  # days
    clock_letter: str  # the "h" of 18h30; "" where 2H26 is a half of 2026


def split(text: str) -> list[Raw]:
    """The words of a folded text, with their offsets; apostrophes and hyphens inside words are left out."""
    found = islice(_TOKEN.finditer(text), MOST)
    if text.isascii():
        return [(word.group(), word.start(), word.end()) for word in found]
    return [(_bare(word.group()), word.start(), word.end()) for word in found]


def _bare(word: str) -> str:
    if word.isascii():
        return word
    return "".join(char for char in word if not "\u0300" <= char <= "\u036f") or word


def _key(phrase: str) -> Key:
    return tuple(word for word, _, _ in split(fold(phrase)))


class _Builder:
    """Collects the entries of the tables; a word has at most one meaning for the grammar, and any number of tags."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self.table = table
        self.meanings: dict[Key, tuple[str, Any]] = {}
        self.tags: dict[Key, set[str]] = {}

    def add(self, phrase: str, kind: str, value: Any = None) -> None:
        meaning = self.meanings.setdefault(_key(phrase), (kind, value))
        if meaning != (kind, value):
            raise ValueError(f"[time] gives {phrase!r} two meanings: {meaning} and {(kind, value)}")

    def lists(self, name: str) -> Iterator[tuple[str, str]]:
        """(label, word) of a table of lists."""
        for label, words in self.table.get(name, {}).items():
            yield from ((label, word) for word in words)

    def collect(self) -> dict[Key, Meaning]:
        self._words()
        for name, kind in _COUNTED.items():
            for word, value in self.table.get(name, {}).items():
                self.add(word, kind, value)
        for moment in self.table.get("moments", ()):
            for name in moment["names"]:
                self.add(name, "moment", moment)
        for tag, word in self.lists("context"):
            self.tags.setdefault(_key(word), set()).add(tag)
        return {key: self._meaning(key) for key in {*self.meanings, *self.tags}}

    def _words(self) -> None:
        plural = {fold(word) for word in self.table["plural"]}
        for table in ("words", "units"):
            for kind, word in self.lists(table):
                self.add(word, kind, MANY if fold(word) in plural else None)
        for table, kind in _NAMED.items():
            for label, word in self.lists(table):
                self.add(word, kind, int(label))
        for table, kind in _LABELLED.items():
            for label, word in self.lists(table):
                self.add(word, kind, label)

    def _meaning(self, key: Key) -> Meaning:
        kind, value = self.meanings.get(key, ("other", None))
        return SYMBOL[kind], value, frozenset(self.tags.get(key, ()))


_NAMED = {  # tables whose labels are numbers, and the kind of their words
    "months": "month", "weekdays": "weekday", "weak_weekdays": "weak_weekday", "plural_weekdays": "weekdays",
    "days": "relative_day",
}  # fmt: skip
_LABELLED = {  # tables whose labels are grains
    "adverbs": "adverb", "year_on_year": "year_on_year", "ends": "end_code", "running": "running", "mids": "mid_code",
    "always": "always",
}  # fmt: skip
_COUNTED = {
    "numbers": "number_word",
    "ordinals": "ordinal",
    "articles": "article",
    "dozens": "dozen",
    "halves": "code_half",
}


@cache
def load_vocabulary(language: str) -> Vocabulary:
    """Compile the ``[time]`` tables of a language, once. A language may leave tables out.

    Raises:
        KeyError: There is no lexicon for ``language``.
        ValueError: A word was given two meanings.
    """
    table = load(language)["time"]
    entries = _Builder(table).collect()
    return Vocabulary(
        words={key[0]: meaning for key, meaning in entries.items() if len(key) == 1},
        phrases=_phrases(entries),
        codes=_by_word(table.get("codes", {})),
        offsets=_by_word(table.get("offsets", {})),
        suffixes=frozenset(table.get("ordinal_suffixes", ())),
        accented={fold(word): (word, kind) for word, kind in table.get("accented", {}).items()},
        number_months=table.get("number_months", {}),
        weak={word: symbols(*kinds) for word, kinds in table.get("weak", {}).items()},
        fuzzy=frozenset(map(fold, table.get("fuzzy", ()))),
        swapped=_swaps(entries, table.get("swaps", ())),
        order=table["order"],
        regions=table.get("regions", {}),
        month_first=table.get("month_first", False),
        article_is_per=table.get("article_is_per", False),
        weekday_recurs=table.get("weekday_recurs", False),
        fortnight=table.get("fortnight_days", 14),
        clock_letter=table.get("clock_letter", ""),
    )


def _by_word(table: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {word: name for name, words in table.items() for word in words}


def _phrases(entries: Mapping[Key, Meaning]) -> dict[str, tuple[tuple[list[str], Meaning], ...]]:
    found: dict[str, list[tuple[list[str], Meaning]]] = {}
    for key, meaning in sorted(entries.items(), key=lambda entry: -len(entry[0])):
        if len(key) > 1:
            found.setdefault(key[0], []).append((list(key[1:]), meaning))
    return {first: tuple(rest) for first, rest in found.items()}


def _swaps(entries: Mapping[Key, Meaning], words: Iterable[str]) -> dict[str, str]:
    """``words`` and the months, under what they become when two letters are swapped."""
    months = [key[0] for key, meaning in entries.items() if len(key) == 1 and meaning[0] == SYMBOL["month"]]
    short = [word for word in (*months, *map(fold, words)) if 4 <= len(word) <= 5]
    found = {swap: word for word in short for swap in _swapped(word)}
    return {swap: word for swap, word in found.items() if (swap,) not in entries}


def _swapped(word: str) -> Iterator[str]:
    """``word`` with two neighbouring letters swapped, the first letter kept."""
    for place in range(1, len(word) - 1):
        yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _neighbours(word: str) -> set[str]:
    """``word``, and ``word`` with one letter left out."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


@cache
def _misspellings(language: str) -> Mapping[str, str]:
    return {near: word for word in load_vocabulary(language).fuzzy for near in _neighbours(word)}


@lru_cache(maxsize=20_000)
def guess(language: str, word: str) -> str | None:
    """The month, weekday or unit that ``word`` misses by one letter (added, left out, changed or swapped), if any."""
    if len(word) < 6:
        return load_vocabulary(language).swapped.get(word)
    if len(word) > 12:
        return None
    known = _misspellings(language)
    for near in (word, *_neighbours(word)):
        found = known.get(near)
        if found and found[0] == word[0] and abs(len(found) - len(word)) <= 1:
            return found
    return None
