"""What stands around a goal: why it, what must not suffer, how it is followed, what reaching it brings, the message."""

from collections.abc import Sequence

from coach.core import kpis, rendering
from coach.core.drafting import figures
from coach.core.drafting.pieces import Piece, as_piece, fill, join, uncapitalised
from coach.core.drafting.sentence import falls
from coach.core.drafting.words import family, noun, table
from coach.core.model import Brief, Component, FollowUp, Source
from coach.core.model.reading import Cadence
from coach.core.smart import asked
from coach.core.smart.thresholds import Limits

GUARDS: dict[str, tuple[str, ...]] = {
    "qualified_meetings": ("conversion_rate",),
    "calls": ("response_rate", "qualified_meetings"),
    "leads": ("conversion_rate",),
    "new_customers": ("average_deal_size", "churn"),
    "deals_won": ("average_deal_size", "margin"),
    "revenue": ("margin",),
    "margin": ("deals_won",),
    "conversion_rate": ("leads",),
    "closing_rate": ("deals_won",),
    "quotes_sent": ("closing_rate",),
    "renewal_rate": ("margin",),
    "churn": ("nps",),
    "upsell_revenue": ("nps", "renewal_rate"),
    "nps": ("response_rate",),
    "average_deal_size": ("deals_won",),
    "response_rate": ("qualified_meetings",),
    "pipeline_value": ("closing_rate",),
}
"""What to watch beside each KPI, so that it is not reached at the expense of the rest."""


def axis(goal: Component) -> str:
    """The goal's axis: prospecting, revenue, conversion, productivity or retention; empty when unknown."""
    kpi = kpis.find(goal.metric)
    return kpi.axis if kpi is not None and kpi.id != "other" else ""


def follow_up(brief: Brief) -> FollowUp:
    """Weekly for a short goal, monthly for a medium one (weekly for an activity), quarterly for a long one."""
    goal = brief.goal
    indicators = (goal.metric or "other", *GUARDS.get(goal.metric or "", ()))
    return FollowUp(cadence=_cadence(brief), indicators=indicators)


def _cadence(brief: Brief) -> Cadence:
    goal, kpi = brief.goal, kpis.find(brief.goal.metric)
    activity = kpi is not None and kpi.nature == "activity" and kpi.id != "other"
    horizon = asked.horizon(goal, brief.today, Limits(brief.profile.conventions.thresholds))
    if goal.cadence in ("day", "week") or horizon == "short":
        return "week"
    if horizon == "long":
        return "quarter"
    return "week" if activity else "month"


def rationale(brief: Brief) -> Piece:
    """Why this goal: the declared strategy first, then what the axis brings, then how it fits the team."""
    words, context = table(brief.language)["rationale"], brief.profile.context
    parts = [*_strategy(brief), as_piece(words[axis(brief.goal) or "other"])]
    if context.maturity:
        parts.append(as_piece(words[_fit(context.maturity, brief.goal)]))
    if context.company:
        parts.append(as_piece(words[context.company]))
    if brief.goal.change == "absolute" and brief.goal.baseline is not None and "baseline" in brief.sources:
        parts.append(
            _quoting(words["start"], brief.sources["baseline"].params.get("quote", ""), brief.sources["baseline"])
        )
    if brief.unknowns:
        names = table(brief.language)["unknowns"]
        listed = rendering.listing([names[slot] for slot in brief.unknowns], brief.language)
        parts.append(as_piece(words["confirm"].format(unknowns=listed)))
    return sentences(parts)


def _fit(maturity: str, goal: Component) -> str:
    """How the goal suits the team: activity is for juniors, value for seniors. Source: seed article, IV."""
    kpi = kpis.find(goal.metric)
    nature = kpi.nature if kpi is not None and kpi.id != "other" else None
    misfit = {("junior", "result"): "junior_result", ("senior", "activity"): "senior_activity"}
    return misfit.get((maturity, nature or ""), maturity)


def _strategy(brief: Brief) -> list[Piece]:
    priorities = brief.profile.context.strategy
    if not priorities:
        return []
    source = brief.sources.get("strategy", Source(kind="user", ref="context.strategy", code="context"))
    return [_quoting(table(brief.language)["rationale"]["strategy"], priorities[0].strip(" .\u202f"), source)]


def _quoting(form: str, words: str, source: Source) -> Piece:
    if not words:
        return Piece()
    said = figures.quoted(" ".join(words.split()), "quote", source)
    return fill(form, {"strategy": said, "quote": said})


def sentences(parts: Sequence[Piece]) -> Piece:
    """Sentences one after the other, a space between."""
    said = [part for part in parts if part]
    return join(part if at == 0 else as_piece(" ") + part for at, part in enumerate(said))


def guardrail(brief: Brief) -> str:
    """The figure to watch so that the goal is not reached the wrong way."""
    words = table(brief.language)["guardrail"]
    return words.get(brief.goal.metric or "other", words["other"])


def incentive(brief: Brief) -> str:
    """An idea that fits the team and the company, and how such a reward gets gamed."""
    words, context = table(brief.language)["incentive"], brief.profile.context
    every = table(brief.language)["every"][_cadence(brief)]
    idea = words[context.maturity or "confirmed"].format(every=every)
    means = words[context.company] if context.company else ""
    return " ".join(part for part in (idea, means, words[_gamed(brief.goal)]) if part)


def _gamed(goal: Component) -> str:
    """What a reward on this goal invites people to bend."""
    kpi = kpis.find(goal.metric)
    if kpi is not None and kpi.unit == "score":
        return "quality"
    kind = family(goal)
    if kind == "rate" or falls(goal):
        return "rate"
    if kind in ("amount", "stock") or (kpi is not None and kpi.axis == "revenue"):
        return "value"
    return "activity"


def announcement(brief: Brief, statement: Piece) -> Piece:
    """The message that tells the team: the goal, why, and how it is followed."""
    words = table(brief.language)
    strategy = _strategy(brief)
    plan = follow_up(brief)
    slots: dict[str, Piece | str] = {
        "statement": uncapitalised(statement),
        "reason": uncapitalised(strategy[0] if strategy else words["rationale"][axis(brief.goal) or "other"]),
        "follow": words["follow"][plan.cadence],
        "indicators": rendering.listing(_names(brief, plan), brief.language),
        "guardrail": guardrail(brief),
    }
    return fill(words["announcement"]["text"], slots)


def _names(brief: Brief, plan: FollowUp) -> list[str]:
    nouns = table(brief.language)["nouns"]
    own = noun(brief.goal, brief.language).name
    return [own, *(nouns[metric]["name"] for metric in plan.indicators[1:] if metric in nouns)]
