"""A model speaks on the page: card first, then its words, then what was verified; and every way that it can end."""

import asyncio
import json
import re
import threading

import pytest
from playwright.sync_api import expect

from coach.llm.gateway import Limits
from coach.llm.provider import Answer, Failure
from coach.testing.models import obedient, plain
from tests.shell.models import writer
from tests.web import browsing
from tests.web.conftest import serving
from tests.web.test_live import begin

pytestmark = pytest.mark.browser
WHOLE = "Obtenir 30 rendez-vous qualifiés avec des PME industrielles d’ici le 30 juin 2026"
OPEN = "Obtenir 30 rendez-vous qualifiés avec des PME industrielles"
WARM = "À quelle échéance souhaitez-vous voir ces rendez-vous dans l’agenda de votre équipe ?"


def answers(messages):
    """The warm question, or the example twice, as the prompt asks."""
    if '"variants"' in messages[0]["content"]:
        statement = json.loads(plain(messages))["variants"][0]["statement"]
        told = [{"statement": statement, "rationale": "Chaque rendez-vous prépare une signature."}]
        return json.dumps({"variants": told}, ensure_ascii=False)
    return json.dumps({"text": WARM, "why": "Chacun saura où aller."}, ensure_ascii=False)


class Model:
    """A provider that gives a few letters each time it is let on; ``closed`` counts the calls that were hung up on."""

    def __init__(self, says=answers, dies_after: int | None = None) -> None:
        self.says, self.dies_after = says, dies_after
        self.let_on, self.free = threading.Semaphore(0), False
        self.calls, self.closed = 0, 0

    def go(self, pieces: int) -> None:
        for _ in range(pieces):
            self.let_on.release()

    async def complete(self, call):
        """The second reading: it points at nothing."""
        return Answer(text='{"facts": []}', model=call.model, tokens=1)

    async def stream(self, call):
        self.calls += 1
        ended = False
        try:
            for number, piece in enumerate(re.findall(r"(?s).{1,6}", self.says(call.messages))):
                if number == self.dies_after:
                    ended = True
                    raise Failure("down", "died")
                while not self.free and not self.let_on.acquire(blocking=False):  # noqa: ASYNC110 - another thread
                    await asyncio.sleep(0.005)
                yield piece
            ended = True
        finally:
            self.closed += not ended


@pytest.fixture
def spoken(server):
    """Gives the server a model; it has none again afterwards."""
    given = []

    def with_model(model: Model) -> Model:
        server.app.state.coach.writer, _ = writer("", limits=Limits(first_token_s=20, call_s=20, job_s=40, calls=6))
        server.app.state.coach.writer.gateway.provider = model
        given.append(model)
        return model

    yield with_model
    for model in given:
        model.free = True
    server.app.state.coach.writer = None


def to_drafts(look, model: Model) -> None:
    """An ambition that says everything, and no more questions: the model is about to write the drafts."""
    model.free = True
    begin(look, WHOLE)
    look.settled()
    model.free = False
    look.page.click("button[name=skip_all]")


def bubble(look):
    return look.page.locator(".msg.coach").last


def test_the_card_comes_first_then_the_model_s_words_then_the_verified_question(look, spoken):
    model = spoken(Model())
    begin(look, OPEN)
    expect(look.page.locator("#card .criterion.pass .tile", has_text="M")).to_have_count(1)
    expect(bubble(look)).to_have_attribute("aria-busy", "true")
    assert WARM[:20] not in bubble(look).inner_text()
    model.go(12)
    expect(bubble(look).locator(".live")).to_contain_text("À quelle échéance souhaitez-vous")
    assert "Chacun saura" not in look.page.content()
    model.free = True
    look.settled()
    expect(bubble(look)).to_contain_text(WARM)
    expect(look.page.locator("#status")).to_contain_text(WARM)
    look.page.click("#reply summary")
    expect(look.page.locator("#reply .note")).to_have_text("Chacun saura où aller.")
    look.page.reload()
    expect(bubble(look)).to_contain_text(WARM)
    look.say("d’ici le 30 juin 2026")  # at the version shown: the model's words are no conflict
    expect(look.page.locator("#trouble")).to_have_count(0)


@pytest.mark.parametrize("way", ["button", "escape"])
def test_stopping_hangs_up_on_the_model_and_leaves_the_whole_question(look, spoken, way):
    model = spoken(Model())
    begin(look, OPEN)
    model.go(12)
    expect(bubble(look).locator(".live")).to_contain_text("souhaitez-vous")
    look.page.click("[data-stop]") if way == "button" else look.page.keyboard.press("Escape")
    look.settled()
    expect(bubble(look)).to_contain_text("souhaitez-vous")
    expect(bubble(look).locator(".stopped")).to_have_text(re.compile("interrompue"))
    expect(bubble(look)).to_contain_text("?")
    expect(look.page.locator(".chip").first).to_be_visible()
    assert (model.calls, model.closed) == (1, 1)
    look.page.reload()
    expect(bubble(look).locator(".stopped")).to_be_visible()
    expect(bubble(look)).to_contain_text("?")
    model.free = True
    look.say("d’ici le 30 juin 2026")
    expect(look.page.locator("#card .criterion.pass .tile", has_text="T")).to_have_count(1)


def test_a_model_that_dies_in_mid_question_says_so_and_leaves_a_usable_turn(look, spoken):
    model = spoken(Model(dies_after=12))
    model.free = True
    begin(look, OPEN)
    look.settled()
    expect(bubble(look)).to_contain_text("souhaitez-vous")
    expect(bubble(look).locator(".stopped")).to_have_text(re.compile("s’est arrêté en route"))
    expect(bubble(look)).to_contain_text("?")
    expect(look.page.locator(".chip").first).to_be_visible()
    look.page.reload()
    expect(bubble(look).locator(".stopped")).to_be_visible()
    look.say("d’ici le 30 juin 2026")
    expect(look.page.locator(".msg.manager")).to_have_count(2)


@pytest.mark.parametrize(
    "order", ["Écris 737 contrats", "Visit https://evil.example/x", "Promettez cinq cents contrats"]
)
def test_what_an_obedient_model_is_ordered_to_say_is_never_on_the_page(browser, tmp_path, order):
    with serving(tmp_path) as server, browsing.window(browser, server.address) as look:
        model = Model(obedient(order))
        model.free = True
        server.app.state.coach.writer, _ = writer("", limits=Limits())
        server.app.state.coach.writer.gateway.provider = model
        look.page.add_init_script(
            """addEventListener('DOMContentLoaded', () => { window.shown = [];
              new MutationObserver(() => window.shown.push(document.querySelector('main').innerText))
                .observe(document.querySelector('main'), { childList: true, subtree: true, characterData: true }); })"""
        )
        begin(look, OPEN)
        look.settled()
        assert order not in "".join(look.page.evaluate("window.shown"))
        expect(bubble(look)).to_contain_text("?")
        look.page.click("button[name=skip_all]")
        expect(look.page.locator("#drafts .draft blockquote").first).to_be_visible()
        assert model.calls >= 2
        assert order not in "".join(look.page.evaluate("window.shown"))


def test_drafts_are_provisional_until_the_verified_cards_take_their_place(look, spoken):
    model = spoken(Model())
    to_drafts(look, model)
    expect(look.page.locator("#drafts.drafts[aria-busy=true] .provisional")).to_be_visible()
    expect(look.page.locator("#drafts button[name=draft]")).to_have_count(0)
    expect(look.page.locator("#card .criterion.pass")).not_to_have_count(0)
    model.free = True
    expect(look.page.locator("#drafts button[name=draft]").first).to_be_visible()
    look.settled()
    expect(look.page.locator(".provisional")).to_have_count(0)
    expect(look.page.locator("#drafts .draft blockquote").first).to_contain_text("30 rendez-vous qualifiés")
    expect(look.page.locator("#drafts .draft").first).to_contain_text("Formulée par un modèle d’IA (test/model)")
    look.page.click("#drafts button[name=draft] >> nth=0")
    expect(look.page.locator(".draft.chosen")).to_have_count(1)
    look.page.click('.draft.chosen a[href$="/adopt"]')
    look.page.click("main form[method=post] button")
    expect(look.page).to_have_url(re.compile(r"/goals/[^/]+\?adopted=1$"))


def test_a_model_that_does_not_answer_is_said_not_to_and_the_question_is_whole(look, spoken):
    model = spoken(Model(dies_after=0))
    begin(look, OPEN)
    look.settled()
    assert model.calls >= 1
    expect(bubble(look)).to_contain_text("?")
    expect(look.page.locator(".chip").first).to_be_visible()
    look.page.fill("#message", "dans trois mois")
    look.page.keyboard.press("Enter")
    expect(bubble(look).locator(".stopped")).to_have_text(re.compile("ne répond pas"))
    look.settled()
    expect(look.page.locator("#card .criterion.pass .tile", has_text="T")).to_have_count(1)


@pytest.mark.parametrize("end", ["dies", "stopped"])
def test_drafts_that_a_model_does_not_finish_are_the_built_in_ones_and_the_page_says_so(look, spoken, end):
    model = spoken(Model())
    to_drafts(look, model)
    model.dies_after = 6 if end == "dies" else None
    expect(look.page.locator(".provisional")).to_be_visible()
    if end == "dies":
        model.free = True
    else:
        look.page.keyboard.press("Escape")
    expect(look.page.locator("#drafts button[name=draft]").first).to_be_visible()
    look.settled()
    said = {"dies": "arrêté en route", "stopped": "Rédaction arrêtée"}[end]
    expect(look.page.locator("#drafts .stopped")).to_have_text(re.compile(said))
    look.page.click("#drafts button[name=draft] >> nth=0")
    expect(look.page.locator(".draft.chosen")).to_have_count(1)


def test_answering_while_the_model_speaks_hangs_up_on_it_and_goes_on(look, spoken):
    model = spoken(Model())
    begin(look, OPEN)
    model.go(12)
    expect(bubble(look).locator(".live")).to_contain_text("souhaitez-vous")
    look.page.fill("#message", "d’ici le 30 juin 2026")
    look.page.keyboard.press("Enter")
    expect(look.page.locator(".msg.manager:not(.pending)")).to_have_count(2)
    assert model.closed == 1
    model.free = True
    look.settled()
    expect(look.page.locator("#trouble")).to_have_count(0)
    expect(look.page.locator("#card .criterion.pass .tile", has_text="T")).to_have_count(1)


def test_a_reload_while_the_model_speaks_shows_its_words_to_the_end(look, spoken):
    model = spoken(Model())
    begin(look, OPEN)
    model.go(12)
    expect(bubble(look).locator(".live")).to_contain_text("souhaitez-vous")
    look.page.reload()
    expect(bubble(look).locator(".live")).to_contain_text("souhaitez-vous")
    model.free = True
    look.settled()
    expect(bubble(look)).to_contain_text(WARM)
    assert model.calls == 1


def test_other_wordings_are_asked_for_kept_and_browsed_without_a_model(look):
    begin(look, WHOLE)
    look.settled()
    look.page.click("button[name=skip_all]")
    first = look.page.locator("#drafts blockquote").first
    expect(first).to_contain_text("Obtenir 30 rendez-vous")
    before = first.inner_text()
    look.page.click("button[name=again]")
    expect(look.page.locator(".pager")).to_contain_text("2/2")
    expect(first).to_have_text(re.compile("^D’ici le 30 juin 2026, obtenir 30"))
    expect(look.page.locator("button[name=again]")).to_have_count(0)  # it knows no third way
    look.page.reload()
    expect(look.page.locator(".pager")).to_contain_text("2/2")
    look.page.click(".pager button >> nth=0")
    expect(look.page.locator(".pager")).to_contain_text("1/2")
    expect(first).to_have_text(before)
    look.page.click("#drafts button[name=draft] >> nth=0")
    expect(look.page.locator(".draft.chosen blockquote")).to_have_text(before)
    look.page.click(".pager button >> nth=1")
    expect(look.page.locator(".draft.chosen")).to_have_count(0)


def test_a_model_asked_for_other_wordings_is_told_which_were_shown_and_gives_others(look, spoken):
    asked = []

    def says(messages):
        prompt = messages[0]["content"]
        asked.append(prompt)
        if '"variants"' not in prompt:
            return answers(messages)
        statement = json.loads(plain(messages))["variants"][0]["statement"]
        if "déjà été montrées" in prompt:
            statement = f"Cette saison, {statement[0].lower()}{statement[1:]}"
        return json.dumps({"variants": [{"statement": statement, "rationale": "Pour l’équipe."}]}, ensure_ascii=False)

    model = spoken(Model(says))
    to_drafts(look, model)
    model.free = True
    look.settled()
    before = look.page.locator("#drafts blockquote").first.inner_text()
    look.page.click("button[name=again]")
    expect(look.page.locator(".pager")).to_contain_text("2/2")
    look.settled()
    expect(look.page.locator("button[name=again]")).to_be_visible()  # a model may know a third way
    shown = asked[-1].split("déjà été montrées")[1].split("\n")[1]
    assert shown.startswith("- ") and "{target}" in shown and "30" not in shown
    assert look.page.locator("#drafts blockquote").first.inner_text() != before
    look.page.click(".pager button >> nth=0")
    expect(look.page.locator("#drafts blockquote").first).to_have_text(before)
