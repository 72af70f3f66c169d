"""A text as typed, beside a folded copy of the same length, so that what is found in one is quoted from the other."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 10_000
"""Characters read at most; the entrances refuse longer texts before they get here."""

_PLAIN = {
    "\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u00b4": "'", "\u0060": "'", "\u2032": "'",
    "\u00ab": '"', "\u00bb": '"', "\u201c": '"', "\u201d": '"', "\u201e": '"',
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\u2008": " ", "\u200a": " ", "\u3000": " ",
    "\t": " ", "\n": " ", "\r": " ", "\u0153": "\u0153", "\u00d7": "x",
}  # fmt: skip


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    if char in _PLAIN:
        return _PLAIN[char]
    base = unicodedata.normalize("NFD", char)[0].lower()
    return base if len(base) == 1 else char


def fold(text: str) -> str:
    """``text`` in lower case, without accents, with plain apostrophes, hyphens and spaces; same length, so spans hold."""
    return "".join(map(_fold_char, text))


@dataclass(frozen=True, slots=True)
class Text:
    """What was typed (``raw``) and its folded copy (``norm``): ``len(raw) == len(norm)``."""

    raw: str
    norm: str

    @classmethod
    def of(cls, raw: str) -> "Text":
        """Fold once; every step of the reading shares the result."""
        return cls(raw, fold(raw))
