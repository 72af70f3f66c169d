"""What the flow needs from outside, as Protocols. The core itself needs nothing."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from coach.core.model import Brief, Candidate, Pointer, Question, Slot


class Listener(Protocol):
    """Hears a writer's words while they come. They are provisional: what the writer returns is what stands.

    A question is heard word by word, a goal sentence by sentence; neither with a figure that code did not put there.
    """

    def said(self, words: str) -> None:
        """These words follow those said so far."""
        ...

    def withdrawn(self) -> None:
        """What was said so far may not stand; what follows begins anew."""
        ...

    def cut(self) -> None:
        """The writer went away in the middle of what it was saying."""
        ...

    def absent(self) -> None:
        """The writer could not be reached, or not in time: nothing will be said."""
        ...


class Writer(Protocol):
    """Words what the core decided, deciding nothing. Its drafts are verified like anyone's; it may fail at any time.

    The built-in writer is the catalogue and ``coach.core.drafting``: always there, never slow.
    """

    @property
    def name(self) -> str:
        """Who is shown as the author of what it wrote."""
        ...

    def for_turn(self, workspace: str, people: Sequence[str] = ()) -> "Writer":
        """The same, for one turn of one workspace: its budget, its people's names kept in, three calls in all."""
        ...

    async def pointers(self, text: str, slots: Sequence[Slot], language: str) -> tuple[Pointer, ...]:
        """Words of ``text`` that may say the ``slots``, for the rules to read; none is a fact yet.

        Raises:
            ModelUnavailable: No words came in time; the manager is asked.
        """
        ...

    async def question(self, question: Question, brief: Brief | None, heard: Listener | None = None) -> Question:
        """The same question, its ``text`` and ``why`` worded: one question mark, no figure.

        Raises:
            ModelUnavailable: No words came in time; the catalogue's stand.
        """
        ...

    async def drafts(
        self, brief: Brief, heard: Listener | None = None, shown: Sequence[str] = ()
    ) -> tuple[Candidate, ...]:
        """Wordings of the brief, figures in typed slots that code rendered; others than those ``shown`` already.

        Raises:
            ModelUnavailable: No words came in time; the built-in drafter's stand.
        """
        ...


class Jobs(Protocol):
    """Runs work apart from the request that asked for it, once, even over a crash.

    A job may be begun twice: what it does must come to the same when it is.
    """

    async def enqueue(self, name: str, payload: Mapping[str, Any], *, key: str | None = None) -> bool:
        """Have the job of that name done with ``payload`` (plain JSON).

        Returns:
            False when a job with the same ``key`` is waiting or under way: this one is then dropped.
        """
        ...
