"""The connector: lists once, then windows of changes walked by record id, then what was deleted or merged."""

import datetime as dt
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from pydantic import ValidationError

from coach.errors import CrmMisanswered, CrmRefused
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
from coach.plugins.records import Account, AnyRecord, Entity
from coach_hubspot import reading, writing
from coach_hubspot.api import VERSION, HubSpotApi
from coach_hubspot.door import HubSpotDoor
from coach_hubspot.sign_in import ASKS, HubSpotSignIn

LAG = dt.timedelta(minutes=2)
"""What was changed more recently may not be found by search yet."""

LOOKBACK = dt.timedelta(minutes=15)
LIST, SEARCH, BATCH, LINKS = 100, 200, 100, 1_000
URL_ROOM = 60  # stage properties in one address; more would risk 414

KINDS: Mapping[Entity, tuple[str, ...]] = {
    "companies": ("companies",),
    "deals": ("deals",),
    "activities": ("meetings", "calls"),
    "quotes": ("quotes",),
    "leads": ("leads",),
    "surveys": ("feedback_submissions",),
}
READERS: Mapping[str, Callable[[reading.Object, reading.Links], AnyRecord]] = {
    "companies": reading.company,
    "meetings": reading.meeting,
    "calls": reading.call,
    "quotes": reading.quote,
    "leads": reading.lead,
    "feedback_submissions": reading.survey,
}
SCOPES: Mapping[str, str] = {
    "deals": "crm.objects.deals.read",
    "meetings": "crm.objects.contacts.read",
    "calls": "crm.objects.contacts.read",
    "companies": "crm.objects.companies.read",
    "quotes": "crm.objects.quotes.read",
    "leads": "crm.objects.leads.read",
    "feedback_submissions": "crm.objects.feedback_submissions.read",
}
NEEDS: Mapping[str, tuple[Countability, tuple[str, ...]]] = {
    "qualified_meetings": ("convention", ("meetings", "deals")),
    "calls": ("exact", ("calls",)),
    "leads": ("convention", ("leads",)),
    "response_rate": ("none", ()),
    "quotes_sent": ("proxy", ("quotes",)),  # by the day of creation: there is none of sending
    "new_customers": ("exact", ("deals", "companies")),
    "deals_won": ("exact", ("deals",)),
    "revenue": ("exact", ("deals",)),
    "pipeline_value": ("exact", ("deals",)),
    "conversion_rate": ("convention", ("deals",)),
    "closing_rate": ("exact", ("deals",)),
    "renewal_rate": ("convention", ("deals",)),
    "churn": ("convention", ("deals",)),
    "upsell_revenue": ("convention", ("deals",)),
    "average_deal_size": ("exact", ("deals",)),
    "nps": ("exact", ("feedback_submissions",)),
}
"""What each KPI is counted from, and how well."""


class HubSpot:
    """One HubSpot account.

    Settings: ``token`` (a service key), or ``client_id``, ``client_secret`` and ``refresh_token``; optionally
    ``calls_per_10_s`` (the plan's own), ``stages`` (ids whose dates are wanted; all of them by default) and
    ``margin_property`` (the account's own deal property, in its currency).
    ``base_url`` with ``sandbox`` connects to a fake on this machine.
    """

    entities: tuple[Entity, ...] = ("owners", "pipelines", *KINDS)
    title = "HubSpot"
    asks = ASKS
    sign_in = HubSpotSignIn()
    door = HubSpotDoor()

    def __init__(self, settings: Settings, clock: Clock = now) -> None:
        self._api = HubSpotApi(settings)
        self._clock = clock
        wanted = settings.get("stages") or ()
        self._wanted = frozenset(str(stage) for stage in wanted)
        self._stages: dict[str, str] | None = None
        self._margin = raw.text(settings.get("margin_property"))

    async def check(self) -> Health:
        """The account, and one record of each kind to learn which may be read."""
        details = await self._api.get(f"/account-info/{VERSION}/details")
        missing = {kind for kind in SCOPES if not await self._may_read(kind)}
        account = Account(
            id=raw.text(details.get("portalId")) or "unknown",
            time_zone=raw.text(details.get("timeZone")) or "UTC",
            currency=raw.text(details.get("companyCurrency")) or "EUR",
        )
        return Health(
            account=account, abilities=(*(_ability(metric, missing) for metric in NEEDS), self._margin_ability(missing))
        )

    def _margin_ability(self, missing: set[str]) -> Ability:
        """A margin is counted where the account says which property holds it."""
        if self._margin is None:
            return Ability(metric="margin", level="none")
        lacking = (SCOPES["deals"],) if "deals" in missing else ()
        return Ability(metric="margin", level="none" if lacking else "exact", missing=lacking)

    async def _may_read(self, kind: str) -> bool:
        try:
            await self._api.get(f"/crm/objects/{VERSION}/{kind}", limit=1)
        except CrmRefused as error:
            if error.details.get("status") == 403 and not error.details.get("blocked"):
                return False
            raise
        return True

    async def discover(self) -> Discovery:
        """Pipelines, stages, call outcomes and meeting types, with what their labels suggest."""
        choices: list[Choice] = []
        for found in raw.items((await self._api.get(f"/crm/pipelines/{VERSION}/deals")).get("results")):
            pipeline = reading.pipeline(found)
            choices.append(_choice("pipeline", pipeline.id, pipeline.label))
            choices += [_choice("stage", stage.id, stage.label) for stage in pipeline.stages if not stage.closed]
        choices += await self._options("meetings", "hs_activity_type", "activity_type")
        choices += await self._options("calls", "hs_call_disposition", "outcome")
        return Discovery(choices=tuple(choices), mapping=labels.mapping(choices))

    async def _options(self, kind: str, name: str, shown: Literal["activity_type", "outcome"]) -> list[Choice]:
        if not await self._may_read(kind):
            return []
        properties = raw.items((await self._api.get(f"/crm/properties/{VERSION}/{kind}")).get("results"))
        options = next((raw.items(one.get("options")) for one in properties if one.get("name") == name), [])
        pairs = ((raw.text(one.get("value")), raw.text(one.get("label"))) for one in options)
        return [_choice(shown, value, label or value) for value, label in pairs if value]

    async def plan_goal(self, goal: GoalToWrite, written: Written | None) -> Plan:
        """See :mod:`coach_hubspot.writing`."""
        return await writing.plan(self._api, goal, written)

    async def write_goal(self, plan: Plan) -> Written:
        """See :mod:`coach_hubspot.writing`."""
        return await writing.write(self._api, plan)

    async def written_goal(self, written: Written) -> Mapping[str, Any] | None:
        """See :mod:`coach_hubspot.writing`."""
        return await writing.standing(self._api, written)

    @property
    def fresh_secrets(self) -> dict[str, str]:
        """Secrets that the CRM replaced meanwhile: to be kept instead of the old ones."""
        return self._api.fresh_secrets

    async def close(self) -> None:
        """Let go of the connections."""
        await self._api.close()

    async def sync(self, entity: Entity, state: State) -> AsyncIterator[Page]:
        """Everything by lists from an empty state or one under way; changes since ``state.until`` otherwise."""
        if entity in ("owners", "pipelines"):
            pages = self._definitions(entity)
        elif state.until is None:
            pages = self._everything(entity, state)
        else:
            pages = self._changes(entity, state, state.until)
        async for page in pages:
            yield page

    async def _definitions(self, entity: Entity) -> AsyncIterator[Page]:
        """Few enough to be read whole each time."""
        started = self._clock()
        records: list[AnyRecord] = []
        if entity == "pipelines":
            found = await self._api.get(f"/crm/pipelines/{VERSION}/deals")
            records += [reading.pipeline(one) for one in raw.items(found.get("results"))]
        else:
            for archived in ("false", "true"):
                path = f"/crm/owners/{VERSION}"
                async for objects, _ in walk(lambda after, a=archived, p=path: self._list(p, after, archived=a)):
                    records += [reading.owner(one) for one in objects]
        yield Page(records=tuple(records), state=State(until=started))

    async def _everything(self, entity: Entity, state: State) -> AsyncIterator[Page]:
        """Lists have no cap and carry associations. A page's cursor is a record id, so a killed reading goes on there."""
        started = state.started or self._clock()
        kinds = KINDS[entity]
        at, after = (state.cursor or f"{kinds[0]}:").split(":", 1)
        for kind in kinds[kinds.index(at) if at in kinds else 0 :]:
            properties = ",".join(await self._properties(kind))
            linked = ",".join(reading.LINKED[kind]) or None
            path = f"/crm/objects/{VERSION}/{kind}"

            async def fetch(cursor: str | None, path: str = path, p: str = properties, a: str | None = linked) -> Any:
                return await self._list(path, cursor, properties=p, associations=a)

            async for objects, following in walk(fetch, after or None):
                records, doubts = self._read(kind, objects, await self._links(kind, objects, listed=True))
                reached = State(started=started, cursor=f"{kind}:{following or ''}")
                if following is None:
                    following_kind = next(iter(kinds[kinds.index(kind) + 1 :]), None)
                    reached = (
                        State(started=started, cursor=f"{following_kind}:") if following_kind else State(until=started)
                    )
                yield Page(records=tuple(records), state=reached, doubts=tuple(doubts))
            after = ""

    async def _list(self, path: str, after: str | None, **params: Any) -> tuple[list[dict[str, Any]], str | None]:
        data = await self._api.get(path, limit=LIST, after=after, **params)
        if not isinstance(data.get("results"), list):
            raise CrmMisanswered("HubSpot gives a page without results.")
        return raw.items(data["results"]), raw.text(raw.child(data, "paging", "next", "after"))

    async def _changes(self, entity: Entity, state: State, until: dt.datetime) -> AsyncIterator[Page]:
        end, since = self._clock() - LAG, until - LOOKBACK
        for kind in KINDS[entity]:
            async for ids in self._changed(kind, since, end):
                objects = await self._fresh(kind, ids)
                records, doubts = self._read(kind, objects, await self._links(kind, objects, listed=False))
                yield Page(records=tuple(records), state=state, doubts=tuple(doubts))
            async for records in self._archived(kind, since):
                yield Page(records=tuple(records), state=state)
        yield Page(records=(), state=State(until=max(end, until)))

    async def _changed(self, kind: str, since: dt.datetime, end: dt.datetime) -> AsyncIterator[list[str]]:
        """Ids changed in ``[since, end)``, by ascending id: no cap of 10,000, and no drift while records change."""
        last = 0
        while True:
            answer = await self._api.search(kind, _window(since, end, last))
            ids = [id for one in raw.items(answer.get("results")) if (id := raw.text(one.get("id"))) and id.isdigit()]
            if not ids:
                return
            highest = max(int(id) for id in ids)
            if highest <= last:
                raise CrmMisanswered("HubSpot's search gives the same page again and again.")
            yield ids
            if len(ids) < SEARCH:
                return
            last = highest

    async def _fresh(self, kind: str, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Whole copies: a search body is too short for many properties."""
        properties = await self._properties(kind)
        found: list[dict[str, Any]] = []
        for part in _parts(ids, BATCH):
            body = {"properties": properties, "inputs": [{"id": id} for id in part]}
            found += raw.items((await self._api.post(f"/crm/objects/{VERSION}/{kind}/batch/read", body)).get("results"))
        return found

    async def _archived(self, kind: str, since: dt.datetime) -> AsyncIterator[list[AnyRecord]]:
        """Deletions: search never tells them."""
        path = f"/crm/objects/{VERSION}/{kind}"
        async for objects, _ in walk(lambda after: self._list(path, after, archived="true")):
            recent = [one for one in objects if (raw.moment(one.get("archivedAt")) or since) >= since]
            records, _ = self._read(kind, [{**one, "archived": True} for one in recent], {})
            if records:
                yield records

    async def _links(
        self, kind: str, objects: Sequence[reading.Object], *, listed: bool
    ) -> dict[str, dict[str, tuple[str, ...]]]:
        """Associated ids by record and kind; those a list cut short, or never had, are read apart."""
        links: dict[str, dict[str, tuple[str, ...]]] = {}
        for target in reading.LINKED[kind]:
            apart = []
            for one in objects:
                id, block = raw.text(one.get("id")) or "", raw.child(one, "associations", target)
                if not listed or raw.child(block, "paging"):
                    apart.append(id)
                else:
                    links.setdefault(id, {})[target] = _ids(raw.items(raw.child(block, "results")), "id")
            for part in _parts(apart, LINKS):
                body = {"inputs": [{"id": id} for id in part]}
                answer = await self._api.post(f"/crm/associations/{VERSION}/{kind}/{target}/batch/read", body)
                for one in raw.items(answer.get("results")):
                    from_id = raw.text(raw.child(one, "from", "id")) or ""
                    links.setdefault(from_id, {})[target] = _ids(raw.items(one.get("to")), "toObjectId")
        return links

    async def _properties(self, kind: str) -> list[str]:
        if kind != "deals":
            return list(reading.PROPERTIES[kind])
        if self._stages is None:
            self._stages = await self._stage_properties()
        own = [self._margin] if self._margin else []
        return [*reading.PROPERTIES["deals"], *own, *self._stages]

    async def _stage_properties(self) -> dict[str, str]:
        """The property that dates each stage; an account's own stages may carry a suffix after their id."""
        stages: list[str] = []
        for found in raw.items((await self._api.get(f"/crm/pipelines/{VERSION}/deals")).get("results")):
            stages += [stage.id for stage in reading.pipeline(found).stages]
        wanted = [stage for stage in stages if not self._wanted or stage in self._wanted]
        found = raw.items((await self._api.get(f"/crm/properties/{VERSION}/deals")).get("results"))
        names = [name for one in found if (name := raw.text(one.get("name"))) and name.startswith(reading.ENTERED)]
        return dict([(name, stage) for name in names if (stage := _stage_of(name, wanted))][:URL_ROOM])

    def _read(
        self, kind: str, objects: Iterable[reading.Object], links: Mapping[str, reading.Links]
    ) -> tuple[list[AnyRecord], list[str]]:
        records: list[AnyRecord] = []
        doubts: list[str] = []
        for one in objects:
            id = raw.text(one.get("id")) or ""
            try:
                record = self._record(kind, one, links.get(id, {}))
            except ValidationError as error:
                doubts.append(f"{kind} {id}: {error.errors()[0]['loc']}")
                continue
            records.append(record)
            records += [self._record(kind, {"id": gone, "archived": True}, {}) for gone in reading.merged(one)]
        return records, doubts

    def _record(self, kind: str, one: reading.Object, links: reading.Links) -> AnyRecord:
        if kind == "deals":
            return reading.deal(one, links, self._stages or {}, self._margin)
        return READERS[kind](one, links)


def _window(since: dt.datetime, end: dt.datetime, last: int) -> dict[str, Any]:
    filters = [
        {"propertyName": "hs_lastmodifieddate", "operator": "GTE", "value": _milliseconds(since)},
        {"propertyName": "hs_lastmodifieddate", "operator": "LT", "value": _milliseconds(end)},
        {"propertyName": "hs_object_id", "operator": "GT", "value": str(last)},
    ]
    sorts = [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]
    return {"filterGroups": [{"filters": filters}], "sorts": sorts, "properties": ["hs_object_id"], "limit": SEARCH}


def _milliseconds(at: dt.datetime) -> str:
    return str(round(at.timestamp() * 1000))


def _stage_of(name: str, stages: Iterable[str]) -> str | None:
    tail = name.removeprefix(reading.ENTERED)
    matching = [
        stage
        for stage in stages
        if tail == stage or (tail.startswith(f"{stage}_") and tail[len(stage) + 1 :].isdigit())
    ]
    return max(matching, key=len, default=None)


def _ids(found: Iterable[Mapping[str, Any]], name: str) -> tuple[str, ...]:
    """In order and once each: an association comes once per label."""
    return tuple(dict.fromkeys(id for one in found if (id := raw.text(one.get(name)))))


def _parts(ids: Sequence[str], size: int) -> Iterable[Sequence[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _choice(kind: Literal["pipeline", "stage", "activity_type", "outcome"], id: str, label: str) -> Choice:
    return Choice(kind=kind, id=id, label=label, suggests=labels.suggest(kind, label))


def _ability(metric: str, missing: set[str]) -> Ability:
    level, needed = NEEDS[metric]
    lacking = tuple(dict.fromkeys(SCOPES[kind] for kind in needed if kind in missing))
    return Ability(metric=metric, level="none" if lacking else level, missing=lacking)
