"""A goal's life, ready to show: where it stands, what can be done, what was said, how it ended."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from coach.core import rendering
from coach.service import Goal, Progress, boards, charts, goals, links, telling
from coach.service.values import CLOSED, Adjustment, CheckIn, Proposal, Remark, Review
from coach.web.texts import Translate

TONES = {
    "on_track": "pass", "reached": "pass", "behind": "warn", "stale": "warn", "at_risk": "fail", "missed": "fail",
    "waiting": "", "draft": "", "adopted": "accent", "abandoned": "", "no_figure": "",
}  # fmt: skip
ICONS = {"pass": "pass", "warn": "warn", "fail": "fail", "": "unknown", "accent": "clock"}
_DO = {"close": "close", "lower_target": "adjust", "later": "adjust", "check_in": "look", "raise": "adjust"}


@dataclass(frozen=True)
class Look:
    """One check-in of the history."""

    id: str
    day: str
    value: str
    raw: str
    step: str
    comment: str
    source: str
    confidence: str
    counts: bool
    note: str


@dataclass(frozen=True)
class Change:
    """One adjustment: what it was, what it is, why and when."""

    day: str
    lines: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Said:
    """One remark, with its answer below it."""

    id: str
    kind: str
    author: str
    day: str
    text: str
    open: bool
    answer: "Said | None" = None


@dataclass(frozen=True)
class Scored:
    """How one of the targets ended."""

    which: str
    target: str
    due: str
    actual: str
    share: str
    reached: bool


@dataclass(frozen=True)
class Closing:
    """The review of a goal that was closed."""

    outcome: str
    tone: str
    day: str
    learnt: str
    scores: tuple[Scored, ...]
    next_text: str
    next_why: str


@dataclass(frozen=True)
class Follow:
    """Everything a goal's page shows of its life."""

    status: str
    label: str
    tone: str
    icon: str
    sentences: dict[str, str]
    wide: charts.Picture | None
    narrow: charts.Picture | None
    bullet: charts.Bullet | None
    parts: tuple[tuple[str, str, str, str], ...]
    proposed: str
    proposed_from: str
    proposed_day: str
    unit: str
    today: str
    looks: tuple[Look, ...]
    changes: tuple[Change, ...]
    remarks: tuple[Said, ...]
    contested: bool
    act: str  # which form the proposed correction leads to; empty for none
    can_look: bool
    is_open: bool
    is_draft: bool
    lead: str
    confidence: str
    days_left: str
    split: tuple[tuple[str, str], ...]
    split_text: str
    split_note: str
    can_split: bool
    links: tuple[tuple[str, str, str, bool], ...]
    closing: Closing | None
    announcement: str
    target_raw: str
    due_raw: str


def follow(
    goal: Goal,
    progress: Progress,
    proposal: Proposal | None,
    remarks: Sequence[Remark],
    given: Sequence[links.Link],
    review: Review | None,
    t: Translate,
    language: str,
    today: dt.date,
) -> Follow:
    """The goal's life in the language of the page."""
    status, plan = boards.status_of(goal, progress), goals.plan_of(goal)
    last = next((look for look in progress.check_ins if look.counts), None)
    standing = progress.standing
    return Follow(
        status=status,
        label=t(f"board.status.{status}"),
        tone=TONES[status],
        icon=ICONS[TONES[status]],
        sentences=progress.sentences,
        wide=charts.burn_up(goal, plan, progress, today, language, 720),
        narrow=charts.burn_up(goal, plan, progress, today, language, 300),
        bullet=charts.bullet(progress),
        parts=telling.parts(goal, progress, language),
        proposed=plain(proposal.value, language) if proposal and proposal.value is not None else "",
        proposed_from=source(proposal, t, language) if proposal else "",
        proposed_day=(proposal.day if proposal else today).isoformat(),
        unit=unit(goal, t),
        today=today.isoformat(),
        looks=looks(goal, progress, t, language),
        changes=tuple(_change(each, goal, t, language) for each in progress.adjustments),
        remarks=_remarks(remarks, t, language),
        contested=progress.contested,
        act=_DO.get(progress.correction.action, "adjust" if status == "at_risk" else "") if progress.correction else "",
        can_look=goal.status in ("adopted", "running") and standing is not None,
        is_open=goal.status in ("adopted", "running"),
        is_draft=goal.status == "draft",
        lead=goal.lead or "",
        confidence=t(f"confidence.{last.confidence}") if last and last.confidence else "",
        days_left=_left(goal, today, t),
        split=tuple((part.name, telling.figure(part.target, goal, language)) for part in goal.split),
        split_text="\n".join(f"{part.name} = {plain(part.target, language)}" for part in goal.split),
        split_note=t("follow.split_lacks", gap=telling.signed(-progress.split_lacks, goal, language))
        if progress.split_lacks
        else "",
        can_split=bool(plan and plan.counter),
        links=tuple(_link(each, t, language, today) for each in given),
        closing=_closing(review, goal, t, language) if review and goal.status in CLOSED else None,
        announcement=telling.announcement(goal),
        target_raw=plain(goal.target, language) if goal.target is not None else "",
        due_raw=goal.due.isoformat() if goal.due else "",
    )


def plain(value: float, language: str) -> str:
    """A figure as a person types it: "12,5" in French, no thousands mark."""
    written = f"{value:.10g}"
    return written.replace(".", ",") if language == "fr" else written


def source(proposal: Proposal, t: Translate, language: str) -> str:
    """Where a proposed figure comes from, and until when it is known."""
    if proposal.source == "last":
        return t("follow.from_last") if proposal.value is not None else t("follow.from_nothing")
    name = proposal.label or t(f"follow.source.{proposal.source}") if proposal.source == "manual" else (
        proposal.label or proposal.source.capitalize()
    )  # fmt: skip
    told = t("follow.from_crm", name=name, day=rendering.day(proposal.data_date or proposal.day, language))
    if proposal.since is not None:
        told += " " + t("follow.since", day=rendering.day(proposal.since, language))
    return told + (" " + t("follow.synthetic") if proposal.synthetic else "")


def looks(goal: Goal, progress: Progress, t: Translate, language: str) -> tuple[Look, ...]:
    """The check-ins, the latest day first, each with what it added; replaced ones after, told as such."""
    ordered = sorted(progress.check_ins, key=lambda look: (look.day, look.id))
    taken_back = {look.corrects_id for look in ordered if look.withdrawn}
    shown, before = [], None
    for look in (look for look in ordered if not look.withdrawn):
        step = ""
        if look.counts and before is not None:
            step = telling.signed(look.value - before, goal, language)
        shown.append(_look(goal, look, step, t, language, taken_back=look.id in taken_back))
        before = look.value if look.counts else before
    return tuple(reversed(shown))


def _look(goal: Goal, look: CheckIn, step: str, t: Translate, language: str, *, taken_back: bool = False) -> Look:
    return Look(
        id=look.id,
        day=rendering.day(look.day, language),
        value=telling.figure(look.value, goal, language, decimals=2),
        raw=plain(look.value, language),
        step=step,
        comment=look.comment,
        source=t(f"follow.source.{look.source}") if look.source in ("manual", "link") else look.source.capitalize(),
        confidence=t(f"confidence.{look.confidence}") if look.confidence else "",
        counts=look.counts,
        note="" if look.counts else t("follow.withdrawn" if taken_back else "follow.replaced"),
    )


def _change(change: Adjustment, goal: Goal, t: Translate, language: str) -> Change:
    lines = []
    for name, (old, new) in change.changes.items():
        if name != "statement":
            before, after = (telling.changed(name, text, goal, language) for text in (old, new))
            lines.append(t("follow.changed", what=t(f"follow.field.{name}"), old=before, new=after))
    return Change(rendering.day(change.created_at.date(), language), tuple(lines), change.reason)


def _remarks(remarks: Sequence[Remark], t: Translate, language: str) -> tuple[Said, ...]:
    answers = {each.answers_id: _said(each, None, t, language) for each in remarks if each.kind == "answer"}
    return tuple(_said(each, answers.get(each.id), t, language) for each in remarks if each.kind != "answer")


def _said(remark: Remark, answer: Said | None, t: Translate, language: str) -> Said:
    return Said(
        id=remark.id,
        kind=remark.kind,
        author=remark.author,
        day=rendering.day(remark.created_at.date(), language),
        text=remark.text or t("follow.committed"),
        open=remark.kind == "contest" and answer is None,
        answer=answer,
    )


def _link(link: links.Link, t: Translate, language: str, today: dt.date) -> tuple[str, str, str, bool]:
    if link.revoked_at is not None:
        state = t("follow.link_revoked")
    elif link.used_at is not None:
        state = t("follow.link_used", day=rendering.day(link.used_at.date(), language))
    elif link.expires_at.date() < today:
        state = t("follow.link_over")
    else:
        state = t("follow.link_until", day=rendering.day(link.expires_at.date(), language))
    live = link.revoked_at is None and link.used_at is None and link.expires_at.date() >= today
    return link.id, f"{link.name or t('follow.link_someone')} · {t('follow.purpose.' + link.purpose)}", state, live


def _closing(review: Review, goal: Goal, t: Translate, language: str) -> Closing:
    return Closing(
        outcome=t(f"goal.status.{review.outcome}"),
        tone=TONES[review.outcome],
        day=rendering.day(review.created_at.date(), language),
        learnt=review.learnt,
        scores=tuple(_scored(each, goal, t, language) for each in review.scores),
        next_text=review.next.text if review.next else "",
        next_why=t("follow.next_why", level=telling.figure(review.next.target, goal, language)) if review.next else "",
    )


def _scored(score: object, goal: Goal, t: Translate, language: str) -> Scored:
    from coach.core.tracking import Score

    one = score if isinstance(score, Score) else Score.model_validate(score)
    return Scored(
        which=t(f"follow.score.{one.which}"),
        target=telling.figure(one.target, goal, language),
        due=rendering.day(one.due, language) if one.due else t("goal.no_due"),
        actual="" if one.actual is None else telling.figure(one.actual, goal, language, decimals=1),
        share="" if one.attainment is None else rendering.percent(round(one.attainment * 100), language),
        reached=one.reached,
    )


def unit(goal: Goal, t: Translate) -> str:
    """What the figure to type is in; empty for a count."""
    if goal.unit in (None, "none", "count", "x"):
        return ""
    names = {"days": "unit.days", "hours": "unit.hours"}
    return t(names[goal.unit]) if goal.unit in names else {"EUR": "€", "USD": "$", "GBP": "£"}.get(goal.unit, goal.unit)


def _left(goal: Goal, today: dt.date, t: Translate) -> str:
    if goal.due is None or goal.status not in ("adopted", "running"):
        return ""
    days = (goal.due - today).days
    if days < 0:
        return t("follow.over")
    return t("follow.days_left.one" if days <= 1 else "follow.days_left.other", days=days)
