"""Figures in sentences: what each is worth, in which unit, and how it is meant."""

import pytest
from figures_en import ENGLISH
from figures_fr import FRENCH
from quantity_notation import read

from coach.core.facts import quantities
from coach.core.facts.text import Text


def _settled(expected: str) -> str:
    return expected.replace(" dollar", " USD")


@pytest.mark.parametrize(("text", "expected"), FRENCH)
def test_french_figures_are_read(text, expected):
    assert read(text, "fr") == _settled(expected)


@pytest.mark.parametrize(("text", "expected"), ENGLISH)
def test_english_figures_are_read(text, expected):
    assert read(text, "en") == _settled(expected)


@pytest.mark.parametrize(
    ("text", "language", "locale", "expected"),
    [
        ("Vendre pour 900 $", "fr", "fr-CA", "900 CAD"),
        ("Sell for $900", "en", "en-AU", "900 AUD"),
        ("Sell for $900", "en", "en-GB", "900 USD"),
        ("Vendre pour 900 francs", "fr", "fr-SN", "900 XOF"),
        ("Vendre pour 900 francs", "fr", "fr-CH", "900 CHF"),
        ("Sell 3 grand of licences", "en", "en-GB", "3000 GBP"),
        ("Sell 3 grand of licences", "en", "en-US", "3000 USD"),
        ("A response rate of 2,375%", "en", "en-ZA", "2.375 %"),
        ("A response rate of 2,375%", "en", "en-US", "2375 %"),
        ("Sell for $900", "en", "no such place", "900 USD"),
        ("Sell for $900", "en", "xx-YY", "900 USD"),
    ],
)
def test_the_locale_settles_what_depends_on_the_place(text, language, locale, expected):
    assert read(text, language, locale) == expected


@pytest.mark.parametrize("language", ["pt", "und", "xx"])
def test_a_language_without_lexicon_has_its_digits_and_signs_read(language):
    assert read("Receita: 1 500 € (+15%)", language) == "1500 EUR; +15 % change"


@pytest.mark.parametrize(
    ("text", "language", "relative"),
    [
        ("Multiplier les leads par 5", "fr", True),
        ("3x our leads", "en", True),
        ("Couverture du pipeline ≥ 3x", "fr", False),
        ("Pipeline coverage of at least 3x", "en", False),
        ("Entre 10 et 15 % de plus", "fr", True),
        ("Entre 10 et 15 % de marge", "fr", False),
    ],
)
def test_an_amount_of_movement_is_told_from_a_level_whatever_its_form(text, language, relative):
    (mention,) = quantities.find(Text.of(text), language)
    assert mention.relative is relative


def test_a_range_is_one_mention_that_quotes_both_of_its_ends():
    text = "Signer 10 à 15 contrats"
    (mention,) = quantities.find(Text.of(text), "fr")
    assert mention.ends is not None
    assert [text[slice(*span)] for span in mention.ends] == ["10", "15"]
    assert text[slice(*mention.span)] == "10 à 15"


def test_what_stands_in_a_time_expression_is_no_quantity():
    text = "Signer 15 contrats le 15 150 appels"
    start = text.index("le 15")
    mentions = quantities.find(Text.of(text), "fr", taken=[(start, start + 5)])
    assert [mention.value for mention in mentions] == [15, 150]


def test_a_figure_shares_the_unit_of_a_length_that_time_has_taken():
    text = "Ramener le cycle à 3 mois au lieu de 5"
    start = text.index("3 mois")
    (mention,) = quantities.find(Text.of(text), "fr", taken=[(start, start + 6)])
    assert (mention.value, mention.unit) == (5, "months")
