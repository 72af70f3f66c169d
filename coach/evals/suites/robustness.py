"""The same goal in other clothes: capitals, no accents, slips, emoji, a mail around it, the other language."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from coach import flow
from coach.core.model import Assessment
from coach.evals import cases
from coach.evals.cases import Goal
from coach.evals.scorers import Mark, Marks, yes
from coach.evals.subjects import Subject
from coach.evals.suites import reading
from coach.evals.suites.base import Item, Suite
from coach.evals.trace import Trace

_MAIL = {
    "fr": "Bonjour à toutes et à tous,\n\nSuite à notre échange, voici ce que je retiens :\n\n{}\n\nBonne journée,\nCamille",
    "en": "Hello everyone,\n\nFollowing up on our chat, here is what I take from it:\n\n{}\n\nHave a good evening,\nRobin",
}  # fmt: skip
_GAP = re.compile(r"(?<=[^\W\d]) (?=[^\W\d])")  # between words: twice a space inside a number is another number
_WORD = re.compile(r"[^\W\d_]{8,}")


def _accents(text: str, lang: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def _slip(text: str, lang: str) -> str:
    """Two neighbouring letters swapped in one long word, always the same one of a text."""
    words = list(_WORD.finditer(text))
    if not words:
        return text
    drawn = int(hashlib.sha256(text.encode()).hexdigest(), 16)
    word = words[drawn % len(words)]
    at = word.start() + 2 + drawn % (len(word.group()) - 4)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _spaces(text: str, lang: str) -> str:
    return "  " + _GAP.sub("  ", text, count=2).replace(" %", "\u202f%").replace(" €", "\u00a0€") + " \n"


FORMS: Mapping[str, Callable[[str, str], str]] = {
    "capitals": lambda text, lang: text.upper(),
    "small": lambda text, lang: text.lower(),
    "accents": _accents,
    "slip": _slip,
    "emoji": lambda text, lang: f"🎯 {text} 💪",
    "mail": lambda text, lang: _MAIL[lang].format(text),
    "spaces": _spaces,
    "list": lambda text, lang: f"- {text.replace('’', chr(39))} ;",
}
"""Each changes how a text looks and nothing of what it says."""


class Robustness(Suite):
    """A goal in its eight forms, or a labelled sentence beside its twin of the other language."""

    name = "robustness"
    about = "The same goal in other forms, read and judged alike."
    metrics = dict.fromkeys(FORMS, "read and judged as in its plain form") | {
        "alike": "read alike in every form", "translation": "both languages read and judged alike",
    }  # fmt: skip
    reported = frozenset({"alike"})
    needs_dialogue = False
    pack = 20

    @cached_property
    def goals(self) -> Mapping[str, Goal]:
        """By id."""
        return {one.id: one for one in cases.goals(self.folder) if one.wants[0].text}

    @cached_property
    def pairs(self) -> Mapping[str, Mapping[str, Any]]:
        """The labelled sentences that have a twin: pair → language → row."""
        found: dict[str, dict[str, Any]] = {}
        for row in reading.rows(self.folder).values():
            if row.get("pair"):
                found.setdefault(row["pair"], {})[row["lang"]] = row
        return {name: both for name, both in found.items() if len(both) == 2}

    def items(self) -> Sequence[Item]:
        """As Suite says."""
        ours = [
            Item(one.id, one.id, one.cluster, {"lang": one.lang, "split": one.split}) for one in self.goals.values()
        ]
        return ours + [Item(name, name, name, {"kind": "translation"}) for name in self.pairs]

    async def play(self, item: Item, subject: Subject) -> tuple[Trace, str]:
        """As Suite says."""
        if item.case in self.pairs:
            both = self.pairs[item.case]
            found = {lang: _read(both[lang]["text"]) for lang in ("fr", "en")}
            return Trace(found=found, said=(both["fr"]["text"], both["en"]["text"])), both["fr"]["text"]
        case = self.goals[item.case]
        text = case.wants[0].text
        found = {"plain": _read(text)} | {name: _read(form(text, case.lang)) for name, form in FORMS.items()}
        return Trace(found=found), text

    def marks(self, item: Item, trace: Trace) -> Marks:
        """As Suite says."""
        if "fr" in trace.found:
            return {"translation": _alike(trace.found["fr"], trace.found["en"])}
        plain = trace.found["plain"]
        out = {name: _alike(plain, trace.found[name]) for name in FORMS}
        wrong = [name for name, mark in out.items() if not mark.value]
        return {**out, "alike": yes(not wrong, ", ".join(wrong))}

    def keeps(self, item: Item, trace: Trace, marks: Marks) -> bool:
        """Only where two forms differ."""
        return any(mark.value == 0 for mark in marks.values())


def _read(text: str) -> dict[str, Any]:
    read: Assessment = flow.check(text, today=cases.TODAY)
    return {**reading.slots(read.reading.first), **reading.verdicts(read)}


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> Mark:
    apart = [f"{name}: {one[name]} / {other[name]}" for name in one if one[name] != other[name]]
    return yes(not apart, "; ".join(apart))
