"""What a suite is: which cases, how one is played, how its trace is marked, and what only all of them tell."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from coach.evals.records import Record, marked
from coach.evals.scorers import Mark, Marks
from coach.evals.subjects import Subject
from coach.evals.trace import Trace


@dataclass(frozen=True)
class Item:
    """One thing to play: a case, and how it is played."""

    id: str
    case: str
    cluster: str
    tags: Mapping[str, str] = field(default_factory=dict)
    how: str = ""


class Suite:
    """The base of all: subclasses say which items there are and what comes of one."""

    name: ClassVar[str]
    about: ClassVar[str]
    metrics: ClassVar[Mapping[str, str]]
    """Every metric, and what 1 means; the others a scorer gives are kept with the case only."""
    plain_counts: ClassVar[frozenset[str]] = frozenset()
    """Metrics that are counts, not shares."""
    reported: ClassVar[frozenset[str]] = frozenset()
    """Shares of which less than 1 is nothing amiss."""
    needs_dialogue: ClassVar[bool] = True
    """Whether the subject plays; the others judge the reading alone, whoever writes."""
    pack: ClassVar[int] = 1
    """Items one worker takes at a time."""
    optional: ClassVar[bool] = False
    """Run only when it is named."""
    waits: ClassVar[bool] = False
    """Whether it calls a model itself: then it is played in this process."""

    def __init__(self, folder: Path, *, full: bool = False, judge: str = "", calls: Path | None = None) -> None:
        self.folder = folder
        self.full = full
        self.judge = judge
        self.calls = calls

    @property
    def judged(self) -> frozenset[str]:
        """The metrics of which anything under 1 is a finding."""
        return frozenset(self.metrics) - self.plain_counts - self.reported

    def items(self) -> Sequence[Item]:
        """All there is to play, in a fixed order."""
        raise NotImplementedError  # pragma: no cover

    async def play(self, item: Item, subject: Subject) -> tuple[Trace, str]:
        """What happened, and the text a person knows the case by."""
        raise NotImplementedError  # pragma: no cover

    def marks(self, item: Item, trace: Trace) -> Marks:
        """The scorers' word on a trace."""
        raise NotImplementedError  # pragma: no cover

    def keeps(self, item: Item, trace: Trace, marks: Marks) -> bool:
        """Whether a reader may want the trace: always where something is amiss."""
        return True

    def altogether(self, records: Sequence[Record]) -> Mapping[str, float]:
        """What only all cases together tell."""
        return {}

    async def record(self, item: Item, subject: Subject) -> Record:
        """Play one item and mark it; whatever goes wrong is a record with an error and zeros."""
        begun = time.perf_counter()
        base = {"suite": self.name, "id": item.id, "cluster": item.cluster, "tags": dict(item.tags)}
        try:
            trace, text = await self.play(item, subject)
            marks = self.marks(item, trace)
        except Exception as error:  # a case that breaks is a finding, and the others go on
            zeros: Marks = {name: Mark(0.0, "error") for name in self.metrics if name not in self.plain_counts}
            return Record(
                **base, text=item.case, marks=marked(zeros), error=f"{type(error).__name__}: {error}"[:500],
                seconds=time.perf_counter() - begun,
            )  # fmt: skip
        kept = trace if self.keeps(item, trace, marks) else None
        return Record(**base, text=text, marks=marked(marks), trace=kept, seconds=time.perf_counter() - begun)
