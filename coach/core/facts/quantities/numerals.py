"""Numbers, in digits of every style and in words: what they are worth, and which tokens say it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from coach.core.facts.quantities import grammar as g
from coach.core.facts.quantities.lexer import Token

_GROUPED = re.compile(r"[0-9]{1,3}([.,' ])[0-9]{3}(?:\1[0-9]{3})*(?:(?!\1)([.,])([0-9]+))?")
_INDIAN = re.compile(r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]+)?")
_PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_LONGEST = 120
"""Digits of a numeral at most; more are no number that anyone means."""
_OPEN = Decimal(10) ** 30
_HALF = Decimal("0.5")


@dataclass(slots=True)
class Numeral:
    """A number and where its tokens end (exclusive). ``other`` is its reading as a decimal ("3,500": 3500 or 3.5)."""

    value: Decimal
    stop: int
    other: Decimal | None = None
    digits: bool = False
    word: bool = False
    rough: bool = False
    lone_article: bool = False
    scale: Decimal = Decimal(1)  # the last scale word said: a million in "2 millions"
    tail: Decimal = Decimal(1)  # what the number ends in, when something was counted by it: "trois cents", "3 millions"


def of_digits(written: str, decimal: str) -> tuple[Decimal, Decimal | None] | None:
    """The value of digits as written, and the other one when a single separator could be either mark.

    None: no number is written so ("1.2.3", four hundred digits).
    """
    if len(written) > _LONGEST:
        return None
    if "^" in written:
        return Decimal(10) ** int(written[3:]), None
    written = written.removesuffix(".-")
    if _INDIAN.fullmatch(written):
        return Decimal(written.replace(",", "")), None
    grouped = _GROUPED.fullmatch(written)
    if grouped and written[0] != "0":
        return _of_groups(written, grouped, decimal)
    return (Decimal(written.replace(",", ".")), None) if _PLAIN.fullmatch(written) else None


def _of_groups(written: str, grouped: re.Match[str], decimal: str) -> tuple[Decimal, Decimal | None]:
    separator, mark, decimals = grouped.groups()
    whole = written[: grouped.start(3) - 1] if mark else written
    value = Decimal(whole.replace(separator, "") + (f".{decimals}" if mark else ""))
    doubtful = separator == decimal and not mark and written.count(separator) == 1
    return value, Decimal(written.replace(separator, ".")) if doubtful else None


def read(tokens: Sequence[Token], start: int, line: str, grammar: g.Grammar, *, joiners: bool = True) -> Numeral | None:
    """The number whose first token is ``start``; None when these tokens say none."""
    reader = _Reader(tokens, line, grammar, joiners)
    return reader.read(start)


class _Reader:
    """Adds up number words and digits: ``total`` holds what scale words have closed, ``group`` what is still open.

    ``room`` is the most that may be added to the group: after "vingt" 9, after "deux cent" 99, after "mille" 999.
    """

    def __init__(self, tokens: Sequence[Token], line: str, grammar: g.Grammar, joiners: bool) -> None:
        self.tokens, self.line, self.grammar, self.joiners = tokens, line, grammar, joiners
        self.total, self.group, self.room, self.limit = Decimal(0), Decimal(0), _OPEN, _OPEN
        self.last = 0  # role of the last token added
        self.scale = Decimal(1)
        self.other: Decimal | None = None
        self.tail = Decimal(1)
        self.digits = self.word = self.rough = self.part = False
        self.added = 0

    def read(self, start: int) -> Numeral | None:
        index = start
        while (follows := self._next(index, start)) is not None:
            stop = self._add(follows)
            if stop is None:
                break
            index = stop
            self.added += 1
        if not self.added or (self.part and not self._has_a_unit(index)):
            return None
        first = self.tokens[start]
        lone = self.added == 1 and bool(first.roles & g.ARTICLE)
        return Numeral(
            self.total + self.group, index, self.other, self.digits, self.word, self.rough, lone, self.scale, self.tail
        )

    def _has_a_unit(self, index: int) -> bool:
        """A part may stand alone before its unit: "half a point"."""
        roles = [token.roles for token in self.tokens[index : index + 2]]
        return any(role & (g.PERCENT | g.POINTS) for role in (roles[1:] if roles and roles[0] & g.DASH else roles[:1]))

    def _next(self, index: int, start: int) -> int | None:
        """Where the next token of the number stands: right behind, after a hyphen, or after a joiner."""
        tokens = self.tokens
        if index == start:
            return index
        if index >= len(tokens) or not self._near(index):
            return None
        token = tokens[index]
        if token.roles & g.JOINER and self.joiners and self._joins(index):
            return self._behind(index)
        if token.roles & g.DASH and index + 1 < len(tokens) and self._tight(index) and self._tight(index + 1):
            after = index + 1
            if tokens[after].roles & g.JOINER and self._joins(after):
                return self._behind(after)
            return after if not tokens[after].roles & g.DIGITS else None
        return index

    def _behind(self, joiner: int) -> int:
        """The token a joiner leads to, over a hyphen ("vingt-et-un")."""
        hyphen = joiner + 1
        dashed = hyphen < len(self.tokens) and self.tokens[hyphen].roles & g.DASH and self._tight(hyphen)
        return hyphen + bool(dashed)

    def _near(self, index: int) -> bool:
        return self.line[self.tokens[index - 1].end : self.tokens[index].start].strip(" ") == ""

    def _tight(self, index: int) -> bool:
        return self.tokens[index - 1].end == self.tokens[index].start

    def _joins(self, joiner: int) -> bool:
        """A joiner adds a number only after a scale or a hundred, or where the language says so ("vingt et un")."""
        follows = self._behind(joiner)
        if follows >= len(self.tokens) or not self._near(follows) or not self.last & (g.NUMBER | g.HUNDRED | g.SCALE):
            return False
        token = self.tokens[follows]
        allowed = self.grammar.joined
        if allowed is not None:
            return bool(token.roles & g.NUMBER and token.entry and token.entry.value in allowed)
        return bool(self.last & (g.HUNDRED | g.SCALE) and token.roles & (g.NUMBER | g.DIGITS))

    def _add(self, index: int) -> int | None:
        """Take the token in; where the next one stands, or None when it is no part of the number."""
        if index >= len(self.tokens):
            return None
        token = self.tokens[index]
        for roles, take in _TAKERS:
            if token.roles & roles:
                stop = take(self, index, token)
                if stop is not None:
                    self.last = roles
                    if not roles & (g.HUNDRED | g.SCALE):
                        self.tail = Decimal(1)
                    return stop
        return None

    def _take_digits(self, index: int, token: Token) -> int | None:
        read = of_digits(self.line[token.start : token.end], self.grammar.decimal)
        if read is None or (self.added and not self._digits_may_follow(index, read[0])):
            return None
        self.group += read[0]
        self.other = read[1] if not self.added else None
        self.room, self.digits = Decimal(0), True
        return index + 1

    def _digits_may_follow(self, index: int, value: Decimal) -> bool:
        """A scale word follows the digits, or a joiner came before them: "4 thousand 3 hundred and 21"."""
        if not self.last & (g.HUNDRED | g.SCALE) or value > self.room or value != int(value):
            return False
        after = self.tokens[index + 1].roles if index + 1 < len(self.tokens) else 0
        return bool(self.tokens[index - 1].roles & g.JOINER or after & (g.HUNDRED | g.SCALE))

    def _take_number(self, index: int, token: Token) -> int | None:
        value = _value(token)
        if value > self.room or (self.added and self.last & g.DIGITS) or (value == 0 and self.added):
            return None
        self.group += value
        self.room = self._room_after(value)
        self.word = True
        return index + 1

    def _room_after(self, value: Decimal) -> Decimal:
        if value >= 100:
            return Decimal(99)
        if value < 20 or value % 10:
            return Decimal(0)
        return Decimal(19 if int(value) in self.grammar.wide_tens else 9)

    def _take_hundred(self, index: int, token: Token) -> int | None:
        before = self.group % 100 if self.last & (g.NUMBER | g.DIGITS | g.COLLECTIVE) else Decimal(0)
        if not before:
            if not token.roles & g.BARE or self.room < 100 or self.group:
                return None
            before = Decimal(1)
        elif self.group > self.grammar.most_hundreds:
            return None
        else:
            self.tail = _value(token)
        self.group = before * _value(token)
        self.room, self.word = Decimal(99), True
        return index + 1

    def _take_scale(self, index: int, token: Token) -> int | None:
        scale = _value(token)
        if not self.group and not self.total:
            if not token.roles & g.BARE:
                return None
            self.total = scale
        elif scale < self.limit:
            if not self.group and not token.roles & g.BARE:
                return None
            self.total += (self.group or 1) * scale
        elif self.total and not self.group and scale > self.limit:
            self.total *= scale  # "mil millones"
        else:
            return None
        self.tail = scale if self.group or self.tail > 1 else Decimal(1)
        self.group, self.room, self.limit, self.scale = Decimal(0), scale - 1, scale, scale
        self.part = False
        self.word = self.word or not self.digits
        return index + 1

    def _take_collective(self, index: int, token: Token) -> int | None:
        """Always so many of them: "une dizaine", "two dozen", "une centaine de milliers"."""
        if self.total or not self.group:
            return None
        self.group *= _value(token)
        self.room, self.word, self.part = Decimal(0), True, False
        self.rough = self.rough or bool(token.roles & g.ROUGH)
        tokens = self.tokens
        if index + 2 < len(tokens) and tokens[index + 1].roles & g.OF and tokens[index + 2].roles & g.SCALE:
            self.limit = _OPEN
            return self._take_scale(index + 2, tokens[index + 2])
        return index + 1

    def _take_part(self, index: int, token: Token) -> int | None:
        """Worth something only with the word it is a part of: "un demi-million", "half a dozen"."""
        if self.total or (self.group and not (self.last & g.NUMBER and self.group == 1)):
            return None
        self.group, self.room = _value(token), Decimal(0)
        self.word = self.part = True
        return index + 1

    def _take_half(self, index: int, token: Token) -> int | None:
        if self.last & g.SCALE:
            self.total += self.scale * _HALF
        elif self.last & (g.NUMBER | g.DIGITS):
            self.group += _HALF
        else:
            return None
        self.room = Decimal(0)
        return index + 1

    def _take_point(self, index: int, token: Token) -> int | None:
        """The words after it are decimals: "deux virgule cinq", "nine point nought four"."""
        if not self.last & (g.NUMBER | g.HUNDRED) or not self.word:
            return None
        decimals, tens, index = "", Decimal(0), index + 1
        while index < len(self.tokens) and self.tokens[index].roles & g.NUMBER and self._near(index):
            value = _value(self.tokens[index])
            if tens and value < 10:
                decimals = decimals[: -len(str(tens))] + str(tens + value)
            elif value < 100:
                decimals += str(value)
            tens, index = (value if value >= 20 and not value % 10 else Decimal(0)), index + 1
            if index + 1 < len(self.tokens) and self.tokens[index].roles & g.DASH:
                index += bool(self.tokens[index + 1].roles & g.NUMBER)
        if not decimals:
            return None
        self.group += Decimal(f"0.{decimals}")
        self.room = Decimal(0)
        return index


_TAKERS = (
    (g.DIGITS, _Reader._take_digits),
    (g.HALF, _Reader._take_half),
    (g.PART, _Reader._take_part),
    (g.NUMBER, _Reader._take_number),
    (g.HUNDRED, _Reader._take_hundred),
    (g.SCALE, _Reader._take_scale),
    (g.COLLECTIVE, _Reader._take_collective),
    (g.POINT, _Reader._take_point),
)


def _value(token: Token) -> Decimal:
    return token.entry.value if token.entry and token.entry.value is not None else Decimal(0)
