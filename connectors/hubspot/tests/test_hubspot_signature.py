"""Signature v3: the published vector, and nothing that was touched."""

import random

import pytest

from coach_hubspot import signature

SECRET = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"
URI = "https://www.example.com/webhook_uri"
BODY = b"{'example_field':'example_value'}"
AT = "1693657560000"
KNOWN = "K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y="


def genuine(**changed):
    given = {
        "secret": SECRET,
        "method": "POST",
        "uri": URI,
        "body": BODY,
        "timestamp": AT,
        "signature": KNOWN,
        "now_ms": int(AT),
    }
    given |= changed
    return signature.is_genuine(given.pop("secret"), given.pop("method"), given.pop("uri"), given.pop("body"), **given)


def test_the_published_vector_holds():
    assert signature.expected(SECRET, "POST", URI, BODY, AT) == KNOWN
    assert genuine()


@pytest.mark.parametrize("minutes", [-4.9, 4.9])
def test_five_minutes_are_allowed(minutes):
    assert genuine(now_ms=int(AT) + round(minutes * 60_000))


@pytest.mark.parametrize("minutes", [-5.1, 5.1, 60])
def test_more_than_five_minutes_are_not(minutes):
    assert not genuine(now_ms=int(AT) + round(minutes * 60_000))


def test_exactly_the_documented_escapes_are_decoded():
    signed = signature.expected(SECRET, "GET", "https://c.example/a?userEmail=a@b.fr&x=%20%26", b"", AT)
    uri = "https://c.example/a?userEmail=a%40b.fr&x=%20%26"
    assert genuine(method="GET", uri=uri, body=b"", signature=signed)
    assert not genuine(method="GET", uri=uri.replace("%26", "&"), body=b"", signature=signed)


@pytest.mark.parametrize(
    "changed",
    [
        {"signature": None},
        {"timestamp": None},
        {"signature": ""},
        {"timestamp": "soon"},
        {"timestamp": "٣" * 13},
        {"timestamp": "9" * 5000},
        {"secret": ""},
        {"signature": "é"},
    ],
)
def test_what_is_missing_or_odd_is_refused(changed):
    assert not genuine(**changed)


def test_none_of_ten_thousand_tampered_requests_is_accepted():
    rng = random.Random(4)
    accepted = 0
    for _ in range(10_000):
        field = rng.choice(["uri", "body", "timestamp", "signature", "method"])
        value = {"uri": URI, "body": BODY, "timestamp": AT, "signature": KNOWN, "method": "POST"}[field]
        text = bytearray(value if isinstance(value, bytes) else value.encode())
        place = rng.randrange(len(text))
        replaced = rng.choice([c for c in b"abcXYZ0123456789" if c != text[place]])
        text[place] = replaced
        if field == "method" and bytes(text).decode().upper() == "POST":
            continue
        accepted += genuine(**{field: bytes(text) if field == "body" else bytes(text).decode()})
    assert accepted == 0
