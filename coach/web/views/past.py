"""What the past says of a goal's figure: its sentences, its chart, the numbers behind it, and what if."""

import datetime as dt
from dataclasses import dataclass

from babel.dates import format_date

from coach.core import rendering
from coach.core.calibration import labels
from coach.core.model import Turn
from coach.core.model.calibration import Calibrated, Calibration
from coach.core.model.kpi import KpiPoint, KpiSeries
from coach.errors import BadInput
from coach.service.charts import Label, Line, Picture
from coach.web.texts import Translate, metric
from coach.wording import catalogue

WIDTHS = (360, 640)
_SHOWN = 24  # past periods on the chart
_HEIGHT, _TOP, _BOTTOM, _LEFT, _RIGHT = 190, 16.0, 26.0, 44.0, 12.0
_ORDER = (
    "needed",
    "range",
    "chance",
    "people",
    "targets",
    "last",
    "year_ago",
    "season_unseen",
    "steadied_by_team",
    "sample",
)


@dataclass(frozen=True)
class PastView:
    """The panel of past figures. ``known``: whether some were given; ``preview``: what was read, before it is used."""

    known: bool
    metric: str
    sentences: tuple[str, ...] = ()
    charts: tuple[Picture, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    origin: str = ""
    placeable: bool = False  # whether a what-if can be asked
    preview: tuple[tuple[str, str], ...] = ()
    typed: str = ""
    problem: str = ""


def panel(turn: Turn, t: Translate, language: str) -> PastView:
    """The panel of a worded turn."""
    goal = turn.assessment.reading.first if turn.assessment else None
    name = metric(goal.metric, language) if goal is not None and goal.metric else ""
    found = turn.calibrated
    if found is None:
        return PastView(known=False, metric=name)
    known = found.calibration
    return PastView(
        known=True,
        metric=name,
        sentences=sentences(found),
        charts=charts(found, t, language),
        rows=rows(known.history, known.unit, known.grain, language) if known else (),
        origin=known.source if known else "",
        placeable=known is not None,
    )


def sentences(found: Calibrated) -> tuple[str, ...]:
    """What it says, the most telling first."""
    told = found.sentences
    steps = [about for about in told if about not in _ORDER]
    return tuple(told[about] for about in (*_ORDER[:5], *steps, *_ORDER[5:]) if about in told)


def refused(error: BadInput, language: str) -> str:
    """Why figures or means were refused, and what to write instead."""
    words, reason = catalogue(language), str(error.details.get("reason", ""))
    said = words.find(f"error.reason.{reason}", **error.details)
    remedy = words.find(f"error.reason.{reason}_detail", **error.details)
    return " ".join(filter(None, (said, remedy))) or str(error)


def rows(points: tuple[KpiPoint, ...], unit: str, grain: str, language: str) -> tuple[tuple[str, str], ...]:
    """Each period and its figure, the latest first."""
    return tuple((period(point, grain, language), _figure(point.value, unit, language)) for point in reversed(points))


def read_rows(series: KpiSeries, language: str) -> tuple[tuple[str, str], ...]:
    """A series that was read, to be looked at before it is used."""
    return rows(series.points, series.unit, series.grain, language)


def period(point: KpiPoint, grain: str, language: str) -> str:
    """The name of a period: "mars 2025", "Q1 2025", "10 March 2025"."""
    if grain == "month":
        return format_date(point.start, "LLLL y", locale=language)
    if grain == "quarter":
        return format_date(point.start, "QQQ y", locale=language)
    return str(point.start.year) if grain == "year" else rendering.day(point.start, language)


def _figure(value: float | None, unit: str, language: str) -> str:
    if value is None:
        return "–"
    if unit == "%":
        return rendering.percent(round(value * 100, 1), language)
    return rendering.amount(round(value, 1) if abs(value) < 100 else round(value), unit, language)


# -- the chart --------------------------------------------------------------------------------------------------------


def charts(found: Calibrated, t: Translate, language: str) -> tuple[Picture, ...]:
    """The history, the range on current form and the target, for a narrow and a wide place; a period's worth each."""
    return () if found.calibration is None else tuple(_chart(found, t, language, width) for width in WIDTHS)


def _chart(found: Calibrated, t: Translate, language: str, width: int) -> Picture:
    known = found.calibration
    assert known is not None  # noqa: S101  # charts() says so
    past = [point for point in known.history[-_SHOWN:] if point.value is not None]
    part = _a_period_of(known)
    band = [known.quantile(level) * part for level in (0.1, 0.5, 0.9)]
    target = found.placed.level * part if found.placed else None
    values = [point.value or 0.0 for point in past]
    high = max([*values, *band, target or 0.0]) * 1.08 or 1.0
    low = min(0.0, *values, *band)
    wide = width - _LEFT - _RIGHT
    step = wide / (len(past) + max(3.0, len(past) * 0.3))
    edge = _LEFT + step * len(past)

    def y(value: float) -> float:
        return _HEIGHT - _BOTTOM - (value - low) / (high - low) * (_HEIGHT - _BOTTOM - _TOP)

    right = width - _RIGHT
    lines = [
        Line("actual", tuple((_LEFT + step * (n + 0.5), y(value)) for n, value in enumerate(values))),
        Line("projection", ((edge, y(band[1])), (right, y(band[1])))),
    ]
    if target is not None:
        lines.append(Line("target", ((_LEFT, y(target)), (right, y(target)))))
    sides = Line("wedge", ((edge, y(band[2])), (right, y(band[2])), (right, y(band[0])), (edge, y(band[0]))))
    ticks = _ticks(low, high)
    return Picture(
        width=width,
        height=_HEIGHT,
        title=t("past.chart_title", metric=metric(known.metric, language)),
        description=" ".join(found.sentences[about] for about in ("range", "chance") if about in found.sentences),
        lines=tuple(lines),
        bands=(sides,),
        grid=tuple(Line("grid", ((_LEFT, y(tick)), (right, y(tick)))) for tick in ticks),
        labels=(
            *(Label(_LEFT - 6, y(tick) + 4, _short(tick, known.unit, language), anchor="end") for tick in ticks),
            Label(_LEFT, _HEIGHT - 8, period(past[0], known.grain, language)),
            Label(right, _HEIGHT - 8, format_date(known.end, "LLL y", locale=language), anchor="end"),
            *_target_label(target, known, t, language, (right, y(target) if target is not None else 0.0)),
        ),
        dots=(),
        flags=(),
        rows=(),
    )


def _target_label(
    target: float | None, known: Calibration, t: Translate, language: str, at: tuple[float, float]
) -> tuple[Label, ...]:
    if target is None:
        return ()
    shown = _figure(round(target, 1) if known.unit == "count" else target, known.unit, language)
    key = "past.target_period" if known.adds_up else "past.target_level"
    per = t(f"past.per.{known.grain}")
    return (Label(at[0], max(_TOP - 4, at[1] - 6), t(key, target=shown, per=per), "target", "end"),)


def _a_period_of(known: Calibration) -> float:
    """What a figure over the horizon is multiplied by to be that of one usual period; 1 for a level."""
    if not known.adds_up:
        return 1.0
    last = known.history[-1]
    length = (labels.ends(last.start, known.grain) - last.start).days
    return length / ((known.end - known.start).days + 1)


def _ticks(low: float, high: float) -> list[float]:
    rough = (high - low) / 4
    power = 10.0 ** len(str(int(rough))) / 10 if rough >= 1 else 0.1 if rough >= 0.1 else 0.01
    step = next(power * times for times in (1, 2, 2.5, 5, 10, 25) if power * times >= rough * 0.95)
    first = step * -(-low // step)
    return [first + step * n for n in range(8) if first + step * n <= high]


def _short(value: float, unit: str, language: str) -> str:
    if unit == "%":
        return rendering.percent(round(value * 100, 1), language)
    for power, sign in ((1e6, "M"), (1e3, "k")):
        if abs(value) >= 10 * power:
            return f"{rendering.number(value / power, language, decimals=1)}{rendering.NARROW}{sign}"
    return rendering.number(value, language, decimals=1)


def series_of(known: Calibration) -> KpiSeries:
    """The past that a calibration stands on, as a series."""
    return KpiSeries(
        metric=known.metric,
        unit=known.unit,
        grain=known.grain,
        points=known.history,
        subject=known.subject,
        source=known.source,
        data_date=known.data_date,
    )


def latest(known: Calibration, today: dt.date) -> dt.date:
    """The first day a what-if may start from: the goal's own start, or today."""
    return max(known.start, today)
