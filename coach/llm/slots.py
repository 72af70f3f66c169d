"""The built-in sentence with its figures and the manager's words taken out: what a model may write prose around."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from coach.core.drafting import mentions
from coach.core.drafting.framings import Framed
from coach.core.drafting.pieces import Mark, Piece, as_piece
from coach.core.model import Brief

_QUOTED = ("segment", "channel", "means")
_NAMES = {"value": "target", "value_max": "target_max"}
_SLOT = re.compile(r"\{([^{}]*)\}")
_MARKUP = re.compile(r"[<>\[\]{}|`*#\\\n\r]|https?:|www\.|@")
_LOOSE = 80  # characters a wording may be longer than twice the built-in one


@dataclass(frozen=True)
class Slots:
    """``template``: the sentence with slots; ``pieces``: what code puts in each, figures marked with their sources."""

    template: str
    pieces: Mapping[str, Piece]
    longest: int

    @classmethod
    def of(cls, framed: Framed) -> "Slots":
        """The slots of a built-in sentence: the manager's quoted words first, then every figure outside them."""
        whole, taken = framed.statement, []
        for name, span in sorted(whole.spans, key=lambda one: one[1][0] - one[1][1]):
            if name in _QUOTED and not any(_overlap(span, other) for _, other in taken):
                taken.append((name, span))
        taken += [
            (_NAMES.get(mark.role, mark.role or "figure"), mark.span)
            for mark in whole.marks
            if not any(_overlap(mark.span, other) for _, other in taken)
        ]
        return cls._cut(whole, sorted(taken, key=lambda one: one[1]))

    @classmethod
    def _cut(cls, whole: Piece, taken: list[tuple[str, tuple[int, int]]]) -> "Slots":
        template, end, pieces = "", 0, {}
        for name, (start, stop) in taken:
            while name in pieces:
                name += "_b"
            pieces[name] = _part(whole, start, stop)
            template += whole.text[end:start] + "{" + name + "}"
            end = stop
        return cls(template + whole.text[end:], pieces, 2 * len(whole.text) + _LOOSE)

    @property
    def aims(self) -> bool:
        """Whether there is a target to write around."""
        return any(name.startswith("target") for name in self.pieces)

    def faults(self, template: str) -> tuple[str, ...]:
        """What is wrong with a model's wording before it is filled; nothing when code may fill it."""
        used = _SLOT.findall(template)
        bare = _SLOT.sub(" ", template)
        wrong = []
        if sorted(used) != sorted(self.pieces):
            wrong.append("each slot exactly once, and no other: " + ", ".join("{" + name + "}" for name in self.pieces))
        if _MARKUP.search(bare):
            wrong.append("plain words only, without links or markup")
        if mentions.find(bare):
            wrong.append("no number, date or amount outside the slots")
        if re.search(r"[.!?…]\s+\S", template.strip()) or "?" in bare:
            wrong.append("one sentence")
        if len(template) > self.longest:
            wrong.append("shorter")
        return tuple(wrong)

    def emptied(self, statement: str) -> str:
        """A wording that was shown, its figures and quotes as slots again: what a model may be told of it."""
        for name, piece in sorted(self.pieces.items(), key=lambda one: -len(one[1].text)):
            statement = statement.replace(piece.text, "{" + name + "}", 1)
        return statement

    def fill(self, template: str) -> Piece:
        """The wording with code's figures in it, each still marked; ``faults`` must have found none."""
        whole, end = Piece(), 0
        text = template.strip().rstrip(" .!")
        for slot in _SLOT.finditer(text):
            whole += as_piece(text[end : slot.start()]) + self.pieces[slot.group(1)]
            end = slot.end()
        return whole + text[end:]


def labels(brief: Brief, slots: Slots) -> dict[str, str]:
    """What each slot holds, in the brief's language and without its value."""
    words = _LABELS[brief.language]
    return {name: words.get(name.removesuffix("_b"), words["figure"]) for name in slots.pieces}


_LABELS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "target": "la cible, avec son unité", "target_max": "le haut de la fourchette", "baseline": "le niveau de départ",
        "deadline": "le jour de l’échéance", "start": "le jour du début", "segment": "les clients visés",
        "channel": "le canal", "means": "le moyen", "condition": "la valeur d’une condition",
        "figure": "un chiffre du responsable",
    },
    "en": {
        "target": "the target, with its unit", "target_max": "the top of the range", "baseline": "where one starts",
        "deadline": "the due date", "start": "the first day", "segment": "the customers aimed at",
        "channel": "the channel", "means": "the means", "condition": "the value of a condition",
        "figure": "a figure of the manager's",
    },
}  # fmt: skip


def _part(whole: Piece, start: int, stop: int) -> Piece:
    marks = tuple(
        Mark((m.span[0] - start, m.span[1] - start), m.value, m.unit, m.role, m.source)
        for m in whole.marks
        if start <= m.span[0] and m.span[1] <= stop
    )
    return Piece(whole.text[start:stop], marks)


def _overlap(one: tuple[int, int], two: tuple[int, int]) -> bool:
    return one[0] < two[1] and two[0] < one[1]
