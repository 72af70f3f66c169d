"""What if: another target, date, team or rate beside a conversation's goal; a form that needs no script."""

import datetime as dt
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from coach import wording
from coach.core.calibration import funnel, history
from coach.core.calibration.answer import Means, suppose
from coach.core.model.calibration import Calibrated, Calibration
from coach.errors import BadInput, NotFound
from coach.service import Conversation, conversations, pasts, profiles
from coach.service.charts import Picture
from coach.web import rendering
from coach.web.texts import metric
from coach.web.views import past
from coach.web.visit import Visit, Visiting

router = APIRouter(include_in_schema=False, prefix="/goals/new")

_MOST_PEOPLE = 30


@dataclass(frozen=True)
class Field:
    """One thing to try: a number or a day; ``most`` gives it a slider."""

    name: str
    label: str
    value: str
    type: str = "number"
    least: float = 0
    most: float = 0
    step: float = 1
    hint: str = ""


@dataclass(frozen=True)
class Asked:
    """The page: the goal, what is tried, and what it answers."""

    id: str
    statement: str
    language: str
    fields: tuple[Field, ...]
    sentences: tuple[str, ...] = ()
    charts: tuple[Picture, ...] = ()
    problem: str = ""


@router.get("/{id}/what-if")
async def show(visit: Visiting, id: str, request: Request) -> Response:
    """The form and its answer; to our script the answer alone."""
    found = await conversations.get(visit.coach, visit.actor, id)
    calibrated = found.turn.calibrated
    if calibrated is None or calibrated.calibration is None:
        raise NotFound("There are no past figures to try this on.", reason="history_absent")
    asked = await _asked(visit, found, calibrated, dict(request.query_params))
    if visit.wants_fragment:
        return rendering.fragment(visit, "_whatif_answer.html", asked=asked)
    return rendering.page(visit, "whatif.html", asked=asked)


async def _asked(visit: Visit, found: Conversation, calibrated: Calibrated, given: dict[str, str]) -> Asked:
    known, today = calibrated.calibration, visit.coach.today()
    assert known is not None  # noqa: S101  # the page is not there without one
    pastfigures = {**await pasts.known(visit.coach, visit.actor), known.metric: past.series_of(known)}
    profile = await profiles.recent(visit.coach, visit.actor)
    rates = _rates(funnel.rates_of(pastfigures, known.metric), given)
    team = found.turn.context.headcount or profile.context.headcount
    fields = _fields(visit, known, calibrated, given, team, rates)
    values = {field.name: field.value for field in fields}
    base = Asked(found.id, found.turn.statement, found.turn.language, fields)
    try:
        answer = suppose(
            past.series_of(known),
            _target(values["target"], known),
            start=past.latest(known, today),
            end=_day(values["by"]),
            means=_means(values, profile.conventions.country),
            rates=rates,
            deal=funnel.deal_of(pastfigures, known.metric),
        )
    except BadInput as error:
        return Asked(base.id, base.statement, base.language, fields, problem=past.refused(error, visit.language))
    told = wording.word(answer, visit.language)
    return Asked(
        base.id, base.statement, base.language, fields, past.sentences(told),
        past.charts(told, visit.t, visit.language),
    )  # fmt: skip


def _fields(
    visit: Visit, known: Calibration, calibrated: Calibrated, given: dict[str, str], team: int | None,
    rates: tuple[funnel.Rate, ...],
) -> tuple[Field, ...]:  # fmt: skip
    t, scale = visit.t, 100 if known.unit == "%" else 1
    level = (calibrated.placed.level if calibrated.placed else known.target(0.5)) * scale
    most = max(known.quantile(0.99) * scale, level) * 1.5
    people = str(team or "")

    def field(name: str, value: str, **more: float | str) -> Field:
        return Field(name, t(f"whatif.field.{name}"), given.get(name, value)[:40], **more)  # pyright: ignore[reportArgumentType]

    made = [
        field(
            "target", f"{round(level, 1):g}" if level < 1e6 else f"{level:.0f}", most=round(most, 2), step=_step(most)
        ),
        field("by", known.end.isoformat(), type="date"),
    ]
    if known.adds_up:
        made += [
            field("people", people, most=_MOST_PEOPLE, hint=t("whatif.people_hint")),
            field("before", people, most=_MOST_PEOPLE, hint=t("whatif.before_hint")),
            field("ramping", "0", most=_MOST_PEOPLE),
            field("taken", "0", most=100, step=5, hint=t("whatif.taken_hint")),
            field("days_off", "0", most=60),
        ]
    for rate in rates:
        share = f"{rate.came / rate.out_of * 100:.1f}" if rate.out_of else ""
        label = t("whatif.field.rate", metric=metric(rate.metric, visit.language))
        hint = t("whatif.rate_hint", came=f"{rate.came:g}", of=f"{rate.out_of:g}")
        value = given.get(f"rate_{rate.metric}", share)[:40]
        made.append(Field(f"rate_{rate.metric}", label, value, most=100, step=0.5, hint=hint))
    return tuple(made)


def _step(most: float) -> float:
    """A slider's step: about two hundred to the whole."""
    return float(f"{max(most / 200, 1e-6):.0e}") if most < 100 else max(1.0, float(f"{most / 200:.0e}"))


def _rates(own: tuple[funnel.Rate, ...], given: dict[str, str]) -> tuple[funnel.Rate, ...]:
    """The team's own rates, each moved to the share that is tried; as many cases stand behind it."""
    moved = []
    for rate in own:
        share = _number(given.get(f"rate_{rate.metric}", ""))
        came = rate.came if share is None else min(max(share, 0.0), 100.0) / 100 * rate.out_of
        moved.append(funnel.Rate(rate.metric, came, rate.out_of))
    return tuple(moved)


def _means(values: dict[str, str], country: str) -> Means:
    def whole(name: str) -> int | None:
        value = _number(values.get(name, ""))
        return None if value is None or not 0 <= value <= 100_000 else round(value)

    return Means(
        headcount=whole("people"),
        headcount_before=whole("before"),
        ramping=whole("ramping") or 0,
        country=country,
        taken=min(max(_number(values.get("taken", "")) or 0.0, 0.0), 100.0) / 100,
        days_off=max(_number(values.get("days_off", "")) or 0.0, 0.0),
    )


def _number(text: str) -> float | None:
    try:
        return history.figure(text)[0] if text.strip() else None
    except BadInput:
        return None


def _target(text: str, known: Calibration) -> float:
    value, _ = history.figure(text)
    return value / 100 if known.unit == "%" else value


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise BadInput("A day is needed.", remedy="Write it as 2026-06-30.", reason="history_day") from None
