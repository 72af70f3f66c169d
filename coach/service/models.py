"""The configured models, for whoever looks after them: which, whether they answer, what they took, what they are sent."""

from typing import TYPE_CHECKING

from coach.service import spending
from coach.service.coach import Coach
from coach.service.values import Actor

if TYPE_CHECKING:
    from coach.llm.trying import Tried

_WAIT_S = 20.0  # a page is waiting; ``coach models`` has the patience for a model that has to be loaded


def names(coach: Coach) -> tuple[str, ...]:
    """The models in the order they are tried; empty: the built-in words serve."""
    return coach.settings.models


async def tried(coach: Coach, actor: Actor) -> "tuple[Tried, ...]":
    """Each model, tried with real calls that the workspace's budget pays."""
    from coach.llm import trying

    books = spending.StoredBooks(coach.store, coach.settings.model_budget or None, coach.clock)
    return tuple(
        [await trying.tried(name, wait_s=_WAIT_S, workspace=actor.workspace_id, books=books) for name in names(coach)]
    )


async def sent(coach: Coach, actor: Actor, text: str, language: str) -> dict[str, str]:
    """Exactly what a model would be sent of this ambition, by job; nothing is sent."""
    from coach.llm import trying

    async with coach.store.read(actor.workspace_id) as unit:
        people = await unit.people.names()
    return await trying.prompts_for(text, language, people, coach.today())
