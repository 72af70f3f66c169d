"""Past figures, pasted or from a file, as a series: one period a line, in French or English, with or without a header.

``jan 2025;12``, ``2025-01,12``, ``T1 2025 ; 340 k€``, ``2026-W07<tab>9``, ``03/2025 : 24,5 %``; for a rate also
``mars 2025;4;22`` or ``mars 2025 : 4/22``: how many out of how many tells how far a rate may be believed.
"""

import csv
import datetime as dt
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from coach.core import kpis
from coach.core.calibration import labels
from coach.core.model.kpi import KpiPoint, KpiSeries
from coach.core.model.reading import Cadence
from coach.errors import BadInput

LONGEST = 100_000  # characters
MOST_PERIODS = 1000
_GRAINS: tuple[tuple[float, Cadence], ...] = ((4, "day"), (20, "week"), (60, "month"), (200, "quarter"))
_CURRENCIES = {"€": "EUR", "$": "USD", "£": "GBP"}
_MAGNITUDES = {"k": 1e3, "mille": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "millions": 1e6, "md": 1e9, "bn": 1e9}
_FIGURE = re.compile(
    r"(?P<before>[€$£]?)\s*(?P<sign>[-−+(]?)\s*(?P<digits>\d[\d .,']*)\)?\s*"
    r"(?P<power>(?:k|mille|thousand|millions?|md|bn|m)(?![a-z]))?\s*(?P<after>[€$£%]|eur|usd|gbp|chf|xof)?",
    re.IGNORECASE,
)
_ASKED = frozenset({"objectif", "cible", "quota", "plan", "target", "goal", "objective"})
_EMPTY = ("", "-", "–", "—", "n/a", "na", "nd", "n.d.")
_EXAMPLE = "Write one period a line, such as “2025-01 = 12” or “Q1 2025 = 340 k€”."


@dataclass(frozen=True, slots=True)
class _Figure:
    digits: str
    sign: int
    power: float
    unit: str | None  # "%", or a currency's code


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    label: labels.Label
    figures: tuple[_Figure, ...]
    target: _Figure | None = None  # what had been asked for the period


def read(text: str, *, metric: str, today: dt.date, unit: str | None = None, month_first: bool = False) -> KpiSeries:
    """The series that ``text`` holds, oldest first.

    Args:
        text: Pasted lines or a CSV's content.
        metric: Id of the KPI that the figures are of.
        today: A period that ends after it is incomplete.
        unit: ``count``, ``%``, ``points`` or a currency; left out, the figures' own sign or the KPI's usual one.
        month_first: 03/04/2025 is 4 March.

    Raises:
        BadInput: With the line and what to write there (``reason`` is one of ``history_*``).
    """
    lines = _lines(text, metric, month_first)
    grain = _grain(lines)
    kpi = kpis.find(metric)
    adds_up = kpi.adds_up if kpi else "sum"
    found = unit or _unit(lines, kpi)
    points = _points(lines, grain, today, found, adds_up)
    if adds_up == "sum":
        _refuse_gaps(points)
    return KpiSeries(
        metric=metric,
        unit=found,
        grain=grain,
        points=points,
        source="manual",
        data_date=min(today, points[-1].end - dt.timedelta(days=1)),
        currency=found if kpis.is_currency(found) else None,
    )


def _lines(text: str, metric: str, month_first: bool) -> list[_Line]:
    if len(text) > LONGEST:
        raise BadInput(f"The history is over {LONGEST:,} characters.", remedy=_EXAMPLE, reason="history_too_long")
    raw = [(n, line.strip()) for n, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1) if line.strip()]
    found, column, asked = [], None, None
    mark = _separator([line for _, line in raw])
    for place, (number, line) in enumerate(raw):
        label = labels.find(line.lstrip("\"' "), month_first=month_first)
        if label is None:
            if place == 0:
                column, asked = _column(_cells(line, mark), metric), _asked_column(_cells(line, mark))
                continue
            raise _wrong(number, line, "history_period", "begins with no period")
        cells = _figures_of(line, label, mark)
        target = None
        if asked is not None and asked < len(cells):
            target = _figure(cells[asked])
            cells = [cell for place, cell in enumerate(cells) if place != asked]
        if column is not None and column < len(cells):
            cells = [cells[column]]
        figures = _figures(cells, number, line, metric)
        if figures:
            found.append(_Line(number, label, figures, target))
    if not found:
        raise BadInput("No period and figure were found.", remedy=_EXAMPLE, reason="history_empty")
    if len(found) > MOST_PERIODS:
        raise BadInput(f"The history has over {MOST_PERIODS} periods.", remedy=_EXAMPLE, reason="history_too_long")
    return found


def _wrong(number: int, line: str, reason: str, what: str) -> BadInput:
    shown = line[:40]
    return BadInput(f"Line {number} (“{shown}”) {what}.", remedy=_EXAMPLE, reason=reason, line=number, text=shown)


def _separator(lines: Sequence[str]) -> str | None:
    """The mark between cells: a tab, semicolon or bar that most lines have; else the comma after a period."""
    for mark in "\t;|":
        if sum(mark in line for line in lines) * 2 > len(lines):
            return mark
    after = [line[label.stop :].lstrip("\"' ") for line in lines if (label := labels.find(line.lstrip("\"' ")))]
    return "," if after and sum(rest.startswith(",") for rest in after) * 2 > len(after) else None


def _cells(line: str, mark: str | None) -> list[str]:
    if mark is None:
        return [line]
    return [cell.strip() for cell in next(csv.reader([line], delimiter=mark, skipinitialspace=True))]


def _figures_of(line: str, label: labels.Label, mark: str | None) -> list[str]:
    """The cells after the period."""
    if mark is not None:
        return _cells(line, mark)[1:]
    return [line[label.stop :].strip(" :=,\t")]


def _column(header: list[str], metric: str) -> int | None:
    """Which figure's title is the KPI's own, among several; None when there is but one, or none is."""
    titles = [re.sub(r"[\W_]+", "_", labels.bare(cell).casefold()).strip("_") for cell in header[1:]]
    return titles.index(metric) if len(titles) > 1 and metric in titles else None


def _asked_column(header: list[str]) -> int | None:
    """Which column holds what had been asked ("objectif", "target"); None without one beside the figures."""
    titles = [labels.bare(cell).casefold().strip() for cell in header[1:]]
    found = [place for place, title in enumerate(titles) if title in _ASKED]
    return found[0] if found and len(titles) > 1 else None


def _figures(cells: Sequence[str], number: int, line: str, metric: str) -> tuple[_Figure, ...]:
    kept = [cell.strip() for cell in cells if cell.strip().casefold() not in _EMPTY]
    kpi = kpis.find(metric)
    most = 2 if kpi is not None and kpi.adds_up == "rate" else 1
    if most == 2 and len(kept) == 1:
        kept = re.split(r"\s*(?:/|\bsur\b|\bout of\b|\bof\b)\s*", kept[0])
    if len(kept) > most:
        raise _wrong(number, line, "history_columns", f"holds {len(kept)} figures where one is wanted")
    figures = [_figure(cell) for cell in kept]
    if any(figure is None for figure in figures):
        raise _wrong(number, line, "history_figure", "holds no figure that can be read")
    return tuple(figure for figure in figures if figure is not None)


def _figure(cell: str) -> _Figure | None:
    """One figure; words around it ("12 rdv") are let be, a second figure is not."""
    text = labels.bare(cell)
    found = _FIGURE.search(text)
    if found is None or re.search(r"\d", text[found.end() :]) or re.search(r"\d", text[: found.start()]):
        return None
    sign = (found["after"] or found["before"] or "").upper()
    return _Figure(
        digits=found["digits"].strip(" .,'").replace(" ", "").replace("'", ""),
        sign=-1 if found["sign"] in ("-", "−", "(") and found["sign"] else 1,
        power=_MAGNITUDES[found["power"].casefold()] if found["power"] else 1.0,
        unit=_CURRENCIES.get(sign, sign) or None,
    )


def _grain(lines: Sequence[_Line]) -> Cadence:
    """The periods' length: the one all labels tell, or the usual distance between days."""
    told = {line.label.grain for line in lines}
    if len(told) > 1:
        raise BadInput(
            "The periods are not all of one length.",
            remedy="Give months, or quarters, or weeks, but not a mixture.",
            reason="history_mixed",
        )
    if len(lines) > 2 and all(line.label.half for line in lines):
        raise BadInput("Half-years are too long.", remedy="Give the quarters or months.", reason="history_half_years")
    grain = lines[0].label.grain
    if grain is not None:
        return grain
    starts = sorted(line.label.start for line in lines)
    if len(starts) < 2:
        return "month"
    usual = statistics.median((later - sooner).days for sooner, later in pairwise(starts))
    for most, name in _GRAINS:
        if usual < most:
            return name
    return "year"


def _unit(lines: Sequence[_Line], kpi: kpis.Kpi | None) -> str:
    written = {figure.unit for line in lines for figure in line.figures if figure.unit}
    if len(written) > 1:
        raise BadInput(
            f"The figures are in several units: {', '.join(sorted(written))}.",
            remedy="Give them all in one.",
            reason="history_units",
        )
    own = next(iter(written), None)
    usual = {"money": own or "EUR", "rate": "%", "score": "points", "count": own or "count"}
    return usual[kpi.unit] if kpi and kpi.id != "other" else own or "count"


def _points(
    lines: Sequence[_Line], grain: Cadence, today: dt.date, unit: str, adds_up: kpis.AddsUp
) -> tuple[KpiPoint, ...]:
    decimal = _decimal([figure.digits for line in lines for figure in line.figures])
    pairs = adds_up == "rate" and all(len(line.figures) == 2 for line in lines)
    values = {line.number: [_value(figure, decimal) for figure in line.figures] for line in lines}
    hundredths = unit == "%" and not pairs and any(
        figure.unit == "%" or value > 1
        for line in lines
        for figure, value in zip(line.figures, values[line.number], strict=True)
    )  # fmt: skip
    found: dict[dt.date, KpiPoint] = {}
    for line in lines:
        start = labels.begins(line.label.start, grain)
        if start in found:
            raise _wrong(line.number, start.isoformat(), "history_twice", "is a period that came before")
        if len(line.figures) == 2 and not pairs:
            raise _wrong(line.number, start.isoformat(), "history_columns", "holds two figures, the others one")
        asked = None if line.target is None else _value(line.target, decimal)
        found[start] = _point(line, start, grain, values[line.number], today, 100 if hundredths else 1, asked)
    return tuple(found[start] for start in sorted(found))


def _point(
    line: _Line,
    start: dt.date,
    grain: Cadence,
    values: Sequence[float],
    today: dt.date,
    divided_by: int,
    asked: float | None = None,
) -> KpiPoint:
    end = labels.ends(start, grain)
    if len(values) == 1:
        target = None if asked is None else asked / divided_by
        return KpiPoint(start=start, end=end, value=values[0] / divided_by, complete=end <= today, target=target)
    won, of = values
    if won < 0 or of < won:
        raise _wrong(line.number, f"{won:g} / {of:g}", "history_ratio", "is no part of a whole")
    value = won / of if of else None
    return KpiPoint(start=start, end=end, value=value, numerator=won, denominator=of, complete=end <= today)


def _decimal(column: Sequence[str]) -> str | None:
    """The decimal mark that the column agrees on; None when marks only ever part thousands."""
    for digits in column:
        found = re.fullmatch(r"(.*)([.,])(\d+)", digits)
        if found is None or found[2] in found[1]:
            continue
        if re.search(r"[.,]", found[1]) or len(found[3]) != 3 or found[1] in ("0", ""):
            return found[2]
    return None


def _value(figure: _Figure, decimal: str | None) -> float:
    digits = figure.digits
    whole, _, rest = digits.partition(decimal) if decimal else (digits, "", "")
    if not re.fullmatch(r"\d+|\d{1,3}([.,]\d{3})+", whole or "0") or not re.fullmatch(r"\d*", rest):
        raise BadInput(f"“{digits[:40]}” is no figure.", remedy=_EXAMPLE, reason="history_number", text=digits[:40])
    digits = re.sub(r"[.,]", "", whole or "0") + (f".{rest}" if rest else "")
    return figure.sign * figure.power * float(digits)


def _refuse_gaps(points: Sequence[KpiPoint]) -> None:
    for before, after in pairwise(points):
        if before.end < after.start:
            raise BadInput(
                f"No figure is given for the period that begins on {before.end}.",
                remedy="Add it, with 0 if nothing happened.",
                reason="history_gap",
                day=before.end,
            )


def figure(text: str) -> tuple[float, bool]:
    """One figure as typed ("340 k€", "24,5 %"), and whether it is a percentage.

    Raises:
        BadInput: There is none, or there are several (``history_number``).
    """
    found = _figure(text)
    if found is None:
        raise BadInput(f"“{text[:40]}” is no figure.", remedy=_EXAMPLE, reason="history_number", text=text[:40])
    return _value(found, _decimal([found.digits])), found.unit == "%"
