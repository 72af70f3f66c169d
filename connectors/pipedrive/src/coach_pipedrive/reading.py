"""Pipedrive's objects to coach's records."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from coach.plugins import labels, raw
from coach.plugins.records import (
    Activity,
    ActivityKind,
    Company,
    Deal,
    DealStatus,
    Entered,
    Lead,
    Owner,
    Pipeline,
    Stage,
)

Object = Mapping[str, Any]
STATUSES: Mapping[str, DealStatus] = {"won": "won", "lost": "lost"}


def owner(data: Object) -> Owner:
    """A user by the first word of their name."""
    name = (raw.text(data.get("name")) or "").split(" ")[0]
    return Owner(
        id=_id(data), modified=_modified(data, "modified"), label=name, active=raw.flag(data.get("active_flag"))
    )


def pipeline(data: Object, stages: Iterable[Object]) -> Pipeline:
    """Stages carry a percentage, which counts only where the pipeline says so."""
    weighted = raw.flag(data.get("is_deal_probability_enabled"))
    own = [stage for stage in stages if raw.text(stage.get("pipeline_id")) == _id(data)]
    read = sorted((_stage(stage, weighted) for stage in own), key=lambda stage: stage.order)
    return Pipeline(
        id=_id(data),
        modified=_modified(data),
        label=raw.text(data.get("name")) or "",
        stages=tuple(read),
        deleted=raw.flag(data.get("is_deleted")),
    )


def _stage(data: Object, weighted: bool) -> Stage:
    order = int(raw.number(data.get("order_nr")) or 0)
    probability = _percent(data.get("deal_probability")) if weighted else None
    return Stage(id=_id(data), label=raw.text(data.get("name")) or "", order=order, probability=probability)


def deal(data: Object, home: str, rates: Mapping[str, float], margin: str | None = None) -> Deal:
    """``rates``: what one unit of a currency is worth in ``home``. A lost or won deal keeps its last stage.

    ``margin``: the custom field that holds it, if the account has one; an amount there may carry its own currency.
    """
    word = raw.text(data.get("status")) or "open"
    status: DealStatus = STATUSES.get(word, "open")
    amount, currency = raw.number(data.get("value")), raw.text(data.get("currency"))
    rate = 1.0 if currency == home else rates.get(currency or "")
    stage, at = (
        raw.text(data.get("stage_id")),
        raw.moment(data.get("stage_change_time")) or raw.moment(data.get("add_time")),
    )
    closed = {"won": data.get("won_time"), "lost": data.get("lost_time")}.get(status)
    return Deal(
        id=_id(data),
        modified=_modified(data),
        deleted=word == "deleted" or raw.flag(data.get("is_deleted")),
        amount=amount,
        currency=currency,
        amount_home=None if amount is None or rate is None else round(amount * rate, 2),
        status=status,
        created=raw.moment(data.get("add_time")),
        closed=raw.moment(closed),
        expected=raw.day(data.get("expected_close_date")),
        probability=_percent(data.get("probability")),
        pipeline=raw.text(data.get("pipeline_id")),
        stage=stage,
        entered=(Entered(stage=stage, at=at),) if stage and at else (),
        owner=raw.text(data.get("owner_id")),
        company=raw.text(data.get("org_id")),
        archived=raw.flag(data.get("is_archived")),
        margin=_margin(raw.child(data, "custom_fields", margin), home, rates) if margin else None,
    )


def _margin(value: Any, home: str, rates: Mapping[str, float]) -> float | None:
    amount = raw.number(value.get("value") if isinstance(value, dict) else value)
    currency = raw.text(raw.child(value, "currency")) or home
    rate = 1.0 if currency == home else rates.get(currency)
    return None if amount is None or rate is None else round(amount * rate, 2)


def kinds(types: Iterable[Object]) -> dict[str, ActivityKind]:
    """Each activity type's key to what it is, by its name."""
    meant: dict[str, ActivityKind] = {
        "call_types": "call", "meeting_types": "meeting", "qualified_types": "meeting",
        "sent_types": "message", "reply_types": "message",
    }  # fmt: skip
    found: dict[str, ActivityKind] = {"call": "call", "meeting": "meeting"}
    for one in types:
        key, name = raw.text(one.get("key_string")), raw.text(one.get("name"))
        suggested = labels.suggest("activity_type", name or "")
        if key and suggested:
            found.setdefault(key, meant[suggested])
    return found


def activity(data: Object, meant: Mapping[str, ActivityKind]) -> Activity:
    """Done is held: Pipedrive has no other outcome, and no direction."""
    type = raw.text(data.get("type"))
    kind = meant.get(type or "", "other")
    done = raw.flag(data.get("done"))
    deal, company = raw.text(data.get("deal_id")), raw.text(data.get("org_id"))
    linked = (deal, company, raw.text(data.get("person_id")), raw.text(data.get("lead_id")))
    return Activity(
        id=_id(data),
        modified=_modified(data),
        deleted=raw.flag(data.get("is_deleted")),
        kind=kind,
        type=type,
        direction="out" if kind == "call" else None,
        outcome="planned" if not done else "held" if kind == "meeting" else "unknown",
        at=_when(data, kind),
        duration_s=_duration(data.get("duration")),
        owner=raw.text(data.get("owner_id")),
        deals=(deal,) if deal else (),
        company=company,
        external=any(linked),
        party=raw.text(data.get("person_id")),
    )


def _when(data: Object, kind: ActivityKind) -> dt.datetime | None:
    """A meeting is when it was due, a call when it was ticked off; the other one where that is missing."""
    day, clock = raw.text(data.get("due_date")), raw.text(data.get("due_time")) or "00:00"
    due = raw.moment(f"{day}T{clock}") if day else None
    done = raw.moment(data.get("marked_as_done_time"))
    return (due or done) if kind == "meeting" else (done or due)


def _duration(value: Any) -> float | None:
    """Seconds of "HH:MM" or "HH:MM:SS"."""
    parts = (raw.text(value) or "").split(":")
    if not 2 <= len(parts) <= 3 or not all(part.isdigit() and len(part) < 5 for part in parts):
        return None
    hours, minutes, *rest = (int(part) for part in parts)
    return hours * 3600 + minutes * 60 + (rest[0] if rest else 0)


def company(data: Object) -> Company:
    """An organisation."""
    headcount = raw.number(data.get("employee_count"))
    return Company(
        id=_id(data),
        modified=_modified(data),
        deleted=raw.flag(data.get("is_deleted")),
        industry=raw.text(data.get("industry")),
        headcount=int(headcount) if headcount is not None and headcount >= 0 else None,
        country=raw.text(raw.child(data, "address", "country")),
    )


def lead(data: Object, *, archived: bool) -> Lead:
    """A lead of the inbox."""
    return Lead(
        id=_id(data),
        modified=_modified(data),
        created=raw.moment(data.get("add_time")),
        origin=raw.text(data.get("origin")),
        owner=raw.text(data.get("owner_id")),
        archived=archived,
    )


def _id(data: Object) -> str:
    return raw.text(data.get("id")) or ""


def _modified(data: Object, name: str = "update_time") -> dt.datetime | None:
    return raw.moment(data.get(name)) or raw.moment(data.get("add_time"))


def _percent(value: Any) -> float | None:
    found = raw.number(value)
    return found / 100 if found is not None and 0 <= found <= 100 else None
