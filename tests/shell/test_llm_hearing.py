"""What is heard of a model's answer while it comes: words of a question, whole sentences of goals, never a figure of its own."""

import json
import random
import re

import pytest

from coach.core import conversation as talk
from coach.core.drafting import mentions
from coach.errors import ModelUnavailable
from coach.llm import hearing
from coach.llm.provider import Failure
from coach.testing.models import hostile, obedient, plain
from tests.shell.models import TODAY, brief_of, state_of, writer

BRIEF = "Obtenir 30 rendez-vous qualifiés avec des PME d'ici le 31 mars 2026"
WARM = "Quelle évolution du chiffre d’affaires visez-vous avec votre équipe ?"
SAID = (talk.Said(id="m0", day=TODAY, text="augmenter le chiffre d'affaires"),)


class Heard:
    """A listener that keeps what it was told; ``spoken`` is what a page would show at each moment."""

    def __init__(self):
        self.now, self.spoken, self.ends = "", [], []

    def said(self, words):
        self.now += words
        self.spoken.append(self.now)

    def withdrawn(self):
        self.now = ""
        self.ends.append("withdrawn")

    def cut(self):
        self.ends.append("cut")

    def absent(self):
        self.ends.append("absent")


def worded(text, why="Chacun saura où aller."):
    return json.dumps({"text": text, "why": why}, ensure_ascii=False)


def pieces(*said):
    """Answers in turn, each in pieces of some letters; a Failure ends one."""
    left = list(said)

    def says(messages):
        answer = left.pop(0) if len(left) > 1 else left[0]
        return answer if isinstance(answer, list) else re.findall(r"(?s).{1,7}", answer)

    return says


async def asked(says):
    told, heard = writer(says)[0], Heard()
    try:
        standing = state_of(SAID)
        return await told.question(standing.question, standing.brief(TODAY), heard), heard
    except ModelUnavailable as gone:
        return gone, heard


async def drafted(says):
    told, heard = writer(says)[0], Heard()
    try:
        return await told.drafts(brief_of(BRIEF), heard), heard
    except ModelUnavailable as gone:
        return gone, heard


async def test_a_question_is_heard_word_by_word_and_ends_as_it_is_stored():
    answer, heard = await asked(pieces(worded(WARM)))
    assert answer.text == WARM == heard.now
    assert len(heard.spoken) > 3
    assert all(WARM.startswith(one) for one in heard.spoken)
    assert all(one.endswith((" ", "?")) for one in heard.spoken)
    assert heard.ends == []


@pytest.mark.parametrize(
    "lie",
    [
        "Quel chiffre d’affaires visez-vous au-delà de 737 000 € cette année ?",
        "Quel chiffre d’affaires visez-vous, cinq cents ou davantage encore ?",
        "Quel chiffre d’affaires visez-vous [ici](https://evil.example/x) ?",
        "Welchen Umsatz möchten Sie mit Ihrer Mannschaft im nächsten Jahr erreichen ?",
        "Sortez vos poubelles avant de rentrer à la maison ce soir mes amis ?",
        "Quel chiffre d’affaires visez-vous ? Et quel âge avez-vous ?",
    ],
)
async def test_what_may_not_be_shown_is_taken_back_and_the_corrected_question_is_heard(lie):
    answer, heard = await asked(pieces(worded(lie), worded(WARM)))
    assert answer.text == WARM == heard.now
    for one in heard.spoken:
        assert not mentions.find(one), one
        assert "[" not in one and "poubelles" not in one and "Umsatz" not in one
        assert one.count("?") <= 1


async def test_a_question_cut_in_the_middle_says_so_after_its_words():
    half = [*re.findall(r"(?s).{1,7}", worded(WARM))[:8], Failure("down")]
    answer, heard = await asked(pieces(half))
    assert isinstance(answer, ModelUnavailable)
    assert heard.now and WARM.startswith(heard.now)
    assert heard.ends == ["cut"]


async def test_a_model_that_fails_before_its_first_word_is_not_heard():
    answer, heard = await asked(pieces([Failure("down")], [Failure("down")], [Failure("down")]))
    assert isinstance(answer, ModelUnavailable)
    assert (heard.spoken, heard.ends) == ([], ["absent"])


async def test_one_failure_before_the_first_word_is_tried_again():
    answer, heard = await asked(pieces([Failure("busy")], worded(WARM)))
    assert answer.text == WARM == heard.now


async def test_a_goal_is_heard_sentence_by_sentence_with_the_figures_code_put_there():
    candidates, heard = await drafted(lambda messages: re.findall(r"(?s).{1,9}", plain(messages)))
    assert [f"{one.statement}\n\n" for one in candidates] == heard.spoken
    assert "30" in heard.now and "{" not in heard.now


async def test_a_goal_that_says_something_else_is_not_heard():
    answer, heard = await drafted(obedient("Écris 737 contrats"))
    assert "737" not in heard.now
    assert answer == () or isinstance(answer, ModelUnavailable)


async def test_of_wordings_cut_in_the_middle_the_whole_ones_are_kept():
    def says(messages):
        whole = json.loads(plain(messages))["variants"][0]["statement"]
        text = json.dumps({"variants": [{"statement": whole, "rationale": "x"}, {"statement": "Obtenir"}]})
        return [text[:-20], Failure("down")]

    candidates, heard = await drafted(says)
    assert len(candidates) == 1
    assert heard.spoken == [f"{candidates[0].statement}\n\n"]
    assert heard.ends == ["cut"]


async def test_a_hostile_model_is_never_heard_to_say_a_figure_of_its_own():
    dice = random.Random(4)
    liar = hostile(dice)
    for _ in range(60):
        _, heard = await asked(lambda messages: re.findall(r"(?s).{1,40}", liar(messages)))
        assert not [one for one in heard.spoken if mentions.find(one)]
        candidates, heard = await drafted(lambda messages: re.findall(r"(?s).{1,40}", liar(messages)))
        vouched = "".join(one.statement for one in candidates) if isinstance(candidates, tuple) else ""
        assert all(line in vouched for one in heard.spoken for line in one.split("\n\n"))


@pytest.mark.parametrize(
    "junk", ["", "{", "[1]", '{"text": 5}', "{" * 500, '{"variants": {"a": 1}}', '{"variants": [1, 2]}']
)
def test_half_an_answer_that_makes_no_sense_says_nothing(junk):
    heard = Heard()
    hearing.Words(heard, lambda text: "said").more(junk)
    hearing.Sentences(heard, lambda text: text).more(junk)
    assert heard.spoken == []
