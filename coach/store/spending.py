"""What a workspace's calls of models took, by day: set aside before a call, settled after it."""

from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from coach.store.rows import Row, every, first, insert_unless_there
from coach.store.tables import model_spending


class Spending:
    """One workspace's days. A day's row is made at its first call."""

    def __init__(self, connection: AsyncConnection, workspace_id: str) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def reserve(self, day: date, tokens: int, cap: int | None) -> bool:
        """Set ``tokens`` aside; False when the day's ``cap`` does not hold that much any more.

        One statement looks and takes: of calls at the same moment, none can go over.
        """
        blank = dict.fromkeys(("calls", "tokens", "held", "micro_usd", "unpriced"), 0)
        await insert_unless_there(
            self._connection, model_spending, {"workspace_id": self._workspace_id, "day": day, **blank}
        )
        taken = update(model_spending).where(self._of(day)).values(held=model_spending.c.held + tokens)
        if cap is not None:
            taken = taken.where(model_spending.c.tokens + model_spending.c.held + tokens <= cap)
        return (await self._connection.execute(taken)).rowcount == 1

    async def settle(self, day: date, held: int, tokens: int, micro_usd: int | None) -> None:
        """Charge what a call took for what was set aside; ``micro_usd`` None: nobody knows its price."""
        of = model_spending.c
        await self._connection.execute(
            update(model_spending)
            .where(self._of(day))
            .values(
                held=of.held - held,
                tokens=of.tokens + tokens,
                calls=of.calls + 1,
                micro_usd=of.micro_usd + (micro_usd or 0),
                unpriced=of.unpriced + int(micro_usd is None),
            )
        )

    async def on(self, day: date) -> Row | None:
        """The day's figures; None before its first call."""
        return await first(self._connection, select(model_spending).where(self._of(day)))

    async def since(self, day: date, days: int = 30) -> list[Row]:
        """The days before and including ``day`` on which a model was called, the latest first."""
        mine = model_spending.c.workspace_id == self._workspace_id
        recent = (model_spending.c.day <= day) & (model_spending.c.day > day - timedelta(days=days))
        return await every(
            self._connection, select(model_spending).where(mine & recent).order_by(model_spending.c.day.desc())
        )

    def _of(self, day: date):
        return (model_spending.c.workspace_id == self._workspace_id) & (model_spending.c.day == day)
