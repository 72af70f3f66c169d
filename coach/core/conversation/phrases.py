"""Short answers that are neither figures nor dates: "I don't know", "skip", "yes", "juniors", in any language."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from coach.core.drafting.words import table
from coach.core.facts.text import fold
from coach.core.lexicon import LANGUAGES

_SHORT = 10
"""Words beyond which a message that says "I don't know" somewhere is read for what else it says."""


@cache
def phrases(name: str) -> frozenset[str]:
    """The phrases of that kind, of all languages: people answer "ok" and "skip" in any of them."""
    found: set[str] = set()
    for language in LANGUAGES:
        found |= {plain(phrase) for phrase in table(language)["dialogue"][name]}
    return frozenset(found)


@cache
def numbered() -> Mapping[str, int]:
    """ "first", "le deuxième": which of several, -1 for the last."""
    return {word: nth for language in LANGUAGES for word, nth in table(language)["dialogue"]["nth"].items()}


def words_of(language: str) -> Mapping[str, Any]:
    """The dialogue's templates of one language."""
    return table(language)["dialogue"]


def plain(text: str) -> str:
    """Folded words with single spaces: no case, accents, punctuation; apostrophes and inner marks of figures go too."""
    return " ".join(re.sub(r"[^\w%€$£]+", " ", fold(text)).split())


@cache
def _any(name: str) -> re.Pattern[str]:
    inside = "|".join(re.escape(phrase) for phrase in sorted(phrases(name), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{inside})(?!\w)")


def bare(text: str) -> str:
    """``text`` made plain, without the politeness around an answer."""
    return " ".join(_any("polite").sub(" ", plain(text)).split())


def holds(text: str, *names: str) -> bool:
    """Whether a phrase of one of these kinds stands in ``text``."""
    said = plain(text)
    return any(_any(name).search(said) for name in names)


def is_only(text: str, name: str) -> bool:
    """Whether ``text`` is a phrase of that kind and nothing else but politeness."""
    return bare(text) in phrases(name) or plain(text) in phrases(name)


def is_shrug(text: str) -> bool:
    """Whether ``text`` says that the manager does not know, shortly."""
    said = plain(text)
    return is_only(text, "unknown") or (len(said.split()) <= _SHORT and bool(_any("unknown").search(said)))


def opens_with(text: str, name: str) -> bool:
    """Whether ``text`` begins with a phrase of that kind: "oui, un recrutement"."""
    return bool(_any(name).match(bare(text)))


def near(text: str, name: str, others: Iterable[str]) -> bool:
    """Whether a phrase of ``name`` stands within two words of one of the kinds ``others``: "juniors" near "équipe"."""
    said = plain(text)
    for found in _any(name).finditer(said):
        around = " ".join([*said[: found.start()].split()[-3:], *said[found.start() :].split()[:4]])
        if any(_any(other).search(around) for other in others):
            return True
    return False


def without_fillers(text: str) -> tuple[int, int]:
    """The span of ``text`` without the words that only open an answer ("surtout", "I'd say") and the final marks."""
    start, end = 0, len(text.rstrip(" .!;,\u202f\n"))
    opening = sorted(
        (fold(word) for language in LANGUAGES for word in table(language)["dialogue"]["fillers"]), key=len, reverse=True
    )
    folded, moved = fold(text), True
    while moved:
        moved = False
        while start < end and not text[start].isalnum():
            start, moved = start + 1, True
        for filler in opening:
            stop = start + len(filler)
            if folded.startswith(filler, start) and stop < end and not folded[stop].isalnum():
                start, moved = stop, True
                break
    return (start, end) if start < end else (0, len(text))
