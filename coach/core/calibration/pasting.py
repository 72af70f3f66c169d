"""Past figures as a manager types or pastes them in a conversation, as a series to show back before it is used.

Lines or one line of periods and figures ("janv. 12, févr. 14, mars 9"), with or without years, or the bare figures of
the last periods ("last 6 months: 12, 14, 9, 15, 11, 17"). A table goes to :mod:`history`, which reads files.
"""

import datetime as dt
import re
from collections.abc import Callable, Sequence

from coach.core.calibration import history, labels
from coach.core.model.kpi import KpiSeries
from coach.core.model.reading import Cadence

FEWEST = 3  # items from which a message is figures of the past rather than an answer
_ITEM = re.compile(r";|,(?=\s)|\bpuis\b|\bthen\b")
_LONGEST_ITEM = 80  # characters: beyond, it is a sentence
_MONTH = re.compile(r"([a-z]{3,9})\.?\s*[:=]?\s*(?=[\d€$£])", re.IGNORECASE)
_QUARTER = re.compile(r"(?:trimestre|quarter|t|q)\s*([1-4])\s*[:=]?\s+(?=[\d€$£])", re.IGNORECASE)
_LEAD = re.compile(r"^([^\d:]*(?:\d{1,2}\s[^\d:]*)?):\s*(?=[\d€$£])")
_PAST = re.compile(r"\b(?:derniere?s?|precedente?s?|passee?s?|last|past|previous|historique|history)\b")
_GRAINS: tuple[tuple[re.Pattern[str], Cadence], ...] = (
    (re.compile(r"\b(?:semaines?|weeks?|hebdo\w*|weekly)\b"), "week"),
    (re.compile(r"\b(?:trimestres?|quarters?|trimestriel\w*|quarterly)\b"), "quarter"),
    (re.compile(r"\b(?:ans?|annees?|years?|annuel\w*|yearly)\b"), "year"),
)
_FIGURE = re.compile(r"[-−+]?[€$£]?\s*\d[\d .,'\u202f\u00a0]*\s*(?:k|m|md|bn)?\s*[€$£%]?", re.IGNORECASE)


def looks_like_figures(text: str) -> bool:
    """Whether a message gives past figures: several periods each with its figure, or a list that says it is past."""
    if len(text) > history.LONGEST:
        return False
    lead, rest = _parted(text)
    items = _items(rest)
    if len(items) < FEWEST:
        return False
    if sum(_is_dated(item) for item in items) >= max(FEWEST, len(items) - 1):
        return True
    said = labels.bare(lead).casefold()
    return bool(_PAST.search(said)) and all(map(_is_figure, items))


def read(text: str, *, metric: str, today: dt.date, unit: str | None = None, month_first: bool = False) -> KpiSeries:
    """The series that ``text`` holds, oldest first; arguments as :func:`history.read`.

    Months without a year are the latest ones that are over; bare figures are the last complete periods, months unless
    the words before them say weeks, quarters or years.

    Raises:
        BadInput: As :func:`history.read`.
    """
    lead, rest = _parted(text)
    items = _items(rest)
    few = len(items) <= history.MOST_PERIODS
    lines = few and (_with_years(items, today) or _bare(items, _grain(lead), today))
    return history.read(lines or text, metric=metric, today=today, unit=unit, month_first=month_first)


def _parted(text: str) -> tuple[str, str]:
    """The words that introduce the figures ("last 6 months:"), and the rest; a period is no such word."""
    found = _LEAD.match(text.strip())
    if found is None or labels.find(text.strip()) or labels.find(f"{found[1].strip()} 2000"):
        return "", text.strip()
    return found[1], text.strip()[found.end() :]


def _items(text: str) -> list[str]:
    """One a line, or one line's own; a table's first line may be titles."""
    parts = text.splitlines() if len(text.splitlines()) > 1 else _ITEM.split(text)
    items = [item for item in (part.strip(" .\t") for part in parts) if item]
    return items[1:] if len(items) > FEWEST and not re.search(r"\d", items[0]) else items


def _is_figure(item: str) -> bool:
    return len(item) <= _LONGEST_ITEM and _FIGURE.fullmatch(item) is not None


def _is_dated(item: str) -> bool:
    if len(item) > _LONGEST_ITEM:
        return False
    label = labels.find(item)
    if label is not None and re.search(r"\d", item[label.stop :]):
        return True
    return _month(item) is not None or _QUARTER.match(labels.bare(item)) is not None


def _month(item: str) -> tuple[int, str] | None:
    """A month without a year, and the figure after it."""
    found = _MONTH.match(labels.bare(item)) if len(item) <= _LONGEST_ITEM else None
    start = labels.find(f"{found[1]} 2000") if found else None
    whole = labels.find(item)
    if whole is not None and re.search(r"\d", item[whole.stop :]):
        return None  # it has its year
    if found is None or start is None or not _is_figure(item[found.end() :].strip()):
        return None
    return start.start.month, item[found.end() :].strip()


def _quarter(item: str) -> tuple[int, str] | None:
    found = _QUARTER.match(labels.bare(item)) if len(item) <= _LONGEST_ITEM else None
    figure = item[found.end() :].strip() if found else ""
    return (int(found[1]), figure) if found and _is_figure(figure) else None


_UNDATED: tuple[tuple[Callable[[str], tuple[int, str] | None], Cadence, int], ...] = (
    (_month, "month", 1),
    (_quarter, "quarter", 3),
)


def _with_years(items: Sequence[str], today: dt.date) -> str:
    """The items with the year each period last had; empty unless all are periods without one."""
    for read_one, grain, length in _UNDATED:
        found = [read_one(item) for item in items]
        if not items or any(one is None for one in found):
            continue
        known = [one for one in found if one is not None]
        lines: list[str] = []
        after: dt.date | None = None
        for place, figure in reversed(known):
            start = _latest(place * length - length + 1, after, today, grain)
            lines.append(f"{start.isoformat()[:7] if grain == 'month' else f'{start.year}-Q{place}'} = {figure}")
            after = start
        return "\n".join(reversed(lines))
    return ""


def _latest(month: int, before: dt.date | None, today: dt.date, grain: Cadence) -> dt.date:
    """The latest such period: over by ``today`` for the last of the list, earlier than the one after it for the others."""
    year = today.year + 1
    while True:
        start = dt.date(year, month, 1)
        if (
            (start < before)
            if before
            else (labels.ends(start, grain) <= today or start <= today < labels.ends(start, grain))
        ):
            return start
        year -= 1


def _grain(lead: str) -> Cadence:
    said = labels.bare(lead).casefold()
    for word, grain in _GRAINS:
        if word.search(said):
            return grain
    return "month"


def _bare(items: Sequence[str], grain: Cadence, today: dt.date) -> str:
    """The items as the last complete periods; empty unless all are figures alone."""
    if not items or not all(map(_is_figure, items)):
        return ""
    start, lines = labels.begins(today, grain), []
    for figure in reversed(items):
        start = labels.begins(start - dt.timedelta(days=1), grain)
        lines.append(f"{_named(start, grain)} = {figure}")
    return "\n".join(reversed(lines))


def _named(start: dt.date, grain: Cadence) -> str:
    if grain == "week":
        year, week, _ = start.isocalendar()
        return f"{year}-W{week:02d}"
    if grain == "quarter":
        return f"{start.year}-Q{(start.month + 2) // 3}"
    return str(start.year) if grain == "year" else start.isoformat()[:7]
