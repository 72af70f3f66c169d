"""The models: which are configured, whether they answer, what they took, and exactly what they are sent."""

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from coach.core import rendering as figures
from coach.entrance import storable
from coach.errors import BadInput
from coach.service import models, spending
from coach.web import problems, rendering
from coach.web.visit import Visit, Visiting

if TYPE_CHECKING:
    from coach.llm.trying import Tried

router = APIRouter(prefix="/settings/models", include_in_schema=False)
_LONGEST = 2_000  # characters of an ambition shown as a prompt


@router.get("")
async def show(visit: Visiting) -> Response:
    """The page, with the prompts of an example."""
    return await _page(visit)


@router.post("/test")
async def test(visit: Visiting) -> Response:
    """Call each model once, for real."""
    await visit.form()
    return await _page(visit, tried=[_row(one, visit) for one in await models.tried(visit.coach, visit.actor)])


@router.post("/preview")
async def preview(visit: Visiting) -> Response:
    """The prompts of the words that were typed; nothing is sent or kept."""
    text = (await visit.form()).text("text").strip()[:_LONGEST]
    try:
        return await _page(visit, text=storable(text) if text else "")
    except BadInput as wrong:
        return await _page(visit, problem=problems.of(visit, wrong), status=422)


async def _page(visit: Visit, *, text: str = "", status: int = 200, **more: Any) -> Response:
    return rendering.page(
        visit, "models.html", status=status, section="settings", **{**await view(visit, text), **more}
    )


async def view(visit: Visit, text: str = "") -> dict[str, Any]:
    """What ``_models.html`` shows: for the page of the models, or for any page that includes it."""
    spent = await spending.spent(visit.coach, visit.actor)
    said = text or visit.t("models.example")
    return {
        "models": models.names(visit.coach),
        "spent": [_day(day, visit) for day in spent.days[:7]],
        "budget": figures.number(spent.budget, visit.language) if spent.budget else "",
        "said": said,
        "prompts": await models.sent(visit.coach, visit.actor, said, visit.language),
        "tried": None,
        "problem": None,
    }


def _day(day: spending.Day, visit: Visit) -> dict[str, str]:
    price = _usd(day.usd, visit.language) if day.calls > day.unpriced else visit.t("models.unpriced")
    return {
        "day": figures.day(day.day, visit.language),
        "calls": figures.number(day.calls, visit.language),
        "tokens": figures.number(day.tokens, visit.language),
        "usd": price,
    }


def _row(one: "Tried", visit: Visit) -> dict[str, Any]:
    def number(value: float) -> str:
        return figures.number(value, visit.language, decimals=2)

    return {
        "model": one.model,
        "works": one.works,
        "why": one.why,
        "seconds": number(one.seconds),
        "first": number(one.first_words_s) if one.first_words_s is not None else "",
        "tokens": figures.number(one.tokens, visit.language),
        "usd": _usd(one.usd, visit.language) if one.usd is not None else visit.t("models.unpriced"),
    }


def _usd(amount: float, language: str) -> str:
    return f"{figures.number(amount, language, decimals=4)}\u00a0USD"
