"""Incentive ideas that fit who the goal is for, how each is gamed, and the figure that guards against it."""

from coach.core import kpis
from coach.core.drafting.prose import GUARDS
from coach.core.model import Profile
from coach.core.model.base import Value
from coach.service.values import Goal
from coach.wording import Catalogue

_IDEAS = {
    "junior": ("streak", "pairs", "visible"),
    "confirmed": ("shared", "choice", "practice"),
    "senior": ("value", "account", "mentor"),
}
_GAMED = {"count": "volume", "money": "discount", "rate": "cases", "score": "picked"}


class Incentives(Value):
    """Ideas for the team's maturity, how a reward on this goal is bent, and what to watch so that it is not."""

    ideas: tuple[str, ...]
    warning: str
    guards: tuple[str, ...]  # names of KPIs


def of(goal: Goal, language: str, profile: Profile) -> Incentives:
    """The ideas, in the reader's language."""
    words, maturity = Catalogue(language), profile.context.maturity or "confirmed"
    ideas = [words.gettext(f"incentive.{maturity}.{name}") for name in _IDEAS[maturity]]
    if profile.context.company:
        ideas.append(words.gettext(f"incentive.company.{profile.context.company}"))
    kpi = kpis.known(goal.metric)
    warning = words.gettext(f"incentive.gamed.{_GAMED[kpi.unit if kpi else 'count']}")
    guards = tuple(words.gettext(f"metric.{metric}", n=2) for metric in GUARDS.get(goal.metric or "", ()))
    return Incentives(ideas=tuple(ideas), warning=warning, guards=guards)
