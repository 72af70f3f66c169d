"""A synthetic team to try coach with: seeded, three years long, and labelled as invented wherever it is shown."""

import datetime as dt
from collections.abc import AsyncIterator, Iterable

from pydantic import Field, ValidationError

from coach.core import kpis
from coach.core.model.base import Value
from coach.errors import BadInput
from coach.plugins.builtin import team
from coach.plugins.connector import Ability, Choice, Clock, Discovery, Health, Page, Settings, State, now
from coach.plugins.hookspecs import RegisterConnector, hookimpl
from coach.plugins.records import ENTITIES, AnyRecord, Entity

PAGE = 200
COUNTED = ("qualified_meetings", "calls", "leads", "quotes_sent", "new_customers", "deals_won", "revenue",
           "pipeline_value", "conversion_rate", "closing_rate", "average_deal_size", "upsell_revenue", "margin",
           "response_rate", "nps")  # fmt: skip


class DemoSettings(Value):
    """How large a team to invent."""

    seed: int = 7
    months: int = Field(default=36, ge=1, le=60)
    deals_a_month: int = Field(default=40, ge=1, le=2_000)


class Demo:
    """The invented team, behind the same four verbs as a CRM."""

    entities: tuple[Entity, ...] = ENTITIES

    def __init__(self, settings: Settings, clock: Clock = now) -> None:
        try:
            self.settings = DemoSettings.model_validate(settings)
        except ValidationError as error:
            raise BadInput(f"The demo settings cannot work: {error.errors()[0]['msg']}.") from None
        self.clock = clock

    def _team(self) -> team.Team:
        asked = self.settings
        return team.invent(self.clock(), seed=asked.seed, months=asked.months, deals_a_month=asked.deals_a_month)

    async def check(self) -> Health:
        """Always in good health, and always synthetic."""
        abilities = tuple(Ability(metric=id, level="exact" if id in COUNTED else "none") for id in kpis.KPIS)
        return Health(account=self._team().account, abilities=abilities, synthetic=True)

    async def discover(self) -> Discovery:
        """The team's one pipeline, and what its stages mean."""
        stages = team.pipeline().stages
        meant = {"12": "qualified_stages", "13": "demo_stages", "14": "quote_stages"}
        choices = tuple(Choice(kind="stage", id=s.id, label=s.label, suggests=meant.get(s.id)) for s in stages)
        return Discovery(choices=choices, mapping=team.MAPPING)

    async def sync(self, entity: Entity, state: State) -> AsyncIterator[Page]:
        """What changed since ``state``, two hundred records a page."""
        invented = self._team()
        told = invented.activities + invented.messages if entity == "activities" else getattr(invented, entity)
        records = list(_since(told, state.until))
        for start in range(0, max(1, len(records)), PAGE):
            last = start + PAGE >= len(records)
            reached = State(until=invented.end) if last else state
            yield Page(records=tuple(records[start : start + PAGE]), state=reached)

    async def close(self) -> None:
        """Nothing is held."""


def _since(records: Iterable[AnyRecord], since: dt.datetime | None) -> Iterable[AnyRecord]:
    return (record for record in records if since is None or record.modified is None or record.modified >= since)


@hookimpl
def register_connectors(register: RegisterConnector) -> None:
    """Offer ``demo``."""
    register("demo", Demo)
