"""KPI series, as they were counted from a CRM, imported from a file or typed by hand."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from coach.core.model.kpi import KpiSeries, Subject
from coach.store.ids import new_id
from coach.store.rows import Row, every
from coach.store.tables import kpi_series

TYPED = "manual"
"""The origin of what a person typed."""

AT_ONCE = 500
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_KEY = ("workspace_id", "origin", "metric", "grain", "subject_kind", "subject_ref")
_RENEWED = ("subject_label", "method", "body", "data_date", "updated_at")


class Kpis:
    """The series of one workspace."""

    def __init__(self, executing: AsyncConnection, workspace_id: str) -> None:
        self._connection = executing
        self._workspace_id = workspace_id

    async def put(self, origin: str, found: Iterable[KpiSeries], at: dt.datetime) -> int:
        """Keep the series, each in place of the one of the same origin, metric, grain and subject; how many."""
        rows = [
            {
                "id": new_id(), "workspace_id": self._workspace_id, "origin": origin,
                "connection_id": None if origin == TYPED else origin, "metric": series.metric, "grain": series.grain,
                "subject_kind": series.subject.kind, "subject_ref": series.subject.ref[:200],
                "subject_label": series.subject.label[:200], "method": series.method, "body": series.model_dump_json(),
                "data_date": series.data_date, "created_at": at, "updated_at": at,
            }
            for series in found
        ]  # fmt: skip
        if rows:
            statement = _INSERTS[self._connection.dialect.name](kpi_series)
            renewed = {name: statement.excluded[name] for name in _RENEWED}
            await self._connection.execute(
                statement.on_conflict_do_update(index_elements=list(_KEY), set_=renewed), rows
            )
        return len(rows)

    async def keep_only(self, origin: str, found: Mapping[str, Iterable[KpiSeries]]) -> None:
        """Of the metrics named, forget the series of the origin that are not among those ``found``."""
        chosen = select(
            kpi_series.c.id,
            kpi_series.c.metric,
            kpi_series.c.grain,
            kpi_series.c.subject_kind,
            kpi_series.c.subject_ref,
        ).where(self._chosen(None, None, None, origin), kpi_series.c.metric.in_(list(found)))
        kept = {
            (one.metric, one.grain, one.subject.kind, one.subject.ref[:200]) for each in found.values() for one in each
        }
        gone = [row.id for row in await self._connection.execute(chosen) if tuple(row)[1:] not in kept]
        for start in range(0, len(gone), AT_ONCE):
            some = kpi_series.c.id.in_(gone[start : start + AT_ONCE])
            await self._connection.execute(delete(kpi_series).where(self._chosen(None, None, None, origin), some))

    async def read(
        self,
        *,
        metric: str | None = None,
        subject: Subject | None = None,
        grain: str | None = None,
        origin: str | None = None,
    ) -> list[Row]:
        """Rows of what is kept, each with its ``series`` beside; every filter may be left out."""
        chosen = select(kpi_series).where(self._chosen(metric, subject, grain, origin))
        rows = await every(self._connection, chosen.order_by(kpi_series.c.metric, kpi_series.c.id))
        return [{**row, "series": KpiSeries.model_validate_json(row["body"])} for row in rows]

    async def subjects(self) -> list[Subject]:
        """Whom there are series of, the whole workspace apart."""
        columns = (kpi_series.c.subject_kind, kpi_series.c.subject_ref, kpi_series.c.subject_label)
        mine = (kpi_series.c.workspace_id == self._workspace_id) & (kpi_series.c.subject_kind != "workspace")
        rows = (await self._connection.execute(select(*columns).where(mine).distinct().order_by(*columns))).all()
        found = {(row[0], row[1]): Subject(kind=row[0], ref=row[1], label=row[2]) for row in rows}
        return list(found.values())

    async def drop(self, *, origin: str, metric: str, subject: Subject, grain: str) -> None:
        """Forget one series."""
        await self._connection.execute(delete(kpi_series).where(self._chosen(metric, subject, grain, origin)))

    def _chosen(self, metric: str | None, subject: Subject | None, grain: str | None, origin: str | None) -> Any:
        mine = kpi_series.c.workspace_id == self._workspace_id
        for column, value in (
            (kpi_series.c.metric, metric), (kpi_series.c.grain, grain), (kpi_series.c.origin, origin),
        ):  # fmt: skip
            if value is not None:
                mine &= column == value
        if subject is not None:
            mine &= (kpi_series.c.subject_kind == subject.kind) & (kpi_series.c.subject_ref == subject.ref)
        return mine
