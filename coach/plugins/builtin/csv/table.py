"""A file's bytes to a header and rows of plain text or values, whatever wrote it."""

import csv
import datetime as dt
import io
import itertools
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coach.errors import BadInput

MAX_BYTES = 20_000_000
MAX_ROWS = 200_000
MAX_UNZIPPED = 200_000_000
Cell = str | float | dt.datetime


@dataclass(frozen=True, slots=True)
class Table:
    """A header and its rows; every row has as many cells as the header."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def read(data: bytes) -> Table:
    """The table in ``data``: XLSX (its first sheet) or CSV with commas, semicolons or tabs.

    Raises:
        BadInput: Too large, not a table, or more cells in a row than in the header.
    """
    if len(data) > MAX_BYTES:
        raise BadInput(f"The file is larger than {MAX_BYTES // 1_000_000} MB.", remedy="Split it.")
    rows = _xlsx(data) if data[:2] == b"PK" else _csv(data)
    filled = [row for row in itertools.islice(rows, MAX_ROWS + 2) if any(cell != "" for cell in row)]
    if len(filled) < 2:
        raise BadInput(
            "The file holds no rows.", remedy="Its first line names the columns, the next ones hold figures."
        )
    if len(filled) > MAX_ROWS + 1:
        raise BadInput(f"The file holds more than {MAX_ROWS} rows.", remedy="Split it.")
    return _even(filled)


def _even(rows: Sequence[Sequence[Cell]]) -> Table:
    header = [str(cell).strip() for cell in rows[0]]
    while header and not header[-1]:
        header.pop()
    width = len(header)
    even = []
    for number, row in enumerate(rows[1:], start=2):
        if any(cell != "" for cell in row[width:]):
            raise BadInput(
                f"Line {number} has more cells than the header.", remedy="Quote cells that hold the separator."
            )
        even.append(tuple(row[:width]) + ("",) * (width - len(row)))
    return Table(tuple(header), tuple(even))


def _csv(data: bytes) -> Iterable[Sequence[Cell]]:
    text = _decoded(data)
    if "\0" in text:
        raise BadInput("The file is not a text table.", remedy="Export it as CSV or XLSX.")
    first = text.split("\n", 1)[0]
    separator = max(";\t,", key=first.count)
    try:
        yield from (
            [cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        )
    except csv.Error as error:
        raise BadInput(f"The file cannot be read as CSV: {error}.") from None


def _decoded(data: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with one, else Windows' Western encoding, as older Excels write."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _xlsx(data: bytes) -> Iterable[Sequence[Cell]]:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_UNZIPPED:
                raise BadInput("The workbook is too large once unzipped.", remedy="Export the sheet as CSV.")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for row in sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=200, values_only=True):
            yield [_plain(cell) for cell in row]
    except (zipfile.BadZipFile, KeyError, IndexError, ValueError, OSError):
        raise BadInput("The file is not a workbook that can be read.", remedy="Save it as .xlsx or as CSV.") from None


def _plain(cell: object) -> Cell:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, int | float):
        return float(cell)
    if isinstance(cell, dt.datetime):
        return cell
    if isinstance(cell, dt.date):
        return dt.datetime.combine(cell, dt.time())
    return str(cell).strip()
