"""``coach eval`` from options to files: which cases, the run, the gates, and what is written down."""

import csv
import gzip
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coach import __version__
from coach.errors import BadInput
from coach.evals import cases, engine, gates, hashes, report, subjects, suites, summary
from coach.evals.gates import Gate
from coach.evals.records import Journal, Record
from coach.evals.suites import Item, Suite, reading

CALLS = "calls.jsonl"
SUMMARY, CASES, TABLE, PAGE, JOURNAL, TIMES = (
    "summary.json", "cases.json", "cases.csv", "report.html", "journal.jsonl", "times.json",
)  # fmt: skip


@dataclass(frozen=True)
class Options:
    """What is asked for. ``folder``: the cases; ``gate_file``: the recorded gates; ``limit``: cases a suite at most."""

    names: Sequence[str]
    output: Path
    model: str = subjects.RULES
    judge: str = ""
    folder: Path = field(default_factory=cases.folder)
    limit: int | None = None
    baseline: Path | None = None
    gate_file: Path | None = None
    workers: int = 0
    full: bool = False
    fresh: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of it."""

    summary: Mapping[str, Any]
    records: Sequence[Record]
    gates: Sequence[Gate]
    folder: Path

    @property
    def passed(self) -> bool:
        """Whether every gate holds."""
        return bool(self.gates) and all(gate.passed for gate in self.gates)


Progress = Callable[[str, int, int], None]
"""Told the suite, how many of its cases are done, and of how many."""


def run(options: Options, progress: Progress = lambda suite, done, of: None) -> Outcome:
    """Play what is not yet played, judge all of it, write the files.

    Raises:
        BadInput: A suite, a model, a case file or the baseline is not what it should be, or the engine is missing.
    """
    engine.check()
    chosen = [
        suites.make(name, options.folder, full=options.full) for name in options.names or suites.default(options.model)
    ]
    before = _baseline(options.baseline)
    recorded = _recorded(options)
    subjects.of(options.model)  # a wrong name is told before anything is played
    identity = identify(options)
    journal = _journal(options, identity)
    items = {suite.name: sample(suite.items(), options.limit) for suite in chosen}
    _play(options, chosen, items, journal, progress)
    records = [journal.done[suite.name, item.id] for suite in chosen for item in items[suite.name]]
    judged = _judged(options, chosen, records, recorded, before)
    outcome = Outcome(_summary(options, identity, chosen, records, judged), records, judged, options.output)
    _write(options, outcome, chosen)
    return outcome


def sample(items: Sequence[Item], limit: int | None) -> list[Item]:
    """All, or ``limit`` of them spread over the whole and always the same, in their order."""
    if limit is None or limit >= len(items):
        return list(items)
    drawn = sorted(items, key=lambda item: hashes.of(item.id))[:limit]
    kept = {item.id for item in drawn}
    return [item for item in items if item.id in kept]


def identify(options: Options) -> dict[str, str]:
    """What the results belong to."""
    places = [place for place in (options.folder, reading.folder(options.folder)) if place is not None]
    who = [options.model, options.judge] if options.judge else options.model
    return {
        "data": hashes.of([hashes.data(place) for place in places]),
        "prompts": hashes.prompts(),
        "code": hashes.code(),
        "model": hashes.of(who),
    }


def _journal(options: Options, identity: Mapping[str, str]) -> Journal:
    options.output.mkdir(parents=True, exist_ok=True)
    path = options.output / JOURNAL
    if options.fresh:
        path.unlink(missing_ok=True)
    return Journal(path, hashes.of(identity))


def _play(
    options: Options, chosen: Sequence[Suite], items: Mapping[str, list[Item]], journal: Journal, progress: Progress
) -> None:
    works = []
    counts = {suite.name: 0 for suite in chosen}
    for suite in chosen:
        left = [item for item in items[suite.name] if (suite.name, item.id) not in journal.done]
        counts[suite.name] = len(items[suite.name]) - len(left)
        progress(suite.name, counts[suite.name], len(items[suite.name]))
        if left:
            works.append(engine.Work(suite, left))

    def done(record: Record) -> None:
        journal.add(record)
        counts[record.suite] += 1
        progress(record.suite, counts[record.suite], len(items[record.suite]))

    way = engine.Way(
        options.model,
        options.workers or os.cpu_count() or 1,
        options.output / CALLS,
        options.output / "inspect",
    )
    engine.run(works, way, done)


def _judged(
    options: Options,
    chosen: Sequence[Suite],
    records: Sequence[Record],
    recorded: Mapping[str, Mapping[str, Any]],
    before: Mapping[str, Any],
) -> list[Gate]:
    out: list[Gate] = []
    for suite in chosen:
        own = [record for record in records if record.suite == suite.name]
        found = summary.intervals(suite, own)
        out += gates.judge(
            suite.name, recorded.get(suite.name, {}), found, own, sample=_partial(options), model=_written(options)
        )
        out += summary.compared(suite, own, before.get(suite.name, {}))
    return out


def _partial(options: Options) -> bool:
    return options.limit is not None


def _written(options: Options) -> bool:
    """Whether a model writes, or a stub in its place."""
    return options.model not in (subjects.RULES, subjects.REGEX) and not options.model.startswith(subjects.ONESHOT)


def _recorded(options: Options) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """The gates given, else ours; for other cases than ours only those that are hard, since a floor is of its cases."""
    ours = options.folder == cases.folder()
    found = gates.load(options.gate_file or cases.folder().parent / gates.FILE)
    if options.gate_file is not None or ours:
        return found
    return {
        suite: {name: kinds for name, kinds in metrics.items() if "hard" in kinds} for suite, metrics in found.items()
    }


def _summary(
    options: Options,
    identity: Mapping[str, str],
    chosen: Sequence[Suite],
    records: Sequence[Record],
    judged: Sequence[Gate],
) -> dict[str, Any]:
    parts = {}
    for suite in chosen:
        own = [record for record in records if record.suite == suite.name]
        parts[suite.name] = summary.of_suite(suite, own, [gate for gate in judged if gate.suite == suite.name])
    return {
        "coach": __version__,
        "model": options.model,
        "limit": options.limit,
        "full": options.full,
        "hashes": dict(identity),
        "suites": parts,
        "passed": bool(judged) and all(gate.passed for gate in judged),
    }


def _baseline(path: Path | None) -> Mapping[str, Any]:
    """The marks of an earlier run, case by case: its ``cases.json``, or the folder it stands in."""
    if path is None:
        return {}
    path = path / CASES if path.is_dir() else path.with_name(CASES) if path.name == SUMMARY else path
    try:
        raw = path.read_bytes()
        read = json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)
    except (OSError, ValueError, EOFError) as error:
        raise BadInput(
            f"The baseline {path} cannot be read ({error}).", remedy="Give the folder of an earlier run."
        ) from None
    if not isinstance(read, dict) or not isinstance(read.get("marks"), dict):
        raise BadInput(f"{path} is no earlier run.", remedy="Give the folder of an earlier run.")
    return read["marks"]


def _write(options: Options, outcome: Outcome, chosen: Sequence[Suite]) -> None:
    where = options.output
    summary.write(where / SUMMARY, outcome.summary)
    summary.write(where / CASES, {"hashes": outcome.summary["hashes"], "marks": summary.case_marks(outcome.records)})
    _table(where / TABLE, outcome.records)
    times = report.times(outcome.records, where / CALLS)
    summary.write(where / TIMES, times)
    (where / PAGE).write_text(report.page(outcome.summary, outcome.records, chosen, times), encoding="utf-8")


def _table(path: Path, records: Sequence[Record]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["suite", "case", "cluster", "lang", "metric", "value", "why", "text"])
        for record in sorted(records, key=lambda one: one.key):
            for metric, (value, why) in sorted(record.marks.items()):
                if value is not None:
                    cells = [
                        record.suite,
                        record.id,
                        record.cluster,
                        record.tags.get("lang", ""),
                        metric,
                        value,
                        why,
                        record.text,
                    ]
                    rows.writerow([_harmless(cell) for cell in cells])


def _harmless(cell: Any) -> Any:
    """A text that a spreadsheet would run is told as text."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" else cell
