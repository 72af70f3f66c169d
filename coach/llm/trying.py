"""A model tried for real: does it answer as asked, how fast, for how much; and what exactly it would be sent."""

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import date

from coach.core import conversation as talk
from coach.errors import ModelUnavailable
from coach.llm import provider
from coach.llm.answers import Wording
from coach.llm.budget import Books
from coach.llm.gateway import Gateway, Limits
from coach.llm.provider import Answer, Call, Failure, Provider
from coach.llm.writer import ModelWriter

WAIT_S = 60.0  # a local model may have to be loaded first
_ASKED = 'Answer with one JSON object: {"text": "a greeting", "why": "one word"}.'


@dataclass(frozen=True)
class Tried:
    """What one small call to a model took. ``usd`` None: nobody knows its price; ``first_words_s`` None: no stream."""

    model: str
    works: bool
    why: str
    seconds: float
    first_words_s: float | None
    tokens: int
    usd: float | None


async def tried(
    name: str, *, wait_s: float = WAIT_S, workspace: str = "", books: Books | None = None, by: Provider | None = None
) -> Tried:
    """One structured call (whether it gave what was asked, in how long, for what) and one streamed (its first words)."""
    if by is None:
        await provider.warm()  # LiteLLM's own loading is no model's latency
    gateway = Gateway([name], by, limits=Limits(call_s=wait_s, job_s=wait_s, calls=2), books=books)
    job, began, why = gateway.job(workspace), time.perf_counter(), ""
    try:
        await gateway.structured([{"role": "user", "content": _ASKED}], Wording, job)
    except ModelUnavailable as error:
        why = gateway.troubles.get(name) or error.message
    seconds = round(time.perf_counter() - began, 2)
    first = await _first_words(gateway, workspace) if not why else None
    cost = round(job.cost, 6) if job.priced else None
    return Tried(name, not why, why, seconds, first, job.tokens, cost)


async def _first_words(gateway: Gateway, workspace: str) -> float | None:
    """Seconds to the first piece of a streamed answer, which is then hung up on; None when it does not stream."""
    began = time.perf_counter()
    with suppress(ModelUnavailable):
        asked = [{"role": "user", "content": "Say hello."}]
        async with aclosing(gateway.stream(asked, gateway.job(workspace))) as pieces:
            async for _ in pieces:
                return round(time.perf_counter() - began, 2)
    return None


class _Overhearing:
    """Takes what a provider would be sent, and answers nothing."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def complete(self, call: Call) -> Answer:
        self.sent.append("\n\n".join(message["content"] for message in call.messages))
        raise Failure("refused", "only overheard")

    async def stream(self, call: Call) -> AsyncGenerator[str, None]:
        await self.complete(call)
        yield ""


async def prompts_for(text: str, language: str, people: Sequence[str], today: date) -> dict[str, str]:
    """Exactly what a model would be sent of an ambition, by job: ``read``, ``ask``, ``draft``; those that it calls for.

    Nothing is sent: the prompts are made by the writer itself and taken from it at the door.
    """
    said = talk.Said(id="m", day=today, text=text, language=language)
    asking = talk.fold((said,), today=today)
    drafting = talk.fold((said, talk.SkippedAll(id="all", day=today)), today=today)
    found: dict[str, str] = {}
    wanted = asking.worth_rereading(today)
    if wanted is not None:
        found |= await _overheard(
            "read", people, lambda writer: writer.pointers(wanted.text, wanted.slots, asking.language)
        )
    question = asking.question
    if question is not None:
        found |= await _overheard("ask", people, lambda writer: writer.question(question, asking.brief(today)))
    if drafting.goals:
        found |= await _overheard("draft", people, lambda writer: writer.drafts(drafting.brief(today)))
    return found


async def _overheard(job: str, people: Sequence[str], asks) -> dict[str, str]:
    door = _Overhearing()
    with suppress(ModelUnavailable):
        await asks(ModelWriter(Gateway(["preview"], door), "", people))
    return {job: door.sent[0]} if door.sent else {}
