"""The order in which missing facts matter. Source: the product's question policy, after seed article, II."""

from collections.abc import Iterable
from typing import get_args

from coach.core.model import Slot

ORDER: tuple[Slot, ...] = (
    "goal", "object", "target",  # without them the goal means nothing
    "deadline",  # then time
    "baseline", "unit",  # then what the figure starts from
    "history", "headcount", "maturity", "extra_means", "market_growth", "means", "segment", "company", "strategy",
)  # fmt: skip
"""What makes the goal meaningless first, then time, then the baseline, then the context of A and R."""

_RANK = {slot: rank for rank, slot in enumerate(ORDER)}
assert set(ORDER) == set(get_args(Slot))  # noqa: S101  # a slot without a rank would never be asked


def ordered(slots: Iterable[str]) -> tuple[Slot, ...]:
    """Each slot once, the one that matters most first.

    Raises:
        KeyError: There is no such slot.
    """
    unique = dict.fromkeys(slots)
    return tuple(sorted(unique, key=_RANK.__getitem__))  # pyright: ignore[reportReturnType]  # keys of _RANK are slots
