"""``POST /assessments`` and ``POST /drafts``: one text in, a judgement or goals out; nothing is stored."""

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Response
from pydantic import Field

from coach.api.problems import documented
from coach.api.request import ActorDep, CoachDep
from coach.core.model import Assessment, Context, Draft
from coach.core.model.base import Value
from coach.service import assessing, profiles
from coach.service.values import Day, Text

router = APIRouter(tags=["assessments"])

Locale = Annotated[str, Field(pattern=r"^[a-zA-Z]{2,3}([-_][a-zA-Z]{2,4})?$", description="en-GB or en-US settles 3/7.")]


class ToAssess(Value):
    """A text to judge."""

    text: Text
    language: Literal["fr", "en", "es"] | None = Field(default=None, description="Left out, the text tells.")
    locale: Locale | None = None
    reference_date: Day | None = Field(default=None, strict=False, description="The day that “in 3 months” counts from.")
    team_id: Annotated[str, Field(max_length=80)] | None = None


class ToDraft(ToAssess):
    """A text to draft goals from, and for whom."""

    context: Context | None = None


class Drafts(Value):
    """The drafts, best first; none when the text holds nothing to draft from."""

    items: tuple[Draft, ...]


_EXAMPLES = {
    "fr": {
        "summary": "Un objectif en français",
        "value": {"text": "Signer 12 contrats de maintenance avec des cliniques d’ici fin juin", "reference_date": "2026-01-15"},
    },
    "en": {"summary": "A vague ambition in English", "value": {"text": "sell more in Belgium"}},
}


@router.post("/assessments", response_model=Assessment, responses=documented(403, 415), summary="Judge a text")
async def assess(asked: Annotated[ToAssess, Body(openapi_examples=_EXAMPLES)], coach: CoachDep, actor: ActorDep) -> Response:  # pyright: ignore[reportArgumentType]
    """Five SMART verdicts, each with the words it stands on. Deterministic, no model, nothing is stored."""
    profile = await profiles.recent(coach, actor)
    body = assessing.assessed_json(
        asked.text,
        today=asked.reference_date or coach.today(),
        language=asked.language,
        locale=asked.locale,
        profile=profile,
    )
    return Response(body, media_type="application/json")


@router.post("/drafts", responses=documented(403, 415), summary="Draft goals from a text")
async def draft(asked: Annotated[ToDraft, Body(openapi_examples=_EXAMPLES)], coach: CoachDep, actor: ActorDep) -> Drafts:  # pyright: ignore[reportArgumentType]
    """One to three verified goals, every figure with its source; what is unknown is marked, never invented."""
    profile = await profiles.recent(coach, actor)
    if asked.context is not None:
        profile = profile.model_copy(update={"context": asked.context})
    found = assessing.draft(
        asked.text,
        today=asked.reference_date or coach.today(),
        language=asked.language,
        locale=asked.locale,
        profile=profile,
    )
    return Drafts(items=found)
