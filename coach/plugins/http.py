"""HTTP for connectors: an exact rolling gate, retries the server dictates, and bounds on time, size and destination."""

import asyncio
import collections
import contextlib
import hashlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx
import stamina

from coach.errors import BadInput, CrmError, CrmMisanswered, CrmQuotaSpent, CrmRefused, CrmUnavailable

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
MAX_BYTES = 20_000_000
DEADLINE_S = 30.0
ATTEMPTS = 5
LOST_AFTER_S = 120.0
UNDER_WAY_S = 0.01  # how soon to look again whether a call under way has ended
LONGEST_WAIT_S = 60.0
"""A server that asks for more is asked again by the next run, not waited for."""


@dataclass(slots=True)
class Passage:
    """One call through a gate; ``ended`` is None while it is under way."""

    began: float = field(default_factory=time.monotonic)
    ended: float | None = None

    def end(self) -> None:
        """The call was answered, or given up."""
        self.ended = time.monotonic()

    def end_at(self, now: float) -> float | None:
        """When it ended; one whose task was lost is given up after a while."""
        return now if self.ended is None and now - self.began > LOST_AFTER_S else self.ended


class RollingGate:
    """At most ``limit`` passages in any ``period_s`` seconds, whenever the period is taken to begin.

    A leaky bucket lets almost twice its rate through in its first period; servers count exactly. They count when a call
    arrives, which is somewhere between its sending and its answer: a passage is dated by its end, so that however long a
    call was under way, the server never sees it too close to the one that took its place.
    """

    def __init__(self, limit: int, period_s: float, *, margin_s: float = 0.02) -> None:
        self.period_s = period_s + margin_s
        self._passed: collections.deque[Passage] = collections.deque(maxlen=limit)
        self._not_before = 0.0

    async def passage(self) -> None:
        """Wait for a turn, and take it at once."""
        await through(self)

    def wait_s(self) -> float:
        """How long until one more may pass; zero or less: now."""
        now = time.monotonic()
        free_at = 0.0
        if len(self._passed) == self._passed.maxlen:
            ended = self._passed[0].end_at(now)
            free_at = now + UNDER_WAY_S if ended is None else ended + self.period_s
        return max(free_at, self._not_before) - now

    def pass_now(self) -> "Passage":
        """One passes; the caller says when it has."""
        passage = Passage()
        self._passed.append(passage)
        return passage

    def pause(self, seconds: float) -> None:
        """Hold everyone: the server said so."""
        self._not_before = max(self._not_before, time.monotonic() + seconds)


async def through(*gates: RollingGate) -> None:
    """Pass all the gates at the same moment: whoever passed one and waits at the next would pass it late, in a bunch."""
    async with passing(*gates):
        pass


_shared: dict[tuple[bytes, int, float], RollingGate] = {}


def shared_gate(limit: int, period_s: float, *, of: str) -> RollingGate:
    """The one gate, in this process, of whatever ``of`` names (an address and a credential): servers count by account, and
    two connectors to one account that each kept count alone would together pass its limit."""
    key = (hashlib.sha256(of.encode()).digest(), limit, period_s)
    return _shared.setdefault(key, RollingGate(limit, period_s))


def forget_gates() -> None:
    """Begin all counts anew: for tests, whose accounts are others each time under one address."""
    _shared.clear()


@contextlib.asynccontextmanager
async def passing(*gates: RollingGate) -> AsyncIterator[None]:
    """The same for a call that lasts as long as the block."""
    while (wait := max((gate.wait_s() for gate in gates), default=0.0)) > 0:  # noqa: ASYNC110  (a time, no event)
        await asyncio.sleep(wait)
    passages = [gate.pass_now() for gate in gates]
    try:
        yield
    finally:
        for passage in passages:
            passage.end()


class Budget:
    """A daily budget of tokens that no header tells: counted here, spent before each call.

    The day is the server's own; ``today`` gives a name to it.
    """

    def __init__(self, cap: int, today: Callable[[], object], spent: int = 0) -> None:
        self.cap, self.spent = cap, spent
        self._today = today
        self._day = today()

    def spend(self, cost: int) -> None:
        """Raises ``CrmQuotaSpent`` rather than pass the cap."""
        if self._today() != self._day:
            self._day, self.spent = self._today(), 0
        if self.spent + cost > self.cap:
            raise CrmQuotaSpent(
                f"Today's share of the CRM's budget is spent ({self.spent} of {self.cap} tokens).",
                remedy="The reading goes on tomorrow; raise the share in the connection's settings.",
            )
        self.spent += cost


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, read whole. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        """The JSON of the body; None when it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def is_html(self) -> bool:
        """A page for people, which no API answers with."""
        return "html" in self.headers.get("content-type", "") or self.body.lstrip()[:1] == b"<"


class Again(Exception):
    """Worth asking again after ``wait_s`` (None: the usual growing pause); ``last`` is raised when it stays so."""

    def __init__(self, last: CrmError, wait_s: float | None = None) -> None:
        super().__init__(last.message)
        self.last, self.wait_s = last, wait_s


Judge = Callable[[Answer], "Again | CrmError | None"]
"""What an answer that is not 2xx means; None when nothing special is known."""


class Credential(Protocol):
    """Signs requests; may be renewed once when refused."""

    async def headers(self) -> Mapping[str, str]:
        """The headers that carry it."""
        ...

    async def renew(self, refused: Mapping[str, str]) -> bool:
        """Whether there are other headers than ``refused`` to try."""
        ...


class FixedToken:
    """A token in a header, for as long as it lasts."""

    def __init__(self, header: str, value: str) -> None:
        if not value.isascii() or not value.strip() or any(ord(c) < 32 for c in value):
            raise CrmRefused(
                "The token is empty or holds characters no token has.", remedy="Copy it again from the CRM."
            )
        self._headers = {header: value}

    async def headers(self) -> Mapping[str, str]:
        """The one header."""
        return self._headers

    async def renew(self, refused: Mapping[str, str]) -> bool:
        """Never: there is nothing to renew it with."""
        return False


def base_url(url: str, hosts: frozenset[str], *, under: str = "", sandbox: bool = False) -> str:
    """``url`` when it is one a credential may be sent to.

    That is https, port 443, a host of ``hosts`` or one label before ``under`` (".pipedrive.com"), and nothing after the host.
    With ``sandbox``, and then only, http to this very machine.

    Raises:
        BadInput: Anything else. A list of what is allowed is short; one of what is dangerous never ends.
    """
    try:
        read = httpx.URL(url)
        host = read.host
    except (httpx.InvalidURL, TypeError, ValueError):  # ValueError: what is no host name in any script
        read, host = httpx.URL(""), ""
    plain = not (read.userinfo or read.query or read.fragment) and read.path in ("", "/")
    if not (plain and url.isascii() and "@" not in url and "\\" not in url and not set(url) & set(" \t\r\n#?")):
        host = ""
    label = host.removesuffix(under) if under and host.endswith(under) else ""
    ours = host in hosts or (label != "" and label.replace("-", "").isalnum() and label.isascii())
    if (read.scheme == "https" and read.port in (None, 443) and ours) or (
        sandbox and read.scheme == "http" and host in LOOPBACK
    ):
        return str(read.copy_with(path="/")).rstrip("/")
    allowed = ", ".join(sorted(hosts)) + (f", <company>{under}" if under else "")
    raise BadInput("This address is none of the CRM's.", remedy=f"Use https and one of: {allowed}.")


class Api:
    """One account's API. Every failure comes out as a ``CrmError`` that names no secret."""

    def __init__(
        self,
        base: str,
        credential: Credential,
        judge: Judge,
        *,
        gates: Sequence[RollingGate] = (),
        deadline_s: float = DEADLINE_S,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self.base, self.credential, self.judge = base, credential, judge
        self.gates = tuple(gates)
        self.deadline_s, self.max_bytes = deadline_s, max_bytes
        self.calls = 0
        self._client = httpx.AsyncClient(
            base_url=base, trust_env=False, follow_redirects=False, timeout=httpx.Timeout(deadline_s, connect=10)
        )

    async def get(
        self, path: str, params: Mapping[str, Any] | None = None, *, gates: Sequence[RollingGate] = ()
    ) -> Any:
        """The JSON object at ``path``."""
        return await self._ask("GET", path, params=params, gates=gates)

    async def post(self, path: str, body: Any, *, gates: Sequence[RollingGate] = ()) -> Any:
        """The JSON object that answers ``body``. Only for reading: it may be sent again."""
        return await self._ask("POST", path, body=body, gates=gates)

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        gates: Sequence[RollingGate] = (),
    ) -> Any:
        """Whatever JSON answers, a list as well. Only for reading: it may be sent again."""
        return await self._ask(method, path, params=params, body=body, gates=gates, kinds=(dict, list))

    async def send(self, method: str, path: str, body: Any = None, *, gates: Sequence[RollingGate] = ()) -> Any:
        """Write. Sent again only when the CRM said that it did nothing (429, or a token to renew).

        Raises:
            CrmUnavailable: With ``unknown=True`` when it may have been done: look before writing again.
        """
        gates = (*self.gates, *gates)
        for attempt in range(ATTEMPTS):
            try:
                return await self._once(method, path, None, body, gates)
            except Again as again:
                status = again.last.details.get("status")
                if status != 429 or (again.wait_s or 0) > LONGEST_WAIT_S or attempt == ATTEMPTS - 1:
                    again.last.details["unknown"] = status != 429
                    raise again.last from None
                await asyncio.sleep(again.wait_s or 1.0)
        raise CrmUnavailable(f"{method} {path} was never sent.")  # the loop above always leaves

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Any = None,
        body: Any = None,
        gates: Sequence[RollingGate],
        kinds: tuple[type, ...] = (dict,),
    ) -> Any:
        gates = (*self.gates, *gates)
        try:
            async for attempt in stamina.retry_context(on=_wait, attempts=ATTEMPTS, timeout=None, wait_max=10.0):
                with attempt:
                    return await self._once(method, path, params, body, gates, kinds)
        except Again as again:
            raise again.last from None
        raise CrmUnavailable(f"{method} {path} was never answered.")  # an empty retry loop cannot happen

    async def _once(
        self,
        method: str,
        path: str,
        params: Any,
        body: Any,
        gates: Sequence[RollingGate],
        kinds: tuple[type, ...] = (dict,),
    ) -> Any:
        signed = await self.credential.headers()
        answer = await self._passed(method, path, params, body, gates, signed)
        if answer.status == 401 and await self.credential.renew(signed):
            answer = await self._passed(method, path, params, body, gates, await self.credential.headers())
        if answer.status == 204 or (200 <= answer.status < 300 and method == "DELETE"):
            return answer.data if isinstance(answer.data, dict) else {}
        if 200 <= answer.status < 300:
            return self._object(answer, method, path, kinds)
        raise self._meaning(answer, method, path, gates)

    async def _passed(
        self, method: str, path: str, params: Any, body: Any, gates: Sequence[RollingGate], signed: Mapping[str, str]
    ) -> Answer:
        try:
            async with passing(*gates), asyncio.timeout(self.deadline_s):
                self.calls += 1
                return await self._whole(method, path, params, body, signed)
        except (TimeoutError, httpx.TimeoutException):
            raise Again(CrmUnavailable(f"{method} {path}: no answer in {self.deadline_s:g} s.")) from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise Again(CrmUnavailable(f"{method} {path}: {type(error).__name__}.")) from None

    async def _whole(self, method: str, path: str, params: Any, body: Any, signed: Mapping[str, str]) -> Answer:
        async with self._client.stream(method, path, params=params, json=body, headers=signed) as response:
            got = bytearray()
            async for piece in response.aiter_bytes():
                got += piece
                if len(got) > self.max_bytes:
                    raise CrmMisanswered(f"{method} {path}: the answer is larger than {self.max_bytes} bytes.")
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, headers, bytes(got))

    def _object(self, answer: Answer, method: str, path: str, kinds: tuple[type, ...]) -> Any:
        data = answer.data
        if not isinstance(data, kinds):
            raise Again(CrmMisanswered(f"{method} {path}: the answer is not the JSON that was asked for."))
        return data

    def _meaning(self, answer: Answer, method: str, path: str, gates: Sequence[RollingGate]) -> Exception:
        meant = self.judge(answer) or _usual(answer)
        error = meant.last if isinstance(meant, Again) else meant
        error.message = f"{method} {path}: {error.message}"
        error.details.setdefault("status", answer.status)
        if isinstance(meant, Again) and answer.status == 429 and meant.wait_s:
            for gate in gates:
                gate.pause(meant.wait_s)
        return meant


def _usual(answer: Answer) -> Again | CrmError:
    """What the status means wherever it comes from."""
    if answer.status == 401:
        return CrmRefused("The credential is no longer accepted.", remedy="Reconnect the CRM.", reconnect=True)
    if answer.status == 403 and answer.is_html:
        return CrmRefused(
            "The CRM's firewall blocks this account's calls.", remedy="Wait, then lower the pace.", blocked=True
        )
    if answer.status == 403:
        return CrmRefused("The credential may not read this.", remedy="Ask an administrator for the scope.")
    if answer.status in (408, 429) or answer.status >= 500:
        return Again(CrmUnavailable(f"The CRM answers {answer.status}."))
    if 300 <= answer.status < 400:
        return CrmMisanswered("The CRM sends elsewhere; a credential is never sent on.")
    return CrmRefused(f"The CRM answers {answer.status}.")


def _wait(error: Exception) -> bool | float:
    """What stamina asks after each failure: no, yes, or in how many seconds."""
    if not isinstance(error, Again) or (error.wait_s or 0) > LONGEST_WAIT_S:
        return False
    return True if error.wait_s is None else error.wait_s


def seconds(text: str | None) -> float | None:
    """A ``Retry-After`` in seconds; None when it is absent or no plain number."""
    try:
        value = float(text) if text else None
    except ValueError:
        return None
    return value if value is not None and 0 <= value < 1e6 else None


Fetch = Callable[[str | None], Awaitable[tuple[list[Any], str | None]]]


async def walk(fetch: Fetch, start: str | None = None) -> AsyncIterator[tuple[list[Any], str | None]]:
    """Pages until ``fetch`` gives no next cursor. ``fetch(cursor)`` answers (records, next cursor or None).

    Raises:
        CrmMisanswered: A cursor came twice: the walk would never end.
    """
    seen: set[str] = set()
    cursor = start
    while True:
        records, after = await fetch(cursor)
        yield records, after
        if after is None:
            return
        if after in seen or after == cursor:
            raise CrmMisanswered("The CRM gives the same page again and again.")
        seen.add(after)
        cursor = after
