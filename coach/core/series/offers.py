"""What quotes, leads and surveys tell."""

from collections.abc import Iterable, Mapping

from coach.core.model.records import Company, Deal, Lead, Quote, Survey
from coach.core.series.book import Book
from coach.core.series.ledger import Tally

PROMOTER, DETRACTOR = 9, 6
"""Scores from which, and up to which, an answer of 0 to 10 counts for or against."""


def quotes(book: Book, found: Iterable[Quote], deals: Mapping[str, Deal], companies: Mapping[str, Company]) -> None:
    """Enter the quotes that their customers could read."""
    for quote in found:
        if quote.deleted or quote.published is None or quote.published > book.until:
            continue
        deal = deals.get(quote.deal or "")
        company = companies.get((deal.company if deal else None) or "")
        subjects = book.subjects(quote.owner, (deal.pipeline if deal else None,), company)
        book.ledger.add("quotes_sent", subjects, book.day(quote.published), Tally(numerator=1, n=1))


def leads(book: Book, found: Iterable[Lead], deals: Mapping[str, Deal]) -> None:
    """Enter the leads, by the day they were made."""
    for lead in found:
        book.has_leads = True
        if lead.deleted or lead.created is None or lead.created > book.until:
            continue
        deal = deals.get(lead.deal or "")
        subjects = book.subjects(lead.owner, (deal.pipeline if deal else None,), None)
        book.ledger.add("leads", subjects, book.day(lead.created), Tally(numerator=1, n=1))


def surveys(book: Book, found: Iterable[Survey], companies: Mapping[str, Company]) -> None:
    """Enter the answers: promoters less detractors, in hundredths."""
    for survey in found:
        if survey.deleted or survey.at is None or survey.at > book.until:
            continue
        book.has_surveys = True
        weight = 100 * ((survey.score >= PROMOTER) - (survey.score <= DETRACTOR))
        subjects = book.subjects(survey.owner, (), companies.get(survey.company or ""))
        book.ledger.add("nps", subjects, book.day(survey.at), Tally(numerator=weight, denominator=1, n=1))
