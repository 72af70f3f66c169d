"""The suites by name, in the order they run."""

from pathlib import Path

from coach.errors import BadInput
from coach.evals.suites.base import Item, Suite
from coach.evals.suites.calibration import Backtest
from coach.evals.suites.dialogue import Dialogue
from coach.evals.suites.drafting import Drafting
from coach.evals.suites.judge import Judge
from coach.evals.suites.reading import Reading
from coach.evals.suites.robustness import Robustness
from coach.evals.suites.safety import Safety

SUITES: dict[str, type[Suite]] = {
    one.name: one for one in (Reading, Robustness, Dialogue, Drafting, Safety, Backtest, Judge)
}

__all__ = ["SUITES", "Item", "Suite", "default", "make"]


def default(model: str) -> tuple[str, ...]:
    """All for the built-in drafter; for another subject those in which it makes a difference."""
    needed = {name: suite for name, suite in SUITES.items() if not suite.optional}
    return tuple(name for name, suite in needed.items() if model == "rules" or suite.needs_dialogue)


def make(name: str, folder: Path, *, full: bool = False, judge: str = "", calls: Path | None = None) -> Suite:
    """The suite of that name over the cases in ``folder``.

    Raises:
        BadInput: There is none of that name.
    """
    if name not in SUITES:
        raise BadInput(f"There is no suite {name}.", remedy=f"Choose from: {', '.join(SUITES)}.")
    return SUITES[name](folder, full=full, judge=judge, calls=calls)
