"""The pictures of a goal as geometry: what a page draws as SVG and a file as PDF.

Coordinates are those of a page: from the top left corner, in pixels of the width asked for. Words are ready to show.
"""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from babel.dates import format_date

from coach.core import kpis, rendering, tracking
from coach.core.tracking import Plan
from coach.service.telling import figure
from coach.service.values import Goal, Progress
from coach.wording import Catalogue

XY = tuple[float, float]
Anchor = Literal["start", "middle", "end"]
_SAMPLES = 48  # straight pieces of the curve of a season
_TOLERANCE = 0.1  # half the width of the band around the expected pace, as a share of it (UX: plus or minus 10 %)


@dataclass(frozen=True)
class Line:
    """A line through points; ``kind``: expected, actual, projection, target, today."""

    kind: str
    points: tuple[XY, ...]

    @property
    def path(self) -> str:
        """The points as an SVG ``points`` attribute."""
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in self.points)


@dataclass(frozen=True)
class Label:
    """Words at a place; ``anchor``: start, middle, end. ``kind`` says what they belong to."""

    x: float
    y: float
    text: str
    kind: str = "tick"
    anchor: Anchor = "start"


@dataclass(frozen=True)
class Dot:
    """A check-in or an adjustment on the line; ``title`` says it in words."""

    x: float
    y: float
    title: str


@dataclass(frozen=True)
class Picture:
    """One chart, ready to draw; ``rows`` tell the same to who does not see it."""

    width: int
    height: int
    title: str
    description: str
    lines: tuple[Line, ...]
    bands: tuple[Line, ...]
    grid: tuple[Line, ...]
    labels: tuple[Label, ...]
    dots: tuple[Dot, ...]
    flags: tuple[Dot, ...]
    rows: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True)
class _Frame:
    """Where days and figures lie on the picture."""

    start: dt.date
    end: dt.date
    low: float
    high: float
    left: float
    right: float
    top: float
    bottom: float

    def x(self, day: dt.date) -> float:
        share = (day - self.start).days / max((self.end - self.start).days, 1)
        return self.left + (self.right - self.left) * min(max(share, 0.0), 1.0)

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.bottom - (self.bottom - self.top) * min(max(share, 0.0), 1.0)


def burn_up(
    goal: Goal, plan: Plan | None, progress: Progress, today: dt.date, language: str, width: int = 720
) -> Picture | None:
    """The way from the start to the target: as expected, as it was, as it may end; None without an end or a base."""
    if plan is None or plan.due is None or plan.base is None or plan.repeats is not None or plan.due <= plan.start:
        return None
    words, frame = Catalogue(language), _frame(plan, progress, width)
    seen = _seen(plan, progress)
    expected = _expected(plan)
    lines = [Line("target", ((frame.left, frame.y(plan.target)), (frame.right, frame.y(plan.target))))]
    lines.append(Line("expected", tuple((frame.x(day), frame.y(value)) for day, value in expected)))
    if plan.start < today < plan.due:
        lines.append(Line("today", ((frame.x(today), frame.top), (frame.x(today), frame.bottom))))
    way = [(plan.start, plan.base), *seen] if plan.counter or seen else []
    if seen:
        lines.append(Line("actual", tuple((frame.x(day), frame.y(value)) for day, value in way)))
    ahead, wedge = _ahead(plan, progress, frame, seen)
    return Picture(
        width=width,
        height=round(frame.bottom + 26),
        title=words.gettext("follow.chart.title", goal=goal.statement.rstrip(".")),
        description=_description(progress),
        lines=(*lines, *ahead),
        bands=(_band(plan, expected, frame), *wedge),
        grid=tuple(Line("grid", ((frame.left, frame.y(v)), (frame.right, frame.y(v)))) for v in _ticks(frame, goal)),
        labels=_labels(goal, plan, progress, frame, today, language, words),
        dots=tuple(Dot(frame.x(day), frame.y(value), _said(goal, day, value, language)) for day, value in seen),
        flags=_flags(progress, frame, words, language),
        rows=_rows(goal, plan, progress, language),
    )


def _frame(plan: Plan, progress: Progress, width: int) -> _Frame:
    base, due = plan.base or 0.0, plan.due or plan.start
    values = [base, plan.target, *(look.value for look in progress.check_ins if look.counts)]
    if progress.outlook is not None:
        values += [progress.outlook.high, progress.outlook.low]
    low, high = min(values), max(values)
    low = min(0.0, low) if plan.counter else low - 0.15 * (high - low)
    high += 0.08 * (high - low) or 1.0
    narrow = width < 500
    height = 250 if narrow else 300
    return _Frame(
        plan.start, due, low, high, 38.0 if narrow else 56.0, width - (76.0 if narrow else 108.0), 14.0, height - 26.0
    )


def _seen(plan: Plan, progress: Progress) -> list[tuple[dt.date, float]]:
    """The figure of each day that has one, in order; the later of two on one day."""
    days: dict[dt.date, float] = {}
    for look in reversed(progress.check_ins):
        if look.counts and plan.start <= look.day <= (plan.due or look.day):
            days[look.day] = look.value
    return sorted(days.items())


def _expected(plan: Plan) -> list[tuple[dt.date, float]]:
    base, due = plan.base or 0.0, plan.due or plan.start
    pieces = _SAMPLES if plan.season else 1
    whole = (due - plan.start).days
    days = sorted({plan.start + dt.timedelta(days=round(whole * n / pieces)) for n in range(pieces + 1)})
    return [(day, base + (plan.target - base) * (tracking.share(plan, day) or 0.0)) for day in days]


def _band(plan: Plan, expected: Sequence[tuple[dt.date, float]], frame: _Frame) -> Line:
    base = plan.base or 0.0
    above = [(frame.x(day), frame.y(base + (value - base) * (1 + _TOLERANCE))) for day, value in expected]
    below = [(frame.x(day), frame.y(base + (value - base) * (1 - _TOLERANCE))) for day, value in reversed(expected)]
    return Line("tolerance", (*above, *below))


def _ahead(
    plan: Plan, progress: Progress, frame: _Frame, seen: Sequence[tuple[dt.date, float]]
) -> tuple[list[Line], list[Line]]:
    """The projection, and the wedge that four futures in five stay within."""
    outlook = progress.outlook
    if outlook is None or not seen or plan.due is None or seen[-1][0] >= plan.due:
        return [], []
    at, end = (frame.x(seen[-1][0]), frame.y(seen[-1][1])), frame.x(plan.due)
    wedge = Line("wedge", (at, (end, frame.y(outlook.high)), (end, frame.y(outlook.low))))
    return [Line("projection", (at, (end, frame.y(outlook.middle))))], [wedge]


def _ticks(frame: _Frame, goal: Goal) -> list[float]:
    """Round figures up the side: whole ones for what is counted."""
    step = _step((frame.high - frame.low) / 4, whole=goal.unit in (None, "none", "count"))
    first = math.ceil(frame.low / step) * step
    return [round(first + n * step, 6) for n in range(int((frame.high - first) / step) + 1)]


def _step(rough: float, *, whole: bool) -> float:
    power = 10 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    step = next(power * times for times in (1, 2, 2.5, 5, 10) if power * times >= rough * 0.999)
    return max(1.0, round(step)) if whole else step


def _labels(
    goal: Goal, plan: Plan, progress: Progress, frame: _Frame, today: dt.date, language: str, words: Catalogue
) -> tuple[Label, ...]:
    side = [
        Label(frame.left - 7, frame.y(tick) + 4, short(tick, goal, language), anchor="end")
        for tick in _ticks(frame, goal)
    ]
    named = [
        (
            frame.y(plan.target),
            words.gettext("follow.chart.target", target=short(plan.target, goal, language)),
            "target",
        )
    ]
    if progress.outlook is not None:
        middle = progress.outlook.middle
        text = words.gettext("follow.chart.projection", middle=short(middle, goal, language))
        named.append((frame.y(middle), text, "projection"))
    right = [Label(frame.right + 7, y + 4, text, kind) for y, text, kind in _apart(named)]
    below = [
        Label(frame.x(day), frame.bottom + 18, text, anchor=anchor) for day, text, anchor in _dates(frame, language)
    ]
    return (*side, *right, *below)


def _apart(labels: list[tuple[float, str, str]], least: float = 15.0) -> list[tuple[float, str, str]]:
    """The labels far enough from each other to be read."""
    placed: list[tuple[float, str, str]] = []
    for y, text, kind in sorted(labels):
        place = max(y, placed[-1][0] + least) if placed else y
        placed.append((place, text, kind))
    return placed


def _dates(frame: _Frame, language: str) -> list[tuple[dt.date, str, Anchor]]:
    """Where months begin, as many as there is room for, between the start and the end."""
    whole, room = (frame.end - frame.start).days, int((frame.right - frame.left) / 76)
    if whole < 62:
        days = [frame.start, frame.start + dt.timedelta(days=whole // 2), frame.end]
        shown = [format_date(day, "d MMM", locale=language) for day in days]
        anchors: tuple[Anchor, ...] = ("start", "middle", "end")
        return list(zip(days, shown, anchors, strict=True))
    firsts, day = [], (frame.start.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    while day < frame.end:
        firsts.append(day)
        day = (day + dt.timedelta(days=32)).replace(day=1)
    kept = firsts[:: max(1, math.ceil(len(firsts) / max(1, room)))]
    pattern = "MMM" if whole < 400 else "MMM yy"
    return [(day, format_date(day, pattern, locale=language), "middle") for day in kept]


def short(value: float, goal: Goal, language: str) -> str:
    """A figure that fits beside a chart: "150 k€", "1,5 M€"."""
    unit = goal.unit
    if unit is not None and kpis.is_currency(unit) and abs(value) >= 1000:
        power, letter = (1e6, "M") if abs(value) >= 1e6 else (1e3, "k")
        shown = rendering.number(round(value / power, 1 if abs(value / power) < 100 else 0), language)
        sign = {"EUR": "€", "USD": "$", "GBP": "£"}.get(unit, f"{unit} ")
        return f"{sign}{shown}{letter}" if language == "en" else f"{shown}{rendering.NARROW}{letter}{sign.strip()}"
    return figure(value, goal, language, decimals=0 if abs(value) >= 10 else 1)


def _said(goal: Goal, day: dt.date, value: float, language: str) -> str:
    return Catalogue(language).gettext("follow.actual", actual=figure(value, goal, language, decimals=1), day=day)


def _description(progress: Progress) -> str:
    told = progress.sentences
    return ". ".join(told[name] for name in ("status", "actual", "gap", "projection") if name in told)


def _flags(progress: Progress, frame: _Frame, words: Catalogue, language: str) -> tuple[Dot, ...]:
    found = []
    for change in progress.adjustments:
        if not {"target", "due"} & set(change.changes):
            continue
        day = change.created_at.date()
        told = words.gettext("follow.chart.adjusted", day=day, reason=change.reason)
        found.append(Dot(frame.x(max(day, frame.start)), frame.top, told))
    return tuple(found)


def _rows(goal: Goal, plan: Plan, progress: Progress, language: str) -> tuple[tuple[str, str, str, str], ...]:
    """Day, figure, what the pace asked for, and the gap: the picture for who does not see it."""
    rows = []
    for day, value in _seen(plan, progress):
        base = plan.base or 0.0
        asked = base + (plan.target - base) * (tracking.share(plan, day) or 0.0)
        gap = value - asked
        sign = "−" if gap < 0 else "+"
        rows.append((
            rendering.day(day, language), figure(value, goal, language, decimals=1),
            figure(asked, goal, language, decimals=1), f"{sign}{figure(abs(gap), goal, language, decimals=1)}",
        ))  # fmt: skip
    return tuple(rows)


@dataclass(frozen=True)
class Bullet:
    """A bar of what is done, a mark where the pace is, over the whole way: shares 0-100."""

    done: float
    expected: float | None
    middle: float | None


def bullet(progress: Progress) -> Bullet | None:
    """How far a goal is, for one line of a board; None when it has no figure or no base."""
    standing = progress.standing
    if standing is None or standing.base is None or standing.target == standing.base:
        return None

    def share(value: float | None) -> float | None:
        if value is None:
            return None
        return round(
            min(max((value - (standing.base or 0)) / (standing.target - (standing.base or 0)), 0.0), 1.0) * 100, 1
        )

    outlook = progress.outlook
    return Bullet(share(standing.actual) or 0.0, share(standing.expected), share(outlook.middle) if outlook else None)


def sparkline(values: Sequence[float], width: int = 84, height: int = 24) -> Line | None:
    """The last check-ins as a line; None below two."""
    if len(values) < 2:
        return None
    low, high = min(values), max(values)
    spread = high - low or 1.0
    step = (width - 4) / (len(values) - 1)
    points = tuple((2 + n * step, height - 3 - (height - 6) * (value - low) / spread) for n, value in enumerate(values))
    return Line("actual", points)
