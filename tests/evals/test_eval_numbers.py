"""The finder of figures that judges drafts: every notation, no word that only looks like a number."""

import datetime as dt

import pytest

from coach.evals import numbers
from coach.testing.models import NOTATIONS


@pytest.mark.parametrize("notation", NOTATIONS)
def test_no_notation_hides_a_figure(notation):
    assert numbers.find(f"Obtenir {notation} rendez-vous avec des opticiens")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("150 k€", 150_000, "EUR"),
        ("1,5 M€", 1_500_000, "EUR"),
        ("€1,250.50", 1250.5, "EUR"),
        ("150\u202f000\u202f€", 150_000, "EUR"),
        ("150.000 €", 150_000, "EUR"),
        ("25,5 %", 25.5, "%"),
        ("quatre-vingt-douze pour cent", 92, "%"),
        ("soixante et onze", 71, "none"),
        ("vingt-cinq mille euros", 25_000, "EUR"),
        ("twenty-four", 24, "none"),
        ("a hundred and five", 105, "none"),
        ("une douzaine", 12, "none"),
        ("a dozen", 12, "none"),
        ("97x", 97, "x"),
        ("doubler", 2, "x"),
        ("at the fifth try", 5, "ordinal"),
    ],
)
def test_a_figure_is_worth_what_it_says(text, value, unit):
    found = numbers.find(text)
    assert [(one.value, one.unit) for one in found] == [(value, unit)]


@pytest.mark.parametrize(
    "text",
    [
        "les clients B2B du T3",
        "a third party",
        "the third quarter",
        "un client, une cliente",
        "one-on-one with the team",
        "un CDI à mi-temps",
        "half-way there",
        "le CRM et le CV",
    ],
)
def test_what_only_looks_like_a_figure_is_none(text):
    assert numbers.find(text) == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("d’ici le 30 juin 2026", dt.date(2026, 6, 30)),
        ("le 1er février 2026", dt.date(2026, 2, 1)),
        ("by June 30, 2026", dt.date(2026, 6, 30)),
        ("by 30 June 2026", dt.date(2026, 6, 30)),
        ("2026-06-30", dt.date(2026, 6, 30)),
        ("30/06/2026", dt.date(2026, 6, 30)),
        ("12/31/2031", dt.date(2031, 12, 31)),
    ],
)
def test_a_date_is_one_figure(text, day):
    (found,) = numbers.find(text)
    assert found.day == day


def test_spans_point_at_the_words_as_they_were_typed():
    text = "Il faut ５０\u200b０ €, ou cinq\u00a0cents"
    assert [text[one.start : one.end] for one in numbers.find(text)] == ["５０\u200b０ €", "cinq\u00a0cents"]


def test_what_a_manager_says_vouches_for_shares_too():
    assert {(round(one.value, 2), one.unit) for one in numbers.said("one quote in five")} >= {(20, "%"), (1, "none")}
    assert (33.33, "%") in {(round(one.value, 2), one.unit) for one in numbers.said("get a third more leads")}
