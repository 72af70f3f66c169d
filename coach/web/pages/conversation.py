"""The conversation: a turn answers at once with card and highlights; the coach's words follow as events."""

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Response
from fastapi.responses import RedirectResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from coach import wording
from coach.core.model import Assessment
from coach.errors import BadInput, NotFound
from coach.service import Coach, Conversation, Once, conversations, hearing, pasts, profiles, ratings
from coach.service.values import NewRating
from coach.web import markdown, problems, rendering, streams
from coach.web.forms import Form
from coach.web.texts import translator
from coach.web.views import corrections, past
from coach.web.views.card import unworded
from coach.web.views.talk import Streaming, TalkView, talk
from coach.web.visit import Visit, Visiting

router = APIRouter(include_in_schema=False, prefix="/goals/new")

_MARKS: dict[str, Literal["up", "down", "none"]] = {"up": "up", "down": "down", "none": "none"}
_DRAFTS = "drafts"
"""Where the drafts are written from, beside the messages of the thread."""

Speak = Callable[[Conversation, str], streams.Speaker]
"""Who says the coach's message of a conversation, given its id; the rules' words are in the turn already."""


def said_by_rules(conversation: Conversation, message_id: str) -> streams.Speaker:
    """The words that the catalogue gave the message."""
    return streams.words_of(_coach_text(conversation, message_id))


@router.post("")
async def start(visit: Visiting) -> Response:
    """Begin a conversation with the ambition."""
    form = await visit.form()
    begun = await conversations.start(visit.coach.quiet(), visit.actor, form.text("text"), once=_once(form))
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
    coach, fields = await _acting(visit, id), form.fields
    asked = {"expected": form.number("version"), "once": _once(form)}
    if "undo" in fields:
        turned = await conversations.undo(coach.quiet(), visit.actor, id, **asked)
        return await _shown(visit, turned)  # what stands again was said before
    if "skip_all" in fields:
        turned = await conversations.skip_all(coach, visit.actor, id, **asked)
    elif "skip" in fields:
        turned = await conversations.skip(coach, visit.actor, id, **asked)
    else:
        text = await _unsure(visit, id) if "unsure" in fields else form.text("text")
        turned = await conversations.say(coach, visit.actor, id, text, **asked)
    return await _turned(visit, turned)


@router.post("/{id}/edit")
async def edit(visit: Visiting, id: str) -> Response:
    """Replace an earlier message; the line runs again from there."""
    form = await visit.form()
    turned = await conversations.edit(
        await _acting(visit, id),
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
        await _acting(visit, id),
        visit.actor,
        id,
        statement=statement,
        fields={} if statement else fields,
        expected=form.number("version"),
        once=_once(form),
    )
    if visit.wants_fragment:
        await _begin_stream(visit, turned)
    return await _shown(visit, turned, notice=visit.t("goal.corrected"))


@router.post("/{id}/history")
async def give_history(visit: Visiting, id: str) -> Response:
    """Past figures: shown back as they were read, then used once the person agrees."""
    form = await visit.form()
    text = form.text("history")
    if "use" in form.fields:
        turned = await conversations.give_history(
            await _acting(visit, id), visit.actor, id, text, expected=form.number("version"), once=_once(form)
        )
        return await _turned(visit, turned)
    found = await conversations.get(visit.coach, visit.actor, id)
    shown = await _view(visit, found)
    try:
        goal = found.turn.assessment.reading.first if found.turn.assessment else None
        series = pasts.read(text, metric=goal.metric if goal else None, today=visit.coach.today())
        told = {"preview": past.read_rows(series, visit.language)}
    except BadInput as error:
        told = {"problem": past.refused(error, visit.language)}
    shown = replace(shown, past=replace(shown.past, typed=text, **told))
    if visit.wants_fragment:
        return rendering.fragment(visit, "_regions.html", talk=shown, toast="")
    return rendering.page(visit, "conversation.html", talk=shown, text="", problem=None)


@router.post("/{id}/choose")
async def choose(visit: Visiting, id: str) -> Response:
    """Prefer one wording."""
    form = await visit.form()
    index = form.number("draft")
    if index is None:
        raise BadInput("No draft was named.", reason="draft")
    turned = await conversations.choose(visit.coach, visit.actor, id, index, expected=form.number("version"))
    return await _shown(visit, turned)


@router.post("/{id}/drafts")
async def other_drafts(visit: Visiting, id: str) -> Response:
    """Other wordings, or those shown before."""
    form = await visit.form()
    coach, shown = await _acting(visit, id), form.number("show")
    asked = {"expected": form.number("version"), "once": _once(form)}
    if shown is not None:
        return await _shown(visit, await conversations.browse(coach, visit.actor, id, shown, **asked))
    told = visit.coach.writer is not None
    return await _turned(visit, await conversations.regenerate(coach, visit.actor, id, told=told, **asked))


@router.post("/{id}/rate")
async def rate(visit: Visiting, id: str) -> Response:
    """A thumb on a wording, its reason, or the thumb taken back; nothing of the conversation changes."""
    form = await visit.form()
    mark = _MARKS.get(form.text("mark"))
    given = form.number("draft")
    if mark is None or given is None or given > 9:
        raise BadInput("No draft was named.", reason="draft")
    rating = NewRating(draft=given, mark=mark, note=form.text("note")[:2_000], shared=form.text("shared") == "1")
    await ratings.rate(visit.coach, visit.actor, id, rating)
    found = await conversations.get(visit.coach, visit.actor, id)
    said = "rated_off" if mark == "none" else "rated_more" if rating.note.strip() else "rated"
    return await _shown(visit, found, toast=visit.t(f"draft.{said}"))


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
    priorities = (await profiles.recent(visit.coach, visit.actor)).context.strategy
    return rendering.page(visit, "adopt.html", talk=shown, draft=taken, priorities=priorities, problem=None)


@router.post("/{id}/adopt")
async def adopt(visit: Visiting, id: str) -> Response:
    """The human act: the chosen wording becomes a goal."""
    form = await visit.form()
    goal = await conversations.adopt(
        visit.coach,
        visit.actor,
        id,
        lead=form.text("lead")[:200],
        strategy=form.text("strategy")[:500],
        expected=form.number("version"),
        once=_once(form),
    )
    return RedirectResponse(f"/goals/{goal.id}?adopted=1", 303)


async def _stream(visit: Visiting, id: str, message: str) -> streams.Stream:
    """The answer's log: the one being written, else one that says again what the store holds."""
    found = await conversations.get(visit.coach, visit.actor, id)
    known = _streams(visit).get(_key(id, message))
    if known is not None:
        return known
    if message != _DRAFTS and not any(each.role == "coach" and each.id == message for each in found.turn.messages):
        raise NotFound("There is no such message.", reason="message")
    return await _write(visit, found, message)  # this process did not hear it: what the store holds is said


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


async def _shown(visit: Visit, found: Conversation, *, notice: str = "", toast: str = "") -> Response:
    if visit.wants_fragment:
        return await _parts(visit, found, notice=notice, toast=toast)
    return RedirectResponse(f"/goals/new/{found.id}#reply", 303)


async def _page(
    visit: Visit, found: Conversation, *, text: str = "", problem: problems.Problem | None = None
) -> Response:
    shown = await _view(visit, found)
    return rendering.page(visit, "conversation.html", talk=shown, text=text, problem=problem)


async def _parts(visit: Visit, found: Conversation, *, notice: str = "", toast: str = "") -> Response:
    return rendering.fragment(visit, "_regions.html", talk=await _view(visit, found, notice=notice), toast=toast)


async def _view(
    visit: Visit, found: Conversation, *, notice: str = "", live: bool = True, broken: str = ""
) -> TalkView:
    profile = await profiles.recent(visit.coach, visit.actor)
    rated = await ratings.of(visit.coach, visit.actor, found.id) if found.turn.drafts else {}
    return talk(
        _in_page_language(found, visit),
        visit.t,
        visit.language,
        streaming=_streaming(visit, found) if live else lambda _: None,
        profile=profile,
        notice=notice,
        broken=broken,
        told=visit.coach.writer is not None,
        rated=rated,
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
    def state(message: str) -> tuple[str, str, str] | None:
        stream = _streams(visit).get(_key(found.id, message))
        if stream is None or (stream.done and not stream.broke):
            return None
        return ("" if stream.done else f"/goals/new/{found.id}/stream/{message}", stream.broke, stream.broken_text)

    return state


async def _acting(visit: Visit, id: str) -> Coach:
    """Who takes the person's turn: what was still being said is over, and our script hears the model apart."""
    if _streams(visit).speaking(_key(id, "")):
        await conversations.get(visit.coach, visit.actor, id)  # NotFound outside this workspace
        await _streams(visit).hush(_key(id, ""))
    return visit.coach.quiet() if visit.wants_fragment else visit.coach


async def _begin_stream(visit: Visit, found: Conversation) -> None:
    """Start writing what the coach says to the last act: its line, or the drafts when a model words them."""
    turn = found.turn
    told = visit.coach.writer is not None and turn.status != "adopted"
    last = turn.messages[-1:]
    if last and last[0].role == "coach":
        await _write(visit, found, last[0].id, told=told and turn.question is not None)
    if told and turn.drafts and turn.question is None and turn.chosen is None:
        await _write(visit, found, _DRAFTS, told=True)


async def _write(visit: Visit, found: Conversation, message: str, *, told: bool = False) -> streams.Stream:
    """The log of the coach's ``message``, being written from now on; ``told``: as the model words it."""
    answer = _Answer(visit, found, message)
    speaker = answer.by_model if told else visit.request.app.state.site.speak(found, message)
    if visit.one_piece:
        speaker = streams.in_one_piece(speaker)
    return _streams(visit).begin(_key(found.id, message), speaker, answer.ending, again=message == _DRAFTS)


class _Answer:
    """What is said to one turn by a model, and what changes on the page when it is said."""

    def __init__(self, visit: Visit, found: Conversation, message: str) -> None:
        self.visit, self.before, self.after, self.message = visit, found, found, message
        self.broken = ""  # how the model's words ended: "stopped", "cut", "failed"; "absent" when there were none

    async def by_model(self) -> AsyncIterator[str | streams.Back | streams.Cut]:
        """The coach's own words first, then the model's as they come; where they fail, the coach's again."""
        question = self.before.turn.question
        lead = self._text(self.before).removesuffix(question.text if question else "")
        shown = lead
        for words in streams.pieces(lead):
            yield words
        async with aclosing(hearing.turn(self.visit.coach, self.visit.actor, self.before)) as told:
            async for heard in told:
                if isinstance(heard, Conversation):
                    self.after = heard
                elif heard.what == "more":
                    shown += heard.words
                    yield heard.words
                elif heard.what == "withdrawn":
                    shown = lead
                    yield streams.Back(lead)
                elif heard.what == "absent":
                    self.broken = "absent"
                else:
                    self.broken, shown = "cut", lead if shown == lead else ""
                    yield streams.Cut()
        if self.message == _DRAFTS:
            return  # the cards take the place of the words
        whole = self._text(self.after)
        if not shown and self.broken == "cut":
            whole = whole.removeprefix(lead)
        elif not whole.startswith(shown):
            shown = ""
            yield streams.Back()
        yield whole[len(shown) :]

    async def ending(self, how: str) -> list[tuple[str, str]]:
        """The parts of the page that changed; after a stop or a failure, the turn as the store has it."""
        self.broken = self.broken or how
        said: list[tuple[str, str]] = (
            [("mark", "absent")] if self.broken == "absent" and self.message != _DRAFTS else []
        )
        if how and self.message != _DRAFTS and (plain := self._text(self.before)):
            said = [("mark", how), ("block", str(markdown.html(plain)))]
        if self.message == _DRAFTS or self.after.version != self.before.version:
            shown = await _view(self.visit, self.after, live=False, broken=self.broken)
            return [*said, ("card", rendering.html(self.visit, "_regions.html", talk=shown, toast=""))]
        shown = await _view(self.visit, self.before, live=False)
        return [*said, ("chips", rendering.html(self.visit, "_region_reply.html", talk=shown))]

    def _text(self, found: Conversation) -> str:
        return "" if self.message == _DRAFTS else _coach_text(found, self.message)


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
