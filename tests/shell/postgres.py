"""A throwaway PostgreSQL server for the tests, where its binaries are installed."""

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

UNPRIVILEGED = "nobody"  # the server refuses to run as root


def binaries() -> Path | None:
    """The folder of ``initdb`` and ``postgres``; None when there is no server to start."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    on_path = shutil.which("initdb")
    return found[0].parent if found else Path(on_path).parent if on_path else None


@contextmanager
def server() -> Iterator[str]:
    """A running server; gives the folder of its socket, on which superuser ``boss`` may connect."""
    home = binaries()
    assert home is not None
    # Not among pytest's folders: those are kept to their owner, again and again, and the server runs as somebody else.
    folder = Path(tempfile.mkdtemp(prefix="coach-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, UNPRIVILEGED)
    data = folder / "data"
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -c max_connections=100"
    try:
        _run(home / "initdb", "-D", data, "-U", "boss", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
        _run(home / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", folder / "log", "-o", options, "start")
        try:
            yield str(folder)
        finally:
            _run(home / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(socket: str) -> str:
    """The address of a fresh database, owned by a role that is no superuser and may not bypass row-level security."""
    name = f"t{uuid.uuid4().hex[:12]}"
    with psycopg.connect(host=socket, user="boss", dbname="postgres", autocommit=True) as boss:
        if not boss.execute("SELECT 1 FROM pg_roles WHERE rolname = 'coach'").fetchone():
            boss.execute("CREATE ROLE coach LOGIN NOSUPERUSER NOBYPASSRLS")
        boss.execute(f"CREATE DATABASE {name} OWNER coach")
    return f"postgresql://coach@/{name}?host={socket}"


def _run(*command: object) -> None:
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["setpriv", f"--reuid={UNPRIVILEGED}", "--clear-groups", "--", *words]
    done = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/", check=False)
    if done.returncode:
        raise RuntimeError(f"{words}: {done.stderr.decode(errors='replace')}")
