"""Words of the trade that rules look for, read from the lexicons so that a language is added without touching code."""

import re
from functools import cache, lru_cache

from coach.core import lexicon
from coach.core.facts.text import fold
from coach.core.model import Component, Reading


@cache
def _words(language: str, table: str) -> re.Pattern[str] | None:
    try:
        entries = lexicon.load(language).get("rules", {}).get(table, ())
    except KeyError:
        return None
    alternatives = "|".join(re.escape(fold(entry)) for entry in sorted(entries, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)") if alternatives else None


def aims_at_key_accounts(reading: Reading, component: Component) -> bool:
    """Whether the goal is about large, strategic accounts, by what it names and whom it is for."""
    pattern = _words(reading.language, "key_accounts")
    if pattern is None:
        return False
    named = [reading.text[a:b] for fact in ("metric", "object", "segment") for a, b in component.spans.get(fact, ())]
    return any(pattern.search(fold(words)) for words in (*named, component.segment or "", component.metric_raw or ""))


def means_in_words(reading: Reading, component: Component) -> bool | None:
    """What the sentence says of means: True when it names some, False when it denies any ("à effectif constant")."""
    if _denies_means(reading.text, reading.language):
        return False
    return True if component.means else None


@lru_cache(maxsize=16)  # several rules ask it of the same text
def _denies_means(text: str, language: str) -> bool:
    denied = _words(language, "no_means")
    return denied is not None and denied.search(fold(text)) is not None


def content_words(text: str, language: str) -> frozenset[str]:
    """The words that carry the meaning of ``text``, folded and cut to their first letters; small words left out."""
    small = _words(language, "small_words")
    return frozenset(
        word[:_STEM] for word in re.findall(r"[^\W\d_]{3,}", fold(text)) if small is None or not small.fullmatch(word)
    )


_STEM = 6
"""Letters compared: "industrie" and "industriel", "retail" and "retailers" meet; "client" and "clinique" do not."""
