"""The page of the models: which, whether they answer, what they took, and exactly what they are sent."""

import html
import re

import pytest

from coach.llm import trying
from coach.llm.provider import Failure
from coach.testing.models import plain
from tests.shell.models import TODAY, Told, brief_of, writer

ZELMIRA = "Signer 30 contrats avec Anne Zelmira d'ici le 31 mars 2027 (anne@exemple.fr, 06 12 34 56 78)"


def told(text):
    return html.unescape(re.sub(r"<[^>]+>", " ", text))


def token_of(page):
    return re.search(r'name="token" value="([^"]+)"', page).group(1)


@pytest.fixture
def client(tmp_path):
    from starlette.testclient import TestClient

    from coach.api.app import create_app
    from coach.settings import Settings

    app = create_app(Settings(home=tmp_path / "home", model_budget=50_000))
    with TestClient(app, base_url="http://localhost", headers={"accept-language": "fr"}) as client:
        client.headers["origin"] = "http://localhost"
        yield client


def test_without_a_model_the_page_says_so_and_shows_what_would_leave(client):
    page = client.get("/settings/models").text
    assert "COACH_MODEL" in page
    assert "50\u202f000" in page or "50 000" in page
    assert "/settings/models/test" not in page
    assert '"variants"' in told(page)
    assert "/settings/models" in client.get("/settings").text


def test_the_preview_is_masked_and_holds_no_figure(client):
    token = token_of(client.get("/settings/models").text)
    page = client.post("/settings/models/preview", data={"token": token, "text": ZELMIRA}).text
    prompts = "".join(re.findall(r"<pre.*?</pre>", page, re.S))
    assert "[EMAIL_A]" in prompts
    assert "[PHONE_A]" in prompts
    for secret in ("anne@exemple.fr", "06 12", "2027", "30"):
        assert secret not in prompts.split("&lt;&lt;&lt;")[-1].split("&gt;&gt;&gt;")[0]


async def test_the_preview_is_what_the_writer_sends_and_nothing_else():
    found = await trying.prompts_for(ZELMIRA, "fr", ("Anne Zelmira",), TODAY)
    model, provider = writer(plain)
    model.people = ("Anne Zelmira",)
    await model.drafts(brief_of(ZELMIRA))
    assert found["draft"] == provider.asked[0].messages[0]["content"]
    assert "Zelmira" not in found["draft"]
    assert "[PERSON_A]" in found["draft"]


async def test_a_vague_ambition_shows_the_question_and_the_second_reading():
    found = await trying.prompts_for("Vendre davantage, au moins autant que les soixante de Lille", "fr", (), TODAY)
    assert list(found) == ["read", "ask"] or "ask" in found
    assert "soixante" not in found["read"]


async def test_a_model_is_tried_with_what_it_took():
    good = await trying.tried("test/model", by=Told(lambda messages: '{"text": "Bonjour", "why": "x"}', tokens=11))
    assert (good.works, good.tokens, good.why) == (True, 11, "")
    bad = await trying.tried("test/model", by=Told(lambda messages: Failure("refused", "AuthenticationError 401")))
    assert (bad.works, bad.why, bad.first_words_s) == (False, "AuthenticationError 401", None)


def test_a_test_calls_each_model_and_shows_the_result(client, monkeypatch):
    async def tried(name, **_):
        return trying.Tried(name, name != "b/b", "" if name != "b/b" else "late", 1.25, 0.4, 11, 0.00012)

    monkeypatch.setattr("coach.llm.trying.tried", tried)
    coach = client.app.state.coach
    coach.settings = coach.settings.model_copy(update={"model": "a/a, b/b"})
    page = client.get("/settings/models").text
    assert "a/a" in page
    shown = told(client.post("/settings/models/test", data={"token": token_of(page)}).text)
    assert "1,25" in shown
    assert "0,0001" in shown
    assert "late" in shown


def test_another_site_s_form_is_refused(client):
    assert client.post("/settings/models/test", data={"token": "x"}).status_code == 403
