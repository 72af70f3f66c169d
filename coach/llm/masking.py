"""What never leaves the house: e-mail, phone, IBAN, SIRET, URL, card numbers and the workspace's people become names.

They come back after, in what a model wrote of them.

A figure or a day of the goal is none of these: a masked target would ruin the goal, so a pattern that a figure could
match is only believed with its check digits, or in a grouping that no figure has.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from coach.core.drafting import mentions
from coach.core.facts import periods
from coach.core.facts.text import Text, fold
from coach.core.lexicon import LANGUAGES

_A_NAME = 3  # letters from which a part of a name stands for the person
_ANY_DAY = date(2026, 1, 1)  # whether words are a time does not hang on it
_GAP = r"[ \u00a0\u202f.\-]?"
_SPACE = r"[ \u00a0\u202f]?"
_TLD = r"(?:com|fr|org|net|io|eu|be|ch|ca|de|es|it|lu|ai|app|dev|info|biz|uk|co\.uk)"
_UNIT = re.compile(
    r"[ \u00a0\u202f]*(?:[€$£%‰]|eur|usd|gbp|k\b|m\b|md|mds|mille|million|milliard|thousand|billion|points?\b)", re.I
)


@dataclass(frozen=True)
class Masked:
    """A text without identifiers, and what each name in it stands for."""

    text: str
    kept: dict[str, str]

    def restore(self, text: str) -> str:
        """``text`` with what its names stand for."""
        for name, value in self.kept.items():
            text = text.replace(name, value)
        return text


def mask(text: str, people: Sequence[str] = ()) -> Masked:
    """``text`` with every identifier replaced by a name such as ``[EMAIL_A]``; the same one keeps its name.

    Args:
        text: A manager's words.
        people: Names of the workspace's people, as "Anne Martin": whole, and each part that starts with a capital.
    """
    kept: dict[str, str] = {}
    for kind, pattern, holds in _KINDS:
        pieces, end = [], 0
        for start, stop in _found(pattern, holds, text):
            name = _name(kind, text[start:stop], kept)
            pieces += [text[end:start], name]
            end = stop
        text = "".join((*pieces, text[end:]))
    return Masked(_without_people(text, people, kept), kept)


def people_of(text: str, people: Sequence[str]) -> Masked:
    """``text`` masked, with what only its people's names stand for: those a model may say again, and nothing else."""
    masked = mask(text, people)
    return Masked(masked.text, {name: value for name, value in masked.kept.items() if name.startswith("[PERSON_")})


def pointable(text: str, people: Sequence[str] = ()) -> Masked:
    """As ``mask``, with every figure and day named too: a reader may point at one without seeing it."""
    masked = mask(text, people)
    kept, pieces, end = dict(masked.kept), [], 0
    for found in mentions.find(masked.text):
        if found.span[0] < end or _in_a_name(masked.text, found.span):
            continue
        kind = "DAY" if found.units == ("date",) else "FIGURE"
        pieces += [masked.text[end : found.span[0]], _name(kind, masked.text[slice(*found.span)], kept)]
        end = found.span[1]
    return Masked("".join((*pieces, masked.text[end:])), kept)


def _in_a_name(text: str, span: tuple[int, int]) -> bool:
    opened = text.rfind("[", 0, span[0] + 1)
    return (
        opened >= 0 and "]" not in text[opened : span[0]] and re.match(r"\[[A-Z]+_[A-Z]+\]", text[opened:]) is not None
    )


def _without_people(text: str, people: Sequence[str], kept: dict[str, str]) -> str:
    """Whole names first; then a part alone, unless it is a day, a month or a figure too ("April", "Mars")."""
    for person in sorted({" ".join(name.split()) for name in people}, key=len, reverse=True):
        parts = [part for part in re.split(r"[\s'’]+", person) if len(part) >= _A_NAME and part[:1].isalpha()]
        for form in (*([person] if len(parts) > 1 else []), *parts):
            text = _replaced(text, form, person, kept)
    return text


def _replaced(text: str, form: str, person: str, kept: dict[str, str]) -> str:
    pieces, end = [], 0
    wanted = r"\s+".join(re.escape(word) for word in fold(form).split())
    for found in re.finditer(rf"(?<!\w){wanted}(?!\w)", fold(text)):
        said = text[slice(*found.span())]
        if not said[:1].isupper() or (" " not in form and _dated(text, found.span())) or _in_a_name(text, found.span()):
            continue
        pieces += [text[end : found.start()], _name("PERSON", said, kept)]
        end = found.end()
    return "".join((*pieces, text[end:]))


def _dated(text: str, span: tuple[int, int]) -> bool:
    """Whether the word is a time or a figure where it stands: no part of a date of the goal is ever masked."""
    touched = [found.span for found in mentions.find(text)]
    for spoken in LANGUAGES:
        touched += [found.span for found in periods.find(Text.of(text), spoken, today=_ANY_DAY)]
    return any(a < span[1] and span[0] < b for a, b in touched)


def minimised(text: str, people: Sequence[str] = ()) -> str:
    """What a prompt may hold of a manager's words: no identifier, and "…" where a figure or a day stood."""
    masked = mask(text, people).text
    pieces, end = [], 0
    for found in mentions.find(masked):
        pieces += [masked[end : found.span[0]], "…"]
        end = max(end, found.span[1])
    return "".join((*pieces, masked[end:]))


def _found(pattern: re.Pattern[str], holds: Callable[[str, str], bool], text: str) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(text):
        if holds(match.group(), text[match.end() :]):
            yield match.span()


def _name(kind: str, value: str, kept: dict[str, str]) -> str:
    known = next((name for name, was in kept.items() if was == value and name.startswith(f"[{kind}_")), None)
    if known is None:
        known = f"[{kind}_{_letters(sum(name.startswith(f'[{kind}_') for name in kept))}]"
        kept[known] = value
    return known


def _letters(count: int) -> str:
    """A, B … Z, AA: no digit, which a reader could take for a figure."""
    letters = ""
    count += 1
    while count:
        count, last = divmod(count - 1, 26)
        letters = chr(65 + last) + letters
    return letters


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _always(text: str, after: str) -> bool:
    return True


def _iban(text: str, after: str) -> bool:
    """Mod 97, ISO 13616."""
    plain = "".join(char for char in text if char.isalnum()).upper()
    turned = "".join(str(int(char, 36)) for char in plain[4:] + plain[:4])
    return 15 <= len(plain) <= 34 and int(turned) % 97 == 1


def _luhn(text: str, after: str) -> bool:
    digits = [int(char) for char in reversed(_digits(text))]
    doubled = [digit * 2 - 9 * (digit > 4) if at % 2 else digit for at, digit in enumerate(digits)]
    return len(set(digits)) > 1 and sum(doubled) % 10 == 0 and not _UNIT.match(after)


def _siret(text: str, after: str) -> bool:
    """Grouped 3-3-3-5 as no figure is; in one run, with its check digit."""
    return len(text) > 14 or _luhn(text, after)


def _international(text: str, after: str) -> bool:
    """Not "+20 000 000 €": what is grouped as a figure needs a subscriber number's length, and no unit."""
    digits = len(_digits(text))
    as_figure = re.fullmatch(r"\+\d{1,3}(?:[ \u00a0\u202f.,]\d{3})+", text)
    return (11 if as_figure else 9) <= digits <= 15 and not _UNIT.match(after)


def _national(text: str, after: str) -> bool:
    return 10 <= len(_digits(text)) <= 11


_FREE = r"(?<![\w.,+])"
_END = r"(?![\w]|[.,]\d)"

_WIDE = r"[ \u00a0\u202f]"
_IBAN_LENGTHS = {  # SWIFT's IBAN registry; other countries' are found when written in one run
    "AT": 20, "BE": 16, "CH": 21, "DE": 22, "ES": 24, "FR": 27, "GB": 22, "IE": 22, "IT": 27, "LU": 20, "MC": 27,
    "NL": 18, "PL": 28, "PT": 25,
}  # fmt: skip
_IBANS = "|".join(
    [rf"{country}\d\d(?:{_SPACE}[A-Z0-9]){{{length - 4}}}" for country, length in _IBAN_LENGTHS.items()]
    + [r"[A-Z]{2}\d\d[A-Z0-9]{11,30}"]
)
_CARDS = rf"\d{{4}}(?:{_WIDE}?-?\d{{4}}){{3}}", rf"3[47]\d\d{_WIDE}?-?\d{{6}}{_WIDE}?-?\d{{5}}"
_SIRETS = rf"\d{{3}}{_WIDE}\d{{3}}{_WIDE}\d{{3}}{_WIDE}?\d{{5}}", r"\d{14}"
_FRENCH = rf"(?:(?:\+|00)33{_SPACE}(?:\(0\){_SPACE})?|0)[1-9](?:{_GAP}\d\d){{4}}"
_AMERICAN = r"(?:1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-])\d{3}[ .-]\d{4}"
_SCHEME = r"\b(?:https?://|www\.)[^\s<>«»\"]*[^\s<>«»\".,;:!?)\]]"
_BARE_SITE = rf"\b(?:[\w-]+\.)*[\w-]*[a-z][\w-]*\.(?-i:{_TLD})\b(?:/[^\s<>«»\"]*)?"


def _alone(*forms: str) -> re.Pattern[str]:
    """Any of the forms, not as a part of a longer run of digits."""
    return re.compile("|".join(f"{_FREE}(?:{form}){_END}" for form in forms))


_KINDS: tuple[tuple[str, re.Pattern[str], Callable[[str, str], bool]], ...] = (
    ("EMAIL", re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+"), _always),
    ("URL", re.compile(f"{_SCHEME}|{_BARE_SITE}", re.I), _always),
    ("IBAN", re.compile(rf"\b(?:{_IBANS})\b", re.I), _iban),
    ("SIRET", _alone(*_SIRETS), _siret),
    ("CARD", _alone(*_CARDS), _luhn),
    ("PHONE", _alone(_FRENCH), _always),
    ("PHONE", re.compile(rf"(?<![\w.,])\+\d{{1,3}}(?:{_GAP}\(?\d{{1,4}}\)?){{2,6}}{_END}"), _international),
    ("PHONE", _alone(_AMERICAN), _national),
    ("PHONE", _alone(r"0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}"), _national),
)  # fmt: skip
