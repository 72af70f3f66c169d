"""What every value of the line has in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer

Span = tuple[int, int]
"""Half-open character offsets into the text exactly as typed."""


def _as_written(number: float) -> float | int:
    return int(number) if number == int(number) and abs(number) < 1e15 else number


Number = Annotated[float, PlainSerializer(_as_written, return_type=float | int)]
"""A figure in base units; a whole one is written without a decimal point on the wire."""


class Value(BaseModel):
    """An immutable value: unknown fields are refused, equality is by content."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
