"""What every entrance refuses before a text goes down the line: page, API, command line, file."""

from coach.core.facts.text import LONGEST
from coach.errors import BadInput


def storable(text: str) -> str:
    """The text untouched, when both databases can hold it and the line reads it in bounded time.

    Raises:
        BadInput: It is empty (``reason="empty"``), over LONGEST characters (``too_long``), or no text (``not_text``).
    """
    if not text.strip():
        raise BadInput("There is nothing to read.", remedy="Write the ambition in a sentence.", reason="empty")
    if len(text) > LONGEST:
        raise BadInput(
            f"This text has {len(text):,} characters; {LONGEST:,} at most can be read.",
            remedy="Keep the sentences that state the goal.",
            reason="too_long",
        )
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise BadInput(
            "This text holds characters that are not text (NUL, or half of a pair).",
            remedy="Type it again, or paste it as plain text.",
            reason="not_text",
        )
    return text
