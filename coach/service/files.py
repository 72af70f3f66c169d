"""A spreadsheet before it becomes a connection: its columns, what they seem to hold, and some of its rows."""

from collections.abc import Mapping

from coach.core import kpis
from coach.core.model.base import Value
from coach.errors import BadInput
from coach.plugins.builtin.csv import columns, table
from coach.plugins.builtin.csv.columns import Shape

ROWS = 4
FIELDS = tuple(columns.TITLES)
LARGEST = table.MAX_BYTES


class FileColumn(Value):
    """One column: its title, some of its cells, and what it holds (a field of ours or a KPI's id), if anything."""

    title: str
    samples: tuple[str, ...]
    holds: str | None


class Look(Value):
    """What a file seems to be. ``shape`` is None when it says neither figures nor deals: someone must tell."""

    fields: tuple[FileColumn, ...]
    rows: int
    shape: Shape | None
    problem: str = ""


def look(content: bytes, chosen: Mapping[str, str] | None = None) -> Look:
    """What the columns seem to hold; ``chosen`` (field or KPI → title) wins over any guess.

    Raises:
        BadInput: It is no table.
    """
    read = table.read(content)
    shape: Shape | None = None
    problem, held = "", dict[int, str]()
    try:
        guessed = columns.guess(read, chosen)
        shape, held = guessed.shape, {place: name for name, place in {**guessed.fields, **guessed.kpis}.items()}
    except BadInput as wrong:
        problem = wrong.message
        held = {list(read.header).index(title): name for name, title in (chosen or {}).items() if title in read.header}
    shown = tuple(
        FileColumn(title=title, samples=tuple(str(row[place])[:40] for row in read.rows[:ROWS]), holds=held.get(place))
        for place, title in enumerate(read.header)
    )
    return Look(fields=shown, rows=len(read.rows), shape=shape, problem=problem)


def meanings() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a column may hold: our fields, then the KPIs."""
    return FIELDS, tuple(id for id in kpis.KPIS if id != "other")
