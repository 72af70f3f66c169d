"""What a model answers with, by schema: words only. No field can carry a figure as a figure."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Wording(_Answer):
    """A question and why it is asked."""

    text: str = Field(min_length=1, max_length=300)
    why: str = Field(default="", max_length=300)


class Variant(_Answer):
    """One wording of a goal, its figures as slots, and what reaching it brings."""

    statement: str = Field(min_length=1, max_length=500)
    rationale: str = Field(default="", max_length=600)


class Prose(_Answer):
    """One to three wordings."""

    variants: list[Variant] = Field(min_length=1, max_length=3)


class Pointed(_Answer):
    """Words of a message that may say one missing fact."""

    slot: Literal["object", "target", "deadline"]
    quote: str = Field(min_length=1, max_length=200)
    metric: str = Field(default="", max_length=40)


class Pointers(_Answer):
    """What a second reader points at; empty when the message says nothing of it."""

    facts: list[Pointed] = Field(default_factory=list, max_length=6)
