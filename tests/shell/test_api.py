"""The API as a program sees it: the journey, streams, versions and repeats, lists, the description."""

import asyncio
import json
import re

import pytest

from coach.api import problems
from tests.shell.talking import ABSENT, VAGUE, WHOLE, adopted, events, started

# The journey


async def test_an_ambition_becomes_a_followed_goal(api):
    talk = await started(api)
    while talk["turn"]["question"] is not None:
        answers = {"target": "12 contrats", "deadline": "d'ici fin juin", "object": "contrats signés"}
        said = answers.get(talk["turn"]["question"]["slot"])
        body = {"text": said} if said else {"action": "skip"}
        answer = await api.post(
            f"/conversations/{talk['id']}/messages", json=body, headers={"If-Match": f'"{talk["version"]}"'}
        )
        assert answer.status_code == 200, answer.text
        assert answer.headers["etag"] == f'"{answer.json()["version"]}"'
        talk = answer.json()
    assert talk["turn"]["drafts"]
    answer = await api.post(f"/conversations/{talk['id']}/goal", json={"draft": 0})
    assert answer.status_code == 201
    goal = answer.json()
    assert goal["statement"] == talk["turn"]["drafts"][0]["statement"]
    assert answer.headers["location"] == f"/api/v1/goals/{goal['id']}"
    assert (await api.get(answer.headers["location"].removeprefix("/api/v1"))).json() == goal
    look = await api.post(f"/goals/{goal['id']}/check-ins", json={"value": 2, "confidence": "medium"})
    assert look.status_code == 201
    assert (await api.get(look.headers["location"].removeprefix("/api/v1"))).json() == look.json()
    standing = (await api.get(f"/goals/{goal['id']}/progress")).json()["standing"]
    assert (standing["actual"], standing["target"]) == (2, 12)
    change = await api.patch(
        f"/goals/{goal['id']}", json={"target": 10, "reason": "un poste vacant"}, headers={"If-Match": '"1"'}
    )
    assert (change.status_code, change.json()["target"], change.headers["etag"]) == (200, 10, '"2"')
    assert [
        one["id"] for one in (await api.get("/goals", params={"q": "CONTRATS", "status": "running"})).json()["items"]
    ] == [goal["id"]]


async def test_a_judgement_is_the_same_as_in_process_and_stores_nothing(api, app, today):
    from coach.service import assessing

    answer = await api.post("/assessments", json={"text": WHOLE, "reference_date": today.isoformat()})
    assert answer.json() == json.loads(assessing.assess(WHOLE, today=today).model_dump_json())
    assert (await api.get("/conversations")).json() == {"items": [], "next": None}


async def test_a_judgement_follows_the_profile_and_the_day(api):
    asked = {"text": "Signer 500 contrats avec des cliniques d'ici un mois"}
    before = (await api.post("/assessments", json=asked)).json()
    assert before["reading"]["reference_date"] == "2026-01-15"
    saved = await api.put("/profile", json={"context": {"maturity": "junior", "headcount": 1}})
    assert saved.status_code == 200
    after = (await api.post("/assessments", json=asked)).json()
    assert before["criteria"]["realistic"]["verdict"] == "unknown"
    assert after["criteria"]["realistic"]["verdict"] == "fail"


async def test_drafts_are_for_the_team_that_is_given(api):
    asked = {"text": WHOLE, "context": {"maturity": "senior", "headcount": 4, "strategy": ["santé"]}}
    found = (await api.post("/drafts", json=asked)).json()["items"]
    assert 1 <= len(found) <= 3
    assert all(draft["figures"] for draft in found)
    assert (await api.post("/drafts", json={"text": "Bonjour !"})).json() == {"items": []}


# Streams


async def test_a_turn_may_be_streamed_and_the_verdict_comes_before_the_words(api):
    answer = await api.post("/conversations", json={"text": VAGUE}, headers={"Accept": "text/event-stream"})
    assert answer.status_code == 201
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    told = events(answer.text)
    names = [name for name, _ in told]
    assert re.fullmatch("(reading)(assessment)(token)+(question)(done)", "".join(names))
    whole = told[-1][1]
    assert "".join(data["text"] for name, data in told if name == "token") == whole["turn"]["question"]["text"]
    kept = await api.get(answer.headers["location"].removeprefix("/api/v1"))
    assert kept.json() == whole
    drafts = await api.post(
        f"/conversations/{whole['id']}/messages", json={"action": "skip_all"}, headers={"Accept": "text/event-stream"}
    )
    assert "draft" in {name for name, _ in events(drafts.text)} or events(drafts.text)[-1][1]["turn"]["notices"]


async def test_a_stream_that_breaks_says_so_and_the_turn_is_kept(api, monkeypatch):
    from coach.core.model import Question

    def broken(self, **_):
        raise RuntimeError("boom")

    monkeypatch.setattr(Question, "model_dump_json", broken)
    answer = await api.post("/conversations", json={"text": VAGUE}, headers={"Accept": "text/event-stream"})
    told = events(answer.text)
    assert [name for name, _ in told][-1] == "error"
    assert "boom" not in answer.text
    assert (await api.get(f"/conversations/{told[-1][1]['conversation_id']}")).json()["version"] == told[-1][1][
        "version"
    ]


async def test_a_refusal_is_a_problem_even_where_a_stream_was_asked_for(api):
    answer = await api.post("/conversations", json={"text": " "}, headers={"Accept": "text/event-stream"})
    assert (answer.status_code, answer.headers["content-type"]) == (422, problems.MEDIA_TYPE)


# Conditional and repeated writes


async def test_a_version_that_is_past_changes_nothing(api):
    talk, goal = await started(api), await adopted(api)
    await api.post(f"/conversations/{talk['id']}/messages", json={"text": "12 contrats"})
    await api.patch(f"/goals/{goal['id']}", json={"target": 13, "reason": "x"})
    await api.put("/profile", json={})
    for method, path, body in (
        ("POST", f"/conversations/{talk['id']}/messages", {"text": "13 contrats"}),
        ("POST", f"/conversations/{talk['id']}/goal", {}),
        ("PATCH", f"/goals/{goal['id']}", {"target": 14, "reason": "x"}),
        ("PUT", "/profile", {"context": {"headcount": 3}}),
    ):
        answer = await api.request(method, path, json=body, headers={"If-Match": '"1"'})
        assert (answer.status_code, answer.json()["type"]) == (412, "/problems/conflict"), path
    assert (await api.get(f"/goals/{goal['id']}")).json()["target"] == 13


@pytest.mark.parametrize("value", ["1", "abc", '"x"', '"1', '"9999999999999999999999"', '""', '"1", "2"'])
async def test_an_if_match_that_is_no_version_is_refused(api, value):
    goal = await adopted(api)
    answer = await api.patch(f"/goals/{goal['id']}", json={}, headers={"If-Match": value})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["place"] == "header"


async def test_of_many_answers_to_one_version_one_is_taken(api):
    talk = await started(api)
    answers = await asyncio.gather(
        *(
            api.post(
                f"/conversations/{talk['id']}/messages", json={"text": f"{n} contrats"}, headers={"If-Match": '"1"'}
            )
            for n in range(10, 20)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 9


async def test_a_key_makes_a_repeat_harmless(api):
    key = {"Idempotency-Key": "k-1"}
    first = await api.post("/conversations", json={"text": VAGUE}, headers=key)
    again = await api.post("/conversations", json={"text": VAGUE}, headers=key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["location"] == first.headers["location"]
    other = await api.post("/conversations", json={"text": WHOLE}, headers=key)
    assert (other.status_code, other.json()["reason"]) == (422, "key_reused")
    elsewhere = await api.post("/goals", json={"text": VAGUE}, headers=key)
    assert elsewhere.status_code == 422
    assert len((await api.get("/conversations")).json()["items"]) == 1


async def test_duplicates_at_once_have_one_effect(api):
    goal = await adopted(api)
    answers = await asyncio.gather(
        *(
            api.post(f"/goals/{goal['id']}/check-ins", json={"value": 3}, headers={"Idempotency-Key": "k"})
            for _ in range(10)
        )
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len((await api.get(f"/goals/{goal['id']}/check-ins")).json()["items"]) == 1


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 201])
async def test_a_key_that_is_none_is_refused(api, key):
    answer = await api.post("/goals", json={"text": WHOLE}, headers={"Idempotency-Key": key.encode()})
    assert answer.status_code == 422


# Lists


async def test_a_list_is_followed_by_its_cursors_and_each_belongs_to_its_list(api):
    ids = [(await started(api, f"{VAGUE} {n}"))["id"] for n in range(5)]
    found, cursor = [], None
    while True:
        part = (await api.get("/conversations", params={"limit": 2, **({"cursor": cursor} if cursor else {})})).json()
        found += [one["id"] for one in part["items"]]
        if (following := part["next"]) is None:
            break
        cursor = following
    assert found == ids[::-1]
    for path, params in (("/goals", {}), ("/conversations", {"q": "ventes"})):
        answer = await api.get(path, params={"cursor": cursor, **params})
        assert (answer.status_code, answer.json()["reason"]) == (400, "cursor")


# The description


WITHOUT_A_BODY = ("/outlets/{id}/preview", "/connections/{id}/check", "/connections/{id}/sync")


async def test_the_description_is_whole(api):
    described = (await api.get("http://localhost/api/openapi.json")).json()
    text = json.dumps(described)
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert named <= set(described["components"]["schemas"])
    for path, item in described["paths"].items():
        for method, operation in item.items():
            assert operation["summary"], (method, path)
            if method == "post" and (path.startswith("/api/v1/hooks/") or path.endswith(WITHOUT_A_BODY)):
                assert {"400", "403", "413"} <= set(operation["responses"]), path  # a CRM's own body, or none
            elif method in ("post", "put", "patch"):
                examples = operation["requestBody"]["content"]["application/json"]["examples"]
                assert set(examples) == {"fr", "en"}, path
                assert {"400", "403", "413", "415", "422"} <= set(operation["responses"]), path
                answer = await api.request(
                    method, f"http://localhost{re.sub('{.*?}', ABSENT, path)}", json=examples["fr"]["value"]
                )
                assert answer.status_code in (200, 201, 404), (path, answer.text)
            if "201" in operation["responses"]:
                assert path.count("{") < 2


async def test_the_description_s_page_loads_nothing_from_elsewhere(api):
    for path in ("docs", "redoc"):
        assert (await api.get(f"http://localhost/api/v1/{path}")).status_code == 404
