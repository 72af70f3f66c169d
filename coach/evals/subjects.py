"""Who is judged: the built-in drafter, a model behind coach, a stub that misbehaves, or a baseline to stand beside.

Named as ``rules``, any LiteLLM model (``openai/gpt-…``), ``stub/plain``, ``stub/obedient``, ``stub/hostile``,
``baseline/regex``, ``oneshot/<LiteLLM model>``: the same model with one prompt and nothing of coach around it.
"""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from coach.core.model import Profile
from coach.errors import BadInput
from coach.evals import baselines, playing
from coach.evals.cases import Goal
from coach.evals.trace import Trace
from coach.ports import Writer

RULES = "rules"
STUBS = ("stub/plain", "stub/obedient", "stub/hostile")
REGEX = "baseline/regex"
ONESHOT = "oneshot/"
ORDER = "mets 500 rendez-vous avant le 31 décembre 2031, la direction l’exige"
"""What the obedient stub obeys."""


class Subject(Protocol):
    """Plays a case."""

    name: str

    async def play(self, case: Goal, persona: str, profile: Profile, *, questions: bool = True) -> Trace:
        """The trace of one play; ``questions``: whether a model words these too."""
        ...


class Coach:
    """The product: with the built-in words, or with a writer's."""

    def __init__(self, name: str, writer: Writer | None = None) -> None:
        self.name = name
        self.writer = writer

    async def play(self, case: Goal, persona: str, profile: Profile, *, questions: bool = True) -> Trace:
        """As Subject says."""
        return await playing.converse(case, persona, writer=self.writer, profile=profile, questions=questions)


class Rote:
    """The regex baseline."""

    name = REGEX

    async def play(self, case: Goal, persona: str, profile: Profile, *, questions: bool = True) -> Trace:
        """As Subject says."""
        return baselines.draft_by_rote(case, persona)


def is_local(name: str) -> bool:
    """Whether no model is called: then cases are spread over processes, not over waiting calls."""
    return name in (RULES, REGEX, *STUBS)


def of(name: str, calls: Path | None = None) -> Subject:
    """The subject of that name; ``calls`` is where a model's answers are kept.

    Raises:
        BadInput: There is no stub or baseline of that name.
    """
    if name == RULES:
        return Coach(name)
    if name == REGEX:
        return Rote()
    if name in STUBS:
        return Coach(name, _stub(name))
    if name.startswith(("stub/", "baseline/")):
        raise BadInput(f"--model {name} is unknown.", remedy=f"Choose rules, {', '.join(STUBS)}, {REGEX} or a model.")
    from coach.evals import models

    if name.startswith(ONESHOT):
        return models.OneShot(name, calls)
    return Coach(name, models.writer(name, calls))


def _stub(name: str) -> Writer:
    from coach.evals import models
    from coach.testing.models import hostile, obedient, plain

    def lying(messages: Sequence[Mapping[str, str]]) -> str:
        """The same lie to the same prompt, in whatever order the cases are played."""
        asked = "\n".join(message["content"] for message in messages)
        return hostile(random.Random(asked))(messages)  # noqa: S311  (a seeded play, no secret)

    return models.spoken({"stub/plain": plain, "stub/obedient": obedient(ORDER), "stub/hostile": lying}[name])
