"""Goals written into Pipedrive: one of its own where it can count the metric, otherwise an activity for the next check-in.

Source: developers.pipedrive.com, Goals (v1, the only ones) and Activities (v2).
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from coach.errors import CrmError, CrmRefused, CrmUnavailable
from coach.plugins import GoalToWrite, Plan, Written, labels, raw
from coach.plugins.http import walk
from coach.plugins.parts import Why, interval
from coach_pipedrive.api import PipedriveApi

GOALS, FIND, ACTIVITIES, TYPES = "/v1/goals", "/v1/goals/find", "/api/v2/activities", "/v1/activityTypes"
COST = {"POST": 10, "PUT": 10, "DELETE": 10}
ACTIVITY_COST = 5
RECENT = dt.timedelta(days=2)
TYPE_OF = {"qualified_meetings": ("qualified_types", "meeting_types"), "calls": ("call_types",)}


async def plan(api: PipedriveApi, goal: GoalToWrite, written: Written | None) -> Plan:
    """A goal of Pipedrive's where it can be one; an activity and the reason where it cannot."""
    body, why = await _body(api, goal)
    if body is None:
        return await _activity_plan(api, goal, written, why)
    there = await _found(api, body["type"]["name"], goal.marker, written)
    before = _shown(there) if there else {}
    fields = _shown(body)
    action = "create" if there is None else "none" if before == fields else "change"
    kept = Written(kind="goal", id=str(there["id"]), fields=before) if there else None
    return Plan(
        kind="goal", action=action, fields=fields, before=before, goal=goal, written=kept, detail={"body": body}
    )


async def write(api: PipedriveApi, plan: Plan) -> Written:
    """Carry it out and read it back."""
    if plan.action == "none" and plan.written is not None:
        return plan.written
    if plan.kind == "task":
        return await _write_activity(api, plan)
    body = dict(plan.detail["body"])
    counts = body["type"]["name"]
    there = await _found(api, counts, plan.goal.marker, plan.written)
    if there is None:
        await _unless_unknown(lambda: api.send("POST", GOALS, body, COST["POST"]))
    else:
        await api.send("PUT", f"{GOALS}/{there['id']}", body, COST["PUT"])
    now = await _found(api, counts, plan.goal.marker, plan.written)
    if now is None:
        raise CrmUnavailable("Pipedrive does not show the goal yet.", remedy="Look again in a minute.", unknown=True)
    if _shown(now) != dict(plan.fields):
        if there is None:
            await api.send("DELETE", f"{GOALS}/{now['id']}", None, COST["DELETE"])
        raise CrmRefused("Pipedrive kept something else; it was undone.", reason="not_verified")
    return Written(kind="goal", id=str(now["id"]), fields=_shown(now))


async def standing(api: PipedriveApi, written: Written) -> Mapping[str, Any] | None:
    """The fields as they stand; None when the goal or the activity is gone."""
    if written.kind == "goal":
        there = await _found(api, str(written.fields.get("counts", "")), "", written)
        return _shown(there) if there else None
    try:
        data = (await api.get(f"{ACTIVITIES}/{written.id}")).get("data")
    except CrmRefused as error:
        if error.details.get("status") in (404, 410):
            return None
        raise
    return _activity_shown(data) if isinstance(data, dict) and not raw.flag(data.get("is_deleted")) else None


# -- goals ------------------------------------------------------------------------------------------------------------


def title_of(goal: GoalToWrite) -> str:
    """The sentence, and the mark it is found again by."""
    return f"{goal.title[:180]} ({goal.marker})"


async def _body(api: PipedriveApi, goal: GoalToWrite) -> tuple[dict[str, Any] | None, Why]:
    period = interval(goal)
    if goal.target is None:
        return None, "no_target"
    if period is None:
        return None, "period"
    type, why = await _type(api, goal)
    if type is None:
        return None, why
    outcome: dict[str, Any] = {"target": goal.target, "tracking_metric": "quantity"}
    if goal.metric == "revenue":
        currency = await _currency(api, goal.unit)
        if currency is None:
            return None, "metric"
        outcome = {"target": goal.target, "tracking_metric": "sum", "currency_id": currency}
    who = {"id": int(goal.owner), "type": "person"} if goal.owner else {"id": await _company(api), "type": "company"}
    body = {
        "title": title_of(goal),
        "assignee": who,
        "type": type,
        "expected_outcome": outcome,
        "duration": {"start": goal.start.isoformat(), "end": goal.due.isoformat() if goal.due else None},
        "interval": period,
    }
    return body, ""


async def _type(api: PipedriveApi, goal: GoalToWrite) -> tuple[dict[str, Any] | None, Why]:
    pipeline = {"pipeline_id": [int(goal.pipeline)] if goal.pipeline else None}
    if goal.metric == "revenue" or (goal.metric in ("deals_won", "new_customers") and goal.unit in ("count", "none")):
        return {"name": "deals_won", "params": pipeline}, ""
    if goal.unit not in ("count", "none"):
        return None, "metric"
    if goal.metric in TYPE_OF:
        ids = await _activity_types(api, TYPE_OF[goal.metric])
        return ({"name": "activities_completed", "params": {"activity_type_id": ids}}, "") if ids else (None, "no_type")
    if goal.metric == "quotes_sent":
        stage = await _quote_stage(api)
        params = {**pipeline, "stage_id": stage}
        return ({"name": "deals_progressed", "params": params}, "") if stage else (None, "no_type")
    return None, "metric"


async def _activity_types(api: PipedriveApi, meant: tuple[str, ...]) -> list[int]:
    """The ids of the types whose names say it best; of meetings, the qualified ones where there are any."""
    types = raw.items((await api.get(TYPES)).get("data"))
    for wanted in meant:
        found = [one["id"] for one in types if labels.suggest("activity_type", str(one.get("name", ""))) == wanted]
        if found:
            return sorted(found)
    return []


async def _quote_stage(api: PipedriveApi) -> int | None:
    async for stages, _ in walk(lambda cursor: api.page("/api/v2/stages", cursor)):
        for stage in stages:
            if labels.suggest("stage", str(stage.get("name", ""))) == "quote_stages":
                return stage["id"]
    return None


async def _currency(api: PipedriveApi, code: str) -> int | None:
    found = raw.items((await api.get("/v1/currencies")).get("data"))
    return next((one.get("id") for one in found if one.get("code") == code), None)


async def _company(api: PipedriveApi) -> int:
    return int(raw.child(await api.get("/v1/users/me"), "data", "company_id") or 0)


async def _found(api: PipedriveApi, counts: str, marker: str, written: Written | None = None) -> dict[str, Any] | None:
    """By id, else by the mark in its title. Asked for by what it counts: without a filter only one's own goals come."""
    found = raw.items(raw.child(await api.get(FIND, **{"type.name": counts}), "data", "goals"))
    id = written.id if written is not None and written.kind == "goal" else None
    by_id = next((one for one in found if id is not None and raw.text(one.get("id")) == id), None)
    return by_id or next((one for one in found if marker and marker in str(one.get("title", ""))), None)


def _shown(goal: Mapping[str, Any]) -> dict[str, Any]:
    """What is compared and shown of a goal, ours or theirs."""
    params = raw.child(goal, "type", "params") or {}
    counted = {name: params[name] for name in ("activity_type_id", "stage_id", "pipeline_id") if params.get(name)}
    outcome = goal.get("expected_outcome") or {}
    return {
        "title": goal.get("title"),
        "counts": raw.child(goal, "type", "name"),
        **counted,
        "target": raw.number(outcome.get("target")),
        "tracking": outcome.get("tracking_metric"),
        **({"currency_id": outcome["currency_id"]} if outcome.get("currency_id") else {}),
        "start": raw.child(goal, "duration", "start"),
        "end": raw.child(goal, "duration", "end"),
        "interval": goal.get("interval"),
        "assignee": raw.child(goal, "assignee", "type"),
        "assignee_id": raw.text(raw.child(goal, "assignee", "id")),
    }


# -- activities ---------------------------------------------------------------------------------------------------------


async def _activity_plan(api: PipedriveApi, goal: GoalToWrite, written: Written | None, why: Why) -> Plan:
    fields = {
        "subject": title_of(goal),
        "due_date": (goal.next_check_in or goal.due or goal.start).isoformat(),
        "owner_id": goal.owner,
    }
    there = None
    if written is not None and written.kind == "task":
        there = await standing(api, written)
    before = dict(there or {})
    action = "create" if there is None else "none" if _same(before, fields) else "change"
    kept = written.model_copy(update={"fields": before}) if written and there else None
    return Plan(kind="task", action=action, fields=fields, before=before, why=why, goal=goal, written=kept)


def _same(before: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    return all(before.get(name) == value for name, value in fields.items() if value is not None)


async def _write_activity(api: PipedriveApi, plan: Plan) -> Written:
    body: dict[str, Any] = {**plan.fields, "type": "task", "note": plan.goal.note}
    body["owner_id"] = int(plan.goal.owner) if plan.goal.owner else None
    body = {name: value for name, value in body.items() if value is not None}
    if plan.written is not None:
        id = plan.written.id
        await api.send("PATCH", f"{ACTIVITIES}/{id}", body, ACTIVITY_COST)
    else:
        id = await _marked(api, plan.goal) or await _made(api, plan.goal, body)
    now = await standing(api, Written(kind="task", id=id))
    if now is None or not _same(now, plan.fields):
        raise CrmRefused("Pipedrive kept something else.", reason="not_verified")
    return Written(kind="task", id=id, fields=now)


async def _made(api: PipedriveApi, goal: GoalToWrite, body: dict[str, Any]) -> str:
    made = await _unless_unknown(lambda: api.send("POST", ACTIVITIES, body, ACTIVITY_COST))
    id = raw.text(raw.child(made, "data", "id")) if made else await _marked(api, goal)
    if id is None:
        raise CrmUnavailable("Nobody knows whether Pipedrive took it.", remedy="Look again in a minute.", unknown=True)
    return id


async def _marked(api: PipedriveApi, goal: GoalToWrite) -> str | None:
    """An activity that already carries the goal's mark, among the latest: a writing whose answer was lost."""
    since = (api.clock().astimezone(dt.UTC) - RECENT).strftime("%Y-%m-%dT%H:%M:%SZ")
    async for found, _ in walk(lambda cursor: api.page(ACTIVITIES, cursor, updated_since=since)):
        for one in found:
            if goal.marker in str(one.get("subject", "")) and not raw.flag(one.get("is_deleted")):
                return raw.text(one.get("id"))
    return None


def _activity_shown(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "subject": data.get("subject"),
        "due_date": data.get("due_date"),
        "owner_id": raw.text(data.get("owner_id")),
        "done": raw.flag(data.get("done")),
    }


async def _unless_unknown(send: Any) -> Mapping[str, Any] | None:
    """The answer; None when it was lost and has to be looked for."""
    try:
        return await send()
    except CrmError as error:
        if error.details.get("unknown"):
            return None
        raise
