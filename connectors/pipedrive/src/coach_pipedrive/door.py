"""Pipedrive's calls to coach: webhooks (HTTP Basic, not signed) and the JSON panel (a JWT). Source: pipedrive.readme.io."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from coach.plugins import Call, Caller, Settings, ShownGoal, Touched, Viewed, raw
from coach.plugins.records import Entity
from coach_pipedrive import verification

KINDS: Mapping[str, Entity] = {
    "deal": "deals", "activity": "activities", "organization": "companies", "lead": "leads", "pipeline": "pipelines",
    "stage": "pipelines", "user": "owners",
}  # fmt: skip
COLOURS = {"good": "green", "warn": "yellow", "bad": "red", "neutral": "grey"}
SHOWN, LONGEST, LABEL, TITLE = 10, 255, 40, 30  # Pipedrive's own limits


class PipedriveDoor:
    """Webhooks need ``webhook_user`` and ``webhook_password``; the panel ``panel_secret``, or the app's ``client_secret``."""

    def accounts(self, call: Call) -> Sequence[str]:
        """``companyId`` of a panel, ``meta.company_id`` of a webhook."""
        named = raw.text(call.query.get("companyId") or raw.child(_body(call), "meta", "company_id"))
        return (named,) if named else ()

    def caller(self, call: Call, settings: Settings) -> Caller | None:
        """A panel's token must speak of the very user and company that the address names."""
        if "companyId" in call.query:
            return _panel(call, settings)
        user, password = str(settings.get("webhook_user") or ""), str(settings.get("webhook_password") or "")
        if not verification.is_basic(call.headers.get("authorization"), user, password):
            return None
        return Caller(proof=hashlib.sha256(call.body).hexdigest())

    def touched(self, call: Call, account: str) -> Sequence[Touched]:
        """The one record of the event; what it says of it is not believed but read again."""
        meta = raw.child(_body(call), "meta")
        id = raw.text(raw.child(meta, "entity_id"))
        return (Touched(entity=KINDS.get(str(raw.child(meta, "entity"))), id=id),) if id else ()

    def viewed(self, call: Call) -> Viewed | None:
        """The first of ``selectedIds``."""
        id = call.query.get("selectedIds", "").partition(",")[0]
        if not 0 < len(id) <= 40:
            return None
        return Viewed(kind=call.query.get("resource", "deal")[:20], id=id, language=call.query.get("language"))

    def panel(self, goals: Sequence[ShownGoal], words: Mapping[str, str], home: str) -> Any:
        """Rows of the schema in ``panel.schema.json``: nothing that it does not name, or Pipedrive shows an error."""
        rows = [_row(number, goal, words) for number, goal in enumerate(goals[:SHOWN], 1)]
        return {"data": rows, "external_link": {"url": home, "label": words["open"][:LABEL]}}

    def refusal(self, title: str, detail: str) -> Any:
        """Pipedrive's own form of an error."""
        return {"error": {"title": title[:TITLE], "subtitle": detail[:LONGEST]}}


def _row(number: int, goal: ShownGoal, words: Mapping[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": number,
        "header": goal.title[:LONGEST],
        "status": {"color": COLOURS[goal.tone], "label": goal.status[:LABEL]},
        "progress": goal.progress[:LONGEST] or None,
        "target": goal.target[:LONGEST] or None,
        "due": goal.due.isoformat() if goal.due else None,
        "next": {"markdown": True, "value": f"[{words['open']}]({goal.link})"[:LONGEST]},
    }
    return {name: value for name, value in row.items() if value is not None}


def _panel(call: Call, settings: Settings) -> Caller | None:
    token = call.query.get("token", "")
    secret = str(settings.get("panel_secret") or settings.get("client_secret") or "")
    told = verification.claims(token, secret, now_s=call.at.timestamp())
    if told is None:
        return None
    same = all(
        raw.text(told.get(f"{name}Id", told.get(f"{name}_id"))) == call.query.get(f"{name}Id") is not None
        for name in ("user", "company")
    )
    looked = "\0".join((token, call.query.get("resource", ""), call.query.get("selectedIds", "")))
    proof = hashlib.sha256(looked.encode()).hexdigest()
    return Caller(proof=proof, user=call.query["userId"]) if same else None


def _body(call: Call) -> Any:
    try:
        return json.loads(call.body) if call.body else None
    except (ValueError, RecursionError):
        return None
