"""``coach whatif``: another target, date, team or rate, answered from the same past figures."""

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from coach.errors import BadInput

if TYPE_CHECKING:
    from coach.core.calibration.answer import Means
    from coach.core.calibration.funnel import DealSize, Rate


def run(
    source: Path,
    *,
    metric: str,
    target: str,
    by: str,
    start: dt.date,
    means: "Means",
    rates: Sequence[str],
    deal: str | None,
    language: str,
    today: dt.date,
    as_json: bool,
) -> None:
    """Show where ``target`` stands with these people and rates, and what it asks of each person a week.

    Raises:
        BadInput: The file, a figure, a day or a rate cannot be read, or they make no sense together.
    """
    from coach.cli import calibrate
    from coach.core.calibration.answer import suppose
    from coach.wording import catalogue, word

    series = calibrate.read_history(source, metric=metric, today=today)
    found = suppose(
        series,
        calibrate.level(target, series.unit),
        start=start,
        end=calibrate.day(by),
        means=means,
        rates=tuple(rate(text) for text in rates),
        deal=None if deal is None else deal_size(deal),
    )
    answered = word(found, language)
    if as_json:
        sys.stdout.buffer.write(answered.model_dump_json().encode("utf-8") + b"\n")
        return
    calibrate.show_answer(answered, catalogue(language))


def rate(text: str) -> "Rate":
    """A rate as typed: "qualified_meetings=12/60": of 60 meetings, 12 led to the step before.

    Raises:
        BadInput: It is written otherwise.
    """
    from coach.core.calibration.funnel import Rate

    metric, _, counts = text.partition("=")
    came, _, out_of = counts.partition("/")
    try:
        return Rate(metric.strip(), float(came.replace(",", ".")), float(out_of.replace(",", ".")))
    except ValueError:
        remedy = "Write of what, how many, out of how many: qualified_meetings=12/60."
        raise BadInput(f"--rate {text} is no rate.", remedy=remedy) from None


def deal_size(text: str) -> "DealSize":
    """What a deal brings, as typed: "8000", or "8000/3500/24": mean, spread, number seen.

    Raises:
        BadInput: It is written otherwise.
    """
    from coach.core.calibration import history
    from coach.core.calibration.funnel import DealSize

    parts = [history.figure(part)[0] for part in text.split("/")]
    if len(parts) > 3:
        raise BadInput(
            f"--deal {text} is not a deal's size.", remedy="Write 8000, or 8000/3500/24: mean, spread, seen."
        )
    mean, spread, seen = (*parts, 0.0, 1.0)[:3] if len(parts) < 3 else parts
    return DealSize(mean=mean, spread=spread, seen=max(1, int(seen if len(parts) == 3 else 1)))
