"""CRMs that call us: whose call it is, whether it is genuine and new; webhooks, the panel on a record, the check there."""

import hashlib
import json
import urllib.parse
from collections.abc import Mapping
from typing import Any, NamedTuple

from coach.core import rendering
from coach.core.model import Assessment
from coach.core.model.base import Value
from coach.errors import BadInput, Conflict, NotAllowed, NotFound
from coach.plugins import Call, Caller, Door, ShownGoal, Viewed, part
from coach.plugins.records import Entity
from coach.service import assessing, connections, goals, profiles, syncs
from coach.service.coach import Coach
from coach.service.values import Actor, Goal, Language, Progress
from coach.wording import catalogue

ACCOUNTS = 20
"""A call that names more accounts is nobody's."""

GOALS = 10
TONES: Mapping[str, Any] = {"on_track": "good", "reached": "good", "behind": "warn", "at_risk": "bad", "missed": "bad"}


class Believed(NamedTuple):
    """A genuine call, of one connection of one workspace."""

    door: Door
    workspace_id: str
    connection_id: str
    account: str
    caller: Caller


class Marked(Value):
    """What a webhook came to: how many records it named, and whether they were news."""

    touched: int
    replayed: bool = False


class CheckedThere(Value):
    """An ambition judged on the CRM's own page."""

    smart: bool
    summary: str
    criteria: tuple[dict[str, str], ...]
    link: str


def door_of(coach: Coach, connector: str) -> Door:
    """The connector's door; NotFound when there is no such connector, or it takes no calls."""
    door = part(coach.plugins.connectors.get(connector), "door")
    if door is None:
        raise NotFound("No CRM of that name calls here.", remedy="Check the address.", reason="no_door")
    return door


def public(coach: Coach) -> str:
    """Our address as CRMs know it; NotAllowed while nobody set one, since no signature could be checked."""
    if not coach.settings.public_url:
        raise NotAllowed(
            "Calls from CRMs are not taken.",
            remedy="Set COACH_PUBLIC_URL to coach's public address.",
            reason="no_public_url",
        )
    return coach.settings.public_url


async def webhook(coach: Coach, connector: str, call: Call) -> Marked:
    """Mark the connections that the call is about: they are read again soon, and nothing the call says is kept.

    Raises:
        NotAllowed: It is not proved to be the CRM's (``reason="not_genuine"``).
    """
    touched: set[tuple[str, str]] = set()
    replayed = True
    for one in await _believed(coach, connector, call):
        if await _seen(coach, one):
            continue
        replayed = False
        records = one.door.touched(call, one.account)
        touched |= {(one.account, record.id) for record in records}
        if records:
            await syncs.mark_dirty(coach, one.workspace_id, one.connection_id)
    return Marked(touched=len(touched), replayed=replayed)


async def panel(coach: Coach, connector: str, call: Call) -> Any:
    """The goals to show on the record, in the CRM's own form, in the reader's language.

    Raises:
        NotAllowed: The call is not proved to be the CRM's.
        Conflict: It was made before (``reason="replayed"``).
    """
    one = await _once(coach, connector, call)
    viewed = one.door.viewed(call)
    actor = _reader(coach, one, viewed)
    words = catalogue(actor.language)
    shown = await _shown(coach, actor, await _owner(coach, one, viewed))
    said = {name: words.gettext(f"crm.panel.{name}") for name in _SAID}
    return one.door.panel(shown, said, public(coach))


_SAID = ("open", "none", "due", "check", "placeholder", "goals", "progress", "target")


async def check(coach: Coach, connector: str, call: Call, text: str) -> CheckedThere:
    """What is SMART about the text, for the record's page. Nothing is kept: asking again answers the same."""
    one = await _once(coach, connector, call)
    actor = _reader(coach, one, one.door.viewed(call))
    profile = await profiles.recent(coach, actor)
    judged = assessing.assess(
        text, today=coach.today(), profile=profile, speak=actor.language, rules=coach.plugins.rules
    )
    return _checked(judged, actor.language, f"{public(coach)}/?{urllib.parse.urlencode({'text': text[:2_000]})}")


async def refusal(coach: Coach, connector: str, title: str, detail: str) -> Any:
    """Why nothing is shown, in the CRM's own form."""
    return door_of(coach, connector).refusal(title, detail)


# -- belief -----------------------------------------------------------------------------------------------------------


async def _believed(coach: Coach, connector: str, call: Call) -> list[Believed]:
    door = door_of(coach, connector)
    public(coach)
    found = []
    for account in tuple(door.accounts(call))[:ACCOUNTS]:
        for workspace_id, id in await connections.of_account(coach, connector, account):
            caller = door.caller(call, await connections.settings_of(coach, workspace_id, id))
            if caller is not None:
                found.append(Believed(door, workspace_id, id, account, caller))
    if not found:
        raise NotAllowed(
            "This call is not proved to come from the CRM.",
            remedy="Check the app's secret in the connection's settings, and the clock of both machines.",
            reason="not_genuine",
        )
    return found


async def _once(coach: Coach, connector: str, call: Call) -> Believed:
    """The one connection that the call is of; several workspaces never share an app's secret and an account by chance."""
    one = (await _believed(coach, connector, call))[0]
    if await _seen(coach, one):
        raise Conflict("This call was answered before.", remedy="Reload the page.", reason="replayed")
    return one


async def _seen(coach: Coach, one: Believed) -> bool:
    """Whether the very same call was taken before; from now on it was. Kept longer than any signature stays fresh."""
    mark = hashlib.sha256(f"{one.connection_id}\0{one.caller.proof}".encode()).hexdigest()
    async with coach.store.write(one.workspace_id) as unit:
        return await unit.idempotency.claim(f"call:{mark}", mark, coach.now()) is not None


# -- what is shown ------------------------------------------------------------------------------------------------------


def _reader(coach: Coach, one: Believed, viewed: Viewed | None) -> Actor:
    told = (viewed.language if viewed else None) or coach.settings.language
    language: Language = "fr" if told.lower().startswith("fr") else "en"
    return Actor(workspace_id=one.workspace_id, person_id=one.connection_id, language=language)


ENTITIES: Mapping[str, Entity] = {
    "deal": "deals", "company": "companies", "organization": "companies", "lead": "leads",
}  # fmt: skip


async def _owner(coach: Coach, one: Believed, viewed: Viewed | None) -> str | None:
    """The first name of whom the record belongs to, as it was last read; None when that is not known."""
    entity = ENTITIES.get(viewed.kind) if viewed else None
    if viewed is None or entity is None:
        return None
    async with coach.store.read(one.workspace_id) as unit:
        record = (await unit.records.bodies(one.connection_id, entity, [viewed.id])).get(viewed.id)
        owner = json.loads(record).get("owner") if record else None
        person = (await unit.records.bodies(one.connection_id, "owners", [owner])).get(owner) if owner else None
    return json.loads(person).get("label") if person else None


async def _shown(coach: Coach, actor: Actor, owner: str | None) -> list[ShownGoal]:
    """The running goals: those that the record's owner leads, then those in trouble."""
    running = (await goals.page(coach, actor, status="running", limit=GOALS * 3)).items
    shown = [_goal(coach, actor, goal, await goals.progress(coach, actor, goal.id), owner) for goal in running]
    order = {"bad": 0, "warn": 1, "neutral": 2, "good": 3}
    return sorted(shown, key=lambda goal: (not goal.linked, order[goal.tone], str(goal.due or "9999")))[:GOALS]


def _leads(goal: Goal, owner: str | None) -> bool:
    """Whether the goal, or a part of it, is that person's: names are compared as far as the CRM's first name goes."""
    names = [goal.lead or "", *(part.name for part in goal.split)]
    return bool(owner) and any(name.casefold().split()[:1] == [owner.casefold()] for name in names if owner)


def _goal(coach: Coach, actor: Actor, goal: Goal, progress: Progress, owner: str | None) -> ShownGoal:
    words, standing = catalogue(actor.language), progress.standing
    status = standing.status if standing else "waiting"
    target = rendering.amount(goal.target, goal.unit, actor.language) if goal.target is not None else ""
    actual = standing.actual if standing else None
    share = max(0.0, min(1.0, standing.attainment)) if standing and standing.attainment is not None else None
    done = rendering.amount(actual, goal.unit, actor.language) if actual is not None else ""
    percent = f" ({rendering.percent(round(share * 100), actor.language)})" if share is not None else ""
    return ShownGoal(
        id=goal.id,
        title=goal.statement,
        status=words.gettext(f"crm.status.{status}"),
        tone=TONES.get(status, "neutral"),
        progress=f"{done} / {target}{percent}" if done and target else "",
        share=share,
        target=target,
        due=goal.due,
        link=f"{public(coach)}/goals/{goal.id}",
        linked=_leads(goal, owner),
    )


def _checked(judged: Assessment, language: str, link: str) -> CheckedThere:
    words = catalogue(language)
    met = sum(review.verdict == "pass" for review in judged.criteria.values())
    rows = tuple(
        {
            "name": words.gettext(f"criterion.{name}"),
            "verdict": review.verdict,
            "said": words.gettext(f"verdict.{review.verdict}"),
            "message": review.findings[0].message if review.findings else "",
        }
        for name, review in judged.criteria.items()
    )
    key = "crm.check.smart" if judged.smart else "crm.check.not_yet"
    if judged.reading.kind == "non_goal":
        key = "crm.check.no_goal"
    return CheckedThere(
        smart=judged.smart, summary=words.gettext(key, met=met, total=len(rows)), criteria=rows, link=link
    )


def read_text(body: Any) -> str:
    """The ambition that a card sends; BadInput when it sends none."""
    text = body.get("text") if isinstance(body, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise BadInput("No ambition was sent.", remedy='Send {"text": …}.', reason="empty")
    return text
