"""KPIs: each series with its chart and its evidence."""

from typing import Any, cast, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from coach.core import kpis as catalogue
from coach.core.model.reading import Cadence
from coach.errors import NotFound
from coach.service import kpis
from coach.web import rendering
from coach.web.texts import metric as named
from coach.web.views import kpis as views
from coach.web.views.connections import capital
from coach.web.visit import Visit, Visiting

router = APIRouter(include_in_schema=False)
GRAINS = ("week", "month", "quarter", "year")


@router.get("/kpis")
async def show_all(visit: Visiting, whose: str = "", grain: str = "month") -> Response:
    """The best known past of each KPI; ``whose`` is "team:ref", "member:ref", "pipeline:ref" or "segment:ref"."""
    length, subject = _asked(grain, whose)
    found = await kpis.every(visit.coach, visit.actor.workspace_id, visit.coach.today(), grain=length, **subject)
    shown = [
        views.kpi(one, visit.t, visit.language) for one in sorted(found, key=lambda one: _order(one.series.metric))
    ]
    return rendering.page(
        visit,
        "kpis.html",
        section="connections",
        found=shown,
        unknown=_unknown({one.series.metric for one in found}, visit),
        query=_query(whose, length),
        **await _choices(visit, whose, length),
    )


@router.get("/kpis/{metric}")
async def show(visit: Visiting, metric: str, whose: str = "", grain: str = "month") -> Response:
    """One KPI: chart, and the evidence of each value."""
    length, subject = _asked(grain, whose)
    found = await kpis.history(
        visit.coach, visit.actor.workspace_id, metric, visit.coach.today(), grain=length, **subject
    )
    if found is None and catalogue.find(metric) is None:
        raise NotFound("There is no such KPI.", reason="kpi_absent")
    return rendering.page(
        visit,
        "kpi.html",
        section="connections",
        name=capital(named(metric, visit.language)),
        metric=metric,
        kpi=views.kpi(found, visit.t, visit.language) if found else None,
        query=_query(whose, length),
        **await _choices(visit, whose, length),
    )


def _asked(grain: str, whose: str) -> tuple[Cadence, dict[str, str]]:
    kind, _, ref = whose.partition(":")
    named = {"team": "team", "member": "owner", "pipeline": "pipeline", "segment": "segment"}.get(kind)
    length = cast(Cadence, grain if grain in get_args(Cadence) else "month")
    return length, {named: ref[:200]} if named and ref and "\0" not in ref else {}


def _query(whose: str, grain: str) -> str:
    told = {name: value for name, value in (("whose", whose), ("grain", grain)) if value and value != "month"}
    return f"?{urlencode(told)}" if told else ""


async def _choices(visit: Visit, whose: str, grain: str) -> dict[str, Any]:
    found = await kpis.subjects(visit.coach, visit.actor.workspace_id)
    return {"subjects": views.subjects(found, visit.t), "whose": whose, "grains": GRAINS, "grain": grain}


def _order(metric: str) -> int:
    known = list(catalogue.KPIS)
    return known.index(metric) if metric in known else len(known)


def _unknown(told: set[str], visit: Visit) -> list[tuple[str, str]]:
    """The KPIs of which nothing is known."""
    lacking = [id for id in catalogue.KPIS if id not in told and id != "other"]
    return [(id, capital(named(id, visit.language))) for id in lacking]
