"""A text as typed, beside a folded copy of the same length, so that what is found in one is quoted from the other."""

import unicodedata
from dataclasses import dataclass

LONGEST = 10_000
"""Characters read at most; the entrances refuse longer texts before they get here."""

_REMEMBERED = 4096
"""Characters whose folded form is kept; no text of any language needs more."""

_PLAIN = {
    "\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u00b4": "'", "\u0060": "'", "\u2032": "'",
    "\u00ab": '"', "\u00bb": '"', "\u201c": '"', "\u201d": '"', "\u201e": '"',
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\u2008": " ", "\u200a": " ", "\u3000": " ",
    "\t": " ", "\n": " ", "\r": " ", "\u0153": "\u0153", "\u00d7": "x",
}  # fmt: skip


class _Folds(dict[int, str]):
    """Each character's folded one, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        base = _PLAIN.get(char) or unicodedata.normalize("NFD", char)[0].lower()
        folded = base if len(base) == 1 else char
        if len(self) < _REMEMBERED:
            self[code] = folded
        return folded


_FOLDS = _Folds()


def fold(text: str) -> str:
    """``text`` in lower case, without accents, with plain apostrophes, hyphens and spaces; same length, so spans hold."""
    return text.translate(_FOLDS)


@dataclass(frozen=True, slots=True)
class Text:
    """What was typed (``raw``) and its folded copy (``norm``): ``len(raw) == len(norm)``."""

    raw: str
    norm: str

    @classmethod
    def of(cls, raw: str) -> "Text":
        """Fold once; every step of the reading shares the result."""
        return cls(raw, fold(raw))
