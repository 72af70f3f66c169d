"""What a workspace adopted, and what its people thought of drafts, as cases of their own to judge the next version by.

Words of a mark are there only where the person said that evals may read them. Nothing leaves this machine.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

from coach import flow
from coach.core.model import Message
from coach.errors import NotFound
from coach.service import conversations, goals
from coach.service.coach import Coach
from coach.service.ratings import ratings
from coach.service.values import Actor, Goal, Rating

_LANGUAGES = ("fr", "en")
_PAGE = 200


async def export(coach: Coach, actor: Actor, where: Path) -> tuple[int, int]:
    """Write ``goals.jsonl`` (cases) and ``to-complete.json`` (drafts nobody wanted, whose right goal nobody knows).

    Returns:
        How many of each.
    """
    marks = await ratings(coach, actor.workspace_id)
    down = {one.conversation_id: one.statement for one in marks if one.mark == "down" and one.statement}
    cases = [case async for case in _adopted(coach, actor, down)]
    adopted = {case["cluster"] for case in cases}
    liked = [_liked(one) for one in marks if one.mark == "up" and one.statement]
    cases += [case for case in liked if case is not None and case["cluster"] not in adopted]
    rest = [_to_complete(one) for one in marks if one.mark == "down" and one.statement and _family(one) not in adopted]
    _write(where, cases, rest)
    return len(cases), len(rest)


def _write(where: Path, cases: Sequence[dict[str, Any]], rest: Sequence[dict[str, Any]]) -> None:
    where.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases)
    (where / "goals.jsonl").write_text(lines, encoding="utf-8")
    (where / "to-complete.json").write_text(json.dumps(rest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


async def _adopted(coach: Coach, actor: Actor, down: dict[str, str]) -> AsyncIterator[dict[str, Any]]:
    """A case of every goal that came from a conversation and says what, how much and by when."""
    cursor = None
    while True:
        page = await goals.page(coach, actor, limit=_PAGE, cursor=cursor)
        for goal in page.items:
            case = await _case(coach, actor, goal, down)
            if case is not None:
                yield case
        cursor = page.next
        if cursor is None:
            return


async def _case(coach: Coach, actor: Actor, goal: Goal, down: dict[str, str]) -> dict[str, Any] | None:
    first = goal.draft.reading.first
    if goal.conversation_id is None or goal.language not in _LANGUAGES or first.value is None:
        return None
    try:
        talk = await conversations.get(coach, actor, goal.conversation_id)
    except NotFound:
        return None
    said = [message for message in talk.turn.messages if not message.superseded]
    ambition = next((message.text for message in said if message.role == "manager"), "")
    if not ambition:
        return None
    family = _short(goal.conversation_id)
    context = talk.turn.context
    rejected = [down[goal.conversation_id]] if goal.conversation_id in down else []
    return {
        "id": f"adopted-{_short(goal.id)}", "cluster": family, "lang": goal.language, "ambition": ambition,
        "answers": dict(_answers(said)), "wants": [_want(goal.draft.reading.first, goal.statement)],
        **({"maturity": context.maturity} if context.maturity else {}),
        **({"company": context.company} if context.company else {}),
        **({"rejected": rejected} if rejected else {}), "axis": goal.draft.axis, "today": _day(goal),
    }  # fmt: skip


def _answers(said: Sequence[Message]) -> Iterator[tuple[str, str]]:
    """Slot → what the manager typed to its question, the last time it was asked."""
    asked = None
    for message in said:
        if message.role == "coach":
            asked = message.question.slot if message.question else None
        elif asked is not None:
            yield asked, message.text
            asked = None


def _want(first: Any, statement: str) -> dict[str, Any]:
    want: dict[str, Any] = {
        "metric": first.metric or "other", "target": first.value, "unit": first.unit or "none", "text": statement.rstrip("."),
    }  # fmt: skip
    optional = {
        "due": first.deadline and first.deadline.isoformat(), "change": first.change, "base": first.baseline,
        "cadence": first.cadence, "segment": first.segment or "", "direction": first.direction,
    }  # fmt: skip
    return want | {name: value for name, value in optional.items() if value not in (None, "")}


def _liked(rating: Rating) -> dict[str, Any] | None:
    """A wording somebody liked, as the goal of its ambition; None when it says no figure or language of ours."""
    day = rating.created_at.date()
    first = flow.check(rating.statement, today=day, language=rating.language).reading.first
    if first.value is None or rating.language not in _LANGUAGES:
        return None
    return {
        "id": f"liked-{_short(rating.id)}", "cluster": _family(rating), "lang": rating.language,
        "ambition": rating.ambition, "wants": [_want(first, rating.statement)], "today": day.isoformat(),
    }  # fmt: skip


def _to_complete(rating: Rating) -> dict[str, Any]:
    return {
        "id": f"disliked-{_short(rating.id)}", "cluster": _family(rating), "lang": rating.language,
        "ambition": rating.ambition, "rejected": [rating.statement], "note": rating.note, "wants": [],
        "today": rating.created_at.date().isoformat(),
    }  # fmt: skip


def _family(rating: Rating) -> str:
    return _short(rating.conversation_id)


def _day(goal: Goal) -> str:
    return goal.draft.reading.reference_date.isoformat()


def _short(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:12]
