"""Lengths: "3 months", "un an et demi", "a couple of weeks", "1 an 2 mois", "9 à 6 mois"."""

from collections.abc import Sequence

from coach.core.facts.periods.calendar import Length
from coach.core.facts.periods.grammar import SYMBOL, UNIT_NAME, Match, Token

MOST = 100_000
"""A larger count of units is no length."""

_COUNTS = ("number", "dozen", "article", "range")
_SIZE = {  # of one unit: months, days, working days, minutes; then the unit of its figure, and how many of it
    "u_minute": (0, 0, 0, 1, "minutes", 1), "u_hour": (0, 0, 0, 60, "hours", 1), "u_day": (0, 1, 0, 0, "days", 1),
    "u_business": (0, 0, 1, 0, "days", 1), "u_week": (0, 7, 0, 0, "days", 7), "u_month": (1, 0, 0, 0, "months", 1),
    "u_quarter": (3, 0, 0, 0, "months", 3), "u_half": (6, 0, 0, 0, "months", 6), "u_year": (12, 0, 0, 0, "months", 12),
}  # fmt: skip


def length_of(match: Match, fortnight: int) -> Length | None:
    """The length that figures and units say together, ``fortnight`` in days; None when a figure is out of bounds."""
    total: Length | None = None
    counts: list[Token] = []
    for token in match.all(*_COUNTS, *UNIT_NAME.values()):
        unit = UNIT_NAME.get(token.kind)
        if unit is None:
            counts.append(token)
            continue
        made = _counted(counts, unit, fortnight)
        if made is None:
            return None
        total = made if total is None else _sum(total, made)
        counts = []
    return None if total is None else _halved(match, total)


def _halved(match: Match, total: Length) -> Length:
    if match.has("and_half"):
        total = _sum(total, scaled(one(1, total.unit, 14), 0.5))
    return total if match.has("number", "dozen", "range", "and_half") else total._replace(article=True)


def _counted(counts: Sequence[Token], unit: str, fortnight: int) -> Length | None:
    """``counts``: nothing ("half a year"), a figure, an article and a dozen, a range, or its two ends."""
    ends = [token.value for token in counts] or [1]
    if counts and counts[-1].kind in (SYMBOL["dozen"], SYMBOL["range"]):
        ends = list(counts[-1].value) if counts[-1].kind == SYMBOL["range"] else ends[-1:]
    if any(not 0 < count <= MOST for count in ends):
        return None
    made = one(ends[-1], unit, fortnight)
    if len(ends) > 1:
        least = one(ends[0], unit, fortnight)
        made = made._replace(least=least, figures=least.figures + made.figures)
    return made


def one(count: float, unit: str, fortnight: int) -> Length:
    """``count`` units."""
    if unit == "u_fortnight":
        return Length(days=fortnight * count, unit=unit, figures=((fortnight * count, "days"),))
    months, days, working, minutes, name, factor = _SIZE[unit]
    return Length(
        months * count, days * count, int(working * count), minutes * count, unit, figures=((factor * count, name),)
    )


def scaled(a: Length, factor: float) -> Length:
    """A part of a length."""
    figures = tuple((value * factor, unit) for value, unit in a.figures)
    return a._replace(months=a.months * factor, days=a.days * factor, minutes=a.minutes * factor, figures=figures)


def _sum(a: Length, b: Length) -> Length:
    """1 an 2 mois, two years and 21 days; figures of the same unit are added up."""
    figures = a.figures + b.figures
    if len(a.figures) == 1 and len(b.figures) == 1 and a.figures[0][1] == b.figures[0][1]:
        figures = ((a.figures[0][0] + b.figures[0][0], a.figures[0][1]),)
    return Length(
        a.months + b.months,
        a.days + b.days,
        a.working_days + b.working_days,
        a.minutes + b.minutes,
        a.unit,
        figures=figures,
    )
