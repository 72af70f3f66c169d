"""A reading of a CRM, whatever happens to it: nothing lost, nothing doubled, nothing made up."""

import asyncio
import datetime as dt
import logging
import shutil

import pytest
import stamina

from coach.errors import BadInput, Conflict, CrmRefused, CrmUnavailable, NotFound
from coach.plugins import State
from coach.plugins.http import Api
from coach.service import connections, conversations, kpis, syncs
from coach.settings import Settings
from coach.store import vault
from tests.shell import crms
from tests.shell.crms import TOKEN, Clock, coached, connected, figures, given, read, value

BOTH = pytest.mark.parametrize("crm", sorted(crms.FAKES))


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def pair(settings, clock):
    async with coached(settings, clock) as pair:
        yield pair


@pytest.fixture(autouse=True)
def no_long_waits():
    stamina.set_testing(True, attempts=2)
    yield
    stamina.set_testing(False)


# What is read


@BOTH
async def test_a_reading_keeps_what_the_crm_holds_and_a_second_one_changes_nothing(pair, clock, crm):
    coach, actor = pair
    fake = crms.FAKES[crm](clock)
    async with connected(coach, actor, fake) as connection:
        first = await read(coach, actor, connection.id)
        counted = await figures(coach, actor)
        second = await read(coach, actor, connection.id)
    assert (first.status, second.status) == ("done", "done")
    assert first.counts["deals"].new == len(fake.team.deals)
    messages = fake.team.messages if crm == "pipedrive" else ()  # HubSpot keeps none that tell their direction
    assert first.counts["activities"].new == len(fake.team.activities) + len(messages)
    assert all(one.new == one.changed == one.deleted == 0 for one in second.counts.values())
    assert counted
    assert await figures(coach, actor) == counted


async def test_both_crms_tell_the_same_team_the_same_way_where_both_can(pair, clock):
    coach, actor = pair
    found = {}
    for crm, make in crms.FAKES.items():
        async with connected(coach, actor, make(clock)) as connection:
            await read(coach, actor, connection.id)
        found[crm] = await figures(coach, actor)
        await connections.remove(coach, actor, connection.id)
        assert await figures(coach, actor) == {}
    for metric in ("deals_won", "revenue", "closing_rate", "calls", "new_customers"):
        points = [found[crm][metric, "month", "workspace", ""].points for crm in crms.FAKES]
        values = [[round(point.value or 0, 2) for point in each] for each in points]
        if metric == "calls":  # Pipedrive tells no direction, so calls that came in count as made
            assert sum(values[1]) >= sum(values[0]) > 0
        else:
            assert values[0] == values[1], metric


async def test_what_people_do_in_the_crm_arrives_with_the_next_reading(pair, clock):
    coach, actor = pair
    fake = crms.hubspot(clock)
    won = [deal for deal in fake.team.deals if deal.status == "won" and deal.amount_home]
    async with connected(coach, actor, fake) as connection:
        await read(coach, actor, connection.id)
        revenue, deals = await value(coach, actor, "revenue"), await value(coach, actor, "deals_won")
        clock.moves(minutes=30)
        fake.change("deals", won[0].id, amount="100000", amount_in_home_currency="100000")
        fake.delete("deals", won[1].id)
        fake.merge("deals", won[0].id, won[2].id)
        clock.moves(minutes=30)
        run = await read(coach, actor, connection.id)
    assert run.counts["deals"].changed >= 1
    assert run.counts["deals"].deleted == 2
    gone = sum(deal.amount_home or 0 for deal in won[:3])
    assert await value(coach, actor, "revenue") == pytest.approx(revenue - gone + 100_000, abs=0.01)
    assert await value(coach, actor, "deals_won") == deals - 2


async def test_an_archived_deal_of_pipedrive_still_counts_and_a_deleted_one_does_not(pair, clock):
    coach, actor = pair
    fake = crms.pipedrive(clock)
    won = [deal for deal in fake.team.deals if deal.status == "won" and not deal.archived]
    async with connected(coach, actor, fake) as connection:
        await read(coach, actor, connection.id)
        before = await value(coach, actor, "deals_won")
        clock.moves(minutes=30)
        fake.change(won[0].id, is_archived=True)
        fake.delete(won[1].id)
        clock.moves(minutes=30)
        run = await read(coach, actor, connection.id)
    assert run.counts["deals"].deleted == 1
    assert await value(coach, actor, "deals_won") == before - 1


async def test_a_deal_deleted_from_the_archive_is_gone_here_too(pair, clock):
    coach, actor = pair
    fake = crms.pipedrive(clock)
    won = next(deal for deal in fake.team.deals if deal.status == "won" and not deal.archived)
    async with connected(coach, actor, fake) as connection:
        fake.change(won.id, is_archived=True)
        await read(coach, actor, connection.id)
        before = await value(coach, actor, "deals_won")
        clock.moves(minutes=30)
        fake.delete(won.id)
        clock.moves(minutes=30)
        assert (await read(coach, actor, connection.id)).counts["deals"].deleted == 1
    assert await value(coach, actor, "deals_won") == before - 1


async def test_a_deal_reopened_in_the_crm_leaves_the_month_it_was_won_in(pair, clock):
    coach, actor = pair
    fake = crms.pipedrive(clock)
    deal = next(deal for deal in fake.team.deals if deal.status == "won" and not deal.archived)
    async with connected(coach, actor, fake) as connection:
        await read(coach, actor, connection.id)
        before = await value(coach, actor, "deals_won")
        clock.moves(minutes=30)
        fake.change(deal.id, status="open", won_time=None)
        clock.moves(minutes=30)
        await read(coach, actor, connection.id)
    assert await value(coach, actor, "deals_won") == before - 1


async def test_once_a_week_everything_is_read_and_what_vanished_unsaid_is_gone_here_too(pair, clock):
    coach, actor = pair
    fake = crms.hubspot(clock)
    async with connected(coach, actor, fake) as connection:
        await read(coach, actor, connection.id)
        before = await value(coach, actor, "deals_won")
        victim = next(deal.id for deal in fake.team.deals if deal.status == "won")
        del fake.objects["deals"][victim]  # purged: neither searched nor in the bin
        clock.moves(days=1)
        await read(coach, actor, connection.id)
        assert await value(coach, actor, "deals_won") == before
        clock.moves(days=7)
        run = await read(coach, actor, connection.id)
    assert run.counts["deals"].deleted == 1
    assert await value(coach, actor, "deals_won") == before - 1


async def test_a_file_that_lost_lines_loses_their_deals(pair, tmp_path):
    coach, actor = pair
    lines = ["Date de clôture;Montant;Statut", *(f"2025-{month:02}-10;1000;Gagné" for month in range(1, 9))]
    file = tmp_path / "deals.csv"
    file.write_text("\n".join(lines), "utf-8")
    connection = await connections.connect(coach, actor, "csv", {"path": str(file)}, trusted=True)
    await read(coach, actor, connection.id)
    assert await value(coach, actor, "revenue") == 8_000
    file.write_text("\n".join(lines[:-3]), "utf-8")
    run = await read(coach, actor, connection.id)
    assert run.counts["deals"].deleted == 3
    assert await value(coach, actor, "revenue") == 5_000


async def test_a_file_of_figures_gives_its_series_as_they_are(pair):
    coach, actor = pair
    content = b"Mois;NPS;CA\n2025-10;41;12000\n2025-11;44;15000\n2025-12;39;9000\n"
    connection = await connections.connect(coach, actor, "csv", {"content": content, "currency": "EUR"})
    await read(coach, actor, connection.id)
    found = await kpis.history(coach, actor.workspace_id, "nps", coach.today())
    assert [point.value for point in found.series.points] == [41, 44, 39]
    assert (found.series.method, found.series.source, found.label) == ("manual", "csv", "csv csv")
    assert "content" not in connection.settings


# Cut anywhere


class Cut(Exception):
    """The power went."""


def cut_after(connector, pages):
    """The connector, failing once so many pages were given."""
    left = [pages]
    whole = connector.sync

    async def sync(entity, state):
        async for page in whole(entity, state):
            if left[0] == 0:
                raise Cut
            left[0] -= 1
            yield page

    connector.sync = sync
    return connector


@BOTH
async def test_a_reading_cut_after_any_page_comes_to_the_same(settings, clock, crm, tmp_path, monkeypatch):
    fake = crms.FAKES[crm](clock, months=2)
    monkeypatch.setattr(syncs, "LEASE", dt.timedelta(seconds=0.2))
    async with crms.serving(fake.app) as address:
        whole, pages = None, 1
        for cut in (None, 0, 1, 5):
            home = settings.model_copy(update={"home": tmp_path / f"home-{cut}"})
            async with coached(home, clock) as (coach, actor):
                connection = await connections.connect(coach, actor, crm, given(crm, address), trusted=True)
                if cut is not None:
                    plain = coach.plugins
                    makes = plain.connectors[crm]
                    coach.plugins = crms.Plugins(connectors={crm: lambda s, n=cut, m=makes: cut_after(m(s), n)})
                    queued = await syncs.queue(coach, actor.workspace_id, connection.id, "manual")
                    broken = await syncs.run(coach, actor.workspace_id, queued.id)
                    assert broken.status == ("failed" if cut < pages else "done")
                    assert broken.problem is None or broken.problem.message == "The connector failed (Cut)."
                    assert broken.pages == min(cut, pages)
                    coach.plugins = plain
                run = await read(coach, actor, connection.id)
                found = await figures(coach, actor)
                if cut is None:
                    whole, pages = found, run.pages
                assert found == whole


async def test_a_page_and_its_state_are_kept_together_or_not_at_all(pair, clock, monkeypatch):
    coach, actor = pair
    connection = await connections.connect(coach, actor, "demo", {"months": 2})
    from coach.store.syncs import Syncs

    real, calls = Syncs.set_state, []

    async def set_state(self, connection_id, entity, **facts):
        await real(self, connection_id, entity, **facts)
        calls.append(entity)
        if calls.count("companies") == 2:
            raise Cut

    monkeypatch.setattr(Syncs, "set_state", set_state)
    run = await read(coach, actor, connection.id)
    assert run.status == "failed"
    async with coach.store.read(actor.workspace_id) as unit:
        assert await unit.records.count(connection.id, "companies") == 0
        states = await unit.syncs.states(connection.id)
        assert State.model_validate(states["companies"]["state"]) == State()
        assert State.model_validate(states["owners"]["state"]).until is not None
        assert await unit.records.count(connection.id, "owners") == 5


async def test_of_two_readers_one_reads_and_the_other_is_told_how_it_ended(pair, clock):
    coach, actor = pair
    fake = crms.hubspot(clock)
    async with connected(coach, actor, fake) as connection:
        queued = [await syncs.queue(coach, actor.workspace_id, connection.id, "manual") for _ in range(3)]
        assert len({run.id for run in queued}) == 1
        before = fake.requests
        ended = await asyncio.gather(*(syncs.run(coach, actor.workspace_id, run.id) for run in queued))
        once = fake.requests - before
        await read(coach, actor, connection.id)
    assert {run.status for run in ended} == {"done"}
    assert len({run.model_dump_json() for run in ended}) == 1
    assert once <= ended[0].pages + 10


async def test_memory_of_a_run_is_its_row_and_the_history_tells_all_of_them(pair):
    coach, actor = pair
    connection = await connections.connect(coach, actor, "demo", {"months": 1, "deals_a_month": 3})
    runs = [await read(coach, actor, connection.id) for _ in range(3)]
    first = await syncs.page(coach, actor, connection.id, limit=2)
    rest = await syncs.page(coach, actor, connection.id, limit=2, cursor=first.next)
    assert [run.id for run in (*first.items, *rest.items)] == [run.id for run in reversed(runs)]
    assert rest.next is None


# What goes wrong


@BOTH
async def test_a_withdrawn_credential_asks_to_reconnect_and_the_figures_stay_with_their_date(pair, clock, crm):
    coach, actor = pair
    fake = crms.FAKES[crm](clock)
    async with connected(coach, actor, fake) as connection:
        await read(coach, actor, connection.id)
        before = await figures(coach, actor)
        fake.token = "another"
        clock.moves(days=3)
        run = await read(coach, actor, connection.id)
        assert (run.status, run.problem.code) == ("failed", "needs_reconnect")
        shown = await connections.get(coach, actor, connection.id)
        assert (shown.state, shown.problem.code) == ("needs_reconnect", "needs_reconnect")
        assert await figures(coach, actor) == before
        found = await kpis.history(coach, actor.workspace_id, "revenue", coach.today())
        assert (found.age_days, found.state) == (3, "needs_reconnect")
        assert found.series.data_date == clock().date() - dt.timedelta(days=3)
        healed = await connections.change(
            coach, actor, connection.id, settings={"token": "another"}, expected=shown.version
        )
        assert healed.state == "ok"
        assert (await read(coach, actor, connection.id)).status == "done"


@pytest.mark.parametrize(
    ("crm", "scope", "entity", "lost"),
    [("hubspot", "contacts", "activities", "calls"), ("pipedrive", "activities:read", "activities", "calls"),
     ("pipedrive", "leads:read", "leads", "leads")],
)  # fmt: skip
async def test_a_missing_scope_costs_the_kpis_that_need_it_and_no_other(pair, clock, crm, scope, entity, lost):
    coach, actor = pair
    fake = crms.FAKES[crm](clock)
    fake.missing_scopes.add(scope)
    async with connected(coach, actor, fake) as connection:
        assert connection.state == "degraded"
        assert connection.mapping.qualified_stages == ("12",)
        levels = {one.metric: one for one in connection.abilities}
        assert levels[lost].level == "none"
        assert levels[lost].missing
        assert levels["revenue"].level == "exact"
        run = await read(coach, actor, connection.id)
        assert run.status == "partial"
        assert set(run.skipped) == {entity}
        assert await kpis.history(coach, actor.workspace_id, lost, coach.today()) is None
        assert await value(coach, actor, "revenue") > 0
        fake.missing_scopes.clear()
        clock.moves(hours=25)
        run = await read(coach, actor, connection.id)
        assert (run.status, run.skipped) == ("done", {})
        assert (await connections.get(coach, actor, connection.id)).state == "ok"
        assert await value(coach, actor, lost) > 0


async def test_a_daily_budget_is_kept_between_readings_and_the_rest_comes_the_next_day(pair, clock):
    coach, actor = pair
    fake = crms.pipedrive(clock)
    async with crms.serving(fake.app) as address:
        settings = {**given("pipedrive", address), "tokens_a_day": 200}
        connection = await connections.connect(coach, actor, "pipedrive", settings, trusted=True)
        run = await read(coach, actor, connection.id)
        assert (run.status, run.problem.code) == ("failed", "quota")
        spent = fake.tokens_spent
        again = await read(coach, actor, connection.id)
        assert again.problem.code == "quota"
        assert fake.tokens_spent - spent < 60, "what was spent is not forgotten when the connection is opened again"
        assert await kpis.history(coach, actor.workspace_id, "leads", coach.today()) is None
        deals = await value(coach, actor, "deals_won")
        clock.moves(days=1)
        await read(coach, actor, connection.id)
    assert deals > 0, "what was read whole is counted, whatever could not be"
    assert await value(coach, actor, "leads") > 0


async def test_a_connector_that_breaks_says_nothing_of_what_it_held(pair, clock, caplog):
    coach, actor = pair
    connection = await connections.connect(coach, actor, "demo", {"months": 1})

    class Broken(crms.demo.Demo):
        async def sync(self, entity, state):
            raise RuntimeError(f"could not use {TOKEN}")
            yield

    coach.plugins = crms.Plugins(connectors={"demo": lambda settings: Broken(settings, clock)})
    with caplog.at_level(logging.DEBUG):
        run = await read(coach, actor, connection.id)
    assert (run.status, run.problem.code) == ("failed", "connector")
    assert TOKEN not in caplog.text + run.model_dump_json()


BROKEN = {
    "refuses connections": None,
    "hangs": b"",
    "drips": b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{",
    "answers 500": b"HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\n{}",
    "answers 503 with a mad Retry-After": b"HTTP/1.1 503 No\r\nRetry-After: never\r\nContent-Length: 2\r\n\r\n{}",
    "answers 429": b"HTTP/1.1 429 Slow\r\nContent-Length: 2\r\n\r\n{}",
    "answers 401": b"HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\n{}",
    "answers 403 as a page": b"HTTP/1.1 403 No\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>",
    "is cut short": b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"results": [',
    "answers a page": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>",
    "answers another shape": b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n[1, 2, 3, 4",
    "sends elsewhere": b"HTTP/1.1 302 Go\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
    "speaks no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n",
}
"""Thirteen ways a CRM fails: what its socket says to any request, then nothing more."""


@pytest.fixture(scope="module")
def read_home(tmp_path_factory):
    """The folder of a coach that has read its CRM once; tests take copies."""
    home = tmp_path_factory.mktemp("read")

    async def prepare():
        clock = Clock()
        fake = crms.hubspot(clock, months=2)
        async with (
            coached(Settings(home=home), clock) as (coach, actor),
            connected(coach, actor, fake) as connection,
        ):
            await read(coach, actor, connection.id)

    asyncio.run(prepare())
    return home


@pytest.fixture
async def after(read_home, settings, clock):
    shutil.copytree(read_home, settings.home)
    async with coached(settings, clock) as pair:
        yield pair


@pytest.mark.parametrize("way", BROKEN)
async def test_every_turn_is_answered_while_the_crm_fails_and_its_figures_stay(after, clock, way, monkeypatch):
    coach, actor = after
    monkeypatch.setitem(Api.__init__.__kwdefaults__, "deadline_s", 0.3)
    connection, *_ = await connections.every(coach, actor)
    before = await figures(coach, actor)
    assert before
    clock.moves(days=2)

    async def answer(reader, writer):
        await reader.read(100)
        writer.write(BROKEN[way])
        await writer.drain()
        if way not in ("hangs", "drips"):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    if BROKEN[way] is None:
        server.close()
    async with coach.store.write(actor.workspace_id) as unit:
        row = await unit.connections.get(connection.id)
        moved = {**row["settings"], "base_url": f"http://127.0.0.1:{port}"}
        await unit.connections.note(connection.id, settings=moved)

    reading = asyncio.create_task(read(coach, actor, connection.id))
    talk = await conversations.start(coach, actor, "augmenter le chiffre d'affaires")
    assert talk.turn.assessment is not None
    found = await kpis.history(coach, actor.workspace_id, "revenue", coach.today())
    assert found.age_days == 2
    talk = await conversations.say(coach, actor, talk.id, "de 20 % d'ici juin 2026")
    assert talk.turn.assessment is not None
    run = await asyncio.wait_for(reading, 30)
    assert run.status == "failed", way
    assert run.problem.code in ("crm_unavailable", "misanswered", "needs_reconnect", "blocked", "crm_refused")
    shown = await connections.get(coach, actor, connection.id)
    assert shown.state == ("needs_reconnect" if way == "answers 401" else "unavailable")
    assert await figures(coach, actor) == before
    server.close()


# Connections


async def test_nothing_is_kept_of_a_connection_that_cannot_be_made(pair, clock):
    coach, actor = pair
    fake = crms.hubspot(clock)
    async with crms.serving(fake.app) as address:
        with pytest.raises(CrmRefused):
            await connections.connect(
                coach, actor, "hubspot", {**given("hubspot", address), "token": "wrong"}, trusted=True
            )
    with pytest.raises(CrmUnavailable):
        await connections.connect(coach, actor, "hubspot", given("hubspot", "http://127.0.0.1:1"), trusted=True)
    with pytest.raises(NotFound):
        await connections.connect(coach, actor, "salesfarce", {})
    assert await connections.every(coach, actor) == ()


@pytest.mark.parametrize("reach", [{"sandbox": True}, {"base_url": "http://127.0.0.1:1"}, {"path": "/etc/passwd"}])
async def test_settings_that_reach_into_the_machine_are_its_owners_alone(pair, reach):
    coach, actor = pair
    with pytest.raises(BadInput) as refused:
        await connections.connect(coach, actor, "csv" if "path" in reach else "hubspot", {"token": "x", **reach})
    assert refused.value.details["reason"] == "local_setting"


async def test_another_accounts_credentials_are_no_reconnection(pair, clock):
    coach, actor = pair
    mine, other = crms.hubspot(clock), crms.hubspot(clock)
    other.team = crms.team.Team(**{
        **{name: getattr(other.team, name) for name in other.team.__dataclass_fields__},
        "account": other.team.account.model_copy(update={"id": "9002"}),
    })  # fmt: skip
    async with connected(coach, actor, mine) as connection, crms.serving(other.app) as elsewhere:
        with pytest.raises(BadInput, match="another account"):
            await connections.change(coach, actor, connection.id, settings={"base_url": elsewhere}, trusted=True)


async def test_the_mapping_is_the_managers_and_the_figures_follow_it(pair):
    coach, actor = pair
    connection = await connections.connect(coach, actor, "demo", {"months": 3})
    await read(coach, actor, connection.id)
    assert await value(coach, actor, "renewal_rate") == 0
    changed = connection.mapping.model_copy(update={"renewal_pipelines": ("1",)})
    mapped = await connections.set_mapping(coach, actor, connection.id, changed, expected=connection.version)
    await coach.jobs.drain(coach)
    assert mapped.mapping.renewal_pipelines == ("1",)
    assert await value(coach, actor, "renewal_rate") > 0
    with pytest.raises(Conflict):
        await connections.set_mapping(coach, actor, connection.id, changed, expected=connection.version)


async def test_what_is_due_is_read_by_the_schedule_and_what_waits_for_a_person_is_not(pair, clock):
    coach, actor = pair
    connection = await connections.connect(coach, actor, "demo", {"months": 1})
    await coach.jobs.tick(coach, "sync.due")
    assert await coach.jobs.drain(coach) == 1
    await coach.jobs.tick(coach, "sync.due")
    assert await coach.jobs.drain(coach) == 0
    clock.moves(minutes=61)
    await coach.jobs.tick(coach, "sync.due")
    assert await coach.jobs.drain(coach) == 1
    await syncs.mark_dirty(coach, actor.workspace_id, connection.id)
    assert await coach.jobs.drain(coach) == 1
    causes = [run.cause for run in (await syncs.page(coach, actor, connection.id)).items]
    assert causes == ["webhook", "schedule", "schedule"]
    await connections.failed(coach, actor.workspace_id, connection.id, CrmRefused("gone", reconnect=True))
    clock.moves(days=1)
    await coach.jobs.tick(coach, "sync.due")
    assert await coach.jobs.drain(coach) == 0


# Secrets


@BOTH
async def test_a_credential_is_nowhere_but_sealed(settings, clock, crm, caplog):
    fake = crms.FAKES[crm](clock, months=1)
    printed = []
    with caplog.at_level(logging.DEBUG):
        async with coached(settings, clock) as (coach, actor), connected(coach, actor, fake) as connection:
            printed += [repr(connection), connection.model_dump_json(), repr(coach), repr(coach.vault)]
            run = await read(coach, actor, connection.id)
            fake.token = "turned"
            failed = await read(coach, actor, connection.id)
            printed += [repr(run), repr(failed), failed.model_dump_json()]
            printed.append(repr(await connections.get(coach, actor, connection.id)))
            assert (await connections.settings_of(coach, actor.workspace_id, connection.id))["token"] == TOKEN
            async with connections.opened(coach, actor.workspace_id, connection.id) as live:
                printed.append(repr(live))
                try:
                    await live.check()
                except CrmRefused as wrong:
                    printed += [repr(wrong), str(wrong), str(wrong.details)]
    kept = b"".join(path.read_bytes() for path in settings.home.rglob("*") if path.is_file())
    assert b"v1." in kept
    for place in (kept.decode("latin-1"), caplog.text, *printed):
        assert TOKEN not in place


async def test_turning_the_key_leaves_every_connection_working_and_the_old_key_useless(settings, clock):
    async with coached(settings, clock) as (coach, actor):
        fake = crms.hubspot(clock, months=1)
        async with connected(coach, actor, fake) as connection:
            vault.turn_key(settings.home)
            async with coached(settings, clock) as (turned, _):
                assert await connections.reseal(turned) == 1
                assert await connections.reseal(turned) == 0
            vault.keep_first_key(settings.home)
            async with coached(settings, clock) as (again, _):
                assert (await read(again, actor, connection.id)).status == "done"
        with pytest.raises(Exception, match="cannot be opened"):
            await connections.settings_of(coach, actor.workspace_id, connection.id)


async def test_a_row_copied_to_another_connection_gives_no_credential(pair, clock):
    coach, actor = pair
    fake = crms.hubspot(clock, months=1)
    async with connected(coach, actor, fake) as one, connected(coach, actor, fake) as other:
        async with coach.store.write(actor.workspace_id) as unit:
            stolen = (await unit.connections.get(one.id))["secrets"]
            await unit.connections.note(other.id, secrets=stolen)
        with pytest.raises(Exception, match="cannot be opened"):
            await connections.settings_of(coach, actor.workspace_id, other.id)
