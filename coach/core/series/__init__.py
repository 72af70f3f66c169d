"""From a CRM's records to KPI series, each figure with what it was counted from.

Periods are half-open and end when the account's own day ends: 23:30 UTC on 31 March is April in Paris. Deleted records never
count, archived ones do. What the account has not said (which stage is a demonstration?) is not guessed: there is no series.

Records go by a batch at a time and are entered into a ledger of days, for everyone they are about at once: what is held does
not grow with their number. ``book.wins`` sees all deals first, then ``deals.enter``, ``activities.enter``, ``offers``, in any
order; ``activities.answers`` closes. :func:`tell` gives the series.
"""

from collections.abc import Iterable, Iterator
from typing import cast

from coach.core.model.kpi import KpiSeries, Subject
from coach.core.model.reading import Cadence
from coach.core.model.records import Company, Deal
from coach.core.model.records import Mapping as Words
from coach.core.series import activities, deals, offers, telling
from coach.core.series.book import Book, wins
from coach.core.series.ledger import Key
from coach.core.series.records import Records
from coach.core.series.telling import NEEDS, can

__all__ = ["COUNTERS", "NEEDS", "WHOLE", "Book", "Records", "can", "count", "count_all", "entered", "tell", "wins"]

WHOLE = Subject()
COUNTERS = tuple(NEEDS)
"""The indicators that records can tell."""


def count(
    metric: str,
    records: Records,
    words: Words,
    *,
    grain: Cadence = "month",
    subject: Subject = WHOLE,
    source: str = "crm",
) -> KpiSeries | None:
    """The series of ``metric``, from the first period with a record to the one ``records.until`` falls in.

    Returns:
        None when these records cannot tell it, or the account has not said what its words mean.
    """
    book = entered(records, words)
    return telling.series(book, metric, (subject.kind, subject.ref), grain, source) if can(book, metric) else None


def count_all(
    records: Records, words: Words, *, grain: Cadence = "month", source: str = "crm"
) -> tuple[KpiSeries, ...]:
    """Every series these records can tell, of the whole account."""
    book = entered(records, words)
    key = (WHOLE.kind, WHOLE.ref)
    return tuple(telling.series(book, metric, key, grain, source) for metric in COUNTERS if can(book, metric))


def tell(
    book: Book, metrics: Iterable[str], *, grains: Iterable[Cadence] = ("month",), source: str = "crm"
) -> Iterator[KpiSeries]:
    """Every series of the metrics that has a point, for everyone it can be told of."""
    grains = tuple(grains)
    for metric in metrics:
        if can(book, metric):
            for subject in cast("Iterable[Key]", book.ledger.days[metric]):
                for grain in grains:
                    yield telling.series(book, metric, subject, grain, source)


def entered(records: Records, words: Words) -> Book:
    """All records in a book."""
    book = Book(
        records.account,
        words,
        records.until,
        owners=records.owners,
        pipelines=records.pipelines,
        stage_history=records.stage_history,
        has_quotes=records.quotes is not None,
    )
    companies: dict[str, Company] = {company.id: company for company in records.companies}
    by_id: dict[str, Deal] = {deal.id: deal for deal in records.deals if not deal.deleted}
    wins(book, records.deals)
    deals.enter(book, records.deals, companies)
    activities.enter(book, records.activities, by_id, companies)
    activities.answers(book)
    offers.quotes(book, records.quotes or (), by_id, companies)
    offers.leads(book, records.leads, by_id)
    offers.surveys(book, records.surveys, companies)
    return book
