"""A text cut into the tokens that matter to figures: digits, words with their roles, signs, and spans of time."""

import re
from collections.abc import Iterator, Sequence

from coach.core.facts.quantities import grammar as g
from coach.core.facts.text import Text
from coach.core.model import Span

_TOKEN = re.compile(
    r"""
    (?P<skip> https?://\S+ | www\.\S+                                           # addresses
      | \+[0-9]{1,3}[ .]?(?:\(0\)[ ]?)?[1-9](?:[ .-]?[0-9]{2}){4}(?![0-9])      # telephone numbers
      | 0[1-9](?:[ .-]?[0-9]{2}){4}(?![0-9]) | \(?[0-9]{3}\)?[ .-][0-9]{3}[.-][0-9]{4}(?![0-9])
      | [0-9]{1,4}(?:[/-][0-9]{1,4}){2,} | [0-9]{1,2}(?::[0-9]{2})+ | [0-9]{1,2}h[0-9]{2}(?![0-9])  # dates, hours
      | (?:24h?/24|24/7|7j?/7|50/50|80/20)(?![0-9]) | [0-9]+[ ]?° )             # idioms in digits
    | (?P<digits> 10\^[0-9]{1,2}(?![0-9])
      | (?:[0-9]{1,3}(?:[ ][0-9]{3})+(?![0-9])(?:[.,][0-9]+)? | [0-9]+(?:[.,'][0-9]+)*)(?:\.-(?![0-9]))? )
    | (?P<word> [^\W\d_]+'? )
    | (?P<sign> -{1,2}> | => | [<>]=? | =<? | [^\w ] )
    """,
    re.VERBOSE,
)


_BREAKS = {"\n": "\n", "\r": "\n", "\t": "\t"}


class Token:
    """One piece of the text. ``entry`` is what the lexicon says of it; plain words have neither entry nor roles."""

    __slots__ = ("end", "entry", "roles", "start")

    def __init__(self, start: int, end: int, roles: int, entry: g.Entry | None = None) -> None:
        self.start, self.end, self.roles, self.entry = start, end, roles, entry


def tokens(text: Text, taken: Sequence[Span], grammar: g.Grammar) -> tuple[list[Token], str]:
    """The tokens of ``text`` in order, each span of ``taken`` one token of time, and the line they point into."""
    line, start = _with_breaks(text), 0
    found: list[Token] = []
    for left, right in sorted(taken):
        if right <= max(left, start):
            continue
        found += _cut(line, start, max(left, start), grammar)
        found.append(_time(line, max(left, start), right, grammar))
        start = right
    found += _cut(line, start, len(line), grammar)
    return found, line


def _with_breaks(text: Text) -> str:
    """The folded text with its line breaks and tabs back: a figure never runs across them."""
    if text.raw.isprintable() or not re.search(r"[\n\r\t]", text.raw):
        return text.norm
    return "".join(_BREAKS.get(raw, char) for raw, char in zip(text.raw, text.norm, strict=True))


def _time(line: str, start: int, end: int, grammar: g.Grammar) -> Token:
    """A span of time; it keeps the unit of a length ("3 mois"), which a figure beside it may share."""
    inside = list(_cut(line, start, end, grammar))
    if not inside:
        return Token(start, end, g.TIME)
    counts = not inside[0].roles & g.PER and any(token.roles & (g.DIGITS | g.NUMBER) for token in inside)
    unit = next((token.entry for token in inside if token.roles & g.DURATION), None) if counts else None
    return Token(start, end, g.TIME | (inside[0].roles & (g.PER | g.CURRENT)), unit)


def _cut(line: str, start: int, end: int, grammar: g.Grammar) -> Iterator[Token]:
    reached = start
    for match in _TOKEN.finditer(line, start, end):
        left = match.start()
        if left < reached:
            continue  # inside an expression already read
        reached, kind = match.end(), match.lastgroup
        if kind == "digits":
            yield Token(left, reached, g.DIGITS)
        elif kind == "skip":
            yield Token(left, reached, g.LABEL)
        else:
            token = _word(line, left, reached, end, grammar)
            if token is not None:
                reached = token.end
                yield token


def _word(line: str, left: int, right: int, end: int, grammar: g.Grammar) -> Token | None:
    piece, second = line[left:right], line[right + 1 : right + 2]
    for entry in grammar.entries.get(piece, ()):
        if entry.rest is None:
            return Token(left, right, entry.roles, entry)
        if entry.opens and entry.opens != second and second not in " -":
            continue
        more = entry.rest.match(line, right, end)
        if more:
            return Token(left, more.end(), entry.roles, entry)
    if piece[-1] == "'" and right - left > 1:
        return _word(line, left, right - 1, end, grammar)
    if not piece[0].isalpha():
        return None
    stem = grammar.stem(piece) or next((entry for entry in grammar.meant(piece) if entry.rest is None), None)
    return Token(left, right, stem.roles, stem) if stem else Token(left, right, 0)
