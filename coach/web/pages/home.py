"""Home: the ambition, what is SMART about it at once, and what there is to do."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Response

from coach.core.model import Assessment, Context, Profile
from coach.errors import BadInput
from coach.service import assessing, boards, connections, conversations, goals, profiles
from coach.web import marks, problems, rendering
from coach.web.forms import Form
from coach.web.texts import Translate
from coach.web.views.card import Card, card, slot_name
from coach.web.views.goals import distance
from coach.web.visit import Visit, Visiting

router = APIRouter(include_in_schema=False)
SOON_DAYS = 14
TODO_AT_MOST = 5
_COMPANIES = ("sme", "scale_up")
_MATURITIES = ("junior", "confirmed", "senior")


@dataclass(frozen=True)
class Missing:
    """A fact that is missing, and why it matters."""

    name: str
    why: str


@dataclass(frozen=True)
class Check:
    """The answer to one check; ``card`` is None for a text that states no goal."""

    title: str
    text: str
    language: str
    detail: str = ""
    card: Card | None = None
    segments: tuple[marks.Segment, ...] = ()
    missing: tuple[Missing, ...] = ()
    suggestions: tuple[object, ...] = ()
    smart: bool = False
    announce: str = ""


@dataclass(frozen=True)
class Task:
    """One thing to do, and where."""

    text: str
    detail: str
    href: str
    action: str
    icon: str = "clock"


@dataclass(frozen=True)
class Step:
    """One step of getting started."""

    text: str
    done: bool
    href: str = ""
    action: str = ""


@dataclass(frozen=True)
class Setup:
    """How far getting started has come."""

    steps: tuple[Step, ...]

    @property
    def done(self) -> int:
        """How many steps are behind."""
        return sum(step.done for step in self.steps)


@router.get("/")
async def show(visit: Visiting, text: str = "") -> Response:
    """The home page; ``text`` is an ambition to start from, as a CRM's page hands it over."""
    return await _page(visit, text=text[:2_000])


@router.post("/")
async def check(visit: Visiting) -> Response:
    """Judge the text at once; nothing is kept but the context, when it changed."""
    form = await visit.form()
    profile = await remembered(visit, form)
    text = form.text("example") or form.text("text")
    try:
        today, rules = visit.coach.today(), visit.coach.plugins.rules
        worded = assessing.assess(text, today=today, profile=profile, speak=visit.language, rules=rules)
    except BadInput as error:
        problem = problems.of(visit, error)
        if visit.wants_fragment:
            return problems.shown(visit, problem)
        return await _page(visit, text=text, problem=problem, status=problem.status)
    seen = checked(worded, visit, profile)
    if visit.wants_fragment:
        setup = await _setup(visit, profile, seen=True)
        response: Response = rendering.fragment(visit, "_checked.html", check=seen, setup=setup)
    else:
        response = await _page(visit, text=text, check=seen)
    visit.remember(response, "coach_checked", "1")
    return response


def checked(assessment: Assessment, visit: Visit, profile: Profile) -> Check:
    """What the page shows of a worded assessment."""
    t, reading = visit.t, assessment.reading
    if reading.kind == "non_goal":
        kind = reading.non_goal_kind or "statement"
        title, detail = t(f"non_goal.{kind}"), t("non_goal.detail")
        return Check(
            title=title, text=reading.text, language=reading.language, detail=detail, announce=f"{title} {detail}"
        )
    shown = card(assessment, t, visit.language, profile)
    title = t("check.title_smart" if assessment.smart else "check.title")
    return Check(
        title=title,
        text=reading.text,
        language=reading.language,
        card=shown,
        segments=tuple(marks.segments(reading.text, marks.of(assessment))),
        missing=tuple(Missing(slot_name(slot, t), t(f"slot_why.{slot}")) for slot in assessment.missing),
        suggestions=assessment.suggestions,
        smart=assessment.smart,
        announce=t("check.announce", title=title, met=shown.met, total=shown.total, summary=shown.summary),
    )


async def remembered(visit: Visit, form: Form) -> Profile:
    """The workspace's profile, with the context that the form gives."""
    if not {"company", "maturity", "headcount"} <= form.fields.keys():
        return await profiles.recent(visit.coach, visit.actor)
    saved = await profiles.get(visit.coach, visit.actor)
    context = saved.profile.context.model_copy(update=stated(form))
    if context == saved.profile.context:
        return saved.profile
    profile = saved.profile.model_copy(update={"context": Context.model_validate(context.model_dump())})
    return (await profiles.set(visit.coach, visit.actor, profile)).profile


def stated(form: Form) -> dict[str, object]:
    """Company, maturity and headcount as the form gives them; what is no value of theirs counts as not stated."""
    company, maturity, headcount = form.text("company"), form.text("maturity"), form.number("headcount")
    return {
        "company": company if company in _COMPANIES else None,
        "maturity": maturity if maturity in _MATURITIES else None,
        "headcount": headcount if headcount is not None and headcount <= 100_000 else None,
    }


async def _page(
    visit: Visit,
    *,
    text: str = "",
    check: Check | None = None,
    problem: problems.Problem | None = None,
    status: int = 200,
) -> Response:
    profile = await profiles.recent(visit.coach, visit.actor)
    talks = (await conversations.page(visit.coach, visit.actor, limit=TODO_AT_MOST)).items
    adopted = (await goals.page(visit.coach, visit.actor, status="running")).items
    urgent = boards.to_do(await boards.board(visit.coach, visit.actor)) if adopted else ()
    return rendering.page(
        visit,
        "home.html",
        section="home",
        status=status,
        text=text,
        check=check,
        problem=problem,
        profile=profile,
        context_line=context_line(profile.context, visit.t),
        context_open=False,
        todo=_todo(visit.t, visit.language, talks, adopted, visit.coach.today(), urgent),
        setup=await _setup(visit, profile, seen=bool(talks)),
    )


def context_line(context: Context, t: Translate) -> str:
    """What is remembered, in short."""
    parts = []
    if context.company:
        parts.append(t(f"company.{context.company}"))
    if context.maturity:
        parts.append(t(f"maturity.{context.maturity}"))
    if context.headcount is not None:
        parts.append(t("headcount.one" if context.headcount == 1 else "headcount.other", count=context.headcount))
    return " · ".join(parts)


def _todo(
    t: Translate,
    language: str,
    talks: tuple[conversations.ConversationSummary, ...],
    adopted: tuple[goals.Goal, ...],
    today: dt.date,
    urgent: Sequence[boards.Row] = (),
) -> tuple[Task, ...]:
    acting = {row.goal.id for row in urgent}
    due = [g for g in adopted if g.due and (g.due - today).days <= SOON_DAYS and g.id not in acting]
    tasks = [
        Task(
            row.goal.statement,
            _state(row, t),
            f"/goals/{row.goal.id}#{'look' if row.status == 'stale' else 'follow'}",
            t("follow.act.look") if row.status == "stale" else t("todo.look"),
            icon="clock" if row.status == "stale" else "warn",
        )
        for row in urgent
    ]
    tasks += [
        Task(goal.statement, _due(goal.due, today, t, language), f"/goals/{goal.id}", t("todo.look"))
        for goal in sorted(due, key=lambda goal: goal.due or today)
        if goal.due
    ]
    tasks += [
        Task(talk.title, t("todo.open"), f"/goals/new/{talk.id}", t("todo.resume"), icon="history")
        for talk in talks
        if talk.status != "adopted"
    ]
    return tuple(tasks[:TODO_AT_MOST])


def _state(row: boards.Row, t: Translate) -> str:
    """Where a goal stands, and by how much it is off."""
    told = row.progress.sentences
    return " · ".join(part for part in (t(f"board.status.{row.status}"), told.get("gap", "")) if part)


def _due(due: dt.date, today: dt.date, t: Translate, language: str) -> str:
    if due == today:
        return t("todo.due_today")
    return t("todo.due_soon" if due > today else "todo.overdue", when=distance(due - today, language))


async def _setup(visit: Visit, profile: Profile, *, seen: bool = False) -> Setup | None:
    """The first steps; None once they are all behind."""
    t, context = visit.t, profile.context
    adopted = bool((await goals.page(visit.coach, visit.actor, limit=1)).items)
    described = bool(context.company and context.maturity)
    connected = bool(await connections.every(visit.coach, visit.actor))
    steps = (
        Step(t("setup.check"), seen or adopted or visit.request.cookies.get("coach_checked") == "1"),
        Step(t("setup.context"), described, "/settings#team", t("setup.context_action")),
        Step(t("setup.crm"), connected, "/connections", t("setup.crm_action")),
        Step(t("setup.adopt"), adopted),
    )
    return None if all(step.done for step in steps) else Setup(steps)
