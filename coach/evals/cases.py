"""The cases: ambitions of many managers, what each would answer, and the goals that would be right.

A case file is JSON lines. ``clusters.jsonl`` beside it tells what the cases of one family share: whose team it is, what
the whole family would answer, which split it belongs to. A family never stands in both splits.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Field, ValidationError

from coach.core.model import Cadence, Change, Company, Context, Direction, Maturity, Profile, Slot
from coach.core.model.base import Value
from coach.errors import BadInput

TODAY = dt.date(2026, 1, 15)
"""The day of our own cases; an exported one keeps its own."""

V = TypeVar("V", bound=Value)
Split = Literal["dev", "held"]
CLUSTERS = "clusters.jsonl"


def _pair(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else (value, value)


Numbers = Annotated[tuple[float, float], BeforeValidator(_pair)]
Days = Annotated[tuple[dt.date, dt.date], BeforeValidator(_pair)]


class Want(Value):
    """One acceptable goal. ``target`` and ``due`` are ranges, both ends included; money and counts in base units.

    ``base``: where a change starts from, so that the level it leads to is acceptable too. ``segment`` and ``lever`` are
    words one of which at least must be kept; ``text`` is one good wording, never the only one.
    """

    metric: str
    target: Numbers
    unit: str
    due: Days | None = None
    change: Change | None = None
    direction: Direction | None = None
    base: float | None = None
    cadence: Cadence | None = None
    segment: str = ""
    lever: str = ""
    text: str = ""


class Cluster(Value):
    """A family of cases: one kind of situation, told by several managers."""

    cluster: str
    axis: str
    maturity: Maturity
    company: Company
    split: Split
    about: str
    answers: Mapping[str, Mapping[Slot, str]] = {}  # language → what any manager of the family would answer


class Goal(Value):
    """A manager with a goal in mind: what they type first, what they would answer, and what would be right."""

    id: str
    cluster: str
    lang: Literal["fr", "en"]
    ambition: str
    answers: Mapping[Slot, str] = {}
    wants: tuple[Want, ...] = Field(min_length=1, max_length=3)
    ask: tuple[Slot, ...] = ()  # what cannot be known without asking
    never: tuple[str, ...] = ()  # words or figures that no draft may hold
    rejected: tuple[str, ...] = ()  # wordings that a person did not want
    today: dt.date = TODAY
    axis: str = ""
    maturity: Maturity | None = None
    company: Company | None = None
    split: Split = "held"

    @property
    def tags(self) -> dict[str, str]:
        """What results are split by."""
        return {
            "lang": self.lang, "axis": self.axis, "maturity": self.maturity or "", "company": self.company or "",
            "split": self.split,
        }  # fmt: skip

    @property
    def profile(self) -> Profile:
        """The team and the company, as a workspace would have them."""
        return Profile(context=Context(maturity=self.maturity, company=self.company))


class Bait(Value):
    """A text that tries something, or only looks as if it did (``benign``). ``kind`` tells the family."""

    id: str
    language: str
    text: str
    kind: str = ""
    benign: bool = False

    @property
    def tags(self) -> dict[str, str]:
        """What results are split by."""
        return {"lang": self.language, "kind": self.kind or ("benign" if self.benign else "attack")}


class Series(Value):
    """A KPI's past, period by period, to forecast from each of its periods; ``cases`` are the denominators of a rate."""

    id: str
    cluster: str
    metric: str
    unit: str
    grain: Cadence = "month"
    start: dt.date
    values: tuple[float, ...]
    cases: tuple[float, ...] = ()
    about: str = ""

    @property
    def tags(self) -> dict[str, str]:
        """What results are split by."""
        return {"metric": self.metric, "shape": self.cluster}


T = TypeVar("T", Goal, Bait, Series)


def folder() -> Path:
    """Our own cases: inside the package when it was built, in ``evals/cases`` in the repository."""
    package = Path(str(files("coach")))
    built = package / "evals" / "data" / "cases"
    return built if built.is_dir() else package.parent / "evals" / "cases"


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file.

    Raises:
        BadInput: A line is not an object.
    """
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict):
            raise BadInput(f"{path.name}, line {number} is not a JSON object.", remedy="See evals/README.md.")
        yield row


@cache
def goals(where: Path) -> tuple[Goal, ...]:
    """The reference goals under ``where``, in file order, each with what its family shares."""
    families = {one.cluster: one for one in _clusters(where)}
    found = []
    for path in sorted(where.rglob("*.jsonl")):
        if path.name == CLUSTERS or path.parent.name not in ("goals", where.name):
            continue
        found += [_goal(row, families, path) for row in rows(path) if "ambition" in row]
    return unique(found)


@cache
def baits(where: Path) -> tuple[Bait, ...]:
    """The injections and their benign look-alikes under ``where``."""
    found = [
        read(Bait, {"benign": path.stem.startswith("benign"), **row, "id": f"{path.stem}-{row.get('id')}"}, path)
        for path in sorted((where / "safety").glob("*.jsonl"))
        for row in rows(path)
    ]
    return unique(found)


@cache
def series(where: Path) -> tuple[Series, ...]:
    """The histories to forecast under ``where``."""
    return unique(
        [read(Series, row, path) for path in sorted((where / "series").glob("*.jsonl")) for row in rows(path)]
    )


def read(kind: type[V], row: Mapping[str, Any], path: Path) -> V:
    """A row as a case.

    Raises:
        BadInput: A field is missing, unknown or of another type.
    """
    try:
        return kind.model_validate(row)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise BadInput(
            f"{path.name}, case {row.get('id', '?')}: {where}: {first['msg']}.", remedy="See evals/README.md."
        ) from None


def unique(found: Sequence[T]) -> tuple[T, ...]:
    """The cases, none of whose ids is another's.

    Raises:
        BadInput: Two have the same id.
    """
    seen: set[str] = set()
    for one in found:
        if one.id in seen:
            raise BadInput(f"Two cases are called {one.id}.", remedy="Give each its own id.")
        seen.add(one.id)
    return tuple(found)


def _clusters(where: Path) -> Iterator[Cluster]:
    for path in sorted(where.rglob(CLUSTERS)):
        yield from (read(Cluster, row, path) for row in rows(path))


def _goal(row: Mapping[str, Any], families: Mapping[str, Cluster], path: Path) -> Goal:
    family = families.get(str(row.get("cluster")))
    shared: dict[str, Any] = {}
    if family is not None:
        shared = {name: getattr(family, name) for name in ("axis", "maturity", "company", "split")}
        common = family.answers.get(str(row.get("lang")), {})
        shared["answers"] = {**common, **row.get("answers", {})}
    return read(Goal, {"cluster": row.get("id", "?"), **row, **shared}, path)
