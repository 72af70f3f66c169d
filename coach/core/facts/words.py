"""The words of a text, and an index that finds the lexicon's phrases among them in one pass.

A word is matched by its stem: lower case, no accents, no plural mark. A few words change meaning with their accent ("ça" is
no "CA", "à" is no "a"); the lexicon lists them and they keep it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from coach.core.facts.text import Text, fold

MOST = 3_000
"""Words read at most; a text of 10,000 characters that is made of words holds far fewer."""

_REMEMBERED = 50_000
"""Words whose stem is kept in memory."""

_MARKS = "\u0300-\u036f"
_TOKEN = re.compile(rf"[^\W_]+(?:[{_MARKS}]+[^\W_]*)*'?|\n|(?!(?<=[^\W_])-(?=[^\W_]))[^\w\s]|_")
_STRIP = re.compile(rf"[{_MARKS}']")

_LONGEST_KEPT = 3
"""Letters of a word whose accent matters."""

Plurals = tuple[tuple[str, str], ...]


def _spellings(source: str, found: re.Match[str], raw: str, kept: frozenset[str]) -> str:
    word = found.group()
    if not word[-1].isalnum() or (len(word) > 1 and not word.isalnum()):
        word = _STRIP.sub("", word) or word
    if len(word) <= _LONGEST_KEPT and kept:
        typed = raw[found.start() : found.start() + len(word)].lower()
        if typed in kept:
            return typed
    return word


@dataclass(frozen=True, slots=True)
class Words:
    """Parallel lists: word ``i`` is ``raw[starts[i]:ends[i]]``. Punctuation and line breaks are words of one character."""

    text: Text
    starts: Sequence[int]
    ends: Sequence[int]
    words: Sequence[str]

    @classmethod
    def of(cls, text: Text, kept: frozenset[str] = frozenset()) -> "Words":
        """Cut ``text``; the words of ``kept`` are told from their unaccented twins."""
        source = text.norm
        if "\n" in text.raw:
            source = "".join("\n" if raw == "\n" else char for raw, char in zip(text.raw, source, strict=True))
        starts: list[int] = []
        ends: list[int] = []
        words: list[str] = []
        accented = frozenset[str]() if text.raw.isascii() else kept
        for found in _TOKEN.finditer(source):
            start, end = found.span()
            starts.append(start)
            ends.append(end)
            word = found.group()
            plain = word.isalnum() and (len(word) > _LONGEST_KEPT or not accented)
            words.append(word if plain else _spellings(source, found, text.raw, accented))
            if len(words) >= MOST:
                break
        return cls(text, starts, ends, words)

    def __len__(self) -> int:
        return len(self.words)

    def span(self, first: int, end: int) -> tuple[int, int]:
        """Offsets of the words ``first`` to ``end`` (exclusive), without a trailing apostrophe."""
        return (self.starts[first], self.ends[end - 1])

    def quote(self, first: int, end: int) -> str:
        """What was typed there."""
        return self.text.raw[self.starts[first] : self.ends[end - 1]]


def stem(word: str, plurals: Plurals) -> str:
    """``word`` without the first plural mark that fits; words of three letters or fewer stand as they are."""
    if len(word) > 3:
        for ending, singular in plurals:
            if word.endswith(ending):
                return word[: -len(ending)] + singular
    return word


class Tag(NamedTuple):
    """What a phrase of the lexicon means: its table (``role``), its entry (``value``) and, for a verb, its ``form``."""

    role: str
    value: str
    form: str = ""


class Hit(NamedTuple):
    """A phrase found: words ``first`` to ``end`` (exclusive)."""

    first: int
    end: int
    value: str
    form: str


def alternatives(phrase: str) -> Iterator[str]:
    """Every reading of ``phrase``, in which ``(a|b|)`` stands for either."""
    parts = re.split(r"\(([^()]*)\)", phrase)
    choices = [part.split("|") if odd else [part] for odd, part in zip(_flip(), parts, strict=False)]
    for picked in product(*choices):
        yield "".join(picked)


def _flip() -> Iterator[bool]:
    while True:
        yield False
        yield True


class PhraseIndex:
    """A tree of stems; looking up costs at most the longest phrase per word."""

    def __init__(self, plurals: Plurals, kept: frozenset[str]) -> None:
        self._tree: dict[str | None, object] = {}
        self._plurals = plurals
        self._kept = kept
        self._stems: dict[str, str] = {}

    def add(self, phrase: str, tag: Tag) -> None:
        """Learn ``phrase``; a word whose accent matters is learnt with and without it."""
        folded = fold(phrase)
        plain = folded == phrase and folded.replace(" ", "").isalnum()
        typed = phrase.split() if plain else Words.of(Text(phrase, folded), self._kept).words
        for words in [typed] if plain else product(*[{word, fold(word)} for word in typed]):
            node = self._tree
            for word in words:
                node = node.setdefault(stem(word, self._plurals), {})  # type: ignore[assignment]
            tags: list[Tag] = node.setdefault(None, [])  # type: ignore[assignment]
            if tag not in tags:
                tags.append(tag)

    def stems(self, words: Sequence[str]) -> list[str]:
        """The stems of ``words``."""
        known = self._stems
        return [known.get(word) or self._stemmed(word) for word in words]

    def _stemmed(self, word: str) -> str:
        found = stem(word, self._plurals)
        if len(self._stems) < _REMEMBERED:
            self._stems[word] = found
        return found

    def knows(self, word: str) -> bool:
        """Whether a phrase begins with this stem."""
        return word in self._tree

    def find(self, stems: Sequence[str]) -> dict[str, list[Hit]]:
        """For each role, its phrases in the order of the text: the longer of two that overlap."""
        found: dict[str, list[Hit]] = {}
        tree, size = self._tree, len(stems)
        for first in range(size):
            node = tree.get(stems[first])
            end = first + 1
            while node is not None:
                for tag in node.get(None, ()):  # type: ignore[attr-defined]
                    _keep(found, tag, first, end)
                node = node.get(stems[end]) if end < size else None  # type: ignore[attr-defined]
                end += 1
        return found


def _keep(found: dict[str, list[Hit]], tag: Tag, first: int, end: int) -> None:
    hits = found.setdefault(tag.role, [])
    if hits:
        last = hits[-1]
        if last.end > first and last.end - last.first < end - first:
            hits.pop()  # "chiffre d'affaires" over "du chiffre"
        elif last.first == first or last.end > first:
            return
    hits.append(Hit(first, end, tag.value, tag.form))


def fold_all(words: Iterable[str]) -> list[str]:
    """Each of ``words`` folded."""
    return [fold(word) for word in words]
