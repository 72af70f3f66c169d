"""Figures and days as a person writes them, in each language's typography."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.core import rendering

N = "\u202f"  # narrow no-break space


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("fr", f"12{N}500"),
        ("fr-FR", f"12{N}500"),
        ("en", "12,500"),
        ("en-GB", "12,500"),
        ("de", "12.500"),
        ("xx", "12,500"),
    ],
)
def test_a_number_is_grouped_as_its_locale_does(locale, expected):
    assert rendering.number(12_500, locale) == expected


@pytest.mark.parametrize(("value", "expected"), [(2.5, "2,5"), (2.0, "2"), (1 / 3, "0,33"), (-4, "-4")])
def test_decimals_are_shown_only_when_there_are_some(value, expected):
    assert rendering.number(value, "fr") == expected


@pytest.mark.parametrize(
    ("value", "fr", "en"), [(1e30, "10³⁰", "10³⁰"), (2.5e17, f"2,5{N}×{N}10¹⁷", "2.5\xa0×\xa010¹⁷")]
)
def test_a_figure_beyond_reading_is_written_as_a_power_of_ten(value, fr, en):
    assert (rendering.number(value, "fr"), rendering.number(value, "en")) == (fr, en)


@pytest.mark.parametrize(
    ("value", "currency", "fr", "en"),
    [
        (80_000, "EUR", f"80{N}000{N}€", "€80,000"),
        (99.5, "EUR", f"99,50{N}€", "€99.50"),
        (1_000_000, "XOF", f"1{N}000{N}000{N}F{N}CFA", f"F{N}CFA1,000,000"),
        (1e30, "EUR", f"10³⁰{N}EUR", f"10³⁰{N}EUR"),
    ],
)
def test_money_takes_its_sign_where_the_language_puts_it(value, currency, fr, en):
    assert (rendering.money(value, currency, "fr"), rendering.money(value, currency, "en")) == (fr, en)


@pytest.mark.parametrize(
    ("value", "unit", "fr", "en"),
    [
        (25, "%", f"25{N}%", "25%"),
        (33.333, "%", f"33,33{N}%", "33.33%"),
        (30, "count", "30", "30"),
        (30, None, "30", "30"),
        (1, "points", f"1{N}point", "1\xa0point"),
        (5, "points", f"5{N}points", "5\xa0points"),
        (2, "x", f"×{N}2", "×\xa02"),
        (35, "days", f"35{N}jours", "35 days"),
        (1, "hours", f"1{N}heure", "1 hour"),
        (6, "months", f"6{N}mois", "6 months"),
        (1500, "GBP", f"1{N}500{N}£GB", "£1,500"),
        (3, "palettes", "3 palettes", "3 palettes"),
    ],
)
def test_a_figure_carries_its_unit(value, unit, fr, en):
    assert (rendering.amount(value, unit, "fr"), rendering.amount(value, unit, "en")) == (fr, en)


@pytest.mark.parametrize(
    ("day", "locale", "expected"),
    [
        (dt.date(2027, 3, 1), "fr", "1er mars 2027"),
        (dt.date(2027, 3, 11), "fr", "11 mars 2027"),
        (dt.date(2027, 3, 1), "en", "1 March 2027"),
        (dt.date(2027, 3, 1), "en-GB", "1 March 2027"),
        (dt.date(2027, 3, 1), "en-US", "March 1, 2027"),
    ],
)
def test_a_day_is_written_in_full(day, locale, expected):
    assert rendering.day(day, locale) == expected


def test_words_are_quoted_and_listed_as_the_language_does():
    assert rendering.quote("  deux   mots ", "fr") == f"«{N}deux mots{N}»"
    assert rendering.quote("two words", "en") == "“two words”"
    assert rendering.listing(["a", "b", "c"], "fr") == "a, b et c"
    assert rendering.listing(["a", "b"], "en", style="or") == "a or b"
    assert rendering.listing([], "fr") == ""


@pytest.mark.parametrize(
    ("value", "fr", "en"), [(0, True, False), (1, True, True), (1.5, True, False), (2, False, False)]
)
def test_each_language_has_its_own_idea_of_one(value, fr, en):
    assert (rendering.is_one(value, "fr"), rendering.is_one(value, "en")) == (fr, en)


@given(
    st.floats(-1e30, 1e30), st.sampled_from(["%", "EUR", "XOF", "points", "x", "days", "count", "none", None, "boîtes"])
)
def test_no_figure_is_written_in_french_with_a_wide_no_break_space(value, unit):
    assert "\u00a0" not in rendering.amount(value, unit, "fr")
