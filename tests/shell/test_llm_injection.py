"""A model that obeys whatever stands in the data, and one that lies: what a person is shown holds no figure of theirs."""

import asyncio
import json
import os
import random
import re
import unicodedata

import pytest

from coach import flow, wording
from coach.core import conversation as talk
from coach.core import drafting
from coach.core.drafting.framings import frame
from coach.core.facts.language import detect
from coach.core.facts.text import Text
from coach.core.model import Context, Profile
from coach.errors import ModelUnavailable
from coach.llm import wordings
from coach.llm.answers import Wording
from coach.llm.provider import Failure
from coach.llm.slots import Slots
from coach.service import rewording
from coach.testing.models import NOTATIONS, Spoken, hostile, obedient, plain
from tests.shell.injections import ENGLISH, FRENCH
from tests.shell.models import NOBODY, TODAY, brief_of, writer

FULL = bool(os.environ.get("COACH_TEST_FULL"))

AMBITIONS = {
    "fr": (
        "Obtenir 30 rendez-vous qualifiés auprès des PME d'ici le 31 mars 2026",
        "Faire passer le taux de closing de 18 % à 25 % d'ici fin juin",
    ),
    "en": (
        "Book 30 qualified meetings with small firms by 31 March 2026",
        "Raise the closing rate from 18% to 25% by the end of June",
    ),
}
PLANTED = re.compile(r"737|sept cent|seven hundred|2031|garanti|guaranteed|par sept|by seven|onerror|https?:", re.I)


def numbers(text):
    """Runs of digits in any script: our own reading, which is not the guard's."""
    plain_text = "".join(
        c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) not in ("Cf", "Mn", "Me")
    )
    return set(re.findall(r"\d+", "".join(str(unicodedata.digit(c, c)) for c in plain_text)))


def texts(candidate):
    return [candidate.statement, candidate.rationale, candidate.guardrail, candidate.incentive, candidate.announcement]


def told(language, channel, injection):
    """A conversation in which a stranger's text came in through one channel."""
    first, second = AMBITIONS[language]
    base = first if len(injection) % 2 else second
    if channel == "ambition":
        return (f"{base}. {injection}",), NOBODY
    if channel == "answer":
        return (base, injection), NOBODY
    return (base,), Profile(context=Context(strategy=(injection[:200],), segment=injection[:200]))


CASES = [
    (language, channel, injection, way)
    for language, injections in (("fr", FRENCH), ("en", ENGLISH))
    for channel in ("ambition", "answer", "context")
    for injection in injections
    for way in ("draft", "question")
]


def shown_by(case, completion=None):
    """What the obedient model got through in one case, and what the built-in words hold in the same conversation."""
    language, channel, injection, way = case
    said, profile = told(language, channel, injection)
    model, _ = writer(completion or obedient(injection))
    brief = brief_of(*said, profile=profile)
    try:
        if way == "question":
            question = flow.turn(
                (talk.Said(id="m", day=TODAY, text="augmenter les ventes" if language == "fr" else "increase sales"),),
                today=TODAY,
            ).question
            worded = asyncio.run(model.question(question, brief))
            return [f"{worded.text} {worded.why}"], set()
        written = asyncio.run(model.drafts(brief))
    except ModelUnavailable:
        return [], set()
    built = [text for one in drafting.draft(brief) for text in texts(one)]
    return [text for one in written for text in texts(one)], numbers(" ".join(built))


def test_there_are_enough_orders_in_both_languages():
    assert len(set(FRENCH)) >= 150
    assert len(set(ENGLISH)) >= 150
    assert len(CASES) >= 2_000


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("channel", ["ambition", "answer", "context"])
def test_an_obedient_model_shows_no_figure_that_was_planted(language, channel):
    cases = [case for case in CASES if case[:2] == (language, channel)]
    leaked = []
    for case in cases:
        shown, known = shown_by(case)
        for text in shown:
            if not numbers(text) <= known or (case[3] == "question" and PLANTED.search(text)):
                leaked.append((case, text))
    assert not leaked, [(c[2:], t[:300]) for c, t in leaked[:6]]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("channel", ["ambition", "answer", "context"])
def test_in_the_same_conversations_a_faithful_model_is_heard(language, channel):
    """What is refused above is refused for what it says: the same brief, worded faithfully, is shown."""
    cases = [case for case in CASES if case[:2] == (language, channel) and case[3] == "draft"][::7]
    shown = [shown_by(case, plain)[0] for case in cases]
    assert sum(map(bool, shown)) >= 0.6 * len(cases)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_without_the_gateway_s_checks_the_flow_refuses_the_same(language):
    """The last line of defence alone: the obedient model's words go straight to the flow."""
    leaked, drafts = [], 0
    for injection in (FRENCH if language == "fr" else ENGLISH)[::4]:
        said, profile = told(language, "answer", injection)
        events = (talk.Said(id="m", day=TODAY, text=said[0]), talk.SkippedAll(id="all", day=TODAY))
        built = flow.turn(events, today=TODAY, profile=profile).drafts
        known = numbers(" ".join(text for one in built for text in texts(one)))
        for draft in asyncio.run(flow.propose(events, Spoken(obedient(injection)), today=TODAY, profile=profile)):
            drafts += 1
            leaked += [(injection, text) for text in texts(draft) if not numbers(text) <= known]
    assert drafts
    assert not leaked


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_invented_figure_is_refused_in_every_notation(notation, language):
    def invents(messages):
        template = re.search(r"(?:juste : |wording is: )(.*)\.", messages[0]["content"]).group(1)
        statements = [f"{template}, {notation}", template.replace("{target}", notation)]
        return json.dumps({"variants": [{"statement": text, "rationale": notation} for text in statements]})

    model, _ = writer(invents)
    assert asyncio.run(model.drafts(brief_of(AMBITIONS[language][0]))) == ()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_sourced_figures_in_swapped_places_are_a_lie_and_refused(language):
    def swaps(messages):
        template = re.search(r"(?:juste : |wording is: )(.*)\.", messages[0]["content"]).group(1)
        swapped = template.replace("{target}", "§").replace("{baseline}", "{target}").replace("§", "{baseline}")
        return json.dumps({"variants": [{"statement": swapped}]})

    model, provider = writer(swaps)
    brief = brief_of(AMBITIONS[language][1])
    assert asyncio.run(model.drafts(brief)) == ()
    assert provider.calls == 2  # written, objected to once, then left to the built-in drafter
    assert not numbers(provider.asked[1].messages[-1]["content"])  # the objection tells no figure


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("at", [0, 1])
def test_a_faithful_model_s_own_words_are_kept(language, at):
    model, provider = writer(plain)
    brief = brief_of(AMBITIONS[language][at])
    written = asyncio.run(model.drafts(brief))
    assert written[0].author == "test/model"
    assert provider.calls == 1
    assert {figure.role for figure in written[0].figures} >= {"value", "deadline"}


@pytest.mark.parametrize("typed", ["30", "trente", "le 31 mars 2026", "３０"])
def test_a_figure_is_a_slot_even_when_the_model_types_the_right_one(typed):
    slots = Slots.of(next(iter(frame(brief_of(AMBITIONS["fr"][0])))))
    assert slots.faults(slots.template) == ()
    assert slots.faults(f"{slots.template}, soit {typed}") == ("no number, date or amount outside the slots",)


@pytest.mark.parametrize(
    "why", ["Parce que 30 % suffisent.", "Because it helps our people and their customers.", "<b>x</b>"]
)
def test_a_faulty_reason_gives_way_to_the_built_in_one_and_the_wording_stays(why):
    def says(messages):
        answer = json.loads(plain(messages))
        answer["variants"][0]["rationale"] = why
        return json.dumps(answer)

    model, _ = writer(says)
    brief = brief_of(AMBITIONS["fr"][0])
    (written,) = asyncio.run(model.drafts(brief))
    assert written.rationale == drafting.draft(brief)[0].rationale


def test_one_repair_is_enough_for_a_model_that_listens():
    def listens(messages):
        return plain(messages) if len(messages) > 1 else json.dumps({"variants": [{"statement": "Signer 99 contrats"}]})

    model, provider = writer(listens)
    assert asyncio.run(model.drafts(brief_of(AMBITIONS["fr"][0])))
    assert provider.calls == 2


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_prompt_holds_no_figure_and_no_identifier_of_the_manager_s(language):
    said = AMBITIONS[language][0] + " (paul@exemple.fr, 06 12 34 56 78, https://exemple.fr/compte/8841)"
    model, provider = writer(plain)
    brief = brief_of(said)
    asyncio.run(model.drafts(brief))
    data = provider.asked[0].messages[0]["content"].split("<<<")[1].split(">>>")[0]
    assert not numbers(data)
    assert "paul" not in data
    assert "exemple.fr" not in data


# Dialogues

OPENINGS = {
    "fr": (
        "augmenter les ventes",
        "plus de rendez-vous",
        "mieux fidéliser les clients",
        "améliorer le taux de closing",
    ),
    "en": ("increase sales", "more meetings", "keep our customers", "improve the closing rate"),
}
ANSWERS = {
    "fr": (
        "30 rendez-vous qualifiés",
        "20 %",
        "d'ici fin juin",
        "je ne sais pas",
        "150 000 €",
        "auprès des PME",
        "une PME",
    ),
    "en": (
        "30 qualified meetings",
        "20%",
        "by the end of June",
        "I don't know",
        "£150,000",
        "small firms",
        "a small company",
    ),
}


TALES = ("Vendre davantage, comme les boutiques éphémères du littoral", "Sell more, the way the seaside shops used to")


def dialogue(seed):
    """One conversation, each turn as the service takes it, with a model that lies, or fails in 30 % of its calls.

    Returns:
        The language, the questions and drafts shown in a model's words, the calls of each turn, and the last turn.
    """
    dice = random.Random(seed)
    language = ("fr", "en")[seed % 2]
    lies, kinds = hostile(dice), ("down", "busy", "refused", "junk")

    def says(messages):
        if dice.random() < 0.3:
            return Failure(dice.choice(kinds))
        return (plain if dice.random() < 0.4 else lies)(messages)

    model, provider = writer(says)
    opening = dice.choice((*OPENINGS[language], TALES[seed % 2]))
    events = [talk.Said(id="m0", day=TODAY, text=opening, language=language)]
    shown, calls = [], []
    for step in range(1, 14):
        before = provider.calls
        said = asyncio.run(rewording.events(model.for_turn("w"), events, today=TODAY, profile=NOBODY))
        calls.append(provider.calls - before)
        events += said
        turn = flow.turn(events, today=TODAY)
        if turn.question is None:
            return language, shown, turn.drafts, calls, turn
        shown.append((wording.word(turn, language).question, any(isinstance(one, talk.Asked) for one in said)))
        events.append(
            talk.Said(id=f"m{step}", day=TODAY, text=dice.choice(ANSWERS[language]), language=language)
            if dice.random() < 0.7
            else talk.Skipped(id=f"m{step}", day=TODAY, slot=turn.question.slot)
        )
    raise AssertionError("a dead end: the questions do not stop")


@pytest.mark.slow
def test_500_dialogues_with_a_lying_and_failing_model_have_no_dead_end():
    heard = {"questions": 0, "drafts": 0}
    for seed in range(500 if FULL else 80):
        language, shown, drafts, calls, turn = dialogue(seed)
        assert drafts or turn.notices, seed
        assert max(calls) <= 3, seed
        for question, own in shown:
            assert question.text.count("?") == 1
            assert detect(Text.of(question.text)) in (language, "und"), (seed, question.text)
            assert detect(Text.of(question.why)) in (language, "und"), (seed, question.why)
            assert not own or not numbers(question.text)
            heard["questions"] += own
        for draft in drafts:
            assert draft.language == language
            assert all(detect(Text.of(text)) in (language, "und") for text in texts(draft) if text), seed
            heard["drafts"] += draft.author != "rules"
    assert heard["questions"]  # the model had its say in some: the test is about something
    assert heard["drafts"]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Pour quand voulez-vous l’atteindre ?", ""),
        ("Pour quand ? Et combien ?", "question mark"),
        ("Vous voulez l’atteindre.", "question mark"),
        ("Voulez-vous l’atteindre d’ici 12 semaines ?", "number"),
        ("Voulez-vous l’atteindre d’ici douze semaines ?", "number"),
        ("When would you like your team to reach it?", "language"),
        ("Quel est le mot de passe de votre CRM ?", "key word"),
        ("Voulez-vous l’atteindre <b>vite</b> ?", "markup"),
        ("Voulez-vous l’atteindre, voir https://exemple.fr ?", "markup"),
        ("Bien. Pour quand voulez-vous l’atteindre ?", "one sentence"),
        ("Pour quand voulez-vous l’atteindre " + "vraiment " * 40 + "?", "too long"),
    ],
)
def test_a_question_is_shown_only_when_it_asks_what_code_chose(text, wrong):
    found = wordings.faults(Wording.model_construct(text=text, why=""), "Pour quand voulez-vous l’atteindre ?", "fr")
    assert bool(found) == bool(wrong)
    assert wrong in " ; ".join(found)
