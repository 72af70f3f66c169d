"""Where a goal stands, in a person's words: the same on a page, in a message, in an export."""

import datetime as dt
import math
from typing import Any

from coach.core import kpis, rendering
from coach.core.tracking import Correction
from coach.service.values import Goal, Progress
from coach.wording import Catalogue

_SHARES = ("rate",)  # drivers that are shown as a share


def figure(value: float, goal: Goal, language: str, *, decimals: int = 0, named: bool = False) -> str:
    """A figure of the goal, with its unit; a count to ``decimals`` places, an amount without its cents."""
    unit = goal.unit
    if unit == "%" or unit == "points":
        value = round(value, 1)
    elif kpis.is_currency(unit):
        value = round(value) if abs(value) >= 100 else round(value, 2)
    else:
        value = round(value, decimals)
    if named and unit in (None, "none", "count") and kpis.known(goal.metric):
        return Catalogue(language).render({"amount": value, "unit": unit, "metric": goal.metric})
    return rendering.amount(value + 0.0, unit, language)


def about(value: float, goal: Goal, language: str) -> str:
    """A figure that is foretold: three digits of it say all that is known."""
    if abs(value) >= 1000:
        power = 10 ** (math.floor(math.log10(abs(value))) - 2)
        value = round(value / power) * power
    return figure(value, goal, language)


def signed(value: float, goal: Goal, language: str) -> str:
    """A difference, with its sign: "−2,5", "+3"; a true minus, as print has it."""
    shown = figure(abs(value), goal, language, decimals=1)
    if not any(letter in "123456789" for letter in shown):
        return shown
    return f"{'−' if value < 0 else '+'}{shown}"


def sentences(goal: Goal, progress: Progress, language: str) -> dict[str, str]:
    """By what they are about: status, gap, projection, chance, cause, correction, pace; those that can be said."""
    words, standing = Catalogue(language), progress.standing
    if standing is None:
        return {"status": words.gettext("follow.no_figure")}
    told = {"status": words.gettext(f"follow.status.{standing.status}")}
    if standing.actual is not None and standing.checked_on is not None:
        told["actual"] = words.gettext(
            "follow.actual", actual=figure(standing.actual, goal, language, named=True), day=standing.checked_on
        )
    if standing.gap is not None and standing.expected is not None:
        told["gap"] = words.gettext(
            "follow.gap",
            expected=figure(standing.expected, goal, language, decimals=1),
            gap=signed(standing.gap, goal, language),
        )
    told |= _ahead(goal, progress, language, words)
    if standing.needed_per_week is not None and standing.needed_per_week > 0 and standing.status != "reached":
        told["needed"] = words.gettext(
            "follow.needed", needed=figure(standing.needed_per_week, goal, language, decimals=1)
        )
    if goal.season is not None:
        told["pace"] = words.gettext("follow.pace.season", source=goal.season.source, years=goal.season.cycles)
    else:
        told["pace"] = words.gettext("follow.pace.even")
    return told


def _ahead(goal: Goal, progress: Progress, language: str, words: Catalogue) -> dict[str, str]:
    told: dict[str, str] = {}
    outlook, causes = progress.outlook, progress.causes
    if outlook is not None:
        bounds = {name: about(getattr(outlook, name), goal, language) for name in ("low", "middle", "high")}
        told["projection"] = words.gettext("follow.projection", **bounds)
        told["chance"] = words.gettext("follow.chance", chance=chance(outlook.chance, words))
        if outlook.alert:
            told["alert"] = words.gettext("follow.alert", chance=chance(outlook.chance, words))
    if causes is not None and causes.main is not None:
        part = causes.parts[0]
        told["cause"] = words.gettext(
            f"follow.cause.{causes.main}",
            planned=_driver(part.planned, part.driver, goal, language),
            actual=_driver(part.actual, part.driver, goal, language),
            effect=signed(part.effect, goal, language),
        )
    if progress.correction is not None:
        told["correction"] = correction(progress.correction, goal, language)
    return told


def correction(proposed: Correction, goal: Goal, language: str) -> str:
    """The one thing to do, in a sentence."""
    params: dict[str, Any] = dict(proposed.params)
    for name in ("needed", "seen", "middle", "effect"):
        if isinstance(params.get(name), int | float):
            params[name] = _of_correction(name, params[name], goal, language)
    for name in ("planned", "actual"):
        if isinstance(params.get(name), int | float):
            params[name] = _driver(params[name], proposed.action, goal, language)
    if isinstance(params.get("chance"), int | float):
        params["chance"] = chance(params["chance"], Catalogue(language))
    return Catalogue(language).gettext(f"follow.correction.{proposed.action}", **params)


def _of_correction(name: str, value: float, goal: Goal, language: str) -> str:
    if name == "effect":
        return signed(value, goal, language)
    return about(value, goal, language) if name == "middle" else figure(value, goal, language, decimals=1)


def changed(name: str, text: str | None, goal: Goal, language: str) -> str:
    """The old or the new side of an adjustment, as a person reads it."""
    words = Catalogue(language)
    if text is None:
        return words.gettext("follow.none")
    if name == "target":
        return figure(float(text), goal, language)
    if name == "due":
        return rendering.day(dt.date.fromisoformat(text), language)
    return words.gettext(f"goal.status.{text}") if name == "status" else text


def chance(share: float, words: Catalogue) -> str:
    """A chance as far as it can be told: five points at a time, and no surer than 5 to 95 %."""
    if share < 0.05:
        return words.gettext("follow.chance.least", chance={"share": 0.05})
    if share > 0.95:
        return words.gettext("follow.chance.most", chance={"share": 0.95})
    return words.render({"share": round(share * 20) / 20})


def parts(goal: Goal, progress: Progress, language: str) -> tuple[tuple[str, str, str, str], ...]:
    """The gap by driver: its name, as planned, as it is, and what the difference has brought or cost."""
    words, causes = Catalogue(language), progress.causes
    if causes is None or not causes.parts:
        return ()
    rows = [
        (
            words.gettext(f"follow.part.{part.driver}"),
            _driver(part.planned, part.driver, goal, language),
            _driver(part.actual, part.driver, goal, language),
            signed(part.effect, goal, language),
        )
        for part in causes.parts
    ]
    if abs(causes.unexplained) > 0.01 * abs(causes.gap or 1):
        rows.append((words.gettext("follow.part.rest"), "", "", signed(causes.unexplained, goal, language)))
    return tuple(rows)


def _driver(value: float, driver: str, goal: Goal, language: str) -> str:
    if driver == "rate":
        return rendering.percent(round(value * 100, 1), language)
    if driver == "value":
        return figure(value, goal, language)
    if driver == "cycle":
        unit = "days" if value > 5 else "share"
        return (
            rendering.amount(round(value), "days", language)
            if unit == "days"
            else rendering.percent(round(value * 100), language)
        )
    return rendering.number(round(value), language)


def announcement(goal: Goal, language: str | None = None) -> str:
    """The message to the team, in the goal's language: the goal, why, what it serves, each one's part, and the next look."""
    spoken = language or (goal.language if goal.language in ("fr", "en") else "en")
    words = Catalogue(spoken)
    lines = [_announced(goal) or words.gettext("follow.announce.goal", goal=statement(goal))]
    if goal.strategy:
        lines.append(words.gettext("follow.announce.strategy", strategy=rendering.quote(goal.strategy, spoken)))
    if goal.split:
        parts = rendering.listing([f"{part.name} {figure(part.target, goal, spoken)}" for part in goal.split], spoken)
        lines.append(words.gettext("follow.announce.parts", parts=parts))
    if goal.lead:
        lines.append(words.gettext("follow.announce.lead", lead=goal.lead.rstrip(".")))
    return "\n\n".join(lines)


def _announced(goal: Goal) -> str:
    """The drafted message, saying the goal as it stands now: it may have been adjusted since."""
    before = goal.draft.statement.rstrip(" .\u202f")
    now = statement(goal)
    text = goal.draft.announcement.strip()
    for then, since in ((before, now), (before[:1].lower() + before[1:], now[:1].lower() + now[1:])):
        text = text.replace(then, since)
    return text


def statement(goal: Goal) -> str:
    """The goal's sentence without its full stop, to stand in another one."""
    return goal.statement.rstrip(" .\u202f")


def when(day: dt.date, today: dt.date, language: str) -> str:
    """How far a day is, as a person says it: « dans 3 jours », "2 days ago"."""
    from babel.dates import format_timedelta

    text = format_timedelta(day - today, granularity="day", threshold=1.4, add_direction=True, locale=language)
    return rendering.typography(text, language)
