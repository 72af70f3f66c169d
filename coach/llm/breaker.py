"""A model that keeps failing is left alone for a while: a turn should not wait for it each time."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Breaker:
    """Opens after ``failures`` in a row; lets one call through after ``rest_s``, which closes it or opens it again."""

    clock: Callable[[], float]
    failures: int = 3
    rest_s: float = 30.0
    _failed: int = 0
    _until: float = 0.0

    def allows(self) -> bool:
        """Whether a call may be made now; the first one allowed after a rest is alone until it ends."""
        if self._failed < self.failures:
            return True
        if self.clock() < self._until:
            return False
        self._until = self.clock() + self.rest_s  # the others wait for what this one tells
        return True

    def succeeded(self) -> None:
        """A call gave an answer."""
        self._failed = 0

    def failed(self) -> None:
        """A call gave none."""
        self._failed += 1
        if self._failed >= self.failures:
            self._until = self.clock() + self.rest_s
