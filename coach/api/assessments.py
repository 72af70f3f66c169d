"""``POST /assessments`` and ``POST /drafts``: one text in, a judgement or goals out; nothing is stored."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from coach.api.bodies import describes, read, sent
from coach.api.problems import documented
from coach.api.request import ActorDep, CoachDep
from coach.core.model import Assessment, Draft
from coach.core.model.base import Value
from coach.errors import BadInput
from coach.service import assessing, people, profiles
from coach.service.given import GivenContext
from coach.service.values import Day, Name, Text, TextLanguage

router = APIRouter(tags=["assessments"])

Locale = Annotated[
    str, Field(pattern=r"^[a-zA-Z]{2,3}([-_][a-zA-Z]{2,4})?$", description="en-GB or en-US settles 3/7.")
]
Reference = Annotated[Day | None, Field(description="The day that “in 3 months” counts from; today when left out.")]


class ToAssess(Value):
    """A text to judge."""

    text: Text
    language: TextLanguage | None = Field(default=None, description="Left out, the text tells.")
    locale: Locale | None = None
    reference_date: Reference = None
    team_id: Name | None = Field(default=None, description="For whom; this release knows no team yet.")
    history: Text | None = Field(
        default=None, description="Past figures of what the text counts, one period a line: “2025-01;12”."
    )


class ToDraft(ToAssess):
    """A text to draft goals from, and for whom."""

    context: GivenContext | None = Field(default=None, description="Left out, the workspace's own.")


def _for_no_team(asked: ToAssess) -> None:
    """BadInput when a team is named: a workspace has none yet, and to ignore the name would mislead."""
    if asked.team_id is not None:
        raise BadInput("There is no such team here.", remedy="Leave `team_id` out.", reason="team")


class Drafts(Value):
    """The drafts, best first; none when the text holds nothing to draft from."""

    items: tuple[Draft, ...]


_FR = {"text": "Signer 12 contrats de maintenance avec des cliniques d’ici fin juin", "reference_date": "2026-01-15"}
_EN = {"text": "sell more in Belgium", "language": "en"}


@router.post(
    "/assessments",
    response_model=Assessment,
    responses=documented(403, 415, 422),
    openapi_extra=describes(ToAssess, fr=_FR, en=_EN),
    summary="Judge a text",
)
async def assess(request: Request) -> Response:
    """Five SMART verdicts, each with the words it stands on. Deterministic, no model, nothing is stored."""
    # By hand where the other routes have dependencies: resolving those costs more than the rest of the answer.
    asked, coach = await read(request, ToAssess), request.app.state.coach
    _for_no_team(asked)
    told: dict[str, Any] = {
        "today": asked.reference_date or coach.today(),
        "language": asked.language,
        "locale": asked.locale,
        "profile": await profiles.recent(coach, await people.owner(coach)),
        "rules": coach.plugins.rules,
    }
    if asked.history is not None:
        body = assessing.assess(asked.text, history=asked.history, **told).model_dump_json().encode()
    else:
        body = assessing.assessed_json(asked.text, **told)
    return Response(body, media_type="application/json")


_FOR_WHOM = {"company": "sme", "maturity": "junior", "headcount": 3}


@router.post(
    "/drafts",
    responses=documented(403, 415, 422),
    openapi_extra=describes(ToDraft, fr={**_FR, "context": _FOR_WHOM}, en=_EN),
    summary="Draft goals from a text",
)
async def draft(asked: Annotated[ToDraft, Depends(sent(ToDraft))], coach: CoachDep, actor: ActorDep) -> Drafts:
    """One to three verified goals, every figure with its source; what is unknown is marked, never invented."""
    _for_no_team(asked)
    profile = await profiles.recent(coach, actor)
    if asked.context is not None:
        profile = profile.model_copy(update={"context": asked.context.plain()})
    found = assessing.draft(
        asked.text,
        today=asked.reference_date or coach.today(),
        language=asked.language,
        locale=asked.locale,
        profile=profile,
        history=asked.history,
    )
    return Drafts(items=found)
