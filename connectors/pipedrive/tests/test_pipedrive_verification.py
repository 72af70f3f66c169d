"""Pipedrive's panels and webhooks: only what it signed, or what carries the password."""

import base64
import hashlib
import hmac
import json
import random

import pytest

from coach_pipedrive.verification import claims, is_basic

SECRET = "panel-secret"
NOW = 1_800_000_000


def part(value) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def token(payload=None, header=None, secret=SECRET) -> str:
    signed = f"{part(header or {'alg': 'HS256', 'typ': 'JWT'})}.{part({'userId': 1, 'exp': NOW + 300} if payload is None else payload)}"
    digest = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def test_a_signed_token_gives_its_claims():
    assert claims(token(), SECRET, now_s=NOW) == {"userId": 1, "exp": NOW + 300}


def test_the_published_example_of_the_standard_is_verified():
    """RFC 7515, appendix A.1: same key, same bytes; it expired in 2011."""
    key = base64.urlsafe_b64decode(
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow=="
    )
    example = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    class Raw(str):
        def encode(self, *_):
            return key

    assert claims(example, Raw("key"), now_s=1_300_000_000)["iss"] == "joe"
    assert claims(example, Raw("key"), now_s=NOW) is None


@pytest.mark.parametrize(
    "bad",
    [
        token(secret="other"), token({"userId": 1}), token({"exp": NOW - 60}), token({"exp": True}), token({"exp": "later"}), token([1]),
        token(header={"alg": "none"}), token(header={"alg": "HS512"}), "", "a.b", "a.b.c", "é.é.é", token() + "=", token() + ".x", "." * 2, "a" * 9_000,
        token().rsplit(".", 1)[0] + ".",
    ],
)  # fmt: skip
def test_anything_else_is_refused(bad):
    assert claims(bad, SECRET, now_s=NOW) is None


def test_an_empty_secret_verifies_nothing():
    assert claims(token(secret=""), "", now_s=NOW) is None


def test_none_of_ten_thousand_tampered_tokens_is_accepted():
    rng = random.Random(3)
    good = token()
    accepted = 0
    for _ in range(10_000):
        place = rng.randrange(len(good))
        other = rng.choice("ABCXYZabcxyz0189-_.".replace(good[place], ""))
        accepted += claims(good[:place] + other + good[place + 1 :], SECRET, now_s=NOW) is not None
    assert accepted == 0


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


def test_basic_needs_both_words():
    assert is_basic(basic("coach:long password"), "coach", "long password")


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Basic",
        "Basic !",
        "Bearer x",
        basic("coach:"),
        basic("coach:other"),
        basic("x:long password"),
        basic("coach:long password "),
    ],
)
def test_any_other_header_is_refused(header):
    assert not is_basic(header, "coach", "long password")


def test_an_unset_password_is_no_password():
    assert not is_basic(basic(":"), "", "")
