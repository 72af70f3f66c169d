"""The workspace's profile: who the goals are for, and how this workspace reads SMART."""

import time
from typing import cast

from coach.core.model import Profile
from coach.service.coach import Coach
from coach.service.values import Actor, Once, SavedProfile

FRESH_FOR_S = 2.0  # how long a check may judge by a profile that another process has changed since


async def get(coach: Coach, actor: Actor) -> SavedProfile:
    """The profile as it stands."""
    async with coach.store.read(actor.workspace_id) as unit:
        row = await unit.people.profile()
    saved = SavedProfile(profile=Profile.model_validate(row["profile"]), version=row["version"])
    coach.cached[actor.workspace_id] = (time.monotonic() + FRESH_FOR_S, saved.profile)
    return saved


async def recent(coach: Coach, actor: Actor) -> Profile:
    """The profile, at most two seconds old: an instant check asks no database."""
    known = cast("tuple[float, Profile] | None", coach.cached.get(actor.workspace_id))
    if known is not None and known[0] > time.monotonic():
        return known[1]
    return (await get(coach, actor)).profile


async def set(
    coach: Coach, actor: Actor, profile: Profile, *, expected: int | None = None, once: Once | None = None
) -> SavedProfile:
    """Replace the profile.

    Raises:
        Conflict: It is no longer at version ``expected``.
    """

    async def work(unit) -> SavedProfile:
        version = expected if expected is not None else (await unit.people.profile())["version"]
        await unit.people.set_profile(profile.model_dump(mode="json"), version=version, at=coach.now())
        await unit.audit.add(actor.person_id, "profile.set", actor.workspace_id, coach.now(), version=version + 1)
        return SavedProfile(profile=profile, version=version + 1)

    saved = await coach.write(actor, once, SavedProfile, work)
    coach.cached.pop(actor.workspace_id, None)
    return saved
