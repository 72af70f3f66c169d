"""A goal's life through the forms alone: what is wrong is said, what is hostile is shown as text, other sites do nothing."""

import gzip
import re

import pytest

from coach.errors import BadInput
from coach.web.pages.following import parts

GOAL = "Signer 12 contrats de maintenance avec des cliniques d’ici le 30 juin 2026"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture
async def goal(pages):
    """The address of an adopted goal."""
    address = await pages.start(GOAL)
    if "/choose" not in (await pages.get(address)).text:
        await pages.post(f"{address}/messages", {"skip_all": "1"})
    return (await pages.post(f"{address}/adopt")).headers["location"].partition("?")[0]


async def version(pages, goal: str) -> str:
    return re.search(r'name="version" value="(\d+)"', (await pages.get(goal)).text).group(1)


async def sent(pages, path: str, **fields: str):
    goal = "/".join(path.split("/")[:3])
    return await pages.post(path, {"version": await version(pages, goal), **fields})


async def test_a_check_in_is_one_figure_as_people_type_it(pages, goal):
    for typed, shown in (("3", "3"), ("4,5", "4,5"), (" 6 ", "6")):
        answer = await sent(pages, f"{goal}/check-ins", value=typed)
        assert answer.status_code == 303
        assert f"<strong>{shown}</strong>" in (await pages.get(goal)).text


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("check-ins", {"value": "beaucoup"}),
        ("check-ins", {"value": ""}),
        ("check-ins", {"value": "3", "day": "2999-01-01"}),
        ("check-ins", {"value": "3", "day": "31/02/2026"}),
        ("check-ins", {"value": "3", "confidence": "sûre"}),
        ("check-ins", {"value": "3", "volume": "-4"}),
        ("adjust", {"target": "10"}),
        ("adjust", {"target": "x", "reason": "y"}),
        ("split", {"split": "Karim = 7"}),
        ("split", {"split": "Karim"}),
        ("remarks", {"kind": "comment", "text": " "}),
        ("remarks", {"kind": "shout", "text": "non"}),
        ("close", {"outcome": "abandoned"}),
        ("close", {"outcome": "won"}),
        ("about", {"lead_email": "pas une adresse"}),
    ],
)
async def test_what_does_not_fit_is_said_and_changes_nothing(pages, goal, path, fields):
    before = await version(pages, goal)
    answer = await sent(pages, f"{goal}/{path}", **fields)
    assert answer.status_code == 422, answer.text
    assert 'role="alert"' in answer.text
    text = re.sub(r"<[^>]+>", "", answer.text)
    assert "{" not in text
    assert 'class="goal-hero' in answer.text  # on the goal's own page, what was typed still there
    for typed in fields.values():
        assert not typed.strip() or typed in answer.text or typed in ("won", "abandoned", "comment", "shout", "sûre")
    assert "error." not in re.sub(r"<[^>]+>", "", answer.text)
    assert await version(pages, goal) == before


async def test_parts_that_make_the_target_are_kept_and_can_be_taken_back(pages, goal):
    answer = await sent(pages, f"{goal}/split", split="Karim = 7\r\nLéa : 5")
    assert answer.status_code == 303
    shown = (await pages.get(goal)).text
    assert "Karim" in shown
    assert "Karim = 7\nLéa = 5" in shown
    await sent(pages, f"{goal}/split", split="")
    assert "Léa = 5" not in (await pages.get(goal)).text


@pytest.mark.parametrize("text", ["Karim", "= 7", "Karim = x"])
def test_a_line_that_is_no_part_is_refused(text):
    with pytest.raises(BadInput):
        parts(text)


async def test_what_people_write_is_shown_as_text_everywhere(pages, goal):
    await sent(pages, f"{goal}/about", lead=HOSTILE, team=HOSTILE, strategy=HOSTILE)
    await sent(pages, f"{goal}/check-ins", value="3", comment=HOSTILE)
    await sent(pages, f"{goal}/adjust", target="10", reason=HOSTILE)
    await sent(pages, f"{goal}/remarks", kind="contest", text=HOSTILE, author=HOSTILE)
    made = await sent(pages, f"{goal}/links", name=HOSTILE, purpose="read")
    link = re.search(r'value="http://coach\.test(/l/[\w-]+)"', made.text).group(1)
    await sent(pages, f"{goal}/close", outcome="missed", learnt=HOSTILE)
    for path in (goal, f"{goal}/brief", "/team?closed=1", "/dashboard", "/", "/goals", link):
        answer = await pages.get(path)
        assert answer.status_code == 200, path
        assert "<script>alert" not in answer.text, path
        assert "<img src=x" not in answer.text, path


async def test_nothing_is_done_for_another_site_or_without_a_page_of_ours(pages, goal):
    foreign = await pages.post(f"{goal}/check-ins", {"value": "3"}, origin="https://evil.example")
    assert foreign.status_code == 403
    stale = await pages.post(f"{goal}/check-ins", {"value": "3", "token": "nope"})
    assert stale.status_code == 403
    assert "Aucun point pour l’instant" in (await pages.get(goal)).text


async def test_of_two_who_adjust_the_second_is_told(pages, goal):
    seen = await version(pages, goal)
    for answer, status in (("10", 303), ("9", 409)):
        got = await pages.post(f"{goal}/adjust", {"version": seen, "target": answer, "reason": "un poste vacant"})
        assert got.status_code == status


async def test_a_link_that_leads_nowhere_says_so_and_names_nothing(pages, goal):
    answer = await pages.get("/l/" + "x" * 43)
    assert answer.status_code == 404
    assert "Ce lien ne mène nulle part" in answer.text
    assert "contrats" not in answer.text


async def test_a_link_is_shown_once_and_can_be_taken_back(pages, goal):
    made = await sent(pages, f"{goal}/links", name="Karim", days="7")
    link = re.search(r'value="http://coach\.test(/l/[\w-]+)"', made.text).group(1)
    page = (await pages.get(goal)).text
    assert link not in page
    assert (await pages.get(link)).headers["cache-control"] == "no-store"
    revoke = re.search(r'action="(/goals/[^"]+/links/[^"]+/revoke)"', page).group(1)
    await pages.post(revoke)
    assert (await pages.get(link)).status_code == 404


async def test_reminders_are_seen_then_switched_on_then_off(pages, goal):
    refused = await pages.post("/outlets", {"kind": "slack", "address": "https://evil.example/x", "digest": "1"})
    assert refused.status_code == 422
    made = await pages.post(
        "/outlets", {"kind": "slack", "address": "https://hooks.slack.com/services/s3cret", "digest": "1"}
    )
    place = made.headers["location"]
    assert "1 objectif" in (await pages.get(place)).text.replace("Un objectif", "1 objectif")

    async def switch(on: str):
        seen = re.search(r'name="version" value="(\d+)"', (await pages.get(place)).text).group(1)
        return await pages.post(f"{place}/switch", {"on": on, "version": seen})

    await switch("1")
    shown = (await pages.get("/outlets")).text
    assert "Activé" in shown
    assert "s3cret" not in shown
    await switch("0")
    assert "Coupé" in (await pages.get("/outlets")).text
    await pages.post(f"{place}/remove")
    assert "Aucun canal" in (await pages.get("/outlets")).text


async def test_the_list_says_where_each_goal_stands(pages, goal):
    assert "En attente du premier point" in (await pages.get("/goals")).text
    await sent(pages, f"{goal}/check-ins", value="12")
    assert "Atteint" in (await pages.get("/goals")).text


async def test_a_goal_s_page_stays_light(pages, goal):
    await sent(pages, f"{goal}/check-ins", value="3", comment="deux devis")
    for path in (goal, f"{goal}/brief", "/team", "/dashboard"):
        text = (await pages.get(path)).text
        weight = len(gzip.compress(text.encode(), 6))
        for url in set(re.findall(r'(?:href|src)="(/static/[^"]+)"', text)):
            weight += len(gzip.compress((await pages.get(url)).content, 9))
        assert weight <= 40 * 1024, (path, weight)


@pytest.mark.parametrize("format", ["pdf", "csv", "xlsx", "ics", "md", "json"])
async def test_every_file_of_a_goal_is_saved_under_a_name(pages, goal, format):
    answer = await pages.get(f"{goal}.{format}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="objectif.{format}"'


@pytest.mark.parametrize("format", ["pdf", "csv", "xlsx", "json"])
async def test_every_file_of_the_board_is_saved_under_a_name(pages, goal, format):
    answer = await pages.get(f"/team.{format}?closed=1")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="objectifs-equipe.{format}"'
