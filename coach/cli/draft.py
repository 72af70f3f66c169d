"""``coach draft``: goals from a text, without dialogue."""

import datetime as dt
import json
import sys
from pathlib import Path

from pydantic import ValidationError

from coach.core.model import Context, Profile
from coach.errors import BadInput

CONTEXT_AT_MOST = 100_000  # bytes


def run(text: str, *, language: str | None, today: dt.date, context: Path | None, as_json: bool) -> None:
    """Show the drafts, each figure with its source; what is unknown is marked.

    Raises:
        BadInput: The text holds no ambition, or the context file cannot be read.
    """
    from coach import flow, wording
    from coach.entrance import storable

    profile = Profile(context=read_context(context)) if context else Profile()
    found = flow.draft(storable(text), today=today, profile=profile, language=language)
    drafts = tuple(wording.word(draft, draft.language) for draft in found)
    if as_json:
        for draft in drafts:
            sys.stdout.buffer.write(draft.model_dump_json().encode("utf-8", "backslashreplace") + b"\n")
        return
    from coach.cli import show

    if not drafts:
        show.card(wording.word(flow.check(text, today=today, profile=profile, language=language), language or "en"))
        return
    show.drafts(drafts)


def read_context(path: Path) -> Context:
    """The team and company of a JSON file.

    Raises:
        BadInput: There is no such file, or it is not a context.
    """
    try:
        raw = path.read_bytes()[: CONTEXT_AT_MOST + 1]
    except OSError as error:
        raise BadInput(f"Cannot read {path} ({error.strerror}).", remedy="Check the path.") from None
    if len(raw) > CONTEXT_AT_MOST:
        raise BadInput(f"{path} is larger than {CONTEXT_AT_MOST} bytes.", remedy="A context is a few lines of JSON.")
    try:
        return Context.model_validate(json.loads(raw))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise BadInput(f"{path}: {where}: {first['msg']}.", remedy=_example()) from None
    except (ValueError, RecursionError):
        raise BadInput(f"{path} is not JSON in UTF-8.", remedy=_example()) from None


def _example() -> str:
    return 'Write for instance {"company": "sme", "maturity": "junior", "headcount": 3}.'
