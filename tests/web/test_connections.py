"""Connections and KPIs in the browser, without JavaScript: every step of a manager who has never seen them."""

import html
import io
import re
import urllib.parse

import httpx
import pytest
from openpyxl import Workbook

from coach.core.model.kpi import KpiPoint, KpiSeries
from coach.service import connections, people
from coach.web.views import kpis as views
from tests.shell import crm_calls
from tests.web.conftest import Pages, application


@pytest.fixture
async def crm():
    async with crm_calls.hubspot() as (fake, address):
        fake.address = address
        yield fake


@pytest.fixture
async def pages(tmp_path, crm):
    app = application(tmp_path / "home", sandbox=f"hubspot={crm.address}", public_url="https://coach.test")
    async with app.router.lifespan_context(app):
        app.state.coach.plugins = crm_calls.installed()
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://coach.test") as client:
            yield Pages(client, app, heads={"accept-language": "fr-FR"})


async def drained(pages):
    await pages.app.state.coach.jobs.drain(pages.app.state.coach)


async def connected(pages, crm):
    answer = await pages.post("/connections/new/hubspot", {"with": "key", "set.token": crm.token})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


def text(answer) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.text))).replace("\u202f", " ")


async def test_an_empty_page_offers_a_crm_a_file_and_invented_data_said_to_be_invented(pages):
    page = await pages.get("/connections")
    for words in ("Connecter HubSpot", "Connecter Pipedrive", "Déposer un fichier", "marqués comme fictifs"):
        assert words in text(page)
    assert 'href="/connections" aria-current="page"' in page.text


async def test_a_key_is_checked_kept_and_never_shown_again(pages, crm):
    where = await connected(pages, crm)
    page = await pages.get(where)
    assert "Connecté" in text(page)
    assert "Chiffre d’affaires" in text(page)
    assert crm.token not in page.text
    assert crm.token not in (await pages.get("/connections")).text


async def test_a_bad_key_says_so_keeps_nothing_and_is_not_given_back(pages):
    page = await pages.post("/connections/new/hubspot", {"with": "key", "set.token": "pat-wrong"})
    assert page.status_code == 422
    assert "n’a pas accepté cette clé" in text(page)
    assert "pat-wrong" not in page.text
    assert "Ouvrir" not in text(await pages.get("/connections"))


async def test_an_empty_key_is_asked_for_again(pages):
    page = await pages.post("/connections/new/hubspot", {"with": "key", "set.token": " "})
    assert page.status_code == 422


async def test_a_reading_is_shown_while_it_runs_and_when_it_is_over(pages, crm):
    where = await connected(pages, crm)
    page = await pages.get(where)
    assert 'data-again="' in page.text and "<progress" in page.text
    await drained(pages)
    part = await pages.get(where, x_coach="fragment")
    assert part.text.lstrip().startswith("<section") and "data-again" not in part.text
    assert "à jour" in text(part)
    assert re.search(r"affaires \d", text(part))


async def test_the_mapping_is_suggested_by_label_and_the_managers_to_change(pages, crm):
    where = await connected(pages, crm)
    page = (await pages.get(where)).text
    assert re.search(r'name="map\.qualified_stages\.12" value="1" checked', page)
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    fields = {"version": version, "map.qualified_stages.13": "1", "map.demo_stages.nobody": "1", "qualified_by": "type"}
    assert (await pages.post(f"{where}/mapping", fields)).status_code == 303
    [found] = await connections.every(pages.app.state.coach, await people.owner(pages.app.state.coach))
    assert found.mapping.qualified_stages == ("13",)
    assert found.mapping.demo_stages == ()
    assert found.mapping.qualified_by == "type"
    late = await pages.post(f"{where}/mapping", fields)
    assert late.status_code == 409


async def test_a_withdrawn_key_asks_to_reconnect_and_a_new_one_does(pages, crm):
    where = await connected(pages, crm)
    await drained(pages)
    old, crm.token = crm.token, "pat-eu1-the-new-one"
    await pages.post(f"{where}/check")
    page = await pages.get(where)
    assert "n’a plus accès" in text(page)
    assert "Reconnecter" in text(await pages.get("/connections"))
    assert (await pages.get("/kpis/revenue")).text.count("<rect"), "the last figures stay"
    assert (await pages.post(f"{where}/settings", {"set.token": old})).status_code == 422
    assert (await pages.post(f"{where}/settings", {"set.token": crm.token})).status_code == 303
    assert "n’a plus accès" not in text(await pages.get(where))


async def test_a_missing_scope_takes_away_its_kpis_and_names_itself(pages, crm):
    crm.missing_scopes = {"quotes"}
    page = await pages.get(await connected(pages, crm))
    assert "Droit manquant : crm.objects.quotes.read" in text(page)
    assert "Chiffre d’affaires" in text(page)


async def test_disconnecting_forgets(pages, crm):
    where = await connected(pages, crm)
    assert (await pages.post(f"{where}/remove")).headers["location"] == "/connections?removed=1"
    assert (await pages.get(where)).status_code == 404


async def test_the_demo_is_labelled_wherever_its_figures_are(pages):
    where = (await pages.post("/connections/demo")).headers["location"]
    assert "fictives" in text(await pages.get(where))
    await pages.post(f"{where.partition('?')[0]}/remove")
    coach = pages.app.state.coach
    coach.jobs.waiting.clear()
    small = {"months": 3, "deals_a_month": 5}
    made = await connections.connect(coach, await people.owner(coach), "demo", small)
    await pages.post(f"/connections/{made.id}/sync")
    await drained(pages)
    assert "fictives" in text(await pages.get("/connections"))
    assert "Ces chiffres sont fictifs" in text(await pages.get("/kpis"))
    assert "Ces chiffres sont fictifs" in text(await pages.get("/kpis/revenue"))


# -- files ------------------------------------------------------------------------------------------------------------


async def upload(pages, content, path="/connections/new/csv", **fields):
    if not pages.token:
        await pages.get("/connections")
    given = {"token": pages.token, **fields}
    heads = {"origin": "http://coach.test", "sec-fetch-site": "same-origin", **pages.heads}
    answer = await pages.client.post(path, data=given, files={"file": ("ventes.csv", content)}, headers=heads)
    pages._learn(answer)
    return answer


FIGURES = "Mois;Rendez-vous qualifiés;Notes\n2025-10;12;a\n2025-11;15;b\n2025-12;9;c\n".encode()


async def test_a_file_of_figures_is_guessed_shown_and_counted(pages):
    answer = await upload(pages, FIGURES)
    assert answer.status_code == 303, text(answer)
    await drained(pages)
    page = await pages.get(answer.headers["location"])
    assert re.search(r'name="column.Rendez-vous qualifiés".*?value="qualified_meetings" selected', page.text, re.S)
    assert "15" in text(await pages.get("/kpis/qualified_meetings"))
    assert "saisi ou importé" in text(await pages.get("/kpis/qualified_meetings"))


async def test_columns_that_say_nothing_are_asked_and_then_read(pages):
    content = b"A;B\n2025-10;12\n2025-11;15\n"
    asked = await upload(pages, content)
    assert asked.status_code == 422
    assert "Dites ce que contient chacune" in text(asked)
    made = await upload(pages, content, **{"column.A": "period", "column.B": "calls"})
    assert made.status_code == 303, text(made)
    await drained(pages)
    assert "15" in text(await pages.get("/kpis/calls"))


async def test_a_guess_can_be_corrected_afterwards(pages):
    where = (await upload(pages, FIGURES)).headers["location"].partition("?")[0]
    columns = {"column.Mois": "period", "column.Rendez-vous qualifiés": "calls", "column.Notes": ""}
    page = await pages.get(where)
    assert page.status_code == 200
    assert (await pages.post(f"{where}/columns", columns)).status_code == 303
    await drained(pages)
    assert "15" in text(await pages.get("/kpis/calls"))


async def test_a_spreadsheet_is_read_too(pages):
    book = Workbook()
    for row in (["Date de clôture", "Montant", "Statut"], ["2025-11-03", 1200, "Gagné"], ["2025-12-09", 800, "Perdu"]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    assert (await upload(pages, file.getvalue())).status_code == 303
    await drained(pages)
    assert "1 200 €" in text(await pages.get("/kpis/revenue"))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a book", b"\x00\x01\x02", b"one line"])
async def test_what_is_no_table_is_said_on_the_page(pages, content):
    answer = await upload(pages, content)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


async def test_a_file_needs_the_pages_own_token_like_any_form(pages):
    await pages.get("/connections")
    pages.token = "forged"
    assert (await upload(pages, FIGURES)).status_code == 403


# -- KPIs -------------------------------------------------------------------------------------------------------------


async def test_a_kpi_shows_its_chart_and_the_evidence_of_each_value(pages, crm):
    await connected(pages, crm)
    await drained(pages)
    page = await pages.get("/kpis/closing_rate")
    assert page.text.count('<svg class="bars') == 2
    assert "compté exactement" in text(page)
    assert re.search(r"\d+ / \d+", text(page))
    assert "Taux de closing" in text(await pages.get("/kpis"))


async def test_the_series_of_one_person_and_of_quarters_are_a_choice_away(pages, crm):
    await connected(pages, crm)
    await drained(pages)
    page = await pages.get("/kpis")
    refs = re.findall(r'value="(member:[^"]+)"', page.text)
    assert refs
    one = await pages.get(f"/kpis?{urllib.parse.urlencode({'whose': refs[0], 'grain': 'quarter'})}")
    assert "T4 2025" in text(one)
    assert f'value="{refs[0]}" selected' in one.text


@pytest.mark.parametrize("query", ["whose=team:%00", "whose=nobody", "whose=member:" + "x" * 3000, "grain=era"])
async def test_an_odd_choice_is_no_error(pages, query):
    assert (await pages.get(f"/kpis?{query}")).status_code == 200


async def test_an_unknown_kpi_is_not_found_and_a_known_one_without_figures_says_so(pages):
    assert (await pages.get("/kpis/nothing")).status_code == 404
    assert "Rien n’est connu" in text(await pages.get("/kpis/nps"))


@pytest.mark.parametrize(
    ("values", "ticks"),
    [((3, 1, 2), ["0", "1", "2", "3"]), ((0.2, 0.4, None), ["0 %", "10 %", "20 %", "30 %", "40 %"]), ((0, 0, 0), ["0", "1"]),
     ((-30, 10, 69), None), ((None, None, None), None), ((1e9, 2e9, 5e8), None)],
    ids=["counts", "rates", "nothing", "below zero", "unknown", "large"],
)  # fmt: skip
def test_a_chart_holds_its_columns_and_counts_have_whole_ticks(values, ticks):
    import datetime as dt

    metric = (
        "closing_rate"
        if any(isinstance(value, float) and value < 1 for value in values)
        else "nps"
        if values[0] == -30
        else "calls"
    )
    points = tuple(
        KpiPoint(start=dt.date(2025, month, 1), end=dt.date(2025, month + 1, 1), value=value)
        for month, value in enumerate(values, 1)
    )
    series = KpiSeries(metric=metric, unit="count", grain="month", points=points)
    drawn = views.chart(series, "fr", 720, 200, 36)
    assert len(drawn.bars) == sum(value is not None for value in values)
    for bar in drawn.bars:
        assert bar.y >= 0 and bar.y + bar.height <= 200 and bar.x >= 0 and bar.x + bar.width <= 720
    if ticks:
        assert [label.replace("\u202f", " ") for _, label in drawn.ticks] == ticks


# -- plugins ------------------------------------------------------------------------------------------------------------


async def test_a_broken_plugin_is_listed_with_its_reason_and_the_rest_serves(pages):
    from coach.plugins import manager

    class Broken(crm_calls.Point):
        def load(self):
            raise ImportError("no module named <acme>")

    pages.app.state.coach.plugins = manager.load(
        [Broken("acme", None), crm_calls.Point("hubspot", crm_calls.coach_hubspot)]
    )
    page = await pages.get("/connections")
    assert "no module named &lt;acme&gt;" in page.text
    assert "En panne" in text(page)
    assert "Connecter HubSpot" in text(page)


async def test_a_plugins_file_of_goals_is_a_click_away_and_a_broken_one_spoils_nothing(pages):
    from coach.plugins import Exporter, hookimpl, manager

    class House:
        @hookimpl
        def register_exporters(self, register):
            label = {"fr": "Liste", "en": "List"}
            register(
                "list",
                Exporter(
                    label,
                    "text/plain",
                    "txt",
                    lambda goals, language: "\n".join(one.statement for one in goals).encode(),
                ),
            )
            register("broken", Exporter(label, "text/plain", "txt", lambda goals, language: 1 / 0))

    pages.app.state.coach.plugins = manager.load([crm_calls.Point("house", House())])
    await pages.client.post("/api/v1/goals", json={"text": "Signer 12 contrats avec des cliniques d’ici fin juin 2026"})
    assert 'href="/connections/exports/list"' in (await pages.get("/connections")).text
    file = await pages.get("/connections/exports/list")
    assert "12 contrats" in file.text
    assert file.headers["content-disposition"].endswith('coach.txt"')
    assert (await pages.get("/connections/exports/broken")).status_code == 500
    assert (await pages.get("/connections/exports/none")).status_code == 404


# -- signing in --------------------------------------------------------------------------------------------------------


async def consented(pages, crm):
    """The address that the CRM sends the person back to."""
    fields = {"with": "sign_in", "set.client_id": "client", "set.client_secret": "secret"}
    sent = await pages.post("/connections/new/hubspot", fields)
    assert sent.status_code == 303, text(sent)
    async with httpx.AsyncClient(trust_env=False) as browser:
        answer = await browser.get(sent.headers["location"])
    assert answer.headers["location"].startswith("https://coach.test/connections/callback?")
    return answer.headers["location"].removeprefix("https://coach.test")


async def test_signing_in_with_the_crm_connects(pages, crm):
    back = await pages.get(await consented(pages, crm))
    assert back.status_code == 303, text(back)
    page = await pages.get(back.headers["location"])
    assert "Connecté" in text(page)
    assert "refresh-fake" not in page.text
    await drained(pages)
    assert "à jour" in text(await pages.get(back.headers["location"]))


async def test_signing_in_again_renews_the_same_connection(pages, crm):
    first = (await pages.get(await consented(pages, crm))).headers["location"]
    assert (await pages.get(await consented(pages, crm))).headers["location"] == first


@pytest.mark.parametrize("wrong", ["state", "session", "twice", "declined"])
async def test_a_foreign_spent_or_declined_sign_in_connects_nothing(pages, crm, wrong):
    back = await consented(pages, crm)
    if wrong == "state":
        back = re.sub(r"state=[^&]+", "state=guess", back)
    if wrong == "session":
        pages.client.cookies.clear()
    if wrong == "declined":
        back = re.sub(r"code=[^&]+", "error=access_denied", back)
    if wrong == "twice":
        await pages.get(back)
        assert (await pages.get(back)).status_code == 422
    else:
        assert (await pages.get(back)).status_code in (422, 502)
        assert await connections.every(pages.app.state.coach, await people.owner(pages.app.state.coach)) == ()
