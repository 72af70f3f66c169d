"""Bits of a sentence that remember where their figures stand, and the filling of templates with them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from string import Formatter

from coach.core.model import DraftText, Figure, Source, Span


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure standing at ``span`` of a piece: its value in base units, which fact it shows, where it comes from."""

    span: Span
    value: float | date
    unit: str
    role: str
    source: Source


@dataclass(frozen=True, slots=True)
class Piece:
    """Words, the figures among them, and which words tell which fact (``spans``)."""

    text: str = ""
    marks: tuple[Mark, ...] = ()
    spans: tuple[tuple[str, Span], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text)

    def __add__(self, other: "Piece | str") -> "Piece":
        shifted = as_piece(other).moved(len(self.text))
        return Piece(self.text + shifted.text, self.marks + shifted.marks, self.spans + shifted.spans)

    def moved(self, by: int) -> "Piece":
        """The same piece, its spans counted from ``by`` characters earlier."""
        marks = tuple(replace(mark, span=(mark.span[0] + by, mark.span[1] + by)) for mark in self.marks)
        return Piece(self.text, marks, tuple((name, (start + by, end + by)) for name, (start, end) in self.spans))

    def named(self, name: str) -> "Piece":
        """The same piece, known to tell the fact ``name``."""
        return replace(self, spans=(*self.spans, (name, (0, len(self.text))))) if self.text else self

    def figures(self, text: DraftText) -> tuple[Figure, ...]:
        """The marks as the figures of one of the draft's texts."""
        return tuple(
            Figure(span=m.span, value=m.value, unit=m.unit, source=m.source, text=text, role=m.role) for m in self.marks
        )


def as_piece(words: Piece | str) -> Piece:
    """Plain words as a piece without figures."""
    return words if isinstance(words, Piece) else Piece(words)


def join(pieces: Iterable[Piece | str]) -> Piece:
    """Pieces one after the other."""
    whole = Piece()
    for piece in pieces:
        whole += piece
    return whole


def fill(template: str, slots: Mapping[str, Piece | str] | Callable[[str], Piece | str]) -> Piece:
    """``template`` with each ``{slot}`` replaced by its piece; a function makes only those that the template names.

    Raises:
        KeyError: The template names a slot that is not given: a mistake in the lexicon.
    """
    get = slots.__getitem__ if isinstance(slots, Mapping) else slots
    whole = Piece()
    for literal, slot, _, _ in Formatter().parse(template):
        whole += literal
        if slot is not None:
            whole += get(slot)
    return whole


def capitalised(piece: Piece) -> Piece:
    """The same piece, opening with a capital."""
    return replace(piece, text=piece.text[:1].upper() + piece.text[1:])


def uncapitalised(piece: Piece | str) -> Piece:
    """The same piece, opening without a capital: what follows a colon."""
    said = as_piece(piece)
    return replace(said, text=said.text[:1].lower() + said.text[1:])
