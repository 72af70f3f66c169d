"""Who is acting, and how they want to be spoken to."""

from typing import cast

from coach.service.coach import Coach
from coach.service.values import Actor, Language, Preferences
from coach.store.store import EVERYWHERE


async def owner(coach: Coach, language: Language | None = None) -> Actor:
    """The owner of this machine's workspace, made at first start; ``language`` is what the person reads just now."""
    known = coach.cached.get("owner")
    if known is None:
        async with coach.store.write(EVERYWHERE) as unit:
            row = await unit.people.local_owner(coach.now())
        known = coach.cached["owner"] = (row["workspace_id"], row["id"])
    workspace_id, person_id = cast(tuple[str, str], known)
    return Actor(
        workspace_id=workspace_id, person_id=person_id, language=language or cast(Language, coach.settings.language)
    )


async def anyone(coach: Coach, workspace_id: str, language: Language) -> Actor:
    """The owner of a workspace: in whose name what was switched on there is done."""
    async with coach.store.read(workspace_id) as unit:
        row = await unit.people.first_owner()
    return Actor(workspace_id=workspace_id, person_id=row["id"], language=language)


async def preferences(coach: Coach, actor: Actor) -> Preferences:
    """How the actor wants to be spoken to."""
    async with coach.store.read(actor.workspace_id) as unit:
        return Preferences.model_validate((await unit.people.get(actor.person_id))["preferences"])


async def set_preferences(coach: Coach, actor: Actor, preferences: Preferences) -> Preferences:
    """Replace the actor's preferences."""
    async with coach.store.write(actor.workspace_id) as unit:
        await unit.people.set_preferences(actor.person_id, preferences.model_dump(mode="json"))
        await unit.audit.add(actor.person_id, "preferences.set", actor.person_id, coach.now())
    return preferences
