"""Ranges and targets against what came: every series forecast from each of its periods, seeing only what was before."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from coach.core import kpis
from coach.core.calibration import placing
from coach.core.model.calibration import Calibration
from coach.core.model.kpi import KpiPoint, KpiSeries
from coach.evals import cases
from coach.evals.cases import Series
from coach.evals.records import Record
from coach.evals.scorers import Mark, Marks, yes
from coach.evals.subjects import Subject
from coach.evals.suites.base import Item, Suite
from coach.evals.trace import Trace

AHEAD = (1, 3)
FIRST = 4
_STEP = 3
_LEVELS = (0.5, 0.8)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class Backtest(Suite):
    """One history an item, forecast one and three periods ahead."""

    name = "calibration"
    about = "Rolling-origin backtests: does the 80 % range hold what came, and do targets come as often as said."
    metrics = {
        "covered": "share of what came that the 80 % range held (0.8 is right)",
        "reached_half": "share of P50 targets that were reached (0.5 is right)",
        "reached_fifth": "share of ambitious targets (1 in 5) that were reached (0.2 is right)",
        "skill_last": "how much smaller the loss is than with the last stretch",
        "skill_mean": "how much smaller the loss is than with the mean plus 10 %",
        "says_when_short": "below the floor of data it says so",
        "monotone": "a higher target is never easier",
    }
    plain_counts = frozenset({"skill_last", "skill_mean"})
    reported = frozenset({"covered", "reached_half", "reached_fifth"})
    needs_dialogue = False
    pack = 2

    @cached_property
    def series(self) -> Mapping[str, Series]:
        """By id."""
        return {one.id: one for one in cases.series(self.folder)}

    def items(self) -> Sequence[Item]:
        """As Suite says."""
        return [Item(one.id, one.id, one.cluster, one.tags) for one in self.series.values()]

    async def play(self, item: Item, subject: Subject) -> tuple[Trace, str]:
        """As Suite says."""
        case = self.series[item.case]
        points = points_of(case)
        tries = [
            _try(case, points, origin, ahead)
            for ahead in AHEAD
            for origin in range(FIRST, len(points) - ahead + 1, 1 if self.full else _STEP)
        ]
        short = placing.calibrate(
            _series(case, points[: FIRST - 1]), start=points[FIRST - 1].start, end=_last(points[FIRST - 1])
        )
        return Trace(
            found={"tries": [one for one in tries if one], "short": not isinstance(short, Calibration)}
        ), case.about

    def marks(self, item: Item, trace: Trace) -> Marks:
        """As Suite says."""
        tries: list[dict[str, Any]] = trace.found["tries"]
        if not tries:
            return {"covered": Mark(None, "nothing could be forecast"), "says_when_short": yes(trace.found["short"])}
        lower = self._lower(item)
        return {
            "covered": Mark(_mean([one["covered"] for one in tries])),
            "reached_half": Mark(_mean([float(_reached(one, "half", lower)) for one in tries])),
            "reached_fifth": Mark(_mean([float(_reached(one, "fifth", lower)) for one in tries])),
            "skill_last": Mark(_skill(tries, "last")),
            "skill_mean": Mark(_skill(tries, "mean")),
            "says_when_short": yes(trace.found["short"], "it forecast from too little"),
            "monotone": yes(all(one["monotone"] for one in tries), "a higher target was easier"),
        }

    def altogether(self, records: Sequence[Record]) -> Mapping[str, float]:
        """Loss over all series at once, scaled by each one's mean, so that large series do not decide."""
        tries = [one for record in records if record.trace for one in record.trace.found["tries"]]
        if not tries:
            return {}
        return {f"overall_skill_{rule}": _skill(tries, rule) for rule in ("last", "mean")}

    def _lower(self, item: Item) -> bool:
        kpi = kpis.find(self.series[item.case].metric)
        return kpi is not None and kpi.better == "lower"


def points_of(case: Series) -> tuple[KpiPoint, ...]:
    """The case's periods, oldest first."""
    found = []
    for at, value in enumerate(case.values):
        of = case.cases[at] if case.cases else None
        start, end = _shift(case.start, case.grain, at), _shift(case.start, case.grain, at + 1)
        rate = value / of if of else None
        found.append(
            KpiPoint(
                start=start,
                end=end,
                value=rate if case.cases else value,
                numerator=value if case.cases else None,
                denominator=of,
            )
        )
    return tuple(found)


def _try(case: Series, points: Sequence[KpiPoint], origin: int, ahead: int) -> dict[str, Any] | None:
    """One forecast from ``origin`` periods, beside what came and what two rules of thumb would have said."""
    past, coming = points[:origin], points[origin : origin + ahead]
    found = placing.calibrate(_series(case, past), start=coming[0].start, end=_last(coming[-1]))
    if not isinstance(found, Calibration):
        return None
    came = _over(case, coming)
    scale = (
        abs(sum(_over(case, past[at : at + ahead]) for at in range(origin - ahead + 1)) / (origin - ahead + 1)) or 1.0
    )
    levels = [found.quantile(level / 10) for level in (1, 3, 5, 7, 9)]
    chances = [found.chance(level) for level in levels]
    lower = found.lower_is_better
    return {
        "came": came, "half": found.target(0.5), "fifth": found.target(0.2), "covered": float(levels[0] <= came <= levels[-1]),
        "loss": sum(_pinball(found.quantile(level), came, level) for level in _LEVELS) / scale,
        "last": sum(_pinball(_over(case, past[-ahead:]), came, level) for level in _LEVELS) / scale,
        "mean": sum(_pinball(1.1 * scale, came, level) for level in _LEVELS) / scale,
        "monotone": chances == sorted(chances, reverse=not lower),
    }  # fmt: skip


def _series(case: Series, points: Sequence[KpiPoint]) -> KpiSeries:
    return KpiSeries(metric=case.metric, unit=case.unit, grain=case.grain, points=tuple(points))


def _over(case: Series, points: Sequence[KpiPoint]) -> float:
    """What a stretch held: the sum, the share over all of it, or the last level."""
    if case.cases:
        return sum(point.numerator or 0 for point in points) / (sum(point.denominator or 0 for point in points) or 1)
    kpi = kpis.find(case.metric)
    values = [point.value or 0.0 for point in points]
    return sum(values) if kpi is None or kpi.adds_up == "sum" else values[-1]


def _pinball(said: float, came: float, level: float) -> float:
    gap = came - said
    return max(level * gap, (level - 1) * gap)


def _skill(tries: Sequence[Mapping[str, Any]], rule: str) -> float:
    theirs = sum(one[rule] for one in tries)
    return 1 - sum(one["loss"] for one in tries) / theirs if theirs else 0.0


def _reached(one: Mapping[str, Any], target: str, lower: bool) -> bool:
    return one["came"] <= one[target] if lower else one["came"] >= one[target]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _last(point: KpiPoint) -> dt.date:
    return point.end - dt.timedelta(days=1)


def _shift(start: dt.date, grain: str, periods: int) -> dt.date:
    if grain == "week":
        return start + dt.timedelta(weeks=periods)
    months = start.year * 12 + start.month - 1 + periods * _MONTHS[grain]
    return dt.date(months // 12, months % 12 + 1, 1)
