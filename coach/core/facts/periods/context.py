"""What surrounds an expression of time: the words before and after it decide what it is for."""

from collections.abc import Iterator

from coach.core.facts.periods.calendar import Calendar
from coach.core.facts.periods.grammar import KINDS, SYMBOL, Match, Token, symbols
from coach.core.facts.periods.vocabulary import Vocabulary
from coach.core.facts.text import Text

_STOPS = frozenset(SYMBOL[name] for name in ("stop", "dot", "colon", "dash"))
_PAUSES = _STOPS | {SYMBOL["comma"]}
_TIMES = frozenset(SYMBOL[name] for name in KINDS if name.startswith("p_")) | {SYMBOL["length"]}
_NAME = {symbol: name for name, symbol in SYMBOL.items()}
_ENDS_A_STATEMENT = frozenset(SYMBOL[name] for name in ("stop", "dot"))
_HEADING = 12
"""Words looked back for a heading."""
_NOTHING: frozenset[str] = frozenset()

_LEADS = symbols(
    "between", "by", "by_or_latest", "by_date", "before", "until", "in", "on", "at", "for", "to", "to_the", "within",
    "since", "start", "from", "of", "of_the", "during_or_this",
)  # fmt: skip


class Found:
    """One expression of time among the tokens of a text, and the words around it."""

    __slots__ = ("article_is_per", "calendar", "core", "kind", "kinds", "leads", "match", "text", "weekday_recurs")

    def __init__(self, text: Text, match: Match, calendar: Calendar, known: Vocabulary) -> None:
        self.text, self.match, self.calendar = text, match, calendar
        self.article_is_per, self.weekday_recurs = known.article_is_per, known.weekday_recurs
        self.kinds = [token.kind for token in match.own]
        times = [token for token in match.own if token.kind in _TIMES]
        self.core = times[-1] if times else match.own[-1]
        """The date, the period or the length; the last of two."""
        self.kind = _NAME[self.core.kind]
        self.leads = frozenset(self._leads())
        """The prepositions before it, by name."""

    def _leads(self) -> Iterator[str]:
        for kind in self.kinds:
            if kind in _TIMES:
                return
            if kind in _LEADS:
                yield _NAME[kind]

    @property
    def span(self) -> tuple[int, int]:
        """From the first word of the expression to its last."""
        return self.match.own[0].start, self.match.own[-1].end

    @property
    def tags(self) -> frozenset[str]:
        """The tags of the words of the expression itself."""
        return frozenset(tag for token in self.match.own for tag in token.tags)

    @property
    def is_season(self) -> bool:
        """Whether the period is a season or holidays, whose ends are a matter of taste."""
        token = self.match.get("p_moment")
        return token is not None and token.value.grain == "moment"

    @property
    def is_possessive(self) -> bool:
        """Tuesday's in "following Tuesday's call"."""
        end = self.span[1]
        return self.text.norm[end : end + 2] == "'s"

    def has(self, *names: str) -> bool:
        """Whether one of these kinds was matched."""
        return not symbols(*names).isdisjoint(self.kinds)

    def before(self, back: int = 1) -> str:
        """The kind of the word before ("" at the start)."""
        place = self.match.first - back
        return _NAME[self.match.tokens[place].kind] if place >= 0 else ""

    def after(self, ahead: int = 0) -> str:
        """The kind of the word after ("" at the end)."""
        place = self.match.end + ahead
        name = _NAME[self.match.tokens[place].kind] if place < len(self.match.tokens) else ""
        return "other" if name == "rate" else name

    @property
    def goes_on(self) -> bool:
        """Whether the sentence goes on after the expression, rather than naming a thing by it ("the 1st customer")."""
        if self.after() != "other":
            return True
        return "goes_on" in self.match.tokens[self.match.end].tags

    @property
    def is_rate(self) -> bool:
        """Whether a percentage stands shortly before: a share of things, each of which has the length."""
        return "percent" in [self.before(back) for back in range(1, 8)]

    def left(self, reach: int, across_commas: bool = False) -> frozenset[str]:
        """The tags of the words before, up to ``reach`` words or a pause, or the time expression before."""
        return self._tags(range(self.match.first - 1, max(-1, self.match.first - 1 - reach), -1), across_commas)

    def heading(self) -> frozenset[str]:
        """The tags of the heading that the statement stands under: "Délai de signature : passer de 6 à 4 mois"."""
        tokens, tags, inside = self.match.tokens, _NOTHING, False
        for place in range(self.match.first - 1, max(-1, self.match.first - _HEADING), -1):
            if tokens[place].kind in _ENDS_A_STATEMENT:
                break
            inside = inside or tokens[place].kind == SYMBOL["colon"]
            tags = tags | tokens[place].tags if inside else tags
        return tags

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
