"""A sales manager in a browser: answers what is asked, with what a manager knows, and takes the first wording."""

import re

from playwright.sync_api import expect

AMBITION = {"fr": "augmenter les ventes", "en": "increase sales"}
ANSWERS = {
    "fr": {
        "goal": "le premier",
        "object": "des contrats signés avec des cliniques vétérinaires",
        "target": "12 contrats",
        "unit": "des contrats",
        "deadline": "d’ici le 30 juin 2026",
        "baseline": "8 contrats aujourd’hui",
        "segment": "les cliniques vétérinaires",
        "means": "par téléphone",
    },
    "en": {
        "goal": "the first one",
        "object": "signed contracts with veterinary clinics",
        "target": "12 contracts",
        "unit": "contracts",
        "deadline": "by June 30, 2026",
        "baseline": "8 contracts today",
        "segment": "veterinary clinics",
        "means": "by phone",
    },
}
TURNS_AT_MOST = 14
TAKE = "#drafts button[name=draft]"


class Manager:
    """Plays the manager in one window, in one language, by one way of acting."""

    def __init__(self, look, language: str) -> None:
        self.look, self.page, self.language = look, look.page, language

    def journey(self) -> str:
        """From the vague ambition to the adopted goal; gives the goal's address."""
        self.check()
        self.build()
        for _ in range(TURNS_AT_MOST):
            if self.page.locator(TAKE).count():
                break
            self.answer()
        expect(self.page.locator(TAKE).first).to_be_visible()
        self.take()
        self.adopt()
        return self.look.path

    def check(self) -> None:
        self.look.open("/")
        self.write("#text", AMBITION[self.language])
        self.press("#ambition .ask button")
        expect(self.page.locator("#result .criterion")).to_have_count(5)

    def build(self) -> None:
        self.press("#result form button")
        expect(self.page.locator("#thread")).to_be_visible()
        self.look.settled()

    def answer(self) -> None:
        slot = self.page.locator("#reply").get_attribute("data-asked")
        before = self.page.locator("#thread").get_attribute("data-version")
        words = ANSWERS[self.language].get(slot or "")
        if words:
            self.write("#message", words)
            self.press("#composer button[name=send]")
        else:
            self.press("#composer button[name=skip]")
        expect(self.page.locator(f'#thread:not([data-version="{before}"])')).to_have_count(1)
        self.look.settled()

    def take(self) -> None:
        self.press(f"{TAKE} >> nth=0")
        expect(self.page.locator(".draft.chosen")).to_have_count(1)

    def adopt(self) -> None:
        self.press('.draft.chosen a[href$="/adopt"]')
        expect(self.page).to_have_url(re.compile(r"/adopt$"))
        self.press("main form[method=post] button")
        expect(self.page).to_have_url(re.compile(r"/goals/[^/]+\?adopted=1$"))
        expect(self.page.locator(".alert.good")).to_be_visible()

    def write(self, selector: str, text: str) -> None:
        self.page.fill(selector, text)

    def press(self, selector: str) -> None:
        self.page.click(selector)


class KeyboardManager(Manager):
    """The same with the keyboard alone; every stop on the way must be seen."""

    def write(self, selector: str, text: str) -> None:
        self._reach(selector)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def press(self, selector: str) -> None:
        if selector == "#composer button[name=send]" or selector == "#ambition .ask button":
            self.page.keyboard.press("Enter")  # from the text, as the hint says
            return
        self._reach(selector)
        self.page.keyboard.press("Enter")

    def _reach(self, selector: str) -> None:
        target = self.page.locator(selector).first
        for _ in range(160):
            if target.evaluate("element => element === document.activeElement"):
                self._wait_until_seen(selector)
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} cannot be reached with the Tab key")

    def _wait_until_seen(self, selector: str) -> None:
        for _ in range(20):  # the page may still be scrolling to it
            if self._seen():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"focus on {selector} cannot be seen")

    def _seen(self) -> bool:
        return self.page.evaluate(
            """() => {
              const element = document.activeElement, box = element.getBoundingClientRect();
              const ring = [element, element.closest('.ask, .composer')].some((each) => {
                if (!each) return false;
                const style = getComputedStyle(each);
                const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
                return outlined || (each !== element && style.boxShadow !== 'none');
              });
              const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
              return ring && (element.contains(at) || at?.contains(element));
            }"""
        )
