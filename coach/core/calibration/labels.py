"""The name of a past period, as people and spreadsheets write it: "janv. 2025", "2025-01", "T1 2025", "2026-W07"."""

import calendar
import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from coach.core.model.reading import Cadence

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january", "fevrier fevr fev february feb", "mars march mar", "avril avr april apr",
            "mai may", "juin june jun", "juillet juil july jul", "aout august aug",
            "septembre sept september sep", "octobre october oct", "novembre november nov", "decembre december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_YEAR = r"((?:19|20)\d\d)"
_GAP = r"[\s.\-/_']*"
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern + r"(?!\w)", re.IGNORECASE))
    for kind, pattern in (
        ("ymd", rf"{_YEAR}[-/.](\d\d?)[-/.](\d\d?)(?:[T ]\d\d:\d\d\S*)?"),
        ("dmy", rf"(\d\d?)[-/.](\d\d?)[-/.]{_YEAR}"),
        ("ym", rf"{_YEAR}[-/.](\d\d?)(?![-/.]\d)"),
        ("my", rf"(\d\d?)[-/.]{_YEAR}"),
        ("yw", rf"{_YEAR}{_GAP}(?:semaine|sem\.?|week|wk|w|s){_GAP}(\d\d?)"),
        ("wy", rf"(?:semaine|sem\.?|week|wk|w|s){_GAP}(\d\d?)(?:\s+(?:de|of|en|in))?{_GAP}{_YEAR}"),
        ("yq", rf"{_YEAR}{_GAP}(?:trimestre|quarter|t|q){_GAP}([1-4])"),
        ("qy", rf"(?:trimestre|quarter|t|q){_GAP}([1-4])(?:\s+(?:de|of|en|in))?{_GAP}{_YEAR}"),
        ("nqy", rf"([1-4])\s*(?:er|e|eme|st|nd|rd|th)\s*(?:trimestre|quarter)(?:\s+(?:de|of|en|in))?{_GAP}{_YEAR}"),
        ("name", rf"([a-z]{{3,9}}){_GAP}(?:{_YEAR}|(\d\d))"),
        ("y", _YEAR + r"(?![-/.]\w)"),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Label:
    """A period read at the start of a line: its first day, its length when the writing tells it, and where it stops."""

    start: dt.date
    grain: Cadence | None  # None for a day, which stands for a period of any length
    stop: int
    half: bool = False  # "S1", "S2": perhaps half-years


def bare(text: str) -> str:
    """The text without accents, letter for letter, so that places in it stay true."""
    letters = (unicodedata.normalize("NFD", letter)[0] for letter in text)
    return "".join(" " if letter in "\u202f\u00a0" else "'" if letter == "’" else letter for letter in letters)


def find(line: str, *, month_first: bool = False) -> Label | None:
    """The period that ``line`` begins with, if any; ``month_first`` reads 03/04/2025 as 4 March."""
    text = bare(line)
    for kind, form in _FORMS:
        found = form.match(text)
        read = _read(kind, found.groups(), month_first) if found else None
        if found and read:
            half = kind in ("yw", "wy") and re.search(r"(?i)(?<![a-z])s" + _GAP + r"[12](?!\d)", found[0]) is not None
            return Label(read[0], read[1], found.end(), half)
    return None


def _read(kind: str, parts: tuple[str | None, ...], month_first: bool) -> tuple[dt.date, Cadence | None] | None:
    if kind == "name":
        month = _MONTHS.get((parts[0] or "").casefold())
        year = int(parts[1]) if parts[1] else 2000 + int(parts[2] or 0)
        return (dt.date(year, month, 1), "month") if month else None
    numbers = [int(part or 0) for part in parts]
    try:
        return _dated(kind, numbers, month_first)
    except ValueError:
        return None


def _dated(kind: str, numbers: list[int], month_first: bool) -> tuple[dt.date, Cadence | None]:
    if kind == "ymd":
        return dt.date(numbers[0], numbers[1], numbers[2]), None
    if kind == "dmy":
        day, month = (numbers[1], numbers[0]) if month_first else (numbers[0], numbers[1])
        return dt.date(numbers[2], month, day), None
    if kind == "y":
        return dt.date(numbers[0], 1, 1), "year"
    year, part = (numbers[0], numbers[1]) if kind.startswith("y") else (numbers[1], numbers[0])
    if kind in ("yw", "wy"):
        return dt.date.fromisocalendar(year, part, 1), "week"
    if kind in ("yq", "qy", "nqy"):
        return dt.date(year, part * 3 - 2, 1), "quarter"
    return dt.date(year, part, 1), "month"


def begins(day: dt.date, grain: Cadence) -> dt.date:
    """The first day of the period that holds ``day``."""
    if grain == "week":
        return day - dt.timedelta(days=day.weekday())
    if grain == "month":
        return day.replace(day=1)
    if grain == "quarter":
        return dt.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return day.replace(month=1, day=1) if grain == "year" else day


def ends(start: dt.date, grain: Cadence) -> dt.date:
    """The first day after the period that begins at ``start``."""
    if grain in ("day", "week"):
        return start + dt.timedelta(days=7 if grain == "week" else 1)
    months = {"month": 1, "quarter": 3, "year": 12}[grain]
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return dt.date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))
