"""What is said of a goal, how it ended, the links that lead to it, and the team's goals together."""

from typing import Annotated, Literal, get_args

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import Field

from coach.api.bodies import describes, sent
from coach.api.problems import documented
from coach.api.request import (
    ActorDep,
    CoachDep,
    Cursor,
    ExpectedDep,
    Id,
    Limit,
    OnceDep,
    Words,
    located,
    optional,
    searchable,
)
from coach.core.model.base import Value
from coach.service import CheckIn, NewCheckIn, Page, boards, exports, goals, links, reviews, telling, voices
from coach.service.values import NewRemark, NewReview, Note, Remark, Review, Whole

router = APIRouter(tags=["goals"])
Secret = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{43}$", description="The last part of a link's address.")]
Standing = Literal[
    "draft", "adopted", "no_figure", "waiting", "on_track", "behind", "at_risk", "stale", "reached", "missed",
    "abandoned",
]  # fmt: skip


@router.post(
    "/goals/{id}/remarks",
    status_code=201,
    responses=documented(403, 404, 409, 415, 422),
    openapi_extra=describes(
        NewRemark,
        fr={"kind": "contest", "text": "Août compte double chez nous.", "author": "Léa"},
        en={"kind": "commit", "author": "Karim"},
    ),
    summary="Comment, commit or contest",
)
async def say(
    id: Id,
    asked: Annotated[NewRemark, Depends(sent(NewRemark))],
    response: Response,
    coach: CoachDep,
    actor: ActorDep,
    once: OnceDep,
) -> Remark:
    """A comment, a commitment, an objection (`contest`), or the `answer` to one, which names it in `answers`."""
    remark = await voices.say(coach, actor, id, asked, once=once)
    response.headers.update(located(f"/goals/{id}/remarks/{remark.id}"))
    return remark


@router.get("/goals/{id}/remarks", responses=documented(404, 422), summary="List remarks")
async def said(id: Id, coach: CoachDep, actor: ActorDep, limit: Limit = 50, cursor: Cursor = None) -> Page[Remark]:
    """What was said, latest first. Nothing said is changed or removed."""
    return await voices.page(coach, actor, id, limit=limit, cursor=cursor)


@router.get("/goals/{id}/remarks/{remark_id}", responses=documented(404), summary="Read a remark")
async def one_remark(id: Id, remark_id: Id, coach: CoachDep, actor: ActorDep) -> Remark:
    """One remark."""
    return await voices.get(coach, actor, id, remark_id)


@router.put(
    "/goals/{id}/review",
    responses=documented(403, 404, 409, 412, 415, 422),
    openapi_extra=describes(
        NewReview,
        fr={"outcome": "reached", "learnt": "Le salon de mars a fait la moitié des signatures."},
        en={"outcome": "abandoned", "reason": "the market was given up"},
    ),
    summary="Close a goal with its review",
)
async def close(
    id: Id,
    asked: Annotated[NewReview, Depends(sent(NewReview))],
    coach: CoachDep,
    actor: ActorDep,
    expected: ExpectedDep,
    once: OnceDep,
) -> Review:
    """Close it: the target that was adopted and the one it came to are scored, and a next goal is proposed."""
    return await reviews.close(coach, actor, id, asked, expected=expected, once=once)


@router.get("/goals/{id}/review", responses=documented(404), summary="Read the review of a goal")
async def review(id: Id, coach: CoachDep, actor: ActorDep) -> Review:
    """The latest closing."""
    return await reviews.get(coach, actor, id)


class Announcement(Value):
    """A message to the team."""

    language: str
    text: str


@router.get("/goals/{id}/announcement", responses=documented(404), summary="Word the message to the team")
async def announcement(id: Id, coach: CoachDep, actor: ActorDep) -> Announcement:
    """Why this goal, what it serves, each one's part, how it is followed; in the goal's language. Nothing is sent."""
    goal = await goals.get(coach, actor, id)
    return Announcement(language=goal.language, text=telling.announcement(goal))


class ToLink(Value):
    """A link to make."""

    purpose: links.Purpose = Field(default="check_in", description="One check-in, or reading alone.")
    name: Annotated[Note, Field(max_length=200)] = Field(default="", description="Whom it is for.")
    days: Annotated[int, Field(ge=1, le=links.DAYS_AT_MOST), Whole] = links.DAYS


@router.post(
    "/goals/{id}/links",
    status_code=201,
    responses=documented(403, 404, 409, 415, 422),
    openapi_extra=describes(ToLink, fr={"name": "Karim"}, en={"purpose": "read", "name": "the board", "days": 30}),
    summary="Make a link to a goal",
)
async def link(
    id: Id, asked: Annotated[ToLink, Depends(sent(ToLink))], response: Response, coach: CoachDep, actor: ActorDep
) -> links.NewLink:
    """A way in without signing in: one goal, one purpose, until it expires. Its secret is told this once."""
    made = await links.create(coach, actor, id, purpose=asked.purpose, name=asked.name, days=asked.days)
    response.headers.update(located(f"/goals/{id}/links/{made.id}"))
    return made


class Links(Value):
    """The links to a goal, latest first."""

    items: tuple[links.Link, ...]


@router.get("/goals/{id}/links", responses=documented(404), summary="List the links to a goal")
async def every_link(id: Id, coach: CoachDep, actor: ActorDep) -> Links:
    """Whom they were given to, when they end, whether they were used; not their secrets."""
    return Links(items=await links.every(coach, actor, id))


@router.delete("/goals/{id}/links/{link_id}", responses=documented(403, 404), summary="Take a link back")
async def revoke(id: Id, link_id: Id, coach: CoachDep, actor: ActorDep) -> links.Link:
    """It leads nowhere from now on."""
    return await links.revoke(coach, actor, id, link_id)


class LinkedGoal(Value):
    """What a link shows of its goal."""

    purpose: links.Purpose
    statement: str
    language: str
    done: bool
    proposed: float | None = None
    sentences: dict[str, str]


@router.get("/links/{secret}", responses=documented(404), summary="Follow a link")
async def follow(secret: Secret, coach: CoachDep, actor: ActorDep) -> LinkedGoal:
    """The goal's sentence, where it stands, and the figure that is proposed. Needs nothing but the link."""
    opened = await links.opened(coach, secret, actor.language)
    return LinkedGoal(
        purpose=opened.link.purpose,
        statement=opened.goal.statement,
        language=opened.goal.language,
        done=opened.done,
        proposed=opened.proposal.value if opened.proposal else None,
        sentences=opened.progress.sentences,
    )


@router.post(
    "/links/{secret}/check-in",
    responses=documented(403, 404, 409, 415, 422),
    openapi_extra=describes(NewCheckIn, fr={"value": 4}, en={"value": 5.5, "comment": "two more to sign"}),
    summary="Check in by a link",
)
async def check_in_by_link(
    secret: Secret, asked: Annotated[NewCheckIn, Depends(sent(NewCheckIn))], coach: CoachDep, actor: ActorDep
) -> CheckIn:
    """Today's figure, once."""
    return await links.check_in(coach, secret, asked, actor.language)


@router.get("/board", responses=documented(422), summary="The team's goals, what needs action first")
async def board(
    coach: CoachDep,
    actor: ActorDep,
    q: Words = "",
    status: Annotated[Standing | None, Query(), optional(enum=get_args(Standing))] = None,
    lead: Words = "",
    team: Words = "",
    closed: bool = False,
) -> boards.Board:
    """Every goal under way with where it stands, how it may end, and the one thing to do about it."""
    return await boards.board(
        coach, actor, search=searchable(q), status=status or "", lead=searchable(lead), team=searchable(team),
        closed=closed,
    )  # fmt: skip


@router.get(
    "/goals/{id}/file",
    responses=documented(404, 422),
    summary="Take a goal as a file",
    response_class=Response,
)
async def goal_file(id: Id, format: exports.GoalFormat, coach: CoachDep, actor: ActorDep) -> Response:
    """PDF, CSV and XLSX of its check-ins, calendar, Markdown or JSON, in the language of `Accept-Language`."""
    address = coach.settings.public_url.rstrip("/")
    return _saved(await exports.of_goal(coach, actor, id, format, address=address))


@router.get("/board/file", responses=documented(404, 422), summary="Take the board as a file", response_class=Response)
async def board_file(
    format: exports.BoardFormat,
    coach: CoachDep,
    actor: ActorDep,
    lead: Words = "",
    team: Words = "",
    closed: bool = False,
) -> Response:
    """CSV, XLSX, PDF or JSON of every goal with where it stands."""
    found = await boards.board(coach, actor, lead=searchable(lead), team=searchable(team), closed=closed, causes=True)
    return _saved(await exports.of_board(coach, actor, found, format))


def _saved(file: exports.File) -> Response:
    named = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.body, media_type=file.media_type, headers=named)
