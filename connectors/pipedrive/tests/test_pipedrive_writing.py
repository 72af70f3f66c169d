"""Goals written into Pipedrive: its own where it can count them, read back, once; an activity otherwise."""

import contextlib
import datetime as dt

import pytest
import stamina

from coach.errors import CrmRefused
from coach.plugins import GoalToWrite, WritesGoals
from coach.plugins.builtin import team
from coach.testing import FakePipedrive, serving
from coach_pipedrive import Pipedrive

END = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)
GOAL = GoalToWrite(
    id="g1", title="30 rendez-vous qualifiés au deuxième trimestre", metric="qualified_meetings", unit="count", target=30,
    owner="3", start=dt.date(2026, 4, 1), due=dt.date(2026, 6, 30), next_check_in=dt.date(2026, 4, 6),
    marker="coach:0a1b2c3d4e5f",
)  # fmt: skip
RATE = GOAL.model_copy(update={"metric": "closing_rate", "unit": "%", "target": 25.0})


@pytest.fixture(autouse=True)
def at_once():
    with stamina.set_testing(True, attempts=5):
        yield


@contextlib.asynccontextmanager
async def account():
    crm = FakePipedrive(team.invent(END, months=1, deals_a_month=3), clock=lambda: END, calls_per_2_s=120)
    async with serving(crm.app) as base:
        settings = {"token": crm.token, "base_url": base, "sandbox": True, "calls_per_2_s": 120}
        connector = Pipedrive(settings, lambda: END)
        yield crm, connector
        await connector.close()


async def written(connector, goal=GOAL, earlier=None):
    return await connector.write_goal(await connector.plan_goal(goal, earlier))


@pytest.mark.parametrize(
    ("changes", "counts", "outcome"),
    [
        ({}, "activities_completed", {"target": 30.0, "tracking_metric": "quantity"}),
        ({"metric": "calls"}, "activities_completed", {"target": 30.0, "tracking_metric": "quantity"}),
        ({"metric": "deals_won"}, "deals_won", {"target": 30.0, "tracking_metric": "quantity"}),
        ({"metric": "quotes_sent"}, "deals_progressed", {"target": 30.0, "tracking_metric": "quantity"}),
        (
            {"metric": "revenue", "unit": "EUR"},
            "deals_won",
            {"target": 30.0, "tracking_metric": "sum", "currency_id": 6},
        ),
    ],
    ids=["meetings", "calls", "contracts", "quotes", "revenue"],
)
async def test_what_pipedrive_can_count_becomes_a_goal_of_its_own(changes, counts, outcome):
    async with account() as (crm, connector):
        assert isinstance(connector, WritesGoals)
        done = await written(connector, GOAL.model_copy(update=changes))
        [made] = crm.writes.goals.values()
    assert done.kind == "goal"
    assert (made["type"]["name"], made["expected_outcome"]) == (counts, outcome)
    assert made["duration"] == {"start": "2026-04-01", "end": "2026-06-30"}
    assert (made["interval"], made["assignee"]) == ("quarterly", {"id": 3, "type": "person"})


async def test_qualified_meetings_are_the_qualified_type_alone_where_there_is_one():
    async with account() as (crm, connector):
        await written(connector)
        [made] = crm.writes.goals.values()
    assert made["type"]["params"] == {"activity_type_id": [3]}


async def test_without_a_person_it_is_the_companys():
    async with account() as (crm, connector):
        await written(connector, GOAL.model_copy(update={"owner": None}))
        [made] = crm.writes.goals.values()
    assert made["assignee"]["type"] == "company"


async def test_it_is_previewed_then_written_once():
    async with account() as (crm, connector):
        plan = await connector.plan_goal(GOAL, None)
        assert (plan.action, crm.writes.made) == ("create", 0)
        first = await connector.write_goal(plan)
        again = await connector.plan_goal(GOAL, first)
        assert again.action == "none"
        assert (await written(connector)).id == first.id
        assert crm.writes.made == 1


async def test_an_answer_that_was_lost_is_looked_for_and_not_sent_again():
    async with account() as (crm, connector):
        crm.writes.loses_answers = 1
        assert (await written(connector)).fields["target"] == 30
        crm.writes.loses_answers = 1
        await written(connector, RATE)
        assert crm.writes.made == 2


async def test_a_new_target_changes_the_goal_in_place():
    async with account() as (crm, connector):
        first = await written(connector)
        plan = await connector.plan_goal(GOAL.model_copy(update={"target": 36.0}), first)
        assert (plan.action, plan.before["target"], plan.fields["target"]) == ("change", 30, 36)
        assert (await connector.write_goal(plan)).id == first.id
        assert crm.writes.made == 1


async def test_a_goal_that_was_kept_otherwise_is_undone_and_refused():
    async with account() as (crm, connector):
        crm.writes.rounds_down = True
        with pytest.raises(CrmRefused) as refused:
            await written(connector)
        assert crm.writes.goals == {}
    assert refused.value.details["reason"] == "not_verified"


async def test_what_somebody_changed_over_there_is_seen():
    async with account() as (crm, connector):
        done = await written(connector)
        crm.writes.goals[done.id]["expected_outcome"]["target"] = 24
        assert (await connector.written_goal(done))["target"] == 24
        crm.writes.goals.clear()
        assert await connector.written_goal(done) is None


@pytest.mark.parametrize(
    ("goal", "why"),
    [
        (RATE, "metric"),
        (GOAL.model_copy(update={"target": None}), "no_target"),
        (GOAL.model_copy(update={"start": dt.date(2026, 11, 1), "due": dt.date(2027, 1, 31)}), "period"),
        (GOAL.model_copy(update={"metric": "revenue", "unit": "XOF"}), "metric"),
    ],
    ids=["a rate", "no figure", "over two years", "a currency it lacks"],
)
async def test_what_cannot_be_a_goal_becomes_an_activity_and_says_why(goal, why):
    async with account() as (crm, connector):
        plan = await connector.plan_goal(goal, None)
        assert (plan.kind, plan.action, plan.why) == ("task", "create", why)
        done = await connector.write_goal(plan)
        assert crm.activities[int(done.id)]["due_date"] == "2026-04-06"
        assert (await connector.plan_goal(goal, done)).action == "none"
        crm.activities[int(done.id)]["is_deleted"] = True
        assert await connector.written_goal(done) is None


async def test_a_rhythm_is_a_goal_that_comes_back():
    async with account() as (crm, connector):
        await written(
            connector, GOAL.model_copy(update={"cadence": "week", "due": None, "metric": "calls", "target": 50.0})
        )
        [made] = crm.writes.goals.values()
    assert (made["interval"], made["duration"]["end"]) == ("weekly", None)
