"""Who the API lets in, how many at once, and what it tells whoever runs it."""

import asyncio
import re

import httpx
import pytest

from coach.api.app import create_app
from coach.api.guard import BODY_AT_MOST, HEADERS
from coach.settings import Settings
from tests.shell.talking import ABSENT, VAGUE, WHOLE


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example:8321",
        "",
        "[::1",
        "local host",
        "@localhost",
    ],
)
async def test_a_name_somebody_else_points_here_is_not_served(api, host):
    for method, path in (("GET", "/goals"), ("POST", "/assessments"), ("GET", "http://localhost/")):
        answer = await api.request(method, path, headers={"Host": host})
        assert answer.status_code == 421
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:8321", "127.0.0.1:80", "[::1]:8321", "192.168.1.20:8321", "LOCALHOST", "coach.example"],
)
async def test_this_machine_and_the_names_it_was_given_are_served(tmp_path, clock, host):
    app = create_app(Settings(home=tmp_path, allowed_hosts="coach.example"), clock)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://localhost") as client,
    ):
        assert (await client.get("/api/v1/goals", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:3000"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://[::1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_another_site_s_page_changes_nothing(api, headers):
    for method, path, body in (
        ("POST", "/conversations", {"text": VAGUE}),
        ("POST", "/goals", {"text": WHOLE}),
        ("PUT", "/profile", {}),
        ("PATCH", f"/goals/{ABSENT}", {}),
    ):
        answer = await api.request(method, path, json=body, headers=headers)
        assert (answer.status_code, answer.json()["reason"]) == (403, "foreign")
    assert (await api.get("/conversations")).json()["items"] == []


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}]
)
async def test_our_own_pages_and_programs_are_let_in(api, headers):
    assert (await api.post("/conversations", json={"text": VAGUE}, headers=headers)).status_code == 201


async def test_json_is_read_whatever_its_parameters(api):
    for kind in ("application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.coach+json"):
        answer = await api.post("/assessments", content=b'{"text": "a"}', headers={"Content-Type": kind})
        assert answer.status_code == 200


async def test_a_body_too_large_is_refused_by_what_it_says_and_by_what_it_is(api):
    async def endless():
        sent = 0
        while sent < 100 * BODY_AT_MOST:
            yield b"x" * 65536
            sent += 65536
            assert sent <= BODY_AT_MOST + 2 * 65536  # the rest is never asked for

    answer = await api.post("/assessments", content=endless(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    lying = await api.post(
        "/assessments", content=b"{}", headers={"Content-Type": "application/json", "Content-Length": "9" * 30}
    )
    assert lying.status_code == 413


async def test_a_burst_over_the_limit_lets_exactly_the_quota_through(tmp_path, clock):
    app = create_app(Settings(home=tmp_path, rate_limit="20/minute"), clock)
    async with app.router.lifespan_context(app):
        one = httpx.ASGITransport(app=app, client=("10.0.0.1", 1))
        other = httpx.ASGITransport(app=app, client=("10.0.0.2", 1))
        async with httpx.AsyncClient(transport=one, base_url="http://localhost/api/v1") as flood:
            answers = await asyncio.gather(*(flood.post("/assessments", json={"text": "a"}) for _ in range(200)))
            statuses = [answer.status_code for answer in answers]
            assert (statuses.count(200), statuses.count(429)) == (20, 180)
            assert all(1 <= int(a.headers["retry-after"]) <= 60 for a in answers if a.status_code == 429)
        async with httpx.AsyncClient(transport=other, base_url="http://localhost/api/v1") as calm:
            assert (await calm.post("/assessments", json={"text": "a"})).status_code == 200


async def test_every_answer_carries_the_security_headers(api):
    answers = [
        await api.get("/goals"),
        await api.post("/assessments", json={"text": VAGUE}),
        await api.post("/assessments", json={}),
        await api.get("/nothing"),
        await api.get("/openapi.json".replace("/openapi", "/../openapi")),
        await api.get("http://localhost/healthz"),
        await api.get("http://localhost/metrics"),
    ]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, answer.url
    assert HEADERS["Content-Security-Policy"].startswith("default-src 'none'")


async def test_health_readiness_and_counters_are_told(api, app):
    for root in ("http://localhost", "http://localhost/api/v1"):
        assert (await api.get(f"{root}/healthz")).json() == {"status": "ok"}
        assert (await api.get(f"{root}/readyz")).json() == {"status": "ok"}
    await api.get("/nothing")
    text = (await api.get("http://localhost/metrics")).text
    assert 'coach_http_requests_total{method="GET",status="404"} 1' in text
    assert 'coach_http_requests_total{method="GET",status="200"} 4' in text
    assert re.search(r'_bucket\{le="\+Inf"\} 5\n.*_sum [\d.]+\n.*_count 5', text)
    assert all(re.fullmatch(r"(# (HELP|TYPE) .+|[a-z_]+(\{[^}]*\})? [\d.]+)", line) for line in text.splitlines())


async def test_a_database_out_of_reach_is_a_503_and_the_instant_check_goes_on(api, app, monkeypatch):
    await api.post("/assessments", json={"text": VAGUE})
    await app.state.coach.store.close()
    monkeypatch.setattr(app.state.coach.store, "_reads", _broken_engine())
    answer = await api.get("http://localhost/readyz", headers={"Accept-Language": "fr"})
    assert (answer.status_code, answer.json()["reason"]) == (503, "unreachable")
    assert (await api.get("/goals")).status_code == 503
    assert (await api.get("http://localhost/healthz")).status_code == 200
    assert (await api.post("/assessments", json={"text": WHOLE})).status_code == 200


def _broken_engine():
    from coach.store.engine import connect

    return connect("postgresql://nobody@127.0.0.1:1/none?connect_timeout=1")
