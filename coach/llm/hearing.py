"""What may be heard of an answer while it comes: a question word by word, a goal sentence by sentence.

Nobody hears what verification would refuse for a figure, a link or another language. What is heard is still
provisional: the whole answer is judged when it is there, and taken back when it fails.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, Literal

from pydantic_core import from_json

from coach.ports import Listener

Verdict = Literal["said", "later", "never"]
_LAST_SPACE = re.compile(r"^.*\s(?=\S*$)", re.S)


def fields(text: str) -> dict[str, Any]:
    """What a JSON object that is still being written says so far; its last string may be cut short."""
    start = text.find("{")
    if start < 0:
        return {}
    try:
        found = from_json(text[start:], allow_partial="trailing-strings")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


class Words:
    """Says a text that grows, whole words of it, as far as ``judge`` lets its beginning be said."""

    def __init__(self, listener: Listener, judge: Callable[[str], Verdict]) -> None:
        self._listener = listener
        self._judge = judge
        self.begin()

    def begin(self) -> None:
        """Another answer begins: what was said of the one before is taken back."""
        if getattr(self, "said", ""):
            self._listener.withdrawn()
        self.said, self._mute = "", False

    def more(self, answer: str) -> None:
        """The JSON answer so far."""
        if self._mute:
            return
        text = fields(answer).get("text", "")
        whole = _LAST_SPACE.match(text) if isinstance(text, str) else None
        ready = whole[0] if whole else ""
        if len(ready) <= len(self.said):
            return
        verdict = self._judge(ready) if ready.startswith(self.said) else "never"
        if verdict == "said":
            self._listener.said(ready[len(self.said) :])
            self.said = ready
        elif verdict == "never":
            self.begin()
            self._mute = True

    def settle(self, text: str) -> None:
        """The answer as it will be shown: what is missing of it is said."""
        if not text.startswith(self.said):
            self.begin()
        self._listener.said(text[len(self.said) :])
        self.said = text


class Sentences:
    """Says each statement of a growing set of wordings once it is whole and ``passes``."""

    def __init__(self, listener: Listener, passes: Callable[[str], str]) -> None:
        """``passes`` gives the statement as it will be shown, empty when it may not be."""
        self._listener = listener
        self._passes = passes
        self._seen = 0
        self.said: list[str] = []

    def begin(self) -> None:
        """Another answer begins; what passed is not taken back."""
        self._seen = 0

    def more(self, answer: str) -> None:
        """The JSON answer so far."""
        variants = fields(answer).get("variants", [])
        for variant in variants[self._seen :] if isinstance(variants, list) else []:
            whole = variant is not variants[-1] or (
                isinstance(variant, dict) and next(reversed(variant), "") != "statement"
            )
            if not whole:
                return
            self._seen += 1
            statement = variant.get("statement") if isinstance(variant, dict) else None
            self._say(self._passes(statement) if isinstance(statement, str) else "")

    def settle(self, shown: Iterable[str]) -> None:
        """The statements as they will be shown: those that nobody heard yet are said."""
        for statement in shown:
            self._say(statement)

    def _say(self, shown: str) -> None:
        if shown and shown not in self.said:
            self.said.append(shown)
            self._listener.said(f"{shown}\n\n")
