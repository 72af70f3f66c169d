"""The whole journey with a real model, over HTTP through LiteLLM, in both languages; and what its prose was worth.

    python -m tests.local.prove [--ambitions 64]

Streams, hangs up in the middle, asks for structured answers, goes from an ambition to an adopted goal, then has drafts
written for many ambitions: each one shown is verified again here; how many were the model's own, mended, or the
built-in ones is printed as it is. Exits with 1 when a draft that was shown does not pass.
"""

import argparse
import asyncio
import datetime as dt
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from coach import service, wording
from coach.core import conversation as talk
from coach.core import verification
from coach.core.model import Brief, Draft
from coach.errors import ModelUnavailable
from coach.llm import provider
from coach.llm.gateway import Gateway, Job, Limits
from coach.llm.writer import ModelWriter
from coach.service import conversations, people
from coach.settings import Settings
from tests.local.fetch import fetched
from tests.local.server import MODEL, serving

TODAY = dt.date(2026, 11, 25)
NOON = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)
PATIENT = Limits(first_token_s=120, call_s=240, job_s=600, at_once=1, max_tokens=320)
CASES = Path(__file__).parents[2] / "evals" / "cases" / "safety" / "benign.jsonl"
VAGUE = {"fr": "augmenter les ventes", "en": "increase sales"}
ANSWERS = {"fr": ("30 nouveaux clients", "d'ici le 31 mars 2027"), "en": ("30 new customers", "by 31 March 2027")}


class Busy(Protocol):
    """A served model that tells how many answers it is making."""

    def busy(self) -> int:
        """That many."""
        ...


@dataclass
class Found:
    """What a run showed."""

    kept: Counter[str] = field(default_factory=Counter)  # own, mended, built-in, by language
    wrong: list[str] = field(default_factory=list)  # drafts that were shown and do not pass
    seconds: list[float] = field(default_factory=list)

    def note(self, language: str, how: str, took_s: float) -> None:
        """One ambition's end."""
        self.kept[f"{language} {how}"] += 1
        self.seconds.append(took_s)
        print(f"  {language} {how} {took_s:.1f} s", flush=True)


def ambitions(count: int) -> list[tuple[str, str]]:
    """Definite goals, half in each language, no two alike."""
    rows = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]
    by = {name: [row["text"] for row in rows if row["language"] == name][::2] for name in ("fr", "en")}
    return [(name, by[name][at]) for at in range((count + 1) // 2) for name in by if at < len(by[name])][:count]


def brief_of(text: str, language: str) -> Brief:
    """The brief of a conversation in which everything else is left open."""
    said = talk.Said(id="m", day=TODAY, text=text, language=language)
    return talk.fold((said, talk.SkippedAll(id="all", day=TODAY)), today=TODAY).brief(TODAY)


async def streamed(gateway: Gateway) -> tuple[float, int]:
    """Seconds to the first piece, and how many came."""
    began, first, pieces = time.perf_counter(), 0.0, 0
    async for _ in gateway.stream([{"role": "user", "content": "Dites bonjour en une phrase."}], gateway.job()):
        first = first or time.perf_counter() - began
        pieces += 1
    return first, pieces


async def hung_up(gateway: Gateway, served: Busy) -> float:
    """Seconds from leaving a stream until the server has stopped making its answer."""
    pieces = gateway.stream([{"role": "user", "content": "Write a very long story about the sea."}], gateway.job())
    await anext(pieces)
    began = time.perf_counter()
    await pieces.aclose()
    while await asyncio.to_thread(served.busy):
        if time.perf_counter() - began > 60:
            raise RuntimeError("the server went on after nobody listened")
        await asyncio.sleep(0.05)
    return time.perf_counter() - began


async def journey(language: str, home: Path) -> list[str]:
    """From a vague ambition to an adopted goal, as a person takes it; who wrote what was shown."""
    authors: list[str] = []
    settings = Settings(home=home, model=MODEL)
    async with service.opened(settings, lambda: NOON) as coach:
        coach.writer = ModelWriter(Gateway([MODEL], limits=PATIENT))
        actor = await people.owner(coach)
        said = await conversations.start(coach, actor, VAGUE[language], language=language)
        for answer in ANSWERS[language]:
            question = said.turn.question
            plainly = (
                wording.word(
                    said.turn.model_copy(update={"question": question.model_copy(update={"text": "", "why": ""})}),
                    language,
                )
                if question
                else None
            )
            own = question and plainly and plainly.question and question.text != plainly.question.text
            authors.append("the model's question" if own else "the catalogue's question")
            said = await conversations.say(coach, actor, said.id, answer)
        if said.turn.question is not None:
            said = await conversations.skip_all(coach, actor, said.id)
        authors.append(f"drafts by {', '.join(sorted({draft.author for draft in said.turn.drafts}))}")
        goal = await conversations.adopt(coach, actor, said.id, draft=0)
        authors.append(f"adopted: {goal.statement}")
    return authors


async def drafted(gateway: Gateway, todo: Sequence[tuple[str, str]], found: Found) -> None:
    """Drafts for each ambition: the model's at once, the model's after one objection, or none that may be shown."""
    for language, text in todo:
        brief, began = brief_of(text, language), time.perf_counter()
        writer = ModelWriter(gateway, "w", (), job := gateway.job())
        try:
            written = await writer.drafts(brief)
        except ModelUnavailable:
            written = ()
        for one in written:
            if not isinstance(verification.verify(one, brief), Draft):
                found.wrong.append(one.statement)
        found.note(language, _how(bool(written), job), time.perf_counter() - began)
        for one in written:
            print(f"      {one.statement}", flush=True)


def _how(written: bool, job: Job) -> str:
    if not written:
        return "built-in"
    return "own" if job.left == PATIENT.calls - 1 else "mended"


async def run(count: int, served: Busy) -> Found:
    """Everything, in turn."""
    gateway, found = Gateway([MODEL], limits=PATIENT), Found()
    await provider.warm()
    first, pieces = await streamed(gateway)
    print(f"streamed: first piece after {first:.2f} s, {pieces} pieces")
    print(f"hung up: the server stopped after {await hung_up(gateway, served):.2f} s")
    for language in ("fr", "en"):
        with tempfile.TemporaryDirectory() as home:
            print(f"journey {language}: {'; '.join(await journey(language, Path(home)))}", flush=True)
    await drafted(gateway, ambitions(count), found)
    return found


def told(found: Found) -> str:
    """The table of docs/howto/models.md."""
    rows = ["| | the model's own | after one objection | built-in |", "|---|---|---|---|"]
    for language, name in (("fr", "French"), ("en", "English")):
        of = [found.kept[f"{language} {how}"] for how in ("own", "mended", "built-in")]
        rows.append(f"| {name}, {sum(of)} ambitions | {of[0]} | {of[1]} | {of[2]} |")
    seconds = sorted(found.seconds) or [0.0]
    return "\n".join((*rows, f"\n{seconds[len(seconds) // 2]:.1f} s for a set of drafts in the middle, {seconds[-1]:.1f} s at most; "
                      f"{len(found.wrong)} shown that do not pass."))  # fmt: skip


def main() -> int:
    """What the process exits with."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--ambitions", type=int, default=64)
    asked.add_argument("--threads", type=int, default=1)
    given: Any = asked.parse_args()
    if not fetched():
        raise SystemExit("The model is not here: python -m tests.local.fetch")
    with serving(given.threads) as served:
        os.environ.update(served.environment)
        found = asyncio.run(run(given.ambitions, served))
    print(told(found))
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
