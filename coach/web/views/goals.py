"""Drafts and adopted goals: the sentence, its figures with their sources, what goes with it."""

import datetime as dt
from dataclasses import dataclass

from coach.core import rendering
from coach.core.model import Draft, Figure, Profile
from coach.service import Goal
from coach.service.values import Rating
from coach.web.texts import Translate, known, metric
from coach.web.views.card import Card, card, slot_name

_TONES = {"running": "accent", "reached": "pass", "missed": "fail", "abandoned": ""}


@dataclass(frozen=True)
class FigureView:
    """A figure as it stands in the sentence, and where it comes from."""

    words: str
    kind: str
    explain: str


@dataclass(frozen=True)
class DraftView:
    """A suggested wording, ready to show."""

    key: str
    name: str
    statement: str
    language: str
    card: Card
    figures: tuple[FigureView, ...]
    details: tuple[tuple[str, str], ...]
    unknowns: str
    chosen: bool
    markdown: str
    author: str = ""  # the model that worded it, if one did
    mark: str = ""  # what this person thought of it: "up", "down", or nothing yet
    note: str = ""
    shared: bool = False


def draft(
    value: Draft,
    t: Translate,
    language: str,
    *,
    key: str,
    name: str,
    chosen: bool = False,
    profile: Profile = Profile(),  # noqa: B008
    rated: Rating | None = None,
) -> DraftView:
    """A worded draft; its verdicts in the page's language, its own texts in the goal's."""
    return DraftView(
        key=key,
        name=name,
        statement=value.statement,
        language=value.language,
        card=card(value.assessment, t, language, profile),
        figures=figures(value),
        details=details(value, t, language),
        unknowns=unknowns(value, t, language),
        chosen=chosen,
        markdown=markdown(value.statement, value, t, language),
        author="" if value.author in ("rules", "manager") else value.author,
        mark=rated.mark if rated else "",
        note=rated.note if rated else "",
        shared=rated.shared if rated else False,
    )


def figures(value: Draft) -> tuple[FigureView, ...]:
    """The figures of the statement, in its order, each once."""
    ordered = sorted((figure for figure in value.figures if figure.text == "statement"), key=lambda each: each.span)
    shown = [FigureView(_words(value, figure), figure.source.kind, figure.source.explain) for figure in ordered]
    return tuple(dict.fromkeys(shown))


def _words(value: Draft, figure: Figure) -> str:
    return value.statement[slice(*figure.span)].strip()


def details(value: Draft, t: Translate, language: str) -> tuple[tuple[str, str], ...]:
    """What goes with the sentence: reason, guardrail, follow-up, incentive, message to the team."""
    pairs = (
        (t("draft.rationale"), value.rationale),
        (t("draft.guardrail"), value.guardrail),
        (t("draft.follow_up"), follow_up(value, t, language)),
        (t("draft.incentive"), value.incentive),
    )
    return tuple((name, text) for name, text in pairs if text)


def follow_up(value: Draft, t: Translate, language: str) -> str:
    """How often to look, and at what."""
    indicators = [metric(each, language) for each in value.follow_up.indicators]
    cadence = t(f"cadence.{value.follow_up.cadence}")
    if not indicators:
        return cadence
    return t("draft.follow_up_text", cadence=cadence, indicators=rendering.listing(indicators, language))


def unknowns(value: Draft, t: Translate, language: str) -> str:
    """What the manager left open, in words; empty when nothing is."""
    return rendering.listing([_inline(slot_name(slot, t)) for slot in value.unknowns], language)


def _inline(name: str) -> str:
    return name[:1].lower() + name[1:]


def markdown(statement: str, value: Draft, t: Translate, language: str) -> str:
    """The goal as Markdown, to paste anywhere: the sentence, then what goes with it."""
    lines = [f"**{statement}**", ""]
    lines += [f"- {name}{t('colon')}{text}" for name, text in details(value, t, language)]
    lines += [f"- {figure.words}{t('colon')}{figure.explain}" for figure in figures(value) if figure.explain]
    return "\n".join(lines).rstrip() + "\n"


@dataclass(frozen=True)
class GoalView:
    """An adopted goal, ready to show."""

    id: str
    version: int
    statement: str
    language: str
    state: str
    tone: str
    adopted_on: str
    key: tuple[tuple[str, str, str], ...]
    figures: tuple[FigureView, ...]
    details: tuple[tuple[str, str], ...]
    announcement: str
    unknowns: str
    card: Card
    conversation_id: str | None
    deleted: bool
    markdown: str
    target: str
    due: str
    left: str
    overdue: bool


def goal(value: Goal, t: Translate, language: str, today: dt.date, profile: Profile = Profile()) -> GoalView:  # noqa: B008
    """A goal whose draft is worded; ``today`` says how much time is left."""
    shown = value.draft
    return GoalView(
        id=value.id,
        version=value.version,
        statement=value.statement,
        language=value.language,
        state=t(f"goal.status.{value.status}"),
        tone=_TONES[value.status],
        adopted_on=t("goal.adopted_on", day=rendering.day(value.created_at.date(), language)),
        key=_key(value, t, language, today),
        figures=figures(shown),
        details=details(shown, t, language),
        announcement=shown.announcement,
        unknowns=unknowns(shown, t, language),
        card=card(shown.assessment, t, language, profile),
        conversation_id=value.conversation_id,
        deleted=value.deleted_at is not None,
        markdown=markdown(value.statement, shown, t, language),
        target=target(value, language),
        due=rendering.day(value.due, language) if value.due else t("goal.no_due"),
        left=left(value, today, language),
        overdue=value.due is not None and value.due < today,
    )


def target(value: Goal, language: str) -> str:
    """The level to reach, with its unit; a change keeps its sign."""
    if value.target is None:
        return ""
    written = rendering.amount(value.target, value.unit, language)
    change = value.draft.reading.first.change == "relative" and value.baseline is None
    return f"{'−' if value.direction == 'decrease' else '+'}{written.lstrip('-')}" if change else written


def left(value: Goal, today: dt.date, language: str) -> str:
    """How far the due date is: « dans 3 mois », « il y a 2 jours »; empty for a goal that has none or has ended."""
    if value.due is None or value.status != "running":
        return ""
    return distance(value.due - today, language)


def distance(span: dt.timedelta, language: str) -> str:
    """A stretch of days as a person says it, from now."""
    from babel.dates import format_timedelta

    return rendering.typography(
        format_timedelta(span, granularity="day", threshold=1.4, add_direction=True, locale=language), language
    )


def _key(value: Goal, t: Translate, language: str, today: dt.date) -> tuple[tuple[str, str, str], ...]:
    component = value.draft.reading.first
    counted = metric(value.metric, language) if value.metric and value.metric != "other" else component.metric_raw or ""
    base = "" if value.baseline is None else rendering.amount(value.baseline, value.unit, language)
    rows = (
        (t("goal.key.metric"), counted, ""),
        (t("goal.key.target"), target(value, language), ""),
        (t("goal.key.baseline"), base, ""),
        (t("goal.key.due"), rendering.day(value.due, language) if value.due else "", left(value, today, language)),
        (t("goal.key.follow_up"), known(language, f"web.cadence.{value.draft.follow_up.cadence}"), ""),
        (t("goal.key.segment"), component.segment or "", ""),
    )
    return tuple((name, text[:1].upper() + text[1:], detail) for name, text, detail in rows if text)
