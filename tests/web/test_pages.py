"""The pages as a browser without JavaScript gets them."""

import gzip
import re

import pytest

from coach.web.headers import CSP
from coach.web.visit import accepted
from tests.web.test_forms import hostile_heads

VAGUE = "augmenter les ventes"
PATHS = ("/", "/goals", "/team", "/dashboard", "/outlets", "/history", "/settings", "/accessibility")


@pytest.mark.parametrize("path", PATHS)
async def test_every_page_has_one_heading_one_main_and_its_language(pages, path):
    text = (await pages.get(path)).text
    assert text.count("<h1") == 1
    assert text.count("<main") == 1
    assert '<html lang="fr"' in text


@pytest.mark.parametrize("path", [*PATHS, "/nowhere", "/static/coach.css", "/static/none.css"])
async def test_every_answer_carries_the_policy_and_the_other_headers(pages, path):
    answer = await pages.get(path)
    assert answer.headers["content-security-policy"] == CSP
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "unsafe" not in CSP


async def test_a_vague_ambition_gets_its_card_without_javascript(pages):
    answer = await pages.post("/", {"text": VAGUE})
    assert answer.status_code == 200
    assert "<mark" in answer.text
    assert answer.text.count('<li class="criterion') == 5
    assert "Temporel" in answer.text
    assert VAGUE in re.sub(r"<[^>]+>|\(.*?\)", "", answer.text)


async def test_the_script_gets_the_card_alone(pages):
    answer = await pages.post("/", {"text": VAGUE}, x_coach="fragment")
    assert answer.text.lstrip().startswith('<section id="result"')
    assert "<html" not in answer.text


async def test_an_example_is_checked_in_one_click(pages):
    answer = await pages.post("/", {"text": "", "example": "Signer 12 contrats d’ici fin juin"})
    assert "Signer" in answer.text
    assert answer.text.count('<li class="criterion') == 5


@pytest.mark.parametrize("text", ["", "   ", "\n"])
async def test_nothing_typed_is_answered_with_what_to_do(pages, text):
    answer = await pages.post("/", {"text": text})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour !",
        "Quel temps fait-il ?",
        "a" * 9_999,
        "é" * 10_000,
        "😀" * 50,
        "\u202eabc",
        "<b>1</b>",
        "'; DROP TABLE goal;--",
    ],
)
async def test_any_text_gets_a_page_and_is_given_back_as_typed(pages, text):
    answer = await pages.post("/", {"text": text})
    assert answer.status_code == 200
    assert "<b>1</b>" not in answer.text


async def test_a_text_that_is_too_long_is_kept_on_the_page(pages):
    text = "objectif " * 1_200
    answer = await pages.post("/", {"text": text})
    assert answer.status_code == 413
    assert text.strip() in answer.text


async def test_a_body_beyond_any_form_is_refused(pages):
    answer = await pages.post("/", {"text": "a" * 300_000})
    assert answer.status_code == 413


async def test_a_character_that_cannot_be_stored_is_named_not_crashed_on(pages):
    assert (await pages.post("/", {"text": "a\0b"})).status_code == 422


async def test_the_context_is_remembered_and_shown(pages):
    await pages.post("/", {"text": VAGUE, "company": "sme", "maturity": "junior", "headcount": "4"})
    text = (await pages.get("/")).text
    assert re.search(r'value="sme" checked', text)
    assert re.search(r'value="junior" checked', text)
    assert 'name="headcount" type="number"' in text
    assert "PME · Débutante · 4 commerciaux" in text


@pytest.mark.parametrize("fields", [{"company": "x"}, {"headcount": "-4"}, {"headcount": "1e9"}, {"maturity": "'"}])
async def test_a_context_nobody_can_have_counts_as_not_stated(pages, fields):
    base = {"text": VAGUE, "company": "", "maturity": "", "headcount": ""}
    answer = await pages.post("/", base | fields)
    assert answer.status_code == 200


async def test_the_whole_way_to_a_goal_without_javascript(pages):
    address = await pages.start("Obtenir 30 rendez-vous qualifiés avec des PME industrielles d’ici 3 mois")
    shown = (await pages.get(address)).text
    if "/choose" not in shown:
        answer = await pages.post(f"{address}/messages", {"skip_all": "1", "version": await pages.version(address)})
        assert answer.status_code == 303
    answer = await pages.post(f"{address}/choose", {"draft": "0", "version": await pages.version(address)})
    assert answer.status_code == 303
    confirm = await pages.get(f"{address}/adopt")
    assert "Adopter cet objectif" in confirm.text
    answer = await pages.post(f"{address}/adopt", {"version": await pages.version(address)})
    assert answer.status_code == 303
    goal = (await pages.get(answer.headers["location"])).text
    assert "Objectif adopté" in goal
    assert "30 rendez-vous" in goal
    assert "30 rendez-vous" in (await pages.get("/goals")).text
    assert "Objectif adopté" in (await pages.get("/history")).text
    again = await pages.get(f"{address}/adopt")
    assert again.headers["location"] == answer.headers["location"].partition("?")[0]


async def test_a_chip_fills_the_answer_without_sending_it(pages):
    address = await pages.start(VAGUE)
    shown = await pages.get(f"{address}?fill=100+contrats")
    assert re.search(r"<textarea id=\"message\"[^>]*>100 contrats</textarea>", shown.text)
    assert await pages.version(address) == "1"


async def test_a_question_says_why_it_is_asked(pages):
    text = (await pages.get(await pages.start(VAGUE))).text
    assert "Pourquoi cette question" in text
    assert 2 <= text.count('class="chip"') <= 4


async def test_a_message_replaces_the_one_before_when_edited(pages):
    address = await pages.start(VAGUE)
    shown = (await pages.get(address)).text
    message = re.search(r'name="message" value="([^"]+)"', shown).group(1)
    fields = {"message": message, "text": "Signer 12 contrats", "version": await pages.version(address)}
    assert (await pages.post(f"{address}/edit", fields)).status_code == 303
    after = (await pages.get(address)).text
    assert "superseded" in after
    assert "Signer" in after


async def test_the_last_message_can_be_taken_back(pages):
    address = await pages.start(VAGUE)
    first = (await pages.get(address)).text
    await pages.post(f"{address}/messages", {"text": "12 contrats", "version": "1"})
    answer = await pages.post(f"{address}/messages", {"undo": "1", "version": "2"})
    assert answer.status_code == 303
    after = (await pages.get(address)).text
    assert "12 contrats" not in after
    assert re.findall(r"<h3>.*?</h3>", after) == re.findall(r"<h3>.*?</h3>", first)


async def test_the_first_sentence_cannot_be_taken_back(pages):
    address = await pages.start(VAGUE)
    answer = await pages.post(f"{address}/messages", {"undo": "1", "version": "1"})
    assert answer.status_code == 409


async def test_of_two_tabs_the_second_is_told_and_keeps_its_words(pages):
    address = await pages.start(VAGUE)
    await pages.post(f"{address}/messages", {"text": "12 contrats", "version": "1"})
    late = await pages.post(f"{address}/messages", {"text": "Avec des PME du Nord", "version": "1"})
    assert late.status_code == 409
    assert "Avec des PME du Nord" in late.text
    part = await pages.post(f"{address}/messages", {"text": "Avec des PME", "version": "1"}, x_coach="fragment")
    assert part.status_code == 409
    assert 'id="trouble"' in part.text
    assert address in part.text


async def test_sending_again_after_a_lost_answer_is_one_act(pages):
    address = await pages.start(VAGUE)
    fields = {"text": "12 contrats", "version": "1", "once": "0a1b2c3d4e5f"}
    first = await pages.post(f"{address}/messages", fields, x_coach="fragment")
    second = await pages.post(f"{address}/messages", fields, x_coach="fragment")
    assert (first.status_code, second.status_code) == (200, 200)
    assert await pages.version(address) == "2"


async def test_correcting_a_field_is_judged_at_once(pages):
    address = await pages.start("Obtenir 30 rendez-vous qualifiés avec des PME industrielles")
    fields = {"statement": "", "deadline": "2026-06-30", "version": "1"}
    answer = await pages.post(f"{address}/fields", fields, x_coach="fragment")
    assert answer.status_code == 200
    card = answer.text.partition('id="card"')[2]
    assert re.search(r'class="criterion (pass|warn)">\s*<span class="tile" aria-hidden="true">T', card)


async def test_correcting_nothing_changes_nothing(pages):
    address = await pages.start(VAGUE)
    answer = await pages.post(f"{address}/fields", {"version": "1"}, x_coach="fragment")
    assert "Rien n’a changé" in answer.text
    assert await pages.version(address) == "1"


async def test_a_tab_that_is_up_to_date_is_told_so_in_no_bytes(pages):
    address = await pages.start(VAGUE)
    assert (await pages.get(f"{address}?seen=1", x_coach="fragment")).status_code == 204
    assert 'id="thread"' in (await pages.get(f"{address}?seen=0", x_coach="fragment")).text


async def test_the_coachs_words_come_as_events_and_end_with_the_chips(pages):
    address = await pages.start(VAGUE)
    answer = await pages.post(f"{address}/messages", {"text": "12 contrats", "version": "1"}, x_coach="fragment")
    stream = re.search(r'data-stream="([^"]+)"', answer.text)
    message = stream.group(1) if stream else _last_stream(address, answer.text)
    events = await pages.get(message)
    assert events.headers["content-type"].startswith("text/event-stream")
    names = re.findall(r"^event: (\w+)", events.text, re.M)
    assert names[-1] == "done"
    assert "chips" in names
    assert names.index("block") < names.index("chips")
    ids = re.findall(r"^id: (\S+)", events.text, re.M)
    assert len(ids) == len(set(ids)) == len(names)
    resumed = await pages.get(message, last_event_id=ids[2])
    assert re.findall(r"^id: (\S+)", resumed.text, re.M) == ids[3:]


def _last_stream(address: str, text: str) -> str:
    last = re.findall(r'id="m-coach-([^"]+)"', text)[-1]
    return f"{address}/stream/{last}"


async def test_a_stream_this_process_never_wrote_says_what_the_store_holds(pages):
    address = await pages.start(VAGUE)
    shown = (await pages.get(address)).text
    events = await pages.get(_last_stream(address, shown))
    assert "event: block" in events.text
    assert "event: done" in events.text


@pytest.mark.parametrize(
    "path", ["/goals/nope", "/goals/new/nope", "/goals/new/nope/stream/x", "/nope", "/goals/nope.ics"]
)
async def test_what_is_not_there_is_said_in_the_readers_language(pages, path):
    answer = await pages.get(path)
    assert answer.status_code == 404
    assert "Cette page n’existe pas" in answer.text
    assert "There is no such page" in (await pages.get(path, accept_language="en")).text


async def test_an_unknown_address_of_the_api_is_answered_in_its_own_form(pages):
    assert "json" in (await pages.get("/api/v1/nowhere")).headers["content-type"]
    wrong = await pages.client.delete("/api/v1/assessments")
    assert (wrong.status_code, "json" in wrong.headers["content-type"]) == (405, True)


async def test_no_form_of_another_site_changes_anything_even_with_a_good_token(pages):
    await pages.get("/")
    heads = list(hostile_heads())
    assert len(heads) >= 500
    for head in heads:
        sent = {name.replace("_", "-"): value for name, value in head.items()}
        answer = await pages.client.post("/goals/new", data={"token": pages.token, "text": VAGUE}, headers=sent)
        assert answer.status_code == 403, head
    assert "Aucune conversation" in (await pages.get("/history")).text


async def test_a_page_left_open_overnight_gives_the_words_back_with_a_fresh_form(pages):
    stale = await pages.post("/goals/new", {"token": "stale", "text": "Signer 12 contrats"})
    assert stale.status_code == 403
    assert "Signer 12 contrats" in stale.text
    again = await pages.post("/goals/new", {"text": "Signer 12 contrats"})
    assert again.status_code == 303


async def test_our_script_is_handed_a_fresh_token_to_try_again_with(pages):
    stale = await pages.post("/", {"token": "stale", "text": VAGUE}, x_coach="fragment")
    assert stale.status_code == 403
    fresh = await pages.post("/", {"token": stale.headers["coach-token"], "text": VAGUE}, x_coach="fragment")
    assert fresh.status_code == 200


async def test_an_incident_of_ours_is_a_page_that_keeps_the_words(pages, monkeypatch):
    from coach.service import assessing

    def broken(*_, **__):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(assessing, "assess", broken)
    answer = await pages.post("/", {"text": "Signer 12 contrats"})
    assert answer.status_code == 500
    assert "Signer 12 contrats" in answer.text
    assert "secret detail" not in answer.text
    assert answer.headers["content-security-policy"] == CSP


async def test_the_language_is_the_browsers_until_the_person_chooses(pages):
    assert "Quelle est votre ambition" in (await pages.get("/")).text
    assert "What is your sales ambition" in (await pages.get("/", accept_language="en-GB,en;q=0.9,fr;q=0.3")).text
    await pages.post("/preferences", {"language": "en", "next": "/goals"})
    assert "What is your sales ambition" in (await pages.get("/")).text


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("fr", "fr"),
        ("en-US,fr;q=0.2", "en"),
        ("de,fr;q=0.4", "fr"),
        ("de", "en"),
        ("", "en"),
        ("fr;q=x,en;q=0.1", "en"),
        ("fr;q=0", "en"),
    ],
)
def test_the_first_of_our_languages_the_browser_wants(header, language):
    assert accepted(header, "en") == language


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "https://evil.example", "", "/a\nb"])
async def test_a_change_of_language_leads_nowhere_else(pages, path):
    answer = await pages.post("/preferences", {"language": "fr", "next": path})
    assert answer.headers["location"] == "/"


async def test_the_theme_is_in_the_page_before_any_script(pages):
    await pages.post("/preferences", {"theme": "dark", "next": "/"})
    assert 'data-theme="dark"' in (await pages.get("/")).text


async def test_settings_are_kept_and_said_back(pages):
    fields = {
        "language": "fr", "currency": "CHF", "country": "CH", "time_zone": "Europe/Zurich", "fiscal_year_start": "4",
        "company": "scale_up", "maturity": "senior", "headcount": "7", "market_growth": "-2,5", "r_means": "both",
        "sales_cycle_days": "60",
        "strategy": "Grands comptes\n\nFidélisation", "threshold.realistic.calls_usual": "350",
        "threshold.attainable.chance_low": "10",
    }  # fmt: skip
    version = re.search(r'name="version" value="(\d+)"', (await pages.get("/settings")).text).group(1)
    answer = await pages.post("/settings", fields | {"version": version})
    assert answer.headers["location"] == "/settings?saved=1"
    text = (await pages.get("/settings?saved=1")).text
    assert re.search(r'value="CHF" selected', text)
    assert re.search(r'value="Europe/Zurich" selected', text)
    assert re.search(r'value="both" checked', text)
    assert 'value="-2.5"' in text
    assert "Grands comptes\nFidélisation" in text
    assert re.search(r'name="threshold.realistic.calls_usual"[^>]*value="350"', text)
    assert re.search(r'name="threshold.attainable.chance_low"[^>]*value="10"', text)


@pytest.mark.parametrize(
    "wrong", [{"market_growth": "abc"}, {"threshold.attainable.chance_low": "400"}, {"sales_cycle_days": "-1"}]
)
async def test_a_setting_out_of_bounds_saves_nothing(pages, wrong):
    answer = await pages.post("/settings", {"currency": "CHF", **wrong})
    assert answer.status_code == 422
    assert not re.search(r'value="CHF" selected', (await pages.get("/settings")).text)


async def test_a_disputed_rule_is_still_shown_and_no_longer_decides(pages):
    text = "Signer des contrats d’ici le 30 juin 2026"
    before = (await pages.post("/", {"text": text}, x_coach="fragment")).text
    await pages.post("/settings", {"disputes": "1", "dispute.measurable.target": "1"})
    assert re.search(r'name="dispute.measurable.target"[^>]*checked', (await pages.get("/settings")).text)
    after = (await pages.post("/", {"text": text}, x_coach="fragment")).text
    assert 'criterion fail">\n<span class="tile" aria-hidden="true">M' in before
    assert 'criterion fail">\n<span class="tile" aria-hidden="true">M' not in after
    assert "conteste cette règle" in after


async def test_of_two_who_save_settings_the_second_is_told(pages):
    await pages.post("/settings", {"currency": "CHF", "version": "1"})
    assert (await pages.post("/settings", {"currency": "USD", "version": "1"})).status_code == 409


async def test_every_threshold_cites_a_source(pages):
    from coach.core.smart.thresholds import REGISTRY

    text = (await pages.get("/settings")).text
    hints = re.findall(r'id="th-\d+">([^<]+)<', text)
    assert len(hints) == len(REGISTRY)
    assert all(len(hint.partition(" · ")[2]) > 10 for hint in hints)


async def test_today_is_where_the_person_is(pages):
    from coach.web.visit import in_zone

    assert in_zone(pages.app.state.coach, "Pacific/Kiritimati").today().isoformat() == "2026-01-16"
    assert in_zone(pages.app.state.coach, None).today().isoformat() == "2026-01-15"


async def test_static_files_are_kept_forever_under_their_own_digest(pages):
    text = (await pages.get("/")).text
    for url in re.findall(r'(?:href|src)="(/static/[^"]+)"', text):
        answer = await pages.get(url, accept_encoding="gzip")
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert (await pages.get(url.partition("?")[0])).headers["cache-control"] == "no-cache"
        assert (await pages.get(url, if_none_match=answer.headers["etag"])).status_code == 304


async def test_pages_are_kept_out_of_caches(pages):
    assert (await pages.get("/")).headers["cache-control"] == "no-store"


async def test_a_page_and_all_it_needs_weigh_at_most_40_kb_compressed_in_5_requests(pages):
    address = await pages.start("Obtenir 30 rendez-vous qualifiés avec des PME industrielles d’ici 3 mois")
    for path in (*PATHS, address):
        text = (await pages.get(path)).text
        urls = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', text))
        weight = len(gzip.compress(text.encode(), 6))
        for url in urls:
            weight += len(gzip.compress((await pages.get(url)).content, 9))
        assert 1 + len(urls) <= 5
        assert weight <= 40 * 1024, (path, weight)


async def test_goals_are_found_by_their_words_and_exported(pages):
    address = await pages.start("Obtenir 30 rendez-vous qualifiés avec des PME industrielles d’ici 3 mois")
    if "/choose" not in (await pages.get(address)).text:
        await pages.post(f"{address}/messages", {"skip_all": "1"})
    goal = (await pages.post(f"{address}/adopt")).headers["location"].partition("?")[0]
    assert goal in (await pages.get("/goals?q=QUALIFIES")).text
    assert goal not in (await pages.get("/goals?q=introuvable")).text
    table = (await pages.get("/goals.csv")).content.decode()
    assert table.startswith("\ufeffObjectif;")
    assert "rendez-vous" in table
    calendar = (await pages.get(f"{goal}.ics")).text
    assert "BEGIN:VEVENT" in calendar
    assert "DTSTART;VALUE=DATE:20260415" in calendar
    assert "**" in (await pages.get(f"{goal}.md")).text


async def test_a_goal_that_was_removed_can_be_brought_back(pages):
    address = await pages.start("Obtenir 30 rendez-vous qualifiés avec des PME industrielles d’ici 3 mois")
    if "/choose" not in (await pages.get(address)).text:
        await pages.post(f"{address}/messages", {"skip_all": "1"})
    goal = (await pages.post(f"{address}/adopt")).headers["location"].partition("?")[0]
    await pages.post(f"{goal}/delete", {"version": "1"})
    assert goal not in (await pages.get("/goals")).text
    assert "Remettre" in (await pages.get(goal)).text
    await pages.post(f"{goal}/restore", {"version": "2"})
    assert goal in (await pages.get("/goals")).text


async def test_the_history_is_found_by_what_was_said(pages):
    address = await pages.start("Fidéliser les clients du secteur hospitalier")
    await pages.start("Signer 12 contrats")
    found = (await pages.get("/history?q=HOSPITALIER")).text
    assert address in found
    assert found.count("/goals/new/") == 1
    part = await pages.get("/history?q=hospitalier", x_coach="fragment")
    assert part.text.lstrip().startswith('<div id="found">')


async def test_a_conversation_leaves_the_history_and_comes_back(pages):
    address = await pages.start(VAGUE)
    id = address.rpartition("/")[2]
    gone = await pages.post(f"/history/{id}/delete")
    shown = (await pages.get(gone.headers["location"])).text
    assert address not in shown
    assert f"/history/{id}/restore" in shown
    await pages.post(f"/history/{id}/restore")
    assert address in (await pages.get("/history")).text


def test_spreadsheets_run_no_cell():
    from coach.service.exports import sheets

    rows = [["=HYPERLINK(1)", 2.5]]
    assert sheets.comma(rows, "fr").decode("utf-8-sig") == "'=HYPERLINK(1);2,5\r\n"
    assert sheets.comma(rows, "en").decode("utf-8-sig") == "'=HYPERLINK(1),2.5\r\n"
