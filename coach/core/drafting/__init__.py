"""Step 7: the brief, and its wording without a model.

``sentence`` writes one goal as one sentence · ``framings`` says it one to three ways · ``formulas`` works out
those that follow from the manager's figures · ``prose`` writes what stands around the goal. Words are data: the
``[drafting]`` tables of the lexicon. Every figure is marked where it stands, with its source; ``mentions`` finds those
that nobody marked.
"""

from coach.core.drafting import prose
from coach.core.drafting.framings import MOST, Framed, frame
from coach.core.drafting.pieces import Piece
from coach.core.drafting.sentence import write
from coach.core.model import Brief, Candidate

__all__ = ["MOST", "draft", "of_manager", "plainest", "sayable_otherwise"]


def draft(brief: Brief) -> tuple[Candidate, ...]:
    """One to three wordings of the brief, the fittest for the team first; none is shown before it is verified."""
    return tuple(_complete(brief, framed) for framed in frame(brief))


def sayable_otherwise(brief: Brief) -> bool:
    """Whether the same goal can be put in another way than ``brief`` is."""
    other = brief.model_copy(update={"due_first": not brief.due_first})
    return write(brief).text != write(other).text


def _complete(brief: Brief, framed: Framed) -> Candidate:
    statement = framed.statement
    why = prose.rationale(brief)
    message = prose.announcement(brief, statement)
    return Candidate(
        statement=f"{statement.text}.",
        goal=framed.goal,
        figures=(*statement.figures("statement"), *why.figures("rationale"), *message.figures("announcement")),
        rationale=why.text,
        guardrail=prose.guardrail(brief),
        follow_up=prose.follow_up(brief),
        incentive=prose.incentive(brief),
        announcement=message.text,
        variant=framed.variant,
        framing=framed.framing,
        chance=framed.chance,
        axis=prose.axis(brief.goal),
    )


def of_manager(brief: Brief, wording: str) -> Candidate:
    """The manager's own wording of the goal, with ours around it."""
    return _complete(brief, Framed(Piece(" ".join(wording.split()).rstrip(".")), brief.goal)).model_copy(
        update={"author": "manager"}
    )


def plainest(brief: Brief) -> tuple[Candidate, ...]:
    """The bare goal, without the words of the manager's that the fuller wordings quote: for when those are refused."""
    quoted = (
        "segment",
        "channel",
        "means",
        "baseline_period",
        "metric_raw" if brief.goal.metric not in (None, "other") else "segment",
    )
    goal = brief.goal.model_copy(update={**dict.fromkeys(quoted), "conditions": ()})
    bare = brief.model_copy(update={"goal": goal})
    return (_complete(bare, Framed(write(bare), goal)),)
