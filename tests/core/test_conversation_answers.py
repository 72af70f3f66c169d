"""Answers that people give beside the question: the indicator that was really meant, a unit that cannot be its own."""

import pytest

from coach import flow
from tests.core.managers import TODAY, events_of


def _turn(*texts):
    return flow.turn(events_of(list(texts)), today=TODAY)


def _codes(turn):
    return [notice.code for notice in turn.notices]


@pytest.mark.parametrize(
    ("ambition", "named", "metric"),
    [
        ("Signer davantage de contrats", "le taux de closing", "closing_rate"),
        ("Booster nos ventes", "plutôt le panier moyen", "average_deal_size"),
        ("We want more deals", "the win rate", "closing_rate"),
        ("Grow sales", "average deal size", "average_deal_size"),
    ],
)
def test_an_indicator_named_instead_of_a_figure_becomes_the_goals(ambition, named, metric):
    turn = _turn(ambition, named)
    assert turn.assessment.reading.first.metric == metric
    assert turn.question.slot == "target"


@pytest.mark.parametrize(
    ("ambition", "answer"),
    [
        ("Gagner des clients", "60 000 €"),
        ("Améliorer notre taux de closing", "45 000 €"),
        ("Win new customers", "$60k"),
        ("Improve our win rate", "£45,000"),
    ],
)
def test_an_amount_of_money_is_no_number_of_customers_and_no_rate(ambition, answer):
    turn = _turn(ambition, answer)
    assert "unread.unit" in _codes(turn)
    assert turn.question.slot == "target"
    assert turn.assessment.reading.first.value is None


@pytest.mark.parametrize(
    ("ambition", "due"), [("Gagner 20 clients de plus", "fin juin"), ("Win 20 more clients", "end of June")]
)
def test_a_share_is_no_number_of_customers_to_start_from(ambition, due):
    turn = _turn(ambition, due, "35 %")
    assert turn.assessment.reading.first.baseline is None


@pytest.mark.parametrize(
    ("ambition", "aimed", "year"),
    [
        ("Développer le chiffre d'affaires", "15 %", "220 000 € en 2025"),
        ("Grow revenue", "15%", "€220,000 in 2025"),
    ],
)
def test_the_year_of_a_baseline_is_no_deadline(ambition, aimed, year):
    due = "fin juin" if "chiffre" in ambition else "end of June"
    goal = _turn(ambition, aimed, due, year).assessment.reading.first
    assert goal.baseline == 220_000
    assert goal.deadline.isoformat() == "2026-06-30"


@pytest.mark.parametrize(
    ("ambition", "due"),
    [
        ("Décrocher plus de rendez-vous qualifiés", "j'y ai repensé ce matin : mettons fin juin"),
        ("Get more qualified meetings", "I slept on it, and this morning I would say 30 June"),
    ],
)
def test_the_day_of_the_talk_is_not_the_day_that_is_meant(ambition, due):
    assert _turn(ambition, "30", due).assessment.reading.first.deadline.isoformat() == "2026-06-30"


@pytest.mark.parametrize(
    ("ambition", "aimed", "today", "due"),
    [
        ("Développer le chiffre d'affaires", "20 %", "200 k€", "fin juin"),
        ("Grow revenue", "20%", "$200k", "end of June"),
    ],
)
def test_an_amount_told_beside_a_change_is_where_one_starts(ambition, aimed, today, due):
    goal = _turn(ambition, aimed, today, due).assessment.reading.first
    assert (goal.value, goal.unit, goal.baseline) == (20, "%", 200_000)
