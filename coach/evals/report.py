"""The one-file page: figures, gates, and every case in which something is amiss, readable from what was said on."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from coach.evals.records import Record
from coach.evals.suites import Suite

_COLUMNS = 8
_MOST_SHOWN = 400  # cases a suite; the table holds all


def page(
    summary: Mapping[str, Any], records: Sequence[Record], chosen: Sequence[Suite], times: Mapping[str, Any]
) -> str:
    """The page: nothing in it is fetched from anywhere, and nothing in a case is taken for markup."""
    failed = [gate for part in summary["suites"].values() for gate in part["gates"] if not gate["passed"]]
    return _template().render(
        summary=summary,
        failed=failed,
        meanings={suite.name: suite.metrics for suite in chosen},
        shown={suite.name: _columns(suite, summary["suites"][suite.name]) for suite in chosen},
        amiss={suite.name: _amiss(suite, records) for suite in chosen},
        times=times,
    )


def times(records: Sequence[Record], calls: Path | None = None) -> dict[str, Any]:
    """How long the cases took, and what the models' kept answers cost; apart from the summary: no two runs take the same."""
    spent = sorted(record.seconds for record in records)
    if not spent:
        return {}
    return {
        "seconds a case, median": round(spent[len(spent) // 2], 3),
        "seconds a case, 95th of 100": round(spent[int(len(spent) * 0.95)], 3),
        "seconds in all, over all processes": round(sum(spent), 1),
        **_paid(calls),
    }


def _paid(calls: Path | None) -> dict[str, int]:
    """Answers a model gave, and their tokens, prompts included."""
    if calls is None or not calls.is_file():
        return {}
    tokens = []
    for line in calls.read_text("utf-8").splitlines():
        try:
            tokens.append(int(json.loads(line)["tokens"]))
        except (ValueError, KeyError):
            continue  # cut short by a kill
    return {"answers of the model": len(tokens), "tokens": sum(tokens)}


def _columns(suite: Suite, part: Mapping[str, Any]) -> list[str]:
    """The metrics of the splits: the gated ones first."""
    gated = [gate["metric"] for gate in part["gates"] if gate["metric"] in suite.metrics]
    return list(dict.fromkeys((*gated, *suite.metrics)))[:_COLUMNS]


def _amiss(suite: Suite, records: Sequence[Record]) -> list[dict[str, Any]]:
    found = []
    for record in records:
        if record.suite != suite.name:
            continue
        wrong = [
            {"metric": metric, "value": value, "why": why}
            for metric, (value, why) in record.marks.items()
            if metric in suite.judged and value is not None and value < 1
        ]
        if wrong or record.error:
            found.append({**record.model_dump(exclude={"trace"}), "trace": record.trace, "wrong": wrong})
    return found[:_MOST_SHOWN]


@cache
def _template() -> Any:
    from jinja2 import Environment, StrictUndefined

    source = (files("coach.evals") / "report.html.jinja").read_text("utf-8")
    return Environment(undefined=StrictUndefined, autoescape=True).from_string(source)
