"""The reading of a repeated phrase grows with its length, not with its square, whichever phrase of the lexicon it is."""

import datetime as dt
import time

import pytest

from coach.core.facts.reading import extract
from coach.core.facts.words import alternatives
from coach.core.lexicon import LANGUAGES, load

TODAY = dt.date(2026, 1, 15)
LENGTH = 10_000


def _phrases():
    """The first phrase of each list of the reading's tables: each opens a branch of its own."""
    for language in LANGUAGES:
        lexicon = load(language)
        for table in ("zones", "frames", "kind", "objects", "scope", "verbs", "metrics"):
            for entry, phrases in lexicon[table].items():
                if isinstance(phrases, list) and phrases:
                    yield language, f"{table}.{entry}", next(alternatives(phrases[0])).replace("+", "").replace("_", "")
        for entry, phrases in lexicon["metrics"]["options"].items():
            if isinstance(phrases, list):
                yield language, f"cue.{entry}", next(alternatives(phrases[0]))


def _seconds(text, language):
    start = time.process_time()
    extract(text, today=TODAY, language=language)
    return time.process_time() - start


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_of_the_lexicon_is_slow_when_repeated(language):
    slow = {}
    for code, entry, phrase in _phrases():
        if code != language:
            continue
        for between in (" ", " 3 "):
            text = (phrase + between) * (LENGTH // (len(phrase) + len(between)))
            taken = _seconds(text, language)
            if taken > 0.15 and (taken := _seconds(text, language)) > 0.15:  # once more: a machine may be busy
                slow[entry + between] = taken
    assert not slow


@pytest.mark.parametrize("joint", [" et ", ", ", " ; ", "\n", " grâce à ", " avec un "])
def test_a_goal_repeated_without_end_is_read_in_linear_time(joint):
    text = f"signer 10 contrats{joint}" * 600
    short, long = (min(_seconds(text[:size], "fr") for _ in range(3)) for size in (LENGTH // 2, LENGTH))
    assert long < 3 * short + 0.02
