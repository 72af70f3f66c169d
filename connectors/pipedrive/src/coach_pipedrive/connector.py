"""The connector: cursors of version 2 over windows of change, with archived and deleted deals read apart."""

import datetime as dt
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Literal

from pydantic import ValidationError

from coach.errors import BadInput, CrmRefused
from coach.plugins import (
    Ability,
    Choice,
    Clock,
    Countability,
    Discovery,
    GoalToWrite,
    Health,
    Page,
    Plan,
    Settings,
    State,
    Written,
    labels,
    now,
    raw,
)
from coach.plugins.http import walk
from coach.plugins.records import Account, ActivityKind, AnyRecord, Entity
from coach_pipedrive import reading, writing
from coach_pipedrive.api import PipedriveApi
from coach_pipedrive.door import PipedriveDoor
from coach_pipedrive.sign_in import ASKS, PipedriveSignIn

LOOKBACK = dt.timedelta(minutes=5)
DEALS, ARCHIVED = "/api/v2/deals", "/api/v2/deals/archived"
SCOPES: Mapping[str, tuple[str, str]] = {
    "deals": (DEALS, "deals:read"),
    "activities": ("/api/v2/activities", "activities:read"),
    "companies": ("/api/v2/organizations", "contacts:read"),
    "leads": ("/v1/leads", "leads:read"),
}
NEEDS: Mapping[str, tuple[Countability, tuple[str, ...]]] = {
    "qualified_meetings": ("convention", ("activities", "deals")),
    "calls": ("exact", ("activities",)),
    "leads": ("convention", ("leads",)),
    "response_rate": ("convention", ("activities",)),
    "quotes_sent": ("proxy", ("deals",)),
    "new_customers": ("exact", ("deals", "companies")),
    "deals_won": ("exact", ("deals",)),
    "revenue": ("exact", ("deals",)),
    "pipeline_value": ("exact", ("deals",)),
    "conversion_rate": ("proxy", ("deals",)),
    "closing_rate": ("exact", ("deals",)),
    "renewal_rate": ("convention", ("deals",)),
    "churn": ("convention", ("deals",)),
    "upsell_revenue": ("convention", ("deals",)),
    "average_deal_size": ("exact", ("deals",)),
    "nps": ("none", ()),
}
"""What each KPI is counted from, and how well."""

Read = Callable[[reading.Object], AnyRecord]


class Pipedrive:
    """One Pipedrive company, as one user sees it.

    Settings: ``token``, or ``client_id``, ``client_secret`` and ``refresh_token``; optionally ``rates`` (currency → what one
    unit is worth in the account's currency), ``margin_field`` (the 40 letters of a custom field), ``tokens_a_day``,
    ``tokens_spent_today``, ``calls_per_2_s`` and ``base_url``.
    """

    entities: tuple[Entity, ...] = ("owners", "pipelines", "companies", "deals", "activities", "leads")
    title = "Pipedrive"
    asks = ASKS
    sign_in = PipedriveSignIn()
    door = PipedriveDoor()

    def __init__(self, settings: Settings, clock: Clock = now) -> None:
        self._api = PipedriveApi(settings, clock)
        self._clock = clock
        self._rates = _rates(settings.get("rates") or {})
        self._margin = raw.text(settings.get("margin_field"))
        self._account: Account | None = None
        self._kinds: dict[str, ActivityKind] | None = None

    @property
    def tokens_spent(self) -> int:
        """Of today's budget, by this connection; to be kept and given back as ``tokens_spent_today``."""
        return self._api.budget.spent

    async def check(self) -> Health:
        """The account, and one page of each kind to learn which may be read."""
        account = await self._home()
        missing = {kind for kind, (path, _) in SCOPES.items() if not await self._may_read(path)}
        notes = () if self._rates else ("amounts_in_other_currencies_need_rates",)
        return Health(account=account, abilities=tuple(_ability(metric, missing) for metric in NEEDS), notes=notes)

    async def _home(self) -> Account:
        if self._account is None:
            me = raw.child(await self._api.get("/v1/users/me"), "data")
            self._account = Account(
                id=raw.text(raw.child(me, "company_id")) or "unknown",
                name=raw.text(raw.child(me, "company_name")) or "",
                time_zone=raw.text(raw.child(me, "timezone_name")) or "UTC",
                currency=raw.text(raw.child(me, "default_currency")) or "EUR",
            )
        return self._account

    async def _may_read(self, path: str) -> bool:
        try:
            await self._api.get(path, limit=1)
        except CrmRefused as error:
            if error.details.get("status") == 403 and not error.details.get("blocked"):
                return False
            raise
        return True

    async def discover(self) -> Discovery:
        """Pipelines, stages and activity types, with what their labels suggest."""
        choices: list[Choice] = []
        for pipeline in await self._pipelines():
            choices.append(_choice("pipeline", pipeline.id, pipeline.label))
            choices += [_choice("stage", stage.id, stage.label) for stage in pipeline.stages]
        for one in raw.items((await self._api.get("/v1/activityTypes")).get("data")):
            key, name = raw.text(one.get("key_string")), raw.text(one.get("name"))
            if key and raw.flag(one.get("active_flag")):
                choices.append(_choice("activity_type", key, name or key))
        return Discovery(choices=tuple(choices), mapping=labels.mapping(choices))

    async def plan_goal(self, goal: GoalToWrite, written: Written | None) -> Plan:
        """See :mod:`coach_pipedrive.writing`."""
        return await writing.plan(self._api, goal, written)

    async def write_goal(self, plan: Plan) -> Written:
        """See :mod:`coach_pipedrive.writing`."""
        return await writing.write(self._api, plan)

    async def written_goal(self, written: Written) -> Mapping[str, Any] | None:
        """See :mod:`coach_pipedrive.writing`."""
        return await writing.standing(self._api, written)

    @property
    def fresh_secrets(self) -> dict[str, str]:
        """Secrets that the CRM replaced meanwhile: to be kept instead of the old ones."""
        return self._api.fresh_secrets

    async def close(self) -> None:
        """Let go of the connections."""
        await self._api.close()

    async def sync(self, entity: Entity, state: State) -> AsyncIterator[Page]:
        """Everything from an empty state, what changed since ``state.until`` otherwise.

        A cursor's life is not documented, so none is kept: a reading that was cut begins its window again.
        """
        started = self._clock()
        if entity in ("owners", "pipelines"):
            yield Page(records=tuple(await self._definitions(entity)), state=State(until=started))
            return
        async for records, doubts in self._records(
            entity, _window(state.until, started), known=state.until is not None
        ):
            yield Page(records=tuple(records), state=state, doubts=tuple(doubts))
        yield Page(records=(), state=State(until=started))

    async def _definitions(self, entity: Entity) -> list[AnyRecord]:
        if entity == "pipelines":
            return list(await self._pipelines())
        return [reading.owner(one) for one in raw.items((await self._api.get("/v1/users")).get("data"))]

    async def _pipelines(self) -> list[Any]:
        found = [one async for objects, _ in walk(lambda c: self._api.page("/api/v2/pipelines", c)) for one in objects]
        stages = [one async for objects, _ in walk(lambda c: self._api.page("/api/v2/stages", c)) for one in objects]
        return [reading.pipeline(one, stages) for one in found]

    async def _records(
        self, entity: Entity, window: Mapping[str, str], *, known: bool
    ) -> AsyncIterator[tuple[list[AnyRecord], list[str]]]:
        if entity == "leads":
            for path, archived in (("/v1/leads", False), ("/v1/leads/archived", True)):
                async for objects, _ in walk(lambda start, p=path: self._api.offset(p, start)):
                    yield _read(objects, lambda one, a=archived: reading.lead(one, archived=a))
            return
        read = await self._reader(entity)
        for path, extra in _sources(entity, known=known):
            query = {**window, **extra, "sort_by": "id"}
            async for objects, _ in walk(lambda cursor, p=path, q=query: self._api.page(p, cursor, **q)):
                yield _read(objects, read)

    async def _reader(self, entity: Entity) -> Read:
        if entity == "companies":
            return reading.company
        if entity == "activities":
            if self._kinds is None:
                self._kinds = reading.kinds(raw.items((await self._api.get("/v1/activityTypes")).get("data")))
            meant = self._kinds
            return lambda one: reading.activity(one, meant)
        home = (await self._home()).currency
        return lambda one: reading.deal(one, home, self._rates, self._margin)


def _sources(entity: Entity, *, known: bool) -> tuple[tuple[str, Mapping[str, str]], ...]:
    """Where an entity's records lie. Without the archive, won revenue would silently shrink."""
    if entity != "deals":
        return ((SCOPES[entity][0], {}),)
    gone = {"status": "deleted"}  # kept thirty days by Pipedrive; one that was archived before stays in the archive
    return ((DEALS, {}), (ARCHIVED, {}), *(((DEALS, gone), (ARCHIVED, gone)) if known else ()))


def _window(until: dt.datetime | None, started: dt.datetime) -> dict[str, str]:
    """Half-open, overlapping the last one."""
    if until is None:
        return {}
    return {"updated_since": _utc(until - LOOKBACK), "updated_until": _utc(started)}


def _utc(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read(objects: list[dict[str, Any]], read: Read) -> tuple[list[AnyRecord], list[str]]:
    records: list[AnyRecord] = []
    doubts: list[str] = []
    for one in objects:
        try:
            records.append(read(one))
        except ValidationError as error:
            doubts.append(f"{raw.text(one.get('id'))}: {error.errors()[0]['loc']}")
    return records, doubts


def _rates(given: Any) -> dict[str, float]:
    if not isinstance(given, dict):
        raise BadInput("rates is a table of currencies to figures.")
    rates = {str(currency): raw.number(rate) for currency, rate in given.items()}
    if any(rate is None or rate <= 0 for rate in rates.values()):
        raise BadInput("A rate is a figure above zero.", remedy="Say what one unit is worth in the account's currency.")
    return {currency: rate for currency, rate in rates.items() if rate}


def _choice(kind: Literal["pipeline", "stage", "activity_type"], id: str, label: str) -> Choice:
    return Choice(kind=kind, id=id, label=label, suggests=labels.suggest(kind, label))


def _ability(metric: str, missing: set[str]) -> Ability:
    level, needed = NEEDS[metric]
    lacking = tuple(SCOPES[kind][1] for kind in needed if kind in missing)
    return Ability(metric=metric, level="none" if lacking else level, missing=lacking)
