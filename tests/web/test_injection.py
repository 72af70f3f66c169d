"""What people and models write is shown as text, never run, never fetched."""

import re
from html.parser import HTMLParser

import pytest
from playwright.sync_api import expect

from coach.web import markdown
from tests.web import browsing
from tests.web.conftest import serving
from tests.web.hostile import AWAY, MARK, strings

ALL = strings()
ALLOWED = {
    "p",
    "strong",
    "em",
    "ul",
    "ol",
    "li",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "br",
    "code",
    "blockquote",
}


class Shape(HTMLParser):
    """The elements of a page and the text of one of them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag, attrs):
        if tag not in ("mark", "sup"):
            self.tags.append((tag, tuple(sorted(name for name, _ in attrs))))


def shape(text: str) -> list[tuple[str, tuple[str, ...]]]:
    parser = Shape()
    parser.feed(text)
    return parser.tags


def test_there_are_enough_strings_and_none_is_tame():
    assert len(ALL) >= 600
    assert sum(MARK in each.lower() or "evil" in each.lower() or "7*7" in each for each in ALL) > 590


async def test_every_string_leaves_the_page_with_the_elements_it_had(pages):
    """An error page echoes the words in the plainest frame there is: only the words may differ."""
    expected = shape((await pages.post("/goals/new", {"token": "stale", "text": "des mots"})).text)
    for each in ALL:
        answer = await pages.post("/goals/new", {"token": "stale", "text": each})
        assert shape(answer.text) == expected, each


async def test_every_string_checked_as_an_ambition_is_answered_with_known_elements_only(pages):
    known = set(shape((await pages.post("/", {"text": "Signer 12 contrats d’ici fin juin"}, x_coach="fragment")).text))
    known |= set(shape((await pages.post("/", {"text": "augmenter les ventes"}, x_coach="fragment")).text))
    known |= set(shape((await pages.post("/", {"text": "Bonjour"}, x_coach="fragment")).text))
    for each in ALL:
        answer = await pages.post("/", {"text": each}, x_coach="fragment")
        assert answer.status_code == 200, each
        strange = {tag for tag, _ in shape(answer.text)} - {tag for tag, _ in known}
        assert not strange, each
        assert not [name for _, names in shape(answer.text) for name in names if name.startswith(("on", "style"))], each


@pytest.mark.parametrize("start", range(0, len(ALL), 60))
def test_markdown_of_any_of_them_holds_the_allowed_elements_without_attributes(start):
    for each in ALL[start : start + 60]:
        assert {tag for tag, _ in shape(str(markdown.html(each)))} <= ALLOWED, each
        assert all(not names for _, names in shape(str(markdown.html(each)))), each


def _batches(at_most: int = 9_000) -> list[str]:
    """All the strings, as few texts as hold them."""
    texts, text = [], ""
    for each in ALL:
        if len(text) + len(each) + 1 > at_most:
            texts.append(text)
            text = ""
        text += each + "\n"
    return [*texts, text]


def _quiet(look) -> None:
    """Nothing ran and nothing was asked of another host."""
    assert look.page.evaluate(f"typeof window.{MARK}") == "undefined"
    assert not [url for url in look.requests if AWAY.partition("//")[2] in url.partition("?")[0]]


@pytest.mark.browser
def test_in_a_browser_they_are_words_on_every_screen_that_shows_them(browser, tmp_path):
    with serving(tmp_path) as server, browsing.window(browser, server.address) as look:
        look.page.on("dialog", lambda dialog: look.errors.append(dialog.message))
        for text in _batches():
            look.open("/")
            look.page.fill("#text", text)
            look.page.click("#ambition .ask button")
            expect(look.page.locator("#result-title")).to_be_attached()
            _quiet(look)
            look.page.evaluate(
                """(text) => {
                  const form = document.querySelector('#result form') ?? document.querySelector('#ambition');
                  form.setAttribute('action', '/goals/new');
                  delete form.dataset.ajax;
                  (form.elements.text).value = text;
                  form.submit();
                }""",
                text,
            )
            expect(look.page.locator("#thread")).to_be_attached()
            look.settled()
            said = look.page.locator(".msg.manager .bubble").first.evaluate(
                """(each) => {
                  const own = each.cloneNode(true);
                  own.querySelectorAll('sup, .visually-hidden').forEach((extra) => extra.remove());
                  return own.textContent;
                }"""
            )
            assert said.strip() == text.strip()
            look.say(text)
            _quiet(look)
        look.open("/history")
        look.page.wait_for_timeout(100)
        _quiet(look)


@pytest.mark.browser
@pytest.mark.parametrize("native", [True, False], ids=["setHTML", "DOMParser"])
def test_in_a_browser_a_model_that_writes_them_writes_words(browser, tmp_path, native):
    with serving(tmp_path) as server, browsing.window(browser, server.address) as look:
        if not native:
            look.page.add_init_script("delete Element.prototype.setHTML; delete window.Sanitizer;")
        said = iter(_batches(20_000))

        def hostile(conversation, message):
            async def speak():
                for piece in re.findall(r".{1,37}|\n", next(said, "fini")):
                    yield piece

            return speak

        look.open("/")
        look.page.fill("#text", "Signer 12 contrats avec des cliniques")
        look.page.click("#ambition .ask button")
        look.page.click("#result form button")
        look.settled()
        server.site.speak = hostile
        for answer in ("d’ici le 30 juin 2026", "8 aujourd’hui", "par téléphone"):
            look.say(answer)
            tags = look.page.locator(".msg.coach .bubble").evaluate_all(
                "(all) => all.flatMap((each) => [...each.querySelectorAll('*')].map((one) => one.localName))"
            )
            assert set(tags) <= ALLOWED | {"div", "noscript", "svg", "path", "circle"}
            _quiet(look)
