"""What people say of goals, links and notices: on both databases, in one workspace and no other."""

import datetime as dt

import pytest

from coach.errors import Conflict, NotFound
from coach.store.ids import new_id
from coach.store.store import EVERYWHERE
from tests.shell.conftest import NOON
from tests.shell.keeping import a_goal

OTHER = new_id()


@pytest.fixture
async def goal_id(store, owner):
    row = a_goal(owner)
    async with store.write(owner["workspace_id"]) as unit:
        await unit.goals.add(row)
    return row["id"]


def a_remark(owner, goal_id, **changes):
    return {
        "id": new_id(), "goal_id": goal_id, "person_id": owner["id"], "author": "Léa", "kind": "contest", "text": "Non.",
        "answers_id": None, "created_at": NOON, **changes,
    }  # fmt: skip


def a_link(owner, goal_id, **changes):
    return {
        "id": new_id(), "goal_id": goal_id, "person_id": owner["id"], "purpose": "check_in", "name": "", "digest": "d" * 64,
        "expires_at": NOON + dt.timedelta(days=1), "used_at": None, "revoked_at": None, "created_at": NOON, **changes,
    }  # fmt: skip


def an_outlet(**changes):
    return {
        "id": new_id(), "kind": "email", "label": "", "language": "fr", "secrets": {}, "reminders": True, "digest": True,
        "switched_on": True, "problem": None, "previewed_at": NOON, "sent_at": None, "created_at": NOON, **changes,
    }  # fmt: skip


async def test_an_objection_is_open_until_it_is_answered(store, owner, workspace_id, goal_id):
    objection = a_remark(owner, goal_id)
    async with store.write(workspace_id) as unit:
        await unit.voices.add_remark(objection)
        assert await unit.voices.open_contests([goal_id]) == {goal_id}
        await unit.voices.add_remark(a_remark(owner, goal_id, kind="answer", answers_id=objection["id"]))
        assert await unit.voices.open_contests([goal_id]) == set()
        assert [row["kind"] for row in await unit.voices.remarks(goal_id)] == ["answer", "contest"]


async def test_a_link_is_found_from_everywhere_and_used_once(store, owner, workspace_id, goal_id):
    link = a_link(owner, goal_id)
    async with store.write(workspace_id) as unit:
        await unit.voices.add_link(link)
    async with store.read(EVERYWHERE) as unit:
        assert (await unit.voices.link("d" * 64))["workspace_id"] == workspace_id
        assert await unit.voices.link("e" * 64) is None
    async with store.write(workspace_id) as unit:
        await unit.voices.use_link(link["id"], NOON)
    with pytest.raises(Conflict):
        async with store.write(workspace_id) as unit:
            await unit.voices.use_link(link["id"], NOON)


async def test_another_workspace_sees_none_of_it(store, owner, workspace_id, goal_id):
    link, outlet = a_link(owner, goal_id), an_outlet()
    async with store.write(workspace_id) as unit:
        await unit.voices.add_remark(a_remark(owner, goal_id))
        await unit.voices.add_link(link)
        await unit.outlets.add(outlet)
        await unit.outlets.claim("digest:1", NOON, again_before=NOON)
    async with store.write(OTHER) as unit:
        assert await unit.voices.remarks(goal_id) == []
        assert await unit.voices.links(goal_id) == []
        assert await unit.outlets.every() == []
        assert await unit.outlets.on(OTHER) == []
        for act in (unit.voices.revoke_link(goal_id, link["id"], NOON), unit.outlets.get(outlet["id"])):
            with pytest.raises(NotFound):
                await act


async def test_a_notice_is_claimed_by_one_given_back_and_claimed_again_when_forgotten(store, workspace_id):
    hour = dt.timedelta(hours=1)

    async def claim(at, **options) -> bool:
        async with store.write(workspace_id) as unit:
            return await unit.outlets.claim("look:1", at, again_before=at - hour)

    assert await claim(NOON)
    assert not await claim(NOON)
    async with store.write(workspace_id) as unit:
        await unit.outlets.release("look:1")
    assert await claim(NOON)
    assert await claim(NOON + 2 * hour)  # whoever had it died before sending
    async with store.write(workspace_id) as unit:
        await unit.outlets.sent("look:1", NOON)
        await unit.outlets.release("look:1")
    assert not await claim(NOON + 9 * hour)  # what was sent is never sent again


async def test_outlets_that_are_on_are_found_in_every_workspace(store, workspace_id):
    on, off = an_outlet(), an_outlet(switched_on=False)
    async with store.write(workspace_id) as unit:
        await unit.outlets.add(on)
        await unit.outlets.add(off)
    async with store.read(EVERYWHERE) as unit:
        assert [row["id"] for row in await unit.outlets.on()] == [on["id"]]


async def test_an_adopted_goal_is_listed_as_running_from_its_start(store, owner, workspace_id):
    start = dt.date(2026, 3, 1)
    row = a_goal(owner, status="adopted", start=start)
    async with store.write(workspace_id) as unit:
        await unit.goals.add(row)

        async def ids(status, day):
            return [each["id"] for each in await unit.goals.page(status=status, today=day)]

        before = start - dt.timedelta(days=1)
        assert (await ids("adopted", before), await ids("running", before)) == ([row["id"]], [])
        assert (await ids("adopted", start), await ids("running", start)) == ([], [row["id"]])
