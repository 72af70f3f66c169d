"""LiteLLM behind our own seam: one call, plain or streamed, and every way it fails as one of four kinds."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Protocol

from pydantic import BaseModel

from coach.settings import for_libraries

Message = Mapping[str, str]

_QUIET = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # both: one version knows the first, the next the second
    "LITELLM_OFFLINE_MODE": "true",
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
    "DISABLE_AIOHTTP_TRANSPORT": "True",
    "LITELLM_RUST": "false",
}


class Failure(Exception):
    """A call that gave nothing.

    ``refused``: it will never work as it is (key, model, request) · ``busy``: too many calls · ``down``: late, broken or
    unreachable · ``junk``: an answer that is none.
    """

    def __init__(
        self, kind: Literal["refused", "busy", "down", "junk"], why: str = "", *, retry_after_s: float | None = None
    ) -> None:
        super().__init__(why or kind)
        self.kind = kind
        self.retry_after_s = retry_after_s


@dataclass(frozen=True)
class Call:
    """What is asked of one model. ``schema``: what the answer must be, as JSON; None for plain text."""

    model: str
    messages: Sequence[Message]
    schema: type[BaseModel] | None = None
    max_tokens: int = 600
    timeout_s: float = 15.0


@dataclass(frozen=True)
class Answer:
    """What a model said, and what it took: tokens, and US dollars where the price is known."""

    text: str
    model: str = ""
    tokens: int = 0
    cost: float | None = None


class Provider(Protocol):
    """Whoever answers a call; each raises Failure and nothing else."""

    async def complete(self, call: Call) -> Answer:
        """The whole answer."""
        ...

    def stream(self, call: Call) -> AsyncGenerator[str, None]:
        """The answer in pieces as they come; closing the iterator ends the call."""
        ...


class LiteLLM:
    """Every provider LiteLLM reaches, with its own keys by their usual environment variables."""

    async def complete(self, call: Call) -> Answer:
        """As Provider says."""
        litellm = await _loaded()
        try:
            answer = await litellm.acompletion(**_arguments(call))
            text = answer.choices[0].message.content
        except asyncio.CancelledError:
            raise
        except Exception as error:
            raise _failure(error) from None  # the original may quote the prompt
        usage = getattr(answer, "usage", None)
        return Answer(
            text=text or "",
            model=call.model,
            tokens=int(getattr(usage, "total_tokens", 0) or 0),
            cost=(getattr(answer, "_hidden_params", None) or {}).get("response_cost"),
        )

    async def stream(self, call: Call) -> AsyncGenerator[str, None]:
        """As Provider says."""
        litellm = await _loaded()
        pieces = None
        try:
            pieces = await litellm.acompletion(**_arguments(call), stream=True)
            async for piece in pieces:
                words = piece.choices[0].delta.content if piece.choices else None
                if words:
                    yield words
        except asyncio.CancelledError:
            raise
        except Exception as error:
            raise _failure(error) from None
        finally:
            await _close(pieces)


async def _close(pieces: Any) -> None:
    """End the call at the provider's, whether or not it was read to its end."""
    response = getattr(pieces, "completion_stream", None)
    for one in (pieces, response):
        close = getattr(one, "aclose", None)
        if close is not None:
            try:
                await close()
            except Exception:  # it is over either way
                logging.getLogger(__name__).debug("a stream did not close cleanly")


def _arguments(call: Call) -> dict[str, Any]:
    return {
        "model": call.model,
        "messages": [dict(message) for message in call.messages],
        "max_tokens": call.max_tokens,
        "timeout": call.timeout_s,
        "max_retries": 0,  # retries are ours: the default ones multiply the timeout
        "drop_params": True,
        "temperature": 0.3,
        **({"response_format": call.schema} if call.schema else {}),
    }


async def warm() -> None:
    """Import LiteLLM in the background: it takes seconds, and the first turn should not."""
    await _loaded()


async def _loaded() -> Any:
    return await asyncio.to_thread(_litellm)


@cache
def _litellm() -> Any:
    """LiteLLM, silent and without a connection of its own.

    Raises:
        Failure: It is not installed: the extra ``llm`` is missing.
    """
    for_libraries(_QUIET)
    try:
        import litellm
    except ImportError:
        raise Failure("refused", "LiteLLM is not installed: pip install 'goal-coach[llm]'") from None
    litellm.suppress_debug_info = True
    litellm.turn_off_message_logging = True
    litellm.disable_aiohttp_transport = True
    logging.getLogger("LiteLLM").setLevel(logging.ERROR)
    return litellm


def _failure(error: Exception) -> Failure:
    """Our kind of a LiteLLM error; by HTTP status, then by name. What it says is not kept: it may quote the prompt."""
    status, name = getattr(error, "status_code", None), type(error).__name__
    why = f"{name} {status or ''}".strip()
    if isinstance(error, Failure):
        return error
    if status == 429:
        return Failure("busy", why, retry_after_s=_retry_after(error))
    if name in ("Timeout", "APIConnectionError", "InternalServerError", "ServiceUnavailableError"):
        return Failure("down", why)
    if isinstance(status, int) and 400 <= status < 500 and status != 408:
        return Failure("refused", why)
    return Failure("down", why)


def _retry_after(error: Exception) -> float | None:
    headers = getattr(error, "litellm_response_headers", None) or getattr(
        getattr(error, "response", None), "headers", {}
    )
    said = dict(headers).get("retry-after", "")
    try:
        seconds = float(said)
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None
