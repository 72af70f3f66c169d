"""The screens of connections and KPIs in a browser: nothing axe objects to, nothing cut off, and a reading seen as it goes."""

import asyncio

import pytest
from playwright.sync_api import expect

from coach import service
from coach.service import connections, goals, people, syncs
from coach.settings import Settings
from tests.web import browsing
from tests.web.conftest import NOON, serving
from tests.web.test_screens import MODES, Judge, _unfolded

pytestmark = pytest.mark.browser
MODES = {name: MODES[name] for name in ("dark", "320 pixels")}


async def prepared(home, *, read=True) -> dict[str, str]:
    """A home with an invented team that was read, and a goal."""
    async with service.opened(Settings(home=home, time_zone="Europe/Paris"), lambda: NOON) as coach:
        actor = await people.owner(coach)
        made = await connections.connect(coach, actor, "demo", {"months": 13, "deals_a_month": 3}, label="Équipe")
        goal = await goals.create(coach, actor, "Signer 12 contrats avec des cliniques d’ici fin juin 2026")
        if read:
            await syncs.start(coach, actor, made.id)
            await coach.jobs.drain(coach)
        return {"connection": made.id, "goal": goal.id}


async def drained(home, id) -> None:
    """What a worker does beside the server."""
    async with service.opened(Settings(home=home, time_zone="Europe/Paris"), lambda: NOON) as coach:
        actor = await people.owner(coach)
        await syncs.start(coach, actor, id)
        await coach.jobs.drain(coach)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """One home for what is only looked at."""
    folder = tmp_path_factory.mktemp("team")
    return folder, in_a_loop_of_its_own(prepared(folder))


def in_a_loop_of_its_own(work):
    """Playwright's own loop runs in this thread."""
    import threading

    told = []
    thread = threading.Thread(target=lambda: told.append(asyncio.run(work)))
    thread.start()
    thread.join(120)
    return told[0]


@pytest.mark.parametrize("mode", MODES)
def test_every_screen_passes_axe_can_be_hit_and_fits(browser, home, mode):
    folder, ids = home
    with serving(folder) as server, browsing.window(browser, server.address, **MODES[mode]) as look:
        judge = Judge(look)
        for path in ("/connections", "/connections/new/csv", "/connections/new/demo", "/kpis", "/kpis/closing_rate", "/kpis/nps",
                     f"/connections/{ids['connection']}", f"/goals/{ids['goal']}/crm"):  # fmt: skip
            look.open(path)
            _unfolded(look.page)
            judge(path)
    assert len(judge.seen) == 8
    assert judge.wrong == []


def test_a_reading_is_seen_to_end_without_a_reload(browser, tmp_path):
    ids = in_a_loop_of_its_own(prepared(tmp_path, read=False))
    with serving(tmp_path) as server, browsing.window(browser, server.address) as look:
        look.open(f"/connections/{ids['connection']}")
        look.page.click("#reading button")
        expect(look.page.locator("#reading[data-again]")).to_have_count(1)
        look.page.evaluate("window.same = true")
        in_a_loop_of_its_own(drained(tmp_path, ids["connection"]))
        expect(look.page.locator("#reading[data-again]")).to_have_count(0)
        expect(look.page.locator("#reading tbody tr").first).to_be_visible()
        assert look.page.evaluate("window.same")
        expect(look.page.locator("#status")).to_have_text("à jour")


def test_its_pages_stay_light(browser, home):
    folder, ids = home
    with serving(folder) as server:
        for path in ("/kpis", "/kpis/revenue", f"/connections/{ids['connection']}"):
            with browsing.window(browser, server.address) as look:
                sizes = []
                look.page.on(
                    "response", lambda answer, sizes=sizes: sizes.append(answer.request.sizes()["responseBodySize"])
                )
                look.open(path)
                look.page.wait_for_load_state("networkidle")
            assert len(look.requests) <= 5
            assert sum(sizes) < 40 * 1024, (path, sizes)
