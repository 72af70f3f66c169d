"""What stays true of figures whatever is typed: exact quotes, one meaning for every style, linear time."""

import math
import re
import time

import pytest
from babel.numbers import format_compact_currency, format_currency, format_decimal, format_percent
from figures_en import ENGLISH
from figures_fr import FRENCH
from hypothesis import given
from hypothesis import strategies as st
from quantity_notation import read
from text_to_num import text2num

from coach.core import lexicon
from coach.core.facts import quantities
from coach.core.facts.text import Text

SENTENCES = [(text, "fr") for text, _ in FRENCH] + [(text, "en") for text, _ in ENGLISH]


def _words(language: str) -> list[str]:
    """Every word and expression that the reading of figures knows in ``language``."""
    found: list[str] = []

    def gather(table: object) -> None:
        if isinstance(table, dict):
            for key, value in table.items():
                found.append(key)
                gather(value)
        elif isinstance(table, list):
            found.extend(map(str, table))

    for name in ("numbers", "units", "comparators"):
        gather(lexicon.load(language)[name])
    return found


SIGNS = list("€$£%+-–−/×x.,:;()'’=<>≥~°#\n\t   1kM🙂")
SHAPES = ["->", "→", ".-", "10^", "00", "12", "2 000", "3,5", "clients", "par mois", "T3", "B2B"]
PIECES = st.sampled_from([*SIGNS, *SHAPES, *_words("fr"), *_words("en")])
TEXTS = st.one_of(
    st.text(max_size=80), st.lists(PIECES, max_size=25).map(" ".join), st.lists(PIECES, max_size=25).map("".join)
)
LANGUAGES = st.sampled_from(["fr", "en", "und"])


@given(TEXTS, LANGUAGES, st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), max_size=3))
def test_no_text_raises_and_every_quote_is_exact(raw, language, taken):
    taken = [(min(span), max(span)) for span in taken if max(span) <= len(raw)]
    reached = 0
    for mention in quantities.find(Text.of(raw), language, taken=taken):
        start, end = mention.span
        assert reached <= start < end <= len(raw)
        assert math.isfinite(mention.value)
        assert mention.value >= 0
        assert mention.value_max is None or mention.value_max >= mention.value
        assert all(end <= left or right <= start for left, right in taken if left < right)
        reached = end


@given(TEXTS, LANGUAGES)
def test_a_range_is_spelt_out_as_the_two_figures_it_is_written_with(raw, language):
    mentions = quantities.find(Text.of(raw), language)
    figures = quantities.spell_out(mentions)
    assert len(figures) == sum(2 if mention.value_max is not None else 1 for mention in mentions)
    assert [figure.span for figure in figures] == sorted(figure.span for figure in figures)
    assert all(raw[slice(*figure.span)].strip() for figure in figures)


@pytest.mark.parametrize(("text", "language"), SENTENCES)
def test_case_makes_no_difference(text, language):
    assert read(text.upper(), language) == read(text.lower(), language) == read(text, language)


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u2009"])
@pytest.mark.parametrize("apostrophe", ["'", "’", "ʼ"])
def test_the_kind_of_space_and_of_apostrophe_makes_no_difference(space, apostrophe):
    for text, language in SENTENCES:
        typed = text.replace("’", "'").replace("'", apostrophe).replace("\u202f", " ").replace("\u00a0", " ")
        assert read(typed.replace(" ", space), language) == read(text, language), text


@pytest.mark.parametrize(("text", "language"), SENTENCES)
def test_accents_make_no_difference(text, language):
    plain = text.translate(str.maketrans("éèêàùôîâçÉÀ", "eeeauoiacEA"))
    assert read(plain, language) == read(text, language)


amounts = st.integers(0, 10**9).flatmap(lambda whole: st.integers(0, 99).map(lambda cents: whole + cents / 100))


@given(
    amounts,
    st.sampled_from(["EUR", "USD", "GBP", "CHF", "XOF", "MAD", "JPY"]),
    st.sampled_from(["fr", "fr_CH", "en", "en_GB"]),
)
def test_an_amount_formatted_for_a_place_is_read_back(amount, currency, locale):
    shown = format_currency(amount, currency, locale=locale)
    (figure,) = quantities.find(Text.of(f"Total : {shown}."), locale[:2], locale=locale)
    rounded = round(amount) if currency in ("JPY", "XOF") else amount
    assert figure.value == pytest.approx(rounded, abs=0.5 if currency in ("JPY", "XOF") else 0.001)
    assert figure.unit == currency


@given(st.integers(1, 999), st.sampled_from([10**3, 10**6, 10**9]), st.sampled_from(["fr", "en"]))
def test_a_compact_amount_is_read_back(count, magnitude, locale):
    shown = format_compact_currency(count * magnitude, "EUR", locale=locale, fraction_digits=3)
    (figure,) = quantities.find(Text.of(f"Total : {shown}"), locale)
    assert (figure.value, figure.unit) == (count * magnitude, "EUR")


@given(amounts, st.sampled_from(["fr", "en"]))
def test_a_count_formatted_for_a_language_is_read_back(amount, locale):
    shown = format_decimal(round(amount, 1), format="#,##0.0", locale=locale)
    (figure,) = quantities.find(Text.of(f"{shown} tonnes"), locale)
    assert figure.value == pytest.approx(round(amount, 1))


@given(st.integers(0, 9999), st.sampled_from(["fr", "en"]))
def test_a_percentage_formatted_for_a_language_is_read_back(thousandths, locale):
    shown = format_percent(thousandths / 1000, format="#,##0.0%", locale=locale)
    (figure,) = quantities.find(Text.of(f"({shown})"), locale)
    assert (figure.value, figure.unit) == (pytest.approx(thousandths / 10), "%")


# -- numbers in words, spelt by rule here and judged by another library ------------------------------------------------

FR_SMALL = [
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
    "quatorze", "quinze", "seize",
]  # fmt: skip
FR_TENS = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante", 8: "quatre-vingt"}
EN_SMALL = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
EN_TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def _french_below_100(number: int) -> str:
    if number <= 16:
        return FR_SMALL[number]
    if number < 20:
        return f"dix-{FR_SMALL[number - 10]}"
    tens = number // 10 - (number // 10 in (7, 9))
    rest = number - 10 * tens
    if not rest:
        return FR_TENS[tens] + ("s" if tens == 8 else "")
    return FR_TENS[tens] + (" et " if rest in (1, 11) and tens != 8 else "-") + _french_below_100(rest)


def _before_mille(number: int) -> str:
    return re.sub(r"(cent|vingt)s$", r"\1", _french(number))


def _french(number: int) -> str:
    if number < 100:
        return _french_below_100(number)
    if number < 1000:
        head = "cent" if number < 200 else f"{FR_SMALL[number // 100]} cent"
        return head + (f" {_french_below_100(number % 100)}" if number % 100 else "s" if number >= 200 else "")
    for scale, name in ((10**9, "milliard"), (10**6, "million")):
        if number >= scale:
            head = f"{_french(number // scale)} {name}{'s' if number >= 2 * scale else ''}"
            return head + (f" {_french(number % scale)}" if number % scale else "")
    head = "mille" if number < 2000 else f"{_before_mille(number // 1000)} mille"
    return head + (f" {_french(number % 1000)}" if number % 1000 else "")


def _english(number: int, joined: str = " ") -> str:
    if number < 20:
        return EN_SMALL[number]
    if number < 100:
        return EN_TENS[number // 10] + (f"-{EN_SMALL[number % 10]}" if number % 10 else "")
    for scale, name in ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= scale:
            rest = number % scale
            link = joined if scale == 100 else " "
            return f"{_english(number // scale, joined)} {name}" + (f"{link}{_english(rest, joined)}" if rest else "")
    raise AssertionError(number)


NUMBERS = [
    *range(2, 1200),
    *range(1200, 10_000, 37),
    20_000,
    80_000,
    99_999,
    200_080,
    1_000_001,
    4_200_000,
    3_000_000_000,
]


@pytest.mark.parametrize(
    "spell", [_french, lambda number: _french(number).replace(" ", "-"), lambda n: _french(n).replace("-", " ")]
)
def test_french_number_words_are_worth_their_digits(spell):
    for number in NUMBERS:
        assert read(f"Vendre {spell(number)} licences", "fr") == f"{number} count", spell(number)


@pytest.mark.parametrize("joined", [" ", " and "])
def test_english_number_words_are_worth_their_digits(joined):
    for number in NUMBERS:
        assert read(f"Sell {_english(number, joined)} licences", "en") == f"{number} count", _english(number, joined)


@given(st.integers(2, 10**9).filter(lambda number: number != 9))  # “neuf” by itself may as well be “new”
def test_another_library_reads_the_same_number_words(number):
    for language, words in (("fr", _french(number)), ("en", _english(number))):
        (figure,) = quantities.find(Text.of(words), language)
        assert figure.value == text2num(words, language) == number


@given(st.integers(1, 9999), st.sampled_from(["fr", "en"]))
def test_a_magnitude_is_worth_its_zeros(thousands, language):
    spaced = f"{thousands * 1000:,}".replace(",", "\u202f")
    assert read(f"CA : {thousands} k€", language) == read(f"CA : {spaced} €", language) == f"{thousands * 1000} EUR"


# -- limits ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("digits", ["9" * 130, "9" * 400, "1" + " 000" * 200, "9" * 10_000, "10^99 milliards"])
def test_a_number_nobody_means_is_left_unread_or_finite(digits):
    for mention in quantities.find(Text.of(f"Atteindre {digits} €"), "fr"):
        assert math.isfinite(mention.value)


def test_ten_to_the_thirty_is_read():
    assert quantities.find(Text.of("Vendre 10^30 licences"), "fr")[0].value == 1e30
    assert quantities.find(Text.of("Vendre 1" + "0" * 30 + " licences"), "fr")[0].value == 1e30


HOSTILE = [
    "1 ", "9", "%", "-", "->", "1-", "1.", "1,", "1'", "mille ", "un ", "a ", "deux ", "de 1 à ", "k€", "x ", "(",
    "plus de ", "un et ", "deux virgule un ", "\n", "www.", "$1", "half a ", "'", "entre 1 et ", "01 ",
    "multiplier par 3 ", "🙂", "no lost ", "quatre vingt ", "and ", "un million ", " ", "1" + " " * 50, "10^", "1/",
    "100 000 ",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_grows_in_line_with_the_text(piece):
    def seconds(length: int) -> float:
        text = Text.of((piece * length)[:length])
        best = math.inf
        for _ in range(5):
            start = time.process_time()
            quantities.find(text, "fr")
            quantities.find(text, "en")
            best = min(best, time.process_time() - start)
        return best

    quantities.find(Text.of("1"), "fr"), quantities.find(Text.of("1"), "en")
    assert seconds(20_000) < 9 * seconds(5_000) + 0.02
