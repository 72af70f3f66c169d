"""What others do, what was once, what an advertisement promises: said with figures, and no goal of the team's."""

from datetime import date

import pytest

from coach.core.facts.reading import extract

TODAY = date(2026, 1, 15)

NO_GOALS = (
    "Nos webinaires apportent entre 5 et 9 leads par semaine.",
    "Les installateurs partenaires commandent en moyenne 14 chaudières par mois.",
    "En moyenne, nos salons rapportent 30 contacts par trimestre.",
    "La garantie étendue augmente le panier moyen de 18 %.",
    "Un bon argumentaire peut améliorer le taux de closing de 12 %.",
    "Nadia avait 6 rendez-vous par semaine.",
    "Objectif du trimestre dépassé : 48 000 €",
    "Our webinars produce 9 leads a week.",
    "A longer warranty lifts the average basket by 18%.",
    "Faster quotes could raise your win rate by 12%.",
    "Loyalty cards help shops grow revenue by 10% on average.",
    "Successfully renewed 14 contracts with hotels.",
    "Quarterly target smashed: $48,000",
    'Turn this sentence into a SMART goal: "be more proactive"',
    "Call Priya about tenders",
)

GOALS = (
    "Chaque conseiller apporte 9 leads par semaine.",
    "L'équipe passe 40 appels par jour.",
    "Nous envoyons 14 devis par mois.",
    "Nos webinaires apportent 30 leads d'ici fin juin.",
    "Objectif fixé : 48 000 €",
    "Objectif révisé du trimestre : 48 000 €",
    "Every rep brings in 9 leads a week.",
    "Our team makes 40 calls a day.",
    "We send 14 quotes a month.",
    "Our webinars bring in 30 leads by the end of June.",
    "Revised quarterly target: $48,000",
    "Successfully renew 14 contracts with hotels by June",
)


@pytest.mark.parametrize("text", NO_GOALS)
def test_what_others_do_or_what_was_is_no_goal(text):
    assert extract(text, today=TODAY).kind == "non_goal"


@pytest.mark.parametrize("text", GOALS)
def test_what_the_team_is_to_do_is_a_goal(text):
    assert extract(text, today=TODAY).kind == "goal"


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        ("Improve forecast accuracy to 85%", "other"),
        ("Bring average booking time under 20 minutes", "other"),
        ("Improve the booking rate to 30%", "conversion_rate"),
        ("Customer care: step in early to cut churn from 7% to 5%", "churn"),
        ("Service clients : rappeler tôt pour réduire le churn de 7 % à 5 %", "churn"),
    ],
)
def test_the_kpi_is_what_is_measured_or_moved(text, metric):
    assert extract(text, today=TODAY).first.metric == metric


@pytest.mark.parametrize(
    "text",
    [
        "maybe twelve deals",
        "say 12 deals",
        "I guess 12 deals",
        "disons 12 contrats",
        "sans doute 12 contrats",
        "à la louche 12 contrats",
    ],
)
def test_a_hesitation_is_no_segment(text):
    assert extract(text, today=TODAY).first.segment is None
