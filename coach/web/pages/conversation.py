"""The conversation: a turn answers at once with card and highlights; the coach's words follow as events."""

from collections.abc import AsyncIterator, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response
from fastapi.responses import RedirectResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from coach import wording
from coach.core.model import Assessment
from coach.errors import BadInput, NotFound
from coach.service import Conversation, Once, conversations, profiles
from coach.web import problems, rendering, streams
from coach.web.forms import Form
from coach.web.texts import translator
from coach.web.views import corrections
from coach.web.views.card import unworded
from coach.web.views.talk import Streaming, TalkView, talk
from coach.web.visit import Visit, Visiting

router = APIRouter(include_in_schema=False, prefix="/goals/new")

Speak = Callable[[Conversation, str], streams.Speaker]
"""Who says the coach's message of a conversation, given its id; the rules' words are in the turn already."""


def said_by_rules(conversation: Conversation, message_id: str) -> streams.Speaker:
    """The words that the catalogue gave the message."""
    return streams.words_of(_coach_text(conversation, message_id))


@router.post("")
async def start(visit: Visiting) -> Response:
    """Begin a conversation with the ambition."""
    form = await visit.form()
    begun = await conversations.start(visit.coach, visit.actor, form.text("text"), once=_once(form))
    await _begin_stream(visit, begun)
    return RedirectResponse(f"/goals/new/{begun.id}", 303)


@router.get("/{id}")
async def show(visit: Visiting, id: str, fill: str = "", seen: str = "") -> Response:
    """The page; to our script its parts, or nothing when it has ``seen`` this version."""
    found = await conversations.get(visit.coach, visit.actor, id)
    if visit.wants_fragment:
        return Response(status_code=204) if seen == str(found.version) else await _parts(visit, found)
    return await _page(visit, found, text=fill)


@router.post("/{id}/messages")
async def say(visit: Visiting, id: str) -> Response:
    """One turn: an answer, "I don't know", a question passed, or the last message taken back."""
    form = await visit.form()
    expected, once = form.number("version"), _once(form)
    fields = form.fields
    if "undo" in fields:
        turned = await conversations.undo(visit.coach, visit.actor, id, expected=expected, once=once)
        return await _shown(visit, turned)  # what stands again was said before
    if "skip_all" in fields:
        turned = await conversations.skip_all(visit.coach, visit.actor, id, expected=expected, once=once)
    elif "skip" in fields:
        turned = await conversations.skip(visit.coach, visit.actor, id, expected=expected, once=once)
    else:
        text = await _unsure(visit, id) if "unsure" in fields else form.text("text")
        turned = await conversations.say(visit.coach, visit.actor, id, text, expected=expected, once=once)
    return await _turned(visit, turned)


@router.post("/{id}/edit")
async def edit(visit: Visiting, id: str) -> Response:
    """Replace an earlier message; the line runs again from there."""
    form = await visit.form()
    turned = await conversations.edit(
        visit.coach,
        visit.actor,
        id,
        form.text("message"),
        form.text("text"),
        expected=form.number("version"),
        once=_once(form),
    )
    return await _turned(visit, turned)


@router.post("/{id}/fields")
async def correct(visit: Visiting, id: str) -> Response:
    """Correct the goal itself: what differs from what is understood is said to the coach, and judged again."""
    form = await visit.form()
    found = await conversations.get(visit.coach, visit.actor, id)
    shown = await _view(visit, found)
    statement, fields = corrections.statement(form, shown), corrections.fields(form, shown, _spoken(found))
    if statement is None and not fields:
        return await _shown(visit, found, notice=visit.t("goal.unchanged"))
    turned = await conversations.correct(
        visit.coach,
        visit.actor,
        id,
        statement=statement,
        fields={} if statement else fields,
        expected=form.number("version"),
        once=_once(form),
    )
    return await _shown(visit, turned, notice=visit.t("goal.corrected"))


@router.post("/{id}/choose")
async def choose(visit: Visiting, id: str) -> Response:
    """Prefer one wording."""
    form = await visit.form()
    index = form.number("draft")
    if index is None:
        raise BadInput("No draft was named.", reason="draft")
    turned = await conversations.choose(visit.coach, visit.actor, id, index, expected=form.number("version"))
    return await _shown(visit, turned)


@router.get("/{id}/adopt")
async def confirm(visit: Visiting, id: str) -> Response:
    """What adopting means, to be read before it is done."""
    found = await conversations.get(visit.coach, visit.actor, id)
    if found.goal_id:
        return RedirectResponse(f"/goals/{found.goal_id}", 303)
    shown = await _view(visit, found)
    if not shown.drafts:
        return await _page(visit, found, problem=_no_draft(visit))
    taken = next((draft for draft in shown.drafts if draft.chosen), shown.drafts[0])
    return rendering.page(visit, "adopt.html", talk=shown, draft=taken, problem=None)


@router.post("/{id}/adopt")
async def adopt(visit: Visiting, id: str) -> Response:
    """The human act: the chosen wording becomes a goal."""
    form = await visit.form()
    goal = await conversations.adopt(visit.coach, visit.actor, id, expected=form.number("version"), once=_once(form))
    return RedirectResponse(f"/goals/{goal.id}?adopted=1", 303)


async def _stream(visit: Visiting, id: str, message: str) -> streams.Stream:
    """The answer's log: the one being written, else one that says again what the store holds."""
    found = await conversations.get(visit.coach, visit.actor, id)
    if not any(each.role == "coach" and each.id == message for each in found.turn.messages):
        raise NotFound("There is no such message.", reason="message")
    return _streams(visit).get(_key(id, message)) or await _write(visit, found, message)


Streamed = Annotated[streams.Stream, Depends(_stream)]


@router.get("/{id}/stream/{message}", response_class=EventSourceResponse)
async def follow(stream: Streamed, last_event_id: Annotated[str, Header()] = "") -> AsyncIterator[ServerSentEvent]:
    """The coach's words as they come, from after the event the reader has."""
    async for event in stream.follow(stream.after(last_event_id)):
        yield ServerSentEvent(data=event.data, event=event.name, id=f"{stream.log}:{event.id}")


@router.post("/{id}/stream/{message}/stop")
async def stop(visit: Visiting, id: str, message: str) -> Response:
    """Stop writing; what was said stays."""
    await visit.form()
    await conversations.get(visit.coach, visit.actor, id)  # NotFound outside this workspace
    stream = _streams(visit).get(_key(id, message))
    if stream is not None:
        await stream.stop()
    return Response(status_code=204)


async def _turned(visit: Visit, turned: Conversation) -> Response:
    """The answer to a turn; our script gets what the coach says to it as events."""
    if visit.wants_fragment:
        await _begin_stream(visit, turned)
    return await _shown(visit, turned)


async def _shown(visit: Visit, found: Conversation, *, notice: str = "") -> Response:
    if visit.wants_fragment:
        return await _parts(visit, found, notice=notice)
    return RedirectResponse(f"/goals/new/{found.id}#reply", 303)


async def _page(
    visit: Visit, found: Conversation, *, text: str = "", problem: problems.Problem | None = None
) -> Response:
    shown = await _view(visit, found)
    return rendering.page(visit, "conversation.html", talk=shown, text=text, problem=problem)


async def _parts(visit: Visit, found: Conversation, *, notice: str = "") -> Response:
    return rendering.fragment(visit, "_regions.html", talk=await _view(visit, found, notice=notice))


async def _view(visit: Visit, found: Conversation, *, notice: str = "", live: bool = True) -> TalkView:
    profile = await profiles.recent(visit.coach, visit.actor)
    streaming = _streaming(visit, found) if live else lambda _: None
    return talk(
        _in_page_language(found, visit), visit.t, visit.language, streaming=streaming, profile=profile, notice=notice
    )


def _in_page_language(found: Conversation, visit: Visit) -> Conversation:
    """The conversation with its verdicts worded for the person who reads; what was said stays as it was said."""
    turn = found.turn
    if turn.language == visit.language:
        return found

    def again(assessment: Assessment) -> Assessment:
        return wording.word(unworded(assessment), visit.language)

    drafts = tuple(draft.model_copy(update={"assessment": again(draft.assessment)}) for draft in turn.drafts)
    read = turn.assessment and again(turn.assessment)
    return found.model_copy(update={"turn": turn.model_copy(update={"assessment": read, "drafts": drafts})})


def _streaming(visit: Visit, found: Conversation) -> Streaming:
    def state(message: str) -> tuple[str, bool, str] | None:
        stream = _streams(visit).get(_key(found.id, message))
        if stream is None or (stream.done and not stream.stopped):
            return None
        return ("" if stream.done else f"/goals/new/{found.id}/stream/{message}", stream.stopped, stream.text)

    return state


async def _begin_stream(visit: Visit, found: Conversation) -> None:
    """Start writing what the coach says to the last act, when it says something."""
    last = found.turn.messages[-1:]
    if last and last[0].role == "coach":
        await _write(visit, found, last[0].id)


async def _write(visit: Visit, found: Conversation, message: str) -> streams.Stream:
    """The log of the coach's ``message``, being written from now on."""
    speaker = visit.request.app.state.site.speak(found, message)
    if visit.one_piece:
        speaker = streams.in_one_piece(speaker)
    shown = await _view(visit, found, live=False)
    chips = rendering.html(visit, "_region_reply.html", talk=shown)
    return _streams(visit).begin(_key(found.id, message), speaker, lambda: [("chips", chips)])


async def _unsure(visit: Visit, id: str) -> str:
    return translator(_spoken(await conversations.get(visit.coach, visit.actor, id)))("talk.unsure")


def _spoken(found: Conversation) -> str:
    """The language the conversation is held in."""
    return found.turn.language if found.turn.language in ("fr", "en") else "en"


def _coach_text(found: Conversation, message_id: str) -> str:
    return next((each.text for each in found.turn.messages if each.role == "coach" and each.id == message_id), "")


def _no_draft(visit: Visit) -> problems.Problem:
    return problems.Problem(status=422, title=visit.t("adopt.nothing"), detail=visit.t("adopt.nothing_detail"))


def _streams(visit: Visit) -> streams.Streams:
    return visit.request.app.state.site.streams


def _key(id: str, message: str) -> str:
    return f"{id}/{message}"


def _once(form: Form) -> Once | None:
    """The key our script gives an act, so that sending it again is the same act."""
    key = form.text("once")
    if not 8 <= len(key) <= 100:
        return None
    fingerprint = repr(sorted((name, value) for name, value in form.fields.items() if name not in ("token", "once")))
    return Once(key=f"web:{key}", fingerprint=_digest(fingerprint))


def _digest(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
