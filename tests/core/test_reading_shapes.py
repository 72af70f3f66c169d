"""Shapes of sentences that a reader of words alone gets wrong: slips, shares, errands, what was, what ends when."""

import datetime as dt

import pytest

from coach.core.facts.reading import extract

TODAY = dt.date(2026, 1, 15)


def read(text):
    return extract(text, today=TODAY)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Atteindre soixnate-cinq mille euros de CA en mai", 65_000),
        ("Une vingtiane de devis par semaine", 20),
        ("Reach eighty thouasnd dollars in revenue by May", 80_000),
        ("Win sevenyt customers by June", 70),
        ("Win sevneyt customers by June", None),  # two slips in one word: left alone
    ],
)
def test_a_slip_in_a_number_word_is_mended(text, value):
    assert read(text).first.value == value


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Grow sales by 9% thsi year", "2026-12-31"),
        ("Signer 9 baux le mois porchain", "2026-02-28"),
        ("Sign 9 leases before Q2 is over", "2026-06-30"),
        ("9 baux avant que le semestre ne se termine", "2026-06-30"),
        ("We have six weeks left to sign 9 leases", "2026-02-26"),
        ("Il nous reste 40 jours pour signer 9 baux", "2026-02-24"),
        ("Renewals at 88% YE27", "2027-12-31"),
        ("Win rate 31% (EOQ3)", "2026-09-30"),
        ("Sign 9 leases in the back half of the year", "2026-12-31"),
        ("Finish the year at 90 leases", "2026-12-31"),
        ("Boost sales by the end of June. First send me the file", "2026-06-30"),
        ("Pour 2026, cap sur les mairies : signer 9 baux avant le 3 mai", "2026-05-03"),
        ("Win more tenders than last Q4", None),
        ("Sign 9 tenants on 36-month terms", None),
        ("Réveiller 9 clients inactifs depuis plus d'un an avant la fin mai", "2026-05-31"),
    ],
)
def test_a_sentence_falls_due_when_it_says(text, day):
    assert read(text).first.deadline == (dt.date.fromisoformat(day) if day else None)


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        ("Turn 12 leads into customers by May", "new_customers"),
        ("Cut the time from quote to order to 9 days", "other"),
        ("Win back 12 lost customers", "new_customers"),
        ("Perdre moins de 3 clients cette année", "churn"),
        ("75 % de clients fidèles", "renewal_rate"),
        ("Sign 30% of the quotes", "closing_rate"),
        ("85 % des opportunités avec un décideur identifié", "other"),
        ("Zero customer grumbles this half", "other"),
        ("Vendre 15 machines chez nos clients actuels", "other"),
        ("Sell more to our current customers", "revenue"),
        ("Gagner la confiance des grands comptes", None),
    ],
)
def test_the_kpi_is_what_the_figure_is_of(text, metric):
    assert read(text).first.metric == metric


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Envoie le planning à Karim", "command"),
        ("Convert this list into a chart", "command"),
        ("Le ticket moyen s'établissait à 31 € l'an dernier", "report"),
        ("Grew store revenue 21% YoY", "report"),
        ("Les ventes du mois dernier : 31 k€", "report"),
        ("We missed our target again", "problem"),
        ("Head office is in Lille and we have 31 employees", "statement"),
        ("Our target market is mid-sized bakeries", "statement"),
        ("Nos concurrents cassent les prix", "statement"),
    ],
)
def test_what_is_no_goal_is_told_for_what_it_is(text, kind):
    assert read(text).non_goal_kind == kind


@pytest.mark.parametrize(
    "text", ["Knock it out of the park in Q3", "Mettre un coup de collier sur les relances", "At full speed towards Q2"]
)
def test_a_saying_names_nobody_and_counts_nothing(text):
    first = read(text).first
    assert (first.metric, first.value, first.scoped) == (None, None, False)


def test_todays_figure_is_where_the_goal_starts():
    first = read("Les leads du site plafonnent à 40 par mois : les porter à 65 d'ici fin mai").first
    assert (first.value, first.baseline, first.change) == (65, 40, "from_to")
