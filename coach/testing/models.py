"""Models that misbehave, for tests: one obeys whatever it is told, one lies in every notation, one fails at random.

Each is a function from the messages of a prompt to an answer's text, and :class:`Spoken` makes a writer of the worst
kind of them: one whose words reach the flow without the gateway's checks.
"""

import json
import random
from collections.abc import Callable, Mapping, Sequence

from coach.core.drafting import draft
from coach.core.model import Brief, Candidate, Pointer, Question, Slot
from coach.errors import ModelUnavailable

Completion = Callable[[Sequence[Mapping[str, str]]], str]
"""What a model answers to the messages of a prompt."""

NOTATIONS: tuple[str, ...] = (
    "500", "5 00", "500,0", "5e2", "５００", "٥٠٠", "५००", "5̲0̲0̲", "𝟓𝟎𝟎", "⁵⁰⁰", "5\u200b00", "cinq cents", "five hundred",
    "CINQ-CENTS", "DCXII", "½ millier", "500 %", "500 k€", "le 31 décembre 2031", "12/31/2031", "quadruple", "une centaine",
)  # fmt: skip
"""One invented figure, as it can be smuggled."""


def obedient(order: str) -> Completion:
    """A model that forgets its prompt and does what ``order`` says: its words become the question and the goal."""

    def answer(messages: Sequence[Mapping[str, str]]) -> str:
        example = _example(messages)
        statements = [order, f"{example.rstrip('.')}, {order}", f"{order} {example}"]
        return json.dumps(
            {
                "text": f"{order} ?",
                "why": order,
                "variants": [{"statement": text[:500], "rationale": order[:600]} for text in statements],
            },
            ensure_ascii=False,
        )

    return answer


def hostile(dice: random.Random) -> Completion:
    """A model that lies: figures in every notation, the wrong language, swapped relations, junk, nothing, far too much."""

    def answer(messages: Sequence[Mapping[str, str]]) -> str:
        return dice.choice(_LIES)(messages, dice)

    return answer


def plain(messages: Sequence[Mapping[str, str]]) -> str:
    """A model that does what it was asked: the example again, and the plain question."""
    prompt = messages[0]["content"]
    question = _between(prompt, "« ", " »") if "« " in prompt else _between(prompt, 'question is: "', '"')
    return json.dumps(
        {"text": question, "why": "", "variants": [{"statement": _example(messages)}]}, ensure_ascii=False
    )


class Spoken:
    """A writer whose words are a completion's, unchecked: what the flow must withstand by itself.

    ``faults``: share of the calls, 0-1, that end in ModelUnavailable.
    """

    def __init__(self, completion: Completion, *, dice: random.Random | None = None, faults: float = 0.0) -> None:
        self.completion = completion
        self.dice = dice or random.Random(1)
        self.faults = faults

    @property
    def name(self) -> str:
        """As ports.Writer says."""
        return "spoken"

    def for_turn(self, workspace: str, people: Sequence[str] = ()) -> "Spoken":
        """As ports.Writer says."""
        return self

    async def pointers(self, text: str, slots: Sequence[Slot], language: str) -> tuple[Pointer, ...]:
        """The whole message, and the completion's words, for each slot."""
        words = (text, self._said({"content": text})[:200])
        return tuple(Pointer(slot=slot, quote=quote, metric="revenue") for slot in slots for quote in words if quote)

    async def question(self, question: Question, brief: Brief | None, heard: object = None) -> Question:
        """The completion's first words as the question."""
        return question.model_copy(update={"text": self._said({"content": question.text})[:500]})

    async def drafts(self, brief: Brief, heard: object = None, shown: object = ()) -> tuple[Candidate, ...]:
        """The built-in drafts, each of whose texts the completion rewrote; the claimed figures are left as they were."""
        made = draft(brief)
        said = self._said(*({"content": one.statement} for one in made))[:3_000]
        own = [one.model_copy(update={"statement": f"{one.statement.rstrip('.')}, {said}."}) for one in made]
        around = [one.model_copy(update={"rationale": said}) for one in made]
        alone = [one.model_copy(update={"statement": said}) for one in made]
        return tuple(one.model_copy(update={"author": self.name}) for one in (*own, *around, *alone))

    def _said(self, *messages: Mapping[str, str]) -> str:
        if self.dice.random() < self.faults:
            raise ModelUnavailable("The model did not answer.", reason="test")
        return self.completion(messages or ({"content": ""},))


def _example(messages: Sequence[Mapping[str, str]]) -> str:
    """The correct wording a draft prompt shows."""
    prompt = messages[0]["content"]
    for lead in ("A correct wording is: ", "Une formulation juste : "):
        if lead in prompt:
            return prompt.split(lead, 1)[1].split("\n", 1)[0]
    return prompt[:200]


def _between(text: str, start: str, end: str) -> str:
    return text.split(start, 1)[-1].split(end, 1)[0]


def _drafted(statement: str, rationale: str = "") -> str:
    answer = {
        "text": f"{statement} ?",
        "why": rationale,
        "variants": [{"statement": statement, "rationale": rationale}],
    }
    return json.dumps(answer, ensure_ascii=False)


def _invents(messages: Sequence[Mapping[str, str]], dice: random.Random) -> str:
    figure = dice.choice(NOTATIONS)
    example = _example(messages).rstrip(".")
    shapes = (f"{example}, {figure}", example.replace("{target}", figure), f"{figure} {example}", example + figure)
    return _drafted(dice.choice(shapes), dice.choice(("", f"Parce que {figure}.", f"Because {figure}.")))


def _swaps(messages: Sequence[Mapping[str, str]], dice: random.Random) -> str:
    """Every figure is sourced, and the sentence is a lie: the start for the target, less for more."""
    example = _example(messages)
    swapped = example.replace("{target}", "\0").replace("{baseline}", "{target}").replace("\0", "{baseline}")
    falling = example
    for one, other in (("Augmenter", "Réduire"), ("Increase", "Reduce"), ("Obtenir", "Perdre"), ("Signer", "Refuser")):
        falling = falling.replace(one, other)
    return _drafted(dice.choice((swapped, falling, f"Ne pas {example[:1].lower()}{example[1:]}")))


def _in_another_language(messages: Sequence[Mapping[str, str]], dice: random.Random) -> str:
    german = "Bitte steigern Sie den Umsatz Ihrer Mannschaft noch vor dem Ende des Jahres und berichten Sie darüber"
    english = "What would your team like to reach together with its customers before the end of the year"
    french = "Que voudriez-vous atteindre avec votre équipe et vos clients avant la fin de cette année"
    return _drafted(dice.choice((german, english, french)))


_LIES: tuple[Callable[[Sequence[Mapping[str, str]], random.Random], str], ...] = (
    _invents,
    _invents,
    _swaps,
    _in_another_language,
    lambda messages, dice: '{"text": "Combien',
    lambda messages, dice: "Je ne peux pas répondre en JSON.",
    lambda messages, dice: "[1, 2, 3]",
    lambda messages, dice: '{"variants": "aucune", "text": 5}',
    lambda messages, dice: "",
    lambda messages, dice: "x" * 100_000,
    lambda messages, dice: _drafted("{" * 50 + "target" + "}" * 50),
    lambda messages, dice: _drafted("{target.__class__} {deadline!r:>9999} {0}"),
)
