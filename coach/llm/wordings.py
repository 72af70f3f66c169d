"""Whether a model's question may be shown: one question, in the right language, about the slot, without a figure."""

import re
from collections.abc import Iterator

from coach.core.drafting import mentions
from coach.core.facts.language import detect
from coach.core.facts.text import Text, fold
from coach.llm.answers import Wording
from coach.llm.hearing import Verdict

LONGEST = 220  # characters of a question, or of its reason
_TELLING = 3  # words from which a language can be told
_KEY_WORD = 5  # letters from which a word may tell what is asked: shorter ones hold sentences together
_MARKUP = re.compile(r"[<>\[\]{}|`*_#\\\n\r]|https?:|www\.|@")


def faults(wording: Wording, subject: str, language: str) -> tuple[str, ...]:
    """What is wrong with a model's wording of a question; nothing when it may be shown.

    Args:
        wording: What the model answered.
        subject: The catalogue's own words for what code chose to ask, in that language.
        language: The conversation's.
    """
    found = (*_form(wording), *_spoken(wording, language), *_figures(wording), *_off(wording, subject))
    return tuple(dict.fromkeys(found))


def begins(text: str, subject: str, language: str) -> Verdict:
    """Whether the beginning of a question may be heard before its end: whole words, a space after the last.

    It is held back until it is about what it should ask and long enough to tell its language.
    """
    spoken = detect(Text.of(text))
    if (
        len(text) > LONGEST
        or "?" in text
        or _MARKUP.search(text)
        or re.search(r"[.!…]\s", text)
        or mentions.find(text)
        or spoken not in (language, "und")
    ):
        return "never"
    told = len(text.split()) >= _TELLING and _weighty(text) & _weighty(subject)
    return "said" if told else "later"


def _form(wording: Wording) -> Iterator[str]:
    if wording.text.count("?") != 1 or not wording.text.rstrip(' »”"').endswith("?") or "?" in wording.why:
        yield "exactly one question mark, at the end of the question"
    if len(wording.text) > LONGEST or len(wording.why) > LONGEST:
        yield "too long"
    if any(_MARKUP.search(text) for text in (wording.text, wording.why)):
        yield "plain words only, without links or markup"
    if re.search(r"[.!…]\s+\S", wording.text):
        yield "one sentence"


def _spoken(wording: Wording, language: str) -> Iterator[str]:
    if any(text and detect(Text.of(text)) not in (language, "und") for text in (wording.text, wording.why)):
        yield f"the language must be {language}"


def _figures(wording: Wording) -> Iterator[str]:
    """Not even a sourced one: a question that quotes a figure suggests an answer."""
    if mentions.find(wording.text) or mentions.find(wording.why):
        yield "no number, date or amount"


def _off(wording: Wording, subject: str) -> Iterator[str]:
    """A question that shares no word of weight with the one it should ask is another question."""
    if not _weighty(wording.text) & _weighty(subject):
        yield "keep to the plain question and its key word"


def _weighty(text: str) -> set[str]:
    words = re.findall(r"[^\W\d_]+", fold(text))
    return {word[:6] for word in words if len(word) >= _KEY_WORD}


def prose_faults(text: str, language: str) -> tuple[str, ...]:
    """What is wrong with a sentence or two around a goal; nothing when they may be shown."""
    wrong = []
    if mentions.find(text):
        wrong.append("no number, date or amount")
    if _MARKUP.search(text):
        wrong.append("plain words only, without links or markup")
    if len(text) > 2 * LONGEST:
        wrong.append("too long")
    if detect(Text.of(text)) not in (language, "und"):
        wrong.append(f"the language must be {language}")
    return tuple(wrong)
