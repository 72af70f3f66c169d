"""The prompts: one folder each, both languages side by side, inputs declared, a missing one an error.

``prompts/<name>/prompt.toml`` declares, ``fr.jinja`` and ``en.jinja`` say. In the wheel they stand inside the package.
Text from outside is data: :func:`fenced` takes out what could end the fence it is put in.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from coach.errors import BadInput

LANGUAGES = ("fr", "en")
_LONGEST = 2_000  # characters of outside text in a prompt


class Prompt(BaseModel):
    """One prompt: what it needs, what it answers with, what must hold of the answer, and its text by language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: int
    inputs: tuple[str, ...]
    answer: str  # name of the schema in coach.llm.answers
    invariants: tuple[str, ...]
    texts: Mapping[str, str]

    def render(self, language: str, **inputs: Any) -> str:
        """The prompt in ``language``.

        Raises:
            BadInput: An input is missing or was never declared, or there is no text in that language.
        """
        if set(inputs) != set(self.inputs) or language not in self.texts:
            wrong = sorted(set(inputs) ^ set(self.inputs)) or [language]
            raise BadInput(f"The prompt {self.name} cannot be made: {', '.join(wrong)}.", remedy="See its prompt.toml.")
        return _environment().from_string(self.texts[language]).render(**inputs)


@cache
def load(name: str) -> Prompt:
    """The prompt of that name.

    Raises:
        BadInput: There is no such prompt.
    """
    folder = _folder() / name
    if not (folder / "prompt.toml").is_file():
        raise BadInput(f"There is no prompt {name}.", remedy=f"Choose one of: {', '.join(names())}.")
    declared = tomllib.loads((folder / "prompt.toml").read_text("utf-8"))
    texts = {language: (folder / f"{language}.jinja").read_text("utf-8") for language in LANGUAGES}
    return Prompt(name=name, texts=texts, **declared)


def names() -> tuple[str, ...]:
    """Every prompt there is."""
    return tuple(sorted(path.parent.name for path in _folder().glob("*/prompt.toml")))


def fenced(text: str) -> str:
    """Outside text made fit to stand between ``<<<`` and ``>>>``: one line, bounded, and unable to close the fence."""
    plain = " ".join(text.split())[:_LONGEST]
    return plain.replace("<", "‹").replace(">", "›")


def _folder() -> Path:
    """Inside the package when it was built, beside it in the repository."""
    package = Path(str(files("coach")))
    built = package / "prompt_texts"
    return built if built.is_dir() else package.parent / "prompts"


@cache
def _environment() -> Any:
    from jinja2 import Environment, StrictUndefined  # only whoever asks a model pays for it

    # plain text for a model, never HTML: escaping would change the words
    return Environment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False)  # noqa: S701
