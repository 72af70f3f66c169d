"""Who may send a form: our own pages, in the session they were made for, while they are fresh."""

import itertools
import time

import pytest
from starlette.requests import Request

from coach.web import forms
from coach.web.forms import BodyTooLarge, ExpiredForm, ForeignRequest, Guard


def request(body: bytes = b"", **headers: str) -> Request:
    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": raw, "query_string": b""}
    return Request(scope, receive)


def hostile_heads():
    sites = ["cross-site", "same-site", "CROSS-SITE", "none-such", ""]
    origins = [
        None,
        "null",
        "https://evil.example",
        "http://coach.test.evil.example",
        "http://evil.example#coach.test",
        "file://",
    ]
    origins += [f"http://coach.test:{port}" for port in range(1, 80)] + [f"http://a{n}.coach.test" for n in range(20)]
    for site, origin in itertools.product([None, *sites], origins):
        if site is None and origin is None:
            continue
        head = {"host": "coach.test"}
        if site is not None:
            head["sec_fetch_site"] = site
        if origin is not None:
            head["origin"] = origin
        yield head


def test_no_request_of_another_site_is_taken_even_with_a_good_token():
    heads = list(hostile_heads())
    assert len(heads) >= 500
    assert [head for head in heads if forms.same_site(request(**head))] == []


@pytest.mark.parametrize(
    "head",
    [
        {"sec_fetch_site": "same-origin", "origin": "http://coach.test"},
        {"sec_fetch_site": "same-origin"},
        {"sec_fetch_site": "none"},
        {"origin": "http://coach.test"},
        {},
    ],
)
def test_our_own_pages_and_clients_that_say_nothing_go_on_to_the_token(head):
    assert forms.same_site(request(host="coach.test", **head))


async def test_a_token_serves_its_own_session_only():
    guard = Guard("secret")
    token = guard.token("mine")
    assert (await guard.read(request(f"token={token}&text=a+b".encode()), "mine")).text("text") == "a b"
    for wrong in ("", token[:-1], token + "x", guard.token("yours"), Guard("other").token("mine")):
        with pytest.raises(ExpiredForm):
            await guard.read(request(f"token={wrong}&text=a".encode()), "mine")


async def test_a_stale_token_gives_the_words_back(monkeypatch):
    guard = Guard("secret")
    token = guard.token("mine")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + forms.TOKEN_FOR_S + 2)
    with pytest.raises(ExpiredForm) as expired:
        await guard.read(request(f"token={token}&text=gard%C3%A9".encode()), "mine")
    assert expired.value.form.text("text") == "gardé"


async def test_a_foreign_request_is_refused_before_its_body_is_read():
    with pytest.raises(ForeignRequest):
        await Guard("secret").read(request(host="coach.test", sec_fetch_site="cross-site"), "mine")


async def test_a_body_longer_than_any_form_is_cut_short():
    with pytest.raises(BodyTooLarge):
        await forms.body(request(b"a" * (forms.BODY_AT_MOST + 1)))
    with pytest.raises(BodyTooLarge):
        forms.parse(b"&".join(b"a=1" for _ in range(forms.FIELDS_AT_MOST + 1)))


@pytest.mark.parametrize("raw", [b"\xff\xfe=\x00", b"a=%ff%fe", b"=", b"&&&", b"a", b"a=%", b"a=%zz", "é=è".encode()])
def test_any_bytes_are_read_as_some_form(raw):
    assert isinstance(forms.parse(raw).fields, dict)


@pytest.mark.parametrize(
    ("given", "number"), [("12", 12), (" 3 ", 3), ("", None), ("-1", None), ("٣", None), ("9" * 40, None)]
)
def test_numbers_are_whole_and_bounded(given, number):
    assert forms.Form({"n": given}).number("n") == number
