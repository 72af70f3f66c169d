"""Which language a text is in: a vote of its small words and of the trade's, then a statistical model when the vote is open."""

import re
from functools import cache, lru_cache

from coach.core.facts import vocabulary
from coach.core.facts.text import Text, fold
from coach.core.facts.words import Words
from coach.core.lexicon import LANGUAGES, PARTIAL, load

SIGN_WEIGHT = 1.5  # a sign (an accent, "k€", "Q3") tells more than one small word
HINT_WEIGHT = 0.5  # a hint less than one: whoever types on a French keyboard spaces an English sentence so too
TRADE_WEIGHT = 0.6  # a word of the trade tells less: many are borrowed
OURS = 0.25  # share of a text's words that its language must know, or it is another's
ENOUGH = 4  # words from which another language can be told
LIKELY = 2  # ranks of the model within which a language read in part is believed
READ = 60  # words that vote; a long text has told by then

Signs = tuple[tuple[re.Pattern[str], float], ...]
"""What gives a language away beside its words, and what each is worth."""


@cache
def _ballots() -> tuple[tuple[str, frozenset[str], Signs], ...]:
    return tuple((code, *_ballot(code)) for code in (*LANGUAGES, *PARTIAL))


def _ballot(code: str) -> tuple[frozenset[str], Signs]:
    table = load(code)["language"]
    small = frozenset(fold(word) for word in table["function"].replace("'", " ").split())
    kept = frozenset(word for word in table["function"].split() if word in vocabulary.kept())
    weights = {"signs": SIGN_WEIGHT, "hints": HINT_WEIGHT}
    return small | kept, tuple((re.compile(sign), weights[kind]) for kind in weights for sign in table.get(kind, ()))


def detect(text: Text, cut: Words | None = None) -> str:
    """ISO 639-1 code of the language of ``text``; "und" when nothing tells. ``cut``: its words, where they are at hand."""
    cut = cut or Words.of(text, vocabulary.kept())
    words = [plain for word in cut.words[:READ] if (plain := word.strip("'")).isalpha()]
    if not words:
        return "und"
    cast = [_votes_of(word) for word in words]
    read = text.raw[:2000]
    votes = {
        code: sum([vote[i] for vote in cast]) + sum(weight for sign, weight in signs if sign.search(read))
        for i, (code, _, signs) in enumerate(_ballots())
    }
    best = max(votes, key=lambda code: votes[code])
    rest = max((votes[code] for code in votes if code != best), default=0.0)
    place = list(votes).index(best)
    known = sum([vote[place] > 0 for vote in cast]) / len(words)
    if votes[best] > rest and (known >= OURS or len(words) < ENOUGH):
        return best if best in LANGUAGES or len(words) < ENOUGH else _unless_a_neighbour(best, text.raw)
    return _by_model(text.raw, votes, known, len(words))


def _lends(code: str) -> bool:
    return bool(load(code)["language"].get("lends"))


def _unless_a_neighbour(partial: str, raw: str) -> str:
    """A language read in part is taken for its neighbours, whose words it shares: the model may overrule."""
    from py3langid.langid import rank  # costs NumPy: only for a language read in part

    ranked = [str(code) for code, _ in rank(raw[:2000])]
    return partial if partial in ranked[:LIKELY] else ranked[0]


@lru_cache(maxsize=20_000)
def _votes_of(word: str) -> tuple[float, ...]:
    """What one word is worth to each language."""
    return tuple(
        1.0 if word in small else TRADE_WEIGHT if vocabulary.stemmed(code, word) in vocabulary.of(code).known else 0.0
        for code, small, _ in _ballots()
    )


def _by_model(raw: str, votes: dict[str, float], known: float, count: int) -> str:
    """What the statistical model says: the likelier of ours when they tie, another language when ours know too little."""
    top = max(votes.values())
    likely = [code for code, vote in votes.items() if vote == top]
    if count < ENOUGH and (top or count < 2):
        return max(likely, key=_lends) if top else "und"
    if top and len(likely) > 1 and (known >= OURS or count < ENOUGH):
        return max(likely, key=_lends)  # words of the trade alone: the language they are borrowed from
    from py3langid.langid import rank  # costs NumPy: only when the vote is open

    ranked = [str(code) for code, _ in rank(raw[:2000])]
    if known < OURS and count >= ENOUGH and ranked[0] not in votes:
        return ranked[0]
    return next((code for code in ranked if code in (likely if top else votes)), likely[0])
