"""``coach eval``: the run with a bar on a terminal, then one table a suite and the gates that hold or do not."""

import contextlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coach.errors import BadInput

if TYPE_CHECKING:
    from coach.evals.run import Options, Outcome, Progress

HOME = Path("evals/runs")
EXPORTED = Path("evals/own")


def run(
    names: list[str],
    *,
    model: str | None,
    judge: str | None,
    limit: int | None,
    baseline: Path | None,
    folder: Path | None,
    gate_file: Path | None,
    output: Path | None,
    workers: int,
    full: bool,
    fresh: bool,
    as_json: bool,
) -> bool:
    """Play, judge, show; true when every gate holds.

    Raises:
        BadInput: Something asked for is not there, or the engine is missing.
    """
    if names == ["export"]:
        return _export(output or EXPORTED)

    from coach.evals import cases
    from coach.evals import run as evals

    if folder is not None and not folder.is_dir():
        raise BadInput(f"There is no folder {folder}.", remedy="Give a folder with .jsonl files of your cases.")
    model = model or "rules"
    options = evals.Options(
        names=names, model=model, judge=judge or "", limit=limit, baseline=baseline,
        folder=folder or cases.folder(), gate_file=gate_file,
        output=output or HOME / _slug(model), workers=workers, full=full, fresh=fresh,
    )  # fmt: skip
    with _bar() as progress:
        outcome = evals.run(options, progress)
    if as_json:
        import json

        sys.stdout.write(json.dumps(outcome.summary, ensure_ascii=False) + "\n")
    else:
        _show(outcome, options)
    return outcome.passed


def _export(where: Path) -> bool:
    """Adopted goals and marked drafts as cases; true, since nothing is judged."""
    import asyncio

    from coach import service
    from coach.cli.show import console
    from coach.evals.export import export
    from coach.service import people
    from coach.settings import Settings

    async def written() -> tuple[int, int]:
        async with service.opened(Settings.from_environment()) as coach:
            return await export(coach, await people.owner(coach), where)

    cases, rest = asyncio.run(written())
    console.print(
        f"{cases} cases in {where / 'goals.jsonl'}: coach eval drafting --cases {where}", markup=False, soft_wrap=True
    )
    if rest:
        told = f"{rest} drafts that were turned down in {where / 'to-complete.json'}: add what would have been right."
        console.print(told, markup=False, soft_wrap=True)
    return True


def _slug(name: str) -> str:
    return "".join(char if char.isalnum() or char in ".-_" else "-" for char in name)


@contextlib.contextmanager
def _bar() -> Iterator["Progress"]:
    """A bar a suite on a terminal; silence in a pipe."""
    if not sys.stderr.isatty():
        yield lambda suite, done, of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description:12}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def told(suite: str, done: int, of: int) -> None:
            if suite not in tasks:
                tasks[suite] = bar.add_task(suite, total=of)
            bar.update(tasks[suite], completed=done)

        yield told


def _show(outcome: "Outcome", options: "Options") -> None:
    from coach.cli.show import console

    for name, part in outcome.summary["suites"].items():
        title = f"{name} · {part['cases']} cases in {part['clusters']} families"
        console.print(f"\n{title}", style="bold", markup=False)
        console.print(_table(part))
    failed = [gate for gate in outcome.gates if not gate.passed]
    console.print()
    for gate in failed:
        line = f"✗ {gate.suite}.{gate.metric} ({gate.kind} {gate.bound}): {gate.found}"
        console.print(f"{line}. {gate.told}".rstrip(". "), style="red", markup=False)
    held = len(outcome.gates) - len(failed)
    console.print(f"{held} of {len(outcome.gates)} gates hold.", style="red" if failed else "green", markup=False)
    console.print(f"Every case: {outcome.folder / 'report.html'}", style="dim", markup=False, soft_wrap=True)


def _table(part: Mapping[str, Any]) -> Any:
    from rich.table import Table

    table = Table(box=None)
    for title, side in (("", "left"), ("metric", "left"), ("mean", "right"), ("95 %", "right"), ("cases", "right")):
        table.add_column(title, justify=side)  # type: ignore[arg-type]
    for metric, found in part["metrics"].items():
        gates = [gate for gate in part["gates"] if gate["metric"] == metric]
        sign = "" if not gates else "✓" if all(gate["passed"] for gate in gates) else "✗"
        style = {"✓": "green", "✗": "red"}.get(sign, "")
        table.add_row(
            sign,
            metric,
            f"{found['mean']:.3f}",
            f"{found['low']:.3f}–{found['high']:.3f}",
            str(found["n"]),
            style=style,
        )
    return table
