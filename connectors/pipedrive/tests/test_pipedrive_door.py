"""Pipedrive's calls: webhooks with their password, panels with a token of the very company and user they name."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import random
import re
import urllib.parse
from importlib import resources

import pytest

from coach.plugins import Call, ShownGoal
from coach_pipedrive import Pipedrive

NOW = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)
SETTINGS = {"webhook_user": "coach", "webhook_password": "a-long-random-password", "client_secret": "app-secret"}
EVENT = {
    "meta": {"action": "change", "entity": "deal", "entity_id": "12", "company_id": "77", "attempt": 1},
    "data": {},
}
PANEL = "https://coach.example/api/v1/hooks/pipedrive/panel"
door = Pipedrive.door


def hook(event=EVENT, user="coach", password="a-long-random-password"):
    basic = base64.b64encode(f"{user}:{password}".encode()).decode()
    headers = {"authorization": f"Basic {basic}"}
    return Call(method="POST", url=PANEL, headers=headers, body=json.dumps(event).encode(), at=NOW)


def part(value):
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def token(claims=None, secret="app-secret"):
    told = {"userId": 5, "companyId": 77, "exp": round(NOW.timestamp()) + 300, **(claims or {})}
    head = f"{part(json.dumps({'alg': 'HS256', 'typ': 'JWT'}).encode())}.{part(json.dumps(told).encode())}"
    return f"{head}.{part(hmac.new(secret.encode(), head.encode(), hashlib.sha256).digest())}"


def panel(jwt=None, **query):
    asked = {"resource": "deal", "view": "details", "userId": "5", "companyId": "77", "selectedIds": "12", **query}
    asked["token"] = token() if jwt is None else jwt
    return Call(method="GET", url=f"{PANEL}?{urllib.parse.urlencode(asked)}", query=asked, at=NOW)


def test_a_webhook_with_its_password_marks_its_record():
    assert door.accounts(hook()) == ("77",)
    assert door.caller(hook(), SETTINGS) is not None
    assert [(one.entity, one.id) for one in door.touched(hook(), "77")] == [("deals", "12")]


def test_a_panel_with_its_token_says_who_looks_at_what():
    assert door.accounts(panel()) == ("77",)
    assert door.caller(panel(), SETTINGS).user == "5"
    assert (door.viewed(panel()).kind, door.viewed(panel()).id) == ("deal", "12")


def test_other_spellings_of_the_claims_are_read():
    claims = {"userId": None, "companyId": None, "user_id": 5, "company_id": 77}
    spelt = {name: value for name, value in claims.items() if value is not None}
    head = {"exp": round(NOW.timestamp()) + 300, **spelt}
    signed = f"{part(json.dumps({'alg': 'HS256'}).encode())}.{part(json.dumps(head).encode())}"
    jwt = f"{signed}.{part(hmac.new(b'app-secret', signed.encode(), hashlib.sha256).digest())}"
    assert door.caller(panel(jwt), SETTINGS) is not None


@pytest.mark.parametrize(
    "call",
    [
        hook(password="guess"), hook(user="other"), hook().model_copy(update={"headers": {}}),
        panel(token(secret="another")), panel(token({"exp": round(NOW.timestamp()) - 60})), panel(token({"companyId": 78})),
        panel(token({"userId": 6})), panel(""), panel(userId="6"), panel(companyId="78"),
    ],
    ids=["password", "user", "no header", "secret", "expired", "company", "person", "no token", "named user", "named company"],
)  # fmt: skip
def test_anything_else_is_nobodys(call):
    assert door.caller(call, SETTINGS) is None
    assert door.caller(call, {}) is None


def test_the_same_panel_asked_again_with_the_same_token_is_a_replay_and_another_record_is_not():
    assert door.caller(panel(), SETTINGS).proof == door.caller(panel(), SETTINGS).proof
    assert door.caller(panel(), SETTINGS).proof != door.caller(panel(selectedIds="13"), SETTINGS).proof


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"meta": 3}', b'{"meta": {"entity_id": {}}}', b"[" * 100_000])
def test_a_body_of_any_shape_names_nothing_and_raises_nothing(body):
    call = Call(method="POST", url=PANEL, body=body, at=NOW)
    assert door.accounts(call) == ()
    assert door.touched(call, "77") == ()


def test_none_of_ten_thousand_tampered_calls_is_accepted():
    rng = random.Random(11)
    assert sum(door.caller(_tampered(rng), SETTINGS) is not None for _ in range(10_000)) == 0


def _tampered(rng):
    kind = rng.randrange(3)
    if kind == 0:
        given = base64.b64encode(_altered(b"coach:a-long-random-password", rng)).decode()
        return hook().model_copy(update={"headers": {"authorization": f"Basic {given}"}})
    if kind == 1:
        return panel(_altered(token().encode(), rng).decode())
    name = rng.choice(["userId", "companyId"])
    return panel(**{name: str(rng.choice([n for n in range(1, 999) if n not in (5, 77)]))})


def _altered(text, rng):
    place = rng.randrange(len(text))
    other = rng.choice([letter for letter in b"abcXYZ019" if letter != text[place]])
    return text[:place] + bytes([other]) + text[place + 1 :]


GOALS = [
    ShownGoal(id=str(n), title="Un objectif très long " * 30, status="En retard de beaucoup plus que quarante lettres", tone="warn",
              progress="12 / 30", target="30", due=dt.date(2026, 6, 30), link=f"https://coach.example/goals/{n}")
    for n in range(14)
]  # fmt: skip


def test_a_panel_holds_to_its_schema_and_to_pipedrives_limits():
    """An unknown or ill-typed field makes Pipedrive show an error instead of the panel."""
    schema = json.loads(resources.files("coach_pipedrive").joinpath("panel.schema.json").read_text("utf-8"))
    known = schema["items"]["properties"]
    shown = door.panel(GOALS, {"open": "Ouvrir coach"}, "https://coach.example")
    assert len(shown["data"]) == 10
    for row in shown["data"]:
        assert set(schema["items"]["required"]) <= set(row) <= set(known)
        assert len(row["header"]) <= 255 and len(row["status"]["label"]) <= 40
        assert row["status"]["color"] in {"green", "red", "blue", "yellow", "purple", "grey"}
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", row["due"])
    assert set(shown) == {"data", "external_link"}


def test_nothing_to_show_and_a_refusal_have_pipedrives_own_form():
    assert door.panel([], {"open": "Open"}, "https://coach.example")["data"] == []
    refusal = door.refusal("Un titre bien plus long que trente caractères", "Détail")["error"]
    assert len(refusal["title"]) <= 30
    assert refusal["subtitle"] == "Détail"
