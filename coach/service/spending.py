"""The books of models, kept in the store: every process of a workspace counts together."""

import datetime as dt
from collections.abc import Callable

from coach.core.model.base import Value
from coach.llm.budget import Hold, spent_up
from coach.service.coach import Coach
from coach.service.values import Actor
from coach.store.store import Store


class StoredBooks:
    """``llm.budget.Books`` over the store. ``cap``: tokens of a workspace and day (UTC); None for no limit."""

    def __init__(self, store: Store, cap: int | None, now: Callable[[], dt.datetime]) -> None:
        self._store = store
        self._cap = cap
        self._now = now

    async def reserve(self, workspace: str, tokens: int) -> Hold:
        """As Books says."""
        day = self._now().astimezone(dt.UTC).date()
        async with self._store.write(workspace) as unit:
            if not await unit.spending.reserve(day, tokens, self._cap):
                raise spent_up()
        return Hold(workspace, day, tokens)

    async def settle(self, hold: Hold, tokens: int | None, usd: float | None = None) -> None:
        """As Books says."""
        taken = hold.tokens if tokens is None else tokens
        price = None if usd is None else round(usd * 1_000_000)
        async with self._store.write(hold.workspace) as unit:
            await unit.spending.settle(hold.day, hold.tokens, taken, price)


class Day(Value):
    """What models took on one day. ``usd``: of the calls whose price is known; ``unpriced``: how many are not."""

    day: dt.date
    calls: int
    tokens: int
    held: int
    usd: float
    unpriced: int


class Spent(Value):
    """A workspace's last days, the latest first, and what a day may take; ``budget`` None: no limit."""

    budget: int | None
    days: tuple[Day, ...]


async def spent(coach: Coach, actor: Actor) -> Spent:
    """What the actor's workspace spent on models in the last thirty days."""
    async with coach.store.read(actor.workspace_id) as unit:
        rows = await unit.spending.since(coach.now().date())
    days = tuple(
        Day(**{name: row[name] for name in ("day", "calls", "tokens", "held", "unpriced")}, usd=row["micro_usd"] / 1e6)
        for row in rows
    )
    return Spent(budget=coach.settings.model_budget or None, days=days)
