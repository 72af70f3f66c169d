"""Every screen in five modes: nothing axe objects to, nothing too small to hit, nothing cut off."""

import pytest

from tests.web import browsing
from tests.web.conftest import serving
from tests.web.manager import Manager

pytestmark = pytest.mark.browser
MODES = {
    "light": {},
    "dark": {"color_scheme": "dark", "locale": "en-GB"},
    "320 pixels": {"viewport": {"width": 320, "height": 640}},
    "forced colours": {"forced_colors": "active", "locale": "en-GB"},
    "reduced motion": {"reduced_motion": "reduce", "viewport": {"width": 1920, "height": 1080}},
}
SMALL = """() => [...document.querySelectorAll('a, button, summary, input, select, textarea')]
  .filter((each) => each.checkVisibility({ checkVisibilityCSS: true, contentVisibilityAuto: true }))
  .filter((each) => !each.closest('.visually-hidden, .skip, .prose p'))
  .map((each) => [each, (each.closest('label') ?? each).getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 24 || box.height < 24))
  .map(([each, box]) => `${each.outerHTML.slice(0, 90)} ${box.width.toFixed()}x${box.height.toFixed()}`)"""
CUT_OFF = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Judge:
    """Looks at a screen and notes what is wrong with it."""

    def __init__(self, look) -> None:
        from axe_playwright_python.sync_playwright import Axe

        self.look, self.axe, self.seen, self.wrong = look, Axe(), [], []

    def __call__(self, name: str) -> None:
        self.seen.append(name)
        found = self.axe.run(self.look.page).response["violations"]
        for each in found:
            self.wrong.append((name, each["id"], [node["target"] for node in each["nodes"]][:3]))
        self.wrong += [(name, "small", each) for each in self.look.page.evaluate(SMALL)]
        if self.look.page.evaluate(CUT_OFF) > 0:
            self.wrong.append((name, "wider than the window", self.look.page.evaluate(CUT_OFF)))


def _unfolded(page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")


@pytest.mark.parametrize("mode", MODES)
def test_every_screen_passes_axe_can_be_hit_and_fits(browser, tmp_path, mode):
    with serving(tmp_path) as server, browsing.window(browser, server.address, **MODES[mode]) as look:
        judge, page = Judge(look), look.page
        language = "en" if MODES[mode].get("locale") else "fr"
        manager = Manager(look, language)
        for path in ("/", "/goals", "/history", "/settings", "/accessibility", "/nowhere"):
            look.open(path)
            judge(f"empty {path}")
        manager.check()
        _unfolded(page)
        judge("checked")
        manager.build()
        judge("question")
        if mode != "320 pixels":
            _unfolded(page)
            judge("question, everything open")
            look.open(look.path)
        page.keyboard.press("Control+k")
        page.wait_for_selector("#finder #found .list")
        judge("finder")
        page.keyboard.press("Escape")
        while not page.locator("#drafts button[name=draft]").count():
            manager.answer()
        judge("drafts")
        manager.take()
        judge("chosen")
        page.click('.draft.chosen a[href$="/adopt"]')
        judge("adopt")
        page.click("main form[method=post] button")
        page.wait_for_selector(".goal-hero")
        judge("goal")
        for path in ("/", "/goals", "/history", "/goals?q=zzz"):
            look.open(path)
            judge(f"with goals {path}")
        assert judge.wrong == []
        assert len(judge.seen) >= 15


def test_axe_would_notice(browser, tmp_path):
    with serving(tmp_path) as server, browsing.window(browser, server.address) as look:
        look.open("/")
        look.page.evaluate("document.querySelector('label[for=text]').remove()")
        look.page.evaluate("document.querySelector('.btn.primary').textContent = ''")
        judge = Judge(look)
        judge("broken")
        assert {rule for _, rule, _ in judge.wrong} >= {"button-name"}
