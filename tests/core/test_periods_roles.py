"""What an expression of time is for: a due date, a rhythm, a comparison, or a property of a metric or of a scope."""

from datetime import date

import pytest

from coach.core.facts.mentions import TimeMention
from coach.core.facts.periods import find
from coach.core.facts.text import Text

TODAY = date(2026, 1, 15)


def read(text: str, language: str) -> list[tuple[str, str]]:
    """(words, role) of each mention."""
    return [(text[slice(*found.span)], found.role) for found in find(Text.of(text), language, today=TODAY)]


def only(text: str, language: str) -> TimeMention:
    (found,) = find(Text.of(text), language, today=TODAY)
    return found


@pytest.mark.parametrize(
    ("language", "text", "cadence"),
    [
        ("fr", "50 appels par jour", "day"),
        ("fr", "30 appels/j", "day"),
        ("fr", "3 RDV / sem.", "week"),
        ("fr", "4 visites chaque semaine", "week"),
        ("fr", "2 démos tous les mois", "month"),
        ("fr", "un CA mensuel de 80 k€", "month"),
        ("fr", "3 comptes par trimestre", "quarter"),
        ("fr", "60 k€ annuels", "year"),
        ("fr", "5 offres par commercial et par semaine", "week"),
        ("fr", "2 devis par jour ouvré", "day"),
        ("fr", "un partenaire signé tous les 15 jours", None),
        ("fr", "8 clients par semestre", None),
        ("en", "50 calls a day", "day"),
        ("en", "12 demos each week", "week"),
        ("en", "3 meetings/wk", "week"),
        ("en", "18 visits monthly", "month"),
        ("en", "monthly revenue of $80k", "month"),
        ("en", "5 deals a quarter", "quarter"),
        ("en", "$2M per annum", "year"),
        ("en", "30 dials per rep per day", "day"),
        ("en", "one partner every two weeks", None),
        ("en", "one partner every other month", None),
    ],
)
def test_a_rhythm_is_a_cadence_and_no_due_date(language, text, cadence):
    found = only(text, language)
    assert (found.role, found.cadence, found.end) == ("cadence", cadence, None)


@pytest.mark.parametrize(
    ("language", "text", "roles"),
    [
        ("fr", "50 appels par semaine pendant 3 mois", ["cadence", "deadline"]),
        ("fr", "30 minutes par jour d'ici fin juin", ["duration", "cadence", "deadline"]),
        ("en", "50 calls a week for 3 months", ["cadence", "deadline"]),
        ("en", "6 meetings a day before the end of May", ["cadence", "deadline"]),
        ("en", "2 hours a day until June", ["duration", "cadence", "deadline"]),
    ],
)
def test_a_cadence_and_a_horizon_stand_side_by_side(language, text, roles):
    assert [role for _, role in read(text, language)] == roles


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "+10 % par rapport au S1"),
        ("fr", "+10 % par rapport au CA encaissé au S1"),
        ("fr", "+10 % vs N-1"),
        ("fr", "+10 % vs 2025"),
        ("fr", "+10 % sur 2025"),
        ("fr", "plus de clients que l'an dernier"),
        ("fr", "10 % de plus qu'en 2025"),
        ("fr", "mieux que le trimestre dernier"),
        ("fr", "retrouver le niveau de 2024"),
        ("fr", "dépasser le CA de 2025"),
        ("fr", "une marge de 30 % contre 25 % aujourd'hui"),
        ("fr", "+15 % d'une année sur l'autre"),
        ("fr", "moins de 2 % sur 12 mois glissants"),
        ("fr", "clients actifs au cours des 12 derniers mois"),
        ("fr", "après un T4 décevant"),
        ("en", "10% vs Q1"),
        ("en", "10% more than last quarter"),
        ("en", "10% more than in 2025"),
        ("en", "10% over last year"),
        ("en", "10% over 2025"),
        ("en", "compared to Q4"),
        ("en", "back to 2024 levels"),
        ("en", "12% today"),
        ("en", "15% growth year over year"),
        ("en", "buyers of the past 12 months"),
        ("en", "after an average Q4"),
        ("en", "three deals we lost two years ago"),
    ],
)
def test_a_comparison_is_no_due_date(language, text):
    assert [role for _, role in read(text, language)] == ["comparison"]


@pytest.mark.parametrize(
    ("language", "text", "roles"),
    [
        ("fr", "passer de 10 % au T1 à 15 % au T3", ["comparison", "deadline"]),
        ("fr", "passer de 2 M€ en 2025 à 3 M€ en 2026", ["comparison", "deadline"]),
        ("fr", "18 % aujourd'hui, 25 % fin juin", ["comparison", "deadline"]),
        ("fr", "+15 % par rapport au T4 2025 d'ici fin juin", ["comparison", "deadline"]),
        ("fr", "mon CA 2026 devra dépasser de 12 % celui de 2025", ["deadline", "comparison"]),
        ("en", "from 10% in Q1 to 15% in Q3", ["comparison", "deadline"]),
        ("en", "from 12% today to 20% by June", ["comparison", "deadline"]),
        ("en", "from $2M in 2025 to $3M by the end of 2026", ["comparison", "deadline"]),
        ("en", "grow revenue vs Q1 by Q3", ["comparison", "deadline"]),
    ],
)
def test_where_a_movement_starts_is_compared_and_where_it_ends_is_due(language, text, roles):
    assert [role for _, role in read(text, language)] == roles


@pytest.mark.parametrize(
    ("language", "text", "numbers"),
    [
        ("fr", "ramener le cycle de vente de 9 à 6 mois", ((9, "months"), (6, "months"))),
        ("fr", "ramener le cycle de 9 mois à 6 mois", ((9, "months"), (6, "months"))),
        ("fr", "un cycle de vente inférieur à 60 jours", ((60, "days"),)),
        ("fr", "réduire de 10 jours le délai de paiement", ((10, "days"),)),
        ("fr", "rappeler chaque prospect sous 24 h", ((24, "hours"),)),
        ("fr", "répondre en moins de 2 heures", ((2, "hours"),)),
        ("fr", "rappeler chaque prospect sous 2 jours", ((2, "days"),)),
        ("fr", "livrer 95 % des commandes sous 5 jours", ((5, "days"),)),
        ("fr", "vendre 50 jours de conseil", ((50, "days"),)),
        ("fr", "2 heures de prospection", ((2, "hours"),)),
        ("en", "cut the sales cycle to five weeks", ((35, "days"),)),
        ("en", "cut the cycle from 90 days to 60 days", ((90, "days"), (60, "days"))),
        ("en", "cut the sales cycle by 10 days", ((10, "days"),)),
        ("en", "call back every lead within 24 hours", ((24, "hours"),)),
        ("en", "reply to inbound leads within 2 days", ((2, "days"),)),
        ("en", "95% of orders shipped within 48 hours", ((48, "hours"),)),
        ("en", "90% of invoices paid within 30 days", ((30, "days"),)),
        ("en", "a response time below 5 minutes", ((5, "minute"),)),
    ],
)
def test_a_duration_of_a_metric_gives_its_figures_back(language, text, numbers):
    found = only(text, language)
    assert (found.role, found.numbers, found.end) == ("duration", numbers, None)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "réactiver 20 comptes dormants depuis un an"),
        ("fr", "relancer les clients inactifs depuis 3 mois"),
        ("fr", "les comptes qui n'ont rien commandé depuis janvier"),
        ("fr", "réduire l'attrition du premier mois"),
        ("fr", "attrition des 90 premiers jours"),
        ("fr", "signer 10 contrats mensuels"),
        ("fr", "signer 15 contrats de 3 ans"),
        ("fr", "vendre 200 abonnements annuels"),
        ("fr", "un CA annuel de 3 M€"),
        ("fr", "relancer les devis de plus de 15 jours"),
        ("fr", "une rétention à 12 mois de 85 %"),
        ("fr", "un essai gratuit de 14 jours"),
        ("fr", "10 ans d'expérience"),
        ("fr", "conserver les clients signés en 2024"),
        ("en", "win back 10 customers inactive for 6 months"),
        ("en", "accounts that have not ordered in 90 days"),
        ("en", "deals older than 90 days"),
        ("en", "churn in the first 90 days"),
        ("en", "sign 10 12-month contracts"),
        ("en", "sell 10 annual plans"),
        ("en", "retention at 12 months of 90%"),
        ("en", "a 30-day free trial"),
        ("en", "5 years' experience"),
        ("en", "within 30 days of signing"),
        ("en", "within 6 months following the signature"),
        ("fr", "dans les 6 mois suivant la signature"),
        ("en", "customers won in 2024"),
        ("en", "keep 90% of customers for over a year"),
    ],
)
def test_a_duration_of_the_scope_is_neither_a_due_date_nor_a_figure(language, text):
    found = only(text, language)
    assert (found.role, found.numbers) == ("duration", ())


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "un point hebdomadaire"),
        ("fr", "suivi mensuel dans le CRM"),
        ("fr", "le lundi, appeler 10 clients"),
        ("fr", "appeler 10 clients tous les mardis"),
        ("fr", "un mardi sur deux"),
        ("fr", "une hotline 7j/7"),
        ("fr", "20 appels entre 9h et 12h"),
        ("fr", "joignables du lundi au vendredi"),
        ("en", "reachable Monday to Friday"),
        ("en", "tracked weekly"),
        ("en", "a quarterly review"),
        ("en", "every Friday"),
        ("en", "calls on Mondays"),
        ("en", "24/7 support"),
        ("en", "prepare Tuesday's call"),
    ],
)
def test_a_rhythm_of_follow_up_is_no_rhythm_of_the_goal(language, text):
    assert [role for _, role in read(text, language)] == ["recurring"]


@pytest.mark.parametrize(
    ("language", "text", "start"),
    [
        ("fr", "à partir de mars, 20 appels", date(2026, 3, 1)),
        ("fr", "dès septembre, 20 appels", date(2026, 9, 1)),
        ("fr", "à compter du 1er juin, 20 appels", date(2026, 6, 1)),
        ("en", "starting in March, 20 calls", date(2026, 3, 1)),
        ("en", "from Q3, 20 calls", date(2026, 7, 1)),
        ("en", "not before June", date(2026, 6, 1)),
        ("fr", "pas avant juin", date(2026, 6, 1)),
    ],
)
def test_a_start_is_no_due_date(language, text, start):
    found = only(text, language)
    assert (found.role, found.start, found.end) == ("start", start, None)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "bientôt"),
        ("fr", "à terme"),
        ("fr", "à long terme"),
        ("fr", "d'ici quelques mois"),
        ("fr", "dans les prochains mois"),
        ("fr", "en Y mois"),
        ("fr", "d'ici X semaines"),
        ("fr", "au quotidien"),
        ("fr", "la campagne de Noël"),
        ("fr", "satisfaction de 4,5/5"),
        ("fr", "passer la note de 6/10 à 8/10"),
        ("fr", "les 2/3 du portefeuille"),
        ("en", "2/3 of the base"),
        ("en", "a quarter million dollars"),
        ("fr", "signer 2026 clients"),
        ("fr", "vendre 12 000 licences"),
        ("fr", "vendre 3t de café"),
        ("fr", "un premier client"),
        ("fr", "mettre fin aux remises"),
        ("fr", "le CA du mois"),
        ("fr", "pour 3 millions de dirhams"),
        ("fr", "le cours a été suivi"),
        ("fr", "5 clients B2B"),
        ("en", "soon"),
        ("en", "in the long term"),
        ("en", "in the coming months"),
        ("en", "within days"),
        ("en", "in the next few weeks"),
        ("en", "over N months"),
        ("en", "a 4.5/5 rating"),
        ("en", "from 6/10 to 8/10"),
        ("en", "sign 2026 customers"),
        ("en", "we may double revenue"),
        ("en", "prices must not fall"),
        ("en", "march towards growth"),
        ("en", "a quarter of the leads"),
        ("en", "close the first customer"),
        ("en", "by the 1st customer"),
        ("en", "a second rep"),
        ("en", "MP3 sales up 10%"),
        ("en", "through better discovery calls"),
        ("en", "the summer campaign"),
    ],
)
def test_what_names_no_time_is_left_alone(language, text):
    assert read(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("fr", "avant l'été, disons le 30 juin", date(2026, 6, 30)),
        ("en", "before the summer holidays, by July 10", date(2026, 7, 10)),
    ],
)
def test_a_date_beside_a_season_is_the_date_meant(language, text, day):
    found = find(Text.of(text), language, today=TODAY)
    assert [mention.end for mention in found if mention.role == "deadline"] == [day]


@pytest.mark.parametrize(
    ("language", "text", "quotes"),
    [
        ("fr", "Signer 10 clients d'ici la fin du T3 2026, puis 5 par mois", ["d'ici la fin du T3 2026", "par mois"]),
        ("fr", "D’ici le 1er mars 2027 : 10 clients", ["D’ici le 1er mars 2027"]),
        ("fr", "10 clients (échéance : fin mars au plus tard)", ["échéance : fin mars au plus tard"]),
        ("en", "Win 10 deals by the end of Q3, then 5 a month", ["by the end of Q3", "a month"]),
        ("en", "Between now and March 3rd, 2027: 10 deals", ["Between now and March 3rd, 2027"]),
    ],
)
def test_a_mention_quotes_the_words_it_was_read_from(language, text, quotes):
    assert [words for words, _ in read(text, language)] == quotes
