"""Real models: the writer they give, what they answer to one plain prompt, and their answers kept on disk."""

import json
from collections.abc import AsyncGenerator
from pathlib import Path

from pydantic import BaseModel

from coach.core.model import Profile
from coach.errors import BadInput, ModelUnavailable
from coach.evals.baselines import said_plainly
from coach.evals.cases import Goal
from coach.evals.people import Manager
from coach.evals.trace import Trace
from coach.llm.cache import Cache, address
from coach.llm.gateway import Gateway, Limits
from coach.llm.provider import Answer, Call, Failure, LiteLLM
from coach.llm.writer import ModelWriter
from coach.testing.models import Completion

PATIENT = Limits(first_token_s=300, call_s=300, job_s=900, at_once=2, failures=1_000)
"""A small model on a processor is slow, and nobody is waiting."""

_PROMPT = {
    "fr": "Tu es un coach commercial. Écris UN objectif SMART, en une phrase, en français, à partir de ceci.\n"
    "Ambition : {ambition}\n{facts}\nRéponds par un objet JSON : {{\"statement\": \"…\"}}.",
    "en": "You are a sales coach. Write ONE SMART goal, in one sentence, in English, from this.\n"
    "Ambition: {ambition}\n{facts}\nAnswer with one JSON object: {{\"statement\": \"…\"}}.",
}  # fmt: skip


class Kept(Cache):
    """A cache whose answers outlive the process: one JSON line each."""

    def __init__(self, path: Path | None) -> None:
        super().__init__(most=1_000_000)
        self.path = path
        self.hits = 0
        if path is not None and path.is_file():
            for line in path.read_text("utf-8").splitlines():
                try:
                    row = json.loads(line)
                    self._kept[row["call"]] = Answer(text=row["text"], model=row["model"], tokens=row["tokens"])
                except (ValueError, KeyError):
                    continue  # cut short by a kill

    def get(self, call: Call) -> Answer | None:
        """As Cache says."""
        kept = super().get(call)
        self.hits += kept is not None
        return kept

    def put(self, call: Call, answer: Answer) -> None:
        """As Cache says, and on disk."""
        new = address(call) not in self._kept
        super().put(call, answer)
        if new and self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            row = {"call": address(call), "text": answer.text, "model": answer.model, "tokens": answer.tokens}
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")


def gateway(name: str, calls: Path | None) -> Gateway:
    """The door to one model, patient, its answers kept."""
    return Gateway([name], limits=PATIENT, cache=Kept(calls))


def writer(name: str, calls: Path | None) -> ModelWriter:
    """coach's own writer over one model."""
    return ModelWriter(gateway(name, calls))


class Saying:
    """A provider whose every answer is a function's: the real gateway, its checks and the real writer stand around it."""

    def __init__(self, completion: Completion) -> None:
        self.completion = completion

    async def complete(self, call: Call) -> Answer:
        """As Provider says."""
        return Answer(text=self.completion(call.messages), model=call.model, tokens=1)

    async def stream(self, call: Call) -> AsyncGenerator[str, None]:
        """As Provider says."""
        yield self.completion(call.messages)


def spoken(completion: Completion) -> ModelWriter:
    """The writer over a model that says what ``completion`` does."""
    return ModelWriter(Gateway(["stub"], Saying(completion), limits=Limits(failures=1_000_000)))


class _Goal(BaseModel):
    statement: str


class OneShot:
    """The model alone: one prompt with all that the manager would say, and its sentence taken as it comes."""

    def __init__(self, name: str, calls: Path | None) -> None:
        self.name = name
        self.gateway = gateway(name.partition("/")[2], calls)

    async def play(self, case: Goal, persona: str, profile: Profile, *, questions: bool = True) -> Trace:
        """As Subject says."""
        manager = Manager(case, "plain")
        told = [(slot, manager.answer(slot)) for slot in dict.fromkeys((*case.ask, "maturity", "company"))]
        facts = "\n".join(f"- {slot}: {answer}" for slot, answer in told)
        prompt = _PROMPT[case.lang].format(ambition=case.ambition, facts=facts)
        said = (case.ambition, *(answer for _, answer in told))
        try:
            answer = await self.gateway.structured([{"role": "user", "content": prompt}], _Goal, self.gateway.job())
        except ModelUnavailable:
            return Trace(said=said, spoken=case.lang, status="open", persona=persona)
        draft = said_plainly(answer.statement[:2_000], case.lang, self.name)
        return Trace(said=said, drafts=(draft,), spoken=case.lang, status="drafted", persona=persona)


async def answers(name: str) -> None:
    """One small call, before hundreds are made.

    Raises:
        BadInput: The model does not answer.
    """
    try:
        await LiteLLM().complete(Call(name, [{"role": "user", "content": "Say yes."}], None, 5, 90))
    except Failure as failure:
        raise BadInput(f"{name} does not answer ({failure}).", remedy="coach models shows what is wrong.") from None
