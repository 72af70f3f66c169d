"""Words of the trade, one TOML file per language: data, so that a language is added without touching code.

Every word stands as :func:`coach.core.facts.text.fold` leaves it (lower case, no accents, plain apostrophe) or is folded
on loading by whoever compiles it. Reading package data at import is the core's only contact with a file.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("fr", "en")
"""Languages read in full; PARTIAL ones are announced as such."""

PARTIAL: tuple[str, ...] = ("es",)
"""Languages whose commonest sentence shapes are read, and to which what a catalogue lacks is said in English."""


@cache
def load(language: str) -> Mapping[str, Any]:
    """The tables of one language (``time``, ``numbers``, ``metrics``, …).

    Raises:
        KeyError: There is no lexicon for ``language``.
    """
    source = resources.files(__name__).joinpath(f"{language}.toml")
    if language not in (*LANGUAGES, *PARTIAL) or not source.is_file():
        raise KeyError(language)
    return tomllib.loads(source.read_text(encoding="utf-8"))
