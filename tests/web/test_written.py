"""Writing a goal into a CRM from its page: allowed, previewed, written, and what changed over there."""

import html
import re

import httpx
import pytest

from tests.shell import crm_calls
from tests.web.conftest import Pages, application


@pytest.fixture
async def crm():
    async with crm_calls.pipedrive() as (fake, address):
        fake.address = address
        yield fake


@pytest.fixture
async def pages(tmp_path, crm):
    app = application(tmp_path / "home", sandbox=f"pipedrive={crm.address}")
    async with app.router.lifespan_context(app):
        app.state.coach.plugins = crm_calls.installed()
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://coach.test") as client:
            yield Pages(client, app, heads={"accept-language": "fr-FR"})


@pytest.fixture
async def goal(pages):
    text = "Signer 12 contrats de maintenance avec des cliniques d’ici le 31 mars 2026"
    made = await pages.client.post("/api/v1/goals", json={"text": text})
    return f"/goals/{made.json()['id']}"


@pytest.fixture
async def link(pages, crm):
    sent = await pages.post("/connections/new/pipedrive", {"with": "key", "set.token": crm.token})
    await pages.app.state.coach.jobs.drain(pages.app.state.coach)
    return sent.headers["location"].partition("?")[0]


def text(answer) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.text))).replace("\u202f", " ")


async def allowed(pages, link) -> str:
    await pages.post(f"{link}/settings", {"write_back_shown": "1", "write_back": "1"})
    return link.rpartition("/")[2]


async def test_without_permission_the_page_offers_to_give_it_and_writes_nothing(pages, goal, link, crm):
    page = await pages.get(f"{goal}/crm")
    assert "n’est pas permise" in text(page)
    refused = await pages.post(f"{goal}/crm", {"to": link.rpartition("/")[2], "agreed": "x"})
    assert refused.status_code == 403
    assert "Permettez-le" in text(refused)
    assert crm.writes.made == 0


async def test_a_preview_then_one_click_and_the_goal_stands_there(pages, goal, link, crm):
    to = await allowed(pages, link)
    page = await pages.get(f"{goal}/crm?to={to}")
    assert "Rien n’est encore écrit" in text(page)
    assert "affaires gagnées" in text(page)
    assert crm.writes.made == 0
    agreed = re.search(r'name="agreed" value="(\w+)"', page.text)[1]
    assert (await pages.post(f"{goal}/crm", {"to": to, "agreed": agreed})).status_code == 303
    assert crm.writes.made == 1
    assert "Identique dans le CRM" in text(await pages.get(f"{goal}/crm"))
    assert "exactement ceci" in text(await pages.get(f"{goal}/crm?to={to}"))


async def test_a_change_over_there_is_told_on_the_goals_page_and_taken_over_by_a_person(pages, goal, link, crm):
    to = await allowed(pages, link)
    agreed = re.search(r'name="agreed" value="(\w+)"', (await pages.get(f"{goal}/crm?to={to}")).text)[1]
    await pages.post(f"{goal}/crm", {"to": to, "agreed": agreed})
    next(iter(crm.writes.goals.values()))["expected_outcome"]["target"] = 9
    assert (await pages.post(f"{goal}/crm/look", {"to": to})).status_code == 303
    assert "Sa cible y est maintenant 9" in text(await pages.get(goal))
    await pages.post(f"{goal}/crm/take-over", {"to": to, "reason": "revu en comité"})
    page = text(await pages.get(goal))
    assert "maintenant 9" not in page
    assert "revu en comité" in page


async def test_one_can_write_it_for_one_person(pages, goal, link, crm):
    to = await allowed(pages, link)
    page = await pages.get(f"{goal}/crm?to={to}")
    owner = re.findall(r'<option value="(\d+)"', page.text)[0]
    page = await pages.get(f"{goal}/crm?to={to}&owner={owner}")
    agreed = re.search(r'name="agreed" value="(\w+)"', page.text)[1]
    await pages.post(f"{goal}/crm", {"to": to, "agreed": agreed, "owner": owner})
    [made] = crm.writes.goals.values()
    assert made["assignee"] == {"id": int(owner), "type": "person"}


async def test_a_crm_that_fails_is_said_on_the_page(pages, goal, link, crm):
    to = await allowed(pages, link)
    crm.token = "withdrawn"
    page = await pages.get(f"{goal}/crm?to={to}")
    assert page.status_code == 422
    assert 'role="alert"' in page.text
