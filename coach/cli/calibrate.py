"""``coach calibrate``: past figures and a target to a range and a chance, in a terminal or as JSON."""

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from coach.errors import BadInput

if TYPE_CHECKING:
    from coach.core.model.calibration import Calibrated, Calibration, TargetPlace
    from coach.core.model.kpi import KpiSeries
    from coach.wording import Catalogue

AT_MOST = 400_000  # bytes of a history
_BARS = "▁▂▃▄▅▆▇█"
_WIDTH = 44
_LAST_SHOWN = 36  # periods


def run(
    source: Path,
    *,
    metric: str,
    target: str | None,
    by: str,
    start: dt.date,
    language: str,
    today: dt.date,
    as_json: bool,
) -> None:
    """Show what the indicator may be from ``start`` to ``by``, and where ``target`` stands.

    Raises:
        BadInput: The file, a figure or a day cannot be read.
    """
    from coach.core.calibration.answer import answer
    from coach.core.model.calibration import Calibrated
    from coach.wording import catalogue, word

    series = read_history(source, metric=metric, today=today)
    aimed = None if target is None else level(target, series.unit)
    found, placed, _ = answer(series, start=start, end=day(by), target=aimed)
    answered = word(Calibrated.of(found, placed), language)
    if as_json:
        sys.stdout.buffer.write(answered.model_dump_json().encode("utf-8") + b"\n")
        return
    show_answer(answered, catalogue(language))


def read_history(source: Path, *, metric: str, today: dt.date) -> "KpiSeries":
    """The series of a file; ``-`` is the pipe.

    Raises:
        BadInput: There is no such file or indicator, it is too large, or its lines cannot be read.
    """
    from coach.core import kpis
    from coach.core.calibration import pasting

    if kpis.find(metric) is None:
        raise BadInput(f"{metric} is no indicator of the catalogue.", remedy=f"Choose one of: {', '.join(kpis.KPIS)}.")
    return pasting.read(past_text(source), metric=metric, today=today)


def past_text(source: Path) -> str:
    """What a file of past figures holds; ``-`` is the pipe.

    Raises:
        BadInput: There is no such file, or it is too large.
    """
    try:
        if str(source) == "-":
            raw = sys.stdin.buffer.read(AT_MOST + 1)
        else:
            with source.open("rb") as file:
                raw = file.read(AT_MOST + 1)
    except OSError as error:
        raise BadInput(f"Cannot read {source} ({error.strerror}).", remedy="Check the path.") from None
    if len(raw) > AT_MOST:
        raise BadInput(f"{source} is larger than {AT_MOST:,} bytes.", remedy="Keep the last three years.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")  # as older spreadsheets write


def level(text: str, unit: str) -> float:
    """The target as typed, in the series' unit: "25 %" and "25" are 0.25 of a rate."""
    from coach.core.calibration import history

    value, percent = history.figure(text)
    return value / 100 if unit == "%" and (percent or value > 1) else value


def day(text: str) -> dt.date:
    """A day as typed; BadInput unless it is ISO."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"--by {text} is not a day.", remedy="Write it as 2026-06-30.") from None


def show_answer(answered: "Calibrated", words: "Catalogue") -> None:
    """Each sentence, and the chart after the range."""
    from coach.cli.show import console, say

    for about, sentence in answered.sentences.items():
        say(sentence)
        if about == "range" and answered.calibration is not None:
            for line in chart(answered.calibration, answered.placed, words):
                console.print(f"  {line}", markup=False)
    console.print()


def chart(found: "Calibration", placed: "TargetPlace | None", words: "Catalogue") -> tuple[str, ...]:
    """The history as bars, then P10 to P90 on a line with the middle (┃) and the target (▲) on it."""
    past = [point.value or 0.0 for point in found.history[-_LAST_SHOWN:]]
    low, high = min(past), max(past)
    bars = "".join(
        _BARS[int((value - min(0.0, low)) / ((high - min(0.0, low)) or 1) * (len(_BARS) - 1))] for value in past
    )
    names = words.gettext("calibration.history"), words.gettext("calibration.chart")
    width = max(map(len, names))
    lines = [f"{names[0]:<{width}}  {bars}", f"{names[1]:<{width}}  {_range(found, None)}"]
    if placed is not None:
        lines.append(f"{'':<{width}}  {_range(found, placed.level)}")
    return tuple(lines)


def _range(found: "Calibration", target: float | None) -> str:
    p10, p50, p90 = found.quantile(0.1), found.quantile(0.5), found.quantile(0.9)
    left, right = min(found.quantiles[0], p10), max(found.quantiles[-1], p90)
    span = (right - left) or 1.0

    def place(value: float) -> int:
        return min(_WIDTH - 1, max(0, round((value - left) / span * (_WIDTH - 1))))

    if target is not None:
        sign = "▲" if left <= target <= right else "▶" if target > right else "◀"
        return " " * place(target) + sign
    line = ["·"] * _WIDTH
    line[place(p10) : place(p90) + 1] = "─" * (place(p90) - place(p10) + 1)
    line[place(p10)], line[place(p90)] = "├", "┤"
    line[place(p50)] = "┃"
    return "".join(line)
