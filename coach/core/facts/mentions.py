"""What the steps of the reading hand to each other: words found, and what they may mean, before any goal is put together."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from coach.core.model import Cadence, Comparator, Span

TimeRole = Literal["deadline", "start", "cadence", "comparison", "duration", "recurring"]


@dataclass(frozen=True, slots=True)
class TimeMention:
    """One expression of time.

    ``role``: ``deadline`` is a horizon or due date (``end`` is None when it needs the company's calendar or is impossible);
    ``start`` is when work begins ("à partir de mars"); ``cadence`` is "par semaine" (without a ``cadence`` when no such unit is
    counted: "par semestre"); ``comparison`` is "par rapport au S1", "que l'an dernier", and "YoY" with its ``cadence``;
    ``duration`` belongs to a metric or a scope ("cycle de 9 à 6 mois", "rappeler sous 24 h", "dormants depuis un an") and is no
    horizon; ``recurring`` is a rhythm of follow-up or of opening ("point hebdomadaire", "le lundi", "24/7").
    """

    span: Span
    role: TimeRole
    end: date | None = None
    start: date | None = None
    alternatives: tuple[date, ...] = ()
    cadence: Cadence | None = None
    needs_calendar: bool = False
    problem: str | None = None  # "impossible_date", "impossible_period"
    numbers: tuple[
        tuple[float, str], ...
    ] = ()  # duration: the figures that ARE quantities, as (value, "days"|"months"|"hours"|"minute")


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
    sign: Literal[-1, 0, 1] = 0  # "+20 %", "5 de plus", "-5 pts", "10 % de moins"; ``value`` itself is never negative
    relative: bool = (
        False  # an amount of movement, whatever the form: signed, "by", "de plus", after a verb of movement
    )
    ends: tuple[Span, Span] | None = None  # of a range: the words of its lower end, and of its upper
