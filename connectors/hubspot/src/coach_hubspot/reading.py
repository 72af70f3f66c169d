"""HubSpot's objects to coach's records. Every property is text there, and any may be missing."""

from collections.abc import Mapping
from typing import Any

from coach.plugins import raw
from coach.plugins.records import (
    Activity,
    Company,
    Deal,
    DealStatus,
    Entered,
    Lead,
    Outcome,
    Owner,
    Pipeline,
    Quote,
    Stage,
    Survey,
)

Links = Mapping[str, tuple[str, ...]]
"""Ids of associated objects, by their kind."""

Object = Mapping[str, Any]

MEETING: Mapping[str, Outcome] = {
    "COMPLETED": "held", "NO_SHOW": "missed", "CANCELED": "cancelled", "CANCELLED": "cancelled",
    "SCHEDULED": "planned", "RESCHEDULED": "planned",
}  # fmt: skip
CONNECTED = "f240bbac-87c9-4f6e-bf70-924b57d47db7"
PUBLISHED = ("APPROVAL_NOT_NEEDED", "APPROVED")
ENTERED = "hs_v2_date_entered_"

PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "deals": (
        "amount", "amount_in_home_currency", "deal_currency_code", "pipeline", "dealstage", "hs_deal_stage_probability", "closedate",
        "createdate", "hs_lastmodifieddate", "hs_is_closed", "hs_is_closed_won", "hubspot_owner_id", "dealtype", "hs_merged_object_ids",
    ),
    "meetings": (
        "hs_meeting_start_time", "hs_meeting_end_time", "hs_timestamp", "hs_meeting_outcome", "hs_activity_type",
        "hubspot_owner_id", "hs_lastmodifieddate",
    ),
    "calls": (
        "hs_timestamp", "hs_call_direction", "hs_call_disposition", "hs_call_duration", "hs_activity_type", "hubspot_owner_id",
        "hs_lastmodifieddate",
    ),
    "companies": ("industry", "numberofemployees", "country", "hs_lastmodifieddate", "hs_merged_object_ids"),
    "quotes": ("hs_status", "hs_createdate", "hs_quote_amount", "hs_currency", "hubspot_owner_id", "hs_lastmodifieddate"),
    "leads": ("hs_createdate", "hs_lead_source", "hubspot_owner_id", "hs_lastmodifieddate"),
    "feedback_submissions": ("hs_survey_type", "hs_value", "hs_submission_timestamp", "hs_lastmodifieddate"),
}  # fmt: skip
LINKED: Mapping[str, tuple[str, ...]] = {
    "deals": ("companies",),
    "meetings": ("deals", "companies", "contacts"),
    "calls": ("deals", "companies", "contacts"),
    "companies": (),
    "quotes": ("deals",),
    "leads": ("deals",),
    "feedback_submissions": ("companies",),
}


def owner(data: Object) -> Owner:
    """A person as the team reads them: first name and initial."""
    last = raw.text(data.get("lastName")) or ""
    label = " ".join(part for part in (raw.text(data.get("firstName")), last[:1]) if part)
    teams = tuple(name for team in raw.items(data.get("teams")) if (name := raw.text(team.get("name"))))
    return Owner(id=_id(data), label=label, teams=teams, active=not raw.flag(data.get("archived")))


def pipeline(data: Object) -> Pipeline:
    """Its stages; won is a closed stage of probability 1."""
    stages = [_stage(one) for one in raw.items(data.get("stages"))]
    ordered = tuple(sorted(stages, key=lambda stage: stage.order))
    return Pipeline(
        id=_id(data), label=raw.text(data.get("label")) or "", stages=ordered, deleted=raw.flag(data.get("archived"))
    )


def _stage(data: Object) -> Stage:
    probability = _probability(raw.child(data, "metadata", "probability"))
    closed = raw.flag(raw.child(data, "metadata", "isClosed"))
    order = int(raw.number(data.get("displayOrder")) or 0)
    label = raw.text(data.get("label")) or ""
    return Stage(
        id=_id(data), label=label, order=order, probability=probability, closed=closed, won=closed and probability == 1
    )


def _probability(value: Any) -> float | None:
    found = raw.number(value)
    return found if found is not None and 0 <= found <= 1 else None


def deal(data: Object, links: Links, stages: Mapping[str, str], margin: str | None = None) -> Deal:
    """``stages``: the property that dates a stage → the stage's id. ``margin``: the account's own property, if it has one."""
    got = _properties(data)
    closed = raw.flag(got.get("hs_is_closed"))
    status: DealStatus = "won" if raw.flag(got.get("hs_is_closed_won")) else "lost" if closed else "open"
    amount = raw.number(got.get("amount"))
    home = raw.number(got.get("amount_in_home_currency"))
    currency = raw.text(got.get("deal_currency_code"))
    entered = ((stage, raw.moment(got.get(name))) for name, stage in stages.items())
    kind = raw.text(got.get("dealtype"))
    return Deal(
        id=_id(data),
        modified=_modified(data, got),
        deleted=raw.flag(data.get("archived")),
        amount=amount,
        currency=currency,
        amount_home=home if home is not None or currency else amount,  # without several currencies it stays empty
        status=status,
        created=raw.moment(got.get("createdate")) or raw.moment(data.get("createdAt")),
        closed=raw.moment(got.get("closedate")) if status != "open" else None,
        expected=raw.day(got.get("closedate")) if status == "open" else None,
        probability=_probability(got.get("hs_deal_stage_probability")),
        pipeline=raw.text(got.get("pipeline")),
        stage=raw.text(got.get("dealstage")),
        entered=tuple(Entered(stage=stage, at=at) for stage, at in entered if at),
        owner=raw.text(got.get("hubspot_owner_id")),
        company=_first(links, "companies"),
        existing_customer=None if kind is None else kind == "existingbusiness",
        margin=raw.number(got.get(margin)) if margin else None,
    )


def meeting(data: Object, links: Links) -> Activity:
    """Held when its outcome says so; an outcome the account made up, or none, is unknown."""
    got = _properties(data)
    outcome = raw.text(got.get("hs_meeting_outcome"))
    start = raw.moment(got.get("hs_meeting_start_time")) or raw.moment(got.get("hs_timestamp"))
    end = raw.moment(got.get("hs_meeting_end_time"))
    return Activity(
        id=f"meeting-{_id(data)}",
        modified=_modified(data, got),
        deleted=raw.flag(data.get("archived")),
        kind="meeting",
        type=raw.text(got.get("hs_activity_type")),
        outcome=MEETING.get((outcome or "").upper(), "unknown"),
        outcome_raw=outcome,
        at=start,
        duration_s=(end - start).total_seconds() if start and end and end >= start else None,
        owner=raw.text(got.get("hubspot_owner_id")),
        deals=links.get("deals", ()),
        company=_first(links, "companies"),
        external=any(links.get(kind) for kind in LINKED["meetings"]),
    )


def call(data: Object, links: Links) -> Activity:
    """A call; one without direction was typed by hand, and counts as made."""
    got = _properties(data)
    disposition = raw.text(got.get("hs_call_disposition"))
    milliseconds = raw.number(got.get("hs_call_duration"))
    inbound = (raw.text(got.get("hs_call_direction")) or "").upper() == "INBOUND"
    return Activity(
        id=f"call-{_id(data)}",
        modified=_modified(data, got),
        deleted=raw.flag(data.get("archived")),
        kind="call",
        type=raw.text(got.get("hs_activity_type")),
        direction="in" if inbound else "out",
        outcome="unknown" if disposition is None else "connected" if disposition == CONNECTED else "not_connected",
        outcome_raw=disposition,
        at=raw.moment(got.get("hs_timestamp")),
        duration_s=None if milliseconds is None or milliseconds < 0 else milliseconds / 1000,
        owner=raw.text(got.get("hubspot_owner_id")),
        deals=links.get("deals", ()),
        company=_first(links, "companies"),
        external=any(links.get(kind) for kind in LINKED["calls"]),
    )


def company(data: Object, links: Links) -> Company:
    """What segments are made of."""
    got = _properties(data)
    headcount = raw.number(got.get("numberofemployees"))
    return Company(
        id=_id(data),
        modified=_modified(data, got),
        deleted=raw.flag(data.get("archived")),
        industry=raw.text(got.get("industry")),
        headcount=int(headcount) if headcount is not None and headcount >= 0 else None,
        country=raw.text(got.get("country")),
    )


def quote(data: Object, links: Links) -> Quote:
    """Published once it needs no approval or has it; HubSpot keeps no day of sending, so its creation stands for it."""
    got = _properties(data)
    published = (raw.text(got.get("hs_status")) or "").upper() in PUBLISHED
    return Quote(
        id=_id(data),
        modified=_modified(data, got),
        deleted=raw.flag(data.get("archived")),
        published=raw.moment(got.get("hs_createdate")) if published else None,
        amount=raw.number(got.get("hs_quote_amount")),
        currency=raw.text(got.get("hs_currency")),
        owner=raw.text(got.get("hubspot_owner_id")),
        deal=_first(links, "deals"),
    )


def lead(data: Object, links: Links) -> Lead:
    """A lead of the Sales Hub."""
    got = _properties(data)
    return Lead(
        id=_id(data),
        modified=_modified(data, got),
        deleted=raw.flag(data.get("archived")),
        created=raw.moment(got.get("hs_createdate")) or raw.moment(data.get("createdAt")),
        origin=raw.text(got.get("hs_lead_source")),
        owner=raw.text(got.get("hubspot_owner_id")),
        deal=_first(links, "deals"),
    )


def survey(data: Object, links: Links) -> Survey:
    """An answer to a survey. One that is no NPS (CSAT uses the same object) counts as deleted: it is none of ours."""
    got = _properties(data)
    score = raw.number(got.get("hs_value"))
    ours = (raw.text(got.get("hs_survey_type")) or "").upper() == "NPS" and score is not None and 0 <= score <= 10
    return Survey(
        id=_id(data),
        modified=_modified(data, got),
        deleted=raw.flag(data.get("archived")) or not ours,
        at=raw.moment(got.get("hs_submission_timestamp")) or raw.moment(data.get("createdAt")),
        score=int(score or 0) if ours else 0,
        company=_first(links, "companies"),
    )


def merged(data: Object) -> tuple[str, ...]:
    """Ids of the records this one swallowed."""
    return tuple(id for id in (raw.text(_properties(data).get("hs_merged_object_ids")) or "").split(";") if id)


def _id(data: Object) -> str:
    return raw.text(data.get("id")) or ""


def _properties(data: Object) -> Mapping[str, Any]:
    found = data.get("properties")
    return found if isinstance(found, dict) else {}


def _modified(data: Object, got: Mapping[str, Any]) -> Any:
    return raw.moment(got.get("hs_lastmodifieddate")) or raw.moment(data.get("updatedAt"))


def _first(links: Links, kind: str) -> str | None:
    found = links.get(kind, ())
    return found[0] if found else None
