"""What a killed process leaves behind: every turn that was acknowledged, whole, at once after the next start.

``kill -9`` ends the process, not the machine: the system's file cache survives it, so this shows nothing of a power
cut. That rests on ``synchronous=FULL``, which test_store looks at.
"""

import asyncio
import os
import random
import signal
import socket
import statistics
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from coach.store.store import EVERYWHERE, Store
from tests.shell.processes import COACH, Server, serving

pytestmark = pytest.mark.alone
KILLS = 50 if os.environ.get("COACH_TEST_FULL") else 8
HASTY = (sys.executable, "-m", "tests.shell.hasty")
TURNS_A_CONVERSATION = 6
TURNS_BEFORE_A_KILL = 6  # acknowledged, so that a slow machine is killed in the midst of a talk too
RECOVERED_WITHIN_S = 5.0
STOPPED_WITHIN_S = 5.0


@dataclass
class Seen:
    """What the client was told, and what it found afterwards."""

    acknowledged: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # conversation → what it said
    repeated: int = 0
    first_start_s: float = 0.0  # on an empty folder: what starting costs on this machine just now
    recoveries_s: list[float] = field(default_factory=list)

    @property
    def turns(self) -> int:
        return sum(map(len, self.acknowledged.values()))


class Manager(threading.Thread):
    """Talks without a pause until the server dies; keeps what was acknowledged, and the one turn that was not."""

    def __init__(self, server: Server, seen: Seen, round: int) -> None:
        super().__init__()
        self.server, self.seen, self.round = server, seen, round
        self.unanswered: tuple[str, dict[str, str], str] | None = None
        self.turns, self.spoke = 0, threading.Event()

    def run(self) -> None:
        with httpx.Client(base_url=f"{self.server.address}/api/v1", timeout=10, trust_env=False) as client:
            for number in range(10_000):
                try:
                    self._talk(client, number)
                except httpx.TransportError:
                    return

    def _talk(self, client: httpx.Client, number: int) -> None:
        ambition = f"décrocher plus de rendez-vous (essai {self.round}.{number})"
        answer = self._post(client, "/conversations", {"text": ambition}, f"{self.round}-{number}-start")
        id = answer.json()["id"]
        self.seen.acknowledged[id].append(ambition)
        for turn in range(TURNS_A_CONVERSATION):
            said = f"{10 + turn} rendez-vous avec des PME (réponse {self.round}.{number}.{turn})"
            self._post(client, f"/conversations/{id}/messages", {"text": said}, f"{self.round}-{number}-{turn}")
            self.seen.acknowledged[id].append(said)

    def _post(self, client: httpx.Client, path: str, body: dict[str, str], key: str) -> httpx.Response:
        self.unanswered = (path, body, key)
        answer = client.post(path, json=body, headers={"Idempotency-Key": key})
        assert answer.status_code in (200, 201), answer.text
        self.unanswered = None
        self.turns += 1
        if self.turns >= TURNS_BEFORE_A_KILL:
            self.spoke.set()
        return answer

    def repeat(self, address: str) -> None:
        """Send again, under its key, the turn that was cut off: it counts once, whether it had been kept or not."""
        if self.unanswered is None:
            return
        path, body, key = self.unanswered
        with httpx.Client(base_url=f"{address}/api/v1", timeout=10, trust_env=False) as client:
            again = client.post(path, json=body, headers={"Idempotency-Key": key})
        assert again.status_code in (200, 201), again.text
        self.seen.acknowledged[again.json()["id"]].append(body["text"])
        self.seen.repeated += 1


def said(address: str, id: str) -> list[str]:
    """What the manager said in the conversation, as the server shows it."""
    answer = httpx.get(f"{address}/api/v1/conversations/{id}", timeout=10, trust_env=False)
    assert answer.status_code == 200, answer.text
    talk = answer.json()
    words = [message["text"] for message in talk["turn"]["messages"] if message["role"] == "manager"]
    assert talk["version"] == len(words)
    return words


def lost(address: str, seen: Seen) -> list[str]:
    """Acknowledged words that are not there, are there twice, or stand in another order."""
    missing: list[str] = []
    for id, words in seen.acknowledged.items():
        found = said(address, id)
        if found[: len(words)] != words:
            missing += [one for one in words if found.count(one) != 1] or ["order"]
    return missing


def killed(home: Path, command: Sequence[str], times: int, *, repeats: bool) -> tuple[Seen, list[str]]:
    """Kill the server so many times in the midst of a talk; what the client saw, and what is missing at the end."""
    seen, moments, before = Seen(), random.Random(20260115), None
    for round in range(times):
        with serving(home, command) as server:
            if round:
                seen.recoveries_s.append(server.ready_after_s)
            else:
                seen.first_start_s = server.ready_after_s
            if before is not None and repeats:
                before.repeat(server.address)
            before = Manager(server, seen, round)
            before.start()
            before.spoke.wait(timeout=60)
            time.sleep(moments.uniform(0.0, 0.4))
            server.kill()
            before.join(timeout=20)
    with serving(home, command) as server:
        seen.recoveries_s.append(server.ready_after_s)
        return seen, lost(server.address, seen)


async def checks(home: Path) -> list[str]:
    """What SQLite and the audit log say of the database file."""
    store = await Store.open(f"sqlite:///{home / 'coach.db'}")
    try:
        async with store.read(EVERYWHERE) as unit:
            whole = await unit.connection.scalar(text("PRAGMA integrity_check"))
            orphans = (await unit.connection.execute(text("PRAGMA foreign_key_check"))).all()
            workspace_id = await unit.connection.scalar(text("SELECT id FROM workspace"))
        async with store.read(str(workspace_id)) as unit:
            broken = await unit.audit.first_break()
        return [str(whole), str(orphans), str(broken)]
    finally:
        await store.close()


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_however_often_the_process_is_killed(home):
    seen, missing = killed(home, COACH, KILLS, repeats=True)
    slowest, middle = max(seen.recoveries_s), statistics.median(seen.recoveries_s)
    print(f"{KILLS} kills, {seen.turns} turns acknowledged, {seen.repeated} repeated, {len(missing)} lost,", end=" ")
    print(f"ready again after {middle:.2f} s ({slowest:.2f} s at most)")
    assert seen.turns > KILLS, "the manager hardly spoke: nothing was tried"
    assert missing == []
    assert asyncio.run(checks(home)) == ["ok", "[]", "None"]
    # a process takes its time to start on a busy machine, killed before or not: only what the kill adds counts
    assert middle < max(RECOVERED_WITHIN_S, 2 * seen.first_start_s)


@pytest.mark.slow
def test_the_same_look_finds_the_loss_when_turns_are_acknowledged_too_early(home):
    seen, missing = killed(home, HASTY, 2, repeats=False)
    assert seen.turns > 0
    assert missing != []


def test_a_stop_is_obeyed_at_once_even_while_callers_hang_on(home):
    with serving(home) as server:
        started = httpx.post(f"{server.address}/api/v1/conversations", json={"text": "vendre plus"}, trust_env=False)
        path = started.headers["location"]
        host, port = server.address.removeprefix("http://").split(":")
        head = f"POST {path}/messages HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
        head += "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
        with (
            socket.create_connection((host, int(port))) as half_sent,
            httpx.stream("GET", f"{server.address}{path}", trust_env=False) as unread,
        ):
            half_sent.sendall(head.encode() + b'{"text": "cent ')
            assert unread.status_code == 200
            time.sleep(0.3)
            asked = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            server.process.wait(timeout=STOPPED_WITHIN_S + 5)
            assert time.monotonic() - asked < STOPPED_WITHIN_S
    with serving(home) as server:
        assert said(server.address, path.rsplit("/", 1)[1]) == ["vendre plus"]
