"""From past figures and a target to the answer every shell shows."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from coach.core.calibration import funnel, judging, placing, saying, whatif
from coach.core.model.calibration import Activity, Calibrated, Calibration, NotEnoughHistory, Placed, TimeThereIs
from coach.core.model.kpi import KpiSeries
from coach.errors import BadInput

LARGEST = 1e15

Answer = tuple[Calibration | NotEnoughHistory, Placed | None, tuple[saying.Said, ...]]


@dataclass(frozen=True, slots=True)
class Means:
    """People and time of a what-if; see :func:`whatif.what_if`."""

    headcount: int | None = None
    headcount_before: int | None = None
    ramping: int = 0
    ramp_share: float = 0.5
    country: str = "FR"
    taken: float = 0.0
    days_off: float = 0.0

    def told(self) -> dict[str, Any]:
        """The same, by name."""
        return asdict(self)


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
    refuse(series, start, end)
    found = placing.calibrate(series, start=start, end=end)
    placed = placing.place(found, target) if isinstance(found, Calibration) and target is not None else None
    return found, placed, saying.told(found, placed)


def suppose(
    series: KpiSeries,
    target: float,
    *,
    start: dt.date,
    end: dt.date,
    means: Means = Means(),  # frozen
    rates: Sequence[funnel.Rate] = (),
    deal: funnel.DealSize | None = None,
) -> Calibrated:
    """The same answer with other people or rates: the target placed, the time there is, the activity it asks for.

    Its sentences are left to word: see :func:`told`.

    Raises:
        BadInput: As :func:`answer`; or people, shares or rates make no sense (``history_means``).
    """
    refuse(series, start, end)
    if target <= 0:
        raise BadInput("A target above zero is needed.", remedy="Give what is to be reached.", reason="history_target")
    try:
        found = whatif.what_if(series, target, start=start, end=end, rates=rates, deal=deal, **means.told())
    except ValueError as error:
        raise BadInput(
            f"That makes no sense: {error}.", remedy="Check people, shares and rates.", reason="history_means"
        ) from None
    if isinstance(found, NotEnoughHistory):
        return Calibrated.of(found, None)
    return Calibrated.of(found.placed.calibration, found.placed).model_copy(
        update={
            "capacity": found.capacity and TimeThereIs(**asdict(found.capacity)),
            "activities": tuple(Activity(**asdict(step)) for step in found.steps),
            "people": found.headcount,
            "people_before": found.headcount_before,
            "middle_before": found.middle_before,
            "now": dict(found.now),
        }
    )


def refuse(series: KpiSeries, start: dt.date, end: dt.date) -> None:
    """BadInput when a history or a horizon makes no sense; see :func:`answer`."""
    if end < start:
        raise BadInput("The horizon ends before it starts.", remedy="Give a later day.", reason="history_horizon")
    if judging.horizon_is_too_far(start, end, series):
        raise BadInput(
            f"{end} is too far for a history by {series.grain}.",
            remedy="Choose a nearer day, or give longer periods.",
            reason="history_far",
        )
    _refuse_nonsense(series)


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
