"""Goals written into HubSpot: a copy of a goal that is there, otherwise a task for the next check-in.

What makes HubSpot count a goal is a set of properties that it does not document; they are copied from a goal the customer
made, and never invented. Source: developers.hubspot.com, Goals guide and Tasks.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from coach.errors import CrmError, CrmRefused, CrmUnavailable
from coach.plugins import GoalToWrite, Plan, Written, raw
from coach.plugins.http import walk
from coach.plugins.parts import Interval, Why, interval
from coach_hubspot.api import VERSION, HubSpotApi

TARGETS, TASKS = f"/crm/objects/{VERSION}/goal_targets", f"/crm/objects/{VERSION}/tasks"
LIST = 100
NAMESPACE = uuid.UUID("6ad1ee0e-3cf2-5f5a-9a2b-0c7a5f6f1d11")
COPIED = (
    "hs_template_id", "hs_goal_type", "hs_kpi_object_type_id", "hs_kpi_property_name", "hs_kpi_metric_type",
    "hs_kpi_filter_groups", "hs_kpi_time_period_property", "hs_kpi_unit_type", "hs_kpi_tracking_method",
    "hs_fiscal_year_offset", "hs_goal_target_currency_code",
)  # fmt: skip
OWN = (
    "hs_goal_name", "hs_target_amount", "hs_start_datetime", "hs_end_datetime", "hs_milestone", "hubspot_owner_id",
    "hs_group_correlation_uuid", "hs_goal_target_group_id",
)  # fmt: skip
READ = ",".join((*COPIED, *OWN))
COUNTS: Mapping[str, tuple[str, str]] = {
    "revenue": ("0-3", "SUM"),
    "deals_won": ("0-3", "COUNT"),
    "new_customers": ("0-3", "COUNT"),
    "qualified_meetings": ("0-47", "COUNT"),
    "calls": ("0-48", "COUNT"),
    "quotes_sent": ("0-14", "COUNT"),
}
"""The object and the way of counting that a model must have, by metric."""


async def plan(api: HubSpotApi, goal: GoalToWrite, written: Written | None) -> Plan:
    """A goal of HubSpot's where one to copy is found; a task and the reason where none is."""
    properties, why = await _properties(api, goal)
    if properties is None:
        return await _task_plan(api, goal, written, why)
    there = await _found(api, goal)
    before, fields = _shown(there["properties"]) if there else {}, _shown(properties)
    action = "create" if there is None else "none" if before == fields else "change"
    kept = Written(kind="target", id=there["id"], fields=before) if there else None
    detail = {"properties": properties}
    return Plan(kind="target", action=action, fields=fields, before=before, goal=goal, written=kept, detail=detail)


async def write(api: HubSpotApi, plan: Plan) -> Written:
    """Carry it out and read it back."""
    if plan.action == "none" and plan.written is not None:
        return plan.written
    if plan.kind == "task":
        return await _write_task(api, plan)
    properties = plan.detail["properties"]
    there = await _found(api, plan.goal)
    if there is None:
        await _unless_unknown(api, "POST", f"{TARGETS}/batch/create", {"inputs": [{"properties": properties}]})
    else:
        changed = {"properties": {name: properties[name] for name in OWN if name in properties}}
        await api.send("PATCH", f"{TARGETS}/{there['id']}", changed)
    now = await _found(api, plan.goal)
    if now is None:
        raise CrmUnavailable("HubSpot does not show the goal yet.", remedy="Look again in a minute.", unknown=True)
    same = all(now["properties"].get(name) == properties.get(name) for name in COPIED)
    if not same or _shown(now["properties"]) != dict(plan.fields):
        if there is None:
            await api.send("POST", f"{TARGETS}/batch/archive", {"inputs": [{"id": now["id"]}]})
        raise CrmRefused("HubSpot kept something else; it was undone.", reason="not_verified")
    return Written(kind="target", id=now["id"], fields=_shown(now["properties"]))


async def standing(api: HubSpotApi, written: Written) -> Mapping[str, Any] | None:
    """The fields as they stand; None when the object is gone."""
    path, shown = (TARGETS, READ) if written.kind == "target" else (TASKS, TASK_READ)
    try:
        found = await api.get(f"{path}/{written.id}", properties=shown)
    except CrmRefused as error:
        if error.details.get("status") == 404:
            return None
        raise
    if raw.flag(found.get("archived")):
        return None
    properties = found.get("properties") or {}
    return _shown(properties) if written.kind == "target" else _task_shown(properties)


# -- goals ------------------------------------------------------------------------------------------------------------


def family(goal: GoalToWrite) -> str:
    """The goal's own id over there: the same each time, so that it is found and never made twice."""
    return str(uuid.uuid5(NAMESPACE, goal.marker))


async def _properties(api: HubSpotApi, goal: GoalToWrite) -> tuple[dict[str, str] | None, Why]:
    period = interval(goal)
    if goal.target is None:
        return None, "no_target"
    if period is None or goal.cadence is not None or goal.due is None:
        return None, "period"
    if goal.metric not in COUNTS or goal.unit == "%":
        return None, "metric"
    try:
        model = await _model(api, goal)
    except CrmRefused as error:
        if error.details.get("status") == 403:
            return None, "scope"
        raise
    return (None, "no_template") if model is None else (_copy(goal, goal.due, model, period), "")


def _copy(goal: GoalToWrite, due: dt.date, model: Mapping[str, Any], period: Interval) -> dict[str, str]:
    copied = {name: str(model[name]) for name in COPIED if model.get(name) is not None}
    own = {
        "hs_goal_name": goal.title[:200],
        "hs_target_amount": f"{goal.target:.15g}",
        "hs_start_datetime": f"{goal.start.isoformat()}T00:00:00.000Z",
        "hs_end_datetime": f"{due.isoformat()}T23:59:59.999Z",
        "hs_milestone": period,
        "hs_group_correlation_uuid": family(goal),
        "hs_goal_target_group_id": str(uuid.uuid5(NAMESPACE, f"{goal.marker}:schedule")),
    }
    return {**copied, **own, **({"hubspot_owner_id": goal.owner} if goal.owner else {})}


async def _model(api: HubSpotApi, goal: GoalToWrite) -> Mapping[str, Any] | None:
    """The latest goal that counts the same thing the same way, of the same person where there is one."""
    wanted, mine = COUNTS[goal.metric or ""], family(goal)
    found: list[Mapping[str, Any]] = []

    async def fetch(after: str | None) -> tuple[list[dict[str, Any]], str | None]:
        data = await api.get(TARGETS, limit=LIST, after=after, properties=READ)
        return raw.items(data.get("results")), raw.text(raw.child(data, "paging", "next", "after"))

    async for objects, _ in walk(fetch):
        for one in objects:
            told = one.get("properties") or {}
            counted = (told.get("hs_kpi_object_type_id"), told.get("hs_kpi_metric_type"))
            if counted == wanted and told.get("hs_group_correlation_uuid") != mine and _of_currency(told, goal):
                found.append(told)
    theirs = [one for one in found if one.get("hubspot_owner_id") == goal.owner] or found
    return max(theirs, key=lambda one: str(one.get("hs_start_datetime") or ""), default=None)


def _of_currency(told: Mapping[str, Any], goal: GoalToWrite) -> bool:
    return goal.metric != "revenue" or told.get("hs_goal_target_currency_code") in (None, "", goal.unit)


async def _found(api: HubSpotApi, goal: GoalToWrite) -> dict[str, Any] | None:
    named = {"propertyName": "hs_group_correlation_uuid", "operator": "EQ", "value": family(goal)}
    body = {"filterGroups": [{"filters": [named]}], "properties": [*COPIED, *OWN], "limit": 10}
    found = raw.items((await api.search("goal_targets", body)).get("results"))
    return found[0] if found else None


def _shown(told: Mapping[str, Any]) -> dict[str, Any]:
    """What is compared and shown of a goal."""
    return {
        "title": told.get("hs_goal_name"),
        "target": raw.number(told.get("hs_target_amount")),
        "start": str(raw.day(told.get("hs_start_datetime")) or ""),
        "end": str(raw.day(told.get("hs_end_datetime")) or ""),
        "interval": told.get("hs_milestone"),
        "counts": told.get("hs_kpi_metric_type"),
        "object": told.get("hs_kpi_object_type_id"),
        "owner": told.get("hubspot_owner_id"),
    }


# -- tasks ------------------------------------------------------------------------------------------------------------

TASK_READ = "hs_timestamp,hs_task_subject,hs_task_status,hubspot_owner_id"


async def _task_plan(api: HubSpotApi, goal: GoalToWrite, written: Written | None, why: Why) -> Plan:
    day = goal.next_check_in or goal.due or goal.start
    fields = {"subject": f"{goal.title[:180]} ({goal.marker})", "due": day.isoformat(), "owner": goal.owner}
    there = await standing(api, written) if written is not None and written.kind == "task" else None
    before = dict(there or {})
    same = all(before.get(name) == value for name, value in fields.items() if value is not None)
    action = "create" if there is None else "none" if same else "change"
    kept = written.model_copy(update={"fields": before}) if written and there else None
    return Plan(kind="task", action=action, fields=fields, before=before, why=why, goal=goal, written=kept)


async def _write_task(api: HubSpotApi, plan: Plan) -> Written:
    at = dt.datetime.combine(dt.date.fromisoformat(plan.fields["due"]), dt.time(9), dt.UTC)
    properties = {
        "hs_timestamp": str(round(at.timestamp() * 1000)),
        "hs_task_subject": plan.fields["subject"],
        "hs_task_body": plan.goal.note,
        "hs_task_status": "NOT_STARTED",
        "hs_task_priority": "MEDIUM",
        "hs_task_type": "TODO",
        **({"hubspot_owner_id": plan.goal.owner} if plan.goal.owner else {}),
    }
    if plan.written is not None:
        id = plan.written.id
        kept = {name: properties[name] for name in properties if name != "hs_task_status"}
        await api.send("PATCH", f"{TASKS}/{id}", {"properties": kept})
    else:
        id = await _marked(api, plan.goal) or await _made(api, plan.goal, properties)
    now = await standing(api, Written(kind="task", id=id))
    if now is None or any(now.get(name) != value for name, value in plan.fields.items() if value is not None):
        raise CrmRefused("HubSpot kept something else.", reason="not_verified")
    return Written(kind="task", id=id, fields=now)


async def _made(api: HubSpotApi, goal: GoalToWrite, properties: Mapping[str, Any]) -> str:
    made = await _unless_unknown(api, "POST", TASKS, {"properties": properties})
    id = raw.text(made.get("id")) if made else await _marked(api, goal)
    if id is None:
        raise CrmUnavailable("Nobody knows whether HubSpot took it.", remedy="Look again in a minute.", unknown=True)
    return id


async def _marked(api: HubSpotApi, goal: GoalToWrite) -> str | None:
    """A task that already carries the goal's mark: a writing whose answer was lost."""
    token = goal.marker.rpartition(":")[2]
    named = {"propertyName": "hs_task_subject", "operator": "CONTAINS_TOKEN", "value": token}
    body = {"filterGroups": [{"filters": [named]}], "properties": ["hs_task_subject"], "limit": 10}
    found = raw.items((await api.search("tasks", body)).get("results"))
    ours = (one for one in found if goal.marker in str(raw.child(one, "properties", "hs_task_subject")))
    return next((raw.text(one.get("id")) for one in ours), None)


def _task_shown(told: Mapping[str, Any]) -> dict[str, Any]:
    at = raw.moment(told.get("hs_timestamp"))
    return {
        "subject": told.get("hs_task_subject"),
        "due": at.date().isoformat() if at else None,
        "owner": told.get("hubspot_owner_id"),
        "status": told.get("hs_task_status"),
    }


async def _unless_unknown(api: HubSpotApi, method: str, path: str, body: Any) -> Mapping[str, Any] | None:
    """The answer; None when it was lost and has to be looked for."""
    try:
        return await api.send(method, path, body)
    except CrmError as error:
        if error.details.get("unknown"):
            return None
        raise
