"""From records to ``summary.json``: the same records give the same bytes, whatever the order or the hour."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from coach.evals import gates, statistics
from coach.evals.gates import Gate
from coach.evals.records import Record
from coach.evals.statistics import Interval
from coach.evals.suites import Suite

_SPLITS = ("lang", "maturity", "company", "axis", "persona", "split", "kind", "form", "shape", "channel", "source")
_FEWEST_OF_A_SPLIT = 5


def intervals(suite: Suite, records: Sequence[Record]) -> dict[str, Interval | None]:
    """Every metric of a suite with its interval, and what only all cases together tell."""
    found: dict[str, Interval | None] = {}
    for metric in suite.metrics:
        found[metric] = interval(suite, metric, records)
    for name, value in suite.altogether(records).items():
        found[name] = Interval(value, value, value, len(records))
    return found


def interval(suite: Suite, metric: str, records: Sequence[Record]) -> Interval | None:
    """One metric's mean over the cases that had something to judge, with its 95 % interval."""
    told = [(value, record.cluster) for record in records if (value := record.mark(metric).value) is not None]
    return statistics.by_cluster([v for v, _ in told], [c for _, c in told], share=metric not in suite.plain_counts)


def of_suite(suite: Suite, records: Sequence[Record], judged: Sequence[Gate]) -> dict[str, Any]:
    """The part of one suite."""
    return {
        "about": suite.about,
        "cases": len(records),
        "clusters": len({record.cluster for record in records}),
        "errors": sum(bool(record.error) for record in records),
        "metrics": {name: _shown(found, len(records)) for name, found in intervals(suite, records).items() if found},
        "splits": _splits(suite, records),
        "gates": [gate.model_dump() for gate in judged],
        "passed": all(gate.passed for gate in judged),
    }


def _shown(found: Interval, cases: int) -> dict[str, Any]:
    return {
        "mean": round(found.mean, 4), "low": round(found.low, 4), "high": round(found.high, 4), "n": found.n,
        "not_judged": max(0, cases - found.n),
    }  # fmt: skip


def _splits(suite: Suite, records: Sequence[Record]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for tag in _SPLITS:
        groups = sorted({record.tags.get(tag, "") for record in records} - {""})
        if len(groups) < 2:
            continue
        found[tag] = {}
        for group in groups:
            chosen = [record for record in records if record.tags.get(tag) == group]
            if len(chosen) >= _FEWEST_OF_A_SPLIT:
                means = {name: interval(suite, name, chosen) for name in suite.metrics}
                found[tag][group] = {"cases": len(chosen)} | {n: round(i.mean, 4) for n, i in means.items() if i}
    return found


def compared(suite: Suite, records: Sequence[Record], before: Mapping[str, Mapping[str, float]]) -> list[Gate]:
    """Against the cases of a baseline: a gate for every metric that both judged."""
    clusters = {record.id: record.cluster for record in records}
    out = []
    for metric in suite.metrics:
        if metric in suite.plain_counts or metric not in before:
            continue
        after = {one.id: value for one in records if (value := one.mark(metric).value) is not None}
        gap = statistics.paired(before[metric], after, clusters)
        if gap is not None:
            out.append(gates.regression(suite.name, metric, gap))
    return out


def case_marks(records: Sequence[Record]) -> dict[str, dict[str, dict[str, float]]]:
    """Suite → metric → case → mark: what a later run is compared with, pair by pair."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for record in sorted(records, key=lambda one: one.key):
        for metric, (value, _) in record.marks.items():
            if value is not None:
                found.setdefault(record.suite, {}).setdefault(metric, {})[record.id] = value
    return found


def write(path: Path, content: Mapping[str, Any]) -> None:
    """JSON that does not change unless what it says does; whole or not at all."""
    part = path.with_suffix(path.suffix + ".part")
    part.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    part.replace(path)
