"""docs/kpis.md and the catalogues: every indicator that is counted and every remark beside a figure has its words."""

import re
from pathlib import Path

import pytest

from coach.core import series
from coach.core.series import telling
from coach.wording import catalogue

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/kpis.md").read_text("utf-8")
SOURCES = "".join(path.read_text("utf-8") for path in (ROOT / "coach/core/series").glob("*.py"))
CAVEATS = {
    *(code for codes in telling._ALWAYS.values() for code in codes),
    *re.findall(r'yield "(\w+)"', SOURCES), *re.findall(r'remark\(.*?"(\w+)"\)', SOURCES), "figures_unreadable",
} - {"derived", "upsell_revenue"}  # fmt: skip


def test_every_indicator_that_records_tell_is_on_the_page():
    assert {code for code in series.COUNTERS if f"`{code}`" not in PAGE} == set()


def test_every_remark_is_on_the_page_and_in_both_languages():
    assert len(CAVEATS) > 8
    for code in CAVEATS:
        assert f"| `{code}` |" in PAGE, code
        for language in ("fr", "en"):
            assert catalogue(language).find(f"caveat.{code}"), (language, code)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_state_level_method_and_status_has_its_words(language):
    words = catalogue(language)
    keys = [
        *(f"connection.state.{one}" for one in ("ok", "degraded", "needs_reconnect", "unavailable")),
        *(f"connection.level.{one}" for one in ("exact", "convention", "proxy", "none")),
        *(f"method.{one}" for one in ("exact", "proxy", "manual")),
        *(f"sync.status.{one}" for one in ("queued", "running", "done", "partial", "failed")),
        *(f"entity.{one}" for one in ("owners", "pipelines", "companies", "deals", "activities", "quotes", "leads", "surveys")),
        *(f"sync.problem.{one}" for one in ("needs_reconnect", "blocked", "scope", "quota", "misanswered", "crm_unavailable", "crm_refused", "connector")),
    ]  # fmt: skip
    assert [key for key in keys if words.find(key) is None] == []
