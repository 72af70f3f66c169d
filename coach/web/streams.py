"""The answers being written: an append-only log of events that any number of readers follow, resume and stop.

One stream per turn. A reader that comes back says the last event it has; the log gives what follows. Stopping ends the
writer, never the log: what was written is closed as a block and kept. When a process dies its streams die with it, and
the pages show what the store holds.
"""

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from coach.web import markdown

_log = logging.getLogger(__name__)
KEPT_AT_MOST = 256  # streams of one process; the oldest ended ones go first


@dataclass(frozen=True)
class Back:
    """What is still being written reads ``text`` again: the words after it do not stand."""

    text: str = ""


@dataclass(frozen=True)
class Cut:
    """What was being said breaks off here; what follows is said instead."""


Speaker = Callable[[], AsyncIterator[str | Back | Cut]]
"""What gives the words of an answer, as they come."""

Ending = Callable[[str], Awaitable[list[tuple[str, str]]]]
"""What gives the events that close an answer, by name and data, given how it went ("", "stopped", "failed")."""


@dataclass(frozen=True)
class Event:
    """One server-sent event: ``delta``, ``reset``, ``block``, ``mark``, ``card``, ``chips``, ``error`` or ``done``."""

    id: int
    name: str
    data: str


class Stream:
    """One answer: its events so far, and whether more will come."""

    def __init__(self) -> None:
        self.log = secrets.token_hex(4)  # tells this log from the one a restarted process writes of the same turn
        self.events: list[Event] = []
        self.done = False
        self.stopped = False
        self.text = ""
        self.broke = ""  # how it broke off: "stopped" by the person, "cut" by the model, "failed"
        self.broken_text = ""  # what was said until then
        self._changed = asyncio.Event()
        self._saying = True
        self._writer: asyncio.Task[None] | None = None

    def begin(self, speaker: Speaker, ending: Ending) -> None:
        """Write what ``speaker`` says, then the events of ``ending``, then ``done``."""
        self._writer = asyncio.create_task(self._write(speaker, ending))

    async def stop(self) -> None:
        """End the writing; what was said is closed as a block. Does nothing to an answer that has ended."""
        if self._writer is None or self.done:
            return
        if self._saying:  # else it has said all, and closes by itself
            self.stopped = True
            self._saying = False
            self._writer.cancel()
        await asyncio.wait({self._writer})

    def after(self, last_event_id: str) -> int:
        """The number of the last event a reader has, as its Last-Event-ID says; 0 for another log's."""
        log, _, number = last_event_id.partition(":")
        return int(number) if log == self.log and number.isascii() and number.isdigit() and len(number) < 9 else 0

    async def follow(self, after: int = 0) -> AsyncIterator[Event]:
        """The events after number ``after``, those to come included, until ``done``."""
        position = max(0, after)
        while True:
            changed = self._changed
            while position < len(self.events):
                yield self.events[position]
                position += 1
            if self.done:
                return
            await changed.wait()

    def _add(self, name: str, data: str) -> None:
        self.events.append(Event(len(self.events) + 1, name, data))
        self.done = name == "done"
        self._changed.set()
        self._changed = asyncio.Event()

    async def _write(self, speaker: Speaker, ending: Ending) -> None:
        how = await self._say(speaker)
        try:
            for name, data in await ending(how):  # after a stop or a failure too: the turn stays usable
                self._add(name, data)
        finally:
            self._add("done", how)

    async def _say(self, speaker: Speaker) -> str:
        """How it went: "" to the end, "stopped" or "failed". What was said is shown in each case."""
        how, pending = "", ""
        try:
            async for words in speaker():
                pending = self._take(words, pending)
        except asyncio.CancelledError:
            if not self.stopped:  # the process is going down: the store has the turn
                raise
            how = "stopped"
        except Exception:
            _log.exception("an answer could not be written to its end")
            how = "failed"
        self._saying = False
        if how:
            self._break(how)
        self._close(pending)
        if how == "failed":
            self._add("error", how)
        return how

    def _take(self, words: str | Back | Cut, pending: str) -> str:
        """Log what is said; gives what is not yet in a finished block."""
        if isinstance(words, Back):
            self.text = self.text.removesuffix(pending) + words.text
            self._add("reset", words.text)
            return words.text
        if isinstance(words, Cut):
            self._close(pending)
            self._break("cut")
            self._add("mark", "cut")
            self.text += "\n\n"
            return ""
        self.text += words
        blocks, pending = markdown.finished_blocks(pending + words)
        for block in blocks:  # takes the place of the words shown so far; what it does not hold is said after it
            self._add("block", markdown.html(block))
        if fresh := pending if blocks else words:
            self._add("delta", fresh)
        return pending

    def _break(self, how: str) -> None:
        self.broke, self.broken_text = how, self.text

    def _close(self, pending: str) -> None:
        """A paragraph cut short is still shown, as safe HTML."""
        if pending.strip():
            self._add("block", markdown.html(pending))


class Streams:
    """The streams of this process, by conversation and turn."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Stream] = OrderedDict()

    def get(self, key: str) -> Stream | None:
        """The stream of a turn, when this process wrote it and still has it."""
        return self._kept.get(key)

    def begin(self, key: str, speaker: Speaker, ending: Ending, *, again: bool = False) -> Stream:
        """Start writing a turn's answer; the one written already, if there is one, unless it is to be said ``again``."""
        known = self._kept.get(key)
        if known is not None and not (again and known.done):
            return known
        stream = self._kept[key] = Stream()
        stream.begin(speaker, ending)
        self._forget()
        return stream

    def speaking(self, prefix: str) -> list[str]:
        """The keys that begin so, of answers still being written."""
        return [key for key, stream in self._kept.items() if key.startswith(prefix) and not stream.done]

    async def hush(self, prefix: str) -> None:
        """End the answers whose key begins so, and forget them: the person has gone on."""
        for key in self.speaking(prefix):
            await self._kept[key].stop()
            self._kept.pop(key, None)

    def _forget(self) -> None:
        for key in [key for key, stream in self._kept.items() if stream.done][: max(0, len(self._kept) - KEPT_AT_MOST)]:
            del self._kept[key]


def words_of(text: str) -> Speaker:
    """A speaker that says a text already known, a word at a time and without delay."""

    async def speak() -> AsyncIterator[str]:
        for word in text.replace("\r\n", "\n").splitlines(keepends=True):
            for piece in pieces(word):
                yield piece
            await asyncio.sleep(0)

    return speak


def in_one_piece(speaker: Speaker) -> Speaker:
    """The same words, said at once when the last is known."""

    async def speak() -> AsyncIterator[str | Back | Cut]:
        whole = ""
        async for words in speaker():
            if isinstance(words, Back):
                whole = words.text
            elif isinstance(words, Cut):
                yield whole
                yield words
                whole = ""
            else:
                whole += words
        yield whole

    return speak


def pieces(line: str) -> list[str]:
    """A line cut after its spaces; joined, the line again."""
    found, start = [], 0
    for position, character in enumerate(line):
        if character == " ":
            found.append(line[start : position + 1])
            start = position + 1
    return [*found, line[start:]]
