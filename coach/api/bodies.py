"""What callers send: read strictly, in one pass, and described in the OpenAPI document with examples.

FastAPI would parse the JSON, then convert leniently: ``"3"`` for 3, or 0 for the first of January 1970. Here pydantic
reads the bytes themselves, strictly: a day is an ISO string, a number is a number.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from pydantic.json_schema import models_json_schema

M = TypeVar("M", bound=BaseModel)

PLACE = "#/components/schemas/{model}"
_described: set[type[BaseModel]] = set()


async def read(request: Request, model: type[M]) -> M:
    """The body as ``model``; RequestValidationError says where it is not one."""
    try:
        return model.model_validate_json(await request.body(), strict=True)
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False, include_input=False)
        raise RequestValidationError([{**error, "loc": ("body", *error["loc"])} for error in errors]) from None


def sent(model: type[M]) -> Callable[[Request], Awaitable[M]]:
    """A dependency that reads the body as ``model``."""

    async def reading(request: Request) -> M:
        return await read(request, model)

    return reading


def describes(model: type[BaseModel], **examples: dict[str, Any]) -> dict[str, Any]:
    """The route's ``openapi_extra`` for a body of that model, with an example per language."""
    _described.add(model)
    shown = {code: {"summary": _SUMMARIES[code], "value": value} for code, value in examples.items()}
    schema = {"$ref": PLACE.format(model=model.__name__)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema, "examples": shown}}}}


def schemas() -> dict[str, Any]:
    """The JSON schema of each body that was described, and of what they hold, by name."""
    ordered = sorted(_described, key=lambda model: model.__name__)
    _, found = models_json_schema([(model, "validation") for model in ordered], ref_template=PLACE)
    return found["$defs"]


_SUMMARIES = {"fr": "En français", "en": "In English"}
