"""From the ledger to series: periods of one length, with method, caveats and completeness."""

import datetime as dt
import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping

from coach.core import kpis
from coach.core.model.kpi import KpiPoint, KpiSeries, Method, Subject
from coach.core.model.reading import Cadence
from coach.core.model.records import Entity
from coach.core.series.book import Book
from coach.core.series.ledger import Key, Tally
from coach.core.series.periods import midnight, period_end, period_start, periods

COVERAGE_NEEDED = 0.6
"""Below it a figure is indicative, and may not by itself say that a target is out of reach."""

CASES_NEEDED = 20
"""A rate over fewer cases says little: 4 of 22 is anything from 7 to 39 %."""

STALE_SHARE = 0.2

NEEDS: Mapping[str, tuple[Entity, ...]] = {
    "qualified_meetings": ("activities", "deals", "pipelines"),
    "calls": ("activities",),
    "leads": ("leads",),
    "response_rate": ("activities",),
    "quotes_sent": ("quotes", "deals"),
    "new_customers": ("deals",),
    "deals_won": ("deals",),
    "revenue": ("deals",),
    "margin": ("deals",),
    "pipeline_value": ("deals",),
    "conversion_rate": ("deals", "pipelines"),
    "closing_rate": ("deals",),
    "renewal_rate": ("deals",),
    "churn": ("deals",),
    "upsell_revenue": ("deals",),
    "average_deal_size": ("deals",),
    "nps": ("surveys",),
}
"""What each indicator is counted from: unless all of it was read, there is no figure. What is absent is in no record."""

_TOLD: Mapping[str, Callable[[Book], bool]] = {
    "qualified_meetings": lambda book: bool(
        book.words.qualified_types if book.words.qualified_by == "type" else book.words.qualified_stages
    ),
    "leads": lambda book: book.has_leads,
    "response_rate": lambda book: bool(book.words.sent_types and book.words.reply_types),
    "quotes_sent": lambda book: book.has_quotes or bool(book.words.quote_stages),
    "margin": lambda book: book.has_margins,
    "conversion_rate": lambda book: bool(book.words.demo_stages),
    "renewal_rate": lambda book: bool(book.words.renewal_pipelines),
    "churn": lambda book: bool(book.words.renewal_pipelines),
    "nps": lambda book: book.has_surveys,
}


def can(book: Book, metric: str) -> bool:
    """Whether these records can tell it, and the account has said what its words mean."""
    return metric in NEEDS and _TOLD.get(metric, lambda _: True)(book)


def series(book: Book, metric: str, subject: Key, grain: Cadence, source: str) -> KpiSeries:
    """One series; without points when nothing was ever entered for it."""
    kpi = kpis.KPIS[metric]
    tallies = _tallies(book, metric, subject, grain)
    lenient = metric == "qualified_meetings" and _is_lenient(tallies.values())
    points = tuple(_points(book, metric, kpi, tallies, grain, lenient=lenient))
    currency = book.account.currency if kpi.unit == "money" else None
    kind, ref = subject
    label = book.who.label(subject) if ref else ""
    return KpiSeries(
        metric=metric,
        unit=currency or {"rate": "%", "score": "points"}.get(kpi.unit, "count"),
        grain=grain,
        points=points,
        subject=Subject.model_validate({"kind": kind, "ref": ref, "label": label}),
        source=source,
        method=_method(book, metric, subject, lenient=lenient),
        caveats=tuple(dict.fromkeys(_caveats(book, metric, subject, kpi, tallies, lenient=lenient))),
        data_date=book.today,
        currency=currency,
    )


def _tallies(book: Book, metric: str, subject: Key, grain: Cadence) -> dict[dt.date, Tally]:
    found: dict[dt.date, Tally] = {}
    for day, tally in book.ledger.days[metric].get(subject, {}).items():
        start = period_start(day, grain)
        if start not in found:
            found[start] = Tally()
        found[start].add(tally)
    return found


def _is_lenient(tallies: Iterable[Tally]) -> bool:
    candidates, known = 0, 0
    for tally in tallies:
        candidates, known = candidates + tally.candidates, known + tally.known
    return bool(candidates) and known / candidates < COVERAGE_NEEDED


def _points(
    book: Book, metric: str, kpi: kpis.Kpi, tallies: Mapping[dt.date, Tally], grain: Cadence, *, lenient: bool
) -> Iterator[KpiPoint]:
    if not tallies:
        return
    ripening = _ripening(book) if metric == "conversion_rate" else dt.timedelta()
    level, rate = metric == "pipeline_value", kpi.adds_up == "rate"
    running = Tally()
    for start in periods(min(tallies), book.today, grain):
        end = period_end(start, grain)
        tally = tallies.get(start, Tally())
        if level:
            running.add(tally)
            tally = running
        numerator, n = (tally.lenient, tally.lenient_n) if lenient else (tally.numerator, tally.n)
        value = numerator if not rate else numerator / tally.denominator if tally.denominator else None
        young = bool(tally.denominator) and midnight(end, book.zone) + ripening > book.until
        yield KpiPoint(
            start=start,
            end=end,
            value=None if value is None else round(value, 2) if kpi.unit == "money" else value,
            numerator=numerator if rate else None,
            denominator=tally.denominator if rate else None,
            n=n,
            coverage=tally.known / tally.candidates if tally.candidates else None,
            complete=midnight(end, book.zone) <= book.until and not young,
        )


def _ripening(book: Book) -> dt.timedelta:
    """How long a demonstration usually takes to be signed: younger cohorts are not complete."""
    return dt.timedelta(seconds=max(0.0, statistics.median(book.ripening))) if book.ripening else dt.timedelta()


def _method(book: Book, metric: str, subject: Key, *, lenient: bool) -> Method:
    proxy = (
        metric == "pipeline_value"
        or lenient
        or (metric == "quotes_sent" and not book.has_quotes)
        or (metric == "conversion_rate" and not book.stage_history)
        or (metric == "qualified_meetings" and book.words.qualified_by == "deal" and not book.stage_history)
        or "derived" in book.ledger.remarks.get((metric, subject), ())
    )
    return "proxy" if proxy else "exact"


_ALWAYS: Mapping[str, tuple[str, ...]] = {
    "revenue": ("bookings_not_invoices",),
    "leads": ("imports_look_like_leads",),
    "pipeline_value": ("amounts_as_of_today",),
}


def _caveats(
    book: Book, metric: str, subject: Key, kpi: kpis.Kpi, tallies: Mapping[dt.date, Tally], *, lenient: bool
) -> Iterator[str]:
    yield from _ALWAYS.get(metric, ())
    if metric == "upsell_revenue" and not book.words.renewal_pipelines:
        yield "renewals_not_told_apart"
    if metric == "quotes_sent" and not book.has_quotes:
        yield "deals_in_quote_stage"
    if lenient:
        yield "outcomes_often_missing"
    total, stale = book.open_deals.get(subject, (0, 0))
    if metric == "closing_rate" and total and stale / total > STALE_SHARE:
        yield "stale_open_deals"  # never marked lost, they make the rate look better
    yield from sorted(book.ledger.remarks.get((metric, subject), set()) - {"derived"})
    if subject[0] == "segment":
        yield "segment_as_of_today"
    candidates = sum(tally.candidates for tally in tallies.values())
    if candidates and sum(tally.known for tally in tallies.values()) / candidates < COVERAGE_NEEDED:
        yield "coverage_low"
    if kpi.unit == "rate" and sum(tally.denominator for tally in tallies.values()) < CASES_NEEDED:
        yield "few_cases"
