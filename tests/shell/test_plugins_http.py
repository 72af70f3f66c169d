"""HTTP for connectors: what each answer means, and what never leaves this machine."""

import asyncio
import time

import httpx
import pytest
import respx
import stamina

from coach.errors import BadInput, CrmMisanswered, CrmQuotaSpent, CrmRefused, CrmUnavailable
from coach.plugins import http
from coach.plugins.oauth import RenewedToken

BASE = "https://api.example.com"


@pytest.fixture(autouse=True)
def _instant():
    stamina.set_testing(True, attempts=3)
    yield
    stamina.set_testing(False)


def api(**options) -> http.Api:
    return http.Api(BASE, http.FixedToken("Authorization", "Bearer canary-secret"), lambda answer: None, **options)


@pytest.mark.parametrize(("limit", "period"), [(5, 0.2), (3, 0.1), (1, 0.05)])
async def test_no_window_ever_holds_more_than_the_limit(limit, period):
    gate = http.RollingGate(limit, period, margin_s=0)
    passed = []

    async def one():
        await gate.passage()
        passed.append(time.monotonic())

    await asyncio.gather(*(one() for _ in range(limit * 4)))
    for first, beyond in zip(passed, passed[limit:], strict=False):
        assert beyond - first >= period - 0.005


async def test_two_gates_are_passed_at_the_same_moment():
    wide, narrow = http.RollingGate(6, 0.3, margin_s=0), http.RollingGate(2, 0.1, margin_s=0)
    both, some = [], []

    async def search():
        await http.through(wide, narrow)
        both.append(time.monotonic())
        some.append(both[-1])

    async def call():
        await http.through(wide)
        both.append(time.monotonic())

    await asyncio.gather(*(work() for _ in range(8) for work in (search, call)))
    for first, beyond in zip(both, both[6:], strict=False):
        assert beyond - first >= 0.295
    for first, beyond in zip(some, some[2:], strict=False):
        assert beyond - first >= 0.095


async def test_a_paused_gate_holds_everyone():
    gate = http.RollingGate(100, 1)
    gate.pause(0.1)
    began = time.monotonic()
    await gate.passage()
    assert time.monotonic() - began >= 0.095


def test_a_budget_is_never_passed_and_starts_anew_each_day():
    day = ["monday"]
    budget = http.Budget(25, lambda: day[0])
    budget.spend(10)
    budget.spend(10)
    with pytest.raises(CrmQuotaSpent, match="20 of 25"):
        budget.spend(10)
    day[0] = "tuesday"
    budget.spend(10)
    assert budget.spent == 10


@pytest.mark.parametrize(
    ("answer", "error", "calls"),
    [
        (httpx.Response(200, text="[1]"), CrmMisanswered, 3),
        (httpx.Response(200, text='{"cut": '), CrmMisanswered, 3),
        (httpx.Response(200, text="<html>"), CrmMisanswered, 3),
        (httpx.Response(302, headers={"location": "https://evil.example"}), CrmMisanswered, 1),
        (httpx.Response(400, json={}), CrmRefused, 1),
        (httpx.Response(401, json={}), CrmRefused, 1),
        (httpx.Response(403, json={}), CrmRefused, 1),
        (httpx.Response(403, html="<html>blocked</html>"), CrmRefused, 1),
        (httpx.Response(404, json={}), CrmRefused, 1),
        (httpx.Response(429, json={}), CrmUnavailable, 3),
        (httpx.Response(500, text="oops"), CrmUnavailable, 3),
        (httpx.Response(503, json={}), CrmUnavailable, 3),
        (httpx.ConnectError("refused"), CrmUnavailable, 3),
        (httpx.ReadTimeout("slow"), CrmUnavailable, 3),
        (httpx.RemoteProtocolError("cut"), CrmUnavailable, 3),
        (httpx.Response(200, content=b"x" * 2_000), CrmMisanswered, 1),
    ],
)
async def test_each_answer_means_one_error_that_tells_no_secret(answer, error, calls):
    with respx.mock(base_url=BASE) as server:
        route = server.get("/things")
        if isinstance(answer, Exception):
            route.mock(side_effect=answer)
        else:
            route.mock(
                side_effect=lambda request: httpx.Response(
                    answer.status_code, headers=answer.headers, content=answer.content
                )
            )
        with pytest.raises(error) as raised:
            await api(max_bytes=1_000).get("/things", {"q": "canary-query"})
        assert route.call_count == calls
    assert "canary" not in f"{raised.value!s}{raised.value!r}{raised.value.details}"


async def test_a_passing_failure_is_asked_again():
    with respx.mock(base_url=BASE) as server:
        server.get("/things").mock(side_effect=[httpx.Response(502), httpx.Response(200, json={"ok": 1})])
        assert await api().get("/things") == {"ok": 1}


async def test_a_dripping_answer_ends_at_the_deadline():
    async def drip():
        while True:
            await asyncio.sleep(0.02)
            yield b" "

    with respx.mock(base_url=BASE) as server:
        server.get("/things").mock(side_effect=lambda request: httpx.Response(200, content=drip()))
        began = time.monotonic()
        with pytest.raises(CrmUnavailable, match="no answer in"):
            await api(deadline_s=0.1).get("/things")
    assert time.monotonic() - began < 2


async def test_fifty_expiries_at_once_make_one_renewal():
    given = []

    async def exchange():
        given.append(f"token-{len(given)}")
        await asyncio.sleep(0.01)
        return {"access_token": given[-1], "expires_in": 1800}

    def serve(request):
        fresh = request.headers["authorization"] == "Bearer token-1"
        return httpx.Response(200 if fresh else 401, json={})

    token = RenewedToken(exchange)
    client = http.Api(BASE, token, lambda answer: None)
    with respx.mock(base_url=BASE) as server:
        server.get("/things").mock(side_effect=serve)
        await asyncio.gather(*(client.get("/things") for _ in range(50)))
    assert given == ["token-0", "token-1"], "the first, then one renewal"
    assert "token-1" not in repr(token)


async def test_a_token_is_renewed_before_it_expires():
    present = [0.0]
    given = []

    async def exchange():
        given.append(1)
        return {"access_token": "t", "expires_in": 1800}

    token = RenewedToken(exchange, lambda: present[0])
    for present[0] in (0.0, 1_000.0, 1_739.0, 1_741.0):
        await token.headers()
    assert len(given) == 2


async def test_a_refused_renewal_asks_to_reconnect():
    async def exchange():
        return {"error": "invalid_grant"}

    with pytest.raises(CrmRefused) as raised:
        await RenewedToken(exchange).headers()
    assert raised.value.details["reconnect"]


@pytest.mark.parametrize("token", ["", "  ", "a\nb", "é"])
def test_what_is_no_token_is_refused_before_it_is_sent(token):
    with pytest.raises(CrmRefused):
        http.FixedToken("x-api-token", token)


async def test_a_repeated_cursor_ends_the_walk():
    async def fetch(cursor):
        return [cursor], "b" if cursor == "a" else "a"

    with pytest.raises(CrmMisanswered, match="again and again"):
        async for _ in http.walk(fetch):
            pass


HOSTS = frozenset({"api.pipedrive.com"})
GOOD = [
    "https://api.pipedrive.com",
    "https://api.pipedrive.com/",
    "https://acme.pipedrive.com",
    "https://a-1.pipedrive.com:443",
]
HOSTILE_HOSTS = [
    "evil.com", "pipedrive.com.evil.com", "evilpipedrive.com", "api.pipedrive.com.", "a.b.pipedrive.com", ".pipedrive.com",
    "-.pipedrive.com@evil.com", "localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0", "0.0.0.0", "[::1]",
    "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "169.254.169.254", "10.0.0.1", "192.168.1.1", "metadata.google.internal",
    "api.pipedrive.com%00.evil.com", "api.pipedrive.com%2eevil.com", "api.pipedrive.com\\evil.com", "evil.com#api.pipedrive.com",
    "evil.com?api.pipedrive.com", "api.pipedrive.com#x", "api.pipedrive.com?x=1", "api.pipedrive.com/path", "api.pipedrive.com//evil",
    "user@api.pipedrive.com", "user:pw@api.pipedrive.com", "api.pipedrive.com:8443", "api.pipedrive.com:80", "аpi.pipedrive.com",
    "api。pipedrive.com", "xn--.pipedrive.com.evil.com", "api.pipedrive.com\r\nx", "api pipedrive.com", "a_b.pipedrive.com", "", "..",
]  # fmt: skip
HOSTILE = [f"{scheme}{host}" for scheme in ("https://", "http://", "ftp://", "//", "https:") for host in HOSTILE_HOSTS]


@pytest.mark.parametrize("url", GOOD)
def test_the_crms_own_addresses_are_accepted(url):
    assert http.base_url(url, HOSTS, under=".pipedrive.com").startswith("https://")


def test_two_hundred_hostile_addresses_are_refused():
    accepted = []
    for url in HOSTILE:
        try:
            accepted.append((url, http.base_url(url, HOSTS, under=".pipedrive.com")))
        except BadInput:
            continue
    assert len(HOSTILE) >= 200
    assert accepted == []


@pytest.mark.parametrize("url", ["http://10.0.0.1", "http://evil.com", "https://evil.com", "http://127.0.0.1.evil.com"])
def test_a_sandbox_is_this_machine_and_no_other(url):
    assert http.base_url("http://127.0.0.1:8400", HOSTS, sandbox=True) == "http://127.0.0.1:8400"
    with pytest.raises(BadInput):
        http.base_url(url, HOSTS, sandbox=True)
