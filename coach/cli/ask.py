"""``coach ask``: the whole dialogue in a terminal, from an ambition to an adopted goal."""

import asyncio
import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path

from coach import service
from coach.cli import show
from coach.cli.calibrate import past_text
from coach.core.calibration import saying
from coach.core.model import Turn
from coach.errors import BadInput, CoachError, Conflict
from coach.service import conversations, pasts, people
from coach.service.coach import Coach
from coach.service.values import Actor, Conversation
from coach.settings import Settings
from coach.wording import Catalogue, catalogue

LEAVE = {"/q", "/quit", "/quitter", "/bye"}
SKIP, SKIP_ALL, UNDO = {"/skip", "/passer"}, {"/draft", "/rediger", "/rédiger"}, {"/undo", "/annuler"}
AGAIN = {"/again", "/autrement"}
PAST = {"/history", "/historique"}


class _Left(Exception):
    """The person has left: what was said is kept."""


def run(text: str | None, *, language: str | None, today: dt.date | None, resume: str | None = None) -> None:
    """Hold the dialogue until a goal is adopted or the person leaves."""
    asyncio.run(_dialogue(text, language, today, resume))


async def _dialogue(text: str | None, language: str | None, today: dt.date | None, resume: str | None) -> None:
    settings = Settings.from_environment()
    clock = (lambda: dt.datetime.combine(today, dt.time(12), dt.UTC)) if today else None
    async with service.opened(settings, *([clock] if clock else [])) as coach:
        words = catalogue(language or settings.language)
        actor = await people.owner(coach, _reads(words))
        talk: Conversation | None = None
        try:
            talk = await _begin(coach, actor, text, language, resume, words)
            await _to_a_goal(coach, actor, talk)
        except (_Left, KeyboardInterrupt):
            show.console.print()
            if talk is not None:
                show.say(catalogue(talk.turn.language).gettext("cli.kept", id=talk.id))


def _reads(words: Catalogue) -> people.Language:
    return "fr" if words.language == "fr" else "en"


async def _begin(
    coach: Coach, actor: Actor, text: str | None, language: str | None, resume: str | None, words: Catalogue
) -> Conversation:
    if resume is not None:
        return await conversations.get(coach, actor, resume)
    while True:
        ambition = text if text is not None else _heard(words.gettext("cli.ambition"))
        try:
            return await conversations.start(coach, actor, ambition, language=language)
        except BadInput as error:
            if text is not None:
                raise
            show.say(_told(error, words))


async def _to_a_goal(coach: Coach, actor: Actor, talk: Conversation) -> None:
    """Each turn: what is SMART, then the question or the drafts, then what the person answers."""
    shown = ""
    while talk.turn.status != "adopted":
        words = catalogue(talk.turn.language)
        actor = actor.model_copy(update={"language": _reads(words)})
        shown = _show(talk.turn, words, shown)
        try:
            answered = await _answer(coach, actor, talk, words)
        except (BadInput, Conflict) as error:
            show.say(_told(error, words))
            continue
        if answered is None:
            return
        talk = answered


def _told(error: CoachError, words: Catalogue) -> str:
    """What went wrong and what to do, in the language of the dialogue where its catalogue knows."""
    reason = error.details.get("reason")
    said = words.find(f"error.reason.{reason}") if reason else None
    return f"{said} {words.find(f'error.reason.{reason}_detail') or ''}".strip() if said else str(error)


def _show(turn: Turn, words: Catalogue, shown: str) -> str:
    for notice in turn.notices:
        if notice.text:
            show.say(notice.text)
    if turn.assessment is not None and (turn.question is None or turn.statement != shown):
        show.card(turn.assessment, words)
    if turn.calibrated is not None:
        show.calibrated(turn.calibrated)
    if turn.question is not None:
        show.question(turn.question)
    elif turn.drafts:
        show.drafts(turn.drafts, words)
    return turn.statement


async def _answer(coach: Coach, actor: Actor, talk: Conversation, words: Catalogue) -> Conversation | None:
    """The conversation after what the person typed; None once a goal is adopted."""
    asking = talk.turn.question is not None
    said = _heard(words.gettext("cli.answer" if asking else "cli.choose"))
    version = talk.version
    if said.casefold() in SKIP:
        return await conversations.skip(coach, actor, talk.id, expected=version)
    if said.casefold() in SKIP_ALL:
        return await conversations.skip_all(coach, actor, talk.id, expected=version)
    if said.casefold() in UNDO:
        return await conversations.undo(coach, actor, talk.id, expected=version)
    if said.casefold() in AGAIN:
        return await conversations.regenerate(coach, actor, talk.id, expected=version)
    if said.split()[0].casefold() in PAST:
        return await _past(coach, actor, talk, said.partition(" ")[2].strip(), words)
    if talk.turn.question is not None:
        return await conversations.say(coach, actor, talk.id, _reply(talk.turn, said), expected=version)
    if said.isdecimal() and 1 <= int(said) <= len(talk.turn.drafts):
        return await _adopt(coach, actor, talk, int(said) - 1, words)
    return await conversations.say(coach, actor, talk.id, said, expected=version)


async def _past(coach: Coach, actor: Actor, talk: Conversation, path: str, words: Catalogue) -> Conversation:
    """Past figures, from a file or typed line by line: told back, and used once the person agrees."""
    text = past_text(Path(path)) if path else "\n".join(_lines(words.gettext("cli.past_paste")))
    goal = talk.turn.assessment.reading.first if talk.turn.assessment else None
    series = pasts.read(text, metric=goal.metric if goal else None, today=coach.today())
    show.say(words.gettext("calibration.read_back", **saying.read_back(series)))
    if _heard(words.gettext("cli.past_use")).casefold()[:1] not in ("o", "y"):
        raise BadInput(words.gettext("cli.past_not_used"))
    return await conversations.give_history(coach, actor, talk.id, text, expected=talk.version)


def _lines(prompt: str) -> Iterator[str]:
    """Lines up to an empty one."""
    show.say(prompt)
    while (line := sys.stdin.readline()).strip():
        yield line.strip()


def _reply(turn: Turn, said: str) -> str:
    """A reply's number stands for its text, unless the question wants a figure: there, 2 means two."""
    replies = turn.question.replies if turn.question else ()
    numbered = said.startswith("#") or (
        turn.question is not None and turn.question.slot not in ("target", "baseline", "headcount")
    )
    number = said.removeprefix("#")
    if numbered and number.isdecimal() and 1 <= int(number) <= len(replies):
        return replies[int(number) - 1].text
    return said


async def _adopt(coach: Coach, actor: Actor, talk: Conversation, draft: int, words: Catalogue) -> None:
    show.say(talk.turn.drafts[draft].statement)
    if _heard(words.gettext("cli.sure")).casefold()[:1] not in ("o", "y"):
        raise BadInput(words.gettext("cli.not_adopted"))
    goal = await conversations.adopt(coach, actor, talk.id, draft=draft, expected=talk.version)
    show.say(words.gettext("cli.adopted", id=goal.id))


def _heard(prompt: str) -> str:
    """One line from the person; at the end of the input they have left."""
    while True:
        show.console.print()
        show.console.print(prompt, style="bold", end=" ", markup=False)
        line = sys.stdin.readline()
        if not line or line.strip().casefold() in LEAVE:
            raise _Left
        if line.strip():
            return line.strip()
