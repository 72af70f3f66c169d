"""One figure being read, and the view of the text around it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from coach.core.facts.quantities import grammar as g
from coach.core.facts.quantities.lexer import Token
from coach.core.model import Comparator

Form = Literal["plain", "change", "from", "to", "multiplier", "range", "first", "zero"]

_NAMES = g.MOVE | g.SHIFT | g.LABEL | g.HEADING | g.SIZE | g.MARK | g.UNCOUNTED
_CLAUSE = 12
"""Tokens looked back for what governs a figure."""


@dataclass(slots=True)
class Figure:
    """A figure being read; ``first``, ``stop`` (exclusive), ``lead`` and ``floor`` are token indexes."""

    first: int
    stop: int
    value: Decimal
    unit: str | None = None  # None while nothing beside it tells one
    floor: int = 0  # tokens before it belong to an earlier figure
    lead: int = 0  # the first token that introduces it
    intro: int = 0  # roles of the tokens that introduce it
    other: Decimal | None = None  # its reading as a decimal, while "3,500" may be either
    magnitude: Decimal = Decimal(1)  # said by a letter ("k", "M"); already in ``value``
    scale_word: Decimal = Decimal(1)  # the scale word said ("millions"); already in ``value``
    tail: Decimal = Decimal(1)  # what both ends of a range may share: "2 à 3 millions", "two to three hundred"
    comparator: Comparator | None = None
    form: Form = "plain"
    sign: Literal[-1, 0, 1] = 0
    relative: bool = False
    noun: bool = False  # a counted thing follows
    word: bool = False
    rough: bool = False
    upper: "Figure | None" = field(default=None, repr=False)  # the higher end, when this is a range

    def as_decimal(self) -> None:
        """Settle "3,500" as three and a half: its unit is not one that is counted in thousands."""
        if self.other is not None:
            self.value, self.other = self.other, None

    def scale(self, magnitude: Decimal) -> None:
        """Apply a magnitude said by a letter or code; "1,250 M€" is then 1.25 million."""
        self.as_decimal()
        self.value *= magnitude
        self.magnitude *= magnitude
        self.tail = self.magnitude

    @property
    def large(self) -> bool:
        """Thousands, millions… were said, by a letter or a word."""
        return self.magnitude > 1 or self.scale_word > 1


@dataclass(slots=True)
class View:
    """The tokens of one text and questions about them; an index outside of them has no role."""

    tokens: Sequence[Token]
    line: str
    grammar: g.Grammar
    locale: str | None = None

    def roles(self, index: int) -> int:
        """What the token may stand for, as bits."""
        return self.tokens[index].roles if 0 <= index < len(self.tokens) else 0

    def value(self, index: int) -> Decimal:
        """What the lexicon says the token is worth; 1 when it says nothing."""
        entry = self.tokens[index].entry
        return entry.value if entry and entry.value is not None else Decimal(1)

    def unit(self, index: int) -> str:
        """The unit the lexicon gives the token; "none" when it gives none."""
        entry = self.tokens[index].entry
        return entry.unit if entry and entry.unit else "none"

    def written(self, index: int) -> str:
        """The folded words of the token; empty outside of the text."""
        return self.line[self.tokens[index].start : self.tokens[index].end] if 0 <= index < len(self.tokens) else ""

    def tight(self, index: int) -> bool:
        """The token touches the one before it."""
        return 0 < index < len(self.tokens) and self.tokens[index - 1].end == self.tokens[index].start

    def near(self, index: int) -> bool:
        """Nothing but spaces parts the token from the one before it."""
        if not 0 < index < len(self.tokens):
            return False
        return not self.line[self.tokens[index - 1].end : self.tokens[index].start].strip(" ")

    def plain_word(self, index: int) -> bool:
        """A word without a role, or one that names or moves things: a noun or an adjective, as far as figures go."""
        if not 0 <= index < len(self.tokens):
            return False
        token = self.tokens[index]
        return not token.roles & ~_NAMES and self.line[token.start].isalpha()

    def frequency(self, index: int) -> bool:
        """What stands here says how often: "par semaine", "a week"."""
        roles = self.roles(index)
        return bool(roles & g.PER and (roles & g.TIME or self.roles(index + 1) & (g.DURATION | g.TIME)))

    def hint(self, figure: Figure) -> int:
        """What the clause before the figure measures: ``SCORE`` (NPS), ``AMOUNT`` (money), ``RATE``, or 0."""
        for back in range(figure.first - 1, max(figure.first - _CLAUSE, figure.floor - 1, -1), -1):
            roles = self.roles(back)
            if roles & g.STOP:
                return 0
            if roles & (g.SCORE | g.AMOUNT | g.RATE):
                return roles & (g.SCORE | g.AMOUNT | g.RATE)
        return 0

    def measured(self, figure: Figure) -> int:
        """The hint, when only little words part a score from the figure: "NPS de 55", "NPS > 55"."""
        before = figure.lead - 1
        return self.roles(before) & g.SCORE if before >= figure.floor else 0

    def moves(self, figure: Figure) -> bool:
        """A verb or noun of movement governs the figure: "augmenter le CA de", "une hausse de"."""
        for back in range(figure.lead - 1, max(figure.lead - _CLAUSE, figure.floor - 1, -1), -1):
            roles = self.roles(back)
            if roles & (g.STOP | g.OPEN):
                return False
            if roles & g.MOVE:
                return True
        return False

    def governed_by(self, figure: Figure, role: int) -> bool:
        """A word with ``role`` stands before the figure in its clause: "multiplier … par 3"."""
        for back in range(figure.first - 1, max(figure.first - _CLAUSE, figure.floor - 1, -1), -1):
            roles = self.roles(back)
            if roles & role:
                return True
            if roles & g.STOP:
                return False
        return False
