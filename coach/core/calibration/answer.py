"""From past figures and a target to the answer every shell shows."""

import datetime as dt

from coach.core.calibration import judging, placing, saying
from coach.core.model.calibration import Calibration, NotEnoughHistory, Placed
from coach.core.model.kpi import KpiSeries
from coach.errors import BadInput

LARGEST = 1e15

Answer = tuple[Calibration | NotEnoughHistory, Placed | None, tuple[saying.Said, ...]]


def answer(series: KpiSeries, *, start: dt.date, end: dt.date, target: float | None = None) -> Answer:
    """The calibration from ``start`` to ``end``, ``target`` placed in it, and both in sentences to word.

    Args:
        series: Past periods, oldest first.
        start: First day of the horizon.
        end: Last day of the horizon.
        target: Over the whole horizon, in the series' unit (a rate as 0-1).

    Raises:
        BadInput: The horizon ends before it starts or is too far for periods this short, or the periods overlap
            or hold no figures (``reason`` is ``history_horizon``, ``history_far``, ``history_order``…).
    """
    if end < start:
        raise BadInput("The horizon ends before it starts.", remedy="Give a later day.", reason="history_horizon")
    if judging.horizon_is_too_far(start, end, series):
        raise BadInput(
            f"{end} is too far for a history by {series.grain}.",
            remedy="Choose a nearer day, or give longer periods.",
            reason="history_far",
        )
    _refuse_nonsense(series)
    found = placing.calibrate(series, start=start, end=end)
    placed = placing.place(found, target) if isinstance(found, Calibration) and target is not None else None
    return found, placed, saying.told(found, placed)


def _refuse_nonsense(series: KpiSeries) -> None:
    for before, after in zip(series.points, series.points[1:], strict=False):
        if after.start < before.end:
            raise BadInput("The periods are not in order.", remedy="Oldest first, none twice.", reason="history_order")
    written = [n for p in series.points for n in (p.value, p.numerator, p.denominator) if n is not None]
    large = next((n for n in written if abs(n) > LARGEST), None)
    if large is not None:
        raise BadInput(f"{large:g} is too large.", remedy="Check it.", reason="history_number", text=f"{large:g}")
    for number, point in enumerate(series.points, start=1):
        won, of = point.numerator or 0, point.denominator or 0
        if point.denominator is not None and not 0 <= won <= of:
            raise BadInput(
                f"{won:g} out of {of:g} is no part of a whole.",
                remedy="Write how many out of how many.",
                reason="history_ratio",
                line=number,
                text=f"{won:g} / {of:g}",
            )
    if any(point.end <= point.start for point in series.points):
        raise BadInput(
            "A period ends before it starts.", remedy="Give its end after its start.", reason="history_order"
        )
