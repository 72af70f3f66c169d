"""Corrections made beside the chat: the whole sentence, or single facts of it."""

import datetime as dt

from coach.core import rendering
from coach.core.model import Slot
from coach.web.forms import Form
from coach.web.views.talk import Field, TalkView


def statement(form: Form, shown: TalkView) -> str | None:
    """The goal's new wording; None when it is the one ``shown``. It is read again from end to end."""
    given = form.text("statement").strip()
    return given if given and given != shown.statement.strip() else None


def fields(form: Form, shown: TalkView, language: str) -> dict[Slot, str]:
    """The facts that differ from those ``shown``, as they would be said in ``language``, the conversation's."""
    changed = ((field, form.text(field.name).strip()) for field in shown.fields if field.name in form.fields)
    return {field.name: _said(field, given, language) for field, given in changed if given and given != field.value}


def _said(field: Field, given: str, language: str) -> str:
    """A date field sends 2027-03-31; a person says the day in full."""
    if field.type != "date":
        return given
    try:
        return rendering.day(dt.date.fromisoformat(given), language)
    except ValueError:
        return given
