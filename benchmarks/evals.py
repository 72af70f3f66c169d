"""The tables of ``evals/README.md``, from runs of ``coach eval``.

coach eval --output evals/runs/rules                          # or any --model
python -m benchmarks.evals add evals/runs/rules               # keeps its row, renews the page
python -m benchmarks.evals                                    # renews the page from the rows kept
"""

import argparse
import gzip
import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

ROOT = pathlib.Path(__file__).parents[1]
PAGE = ROOT / "evals" / "README.md"
ROWS = ROOT / "evals" / "leaderboard"
BEGIN, END = "<!-- figures: python -m benchmarks.evals -->", "<!-- end of figures -->"

WRITTEN = (
    ("exact", "the goal, all of it"),
    ("slots", "parts of the goal"),
    ("fact_fidelity", "no unsourced figure"),
    ("fact_attribution", "figures that their stated source holds"),
    ("smart", "SMART"),
    ("lpr", "own language"),
    ("authored", "own words shown"),
)
ORDER = ("rules", "model", "oneshot", "baseline", "stub")


def row(run: pathlib.Path) -> dict[str, Any]:
    """What is kept of a run: whose it is, on how many cases, and every metric with its interval."""
    summary = json.loads((run / "summary.json").read_text("utf-8"))
    return {
        "model": summary["model"],
        "coach": summary["coach"],
        "hashes": summary["hashes"],
        "limit": summary["limit"],
        "suites": {
            name: {"cases": part["cases"], "clusters": part["clusters"], "metrics": part["metrics"], "splits": _kept(part)}
            for name, part in summary["suites"].items()
        },
    }  # fmt: skip


def _kept(part: Mapping[str, Any]) -> dict[str, Any]:
    return {tag: groups for tag, groups in part["splits"].items() if tag in ("lang", "split", "persona", "source")}


def kept() -> list[dict[str, Any]]:
    """The rows, the built-in drafter first, then by how good they are."""
    rows = [json.loads(path.read_text("utf-8")) for path in sorted(ROWS.glob("*.json"))]
    return sorted(rows, key=lambda one: (_place(one["model"]), -_mean(one, "drafting", "exact"), one["model"]))


def _place(model: str) -> int:
    kind = model.partition("/")[0]
    return ORDER.index(kind if kind in ORDER else "model")


def _mean(one: Mapping[str, Any], suite: str, metric: str) -> float:
    return one["suites"].get(suite, {}).get("metrics", {}).get(metric, {}).get("mean", 0.0)


def page(rows: Sequence[Mapping[str, Any]]) -> str:
    """The tables in Markdown."""
    return "\n\n".join(("\n".join(_leaderboard(rows)), "\n".join(_own(rows))))


def _leaderboard(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "| who writes | cases | " + " | ".join(label for _, label in WRITTEN) + " | questions |"
    yield "|---|---|" + "---|" * (len(WRITTEN) + 1)
    for one in rows:
        part = one["suites"].get("drafting")
        if part is None:
            continue
        cells = [_cell(part["metrics"].get(metric)) for metric, _ in WRITTEN]
        asked = part["metrics"].get("questions")
        yield (
            f"| {name(one['model'])} | {part['cases']} | " + " | ".join(cells) + f" | {asked['mean']:.1f} |"
            if asked
            else (f"| {name(one['model'])} | {part['cases']} | " + " | ".join(cells) + " | – |")
        )


def name(model: str) -> str:
    """What a row is called on the page."""
    return {
        "rules": "**built-in drafter** (no model)",
        "baseline/regex": "three fixed questions, answers strung together",
    }.get(model, f"{model.partition('/')[2]}, one prompt, no coach" if model.startswith("oneshot/") else f"`{model}`")


def _cell(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return "–"
    return f"{found['mean']:.1%}<br>{found['low']:.0%}–{found['high']:.0%}"


def _own(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Every metric of the built-in drafter."""
    ours = next((one for one in rows if one["model"] == "rules"), None)
    if ours is None:
        return
    yield "| suite | metric | mean | 95 % interval | judged |"
    yield "|---|---|---|---|---|"
    for suite, part in ours["suites"].items():
        for metric, found in part["metrics"].items():
            yield f"| {suite} | {metric} | {found['mean']:.3f} | {found['low']:.3f} – {found['high']:.3f} | {found['n']} |"


def renew() -> None:
    """Write the tables between their marks."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n\n{page(kept())}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def corpora(where: pathlib.Path) -> None:
    """Write the collected injections as cases; ``make corpora`` fetches them first."""
    from tests.corpora import load

    (where / "safety").mkdir(parents=True, exist_ok=True)
    with (where / "safety" / "injections.jsonl").open("w", encoding="utf-8") as file:
        for at, (source, text) in enumerate(load()):
            row = {"id": str(at), "language": ("en", "fr")[at % 2], "kind": source, "text": text}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def local(limit: int) -> list[pathlib.Path]:
    """Run the local model of ``tests.local`` (fetched by ``make test-llm``) behind coach, and alone with one prompt."""
    from tests.local.server import MODEL, serving

    made = []
    with serving() as served:
        for model, slug in ((MODEL, "local"), (f"oneshot/{MODEL}", "local-alone")):
            made.append(ROOT / "evals" / "runs" / slug)
            command = [sys.executable, "-m", "coach", "eval", "drafting", "--model", model, "--limit", str(limit)]
            environment = {**os.environ, **served.environment}
            subprocess.run([*command, "--output", str(made[-1])], env=environment, cwd=ROOT, check=False)
    return made


def main() -> None:
    """Keep the row of a run, or only renew the page."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("what", nargs="?", choices=("add", "corpora", "local"))
    ask.add_argument("run", nargs="*", type=pathlib.Path)
    ask.add_argument("--limit", type=int, default=24, help="cases for the local model")
    asked = ask.parse_args()
    if asked.what == "corpora":
        corpora(asked.run[0])
        return
    for run in local(asked.limit) if asked.what == "local" else asked.run:
        kept_row = row(run)
        slug = "".join(char if char.isalnum() or char in ".-" else "-" for char in kept_row["model"])
        ROWS.mkdir(exist_ok=True)
        text = json.dumps(kept_row, ensure_ascii=False, indent=1, sort_keys=True)
        (ROWS / f"{slug}.json").write_text(text + "\n", encoding="utf-8")
        if slug == "rules":  # what a later run is compared with, case by case
            marks = (run / "cases.json").read_bytes()
            (ROWS / "rules.marks.json.gz").write_bytes(gzip.compress(marks, mtime=0))
    renew()


if __name__ == "__main__":
    main()
