"""One case's outcome, the unit of everything that follows; and the journal a killed run goes on from."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from coach.core.model.base import Value
from coach.evals.scorers import Mark, Marks
from coach.evals.trace import Trace


class Record(Value):
    """What came of one case. ``error``: why there is no trace; its marks are then all 0."""

    suite: str
    id: str
    cluster: str
    tags: dict[str, str] = {}
    text: str = ""
    marks: dict[str, tuple[float | None, str]] = {}
    trace: Trace | None = None
    error: str = ""
    seconds: float = 0.0

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from every other."""
        return self.suite, self.id

    def mark(self, metric: str) -> Mark:
        """One score; nothing to judge where the suite has none for this case."""
        value, why = self.marks.get(metric, (None, ""))
        return Mark(value, why)


def marked(marks: Marks) -> dict[str, tuple[float | None, str]]:
    """Marks as a record keeps them."""
    return {name: (None if mark.value is None else round(mark.value, 6), mark.why) for name, mark in marks.items()}


class Journal:
    """Append-only lines: the run's fingerprint, then each finished record. A line cut short by a kill is passed over."""

    def __init__(self, path: Path, fingerprint: str) -> None:
        """A journal of another fingerprint is of another run, and begins anew."""
        self.path = path
        self.done: dict[tuple[str, str], Record] = {}
        kept = list(self._kept(fingerprint))
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            file.write(json.dumps({"run": fingerprint}) + "\n")
            for record in kept:
                self.done[record.key] = record
                file.write(record.model_dump_json() + "\n")
        part.replace(path)  # whole or not at all: a kill here loses nothing

    def add(self, record: Record) -> None:
        """Keep a finished record, on disk before this returns."""
        self.done[record.key] = record
        with self.path.open("a", encoding="utf-8") as file:
            file.write(record.model_dump_json() + "\n")

    def _kept(self, fingerprint: str) -> Iterator[Record]:
        if not self.path.is_file():
            return
        lines = self.path.read_bytes().split(b"\n")
        if _read(lines[0]) != {"run": fingerprint}:
            return
        for line in lines[1:]:
            row = _read(line)
            if row is not None and not row.get("error"):  # what failed is tried again
                yield Record.model_validate(row)


def _read(line: bytes) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) else None
