"""What to talk about at a 1:1 or a team meeting: questions that follow from where the goal stands."""

from coach.service import Goal, Progress, boards
from coach.web.texts import Translate

_QUESTIONS = {
    "at_risk": ("hold", "help", "give_up"),
    "behind": ("hold", "help", "next_step"),
    "stale": ("where", "why_silent", "next_step"),
    "on_track": ("works", "share", "next_step"),
    "waiting": ("first", "help", "next_step"),
    "reached": ("works", "share", "after"),
    "missed": ("learn", "sooner", "after"),
}


def talking(goal: Goal, progress: Progress, t: Translate, language: str) -> tuple[str, ...]:
    """Three questions, fit for where the goal stands; one more for an objection or a cause that was found."""
    status = boards.status_of(goal, progress)
    asked = [t(f"brief.ask.{name}") for name in _QUESTIONS.get(status, ("first", "help", "next_step"))]
    if progress.causes is not None and progress.causes.main is not None:
        asked.insert(0, t(f"brief.ask.{progress.causes.main}"))
    if progress.contested:
        asked.insert(0, t("brief.ask.contested"))
    return tuple(asked[:4])
