"""From a length to what it is for: a horizon ("en 3 mois"), a rhythm ("a week"), a property of a metric or a scope."""

from datetime import date

from coach.core.facts.mentions import TimeMention
from coach.core.facts.periods.calendar import Length, add
from coach.core.facts.periods.context import Found
from coach.core.facts.periods.points import CADENCE

_GRAIN = {
    "u_day": "day",
    "u_business": "day",
    "u_week": "week",
    "u_month": "month",
    "u_quarter": "quarter",
    "u_half": "half",
    "u_year": "year",
}
_ENDS = ("", "stop", "comma", "dot", "colon", "dash")
_INSIDE = frozenset(("in", "within", "for", "during_or_this", "on"))
_DAY = 1440
"""Minutes."""
_SHORT = 7
"""Days within which an answer to each customer is a service level, not a horizon."""


def length(found: Found) -> TimeMention | None:
    """A length, with the words that introduce it."""
    said: Length = found.match.one("length").value
    if "since" in found.leads:
        return _duration(found)
    if _is_rhythm(found, said) and not _is_effort(found):
        return TimeMention(found.span, "cadence", cadence=CADENCE.get(_GRAIN.get(said.unit, "")))
    if _is_effort(found) or found.has("old") or found.after() in ("old", "after", "next_after", "following"):
        return _duration(found, said if _is_effort(found) else None)
    if found.has("horizon"):
        return _in_a_period(found, said)
    if _is_adjective(found) and found.after() != "horizon" and "plan" not in found.right(1):
        return _duration(found)  # "on 24-month terms"
    if found.leads & {"by", "by_or_latest", "before"}:
        return _horizon(found, said)
    if found.leads & _INSIDE:
        return _inside(found, said)
    if found.leads & {"by_date", "until", "to", "to_the", "at", "of", "of_the", "from", "start"}:
        return _joined(found, said)
    return _bare(found, said)


def left(found: Found) -> TimeMention | None:
    """We have 75 days left, il nous reste 75 jours: until when, if the sentence goes on to what is wanted."""
    said: Length = found.match.one("length").value
    return _horizon(found, said) if found.after() in (*_ENDS, "for", "to", "before") else _duration(found)


def movement(found: Found) -> TimeMention:
    """De 9 mois à 6 mois, from 90 days to 60 days: both ends are the metric's."""
    first, last = (token.value for token in found.match.all("length"))
    return _duration(found, last._replace(figures=first.figures + last.figures, article=False))


def _duration(found: Found, said: Length | None = None) -> TimeMention:
    """``said``: the length is a figure of the metric itself; None: it only narrows the scope."""
    numbers = said.figures if said is not None and not said.article else ()
    return TimeMention(
        found.span,
        "duration",
        numbers=tuple((value, "minute" if unit == "minutes" else unit) for value, unit in numbers),
    )


def _horizon(found: Found, said: Length) -> TimeMention:
    today = found.calendar.today
    end = today if "before" in found.leads and said.minutes < 1440 and said.minutes else add(today, said)
    if end is None:
        return TimeMention(found.span, "deadline", problem="impossible_date")
    return TimeMention(found.span, "deadline", end=end, start=today, alternatives=_other_ends(found, said, end))


def _other_ends(found: Found, said: Length, end: date) -> tuple[date, ...]:
    """The lower end of a range; the end of the running period for "sur un trimestre", "en un an"."""
    others = [add(found.calendar.today, said.least)] if said.least else []
    grain = _GRAIN.get(said.unit)
    if said.article and grain in ("month", "quarter", "half", "year"):
        others.append(found.calendar.relative(grain, 0).end)
    return tuple(day for day in others if day is not None and day != end)


def _is_rhythm(found: Found, said: Length) -> bool:
    """60 calls a day: an article that stands for "per", with nothing before it; not "a fortnight to book 14 calls"."""
    bare = not found.leads and not found.has("bound", "most", "horizon", "the")
    opens = found.before() in _ENDS and found.after() in ("for", "to")
    return found.article_is_per and bare and said.article and said.least is None and not opens


def _is_effort(found: Found) -> bool:
    """30 min a day, 2 jours par semaine."""
    if found.after() in ("per", "slash", "every"):
        return True
    tokens = found.match.tokens
    following = tokens[found.match.end] if found.match.end < len(tokens) else None
    return (
        found.article_is_per
        and isinstance(getattr(following, "value", None), Length)
        and following is not None
        and following.value.article
    )


def _in_a_period(found: Found, said: Length) -> TimeMention:
    """Sur une période de 6 mois, délai : 3 mois; but "un délai de paiement de 30 jours" is a metric."""
    word = found.match.one("horizon")
    heading = found.has("colon") or (found.before() in _ENDS and not found.has("article", "the"))
    asked = found.leads & (_INSIDE | {"by", "to", "at", "before"}) or heading or "measured" not in word.tags
    return _horizon(found, said) if asked and said.minutes == 0 else _duration(found, said)


def _inside(found: Found, said: Length) -> TimeMention:
    """In, over, within, sur, pendant, sous: a horizon, unless what stands around is a service level or a scope."""
    if _is_service(found, said):
        return _duration(found, said)
    return _duration(found) if _is_scope(found) or _is_stock(found) else _horizon(found, said)


def _is_service(found: Found, said: Length) -> bool:
    """Rappeler chaque lead sous 2 jours, 95 % of orders within 5 days, invoices paid within 30 days."""
    around, before = found.near(7), found.left(7)
    if said.minutes:
        return "within" in found.leads or bool({"react", "measured"} & around) or said.minutes < _DAY
    if not found.has("bound", "within"):
        return False
    if "measured" in before and "within" in found.leads:
        return True
    each = "each_one" in around or ("within" in found.leads and found.is_rate)
    short = said.months == 0 and said.days + said.working_days <= _SHORT
    return each and ("measured" in around or ("react" in around and short))


def _is_scope(found: Found) -> bool:
    """Inactive for 6 months, who have not bought in a year, for more than 60 days."""
    if "for" in found.leads and ("over" in found.tags if found.has("bound") else "in" in found.leads):
        return True
    if "dormant" in found.left(1 if "in" in found.leads else 2):
        return True
    return "negation" in found.left(4) and bool(found.leads & {"in", "for"})


def _is_stock(found: Found) -> bool:
    """Sur 6 mois de données, within 30 days of signing."""
    return found.after() in ("of", "of_the") and "stock" in found.right(3)


def _joined(found: Found, said: Length) -> TimeMention:
    """After "of", "to", "at" or "by" a length is a property: of a metric when one is near, else of the scope."""
    near = found.left(8) | found.right(4) | found.heading()
    if "measured" in near and "term" not in found.left(2):
        return _duration(found, said)
    if found.leads & {"by_date", "from", "start"}:
        return _duration(found, said)
    if found.leads & {"of", "of_the"}:
        return _duration(found, said if found.has("bound") and "measured" in near else None)
    if "term" in found.left(5) or found.leads & {"until", "at"}:
        return _duration(found)
    if found.article_is_per:
        return _duration(found, said)
    return _horizon(found, said) if found.before() in _ENDS or found.after() in _ENDS else _duration(found)


def _bare(found: Found, said: Length) -> TimeMention | None:
    """A length alone: "+20 %, 6 mois" is a horizon, "contrat 12 mois" and "50 jours de conseil" are not."""
    measured = "measured" in found.left(3) | found.heading()
    if measured or found.has("bound") or said.minutes:
        return _duration(found, said if measured or not found.has("bound") else None)
    given = found.before() in _ENDS or "given" in found.left(2)
    if given and found.after() in ("for", "to"):  # "90 jours pour signer…", "we have six weeks to sign…"
        return _horizon(found, said)
    if _is_adjective(found):
        return _horizon(found, said) if found.after() == "horizon" or "plan" in found.right(1) else _duration(found)
    if found.before() == "after" or "stock" in found.right(2) or "term" in found.near(2) or "dormant" in found.near(2):
        return _duration(found)
    if said.article:
        return _duration(found)
    if found.after() in _ENDS and (
        found.before() in (*_ENDS, "percent", "slash", "number") or found.before() == "other"
    ):
        return _horizon(found, said)
    return _duration(found, said)


def _is_adjective(found: Found) -> bool:
    """A 12-month contract: figure and unit joined by a hyphen."""
    start, end = found.span
    _, hyphen, unit = found.text.norm[start:end].rpartition("-")
    return found.article_is_per and bool(hyphen) and unit[:1].isalpha()
