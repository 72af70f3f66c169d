"""The KPI catalogue."""

import pytest

from coach.core import kpis
from coach.core.model import METRICS


def test_every_indicator_the_reader_knows_is_in_the_catalogue():
    assert tuple(sorted(kpis.KPIS)) == tuple(sorted(METRICS))


def test_lower_is_better_for_attrition_alone():
    assert [kpi.id for kpi in kpis.KPIS.values() if kpi.better == "lower"] == ["churn"]


def test_every_axis_has_its_indicators():
    assert {kpi.axis for kpi in kpis.KPIS.values()} == {
        "prospecting", "revenue", "conversion", "productivity", "retention",
    }  # fmt: skip


@pytest.mark.parametrize("kpi", kpis.KPIS.values(), ids=lambda kpi: kpi.id)
def test_rates_do_not_add_up_and_counts_do(kpi):
    assert (kpi.unit == "rate") <= (kpi.adds_up == "rate")
    assert (kpi.unit == "count") <= (kpi.adds_up == "sum")
    assert set(kpi.crm) == {"hubspot", "pipedrive"}


def test_for_an_unnamed_crm_no_more_is_promised_than_every_one_can_do():
    assert kpis.KPIS["quotes_sent"].counted_by(None) == "proxy"
    assert kpis.KPIS["nps"].counted_by(None) == "none"
    assert kpis.KPIS["nps"].is_counted
    assert not kpis.KPIS["response_rate"].is_counted


def test_a_crm_nobody_described_is_promised_a_convention_at_best():
    assert kpis.KPIS["revenue"].counted_by("acme") == "convention"
    assert kpis.KPIS["response_rate"].counted_by("acme") == "none"


def test_other_is_found_and_nothing_is_known_of_it():
    assert kpis.find("other") is not None
    assert kpis.known("other") is None
    assert kpis.find(None) is kpis.find("unheard_of") is None
