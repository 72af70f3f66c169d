"""What managers write, and the day it falls due, read on Thursday 15 January 2026."""

from datetime import date

import pytest

from coach.core.facts.periods import find
from coach.core.facts.text import Text

TODAY = date(2026, 1, 15)

FRENCH = """
# Durations
d'ici 12 mois → 2027-01-15
d'ici deux ans → 2028-01-15
d'ici un an → 2027-01-15
d'ici un an et demi → 2027-07-15
d'ici 1 mois → 2026-02-15
d'ici trente jours → 2026-02-14
d'ici une quinzaine de jours → 2026-01-30
en une dizaine de jours → 2026-01-25
en 90 jours → 2026-04-15
en 90j → 2026-04-15
sous 30 j → 2026-02-14
sous six semaines → 2026-02-26
sous huitaine → 2026-01-23
sous quinzaine → 2026-01-30
sous 10 jours ouvrés → 2026-01-29
dans trois ans → 2029-01-15
dans les 15 jours → 2026-01-30
dans les six prochaines semaines → 2026-02-26
dans les six semaines qui viennent → 2026-02-26
dans un délai de 3 mois → 2026-04-15
dans un délai maximum de 6 semaines → 2026-02-26
en moins de 3 mois → 2026-04-15
en moins d'un mois → 2026-02-15
en à peine 3 mois → 2026-04-15
en l'espace de trois mois → 2026-04-15
en deux ans et demi → 2028-07-15
en un semestre → 2026-07-15
en deux trimestres → 2026-07-15
sur un trimestre → 2026-04-15
sur six mois → 2026-07-15
sur une période de 6 mois → 2026-07-15
sur les 6 mois à venir → 2026-07-15
sur les trois prochains trimestres → 2026-10-15
pendant 6 semaines → 2026-02-26
pendant un an → 2027-01-15
au cours des 12 prochains mois → 2027-01-15
au bout de 6 mois → 2026-07-15
pour les 3 mois à venir → 2026-04-15
à horizon 3 ans → 2029-01-15
à un horizon de 5 ans → 2031-01-15
horizon 18 mois → 2027-07-15
d'ici 12 à 18 mois → 2027-07-15
en 3-6 mois → 2026-07-15
3 mois max → 2026-04-15
en 18 mois maximum → 2027-07-15
dans 1 an 2 mois → 2027-03-15
dans deux ans et 21 jours → 2028-02-05
dans deux mois → 2026-03-15
# This and next
ce mois-ci → 2026-01-31
ce mois → 2026-01-31
ce trimestre → 2026-03-31
ce semestre → 2026-06-30
cette année → 2026-12-31
cette semaine → 2026-01-18
ce week-end → 2026-01-18
le trimestre en cours → 2026-03-31
sur l'année en cours → 2026-12-31
année en cours → 2026-12-31
sur l'année → 2026-12-31
au cours de l'année → 2026-12-31
sur l'ensemble de l'année → 2026-12-31
toute l'année → 2026-12-31
tout au long de l'année → 2026-12-31
le mois prochain → 2026-02-28
au prochain trimestre → 2026-06-30
au trimestre suivant → 2026-06-30
sur le trimestre à venir → 2026-06-30
au prochain semestre → 2026-12-31
l'an prochain → 2027-12-31
l'année prochaine → 2027-12-31
la semaine prochaine → 2026-01-25
sur le reste de l'année → 2026-12-31
d'ici la fin de l'année prochaine → 2027-12-31
fin du mois prochain → 2026-02-28
début du mois prochain → 2026-02-10
fin d'année prochaine → 2027-12-31
plus tard cette année → 2026-12-31
# Quarters and halves
T3 → 2026-09-30
sur T3 → 2026-09-30
courant T2 → 2026-06-30
dans le courant du T2 → 2026-06-30
d'ici le T3 → 2026-09-30
à fin T2 → 2026-06-30
à la fin du T2 → 2026-06-30
au terme du deuxième trimestre → 2026-06-30
à l'issue du premier semestre → 2026-06-30
T3 2026 → 2026-09-30
T3 2027 → 2027-09-30
3T 2026 → 2026-09-30
Q3 → 2026-09-30
Q2 2026 → 2026-06-30
au 2ème trimestre → 2026-06-30
2e trim 2026 → 2026-06-30
au troisième trimestre → 2026-09-30
au quatrième trimestre 2026 → 2026-12-31
dernier trimestre 2026 → 2026-12-31
S1 → 2026-06-30
S2 2026 → 2026-12-31
au 2nd semestre → 2026-12-31
1er semestre 2027 → 2027-06-30
H2 2026 → 2026-12-31
mi-T2 → 2026-05-15
mi-semestre → 2026-03-31
début T2 → 2026-04-15
avant le T3 → 2026-06-30
jusqu'au T3 → 2026-09-30
clôture T3 → 2026-09-30
T1-T2 → 2026-06-30
T2/T3 → 2026-09-30
sur T1 et T2 → 2026-06-30
entre T1 et T3 → 2026-09-30
du T2 au T4 → 2026-12-31
d'ici fin de trimestre → 2026-03-31
fin de semestre → 2026-06-30
EOQ → 2026-03-31
# Years
en 2026 → 2026-12-31
en 2027 → 2027-12-31
d'ici 2028 → 2028-12-31
d'ici à 2028 → 2028-12-31
avant 2027 → 2026-12-31
fin 2027 → 2027-12-31
début 2027 → 2027-01-31
d'ici la mi-2026 → 2026-06-30
courant 2026 → 2026-12-31
pour 2027 → 2027-12-31
sur l'année 2027 → 2027-12-31
à l'horizon 2030 → 2030-12-31
horizon fin 2026 → 2026-12-31
sur 2026-2028 → 2028-12-31
fin d'année → 2026-12-31
d'ici fin d'année → 2026-12-31
d'ici la fin de l'annee → 2026-12-31
milieu d'année → 2026-06-30
EOY → 2026-12-31
N+1 → 2027-12-31
exercice 2027 → 2027-12-31
sur FY27 → 2027-12-31
exercice 2026-2027 → 2027-12-31
en deux mille vingt-sept → 2027-12-31
# Months
en mars → 2026-03-31
au mois de mai → 2026-05-31
courant mai → 2026-05-31
d'ici juin → 2026-06-30
d'ici fin mars → 2026-03-31
à fin mars → 2026-03-31
fin mars au plus tard → 2026-03-31
d'ici la fin du mois de mars → 2026-03-31
fin fevrier → 2026-02-28
fin FÉVRIER 2027 → 2027-02-28
d'ici décembre → 2026-12-31
d'ici décembr → 2026-12-31
d'ici fin setpembre → 2026-09-30
en aout → 2026-08-31
fin sept → 2026-09-30
d'ici sept. 2026 → 2026-09-30
avant juin → 2026-05-31
avant fin juin → 2026-06-30
avant la fin de juin → 2026-06-30
avant la fin du mois → 2026-01-31
jusqu'en mars → 2026-03-31
jusqu'à fin juin → 2026-06-30
mi-juin → 2026-06-15
début avril → 2026-04-10
de janvier à mars → 2026-03-31
entre mars et mai → 2026-05-31
mars-mai → 2026-05-31
mars/avril → 2026-04-30
sur mars et avril → 2026-04-30
juin prochain → 2026-06-30
en juin de l'année prochaine → 2027-06-30
d'ici juin 2027 → 2027-06-30
d'ici juin'27 → 2027-06-30
d'ici juin 27 → 2027-06-30
d'ici 06/2027 → 2027-06-30
première quinzaine d'avril → 2026-04-15
deuxième quinzaine d'avril → 2026-04-30
à M+1 → 2026-02-28
# Days
le 1er mars → 2026-03-01
d'ici le 1er mars → 2026-03-01
d'ici le premier mars 2027 → 2027-03-01
au 31 décembre → 2026-12-31
au 31/12 → 2026-12-31
au 31 déc. 2026 → 2026-12-31
au plus tard le 15 mars → 2026-03-15
pour le 3 mars 2027 → 2027-03-03
avant le 14 juillet → 2026-07-14
d'ici au 15/09 → 2026-09-15
d'ici le 15.09.2026 → 2026-09-15
d'ici le 3-7-2026 → 2026-07-03
d'ici le 2026-07-03 → 2026-07-03
échéance : 30 juin → 2026-06-30
échéance 30/06/2026 → 2026-06-30
date limite : 15 mars 2026 → 2026-03-15
deadline : 15/03 → 2026-03-15
jeudi 22 janvier → 2026-01-22
jeudi 22 → 2026-01-22
d'ici le 20 → 2026-01-20
le 10 du mois → 2026-02-10
le 1er du mois prochain → 2026-02-01
le 20 du mois prochain → 2026-02-20
le dernier jour ouvré du mois → 2026-01-30
dernier jour de mars → 2026-03-31
aujourd'hui → 2026-01-15
d'ici demain → 2026-01-16
après-demain → 2026-01-17
ce soir → 2026-01-15
en fin de journée → 2026-01-15
à J+15 → 2026-01-30
du 1er au 15 mars → 2026-03-15
du 15 au 30 mars 2026 → 2026-03-30
du 10 juin au 1er juillet → 2026-07-01
entre le 1er et le 15 mars → 2026-03-15
entre aujourd'hui et fin mars → 2026-03-31
10-15 mars → 2026-03-15
# Weekdays and weeks
vendredi → 2026-01-16
d'ici vendredi → 2026-01-16
lundi prochain → 2026-01-19
ce jeudi → 2026-01-22
lundi en huit → 2026-01-26
mercredi de la semaine prochaine → 2026-01-21
vendredi 18h → 2026-01-16
le premier mercredi du mois prochain → 2026-02-04
le dernier vendredi de mars → 2026-03-27
le premier lundi de juin → 2026-06-01
semaine 12 → 2026-03-22
en S12 → 2026-03-22
S40 → 2026-10-04
sem. 12 → 2026-03-22
semaine 12 de 2027 → 2027-03-28
la semaine du 9 mars → 2026-03-15
fin de semaine → 2026-01-18
avant la fin de la semaine → 2026-01-18
première semaine d'avril → 2026-04-05
la dernière semaine de juin → 2026-06-28
avant le week-end → 2026-01-16
semaines 30 à 32 → 2026-08-09
# Moments
d'ici Noël → 2026-12-25
avant Noel → 2026-12-25
à Pâques → 2026-04-05
avant l'été → 2026-06-20
cet été → 2026-09-22
à la fin de l'été → 2026-09-22
d'ici l'été → 2026-06-21
à l'automne → 2026-12-20
au printemps → 2026-06-20
d'ici la rentrée → 2026-09-01
à la rentrée → 2026-09-01
pour la rentrée 2027 → 2027-09-01
avant les vacances → 2026-06-30
avant les fêtes → 2026-12-24
pour le Black Friday → 2026-11-27
avant le nouvel an → 2026-12-31
d'ici la Saint-Valentin → 2026-02-14
avant la Toussaint → 2026-11-01
pour la fête des mères → 2026-05-31
2 semaines avant Noël → 2026-12-11
# Less usual ways
d'ici 06/27 → 2027-06-30
délai : six semaines → 2026-02-26
dans la quinzaine → 2026-01-30
sur la période de mars à juin → 2026-06-30
les 6 premiers mois de 2026 → 2026-06-30
dans cent jours → 2026-04-25
d'ici quatre-vingt-dix jours → 2026-04-15
le trente et un mars → 2026-03-31
d'ici le vingt-cinq mars → 2026-03-25
1er trim. 2026 → 2026-03-31
au T3 26 → 2026-09-30
avant les congés d'août → 2026-07-31
"""

ENGLISH = """
# Durations
in 12 months → 2027-01-15
in two years → 2028-01-15
in a year → 2027-01-15
in a year and a half → 2027-07-15
in half a year → 2026-07-15
within a month → 2026-02-15
within 30 days → 2026-02-14
within the next 90 days → 2026-04-15
within 3 to 6 months → 2026-07-15
in 3-6 months → 2026-07-15
over 6 months → 2026-07-15
over the next two quarters → 2026-07-15
over the coming three quarters → 2026-10-15
over a 12-month period → 2027-01-15
over the next couple of weeks → 2026-01-29
during the next 6 weeks → 2026-02-26
for 3 months → 2026-04-15
for the next 6 months → 2026-07-15
in under 3 months → 2026-04-15
in less than a month → 2026-02-15
in no more than 6 weeks → 2026-02-26
in a fortnight → 2026-01-29
within two fortnights → 2026-02-12
in 90d → 2026-04-15
in 6 wks → 2026-02-26
in 2 yrs → 2028-01-15
in four business days → 2026-01-21
within 10 working days → 2026-01-29
in three weeks' time → 2026-02-05
3 weeks from now → 2026-02-05
a year from now → 2027-01-15
2 weeks from today → 2026-01-29
in 1 year 2 months → 2027-03-15
a couple of weeks from now → 2026-01-29
at the end of 6 months → 2026-07-15
no later than 3 weeks from now → 2026-02-05
# This and next
this week → 2026-01-18
this month → 2026-01-31
this quarter → 2026-03-31
this half → 2026-06-30
this year → 2026-12-31
this calendar year → 2026-12-31
next week → 2026-01-25
next month → 2026-02-28
next quarter → 2026-06-30
next year → 2027-12-31
next half → 2026-12-31
in the coming month → 2026-02-28
over the coming quarter → 2026-06-30
the following week → 2026-01-25
the week after next → 2026-02-01
the year after next → 2028-12-31
by next qtr → 2026-06-30
over the rest of the quarter → 2026-03-31
for the remainder of the year → 2026-12-31
in the balance of the year → 2026-12-31
later this year → 2026-12-31
late this month → 2026-01-31
over the year → 2026-12-31
in the quarter → 2026-03-31
within the year → 2026-12-31
for the quarter → 2026-03-31
all year → 2026-12-31
year-round → 2026-12-31
year to go → 2026-12-31
# Quarters and halves
Q3 → 2026-09-30
in Q3 → 2026-09-30
by Q3 → 2026-09-30
by the end of Q3 → 2026-09-30
end of Q3 → 2026-09-30
late Q3 → 2026-09-30
early Q2 → 2026-04-15
mid-Q2 → 2026-05-15
Q3 2026 → 2026-09-30
Q3'27 → 2027-09-30
2026-Q3 → 2026-09-30
2026 q3 → 2026-09-30
in 2026Q4 → 2026-12-31
3Q26 → 2026-09-30
by 3Q → 2026-09-30
in the third quarter → 2026-09-30
by the 4th qtr of 2026 → 2026-12-31
the last quarter of 2026 → 2026-12-31
in H1 → 2026-06-30
by end of H1 → 2026-06-30
in H2 2026 → 2026-12-31
2027 H1 → 2027-06-30
in 1H 2026 → 2026-06-30
first half → 2026-06-30
in the second half of 2026 → 2026-12-31
by half-year → 2026-06-30
before Q3 → 2026-06-30
until Q3 → 2026-09-30
through Q3 → 2026-09-30
Q1-Q2 → 2026-06-30
Q1/Q2 → 2026-06-30
in Q1 and Q2 → 2026-06-30
from Q2 to Q4 → 2026-12-31
by Q3 next year → 2027-09-30
by EOQ → 2026-03-31
by quarter-end → 2026-03-31
Q3 close → 2026-09-30
by the close of the quarter → 2026-03-31
# Years
in 2026 → 2026-12-31
by 2028 → 2028-12-31
before 2027 → 2026-12-31
by the end of 2027 → 2027-12-31
early 2027 → 2027-01-31
by mid-2026 → 2026-06-30
mid-year → 2026-06-30
for 2027 → 2027-12-31
in two thousand and twenty-seven → 2027-12-31
by EOY → 2026-12-31
by year end → 2026-12-31
at year-end → 2026-12-31
by the end of the year → 2026-12-31
before the end of the year → 2026-12-31
in FY27 → 2027-12-31
in fiscal 2027 → 2027-12-31
in FY26/27 → 2027-12-31
over 2026-2028 → 2028-12-31
by the end of the year after next → 2028-12-31
sooner than 2027 → 2026-12-31
# Months
in March → 2026-03-31
during May → 2026-05-31
by June → 2026-06-30
by the end of July → 2026-07-31
end March → 2026-03-31
by end of Feb → 2026-02-28
before March → 2026-02-28
before the end of March → 2026-03-31
until June → 2026-06-30
through June → 2026-06-30
mid-March → 2026-03-15
early March → 2026-03-10
late March → 2026-03-31
in Sept → 2026-09-30
by Dec → 2026-12-31
by Dec 2026 → 2026-12-31
by Dec-2026 → 2026-12-31
by Dec '26 → 2026-12-31
in May → 2026-05-31
next June → 2026-06-30
by June next year → 2027-06-30
from May to December → 2026-12-31
from Jan to Mar → 2026-03-31
Jan-Mar → 2026-03-31
between March and June → 2026-06-30
in March and April → 2026-04-30
by febuary → 2026-02-28
by the 9th month of next year → 2027-09-30
by 2026-10 → 2026-10-31
EOM → 2026-01-31
by month-end → 2026-01-31
in the last two months of 2026 → 2026-12-31
the first half of March → 2026-03-15
# Days
by March 3 → 2026-03-03
by March 3rd → 2026-03-03
by 3 March 2027 → 2027-03-03
by the 3rd of March → 2026-03-03
on or before the 15th of March → 2026-03-15
by April 14, 2027 → 2027-04-14
by 31st March, 2027 → 2027-03-31
by Dec. 21 → 2026-12-21
by 8/Oct/2026 → 2026-10-08
by 2026-03-03 → 2026-03-03
by 12/31 → 2026-12-31
by 12/31/2026 → 2026-12-31
by 31/12/2026 → 2026-12-31
no later than Sunday, March 8, 2026 → 2026-03-08
by Tuesday the 20th → 2026-01-20
by the 20th → 2026-01-20
by the 20th of next month → 2026-02-20
by the last day of March → 2026-03-31
last working day of the month → 2026-01-30
today → 2026-01-15
by tomorrow → 2026-01-16
the day after tomorrow → 2026-01-17
by EOD → 2026-01-15
by noon → 2026-01-15
due June 30 → 2026-06-30
deadline: June 30 → 2026-06-30
deadline is March 12 → 2026-03-12
by July 4th → 2026-07-04
from 13 to 15 July → 2026-07-15
March 1-15 → 2026-03-15
from March 1 to April 30 → 2026-04-30
between now and the end of March → 2026-03-31
from now until June → 2026-06-30
between 1 and 15 March → 2026-03-15
as of June 30 → 2026-06-30
# Weekdays and weeks
by Friday → 2026-01-16
on Friday → 2026-01-16
next Friday → 2026-01-23
this Friday → 2026-01-16
the coming Thursday → 2026-01-22
by friday after next → 2026-01-23
Friday next week → 2026-01-23
wednesday of next week → 2026-01-21
by EOD Friday → 2026-01-16
by Fri EOD → 2026-01-16
by 5pm Friday → 2026-01-16
by close of business Friday → 2026-01-16
on Wed → 2026-01-21
the first Friday of next month → 2026-02-06
the last Monday of March → 2026-03-30
by the end of the week → 2026-01-18
by midweek → 2026-01-21
in week 31 → 2026-08-02
weeks 30-32 → 2026-08-09
the week of March 9 → 2026-03-15
the third week of 2027 → 2027-01-24
the last week of this month → 2026-02-01
next workweek → 2026-01-23
# Moments
by Christmas → 2026-12-25
before Christmas → 2026-12-25
by Easter → 2026-04-05
before Thanksgiving → 2026-11-26
by Black Friday → 2026-11-27
by Cyber Monday → 2026-11-30
by Labor Day → 2026-09-07
by Memorial Day → 2026-05-25
by the 4th of July → 2026-07-04
before the new year → 2026-12-31
by New Year's Eve → 2026-12-31
before the holidays → 2026-12-24
by Halloween → 2026-10-31
this summer → 2026-09-22
by summer → 2026-06-21
by the end of summer → 2026-09-22
in the fall → 2026-12-20
by spring → 2026-03-20
before the summer holidays → 2026-06-30
2 weeks after Easter → 2026-04-19
# Less usual ways
in the next fortnight → 2026-01-29
in the first 6 months of 2026 → 2026-06-30
by this coming Friday → 2026-01-16
in one hundred days → 2026-04-25
by March twenty-fifth → 2026-03-25
by the thirty-first of March → 2026-03-31
week commencing 9 March → 2026-03-15
for the fiscal year ending June 2026 → 2026-06-30
by Q1 27 → 2027-03-31
in 2H26 → 2026-12-31
in Q3FY26 → 2026-09-30
Jan 2026 - Jun 2026 → 2026-06-30
"""


def rows(table: str) -> list[tuple[str, date]]:
    lines = [line for line in table.strip().splitlines() if not line.startswith("#")]
    pairs = [line.split(" → ") for line in lines]
    return [(words, date.fromisoformat(day)) for words, day in pairs]


def deadlines(text: str, language: str, **options) -> list[date | None]:
    return [found.end for found in find(Text.of(text), language, today=TODAY, **options) if found.role == "deadline"]


@pytest.mark.parametrize(("words", "day"), rows(FRENCH))
def test_french_words_fall_due_on_a_day(words, day):
    assert deadlines(f"Signer 12 clients {words}", "fr") == [day]


@pytest.mark.parametrize(("words", "day"), rows(ENGLISH))
def test_english_words_fall_due_on_a_day(words, day):
    assert deadlines(f"Win 12 customers {words}", "en") == [day]


@pytest.mark.parametrize(("words", "day"), rows(FRENCH))
def test_the_place_in_a_french_sentence_does_not_matter(words, day):
    assert deadlines(f"{words[0].upper()}{words[1:]}, obtenir 30 rendez-vous via LinkedIn.", "fr") == [day]


@pytest.mark.parametrize(("words", "day"), rows(ENGLISH))
def test_the_place_in_an_english_sentence_does_not_matter(words, day):
    assert deadlines(f"{words[0].upper()}{words[1:]}, book 30 meetings through LinkedIn.", "en") == [day]


def test_the_tables_hold_what_they_promise():
    assert len(rows(FRENCH)) + len(rows(ENGLISH)) >= 300


@pytest.mark.parametrize(
    ("words", "locale", "day"),
    [
        ("by 3-7-2026", "en-GB", date(2026, 7, 3)),
        ("by 3-7-2026", "en-US", date(2026, 3, 7)),
        ("by 3-7-2026", "en", date(2026, 3, 7)),
        ("by 11/5", "en-GB", date(2026, 5, 11)),
        ("by 11/5", "en-US", date(2026, 11, 5)),
        ("by 22/04", "en-US", date(2026, 4, 22)),
        ("by 03/07/2026", "en-FR", date(2026, 7, 3)),
        ("by 2026-07-03", "en-US", date(2026, 7, 3)),
    ],
)
def test_the_locale_settles_the_order_of_day_and_month(words, locale, day):
    assert deadlines(f"Win 12 customers {words}", "en", locale=locale) == [day]


def test_the_other_order_of_an_ambiguous_date_is_kept_as_an_alternative():
    (found,) = find(Text.of("Win 12 customers by 3-7-2026"), "en", today=TODAY, locale="en-GB")
    assert date(2026, 3, 7) in found.alternatives


@pytest.mark.parametrize(
    ("words", "start", "day"),
    [
        ("in Q1", 4, date(2026, 6, 30)),
        ("in Q3", 4, date(2026, 12, 31)),
        ("in Q4", 4, date(2026, 3, 31)),
        ("this quarter", 2, date(2026, 1, 31)),
        ("next quarter", 2, date(2026, 4, 30)),
        ("in H1", 7, date(2026, 12, 31)),
        ("in FY27", 4, date(2027, 3, 31)),
        ("in Q3 FY27", 7, date(2027, 3, 31)),
        ("by the end of the fiscal year", 10, date(2026, 9, 30)),
        ("next fiscal year", 10, date(2027, 9, 30)),
        ("this year", 4, date(2026, 12, 31)),
    ],
)
def test_a_fiscal_year_that_is_known_moves_quarters_halves_and_fiscal_years(words, start, day):
    assert deadlines(f"Win 12 customers {words}", "en", fiscal_year_start=start) == [day]


@pytest.mark.parametrize(
    ("language", "words", "others"),
    [
        ("en", "by the end of this financial year", {date(2026, 12, 31)}),
        ("en", "in the next financial year", {date(2027, 12, 31)}),
        ("en", "in week 2 of the plan", {date(2026, 1, 29)}),
        ("en", "by month 3", {date(2026, 4, 15)}),
        ("fr", "sur l'exercice en cours", {date(2026, 12, 31)}),
        ("fr", "d'ici la fin de l'exercice", {date(2026, 12, 31)}),
        ("fr", "au prochain exercice", {date(2027, 12, 31)}),
        ("fr", "en semaine 2 du plan", {date(2026, 1, 29)}),
    ],
)
def test_the_calendar_of_the_company_is_asked_for_when_it_decides(language, words, others):
    (found,) = find(Text.of(words), language, today=TODAY)
    assert (found.role, found.end, found.needs_calendar) == ("deadline", None, True)
    assert others <= set(found.alternatives)


@pytest.mark.parametrize(
    ("language", "words", "problem"),
    [
        ("fr", "d'ici le 31 février", "impossible_date"),
        ("fr", "avant le 31/04/2026", "impossible_date"),
        ("fr", "le 32 mars", "impossible_date"),
        ("fr", "le 29 février 2027", "impossible_date"),
        ("fr", "au T5", "impossible_period"),
        ("fr", "en S54", "impossible_period"),
        ("fr", "d'ici 90000 ans", "impossible_date"),
        ("en", "by February 30", "impossible_date"),
        ("en", "by June 31st", "impossible_date"),
        ("en", "by 2026-13-01", "impossible_date"),
        ("en", "in Q7", "impossible_period"),
        ("en", "in H3 2026", "impossible_period"),
        ("en", "in week 60", "impossible_period"),
    ],
)
def test_a_date_that_does_not_exist_is_a_deadline_with_a_problem(language, words, problem):
    (found,) = find(Text.of(words), language, today=TODAY)
    assert (found.role, found.end, found.problem) == ("deadline", None, problem)


@pytest.mark.parametrize(
    ("language", "words", "day"),
    [
        ("fr", "d'ici fin 2024", date(2024, 12, 31)),
        ("fr", "avant le 3 mars 2025", date(2025, 3, 3)),
        ("fr", "au T3 2025", date(2025, 9, 30)),
        ("en", "by Q2 2025", date(2025, 6, 30)),
        ("en", "in 2024", date(2024, 12, 31)),
        ("en", "by March 3, 2025", date(2025, 3, 3)),
    ],
)
def test_a_year_that_is_over_stays_as_it_was_written(language, words, day):
    text = f"Signer 12 clients {words}" if language == "fr" else f"Win 12 customers {words}"
    assert deadlines(text, language) == [day]


@pytest.mark.parametrize(
    ("language", "words", "other"),
    [
        ("fr", "d'ici juin", date(2026, 6, 1)),
        ("fr", "d'ici le T3", date(2026, 6, 30)),
        ("fr", "avant le 3 mars", date(2026, 3, 2)),
        ("fr", "avant juin", date(2026, 6, 1)),
        ("fr", "sur un trimestre", date(2026, 3, 31)),
        ("fr", "sur l'année", date(2027, 1, 15)),
        ("fr", "d'ici 12 à 18 mois", date(2027, 1, 15)),
        ("en", "by June", date(2026, 5, 31)),
        ("en", "this week", date(2026, 1, 16)),
        ("en", "over the next quarter", date(2026, 4, 15)),
        ("en", "next Friday", date(2026, 1, 16)),
        ("en", "before the new year", date(2027, 1, 1)),
    ],
)
def test_another_fair_reading_is_kept_as_an_alternative(language, words, other):
    (found,) = find(Text.of(f"20 {words}"), language, today=TODAY)
    assert other in found.alternatives
    assert found.end not in found.alternatives


def test_a_period_says_when_it_starts_and_a_due_date_starts_today():
    (inside,) = find(Text.of("30 leads au T2"), "fr", today=TODAY)
    (bounded,) = find(Text.of("30 leads d'ici le T2"), "fr", today=TODAY)
    (counted,) = find(Text.of("30 leads en 6 mois"), "fr", today=TODAY)
    assert [inside.start, bounded.start, counted.start] == [date(2026, 4, 1), TODAY, TODAY]
