"""Goals written into HubSpot: copied from one that is there, read back, once; tasks where none can be copied."""

import contextlib
import datetime as dt

import pytest
import stamina

from coach.errors import CrmRefused
from coach.plugins import GoalToWrite, WritesGoals
from coach.plugins.builtin import team
from coach.testing import FakeHubSpot, serving
from coach_hubspot import HubSpot
from coach_hubspot.writing import COPIED

END = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)
MODEL = {
    "hs_template_id": "4", "hs_goal_type": "sales_quota", "hs_kpi_object_type_id": "0-3", "hs_kpi_metric_type": "SUM",
    "hs_kpi_property_name": "amount_in_home_currency", "hs_kpi_filter_groups": '[{"hs_is_closed_won":"true"}]',
    "hs_kpi_time_period_property": "closedate", "hs_kpi_unit_type": "CURRENCY", "hs_goal_target_currency_code": "EUR",
    "hs_goal_name": "Quota de Léa", "hs_target_amount": "90000", "hs_start_datetime": "2026-01-01T00:00:00.000Z",
    "hs_end_datetime": "2026-03-31T23:59:59.999Z", "hs_milestone": "quarterly", "hubspot_owner_id": "101",
    "hs_group_correlation_uuid": "11111111-0000-4000-8000-000000000000", "hs_goal_target_group_id": "g1",
}  # fmt: skip
GOAL = GoalToWrite(
    id="g1", title="Signer 120 000 € au deuxième trimestre", metric="revenue", unit="EUR", target=120_000, owner="101",
    start=dt.date(2026, 4, 1), due=dt.date(2026, 6, 30), next_check_in=dt.date(2026, 4, 6), marker="coach:0a1b2c3d4e5f",
    note="Point de suivi",
)  # fmt: skip
RATE = GOAL.model_copy(update={"metric": "closing_rate", "unit": "%", "target": 25.0, "title": "25 % de closing"})


@pytest.fixture(autouse=True)
def at_once():
    with stamina.set_testing(True, attempts=5):
        yield


@contextlib.asynccontextmanager
async def account(*models):
    crm = FakeHubSpot(team.invent(END, months=1, deals_a_month=3), clock=lambda: END)
    for model in models:
        crm.writes.add("goal_targets", model)
    async with serving(crm.app) as base:
        connector = HubSpot({"token": crm.token, "base_url": base, "sandbox": True})
        yield crm, connector
        await connector.close()


async def written(connector, goal=GOAL, earlier=None):
    return await connector.write_goal(await connector.plan_goal(goal, earlier))


async def test_it_is_previewed_and_nothing_is_written_before_it_is_agreed_to():
    async with account(MODEL) as (crm, connector):
        assert isinstance(connector, WritesGoals)
        plan = await connector.plan_goal(GOAL, None)
        assert crm.writes.made == 0
    assert (plan.kind, plan.action, plan.why) == ("target", "create", "")
    assert (plan.fields["target"], plan.fields["start"], plan.fields["end"]) == (120_000, "2026-04-01", "2026-06-30")


async def test_what_makes_hubspot_count_it_is_copied_and_nothing_else_is():
    async with account(MODEL) as (crm, connector):
        done = await written(connector)
        made = crm.writes.objects["goal_targets"][done.id]["properties"]
    assert all(made.get(name) == MODEL.get(name) for name in COPIED)
    assert made["hs_group_correlation_uuid"] != MODEL["hs_group_correlation_uuid"]
    assert (made["hs_goal_name"], made["hs_milestone"]) == (GOAL.title, "quarterly")
    assert made["hs_end_datetime"] == "2026-06-30T23:59:59.999Z"


async def test_writing_twice_writes_once_and_says_that_nothing_changes():
    async with account(MODEL) as (crm, connector):
        first = await written(connector)
        again = await connector.plan_goal(GOAL, first)
        assert again.action == "none"
        assert (await connector.write_goal(again)).id == first.id
        assert (await written(connector)).id == first.id  # even by someone who knows nothing of the first
        assert crm.writes.made == 1


async def test_an_answer_that_was_lost_is_looked_for_and_not_sent_again():
    async with account(MODEL) as (crm, connector):
        crm.writes.loses_answers = 1
        done = await written(connector)
        assert crm.writes.made == 1
        assert done.fields["target"] == 120_000


async def test_a_new_target_changes_the_goal_in_place():
    async with account(MODEL) as (crm, connector):
        first = await written(connector)
        more = GOAL.model_copy(update={"target": 130_000.0})
        plan = await connector.plan_goal(more, first)
        assert (plan.action, plan.before["target"], plan.fields["target"]) == ("change", 120_000, 130_000)
        assert (await connector.write_goal(plan)).id == first.id
        assert crm.writes.made == 1


async def test_a_goal_that_was_kept_otherwise_is_undone_and_refused():
    async with account(MODEL) as (crm, connector):
        crm.writes.rounds_down = True
        with pytest.raises(CrmRefused) as refused:
            await written(connector)
        live = [one for one in crm.writes.objects["goal_targets"].values() if not one["archived"]]
    assert refused.value.details["reason"] == "not_verified"
    assert [one["properties"]["hs_goal_name"] for one in live] == ["Quota de Léa"]


async def test_what_somebody_changed_over_there_is_seen():
    async with account(MODEL) as (crm, connector):
        done = await written(connector)
        crm.writes.objects["goal_targets"][done.id]["properties"]["hs_target_amount"] = "110000"
        assert (await connector.written_goal(done))["target"] == 110_000
        crm.writes.objects["goal_targets"][done.id]["archived"] = True
        assert await connector.written_goal(done) is None


@pytest.mark.parametrize(
    ("goal", "models", "why"),
    [
        (GOAL, [], "no_template"),
        (GOAL, [{**MODEL, "hs_kpi_object_type_id": "0-47", "hs_kpi_metric_type": "COUNT"}], "no_template"),
        (GOAL, [{**MODEL, "hs_goal_target_currency_code": "USD"}], "no_template"),
        (RATE, [MODEL], "metric"),
        (GOAL.model_copy(update={"target": None}), [MODEL], "no_target"),
        (GOAL.model_copy(update={"due": dt.date(2027, 2, 28)}), [MODEL], "period"),
        (GOAL.model_copy(update={"cadence": "week"}), [MODEL], "period"),
    ],
    ids=["no goal there", "counts meetings", "in dollars", "a rate", "no figure", "over two years", "a rhythm"],
)
async def test_what_cannot_be_a_goal_becomes_a_task_and_says_why(goal, models, why):
    async with account(*models) as (crm, connector):
        plan = await connector.plan_goal(goal, None)
        assert (plan.kind, plan.action, plan.why) == ("task", "create", why)
        done = await connector.write_goal(plan)
        task = crm.writes.objects["tasks"][done.id]["properties"]
        assert task["hs_timestamp"] == str(round(dt.datetime(2026, 4, 6, 9, tzinfo=dt.UTC).timestamp() * 1000))
        assert goal.marker in task["hs_task_subject"]
        again = await connector.plan_goal(goal, done)
        assert again.action == "none"
        assert (await written(connector, goal)).id == done.id
        assert crm.writes.made == 1


async def test_a_lost_task_is_found_by_its_mark():
    async with account() as (crm, connector):
        crm.writes.loses_answers = 1
        await written(connector, RATE)
        assert crm.writes.made == 1


async def test_without_the_scope_it_is_a_task_and_without_that_one_it_is_refused():
    async with account(MODEL) as (crm, connector):
        crm.missing_scopes = {"goals"}
        plan = await connector.plan_goal(GOAL, None)
        assert (plan.kind, plan.why) == ("task", "scope")
        crm.missing_scopes = {"goals", "contacts"}
        with pytest.raises(CrmRefused):
            await connector.write_goal(plan)
