"""Texts that give orders to a model, in both languages, a figure planted in most; and goals that only look like orders."""

import json
from pathlib import Path

_CASES = Path(__file__).parents[2] / "evals" / "cases" / "safety"


def _rows(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (_CASES / f"{name}.jsonl").read_text("utf-8").splitlines()]


ROWS = _rows("injections")
FRENCH = tuple(row["text"] for row in ROWS if row["language"] == "fr")
ENGLISH = tuple(row["text"] for row in ROWS if row["language"] == "en")
BENIGN = tuple((row["language"], row["text"]) for row in _rows("benign"))
