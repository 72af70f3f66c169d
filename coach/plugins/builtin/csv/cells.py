"""One cell to a figure or a day, French or English."""

import calendar
import datetime as dt
import re
import unicodedata

from coach.plugins.builtin.csv.table import Cell

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january", "fevrier fevr fev february feb", "mars march mar", "avril avr april apr",
            "mai may", "juin june jun", "juillet juil july jul", "aout august aug",
            "septembre sept september sep", "octobre october oct", "novembre november nov", "decembre december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip


def folded(text: str) -> str:
    """Lower case, without accents, one space between words."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", bare.casefold()).strip()


def number(cell: Cell, decimal: str) -> float | None:
    """The figure of a cell, a percentage as 0-1; None when it holds none. ``decimal`` is the column's own mark."""
    if isinstance(cell, float):
        return cell
    if not isinstance(cell, str):
        return None
    found = re.fullmatch(r"[^\d+\-−(]*?([+\-−(]?)\s*(\d[\d\s.,'’]*)\)?\s*(%?)\D*", cell.replace("\u202f", " "))
    if found is None:
        return None
    sign, digits, percent = found.groups()
    digits = re.sub(r"[\s'’]", "", digits)
    digits = digits.replace("." if decimal == "," else ",", "").replace(",", ".")
    if digits.count(".") > 1:
        return None
    value = float(digits) * (-1 if sign in ("-", "−", "(") else 1)
    return value / 100 if percent else value


def decimal_mark(cells: list[Cell]) -> str:
    """The decimal mark a whole column agrees on: the one that ever stands last, or with other than three digits after it."""
    marks = {".": 0, ",": 0}
    for cell in cells:
        if not isinstance(cell, str):
            continue
        found = re.search(r"([.,])(\d+)\D*$", cell)
        if found is None:
            continue
        mark, after = found.groups()
        other = "," if mark == "." else "."
        if other in cell[: found.start()] or len(after) != 3:
            marks[mark] += 2
        elif cell.count(mark) > 1:
            marks[other] += 2
    return "," if marks[","] > marks["."] else "."


def day_first(cells: list[Cell]) -> bool:
    """Whether 3/7 is 3 July in this column: yes unless some second number exceeds twelve."""
    pairs = [re.match(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}", cell) for cell in cells if isinstance(cell, str)]
    return not any(int(pair[2]) > 12 for pair in pairs if pair)


def day(cell: Cell, *, first: bool = True) -> dt.date | None:
    """The day a cell names, the first one for a month ("mars 2026", "2026-03", "03/2026", "T1 2026")."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if not isinstance(cell, str):
        return None
    return _iso(cell) or _slashed(cell, first) or _month(folded(cell))


def _made(year: int, month: int, number: int = 1) -> dt.date | None:
    if not 1990 <= year <= 2100 or not 1 <= month <= 12 or not 1 <= number <= calendar.monthrange(year, month)[1]:
        return None
    return dt.date(year, month, number)


def _iso(text: str) -> dt.date | None:
    found = re.match(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[T ].*)?$", text)
    return _made(int(found[1]), int(found[2]), int(found[3] or 1)) if found else None


def _slashed(text: str, first: bool) -> dt.date | None:
    found = re.match(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?: .*)?$", text)
    if found:
        one, two, year = (int(part) for part in found.groups())
        year += 2000 if year < 100 else 0
        return _made(year, two, one) if first else _made(year, one, two)
    found = re.match(r"(\d{1,2})[/.-](\d{4})$", text)
    return _made(int(found[2]), int(found[1])) if found else None


def _month(text: str) -> dt.date | None:
    found = re.fullmatch(r"([a-z]+) (\d{4}|\d{2})", text)
    if found and found[1] in MONTHS:
        year = int(found[2])
        return _made(year + 2000 if year < 100 else year, MONTHS[found[1]])
    found = re.fullmatch(r"[tq]([1-4]) (\d{4})", text)
    return _made(int(found[2]), int(found[1]) * 3 - 2) if found else None
