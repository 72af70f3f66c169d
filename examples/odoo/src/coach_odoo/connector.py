"""Models walked by record id, everything once, then what changed since. Source: odoo.com, External JSON-2 API."""

import datetime as dt
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from pydantic import ValidationError

from coach.errors import BadInput, CrmError, CrmRefused
from coach.plugins import Ability, Ask, Choice, Clock, Discovery, Health, Page, Settings, State, labels, now, raw
from coach.plugins.http import Again, Answer, Api, FixedToken, RollingGate, base_url
from coach.plugins.records import Account, AnyRecord, Entity
from coach_odoo import reading

UNDER = ".odoo.com"
PAGE = 500
CALLS = (10, 1.0)  # Odoo publishes no figure; this spares a shared server
LOOKBACK = dt.timedelta(minutes=5)
EVERYTHING = {"active_test": False}  # archived records still count

Domain = list[Any]
MODELS: Mapping[Entity, tuple[str, Domain, tuple[str, ...], Callable[[reading.Object, reading.Home], AnyRecord]]] = {
    "companies": ("res.partner", [["is_company", "=", True]], reading.COMPANY, reading.company),
    "deals": ("crm.lead", [["type", "=", "opportunity"]], reading.DEAL, reading.deal),
    "activities": ("calendar.event", [["opportunity_id", "!=", False]], reading.MEETING, reading.meeting),
    "leads": ("crm.lead", [["type", "=", "lead"]], reading.LEAD, reading.lead),
}
NEEDS: Mapping[str, tuple[Any, str]] = {
    "deals_won": ("exact", "deals"),
    "revenue": ("exact", "deals"),
    "closing_rate": ("exact", "deals"),
    "average_deal_size": ("exact", "deals"),
    "pipeline_value": ("exact", "deals"),
    "new_customers": ("exact", "deals"),
    "leads": ("convention", "leads"),
    "qualified_meetings": ("convention", "activities"),
    "calls": ("none", "activities"),
}


class Odoo:
    """One Odoo database. Settings: ``token`` (an API key) and ``company``, the first label of its address."""

    entities: tuple[Entity, ...] = ("owners", "pipelines", *MODELS)
    title = "Odoo"
    asks = (
        Ask(name="company", label={"fr": "Nom dans l’adresse (….odoo.com)", "en": "Name in the address (….odoo.com)"}),
        Ask(
            name="token",
            label={"fr": "Clé d’API", "en": "API key"},
            hint={
                "fr": "Préférences › Sécurité du compte › Nouvelle clé d’API.",
                "en": "Preferences › Account security › New API key.",
            },
            secret=True,
        ),
    )  # fmt: skip

    def __init__(self, settings: Settings, clock: Clock = now) -> None:
        given = settings.get("base_url") or f"https://{settings.get('company') or ''}{UNDER}"
        base = base_url(str(given), frozenset(), under=UNDER, sandbox=bool(settings.get("sandbox")))
        key = settings.get("token")
        if not isinstance(key, str):
            raise BadInput("Odoo's API key is missing.", remedy="Give it as token.")
        self._api = Api(base, FixedToken("Authorization", f"bearer {key}"), judge, gates=(RollingGate(*CALLS),))
        self._clock = clock
        self._home: reading.Home | None = None

    async def check(self) -> Health:
        """The company of the key's user, and which models it may read."""
        home = await self._at_home()
        missing = {entity for entity in MODELS if not await self._may_read(entity)}
        account = Account(id=home.id, name=home.name, time_zone=home.time_zone, currency=home.currency)
        return Health(account=account, abilities=tuple(_ability(metric, missing) for metric in NEEDS))

    async def _may_read(self, entity: Entity) -> bool:
        model, domain, _, _ = MODELS[entity]
        try:
            await self._read(model, domain, ("id",), limit=1)
        except CrmRefused as error:
            if error.details.get("status") in (403, 404):  # forbidden, or the application is not installed
                return False
            raise
        return True

    async def discover(self) -> Discovery:
        """Stages and teams, with what their labels suggest."""
        choices = []
        for pipeline in await self._pipelines():
            choices.append(_choice("pipeline", pipeline.id, pipeline.label))
            choices += [_choice("stage", stage.id, stage.label) for stage in pipeline.stages if not stage.closed]
        unique = tuple({(choice.kind, choice.id): choice for choice in choices}.values())
        return Discovery(choices=unique, mapping=labels.mapping(unique))

    async def sync(self, entity: Entity, state: State) -> AsyncIterator[Page]:
        """By record id: from the first, from where a reading was cut, or those changed since the last."""
        started = state.started or self._clock()
        if entity in ("owners", "pipelines"):
            records = await (self._owners() if entity == "owners" else self._pipelines())
            yield Page(records=tuple(records), state=State(until=started))
            return
        model, domain, fields, read = MODELS[entity]
        home = await self._at_home()
        if state.until is not None:
            domain = [*domain, ["write_date", ">=", _utc(state.until - LOOKBACK)]]
        last = int(state.cursor or 0)
        while True:
            found = await self._read(model, [*domain, ["id", ">", last]], fields)
            records, doubts = _records(found, read, home)
            ended = len(found) < PAGE
            last = last if ended else found[-1]["id"]
            reached = State(until=started) if ended else State(until=state.until, started=started, cursor=str(last))
            yield Page(records=tuple(records), state=reached, doubts=tuple(doubts))
            if ended:
                return

    async def close(self) -> None:
        """Let go of the connections."""
        await self._api.close()

    # what is read

    async def _read(self, model: str, domain: Domain, fields: tuple[str, ...], limit: int = PAGE) -> list[Any]:
        body = {"domain": domain, "fields": list(fields), "order": "id asc", "limit": limit, "context": EVERYTHING}
        return raw.items(await self._api.ask("POST", f"/json/2/{model}/search_read", body=body))

    async def _at_home(self) -> reading.Home:
        if self._home is None:
            [company] = (await self._read("res.company", [], reading.HOME, limit=1)) or [{}]
            self._home = reading.home(company)
        return self._home

    async def _owners(self) -> list[AnyRecord]:
        return [reading.owner(one) for one in await self._read("res.users", [["share", "=", False]], reading.OWNER)]

    async def _pipelines(self) -> list[Any]:
        stages = await self._read("crm.stage", [], reading.STAGE)
        return [reading.pipeline(one, stages) for one in await self._read("crm.team", [], reading.TEAM)]


def judge(answer: Answer) -> Again | CrmError | None:
    """Odoo names the exception of a refusal; what it says of itself is not shown, since it may quote records."""
    name = raw.text(raw.child(answer.data, "name")) or ""
    if name.endswith("AccessError"):
        return CrmRefused(
            "The key may not read this.", remedy="Give its user the Sales rights.", scope=True, status=403
        )
    return None


def _records(
    found: list[Any], read: Callable[[reading.Object, reading.Home], AnyRecord], home: reading.Home
) -> tuple[list[AnyRecord], list[str]]:
    records, doubts = [], []
    for one in found:
        try:
            records.append(read(one, home))
        except ValidationError as error:
            doubts.append(f"{raw.text(one.get('id'))}: {error.errors()[0]['loc']}")
    return records, doubts


def _utc(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")


def _choice(kind: Any, id: str, label: str) -> Choice:
    return Choice(kind=kind, id=id, label=label, suggests=labels.suggest(kind, label))


def _ability(metric: str, missing: set[Entity]) -> Ability:
    level, entity = NEEDS[metric]
    lacking = (f"{entity}: read",) if entity in missing and level != "none" else ()
    return Ability(metric=metric, level="none" if lacking else level, missing=lacking)
