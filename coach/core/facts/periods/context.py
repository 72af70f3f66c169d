"""What surrounds an expression of time: the words before and after it decide what it is for."""

from dataclasses import dataclass
from functools import cached_property

from coach.core.facts.periods.calendar import Calendar
from coach.core.facts.periods.grammar import KINDS, SYMBOL, Match, Token
from coach.core.facts.text import Text

_STOPS = frozenset(SYMBOL[name] for name in ("stop", "dot", "colon", "dash"))
_PAUSES = _STOPS | {SYMBOL["comma"]}
_TIMES = frozenset(SYMBOL[name] for name in KINDS if name.startswith("p_")) | {SYMBOL["length"]}
_NAME = {symbol: name for name, symbol in SYMBOL.items()}
_NOTHING: frozenset[str] = frozenset()

LEADS = frozenset(
    ("by", "by_or_latest", "by_date", "before", "until", "in", "on", "at", "for", "to", "to_the", "within", "since", "start", "from", "of",
     "of_the", "during_or_this")
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """One expression of time among the tokens of a text, and the words around it."""

    text: Text
    match: Match
    calendar: Calendar
    article_is_per: bool
    weekday_recurs: bool

    @property
    def span(self) -> tuple[int, int]:
        """From the first word of the expression to its last."""
        tokens = self.match.tokens
        return tokens[self.match.first].start, tokens[self.match.end - 1].end

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The names of the kinds matched, in order."""
        return tuple(_NAME[token.kind] for token in self.match.tokens[self.match.first : self.match.end])

    @cached_property
    def leads(self) -> frozenset[str]:
        """The prepositions before the date, the period or the length."""
        core = next(
            (place for place, name in enumerate(self.kinds) if name == "length" or name.startswith("p_")),
            len(self.kinds),
        )
        return LEADS.intersection(self.kinds[:core])

    def has(self, *names: str) -> bool:
        """Whether one of these kinds was matched."""
        return any(name in self.kinds for name in names)

    def before(self, back: int = 1) -> str:
        """The kind of the word before ("" at the start)."""
        place = self.match.first - back
        return _NAME[self.match.tokens[place].kind] if place >= 0 else ""

    def after(self, ahead: int = 0) -> str:
        """The kind of the word after ("" at the end)."""
        place = self.match.end + ahead
        name = _NAME[self.match.tokens[place].kind] if place < len(self.match.tokens) else ""
        return "other" if name == "rate" else name

    def left(self, reach: int, across_commas: bool = False) -> frozenset[str]:
        """The tags of the words before, up to ``reach`` words or a pause, or the time expression before."""
        return self._tags(range(self.match.first - 1, max(-1, self.match.first - 1 - reach), -1), across_commas)

    def right(self, reach: int, across_commas: bool = False) -> frozenset[str]:
        """The tags of the words after."""
        return self._tags(range(self.match.end, min(len(self.match.tokens), self.match.end + reach)), across_commas)

    def _tags(self, places: range, across_commas: bool) -> frozenset[str]:
        pauses = _STOPS if across_commas else _PAUSES
        tags = _NOTHING
        for place in places:
            token: Token = self.match.tokens[place]
            if token.kind in pauses or token.kind in _TIMES:
                break
            if token.tags:
                tags = tags | token.tags
        return tags

    def near(self, reach: int) -> frozenset[str]:
        """The tags on both sides."""
        return self.left(reach) | self.right(reach)
