"""Score the reading and its review against the labelled sentences.

As a script, from the root of the repository::

    python -m tests.sentences.score [--fresh | --later] [--split dev|held] [--errors]

prints every figure per language with its number of rows; nothing is left out silently.
"""

import argparse
import datetime as dt
import functools
import json
import pathlib
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from coach.core import smart
from coach.core.facts import reading
from coach.core.model import Assessment, Component, Profile

TODAY = dt.date(2026, 1, 15)
HERE = pathlib.Path(__file__).parent
FILES = ("pairs.jsonl", "single.jsonl")
FRESH = "fresh.jsonl"  # labelled after the reader had been mended on the others; see the README
LATER = "later.jsonl"  # batches labelled one after the other, each scored once before the reading was mended on it
LANGUAGES = ("fr", "en")
GATED = (
    "kind", "language", "specific", "measurable", "time_bound", "deadline exact", "no false deadline",
    "metric", "value", "unit", "quantities",
)  # fmt: skip
"""The figures that must hold; the others are printed for whoever mends the reading."""

Row = Mapping[str, Any]


class Figure(NamedTuple):
    """One fact of one row: what was read and what the label says."""

    name: str
    right: bool
    got: object
    want: object


class Score(NamedTuple):
    """Rows read rightly out of rows seen, for one figure in one language."""

    right: int
    seen: int

    @property
    def share(self) -> float:
        return self.right / self.seen


class Miss(NamedTuple):
    """A row that was read otherwise than labelled."""

    row: Row
    figure: Figure

    def __str__(self) -> str:
        figure, row = self.figure, self.row
        return f"{figure.name:18} {row['id']:8} got {figure.got!r} want {figure.want!r}: {row['text'][:160]!r}"


def rows(*files: str, split: str | None = None) -> list[Row]:
    """The labelled rows in file order, of one split or of both."""
    read = [json.loads(line) for name in files or FILES for line in (HERE / name).read_text("utf-8").splitlines()]
    return [row for row in read if split in (None, row["split"])]


@functools.lru_cache(maxsize=20_000)
def assess(text: str) -> Assessment:
    """What coach says of a text on the reference day; remembered, since several tests ask for the same texts."""
    return smart.review(reading.extract(text, today=TODAY), Profile())


def passes(assessment: Assessment, criterion: str) -> bool:
    """A warning is a pass with a remark; ``unknown`` is no pass."""
    return assessment.criteria[criterion].verdict in ("pass", "warn")


def same_number(got: float | None, want: float | None) -> bool:
    if got is None or want is None:
        return got is want
    return abs(got - want) <= 1e-6 * max(1.0, abs(want))


def near(day: str) -> set[str]:
    """A deadline and the days beside it: "before" and "by" are read either way."""
    middle = dt.date.fromisoformat(day)
    return {(middle + dt.timedelta(days=shift)).isoformat() for shift in (-1, 0, 1)}


def figures(row: Row, assessment: Assessment) -> list[Figure]:
    """Every fact of a row that can be right or wrong."""
    labels, lang = row["labels"], row["lang"]
    found = assessment.reading
    out = [_equal("kind", found.kind, "non_goal" if labels["class"] == "non_goal" else "goal")]
    if lang in LANGUAGES:
        out.append(_equal("language", found.language, lang))
    if labels["class"] == "non_goal" or lang not in LANGUAGES:
        return out
    return (
        out
        + _verdicts(labels, assessment)
        + _time(labels, found.first)
        + _target(labels, found.first)
        + [
            _quantities(labels, assessment),
            _equal("components", max(1, len(found.components)), labels["facts"]["n_components"]),
        ]
    )


def _equal(name: str, got: object, want: object) -> Figure:
    return Figure(name, got == want, got, want)


def _verdicts(labels: Row, assessment: Assessment) -> list[Figure]:
    names = ("specific", "measurable", "time_bound")
    return [Figure(n, passes(assessment, n) == labels[n], assessment.criteria[n].verdict, labels[n]) for n in names]


def _time(labels: Row, first: Component) -> list[Figure]:
    facts, got = labels["facts"], first.deadline and first.deadline.isoformat()
    out = [_equal("time_basis", first.time_basis, labels["time_basis"])]
    if facts["deadline"]:
        close = near(facts["deadline"]) | set(facts["deadline_alt"])
        out.append(_equal("deadline exact", got, facts["deadline"]))
        out.append(Figure("deadline lenient", got in close, got, facts["deadline"]))
    elif not labels["time_bound"]:
        out.append(_equal("no false deadline", got, None))
    return out


def _target(labels: Row, first: Component) -> list[Figure]:
    facts = labels["facts"]
    plain = [_equal(n, getattr(first, n), facts[n]) for n in ("metric", "unit", "change", "direction", "cadence")]
    numbers = ("value", "value_max", "baseline")
    compared = [Figure(n, same_number(getattr(first, n), facts[n]), getattr(first, n), facts[n]) for n in numbers]
    return [*plain, *compared, _equal("comparator", first.comparator, facts["comparator"])]


def _quantities(labels: Row, assessment: Assessment) -> Figure:
    want = sorted((float(q["value"]), q["unit"]) for q in labels["quantities"])
    return _equal("quantities", sorted((float(q.value), q.unit) for q in assessment.reading.quantities), want)


def tally(
    chosen: Iterable[Row], judge: Callable[[str], Assessment] = assess
) -> tuple[dict[tuple[str, str], Score], list[Miss]]:
    """Scores by language and figure, and every miss."""
    right: Counter[tuple[str, str]] = Counter()
    seen: Counter[tuple[str, str]] = Counter()
    misses: list[Miss] = []
    for row in chosen:
        for figure in figures(row, judge(row["text"])):
            key = row["lang"], figure.name
            seen[key] += 1
            right[key] += figure.right
            if not figure.right:
                misses.append(Miss(row, figure))
    return {key: Score(right[key], seen[key]) for key in seen}, misses


def table(scores: Mapping[tuple[str, str], Score]) -> str:
    """One line per figure, one column per language; gated figures carry a star."""
    names = list(dict.fromkeys(name for _, name in scores))
    lines = [f"{'':22}" + "".join(f"{lang:>18}" for lang in LANGUAGES)]
    for name in names:
        cells = [scores.get((lang, name)) for lang in LANGUAGES]
        shown = "".join(f"{c.share:>11.3f} ({c.seen:>4})" if c else f"{'-':>18}" for c in cells)
        lines.append(f"{'*' if name in GATED else ' '} {name:20}{shown}")
    return "\n".join(lines)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--fresh", action="store_true", help="the sentences labelled last, instead of the others")
    ask.add_argument("--later", action="store_true", help="the batches labelled one after the other")
    ask.add_argument("--split", choices=("dev", "held"))
    ask.add_argument("--errors", action="store_true", help="print the rows that are read otherwise than labelled")
    args = ask.parse_args()
    files = [FRESH] if args.fresh else [LATER] if args.later else FILES
    scores, misses = tally(rows(*files, split=args.split))
    sys.stdout.write(table(scores) + "\n")
    if args.errors:
        sys.stdout.write("\n".join(map(str, misses)) + "\n")


if __name__ == "__main__":
    main()
