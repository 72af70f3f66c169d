# ruff: noqa: D101, D102, D103, S101, S106
"""The example under the contract that every connector is under, against its own fake, over real sockets."""

import contextlib
import datetime as dt

import pytest
from coach_odoo import Odoo, connector
from fake_odoo import FakeOdoo, written

from coach.errors import BadInput, CrmRefused
from coach.plugins import State, manager
from coach.plugins.builtin import team
from coach.testing import ConnectorContract, everything, serving

END = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)


def fake(months=3, deals=60):
    return FakeOdoo(team.invent(END, months=months, deals_a_month=deals))


@contextlib.asynccontextmanager
async def connected(crm, **settings):
    async with serving(crm.app) as base:
        odoo = Odoo({"token": crm.key, "base_url": base, "sandbox": True, **settings}, lambda: END)
        yield odoo
        await odoo.close()


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    monkeypatch.setattr(connector, "PAGE", 40)
    monkeypatch.setattr(connector, "CALLS", (500, 1.0))


class TestContract(ConnectorContract):
    def connected(self):
        return connected(fake())

    def refused(self):
        return connected(fake(months=1), token="withdrawn")


def test_it_comes_through_the_hook_like_any_other():
    import coach_odoo

    plugins = manager.load([])
    plugins.ask("odoo", coach_odoo, version="1", origin="here")
    assert plugins.listed[-1].offers == ("connector odoo",)


async def test_its_deals_are_the_teams():
    crm = fake()
    async with connected(crm) as odoo:
        deals, _ = await everything(odoo, "deals")
    team_deals = {row["id"]: row for row in crm.models["crm.lead"] if row["type"] == "opportunity"}
    assert {int(id) for id in deals} == set(team_deals)
    won = sum(deal.amount_home or 0 for deal in deals.values() if deal.status == "won")
    assert won == pytest.approx(
        sum(row["expected_revenue"] for row in team_deals.values() if row["won_status"] == "won")
    )
    assert all(deal.closed for deal in deals.values() if deal.status != "open")
    assert any(deal.archived for deal in deals.values() if deal.status == "lost")


async def test_only_what_changed_is_read_again():
    crm = fake()
    async with connected(crm) as odoo:
        _, state = await everything(odoo, "deals", State())
        row = next(
            row for row in crm.models["crm.lead"] if row["won_status" if "won_status" in row else "id"] == "pending"
        )
        row.update(expected_revenue=123.0, write_date=written(END + dt.timedelta(minutes=1)))
        changed, _ = await everything(odoo, "deals", state)
    assert changed[str(row["id"])].amount_home == 123.0
    assert len(changed) < 10


async def test_a_right_that_is_missing_takes_away_its_kpis_only():
    crm = fake(months=1)
    crm.forbidden = {"calendar.event"}
    async with connected(crm) as odoo:
        levels = {one.metric: (one.level, one.missing) for one in (await odoo.check()).abilities}
    assert levels["qualified_meetings"] == ("none", ("activities: read",))
    assert levels["revenue"] == ("exact", ())


async def test_its_stages_suggest_a_mapping():
    async with connected(fake(months=1)) as odoo:
        discovery = await odoo.discover()
    assert discovery.mapping.qualified_stages
    assert {choice.kind for choice in discovery.choices} == {"pipeline", "stage"}


@pytest.mark.parametrize(
    "company", ["evil.example/", "acme.odoo.com@evil.example", "", "a.b", "acme:8080", "127.0.0.1#"]
)
def test_a_hostile_company_is_no_address(company):
    with pytest.raises(BadInput):
        Odoo({"token": "k", "company": company})


async def test_a_withdrawn_key_asks_to_reconnect():
    async with connected(fake(months=1), token="old") as odoo:
        with pytest.raises(CrmRefused) as refused:
            await odoo.check()
    assert refused.value.details["reconnect"]
    assert "old" not in str(refused.value)
