"""What the steps of the reading hand to each other: words found, and what they may mean, before any goal is put together."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from coach.core.model import Cadence, Comparator, Span

TimeRole = Literal["deadline", "cadence", "comparison", "duration", "recurring"]


@dataclass(frozen=True, slots=True)
class TimeMention:
    """One expression of time.

    ``role``: ``deadline`` is a horizon or due date (``end`` is None when it needs the company's calendar or is impossible);
    ``cadence`` is "par semaine"; ``comparison`` is "par rapport au S1", "que l'an dernier"; ``duration`` belongs to a metric
    or a scope ("cycle de 9 à 6 mois", "rappeler sous 24 h", "dormants depuis un an") and is no horizon.
    """

    span: Span
    role: TimeRole
    end: date | None = None
    start: date | None = None
    alternatives: tuple[date, ...] = ()
    cadence: Cadence | None = None
    needs_calendar: bool = False
    problem: str | None = None  # "impossible_date", "impossible_period"
    numbers: tuple[tuple[float, str], ...] = ()  # duration: the figures that ARE quantities, as (value, "days"|"months"|"hours")


@dataclass(frozen=True, slots=True)
class QuantityMention:
    """One figure outside of dates and periods, in base units.

    ``form``: ``plain``; ``change`` is signed or introduced by a change word ("+20 %", "de 20 %", "10 de plus"); ``from`` and
    ``to`` are the two ends of a movement ("de 18 % à 25 %", "à 25 % contre 18 %"); ``multiplier`` is "doubler", "x3", "10x";
    ``range`` has ``value_max``; ``first`` is "un premier"; ``zero`` is "zéro".
    """

    span: Span
    value: float
    unit: str
    value_max: float | None = None
    comparator: Comparator | None = None
    form: Literal["plain", "change", "from", "to", "multiplier", "range", "first", "zero"] = "plain"
    word: bool = False  # written in words
    approximate: bool = False  # "une dizaine", "environ"
