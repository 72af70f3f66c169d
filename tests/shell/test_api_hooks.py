"""Calls from CRMs: proved, taken once, and worth nothing but a mark or what the CRM's page shows."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import random
import urllib.parse

import pytest

from coach.service import connections, people
from coach.settings import Settings
from tests.shell import crm_calls
from tests.shell.crm_calls import NOW, PUBLIC, SECRET, signed

HOOK = "/api/v1/hooks/hubspot"
JSON = {"content-type": "application/json"}
PASSWORD = "a-long-random-webhook-password"


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path / "home", time_zone="Europe/Paris", public_url=PUBLIC)


@pytest.fixture
async def coach(app):
    """Connected to both fakes, each with the secrets of its calls."""
    coach = app.state.coach
    coach.plugins = crm_calls.installed()
    actor = await people.owner(coach)
    async with crm_calls.hubspot() as (crm, address), crm_calls.pipedrive() as (other, elsewhere):
        given = {"token": crm.token, "base_url": address, "sandbox": True, "client_secret": SECRET}
        await connections.connect(coach, actor, "hubspot", given, trusted=True)
        given = {"token": other.token, "base_url": elsewhere, "sandbox": True, "client_secret": SECRET,
                 "webhook_user": "coach", "webhook_password": PASSWORD}  # fmt: skip
        await connections.connect(coach, actor, "pipedrive", given, trusted=True)
        yield coach


@pytest.fixture
async def account(coach):
    return (await connections.every(coach, await people.owner(coach)))[0].account.id


async def post(api, path, body, query="", **heads):
    address = path.removeprefix("/api/v1") + (f"?{query}" if query else "")
    return await api.post(address, content=body, headers={**JSON, **heads})


def events(account, kind="deal.propertyChange", id=12):
    return json.dumps([{"portalId": int(account), "subscriptionType": kind, "objectId": id, "occurredAt": 1}]).encode()


async def dirty(coach, connector="hubspot"):
    found = await connections.every(coach, await people.owner(coach))
    return next(one for one in found if one.connector == connector).dirty_at is not None


async def test_a_genuine_webhook_only_marks_what_to_read_again(api, coach, account):
    body = events(account)
    answer = await post(api, HOOK, body, **signed("POST", HOOK, body=body))
    assert (answer.status_code, answer.json()) == (200, {"touched": 1, "replayed": False})
    assert await dirty(coach)
    [(name, payload, _)] = coach.jobs.waiting
    assert name == "sync"
    assert "propertyValue" not in json.dumps(payload)


async def test_the_same_webhook_again_changes_nothing(api, coach, account):
    body = events(account)
    heads = signed("POST", HOOK, body=body)
    await post(api, HOOK, body, **heads)
    again = await post(api, HOOK, body, **heads)
    assert (again.status_code, again.json()) == (200, {"touched": 0, "replayed": True})
    assert len(coach.jobs.waiting) == 1


@pytest.mark.parametrize("wrong", ["secret", "old", "unsigned", "account", "body"])
async def test_an_unproved_webhook_is_refused_and_marks_nothing(api, coach, account, wrong):
    body = events("1" if wrong == "account" else account)
    heads = signed(
        "POST", HOOK, body=body, secret="another" if wrong == "secret" else SECRET,
        at=NOW - dt.timedelta(minutes=6 if wrong == "old" else 0),
    )  # fmt: skip
    body = body.replace(b"12", b"13") if wrong == "body" else body
    answer = await post(api, HOOK, body, **({} if wrong == "unsigned" else heads))
    assert answer.status_code == 403
    assert answer.json()["reason"] == "not_genuine"
    assert SECRET not in answer.text
    assert not await dirty(coach)


async def test_one_accounts_secret_proves_nothing_of_another(api, coach, account):
    """Whoever connected an account of their own must not mark another's by naming both."""
    body = json.dumps([{"portalId": 999, "subscriptionType": "deal.creation", "objectId": 1},
                       {"portalId": int(account), "subscriptionType": "deal.creation", "objectId": 2}]).encode()  # fmt: skip
    answer = await post(api, HOOK, body, **signed("POST", HOOK, body=body, secret="the-attackers-own"))
    assert answer.status_code == 403
    assert not await dirty(coach)


async def test_without_a_public_address_no_call_is_taken(api, coach, account):
    coach.settings = coach.settings.model_copy(update={"public_url": ""})
    body = events(account)
    answer = await post(api, HOOK, body, **signed("POST", HOOK, body=body))
    assert (answer.status_code, answer.json()["reason"]) == (403, "no_public_url")


async def test_the_address_that_is_signed_is_ours_and_not_what_host_says(api, coach, account):
    body = events(account)
    heads = signed("POST", HOOK, body=body)
    answer = await api.post("/hooks/hubspot", content=body, headers={**heads, **JSON, "host": "127.0.0.1:9999"})
    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["csv", "demo", "nobody", "hubspot2"])
async def test_a_connector_without_a_door_has_no_address(api, coach, name):
    assert (await api.post(f"/hooks/{name}", content=b"[]", headers=JSON)).status_code == 404


# -- the card ---------------------------------------------------------------------------------------------------------


def card_query(account, **more):
    asked = {"userId": "7", "portalId": account, "userEmail": "lea@acme.example", "appId": "1", "objectId": "99",
             "objectTypeId": "0-3", "locale": "fr", **more}  # fmt: skip
    return urllib.parse.urlencode(asked)


async def card(api, account, **more):
    query = card_query(account, **more)
    return await api.get(f"/hooks/hubspot/panel?{query}", headers=signed("GET", f"{HOOK}/panel", query))


async def test_the_card_lists_the_goals_in_the_readers_language(api, coach, account):
    goal = {"text": "Signer 12 contrats de maintenance avec des cliniques d’ici fin juin"}
    made = (await api.post("/goals", json=goal)).json()
    shown = (await card(api, account)).json()
    assert [one["title"] for one in shown["goals"]] == [made["statement"]]
    assert shown["goals"][0]["link"] == f"{PUBLIC}/goals/{made['id']}"
    assert shown["words"]["open"] == "Ouvrir coach"
    assert (await card(api, account, locale="en", userId="8")).json()["words"]["open"] == "Open coach"


async def test_the_goals_of_the_records_owner_come_first(api, coach, account):
    from coach.service import syncs

    actor = await people.owner(coach)
    [link, _] = await connections.every(coach, actor)
    await syncs.start(coach, actor, link.id)
    await coach.jobs.drain(coach)
    async with coach.store.read(actor.workspace_id) as unit:
        batch = await anext(unit.records.stream(link.id, "deals"))
        deal = json.loads(batch[0])
        owner = json.loads((await unit.records.bodies(link.id, "owners", [deal["owner"]]))[deal["owner"]])["label"]
    for text, lead in (
        ("Signer 12 contrats d’ici fin février", ""),
        ("Obtenir 30 rendez-vous d’ici fin juin", f"{owner} Martin"),
    ):
        made = (await api.post("/goals", json={"text": text})).json()
        if lead:
            assert (await api.patch(f"/goals/{made['id']}", json={"lead": lead})).status_code == 200
    shown = (await card(api, account, objectId=deal["id"])).json()["goals"]
    assert [one["linked"] for one in shown] == [True, False]
    assert "30 rendez-vous" in shown[0]["title"]
    assert not any(one["linked"] for one in (await card(api, account, objectId="1")).json()["goals"])


async def test_a_card_call_is_answered_once(api, coach, account):
    query = card_query(account)
    heads = signed("GET", f"{HOOK}/panel", query)
    assert (await api.get(f"/hooks/hubspot/panel?{query}", headers=heads)).status_code == 200
    again = await api.get(f"/hooks/hubspot/panel?{query}", headers=heads)
    assert again.status_code == 409
    assert again.json()["error"]["title"]


async def test_the_card_checks_an_ambition_and_keeps_nothing(api, coach, account):
    query, body = card_query(account), json.dumps({"text": "augmenter les ventes"}).encode()
    path = f"{HOOK}/check"
    answer = await post(api, path, body, query, **signed("POST", path, query, body))
    told = answer.json()
    assert (answer.status_code, told["smart"]) == (200, False)
    assert "Pas encore SMART" in told["summary"]
    assert [row["verdict"] for row in told["criteria"]][2:4] == ["unknown", "unknown"]
    assert told["link"] == f"{PUBLIC}/?text=augmenter+les+ventes"
    assert (await api.get("/conversations")).json()["items"] == []


# -- the panel --------------------------------------------------------------------------------------------------------


def part(value):
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def jwt(account, secret=SECRET, user=5):
    claims = {"userId": user, "companyId": int(account), "exp": round(NOW.timestamp()) + 300}
    head = f"{part(json.dumps({'alg': 'HS256'}).encode())}.{part(json.dumps(claims).encode())}"
    return f"{head}.{part(hmac.new(secret.encode(), head.encode(), hashlib.sha256).digest())}"


async def panel(api, account, **more):
    asked = {"resource": "deal", "view": "details", "userId": "5", "companyId": account, "selectedIds": "12",
             "token": jwt(account), **more}  # fmt: skip
    return await api.get("/hooks/pipedrive/panel", params=asked)


async def test_pipedrives_panel_has_pipedrives_form(api, coach):
    account = (await connections.every(coach, await people.owner(coach)))[1].account.id
    await api.post("/goals", json={"text": "Win 12 maintenance contracts with clinics by 30 June 2026"})
    shown = (await panel(api, account)).json()
    assert set(shown) == {"data", "external_link"}
    assert {"id", "header", "status"} <= set(shown["data"][0])
    assert (await panel(api, account)).status_code == 409
    assert (await panel(api, account, token=jwt(account, "another"))).status_code == 403


async def test_pipedrives_webhook_needs_its_password(api, coach):
    account = (await connections.every(coach, await people.owner(coach)))[1].account.id
    body = json.dumps({"meta": {"entity": "deal", "entity_id": "1", "company_id": account}}).encode()
    for password, status in (("guess", 403), (PASSWORD, 200)):
        basic = base64.b64encode(f"coach:{password}".encode()).decode()
        answer = await post(api, "/api/v1/hooks/pipedrive", body, authorization=f"Basic {basic}")
        assert answer.status_code == status
        assert await dirty(coach, "pipedrive") is (status == 200)


async def test_none_of_three_hundred_tampered_calls_is_taken(api, coach, account):
    """The connectors' own tests try ten thousand; this goes through the whole door."""
    rng = random.Random(5)
    body = events(account)
    heads = signed("POST", HOOK, body=body)
    taken = 0
    for _ in range(300):
        place = rng.randrange(len(body))
        changed = (
            body[:place] + bytes([rng.choice([c for c in b"0123456789az" if c != body[place]])]) + body[place + 1 :]
        )
        taken += (await post(api, HOOK, changed, **heads)).status_code == 200
    assert taken == 0
    assert not await dirty(coach)
