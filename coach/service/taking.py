"""Goals taken elsewhere in the files that plugins write."""

from coach.errors import NotFound, ServiceError
from coach.plugins import ExportedGoal, Exporter
from coach.service import goals
from coach.service.coach import Coach
from coach.service.values import Actor, Goal

AT_MOST = 5_000


async def file(coach: Coach, actor: Actor, name: str) -> tuple[bytes, Exporter]:
    """Every goal, in the exporter's own form.

    Raises:
        NotFound: No plugin offers an exporter of that name.
        ServiceError: The plugin failed.
    """
    exporter = coach.plugins.exporters.get(name)
    if exporter is None:
        raise NotFound("No plugin exports in this form.", remedy="See the plugins.", reason="no_exporter")
    found = [await _exported(coach, actor, goal) for goal in await _every(coach, actor)]
    try:
        return exporter.write(found, actor.language), exporter
    except Exception as wrong:  # a stranger's code: whatever it raises is its own problem
        raise ServiceError(
            f"The exporter {name} failed ({type(wrong).__name__}).",
            remedy="Tell its authors.",
            reason="exporter_failed",
        ) from wrong


async def _every(coach: Coach, actor: Actor) -> list[Goal]:
    found: list[Goal] = []
    cursor: str | None = None
    while len(found) < AT_MOST:
        part = await goals.page(coach, actor, limit=200, cursor=cursor)
        found += part.items
        cursor = part.next
        if cursor is None:
            break
    return found


async def _exported(coach: Coach, actor: Actor, goal: Goal) -> ExportedGoal:
    standing = (await goals.progress(coach, actor, goal.id)).standing
    return ExportedGoal(
        id=goal.id,
        statement=goal.statement,
        language=goal.language,
        status=goal.status,
        metric=goal.metric,
        unit=goal.unit or "none",
        target=goal.target,
        baseline=goal.baseline,
        actual=standing.actual if standing else None,
        start=goal.start,
        due=goal.due,
        link=f"{coach.settings.public_url}/goals/{goal.id}" if coach.settings.public_url else None,
    )
