"""What must stay true of the reading of time whatever is typed, and on whatever day."""

import calendar
import time
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.core.facts.periods import find
from coach.core.facts.text import Text
from coach.core.lexicon import load

TODAY = date(2026, 1, 15)
STEADY = settings(deadline=None)  # the machine may be busy; the last test measures time
LANGUAGES = ("fr", "en")
DAYS = st.dates(date(1995, 1, 1), date(2090, 12, 31))
MONTHS = {
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "en": list(calendar.month_name)[1:],
}


def words_of(language: str) -> list[str]:
    table = load(language)["time"]
    lists = [
        words
        for name in ("words", "units", "months", "weekdays", "adverbs", "context")
        for words in table[name].values()
    ]
    names = [moment["names"] for moment in table["moments"]]
    return sorted(
        {word for words in [*lists, *names] for word in words} | set(table["numbers"]) | set(table["ordinals"])
    )


WORDS = {language: words_of(language) for language in LANGUAGES}
FIGURES = [
    "3", "15", "31", "2026", "2027", "T3", "Q3", "S2", "FY27", "15/03", "15/03/2026", "2026-03-15", "10-15", "1er",
    "24/7", "J+30", "N-1", "%", "€", ",", ".", ":", "/", "-", "(", "12 000", "18h", "18h30", "2,5", "'26", "3T",
    "client", "deals",
]  # fmt: skip
PAIRS = [
    ("d'ici 3 mois", "within 3 months"), ("dans deux semaines", "in two weeks"), ("sur 18 mois", "over 18 months"),
    ("en un an", "in a year"), ("ce mois-ci", "this month"), ("le mois prochain", "next month"),
    ("ce trimestre", "this quarter"), ("au prochain trimestre", "next quarter"), ("cette année", "this year"),
    ("l'année prochaine", "next year"), ("cette semaine", "this week"), ("fin de semaine", "end of the week"),
    ("fin d'année", "year-end"), ("au T3", "in Q3"), ("d'ici la fin du T1", "by the end of Q1"), ("au S2", "in H2"),
    ("au premier semestre 2027", "in the first half of 2027"), ("d'ici juin", "by June"),
    ("avant mars", "before March"), ("jusqu'à fin mai", "until the end of May"), ("mi-avril", "mid-April"),
    ("début 2027", "early 2027"), ("le 3 mars", "by March 3"), ("d'ici vendredi", "by Friday"),
    ("vendredi prochain", "next Friday"), ("le premier lundi du mois prochain", "the first Monday of next month"),
    ("semaine 31", "week 31"), ("avant Noël", "before Christmas"), ("d'ici Pâques", "by Easter"),
    ("cet été", "this summer"), ("de mars à mai", "from March to May"),
    ("entre le 1er et le 15 juin", "between 1 and 15 June"), ("demain", "tomorrow"),
    ("2 semaines avant Noël", "2 weeks before Christmas"), ("le reste de l'année", "the rest of the year"),
    ("EOQ", "EOQ"), ("le 29 février", "by February 29"), ("au T5", "in Q5"), ("le 31 juin", "by June 31"),
]  # fmt: skip


def jumbles(language: str) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(WORDS[language] + FIGURES), max_size=25).map(" ".join)


TEXTS = st.one_of(
    *[st.tuples(st.just(language), jumbles(language)) for language in LANGUAGES],
    st.tuples(st.sampled_from(LANGUAGES), st.text(max_size=200)),
    st.tuples(st.sampled_from(LANGUAGES), st.text("0123456789 /-.,'hTQSJ+%", max_size=60)),
)


def due(text: str, language: str, today: date) -> date | None:
    (found,) = [mention for mention in find(Text.of(text), language, today=today) if mention.role == "deadline"]
    return found.end


def months_later(day: date, count: int) -> date:
    year, month = day.year + (day.month + count - 1) // 12, (day.month + count - 1) % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@STEADY
@given(TEXTS, DAYS, st.integers(1, 12))
def test_no_text_raises_and_mentions_stand_in_order_without_overlap(text, today, start):
    language, typed = text
    end = 0
    for found in find(Text.of(typed), language, today=today, locale="en-GB", fiscal_year_start=start):
        first, last = found.span
        assert end <= first < last <= len(typed)
        end = last


@STEADY
@given(TEXTS)
def test_a_deadline_has_a_day_or_says_why_it_has_none(text):
    language, typed = text
    for found in find(Text.of(typed), language, today=TODAY):
        if found.role == "deadline":
            assert (found.end is None) == (found.needs_calendar or found.problem is not None)
        if found.end is not None and found.start is not None:
            assert found.start <= found.end
        assert found.end not in found.alternatives
        assert not found.numbers or found.role == "duration"


@STEADY
@given(st.one_of(*[st.tuples(st.just(language), jumbles(language)) for language in LANGUAGES]), st.randoms())
def test_case_apostrophes_and_kinds_of_spaces_do_not_matter(text, random):
    language, typed = text
    other = "".join(random.choice((char, char.upper())) if len(char.upper()) == 1 else char for char in typed)
    other = other.replace("'", random.choice("'\u2019\u02bc")).replace(" ", random.choice(" \u00a0\u202f"))
    assert find(Text.of(other), language, today=TODAY) == find(Text.of(typed), language, today=TODAY)


@STEADY
@given(DAYS, st.integers(1, 400), st.integers(1, 120))
def test_days_weeks_and_months_are_counted_on_the_calendar(today, days, months):
    assert due(f"10 clients dans {days} jours", "fr", today) == today + timedelta(days=days)
    assert due(f"10 deals in {days} weeks", "en", today) == today + timedelta(weeks=days)
    assert due(f"10 clients d'ici {months} mois", "fr", today) == months_later(today, months)
    assert due(f"10 deals within {months} months", "en", today) == months_later(today, months)
    assert due(f"10 deals over {months} years", "en", today) == months_later(today, 12 * months)


@STEADY
@given(DAYS, st.dates(date(2000, 1, 1), date(2089, 12, 31)))
def test_a_day_that_is_written_in_full_is_read_back(today, day):
    french, english = MONTHS["fr"][day.month - 1], MONTHS["en"][day.month - 1]
    assert due(f"10 clients avant le {day.day} {french} {day.year}", "fr", today) == day
    assert due(f"10 clients pour le {day:%d/%m/%Y}", "fr", today) == day
    assert due(f"10 deals by {english} {day.day}, {day.year}", "en", today) == day
    assert due(f"10 deals by {day.day} {english} {day.year}", "en", today) == day
    assert due(f"10 deals by {day.isoformat()}", "en", today) == day


@STEADY
@given(DAYS)
def test_the_running_period_holds_the_day_it_is_read_on_and_the_next_one_follows_it(today):
    for unit in ("week", "month", "quarter", "year"):
        (this,) = find(Text.of(f"10 deals this {unit}"), "en", today=today)
        (following,) = find(Text.of(f"10 deals next {unit}"), "en", today=today)
        assert this.start <= today <= this.end
        assert following.start == this.end + timedelta(days=1)


@STEADY
@given(DAYS, st.integers(1, 12))
def test_a_quarter_without_a_year_is_not_over_whatever_the_fiscal_year(today, start):
    ends = []
    for number in range(1, 5):
        (found,) = find(Text.of(f"10 deals in Q{number}"), "en", today=today, fiscal_year_start=start)
        assert found.end >= today
        ends.append(found.end)
    assert max(ends) - min(ends) < timedelta(days=366)
    assert {end.month for end in ends} == {(start + 3 * quarter - 2) % 12 + 1 for quarter in range(1, 5)}


@STEADY
@given(DAYS, st.sampled_from(PAIRS))
def test_french_and_english_mean_the_same_day(today, pair):
    french, english = pair
    assert due(f"10 clients {french}", "fr", today) == due(f"10 deals {english}", "en", today)


@STEADY
@given(DAYS)
def test_what_is_due_without_a_year_is_still_to_come(today):
    for words in (
        "en mars",
        "au T2",
        "fin S1",
        "le 3 mai",
        "semaine 20",
        "avant Noël",
        "d'ici vendredi",
        "mi-juin",
        "cet été",
    ):
        assert due(f"10 clients {words}", "fr", today) >= today


HOSTILE = [
    "en 3 mois ", "1 ", "de ", "mars-avril-", "a", "/", "- ", "d'ici au plus tard ", "3/", "'", "vingt et un ",
    "fin de la ", "premier lundi de mars ", "par ", "12 345 ", "Q3 2026 ", "each every ", "a week ", "vendredi 18h ",
    "9" * 50, "\u0301",
]  # fmt: skip


def seconds(piece: str, language: str, length: int) -> float:
    text = Text.of((piece * length)[:length])
    runs = []
    for _ in range(5):
        started = time.process_time()
        find(text, language, today=TODAY)
        runs.append(time.process_time() - started)
    return min(runs)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("piece", HOSTILE)
def test_time_grows_with_length_and_no_faster(language, piece):
    def is_linear() -> bool:  # six times the length; a square would be thirty-six times the time
        short, long = seconds(piece, language, 1_500), seconds(piece, language, 9_000)
        return long < 0.2 and long < 15 * short + 0.003

    assert any(is_linear() for _ in range(4)), "the machine may be busy once, not four times"
