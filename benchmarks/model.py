"""What coach adds to a model's answer: the first token against bare LiteLLM, many streams at once, memory and start-up.

Against a server of this machine that answers at once, in one run, the two taking turns: the difference is coach's own.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from contextlib import aclosing

from coach.testing import openai

MODEL = "openai/local"
ASKED = [{"role": "user", "content": "Say hello."}]
ROUNDS, STREAMS = 60, 50
_PAUSE_S = 0.02  # between two pieces of one stream
_TOLD = "Bonjour à toute l’équipe. " * 8


async def _bare() -> float:
    """Seconds to the first piece of a bare LiteLLM call."""
    import litellm

    began = time.perf_counter()
    pieces = await litellm.acompletion(
        model=MODEL, messages=ASKED, stream=True, max_retries=0, timeout=15, max_tokens=600, temperature=0.3
    )
    first = 0.0
    async for piece in pieces:
        if not first and piece.choices and piece.choices[0].delta.content:
            first = time.perf_counter() - began
    return first


async def _ours(gateway) -> float:
    """Seconds to the first piece through the gateway: budget, breaker, limits and all."""
    began, first = time.perf_counter(), 0.0
    async with aclosing(gateway.stream(ASKED, gateway.job("w"))) as pieces:
        async for _ in pieces:
            first = first or time.perf_counter() - began
    return first


async def _first_tokens() -> tuple[float, float]:
    """Medians in milliseconds: bare, ours."""
    from coach.llm import provider
    from coach.llm.gateway import Gateway

    await provider.warm()
    gateway, bare, ours = Gateway([MODEL]), [], []
    for at in range(ROUNDS + 5):
        pair = (
            (await _bare(), await _ours(gateway)) if at % 2 else tuple(reversed((await _ours(gateway), await _bare())))
        )
        if at >= 5:  # the first ones open connections
            bare.append(pair[0])
            ours.append(pair[1])
    return statistics.median(bare) * 1000, statistics.median(ours) * 1000


async def _streams() -> tuple[float, float]:
    """Delays of events in milliseconds, p50 and p99, over STREAMS streams at once: past the server's own pauses."""
    from dataclasses import replace

    from coach.llm.gateway import Gateway, Limits

    gateway = Gateway([MODEL], limits=replace(Limits(), at_once=STREAMS, first_token_s=60, call_s=120))
    late: list[float] = []

    async def one() -> None:
        last = None
        async with aclosing(gateway.stream(ASKED, gateway.job("w"))) as pieces:
            async for _ in pieces:
                now = time.perf_counter()
                if last is not None:
                    late.append(max(0.0, now - last - _PAUSE_S))
                last = now

    await asyncio.gather(*(one() for _ in range(STREAMS)))
    cuts = statistics.quantiles(late, n=100)
    return cuts[49] * 1000, cuts[98] * 1000


def _process(model: str) -> tuple[float, float]:
    """Seconds until a service is open, and its resident MiB once LiteLLM is there (or is not)."""
    code = (
        "import asyncio,tempfile,time;began=time.perf_counter()\n"
        "from coach import service\nfrom coach.settings import Settings\n"
        "async def main():\n"
        f"  async with service.opened(Settings(home=tempfile.mkdtemp(), model={model!r})) as coach:\n"
        "    print(time.perf_counter()-began)\n"
        f"    if {bool(model)}:\n      from coach.llm import provider\n      await provider.warm()\n"
        "    high = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "    print(int(high.split()[1])/1024)\n"  # the process's own: ru_maxrss begins with its parent's
        "asyncio.run(main())"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    opened, resident = ran.stdout.split()
    return float(opened), float(resident)


def run() -> dict[str, float]:
    """Every figure, in milliseconds, seconds and MiB as named."""
    with openai.serving(openai.Speaking(lambda _: _TOLD)) as quick:
        os.environ.update(quick.environment)
        bare, ours = asyncio.run(_first_tokens())
    with openai.serving(openai.Speaking(lambda _: _TOLD, pause_s=_PAUSE_S)) as paced:
        os.environ.update(paced.environment)
        middle, worst = asyncio.run(_streams())
    plain_s, plain_mib = _process("")
    model_s, model_mib = _process(MODEL)
    return {
        "first token, bare LiteLLM (ms)": bare,
        "first token, coach (ms)": ours,
        "coach adds (ms)": ours - bare,
        f"{STREAMS} streams, delay of an event, p50 (ms)": middle,
        f"{STREAMS} streams, delay of an event, p99 (ms)": worst,
        "open without a model (s)": plain_s,
        "open with a model (s)": model_s,
        "resident without a model (MiB)": plain_mib,
        "resident with LiteLLM (MiB)": model_mib,
    }


def rows() -> list[tuple[str, str, str]]:
    """The rows of docs/benchmarks.md."""
    found = run()
    return [
        (
            "first token of a model's answer: coach adds to bare LiteLLM",
            f"{found['coach adds (ms)']:.1f} ms",
            "≤ 20 ms",
        ),
        (
            f"{STREAMS} streams at once: delay of an event",
            f"p50 {found[f'{STREAMS} streams, delay of an event, p50 (ms)']:.0f} ms, "
            f"p99 {found[f'{STREAMS} streams, delay of an event, p99 (ms)']:.0f} ms",
            "reported",
        ),
        (
            "resident memory without a model, with LiteLLM",
            f"{found['resident without a model (MiB)']:.0f} MiB, {found['resident with LiteLLM (MiB)']:.0f} MiB",
            "reported",
        ),
        (
            "service open without a model, with one",
            f"{found['open without a model (s)']:.2f} s, {found['open with a model (s)']:.2f} s",
            "reported",
        ),
    ]


def main() -> None:
    """Print the table."""
    for name, value in run().items():
        print(f"{name:50} {value:10.2f}")


if __name__ == "__main__":
    main()
