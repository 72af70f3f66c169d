"""HubSpot's calls: only genuine ones, of the account they are about, and what they say has changed."""

import datetime as dt
import hashlib
import json
import random
import urllib.parse

import pytest

from coach.plugins import Call, ShownGoal
from coach_hubspot import HubSpot, signature

SECRET = "app-secret"
SETTINGS = {"client_secret": SECRET}
NOW = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)
HOOK = "https://coach.example/api/v1/hooks/hubspot"
QUERY = "userId=7&portalId=4242&userEmail=lea%40acme.example&appId=1&objectId=99&objectTypeId=0-3&locale=fr"
EVENTS = [
    {"eventId": 1, "portalId": 4242, "subscriptionType": "deal.propertyChange", "objectId": 12, "occurredAt": 1},
    {"eventId": 2, "portalId": 4242, "subscriptionType": "deal.propertyChange", "objectId": 12, "occurredAt": 2},
    {"eventId": 3, "portalId": 4242, "subscriptionType": "company.merge", "objectId": 5, "primaryObjectId": 5,
     "mergedObjectIds": [6, 7]},
    {"eventId": 4, "portalId": 1, "subscriptionType": "deal.creation", "objectId": 13},
]  # fmt: skip
door = HubSpot.door


def signed(url=HOOK, method="POST", body=b"", at=NOW, secret=SECRET, query=""):
    url = f"{url}?{query}" if query else url
    stamp = str(round(at.timestamp() * 1000))
    headers = {
        "x-hubspot-signature-v3": signature.expected(secret, method, url, body, stamp),
        "x-hubspot-request-timestamp": stamp,
    }
    return Call(method=method, url=url, query=dict(urllib.parse.parse_qsl(query)), headers=headers, body=body, at=NOW)


def hook(events=EVENTS, **changed):
    return signed(body=json.dumps(events).encode(), **changed)


def card(**changed):
    return signed(f"{HOOK}/panel", "GET", query=QUERY, **changed)


def test_a_signed_webhook_is_genuine_and_marks_each_record_once():
    assert door.accounts(hook()) == ("4242", "1")
    assert door.caller(hook(), SETTINGS) is not None
    assert [(one.entity, one.id) for one in door.touched(hook(), "4242")] == [
        ("deals", "12"), ("companies", "5"), ("companies", "6"), ("companies", "7"),
    ]  # fmt: skip


def test_a_signed_card_says_who_looks_at_what():
    caller, viewed = door.caller(card(), SETTINGS), door.viewed(card())
    assert (caller.user, caller.email) == ("7", "lea@acme.example")
    assert (viewed.kind, viewed.id, viewed.language) == ("deal", "99", "fr")
    assert door.accounts(card()) == ("4242",)


@pytest.mark.parametrize(
    "call",
    [
        hook(secret="another"), hook(at=NOW - dt.timedelta(minutes=6)), hook(at=NOW + dt.timedelta(minutes=6)),
        hook().model_copy(update={"headers": {}}), card().model_copy(update={"headers": {}}),
        card().model_copy(update={"url": HOOK}),
    ],
    ids=["another secret", "stale", "of tomorrow", "unsigned", "unsigned card", "another address"],
)  # fmt: skip
def test_anything_else_is_nobodys(call):
    assert door.caller(call, SETTINGS) is None
    assert door.caller(call, {}) is None


def test_the_first_version_serves_webhooks_only():
    """The documentation's own example of version 1: SHA-256 of secret and body."""
    body = json.dumps(EVENTS).encode()
    given = {"x-hubspot-signature": hashlib.sha256(SECRET.encode() + body).hexdigest()}
    old = Call(method="POST", url=HOOK, headers=given, body=body, at=NOW)
    assert door.caller(old, SETTINGS) is not None
    assert door.caller(old.model_copy(update={"body": body + b" "}), SETTINGS) is None
    assert door.caller(old.model_copy(update={"query": {"portalId": "4242"}}), SETTINGS) is None


@pytest.mark.parametrize("body", [b"", b"[", b"{}", b"[1]", b'[{"portalId": {}}]', b"[" * 100_000, b"\xff"])
def test_a_body_of_any_shape_names_no_account_and_raises_nothing(body):
    call = signed(body=body)
    assert door.accounts(call) == ()
    assert door.touched(call, "4242") == ()


def test_none_of_ten_thousand_tampered_calls_is_accepted():
    rng = random.Random(7)
    genuine = [hook(), card()]
    assert all(door.caller(call, SETTINGS) for call in genuine)
    assert sum(door.caller(_tampered(rng.choice(genuine), rng), SETTINGS) is not None for _ in range(10_000)) == 0


def _tampered(call, rng):
    """One letter of the address, the body or a header is another one, or a header is another call's."""
    where = rng.choice(["url", "body", "x-hubspot-signature-v3", "x-hubspot-request-timestamp"])
    if where == "body":
        return call.model_copy(update={"body": _altered(call.body or b"{}", rng) if call.body else b"x"})
    if where == "url":
        return call.model_copy(update={"url": _altered(call.url.encode(), rng).decode()})
    return call.model_copy(
        update={"headers": {**call.headers, where: _altered(call.headers[where].encode(), rng).decode()}}
    )


def _altered(text, rng):
    place = rng.randrange(len(text))
    other = rng.choice([letter for letter in b"abcXYZ019" if letter != text[place]])
    return text[:place] + bytes([other]) + text[place + 1 :]


def test_a_panel_is_the_goals_as_they_are():
    goal = ShownGoal(
        id="g", title="Signer 12 contrats", status="En retard", tone="warn", share=0.4, link="https://c.example/goals/g"
    )
    shown = door.panel([goal], {"open": "Ouvrir"}, "https://c.example")
    assert shown["goals"][0]["title"] == "Signer 12 contrats"
    assert json.dumps(shown)
    assert door.refusal("Non", "Reconnectez")["error"]["title"] == "Non"
