"""An invented sales team: three years of deals, meetings, calls and quotes that a seed fixes and time only adds to.

Each month is drawn from a seed of its own, so a later ``end`` shows the same past and more of it. Not everything is tidy:
outcomes are missing, deals have no company, are put aside, reopened, signed in other currencies or at midnight.
"""

import datetime as dt
import random
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from coach.plugins.records import (
    Account,
    Activity,
    Company,
    Deal,
    DealStatus,
    Entered,
    Lead,
    Mapping,
    Owner,
    Pipeline,
    Quote,
    Stage,
    Survey,
)

ZONE = ZoneInfo("Europe/Paris")
START = dt.date(2020, 1, 1)
RATES = {"EUR": 1.0, "USD": 0.9, "GBP": 1.15}
"""Invented, fixed: what one unit is worth in the account's currency."""

SEASON = (1.0, 0.95, 1.15, 0.95, 0.9, 1.2, 0.85, 0.45, 1.1, 1.1, 1.05, 1.3)
"""Invented: the year's shape, August low, quarter ends high."""

STAGES = (
    ("11", "Prise de contact", 0.1),
    ("12", "Qualifié", 0.25),
    ("13", "Démonstration", 0.5),
    ("14", "Proposition envoyée", 0.7),
)
WON, LOST = "18", "19"
PEOPLE = (
    ("101", "Inès", "Nord", 1.3),
    ("102", "Marc", "Nord", 1.0),
    ("103", "Chloé", "Sud", 0.9),
    ("104", "Yanis", "Sud", 1.15),
    ("105", "Louise", "Sud", 0.7),
)
SENT, ANSWERED = "linkedin_envoye", "linkedin_reponse"
INDUSTRIES = ("Logiciel", "Santé", "Industrie", "Commerce")
MAPPING = Mapping(
    qualified_stages=("12",),
    demo_stages=("13",),
    quote_stages=("14",),
    meeting_types=("meeting",),
    call_types=("call",),
    qualified_types=("rdv_qualifie",),
    sent_types=(SENT,),
    reply_types=(ANSWERED,),
)


@dataclass(frozen=True, slots=True)
class Team:
    """The whole account, as its records stand at ``end``."""

    end: dt.datetime
    account: Account
    owners: tuple[Owner, ...]
    pipelines: tuple[Pipeline, ...]
    companies: tuple[Company, ...]
    deals: tuple[Deal, ...]
    activities: tuple[Activity, ...]
    quotes: tuple[Quote, ...]
    leads: tuple[Lead, ...]
    messages: tuple[Activity, ...] = ()
    surveys: tuple[Survey, ...] = ()


def pipeline() -> Pipeline:
    """The one pipeline of the team."""
    stages = [Stage(id=id, label=label, order=i, probability=p) for i, (id, label, p) in enumerate(STAGES)]
    stages.append(Stage(id=WON, label="Gagné", order=8, probability=1, closed=True, won=True))
    stages.append(Stage(id=LOST, label="Perdu", order=9, probability=0, closed=True))
    return Pipeline(id="1", label="Ventes", stages=tuple(stages))


def invent(end: dt.datetime, *, seed: int = 7, months: int = 36, deals_a_month: int = 40) -> Team:
    """The team as its CRM would show it at ``end`` (aware), over the ``months`` before it.

    About ``deals_a_month`` new deals a month, as many meetings, twice as many calls.
    """
    last = end.astimezone(ZONE).date().replace(day=1)
    first = max(0, _month_number(last) - months + 1)
    drawn = [_Month(seed, number, deals_a_month, end) for number in range(first, _month_number(last) + 1)]
    for month in drawn:
        month.draw()
    return Team(
        end=end,
        account=Account(id="9001", name="Équipe de démonstration", time_zone="Europe/Paris", currency="EUR"),
        owners=tuple(Owner(id=id, label=name, teams=(team,)) for id, name, team, _ in PEOPLE),
        pipelines=(pipeline(),),
        companies=tuple(company for month in drawn for company in month.companies),
        deals=tuple(deal for month in drawn for deal in month.deals),
        activities=tuple(activity for month in drawn for activity in month.activities),
        quotes=tuple(quote for month in drawn for quote in month.quotes),
        leads=tuple(lead for month in drawn for lead in month.leads),
        messages=tuple(message for month in drawn for message in month.messages),
        surveys=tuple(survey for month in drawn for survey in month.surveys),
    )


def _month_number(day: dt.date) -> int:
    return (day.year - START.year) * 12 + day.month - START.month


class _Month:
    """One month's drawing: what began in it, as it stands at ``end``."""

    def __init__(self, seed: int, number: int, deals: int, end: dt.datetime) -> None:
        self.random = random.Random(f"{seed}/{number}")  # noqa: S311  (invented figures, no secret)
        self.more = random.Random(f"{seed}/{number}/more")  # noqa: S311  (apart: what was drawn before stays the same)
        self.year, self.month = START.year + number // 12, number % 12 + 1
        self.base = (number + 1) * 100_000
        growth = 1 + number * 0.004
        self.count = round(deals * SEASON[self.month - 1] * growth * self.random.uniform(0.85, 1.15))
        self.end = end
        self.companies: list[Company] = []
        self.deals: list[Deal] = []
        self.activities: list[Activity] = []
        self.quotes: list[Quote] = []
        self.leads: list[Lead] = []
        self.messages: list[Activity] = []
        self.surveys: list[Survey] = []

    def draw(self) -> None:
        """Draw everything that began in the month; what begins after ``end`` is left out."""
        for index in range(self.count):
            self._lead(index)
            self._deal(index)
        for index in range(self.count * 2):
            self._call(index)
        for index in range(self.count):
            self._message(index)
        for index in range(self.count // 3):
            self._survey(index)
        self.messages = [message for message in self.messages if message.at and message.at <= self.end]
        self.surveys = [survey for survey in self.surveys if survey.at and survey.at <= self.end]
        self.deals = [deal for deal in self.deals if deal.created and deal.created <= self.end]
        self.activities = [activity for activity in self.activities if activity.at and activity.at <= self.end]
        self.quotes = [quote for quote in self.quotes if quote.published and quote.published <= self.end]
        self.leads = [lead for lead in self.leads if lead.created and lead.created <= self.end]
        self.companies = [company for company in self.companies if company.modified and company.modified <= self.end]

    def _moment(self) -> dt.datetime:
        day = self.random.randint(1, 28)
        hour, minute = self.random.randint(0, 23), self.random.randint(0, 59)
        return dt.datetime(self.year, self.month, day, hour, minute, tzinfo=ZONE).astimezone(dt.UTC)

    def _after(self, at: dt.datetime, low: float, high: float) -> dt.datetime:
        return at + dt.timedelta(seconds=round(self.random.uniform(low, high) * 86_400))

    def _person(self) -> tuple[str, float]:
        id, _, _, skill = self.random.choice(PEOPLE)
        return id, skill

    def _lead(self, index: int) -> None:
        at = self._moment()
        owner, _ = self._person()
        origin = self.random.choice(("website", "import", "referral"))
        self.leads.append(Lead(id=str(self.base + 50_000 + index), modified=at, created=at, origin=origin, owner=owner))

    def _company(self, index: int, at: dt.datetime) -> str | None:
        """None for one deal in twelve; one in four is a company met in the same month before."""
        if self.random.random() < 1 / 12:
            return None
        if self.companies and self.random.random() < 0.25:
            return self.random.choice(self.companies).id
        id = str(self.base + 10_000 + index)
        headcount = round(self.random.lognormvariate(4, 1.2)) if self.random.random() < 0.8 else None
        industry = self.random.choice(INDUSTRIES)
        self.companies.append(Company(id=id, modified=at, industry=industry, headcount=headcount, country="FR"))
        return id

    def _deal(self, index: int) -> None:
        created = self._moment()
        owner, skill = self._person()
        company = self._company(index, created)
        path, fate = self._path(created, skill)
        shown = [entered for entered in path if entered.at <= self.end]
        closing = path[-1].at if fate != "open" and path[-1].at <= self.end else None
        currency = self.random.choices(("EUR", "USD", "GBP"), (0.85, 0.1, 0.05))[0]
        amount = round(self.random.lognormvariate(9.0, 0.7), 2)
        if self.random.random() < 0.03:
            amount = None
        status: DealStatus = fate if closing else "open"
        aside = self.random.random() < 0.06  # drawn whatever happened, so that a later ``end`` draws the same
        deal = Deal(
            id=str(self.base + index),
            modified=max((entered.at for entered in shown), default=created),
            amount=amount,
            currency=currency,
            amount_home=None if amount is None else round(amount * RATES[currency], 2),
            status=status,
            created=created,
            closed=closing,
            expected=self._after(created, 20, 120).date(),
            pipeline="1",
            stage=shown[-1].stage if shown else STAGES[0][0],
            entered=tuple({entered.stage: entered for entered in shown}.values()),
            owner=owner,
            company=company,
            archived=closing is not None and aside,
            margin=self._margin(amount, currency),
        )
        self.deals.append(deal)
        self._meeting(index, deal)
        self._quote(index, deal)

    def _path(self, created: dt.datetime, skill: float) -> tuple[list[Entered], DealStatus]:
        """Stages with their days, and how it ends; one in fifty is lost, reopened and won after all."""
        at = created
        path = [Entered(stage=STAGES[0][0], at=at)]
        for stage, _, _ in STAGES[1:]:
            if self.random.random() > 0.78:
                break
            at = self._after(at, 1, 20)
            path.append(Entered(stage=stage, at=at))
        fate = self.random.random()
        if fate < 0.12:
            return path, "open"
        won = len(path) > 2 and self.random.random() < 0.45 * skill
        at = self._after(at, 1, 30)
        if won and self.random.random() < 0.05:
            path.append(Entered(stage=LOST, at=at))
            at = self._after(at, 5, 40)
        if won and self.random.random() < 0.15:
            at = self._last_minute(at)
        path.append(Entered(stage=WON if won else LOST, at=at))
        return path, "won" if won else "lost"

    def _last_minute(self, at: dt.datetime) -> dt.datetime:
        """Half an hour past midnight on the first of the next month, in Paris: still the month before in UTC."""
        first = (at.astimezone(ZONE).replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        return first.replace(hour=0, minute=30, second=0, microsecond=0).astimezone(dt.UTC)

    def _margin(self, amount: float | None, currency: str) -> float | None:
        """Filled for three deals in four."""
        share, told = self.more.uniform(0.2, 0.6), self.more.random() < 0.75
        return round(amount * RATES[currency] * share, 2) if told and amount is not None else None

    def _drawn(self) -> dt.datetime:
        moment = dt.datetime(self.year, self.month, self.more.randint(1, 28), self.more.randint(8, 18), tzinfo=ZONE)
        return moment.astimezone(dt.UTC)

    def _message(self, index: int) -> None:
        """A message to somebody new, answered one time in five."""
        at, owner = self._drawn(), self.more.choice(PEOPLE)[0]
        kept = {"kind": "message", "owner": owner, "party": str(self.base + 70_000 + index), "duration_s": 0.0}
        answered, later = self.more.random() < 0.2, self.more.randint(1, 12)
        fields = {"type": SENT, "direction": "out", "at": at, "modified": at, **kept}
        self.messages.append(Activity.model_validate({"id": str(self.base + 60_000 + index), **fields}))
        if answered:
            back = at + dt.timedelta(days=later)
            fields = {"type": ANSWERED, "direction": "in", "at": back, "modified": back, **kept}
            self.messages.append(Activity.model_validate({"id": str(self.base + 80_000 + index), **fields}))

    def _survey(self, index: int) -> None:
        at = self._drawn()
        score = min(10, max(0, round(self.more.gauss(8, 2))))
        company = self.more.choice(self.companies).id if self.companies else None
        self.surveys.append(
            Survey(id=str(self.base + 90_000 + index), modified=at, at=at, score=score, company=company)
        )

    def _meeting(self, index: int, deal: Deal) -> None:
        if deal.created is None:
            return
        at = self._after(deal.created, 0, 6)
        draw = self.random.random()
        raw, outcome = (
            ("COMPLETED", "held") if draw < 0.72 else ("NO_SHOW", "missed") if draw < 0.8 else (None, "unknown")
        )
        qualified = len(deal.entered) > 1
        linked = self.random.random() < 0.9
        self.activities.append(
            Activity(
                id=str(self.base + 20_000 + index),
                modified=at,
                kind="meeting",
                type="rdv_qualifie" if qualified else "meeting",
                outcome=outcome,
                outcome_raw=raw,
                at=at,
                duration_s=2_700,
                owner=deal.owner,
                deals=(deal.id,) if linked else (),
                company=deal.company if linked else None,
                external=linked,
            )
        )

    def _call(self, index: int) -> None:
        at = self._moment()
        owner, _ = self._person()
        connected = self.random.random() < 0.3
        self.activities.append(
            Activity(
                id=str(self.base + 30_000 + index),
                modified=at,
                kind="call",
                type="call",
                direction="in" if self.random.random() < 0.1 else "out",
                outcome="connected" if connected else "not_connected",
                outcome_raw="Connected" if connected else "No answer",
                at=at,
                duration_s=self.random.randint(60, 900) if connected else 0,
                owner=owner,
            )
        )

    def _quote(self, index: int, deal: Deal) -> None:
        sent = next((entered.at for entered in deal.entered if entered.stage == "14"), None)
        if sent is None:
            return
        self.quotes.append(
            Quote(
                id=str(self.base + 40_000 + index),
                modified=sent,
                published=sent,
                amount=deal.amount,
                currency=deal.currency,
                owner=deal.owner,
                deal=deal.id,
            )
        )
