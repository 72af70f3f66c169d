"""``coach kpis``: series with what they rest on, and figures no CRM tells, typed in."""

import asyncio
import datetime as dt
import json
from pathlib import Path
from typing import cast, get_args

from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Rich

from coach import service
from coach.cli import show
from coach.core import rendering
from coach.core.model.kpi import KpiPoint, KpiSeries, Subject
from coach.core.model.reading import Cadence
from coach.errors import BadInput
from coach.service import kpis, people
from coach.service.kpis import History
from coach.settings import Settings
from coach.wording import Catalogue, catalogue

SHOWN = 12  # periods of one series
_BARS = "▁▂▃▄▅▆▇█"


def run(
    metric: str | None,
    *,
    team: str | None,
    owner: str | None,
    pipeline: str | None,
    segment: str | None,
    grain: str,
    enter: Path | None,
    today: dt.date | None,
    language: str | None,
    as_json: bool,
) -> None:
    """Show one series or all, or keep the figures of a file as typed.

    Raises:
        BadInput: No such period length, subject or figures.
    """
    if grain not in get_args(Cadence):
        raise BadInput(f"--by {grain} is no length of a period.", remedy="Choose day, week, month, quarter or year.")
    settings = Settings.from_environment()
    words = catalogue(language or settings.language)
    whose = {"team": team, "owner": owner, "pipeline": pipeline, "segment": segment}
    found = asyncio.run(_found(settings, metric, whose, cast(Cadence, grain), enter, today))
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False, indent=2))
    elif not found:
        show.say(words.gettext("cli.kpis.none"))
    elif metric is None:
        show.console.print(Padding(_table(found, words), (1, 2)))
    else:
        for one in found:
            _one(one, words)


async def _found(
    settings: Settings,
    metric: str | None,
    whose: dict[str, str | None],
    grain: Cadence,
    enter: Path | None,
    today: dt.date | None,
) -> tuple[History, ...]:
    async with service.opened(settings) as coach:
        actor = await people.owner(coach)
        day = today or coach.today()
        if enter is not None:
            if metric is None:
                raise BadInput("--enter wants a KPI.", remedy="Write: coach kpis nps --enter FILE.csv")
            from coach.cli.calibrate import read_history

            series = read_history(enter, metric=metric, today=day)
            return (await kpis.type_in(coach, actor, series.model_copy(update={"subject": _subject(whose)})),)
        if metric is None:
            return await kpis.every(coach, actor.workspace_id, day, grain=grain, **whose)
        one = await kpis.history(coach, actor.workspace_id, metric, day, grain=grain, **whose)
        return (one,) if one else ()


def _subject(whose: dict[str, str | None]) -> Subject:
    kinds = {"owner": "person"}
    told = [(kinds.get(kind, kind), ref) for kind, ref in whose.items() if ref]
    if len(told) > 1:
        raise BadInput("A series is of one subject.", remedy="Name a team or a person, not both.")
    return Subject.model_validate({"kind": told[0][0], "ref": told[0][1], "label": told[0][1]}) if told else Subject()


def _table(found: tuple[History, ...], words: Catalogue) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("kpi", "last", "trend", "method", "source", "until"):
        table.add_column(words.gettext(f"cli.kpis.{title}"))
    for one in found:
        done = [point for point in one.series.points if point.complete]
        last = done[-1] if done else one.series.points[-1] if one.series.points else None
        table.add_row(
            Rich(words.gettext(f"metric.{one.series.metric}", n=2), style="bold"),
            Rich(_figure(one.series, last, words) if last else "–"),
            Rich(_bars(one.series)),
            Rich(words.gettext(f"method.{one.series.method}")),
            Rich(_source(one, words)),
            Rich(_until(one, words), style="yellow" if (one.age_days or 0) > 2 else ""),
        )
    return table


def _one(found: History, words: Catalogue) -> None:
    series = found.series
    title = words.gettext(f"metric.{series.metric}", n=2)
    show.console.print()
    show.console.print(Padding(Rich.assemble((title, "bold"), f"  {series.subject.label}  {_bars(series)}"), (0, 2)))
    method = words.gettext(f"method.{series.method}")
    show.console.print(Padding(Rich(f"{_source(found, words)} · {method} · {_until(found, words)}"), (0, 2)))
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("period", "value", "cases", "coverage"):
        table.add_column(words.gettext(f"cli.kpis.{name}"), justify="right" if name != "period" else "left")
    for point in series.points[-SHOWN:]:
        table.add_row(*_cells(series, point, words))
    show.console.print(Padding(table, (1, 2, 0, 2)))
    for caveat in series.caveats:
        show.console.print(Padding(Rich(words.gettext(f"caveat.{caveat}"), style="yellow"), (0, 2)))
    show.console.print()


def _cells(series: KpiSeries, point: KpiPoint, words: Catalogue) -> tuple[Rich, ...]:
    style = "" if point.complete else "dim"
    share = point.numerator is not None and point.denominator is not None and series.unit == "%"
    cases = f"{point.numerator:g}/{point.denominator:g}" if share else "" if point.n is None else str(point.n)
    coverage = "" if point.coverage is None else rendering.percent(round(point.coverage * 100), words.locale)
    mark = "" if point.complete else " …"
    cells = (rendering.day(point.start, words.locale) + mark, _figure(series, point, words), cases, coverage)
    return tuple(Rich(cell, style=style) for cell in cells)


def _figure(series: KpiSeries, point: KpiPoint, words: Catalogue) -> str:
    if point.value is None:
        return "–"
    if series.unit == "%":
        return rendering.percent(round(point.value * 100, 1), words.locale)
    if series.currency:
        return rendering.money(round(point.value), series.currency, words.locale)
    return rendering.number(point.value, words.locale)


def _source(found: History, words: Catalogue) -> str:
    label = found.label or words.gettext("method.manual")
    return f"{label} ({words.gettext('connection.invented')})" if found.synthetic else label


def _until(found: History, words: Catalogue) -> str:
    day = found.series.data_date
    return words.gettext("cli.kpis.until_day", day=day) if day else ""


def _bars(series: KpiSeries) -> str:
    values = [point.value or 0.0 for point in series.points[-SHOWN:]]
    if not values or max(values) <= 0:
        return ""
    return "".join(_BARS[int(max(0.0, value) / max(values) * (len(_BARS) - 1))] for value in values)
