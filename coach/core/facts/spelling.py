"""Words of the trade with one letter wrong, missing, doubled or swapped: mended when the lexicon leaves no doubt."""

from collections.abc import Sequence
from functools import cache, lru_cache

from coach.core.facts import vocabulary as lexicons
from coach.core.facts.vocabulary import Vocabulary

SHORTEST, LONGEST = 5, 24
"""Letters of a word that is worth mending: in a shorter one, any letter may be the right one."""


def mended(stems: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """``stems``, each unknown one replaced by the only word of the lexicon at one slip from it."""
    known = vocabulary.known
    return [
        stem
        if stem in known or not SHORTEST - 1 <= len(stem) <= LONGEST or not stem.isalpha()
        else _mended(stem, vocabulary.language)
        for stem in stems
    ]


@cache
def _swapped(language: str) -> dict[str, str]:
    """The short names of KPIs, under what they become when two neighbouring letters are swapped: "slae"."""
    vocabulary = lexicons.of(language)
    short = [word for word in vocabulary.named if len(word) == SHORTEST - 1 and word.isalpha()]
    places = range(1, SHORTEST - 2)
    found = {word[:i] + word[i + 1] + word[i] + word[i + 2 :]: word for word in short for i in places}
    return {swap: word for swap, word in found.items() if swap not in vocabulary.known}


@cache
def _index(language: str) -> dict[str, tuple[str, ...]]:
    """Each word of the lexicon under all it becomes when one letter is left out."""
    found: dict[str, set[str]] = {}
    for word in lexicons.of(language).fixable:
        for key in _less_one(word):
            found.setdefault(key, set()).add(word)
    return {key: tuple(sorted(words)) for key, words in found.items()}


def _less_one(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


@lru_cache(maxsize=20_000)
def _mended(stem: str, language: str) -> str:
    if len(stem) < SHORTEST:
        return _swapped(language).get(stem, stem)
    index = _index(language)
    near = {word for key in _less_one(stem) for word in index.get(key, ()) if _one_slip(stem, word)}
    vocabulary = lexicons.of(language)
    for best in (near, near & vocabulary.named, near & vocabulary.counted):  # of several, the one that names a KPI
        if len(best) == 1:
            return next(iter(best))
    return stem


def _one_slip(typed: str, word: str) -> bool:
    """One letter more, less, other, or two neighbours swapped; the first letter is trusted."""
    if typed[0] != word[0]:
        return False
    if len(typed) != len(word):
        longer, shorter = (typed, word) if len(typed) > len(word) else (word, typed)
        return len(longer) - len(shorter) == 1 and any(
            longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer))
        )
    wrong = [i for i in range(len(word)) if typed[i] != word[i]]
    swapped = (
        len(wrong) == 2
        and wrong[1] - wrong[0] == 1
        and typed[wrong[0]] == word[wrong[1]]
        and typed[wrong[1]] == word[wrong[0]]
    )
    return swapped or (len(wrong) == 1 and wrong[0] < len(word) - 1)  # another last letter makes another form
