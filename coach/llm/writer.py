"""The writer that asks a model: words for the question code chose, prose around the slots code fills.

What it gives was checked here, with one repair, and is verified again by the flow. What does not pass is not given:
the catalogue's question and the built-in drafts stand in its place.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from pydantic import BaseModel

from coach import prompts, wording
from coach.core import drafting, kpis, verification
from coach.core.drafting import claims, prose
from coach.core.drafting.framings import Framed, frame
from coach.core.facts.language import detect
from coach.core.facts.text import Text
from coach.core.model import Brief, Candidate, Draft, Pointer, Question, Slot, Turn
from coach.errors import ModelUnavailable
from coach.llm import wordings
from coach.llm.answers import Pointers, Prose, Variant, Wording
from coach.llm.budget import Books, Ledger
from coach.llm.gateway import Gateway, Job, utc_day
from coach.llm.hearing import Sentences, Words
from coach.llm.masking import minimised, people_of, pointable
from coach.llm.provider import Message, Provider
from coach.llm.slots import Slots, labels
from coach.ports import Listener
from coach.settings import Settings

S = TypeVar("S", bound=BaseModel)
_WORDINGS = 2  # drafts asked of a model
_REMEMBERED = 6  # earlier wordings that a model is told of
_THE_SAME = 0.95  # share of common words from which two wordings are one


class ModelWriter:
    """A ``ports.Writer`` over the gateway, for one workspace; ``job``: the calls of one turn, else each ask has its own."""

    def __init__(
        self, gateway: Gateway, workspace: str = "", people: Sequence[str] = (), job: Job | None = None
    ) -> None:
        self.gateway = gateway
        self.workspace = workspace
        self.people = tuple(people)
        self._job = job

    def for_turn(self, workspace: str, people: Sequence[str] = ()) -> "ModelWriter":
        """As ports.Writer says."""
        return ModelWriter(self.gateway, workspace, people, self.gateway.job(workspace))

    @property
    def job(self) -> Job:
        """The calls that may still be made."""
        return self._job or self.gateway.job(self.workspace)

    @property
    def name(self) -> str:
        """The models, in the order they are tried."""
        return ", ".join(self.gateway.models)

    async def pointers(self, text: str, slots: Sequence[Slot], language: str) -> tuple[Pointer, ...]:
        """As ports.Writer says; one call, not repeated: the turn has others to make."""
        words = wording.catalogue(language)
        masked = pointable(text, self.people)
        inputs = {
            "slots": {slot: words.find(f"notice.slot.{slot}") or slot for slot in slots},
            "metrics": tuple(name for name in kpis.KPIS if name != "other") if "object" in slots else (),
            "text": prompts.fenced(masked.text),
        }
        asked = [_user("read", language, inputs)]
        answer = await self.gateway.structured(asked, Pointers, self.job.lent(), mended=False)
        return tuple(
            Pointer(slot=one.slot, quote=quote, metric=one.metric if one.slot == "object" else "")
            for one in answer.facts
            if one.slot in slots and (quote := masked.restore(one.quote)) in text
        )

    async def question(self, question: Question, brief: Brief | None, heard: Listener | None = None) -> Question:
        """As ports.Writer says."""
        plain = _plain(question, brief)
        language = brief.language if brief is not None else detect(Text.of(plain.text))
        words = wording.catalogue(language)
        inputs = {
            "label": words.find(f"notice.slot.{question.slot}") or plain.text,
            "why": plain.why,
            "plain": minimised(plain.text, self.people),
            "ambition": minimised(brief.ambition, self.people) if brief else "",
        }
        subject = _subject(plain, words, inputs["label"])
        names = people_of(brief.ambition if brief else "", self.people)
        messages = [_user("ask", language, inputs)]
        job = self.job
        aloud = Words(heard, partial(wordings.begins, subject=subject, language=language)) if heard else None
        with _interruptible(aloud, heard):
            for last in (False, True):
                worded = await self._asked(messages, Wording, job, aloud)
                wrong = _faults(worded, subject, language, brief)
                if not wrong:
                    given = (worded.text, worded.why or plain.why)
                    text, why = (names.restore(" ".join(one.split())) for one in given)
                    if aloud is not None:
                        aloud.settle(text)
                    return plain.model_copy(update={"text": text, "why": why})
                if not last:
                    messages = [*messages, *_objections(worded.model_dump_json(), wrong)]
            raise ModelUnavailable("The model's question may not be shown.", reason="refused")

    async def drafts(
        self, brief: Brief, heard: Listener | None = None, shown: Sequence[str] = ()
    ) -> tuple[Candidate, ...]:
        """As ports.Writer says; every one given passes verification. Cut short, it gives those that were whole."""
        framed = next(iter(frame(brief)), None)
        slots = Slots.of(framed) if framed else None
        if framed is None or slots is None or not slots.aims:
            raise ModelUnavailable("There is no target to write around.", reason="nothing")
        messages = [_user("draft", brief.language, _inputs(brief, slots, self.people, shown))]
        job = self.job
        whole: list[Variant] = []

        def passes(statement: str) -> str:
            found, _ = _sifted(
                [variant := Variant.model_construct(statement=statement)], brief, framed, slots, job, shown
            )
            whole.extend([variant] if found else [])
            return found[0].statement if found else ""

        aloud = Sentences(heard, passes) if heard else None
        try:
            for last in (False, True):
                answer = await self._asked(messages, Prose, job, aloud)
                passed, wrong = _sifted(answer.variants, brief, framed, slots, job, shown)
                if aloud is not None:
                    aloud.settle(one.statement for one in passed)
                if passed or last:
                    return passed
                messages = [*messages, *_objections(answer.model_dump_json(), wrong)]
        except ModelUnavailable as gone:
            if heard and gone.details.get("reason") == "cut":
                heard.cut()
            if not whole:
                if heard:
                    _tell_absence(gone, heard)
                raise
        return _sifted(whole, brief, framed, slots, job, shown)[0]

    async def _asked(
        self, messages: Sequence[Message], schema: type[S], job: Job, aloud: Words | Sentences | None
    ) -> S:
        """The checked answer, heard while it comes when somebody listens."""
        if aloud is None:
            return await self.gateway.structured(messages, schema, job)
        aloud.begin()
        return await self.gateway.told(messages, schema, job, aloud.more)


@contextmanager
def _interruptible(aloud: Words | None, heard: Listener | None) -> Iterator[None]:
    """Tells whoever listens that a question went no further, or does not stand."""
    try:
        yield
    except ModelUnavailable as gone:
        if aloud is not None and heard is not None and aloud.said:
            heard.cut() if gone.details.get("reason") == "cut" else heard.withdrawn()
        elif heard is not None:
            _tell_absence(gone, heard)
        raise


def _tell_absence(gone: ModelUnavailable, heard: Listener) -> None:
    """Say that nobody is there, unless somebody was, whose words may not be shown."""
    if gone.details.get("reason") not in ("cut", "refused", "junk", "nothing", "language", "calls"):
        heard.absent()


def of_settings(
    settings: Settings, provider: Provider | None = None, *, books: Books | None = None
) -> ModelWriter | None:
    """The writer of the configured models; None when none is, and then nothing of LiteLLM is imported."""
    if not settings.models:
        return None
    ledger = Ledger(utc_day, settings.model_budget or None)
    return ModelWriter(Gateway(settings.models, provider, ledger=ledger, books=books))


def _plain(question: Question, brief: Brief | None) -> Question:
    """The question in the catalogue's words; ModelUnavailable in a language no prompt is in."""
    language = brief.language if brief is not None else detect(Text.of(question.text))
    if language not in prompts.LANGUAGES:
        raise ModelUnavailable("No prompt is in that language.", reason="language")
    worded = wording.word(Turn(status="open", language=language, question=question), language).question
    assert worded is not None  # noqa: S101  (a question goes in)
    return worded


def _faults(worded: Wording, subject: str, language: str, brief: Brief | None) -> tuple[str, ...]:
    """What is wrong with a worded question; a masked colleague may be named, nobody else."""
    bare = worded.model_copy(update={name: _NAMED.sub("", getattr(worded, name)) for name in ("text", "why")})
    found = list(wordings.faults(bare, subject, language))
    if brief is not None:
        codes = {claim.code for text in (bare.text, bare.why) for claim in claims.find(text, brief)}
        found += [wrong for code, wrong in _CLAIMED.items() if code in codes]
    return tuple(dict.fromkeys(found))


_NAMED = re.compile(r"\[PERSON_[A-Z]+\]")
_CLAIMED = {
    "name": "no name of a person",
    "date.unsourced": "no number, date or amount",
    "figure.unsourced": "no number, date or amount",
    "form.character": "plain letters only",
}


def _subject(plain: Question, words: wording.Catalogue, label: str) -> str:
    """Every way the catalogue has of asking this."""
    kind = plain.code.rpartition(".")[0]
    forms = (words.find(f"question.{kind}.{which}") or "" for which in ("first", "again"))
    return " ".join((plain.text, label, *forms))


def _inputs(brief: Brief, slots: Slots, people: Sequence[str], shown: Sequence[str]) -> dict[str, object]:
    return {
        "slots": labels(brief, slots),
        "needed": tuple(slots.pieces),
        "example": prompts.fenced(f"{minimised(slots.template, people)}."),
        "ambition": prompts.fenced(minimised(brief.ambition, people)),
        "shown": tuple(prompts.fenced(minimised(slots.emptied(one), people)) for one in shown[-_REMEMBERED:]),
        "count": _WORDINGS,
    }


def _user(name: str, language: str, inputs: Mapping[str, object]) -> Message:
    safe = {key: prompts.fenced(value) if isinstance(value, str) else value for key, value in inputs.items()}
    return {"role": "user", "content": prompts.load(name).render(language, **safe)}


def _objections(answer: str, wrong: Sequence[str]) -> list[Message]:
    return [
        {"role": "assistant", "content": answer},
        {
            "role": "user",
            "content": f"This may not be shown: {'; '.join(wrong)}. Correct it; answer with the JSON only.",
        },
    ]


def _sifted(
    variants: Sequence[Variant], brief: Brief, framed: Framed, slots: Slots, job: Job, shown: Sequence[str]
) -> tuple[tuple[Candidate, ...], list[str]]:
    """The wordings that pass, each once; and what is wrong with the others, without a figure of the brief."""
    passed: list[Candidate] = []
    wrong: list[str] = []
    for variant in variants[: drafting.MOST]:
        faults = slots.faults(variant.statement)
        wrong += faults
        if faults:
            continue
        made = _candidate(variant, brief, framed, slots, job.model)
        read = verification.verify(made, brief)
        if not isinstance(read, Draft):
            wrong += [f"{one.field} is not faithful to the example ({one.code})" for one in read.objections]
        elif any(verification.alike(made.statement, one) >= _THE_SAME for one in shown):
            wrong.append("another wording than those shown already")
        elif not any(verification.alike(made.statement, one.statement) >= _THE_SAME for one in passed):
            passed.append(made)
    return tuple(passed), list(dict.fromkeys(wrong))


def _candidate(variant: Variant, brief: Brief, framed: Framed, slots: Slots, author: str) -> Candidate:
    """The wording filled, with the built-in texts around it; a faulty rationale gives way to the built-in one."""
    statement = slots.fill(variant.statement)
    message = prose.announcement(brief, statement)
    built = prose.rationale(brief)
    own = " ".join(variant.rationale.split())
    kept = bool(own) and not wordings.prose_faults(own, brief.language)
    return Candidate(
        statement=f"{statement.text}.",
        goal=framed.goal,
        figures=(
            *statement.figures("statement"),
            *(() if kept else built.figures("rationale")),
            *message.figures("announcement"),
        ),
        rationale=own if kept else built.text,
        guardrail=prose.guardrail(brief),
        follow_up=prose.follow_up(brief),
        incentive=prose.incentive(brief),
        announcement=message.text,
        variant=framed.variant,
        framing=framed.framing,
        axis=prose.axis(brief.goal),
        author=author,
    )
