"""SMART rules that plugins bring: heard beside the built-in ones, and unable to spoil them."""

import pytest

from coach.plugins import Judged, SmartRule, hookimpl, manager
from tests.shell.crm_calls import Point

GOAL = "Win 12 maintenance contracts with clinics by 30 June 2026"
WORDS = {"fr": {"fail": "Pas de remise : « {word} »."}, "en": {"fail": "No rebate: “{word}”."}}


def no_rebate(reading, profile):
    place = reading.text.lower().find("rebate")
    return None if place < 0 else Judged(verdict="fail", spans=((place, place + 6),), params={"word": "rebate"})


def plugin(*rules):
    class House:
        @hookimpl
        def register_rules(self, register):
            for rule in rules:
                register(rule)

    return House()


@pytest.fixture
def with_rules(app):
    def put(*rules):
        app.state.coach.plugins = manager.load([Point("house", plugin(*rules))])

    return put


async def judged(api, text, **more):
    return (await api.post("/assessments", json={"text": text, **more})).json()


async def test_a_rule_of_the_house_is_heard_in_its_own_words_and_decides(api, with_rules):
    before = await judged(api, GOAL)
    with_rules(SmartRule("house.rebate", "specific", no_rebate, WORDS))
    assert await judged(api, GOAL) == before
    after = await judged(api, f"{GOAL} with a 10% rebate")
    [finding] = [one for one in after["criteria"]["specific"]["findings"] if one["rule"] == "house.rebate"]
    assert finding["message"] == "No rebate: “rebate”."
    assert after["reading"]["text"][slice(*finding["spans"][0])] == "rebate"
    assert after["criteria"]["specific"]["verdict"] == "fail"
    assert after["smart"] is False


async def test_it_speaks_the_texts_language(api, with_rules):
    with_rules(SmartRule("house.rebate", "specific", no_rebate, WORDS))
    after = await judged(api, "Signer 12 contrats avec des cliniques d’ici fin juin, rebate compris", language="fr")
    assert "Pas de remise" in str(after["criteria"]["specific"])


async def test_a_rule_that_raises_is_left_out_and_the_others_stand(api, with_rules):
    def broken(reading, profile):
        raise RuntimeError("no luck")

    plain = await judged(api, f"{GOAL} with a 10% rebate")
    with_rules(
        SmartRule("house.broken", "specific", broken, WORDS), SmartRule("house.rebate", "specific", no_rebate, WORDS)
    )
    after = await judged(api, f"{GOAL} with a 10% rebate")
    rules = [one["rule"] for one in after["criteria"]["specific"]["findings"]]
    assert "house.broken" not in rules
    assert rules == [*(one["rule"] for one in plain["criteria"]["specific"]["findings"]), "house.rebate"]


async def test_what_is_no_goal_is_not_judged_by_the_house_either(api, with_rules):
    with_rules(SmartRule("house.rebate", "specific", no_rebate, WORDS))
    after = await judged(api, "What is a rebate?")
    assert "house.rebate" not in str(after)


async def test_the_page_shows_it_with_where_it_comes_from(app, with_rules):
    import httpx

    with_rules(SmartRule("house.rebate", "specific", no_rebate, WORDS, source="our pricing policy"))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        import re

        home = await client.get("/")
        token = re.search(r'name="token" value="([^"]+)"', home.text)[1]
        page = await client.post("/", data={"token": token, "text": f"{GOAL} with a 10% rebate"})
    assert page.status_code == 200
    assert "No rebate" in page.text
