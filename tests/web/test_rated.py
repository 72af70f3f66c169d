"""What a person thinks of a wording, who leads the goal, what it serves, and goals that were removed."""

import re

import pytest

from coach.service import people, ratings

WHOLE = "Obtenir 30 rendez-vous qualifiés avec des PME industrielles d’ici le 30 juin 2026"


async def drafted(pages) -> str:
    address = await pages.start(WHOLE)
    await pages.post(f"{address}/messages", {"skip_all": "1", "version": await pages.version(address)})
    return address


async def marks(pages):
    coach = pages.app.state.coach
    return await ratings.ratings(coach, (await people.owner(coach)).workspace_id)


async def test_a_thumb_is_kept_shown_again_and_taken_back(pages):
    address = await drafted(pages)
    before = await pages.version(address)
    assert (await pages.post(f"{address}/rate", {"draft": "0", "mark": "up"})).status_code == 303
    page = (await pages.get(address)).text
    assert page.count('aria-pressed="true"') == 1
    assert await pages.version(address) == before  # an opinion changes nothing of the conversation
    assert [one.mark for one in await marks(pages)] == ["up"]
    await pages.post(f"{address}/rate", {"draft": "0", "mark": "down"})
    assert [one.mark for one in await marks(pages)] == ["down"]
    await pages.post(f"{address}/rate", {"draft": "0", "mark": "none"})
    assert await marks(pages) == ()
    assert 'aria-pressed="true"' not in (await pages.get(address)).text


async def test_evals_read_the_words_only_where_the_person_lets_them(pages):
    address = await drafted(pages)
    await pages.post(f"{address}/rate", {"draft": "0", "mark": "down", "note": "Trop long."})
    await pages.post(f"{address}/rate", {"draft": "1", "mark": "up", "note": "Nette.", "shared": "1"})
    shared, withheld = await marks(pages)
    assert (shared.mark, shared.note, shared.ambition) == ("up", "Nette.", WHOLE)
    assert "30" in shared.statement
    assert (withheld.mark, withheld.note, withheld.ambition, withheld.statement) == ("down", "", "", "")
    assert (withheld.author, withheld.framing) == ("rules", "result")
    assert "Trop long." in (await pages.get(address)).text  # the person still sees their own


async def test_a_thumb_stays_with_its_wording_when_others_are_shown(pages):
    address = await drafted(pages)
    await pages.post(f"{address}/rate", {"draft": "0", "mark": "up"})
    await pages.post(f"{address}/drafts", {"again": "1", "version": await pages.version(address)})
    assert 'aria-pressed="true"' not in (await pages.get(address)).text
    await pages.post(f"{address}/drafts", {"show": "0", "version": await pages.version(address)})
    assert (await pages.get(address)).text.count('aria-pressed="true"') == 1


@pytest.mark.parametrize(
    "fields",
    [{}, {"draft": "0"}, {"draft": "9", "mark": "up"}, {"draft": "x", "mark": "up"}, {"draft": "0", "mark": "maybe"}],
)
async def test_an_odd_mark_is_refused_and_nothing_is_kept(pages, fields):
    address = await drafted(pages)
    assert (await pages.post(f"{address}/rate", fields)).status_code == 422
    assert await marks(pages) == ()


async def test_who_leads_a_goal_and_what_it_serves_are_given_when_it_is_adopted(pages):
    address = await drafted(pages)
    await pages.post(f"{address}/choose", {"draft": "0", "version": await pages.version(address)})
    page = (await pages.get(f"{address}/adopt")).text
    assert 'name="lead"' in page and 'name="strategy"' in page
    fields = {"version": await pages.version(address), "lead": " Léa Martin ", "strategy": "Conquérir l’industrie"}
    made = await pages.post(f"{address}/adopt", fields)
    assert made.status_code == 303
    goal = (await pages.get(made.headers["location"])).text
    assert "Léa Martin" in goal and "Conquérir l’industrie" in goal


async def test_removed_goals_have_a_list_from_which_they_come_back(pages):
    address = await drafted(pages)
    made = await pages.post(f"{address}/adopt", {"version": await pages.version(address)})
    goal = made.headers["location"].partition("?")[0]
    assert "removed=1" not in (await pages.get("/goals")).text
    version = re.search(r'name="version" value="(\d+)"', (await pages.get(goal)).text).group(1)
    await pages.post(f"{goal}/delete", {"version": version})
    listed = (await pages.get("/goals")).text
    assert goal not in listed and "/goals?removed=1" in listed
    removed = (await pages.get("/goals?removed=1")).text
    assert goal in removed
    version = re.search(r'name="version" value="(\d+)"', removed).group(1)
    assert (await pages.post(f"{goal}/restore", {"version": version})).status_code == 303
    assert goal in (await pages.get("/goals")).text
