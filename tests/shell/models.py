"""A provider that answers what a function says, counted: what the gateway is tried with in tests."""

import asyncio
import datetime as dt

from coach.core import conversation as talk
from coach.core.model import Profile
from coach.llm.gateway import Gateway, Limits
from coach.llm.provider import Answer
from coach.llm.writer import ModelWriter

TODAY = dt.date(2026, 1, 15)
NOBODY = Profile()
HASTY = Limits(first_token_s=0.3, call_s=0.3, job_s=2.0, pause_s=0.0, retry_after_s=0.05)


class Told:
    """``says``: the messages' answer; a Failure or a number of seconds stands for failing, or for being slow."""

    def __init__(self, says, *, tokens=10):
        self.says, self.tokens, self.calls, self.asked = says, tokens, 0, []

    async def complete(self, call):
        self.calls += 1
        self.asked.append(call)
        said = self.says(call.messages) if callable(self.says) else self.says
        if isinstance(said, BaseException):
            raise said
        if isinstance(said, float):
            await asyncio.sleep(said)
            raise AssertionError("it was not stopped in time")
        return Answer(text=said, model=call.model, tokens=self.tokens)

    async def stream(self, call):
        self.calls += 1
        said = self.says(call.messages) if callable(self.says) else self.says
        for piece in said if isinstance(said, str | list | tuple) else [said]:
            if isinstance(piece, BaseException):
                raise piece
            if isinstance(piece, float):
                await asyncio.sleep(piece)
            else:
                yield piece


def in_turn(*answers):
    """Answers given one after the other; the last one stays."""
    left = list(answers)
    return lambda messages: left.pop(0) if len(left) > 1 else left[0]


def writer(completion, **options):
    told = Told(completion)
    return ModelWriter(Gateway(["test/model"], told, limits=options.pop("limits", HASTY), **options)), told


def state_of(events, today=TODAY, profile=NOBODY):
    return talk.fold(events, today=today, profile=profile)


def brief_of(text, *answers, profile=NOBODY):
    """The brief of a conversation in which everything else is left open."""
    said = [talk.Said(id=f"m{at}", day=TODAY, text=one) for at, one in enumerate((text, *answers))]
    return state_of((*said, talk.SkippedAll(id="all", day=TODAY)), profile=profile).brief(TODAY)
