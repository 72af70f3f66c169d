"""The built-in drafter: what it writes for every kind of goal, in both languages, and where its figures come from."""

from datetime import date

import pytest

from coach.core import drafting
from coach.core.drafting import formulas, framings, mentions, prose, sentence
from coach.core.model import METRICS, Brief, Component, Condition, Context, Profile, Source

TODAY = date(2026, 1, 15)
MARCH = date(2026, 3, 31)
DECEMBER = date(2026, 12, 31)


def said(quote: str = "dit", **params: object) -> Source:
    return Source(kind="user", ref="e1:0-3", code="user", params={"quote": quote, **params})


def brief(
    language: str = "fr",
    *,
    locale: str | None = None,
    context: Context | None = None,
    sources: dict | None = None,
    **facts: object,
) -> Brief:
    if facts.get("value") is not None:
        facts.setdefault("change", "absolute")
    if facts.get("deadline"):
        facts.setdefault("time_basis", "horizon")
    known = {
        name: said()
        for name in ("metric", "value", "baseline", "deadline", "cadence", "segment", "channel", "means", "conditions")
    }
    goal = Component(**facts)  # pyright: ignore[reportArgumentType]
    profile = Profile(context=context or Context())
    return Brief(
        goal=goal, sources={**known, **(sources or {})}, profile=profile, language=language, locale=locale, today=TODAY
    )


def plain(text: str) -> str:
    """The text with ordinary spaces and apostrophes, so that the expectations stay readable."""
    return text.replace("\u202f", " ").replace("\u00a0", " ").replace("’", "'")


def write(language: str = "fr", **facts: object) -> str:
    return plain(sentence.write(brief(language, **facts)).text)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("facts", "french", "english"),
    [
        (
            {"metric": "qualified_meetings", "value": 30, "unit": "count", "deadline": MARCH},
            "Obtenir 30 rendez-vous qualifiés d'ici le 31 mars 2026",
            "Book 30 qualified meetings by 31 March 2026",
        ),
        (
            {"metric": "calls", "value": 50, "unit": "count", "cadence": "week", "deadline": MARCH},
            "Passer 50 appels par semaine jusqu'au 31 mars 2026",
            "Make 50 calls per week until 31 March 2026",
        ),
        (
            {"metric": "new_customers", "value": 1, "unit": "count", "deadline": MARCH},
            "Signer 1 nouveau client d'ici le 31 mars 2026",
            "Win 1 new customer by 31 March 2026",
        ),
        (
            {"metric": "revenue", "value": 150_000, "unit": "EUR", "deadline": MARCH},
            "Réaliser 150 000 € de chiffre d'affaires d'ici le 31 mars 2026",
            "Generate €150,000 in revenue by 31 March 2026",
        ),
        (
            {
                "metric": "revenue",
                "value": 20,
                "unit": "%",
                "change": "relative",
                "direction": "increase",
                "baseline": 100_000,
                "baseline_unit": "EUR",
                "deadline": MARCH,
            },
            "Augmenter le chiffre d'affaires de 20 % d'ici le 31 mars 2026 (base de départ : 100 000 €)",
            "Increase revenue by 20% by 31 March 2026 (starting from €100,000)",
        ),
        (
            {"metric": "margin", "value": 2, "unit": "x", "change": "relative", "deadline": DECEMBER},
            "Doubler la marge d'ici le 31 décembre 2026",
            "Double the margin by 31 December 2026",
        ),
        (
            {"metric": "leads", "value": 7, "unit": "x", "change": "relative"},
            "Multiplier le nombre de leads par 7",
            "Multiply the number of leads by 7",
        ),
        (
            {
                "metric": "closing_rate",
                "value": 25,
                "unit": "%",
                "baseline": 18,
                "change": "from_to",
                "deadline": MARCH,
            },
            "Faire passer le taux de closing de 18 % à 25 % d'ici le 31 mars 2026",
            "Raise the closing rate from 18% to 25% by 31 March 2026",
        ),
        (
            {"metric": "closing_rate", "value": 5, "unit": "points", "change": "relative", "direction": "increase"},
            "Améliorer le taux de closing de 5 points",
            "Improve the closing rate by 5 points",
        ),
        (
            {"metric": "churn", "value": 5, "unit": "%"},
            "Ramener le taux d'attrition à 5 %",
            "Bring the churn rate down to 5%",
        ),
        (
            {"metric": "churn", "value": 20, "unit": "%", "change": "relative", "direction": "decrease"},
            "Réduire le taux d'attrition de 20 %",
            "Reduce the churn rate by 20%",
        ),
        (
            {"metric": "renewal_rate", "value": 90, "unit": "%", "direction": "maintain"},
            "Maintenir le taux de renouvellement à 90 %",
            "Keep the renewal rate at 90%",
        ),
        (
            {"metric": "nps", "value": 45, "unit": "points", "comparator": ">"},
            "Atteindre un NPS supérieur à 45",
            "Reach an NPS above 45",
        ),
        (
            {"metric": "margin", "value": 40, "unit": "%", "comparator": ">"},
            "Atteindre une marge supérieure à 40 %",
            "Reach a margin above 40%",
        ),
        (
            {
                "metric": "quotes_sent",
                "value": 20,
                "unit": "%",
                "comparator": ">=",
                "change": "relative",
                "direction": "increase",
            },
            "Augmenter d'au moins 20 % le nombre de devis envoyés",
            "Increase the number of quotes sent by at least 20%",
        ),
        (
            {"metric": "leads", "value": 10, "value_max": 15, "unit": "count", "cadence": "month"},
            "Générer 10-15 leads par mois",
            "Generate 10-15 leads per month",
        ),
        (
            {"metric": "deals_won", "value": 5, "unit": "count", "change": "relative", "direction": "increase"},
            "Signer 5 contrats de plus",
            "Close 5 more deals",
        ),
        (
            {"metric": "average_deal_size", "value": 8_000, "unit": "EUR"},
            "Porter le panier moyen à 8 000 €",
            "Bring the average deal size to €8,000",
        ),
        (
            {
                "metric": "quotes_sent",
                "value": 60,
                "baseline": 40,
                "unit": "count",
                "change": "from_to",
                "cadence": "month",
            },
            "Passer de 40 à 60 devis par mois",
            "Go from 40 to 60 quotes per month",
        ),
        (
            {"metric": "upsell_revenue", "direction": "increase"},
            "Augmenter les ventes additionnelles",
            "Increase upsell revenue",
        ),
        (
            {"metric": "qualified_meetings", "direction": "increase"},
            "Obtenir davantage de rendez-vous qualifiés",
            "Book more qualified meetings",
        ),
        (
            {
                "metric": "revenue",
                "value": 90_000,
                "unit": "EUR",
                "start": date(2026, 4, 1),
                "deadline": date(2026, 6, 30),
            },
            "Réaliser 90 000 € de chiffre d'affaires entre le 1er avril 2026 et le 30 juin 2026",
            "Generate €90,000 in revenue between 1 April 2026 and 30 June 2026",
        ),
    ],
)
def test_each_kind_of_goal_has_its_idiomatic_sentence_in_both_languages(facts, french, english):
    assert write("fr", **facts) == french
    assert write("en", **facts) == english


@pytest.mark.parametrize(
    ("language", "segment", "ending"),
    [
        ("fr", "PME", "auprès des PME"),
        ("fr", "les PME industrielles", "auprès des PME industrielles"),
        ("fr", "secteur bancaire", "dans le secteur bancaire"),
        ("fr", "pharma", "sur le segment pharma"),
        ("fr", "Belgique", "sur le périmètre Belgique"),
        ("fr", "nos clients actuels", "auprès de nos clients actuels"),
        ("fr", "auprès des mairies", "auprès des mairies"),
        ("en", "SMEs", "with SMEs"),
        ("en", "the banking sector", "in the banking sector"),
        ("en", "healthcare", "in the healthcare segment"),
        ("en", "Belgium", "in Belgium"),
        ("en", "our existing clients", "with our existing clients"),
        ("en", "12 pilot sites", "with 12 pilot sites"),
    ],
)
def test_a_segment_is_brought_in_by_the_preposition_it_wants(language, segment, ending):
    assert write(language, metric="qualified_meetings", value=30, unit="count", segment=segment).endswith(f" {ending}")


def test_the_preposition_the_manager_used_is_kept():
    kept = {"segment": said("directeurs d'usine", lead="avec des")}
    assert write(metric="qualified_meetings", value=30, segment="directeurs d'usine", sources=kept).endswith(
        "avec des directeurs d'usine"
    )


@pytest.mark.parametrize(
    ("means", "ending"),
    [
        ("un nouveau CRM", "grâce à un nouveau CRM"),
        ("le salon de Lyon", "grâce au salon de Lyon"),
        ("les webinaires", "grâce aux webinaires"),
        ("grâce à la téléprospection", "grâce à la téléprospection"),
        ("recruter un vendeur", "(levier : recruter un vendeur)"),
    ],
)
def test_french_contracts_the_article_of_a_means(means, ending):
    assert write(metric="quotes_sent", value=60, unit="count", means=means).endswith(ending)


def test_a_condition_stands_after_the_due_date_and_agrees():
    wanted = (Condition(metric="margin", comparator=">=", value=30, unit="%", span=(0, 1)),)
    facts = {"metric": "new_customers", "value": 5, "unit": "count", "deadline": MARCH, "conditions": wanted}
    assert write("fr", **facts).endswith("d'ici le 31 mars 2026, avec une marge d'au moins 30 %")
    assert write("en", **facts).endswith("by 31 March 2026, with a margin of at least 30%")


def test_words_of_the_manager_that_say_more_than_the_catalogue_are_kept():
    assert (
        write(metric="deals_won", metric_raw="contrats de maintenance", value=5, unit="count")
        == "Signer 5 contrats de maintenance"
    )
    assert write(metric="deals_won", metric_raw="contrats", value=5, unit="count") == "Signer 5 contrats"
    assert (
        write(metric="other", metric_raw="délai de réponse", value=24, unit="hours", direction="decrease")
        == "Ramener le délai de réponse à 24 heures"
    )


def test_american_managers_get_american_dates():
    text = sentence.write(brief("en", locale="en-US", metric="calls", value=50, deadline=MARCH)).text
    assert text.endswith("by March 31, 2026")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("metric", METRICS)
def test_every_indicator_can_be_worded_and_every_figure_is_marked(metric, language):
    unit = {"closing_rate": "%", "churn": "%", "revenue": "EUR"}.get(metric, "count")
    made = drafting.draft(
        brief(
            language,
            metric=metric,
            metric_raw="dossiers" if metric == "other" else None,
            value=30,
            unit=unit,
            deadline=MARCH,
        )
    )
    assert 1 <= len(made) <= drafting.MOST
    for candidate in made:
        for name in ("statement", "rationale", "announcement", "guardrail", "incentive"):
            text = getattr(candidate, name)
            marked = sorted(figure.span for figure in candidate.figures if figure.text == name)
            assert sorted(found.span for found in mentions.find(text)) == marked, text
            assert not set("{}") & set(text)


def test_no_prose_of_the_lexicon_holds_a_figure():
    for language in ("fr", "en"):
        for name in ("rationale", "guardrail", "incentive", "unknowns", "announcement"):
            for text in drafting.words.table(language)[name].values():
                assert mentions.find(text) == (), text


def test_french_prose_has_french_spaces_and_apostrophes():
    for name in ("rationale", "guardrail", "incentive", "announcement"):
        for text in drafting.words.table("fr")[name].values():
            assert "'" not in text
            assert " :" not in text
            assert " ;" not in text


# Framings and formulas


def framed(language: str = "fr", **facts: object) -> dict[str, str]:
    return {one.framing: plain(one.statement.text) for one in framings.frame(brief(language, **facts))}  # pyright: ignore[reportArgumentType]


def test_a_rhythm_divides_the_target_by_the_periods_left():
    made = framed(metric="qualified_meetings", value=30, unit="count", deadline=date(2026, 4, 15))
    assert made["rhythm"].endswith("d'ici le 15 avril 2026, soit 10 par mois")


def test_a_rhythm_that_does_not_divide_is_rounded_up_and_says_so():
    made = framed("en", metric="qualified_meetings", value=29, unit="count", deadline=date(2026, 4, 15))
    assert made["rhythm"].endswith("that is at least 10 per month")


def test_a_rhythm_that_would_overshoot_the_target_is_not_told():
    assert "rhythm" not in framed(metric="new_customers", value=5, unit="count", deadline=date(2026, 4, 15))


def test_a_cadence_is_summed_up_to_the_due_date():
    made = framed(metric="calls", value=50, unit="count", cadence="week", deadline=date(2026, 4, 15))
    assert made["total"].endswith("soit au moins 600 au total")


def test_a_change_from_a_base_is_told_by_the_level_it_leads_to():
    facts = {
        "metric": "revenue",
        "value": 20,
        "unit": "%",
        "change": "relative",
        "direction": "increase",
        "baseline": 150_000,
    }
    made = framed(**facts, deadline=MARCH, baseline_unit="EUR")
    assert (
        made["level"]
        == "Faire passer le chiffre d'affaires de 150 000 € à 180 000 € d'ici le 31 mars 2026, soit une hausse de 20 %"
    )


def test_the_halfway_mark_is_half_of_the_way_on_a_working_day():
    made = framed(
        "en", metric="closing_rate", value=25, unit="%", baseline=18, change="from_to", deadline=date(2026, 7, 15)
    )
    assert made["milestone"].endswith("with a checkpoint at 21.5% on 16 April 2026")
    worked = formulas.halfway(brief(metric="leads", value=30, unit="count", deadline=date(2026, 7, 15)))
    assert worked is not None
    assert worked[1].weekday() < 5


def test_both_ends_of_a_range_are_proposed():
    made = framings.frame(brief(metric="leads", value=10, value_max=15, unit="count", deadline=MARCH))
    assert [(one.variant, one.goal.value, one.goal.value_max) for one in made] == [
        ("balanced", 10, 15),
        ("prudent", 10, None),
        ("ambitious", 15, None),
    ]


def test_juniors_get_the_rhythm_first_and_seniors_the_result():
    facts = {"metric": "qualified_meetings", "value": 30, "unit": "count", "deadline": date(2026, 4, 15)}
    assert framings.frame(brief(context=Context(maturity="junior"), **facts))[0].framing == "rhythm"
    assert framings.frame(brief(context=Context(maturity="senior"), **facts))[0].framing == "result"


def test_a_goal_without_a_figure_gets_one_wording_and_invents_none():
    (only,) = framings.frame(brief(metric="revenue", direction="increase", deadline=MARCH))
    assert [mark.role for mark in only.statement.marks] == ["deadline"]


# What stands around a goal


@pytest.mark.parametrize(
    ("deadline", "metric", "cadence"),
    [
        (date(2026, 2, 10), "revenue", "week"),
        (MARCH, "revenue", "month"),
        (MARCH, "qualified_meetings", "week"),
        (DECEMBER, "revenue", "quarter"),
        (DECEMBER, "qualified_meetings", "quarter"),
        (None, "revenue", "month"),
    ],
)
def test_a_goal_is_followed_at_the_rhythm_of_its_horizon(deadline, metric, cadence):
    assert prose.follow_up(brief(metric=metric, value=30, deadline=deadline)).cadence == cadence


def test_the_stated_strategy_comes_first_in_the_rationale_and_in_the_message():
    context = Context(strategy=("Doubler le Nord en 2027",))
    made = drafting.draft(brief(metric="revenue", value=30, unit="EUR", deadline=MARCH, context=context))[0]
    assert made.rationale.startswith("Cet objectif sert votre priorité «\u202fDoubler le Nord en 2027\u202f».")
    assert "«\u202fDoubler le Nord en 2027\u202f»" in made.announcement
    assert {figure.source.ref for figure in made.figures if figure.text == "rationale"} == {"context.strategy"}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_profiles_change_the_rationale_and_the_incentive(language):
    made = {
        (maturity, company): drafting.draft(
            brief(language, metric="revenue", value=30, unit="EUR", context=Context(maturity=maturity, company=company))
        )[0]
        for maturity in ("junior", "confirmed", "senior")
        for company in ("sme", "scale_up")
    }
    assert len({one.rationale for one in made.values()}) == 6
    assert len({one.incentive for one in made.values()}) == 6


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_incentive_comes_with_a_warning_against_gaming(language):
    word = {"fr": "Attention", "en": "Beware"}[language]
    for metric in METRICS:
        assert word in drafting.draft(brief(language, metric=metric, value=30, unit="count"))[0].incentive


def test_what_is_unknown_is_named_for_the_team_to_confirm():
    asked = brief(metric="revenue", direction="increase").model_copy(update={"unknowns": ("target", "deadline")})
    assert plain(drafting.draft(asked)[0].rationale).endswith(
        "À confirmer avec l'équipe : le niveau visé et l'échéance."
    )


def test_the_goals_guards_are_among_the_indicators_followed():
    plan = prose.follow_up(brief(metric="revenue", value=1, unit="EUR"))
    assert plan.indicators == ("revenue", "margin")


def test_half_the_way_between_two_counts_is_a_whole_number():
    told = brief(metric="deals_won", value=15, baseline=10, unit="count", change="from_to", deadline=DECEMBER)
    middle, _, _ = formulas.halfway(told)
    assert middle.value == 13
    assert middle.source.params["result"]["amount"] == 13
