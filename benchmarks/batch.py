"""``coach check --input`` on 100,000 rows: memory, and what the second core brings."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from benchmarks.check import sentences

ROWS = 100_000


def _write(path: pathlib.Path, count: int) -> None:
    sample = sentences()
    with path.open("w", encoding="utf-8") as out:
        for number in range(count):
            text = f"{sample[number % len(sample)][1]} ({number})"
            out.write(json.dumps({"id": number, "text": text}, ensure_ascii=False) + "\n")


def _run(source: pathlib.Path, workers: int) -> tuple[float, float]:
    """Seconds, and the largest process's peak memory in MiB."""
    program = (
        "import resource, sys; from coach.cli import batch; import datetime as dt, pathlib\n"
        "batch.run(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[1] + '.out'),"
        " {'language': None, 'locale': None, 'reference_date': dt.date(2026, 1, 15)}, int(sys.argv[2]))\n"
        # VmHWM, not ru_maxrss: the latter outlives exec, and would count the process that started this one.
        "own = next(int(line.split()[1]) for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "print(max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024)"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", program, str(source), str(workers)], capture_output=True, text=True, check=True
    )
    return time.perf_counter() - start, float(done.stdout.strip().splitlines()[-1])


def rows() -> Iterator[tuple[str, str, str]]:
    """Table rows: what, measured, to hold."""
    with tempfile.TemporaryDirectory() as folder:
        few, many = pathlib.Path(folder, "few.jsonl"), pathlib.Path(folder, "many.jsonl")
        _write(few, ROWS // 10)
        _write(many, ROWS)
        one, small = _run(few, 1)
        both, _ = _run(few, os.cpu_count() or 1)
        seconds, large = _run(many, os.cpu_count() or 1)
        yield f"`check --input`, {ROWS:,} rows", f"{ROWS / seconds:,.0f} rows/s, {large:.0f} MiB", "under 150 MiB"
        yield "memory for ten times the rows", f"{large / small:.2f}×", "constant: about 1×"
        yield f"{os.cpu_count()} cores instead of one", f"{one / both:.1f}× as fast", "every core used"
