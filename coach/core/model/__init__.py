"""The values that travel down the line, in the order they appear."""

from coach.core.model.base import Span, Value
from coach.core.model.reading import (
    CADENCES,
    METRICS,
    Cadence,
    Change,
    Comparator,
    Component,
    Condition,
    Direction,
    NonGoalKind,
    ObjectKind,
    Quantity,
    Reading,
    TimeBasis,
)
from coach.core.model.context import Company, Context, Conventions, Maturity, Profile
from coach.core.model.smart import CRITERIA, Assessment, Criterion, CriterionReview, Evidence, Finding, Suggestion, Verdict
from coach.core.model.dialogue import Gap, Message, Notice, Question, QuickReply, Slot, Turn
from coach.core.model.draft import Brief, Candidate, Draft, DraftText, Fact, Figure, FollowUp, Framing, Source, Variant

__all__ = [
    "CADENCES", "CRITERIA", "METRICS",
    "Assessment", "Brief", "Cadence", "Candidate", "Change", "Company", "Comparator", "Component", "Condition", "Context", "Conventions",
    "Criterion", "CriterionReview", "Direction", "Draft", "DraftText", "Evidence", "Fact", "Figure", "Finding", "FollowUp", "Framing", "Gap", "Maturity",
    "Message", "NonGoalKind", "Notice", "ObjectKind", "Profile", "Quantity", "Question", "QuickReply", "Reading", "Slot", "Source",
    "Span", "Suggestion", "TimeBasis", "Turn", "Value", "Variant", "Verdict",
]
