"""The local model, served on a free port of this machine for as long as it is needed."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import httpx

from tests.local.fetch import CACHE, SERVER, WEIGHTS

MODEL = "openai/qwen2.5-coder-1.5b"
KEY = "sk-local"
_PATIENCE_S = 120


class Served(NamedTuple):
    """Where the model listens, and its process."""

    address: str
    pid: int

    @property
    def environment(self) -> dict[str, str]:
        """What LiteLLM reads."""
        return {"OPENAI_API_BASE": f"{self.address}/v1", "OPENAI_API_KEY": KEY}

    def busy(self) -> int:
        """How many answers are being made at this moment."""
        slots = httpx.get(f"{self.address}/slots", headers={"authorization": f"Bearer {KEY}"}, timeout=30).json()
        return sum(bool(slot["is_processing"]) for slot in slots)


@contextmanager
def serving(threads: int = 1) -> Iterator[Served]:
    """The server, ready; it is stopped with the block. One thread, since several wait for each other on a busy machine."""
    port = free_port()
    command = [str(SERVER), "-m", str(WEIGHTS), "--host", "127.0.0.1", "--port", str(port), "-t", str(threads), "-c", "4096",
               "-np", "1", "--alias", MODEL.partition("/")[2], "--offline", "--no-ui", "--slots", "--api-key", KEY]  # fmt: skip
    library = f"{SERVER.parent.parent / 'lib'}:{SERVER.parent}"
    with (CACHE / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "LD_LIBRARY_PATH": library})
    try:
        _ready(process, f"http://127.0.0.1:{port}")
        yield Served(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def _ready(process: "subprocess.Popen[bytes]", address: str) -> None:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"{address}/health", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise RuntimeError(f"llama-server did not start; see {CACHE / 'server.log'}")


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
