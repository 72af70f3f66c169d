"""Connections to CRMs: connect, see what can be counted, map the account's words, read, reconnect, disconnect."""

import contextlib
import datetime as dt
import secrets
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from coach.core import kpis as catalogue
from coach.errors import BadInput, CoachError, CrmError, NotFound
from coach.plugins import part
from coach.service import connecting, connections, files, signing_in, syncs, taking
from coach.service.connections import Connection
from coach.service.syncs import SyncRun
from coach.web import problems, rendering
from coach.web.forms import Form
from coach.web.texts import known, metric
from coach.web.views import connections as views
from coach.web.views.connections import ConnectionView
from coach.web.visit import Visit, Visiting

router = APIRouter(include_in_schema=False)
RUNS = 10
OWN = ("csv", "demo")
SECRET_BYTES = 24


@router.get("/connections")
async def show_all(visit: Visiting, removed: str = "") -> Response:
    """What is connected, what can be, and the plugins."""
    found = await connections.every(visit.coach, visit.actor)
    offered = [name for name in visit.coach.plugins.connectors if name not in OWN]
    absent = [name for name in catalogue.KPIS["revenue"].crm if name not in visit.coach.plugins.connectors]
    return rendering.page(
        visit,
        "connections.html",
        section="connections",
        found=[_view(visit, one) for one in found],
        has_demo=any(one.connector == "demo" for one in found),
        offered=[(name, _title(visit, name)) for name in sorted(offered)],
        absent=[(name, name.capitalize()) for name in absent],
        plugins=[views.plugin(one, visit.t) for one in visit.coach.plugins.listed],
        exporters=_exporters(visit),
        removed=removed == "1",
    )


@router.get("/connections/exports/{name}")
async def exported(visit: Visiting, name: str) -> Response:
    """Every goal in the form of a plugin's exporter."""
    body, exporter = await taking.file(visit.coach, visit.actor, name)
    named = f'attachment; filename="coach.{exporter.extension}"'
    return Response(body, media_type=exporter.media_type, headers={"Content-Disposition": named})


@router.post("/connections/demo")
async def demo(visit: Visiting) -> Response:
    """An invented team, said to be invented wherever its figures are shown."""
    await visit.form()
    return await _started(visit, "demo", {}, visit.t("connections.demo_label"))


@router.get("/connections/new/{connector}")
async def ask(visit: Visiting, connector: str) -> Response:
    """What this connector needs to know."""
    return _asked(visit, connector)


@router.post("/connections/new/{connector}")
async def connect(visit: Visiting, connector: str) -> Response:
    """Connect, or show the form again with what was wrong; no secret is ever given back."""
    form = await visit.form()
    _known(visit, connector)
    try:
        if connector == "csv":
            return await _file(visit, form)
        if form.text("with") == "sign_in":
            address = await signing_in.begin(
                visit.coach, visit.actor, connector, _given(visit, connector, form, sign_in=True),
                session=visit.session, redirect_uri=_callback(visit),
            )  # fmt: skip
            return RedirectResponse(address, 303)
        given = _given(visit, connector, form, sign_in=False)
        return await _started(visit, connector, given, form.text("label").strip() or _title(visit, connector))
    except (CrmError, BadInput) as wrong:
        return _asked(visit, connector, problem=_problem(visit, wrong), status=422, label=form.text("label"))


@router.get("/connections/callback")
async def signed_in(visit: Visiting, state: str = "", code: str = "", error: str = "") -> Response:
    """Where the CRM sends the person back to."""
    made = await signing_in.finish(
        visit.coach,
        visit.actor,
        state=state,
        code=code,
        error=error,
        session=visit.session,
        redirect_uri=_callback(visit),
    )
    await syncs.start(visit.coach, visit.actor, made.id)
    return RedirectResponse(f"/connections/{made.id}?new=1", 303)


@router.get("/connections/{id}")
async def show(visit: Visiting, id: str, new: str = "", saved: str = "") -> Response:
    """One connection; our script asks again and again for the reading alone."""
    found = await connections.get(visit.coach, visit.actor, id)
    if visit.wants_fragment:
        return rendering.fragment(visit, "_reading.html", **await _reading(visit, found))
    return await _page(visit, found, new=new == "1", saved=saved == "1")


@router.post("/connections/{id}/sync")
async def read(visit: Visiting, id: str) -> Response:
    """Read the CRM now."""
    await visit.form()
    await syncs.start(visit.coach, visit.actor, id)
    return RedirectResponse(f"/connections/{id}#reading", 303)


@router.post("/connections/{id}/check")
async def check(visit: Visiting, id: str) -> Response:
    """Look again: state, scopes, choices."""
    await visit.form()
    await connections.check(visit.coach, visit.actor, id)
    return RedirectResponse(f"/connections/{id}", 303)


@router.post("/connections/{id}/mapping")
async def mapping(visit: Visiting, id: str) -> Response:
    """What the account's own words mean."""
    form = await visit.form()
    found = await connections.get(visit.coach, visit.actor, id)
    words = views.mapping(found, form.starting("map."), form.text("qualified_by"))
    await connections.set_mapping(visit.coach, visit.actor, id, words, expected=form.number("version"))
    return RedirectResponse(f"/connections/{id}?saved=1", 303)


@router.post("/connections/{id}/columns")
async def columns(visit: Visiting, id: str) -> Response:
    """What the columns of a file hold."""
    form = await visit.form()
    settings: dict[str, Any] = {"columns": _columns(form)}
    if form.files.get("file"):
        settings["content"] = form.files["file"]
    found = await connections.get(visit.coach, visit.actor, id)
    try:
        await connecting.change(visit.coach, visit.actor, id, settings=settings)
    except BadInput as wrong:
        return await _page(visit, found, problem=_problem(visit, wrong), status=422)
    await syncs.start(visit.coach, visit.actor, id)
    return RedirectResponse(f"/connections/{id}?saved=1", 303)


@router.post("/connections/{id}/settings")
async def settings(visit: Visiting, id: str) -> Response:
    """A new key, the secrets of the CRM's calls, whether coach may write: what is left empty stays."""
    form = await visit.form()
    found = await connections.get(visit.coach, visit.actor, id)
    named: dict[str, Any] = {name: value.strip() for name, value in form.starting("set.") if value.strip()}
    if form.text("write_back_shown"):
        named["write_back"] = bool(form.text("write_back"))
    label = form.text("label").strip() or None
    try:
        await connecting.change(visit.coach, visit.actor, id, label=label, settings=named or None)
    except (CrmError, BadInput) as wrong:
        return await _page(visit, found, problem=_problem(visit, wrong), status=422)
    return RedirectResponse(f"/connections/{id}?saved=1", 303)


@router.post("/connections/{id}/remove")
async def remove(visit: Visiting, id: str) -> Response:
    """Forget the credentials, the records and the figures."""
    await visit.form()
    await connections.remove(visit.coach, visit.actor, id)
    return RedirectResponse("/connections?removed=1", 303)


# -- connecting --------------------------------------------------------------------------------------------------------


async def _started(visit: Visit, connector: str, given: dict[str, Any], label: str) -> Response:
    made = await connecting.connect(visit.coach, visit.actor, connector, given, label=label)
    await syncs.start(visit.coach, visit.actor, made.id)
    return RedirectResponse(f"/connections/{made.id}?new=1", 303)


async def _file(visit: Visit, form: Form) -> Response:
    content = form.files.get("file", b"")
    if not content:
        raise BadInput("No file was chosen.", remedy="Choose a CSV or XLSX file.", reason="no_file")
    chosen = _columns(form)
    looked = files.look(content, chosen)
    if looked.shape is None:
        problem = problems.Problem(422, visit.t("csv_in.unclear"), visit.t("csv_in.unclear_detail"))
        return _asked(visit, "csv", problem=problem, status=422, look=looked, label=form.text("label"))
    given: dict[str, Any] = {"content": content, **({"columns": chosen} if chosen else {})}
    return await _started(visit, "csv", given, form.text("label").strip() or visit.t("csv_in.label"))


def _columns(form: Form) -> dict[str, str]:
    """Field or KPI → title, as the form's menus say; the first column that claims a field has it."""
    chosen: dict[str, str] = {}
    for title, holds in form.starting("column."):
        if holds:
            chosen.setdefault(holds, title)
    return chosen


def _given(visit: Visit, connector: str, form: Form, *, sign_in: bool) -> dict[str, Any]:
    found = part(visit.coach.plugins.connectors[connector], "asks") or ()
    wanted = [one for one in found if one.sign_in is sign_in]
    given = {one.name: form.text(f"set.{one.name}").strip() for one in wanted}
    lacking = [one.name for one in wanted if one.required and not given[one.name]]
    if lacking:
        raise BadInput("A field is empty.", remedy="Fill in every field.", reason="empty_setting")
    return {name: value for name, value in given.items() if value}


def _known(visit: Visit, connector: str) -> None:
    if connector not in visit.coach.plugins.connectors:
        raise NotFound("No connector is called so.", reason="no_door")


def _asked(
    visit: Visit,
    connector: str,
    *,
    problem: problems.Problem | None = None,
    status: int = 200,
    look: files.Look | None = None,
    label: str = "",
) -> Response:
    _known(visit, connector)
    factory = visit.coach.plugins.connectors[connector]
    found = part(factory, "asks") or ()
    return rendering.page(
        visit,
        "connect.html",
        section="connections",
        status=status,
        connector=connector,
        title=_title(visit, connector),
        key=views.asks(found, visit.language, sign_in=False),
        sign_in=views.asks(found, visit.language, sign_in=True) if part(factory, "sign_in") else (),
        callback=_callback(visit),
        problem=problem,
        label=label,
        look=look,
        meanings=_meanings(visit),
    )


def _exporters(visit: Visit) -> list[tuple[str, str]]:
    """The files that plugins write, and what each is called."""
    found = visit.coach.plugins.exporters.items()
    return [(name, each.label.get(visit.language) or each.label.get("en", name)) for name, each in found]


def _callback(visit: Visit) -> str:
    base = visit.coach.settings.public_url or str(visit.request.base_url).rstrip("/")
    return f"{base}/connections/callback"


# -- showing -----------------------------------------------------------------------------------------------------------


def _title(visit: Visit, connector: str) -> str:
    own = known(visit.language, f"web.connector.{connector}")
    factory = visit.coach.plugins.connectors.get(connector)
    return own or part(factory, "title") or connector.capitalize()


def _view(visit: Visit, found: Connection) -> ConnectionView:
    title = _title(visit, found.connector)
    return views.connection(found, title, visit.t, visit.language, visit.coach.now())


async def _page(
    visit: Visit,
    found: Connection,
    *,
    new: bool = False,
    saved: bool = False,
    problem: problems.Problem | None = None,
    status: int = 200,
) -> Response:
    factory = visit.coach.plugins.connectors.get(found.connector)
    asks = part(factory, "asks")
    base = visit.coach.settings.public_url
    door = part(factory, "door")
    return rendering.page(
        visit,
        "connection.html",
        section="connections",
        status=status,
        fields=views.fields(found, visit.language),
        qualified_by=found.mapping.qualified_by,
        key=views.asks(asks or (), visit.language, sign_in=False),
        calls=_calls(found, base) if door and base else None,
        has_door=bool(door),
        can_write=hasattr(factory, "plan_goal"),
        write_back=bool(found.settings.get("write_back")),
        look=await _look(visit, found),
        meanings=_meanings(visit),
        fresh_password=secrets.token_urlsafe(SECRET_BYTES),
        new=new,
        saved=saved,
        problem=problem,
        **await _reading(visit, found),
    )


def _calls(found: Connection, base: str) -> dict[str, Any]:
    """The addresses to give to the CRM, and which of their secrets are held."""
    root = f"{base}/api/v1/hooks/{found.connector}"
    return {"hook": root, "panel": f"{root}/panel", "held": found.secrets}


async def _reading(visit: Visit, found: Connection) -> dict[str, Any]:
    runs = await syncs.page(visit.coach, visit.actor, found.id, limit=RUNS)
    shown = [_run(visit, found, one) for one in runs.items]
    return {"connection": _view(visit, found), "runs": shown}


def _run(visit: Visit, found: Connection, one: SyncRun) -> views.RunView:
    factory = visit.coach.plugins.connectors.get(found.connector)
    zone: dt.tzinfo | None = None
    with contextlib.suppress(ValueError, OSError):
        zone = ZoneInfo(visit.coach.settings.time_zone) if visit.coach.settings.time_zone else None
    return views.run(one, len(getattr(factory, "entities", ())), visit.t, visit.language, zone)


async def _look(visit: Visit, found: Connection) -> files.Look | None:
    """The columns of a file that was uploaded; None for a CRM."""
    if found.connector != "csv":
        return None
    settings = await connections.settings_of(visit.coach, visit.actor.workspace_id, found.id)
    content = settings.get("content")
    return files.look(content, settings.get("columns")) if isinstance(content, bytes) else None


def _meanings(visit: Visit) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What a column may hold, in words: our fields, then the KPIs."""
    fields, metrics = files.meanings()
    named = [(name, views.capital(metric(name, visit.language))) for name in metrics]
    return [(name, visit.t(f"csv_in.field.{name}")) for name in fields], named


def _problem(visit: Visit, wrong: CoachError) -> problems.Problem:
    """What went wrong, in words; what the CRM said itself is kept out of the page."""
    if not isinstance(wrong, CrmError):
        return problems.of(visit, wrong)
    found = connections.problem(wrong)
    refused = found.code in ("needs_reconnect", "crm_refused")
    title = known(visit.language, f"sync.problem.{found.code}") if not refused else visit.t("connections.refused")
    return problems.Problem(422, title, known(visit.language, f"error.{wrong.code}.remedy"))
