"""A real server in a process of its own, on a free port: what only a process can show (kills, signals, sockets)."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
COACH = (sys.executable, "-m", "coach", "serve", "--port", "0")
READY_WITHIN_S = 30


@dataclass
class Server:
    """A running server. ``ready_after_s`` is how long it took from the start of its process to its first answer."""

    process: subprocess.Popen[str]
    address: str
    ready_after_s: float

    def kill(self) -> None:
        """End it as a power button would: nothing of the process runs any more."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)


@contextmanager
def serving(home: Path, command: Sequence[str] = COACH, **env: str) -> Iterator[Server]:
    """The server on the database in ``home``; it is killed at the end if it still runs."""
    began = time.monotonic()
    surroundings = {**os.environ, "COACH_HOME": str(home), "PYTHONUNBUFFERED": "1", **env}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=surroundings, cwd=ROOT
    )
    try:
        address = _address(process)
        _until_ready(address)
        yield Server(process, address, time.monotonic() - began)
    finally:
        process.kill()
        process.wait(timeout=10)
        if process.stdout:
            process.stdout.close()


def _address(process: subprocess.Popen[str]) -> str:
    line = process.stdout.readline() if process.stdout else ""
    found = re.search(r"http://localhost:(\d+)", line)
    assert found, f"the server did not start: {line!r}"
    return f"http://127.0.0.1:{found[1]}"


def _until_ready(address: str) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{address}/readyz", timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.02)
    raise AssertionError("the server is not ready")
