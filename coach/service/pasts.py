"""What the workspace knows of the past, told to a conversation before it would have to ask."""

import time
from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

from coach.core import conversation as talk
from coach.core.calibration import pasting
from coach.core.model import Profile
from coach.core.model.kpi import KpiSeries
from coach.errors import BadInput
from coach.service import kpis
from coach.service.coach import Coach
from coach.service.values import Actor
from coach.store.ids import new_id

FRESH_FOR_S = 2.0  # how long a conversation may go by figures that another process has renewed since

Known = Mapping[str, KpiSeries]
"""The best known past of each KPI of the workspace."""


async def known(coach: Coach, actor: Actor) -> Known:
    """The past of every KPI that a CRM, a file or a person gave; at most two seconds old."""
    key = f"pasts:{actor.workspace_id}"
    kept = cast("tuple[float, Known] | None", coach.cached.get(key))
    if kept is not None and kept[0] > time.monotonic():
        return kept[1]
    found = {one.series.metric: one.series for one in await kpis.every(coach, actor.workspace_id, coach.today())}
    coach.cached[key] = (time.monotonic() + FRESH_FOR_S, found)
    return found


def wanted(
    known: Known, events: Sequence[talk.Event], event: talk.Event, *, today: date, profile: Profile
) -> tuple[talk.HistoryGiven, ...]:
    """The past of what the goal counts once ``event`` has happened, to be told just before it.

    None when nothing is known of it, or when the conversation was told the same already.
    """
    if not known:
        return ()
    metric = talk.fold(talk.standing((*events, event)), today=today, profile=profile).goal.metric
    series = known.get(metric or "")
    told = [one.series for one in events if isinstance(one, talk.HistoryGiven) and one.given == "crm"]
    if series is None or series in told[-1:]:
        return ()
    return (talk.HistoryGiven(id=new_id(), day=today, series=series, given="crm"),)


def read(text: str, *, metric: str | None, today: date, unit: str | None = None) -> KpiSeries:
    """The past figures in ``text``, to be shown back before they are used.

    Raises:
        BadInput: They cannot be read (``history_*``), or nothing says what they are of (``history_metric``).
    """
    if metric is None:
        raise BadInput(
            "Nothing says what these figures are of.", remedy="Say the goal first.", reason="history_metric", text=""
        )
    return pasting.read(text, metric=metric, today=today, unit=unit)
