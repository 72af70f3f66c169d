"""A turn heard while a model words it: what may be heard, as it comes, then the conversation as it stands."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Literal

from coach.core.model.base import Value
from coach.service import conversations
from coach.service.coach import Coach
from coach.service.values import Actor, Conversation


class Heard(Value):
    """Some of the words being written. They are provisional until the conversation follows.

    ``more``: they follow those said so far · ``withdrawn``: those do not stand · ``cut``: the model went away ·
    ``absent``: it was not there at all.
    """

    what: Literal["more", "withdrawn", "cut", "absent"]
    words: str = ""


class _Ear:
    """Hands what it hears to whoever waits for it."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[Heard | None] = asyncio.Queue()

    def said(self, words: str) -> None:
        """As ports.Listener says."""
        if words:
            self.heard.put_nowait(Heard(what="more", words=words))

    def withdrawn(self) -> None:
        """As ports.Listener says."""
        self.heard.put_nowait(Heard(what="withdrawn"))

    def cut(self) -> None:
        """As ports.Listener says."""
        self.heard.put_nowait(Heard(what="cut"))

    def absent(self) -> None:
        """As ports.Listener says."""
        self.heard.put_nowait(Heard(what="absent"))


async def turn(coach: Coach, actor: Actor, taken: Conversation) -> AsyncGenerator[Heard | Conversation, None]:
    """What the model says to the turn that was taken, as it comes; last, the conversation.

    Closing the generator ends the model's call; the turn itself was committed before.
    """
    ear = _Ear()
    work = asyncio.create_task(conversations.reworded(coach, actor, taken, ear))
    work.add_done_callback(lambda _: ear.heard.put_nowait(None))
    try:
        while (heard := await ear.heard.get()) is not None:
            yield heard
        yield await work
    finally:
        if not work.done():
            work.cancel()
        with suppress(asyncio.CancelledError, Exception):  # what it raised was raised above
            await work
