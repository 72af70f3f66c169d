"""Past figures and what-if on the pages: shown back, then used; answered without a script."""

import gzip
import re

import pytest

from tests.web.conftest import Pages

PASTED = "\n".join(f"2025-{m:02d};{v}" for m, v in enumerate((12, 14, 9, 15, 11, 17, 13, 6, 16, 15, 18, 12), start=1))
GOALS = {
    "fr": "Obtenir 40 rendez-vous qualifiés auprès de cliniques d’ici fin mars",
    "en": "Book 40 qualified meetings with clinics by the end of March",
}


async def started(pages: Pages, language: str) -> str:
    answer = await pages.post("/goals/new", {"text": GOALS[language]}, accept_language=language)
    return answer.headers["location"].partition("#")[0]


async def version(pages: Pages, path: str, language: str) -> str:
    shown = (await pages.get(path, accept_language=language)).text
    return re.findall(r'name="version" value="(\d+)"', shown)[0]


async def with_past(pages: Pages, language: str) -> str:
    path = await started(pages, language)
    told = {"version": await version(pages, path, language), "history": PASTED, "use": "1"}
    await pages.post(f"{path}/history", told, accept_language=language)
    return path


@pytest.mark.parametrize(("language", "asks"), [("fr", "Est-ce juste"), ("en", "Is that right")])
async def test_figures_are_shown_back_and_used_only_once_agreed(pages, language, asks):
    path = await started(pages, language)
    before = (await pages.get(path, accept_language=language)).text
    assert 'id="past-text"' in before and '<svg class="chart"' not in before
    told = {"version": await version(pages, path, language), "history": PASTED}
    read = (await pages.post(f"{path}/history", told, accept_language=language)).text
    assert asks in read and read.count('<td class="num">') >= 12
    assert '<svg class="chart"' not in (await pages.get(path, accept_language=language)).text  # not used yet
    await pages.post(f"{path}/history", {**told, "use": "1"}, accept_language=language)
    used = (await pages.get(path, accept_language=language)).text
    assert '<svg class="chart"' in used and "21" in used
    assert f'href="{path}/what-if"' in used


async def test_figures_that_cannot_be_read_say_why_beside_what_was_typed(pages):
    path = await started(pages, "fr")
    told = {"version": await version(pages, path, "fr"), "history": "janvier : beaucoup <b>"}
    shown = (await pages.post(f"{path}/history", told, accept_language="fr")).text
    assert 'role="alert"' in shown and "beaucoup &lt;b&gt;" in shown


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_what_if_answers_a_plain_form(pages, language):
    path = await with_past(pages, language)
    plain = (await pages.get(f"{path}/what-if", accept_language=language)).text
    assert 'type="number"' in plain and "data-twin" in plain
    first = (await pages.get(f"{path}/what-if?target=40&people=2&before=2", accept_language=language)).text
    more = (await pages.get(f"{path}/what-if?target=40&people=3&before=2", accept_language=language)).text
    chance = [int(re.findall(r"(\d+)\s?%", text[text.index('id="whatif-answer"') :])[0]) for text in (first, more)]
    assert chance[1] > chance[0] + 20
    wrong = await pages.get(f"{path}/what-if?target=lots&by=soon", accept_language=language)
    assert wrong.status_code == 200 and 'role="alert"' in wrong.text


async def test_our_script_gets_the_answer_alone_and_it_is_small(pages):
    path = await with_past(pages, "en")
    answer = await pages.get(f"{path}/what-if?target=50&people=3&before=2", x_coach="fragment")
    assert answer.text.lstrip().startswith("<section") and "<html" not in answer.text
    assert len(gzip.compress(answer.text.encode())) < 6 * 1024


async def test_without_past_figures_there_is_no_what_if(pages):
    path = await started(pages, "en")
    assert (await pages.get(f"{path}/what-if")).status_code == 404
