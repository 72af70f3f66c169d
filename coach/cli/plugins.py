"""``coach plugins``: what is installed, what each plugin offers, and why one does not serve."""

import dataclasses
import json

from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Rich

from coach.cli import show
from coach.plugins.manager import Listed, load


def run(*, as_json: bool = False) -> bool:
    """Show every plugin; whether all of them serve."""
    listed = load().listed
    if as_json:
        print(json.dumps([dataclasses.asdict(one) for one in listed], ensure_ascii=False, indent=2))
    else:
        show.console.print(Padding(_table(listed), (1, 2)))
    return all(one.problem is None for one in listed)


def _table(listed: tuple[Listed, ...]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("", "Plugin", "Version", "From", "Offers"):
        table.add_column(title)
    for one in listed:
        sign, colour = show.SIGNS["pass" if one.problem is None else "fail"]
        offers = one.problem or ", ".join(one.offers)
        cells = (one.name, one.version, one.origin, offers)
        table.add_row(Rich(sign, style=colour), *(Rich(cell) for cell in cells))  # plain text: a stranger wrote it
    return table
