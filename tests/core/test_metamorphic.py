"""The same goal put in another way reads the same; a changed figure or date changes what it should and nothing else."""

import datetime as dt
import random
import re
import unicodedata

import pytest
from sentences import score

from coach.core.facts.reading import extract

TODAY = dt.date(2026, 1, 15)
GOALS = [row for row in score.rows() if row["labels"]["class"] == "smart" and row["lang"] in ("fr", "en")]
SHARE = 0.97  # of the sentences that a variant must leave as they are

WORDS = {
    "fr": {5: "cinq", 6: "six", 7: "sept", 8: "huit", 9: "neuf", 10: "dix", 12: "douze", 15: "quinze", 20: "vingt", 30: "trente"},
    "en": {5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten", 12: "twelve", 15: "fifteen", 20: "twenty", 30: "thirty"},
}  # fmt: skip


def facts(text):
    first = extract(text, today=TODAY).first
    return first.metric, first.value, first.unit, first.baseline, first.deadline, first.change


def unaccented(text):
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


def in_words(text, lang):
    def spelt(found):
        return WORDS[lang].get(int(found.group()), found.group())

    return re.sub(
        r"(?<![\d.,/:-])\b\d{1,2}\b(?![\d.,/:%kKM-]|\s?(?:%|€|\$|k€|M€|janv|févr|mars|avr|juin|july?|june))",
        spelt,
        text,
    )


VARIANTS = {
    "upper case": lambda text, lang: text.upper(),
    "lower case": lambda text, lang: text.lower(),
    "no accents": lambda text, lang: unaccented(text),
    "typographic apostrophes": lambda text, lang: text.replace("'", "’"),
    "no-break spaces": lambda text, lang: text.replace(" ", "\u00a0"),
    "narrow no-break spaces": lambda text, lang: re.sub(r" (?=[%€:;!?])", "\u202f", text),
    "double spaces": lambda text, lang: re.sub(r"(?<!\d) (?!\d)", "  ", text),
    "full stop": lambda text, lang: text.rstrip(".") + ".",
    "emoji": lambda text, lang: text + " 🚀",
    "heading": lambda text, lang: ("Objectif : " if lang == "fr" else "Goal: ") + text,
    "bullet": lambda text, lang: "- " + text,
    "quotes": lambda text, lang: f"« {text} »" if lang == "fr" else f"“{text}”",
}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_facts_do_not_depend_on_how_it_is_typed(variant, lang):
    rows = [row for row in GOALS if row["lang"] == lang]
    wrong = [
        (facts(row["text"]), facts(VARIANTS[variant](row["text"], lang)), row["text"])
        for row in rows
        if facts(row["text"]) != facts(VARIANTS[variant](row["text"], lang))
    ]
    assert len(wrong) <= (1 - SHARE) * len(rows), f"{len(wrong)} of {len(rows)}: {wrong[:5]}"


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_number_in_words_is_the_same_number(lang):
    changed = [(row["text"], in_words(row["text"], lang)) for row in GOALS if row["lang"] == lang]
    changed = [(text, spelt) for text, spelt in changed if spelt != text]
    assert len(changed) >= 40
    wrong = [(text, spelt) for text, spelt in changed if facts(text) != facts(spelt)]
    assert len(wrong) <= (1 - SHARE) * len(changed), wrong[:5]


@pytest.mark.parametrize(
    "notations",
    [
        ["150 k€", "150k€", "150 K€", "150 000 €", "150.000 €", "150\u202f000\u00a0€", "150 000 euros", "0,15 M€"],
        ["$150k", "$150,000", "150,000 dollars", "150k USD", "US$150,000"],
        ["1,5 M€", "1 500 000 €", "1,5 million d'euros", "1.500.000 €"],
    ],
    ids=["euros", "dollars", "millions"],
)
def test_an_amount_is_the_same_in_every_notation(notations):
    english = notations[0].startswith("$")
    frame = (
        "Generate {} in revenue by the end of June" if english else "Réaliser {} de chiffre d'affaires d'ici fin juin"
    )
    assert len({facts(frame.format(amount)) for amount in notations}) == 1


@pytest.mark.parametrize(
    "periods",
    [
        [
            "au T3",
            "au Q3",
            "au 3e trimestre",
            "au troisième trimestre",
            "d'ici fin T3",
            "d'ici fin septembre",
            "avant le 30 septembre",
        ],
        ["in Q3", "by the end of Q3", "in the third quarter", "by the end of September", "by September 30"],
        ["d'ici 6 mois", "d'ici six mois", "sous 6 mois", "dans les 6 mois"],
    ],
    ids=["T3", "Q3", "six months"],
)
def test_a_period_is_the_same_in_every_wording(periods):
    english = periods[0].startswith("in Q")
    frame = "Sign 14 contracts {}" if english else "Signer 14 contrats {}"
    assert len({extract(frame.format(period), today=TODAY).first.deadline for period in periods}) == 1


def test_one_wrong_letter_in_a_long_word_mostly_changes_nothing():
    chance = random.Random(408)
    tried = same = 0
    for row in GOALS:
        metric = extract(row["text"], today=TODAY).first.spans.get("metric")
        if not metric:
            continue
        start, end = metric[0]
        words = list(re.finditer(r"[^\W\d_]{8,}", row["text"][start:end]))
        if not words:
            continue
        word = words[-1]
        at = start + word.start() + chance.randrange(2, len(word.group()) - 2)
        typo = row["text"][:at] + row["text"][at + 1] + row["text"][at] + row["text"][at + 2 :]
        if typo == row["text"]:
            continue
        tried += 1
        same += facts(typo)[1:] == facts(row["text"])[1:]
    assert tried >= 60
    assert same / tried >= 0.9, f"{same} of {tried}"


def test_a_doubled_target_doubles_the_value_and_nothing_else():
    for row in GOALS:
        goal = extract(row["text"], today=TODAY).first
        spans = goal.spans.get("value")
        if not spans or goal.value is None or goal.unit != "count" or goal.change != "absolute" or goal.value_max:
            continue
        start, end = spans[0]
        if not row["text"][start:end].isdigit():
            continue
        doubled = row["text"][:start] + str(int(goal.value) * 2) + row["text"][end:]
        after = extract(doubled, today=TODAY).first
        assert (after.value, after.metric, after.deadline) == (goal.value * 2, goal.metric, goal.deadline), doubled


@pytest.mark.parametrize("shift", [1, 30, 365])
def test_relative_deadlines_move_with_the_day_and_dates_do_not(shift):
    later = TODAY + dt.timedelta(days=shift)
    assert extract("Signer 14 contrats dans 10 jours", today=later).first.deadline == later + dt.timedelta(days=10)
    assert extract("Signer 14 contrats avant le 3 mai 2029", today=later).first.deadline == dt.date(2029, 5, 3)
