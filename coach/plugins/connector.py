"""What a connector is: four verbs over one account of one CRM."""

import datetime as dt
from collections.abc import AsyncIterator, Callable
from typing import Any, Literal, Protocol, runtime_checkable

from pydantic import AwareDatetime

from coach.core.kpis import Countability
from coach.core.model.base import Value
from coach.core.model.kpi import KpiSeries
from coach.plugins.records import Account, AnyRecord, Entity, Mapping

Settings = dict[str, Any]
"""What was configured for this connector, and nothing of any other's."""

Clock = Callable[[], dt.datetime]


def now() -> dt.datetime:
    """The present, aware. Connectors take it as an argument so that tests can stand in any day."""
    return dt.datetime.now(dt.UTC)


class State(Value):
    """How far one entity was read. Empty: never.

    ``until`` is where the last finished reading ended, never the latest date seen in a record. ``cursor`` and
    ``started`` belong to a reading under way, and are only kept by CRMs whose cursors outlive a pause.
    """

    until: AwareDatetime | None = None
    cursor: str | None = None
    started: AwareDatetime | None = None


class Page(Value):
    """Records, and the state that holds once they are stored: store both or neither.

    ``doubts`` says what could not be read, record by record, without stopping the rest.
    """

    records: tuple[AnyRecord, ...]
    state: State
    doubts: tuple[str, ...] = ()


class Ability(Value):
    """How well this account can count one KPI. ``missing`` names the scopes an administrator could add."""

    metric: str
    level: Countability
    missing: tuple[str, ...] = ()


class Health(Value):
    """What a cheap call told about the connection."""

    account: Account
    abilities: tuple[Ability, ...] = ()
    notes: tuple[str, ...] = ()
    synthetic: bool = False  # invented figures: to be labelled wherever they are shown


class Choice(Value):
    """One stage, activity type or outcome of the account, and the mapping field its label speaks for, if any."""

    kind: Literal["pipeline", "stage", "activity_type", "outcome"]
    id: str
    label: str
    suggests: str | None = None


class Discovery(Value):
    """What the account's own words could mean: the choices to show, and the mapping they suggest."""

    choices: tuple[Choice, ...] = ()
    mapping: Mapping = Mapping()


@runtime_checkable
class Connector(Protocol):
    """One account of one CRM, for as long as it is open.

    Every verb raises only :class:`coach.errors.CrmError` (or a child): ``CrmUnavailable`` when later may do,
    ``CrmRefused`` when an administrator has to act.

    Two attributes may be added: ``snapshots = True`` where every reading gives everything there is (a file), so that what does
    not come is gone; ``tokens_spent``, what this connection used of today's budget, given back as ``tokens_spent_today``.
    """

    entities: tuple[Entity, ...]

    async def check(self) -> Health:
        """One cheap call: is the credential good, and which KPIs can it count?"""
        ...

    async def discover(self) -> Discovery:
        """Pipelines, stages and types by label, with what they seem to mean."""
        ...

    def sync(self, entity: Entity, state: State) -> AsyncIterator[Page]:
        """What changed since ``state``, page by page; everything, from an empty one.

        A record may come twice; the later copy holds. The last page's ``state.until`` is where the next reading starts.
        """
        ...

    async def close(self) -> None:
        """Let go of the network. Safe to call twice."""
        ...


@runtime_checkable
class GivesSeries(Protocol):
    """A source that holds past figures rather than records."""

    async def series(self) -> tuple[KpiSeries, ...]:
        """Every KPI series of the source, oldest period first."""
        ...


Factory = Callable[[Settings], Connector]
"""Makes a connector from its own settings; raises ``CrmRefused`` or ``BadInput`` when they cannot work."""
