"""A KPI's near future on current form, and a target placed in it."""

from bisect import bisect_left, bisect_right
from datetime import date
from typing import Literal

from coach.core.model.base import Number, Value
from coach.core.model.kpi import KpiPoint, Subject
from coach.core.model.reading import Cadence

ABOUT_AS_LONG = 0.04  # whole periods are a little longer or shorter than a horizon in days

LEVELS = tuple(range(1, 100))
"""The quantiles that are kept: P1 to P99."""


class Comparable(Value):
    """A past stretch as long as the horizon: the same months a year ago, the last ones, the best ones."""

    kind: Literal["last", "year_ago", "best"]
    start: date
    end: date  # exclusive
    value: Number


class NotEnoughHistory(Value):
    """Too little to say anything honest, and what would be needed."""

    metric: str
    unit: str
    periods: int
    needed: int
    grain: Cadence
    events: int | None = None  # closed deals, responses… of a rate
    events_needed: int | None = None


class Calibration(Value):
    """What a KPI may be over a horizon if nothing changes, as quantiles.

    ``quantiles[k]`` is P(k+1). For a sum (meetings, revenue) it is the total from ``start`` to ``end``; for a rate or a
    score, the level over that stretch. Ratios are 0-1, money in ``currency``.
    """

    metric: str
    unit: str
    subject: Subject
    start: date
    end: date  # the last day, included
    grain: Cadence
    quantiles: tuple[Number, ...]
    periods: int  # complete periods the figures stand on
    first: date  # where that history begins
    data_date: date | None  # until when the figures are known
    source: str
    history: tuple[KpiPoint, ...]
    comparable: tuple[Comparable, ...] = ()
    growth: float | None = None  # a year, as the history shows it; None below a year of it
    lower_is_better: bool = False
    adds_up: bool = True  # a sum over the horizon; else a rate or a level at its end
    caveats: tuple[str, ...] = ()

    def quantile(self, level: float) -> float:
        """The value that the future stays under with probability ``level`` (0.01 to 0.99)."""
        place = min(max(level * 100 - 1, 0.0), len(self.quantiles) - 1.0)
        low = int(place)
        high = min(low + 1, len(self.quantiles) - 1)
        return self.quantiles[low] + (place - low) * (self.quantiles[high] - self.quantiles[low])

    def chance(self, target: float, *, strict: bool = False) -> float:
        """Probability (0-1) of reaching ``target`` on current form; a higher target is never easier.

        Kept to 1-99 %: beyond, a short history says nothing.
        """
        below = (
            bisect_right
            if (strict and not self.lower_is_better) or (self.lower_is_better and not strict)
            else bisect_left
        )
        under = below(self.quantiles, target) / (len(self.quantiles) + 1)
        return min(0.99, max(0.01, under if self.lower_is_better else 1 - under))

    def beside(self, stretch: Comparable) -> float:
        """What a past stretch is multiplied by to be of the horizon's length; 1 for a level, or when nearly as long."""
        if not self.adds_up:
            return 1.0
        ratio = ((self.end - self.start).days + 1) / (stretch.end - stretch.start).days
        return 1.0 if abs(ratio - 1) < ABOUT_AS_LONG else ratio

    def target(self, chance: float) -> float:
        """The target that is reached with probability ``chance`` on current form."""
        return self.quantile(chance if self.lower_is_better else 1 - chance)


class Ratchet(Value):
    """What targets took over of results: shares of a surplus and of a shortfall, and the doubt about their difference."""

    raised: Number
    lowered: Number
    doubt: Number
    beats: int
    misses: int

    @property
    def counts(self) -> int:
        """Results that were told from their target."""
        return self.beats + self.misses


class Plan(Value):
    """What the strategy asks over the horizon, from above, and its chance on current form."""

    level: Number
    growth: Number  # a year, as it was declared
    probability: float


class Placed(Value):
    """A target placed in a calibration: what :mod:`coach.core.smart.attainable` judges on."""

    calibration: Calibration
    level: Number  # the target over the whole horizon, in the KPI's unit
    probability: float
    best: Number | None  # the best comparable stretch on record
    periods: int
    growth_asked: float | None = None  # against the last comparable stretch
    ratchet: Ratchet | None = None  # when past targets are known
    plan: Plan | None = None  # when the strategy declares a growth


class TargetPlace(Value):
    """A target's place, without the calibration it stands in."""

    level: Number
    probability: float
    best: Number | None
    growth_asked: float | None = None

    def within(self, calibration: Calibration) -> Placed:
        """The same, with the calibration it stands in."""
        return Placed(
            calibration=calibration,
            level=self.level,
            probability=self.probability,
            best=self.best,
            periods=calibration.periods,
            growth_asked=self.growth_asked,
        )


class TimeThereIs(Value):
    """What a team can give over a horizon: see :class:`coach.core.calibration.capacity.Capacity`."""

    working_days: int
    weeks: Number
    full_time: Number
    person_days: Number
    holidays_known: bool


class Activity(Value):
    """What a target asks of one activity over the horizon, and a person a week, by the team's own rates.

    ``likely`` is enough one time in two, ``safe`` four times in five, ``low`` one time in five.
    """

    metric: str
    low: Number
    likely: Number
    safe: Number
    person_week: Number
    person_week_safe: Number


class Calibrated(Value):
    """The answer every shell gives: a calibration, or what is needed for one; the target's place; each in a sentence.

    ``sentences``: by what they are about: ``range``, ``chance``, ``targets``, ``last``, ``year_ago``, ``sample``,
    caveats; or ``needed`` alone; or ``waiting`` while the goal has no date or unit to place it by.
    """

    calibration: Calibration | None = None
    needed: NotEnoughHistory | None = None
    placed: TargetPlace | None = None
    capacity: TimeThereIs | None = None  # of a what-if
    activities: tuple[Activity, ...] = ()  # of a what-if, from the target back to the first activity
    people: int | None = None
    people_before: int | None = None
    middle_before: Number | None = None  # the middle of the range with the people of before
    now: dict[str, Number] = {}  # what a person does a week, as the past shows it, by KPI
    sentences: dict[str, str] = {}

    @classmethod
    def of(
        cls, found: Calibration | NotEnoughHistory, placed: Placed | None, sentences: dict[str, str] | None = None
    ) -> "Calibrated":
        """What was found; its sentences come once it is worded."""
        place = placed and TargetPlace(
            level=placed.level, probability=placed.probability, best=placed.best, growth_asked=placed.growth_asked
        )
        known = isinstance(found, Calibration)
        return cls(
            calibration=found if known else None,
            needed=None if known else found,
            placed=place,
            sentences=sentences or {},
        )
