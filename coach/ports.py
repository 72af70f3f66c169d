"""What the flow needs from outside, as Protocols. The core itself needs nothing."""

from typing import Protocol

from coach.core.model import Brief, Candidate, Question


class Writer(Protocol):
    """Words what the core decided, deciding nothing. Its drafts are verified like anyone's; it may fail at any time.

    The built-in writer is the catalogue and ``coach.core.drafting``: always there, never slow.
    """

    @property
    def name(self) -> str:
        """Who is shown as the author of what it wrote."""
        ...

    async def question(self, question: Question, brief: Brief | None) -> Question:
        """The same question, its ``text`` and ``why`` worded: one question mark, no figure.

        Raises:
            ModelUnavailable: No words came in time; the catalogue's stand.
        """
        ...

    async def drafts(self, brief: Brief) -> tuple[Candidate, ...]:
        """Wordings of the brief, figures in typed slots that code rendered.

        Raises:
            ModelUnavailable: No words came in time; the built-in drafter's stand.
        """
        ...
