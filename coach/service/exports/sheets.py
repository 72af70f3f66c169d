"""Rows as files that a spreadsheet opens with a double click: CSV and XLSX.

A text that starts like a formula is a text: in CSV it gets an apostrophe, in XLSX its cell is told to be one.
"""

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence

from coach.service.exports.tables import Cell, Rows

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WIDTHS = {0: 60}


def comma(rows: Rows, language: str) -> bytes:
    """CSV with a BOM; ``;`` and decimal commas in French, as Excel wants them there."""
    file = io.StringIO()
    file.write("\ufeff")
    writer = csv.writer(file, delimiter=";" if language == "fr" else ",", lineterminator="\r\n")
    writer.writerows([_written(cell, language) for cell in row] for row in rows)
    return file.getvalue().encode()


def _written(cell: Cell, language: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, int | float):
        written = f"{cell:.15g}"
        return written.replace(".", ",") if language == "fr" else written
    text = cell.isoformat() if isinstance(cell, dt.date) else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text  # a spreadsheet would run it


def workbook(sheets: Mapping[str, Rows]) -> bytes:
    """XLSX: a sheet a table, its heads in bold and held in place, days and numbers as what they are."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(_title(name))
        for line, row in enumerate(rows, start=1):
            for column, cell in enumerate(row, start=1):
                _put(sheet.cell(line, column), cell)
        for column, width in enumerate(_widths(rows), start=1):
            sheet.column_dimensions[get_column_letter(column)].width = width
        for head in sheet[1]:
            head.font = Font(bold=True)
            head.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.freeze_panes = "A2"
        if len(rows) > 1:
            sheet.auto_filter.ref = sheet.dimensions
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _put(place: object, cell: Cell) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if isinstance(cell, str):
        place.value = ILLEGAL_CHARACTERS_RE.sub("", cell)  # pyright: ignore[reportAttributeAccessIssue]
        place.data_type = "s"  # pyright: ignore[reportAttributeAccessIssue]  (openpyxl takes "=…" for a formula)
        place.quotePrefix = cell.startswith(_FORMULA)  # pyright: ignore[reportAttributeAccessIssue]
        return
    place.value = cell  # pyright: ignore[reportAttributeAccessIssue]
    if isinstance(cell, dt.date):
        place.number_format = "yyyy-mm-dd"  # pyright: ignore[reportAttributeAccessIssue]


def _title(name: str) -> str:
    return "".join("-" if letter in "[]:*?/\\" else letter for letter in name)[:31]


def _widths(rows: Rows) -> Sequence[float]:
    lengths = [[len(str(cell)) for cell in column if cell is not None] for column in zip(*rows, strict=True)]
    return [min(60.0, max([10, *found]) + 2.0) for found in lengths]
