"""The cases are what their datasheet says: enough, varied, each in one split, each reference readable, none borrowed."""

import re
from collections import Counter
from pathlib import Path

import pytest

from coach import flow
from coach.core.model import METRICS
from coach.evals import cases, words
from coach.evals.people import PERSONAS, Manager
from tests.evals.playing import OURS, goals

ROOT = Path(__file__).parents[2]
SHEET = (OURS.parent / "DATASHEET.md").read_text("utf-8")


def test_there_are_enough_goals_of_every_kind():
    every = goals()
    assert len(every) >= 240
    assert len({one.cluster for one in every}) >= 24
    assert {one.axis for one in every} == {"prospecting", "revenue", "conversion", "productivity", "retention"}
    assert {one.maturity for one in every} == {"junior", "confirmed", "senior"}
    assert {one.company for one in every} == {"sme", "scale_up"}
    assert {want.metric for one in every for want in one.wants} == set(METRICS)
    languages = Counter(one.lang for one in every)
    assert min(languages.values()) >= 110
    for cluster in {one.cluster for one in every}:
        assert {one.lang for one in every if one.cluster == cluster} == {"fr", "en"}


def test_a_family_stands_in_one_split_and_both_splits_have_enough():
    splits: dict[str, set[str]] = {}
    for one in goals():
        splits.setdefault(one.cluster, set()).add(one.split)
    assert all(len(found) == 1 for found in splits.values())
    assert min(Counter(one.split for one in goals()).values()) >= 100


def test_no_two_managers_say_the_same():
    said = [" ".join(words.tokens(one.ambition)) for one in goals()]
    assert len(set(said)) == len(said)
    near = [
        (one, other)
        for at, one in enumerate(said)
        for other in said[at + 1 :]
        if len(one.split()) > 6 and words.share(one, other) > 0.85
    ]
    assert not near


@pytest.mark.parametrize("case", goals(), ids=lambda case: case.id)
def test_a_reference_holds_the_figures_it_asks_for(case):
    for want in case.wants:
        read = flow.check(want.text, today=case.today, language=case.lang)
        assert read.reading.kind == "goal"
        first = read.reading.first
        assert first.value is not None
        if want.due is not None:
            assert first.deadline is not None
            assert want.due[0] <= first.deadline <= want.due[1]
        assert set(case.ask) <= set(case.answers)


def test_nearly_every_reference_is_smart_when_it_is_judged_like_any_text():
    judged = [flow.check(one.wants[0].text, today=one.today, language=one.lang) for one in goals()]
    assert sum(read.smart for read in judged) / len(judged) > 0.95


def test_every_character_answers_every_case_in_a_language_of_ours():
    from coach.core.model import Question

    for place, case in enumerate(goals()):
        manager = Manager(case, PERSONAS[place % 7])
        for slot in ("object", "target", "deadline", "baseline", "maturity", "company", "headcount", "means"):
            assert manager.reply(Question(id=slot, slot=slot, code=slot)).strip()


def test_there_are_enough_attacks_and_look_alikes_in_both_languages():
    attacks = Counter(one.language for one in cases.baits(OURS) if not one.benign)
    harmless = Counter(one.language for one in cases.baits(OURS) if one.benign)
    assert min(attacks["fr"], attacks["en"]) >= 150
    assert sum(harmless.values()) >= 100
    assert min(harmless.values()) >= 40


def test_there_are_histories_of_every_shape():
    every = cases.series(OURS)
    assert len(every) >= 48
    assert len({one.cluster for one in every}) >= 8
    assert {one.grain for one in every} == {"week", "month", "quarter"}
    assert all(len(one.values) >= 14 for one in every)


def test_the_datasheet_counts_right():
    every = goals()
    languages = Counter(one.lang for one in every)
    told = f"{len(every)} ({languages['fr']} French, {languages['en']} English) in {len({one.cluster for one in every})} families"
    assert told in SHEET
    families = {one.cluster: one.split for one in every}
    splits = Counter(families.values())
    assert f"`split`: {splits['dev']} families are `dev`" in SHEET
    assert f"{splits['held']} are `held`" in SHEET
    assert f"simulated | {len(cases.series(OURS))} in" in SHEET


def test_every_labelled_sentence_goes_into_the_wheel():
    built = (ROOT / "pyproject.toml").read_text("utf-8")
    for path in (ROOT / "tests" / "sentences").glob("*.jsonl"):
        assert f'"tests/sentences/{path.name}" = "coach/evals/data/cases/reading/{path.name}"' in built


def test_no_case_is_a_sentence_of_the_article():
    article = ROOT.parent / "shared" / "seed" / "article.fr.txt"
    if not article.is_file():
        pytest.skip("the article is not here")
    said = " ".join(words.tokens(article.read_text("utf-8")))
    borrowed = []
    for one in goals():
        for text in (one.ambition, *(want.text for want in one.wants)):
            told = words.tokens(text)
            if any(" ".join(told[at : at + 8]) in said for at in range(max(1, len(told) - 7)) if len(told) >= 8):
                borrowed.append((one.id, text))
    assert not borrowed


def test_no_case_is_a_sentence_the_reading_was_mended_on():
    known = {
        " ".join(words.tokens(row["text"])) for name in ("pairs", "single", "fresh", "later")
        for row in cases.rows(ROOT / "tests" / "sentences" / f"{name}.jsonl")
    }  # fmt: skip
    assert not [one.id for one in goals() if " ".join(words.tokens(one.ambition)) in known]


def test_no_name_of_a_machine_or_a_person_who_exists_is_in_the_cases():
    text = "".join(path.read_text("utf-8") for path in OURS.rglob("*.jsonl") if path.parent.name != "safety")
    assert not re.search(r"https?://|/(?:home|root|tmp)/|@\w+\.", text)
