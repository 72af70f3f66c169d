"""Reading a CRM so that nothing is lost, doubled or made up, whenever the reading is cut.

A page of records and the state that follows it are kept in one transaction; a reading that was killed goes on from the
last one. A record that comes again unchanged changes nothing. Once a week, and at first, everything is read: what the CRM
no longer shows is then deleted here too. A scope that is missing costs its entity only; figures already counted stay.
"""

import asyncio
import contextlib
import datetime as dt
import logging
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from typing import Any, Literal
from zoneinfo import ZoneInfo

from coach.core.model.base import Value
from coach.errors import CoachError, Conflict, CrmError, NotFound
from coach.plugins import Connector, GivesSeries, Page, State
from coach.plugins.records import AnyRecord, Entity
from coach.service import connections, counting, cursors
from coach.service.coach import Coach
from coach.service.connections import Problem
from coach.service.jobs import job, scheduled
from coach.service.values import Actor
from coach.service.values import Page as Listed
from coach.store import connections as stored
from coach.store.ids import new_id
from coach.store.rows import Row
from coach.store.store import EVERYWHERE

LEASE = dt.timedelta(seconds=30)
"""How long a reader that died keeps others out; one that lives renews it three times as often."""

WHOLE_EVERY = dt.timedelta(days=7)
CHECK_EVERY = dt.timedelta(hours=24)
DOUBTS_KEPT = 50
PASSING = ("quota", "crm_unavailable", "misanswered")
"""Problems that tell nothing of the credential: looking at it again would only cost calls."""

Cause = Literal["manual", "schedule", "webhook"]
Status = Literal["queued", "running", "done", "partial", "failed"]
_log = logging.getLogger(__name__)


class Counts(Value):
    """What was read of one entity, and what that changed here."""

    read: int = 0
    new: int = 0
    changed: int = 0
    deleted: int = 0
    doubts: int = 0


class SyncRun(Value):
    """One reading of a CRM. ``partial``: some entities could not be read; ``skipped`` says why, entity by entity."""

    id: str
    connection_id: str
    cause: Cause
    status: Status
    entity: Entity | None  # being read just now
    counts: dict[str, Counts]
    skipped: dict[str, Problem]
    doubts: tuple[str, ...]  # records that could not be understood, the first fifty
    pages: int
    problem: Problem | None
    created_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None


Progress = Callable[[SyncRun], None]


async def start(coach: Coach, actor: Actor, connection_id: str, *, cause: Cause = "manual") -> SyncRun:
    """A reading, to be done apart; the one under way when there is one. NotFound without such a connection."""
    run = await queue(coach, actor.workspace_id, connection_id, cause)
    payload = {"workspace_id": actor.workspace_id, "run_id": run.id}
    await coach.jobs.enqueue("sync", payload, key=f"sync:{run.id}")
    return run


async def queue(coach: Coach, workspace_id: str, connection_id: str, cause: Cause) -> SyncRun:
    """The run that is to be done, noted but given to nobody; the one under way when there is one."""
    async with coach.store.write(workspace_id) as unit:
        await unit.connections.get(connection_id, for_change=True)
        under_way = await unit.syncs.under_way(connection_id)
        if under_way is not None:
            return shown(under_way)
        id = new_id()
        row = {"id": id, "connection_id": connection_id, "cause": cause, "status": "queued", "created_at": coach.now()}
        await unit.syncs.add(row)
        return shown(await unit.syncs.get(id))


async def get(coach: Coach, actor: Actor, id: str) -> SyncRun:
    """The run as it stands; NotFound without it."""
    async with coach.store.read(actor.workspace_id) as unit:
        return shown(await unit.syncs.get(id))


async def page(
    coach: Coach, actor: Actor, connection_id: str | None = None, *, limit: int = 50, cursor: str | None = None
) -> Listed[SyncRun]:
    """The runs of one connection or of all, latest first."""
    described = f"syncs\0{connection_id}"
    before = cursors.read(cursor, of=described) if cursor else None
    async with coach.store.read(actor.workspace_id) as unit:
        rows = await unit.syncs.page(connection_id, before=before, limit=limit + 1)
    following = cursors.after(rows[limit - 1]["id"], of=described) if len(rows) > limit else None
    return Listed(items=tuple(shown(row) for row in rows[:limit]), next=following)


async def mark_dirty(coach: Coach, workspace_id: str, connection_id: str) -> None:
    """Something changed in the CRM: read soon. What changed is asked of the CRM, never taken from the webhook."""
    async with coach.store.write(workspace_id) as unit:
        await unit.connections.note(connection_id, dirty_at=coach.now())
    run = await queue(coach, workspace_id, connection_id, "webhook")
    await coach.jobs.enqueue("sync", {"workspace_id": workspace_id, "run_id": run.id}, key=f"sync:{run.id}")


async def run(coach: Coach, workspace_id: str, run_id: str, *, progress: Progress | None = None) -> SyncRun:
    """Read what there is to read, then count the series; the run as it ended.

    May be called again after a crash, or by two processes at once: one reads, the other waits for its end. Only our own
    mistakes are raised; what the CRM does wrong is the run's status and problem.
    """
    holder = f"{run_id}:{secrets.token_hex(4)}"
    while True:
        async with coach.store.write(workspace_id) as unit:
            row = await unit.syncs.get(run_id)
            if row["status"] not in ("queued", "running"):
                return shown(row)
            taken = await unit.connections.lease(
                row["connection_id"], holder, dt.datetime.now(dt.UTC) + LEASE, dt.datetime.now(dt.UTC)
            )
            if taken:
                now = coach.now()
                await unit.syncs.note(run_id, status="running", started_at=row["started_at"] or now, problem=None)
                break
        await asyncio.sleep(min(1.0, LEASE.total_seconds() / 3))
    reading = _Reading(coach, workspace_id, run_id, row, holder, progress or (lambda run: None))
    async with _held(coach, workspace_id, row["connection_id"], holder):
        return await reading.whole()


class _Reading:
    """One run under way, in the process that holds the connection."""

    def __init__(self, coach: Coach, workspace_id: str, run_id: str, row: Row, holder: str, progress: Progress) -> None:
        self.coach, self.workspace_id, self.run_id, self.holder = coach, workspace_id, run_id, holder
        self.connection_id: str = row["connection_id"]
        self.counts = {entity: Counts.model_validate(counts) for entity, counts in row["counts"].items()}
        self.skipped: dict[str, Any] = {}
        self.doubts: list[str] = list(row["doubts"])
        self.pages: int = row["pages"]
        self.progress = progress

    async def whole(self) -> SyncRun:
        try:
            await self._read()
        except CrmError as wrong:
            await connections.failed(self.coach, self.workspace_id, self.connection_id, wrong)
            if self.pages:  # what was read whole is counted, whatever could not be
                await counting.count(self.coach, self.workspace_id, self.connection_id)
            return await self._ended("failed", connections.problem(wrong))
        except (CoachError, asyncio.CancelledError):
            raise
        except Exception as wrong:  # a stranger's connector may raise anything; its words may hold anything
            _log.error("connector failed with %s", type(wrong).__name__)
            found = Problem(code="connector", message=f"The connector failed ({type(wrong).__name__}).")
            await connections.failed(self.coach, self.workspace_id, self.connection_id, CrmError(found.message))
            return await self._ended("failed", found)
        return await self._ended("partial" if self.skipped else "done", None)

    async def _read(self) -> None:
        row = await self._checked()
        async with connections.opened(self.coach, self.workspace_id, self.connection_id) as connector:
            for entity in await self._order(connector):
                await self._entity(connector, entity)
            if self._has_news(row, connector):
                await counting.count(self.coach, self.workspace_id, row["id"], connector)
        async with self.coach.store.write(self.workspace_id) as unit:
            row = await unit.connections.get(self.connection_id)
            healed = {"state": connections.state_of(row), "problem": None} if row["state"] == "unavailable" else {}
            await unit.connections.note(self.connection_id, synced_at=self.coach.now(), **healed)

    def _has_news(self, row: Row, connector: Connector) -> bool:
        """Whether the figures may be others than when they were last counted: records, the day, or a file of figures."""
        moved = any(one.new or one.changed or one.deleted for one in self.counts.values())
        counted = row["synced_at"]
        zone = ZoneInfo((row["health"].get("account") or {}).get("time_zone") or "UTC")
        same_day = counted is not None and counted.astimezone(zone).date() == self.coach.now().astimezone(zone).date()
        return moved or not same_day or isinstance(connector, GivesSeries)

    async def _order(self, connector: Connector) -> list[Entity]:
        """What was read least lately first: where a day's budget is small, the same entity must not always wait."""
        async with self.coach.store.read(self.workspace_id) as unit:
            states = await unit.syncs.states(self.connection_id)
        until = {entity: row["state"].get("until") or "" for entity, row in states.items()}
        return sorted(connector.entities, key=lambda entity: until.get(entity, ""))

    async def _checked(self) -> Row:
        """The connection, looked at again once a day or after a refusal: a scope may have come or gone."""
        async with self.coach.store.read(self.workspace_id) as unit:
            row = await unit.connections.get(self.connection_id)
        fresh = row["checked_at"] is not None and row["checked_at"] > self.coach.now() - CHECK_EVERY
        passing = row["problem"] is not None and row["problem"]["code"] in PASSING
        if fresh and (passing or row["state"] in ("ok", "degraded")):
            return row
        await connections.renew(self.coach, self.workspace_id, self.connection_id)
        async with self.coach.store.read(self.workspace_id) as unit:
            return await unit.connections.get(self.connection_id)

    async def _entity(self, connector: Connector, entity: Entity) -> None:
        """All pages of the entity; a refusal of this entity alone is noted, and the rest goes on."""
        state, generation, whole = await self._begun(entity, snapshot=getattr(connector, "snapshots", False))
        try:
            async with contextlib.aclosing(_ahead(connector.sync(entity, state))) as pages:
                async for page in pages:
                    await self._keep(connector, entity, page, generation, whole=whole)
        except CrmError as wrong:
            found = connections.problem(wrong)
            if found.code != "scope":
                raise
            self.skipped[entity] = found
            async with self.coach.store.write(self.workspace_id) as unit:
                await unit.syncs.set_state(
                    self.connection_id, entity, problem=found.model_dump(mode="json"), updated_at=self.coach.now()
                )

    async def _begun(self, entity: Entity, *, snapshot: bool) -> tuple[State, int, bool]:
        """Where to go on from, the number of the full reading, and whether this is one."""
        now = self.coach.now()
        async with self.coach.store.write(self.workspace_id) as unit:
            await unit.syncs.note(self.run_id, entity=entity)
            row = (await unit.syncs.states(self.connection_id)).get(entity)
            state = State.model_validate(row["state"]) if row else State()
            generation = row["generation"] if row else 1
            old = row is not None and row["whole_at"] is not None and row["whole_at"] < now - WHOLE_EVERY
            stale = row is None or old or snapshot
            if stale and row is not None and (state.until is not None or snapshot):
                state, generation = State(), generation + 1
            if stale:
                await unit.syncs.set_state(
                    self.connection_id, entity, state=state.model_dump(mode="json"), generation=generation,
                    whole_at=None, updated_at=now,
                )  # fmt: skip
        return state, generation, state.until is None

    async def _keep(self, connector: Connector, entity: Entity, page: Page, generation: int, *, whole: bool) -> None:
        """The page and the state after it: both are kept, or neither."""
        rows = _rows(entity, page.records)
        now = self.coach.now()
        ended = whole and page.state.until is not None
        async with self.coach.store.write(self.workspace_id) as unit:
            lease = dt.datetime.now(dt.UTC)
            if not await unit.connections.lease(self.connection_id, self.holder, lease + LEASE, lease):
                raise Conflict("Another process took this reading over.", reason="lease")
            kept = await unit.records.keep(self.connection_id, rows, generation)
            gone = await unit.records.sweep(self.connection_id, entity, generation) if ended else 0
            before = self.counts.get(entity, Counts())
            after = Counts(
                read=before.read + len(page.records), new=before.new + kept.new, changed=before.changed + kept.changed,
                deleted=before.deleted + kept.deleted + gone, doubts=before.doubts + len(page.doubts),
            )  # fmt: skip
            counts = {**self.counts, entity: after}
            doubts = [*self.doubts, *(f"{entity} {doubt}"[:200] for doubt in page.doubts)][:DOUBTS_KEPT]
            facts: dict[str, Any] = {"whole_at": now} if ended else {}
            state = page.state.model_dump(mode="json")
            await unit.syncs.set_state(
                self.connection_id, entity, state=state, generation=generation, problem=None, updated_at=now, **facts
            )
            await unit.syncs.note(
                self.run_id, pages=self.pages + 1, doubts=doubts, entity=entity,
                counts={name: one.model_dump() for name, one in counts.items()},
            )  # fmt: skip
            if spent := connections.budget(self.coach, connector):
                await unit.connections.note(self.connection_id, **spent)
            self.progress(shown(await unit.syncs.get(self.run_id)))
        self.counts, self.doubts, self.pages = counts, doubts, self.pages + 1

    async def _ended(self, status: Status, problem: Problem | None) -> SyncRun:
        async with self.coach.store.write(self.workspace_id) as unit:
            await unit.syncs.note(
                self.run_id, status=status, entity=None, finished_at=self.coach.now(),
                problem=problem.model_dump(mode="json") if problem else None,
                skipped={entity: found.model_dump(mode="json") for entity, found in self.skipped.items()},
            )  # fmt: skip
            ended = shown(await unit.syncs.get(self.run_id))
        self.progress(ended)
        return ended


async def _ahead(pages: AsyncIterator[Page]) -> AsyncGenerator[Page, None]:
    """The pages, the next one being fetched while one is kept: the CRM's pace is the only one that counts."""

    async def fetched() -> Page | None:
        return await anext(pages, None)

    following = asyncio.create_task(fetched())
    try:
        while (page := await following) is not None:
            following = asyncio.create_task(fetched())
            yield page
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        closing = getattr(pages, "aclose", None)
        if closing is not None:
            await closing()


@contextlib.asynccontextmanager
async def _held(coach: Coach, workspace_id: str, connection_id: str, holder: str) -> AsyncIterator[None]:
    """The right to read, renewed while the block lasts and given back after it."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            with contextlib.suppress(CoachError):
                async with coach.store.write(workspace_id) as unit:
                    now = dt.datetime.now(dt.UTC)
                    await unit.connections.lease(connection_id, holder, now + LEASE, now)

    renewing = asyncio.create_task(renew(), name="sync lease")
    try:
        yield
    finally:
        renewing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await renewing
        with contextlib.suppress(CoachError):
            async with coach.store.write(workspace_id) as unit:
                await unit.connections.release(connection_id, holder)


def shown(row: Row) -> SyncRun:
    """A row as people and programs see it."""
    named = {name: row[name] for name in SyncRun.model_fields}
    return SyncRun.model_validate({**named, "doubts": tuple(row["doubts"])})


def _rows(entity: Entity, records: tuple[AnyRecord, ...]) -> list[Mapping[str, Any]]:
    """The page's records as rows, the later of two copies standing."""
    rows = {
        record.id: {
            "entity": entity, "id": record.id, "body": record.model_dump_json(exclude_defaults=True),
            "deleted": record.deleted, "modified": record.modified,
        }
        for record in records
    }  # fmt: skip
    return list(rows.values())


@job("sync")
async def _sync(coach: Coach, payload: dict[str, Any]) -> None:
    with contextlib.suppress(NotFound):  # disconnected meanwhile
        await run(coach, payload["workspace_id"], payload["run_id"])


@job("count")
async def _count(coach: Coach, payload: dict[str, Any]) -> None:
    with contextlib.suppress(NotFound):
        await counting.count(coach, payload["workspace_id"], payload["connection_id"])


@scheduled("sync.due", cron="*/5 * * * *")
async def _due(coach: Coach, at: dt.datetime) -> None:
    """Read every connection whose last reading is older than the setting says, or that a webhook marked."""
    if not coach.settings.sync_every:
        return
    before = coach.now() - dt.timedelta(minutes=coach.settings.sync_every)
    async with coach.store.read(EVERYWHERE) as unit:
        due = await stored.all_due(unit.connection, before)
    for row in due:
        found = await queue(coach, row["workspace_id"], row["id"], "schedule")
        payload = {"workspace_id": row["workspace_id"], "run_id": found.id}
        await coach.jobs.enqueue("sync", payload, key=f"sync:{found.id}")
