"""What is said, in both languages: complete catalogues, French typography, messages that never leak a code."""

import datetime as dt
import functools
import re
import string
import time

import pytest
import readings
from hypothesis import given, settings
from hypothesis import strategies as st
from readings import contracts, goal, growth, no_goal

from coach import errors, flow, i18n, wording
from coach.core import smart
from coach.core.drafting.words import Noun
from coach.core.kpis import KPIS
from coach.core.model import (
    CADENCES,
    CRITERIA,
    Assessment,
    Component,
    Context,
    Conventions,
    Finding,
    Message,
    Profile,
    Question,
    QuickReply,
    Reading,
    Suggestion,
    Turn,
)
from coach.core.model.calibration import NotEnoughHistory
from coach.core.model.dialogue import Notice
from coach.core.smart.rules import KINDS, RULES, message_key
from coach.core.smart.slots import ORDER
from coach.core.smart.thresholds import REGISTRY
from coach.wording import Catalogue, word

N = "\u202f"
NOUN_FORMS = set(Noun._fields)
"""Forms of an indicator's name ("de rendez-vous", "many meetings"): each language uses its own."""

LANGUAGES = ("fr", "en")
both = pytest.mark.parametrize("language", LANGUAGES)


def texts(language: str) -> dict[str, tuple[str, ...]]:
    return {key: (text,) if isinstance(text, str) else text for key, text in i18n.messages(language).items()}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def every_error() -> list[type[errors.CoachError]]:
    found, waiting = [], [errors.CoachError]
    while waiting:
        found.append(waiting.pop())
        waiting += found[-1].__subclasses__()
    return [error for error in found if error.__module__ == errors.__name__]


# -- the catalogues ---------------------------------------------------------------------------------------------------


def test_both_languages_say_the_same_things_with_the_same_parameters():
    fr, en = texts("fr"), texts("en")
    assert set(fr) == set(en)
    for key in fr:
        used = [{frozenset(placeholders(text) - NOUN_FORMS) for text in said[key]} for said in (fr, en)]
        assert used[0] == used[1], key
        assert len(fr[key]) == len(en[key]), key


@both
def test_no_message_is_empty_nor_holds_anything_but_plain_parameters(language):
    for key, forms in texts(language).items():
        for text in forms:
            assert text.strip(), key
            assert all(re.fullmatch(r"[a-z_]+", name) for name in placeholders(text)), key


@both
def test_apostrophes_are_typographic(language):
    assert [key for key, forms in texts(language).items() if any("'" in text for text in forms)] == []


_NOT_FRENCH = re.compile(r"[!?…]{2,}|https?://\S+|\b[A-Z][a-z]+-[A-Z][a-z]+: ")
"""Addresses, and header names as they are typed ("Content-Type: …")."""

_FRENCH_SPACES = re.compile(rf"[^{N}\s(][;!?%€»]|[^{N}\s]:(?!//|\d)|[ \u00a0][;:!?%€»]|«[^{N}]")


def test_french_puts_a_narrow_space_before_high_punctuation_and_inside_quotation_marks():
    wrong = {
        key: text
        for key, forms in texts("fr").items()
        for text in forms
        if _FRENCH_SPACES.search(_NOT_FRENCH.sub("", text))
    }
    assert wrong == {}


@pytest.mark.parametrize("text", ["Combien?", "Combien ?", "« mot »", f"25{N}% de: x", "«mot»"])
def test_the_typography_test_can_fail(text):
    assert _FRENCH_SPACES.search(text)


@both
def test_every_conclusion_of_every_rule_is_worded(language):
    words = Catalogue(language)
    wanted = [key for rule in RULES.values() for key in rule.message_keys]
    assert [key for key in wanted if key not in words] == []
    assert [f"rule.{id}" for id in RULES if f"rule.{id}" not in words] == []


@both
def test_every_word_of_the_trade_is_in_the_catalogue(language):
    words = Catalogue(language)
    wanted = [
        *(f"criterion.{name}" for name in (*CRITERIA, "relevant")),
        *(f"verdict.{verdict}" for verdict in ("pass", "warn", "fail", "unknown")),
        *(f"metric.{id}{form}" for id in KPIS for form in ("", ".the", ".of")),
        *(f"unit.{unit}" for unit in ("count", "%", "points", "x", "days", "hours", "months", "none")),
        *(f"cadence.{name}.{form}" for name in CADENCES for form in ("noun", "per", "each", "rhythm")),
        *(f"maturity.{name}" for name in ("junior", "confirmed", "senior")),
        *(f"company.{name}" for name in ("sme", "scale_up")),
        *(f"{kind}.{slot}" for slot in ORDER for kind in ("slot", "slot_why")),
        *(f"horizon.{name}" for name in ("short", "medium", "long")),
        *(f"axis.{kpi.axis}" for kpi in KPIS.values()),
        *(f"countable.{level}" for kpi in KPIS.values() for level in kpi.crm.values()),
        *(f"threshold.{id}" for id in REGISTRY),
        *(f"threshold_source.{id}" for id in REGISTRY),
        *(f"warning.{rule.warning}" for rule in RULES.values() if rule.warning),
        *(f"suggestion.non_goal.{kind}" for kind in KINDS),
        *(f"error.{error.code}{part}" for error in every_error() for part in ("", ".remedy")),
    ]
    assert [key for key in wanted if key not in words] == []


def test_there_is_no_message_for_a_rule_that_does_not_exist():
    known = {key for rule in RULES.values() for key in rule.message_keys}
    assert {key for key in texts("fr") if key.startswith("finding.")} == known
    assert {key for key in texts("fr") if key.startswith("rule.")} == {f"rule.{id}" for id in RULES}


def test_a_catalogue_loads_in_a_moment():
    i18n.messages("fr")  # the parser's own import is paid once
    taken = []
    for _ in range(3):
        start = time.process_time()
        i18n.messages.__wrapped__("fr")
        taken.append(time.process_time() - start)
    assert min(taken) < 0.12  # seconds of processor for more than a thousand messages


# -- the catalogue as shells use it -----------------------------------------------------------------------------------


def test_parameters_are_rendered_by_locale():
    fr, en, gb = Catalogue("fr"), Catalogue("en"), Catalogue("en", "en-GB")
    samples = [
        ({"amount": 12_000, "unit": "EUR"}, f"12{N}000{N}€", "€12,000"),
        ({"amount": 1, "unit": "count", "metric": "calls"}, "1 appel", "1 call"),
        ({"amount": 30, "unit": "count", "metric": "calls"}, "30 appels", "30 calls"),
        ({"amount": 30, "unit": "count", "metric": "unheard_of"}, "30", "30"),
        ({"amount": 20, "unit": "%", "metric": "calls"}, f"20{N}%", "20%"),
        ({"share": 0.155, "signed": True}, f"+15,5{N}%", "+15.5%"),
        ({"share": -0.2, "signed": True}, f"-20{N}%", "-20%"),
        ({"share": 0.2}, f"20{N}%", "20%"),
        ({"date": "2027-03-01"}, "1er mars 2027", "1 March 2027"),
        (dt.date(2027, 3, 1), "1er mars 2027", "1 March 2027"),
        ({"quote": "x"}, f"«{N}x{N}»", "“x”"),
        ({"key": "verdict.pass"}, Catalogue("fr").gettext("verdict.pass"), Catalogue("en").gettext("verdict.pass")),
        ({"key": "crm.acme", "text": "Acme"}, "Acme", "Acme"),
        (1234.5, f"1{N}234,5", "1,234.5"),
        (None, "", ""),
        ("tel quel {x}", "tel quel {x}", "tel quel {x}"),
    ]
    for value, in_french, in_english in samples:
        assert (fr.render(value), en.render(value)) == (in_french, in_english)
    assert gb.render({"date": "2027-03-01"}) == "1 March 2027"


def test_a_number_chooses_singular_or_plural():
    fr, en = Catalogue("fr"), Catalogue("en")
    assert [fr.gettext("metric.calls", n=n) for n in (0, 1, 1.5, 2)] == ["appel", "appel", "appel", "appels"]
    assert [en.gettext("metric.calls", n=n) for n in (0, 1, 2)] == ["calls", "call", "calls"]


def test_a_language_without_catalogue_is_answered_in_english():
    assert Catalogue("und").language == "en"
    assert Catalogue("pt-BR").gettext("verdict.pass") == Catalogue("en").gettext("verdict.pass")
    assert Catalogue("FR_ca").language == "fr"


def test_an_unknown_key_shows_itself_and_can_be_told_apart():
    words = Catalogue("fr")
    assert words.gettext("nothing.at.all") == "nothing.at.all"
    assert words.find("nothing.at.all") is None
    assert "nothing.at.all" not in words


def test_a_missing_parameter_shows_its_name_instead_of_failing():
    assert "{day}" in Catalogue("fr").gettext("finding.time_bound.deadline.pass")


# -- an assessment worded ---------------------------------------------------------------------------------------------


def said(assessment: Assessment) -> list[Finding]:
    return [f for review in assessment.criteria.values() for f in review.findings] + list(assessment.fit)


def by_rule(
    reading: Reading, language: str = "fr", context: Context | None = None, **conventions
) -> dict[str, Finding]:
    profile = Profile(context=context or Context(), conventions=Conventions(**conventions))
    return {f.rule: f for f in said(word(smart.review(reading, profile), language))}


QUOTES = goal(
    "Hisser nos devis de 40 à 55 par mois d’ici le 30 juin",
    metric="quotes_sent", value=55, unit="count", baseline=40, change="from_to", direction="increase", cadence="month",
    deadline=dt.date(2026, 6, 30), words={"metric": "devis", "value": "55", "baseline": "40", "deadline": "le 30 juin"},
)  # fmt: skip


def test_messages_quote_the_manager_s_words_and_write_figures_in_the_language():
    fr, en = by_rule(QUOTES), by_rule(QUOTES, "en")
    assert fr["specific.object"].message == f"L’objet est clair{N}: «{N}devis{N}»."
    assert fr["measurable.target"].message == f"On saura le compter{N}: «{N}devis{N}» et «{N}55{N}»."
    assert fr["time_bound.deadline"].message == f"L’échéance est claire{N}: 30 juin 2026."
    assert en["specific.object"].message == "The object is clear: “devis”."
    assert en["time_bound.deadline"].message == "The due date is clear: 30 June 2026."


def test_neighbouring_words_are_quoted_as_one_phrase_and_distant_ones_are_not():
    text = "Faire 40 nouveaux devis, soit 3 par jour"
    assert wording.said_words(text, ((6, 8), (18, 23)), "fr") == f"«{N}40{N}» et «{N}devis{N}»"
    assert wording.said_words(text, ((6, 8), (9, 17)), "fr") == f"«{N}40 nouveaux{N}»"
    assert wording.said_words(text, ((18, 23), (25, 29)), "en") == "“devis” and “soit”"  # a comma parts them
    assert wording.said_words("x" * 200, (), "en") == "“" + "x" * 79 + "…”"


@both
def test_one_junior_and_five_hundred_contracts_is_told_with_figures_and_their_sources(language):
    team = Context(headcount=1, maturity="junior")
    found = by_rule(contracts(500, readings.IN_A_MONTH), language, team)["realistic.load"]
    assert "1" in re.findall(r"\d+", found.message)
    sources = [piece.text for piece in found.evidence if piece.kind == "convention"]
    assert len(sources) == 5
    assert all("Source" in text for text in sources)
    assert any("marketbetter.ai" in text for text in sources)


def test_evidence_shows_the_workspace_s_own_figure_as_its_own():
    team = Context(headcount=1)
    found = by_rule(contracts(9), "fr", team, thresholds={"realistic.win_rate_usual": 0.3})["realistic.load"]
    text = next(piece.text for piece in found.evidence if piece.ref == "realistic.win_rate_usual")
    assert "30" in text
    assert "salesmotion" not in text
    assert Catalogue("fr").gettext("evidence.workspace") in text


def test_the_manager_s_words_are_never_read_as_a_template():
    text = "{rule.__class__} {0} %s {{n}} 3 clients"
    reading = goal(text, metric="new_customers", value=3, unit="count", words={"metric": text})
    assert text in by_rule(reading)["specific.object"].message


@both
@pytest.mark.parametrize("kind", KINDS)
def test_a_text_that_is_no_goal_gets_a_kind_word_and_a_way_on(kind, language):
    assessment = word(smart.review(no_goal(kind)), language)
    assert assessment.criteria["specific"].findings[0].message
    assert assessment.suggestions[0].message


def test_a_suggestion_shows_the_manager_s_sentence_with_a_blank_and_no_figure():
    reading = goal("Vendre davantage.", metric="deals_won", direction="increase")
    examples = {one.criterion: one.example for one in word(smart.review(reading), "fr").suggestions}
    assert examples == {
        "specific": "Vendre davantage, auprès de [segment visé]",
        "measurable": f"Vendre davantage{N}: [nombre] contrats signés",
        "time_bound": "Vendre davantage d’ici le [date]",
    }


@pytest.mark.parametrize("text", ["Vendre. " * 40, "…"])
def test_no_example_is_built_from_a_novel_nor_from_nothing(text):
    reading = goal(text, metric="deals_won")
    assert {one.example for one in word(smart.review(reading), "fr").suggestions} == {None}


def test_no_example_adds_to_a_sentence_that_has_a_blank_already():
    reading = goal("Vendre X % de plus en Y mois", metric="revenue", placeholder=True)
    assert {one.example for one in word(smart.review(reading), "fr").suggestions} == {None}


def test_no_example_mixes_two_languages():
    reading = goal("Vendre davantage", metric="deals_won")
    assert {one.example for one in word(smart.review(reading), "en").suggestions} == {None}


def test_what_is_already_written_stays():
    assessment = word(smart.review(QUOTES), "fr")
    assert word(assessment, "en") == assessment
    kept = Suggestion(slot="target", code="measurable.target", message="À moi", example="Ainsi")
    assert word(assessment.model_copy(update={"suggestions": (kept,)}), "en").suggestions == (kept,)


def test_codes_verdicts_and_spans_are_not_touched():
    before, after = smart.review(QUOTES), word(smart.review(QUOTES), "fr")
    assert [(f.rule, f.code, f.verdict, f.spans, f.params) for f in said(before)] == [
        (f.rule, f.code, f.verdict, f.spans, f.params) for f in said(after)
    ]
    assert after.reading == before.reading


_CODE = re.compile(r"[{}]|finding\.|metric\.|None|\bnan\b")


@both
@given(
    st.sampled_from([QUOTES, contracts(500), growth(20), growth(100), growth(5000), contracts(0), no_goal("problem")]),
    st.builds(
        Context,
        maturity=st.sampled_from([None, "junior", "senior"]),
        company=st.sampled_from([None, "sme", "scale_up"]),
        headcount=st.sampled_from([None, 0, 1, 12]),
        ramping=st.sampled_from([None, 1, 7]),
        market_growth=st.sampled_from([None, -0.1, 0.1]),
        extra_means=st.sampled_from([None, True, False]),
        sales_cycle_days=st.sampled_from([None, 900]),
        goals_running=st.sampled_from([None, 1, 4]),
        crm=st.sampled_from([None, "hubspot", "acme"]),
        strategy=st.sampled_from([(), ("Le devis d’abord",)]),
    ),
    st.sampled_from([None, NotEnoughHistory(metric="x", unit="count", periods=2, needed=4, grain="month")]),
)
@settings(max_examples=60)
def test_no_message_leaks_a_code_a_parameter_or_a_language(language, reading, context, history):
    profile = Profile(context=context, conventions=Conventions(r_means="both"))
    assessment = word(smart.review(reading, profile, history), language)
    for finding in said(assessment):
        assert finding.message
        assert not _CODE.search(finding.message), finding.message
        assert all(not _CODE.search(piece.text) for piece in finding.evidence)
    for suggestion in assessment.suggestions:
        assert not _CODE.search(suggestion.message)


def test_every_parameter_of_every_message_is_one_its_rule_gives():
    """Each rule's own parameters are gathered by running it; a message may use those and ``quote`` alone."""
    given_by: dict[str, set[str]] = {}
    full = Context(
        headcount=1, maturity="junior", market_growth=0.1, extra_means=False, sales_cycle_days=999, ramping=1,
        goals_running=5, company="sme", strategy=("Devis",),
    )  # fmt: skip
    several = goal("…", Component(metric="calls", value=1), Component(metric="revenue"))
    odd = [goal("…", metric="closing_rate", value=v, unit=u, baseline=b, change=c) for v, u, b, c in (
        (60, "none", None, "absolute"), (60, "%", 70, "from_to"), (60, "%", None, "absolute"))]  # fmt: skip
    for reading in (QUOTES, contracts(500), contracts(5, dt.date(2025, 1, 1)), growth(20), growth(100), several, *odd):
        for context in (Context(), full):
            for finding in said(
                smart.review(reading, Profile(context=context, conventions=Conventions(r_means="both")))
            ):
                given_by.setdefault(message_key(finding), set()).update(finding.params)
    for key, params in given_by.items():
        for text in texts("fr")[key]:
            assert placeholders(text) <= params | {"quote"}, key


# -- a turn worded ----------------------------------------------------------------------------------------------------


def test_a_turn_is_worded_from_its_codes():
    question = Question(
        id="deadline.1",
        slot="deadline",
        code="deadline.first",
        replies=(QuickReply(code="unknown"), QuickReply(code="skip")),
    )
    notice = Notice(code="language.switched")
    coach, manager = (
        Message(id="1", role="coach", text="", question=question, notices=(notice,)),
        Message(id="2", role="manager", text="{vendre}"),
    )
    turn = Turn(status="open", language="fr", question=question, messages=(coach, manager), notices=(notice,))
    worded = word(turn.model_copy(update={"assessment": smart.review(QUOTES)}), "fr")
    words = Catalogue("fr")
    assert worded.question.text == words.gettext("question.deadline.first")
    assert worded.question.why == words.gettext("question.deadline.why")
    assert [reply.text for reply in worded.question.replies] == [
        words.gettext("reply.unknown"),
        words.gettext("reply.skip"),
    ]
    assert worded.messages[0].text == f"{worded.notices[0].text} {worded.question.text}"
    assert worded.messages[1].text == "{vendre}"
    assert worded.assessment.criteria["specific"].findings[0].message


def test_a_model_s_wording_of_a_question_is_kept():
    question = Question(id="1", slot="deadline", code="deadline.first", text="Et pour quand ?", why="Parce que.")
    worded = word(Turn(status="open", language="fr", question=question), "fr")
    assert (worded.question.text, worded.question.why) == ("Et pour quand ?", "Parce que.")


@functools.cache
def _one_draft():
    return flow.draft("Signer 12 contrats d’ici le 30 juin 2026", today=dt.date(2026, 1, 15))[0]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["prudent", "balanced", "ambitious"]),
            st.sampled_from(["result", "level", "rhythm", "total", "milestone"]),
            st.sampled_from(["rules", "manager", "some/model"]),
        ),
        max_size=5,
    ),
    st.sampled_from(["fr", "en"]),
)
def test_two_drafts_shown_together_never_carry_the_same_title(kinds, language):
    one = _one_draft()
    drafts = [
        one.model_copy(update={"variant": variant, "framing": framing, "author": author})
        for variant, framing, author in kinds
    ]
    titles = wording.titles(drafts, Catalogue(language))
    assert len(set(titles)) == len(drafts)
    assert not [title for title in titles if "draft." in title]


def test_drafts_are_told_apart_by_how_demanding_they_are_or_by_how_they_put_it():
    today = dt.date(2026, 1, 15)
    ranged = flow.draft("Signer entre 10 et 15 contrats d’ici le 30 juin 2026", today=today)
    framed = flow.draft("Signer 12 contrats d’ici le 30 juin 2026", today=today)
    assert set(wording.titles(ranged, Catalogue("fr"))) == {"Équilibré", "Prudent", "Ambitieux"}
    assert wording.titles(framed, Catalogue("fr"))[0] == "L’essentiel"
