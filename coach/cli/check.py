"""``coach check TEXT…``: the SMART card in a terminal, or JSON."""

import sys
from pathlib import Path
from typing import Any

from coach.errors import BadInput


def run(
    texts: list[str], options: dict[str, Any], *, as_json: bool, history: Path | None = None, metric: str | None = None
) -> bool:
    """Show the assessment of each text, judged from ``history`` where it is of the goal's own indicator.

    True when all are SMART. ``metric`` says what the history is of.

    Raises:
        BadInput: No text on the command line, nor in the pipe.
    """
    from coach import flow, wording
    from coach.entrance import storable

    texts = texts or _piped()
    series = None
    if history is not None:
        from coach.cli.calibrate import read_history

        series = read_history(history, metric=metric or "", today=options["reference_date"])
    all_smart = True
    for text in texts:
        assessment = flow.check(
            storable(text),
            today=options["reference_date"],
            language=options["language"],
            locale=options["locale"],
            history=series,
        )
        assessment = wording.word(assessment, assessment.reading.language)
        all_smart &= assessment.smart
        if as_json:
            sys.stdout.buffer.write(assessment.model_dump_json().encode("utf-8", "backslashreplace") + b"\n")
        else:
            from coach.cli import show

            show.card(assessment)
    return all_smart


def _piped() -> list[str]:
    if not sys.stdin.isatty():
        texts = [line for line in sys.stdin.read(1_000_000).splitlines() if line.strip()]
        if texts:
            return texts
    raise BadInput("There is nothing to check.", remedy='Give a text: coach check "augmenter les ventes".')
