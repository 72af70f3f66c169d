"""A goal's life in the pages: adopted from a conversation, three months of check-ins, one adjustment, its review, its files."""

import csv
import datetime as dt
import io
import json
import os
import re

import pytest
from playwright.sync_api import expect

from coach.core.tracking import Status
from tests.shell.test_exports import read_pdf
from tests.web import browsing, living
from tests.web.conftest import serving
from tests.web.manager import KeyboardManager, Manager
from tests.web.test_screens import CUT_OFF, Judge

pytestmark = pytest.mark.browser
FULL = bool(os.environ.get("COACH_TEST_FULL"))
EVERY_WAY = {
    "mouse": (Manager, {}, "fr"),
    "keyboard, english": (KeyboardManager, {"locale": "en-GB"}, "en"),
    "no javascript": (Manager, {"java_script_enabled": False}, "fr"),
    "320 pixels, dark": (Manager, {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}, "fr"),
}
WAYS = EVERY_WAY if FULL else ("mouse",)
FIGURES = ((2, 15, "2"), (3, 15, "3,5"), (4, 15, "6"))
SAID = {
    "fr": ("deux signatures", "un poste vacant", "Les salons paient."),
    "en": ("two deals", "a vacancy", "Fairs pay."),
}


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_a_goal_is_adopted_followed_adjusted_reviewed_and_taken_away(browser, tmp_path, way):
    manager, options, language = EVERY_WAY[way]
    comment, vacancy, learnt = SAID[language]
    clock = living.Clock()
    with serving(tmp_path, clock=clock) as server, browsing.window(browser, server.address, **options) as look:
        acts, page = manager(look, language), look.page
        address = acts.journey()
        for month, day, value in FIGURES:
            clock.day(2026, month, day)
            look.open(address)
            acts.write("#g-value", value if language == "fr" else value.replace(",", "."))
            acts.write("#g-comment", comment)
            acts.press("#look button.primary")
            expect(page.locator(".alert.good")).to_be_visible()
        expect(page.locator(".steps li q").first).to_have_text(comment)
        assert page.locator("svg.chart circle.dot").count() >= 3
        _adjust(look, acts, address, vacancy)
        if way == "mouse":
            _correct(look, address)
            _link(look, browser, address)
        clock.day(2026, 7, 1)
        look.open(address)
        _close(look, acts, learnt)
        expect(page.locator("#closing tbody tr")).to_have_count(2)
        expect(page.locator("#closing")).to_contain_text(learnt)
        if way == "mouse":
            _files(look, address, tmp_path)
        page.locator("#closing .next-step button").click()
        expect(page.locator("#thread")).to_be_visible()  # back at the start of the line


class Knowing(Manager):
    """Knows from the start what is aimed at."""

    ambition = ""

    def check(self) -> None:
        self.look.open("/")
        self.write("#text", self.ambition)
        self.press("#ambition .ask button")
        expect(self.page.locator("#result .criterion")).to_have_count(5)


@pytest.mark.slow
def test_the_demo_team_s_figures_set_the_pace_and_propose_each_check_in(browser, tmp_path):
    """Connect the demo data, adopt, then confirm three months of figures that the "CRM" proposes, without typing one."""
    clock = living.Clock()
    first = (dt.datetime.now(dt.UTC) - dt.timedelta(days=130)).replace(day=1, hour=12, minute=0)
    clock.moment = first
    due = first.date() + dt.timedelta(days=150)
    with serving(tmp_path, clock=clock) as server, browsing.window(browser, server.address) as look:
        page = look.page
        if FULL:
            look.open("/connections")
            page.click('form[action="/connections/demo"] button')
        living.read_crms(tmp_path, clock, demo=None if FULL else {"months": 30, "deals_a_month": 8})
        acts = Knowing(look, "fr")
        acts.ambition = f"Obtenir {160 if FULL else 40} rendez-vous qualifiés d’ici le {due.day}/{due.month}/{due.year}"
        address = acts.journey()
        figures = []
        for month in (1, 2, 3):
            clock.moment = first + dt.timedelta(days=31 * month)
            look.open(address)
            expect(page.locator("#h-value")).to_contain_text("démonstration")  # invented, and said to be
            figures.append(float(page.locator("#g-value").input_value().replace(",", ".")))
            page.click("#look button.primary")
            expect(page.locator(".alert.good")).to_be_visible()
        assert 0 < figures[0] < figures[1] < figures[2]
        expect(page.locator("svg.chart:visible circle.dot")).to_have_count(3)
        look.open("/team")
        expect(page.locator("tbody tr")).to_have_count(1)
        assert page.locator("tbody .badge").first.inner_text().strip() != "Sans nouvelles"


def _adjust(look, acts, address: str, reason: str) -> None:
    look.open(address)
    look.page.locator("#adjust details summary").last.click()
    acts.write("#g-target", "10")
    acts.write("#a-reason", reason)
    look.page.locator("#adjust form button").click()
    expect(look.page.locator("#adjust")).to_contain_text(reason)
    expect(look.page.locator(".goal-hero blockquote")).to_contain_text("10")


def _correct(look, address: str) -> None:
    page = look.page
    look.open(address)
    first = page.locator(".steps li").filter(has=page.locator("details")).first
    first.locator("summary").click()
    first.locator("input[inputmode=decimal]").fill("5")
    first.locator("form button").first.click()
    expect(page.locator(".steps .replaced")).to_have_count(1)
    expect(page.locator("#follow .steps")).to_contain_text("5")
    page.locator(".alert.good form button").click()  # undo: what was corrected counts again
    expect(page.locator(".steps .replaced")).to_have_count(2)
    expect(page.locator(".told-actual")).to_contain_text("6")


def _link(look, browser, address: str) -> None:
    """A link opens the goal alone for someone without an account, takes one check-in, and serves no more."""
    page = look.page
    look.open(address)
    page.locator("#share details summary").click()
    page.fill("#g-name", "Karim")
    page.locator("#share details form button").click()
    path = page.locator("#new-link").input_value().removeprefix(look.address)
    with browsing.window(browser, look.address) as other:
        other.open(path)
        expect(other.page.locator("nav, a[href='/goals']")).to_have_count(0)
        other.page.fill("#value", "7")
        other.page.locator("main form button").click()
        expect(other.page.locator(".alert.good")).to_be_visible()
        expect(other.page.locator("main form")).to_have_count(0)
    look.open(address)
    expect(page.locator("#follow")).to_contain_text("7")


def _close(look, acts, learnt: str) -> None:
    page = look.page
    if not page.locator("#g-learnt").is_visible():
        page.locator("#close details summary").click()
    page.locator("#close input[value=missed]").check()
    acts.write("#g-learnt", learnt)
    page.locator("#close form button").click()
    expect(page.locator("#closing")).to_be_visible()


def _files(look, address: str, folder) -> None:
    """Each file is saved by the browser and opened by a reader that is not ours."""
    from icalendar import Calendar
    from openpyxl import load_workbook

    saved = {}
    for format in ("csv", "xlsx", "ics", "md", "json", "pdf"):
        with look.page.expect_download() as begun:
            look.page.evaluate(f"document.querySelector('a[href$=\".{format}\"]').click()")
        saved[format] = begun.value.path().read_bytes()
    rows = list(csv.reader(io.StringIO(saved["csv"].decode("utf-8-sig")), delimiter=";"))
    assert "3,5" in {row[1] for row in rows}
    assert load_workbook(io.BytesIO(saved["xlsx"])).worksheets[1].max_row == len(rows)
    assert Calendar.from_ical(saved["ics"]).walk("VEVENT")
    assert "Les salons paient." in saved["md"].decode()
    assert json.loads(saved["json"])["review"]["outcome"] == "missed"
    assert "Les salons paient." in read_pdf(saved["pdf"], folder / "goal.pdf")


EVERY_MODE = {
    "light": ({}, "fr"),
    "dark": ({"color_scheme": "dark", "locale": "en-GB"}, "en"),
    "320 pixels": ({"viewport": {"width": 320, "height": 640}}, "fr"),
    "forced colours": ({"forced_colors": "active", "locale": "en-GB"}, "en"),
}
MODES = EVERY_MODE if FULL else ("320 pixels",)


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_every_screen_of_a_living_team_passes_axe_can_be_hit_and_fits(browser, tmp_path, mode):
    options, language = EVERY_MODE[mode]
    clock = living.Clock()
    meetings, upsell, closing, silent, hotels = living.team(tmp_path, clock, language)
    paths = (
        f"/goals/{meetings}",
        f"/goals/{upsell}",
        f"/goals/{closing}/brief",
        f"/goals/{hotels}",
        f"/goals/{silent}",
    )
    with serving(tmp_path, clock=clock) as server, browsing.window(browser, server.address, **options) as look:
        judge = Judge(look)
        for path in (*paths, "/team", "/team?closed=1&sort=due", "/dashboard", "/outlets", "/goals", "/"):
            look.open(path)
            look.page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
            judge(path)
            assert look.page.evaluate(CUT_OFF) <= 0
        assert judge.wrong == []


def test_the_board_says_what_it_shows_without_colour(browser, tmp_path):
    clock = living.Clock()
    living.team(tmp_path, clock)
    with serving(tmp_path, clock=clock) as server, browsing.window(browser, server.address) as look:
        look.open("/team")
        states = look.page.locator("tbody .badge:first-child").all_inner_texts()
        assert [state.strip() for state in states][:4] == ["À risque", "Sans nouvelles", "En retard", "En rythme"]
        acting = look.page.locator("tbody tr").filter(has=look.page.locator(".badge.fail, .badge.warn"))
        assert acting.count() == acting.filter(has=look.page.locator("a.btn")).count()
        look.page.select_option("#b-sort", "goal")
        look.page.locator("form.filters button").click()
        names = look.page.locator("tbody th a").all_inner_texts()
        assert names == sorted(names, key=str.casefold)
        look.open("/dashboard")
        titles = look.page.locator("svg.chart title").all_text_contents()
        assert all(re.search(r"\w{4,}", title) for title in titles)
        assert look.page.locator("svg.chart desc").count() == look.page.locator("svg.chart").count() >= 4


def test_every_status_has_its_words_and_tone():
    from coach.service import boards
    from coach.web.texts import LANGUAGES, translator
    from coach.web.views.follow import ICONS, TONES

    assert set(Status.__args__) <= set(TONES)
    assert TONES["stale"] != TONES["on_track"] != TONES["missed"]
    for language in LANGUAGES:
        t = translator(language)
        assert all(t(f"board.status.{status}") for status in TONES)
    assert {ICONS[tone] for tone in TONES.values()} >= {"pass", "warn", "fail"}
    assert boards.URGENCY["stale"] < boards.URGENCY["on_track"]
