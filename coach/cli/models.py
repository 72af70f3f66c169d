"""``coach models``: the configured models, each tried with real calls."""

import asyncio
import json
import time
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from coach.errors import CallerError, ModelUnavailable

if TYPE_CHECKING:
    from coach.llm.gateway import Gateway

_WAIT = 60.0  # seconds: a local model may have to be loaded first


def run(*, try_them: bool, as_json: bool) -> None:
    """Show each configured model and, unless told not to, what one small call to it took.

    Raises:
        CallerError: No model is configured.
        ModelUnavailable: None of them answered.
    """
    from coach.settings import Settings

    settings = Settings.from_environment()
    if not settings.models:
        raise CallerError("No model is configured.", remedy="Set COACH_MODEL; docs/howto/models.md says how.")
    rows = [{"model": name} for name in settings.models]
    if try_them:
        rows = asyncio.run(_tried(settings.models))
    print(json.dumps(rows, ensure_ascii=False) if as_json else "\n".join(map(_line, rows)))
    if try_them and not any(row["works"] for row in rows):
        raise ModelUnavailable("No model answered.", remedy="docs/howto/models.md says what each one needs.")


async def _tried(names: tuple[str, ...]) -> list[dict[str, Any]]:
    from coach.llm import provider

    await provider.warm()  # LiteLLM's own loading is no model's latency
    return [await _try(name) for name in names]


async def _try(name: str) -> dict[str, Any]:
    """One structured call (whether it gave what was asked, in how long, for what) and one streamed (its first words)."""
    from coach.llm.answers import Wording
    from coach.llm.gateway import Gateway, Limits

    gateway = Gateway([name], limits=Limits(call_s=_WAIT, job_s=_WAIT, calls=2))
    asked = 'Answer with one JSON object: {"text": "a greeting", "why": "one word"}.'
    job, began = gateway.job(), time.perf_counter()
    try:
        await gateway.structured([{"role": "user", "content": asked}], Wording, job)
        why = ""
    except ModelUnavailable as error:
        why = gateway.troubles.get(name) or error.message
    seconds = round(time.perf_counter() - began, 2)
    cost = round(job.cost, 6) if job.priced else None
    first = await _first_words(gateway) if not why else None
    return {
        "model": name, "works": not why, "why": why,
        "seconds": seconds, "first_words_s": first, "tokens": job.tokens, "usd": cost,
    }  # fmt: skip


async def _first_words(gateway: "Gateway") -> float | None:
    """Seconds to the first piece of a streamed answer, which is then hung up on; None when it does not stream."""
    began = time.perf_counter()
    try:
        async with aclosing(gateway.stream([{"role": "user", "content": "Say hello."}], gateway.job())) as pieces:
            async for _ in pieces:
                return round(time.perf_counter() - began, 2)
    except ModelUnavailable:
        pass
    return None


def _line(row: dict[str, Any]) -> str:
    if "works" not in row:
        return row["model"]
    if not row["works"]:
        return f"{row['model']}  does not answer: {row['why']} ({row['seconds']} s)"
    cost = "price unknown" if row["usd"] is None else f"{row['usd']:.6f} USD"
    first = "does not stream" if row["first_words_s"] is None else f"first words {row['first_words_s']} s"
    return f"{row['model']}  works  {row['seconds']} s  {first}  {row['tokens']} tokens  {cost}"
