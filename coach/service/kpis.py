"""KPI series with their evidence, wherever they come from: a CRM, a file, a person."""

import datetime as dt
from collections.abc import Iterable

from coach.core.kpis import find
from coach.core.model.base import Value
from coach.core.model.kpi import KpiPoint, KpiSeries, Subject
from coach.core.model.reading import Cadence
from coach.errors import BadInput
from coach.service import connections
from coach.service.coach import Coach
from coach.service.values import Actor
from coach.store.kpis import TYPED
from coach.store.rows import Row

WHOLE = Subject()
_RANKS = {"exact": 0, "manual": 1, "proxy": 2}


class History(Value):
    """A series and what it rests on. ``age_days``: since the day its figures are known until; None when they do not say."""

    series: KpiSeries
    connection_id: str | None = None  # None: typed by hand
    label: str = ""
    synthetic: bool = False  # invented: to be said wherever it is shown
    age_days: int | None = None
    state: connections.State | None = None  # the connection's; figures of one that fails stay, with their date


async def history(
    coach: Coach,
    workspace_id: str,
    metric: str,
    today: dt.date,
    *,
    team: str | None = None,
    owner: str | None = None,
    pipeline: str | None = None,
    segment: str | None = None,
    grain: Cadence = "month",
) -> History | None:
    """The best known past of the metric: counted exactly, else typed or imported, else by proxy, else invented.

    ``team``, ``owner``, ``pipeline``, ``segment``: ids or labels as :func:`subjects` gives them, one at most. None when
    nothing is known. A period that ends after ``today`` is not complete.
    """
    subject = _subject(team=team, person=owner, pipeline=pipeline, segment=segment)
    found = await _found(coach, workspace_id, today, subject=subject, grain=grain, metric=metric)
    return found[0] if found else None


async def every(
    coach: Coach,
    workspace_id: str,
    today: dt.date,
    *,
    team: str | None = None,
    owner: str | None = None,
    pipeline: str | None = None,
    segment: str | None = None,
    grain: Cadence = "month",
) -> tuple[History, ...]:
    """The best known past of every metric that has one."""
    subject = _subject(team=team, person=owner, pipeline=pipeline, segment=segment)
    best: dict[str, History] = {}
    for one in await _found(coach, workspace_id, today, subject=subject, grain=grain):
        best.setdefault(one.series.metric, one)
    return tuple(best[metric] for metric in sorted(best))


async def subjects(coach: Coach, workspace_id: str) -> tuple[Subject, ...]:
    """The teams, persons, pipelines and segments that have series of their own."""
    async with coach.store.read(workspace_id) as unit:
        return tuple(await unit.kpis.subjects())


async def type_in(coach: Coach, actor: Actor, series: KpiSeries) -> History:
    """What a person says a KPI was, over what they had said of the same periods; its method is then "manual".

    Raises:
        BadInput: It has no point, or names no KPI of the catalogue or of a plugin.
    """
    if not series.points:
        raise BadInput("No figure is given.", remedy="Give a period and its figure.", reason="history_empty")
    if find(series.metric) is None and series.metric not in coach.plugins.kpis:
        raise BadInput("There is no such KPI.", remedy="See the KPI list.", reason="kpi_absent")
    async with coach.store.write(actor.workspace_id) as unit:
        known = await unit.kpis.read(metric=series.metric, subject=series.subject, grain=series.grain, origin=TYPED)
        merged = _merged(known[0]["series"].points if known else (), series.points)
        kept = series.model_copy(update={
            "points": merged, "method": "manual", "source": "manual",
            "data_date": merged[-1].end - dt.timedelta(days=1),
        })  # fmt: skip
        await unit.kpis.put(TYPED, [kept], coach.now())
        await unit.audit.add(actor.person_id, "kpi.typed", series.metric, coach.now(), periods=len(series.points))
    return _shown({"series": kept, "origin": TYPED}, {}, coach.today())


async def forget(
    coach: Coach, actor: Actor, metric: str, *, subject: Subject = WHOLE, grain: Cadence = "month"
) -> None:
    """Take back everything typed of the KPI for that subject."""
    async with coach.store.write(actor.workspace_id) as unit:
        await unit.kpis.drop(origin=TYPED, metric=metric, subject=subject, grain=grain)
        await unit.audit.add(actor.person_id, "kpi.forgotten", metric, coach.now())


def _subject(**named: str | None) -> Subject:
    told = {kind: ref for kind, ref in named.items() if ref}
    if len(told) > 1:
        raise BadInput("A series is of one subject.", remedy="Name a team or a person, not both.", reason="subject")
    return Subject.model_validate(next(({"kind": kind, "ref": ref} for kind, ref in told.items()), {}))


async def _found(
    coach: Coach, workspace_id: str, today: dt.date, *, subject: Subject, grain: Cadence, metric: str | None = None
) -> list[History]:
    """Every series of the subject, the best of each metric first."""
    async with coach.store.read(workspace_id) as unit:
        subject = _named(subject, await unit.kpis.subjects()) if subject != WHOLE else subject
        rows = await unit.kpis.read(metric=metric, subject=subject, grain=grain)
        links = {row["id"]: row for row in await unit.connections.every()} if rows else {}
    return sorted((_shown(row, links, today) for row in rows), key=_rank)


def _named(subject: Subject, known: Iterable[Subject]) -> Subject:
    """The subject of that id, or else of that label."""
    of_kind = [one for one in known if one.kind == subject.kind]
    by_ref = next((one for one in of_kind if one.ref == subject.ref), None)
    return by_ref or next((one for one in of_kind if one.label.casefold() == subject.ref.casefold()), subject)


def _shown(row: Row, links: dict[str, Row], today: dt.date) -> History:
    series: KpiSeries = row["series"]
    link = links.get(row["origin"])
    points = tuple(_as_of(point, today) for point in series.points if point.start <= today)
    connection = connections.shown(link) if link else None
    return History(
        series=series.model_copy(update={"points": points}),
        connection_id=connection.id if connection else None,
        label=connection.label if connection else "",
        synthetic=connection.synthetic if connection else False,
        age_days=max(0, (today - series.data_date).days) if series.data_date else None,
        state=connection.state if connection else None,
    )


def _as_of(point: KpiPoint, today: dt.date) -> KpiPoint:
    return point.model_copy(update={"complete": False}) if point.complete and point.end > today else point


def _rank(found: History) -> tuple[int, int, int]:
    series = found.series
    newest = series.data_date.toordinal() if series.data_date else 0
    return int(found.synthetic), _RANKS[series.method], -newest


def _merged(known: Iterable[KpiPoint], given: Iterable[KpiPoint]) -> tuple[KpiPoint, ...]:
    points = {point.start: point for point in (*known, *given)}
    return tuple(points[start] for start in sorted(points))
