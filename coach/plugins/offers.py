"""What a plugin may offer beside connectors: a SMART rule of the house, a way to take goals elsewhere, a way to tell people."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from coach.core.model import Criterion, Profile, Reading, Span, Verdict
from coach.core.model.base import Number, Value

Words = Mapping[str, str]
"""The same words in each language: ``{"fr": …, "en": …}``."""


class Judged(Value):
    """What a rule says of one text: its verdict, and where it read that. ``params`` fill the rule's message."""

    verdict: Verdict
    spans: tuple[Span, ...] = ()
    params: dict[str, str | int | float] = {}


Judge = Callable[[Reading, Profile], Judged | None]
"""Pure: same reading, same verdict. None when the rule has nothing to say of this text."""


@dataclass(frozen=True, slots=True)
class SmartRule:
    """A rule of the house, added to one criterion's findings.

    ``id`` is ``<plugin>.<name>``; ``message`` holds, for each language, what is said for each verdict the rule may give
    (``{"fr": {"fail": "…{params}…"}, "en": {…}}``); ``source`` says on whose authority it judges.
    """

    id: str
    criterion: Criterion
    judge: Judge
    message: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    source: str = ""


class ExportedGoal(Value):
    """A goal as it leaves coach. ``actual`` is the last figure known, None before the first."""

    id: str
    statement: str
    language: str
    status: str
    metric: str | None = None
    unit: str = "none"
    target: Number | None = None
    baseline: Number | None = None
    actual: Number | None = None
    start: dt.date
    due: dt.date | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Exporter:
    """A file made of goals. ``label`` is what the menu shows; ``extension`` has no dot."""

    label: Words
    media_type: str
    extension: str
    write: Callable[[Sequence[ExportedGoal], str], bytes]
    """Makes the file of the goals, in the language given."""


class Notification(Value):
    """Something worth telling: a check-in is due, a reading of the CRM failed. ``language`` is the reader's."""

    subject: str
    text: str
    language: str = "en"
    link: str | None = None
    to: str = ""  # the address the person gave for this way of telling; empty where it needs none


class Notifier(Protocol):
    """Carries one notification somewhere.

    One that has a method ``configured(settings)`` is asked for a copy of itself that knows the process's settings.
    """

    async def __call__(self, notification: Notification) -> None:
        """Deliver it, or raise ``ServiceError``."""
        ...
