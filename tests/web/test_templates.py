"""What template authors must not write, since the policy of every page would refuse it in silence."""

import re
from pathlib import Path

import pytest

import coach.web
from coach.web.texts import LANGUAGES, translator

FOLDER = Path(coach.web.__file__).parent
TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))
SOURCES = [*TEMPLATES, *sorted(FOLDER.rglob("*.py"))]
ids = [path.name for path in TEMPLATES]


@pytest.mark.parametrize("path", TEMPLATES, ids=ids)
def test_no_template_holds_inline_style_handler_or_script(path):
    text = path.read_text()
    assert not re.search(r"<[^>]*\sstyle\s*=", text)
    assert not re.search(r"<[^>]*\son\w+\s*=", text)
    assert "<style" not in text
    assert "javascript:" not in text
    assert all(
        " src=" in tag and tag.endswith("</script>") for tag in re.findall(r"<script[^>]*>.*?</script>", text, re.S)
    )


@pytest.mark.parametrize("path", TEMPLATES, ids=ids)
def test_no_template_names_another_host_or_turns_escaping_off(path):
    text = path.read_text()
    assert not re.search(r"https?://|//[a-z]+\.", text)
    assert "|safe" not in text.replace(" ", "")
    assert "autoescape" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=ids)
def test_every_form_that_changes_something_carries_its_token(path):
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", path.read_text(), re.S):
        assert "token_field()" in form


@pytest.mark.parametrize("path", TEMPLATES, ids=ids)
def test_every_icon_is_hidden_from_those_who_hear_the_page_and_every_chart_is_told(path):
    for tag in re.findall(r"<svg[^>]*>", path.read_text()):
        assert 'aria-hidden="true"' in tag or ('role="img"' in tag and "aria-labelledby" in tag)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", SOURCES, ids=[str(path.relative_to(FOLDER)) for path in SOURCES])
def test_every_text_that_a_page_names_is_in_both_catalogues(path, language):
    t = translator(language)
    for key in re.findall(r"\bt\(\s*[\"']([\w.-]+)[\"']\s*[,)]", path.read_text()):
        assert t(key) is not None


def test_the_catalogues_say_the_same_things_in_both_languages():
    from coach import i18n

    french, english = (
        {key: text for key, text in i18n.messages(each).items() if key.startswith("web.")} for each in ("fr", "en")
    )
    assert french.keys() == english.keys()
    for key in french:
        assert french[key].strip(), key
        fields = re.findall(r"\{(\w+)", french[key])
        assert sorted(fields) == sorted(re.findall(r"\{(\w+)", english[key])), key


def test_french_texts_have_french_spaces_and_apostrophes():
    from coach import i18n

    for key, text in i18n.messages("fr").items():
        if key.startswith("web.") and key != "web.colon":
            assert "'" not in text, key
            assert not re.search(r"[^\u202f\s(][;!?%€»]|[^\u202f\d/]:(?!%)(?!/)", text), (key, text)
            assert not re.search(r"«(?!\u202f)", text), key


def _families() -> list[str]:
    """The texts that pages name by a value, for every value there is."""
    from typing import get_args

    from coach.core.model import CADENCES, CRITERIA, Slot, Variant, Verdict
    from coach.core.model.draft import Framing
    from coach.core.model.reading import NonGoalKind
    from coach.core.smart.thresholds import REGISTRY
    from coach.service.values import GoalStatus

    kinds = {
        "criterion": CRITERIA,
        "verdict": get_args(Verdict),
        "slot": get_args(Slot),
        "slot_why": get_args(Slot),
        "cadence": CADENCES,
        "source": ("user", "kpi", "calibration", "convention"),
        "draft.variant": get_args(Variant),
        "draft.framing": get_args(Framing),
        "draft.broken": ("stopped", "cut", "failed", "absent"),
        "goal.status": get_args(GoalStatus),
        "history.status": ("open", "drafted", "adopted"),
        "non_goal": get_args(NonGoalKind),
        "threshold": REGISTRY,
        "threshold_source": REGISTRY,
        "error": ("400", "403", "404", "405", "409", "413", "422", "500", "503"),
    }
    return [f"{family}.{value}" for family, values in kinds.items() for value in values]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_that_a_page_may_show_has_its_words(language):
    t = translator(language)
    assert [key for key in _families() if not t(key)] == []


def test_every_source_of_a_rule_is_named_as_readers_know_it():
    from coach.core.smart.rules import RULES
    from coach.web.views.card import cited

    for language, word in (("fr", "article de méthode"), ("en", "method article")):
        said = {cited(rule.source, translator(language)) for rule in RULES.values()}
        assert any(word in each for each in said)
        assert not [each for each in said if "seed article" in each or "labelled sentences" in each]


def test_no_text_waits_for_a_language_in_code():
    script = (FOLDER / "static" / "coach.js").read_text()
    assert "innerHTML" not in script
    assert "insertAdjacentHTML" not in script
    assert "eval(" not in script
    assert not re.search(r"textContent = \"[^\"]+\"", script)


def test_the_pictures_in_docs_show_these_templates():
    from tests.web import screens

    if not screens.DIGEST.exists():
        pytest.skip("the pictures are not in this copy")
    assert screens.DIGEST.read_text().strip() == screens.digest(), "take them again: make screens"
