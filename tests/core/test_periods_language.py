"""A further language is a table of words: nothing in the code knows which languages there are."""

import tomllib
from datetime import date

import pytest

from coach.core.facts.periods import find, vocabulary
from coach.core.facts.periods.grammar import KINDS
from coach.core.facts.text import Text
from coach.core.lexicon import LANGUAGES, load

SPANISH = tomllib.loads("""
[time]
order = "dmy"
plural = ["días", "semanas", "meses", "trimestres", "años", "próximos", "próximas", "los"]
ordinal_suffixes = ["º", "o"]
fuzzy = ["septiembre", "noviembre"]

[time.articles]
un = 1
una = 1

[time.numbers]
dos = 2
tres = 3
seis = 6
treinta = 30

[time.ordinals]
primer = 1
tercer = 3

[time.units]
u_day = ["día", "días"]
u_week = ["semana", "semanas"]
u_month = ["mes", "meses"]
u_quarter = ["trimestre", "trimestres"]
u_year = ["año", "años"]

[time.months]
3 = ["marzo"]
6 = ["junio"]
9 = ["septiembre"]

[time.weekdays]
5 = ["viernes"]

[time.codes]
quarter = ["t", "q"]
half = ["s"]

[time.days]
0 = ["hoy"]
1 = ["mañana"]

[time.words]
the = ["el", "la", "los"]
of = ["de"]
of_the = ["del"]
to = ["a"]
to_the = ["al"]
and = ["y"]
this = ["este", "esta"]
next = ["próximo", "próxima", "próximos", "próximas"]
last = ["pasado", "pasada", "último"]
end = ["fin", "final", "finales"]
mid = ["mediados"]
by = ["para", "antes del"]
before = ["antes"]
until = ["hasta"]
in = ["en", "durante"]
per = ["por"]
every = ["cada"]

[time.context]
compare = ["respecto", "frente"]

[[time.moments]]
names = ["Navidad"]
day = "12-25"
""")


@pytest.fixture
def spanish(monkeypatch):
    monkeypatch.setattr(vocabulary, "load", lambda language: SPANISH)
    yield "xs"  # no language's code: what it compiles is nobody else's
    for cached in (vocabulary.load_vocabulary, vocabulary.guess, vocabulary._misspellings):
        cached.cache_clear()


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("en tres meses", date(2026, 4, 15)),
        ("en 90 días", date(2026, 4, 15)),
        ("para finales de junio", date(2026, 6, 30)),
        ("antes del 15 de marzo de 2027", date(2027, 3, 15)),
        ("este trimestre", date(2026, 3, 31)),
        ("el próximo mes", date(2026, 2, 28)),
        ("hasta el tercer trimestre", date(2026, 9, 30)),
        ("en el T3 2026", date(2026, 9, 30)),
        ("para el viernes", date(2026, 1, 16)),
        ("a mediados de septiembre", date(2026, 9, 15)),
        ("a finales de setiembre", date(2026, 9, 30)),
        ("antes de Navidad", date(2026, 12, 25)),
        ("de marzo a junio", date(2026, 6, 30)),
        ("a final de año", date(2026, 12, 31)),
        ("en treinta días", date(2026, 2, 14)),
        ("para el 31/12", date(2026, 12, 31)),
    ],
)
def test_deadlines_are_read_from_the_words_of_the_table(spanish, words, day):
    (found,) = find(Text.of(f"Firmar 12 contratos {words}"), spanish, today=date(2026, 1, 15))
    assert (found.role, found.end) == ("deadline", day)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("50 llamadas por semana", "cadence"),
        ("un 10 % más respecto al T1", "comparison"),
        ("más que el mes pasado", "comparison"),
        ("cada viernes", "recurring"),
    ],
)
def test_roles_are_read_from_the_words_of_the_table(spanish, text, role):
    (found,) = find(Text.of(text), spanish, today=date(2026, 1, 15))
    assert found.role == role


def test_a_word_with_two_meanings_is_refused(monkeypatch):
    table = {"time": {"order": "dmy", "plural": [], "words": {"end": ["fin"], "begin": ["fin"]}}}
    monkeypatch.setattr(vocabulary, "load", lambda language: table)
    with pytest.raises(ValueError, match="two meanings"):
        vocabulary.load_vocabulary("xt")


def test_a_language_without_a_lexicon_is_unknown():
    with pytest.raises(KeyError):
        find(Text.of("hello"), "xu", today=date(2026, 1, 15))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_list_of_words_is_named_after_a_kind_of_the_grammar(language):
    table = load(language)["time"]
    assert {*table["words"], *table["units"]} <= set(KINDS)


def test_french_and_english_have_the_same_tables():
    french, english = (set(load(language)["time"]) for language in ("fr", "en"))
    assert french - english <= {"clock_letter"}
    assert not english - french
