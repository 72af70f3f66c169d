"""Step 9, tracking: where a goal stands, how it may end, why it is off its pace, what to do, how it ended.

``seasons`` (which months are busy) → ``pace`` (the plan as arithmetic, where it stands) → ``outlooks`` (how it may end) →
``causes`` (the gap by driver) → ``corrections`` (one thing to do) → ``scores`` (both targets at the end, the next goal).
"""

from coach.core.tracking.causes import DRIVERS, Cause, Causes, Driver, Drivers
from coach.core.tracking.corrections import Action, Correction, propose
from coach.core.tracking.outlooks import Outlook, outlook
from coach.core.tracking.pace import (
    BEHIND,
    ON_TRACK,
    Plan,
    Point,
    Standing,
    Status,
    expected,
    is_counter,
    level,
    period,
    plan,
    share,
    standing,
)
from coach.core.tracking.scores import Part, Score, following, missing, score
from coach.core.tracking.seasons import Season, passed

__all__ = [
    "BEHIND",
    "DRIVERS",
    "ON_TRACK",
    "Action",
    "Cause",
    "Causes",
    "Correction",
    "Driver",
    "Drivers",
    "Outlook",
    "Part",
    "Plan",
    "Point",
    "Score",
    "Season",
    "Standing",
    "Status",
    "expected",
    "following",
    "is_counter",
    "level",
    "missing",
    "outlook",
    "passed",
    "period",
    "plan",
    "propose",
    "score",
    "share",
    "standing",
]
