"""What a result belongs to: the cases, the prompts, the code and the model, each as a hash of its bytes."""

import hashlib
import json
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

_CODE = (".py", ".toml", ".po")
_JUDGED = ("core", "evals", "i18n", "llm", "flow.py", "wording.py", "prompts.py", "ports.py", "service/rewording.py")
"""What can change a score; the web pages, the API and the store cannot."""


def data(folder: Path) -> str:
    """Of every case file."""
    return _of(folder, sorted(folder.rglob("*.jsonl")))


def code() -> str:
    """Of the line, its words, the model's door and the evals themselves."""
    package = Path(str(files("coach")))
    found = [path for name in _JUDGED for path in _under(package / name) if path.suffix in _CODE]
    return _of(package, sorted(path for path in found if "data" not in path.parts))


def prompts() -> str:
    """Of every prompt, in both languages."""
    from coach import prompts as texts

    read = {name: texts.load(name).model_dump() for name in texts.names()}
    return of(read)


def of(value: Any) -> str:
    """Of plain data."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _under(path: Path) -> Iterable[Path]:
    return [path] if path.is_file() else path.rglob("*")


def _of(root: Path, paths: Iterable[Path]) -> str:
    whole = hashlib.sha256()
    for path in paths:
        whole.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()[:16]
