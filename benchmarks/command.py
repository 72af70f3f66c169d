"""The command's own weight: what a person waits for before anything happens."""

import subprocess
import sys
import time
from collections.abc import Iterator

HEAVY = ("litellm", "numpy", "scipy", "sqlalchemy", "fastapi")


def _seconds(*arguments: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "coach", *arguments], capture_output=True, check=False)
    return time.perf_counter() - start


def heavy_imports(*arguments: str) -> list[str]:
    """Which heavy libraries a command imports."""
    program = f"import sys; sys.argv = ['coach', *{arguments!r}]\nfrom coach.cli import main\ntry: main()\nexcept SystemExit: pass\n"
    program += f"print('HEAVY', [name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return [name for name in HEAVY if name in done.stdout.rpartition("HEAVY")[2]]


def rows() -> Iterator[tuple[str, str, str]]:
    """Table rows: what, measured, to hold."""
    bare = min(_bare() for _ in range(7))
    seconds = min(_seconds("--help") for _ in range(7))
    yield "`coach --help`", f"{seconds:.2f} s (a bare interpreter: {bare:.2f} s)", "under 0.3 s"
    text = "Signer 12 contrats avec des cliniques d'ici fin juin"
    yield "`coach check`, one sentence, whole process", f"{min(_seconds('check', text) for _ in range(5)):.2f} s", "—"
    for arguments in (("--help",), ("check", text)):
        found = heavy_imports(*arguments)
        yield f"heavy libraries that `coach {arguments[0]}` imports", ", ".join(found) or "none", "none"


def _bare() -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - start
