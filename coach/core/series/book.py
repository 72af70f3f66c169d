"""One count under way: what the account's words mean, and the ledger its records are entered into."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from coach.core.model.records import Account, Company, Deal, Mapping, Owner, Pipeline
from coach.core.series.ledger import WHOLE, Key, Ledger
from coach.core.series.who import Who


@dataclass(slots=True)
class Thread:
    """Messages to one person: when the first was sent and by whom, and when they answered."""

    sent: dt.datetime | None = None
    subjects: tuple[Key, ...] = (WHOLE,)
    replies: list[dt.datetime] = field(default_factory=list)


class Book:
    """What is known of the account while its records go by, a batch at a time."""

    def __init__(
        self,
        account: Account,
        words: Mapping,
        until: dt.datetime,
        *,
        owners: Iterable[Owner] = (),
        pipelines: Iterable[Pipeline] = (),
        stage_history: bool = True,
        has_quotes: bool = True,
    ) -> None:
        pipelines = tuple(pipelines)
        self.account, self.words, self.until = account, words, until
        self.zone = ZoneInfo(account.time_zone)
        self.who = Who(owners, pipelines)
        self.order = {stage.id: stage.order for pipeline in pipelines for stage in pipeline.stages}
        self.stage_history, self.has_quotes = stage_history, has_quotes
        self.ledger = Ledger()
        self.first_wins: dict[str, tuple[dt.datetime, str]] = {}
        self.ripening: list[float] = []  # seconds from a demonstration to its signature
        self.open_deals: dict[Key, list[int]] = {}  # how many are open, how many of those are long overdue
        self.threads: dict[str, Thread] = {}
        self.has_margins = self.has_leads = self.has_surveys = False
        self.today = self.day(until)

    def day(self, at: dt.datetime) -> dt.date:
        """The account's own day."""
        return at.astimezone(self.zone).date()

    def amount(self, deal: Deal) -> float | None:
        """In the account's currency; None when it is unknown, or its rate is."""
        if deal.amount_home is not None:
            return deal.amount_home
        return deal.amount if deal.currency in (None, self.account.currency) else None

    def subjects(self, owner: str | None, pipelines: Iterable[str | None], company: Company | None) -> tuple[Key, ...]:
        """Whom a record of these is about."""
        return self.who.of(owner, frozenset(id for id in pipelines if id), self.who.segments(company))

    def entered(self, deal: Deal, stages: Iterable[str]) -> dt.datetime | None:
        """When the deal is first known to have come into one of the stages, not after all ends."""
        wanted = set(stages)
        return min((one.at for one in deal.entered if one.stage in wanted and one.at <= self.until), default=None)

    def closed(self, deal: Deal) -> dt.datetime | None:
        """When it was won or lost; a day typed ahead of time has not come yet."""
        if deal.status == "open" or deal.closed is None or deal.closed > self.until:
            return None
        return deal.closed


def wins(book: Book, deals: Iterable[Deal]) -> None:
    """Note each company's first won deal: over all deals, before any of them is entered."""
    for deal in deals:
        at = book.closed(deal)
        if at is None or deal.status != "won" or deal.deleted or not deal.company:
            continue
        first = book.first_wins.get(deal.company)
        if first is None or (at, deal.id) < first:
            book.first_wins[deal.company] = (at, deal.id)
