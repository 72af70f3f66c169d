"""Every figure a text holds, however it is written. Written apart from the product's own guard, to judge it.

A *mention* is a number with any separators, with a magnitude, a sign of unit, in words, ordinal above three, a
fraction, a multiple, a Roman numeral; or a date. Lone "un", "une", "one" are articles and are left out.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

UNITS = {
    "%": "%", "€": "EUR", "$": "USD", "£": "GBP", "eur": "EUR", "euro": "EUR", "euros": "EUR", "usd": "USD",
    "dollars": "USD", "gbp": "GBP", "pounds": "GBP", "chf": "CHF", "francs": "CHF", "points": "points",
    "point": "points", "pts": "points", "pt": "points", "x": "x", "fois": "x", "times": "x", "percent": "%",
    "pourcent": "%", "pourcents": "%",
}  # fmt: skip
_POWERS = {
    "k": 1e3, "mille": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "millions": 1e6, "md": 1e9, "mds": 1e9,
    "bn": 1e9, "milliard": 1e9, "milliards": 1e9, "billion": 1e9, "millier": 1e3, "milliers": 1e3,
    "cent": 100, "cents": 100, "hundred": 100,
}  # fmt: skip
_SMALL = {
    "zéro": 0, "zero": 0, "deux": 2, "two": 2, "trois": 3, "three": 3, "quatre": 4, "four": 4, "cinq": 5, "five": 5,
    "six": 6, "sept": 7, "seven": 7, "huit": 8, "eight": 8, "neuf": 9, "nine": 9, "dix": 10, "ten": 10, "onze": 11,
    "eleven": 11, "douze": 12, "twelve": 12, "treize": 13, "thirteen": 13, "quatorze": 14, "fourteen": 14,
    "quinze": 15, "fifteen": 15, "seize": 16, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
    "vingt": 20, "vingts": 20, "twenty": 20, "trente": 30, "thirty": 30, "quarante": 40, "forty": 40, "cinquante": 50,
    "fifty": 50, "soixante": 60, "sixty": 60, "septante": 70, "seventy": 70, "huitante": 80, "octante": 80,
    "eighty": 80, "nonante": 90, "ninety": 90,
}  # fmt: skip
_BIG = {"cent": 100, "cents": 100, "hundred": 100, "mille": 1000, "thousand": 1000, "million": 1e6, "millions": 1e6}
_ROUND = {
    "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40,
    "cinquantaine": 50, "soixantaine": 60, "centaine": 100, "millier": 1000, "dozen": 12, "score": 20,
}  # fmt: skip
_MULTIPLES = {
    "doubler": 2, "double": 2, "doubling": 2, "doublé": 2, "doublement": 2, "doublons": 2, "doubled": 2, "twice": 2,
    "tripler": 3, "triple": 3, "tripling": 3, "triplé": 3, "tripled": 3, "triplons": 3, "quadruple": 4,
    "quadrupler": 4, "quadrupling": 4, "quintuple": 5, "quintupler": 5, "décupler": 10, "tenfold": 10, "twofold": 2,
    "threefold": 3, "fourfold": 4, "fivefold": 5, "halve": 0.5, "halving": 0.5, "halved": 0.5,
}  # fmt: skip
_ORDINALS = {
    "quatrième": 4, "fourth": 4, "cinquième": 5, "fifth": 5, "sixième": 6, "sixth": 6, "septième": 7, "seventh": 7,
    "huitième": 8, "eighth": 8, "neuvième": 9, "ninth": 9, "dixième": 10, "tenth": 10, "centième": 100,
    "hundredth": 100, "vingtième": 20, "twentieth": 20,
}  # fmt: skip
MONTHS = {
    name: number
    for names in (
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "january february march april may june july august september october november december",
    )
    for number, name in enumerate(names.split(), 1)
} | {"aout": 8, "fevrier": 2, "decembre": 12}
_PERIOD = re.compile(r"(?<![\w])(?:[tqsh][1-4]|b2[bc]|fy\d{2,4}|24/7|360°?)(?![\w])", re.IGNORECASE)
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_DATES = (
    re.compile(
        rf"(?<!\w)(?P<d>\d{{1,2}})(?:er|st|nd|rd|th)?\s+(?:of\s+)?(?P<m>{_MONTH})(?:,?\s+(?P<y>\d{{4}}))?(?!\w)"
    ),
    re.compile(rf"(?<!\w)(?P<m>{_MONTH})\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<y>\d{{4}}))?(?!\w)"),
    re.compile(rf"(?<!\w)(?P<m>{_MONTH})\s+(?P<y>\d{{4}})(?!\w)"),
    re.compile(r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})(?!\d)"),
    re.compile(r"(?<!\d)(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})(?!\d)"),
)
_DIGITS = re.compile(
    r"(?P<sign>(?<!\w)[€$£])?\s?(?P<n>\d+(?:[  .,'’ ]\d+)*)(?:e(?P<e>\d+))?\s?"
    r"(?P<power>(?:k|mds?|bn|m|millions?|milliards?|mille|thousand|billion|hundred|cents?|milliers?)(?![a-zé0-9]))?\s?"
    r"(?P<unit>%|€|\$|£|eur(?:os?)?(?!\w)|usd(?!\w)|gbp(?!\w)|chf(?!\w)|dollars(?!\w)|points?(?!\w)|pts?(?!\w)|x(?!\w)|fois(?!\w)|times(?!\w)|percent(?!\w)|pour\s?cents?(?!\w)|per\s?cent(?!\w))?"
)
_WORD = re.compile(r"[^\W\d_]+")
_ROMAN = re.compile(r"(?<!\w)(?=[MDCLXVI]{2,})M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?!\w)")
_NOT_ROMAN = {"CDI", "MD", "DC", "CV", "CM", "DI", "MI", "CI", "MIX", "CC", "DM", "MC", "DL", "CD", "LI"}
_FRACTIONS = {"moitié": 0.5, "tiers": 1 / 3, "half": 0.5, "demi": 0.5, "third": 1 / 3}
_OUT_OF = re.compile(r"(?<!\w)(?:sur|in|out of)\s+$")


@dataclass(frozen=True)
class Mention:
    """A figure where it stands. ``slack``: half a unit of the last digit shown."""

    value: float
    unit: str  # "none" where nothing tells
    start: int
    end: int
    slack: float = 0.5
    day: dt.date | None = None
    month_only: bool = False


@cache
def find(text: str) -> tuple[Mention, ...]:
    """Every figure of ``text``, in order, none inside another."""
    plain, places = _plain(text)
    taken = [False] * len(plain)
    found: list[Mention] = []
    for match in _PERIOD.finditer(plain):
        _take(taken, match.span())
    for one in (*_dates(plain, taken), *_digits(plain, taken), *_words(plain, taken), *_romans(plain, taken, text)):
        start, end = places[one.start], places[one.end - 1] + 1
        found.append(Mention(one.value, one.unit, start, end, one.slack, one.day, one.month_only))
    return tuple(sorted(found, key=lambda one: one.start))


def said(text: str) -> tuple[Mention, ...]:
    """The figures a manager's words vouch for: those of the text, "one in five" as 20 %, and a lone "one"."""
    found = list(find(text))
    plain, _ = _plain(text)
    for one in find(text):
        if one.day is None and one.value > 1 and _OUT_OF.search(text[max(0, one.start - 8) : one.start].lower()):
            found.append(Mention(100 / one.value, "%", one.start, one.end, 0.005))
        if one.unit == "x" and one.value < 1:
            found.append(Mention(100 * one.value, "%", one.start, one.end, 0.005))
    if re.search(r"(?<!\w)(?:un|une|one)(?!\w)", plain):
        found.append(Mention(1, "none", 0, 0, 0.0))
    return tuple(found)


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in plain characters, small letters but for Roman capitals, and where each stood."""
    shown: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        if unicodedata.category(char) in ("Cf", "Mn", "Me") or (
            unicodedata.category(char) == "Cc" and char not in "\n\t"
        ):
            continue
        for piece in unicodedata.normalize("NFKC", char):
            digit = unicodedata.decimal(piece, None)
            piece = str(digit) if digit is not None else piece
            piece = " " if piece.isspace() and piece != "\n" else piece
            shown.append(piece if len(piece.lower()) != 1 else piece.lower())
            places.append(place)
    return "".join(shown), places


def _take(taken: list[bool], span: tuple[int, int]) -> None:
    taken[span[0] : span[1]] = [True] * (span[1] - span[0])


def _free(taken: list[bool], span: tuple[int, int]) -> bool:
    return not any(taken[span[0] : span[1]])


def _dates(plain: str, taken: list[bool]) -> Iterator[Mention]:
    for pattern in _DATES:
        for match in pattern.finditer(plain):
            if not _free(taken, match.span()):
                continue
            part = match.groupdict()
            month = MONTHS.get(part["m"]) or (int(part["m"]) if part["m"].isdigit() else 0)
            year, day = int(part.get("y") or 0), int(part.get("d") or 1)
            try:
                when = dt.date(year or 2026, month, day)
            except ValueError:
                continue
            _take(taken, match.span())
            yield Mention(0, "date", *match.span(), 0, when, "d" not in part or part.get("d") is None)


def _digits(plain: str, taken: list[bool]) -> Iterator[Mention]:
    for match in _DIGITS.finditer(plain):
        start = match.start("sign") if match.group("sign") else match.start("n")
        end = max(match.end(name) for name in ("n", "e", "power", "unit"))
        if not _free(taken, (start, end)):
            continue
        value, slack = _valued(match.group("n"))
        power = _POWERS.get(match.group("power") or "", 1.0) * 10.0 ** int((match.group("e") or "0")[:3])
        unit = (match.group("sign") or match.group("unit") or "").replace(" ", "")
        unit = {"percent": "%", "pourcent": "%", "pourcents": "%"}.get(unit, UNITS.get(unit, "none"))
        if unit == "none" and plain[end : end + 4] in ("ème ", "eme ") and value <= 3:
            continue
        _take(taken, (start, end))
        yield Mention(value * power, unit, start, end, slack * power)


def _valued(digits: str) -> tuple[float, float]:
    """The number of a run of digits and separators, and half a unit of its last digit."""
    compact = re.sub(r"[   '’]", "", digits)
    parts = re.split(r"[.,]", compact)
    if len(parts) == 1:
        return float(compact), 0.5
    grouped = all(len(part) == 3 for part in parts[1:]) and 1 <= len(parts[0]) <= 3 and parts[0] != "0"
    if grouped and (len(parts) > 2 or len(set(re.findall(r"[.,]", compact))) == 1):
        return float("".join(parts)), 0.5
    return float("".join(parts[:-1]) + "." + parts[-1]), 0.5 * 10.0 ** -len(parts[-1])


def _words(plain: str, taken: list[bool]) -> Iterator[Mention]:
    words = [match for match in _WORD.finditer(plain) if _free(taken, match.span())]
    at, past = 0, 0
    while at < len(words):
        word = words[at].group()
        if words[at].start() < past:  # part of a unit that was taken: "pour cent"
            at += 1
            continue
        count = _run(words, at, plain)
        if count:
            value = _spelled([one.group() for one in words[at : at + count]])
            span = words[at].start(), words[at + count - 1].end()
            unit, end = _unit_after(plain, span[1])
            past = end
            if not (value == 1 and unit == "none"):
                yield Mention(value, unit, span[0], end, 0.0)
            at += count
            continue
        known = _ROUND.get(word) or _MULTIPLES.get(word) or _ORDINALS.get(word) or _FRACTIONS.get(word)
        if known is None and word.endswith("s") and len(word) > 5:
            known = _ROUND.get(word[:-1])
        if known is not None and not _merely(word, plain, words[at]):
            unit = "x" if word in _MULTIPLES or word in _FRACTIONS else "ordinal" if word in _ORDINALS else "none"
            yield Mention(known, unit, *words[at].span(), 0.0)
        at += 1


def _merely(word: str, plain: str, match: re.Match[str]) -> bool:
    """Words that count nothing here: "half-way", "un score", "en double", "a third party"."""
    after, before = plain[match.end() : match.end() + 6], plain[max(0, match.start() - 6) : match.start()]
    if word in ("half", "demi") and re.match(r"[- ]?(way|year|time|journ)", after):
        return True
    if word == "score":
        return True
    if word == "third":  # a share only as "a third", "two thirds"; else an order, a party, a quarter
        return not re.search(r"(?:\ba|one|two|by a) $", before) or bool(re.match(r" (?:part|quart|time)", after))
    return word in ("double", "triple") and before.endswith(("en ", "de "))


def _run(words: list[re.Match[str]], at: int, plain: str) -> int:
    """How many words from ``at`` on spell one number; "un" and "one" count only inside one."""
    count = 0
    while at + count < len(words):
        word = words[at + count].group()
        joined = count == 0 or re.fullmatch(r"[\s\-‑]+", plain[words[at + count - 1].end() : words[at + count].start()])
        if not joined:
            break
        if (
            word in _SMALL
            or word in _BIG
            or (count and word in ("un", "une", "one") and words[at + count - 1].group() in _SMALL)
        ) or (
            count
            and word in ("et", "and")
            and at + count + 1 < len(words)
            and words[at + count + 1].group() in (*_SMALL, "un", "one")
        ):
            count += 1
        else:
            break
    while count and words[at + count - 1].group() in ("et", "and"):
        count -= 1
    first = words[at].group()
    return 0 if count == 1 and first in ("cents", "six") and first == "cents" else count


def _spelled(words: list[str]) -> float:
    total, part = 0.0, 0.0
    for word in words:
        if word in ("et", "and"):
            continue
        if word in ("un", "une", "one"):
            part += 1
        elif word in _SMALL:
            value = _SMALL[word]
            part = 80 + part - 4 if word in ("vingt", "vingts") and part % 10 == 4 and part % 100 < 10 else part + value
        elif _BIG[word] == 100:
            part = (part or 1) * 100
        else:
            total, part = total + (part or 1) * _BIG[word], 0.0
    return total + part


def _unit_after(plain: str, end: int) -> tuple[str, int]:
    match = re.match(
        r"[\s-]?(%|€|\$|£|euros?(?!\w)|pour\s?cents?(?!\w)|percent(?!\w)|per cent(?!\w)|points?(?!\w)|fois(?!\w)|times(?!\w))",
        plain[end:],
    )
    if match is None:
        return "none", end
    word = match.group(1).replace(" ", "")
    return {"percent": "%", "pourcent": "%", "pourcents": "%", "euro": "EUR"}.get(
        word, UNITS.get(word, "none")
    ), end + match.end()


def _romans(plain: str, taken: list[bool], text: str) -> Iterator[Mention]:
    upper = unicodedata.normalize("NFKC", text)
    if len(upper) != len(plain):
        return
    for match in _ROMAN.finditer(upper):
        if match.group() not in _NOT_ROMAN and _free(taken, match.span()):
            yield Mention(_roman(match.group()), "none", *match.span(), 0.0)


def _roman(numeral: str) -> float:
    values = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
    total = 0
    for place, letter in enumerate(numeral):
        value = values[letter]
        total += -value if any(values[later] > value for later in numeral[place + 1 : place + 2]) else value
    return float(total)
