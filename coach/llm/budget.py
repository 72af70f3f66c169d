"""What a workspace may spend on models in a day, in tokens: reserve the most a call can take, call, settle.

:class:`Books` is what the gateway asks: :class:`Pocket` keeps them in this process; the service keeps them in the store,
where every process of the workspace counts together.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from coach.errors import ModelUnavailable


@dataclass(frozen=True)
class Hold:
    """Tokens set aside for one call."""

    workspace: str
    day: date
    tokens: int


class Books(Protocol):
    """Keeps what is spent. ``settle`` may be called while the call's task is being cancelled."""

    async def reserve(self, workspace: str, tokens: int) -> Hold:
        """Set aside the most a call can take.

        Raises:
            ModelUnavailable: The day's budget does not hold that much any more (``reason="budget"``).
        """
        ...

    async def settle(self, hold: Hold, tokens: int | None, usd: float | None = None) -> None:
        """What the call really took; None when nobody knows: then what was held is charged. ``usd``: where known."""
        ...


def spent_up() -> ModelUnavailable:
    """The day's budget is spent."""
    return ModelUnavailable(
        "Today's budget for models is spent.",
        remedy="It starts again tomorrow; COACH_MODEL_BUDGET sets it.",
        reason="budget",
    )


@dataclass
class Ledger:
    """The day's tokens of each workspace, of this process. ``cap`` None: no limit, still counted."""

    today: Callable[[], date]
    cap: int | None = None
    _spent: dict[str, int] = field(default_factory=dict)
    _held: dict[str, int] = field(default_factory=dict)
    _day: date | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def reserve(self, workspace: str, tokens: int) -> Hold:
        """Set aside the most a call can take.

        Raises:
            ModelUnavailable: The day's budget does not hold that much any more (``reason="budget"``).
        """
        with self._lock:
            self._turn_the_day()
            taken = self._spent.get(workspace, 0) + self._held.get(workspace, 0)
            if self.cap is not None and taken + tokens > self.cap:
                raise spent_up()
            self._held[workspace] = self._held.get(workspace, 0) + tokens
            return Hold(workspace, self.today(), tokens)

    def settle(self, hold: Hold, tokens: int | None) -> None:
        """What the call really took; None when nobody knows: then what was held is charged."""
        with self._lock:
            self._turn_the_day()
            if hold.day != self._day:
                return  # yesterday's call, and yesterday's budget
            self._held[hold.workspace] -= hold.tokens
            taken = hold.tokens if tokens is None else tokens
            self._spent[hold.workspace] = self._spent.get(hold.workspace, 0) + taken

    def spent(self, workspace: str) -> int:
        """Tokens of today, settled."""
        with self._lock:
            self._turn_the_day()
            return self._spent.get(workspace, 0)

    def held(self, workspace: str) -> int:
        """Tokens set aside for calls that have not ended."""
        with self._lock:
            self._turn_the_day()
            return self._held.get(workspace, 0)

    def _turn_the_day(self) -> None:
        if self._day != self.today():
            self._day, self._spent, self._held = self.today(), {}, {}


@dataclass(frozen=True)
class Pocket:
    """The books of one process, kept in a ledger."""

    ledger: Ledger

    async def reserve(self, workspace: str, tokens: int) -> Hold:
        """As Books says."""
        return self.ledger.reserve(workspace, tokens)

    async def settle(self, hold: Hold, tokens: int | None, usd: float | None = None) -> None:
        """As Books says."""
        self.ledger.settle(hold, tokens)
