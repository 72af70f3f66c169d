"""``coach draft``: goals from a text, without dialogue."""

import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from coach.core.model import Context, Profile
from coach.errors import BadInput

if TYPE_CHECKING:
    from coach.core.model.kpi import KpiSeries

CONTEXT_AT_MOST = 100_000  # bytes


def run(
    text: str,
    *,
    language: str | None,
    today: dt.date,
    context: Path | None,
    as_json: bool,
    history: Path | None = None,
    metric: str | None = None,
) -> None:
    """Show the drafts, each figure with its source; what is unknown is marked.

    Raises:
        BadInput: The text holds no ambition, or the context file cannot be read.
    """
    from coach import flow, wording
    from coach.entrance import storable

    profile = Profile(context=read_context(context)) if context else Profile()
    past = read_past(history, metric, text, language, today) if history else None
    found = flow.draft(storable(text), today=today, profile=profile, language=language, history=past)
    drafts = tuple(wording.word(draft, draft.language) for draft in found)
    if as_json:
        for draft in drafts:
            sys.stdout.buffer.write(draft.model_dump_json().encode("utf-8", "backslashreplace") + b"\n")
        return
    from coach.cli import show

    if not drafts:
        read = flow.check(text, today=today, profile=profile, language=language, history=past)
        show.card(wording.word(read, language or "en"))
        return
    show.drafts(drafts)


def read_past(history: Path, metric: str | None, text: str, language: str | None, today: dt.date) -> "KpiSeries":
    """The past figures of a file: of ``metric``, else of what the text counts.

    Raises:
        BadInput: The text names no indicator, or the file cannot be read.
    """
    from coach import flow
    from coach.cli.calibrate import read_history

    named = metric or flow.check(text, today=today, language=language).reading.first.metric
    if named is None:
        raise BadInput("The text names no indicator.", remedy="Say what --history is of with --metric.")
    return read_history(history, metric=named, today=today)


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
