"""From a date or a period to what it is for: a deadline, a start, a comparison, a rhythm, or nothing."""

from collections.abc import Callable
from datetime import date, timedelta

from coach.core.facts.mentions import TimeMention, TimeRole
from coach.core.facts.periods.calendar import Length, Period, add
from coach.core.facts.periods.context import Found
from coach.core.model import Cadence

_STRONG = frozenset(("by", "by_or_latest", "by_date", "before", "until"))
_INSIDE = frozenset(("in", "within", "for", "during_or_this", "at", "on"))
_LONG = ("week", "month", "quarter", "half", "year", "bare_year", "span", "moment")
_PLAN_WEEKS = 8
"""A later week is one of the year."""
_FAR = timedelta(days=300)
"""Until a week of the year that has just gone by comes again."""
_NEAR_YEARS = 15
"""A year further from today needs a preposition."""
_LOOSE = frozenset(("of", "to", "to_the", "from"))
_FROM = frozenset(("of", "of_the", "from"))
_FIGURES = ("percent", "number")
_ARTICLES = ("article", "the")
CADENCE: dict[str, Cadence] = {"day": "day", "week": "week", "month": "month", "quarter": "quarter", "year": "year"}


def point(found: Found) -> TimeMention | None:
    """A date or a period, with the words that introduce it."""
    period: Period = found.core.value
    if found.kind == "p_past":
        return _mention(found, "duration" if "since" in found.leads else "comparison", period)
    if "since" in found.leads:
        return _mention(found, "duration", period)
    look = _SPECIAL.get(found.kind)
    special = look(found, period) if look else None
    if special is not None:
        return special[0]
    if "before" in found.leads and "negation" in found.left(1):  # "not before June"
        return _mention(found, "start", Period(period.start, None, period.grain))
    if found.leads & _STRONG or found.has("latest", "most"):
        return deadline(found, period)
    if _is_comparison(found, period):
        return _mention(found, "comparison", _latest(period, found.calendar.today))
    if period.end is not None and period.end < found.calendar.today and "made" in found.left(1):
        return _mention(found, "duration", period)
    if found.kind != "p_span" and found.leads & {"start", "from"}:
        return _mention(found, "start", Period(period.start, None, period.grain))
    return deadline(found, period)


Special = tuple[TimeMention | None] | None
"""What a period is for when its kind alone tells; None when the words around have to; (None,) is no time at all."""


def _clock(found: Found, period: Period) -> Special:
    """Before 6 pm, à 18 h."""
    return (_mention(found, "deadline", period) if found.leads & _STRONG else _mention(found, "recurring"),)


def _day(found: Found, period: Period) -> Special:
    """Tuesday's call; 18 % aujourd'hui."""
    if found.is_possessive or "event" in found.right(1):
        return (_mention(found, "recurring"),)
    if period.grain == "today" and not found.leads & _STRONG and _is_baseline(found):
        return (_mention(found, "comparison", period),)
    return None


def _weekday(found: Found, period: Period) -> Special:
    """Le lundi, le point du vendredi."""
    recurs = bool(found.leads & {"of", "of_the"}) or (found.weekday_recurs and found.has("the"))
    if found.is_possessive or "event" in found.right(1) or (recurs and not found.leads & (_STRONG | _INSIDE)):
        return (_mention(found, "recurring"),)
    return None


def _half(found: Found, period: Period) -> Special:
    """The second half of the pipeline is no half of a year."""
    return (None,) if found.after() == "of" and not found.leads & _STRONG else None


def _moment(found: Found, period: Period) -> Special:
    """La campagne de Noël: what is named after a moment is no date."""
    return (None,) if not period.dated and found.leads <= {"of", "of_the"} else None


def _bare_year(found: Found, period: Period) -> Special:
    return (None,) if period.grain == "bare_year" and not _is_year(found) else None


def _week(found: Found, period: Period) -> Special:
    """Week 2 of the plan; "week 2: 20 calls", or in March, is one of a plan too."""
    if not period.number:
        return None
    early = period.number <= _PLAN_WEEKS and not period.dated
    far = period.end is not None and period.end - found.calendar.today > _FAR
    heading = not found.leads and found.after() == "colon"
    planned = "plan" in found.right(5) or (early and (far or heading))
    return (plan(found, Length(days=7 * period.number), period.end),) if planned else None


def _unit(found: Found, period: Period) -> TimeMention | None:
    """The quarter, l'année: "sur l'année" is a horizon, "à l'année" a rhythm, "du trimestre" neither."""
    if found.leads & (_STRONG | {"in", "within", "for", "during_or_this"}):
        return None if period.grain == "day" and not found.leads & (_STRONG | {"within"}) else deadline(found, period)
    if found.leads & {"of", "of_the"} and "aim" in found.left(1):  # "l'objectif du trimestre"
        return deadline(found, period)
    if found.leads & {"to", "to_the"}:
        return TimeMention(found.span, "cadence", cadence=CADENCE.get(period.grain))
    return None


_SPECIAL: dict[str, Callable[[Found, Period], Special]] = {
    "p_unit": lambda found, period: (_unit(found, period),),
    "p_clock": _clock,
    "p_day": _day,
    "p_weekday": _weekday,
    "p_half": _half,
    "p_moment": _moment,
    "p_year": _bare_year,
    "p_week": _week,
}


def _is_year(found: Found) -> bool:
    """Whether four figures are a year rather than a count of things."""
    after = found.after()
    if found.leads - _LOOSE or found.has("latest", "horizon", "the"):
        return after != "percent" and (after != "other" or bool(found.leads & (_STRONG | _INSIDE)))
    if "year_noun" in found.left(3) or {"year_noun", "compare_past"} & found.right(1):
        return True
    if after in (*_FIGURES, "bound") or found.before() == "percent" or found.leads & {"to", "from"}:
        return False
    year = found.core.value.start.year if found.core.value.start else 0
    return found.goes_on and abs(year - found.calendar.today.year) <= _NEAR_YEARS


def _is_baseline(found: Found) -> bool:
    """Aujourd'hui in "18 % aujourd'hui", "from 12 today to 20": where things stand, not when they are due."""
    if "compare" in found.left(6) or found.leads & {"of", "from"}:
        return True
    return (
        found.before() in _FIGURES
        or found.after() in (*_FIGURES, "to")
        or (found.before() == "stop" and found.after() in _FIGURES)
    )


def _is_comparison(found: Found, period: Period) -> bool:
    past = period.end is not None and period.end < found.calendar.today
    if "compare" in found.left(6) or _follows(found):
        return True
    if period.grain == "counted":
        return False
    if "than" in found.left(1) and ("comparative" in found.left(8, across_commas=True) or past):
        return True
    if past and ("compare_own" in found.tags or "compare_past" in found.left(3) | found.right(2)):
        return True
    if past and not found.leads - _FROM and (found.kind != "p_day" or found.leads):  # "CA 2025", not "fin 2025"
        return True
    return _is_first_end(found)


def _follows(found: Found) -> bool:
    """After Q4, après un T4 moyen; not "after-sales in Q4"."""
    before = found.before()
    if before == "after" or (before in _ARTICLES and found.before(2) == "after"):
        return True
    return found.before(3) == "after" and found.before(2) in _ARTICLES


def _is_first_end(found: Found) -> bool:
    """At T1 in "from 10 % in Q1 to 15 % in Q3"."""
    if found.after() not in ("to", "to_the") or found.after(1) not in _FIGURES:
        return False
    names = [found.before(back) for back in range(1, 5)]
    figure = next((place for place, name in enumerate(names) if name in _FIGURES), None)
    return figure is not None and bool({"from", "of"} & set(names[figure:]))


def _latest(period: Period, today: date) -> Period:
    """What a comparison looks at has begun."""
    ahead = not period.dated and period.start is not None and period.start > today
    return period.shifted(-1) if ahead else period


def _mention(found: Found, role: TimeRole, period: Period | None = None) -> TimeMention:
    if period is None:
        return TimeMention(found.span, role)
    return TimeMention(found.span, role, end=period.end, start=period.start, problem=period.problem)


def deadline(found: Found, period: Period) -> TimeMention:
    """The due date: the last day of what was named, or what comes before it ("avant juin")."""
    if period.problem or period.end is None:
        return TimeMention(
            found.span,
            "deadline",
            alternatives=period.others,
            needs_calendar=period.needs_calendar,
            problem=period.problem,
        )
    end, others = period.end, list(period.others)
    start = period.start
    if found.leads & _STRONG and start:
        end, others = _bounded(found, period)
        start = None
    elif period.grain == "week":
        others += [end - timedelta(days=2), end - timedelta(days=1)]
    elif period.rolling:
        others.append(period.rolling)
    elif found.kind == "p_unit":
        others += _from_today(period, found)
    today = found.calendar.today
    start = start if start and period.grain in _LONG else today
    alternatives = tuple(dict.fromkeys(day for day in others if day != end))
    return TimeMention(
        found.span, "deadline", end=end, start=start if start <= end else None, alternatives=alternatives
    )


def _bounded(found: Found, period: Period) -> tuple[date, list[date]]:
    """(end, other readings) after by, before or until."""
    start, end, others = period.start or found.calendar.today, period.end or found.calendar.today, list(period.others)
    if period.grain == "moment":  # "d'ici l'été": its first day
        if start < found.calendar.today:
            start = period.shifted(1).start or start
        eve = start - timedelta(days=1)
        return (eve, [start, end]) if "before" in found.leads else (start, [eve, end])
    if period.grain not in _LONG or (found.kind == "p_unit" and start <= found.calendar.today):
        return end, others if period.grain in ("edge", "counted") else [*others, end - timedelta(days=1)]
    eve = start - timedelta(days=1) if start > date.min else start
    if "before" in found.leads and period.grain != "span":
        return eve, [start]
    if period.grain == "week":
        return end, [*others, end - timedelta(days=2), end - timedelta(days=1), start]
    return end, others if period.grain == "span" else [*others, start, eve]


def _from_today(period: Period, found: Found) -> list[date]:
    """Sur l'année may also mean a year from today."""
    today = found.calendar.today
    if period.grain == "year":
        later = Period(today, today, "day").shifted(1).start
        return [later] if later else []
    return []


def plan(found: Found, said: Length, other: date | None = None) -> TimeMention:
    """Week 2 of the plan: the plan's calendar is needed; candidates are counted from today, and ``other``."""
    ends = [day for day in (add(found.calendar.today, said), other) if day is not None]
    return TimeMention(found.span, "deadline", alternatives=tuple(dict.fromkeys(ends)), needs_calendar=True)


def range_of(found: Found, whole: Period) -> TimeMention:
    """From one date or period to another: due at the end of the second."""
    if whole.problem or whole.end is None:
        return deadline(found, whole)
    if "compare" in found.left(6):
        return _mention(found, "comparison", whole)
    return TimeMention(found.span, "deadline", end=whole.end, start=whole.start)
