"""KPI series on the page: the last figure, a chart drawn here as SVG, and what every value rests on."""

import datetime as dt
import math
from dataclasses import dataclass

from babel.dates import format_date
from babel.numbers import format_compact_decimal

from coach.core import kpis, rendering
from coach.core.model.kpi import KpiPoint, KpiSeries, Subject
from coach.service.kpis import History
from coach.web.texts import Translate, known, metric
from coach.web.views.connections import TONES, capital

METHODS = {"exact": "pass", "proxy": "warn", "manual": ""}
WIDE, NARROW = (720, 200, 36), (340, 170, 12)
LEFT, RIGHT, TOP, BOTTOM = 52, 20, 12, 26


@dataclass(frozen=True)
class Bar:
    """One period drawn: a column from the base line, or None where nothing is known."""

    x: float
    y: float
    width: float
    height: float
    title: str
    complete: bool


@dataclass(frozen=True)
class Chart:
    """A chart's geometry, in its own pixels."""

    width: int
    height: int
    base: float
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    labels: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class PointView:
    """One period, and what its value rests on."""

    period: str
    value: str
    fraction: str
    n: str
    coverage: str
    complete: bool


@dataclass(frozen=True)
class KpiView:
    """A KPI, ready to show."""

    metric: str
    name: str
    last: str
    last_period: str
    change: str
    change_tone: str
    method: str
    method_tone: str
    source: str
    until: str
    stale: bool
    synthetic: bool
    tone: str
    caveats: tuple[str, ...]
    spark: str
    wide: Chart
    narrow: Chart
    points: tuple[PointView, ...]


def kpi(found: History, t: Translate, language: str) -> KpiView:
    """See :class:`KpiView`."""
    series = found.series
    whole = [point for point in series.points if point.complete and point.value is not None]
    last = whole[-1] if whole else None
    change, tone = _change(series, whole, t, language)
    return KpiView(
        metric=series.metric,
        name=capital(metric(series.metric, language)),
        last=figure(last.value, series, language) if last else t("kpis.unknown"),
        last_period=period(last, series, language) if last else "",
        change=change,
        change_tone=tone,
        method=t(f"kpis.method.{series.method}"),
        method_tone=METHODS[series.method],
        source=found.label or t("kpis.typed"),
        until=t("kpis.until", day=rendering.day(series.data_date, language)) if series.data_date else "",
        stale=found.age_days is not None and found.age_days > 7,
        synthetic=found.synthetic,
        tone=TONES[found.state] if found.state else "",
        caveats=tuple(known(language, f"caveat.{code}") or code for code in series.caveats),
        spark=_spark(series.points[-24:]),
        wide=chart(series, language, *WIDE),
        narrow=chart(series, language, *NARROW),
        points=tuple(_point(point, series, language) for point in reversed(series.points)),
    )


def subjects(found: tuple[Subject, ...], t: Translate) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """(kind, its name, [(ref, label)]) of those whose figures there are, for a menu."""
    kinds = {"team": "team", "person": "member", "pipeline": "pipeline", "segment": "segment"}
    return [
        (name, t(f"kpis.subject.{name}"), [(one.ref, one.label or one.ref) for one in found if one.kind == kind])
        for kind, name in kinds.items()
        if any(one.kind == kind for one in found)
    ]


def figure(value: float | None, series: KpiSeries, language: str) -> str:
    """A value of the series as people write it."""
    if value is None:
        return "–"
    definition = kpis.find(series.metric)
    if definition is not None and definition.unit == "rate":
        return rendering.percent(round(value * 100, 1), language)
    if series.currency or (definition is not None and definition.unit == "money"):
        return rendering.amount(round(value), series.currency or series.unit, language)
    return rendering.number(value, language, decimals=1)


def period(point: KpiPoint, series: KpiSeries, language: str) -> str:
    """The period's name: "janv. 2026", "T1 2026", a week by its Monday."""
    return _period(point.start, series.grain, language)


def _period(start: dt.date, grain: str, language: str) -> str:
    pattern = {"year": "y", "quarter": "QQQ y", "month": "MMM y", "week": "d MMM y", "day": "d MMM y"}[grain]
    return format_date(start, pattern, locale=language)


def _point(point: KpiPoint, series: KpiSeries, language: str) -> PointView:
    fraction = ""
    if point.numerator is not None and point.denominator is not None:
        parts = (rendering.number(each, language, decimals=0) for each in (point.numerator, point.denominator))
        fraction = " / ".join(parts)
    return PointView(
        period=period(point, series, language),
        value=figure(point.value, series, language),
        fraction=fraction,
        n="" if point.n is None else rendering.number(point.n, language),
        coverage="" if point.coverage is None else rendering.percent(round(point.coverage * 100), language),
        complete=point.complete,
    )


def _change(series: KpiSeries, whole: list[KpiPoint], t: Translate, language: str) -> tuple[str, str]:
    """Against the same period a year before, and which way that is; nothing without one."""
    if not whole or whole[-1].value is None:
        return "", ""
    last = whole[-1]
    before = next((p for p in whole if (p.start.year + 1, p.start.month, p.start.day) == (last.start.year, last.start.month, last.start.day)), None)  # fmt: skip  # noqa: E501
    if before is None or not before.value:
        return "", ""
    definition = kpis.find(series.metric)
    if definition is not None and definition.unit == "rate":
        moved = (last.value - before.value) * 100 if last.value is not None else 0.0
        shown = t("kpis.points", points=_signed(round(moved, 1), language))
    else:
        moved = (last.value / before.value - 1) * 100 if last.value is not None else 0.0
        shown = _signed(round(moved), language, percent=True)
    better = (moved > 0) == (definition is None or definition.better == "higher")
    return t("kpis.year", change=shown), "" if round(moved, 1) == 0 else "up" if better else "down"


def _signed(value: float, language: str, *, percent: bool = False) -> str:
    shown = rendering.percent(abs(value), language) if percent else rendering.number(abs(value), language)
    return f"{'−' if value < 0 else '+'}{shown}"


# -- drawing ----------------------------------------------------------------------------------------------------------


def chart(series: KpiSeries, language: str, width: int, height: int, most: int) -> Chart:
    """Columns of the last ``most`` periods. Counts have whole ticks; a negative value hangs under the base line."""
    points = series.points[-most:]
    values = [point.value for point in points if point.value is not None]
    low, high = min(0.0, *values, 0.0), max(0.0, *values, 0.0)
    step = _step((high - low) or 1.0, whole=_is_count(series))
    low, high = math.floor(low / step) * step, math.ceil(high / step) * step or step
    room, depth = width - LEFT - RIGHT, height - TOP - BOTTOM

    def y(value: float) -> float:
        return round(TOP + depth * (1 - (value - low) / (high - low)), 1)

    slot = room / max(1, len(points))
    bars = tuple(
        Bar(
            x=round(LEFT + place * slot + slot * 0.14, 1),
            y=y(max(0.0, point.value)),
            width=round(slot * 0.72, 1),
            height=max(1.0, round(abs(y(point.value) - y(0)), 1)),
            title=f"{period(point, series, language)} : {figure(point.value, series, language)}",
            complete=point.complete,
        )
        for place, point in enumerate(points)
        if point.value is not None
    )
    count = round((high - low) / step)
    ticks = tuple((y(low + n * step), _tick(low + n * step, series, language)) for n in range(count + 1))
    every = max(1, math.ceil(len(points) / (width / 90)))
    labels = tuple(
        (round(LEFT + (place + 0.5) * slot, 1), _short(point.start, series.grain, language))
        for place, point in enumerate(points)
        if (len(points) - 1 - place) % every == 0
    )
    return Chart(width, height, y(0), bars, ticks, labels)


def _step(span: float, *, whole: bool) -> float:
    """A round distance between ticks: three to five of them."""
    rough = span / 4
    power = 10 ** math.floor(math.log10(rough)) if rough > 0 else 1
    step = next(power * each for each in (1, 2, 2.5, 5, 10) if power * each >= rough)
    return max(1.0, math.ceil(step)) if whole else step


def _is_count(series: KpiSeries) -> bool:
    definition = kpis.find(series.metric)
    return definition is None or definition.unit in ("count", "money", "score")


def _tick(value: float, series: KpiSeries, language: str) -> str:
    definition = kpis.find(series.metric)
    if definition is not None and definition.unit == "rate":
        return rendering.percent(round(value * 100, 1), language)
    return rendering.typography(format_compact_decimal(value, locale=language, fraction_digits=1), language)


def _short(start: dt.date, grain: str, language: str) -> str:
    pattern = {"year": "y", "quarter": "QQQ yy", "month": "MMM yy", "week": "d MMM", "day": "d MMM"}[grain]
    return format_date(start, pattern, locale=language)


def _spark(points: tuple[KpiPoint, ...]) -> str:
    """The points of a small line, 120 by 32."""
    known_points = [
        (place, point.value) for place, point in enumerate(points) if point.value is not None and point.complete
    ]
    if len(known_points) < 2:
        return ""
    values = [value for _, value in known_points]
    low, high = min(values), max(values)
    span, last = (high - low) or 1.0, max(1, len(points) - 1)
    return " ".join(
        f"{round(2 + 116 * place / last, 1)},{round(29 - 26 * (value - low) / span, 1)}"
        for place, value in known_points
    )
