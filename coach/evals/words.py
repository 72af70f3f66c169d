"""Words of a text: folded, told French from English, compared. Small, and apart from the product's own."""

import math
import re
import unicodedata
from collections import Counter
from functools import lru_cache

_FUNCTION = {
    "fr": frozenset(
        "le la les un une des du de d l et ou à au aux en dans sur pour par avec sans ce cette ces que qui quoi dont où "
        "est sont être avoir a ont nous vous notre votre nos vos je tu il elle on ils elles ne pas plus se sa son ses "
        "leur leurs d'ici soit chaque entre chez quel quelle quels quelles combien quand comment faut y c j n s qu "
        "même mieux là si tout tous toute toutes cela mais comme aussi alors vaut".split()
    ),
    "en": frozenset(
        "the a an of to in on for by with without this that these those which who what whose is are be was were have has "
        "had we you our your us i he she it they not no more its their each between from and or at as how many much when "
        "where than then do does will would should can could may might let if all any but so there here into out up about "
        "your what's rather".split()
    ),
}
_STOP = frozenset().union(*_FUNCTION.values())
_SAME = frozenset("a on or plus dont six point note sale dans".split())  # words of both
_FEWEST = 4
_GRAMS = (3, 4, 5)


def plain(text: str) -> str:
    """Small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def folded(text: str) -> list[str]:
    """The telling words of a text, folded, without the small ones."""
    return [word for word in re.findall(r"[^\W_]+", plain(text)) if len(word) > 1 and word not in _STOP]


def tokens(text: str) -> list[str]:
    """All words of a text, folded."""
    return re.findall(r"[^\W_]+", plain(text))


@lru_cache(maxsize=20_000)
def language(text: str) -> str:
    """``fr``, ``en``, or ``und`` where too few function words tell."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    votes = {tag: sum(word in known and word not in _SAME for word in words) for tag, known in _FUNCTION.items()}
    votes["fr"] += 2 * sum(char in "éèêàùçôîûœ" for char in text.casefold())
    if votes["fr"] == votes["en"] or max(votes.values()) < 2 or len(words) < _FEWEST:
        return "und"
    return max(votes, key=lambda tag: votes[tag])


def foreign(text: str, own: str) -> list[str]:
    """Function words of the other language, those that both share left out."""
    other = _FUNCTION["en" if own == "fr" else "fr"] - _FUNCTION[own] - _SAME
    return [word for word in re.findall(r"[^\W\d_]+", text.casefold()) if len(word) > 2 and word in other]


def share(one: str, other: str) -> float:
    """Share of words two texts have in common, 1 when they are the same but for case, accents and signs."""
    left, right = Counter(tokens(one)), Counter(tokens(other))
    longest = max(left.total(), right.total())
    return (left & right).total() / longest if longest else 1.0


@lru_cache(maxsize=20_000)
def _grams(text: str) -> tuple[Counter[str], float]:
    padded = f" {' '.join(tokens(text))} "
    counted = Counter(padded[at : at + size] for size in _GRAMS for at in range(len(padded) - size + 1))
    return counted, math.sqrt(sum(n * n for n in counted.values()))


def likeness(one: str, other: str) -> float:
    """Cosine of character three- to five-grams, figures left in. It sees words, not amounts: never a target's judge."""
    left, right = _grams(one), _grams(other)
    if not left[1] or not right[1]:
        return 0.0
    small, large = sorted((left[0], right[0]), key=len)
    return sum(n * large[gram] for gram, n in small.items()) / (left[1] * right[1])


def unquoted(text: str) -> str:
    """A text without the manager's own quoted words, which may say anything in any language."""
    return "".join(char for char, inside in _marked(text) if not inside)


def in_quotes(text: str, place: int) -> bool:
    """Whether a place of a text stands inside quotation marks."""
    return any(inside for at, (_, inside) in enumerate(_marked(text)) if at == place)


def _marked(text: str) -> list[tuple[str, bool]]:
    """Every character, and whether it is quoted."""
    out, depth = [], 0
    for char in text:
        depth += char in "«“"
        out.append((char, depth > 0))
        depth -= char in "»”" and depth > 0
    return out
