"""The sentences that are said: one gettext catalogue per language, whose keys are codes.

``messages("fr")`` maps a key to its text, or to its singular and plural when the catalogue gives both. A further
language is a further ``.po`` file beside these; what it lacks is said in English.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources

Text = str | tuple[str, ...]

FALLBACK = "en"


@cache
def languages() -> tuple[str, ...]:
    """The languages that have a catalogue."""
    return tuple(sorted(file.name[:-3] for file in resources.files(__name__).iterdir() if file.name.endswith(".po")))


@cache
def messages(language: str) -> Mapping[str, Text]:
    """Every message of one catalogue.

    Raises:
        KeyError: There is no catalogue for ``language``.
    """
    from babel.messages.pofile import read_po  # 30 ms: only whoever words something pays for it

    if language not in languages():
        raise KeyError(language)
    with (resources.files(__name__) / f"{language}.po").open("rb") as stream:
        catalogue = read_po(stream, locale=language)
    return {_key(message.id): _text(message.string) for message in catalogue if message.id and message.string}


def _key(id: str | tuple[str, ...] | list[str]) -> str:
    return id if isinstance(id, str) else id[0]


def _text(string: str | tuple[str, ...] | list[str]) -> Text:
    return string if isinstance(string, str) else tuple(string)
