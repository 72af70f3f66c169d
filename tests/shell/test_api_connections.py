"""Connections over the API: made with a fake CRM on a socket, read, mapped, removed; hostile addresses refused."""

import json
import random

import pytest

from tests.shell import crm_calls
from tests.shell.crm_calls import PUBLIC

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture
async def crm():
    async with crm_calls.hubspot() as (fake, address):
        yield fake, address


@pytest.fixture
def settings(tmp_path, crm):
    from coach.settings import Settings

    return Settings(home=tmp_path / "home", time_zone="Europe/Paris", public_url=PUBLIC, sandbox=f"hubspot={crm[1]}")


@pytest.fixture
async def app(app):
    app.state.coach.plugins = crm_calls.installed()
    return app


async def connect(api, token="pat-eu1-fake", **more):
    return await api.post("/connections", json={"connector": "hubspot", "settings": {"token": token, **more}})


async def synced(api, app, id):
    run = (await api.post(f"/connections/{id}/sync")).json()
    await app.state.coach.jobs.drain(app.state.coach)
    return (await api.get(f"/syncs/{run['id']}")).json()


async def test_a_token_becomes_a_connection_that_never_gives_it_back(api):
    made = await connect(api)
    assert made.status_code == 201, made.text
    whole = json.dumps([made.json(), (await api.get("/connections")).json()])
    assert "pat-eu1-fake" not in whole
    assert made.json()["secrets"] == ["token"]
    assert made.json()["state"] == "ok"
    assert {one["metric"] for one in made.json()["abilities"] if one["level"] == "exact"} >= {"revenue", "calls"}
    assert made.headers["location"].endswith(made.json()["id"])


async def test_a_token_that_is_refused_keeps_nothing_and_says_what_to_do(api):
    refused = await connect(api, token="pat-of-another-day")
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["remedy"]
    assert "pat-of-another-day" not in refused.text
    assert (await api.get("/connections")).json()["items"] == []


async def test_a_crm_that_is_out_of_reach_is_a_502_and_not_our_mistake(api, app):
    app.state.coach.settings = app.state.coach.settings.model_copy(update={"sandbox": "hubspot=http://127.0.0.1:9"})
    import stamina

    with stamina.set_testing(True, attempts=1):
        answer = await connect(api)
    assert answer.status_code == 502
    assert answer.json()["type"] == "/problems/crm_unavailable"


async def test_a_missing_scope_takes_away_its_kpis_only(api, crm):
    crm[0].missing_scopes = {"quotes"}
    made = (await connect(api)).json()
    levels = {one["metric"]: (one["level"], one["missing"]) for one in made["abilities"]}
    assert made["state"] == "degraded"
    assert levels["quotes_sent"] == ("none", ["crm.objects.quotes.read"])
    assert levels["revenue"] == ("exact", [])


async def test_a_reading_is_followed_and_its_figures_carry_their_evidence(api, app):
    made = (await connect(api)).json()
    run = await synced(api, app, made["id"])
    assert run["status"] == "done"
    assert run["counts"]["deals"]["new"] > 0
    found = {one["series"]["metric"]: one for one in (await api.get("/kpis")).json()["items"]}
    closing = found["closing_rate"]["series"]
    point = next(one for one in closing["points"] if one["denominator"])
    assert point["value"] == pytest.approx(point["numerator"] / point["denominator"])
    assert closing["method"] == "exact"
    assert found["revenue"]["connection_id"] == made["id"]
    assert (await api.get("/syncs", params={"connection": made["id"]})).json()["items"][0]["id"] == run["id"]


async def test_a_reading_is_told_as_it_goes(api, app):
    made = (await connect(api)).json()
    run = await synced(api, app, made["id"])
    answer = await api.get(f"/syncs/{run['id']}", headers={"accept": "text/event-stream"})
    events = [line[7:] for line in answer.text.splitlines() if line.startswith("event: ")]
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert events == ["done"]
    assert json.loads(answer.text.split("data: ", 1)[1].split("\n")[0])["counts"] == run["counts"]


async def test_teams_and_members_are_those_of_the_crm(api, app):
    made = (await connect(api)).json()
    await synced(api, app, made["id"])
    people = (await api.get("/members")).json()["items"]
    assert people == sorted(people, key=lambda one: (one["label"].casefold(), one["id"]))
    active = (await api.get("/members", params={"active": "true"})).json()["items"]
    assert {one["id"] for one in active} <= {one["id"] for one in people}
    assert all(one["active"] for one in active)
    teams = (await api.get("/teams")).json()["items"]
    assert sum(one["members"] for one in teams) == sum(len(one["teams"]) for one in active)


async def test_a_mapping_is_changed_under_the_version_that_was_read(api):
    made = await connect(api)
    id, tag = made.json()["id"], made.headers["etag"]
    mapping = {"qualified_stages": ["12"], "qualified_by": "deal"}
    changed = await api.patch(f"/connections/{id}", json={"mapping": mapping}, headers={"if-match": tag})
    assert changed.json()["mapping"]["qualified_stages"] == ["12"]
    late = await api.patch(f"/connections/{id}", json={"mapping": mapping}, headers={"if-match": tag})
    assert late.status_code == 412


async def test_disconnecting_forgets_the_figures(api, app):
    id = (await connect(api)).json()["id"]
    await synced(api, app, id)
    assert (await api.delete(f"/connections/{id}")).status_code == 204
    assert (await api.get("/kpis")).json()["items"] == []
    assert (await api.get(f"/connections/{id}")).status_code == 404


async def test_what_a_person_tells_is_marked_as_theirs(api):
    told = {"metric": "nps", "unit": "points", "grain": "quarter",
            "points": [{"start": "2025-10-01", "end": "2026-01-01", "value": 41}]}  # fmt: skip
    assert (await api.post("/kpis", json=told)).status_code == 201
    [found] = (await api.get("/kpis", params={"grain": "quarter"})).json()["items"]
    assert (found["series"]["method"], found["connection_id"]) == ("manual", None)


# -- addresses -------------------------------------------------------------------------------------------------------

PARTS = ("169.254.169.254", "127.0.0.1", "[::1]", "localhost", "10.0.0.1", "192.168.1.1", "metadata.google.internal",
         "0.0.0.0", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "api.hubapi.com.evil.example",
         "api.hubapi.com@evil.example", "evil.example#api.hubapi.com", "evil.example?api.hubapi.com", "api.hubapi.com:8443",
         "xn--pi-jka.hubapi.com", "evil.example\\.pipedrive.com", "api.pipedrive.com.evil.example", "evil.pipedrive.com.example")  # fmt: skip
SHAPES = ("http://{}", "https://{}", "https://{}/", "HTTPS://{}", "ftp://{}", "https://user:pw@{}", "//{}", "{}", " https://{}",
          "https://{}/../", "gopher://{}:70/")  # fmt: skip
HOSTILE = [shape.format(part) for part in PARTS for shape in SHAPES]


@pytest.mark.parametrize("connector", ["hubspot", "pipedrive"])
async def test_none_of_two_hundred_hostile_addresses_is_reached(api, app, crm, connector):
    """Over the network nobody chooses an address at all; and no connector takes one of another's."""
    app.state.coach.settings = app.state.coach.settings.model_copy(update={"sandbox": ""})
    assert len(HOSTILE) > 200
    before, reached = crm[0].requests, []
    for address in random.Random(3).sample(HOSTILE, 60):
        given = {"connector": connector, "settings": {"token": "t", "base_url": address}}
        answer = await api.post("/connections", json=given)
        if answer.status_code != 422 or answer.json()["reason"] != "local_setting":
            reached.append((address, answer.status_code, answer.text))
    assert reached == []
    for address in HOSTILE:
        with pytest.raises(Exception, match="none of the CRM's"):
            app.state.coach.plugins.connect(connector, {"token": "t", "base_url": address})
    assert crm[0].requests == before


async def test_a_sandbox_is_the_servers_owner_to_choose(api, crm):
    """What COACH_SANDBOX says stands, whatever a caller asks for."""
    made = await connect(api, base_url="http://127.0.0.1:1", sandbox=True)
    assert made.status_code == 201
    assert made.json()["settings"]["base_url"] == crm[1]
