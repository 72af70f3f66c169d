"""Pure functions from a case and what happened to marks. They import no framework, and nothing that they judge.

``facts`` figures and their sources · ``slots`` the goal against the acceptable ones · ``words`` language, copies,
likeness · ``talk`` the questions · ``fit`` team and company.
"""

from typing import NamedTuple


class Mark(NamedTuple):
    """A score from 0 to 1 (or a plain count), and why it is not better. None: nothing to judge here."""

    value: float | None
    why: str = ""


Marks = dict[str, Mark]


def yes(right: bool, why: str = "") -> Mark:
    """1 or 0, with the reason of a 0."""
    return Mark(1.0) if right else Mark(0.0, why)
