"""Odoo's records to coach's. An empty field is ``false``; a link is ``[id, name]``, of which only the id is kept."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from coach.plugins import raw
from coach.plugins.records import Activity, Company, Deal, Lead, Owner, Pipeline, Stage

Object = Mapping[str, Any]
HOME = ("id", "name", "currency_id", "resource_calendar_id")
OWNER = ("id", "name", "active", "sale_team_id", "write_date")
TEAM = ("id", "name", "active", "write_date")
STAGE = ("id", "name", "sequence", "is_won", "team_id")
COMPANY = ("id", "industry_id", "country_code", "active", "write_date")
LEAD = ("id", "create_date", "write_date", "user_id", "source_id", "active")
DEAL = ("id", "create_date", "write_date", "date_closed", "date_deadline", "date_last_stage_update", "expected_revenue",
        "probability", "stage_id", "team_id", "user_id", "partner_id", "won_status", "active")  # fmt: skip
MEETING = ("id", "write_date", "start", "stop", "user_id", "opportunity_id", "active")
STATUSES: Mapping[str, Any] = {"won": "won", "lost": "lost"}


class Home(NamedTuple):
    """The company whose database it is."""

    id: str
    name: str
    currency: str
    time_zone: str


def home(data: Object) -> Home:
    """Currencies are named by their code. The zone is UTC: Odoo keeps one per user, none per company."""
    currency = _name(data.get("currency_id")) or "EUR"
    return Home(
        id=raw.text(data.get("id")) or "1", name=raw.text(data.get("name")) or "", currency=currency, time_zone="UTC"
    )


def owner(data: Object) -> Owner:
    """A sales person, by first name."""
    first = (raw.text(data.get("name")) or "").split(" ")[0]
    team = _name(data.get("sale_team_id"))
    return Owner(
        id=_id(data),
        modified=_at(data, "write_date"),
        label=first,
        teams=(team,) if team else (),
        active=data.get("active") is not False,
    )


def pipeline(data: Object, stages: Sequence[Object]) -> Pipeline:
    """A team's stages: its own, and those of every team."""
    own = [one for one in stages if _link(one.get("team_id")) in (None, _id(data))]
    read = tuple(
        Stage(id=_id(one), label=raw.text(one.get("name")) or "", order=int(raw.number(one.get("sequence")) or 0),
              closed=one.get("is_won") is True, won=one.get("is_won") is True)
        for one in own
    )  # fmt: skip
    return Pipeline(id=_id(data), modified=_at(data, "write_date"), label=raw.text(data.get("name")) or "", stages=read)


def company(data: Object, home: Home) -> Company:
    """A partner that is a company."""
    return Company(
        id=_id(data),
        modified=_at(data, "write_date"),
        industry=_name(data.get("industry_id")),
        country=raw.text(data.get("country_code") or None),
    )


def deal(data: Object, home: Home) -> Deal:
    """An opportunity. Amounts are in the company's currency already."""
    amount = raw.number(data.get("expected_revenue"))
    probability = raw.number(data.get("probability"))
    status = STATUSES.get(str(data.get("won_status")), "open")
    stage, entered = _link(data.get("stage_id")), _at(data, "date_last_stage_update")
    return Deal(
        id=_id(data),
        modified=_at(data, "write_date"),
        amount=amount,
        amount_home=amount,
        currency=home.currency,
        status=status,
        created=_at(data, "create_date"),
        closed=_at(data, "date_closed") if status != "open" else None,
        expected=raw.day(data.get("date_deadline")),
        probability=probability / 100 if probability is not None and 0 <= probability <= 100 else None,
        pipeline=_link(data.get("team_id")),
        stage=stage,
        entered=({"stage": stage, "at": entered},) if stage and entered else (),  # type: ignore[arg-type]
        owner=_link(data.get("user_id")),
        company=_link(data.get("partner_id")),
        archived=data.get("active") is False,
    )


def meeting(data: Object, home: Home) -> Activity:
    """A meeting on an opportunity; Odoo does not say whether it took place."""
    start, stop = _at(data, "start"), _at(data, "stop")
    deal = _link(data.get("opportunity_id"))
    return Activity(
        id=_id(data),
        modified=_at(data, "write_date"),
        kind="meeting",
        type="meeting",
        outcome="unknown" if data.get("active") is not False else "cancelled",
        at=start,
        duration_s=max(0.0, (stop - start).total_seconds()) if start and stop else None,
        owner=_link(data.get("user_id")),
        deals=(deal,) if deal else (),
        external=True,
    )


def lead(data: Object, home: Home) -> Lead:
    """Somebody who is no opportunity yet."""
    return Lead(
        id=_id(data),
        modified=_at(data, "write_date"),
        created=_at(data, "create_date"),
        origin=_name(data.get("source_id")),
        owner=_link(data.get("user_id")),
        archived=data.get("active") is False,
    )


def _id(data: Object) -> str:
    return raw.text(data.get("id")) or ""


def _at(data: Object, name: str) -> Any:
    value = data.get(name)
    return raw.moment(value) if isinstance(value, str) else None


def _link(value: Any) -> str | None:
    """The id of ``[id, name]``."""
    return raw.text(value[0]) if isinstance(value, list) and value else None


def _name(value: Any) -> str | None:
    return raw.text(value[1]) if isinstance(value, list) and len(value) > 1 else None
