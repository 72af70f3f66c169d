"""Identifiers are masked and come back; figures and days of a goal never are."""

import random

import pytest

from coach.core.drafting import mentions
from coach.llm.masking import mask, minimised, people_of, pointable

dice = random.Random(20260115)


def digits(count):
    return "".join(dice.choice("0123456789") for _ in range(count))


def luhn(stem):
    """``stem`` with its check digit (ISO/IEC 7812)."""
    total = sum((d * 2 - 9 * (d > 4)) if at % 2 == 0 else d for at, d in enumerate(map(int, reversed(stem))))
    return stem + str(-total % 10)


def grouped(text, *sizes, by=" "):
    parts, at = [], 0
    for size in sizes:
        parts.append(text[at : at + size])
        at += size
    return by.join(parts)


def iban(country, length, letters=False):
    account = digits(length - 4)
    turned = "".join(str(int(char, 36)) for char in account + country + "00")
    return f"{country}{98 - int(turned) % 97:02d}{account}"


def identifiers():
    """Kind, and one that looks like those people write; none is a real one but by chance."""
    for gap in (" ", ".", "-", "", "\u202f", "\u00a0"):
        for _ in range(5):
            pairs = [digits(2) for _ in range(4)]
            yield "PHONE", gap.join([f"0{dice.randint(1, 9)}", *pairs])
            first = f"+33{gap if gap not in '.-' else ' '}{dice.randint(1, 9)}"
            yield "PHONE", gap.join([first, *pairs])
    for _ in range(10):
        yield "PHONE", f"({dice.randint(201, 989)}) {digits(3)}-{digits(4)}"
        yield "PHONE", f"{dice.randint(201, 989)}-{digits(3)}-{digits(4)}"
        yield "PHONE", f"+1 {dice.randint(201, 989)} {digits(3)} {digits(4)}"
        yield "PHONE", f"+44 20 {dice.randint(3, 8)}{digits(3)} {digits(4)}"
        yield "PHONE", f"+49 30 {dice.randint(1, 9)}{digits(7)}"
        yield "PHONE", f"+32 4{digits(2)} {digits(2)} {digits(2)} {digits(2)}"
        yield "PHONE", f"020 7{digits(3)} {digits(4)}"
    for country, length in (("FR", 27), ("DE", 22), ("BE", 16), ("GB", 22), ("ES", 24)):
        for _ in range(6):
            made = iban(country, length)
            if country == "GB":
                continue
            yield "IBAN", made
            yield "IBAN", grouped(made, *[4] * 9).strip()
    for _ in range(15):
        siret = luhn(digits(13))
        yield "SIRET", grouped(siret, 3, 3, 3, 5)
        yield "SIRET", siret
    for _ in range(15):
        card = luhn(f"4{digits(14)}")
        yield "CARD", grouped(card, 4, 4, 4, 4)
        yield "CARD", grouped(card, 4, 4, 4, 4, by="-")
    for name in ("paul.martin", "achats", "j-durand", "a.b+crm", "élodie"):
        for site in ("exemple.fr", "mail.example.co.uk", "example.com", "sous-domaine.exemple.eu"):
            yield "EMAIL", f"{name}@{site}"
            yield "URL", f"https://{site}/{name.strip('é')}?id={digits(3)}"
            yield "URL", f"www.{site}"
            yield "URL", site


FOUND = sorted(set(identifiers()))

FIGURES = [
    "20 000 000 €", "+20 000 000 €", "1 234 567,89 €", "10 000 000 000 000", "150k€", "1,5 million", "12 %", "+20 %",
    "2026", "31/03/2026", "2026-03-31", "31 mars 2026", "30 June 2026", "T3 2026", "Q4", "3 à 5", "10-15", "100 000",
    "1.234.567", "1,234,567", "$60,000", "£1,500,000", "×3", "50/50", "1 000", "0,5 point", "0.75", "45 000 000",
    "123 456 789 €", "987 654 321", "01/02/2026", "1er janvier", "24/7", "B2B", "18 % à 25 %", "+5 points",
    "12 345 678 901 €", "300 400", "2 500 appels", "08h30", "2025-2026", "30 06 2026", "1 000 000 000 k€", "06/2026",
    "de 0,8 à 1,2", "100 à 200 clients", "31.03.2026", "+12 345 678 EUR", "+1 000 000", "-15 %", "12,5 %", "007",
    "30.De plus", "1.5.de", "2026.It", "500 clients.De plus", "45.000.it",
]  # fmt: skip


def test_there_are_enough_of_both():
    assert len(FOUND) >= 200
    assert len(FIGURES) >= 50


@pytest.mark.parametrize(
    "sentence", ["{}", "Appeler {} avant vendredi", "Contact : {}.", "Ask ({}) for 30 leads, please"]
)
def test_every_identifier_is_masked_and_comes_back(sentence):
    kept = []
    for kind, value in FOUND:
        text = sentence.format(value)
        masked = mask(text)
        if value in masked.text or f"[{kind}_A]" not in masked.text or masked.restore(masked.text) != text:
            kept.append((kind, value, masked.text))
    assert not kept


@pytest.mark.parametrize("sentence", ["{}", "Atteindre {} d'ici fin juin", "Reach {}.", "entre {} et plus ({})"])
def test_no_figure_and_no_day_is_ever_masked(sentence):
    texts = [
        sentence.format(figure, figure) if sentence.count("{}") > 1 else sentence.format(figure) for figure in FIGURES
    ]
    assert [text for text in texts if mask(text).text != text] == []


def test_figures_as_programs_write_them_are_not_masked():
    wrong = []
    for _ in range(3_000):
        value = dice.randint(1, 10 ** dice.randint(1, 12))
        for shown in (
            f"{value:,}",
            f"{value:,}".replace(",", " "),
            f"{value:,}".replace(",", "\u202f"),
            f"{value:,}".replace(",", "."),
        ):
            for text in (f"atteindre {shown} €", f"reach {shown} calls", f"+{shown} €"):
                wrong += [text] if mask(text).text != text else []
    assert not wrong


def test_the_same_identifier_keeps_its_name_and_others_get_their_own():
    masked = mask("a@b.fr, c@d.fr puis a@b.fr")
    assert masked.text == "[EMAIL_A], [EMAIL_B] puis [EMAIL_A]"
    assert masked.kept == {"[EMAIL_A]": "a@b.fr", "[EMAIL_B]": "c@d.fr"}


def test_many_identifiers_come_back_each_in_its_place():
    text = " ; ".join(f"u{at}@exemple.fr" for at in range(60))
    assert mask(text).restore(mask(text).text) == text


def test_what_a_prompt_holds_has_neither_identifier_nor_figure():
    said = minimised(
        "Relancer paul@exemple.fr au 06 12 34 56 78 pour signer 30 contrats à 12 000 € d'ici le 31 mars 2026"
    )
    assert "paul" not in said
    assert not mentions.find(said)
    assert not any(char.isdigit() for char in said)
    assert "contrats" in said


# The workspace's people

PEOPLE = ("Anne Zelmira", "Jean-Paul Béranger", "April Jones", "Mars Delatour", "Owen Trent")


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Anne Zelmira doit signer 30 contrats", "Zelmira"),
        ("Que l'équipe d'Anne signe 30 contrats", "Anne"),
        ("ANNE ZELMIRA, 30 contrats", "ZELMIRA"),
        ("Le portefeuille de Béranger, 30 contrats", "Béranger"),
        ("Beranger signe 30 contrats", "Beranger"),
        ("Owen's team signs 30 contracts", "Owen"),
        ("April Jones signs 30 contracts by 31 March", "Jones"),
    ],
)
def test_the_workspace_s_people_are_masked_and_come_back(text, hidden):
    for masked in (mask(text, PEOPLE), pointable(text, PEOPLE)):
        assert hidden not in masked.text
        assert "[PERSON_A]" in masked.text
        assert masked.restore(masked.text) == text
    assert hidden not in minimised(text, PEOPLE)


@pytest.mark.parametrize(
    "text",
    [
        "Signer 30 contrats avant Mars",
        "Sign 30 contracts by April 2027",
        "Sign 30 contracts in April",
        "Signer 30 contrats en Mars 2027",
        "marquer des points",
        "Signer trente contrats d'ici le 31 mars 2027",
        "la Beauce et les Annexes",
    ],
)
def test_no_part_of_a_date_and_no_other_word_is_taken_for_somebody(text):
    assert mask(text, PEOPLE).text == text


def test_a_figure_and_a_day_are_named_for_who_points_and_come_back():
    text = "Viser 30 contrats, ou 12,5 % de plus, d'ici le 31 mars 2027"
    masked = pointable(text)
    assert not any(char.isdigit() for char in masked.text)
    assert "[DAY_A]" in masked.text
    assert "[FIGURE_B]" in masked.text
    assert masked.restore(masked.text) == text


def test_only_people_come_back_in_what_a_model_says():
    names = people_of("Anne Zelmira (anne@exemple.fr)", PEOPLE)
    assert names.restore("[PERSON_A] et [EMAIL_A]") == "Anne Zelmira et [EMAIL_A]"
