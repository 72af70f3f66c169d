"""The same goal in French and in English gets the same verdicts."""

import pytest
from sentences import score

FLOOR = 0.98
VERDICTS = ("kind", "specific", "measurable", "time_bound", "deadline", "value", "unit", "metric")


def verdict(text, name):
    """A verdict or a fact of a text, whatever the label says: parity compares the two languages only."""
    assessment = score.assess(text)
    if name == "kind":
        return assessment.reading.kind
    if assessment.reading.kind == "non_goal":
        return None
    if name in ("specific", "measurable", "time_bound"):
        return score.passes(assessment, name)
    return getattr(assessment.reading.first, name)


@pytest.fixture(scope="module")
def pairs():
    found: dict[str, dict[str, str]] = {}
    for row in score.rows("pairs.jsonl"):
        found.setdefault(row["pair"], {})[row["lang"]] = row["text"]
    return found


@pytest.mark.parametrize("name", VERDICTS)
def test_french_and_english_mean_the_same(pairs, name):
    apart = [
        f"{id}: {(texts['fr'], verdict(texts['fr'], name))} {(texts['en'], verdict(texts['en'], name))}"
        for id, texts in pairs.items()
        if verdict(texts["fr"], name) != verdict(texts["en"], name)
    ]
    assert len(apart) <= (1 - FLOOR) * len(pairs), "\n".join(apart)


@pytest.mark.parametrize("name", VERDICTS)
def test_the_verdicts_vary_so_that_parity_is_no_accident(pairs, name):
    assert len({verdict(texts["fr"], name) for texts in pairs.values()}) >= 2
