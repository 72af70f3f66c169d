"""Run every benchmark, print the table, and with ``--write`` renew ``docs/benchmarks.md``."""

import datetime as dt
import pathlib
import platform
import sys

from benchmarks import batch, check, command, model, server

HEADER = """# Benchmarks

`make bench` renews this page. Each row is a ratio or a bound measured within one run on one machine; absolute times only say
what the machine of that day was worth.

Last run: {day}, Python {python}, {cores} cores.

| what | measured | to hold |
|---|---|---|
"""


def main() -> None:
    """Measure, print, and perhaps write."""
    import os

    rows: list[tuple[str, str, str]] = []
    for part in (check, batch, server, command, model):
        for row in part.rows():
            print(" · ".join(row), flush=True)
            rows.append(row)
    if "--write" in sys.argv[1:]:
        day = dt.datetime.now(dt.UTC).date().isoformat()
        page = HEADER.format(day=day, python=platform.python_version(), cores=os.cpu_count())
        page += "".join(f"| {what} | {measured} | {hold} |\n" for what, measured, hold in rows)
        pathlib.Path("docs/benchmarks.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
