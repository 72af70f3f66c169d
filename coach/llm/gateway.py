"""One call to a model, whatever happens: bounded in time, money and number, and ended by an answer or ModelUnavailable.

Models are tried in order. A call that was late, broken or refused for haste is made once more; a model that keeps
failing rests. A structured answer is checked, asked again once with what was wrong, then given up.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from coach.errors import ModelUnavailable
from coach.llm.breaker import Breaker
from coach.llm.budget import Books, Hold, Ledger, Pocket
from coach.llm.cache import Cache
from coach.llm.provider import Answer, Call, Failure, LiteLLM, Message, Provider

S = TypeVar("S", bound=BaseModel)
A = TypeVar("A", Answer, str)


@dataclass(frozen=True)
class Limits:
    """How long, how often, how much. Seconds, except where the name says otherwise."""

    first_token_s: float = 8.0
    call_s: float = 15.0
    job_s: float = 25.0  # all the calls of one question or one set of drafts
    retry_after_s: float = 2.0  # a longer Retry-After is not waited for: the next model is tried
    pause_s: float = 0.2  # before a second try when nothing says how long
    at_once: int = 4
    calls: int = 3  # of one job, retries and corrections included
    answer_chars: int = 20_000
    max_tokens: int = 600
    failures: int = 3
    rest_s: float = 30.0


@dataclass
class Job:
    """The calls one question, or one set of drafts, may still make, and whose budget pays for them."""

    left: int
    deadline: float
    workspace: str = ""
    model: str = ""  # who gave the last answer
    tokens: int = 0
    cost: float = 0.0  # US dollars, of the calls whose price is known
    priced: bool = False  # whether any was

    def take(self) -> None:
        """Count one call.

        Raises:
            ModelUnavailable: There is none left.
        """
        if self.left <= 0:
            raise ModelUnavailable("The model was asked often enough.", reason="calls")
        self.left -= 1

    def lent(self) -> "Job":
        """One call of this job, for work that may not take more; it is gone from here whether it is made or not.

        Raises:
            ModelUnavailable: There is none left.
        """
        self.take()
        return replace(self, left=1)


class Gateway:
    """The models of one process, in the order they are tried."""

    def __init__(
        self,
        models: Sequence[str],
        provider: Provider | None = None,
        *,
        limits: Limits = Limits(),
        ledger: Ledger | None = None,
        books: Books | None = None,
        cache: Cache | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.models = tuple(models)
        self.provider: Provider = provider or LiteLLM()
        self.limits = limits
        self.ledger = ledger or Ledger(utc_day)
        self.books: Books = books or Pocket(self.ledger)
        self.cache = cache
        self.clock = clock
        self.troubles: dict[str, str] = {}  # why each model's last call failed, for whoever looks into it
        self._breakers = {model: Breaker(clock, limits.failures, limits.rest_s) for model in self.models}
        self._places = asyncio.Semaphore(limits.at_once)

    def job(self, workspace: str = "") -> Job:
        """A new job: its calls and its time begin now."""
        return Job(self.limits.calls, self.clock() + self.limits.job_s, workspace)

    async def structured(self, messages: Sequence[Message], schema: type[S], job: Job, *, mended: bool = True) -> S:
        """An answer of that schema; one that is not is asked again once, told what was wrong, unless ``mended`` is False.

        Raises:
            ModelUnavailable: None came in time.
        """
        asked = list(messages)
        for last in (not mended, True):
            call = Call("", asked, schema, self.limits.max_tokens, self.limits.call_s)
            answer = await self._within(job, self._complete(call, job))
            try:
                checked = schema.model_validate_json(_json_of(answer.text))
            except ValidationError as wrong:
                if last:
                    break
                asked = [*messages, *_correction(answer.text, wrong)]
                continue
            if self.cache is not None:
                self.cache.put(replace(call, model=answer.model), answer)
            return checked
        raise ModelUnavailable("The model's answer makes no sense.", reason="junk")

    async def told(self, messages: Sequence[Message], schema: type[S], job: Job, heard: Callable[[str], None]) -> S:
        """As ``structured``; ``heard`` is given the answer so far each time it grows, and anew when asked again.

        Raises:
            ModelUnavailable: None came in time, or the answer was cut in the middle (``reason="cut"``).
        """
        asked = list(messages)
        for last in (False, True):
            text = await self._within(job, self._heard(asked, schema, job, heard))
            try:
                return schema.model_validate_json(_json_of(text))
            except ValidationError as wrong:
                if last:
                    break
                asked = [*messages, *_correction(text, wrong)]
        raise ModelUnavailable("The model's answer makes no sense.", reason="junk")

    async def _heard(
        self, messages: Sequence[Message], schema: type[BaseModel], job: Job, heard: Callable[[str], None]
    ) -> str:
        text = ""
        async with aclosing(self.stream(messages, job, schema)) as pieces:
            async for piece in pieces:
                text += piece
                heard(text)
        return text

    async def stream(
        self, messages: Sequence[Message], job: Job, schema: type[BaseModel] | None = None
    ) -> AsyncGenerator[str, None]:
        """An answer in pieces, plain or of a ``schema`` that nobody has checked.

        Before its first piece the model is asked once more, then another may take over; after it, none can.

        Raises:
            ModelUnavailable: No first piece came in time, or the answer was cut in the middle (``reason="cut"``).
        """
        call = Call("", list(messages), schema, self.limits.max_tokens, self.limits.call_s)
        for model in self._allowed():
            for again in (False, True):
                job.take()
                begun = False
                try:
                    async with aclosing(self._pieces(replace(call, model=model), job)) as pieces:
                        async for piece in pieces:
                            job.model, begun = model, True
                            yield piece
                    self.troubles.pop(model, None)
                    return
                except Failure as failure:
                    self.troubles[model] = str(failure)
                    if begun:
                        raise ModelUnavailable("The model stopped in the middle.", reason="cut") from failure
                    pause = self._pause(failure, job)
                if again or pause is None:
                    break
                await asyncio.sleep(pause)
        raise _none()

    async def _pieces(self, call: Call, job: Job) -> AsyncGenerator[str, None]:
        """One model's pieces, each in its time; the budget is settled however it ends."""
        hold = await self.books.reserve(job.workspace, _most(call))
        breaker, said, complete = self._breakers[call.model], 0, False
        try:
            async with self._places, aclosing(self.provider.stream(call)) as pieces:
                ends = self.clock() + call.timeout_s
                while True:
                    wait = ends - self.clock() if said else self.limits.first_token_s
                    async with asyncio.timeout(max(0.0, wait)):
                        piece = await anext(pieces, None)
                    if piece is None:
                        break
                    said += len(piece)
                    if said > self.limits.answer_chars:
                        raise Failure("junk", "endless")
                    yield piece
            if not said:
                raise Failure("junk", "empty")
            complete = True
            breaker.succeeded()
        except TimeoutError:
            breaker.failed()
            raise Failure("down", "late") from None
        except Failure:
            breaker.failed()
            raise
        finally:
            await self._settled(hold, _bytes(call) + said if complete else None)

    async def _complete(self, call: Call, job: Job) -> Answer:
        """The first answer any model gives."""
        for model in self._allowed():
            one = replace(call, model=model)
            kept = self.cache.get(one) if self.cache is not None else None
            if kept is not None:
                job.model = kept.model
                return kept
            try:
                answer = await self._twice(one, job)
            except Failure as failure:
                self.troubles[model] = str(failure)
                continue
            self.troubles.pop(model, None)
            job.model, job.tokens = model, job.tokens + answer.tokens
            job.cost, job.priced = job.cost + (answer.cost or 0.0), job.priced or answer.cost is not None
            return answer
        raise _none()

    async def _twice(self, call: Call, job: Job) -> Answer:
        """One call, and one more when it failed in a way that may pass."""
        try:
            return await self._once(call, job)
        except Failure as failure:
            pause = self._pause(failure, job)
            if pause is None:
                raise
        await asyncio.sleep(pause)
        return await self._once(call, job)

    def _pause(self, failure: Failure, job: Job) -> float | None:
        """Seconds to wait before a second try; None when there is none to make."""
        pause = self.limits.pause_s if failure.retry_after_s is None else failure.retry_after_s
        hopeless = failure.kind in ("refused", "junk") or pause > self.limits.retry_after_s
        return None if hopeless or job.left <= 0 else pause

    async def _once(self, call: Call, job: Job) -> Answer:
        job.take()
        hold = await self.books.reserve(job.workspace, _most(call))
        breaker, taken, usd = self._breakers[call.model], None, None
        try:
            async with self._places, asyncio.timeout(call.timeout_s):
                answer = await self.provider.complete(call)
            taken, usd = answer.tokens or _bytes(call) + len(answer.text), answer.cost
            if not answer.text.strip() or len(answer.text) > self.limits.answer_chars:
                raise Failure("junk", "empty or endless")
        except TimeoutError:
            breaker.failed()
            raise Failure("down", "late") from None
        except Failure as failure:
            taken = 0 if failure.kind in ("refused", "busy") else taken
            breaker.failed()
            raise
        finally:
            await self._settled(hold, taken, usd)  # what nobody knows is charged in full
        breaker.succeeded()
        return replace(answer, model=call.model)

    async def _settled(self, hold: Hold, tokens: int | None, usd: float | None = None) -> None:
        """Settle, even when this task is being cancelled: what is held must not stay so."""
        await asyncio.shield(asyncio.ensure_future(self.books.settle(hold, tokens, usd)))

    async def _within(self, job: Job, work: Awaitable[A]) -> A:
        try:
            async with asyncio.timeout(max(0.0, job.deadline - self.clock())):
                return await work
        except TimeoutError:
            raise ModelUnavailable("No model answered in time.", reason="late") from None

    def _allowed(self) -> Iterator[str]:
        """The models that may be tried, in order; each is asked only when its turn comes, so that a probe is used."""
        return (model for model in self.models if self._breakers[model].allows())


def _none() -> ModelUnavailable:
    return ModelUnavailable("No model answered.", remedy="Run coach models to see why.", reason="none")


def utc_day() -> date:
    """The day budgets are counted by, the same for every workspace."""
    return datetime.now(UTC).date()


def _bytes(call: Call) -> int:
    """At least as many as its tokens: byte-level vocabularies give no more tokens than bytes."""
    return sum(len(message["content"].encode()) + 8 for message in call.messages)


def _most(call: Call) -> int:
    schema = len(str(call.schema.model_json_schema())) if call.schema else 0
    return _bytes(call) + schema + call.max_tokens


def _json_of(text: str) -> str:
    """The object in an answer that wraps it in a code fence or in politeness."""
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else text


def _correction(text: str, wrong: ValidationError) -> list[Message]:
    problems = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'JSON'}: {one['msg']}" for one in wrong.errors()[:5])
    return [
        {"role": "assistant", "content": text[:2_000]},
        {"role": "user", "content": f"That is not the JSON asked for ({problems}). Answer with the JSON object only."},
    ]
