"""What is read in labelled sentences, and what simpler readers make of the same ones."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from coach import flow
from coach.core.model import Assessment, Component
from coach.evals import baselines, cases
from coach.evals import trace as kept
from coach.evals.scorers import Mark, Marks, yes
from coach.evals.subjects import Subject
from coach.evals.suites.base import Item, Suite
from coach.evals.trace import Trace

FIRST_SIGHT = ("fresh.jsonl", "later.jsonl")
"""Files labelled when the reading already held on the others."""
_BESIDE = ("metric", "value", "deadline")
_LANGUAGES = ("fr", "en")


def folder(where: Path) -> Path | None:
    """The labelled sentences: beside other cases, or among the tests of the repository."""
    own = where / "reading"
    if own.is_dir():
        return own
    tests = cases.folder().parent.parent / "tests" / "sentences"
    return tests if where == cases.folder() and tests.is_dir() else None


def rows(where: Path) -> dict[str, dict[str, Any]]:
    """The labelled sentences by id, each with the file it stands in."""
    found: dict[str, dict[str, Any]] = {}
    place = folder(where)
    for path in sorted(place.glob("*.jsonl")) if place else ():
        for row in cases.rows(path):
            found[row["id"]] = {**row, "file": path.name}
    return found


class Reading(Suite):
    """One sentence an item; nothing is asked, and whoever writes the drafts makes no difference."""

    name = "reading"
    about = "Facts and verdicts against what a careful reader labelled; simpler readers beside."
    metrics = {
        "kind": "told a goal from what is none",
        "language": "told the language",
        "specific": "verdict as labelled",
        "measurable": "verdict as labelled",
        "time_bound": "verdict as labelled",
        "metric": "the right indicator",
        "value": "the right figure",
        "unit": "the right unit",
        "deadline": "the right day",
        "no_false_deadline": "no day where there is none",
        "quantities": "every number of the text, and no other",
        **{f"regex_{name}": "what one pattern a fact reads" for name in _BESIDE},
        **{f"empty_{name}": "what reading nothing would get right" for name in _BESIDE},
        **{f"dateparser_{name}": "what dateparser reads (full run)" for name in ("deadline",)},
    }
    reported = frozenset({*(f"{who}_{name}" for who in ("regex", "empty") for name in _BESIDE), "dateparser_deadline"})
    needs_dialogue = False
    pack = 60

    @cached_property
    def rows(self) -> Mapping[str, Mapping[str, Any]]:
        """By id."""
        return rows(self.folder)

    def items(self) -> Sequence[Item]:
        """As Suite says."""
        return [
            Item(one["id"], one["id"], one.get("pair") or one["id"], {
                "lang": one["lang"], "split": one["split"], "shape": one["shape"],
                "source": one["file"].removesuffix(".jsonl") if one["file"] in FIRST_SIGHT else "tuned",
            })
            for one in self.rows.values()
        ]  # fmt: skip

    async def play(self, item: Item, subject: Subject) -> tuple[Trace, str]:
        """As Suite says."""
        text = self.rows[item.case]["text"]
        read = flow.check(text, today=cases.TODAY)
        first = kept.goal(read.reading.first)
        verdicts = (
            {name: read.criteria[name].verdict for name in ("specific", "measurable", "time_bound")}
            if read.criteria
            else {}
        )
        found = {**first, "kind": read.reading.kind, "language": read.reading.language, **verdicts}
        found["quantities"] = json.dumps(sorted((q.value, q.unit) for q in read.reading.quantities))
        return Trace(found=found), text

    def keeps(self, item: Item, trace: Trace, marks: Marks) -> bool:
        """Only where something was misread."""
        return any(marks[name].value == 0 for name in self.judged if name in marks)

    def marks(self, item: Item, trace: Trace) -> Marks:
        """As Suite says."""
        row, found = self.rows[item.case], trace.found
        labels = row["labels"]
        out = {"kind": _same("kind", found["kind"], "non_goal" if labels["class"] == "non_goal" else "goal")}
        if row["lang"] in _LANGUAGES:
            out["language"] = _same("language", found["language"], row["lang"])
        if labels["class"] == "non_goal" or row["lang"] not in _LANGUAGES:
            return out
        for name in ("specific", "measurable", "time_bound"):
            out[name] = yes(
                (found[name] in ("pass", "warn")) == labels[name], f"{found[name]}, labelled {labels[name]}"
            )
        out |= _facts(labels, found)
        want = sorted((float(q["value"]), q["unit"]) for q in labels["quantities"])
        out["quantities"] = _same("quantities", [tuple(one) for one in json.loads(found["quantities"])], want)
        return out | self._beside(row)

    def _beside(self, row: Mapping[str, Any]) -> Marks:
        """What a regex, nothing, and in the full run dateparser would read."""
        text, facts = row["text"], row["labels"]["facts"]
        due = baselines.deadline(text)
        told: dict[str, Any] = {
            "metric": baselines.metric(text) or "other", "value": baselines.value(text)[0], "deadline": due and due.isoformat(),
        }  # fmt: skip
        out = {f"regex_{name}": _fact(name, told[name], facts) for name in _BESIDE}
        out |= {f"empty_{name}": _fact(name, None, facts) for name in _BESIDE}
        if self.full:
            out["dateparser_deadline"] = _fact("deadline", _dateparser(text, row["lang"]), facts)
        return out


def _facts(labels: Mapping[str, Any], found: Mapping[str, Any]) -> Marks:
    facts = labels["facts"]
    out = {name: _fact(name, found[name], facts) for name in ("metric", "value", "unit", "deadline")}
    if not facts["deadline"] and not labels["time_bound"]:
        out["no_false_deadline"] = _same("deadline", found["deadline"], None)
    if not facts["deadline"]:
        out["deadline"] = Mark(None)
    return out


def _fact(name: str, got: Any, facts: Mapping[str, Any]) -> Mark:
    want = facts[name]
    if name == "deadline" and not want:
        return Mark(None)
    if name == "value":
        near = got is not None and want is not None and abs(got - want) <= 1e-6 * max(1.0, abs(want))
        return yes(near or (got is None and want is None), f"value {got}, labelled {want}")
    return _same(name, got, want)


def _same(name: str, got: Any, want: Any) -> Mark:
    return yes(got == want, f"{name} {got}, labelled {want}")


def _dateparser(text: str, language: str) -> str | None:
    try:
        from dateparser.search import search_dates
    except ImportError:
        return None
    settings = {"RELATIVE_BASE": dt.datetime.combine(cases.TODAY, dt.time()), "PREFER_DATES_FROM": "future"}
    found = search_dates(text, languages=[language], settings=settings)  # type: ignore[arg-type]
    return found[-1][1].date().isoformat() if found else None


def verdicts(read: Assessment) -> dict[str, str]:
    """What the text alone decides."""
    return {name: read.criteria[name].verdict for name in ("specific", "measurable", "time_bound")}


def slots(goal: Component) -> dict[str, Any]:
    """What must not change when only the form of a text does."""
    plain = kept.goal(goal)
    return {name: plain[name] for name in ("metric", "value", "unit", "deadline", "cadence")}
