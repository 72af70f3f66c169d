"""Settings: language and region, team and company, rules, reading comfort."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from babel.dates import get_month_names
from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from coach.core import rendering as figures
from coach.core.model import Context, Conventions, Profile
from coach.core.smart import thresholds
from coach.core.smart.rules import RULES
from coach.errors import BadInput
from coach.service import Preferences, people, profiles
from coach.web import problems, rendering
from coach.web.forms import Form
from coach.web.pages.home import stated
from coach.web.texts import LANGUAGES, known
from coach.web.views.card import cited, criterion_name, threshold_name, threshold_source
from coach.web.visit import THEMES, Visit, Visiting

router = APIRouter(include_in_schema=False)
CURRENCIES = ("EUR", "USD", "GBP", "CHF", "CAD", "XOF", "XAF", "MAD", "TND", "DZD", "MUR", "XPF", "AUD", "JPY")
COUNTRIES = (
    "FR",
    "BE",
    "CH",
    "LU",
    "CA",
    "US",
    "GB",
    "IE",
    "MC",
    "MA",
    "TN",
    "DZ",
    "SN",
    "CI",
    "CM",
    "MU",
    "DE",
    "ES",
    "IT",
    "NL",
)
_REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
_NUMBERS = ("ramping", "sales_cycle_days", "market_growth", "goals_running", "time_taken", "growth_expected")
_PERCENTS = ("market_growth", "time_taken", "growth_expected")
_R_MEANS = ("realistic", "relevant", "both")


@dataclass(frozen=True)
class ThresholdView:
    """One threshold: its value here when it was changed, its original value, and where that comes from."""

    id: str
    label: str
    value: str
    default: str
    source: str


@dataclass(frozen=True)
class RuleView:
    """One rule: its name, on whose authority it judges, and whether this workspace disputes it."""

    id: str
    name: str
    source: str
    disputed: bool


@router.get("/settings")
async def show(visit: Visiting, saved: str = "") -> Response:
    """Everything that can be set."""
    return await _page(visit, saved=saved == "1")


@router.post("/settings")
async def save(visit: Visiting) -> Response:
    """Save the whole page, or nothing when a value is out of bounds."""
    form = await visit.form()
    before = await profiles.get(visit.coach, visit.actor)
    try:
        profile = _profile(form, before.profile)
    except (BadInput, ValidationError, ValueError):
        problem = problems.of(visit, BadInput("A value is out of bounds.", reason="setting"))
        return await _page(visit, problem=problem, status=422)
    if profile != before.profile:
        await profiles.set(visit.coach, visit.actor, profile, expected=form.number("version"))
    response = RedirectResponse("/settings?saved=1", 303)
    await _prefer(visit, response, form)
    visit.remember(response, "coach_one_piece", "1" if form.text("one_piece") else "0")
    return response


@router.post("/preferences")
async def prefer(visit: Visiting) -> Response:
    """Language or theme, from the head of any page; back to that page."""
    form = await visit.form()
    response = RedirectResponse(_local(form.text("next")), 303)
    await _prefer(visit, response, form)
    return response


async def _prefer(visit: Visit, response: Response, form: Form) -> None:
    language, theme = form.text("language"), form.text("theme")
    known = await people.preferences(visit.coach, visit.actor)
    changes: dict[str, Any] = {}
    if language in LANGUAGES:
        changes["language"] = language
        visit.remember(response, "coach_language", language)
    if theme in THEMES:
        visit.remember(response, "coach_theme", theme)
    if "time_zone" in form.fields:
        zone = form.text("time_zone")
        changes["time_zone"] = zone if zone in available_timezones() else None
    wanted = Preferences.model_validate({**known.model_dump(), **changes})
    if wanted != known:
        await people.set_preferences(visit.coach, visit.actor, wanted)


def _local(path: str) -> str:
    """A path of this site; home for anything that could lead elsewhere."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() else "/"


def _profile(form: Form, before: Profile) -> Profile:
    """The profile as the form gives it. ValueError or BadInput when a value does not fit."""
    context = {**before.context.model_dump(), **stated(form)}
    for name in _NUMBERS:
        context[name] = _number(form.text(name))
    for name in _PERCENTS:
        if context[name] is not None:
            context[name] /= 100  # a percentage on the page, a ratio in the profile
    context["segment"] = form.text("segment").strip() or None
    context["extra_means"] = {"yes": True, "no": False}.get(form.text("extra_means"))
    context["strategy"] = tuple(line.strip() for line in form.text("strategy").splitlines() if line.strip())
    conventions = before.conventions.model_dump() | {
        "r_means": form.text("r_means") if form.text("r_means") in _R_MEANS else before.conventions.r_means,
        "cadence_is_enough_for_juniors": bool(form.text("cadence_is_enough_for_juniors")),
        "currency": form.text("currency") if form.text("currency") in CURRENCIES else before.conventions.currency,
        "country": form.text("country") if form.text("country") in COUNTRIES else before.conventions.country,
        "fiscal_year_start": form.number("fiscal_year_start") or before.conventions.fiscal_year_start,
        "thresholds": _thresholds(form, before.conventions.thresholds),
        "disputed": _disputed(form, before.conventions.disputed),
    }
    return Profile(context=Context.model_validate(context), conventions=Conventions.model_validate(conventions))


def _thresholds(form: Form, before: Mapping[str, float]) -> dict[str, float]:
    overrides = dict(before)
    for id in thresholds.REGISTRY:
        if f"threshold.{id}" not in form.fields:
            continue
        value = _number(form.text(f"threshold.{id}"))
        if value is None:
            overrides.pop(id, None)
        else:
            overrides[id] = value / _scale(id)
    if thresholds.refused(overrides):
        raise BadInput("A threshold is out of bounds.", reason="setting")
    return overrides


def _disputed(form: Form, before: tuple[str, ...]) -> tuple[str, ...]:
    """The rules that no longer decide; a form without the list leaves them as they were."""
    return tuple(id for id in RULES if f"dispute.{id}" in form.fields) if "disputes" in form.fields else before


def _scale(id: str) -> float:
    """A ratio is a percentage on the page."""
    return 100.0 if thresholds.REGISTRY[id].unit == "ratio" else 1.0


def _number(text: str) -> float | None:
    """A figure as browsers and people write it; None for an empty field, ValueError for no figure."""
    text = text.strip().replace("\u202f", "").replace("\u00a0", "").replace(" ", "").replace(",", ".").replace("−", "-")
    return float(text) if text else None


async def _page(
    visit: Visit, *, saved: bool = False, problem: problems.Problem | None = None, status: int = 200
) -> Response:
    t, language = visit.t, visit.language
    held = await profiles.get(visit.coach, visit.actor)
    ratios = {name: getattr(held.profile.context, name) for name in _PERCENTS}
    percents = {name: None if ratio is None else f"{ratio * 100:.10g}" for name, ratio in ratios.items()}
    means = held.profile.context.extra_means
    preferences = await people.preferences(visit.coach, visit.actor)
    return rendering.page(
        visit,
        "settings.html",
        section="settings",
        status=status,
        saved=saved,
        problem=problem,
        profile=held.profile,
        version=held.version,
        languages=[(code, _named(Locale(code).languages[code])) for code in LANGUAGES],
        currencies=_currencies(language, held.profile.conventions.currency),
        countries=_countries(language, held.profile.conventions.country),
        zones=[("", t("settings.zone_default")), *_zones()],
        time_zone=preferences.time_zone or "",
        months=[(number, name) for number, name in get_month_names("wide", "stand-alone", language).items()],
        market_growth=percents["market_growth"],
        percents=percents,
        yes_no=[("", t("company.unset")), ("yes", t("settings.yes")), ("no", t("settings.no"))],
        extra_means="" if means is None else "yes" if means else "no",
        thresholds=_shown(held.profile.conventions.thresholds, visit),
        rules=_rules(held.profile.conventions.disputed, visit),
        themes=[(theme, t(f"settings.theme.{theme}")) for theme in THEMES],
    )


def _named(name: str) -> str:
    return name[:1].upper() + name[1:]


@cache
def _zones() -> list[tuple[str, str]]:
    """The zones that people live in, by region."""
    return [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if zone.split("/")[0] in _REGIONS]


def _currencies(language: str, current: str) -> list[tuple[str, str]]:
    names = Locale(language).currencies
    return [(code, f"{_named(names.get(code, code))} ({code})") for code in _with(CURRENCIES, current)]


def _countries(language: str, current: str) -> list[tuple[str, str]]:
    names = Locale(language).territories
    return sorted(((code, names.get(code, code)) for code in _with(COUNTRIES, current)), key=lambda each: each[1])


def _with(codes: Iterable[str], current: str) -> list[str]:
    return list(dict.fromkeys((*codes, current)))


def _shown(overrides: Mapping[str, float], visit: Visit) -> list[ThresholdView]:
    return [
        ThresholdView(
            id=each.id,
            label=threshold_name(each.id, visit.language),
            value=f"{overrides[each.id] * _scale(each.id):.12g}" if each.id in overrides else "",
            default=figures.number(each.default * _scale(each.id), visit.language, decimals=4),
            source=threshold_source(each.id, visit.t, visit.language),
        )
        for each in thresholds.REGISTRY.values()
    ]


def _rules(disputed: tuple[str, ...], visit: Visit) -> dict[str, list[RuleView]]:
    """The rules by what they judge, in the order of SMART."""
    chapters: dict[str, list[RuleView]] = {}
    for rule in RULES.values():
        name = visit.t("card.fit") if rule.chapter == "fit" else criterion_name(rule.chapter, visit.t, Profile())
        shown = RuleView(
            id=rule.id,
            name=known(visit.language, f"rule.{rule.id}") or rule.id,
            source=cited(rule.source, visit.t),
            disputed=rule.id in disputed,
        )
        chapters.setdefault(name, []).append(shown)
    return chapters
