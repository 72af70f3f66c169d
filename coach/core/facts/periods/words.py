"""From a text to tokens: the words the lexicon knows, figures, dates in figures, codes such as T3 or FY27."""

import re
from collections.abc import Sequence
from typing import Any

from coach.core.facts.periods.grammar import SYMBOL, Token, symbols
from coach.core.facts.periods.vocabulary import Meaning, guess, load_vocabulary, split
from coach.core.facts.text import Text

_COMPOUND = re.compile(r"(\d{1,4})([.,/-])(\d{1,4})(?:([.,/-])(\d{1,4}))?\Z")
_CODE = re.compile(r"([^\W\d_]{1,3})([+-]?)(\d{1,4})\Z")
_LONGEST_NUMBER = 9
_PUNCTUATION = {",": "comma", ".": "dot", ":": "colon", "/": "slash", "-": "dash", "%": "percent"}
_PUNCTUATION |= dict.fromkeys("€$£", "percent") | dict.fromkeys("<>\u2264\u2265\u2248~", "bound")
_PUNCTUATION |= dict.fromkeys(";!?()[]{}|\u2026\u2022", "stop")
_PUNCTUATION |= {"+": "and", "&": "and"}
_QUARTER_LETTERS = ("q", "t")
_NOTHING: frozenset[str] = frozenset()
_OTHER = (SYMBOL["other"], None, _NOTHING)
FIRST_YEAR, LAST_YEAR = 1990, 2099


def _figure(word: str) -> tuple[str, Any]:
    """A number, or a date or a range in figures; ``other`` when it is none of them."""
    if word.isdecimal():
        if len(word) == 4 and FIRST_YEAR <= int(word) <= LAST_YEAR:
            return "year", int(word)
        return ("number", int(word)) if len(word) <= _LONGEST_NUMBER else ("other", None)
    if ":" in word or "h" in word:
        return "noon", None
    if " " in word:
        return ("number", int(word.replace(" ", ""))) if len(word) <= _LONGEST_NUMBER else ("other", None)
    found = _COMPOUND.match(word) if len(word) <= 10 else None
    if found is None:
        return "other", None
    a, mark, b, other_mark, c = found.groups()
    if c is not None:
        return ("day_date", (a, b, c)) if mark == other_mark != "," else ("other", None)
    return _pair(a, mark, b)


def _pair(a: str, mark: str, b: str) -> tuple[str, Any]:
    """Two figures joined: a decimal, a month of a year, two years, a range, or perhaps a day and a month."""
    first, second = int(a), int(b)
    if mark in ".,":
        return "number", float(f"{a}.{b}")
    if len(a) == 4 and FIRST_YEAR <= first <= LAST_YEAR:
        if len(b) == 4 or (second == (first + 1) % 100 and (second > 12 or mark == "/")):
            return "years", (first, second if len(b) == 4 else first + 1)
        return ("month_date", (first, second)) if len(b) <= 2 and 1 <= second <= 12 else ("other", None)
    if len(b) == 4 and len(a) <= 2 and 1 <= first <= 12 and FIRST_YEAR <= second <= LAST_YEAR:
        return "month_date", (second, first)
    if mark == "/":
        return ("fraction", (a, b)) if len(a) <= 2 and len(b) <= 2 else ("other", None)
    return ("range", (first, second)) if first < second else ("other", None)


def tokens_of(language: str, text: Text) -> Sequence[Token]:
    """The tokens of a text, numbers in words joined."""
    return _Reader(language, text.raw, text.norm).read()


class _Reader:
    """One pass over the words of a text."""

    def __init__(self, language: str, raw: str, norm: str) -> None:
        self.language, self.raw, self.norm = language, raw, norm
        self.known = load_vocabulary(language)
        self.source = split(norm)
        self.names = [self._mended(word) for word, _, _ in self.source]
        self.tokens: list[Token] = []
        self.unsure: list[tuple[int, str]] = []
        self.spelt = False

    def read(self) -> list[Token]:
        place, size = 0, len(self.source)
        words, phrases, tokens = self.known.words, self.known.phrases, self.tokens
        while place < size:
            _, start, end = self.source[place]
            word = self.names[place]
            if word in phrases and (long := self._phrase(place)):
                place = long
                continue
            meaning = words.get(word)
            if meaning is not None:
                self._known(word, meaning, start, end)
            elif word[0].isdecimal():
                place = self._number(place, word, start, end)
            else:
                tokens.append(self._unknown(word, start, end))
            place += 1
        for where, word in self.unsure:
            self._settle(where, word)
        return _spell(tokens) if self.spelt else tokens

    def _mended(self, word: str) -> str:
        """``word``, or the word of time that it misses by a slip."""
        if word in self.known.words or word in self.known.phrases or not word.isalpha():
            return word
        return guess(self.language, word) or word

    def _phrase(self, place: int) -> int:
        for rest, (kind, value, tags) in self.known.phrases[self.names[place]]:
            end = place + 1 + len(rest)
            if self.names[place + 1 : end] == rest:
                self.tokens.append(Token(kind, self.source[place][1], self.source[end - 1][2], value, tags))
                return end
        return 0

    def _known(self, word: str, meaning: Meaning, start: int, end: int) -> None:
        kind, value, tags = meaning
        if word in self.known.accented:
            typed, other = self.known.accented[word]
            if self.raw[start:end].lower() == typed:
                kind = SYMBOL[other]
        elif word in self.known.number_months or word in self.known.weak:
            self.unsure.append((len(self.tokens), word))
        self.spelt = self.spelt or kind == _NUMBER_WORD
        self.tokens.append(Token(kind, start, end, value, tags))

    def _number(self, place: int, word: str, start: int, end: int) -> int:
        """Append the figure at ``place``; returns the place of its last word ("1er" is two)."""
        if word[1:2] in _QUARTER_LETTERS:
            return self._quarter(place, word, start, end)
        if word[1:2] == "h" and word[0] in "12" and not self.known.clock_letter:
            return self._dated_code("code_half", place, word, start, end)
        kind, value = _figure(word)
        following = self.source[place + 1] if place + 1 < len(self.source) else None
        if kind == "number" and following and following[1] == end and following[0] in self.known.suffixes:
            self.tokens.append(Token(SYMBOL["ordinal"], start, following[2], value))
            return place + 1
        if kind == "number" and len(word) == 2 and start and self._short_year(start):
            kind, value = "short_year", 2000 + value
        self.tokens.append(Token(SYMBOL[kind], start, end, value))
        return place

    def _quarter(self, place: int, word: str, start: int, end: int) -> int:
        """3T, 1Q26: a quarter with its letter behind; "3t de café" are tonnes."""
        following = self.names[place + 1 : place + 2]
        weight = bool(following) and self.known.words.get(following[0], _OTHER)[0] == SYMBOL["of"]
        return self._dated_code("number" if weight else "code_quarter", place, word, start, end)

    def _dated_code(self, kind: str, place: int, word: str, start: int, end: int) -> int:
        """A figure, its letter, perhaps a year: 3T, 1Q26, 2H26."""
        self.tokens.append(Token(SYMBOL[kind], start, start + 2, int(word[0])))
        if word[2:]:
            year = int(word[2:])
            self.tokens.append(Token(SYMBOL["year"], start + 2, end, year + 2000 if year < 100 else year))
        return place

    def _short_year(self, start: int) -> bool:
        """Whether two figures at ``start`` are a year, glued to a month or a code by an apostrophe, hyphen or slash."""
        mark = self.norm[start - 1]
        back = 2 if mark == "/" else 1
        return mark in "'-/" and len(self.tokens) >= back and self.tokens[-back].kind in _BEFORE_YEAR

    def _unknown(self, word: str, start: int, end: int) -> Token:
        if len(word) == 1:
            ends = word == "." and self._ends_a_sentence(end)
            return Token(SYMBOL["stop" if ends else _PUNCTUATION.get(word, "other")], start, end)
        coded = _CODE.match(word)
        return self._coded(coded, start, end) if coded else Token(SYMBOL["other"], start, end)

    def _ends_a_sentence(self, end: int) -> bool:
        """A dot before a space and a capital, unless it shortens the name of a day ("Mon. June 5")."""
        before = self.tokens[-1].kind if self.tokens else ""
        return self.raw[end : end + 1].isspace() and self.raw[end + 1 : end + 2].isupper() and before not in _DAY_NAMES

    def _coded(self, coded: re.Match[str], start: int, end: int) -> Token:
        """J+30, T3, FY27: letters, perhaps a sign, figures."""
        letters, sign, digits = coded.groups()
        number = int(digits)
        if sign:
            grain = self.known.offsets.get(letters)
            return Token(
                SYMBOL["offset" if grain else "other"], start, end, (grain, number if sign == "+" else -number)
            )
        name = self.known.codes.get(letters)
        if name == "year_end" and len(digits) in (2, 4):
            self.tokens.append(Token(SYMBOL["end"], start, start + len(letters)))
            return Token(SYMBOL["year"], start + len(letters), end, number + 2000 * (number < 100))
        if name == "half_or_week":
            name = "half" if number < 3 else "week"
        if name == "quarter_end" and len(digits) == 1:
            self.tokens.append(Token(SYMBOL["end"], start, start + len(letters)))
            return Token(SYMBOL["code_quarter"], start + len(letters), end, number)
        if name in (None, "year_end", "quarter_end") or (len(digits) > 2 and name != "fiscal"):
            return Token(SYMBOL["other"], start, end)
        return Token(SYMBOL["code_" + name], start, end, number)

    def _settle(self, where: int, word: str) -> None:
        """A word that is also a number ("sept") or a verb ("may") is a month or a season in good company only."""
        tokens = self.tokens
        before = tokens[where - 1].kind if where else ""
        after = tokens[where + 1].kind if where + 1 < len(tokens) else ""
        if not before and after and "year_noun" in tokens[where + 1].tags:  # "May target"
            return
        if word in self.known.number_months:
            if before != _NUMBER_WORD and (before in _FIGURES or after in _ENDS_OR_YEAR):
                tokens[where] = tokens[where]._replace(kind=SYMBOL["month"], value=self.known.number_months[word])
        elif (before not in _COMPANY or before in self.known.weak[word]) and not (
            after in _YEARS or (after in _FIGURES and before in _PAUSES)
        ):
            tokens[where] = tokens[where]._replace(kind=SYMBOL["other"], value=None)


_NUMBER_WORD = SYMBOL["number_word"]
_DAY_NAMES = symbols("weekday", "weak_weekday")
_FIGURES = symbols("number", "ordinal")
_YEARS = symbols("year", "short_year", "ordinal")
_PAUSES = symbols("dot", "comma", "colon", "stop", "dash") | {""}
_ENDS_OR_YEAR = symbols("year", "short_year", "dot", "comma", "stop") | {""}
_BEFORE_YEAR = symbols("month", "code_quarter", "code_half", "code_week", "code_fiscal")
_COMPANY = symbols(
    "the", "of", "from", "between", "to", "and", "this", "next", "next_before", "last", "last_before", "end", "month",
    "mid", "begin", "by", "by_date", "before", "until", "in", "on", "for", "within", "start", "since", "number",
    "ordinal", "weekday", "range",
)  # fmt: skip


def _spell(tokens: Sequence[Token]) -> list[Token]:
    """Join numbers written in several words ("two thousand and twenty", "vingt et unième") into one token each."""
    made: list[Token] = []
    place = 0
    while place < len(tokens):
        if tokens[place].kind == _NUMBER_WORD:
            token, place = _spelt(tokens, place)
        else:
            token, place = tokens[place], place + 1
        made.append(token)
    return made


def _spelt(tokens: Sequence[Token], first: int) -> tuple[Token, int]:
    """The number that starts at ``first``, and the place after it."""
    total, current = (tokens[first].value, 0) if tokens[first].value >= 1000 else (0, tokens[first].value)
    last, kind = first, SYMBOL["number"]
    while kind == SYMBOL["number"] and last + 1 < len(tokens):
        joined = tokens[last + 1].kind == SYMBOL["and"] and last + 2 < len(tokens)
        other = tokens[last + 1 + joined]
        fits = _fits(total, current, other, joined)
        if fits is None:
            break
        (total, current), last = fits, last + 1 + joined
        kind = other.kind if other.kind == SYMBOL["ordinal"] else kind
    value = total + current
    if kind == SYMBOL["number"] and last > first and FIRST_YEAR <= value <= LAST_YEAR:
        kind = SYMBOL["year"]
    return Token(kind, tokens[first].start, tokens[last].end, value), last + 1


def _fits(total: int, current: int, other: Token, joined: bool) -> tuple[int, int] | None:
    """(thousands, rest) once ``other`` is added; None when it begins another number."""
    if other.kind == _NUMBER_WORD and not joined and other.value in (100, 1000):
        if other.value == 1000 and 0 < current < 1000 and not total:
            return current * 1000, 0
        return (total, current * 100) if other.value == 100 and 0 < current < 10 else None
    if other.kind not in (_NUMBER_WORD, SYMBOL["ordinal"], SYMBOL["article"]) or not 0 < other.value < 100:
        return None
    if other.kind == SYMBOL["article"] and not (joined and current % 100 >= 20):
        return None
    rest = current % 100
    room = 20 if rest in (60, 80) else 10
    if rest == 0 and (current or total):
        return total, current + other.value
    return (total, current + other.value) if rest >= 20 and rest % 10 == 0 and other.value < room else None
