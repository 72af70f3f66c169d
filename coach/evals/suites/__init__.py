"""The suites by name, in the order they run."""

from pathlib import Path

from coach.errors import BadInput
from coach.evals.suites.base import Item, Suite
from coach.evals.suites.calibration import Backtest
from coach.evals.suites.dialogue import Dialogue
from coach.evals.suites.drafting import Drafting
from coach.evals.suites.reading import Reading
from coach.evals.suites.robustness import Robustness
from coach.evals.suites.safety import Safety

SUITES: dict[str, type[Suite]] = {one.name: one for one in (Reading, Robustness, Dialogue, Drafting, Safety, Backtest)}

DEFAULT = tuple(SUITES)

__all__ = ["DEFAULT", "SUITES", "Item", "Suite", "make"]


def make(name: str, folder: Path, *, full: bool = False) -> Suite:
    """The suite of that name over the cases in ``folder``.

    Raises:
        BadInput: There is none of that name.
    """
    if name not in SUITES:
        raise BadInput(f"There is no suite {name}.", remedy=f"Choose from: {', '.join(SUITES)}.")
    return SUITES[name](folder, full=full)
