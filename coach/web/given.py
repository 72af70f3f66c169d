"""From the fields of a form to a value of the use cases, or to what is wrong with them."""

import datetime as dt
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from coach.errors import BadInput
from coach.web.forms import Form

M = TypeVar("M", bound=BaseModel)
__all__ = ["Form", "checked"]


def checked(model: type[M], **values: Any) -> M:
    """The value; BadInput, naming the field in its details, where one does not fit."""
    try:
        return cast(M, model.model_validate(values))
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        reason = "field_day" if isinstance(first.get("input"), dt.date | str) and "day" in place else "field"
        raise BadInput(
            f"{place}: {first['msg']}.", remedy="Correct it and send again.", reason=reason, field=place
        ) from None
