"""The conversations held so far."""

from urllib.parse import quote, urlencode

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from coach.service import ConversationSummary, conversations
from coach.web import rendering
from coach.web.views.goals import distance
from coach.web.visit import Visit, Visiting

router = APIRouter(include_in_schema=False)
_TONES = {"open": "", "drafted": "accent", "adopted": "pass"}
PER_PAGE = 30


@router.get("/history")
async def show(visit: Visiting, q: str = "", cursor: str = "", removed: str = "") -> Response:
    """The history, newest first; ``q`` keeps the conversations in which those words were said."""
    words = q.strip()[:200]
    found = await conversations.page(visit.coach, visit.actor, search=words, limit=PER_PAGE, cursor=cursor or None)
    values = {
        "q": words,
        "removed": removed,
        "conversations": [_line(each, visit) for each in found.items],
        "next": f"/history?{urlencode({'q': words, 'cursor': found.next})}" if found.next else None,
    }
    if visit.wants_fragment:
        return rendering.fragment(visit, "_history.html", **values)
    return rendering.page(visit, "history.html", section="history", **values)


@router.post("/history/{id}/delete")
async def delete(visit: Visiting, id: str) -> Response:
    """Take a conversation off the history; the next page offers to bring it back."""
    await visit.form()
    await conversations.set_deleted(visit.coach, visit.actor, id, True)
    return RedirectResponse(f"/history?removed={quote(id)}", 303)


@router.post("/history/{id}/restore")
async def restore(visit: Visiting, id: str) -> Response:
    """Bring a removed conversation back."""
    await visit.form()
    await conversations.set_deleted(visit.coach, visit.actor, id, False)
    return RedirectResponse("/history", 303)


@router.get("/accessibility")
async def accessibility(visit: Visiting) -> Response:
    """The statement of what is aimed at, tested and not yet known."""
    return rendering.page(visit, "accessibility.html")


def _line(talk: ConversationSummary, visit: Visit) -> dict[str, str]:
    ago = talk.updated_at.date() - visit.coach.now().date()
    return {
        "id": talk.id,
        "href": f"/goals/new/{talk.id}",
        "title": talk.title,
        "language": talk.language,
        "state": visit.t(f"history.status.{talk.status}"),
        "tone": _TONES[talk.status],
        "when": distance(ago, visit.language) if ago.days else visit.t("history.today"),
    }
