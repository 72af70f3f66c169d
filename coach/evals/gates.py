"""The recorded gates, and whether a run passes them.

``hard``: not one case may fall below it. ``floor``: the lower end of the interval must reach it. ``most``: the mean must
not exceed it. ``between``: the mean lies inside. ``of = "models"`` keeps a gate for runs in which a model writes. A gate
on a metric that judged nothing fails: silence is no pass.
"""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from coach.core.model.base import Value
from coach.errors import BadInput
from coach.evals.records import Record
from coach.evals.statistics import Interval

FILE = "gates.toml"
Kind = Literal["hard", "floor", "most", "between", "regression", "errors", "empty"]


class Gate(Value):
    """One gate as it came out. ``told``: what it means, in words."""

    suite: str
    metric: str
    kind: Kind
    bound: str
    found: str
    passed: bool
    told: str = ""


def load(path: Path) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """Suite → metric → kind → bound.

    Raises:
        BadInput: The file is not TOML, or a kind is unknown.
    """
    try:
        read = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"{path} cannot be read ({error}).", remedy="See evals/README.md for its form.") from None
    for suite, metrics in read.items():
        for metric, kinds in metrics.items():
            unknown = set(kinds) - {"hard", "floor", "most", "between", "of"}
            if unknown:
                raise BadInput(
                    f"{path.name}: {suite}.{metric}: {', '.join(unknown)} is no gate.",
                    remedy="hard, floor, most or between.",
                )
    return read


def judge(
    suite: str,
    gates: Mapping[str, Mapping[str, Any]],
    intervals: Mapping[str, Interval | None],
    records: Sequence[Record],
    *,
    sample: bool = False,
    model: bool = False,
) -> list[Gate]:
    """Every gate of one suite, the two that need no recording first: some case ran, and none broke.

    ``sample``: only some cases were taken, so that a floor fails when the whole interval lies under it, not its lower end.
    """
    broken = [one for one in records if one.error]
    out = [
        Gate(suite=suite, metric="cases", kind="empty", bound="at least 1", found=str(len(records)), passed=bool(records)),
        Gate(
            suite=suite, metric="error_rate", kind="errors", bound="0",
            found=f"{len(broken)} of {len(records)}", passed=not broken, told=broken[0].error if broken else "",
        ),
    ]  # fmt: skip
    for metric, kinds in gates.items():
        if kinds.get("of") == "models" and not model:
            continue
        for kind, bound in kinds.items():
            if kind != "of":
                out.append(_judge(suite, metric, kind, bound, intervals.get(metric), records, sample))
    return out


def _judge(
    suite: str, metric: str, kind: str, bound: Any, got: Interval | None, records: Sequence[Record], sample: bool
) -> Gate:
    base: dict[str, Any] = {"suite": suite, "metric": metric, "kind": kind, "bound": _shown(bound)}
    if got is None:
        return Gate(**base, found="nothing judged", passed=sample, told="too few cases" if sample else "no case told")
    if kind == "hard":
        below = [one for one in records if (value := one.mark(metric).value) is not None and value < bound]
        return Gate(**base, found=f"{len(below)} of {got.n} below", passed=not below, told=_listed(below))
    if kind == "floor":
        edge = got.high if sample else got.low
        return Gate(**base, found=f"{got.mean:.3f} [{got.low:.3f}, {got.high:.3f}]", passed=edge >= bound)
    if kind == "most":
        return Gate(**base, found=f"{got.mean:.3f}", passed=got.mean <= bound)
    low, high = bound
    return Gate(
        **base,
        found=f"{got.mean:.3f}",
        passed=low <= got.mean <= high or (sample and got.low <= high and got.high >= low),
    )


def regression(suite: str, metric: str, gap: Interval) -> Gate:
    """Against the baseline: fails when the whole interval of the paired difference is below zero."""
    return Gate(
        suite=suite, metric=metric, kind="regression", bound="interval not below 0",
        found=f"{gap.mean:+.3f} [{gap.low:+.3f}, {gap.high:+.3f}] on {gap.n} cases", passed=gap.high >= 0 or gap.mean >= 0,
    )  # fmt: skip


def _listed(records: Sequence[Record]) -> str:
    return ", ".join(one.id for one in records[:5]) + ("…" if len(records) > 5 else "")


def _shown(bound: Any) -> str:
    return " to ".join(f"{one:g}" for one in bound) if isinstance(bound, list) else f"{bound:g}"
