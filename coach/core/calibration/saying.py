"""A calibration in sentences: codes and parameters, worded by the catalogues' ``calibration.*`` messages."""

import datetime as dt
import math
from collections.abc import Iterator
from typing import Any

from coach.core.model.calibration import Calibrated, Calibration, Comparable, NotEnoughHistory, Placed
from coach.core.model.kpi import KpiSeries

Said = tuple[str, str, dict[str, Any]]
"""What it is about ("range", "chance", …), the message's key, and its parameters."""

PRUDENT, BALANCED, AMBITIOUS = 0.8, 0.5, 0.2
"""Chances, on current form, of the three targets that are offered."""


def told(found: Calibration | NotEnoughHistory, placed: Placed | None = None) -> tuple[Said, ...]:
    """One sentence each: the range, the chance, the three targets, growth, where it comes from; or what is needed."""
    if isinstance(found, NotEnoughHistory):
        return (_needed(found),)
    return tuple(_told(found, placed))


_READ_BACK = 12  # figures told back, the latest


def read_back(series: KpiSeries) -> dict[str, Any]:
    """A series that was given, as the parameters of the sentence that tells it back before it is believed."""
    points = series.points[-_READ_BACK:]
    figures = [{"share": round(p.value, 3)} if series.unit == "%" else {"amount": p.value, "unit": series.unit}
               for p in points if p.value is not None]  # fmt: skip
    return {
        "n": len(series.points),
        "periods_word": {"key": f"source.periods.{series.grain}"},
        "metric": {"key": f"metric.{series.metric}", "n": 2},
        "first": series.points[0].start,
        "last": series.points[-1].end - dt.timedelta(days=1),
        "figures": {"all": figures},
    }


def supposed(value: Calibrated) -> Iterator[Said]:
    """What a what-if says beside its calibration: the people, the time there is, the activity it asks for."""
    if value.calibration is not None and value.middle_before is not None and value.calibration.adds_up:
        middle = _level(value.calibration.quantile(0.5), value.calibration)
        before = _level(value.middle_before, value.calibration)
        people = {"people": value.people, "people_before": value.people_before}
        yield "people", "whatif.people", {**people, "middle": middle, "before": before}
    time = value.capacity
    if time is not None:
        days = {
            "days": time.working_days,
            "full_time": round(time.full_time, 1),
            "person_days": round(time.person_days),
        }
        yield "capacity", "whatif.capacity" if time.holidays_known else "whatif.capacity_weekends", days
    for number, step in enumerate(value.activities[1:], start=1):
        likely = {"amount": _rounded(step.likely), "unit": "count", "metric": step.metric}
        told = {"low": _rounded(step.low), "safe": _rounded(step.safe), "week": _weekly(step.person_week)}
        yield f"step_{number}", "whatif.step", {"likely": likely, **told}
    for metric, now in value.now.items():
        asked = next((step.person_week for step in value.activities if step.metric == metric), None)
        if asked is not None and now > 0:
            named = {"key": f"metric.{metric}", "n": 2}
            yield "pace", "whatif.pace", {"asked": _weekly(asked), "now": _weekly(now), "metric": named}


def _weekly(value: float) -> float:
    """A weekly figure: one decimal below ten, where two and a half is not two."""
    return round(value, 1) if value < 10 else _rounded(value)


def with_other_people(said: Said) -> Said:
    """A sentence that says "if nothing changes", for a what-if where the people do."""
    about, key, params = said
    return (about, key.replace("calibration.", "whatif."), params) if about in ("range", "chance") else said


def _needed(short: NotEnoughHistory) -> Said:
    if short.periods >= short.needed and short.events_needed is not None:
        return "needed", "calibration.needed.events", {"known": short.events, "needed": short.events_needed}
    return "needed", f"calibration.needed.{short.grain}", {"known": short.periods, "needed": short.needed}


def _told(found: Calibration, placed: Placed | None) -> Iterator[Said]:
    horizon = {"start": found.start, "end": found.end}
    low, high = found.quantile(0.1), found.quantile(0.9)
    figures = {
        "low": _level(low, found),
        "high": _level(high, found, named=True),
        "middle": _level(found.quantile(0.5), found),
    }
    yield "range", "calibration.range", {**horizon, **figures}
    if placed is not None:
        yield from _chance(found, placed)
    chances = {"prudent": PRUDENT, "balanced": BALANCED, "ambitious": AMBITIOUS}
    yield "targets", "calibration.targets", {name: _level(found.target(p), found) for name, p in chances.items()}
    if placed is not None:
        yield from _growth(found, placed)
    yield (
        "sample",
        f"calibration.sample.{found.grain}",
        {"n": found.periods, "first": found.first, "day": found.data_date or found.history[-1].end},
    )
    for caveat in found.caveats:
        if caveat in ("season_unseen", "steadied_by_team"):
            yield caveat, f"calibration.caveat.{caveat}", {}


def _chance(found: Calibration, placed: Placed) -> Iterator[Said]:
    way = "lower" if found.lower_is_better else "higher"
    params = {"target": _level(placed.level, found, named=True), "chance": {"share": placed.probability}}
    yield "chance", f"calibration.chance.{way}", params


def _growth(found: Calibration, placed: Placed) -> Iterator[Said]:
    past: dict[str, Comparable] = {one.kind: one for one in found.comparable}
    for kind in ("last", "year_ago"):
        one = past.get(kind)
        if one is None:
            continue
        past_level = one.value * found.beside(one)
        before = {"before": _level(past_level, found), "start": one.start, "end": one.end - dt.timedelta(days=1)}
        if found.unit in ("%", "points"):
            gap = (placed.level - past_level) * (100 if found.unit == "%" else 1)
            yield kind, f"calibration.gap.{kind}", {**before, "gap": round(gap, 1)}
        elif past_level > 0:
            asked = {"share": placed.level / past_level - 1, "signed": True}
            asked["share"] = round(float(asked["share"]), 2)
            yield kind, f"calibration.growth.{kind}", {**before, "asked": asked}


def _level(value: float, found: Calibration, *, named: bool = False) -> dict[str, Any]:
    """A figure as people say it: three significant digits, ratios as percentages, the indicator's name once."""
    if found.unit == "%":
        return {"share": round(value, 3)}
    return {"amount": _rounded(value), "unit": found.unit, "metric": found.metric if named else None}


def plain(value: float) -> float:
    """A figure that is not estimated, without false cents: whole from ten on, one decimal below."""
    return round(value, 1) if abs(value) < 10 else float(round(value))


def _rounded(value: float) -> float:
    if abs(value) < 1:
        return round(value, 1)
    digits = max(0, math.floor(math.log10(abs(value))) - 2)
    return float(round(value / 10**digits) * 10**digits)
