"""What deals tell: signatures, amounts, rates of closing, customers, cohorts, the open pipeline."""

import datetime as dt
from collections.abc import Iterable, Mapping

from coach.core.model.records import Company, Deal
from coach.core.series.book import Book
from coach.core.series.ledger import Key, Tally

STALE_AFTER = dt.timedelta(days=60)
ONE = Tally(numerator=1, n=1)


def enter(book: Book, deals: Iterable[Deal], companies: Mapping[str, Company]) -> None:
    """Enter the deals; ``companies``: those they are of, by id. :func:`book.wins` saw all deals before."""
    for deal in deals:
        if deal.deleted:
            continue
        subjects = book.subjects(deal.owner, (deal.pipeline,), companies.get(deal.company or ""))
        at = book.closed(deal)
        if at is not None:
            _closed(book, deal, subjects, book.day(at))
        if at is not None and deal.status == "won":
            _won(book, deal, subjects, book.day(at))
        if deal.status == "open":
            _open(book, deal, subjects)
        _stages(book, deal, subjects)
        _pipeline(book, deal, subjects)


def _closed(book: Book, deal: Deal, subjects: tuple[Key, ...], day: dt.date) -> None:
    won = deal.status == "won"
    rate = Tally(numerator=won, denominator=1, n=1)
    book.ledger.add("closing_rate", subjects, day, rate)
    if deal.pipeline in book.words.renewal_pipelines:
        book.ledger.add("renewal_rate", subjects, day, rate)
        book.ledger.add("churn", subjects, day, Tally(numerator=not won, denominator=1, n=1))


def _won(book: Book, deal: Deal, subjects: tuple[Key, ...], day: dt.date) -> None:
    ledger = book.ledger
    ledger.add("deals_won", subjects, day, ONE)
    _sum(book, "revenue", subjects, day, book.amount(deal))
    _sum(book, "average_deal_size", subjects, day, book.amount(deal))
    book.has_margins |= deal.margin is not None
    margin = Tally(numerator=deal.margin or 0.0, n=1, candidates=1, known=deal.margin is not None)
    ledger.add("margin", subjects, day, margin)
    new = deal.company is not None and book.first_wins[deal.company][1] == deal.id
    known = deal.company is not None
    ledger.add("new_customers", subjects, day, Tally(numerator=new, n=new, candidates=1, known=known))
    if deal.pipeline not in book.words.renewal_pipelines:
        _upsell(book, deal, subjects, day, bought_before=known and not new)


def _upsell(book: Book, deal: Deal, subjects: tuple[Key, ...], day: dt.date, *, bought_before: bool) -> None:
    """Of customers who had bought before: by the deal's own type where it is filled, else by their earlier deals."""
    existing = deal.existing_customer
    if existing is None:
        existing = bought_before
        book.ledger.remark("upsell_revenue", subjects, "derived")
    if existing:
        _sum(book, "upsell_revenue", subjects, day, book.amount(deal))


def _sum(book: Book, metric: str, subjects: tuple[Key, ...], day: dt.date, amount: float | None) -> None:
    """An amount; one that is unknown, or in a currency without a rate, is left out, and said."""
    if amount is None:
        book.ledger.add(metric, subjects, day, Tally(n=1, candidates=1))
        book.ledger.remark(metric, subjects, "amounts_unknown")
    else:
        fact = Tally(numerator=amount, denominator=1, n=1, candidates=1, known=1)
        book.ledger.add(metric, subjects, day, fact)


def _open(book: Book, deal: Deal, subjects: tuple[Key, ...]) -> None:
    limit = book.day(book.until - STALE_AFTER)
    stale = deal.expected is not None and deal.expected < limit
    for subject in subjects:
        counts = book.open_deals.setdefault(subject, [0, 0])
        counts[0] += 1
        counts[1] += stale


def _stages(book: Book, deal: Deal, subjects: tuple[Key, ...]) -> None:
    """Of the deals shown in a period, those won so far; and deals in a quote stage where the CRM has no quotes."""
    shown = book.entered(deal, book.words.demo_stages)
    if shown is not None:
        fact = Tally(numerator=deal.status == "won", denominator=1, n=1)
        book.ledger.add("conversion_rate", subjects, book.day(shown), fact)
        if deal.status == "won" and deal.closed is not None:
            book.ripening.append((deal.closed - shown).total_seconds())
    quoted = None if book.has_quotes else book.entered(deal, book.words.quote_stages)
    if quoted is not None:
        book.ledger.add("quotes_sent", subjects, book.day(quoted), ONE)


def _pipeline(book: Book, deal: Deal, subjects: tuple[Key, ...]) -> None:
    """What is open comes in when the deal is made and goes out when it closes, at today's amount: past ones are not kept."""
    if deal.created is None or deal.created >= book.until or (deal.status != "open" and deal.closed is None):
        return
    amount = book.amount(deal)
    known = amount is not None
    book.ledger.add(
        "pipeline_value", subjects, book.day(deal.created),
        Tally(numerator=amount or 0.0, n=1, candidates=1, known=known),
    )  # fmt: skip
    if deal.status != "open" and deal.closed is not None and deal.closed < book.until:
        gone = Tally(numerator=-(amount or 0.0), n=-1, candidates=-1, known=-known)
        book.ledger.add("pipeline_value", subjects, book.day(max(deal.closed, deal.created)), gone)
