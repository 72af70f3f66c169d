"""Goals written into CRMs: allowed, previewed, agreed to, written once, verified; changes over there come back."""

import datetime as dt

import pytest

from coach.service import connections, goals, people, writing_back
from coach.settings import Settings
from tests.shell import crm_calls

TEXT = "Win 12 maintenance contracts with clinics by 31 March 2026"


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path / "home", time_zone="Europe/Paris")


@pytest.fixture
async def crm():
    async with crm_calls.pipedrive() as (fake, address):
        fake.address = address
        yield fake


@pytest.fixture
async def coach(app, crm):
    app.state.coach.plugins = crm_calls.installed()
    return app.state.coach


@pytest.fixture
async def actor(coach):
    return await people.owner(coach)


@pytest.fixture
async def link(coach, actor, crm):
    given = {"token": crm.token, "base_url": crm.address, "sandbox": True, "write_back": True}
    return (await connections.connect(coach, actor, "pipedrive", given, trusted=True)).id


@pytest.fixture
async def goal(coach, actor):
    return await goals.create(coach, actor, TEXT)


async def test_it_is_shown_first_and_only_what_was_agreed_to_is_written(coach, actor, link, goal, crm):
    shown = await writing_back.preview(coach, actor, goal.id, link)
    assert (shown.kind, shown.action, crm.writes.made) == ("goal", "create", 0)
    assert {line.name: line.after for line in shown.lines}["target"] == "12"
    with pytest.raises(Exception, match="changed since the preview"):
        await writing_back.write(coach, actor, goal.id, link, agreed="another plan")
    assert crm.writes.made == 0
    done = await writing_back.write(coach, actor, goal.id, link, agreed=shown.agreed)
    assert (crm.writes.made, done.changed) == (1, False)


async def test_twice_writes_once_even_at_the_same_time(coach, actor, link, goal, crm):
    import asyncio

    shown = await writing_back.preview(coach, actor, goal.id, link)
    await asyncio.gather(*(writing_back.write(coach, actor, goal.id, link, agreed=shown.agreed) for _ in range(5)))
    assert crm.writes.made == 1
    assert (await writing_back.preview(coach, actor, goal.id, link)).action == "none"


async def test_an_adjusted_goal_changes_what_was_written(coach, actor, link, goal, crm):
    shown = await writing_back.preview(coach, actor, goal.id, link)
    await writing_back.write(coach, actor, goal.id, link, agreed=shown.agreed)
    await goals.change(coach, actor, goal.id, writing_back.GoalChange(target=10, reason="a vacant post"))
    shown = await writing_back.preview(coach, actor, goal.id, link)
    assert shown.action == "change"
    line = next(one for one in shown.lines if one.name == "target")
    assert (line.before, line.after) == ("12", "10")
    await writing_back.write(coach, actor, goal.id, link, agreed=shown.agreed)
    [there] = crm.writes.goals.values()
    assert there["expected_outcome"]["target"] == 10


async def test_what_is_changed_over_there_comes_back_as_a_proposal_and_a_person_decides(coach, actor, link, goal, crm):
    shown = await writing_back.preview(coach, actor, goal.id, link)
    await writing_back.write(coach, actor, goal.id, link, agreed=shown.agreed)
    [there] = crm.writes.goals.values()
    there["expected_outcome"]["target"] = 9
    there["duration"]["end"] = "2026-03-20"
    await coach.jobs.tick(coach, "written.look")
    [found] = await writing_back.written_of(coach, actor, goal.id)
    assert (found.target, found.due, found.changed) == (9, dt.date(2026, 3, 20), True)
    assert (await goals.get(coach, actor, goal.id)).target == 12
    after = await writing_back.take_over(coach, actor, goal.id, link, reason="agreed with finance")
    assert (after.target, after.due) == (9, dt.date(2026, 3, 20))
    progress = await goals.progress(coach, actor, goal.id)
    assert progress.adjustments[0].reason == "agreed with finance"
    [found] = await writing_back.written_of(coach, actor, goal.id)
    assert not found.changed


async def test_a_goal_deleted_over_there_is_seen_and_can_be_written_again(coach, actor, link, goal, crm):
    shown = await writing_back.preview(coach, actor, goal.id, link)
    await writing_back.write(coach, actor, goal.id, link, agreed=shown.agreed)
    crm.writes.goals.clear()
    await writing_back.look(coach, actor.workspace_id, goal.id, link)
    [found] = await writing_back.written_of(coach, actor, goal.id)
    assert found.gone
    shown = await writing_back.preview(coach, actor, goal.id, link)
    assert shown.action == "create"


async def test_a_connection_that_is_not_allowed_writes_nothing(coach, actor, link, goal, crm):
    await connections.change(coach, actor, link, settings={"write_back": False}, trusted=True)
    with pytest.raises(Exception, match="may not write") as refused:
        await writing_back.preview(coach, actor, goal.id, link)
    assert refused.value.details["reason"] == "write_back_off"


async def test_what_the_crm_kept_otherwise_is_undone_and_nothing_is_noted(coach, actor, link, goal, crm):
    crm.writes.rounds_down = True
    shown = await writing_back.preview(coach, actor, goal.id, link)
    with pytest.raises(Exception, match="kept something else"):
        await writing_back.write(coach, actor, goal.id, link, agreed=shown.agreed)
    assert crm.writes.goals == {}
    assert await writing_back.written_of(coach, actor, goal.id) == ()


async def test_over_the_api_it_goes_the_same_way(api, coach, actor, link, goal, crm):
    where = {"connection_id": link}
    shown = (await api.post(f"/goals/{goal.id}/crm/preview", json=where)).json()
    done = await api.post(f"/goals/{goal.id}/crm", json={**where, "agreed": shown["agreed"]})
    assert (done.status_code, done.json()["kind"]) == (200, "goal")
    assert (await api.post(f"/goals/{goal.id}/crm", json={**where, "agreed": shown["agreed"]})).status_code == 200
    assert crm.writes.made == 1
    assert [one["connection_id"] for one in (await api.get(f"/goals/{goal.id}/crm")).json()["items"]] == [link]
    late = await api.post(f"/goals/{goal.id}/crm/take-over", json={**where, "reason": "none"})
    assert late.status_code == 404
