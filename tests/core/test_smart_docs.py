"""Every rule, threshold and indicator is documented, in both languages, with what the code holds."""

from pathlib import Path

import pytest

from coach.core import rendering
from coach.core.kpis import KPIS
from coach.core.smart.rules import RULES
from coach.core.smart.thresholds import REGISTRY

PAGES = {"en": "rules.md", "fr": "rules.fr.md"}
both = pytest.mark.parametrize("language", PAGES)


RULE, THRESHOLD, INDICATOR = 6, 5, 9
"""Columns of each table: a rule and a threshold may share their id."""


def rows(language: str, columns: int) -> dict[str, str]:
    """The lines of the page's tables of so many columns, by the code that opens them."""
    page = Path(__file__).parents[2] / "docs" / PAGES[language]
    if not page.exists():
        pytest.skip("the documentation is not beside these tests")
    lines = [line for line in page.read_text("utf-8").splitlines() if line.startswith("| `")]
    return {line.split("`")[1]: line for line in lines if line.count("|") == columns + 1}


@both
def test_every_rule_is_documented_with_what_it_may_conclude_and_compares_with(language):
    found = rows(language, RULE)
    for rule in RULES.values():
        assert rule.id in found, rule.id
        missing = [code for code in (*rule.outcomes, *rule.thresholds) if f"`{code}`" not in found[rule.id]]
        assert missing == [], rule.id


@both
def test_every_threshold_is_documented_with_its_value(language):
    found = rows(language, THRESHOLD)
    for threshold in REGISTRY.values():
        value = threshold.default * 100 if threshold.unit == "ratio" else threshold.default
        assert f"| {rendering.number(value, language)} |" in found[threshold.id], threshold.id


@both
def test_every_indicator_is_documented_with_how_each_crm_counts_it(language):
    found = rows(language, INDICATOR)
    for kpi in KPIS.values():
        assert found[kpi.id].endswith(f"| {kpi.better} | {kpi.crm['hubspot']} | {kpi.crm['pipedrive']} |")


@both
def test_nothing_is_documented_that_does_not_exist(language):
    assert set(rows(language, RULE)) == set(RULES)
    assert set(rows(language, THRESHOLD)) == set(REGISTRY)
    assert set(rows(language, INDICATOR)) == set(KPIS)
