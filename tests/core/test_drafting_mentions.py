"""Every way a number can stand in a text, and the words that look like one."""

from datetime import date

import pytest

from coach.core.drafting import mentions


def _read(text: str) -> list[tuple[str, tuple[float, ...], str]]:
    return [(text[slice(*found.span)], found.values, found.units[-1]) for found in mentions.find(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Obtenir 30 rendez-vous", [("30", (30.0,), "count")]),
        ("150 000 € de marge", [("150 000 €", (150_000.0,), "EUR")]),
        ("150\u202f000\u202f€", [("150\u202f000\u202f€", (150_000.0,), "EUR")]),
        ("about €1,500,000", [("€1,500,000", (1_500_000.0,), "EUR")]),
        ("$2.5 million", [("$2.5 million", (2_500_000.0,), "USD")]),
        ("1,5 M€", [("1,5 M€", (1_500_000.0,), "EUR")]),
        ("150k€", [("150k€", (150_000.0,), "EUR")]),
        ("25 % ou 25pour cent", [("25 %", (25.0,), "%"), ("25pour cent", (25.0,), "%")]),
        ("5 points de plus", [("5 points", (5.0,), "points")]),
        (
            "x3, 3x, ×3, 3 fois",
            [("x3", (3.0,), "x"), ("3x", (3.0,), "x"), ("×3", (3.0,), "x"), ("3 fois", (3.0,), "x")],
        ),
        ("trente appels", [("trente", (30.0,), "count")]),
        ("vingt et un contrats", [("vingt et un", (21.0,), "count")]),
        ("quatre-vingt-dix pour cent", [("quatre-vingt-dix pour cent", (90.0,), "%")]),
        ("soixante-quinze mille", [("soixante-quinze mille", (75_000.0,), "count")]),
        ("deux cent cinquante", [("deux cent cinquante", (250.0,), "count")]),
        ("twenty-one deals", [("twenty-one", (21.0,), "count")]),
        ("two hundred and fifty", [("two hundred and fifty", (250.0,), "count")]),
        ("a dozen, une dizaine", [("a dozen", (12.0,), "count"), ("une dizaine", (10.0,), "count")]),
        ("doubler le chiffre", [("doubler", (2.0,), "x")]),
        ("réduire de moitié", [("moitié", (50.0,), "%")]),
        ("dans 3 mois", [("3 mois", (3.0,), "months")]),
    ],
)
def test_a_number_is_found_with_its_value_and_unit(text, found):
    assert _read(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "10² clients",
        "③ clients",
        "３０ clients",
        "٣٠ clients",
        "𝟛𝟘 clients",
        "3\u200b0 clients",
        "97x",
        "30rdv",
        "Ⅷ clients",
        "VIII clients",
        "le cinquième",
        "the fifth",
        "un tiers des clients",
        "two thirds",
        "des dizaines",
        "hundreds of calls",
        "½ journée",
        "3/4 des clients",
        "10-15",
        "quadrupler",
        "tenfold",
        "le 17e",
        "the 17th",
    ],
)
def test_no_disguise_hides_a_number(text):
    assert mentions.find(text)


@pytest.mark.parametrize(
    "text",
    [
        "une équipe B2B",
        "au T3",
        "by Q3",
        "end of H2",
        "au S1",
        "a third-party tool",
        "one-on-one meetings",
        "24/7",
        "un CDI au MD",
        "DC",
        "un nouveau client",
        "one customer",
        "le quarteron",
        "la première étape",
        "attention",
        "dixit",
        "the often",
        "la centrale",
        "I win",
        "MIX marketing",
        "a second look",
    ],
)
def test_what_is_no_number_is_left_alone(text):
    assert mentions.find(text) == ()


def test_the_unit_after_a_range_may_be_that_of_both_ends():
    low, high = mentions.find("entre 10 et 15 %")
    assert ("%" in low.units, high.units) == (True, ("%",))


@pytest.mark.parametrize("digits", ["1.500", "1,500"])
def test_a_lone_separator_before_three_digits_may_group_or_divide(digits):
    (found,) = mentions.find(digits)
    assert set(found.values) == {1.5, 1500.0}


@pytest.mark.parametrize(
    "text",
    [
        "31 mars 2027",
        "le 31 mars",
        "31 March 2027",
        "March 31, 2027",
        "31/03/2027",
        "2027-03-31",
        "31st of March 2027",
        "fin 2027",
        "mars 2027",
    ],
)
def test_a_date_is_one_mention_that_matches_its_day(text):
    (found,) = mentions.find(text)
    assert mentions.dated(found, date(2027, 3, 31))
    assert not mentions.dated(found, date(2026, 4, 30))


def test_a_year_is_told_from_a_count():
    assert mentions.find("en 2027")[0].day == (2027, None, None)
    assert mentions.find("2027 clients")[0].values == (2027.0,)


def test_the_slack_is_half_a_unit_of_the_last_digit_shown():
    assert [found.slack for found in mentions.find("1,5 M€ et 30 et 12,5 %")] == [50_000.0, 0.0, 0.05]


def test_spans_point_at_the_raw_text_whatever_was_hidden_in_it():
    text = "Viser ３\u200b０ ﬁches et ½ point"
    assert text[slice(*mentions.find(text)[0].span)] == "３\u200b０"


@pytest.mark.parametrize(
    "piece", ["1", "1 ", "vingt ", "cent ", "1.1,", "X", "/1", "\u200b1", "et un ", "1-", "mars 1 "]
)
def test_ten_thousand_hostile_characters_are_read_without_an_error_or_an_infinite_value(piece):
    found = mentions.find((piece * 10_000)[:10_000])
    assert all(value < 1e19 for mention in found for value in mention.values)
