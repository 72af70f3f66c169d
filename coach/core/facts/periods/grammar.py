"""A small grammar over kinds of words: every token is one character, so that a rule is a compiled regular expression.

A rule is written with the names of :data:`KINDS` (``"the? number of? month (comma? year)?"``) and rewrites the tokens
it matches into one token of another kind. Rules hold no unbounded repetition, so a pass costs a constant per token.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

KINDS = (
    # words of the lexicon ([time.words])
    "the", "of", "of_the", "from", "between", "to", "to_the", "and", "or", "this", "this_after", "during_or_this",
    "next", "next_before", "following", "coming", "next_after", "after_next", "week_later", "last", "last_before",
    "last_after", "end", "end_or_after", "mid", "begin", "rest", "later", "close_of_day", "from_now", "by",
    "by_or_latest", "by_date", "before", "until", "in", "on", "at", "for", "within", "horizon", "since", "start",
    "per", "every", "every_other", "bound", "most", "now", "latest", "and_half", "half_of", "half_part", "clock",
    "noon", "rolling", "after", "rate", "old", "finished", "left",
    # units ([time.units])
    "u_minute", "u_hour", "u_day", "u_business", "u_week", "u_workweek", "u_weekend", "u_fortnight", "u_month",
    "u_quarter", "u_half", "u_year", "u_fiscal",
    # figures, names and codes
    "number", "number_word", "dozen", "article", "ordinal", "year", "short_year", "years", "range", "fraction",
    "day_date", "month_date", "month", "weekday", "weak_weekday", "weekdays", "code_quarter", "code_half",
    "code_week", "code_fiscal", "offset", "relative_day", "end_code", "running", "mid_code", "always", "moment",
    "adverb", "year_on_year",
    # punctuation, and everything else
    "comma", "dot", "colon", "slash", "dash", "hyphen", "percent", "stop", "other",
    # what the rules make of them
    "length", "p_day", "p_week", "p_month", "p_quarter", "p_half", "p_year", "p_moment", "p_span", "p_past", "p_unit",
    "p_weekday", "p_clock",
)  # fmt: skip
"""What a token can be."""

SYMBOL = {name: chr(0xC0 + place) for place, name in enumerate(KINDS)}
"""The character that stands for each kind."""

UNIT = "[u_minute u_hour u_day u_business u_week u_fortnight u_month u_quarter u_half u_year]"
OF = "[of of_the]"
TO = "[to to_the]"
NEXT = "[next next_before coming following]"
LAST = "[last last_before]"
SPAN_UNIT = "[u_day u_week u_workweek u_weekend u_month u_quarter u_half u_year u_fiscal]"
PERIOD = "[p_day p_week p_month p_quarter p_half p_year p_moment p_span p_weekday]"
ANY_PERIOD = "[p_day p_week p_month p_quarter p_half p_year p_moment p_span p_weekday p_past p_unit]"


UNIT_NAME = {symbol: name for name, symbol in SYMBOL.items() if name.startswith("u_")}
"""The units, by their character."""


class Token(NamedTuple):
    """A word, or what a rule made of several; ``start`` and ``end`` are offsets into the text."""

    kind: str  # one character of SYMBOL
    start: int
    end: int
    value: Any = None
    tags: frozenset[str] = frozenset()


@cache
def symbols(*names: str) -> frozenset[str]:
    """The characters of these kinds."""
    return frozenset(SYMBOL[name] for name in names)


class Match:
    """What a rule's action is given: the tokens it matched (``own``), among all of the text."""

    __slots__ = ("end", "first", "own", "tokens")

    def __init__(self, tokens: Sequence[Token], first: int, end: int) -> None:
        self.tokens, self.first, self.end = tokens, first, end
        self.own = tokens[first:end]

    def all(self, *names: str) -> list[Token]:
        """The matched tokens of these kinds, in order."""
        wanted = symbols(*names)
        return [token for token in self.own if token.kind in wanted]

    def get(self, *names: str) -> Token | None:
        """The first matched token of these kinds."""
        wanted = symbols(*names)
        for token in self.own:
            if token.kind in wanted:
                return token
        return None

    def one(self, *names: str) -> Token:
        """The first matched token of these kinds, which the rule requires."""
        token = self.get(*names)
        if token is None:
            raise LookupError(names)
        return token

    def value(self, *names: str) -> Any:
        """Its value, or None."""
        token = self.get(*names)
        return None if token is None else token.value

    def has(self, *names: str) -> bool:
        """Whether a token of one of these kinds was matched."""
        return self.get(*names) is not None


Made = tuple[str, Any]
"""The kind and the value of the token that replaces a match."""

Action = Callable[[Match, Any], Made | None]
Rule = tuple[str, Action]

_NAME = re.compile(r"[a-z_]+")
_GROUP = re.compile(r"\((?!\?)")


def compile_pattern(pattern: str) -> str:
    """``pattern`` over names of kinds, as a regular expression over their characters."""
    named = _NAME.sub(lambda found: SYMBOL[found.group()], pattern)
    return _GROUP.sub("(?:", named).replace(" ", "")


class Pass:
    """Rules tried together, the first that matches at the leftmost place; the earlier in the list wins."""

    def __init__(self, *rules: Rule, needs: Sequence[str] = ()) -> None:
        """``needs``: kinds of which every rule holds one; a text with none of them is passed over."""
        self._needs = re.compile("[" + "".join(SYMBOL[name] for name in needs) + "]") if needs else None
        self._actions = [action for _, action in rules]
        self._search = re.compile("|".join(f"({compile_pattern(pattern)})" for pattern, _ in rules))

    def rewrite(self, tokens: Sequence[Token], calendar: Any) -> Sequence[Token]:
        """``tokens`` with each match replaced; an action that answers None leaves its match as it was."""
        kinds = "".join([token.kind for token in tokens])
        if self._needs is not None and not self._needs.search(kinds):
            return tokens
        made: list[Token] = []
        done = 0
        for found in self._search.finditer(kinds):
            first, end = found.span()
            result = self._actions[found.lastindex - 1](Match(tokens, first, end), calendar)  # type: ignore[operator]
            if result is not None:
                made.extend(tokens[done:first])
                made.append(Token(SYMBOL[result[0]], tokens[first].start, tokens[end - 1].end, result[1]))
                done = end
        if not done:
            return tokens
        made.extend(tokens[done:])
        return made
