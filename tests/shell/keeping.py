"""Rows to keep, for the store's tests."""

import datetime as dt

from coach.store.ids import new_id
from tests.shell.conftest import NOON


def a_conversation(owner, title="Signer plus de contrats", **changes):
    return {
        "id": new_id(), "person_id": owner["id"], "title": title, "language": "fr", "status": "open",
        "created_at": NOON, **changes,
    }  # fmt: skip


def an_event(text="bonjour"):
    return {"id": new_id(), "type": "said", "body": {"type": "said", "text": text}}


def a_goal(owner, statement="Signer 12 contrats", **changes):
    return {
        "id": new_id(), "conversation_id": None, "owner_id": owner["id"], "statement": statement, "language": "fr",
        "status": "running", "metric": "deals_won", "unit": "count", "target": 12.0, "baseline": None,
        "direction": "reach", "cadence": None, "start": NOON.date(), "due": dt.date(2026, 6, 30), "draft": {"n": 1},
        "created_at": NOON, **changes,
    }  # fmt: skip


async def converse(store, owner, *texts, **changes) -> str:
    """A conversation of these texts; gives its id."""
    row = a_conversation(owner, title=texts[0], **changes)
    async with store.write(owner["workspace_id"]) as unit:
        await unit.conversations.add(row, [an_event(each) for each in texts], said=" ".join(texts))
    return row["id"]
