"""A text cut into words, with what each may mean: the table that the rest of the reading looks things up in."""

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from coach.core.facts import spelling
from coach.core.facts.mentions import QuantityMention, TimeMention
from coach.core.facts.text import Text
from coach.core.facts.vocabulary import Vocabulary
from coach.core.facts.words import Hit, Words
from coach.core.model import Span

ENDS = frozenset(".;!?\n•")
"""Punctuation that ends a statement."""

Stretch = tuple[int, int]
"""Words ``first`` to ``end`` (exclusive)."""


@dataclass(frozen=True, slots=True)
class Scan:
    """Words, phrases, times and figures of one text, all by word index."""

    text: Text
    vocabulary: Vocabulary
    words: Words
    stems: Sequence[str]
    hits: dict[str, list[Hit]]
    times: tuple[TimeMention, ...]
    figures: tuple[QuantityMention, ...]
    timed: dict[int, TimeMention] = field(default_factory=dict)
    figured: dict[int, QuantityMention] = field(default_factory=dict)
    memo: dict[str, set[int]] = field(default_factory=dict)  # what several goals of one text ask alike

    @classmethod
    def of(
        cls, words: Words, vocabulary: Vocabulary, times: tuple[TimeMention, ...], figures: tuple[QuantityMention, ...]
    ) -> "Scan":
        """Look the words up; those inside an expression of time or a figure know it."""
        stems = spelling.mended(vocabulary.index.stems(words.words), vocabulary)
        scan = cls(words.text, vocabulary, words, stems, vocabulary.index.find(stems), times, figures)
        for mention in times:
            scan.timed.update((i, mention) for i in range(*scan.stretch(mention.span)))
        for figure in figures:
            scan.figured.update((i, figure) for i in range(*scan.stretch(figure.span)))
        return scan

    def stretch(self, span: Span) -> Stretch:
        """The words that ``span`` touches."""
        return bisect_right(self.words.ends, span[0]), bisect_left(self.words.starts, span[1])

    def of_role(self, role: str, within: Stretch | None = None) -> list[Hit]:
        """The phrases of ``role``, in the order of the text."""
        found = self.hits.get(role, [])
        if within is None or not found:
            return found
        start = bisect_left(found, within[0], key=_first)
        stop = bisect_left(found, within[1], key=_first)
        return [hit for hit in found[start:stop] if hit.end <= within[1]]

    def is_at(self, role: str, first: int) -> Hit | None:
        """The phrase of ``role`` that begins at word ``first``."""
        found = self.hits.get(role)
        if not found:
            return None
        place = bisect_left(found, first, key=_first)
        return found[place] if place < len(found) and found[place].first == first else None

    def is_one(self, role: str, first: int) -> bool:
        """Whether a phrase of ``role`` begins at word ``first``."""
        return self.is_at(role, first) is not None

    def ends_at(self, role: str, end: int) -> bool:
        """Whether a phrase of ``role`` ends just before word ``end``."""
        found = self.hits.get(role)
        if not found:
            return False
        place = bisect_left(found, end, key=_first)
        return place > 0 and found[place - 1].end == end

    def is_free(self, hit: Hit) -> bool:
        """Whether no word of the phrase belongs to an expression of time."""
        return not any(i in self.timed for i in range(hit.first, hit.end))

    def has(self, name: str, word: int) -> bool:
        """Whether there is such a word, and it is in the vocabulary's set ``name``."""
        return word < len(self.stems) and self.stems[word] in self.vocabulary.sets[name]

    def is_word(self, i: int) -> bool:
        """Whether word ``i`` has letters (and is no punctuation or bare number)."""
        return self.words.words[i][0].isalpha()

    def is_bracketed(self, i: int) -> bool:
        """Whether the word stands in square brackets or braces, as a field to fill."""
        words = self.words.words
        return i > 0 and words[i - 1] in "[{<" and i + 1 < len(words) and words[i + 1] in "]}>"

    def quote(self, stretch: Stretch) -> str:
        """What was typed there."""
        return self.words.quote(*stretch)

    def span(self, stretch: Stretch) -> Span:
        """Offsets of the words."""
        return self.words.span(*stretch)

    def statements(self) -> list[Stretch]:
        """The text cut at the punctuation that ends a statement."""
        cuts = [i for i, word in enumerate(self.words.words) if word in ENDS and not self._inside(i)]
        edges = [-1, *cuts, len(self.words)]
        return [(a + 1, b) for a, b in itertools.pairwise(edges) if b > a + 1]

    def _inside(self, i: int) -> bool:
        """Whether the mark stands inside a figure, a date or a word ("c.a.", "15'000.-")."""
        if i in self.timed or i in self.figured:
            return True
        norm, at = self.text.norm, self.words.starts[i]
        if self.words.words[i] != "." or at + 1 >= len(norm):
            return False
        return norm[at + 1].isalnum() or (i > 0 and self.has("shortened", i - 1))  # "c.a.", "renouv. contrats"


def _first(hit: Hit) -> int:
    return hit.first


def covered(hits: Iterable[Hit]) -> set[int]:
    """Every word of the phrases."""
    return {i for hit in hits for i in range(hit.first, hit.end)}
