"""The ``csv`` connector: a file of past figures or of deals, read whole each time."""

import datetime as dt
import hashlib
import itertools
import statistics
from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from coach.core import kpis
from coach.core.model.base import Value
from coach.core.model.kpi import KpiPoint, KpiSeries
from coach.core.model.reading import Cadence
from coach.errors import BadInput
from coach.plugins.builtin.csv import cells, columns, table
from coach.plugins.connector import Ability, Choice, Clock, Discovery, Health, Page, Settings, State, now
from coach.plugins.records import Account, Deal, DealStatus, Entity

PAGE = 500
DEALS_TELL = ("deals_won", "revenue", "closing_rate", "average_deal_size", "new_customers")
WON = ("gagne", "gagnee", "won", "closed won", "signe", "signee", "ferme gagne", "fermee gagnee", "cloture gagne")
LOST = ("perdu", "perdue", "lost", "closed lost", "ferme perdu", "fermee perdue", "cloture perdu")

LENGTHS: tuple[tuple[float, Cadence], ...] = ((4, "day"), (20, "week"), (60, "month"), (200, "quarter"))
"""Days between two periods' starts below which they are that long."""


class CsvSettings(Value):
    """A file by path, or its ``content`` as uploaded; ``columns`` corrects the guess (field or KPI id → title)."""

    path: Path | None = None
    content: bytes | None = None
    columns: dict[str, str] = {}
    currency: str = "EUR"
    time_zone: str = "Europe/Paris"


class CsvFile:
    """A file behind the same four verbs as a CRM; a file of figures also gives its series."""

    entities: tuple[Entity, ...] = ("deals",)
    snapshots = True

    def __init__(self, settings: Settings, clock: Clock = now) -> None:
        try:
            self.settings = CsvSettings.model_validate(settings)
            self.zone = ZoneInfo(self.settings.time_zone)
        except (ValidationError, ZoneInfoNotFoundError, ValueError) as error:
            raise BadInput("The file's settings cannot work.", remedy=str(error).split("\n")[0]) from None
        self.clock = clock
        self.table = table.read(self._bytes())
        self.columns = columns.guess(self.table, self.settings.columns)

    def _bytes(self) -> bytes:
        if self.settings.content is not None:
            return self.settings.content
        if self.settings.path is None:
            raise BadInput("No file was given.", remedy="Give its path or its content.")
        try:
            with self.settings.path.open("rb") as file:
                return file.read(table.MAX_BYTES + 1)
        except OSError as error:
            raise BadInput(f"{self.settings.path} cannot be read: {error.strerror}.") from None

    async def check(self) -> Health:
        """What the file can count."""
        account = Account(id="csv", time_zone=self.settings.time_zone, currency=self.settings.currency)
        told = DEALS_TELL if self.columns.shape == "deals" else tuple(one.metric for one in await self.series())
        abilities = tuple(Ability(metric=id, level="exact" if id in told else "none") for id in kpis.KPIS)
        return Health(account=account, abilities=abilities)

    async def discover(self) -> Discovery:
        """The statuses of a file of deals, and how each was understood."""
        place = self.columns.fields.get("status")
        if self.columns.shape != "deals" or place is None:
            return Discovery()
        labels = dict.fromkeys(str(row[place]) for row in self.table.rows if row[place] != "")
        return Discovery(
            choices=tuple(Choice(kind="outcome", id=one, label=one, suggests=_status(one)) for one in list(labels)[:50])
        )

    async def sync(self, entity: Entity, state: State) -> AsyncIterator[Page]:
        """Every deal of the file: a file tells no changes."""
        if entity != "deals":
            raise BadInput(f"A file holds no {entity}.")
        read_at = self.clock()
        deals, doubts = self._deals() if self.columns.shape == "deals" else ([], [])
        for start in range(0, max(1, len(deals)), PAGE):
            last = start + PAGE >= len(deals)
            until = State(until=read_at) if last else state
            yield Page(records=tuple(deals[start : start + PAGE]), state=until, doubts=tuple(doubts) if last else ())

    async def close(self) -> None:
        """Nothing is held."""

    def _deals(self) -> tuple[list[Deal], list[str]]:
        marks = cells.decimal_mark(self._column("amount"))
        closed_first, created_first = cells.day_first(self._column("closed")), cells.day_first(self._column("created"))
        deals, doubts = [], []
        for line, row in enumerate(self.table.rows, start=2):
            got = {field: row[place] for field, place in self.columns.fields.items()}
            status = _status(str(got["status"])) if "status" in got else "won"
            closed = cells.day(got["closed"], first=closed_first)
            if status in ("won", "lost") and closed is None:
                doubts.append(f"line {line}: closed without a day that can be read")
                continue
            amount = cells.number(got.get("amount", ""), marks)
            currency = str(got.get("currency", "")).upper()[:3] or self.settings.currency
            deals.append(
                Deal(
                    id=str(got.get("id") or "") or _fingerprint(line, row),
                    amount=amount,
                    currency=currency,
                    amount_home=amount if currency == self.settings.currency else None,
                    status=status,
                    created=self._at(cells.day(got.get("created", ""), first=created_first)),
                    closed=self._at(closed) if status != "open" else None,
                    owner=str(got.get("owner", "")) or None,
                    company=str(got.get("company", "")) or None,
                )
            )
        return deals, doubts

    def _column(self, field: str) -> list[table.Cell]:
        place = self.columns.fields.get(field)
        return [] if place is None else [row[place] for row in self.table.rows]

    def _at(self, day: dt.date | None) -> dt.datetime | None:
        """Noon of the day: a day in a file belongs to its month whatever the zone."""
        return None if day is None else dt.datetime.combine(day, dt.time(12), tzinfo=self.zone)

    async def series(self) -> tuple[KpiSeries, ...]:
        """The KPI series of a file of figures; none for a file of deals, whose figures are counted from its records."""
        if self.columns.shape == "deals":
            return ()
        found: dict[str, list[tuple[dt.date, table.Cell]]] = {}
        first = cells.day_first(self._column("period"))
        for row in self.table.rows:
            start = cells.day(row[self.columns.fields["period"]], first=first)
            if start is not None:
                for metric, cell in self._figures(row):
                    found.setdefault(metric, []).append((start, cell))
        return tuple(self._series(metric, dated) for metric, dated in found.items())

    def _figures(self, row: tuple[table.Cell, ...]) -> list[tuple[str, table.Cell]]:
        if self.columns.kpis:
            return [(metric, row[place]) for metric, place in self.columns.kpis.items()]
        metric = columns.metric_of(str(row[self.columns.fields["metric"]]))
        return [(metric, row[self.columns.fields["value"]])] if metric else []

    def _series(self, metric: str, dated: list[tuple[dt.date, table.Cell]]) -> KpiSeries:
        kpi = kpis.KPIS[metric]
        mark = cells.decimal_mark([cell for _, cell in dated])
        read = {start: cells.number(cell, mark) for start, cell in dated}
        figures = {start: value for start, value in read.items() if value is not None}
        if kpi.unit == "rate" and any(value > 1 for value in figures.values()):
            figures = {start: value / 100 for start, value in figures.items()}  # "24,5" in a column of percentages
        grain = _grain(sorted(figures))
        today = self.clock().astimezone(self.zone).date()
        return KpiSeries(
            metric=metric,
            unit={"money": self.settings.currency, "rate": "%", "score": "points"}.get(kpi.unit, "count"),
            grain=grain,
            points=tuple(_point(start, grain, figures[start], today) for start in sorted(figures)),
            source="csv",
            method="manual",
            data_date=min(today, _end(max(figures), grain) - dt.timedelta(days=1)) if figures else None,
            currency=self.settings.currency if kpi.unit == "money" else None,
            caveats=("figures_unreadable",) if len(figures) < len(read) else (),
        )


def _point(start: dt.date, grain: Cadence, value: float, today: dt.date) -> KpiPoint:
    end = _end(start, grain)
    return KpiPoint(start=start, end=end, value=value, complete=end <= today)


def _status(text: str) -> DealStatus:
    word = cells.folded(text)
    return "won" if word in WON else "lost" if word in LOST else "open"


def _fingerprint(line: int, row: tuple[table.Cell, ...]) -> str:
    return f"{line}-{hashlib.sha256(repr(row).encode()).hexdigest()[:12]}"


def _grain(starts: list[dt.date]) -> Cadence:
    """The length of a period, from the usual distance between two; a month when only one is known."""
    if len(starts) < 2:
        return "month"
    usual = statistics.median((later - sooner).days for sooner, later in itertools.pairwise(starts))
    for limit, grain in LENGTHS:
        if usual < limit:
            return grain
    return "year"


def _end(start: dt.date, grain: Cadence) -> dt.date:
    if grain in ("day", "week"):
        return start + dt.timedelta(days=1 if grain == "day" else 7)
    months = start.year * 12 + start.month - 1 + {"month": 1, "quarter": 3, "year": 12}[grain]
    return dt.date(months // 12, months % 12 + 1, 1)
