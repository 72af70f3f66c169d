"""From a CRM's records to KPI series, each figure with what it was counted from.

Periods are half-open and end when the account's own day ends: 23:30 UTC on 31 March is April in Paris. Deleted records never
count, archived ones do. What the account has not said (which stage is a demonstration?) is not guessed: there is no series.
"""

import datetime as dt
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from coach.core import kpis
from coach.core.model.kpi import KpiPoint, KpiSeries, Method, Subject
from coach.core.model.reading import Cadence
from coach.core.model.records import Account, Activity, Company, Deal, Lead, Owner, Pipeline, Quote
from coach.core.model.records import Mapping as Words

QUALIFIED_WITHIN = dt.timedelta(days=14)
STALE_AFTER = dt.timedelta(days=60)
COVERAGE_NEEDED = 0.6
"""Below it a figure is indicative, and may not by itself say that a target is out of reach."""

CASES_NEEDED = 20
"""A rate over fewer cases says little: 4 of 22 is anything from 7 to 39 %."""

STALE_SHARE = 0.2
WHOLE = Subject()
MONTHS: Mapping[Cadence, int] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Records:
    """All that was read of an account, one copy a record, the latest.

    ``stage_history``: whether deals tell every stage they entered, or only the present one. ``quotes`` is None where the CRM
    has no quotes at all, which is not the same as having sent none.
    """

    account: Account
    until: dt.datetime
    owners: tuple[Owner, ...] = ()
    pipelines: tuple[Pipeline, ...] = ()
    deals: tuple[Deal, ...] = ()
    activities: tuple[Activity, ...] = ()
    companies: tuple[Company, ...] = ()
    quotes: tuple[Quote, ...] | None = None
    leads: tuple[Lead, ...] = ()
    stage_history: bool = True


@dataclass(slots=True)
class Tally:
    """What one period adds up to. ``known`` of ``candidates`` records had what the figure needs."""

    numerator: float = 0.0
    denominator: float = 0.0
    n: int = 0
    candidates: int = 0
    known: int = 0
    immature: bool = False


@dataclass(slots=True)
class Counted:
    """Tallies by period start, and how they were made."""

    tallies: dict[dt.date, Tally] = field(default_factory=lambda: defaultdict(Tally))
    method: Method = "exact"
    caveats: list[str] = field(default_factory=list)


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
    kpi, counter = kpis.known(metric), COUNTERS.get(metric)
    if kpi is None or counter is None:
        return None
    view = View(records, words, grain, subject)
    counted = counter(view)
    if counted is None:
        return None
    points = tuple(_points(view, counted, kpi))
    currency = records.account.currency if kpi.unit == "money" else None
    return KpiSeries(
        metric=metric,
        unit=currency or {"rate": "%", "score": "points"}.get(kpi.unit, "count"),
        grain=grain,
        points=points,
        subject=subject,
        source=source,
        method=counted.method,
        caveats=tuple(dict.fromkeys([*counted.caveats, *_doubts(counted, kpi)])),
        data_date=view.day(records.until),
        currency=currency,
    )


def count_all(
    records: Records, words: Words, *, grain: Cadence = "month", source: str = "crm"
) -> tuple[KpiSeries, ...]:
    """Every series these records can tell, of the whole account."""
    found = (count(metric, records, words, grain=grain, source=source) for metric in COUNTERS)
    return tuple(series for series in found if series is not None)


class View:
    """The records of one subject, by period."""

    def __init__(self, records: Records, words: Words, grain: Cadence, subject: Subject) -> None:
        self.records, self.words, self.subject = records, words, subject
        self.grain: Cadence = grain
        self.zone = ZoneInfo(records.account.time_zone)
        self._people = {owner.id for owner in records.owners if subject.ref in owner.teams}
        self.all_deals = [deal for deal in records.deals if not deal.deleted]
        self.deals = [deal for deal in self.all_deals if self._is_theirs(deal.owner, deal.pipeline)]
        self.by_id = {deal.id: deal for deal in self.all_deals}
        self.order = {stage.id: stage.order for pipeline in records.pipelines for stage in pipeline.stages}

    def _is_theirs(self, owner: str | None, pipeline: str | None) -> bool:
        kind, ref = self.subject.kind, self.subject.ref
        if kind == "person":
            return owner == ref
        if kind == "team":
            return owner in self._people
        return kind != "pipeline" or pipeline == ref

    def activities(self, kind: str) -> Iterator[tuple[Activity, dt.datetime]]:
        """Past ones with their time; of a pipeline, those linked to one of its deals."""
        for activity in self.records.activities:
            if activity.deleted or activity.kind != kind or activity.at is None or activity.at > self.records.until:
                continue
            linked = (self.by_id[id].pipeline for id in activity.deals if id in self.by_id)
            pipeline = self.subject.ref if self.subject.kind == "pipeline" and self.subject.ref in linked else None
            if self._is_theirs(activity.owner, pipeline):
                yield activity, activity.at

    def closed(self, deals: Iterable[Deal] | None = None) -> Iterator[tuple[Deal, dt.datetime]]:
        """Won and lost deals with the time they closed; a day typed ahead of time has not come yet."""
        for deal in self.deals if deals is None else deals:
            if deal.status != "open" and deal.closed is not None and deal.closed <= self.records.until:
                yield deal, deal.closed

    def won(self, deals: Iterable[Deal] | None = None) -> Iterator[tuple[Deal, dt.datetime]]:
        """The won ones among them."""
        return ((deal, at) for deal, at in self.closed(deals) if deal.status == "won")

    def owned(self, owner: str | None, deal: str | None = None) -> bool:
        """Whether a quote or a lead is the subject's."""
        linked = self.by_id.get(deal or "")
        return self._is_theirs(owner, linked.pipeline if linked else None)

    def amount(self, deal: Deal) -> float | None:
        """In the account's currency; None when it is unknown, or its rate is."""
        if deal.amount_home is not None:
            return deal.amount_home
        return deal.amount if deal.currency in (None, self.records.account.currency) else None

    def day(self, at: dt.datetime) -> dt.date:
        """The account's own day."""
        return at.astimezone(self.zone).date()

    def start(self, at: dt.datetime) -> dt.date:
        """The first day of the period ``at`` falls in."""
        return period_start(self.day(at), self.grain)

    def midnight(self, day: dt.date) -> dt.datetime:
        """When the account's day begins."""
        return dt.datetime.combine(day, dt.time(), tzinfo=self.zone)

    def periods(self, first: dt.date) -> Iterator[dt.date]:
        """Starts from ``first`` to the period under way."""
        last = self.start(self.records.until)
        while first <= last:
            yield first
            first = period_end(first, self.grain)


def period_start(day: dt.date, grain: Cadence) -> dt.date:
    """The first day of the period ``day`` is in; weeks begin on Monday."""
    if grain == "day":
        return day
    if grain == "week":
        return day - dt.timedelta(days=day.weekday())
    months = MONTHS[grain]
    return dt.date(day.year, (day.month - 1) // months * months + 1, 1)


def period_end(start: dt.date, grain: Cadence) -> dt.date:
    """The first day after the period that begins on ``start``."""
    if grain in ("day", "week"):
        return start + dt.timedelta(days=1 if grain == "day" else 7)
    months = start.year * 12 + start.month - 1 + MONTHS[grain]
    return dt.date(months // 12, months % 12 + 1, 1)


def _points(view: View, counted: Counted, kpi: kpis.Kpi) -> Iterator[KpiPoint]:
    if not counted.tallies:
        return
    for start in view.periods(min(counted.tallies)):
        end = period_end(start, view.grain)
        tally = counted.tallies.get(start, Tally())
        rate = kpi.adds_up == "rate"
        value = tally.numerator if not rate else tally.numerator / tally.denominator if tally.denominator else None
        yield KpiPoint(
            start=start,
            end=end,
            value=value,
            numerator=tally.numerator if rate else None,
            denominator=tally.denominator if rate else None,
            n=tally.n,
            coverage=tally.known / tally.candidates if tally.candidates else None,
            complete=view.midnight(end) <= view.records.until and not tally.immature,
        )


def _doubts(counted: Counted, kpi: kpis.Kpi) -> Iterator[str]:
    tallies = counted.tallies.values()
    candidates, known = sum(one.candidates for one in tallies), sum(one.known for one in tallies)
    if candidates and known / candidates < COVERAGE_NEEDED:
        yield "coverage_low"
    if kpi.unit == "rate" and sum(one.denominator for one in tallies) < CASES_NEEDED:
        yield "few_cases"


def _deals_won(view: View) -> Counted:
    counted = Counted()
    for _, at in view.won():
        tally = counted.tallies[view.start(at)]
        tally.numerator += 1
        tally.n += 1
    return counted


def _sum(view: View, counted: Counted, deals: Iterable[tuple[Deal, dt.datetime]]) -> Counted:
    """Amounts of deals; those in a currency without a rate are left out, and said."""
    for deal, at in deals:
        tally, amount = counted.tallies[view.start(at)], view.amount(deal)
        tally.n += 1
        tally.candidates += 1
        if amount is None:
            counted.caveats.append("amounts_unknown")
            continue
        tally.known += 1
        tally.numerator += amount
        tally.denominator += 1
    return counted


def _revenue(view: View) -> Counted:
    return _sum(view, Counted(caveats=["bookings_not_invoices"]), view.won())


def _average_deal_size(view: View) -> Counted:
    return _sum(view, Counted(), view.won())


def _rate(view: View, deals: Iterable[Deal]) -> Counted:
    counted = Counted()
    for deal, at in view.closed(deals):
        tally = counted.tallies[view.start(at)]
        tally.numerator += deal.status == "won"
        tally.denominator += 1
        tally.n += 1
    return counted


def _closing_rate(view: View) -> Counted:
    counted = _rate(view, view.deals)
    limit = view.day(view.records.until - STALE_AFTER)
    still_open = [deal for deal in view.deals if deal.status == "open"]
    stale = sum(1 for deal in still_open if deal.expected is not None and deal.expected < limit)
    if still_open and stale / len(still_open) > STALE_SHARE:
        counted.caveats.append("stale_open_deals")  # never marked lost, they make the rate look better
    return counted


def _renewal_rate(view: View) -> Counted | None:
    if not view.words.renewal_pipelines:
        return None
    return _rate(view, [deal for deal in view.deals if deal.pipeline in view.words.renewal_pipelines])


def _first_wins(view: View) -> dict[str, tuple[dt.datetime, str]]:
    """Each company's first won deal, over the whole account and all its history."""
    first: dict[str, tuple[dt.datetime, str]] = {}
    for deal, at in view.won(view.all_deals):
        if deal.company and (deal.company not in first or (at, deal.id) < first[deal.company]):
            first[deal.company] = (at, deal.id)
    return first


def _new_customers(view: View) -> Counted:
    counted, first = Counted(), _first_wins(view)
    for deal, at in view.won():
        tally = counted.tallies[view.start(at)]
        tally.candidates += 1
        tally.known += deal.company is not None
        if deal.company and first[deal.company][1] == deal.id:
            tally.numerator += 1
            tally.n += 1
    return counted


def _upsell_revenue(view: View) -> Counted:
    """Of customers who had bought before: by the deal's own type where it is filled, else by their earlier deals."""
    first, derived, sold = _first_wins(view), False, []
    for deal, at in view.won():
        if deal.pipeline in view.words.renewal_pipelines:
            continue
        existing = deal.existing_customer
        if existing is None:
            derived = True
            existing = deal.company is not None and first[deal.company][1] != deal.id
        if existing:
            sold.append((deal, at))
    caveats = [] if view.words.renewal_pipelines else ["renewals_not_told_apart"]
    return _sum(view, Counted(method="proxy" if derived else "exact", caveats=caveats), sold)


def _calls(view: View) -> Counted:
    counted = Counted()
    for call, at in view.activities("call"):
        if call.direction == "in" or call.outcome == "planned":
            continue
        tally = counted.tallies[view.start(at)]
        tally.numerator += 1
        tally.n += 1
    return counted


def _qualified_meetings(view: View) -> Counted | None:
    words = view.words
    if not (words.qualified_types if words.qualified_by == "type" else words.qualified_stages):
        return None
    past = [(meeting, at) for meeting, at in view.activities("meeting") if meeting.external is not False]
    told = sum(1 for meeting, _ in past if meeting.outcome != "unknown")
    lenient = bool(past) and told / len(past) < COVERAGE_NEEDED
    exact = words.qualified_by == "type" or view.records.stage_history
    counted = Counted(method="exact" if exact and not lenient else "proxy")
    if lenient:
        counted.caveats.append("outcomes_often_missing")  # held then means: past, and neither missed nor cancelled
    for meeting, at in past:
        tally = counted.tallies[view.start(at)]
        tally.candidates += 1
        tally.known += meeting.outcome != "unknown"
        if (meeting.outcome == "held" or (lenient and meeting.outcome == "unknown")) and _is_qualified(
            view, meeting, at
        ):
            tally.numerator += 1
            tally.n += 1
    return counted


def _is_qualified(view: View, meeting: Activity, at: dt.datetime) -> bool:
    if view.words.qualified_by == "type":
        return meeting.type in view.words.qualified_types
    deals = [view.by_id[id] for id in meeting.deals if id in view.by_id]
    if not view.records.stage_history:
        return any(_has_reached(view, deal, view.words.qualified_stages) for deal in deals)
    entered = (one for deal in deals for one in deal.entered if one.stage in view.words.qualified_stages)
    return any(at <= one.at <= at + QUALIFIED_WITHIN for one in entered)


def _has_reached(view: View, deal: Deal, stages: Iterable[str]) -> bool:
    """Won, or now at one of the stages or beyond it."""
    orders = [view.order[stage] for stage in stages if stage in view.order]
    here = view.order.get(deal.stage or "")
    return deal.status == "won" or (here is not None and bool(orders) and here >= min(orders))


def _entries(view: View, stages: Iterable[str]) -> Iterator[tuple[Deal, dt.datetime]]:
    """Deals with the first time they are known to have come into one of the stages."""
    wanted = set(stages)
    for deal in view.deals:
        times = [one.at for one in deal.entered if one.stage in wanted and one.at <= view.records.until]
        if times:
            yield deal, min(times)


def _quotes_sent(view: View) -> Counted | None:
    counted = Counted()
    if view.records.quotes is not None:
        quotes = (quote for quote in view.records.quotes if not quote.deleted and view.owned(quote.owner, quote.deal))
        times = [quote.published for quote in quotes if quote.published and quote.published <= view.records.until]
    elif view.words.quote_stages:
        times = [at for _, at in _entries(view, view.words.quote_stages)]
        counted.method, counted.caveats = "proxy", ["deals_in_quote_stage"]
    else:
        return None
    for at in times:
        tally = counted.tallies[view.start(at)]
        tally.numerator += 1
        tally.n += 1
    return counted


def _leads(view: View) -> Counted | None:
    if not view.records.leads:
        return None
    counted = Counted(caveats=["imports_look_like_leads"])
    for lead in view.records.leads:
        if (
            lead.deleted
            or lead.created is None
            or lead.created > view.records.until
            or not view.owned(lead.owner, lead.deal)
        ):
            continue
        tally = counted.tallies[view.start(lead.created)]
        tally.numerator += 1
        tally.n += 1
    return counted


def _conversion_rate(view: View) -> Counted | None:
    """Of the deals shown in a period, those won so far; young periods still ripen."""
    if not view.words.demo_stages:
        return None
    shown = list(_entries(view, view.words.demo_stages))
    counted = Counted(method="exact" if view.records.stage_history else "proxy")
    ripe = [(deal.closed - at).total_seconds() for deal, at in shown if deal.status == "won" and deal.closed]
    ripening = dt.timedelta(seconds=max(0.0, statistics.median(ripe))) if ripe else dt.timedelta()
    for deal, at in shown:
        start = view.start(at)
        tally = counted.tallies[start]
        tally.numerator += deal.status == "won"
        tally.denominator += 1
        tally.n += 1
        tally.immature = view.midnight(period_end(start, view.grain)) + ripening > view.records.until
    return counted


def _pipeline_value(view: View) -> Counted:
    """What was open at each period's end, at today's amounts: past ones are not kept."""
    counted = Counted(method="proxy", caveats=["amounts_as_of_today"])
    created = [deal.created for deal in view.deals if deal.created]
    if not created:
        return counted
    for start in view.periods(view.start(min(created))):
        end = min(view.midnight(period_end(start, view.grain)), view.records.until)
        tally = counted.tallies[start]
        for deal in view.deals:
            if (
                deal.created is None
                or deal.created >= end
                or (deal.status != "open" and (not deal.closed or deal.closed < end))
            ):
                continue
            amount = view.amount(deal)
            tally.n += 1
            tally.candidates += 1
            tally.known += amount is not None
            tally.numerator += amount or 0.0
    return counted


COUNTERS: Mapping[str, Callable[[View], Counted | None]] = {
    "qualified_meetings": _qualified_meetings,
    "calls": _calls,
    "leads": _leads,
    "quotes_sent": _quotes_sent,
    "new_customers": _new_customers,
    "deals_won": _deals_won,
    "revenue": _revenue,
    "pipeline_value": _pipeline_value,
    "conversion_rate": _conversion_rate,
    "closing_rate": _closing_rate,
    "renewal_rate": _renewal_rate,
    "upsell_revenue": _upsell_revenue,
    "average_deal_size": _average_deal_size,
}
"""By KPI. What is absent (NPS, margin, response rate, churn) is in no record: it is typed or imported."""
