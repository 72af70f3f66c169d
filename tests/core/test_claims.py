"""What a wording says beside its figures: direction, relation, time, names, letters. A true figure in a lie is a lie."""

import datetime as dt

import pytest

from coach.core import conversation as talk
from coach.core import drafting, verification
from coach.core.model import Context, Draft, Profile

TODAY = dt.date(2026, 1, 15)
NOBODY = Profile()
AMBITIONS = {
    "fr": "Faire passer le taux de closing de 18 % à 22 % d'ici fin juin",
    "en": "Raise the closing rate from 18% to 22% by the end of June",
}
REVENUE = {
    "fr": ("Augmenter le chiffre d'affaires de 20 % d'ici fin juin", "nous sommes à 150 000 € aujourd'hui"),
    "en": ("Increase revenue by 20% by the end of June", "we are at £150,000 today"),
}
ENDS = {"fr": " d’ici le 30 juin 2026", "en": " by 30 June 2026"}


def brief_of(text, *answers, profile=NOBODY):
    said = [talk.Said(id=f"m{at}", day=TODAY, text=one) for at, one in enumerate((text, *answers))]
    events = (*said, talk.SkippedAll(id="all", day=TODAY))
    return talk.fold(events, today=TODAY, profile=profile).brief(TODAY)


def codes(said, statement=None, **texts):
    brief = brief_of(*([said] if isinstance(said, str) else said))
    made = drafting.draft(brief)[0].model_copy(update={"author": "test/model", **texts})
    if statement is not None:
        made = made.model_copy(update={"statement": statement})
    read = verification.verify(made, brief)
    return set() if isinstance(read, Draft) else {one.code for one in read.objections}


def language_of(text):
    return (
        "en" if text.startswith(("Raise", "Increase", "Cut", "Lower", "Do", "Avoid", "Never", "Lift", "Grow")) else "fr"
    )


FAITHFUL = [
    "Faire passer le taux de closing de 18 % à 22 %{}.",
    "Porter le taux de closing à 22 %{}, contre 18 % aujourd’hui.",
    "Porter le taux de closing de 18 % à 22 %{}, avec toute l’équipe.",
    "Raise the closing rate from 18% to 22%{}.",
    "Raise the closing rate to 22%{}, from 18% today.",
    "Lift the closing rate from 18% to 22%{} as a team.",
]

LIES = [
    # an amount instead of a level, and ends that changed places
    "Augmenter le taux de closing de 22 % à partir de 18 %{}.",
    "Augmenter le taux de closing de 22 % par rapport à 18 %{}.",
    "Augmenter le taux de closing de 18 % pour le porter à 22 %{}.",
    "Faire passer le taux de closing de 22 % à 18 %{}.",
    "Faire passer le taux de closing à 18 % contre 22 %{}.",
    "Increase the closing rate by 22% from 18%{}.",
    "Increase the closing rate by 22%, starting at 18%,{}.",
    "Raise the closing rate from 22% to 18%{}.",
    "Raise the closing rate to 18%, up from 22%,{}.",
    # the other way
    "Réduire le taux de closing de 18 % à 22 %{}.",
    "Ramener le taux de closing à 22 % contre 18 % aujourd’hui{}.",
    "Ne pas faire passer le taux de closing de 18 % à 22 %{}.",
    "Éviter de faire passer le taux de closing de 18 % à 22 %{}.",
    "Cut the closing rate from 18% to 22%{}.",
    "Lower the closing rate to 22% from 18%{}.",
    "Do not raise the closing rate from 18% to 22%{}.",
    "Avoid raising the closing rate from 18% to 22%{}.",
    "Never let the closing rate go from 18% to 22%{}.",
    # bounds, rhythm, another indicator
    "Faire passer le taux de closing de 18 % à moins de 22 %{}.",
    "Faire passer le taux de closing de 18 % à 22 % chaque mois{}.",
    "Faire passer le taux d’attrition de 18 % à 22 %{}.",
    "Raise the closing rate from 18% to under 22%{}.",
    "Raise the closing rate from 18% to 22% every month{}.",
    "Raise the churn rate from 18% to 22%{}.",
    # a time that nobody gave
    "Faire passer le taux de closing de 18 % à 22 %{}, dès lundi prochain.",
    "Faire passer le taux de closing de 18 % à 22 %{}, avant Noël.",
    "Faire passer le taux de closing de 18 % à 22 %{}, au T3.",
    "Raise the closing rate from 18% to 22%{}, starting next Monday.",
    "Raise the closing rate from 18% to 22%{}, before Christmas.",
    # somebody
    "Faire passer le taux de closing de 18 % à 22 %{} avec Paul Durand.",
    "Faire passer le taux de closing de 18 % à 22 %{} comme le veut Zelmira.",
    "Faire passer le taux de closing de 18 % à 22 %{} avec sophie.",
    "Raise the closing rate from 18% to 22%{} with John Smith.",
    "Raise the closing rate from 18% to 22%{}, as Zelmira asked.",
    # numbers in words, in other languages, in other letters
    "Faire passer le taux de closing de 18 % à 22 %{}, le double.",
    "Faire passer le taux de closing de 18 % à 22 %{}, soit une poignée de contrats.",
    "Faire passer le taux de closing de 18 % à 22 %{}, soit сinq cents contrats.",
    "Faire passer le taux de closing de 18 % à 22 %{}, soit c\u200binq c\u200bents contrats.",
    "Faire passer le taux de closing de 18 % à 22 %{}, soit ⠼⠑⠚⠚ contrats.",
    "Faire passer le taux de closing de 18 % à 22 %{}, soit 五百 contrats.",
    "Faire passer le taux de closing de 18 % à 22 %{}, soit ⓣⓡⓔⓝⓣⓔ contrats.",
    "Faire passer le taux de closing de 18 % à 22 %{}, soit fünfhundert contrats.",
    "Raise the closing rate from 18% to 22%{}, or quinientos deals.",
    "Raise the closing rate from 18% to 22%{}, or fivе hundred deals.",
    "Raise the closing rate from 18% to 22%{}, or ᶠⁱᵛᵉ ʰᵘⁿᵈʳᵉᵈ deals.",
    "Raise the closing rate from 18% to 22%{}, or t\u0336wenty deals.",
    "Raise the closing rate from 18% to 22%{}, tenfold.",
    "Raise the closing rate from 18% to 22%{}, or a handful of deals.",
]


@pytest.mark.parametrize("template", FAITHFUL)
def test_a_faithful_wording_passes(template):
    language = language_of(template)
    assert codes(AMBITIONS[language], template.format(ENDS[language])) == set()


@pytest.mark.parametrize("template", LIES)
def test_a_wording_whose_figures_are_true_and_whose_meaning_is_not_is_refused(template):
    language = language_of(template)
    assert codes(AMBITIONS[language], template.format(ENDS[language]))


@pytest.mark.parametrize(
    ("template", "lie"),
    [
        ("Augmenter le chiffre d’affaires de 20 %{}, par rapport à 150 000 €.", False),
        ("Augmenter le chiffre d’affaires de 150 000 €{}, par rapport à 20 %.", True),
        ("Porter le chiffre d’affaires à 20 %{}, par rapport à 150 000 €.", True),
        ("Réduire le chiffre d’affaires de 20 %{}, par rapport à 150 000 €.", True),
        ("Increase revenue by 20% from £150,000{}.", False),
        ("Increase revenue to 20% from £150,000{}.", True),
        ("Grow revenue by £150,000 from 20%{}.", True),
        ("Cut revenue by 20% from £150,000{}.", True),
    ],
)
def test_a_change_stays_a_change_of_what_it_starts_from(template, lie):
    language = "fr" if "chiffre" in template else "en"
    assert bool(codes(REVENUE[language], template.format(ENDS[language]))) == lie


PROSE = {
    "fr": [
        "Notre équipe gagnera à passer de 22 % à 18 %.",
        "Cela doublera nos ventes.",
        "Parce que Paul Durand le demande.",
        "Parce que le taux de closing doit baisser.",
        "À livrer dès lundi prochain.",
        "Nos clients de Zelmiravie l’attendent.",
        "Une poignée de clients suffira.",
        "Cela vaut сinquante contrats.",
    ],
    "en": [
        "Our team gains by going from 22% to 18%.",
        "It will double our sales.",
        "Because John Smith asks for it.",
        "Because the closing rate must fall.",
        "It starts next Monday for everyone.",
        "A handful of customers will do.",
        "It is worth fіfty deals.",
    ],
}


@pytest.mark.parametrize(("language", "text"), [(name, one) for name, texts in PROSE.items() for one in texts])
@pytest.mark.parametrize("field", ["rationale", "incentive", "announcement"])
def test_the_texts_around_a_goal_claim_nothing_either(language, text, field):
    assert codes(AMBITIONS[language], **{field: text})


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Mieux conclure récompense le travail de préparation de toute l’équipe."),
        ("fr", "Chaque opportunité compte, et le CRM le montre à chacun."),
        ("fr", "Notre présence sur LinkedIn y aidera."),
        ("en", "Closing better rewards the work that went into every opportunity."),
        ("en", "Every deal counts, and the CRM shows it to everyone."),
    ],
)
def test_plain_reasons_pass(language, text):
    assert codes(AMBITIONS[language], rationale=text) == set()


def test_the_manager_s_own_words_may_hold_names_and_denials():
    ambition = "Signer 30 contrats auprès des clients de Zelmira Conseil d'ici fin juin"
    brief = brief_of(ambition)
    assert brief.goal.segment
    for one in drafting.draft(brief):
        assert isinstance(verification.verify(one.model_copy(update={"author": "test/model"}), brief), Draft)


def test_a_strategy_s_words_may_be_repeated():
    profile = Profile(context=Context(strategy=("Gagner la confiance des Hautes-Alpes",)))
    brief = brief_of(AMBITIONS["fr"], profile=profile)
    made = drafting.draft(brief)[0].model_copy(
        update={"author": "test/model", "rationale": "Cet objectif sert : gagner la confiance des Hautes-Alpes."}
    )
    assert isinstance(verification.verify(made, brief), Draft)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_built_in_draft_keeps_passing(language):
    for said in ((AMBITIONS[language],), REVENUE[language]):
        brief = brief_of(*said)
        made = drafting.draft(brief)
        assert made
        assert all(isinstance(verification.verify(one, brief), Draft) for one in made)
