"""The run itself: Inspect AI takes each suite as a task and its cases as samples; our own records are what counts.

Its exit code says nothing of scores, and it can drop what failed: so every case that was to be played has a record in
the end, an error where nothing else came of it.
"""

import asyncio
import logging
import multiprocessing
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from coach.errors import BadInput
from coach.evals import subjects, suites
from coach.evals.records import Record, marked
from coach.evals.scorers import Mark
from coach.evals.suites import Item, Suite

Done = Callable[[Record], None]


@dataclass(frozen=True)
class Work:
    """The items of one suite that are still to be played."""

    suite: Suite
    items: Sequence[Item]


@dataclass(frozen=True)
class Way:
    """Who is judged, and with how many hands. ``calls``: where a model's answers are kept."""

    subject: str
    workers: int
    calls: Path
    logs: Path


def check() -> None:
    """Tell at once that the engine is missing.

    Raises:
        BadInput: The extra ``evals`` is not installed.
    """
    from importlib.util import find_spec

    if find_spec("inspect_ai") is None:
        raise BadInput(
            "coach eval needs Inspect AI.",
            remedy="Install it: pip install 'goal-coach[evals]' (in the repository: make dev).",
        )


def run(works: Sequence[Work], way: Way, done: Done) -> None:
    """Play all of it; ``done`` gets each record as it comes, in no order, exactly one an item."""
    check()
    if not works:
        return
    with _pool(way) as pool:
        for work in works:
            _task(work, way, None if work.suite.waits else pool, done)


def _task(work: Work, way: Way, pool: ProcessPoolExecutor | None, done: Done) -> None:
    came: dict[str, Record] = {}

    def take(record: Record) -> None:
        if record.id not in came:
            came[record.id] = record
            done(record)

    status = _inspected(work, way, pool, take)
    for item in work.items:
        if item.id not in came:
            take(broken(work.suite, item, f"the engine gave nothing for it (status: {status})"))


def broken(suite: Suite, item: Item, why: str) -> Record:
    """A record of a case nothing came of: it counts as zero everywhere."""
    zeros = {name: Mark(0.0, "error") for name in suite.metrics if name not in suite.plain_counts}
    return Record(
        suite=suite.name,
        id=item.id,
        cluster=item.cluster,
        tags=dict(item.tags),
        text=item.case,
        marks=marked(zeros),
        error=why,
    )


def packs(work: Work, subject: str) -> list[list[Item]]:
    """The items as samples: several at once where each is quick."""
    size = work.suite.pack if subjects.is_local(subject) and not work.suite.waits else 1
    return [list(work.items[at : at + size]) for at in range(0, len(work.items), size)]


def _inspected(work: Work, way: Way, pool: ProcessPoolExecutor | None, take: Done) -> str:
    from inspect_ai import Task
    from inspect_ai import eval as evaluate
    from inspect_ai.dataset import MemoryDataset, Sample

    logging.getLogger("inspect_ai").setLevel(logging.ERROR)
    samples = {str(at): pack for at, pack in enumerate(packs(work, way.subject))}
    if not samples:
        return "empty"
    scored: dict[str, dict[str, float]] = {}
    play = _player(work, way, pool, samples, scored, take)
    dataset = MemoryDataset([Sample(id=at, input=", ".join(item.id for item in pack)) for at, pack in samples.items()])
    way.logs.mkdir(parents=True, exist_ok=True)
    logs = evaluate(
        Task(dataset=dataset, solver=_solver(play), scorer=_scorer(scored, work.suite), name=work.suite.name),
        model=None, display="none", log_dir=str(way.logs), log_level="error", fail_on_error=False,
        max_samples=way.workers * 2, log_samples=True, score=True,
    )  # fmt: skip
    if not logs:
        return "nothing"
    return f"{logs[0].status}{f', {logs[0].error.message}' if logs[0].error else ''}"


def _player(
    work: Work, way: Way, pool: Any, samples: Mapping[str, list[Item]], scored: dict[str, dict[str, float]], take: Done
):
    """Plays one sample: in another process when it is all computing, here when it is all waiting for a model."""
    subject = None if pool is not None else subjects.of(way.subject, way.calls)

    async def play(sample: str) -> str:
        ids = [item.id for item in samples[sample]]
        if pool is not None:
            future = pool.submit(_played, work.suite.name, str(work.suite.folder), work.suite.full, ids, way.subject)
            records = [Record.model_validate_json(line) for line in await asyncio.wrap_future(future)]
        else:
            assert subject is not None  # noqa: S101  (one of the two is there)
            records = [await work.suite.record(item, subject) for item in samples[sample]]
        scored[sample] = _means(records)
        for record in records:
            take(record)
        return "\n".join(_told(record) for record in records)

    return play


def _solver(play: Callable[[str], Any]) -> Any:
    from inspect_ai.solver import Generate, TaskState, solver

    @solver(name="coach")
    def ours() -> Any:
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            state.output.completion = await play(str(state.sample_id))
            return state

        return solve

    return ours()


def _scorer(scored: Mapping[str, dict[str, float]], suite: Suite) -> Any:
    from inspect_ai.scorer import Score, Target, scorer
    from inspect_ai.solver import TaskState

    @scorer(metrics=[], name=suite.name)  # its means would leave out what failed: ours do not
    def ours() -> Any:
        async def score(state: TaskState, target: Target) -> Score:
            return Score(value={**scored.get(str(state.sample_id), {})}, explanation=state.output.completion[:2000])

        return score

    return ours()


def _means(records: Sequence[Record]) -> dict[str, float]:
    names = sorted({name for record in records for name in record.marks})
    found: dict[str, float] = {}
    for name in names:
        values = [value for record in records if (value := record.mark(name).value) is not None]
        if values:
            found[name] = sum(values) / len(values)
    return found


def _told(record: Record) -> str:
    if record.error:
        return f"{record.id}: {record.error}"
    said = [draft.statement for draft in record.trace.drafts] if record.trace else []
    return f"{record.id}: {record.text}\n" + "\n".join(f"  → {one}" for one in said)


def _pool(way: Way) -> AbstractContextManager[ProcessPoolExecutor | None]:
    if not subjects.is_local(way.subject):
        return nullcontext()
    return ProcessPoolExecutor(way.workers, mp_context=multiprocessing.get_context("spawn"))


@lru_cache(maxsize=8)
def _prepared(suite: str, folder: str, full: bool, subject: str) -> tuple[Suite, Mapping[str, Item], subjects.Subject]:
    made = suites.make(suite, Path(folder), full=full)
    return made, {item.id: item for item in made.items()}, subjects.of(subject)


def _played(suite: str, folder: str, full: bool, ids: Sequence[str], subject: str) -> list[str]:
    """In a worker: the records of some items, as JSON."""
    made, items, who = _prepared(suite, folder, full, subject)

    async def play() -> list[Record]:
        return [await made.record(items[one], who) for one in ids]

    return [record.model_dump_json() for record in asyncio.run(play())]
