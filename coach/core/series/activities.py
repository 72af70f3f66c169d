"""What activities tell: calls made, qualified meetings, answers to messages."""

import datetime as dt
from collections.abc import Iterable, Mapping

from coach.core.model.records import Activity, Company, Deal
from coach.core.series.book import Book, Thread
from coach.core.series.ledger import Key, Tally

QUALIFIED_WITHIN = dt.timedelta(days=14)
ANSWERED_WITHIN = dt.timedelta(days=30)


def enter(
    book: Book, activities: Iterable[Activity], deals: Mapping[str, Deal], companies: Mapping[str, Company]
) -> None:
    """Enter the activities; ``deals`` and ``companies``: those they are linked to, by id."""
    for activity in activities:
        if activity.deleted or activity.at is None or activity.at > book.until:
            continue
        linked = [deals[id] for id in activity.deals if id in deals and not deals[id].deleted]
        company = companies.get(activity.company or next((one.company for one in linked if one.company), "") or "")
        subjects = book.subjects(activity.owner, (one.pipeline for one in linked), company)
        if activity.kind == "call":
            _call(book, activity, subjects, activity.at)
        elif activity.kind == "meeting":
            _meeting(book, activity, subjects, activity.at, linked)
        elif activity.kind == "message":
            _message(book, activity, subjects, activity.at)


def _call(book: Book, call: Activity, subjects: tuple[Key, ...], at: dt.datetime) -> None:
    if call.direction != "in" and call.outcome != "planned":
        book.ledger.add("calls", subjects, book.day(at), Tally(numerator=1, n=1))


def _meeting(book: Book, meeting: Activity, subjects: tuple[Key, ...], at: dt.datetime, linked: list[Deal]) -> None:
    """Held, or past and neither missed nor cancelled where outcomes are often missing."""
    if meeting.external is False:
        return
    told = meeting.outcome != "unknown"
    qualified = meeting.outcome in ("held", "unknown") and _is_qualified(book, meeting, at, linked)
    held = qualified and told
    fact = Tally(numerator=held, n=held, candidates=1, known=told, lenient=qualified, lenient_n=qualified)
    book.ledger.add("qualified_meetings", subjects, book.day(at), fact)


def _is_qualified(book: Book, meeting: Activity, at: dt.datetime, linked: list[Deal]) -> bool:
    words = book.words
    if words.qualified_by == "type":
        return meeting.type in words.qualified_types
    if not book.stage_history:
        return any(_has_reached(book, deal, words.qualified_stages) for deal in linked)
    entered = (one for deal in linked for one in deal.entered if one.stage in words.qualified_stages)
    return any(at <= one.at <= at + QUALIFIED_WITHIN for one in entered)


def _has_reached(book: Book, deal: Deal, stages: Iterable[str]) -> bool:
    """Won, or now at one of the stages or beyond it."""
    orders = [book.order[stage] for stage in stages if stage in book.order]
    here = book.order.get(deal.stage or "")
    return deal.status == "won" or (here is not None and bool(orders) and here >= min(orders))


def _message(book: Book, message: Activity, subjects: tuple[Key, ...], at: dt.datetime) -> None:
    """Kept by the person written to: one counts once, on the day of the first message."""
    words = book.words
    if not message.party or message.type not in (*words.sent_types, *words.reply_types):
        return
    thread = book.threads.setdefault(message.party, Thread())
    if message.type in words.reply_types:
        thread.replies.append(at)
    elif thread.sent is None or at < thread.sent:
        thread.sent, thread.subjects = at, subjects


def answers(book: Book) -> None:
    """Enter who answered within thirty days, once every message has gone by."""
    for thread in book.threads.values():
        if thread.sent is not None:
            sent = thread.sent
            answered = any(sent <= reply <= sent + ANSWERED_WITHIN for reply in thread.replies)
            fact = Tally(numerator=answered, denominator=1, n=1)
            book.ledger.add("response_rate", thread.subjects, book.day(sent), fact)
