"""``coach check --input``: any number of rows, constant memory, every core, answers in the order of the rows."""

import contextlib
import datetime as dt
import json
import os
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO

from coach.errors import BadInput

ROWS_A_CHUNK = 250
CHUNKS_AHEAD = 4  # a worker's worth of chunks in flight: enough to keep cores busy, too few to fill the memory
LONGEST_ROW = 200_000  # bytes; a text of 10,000 characters never needs more, whatever its escapes

Options = dict[str, Any]
FIELDS = {"text", "id", "language", "locale", "reference_date"}


def run(source: Path, target: Path, options: Options, workers: int) -> bool:
    """Check each row of ``source`` into ``target``; true when every row is SMART.

    Raises:
        BadInput: The files are the same, or ``source`` is not there.
    """
    if str(source) != "-":
        if not source.is_file():
            raise BadInput(f"There is no file {source}.", remedy="Check the path, or use - to read from a pipe.")
        if target.exists() and source.samefile(target):
            raise BadInput("--input and --output are the same file.", remedy="Choose another name for the output.")
    workers = workers or os.cpu_count() or 1
    with _reading(source) as rows, _writing(target) as out, _progress(source, rows) as advance:
        all_smart = True
        for lines, smart, size in _answers(_chunks(rows), options, workers):
            out.write(lines)
            all_smart &= smart
            advance(size)
    return all_smart


def answer(row: bytes | None, options: Options) -> tuple[bytes, bool]:
    """The JSON line for one row, and whether it is SMART. A row's own values win over ``options``."""
    fields: dict[str, Any] = {}
    try:
        fields = _object(row)
        return _assess(_checked(fields), options)
    except BadInput as error:
        line = json.dumps({"id": fields.get("id"), "error": str(error)}, ensure_ascii=False)
        return line.encode("utf-8", "backslashreplace") + b"\n", False


def _assess(fields: dict[str, Any], options: Options) -> tuple[bytes, bool]:
    from coach import flow, wording
    from coach.entrance import storable

    day = fields.get("reference_date")
    assessment = flow.check(
        storable(fields["text"]),
        today=_day(day) if day is not None else options["reference_date"],
        language=fields.get("language") or options["language"],
        locale=fields.get("locale") or options["locale"],
    )
    worded = wording.word(assessment, assessment.reading.language)
    body = worded.model_dump_json()
    return (f'{{"id":{json.dumps(fields.get("id"))},{body[1:]}\n').encode("utf-8", "backslashreplace"), worded.smart


def _object(row: bytes | None) -> dict[str, Any]:
    if row is None:
        raise BadInput(
            f"This row is longer than {LONGEST_ROW} bytes.", remedy="A text holds 10,000 characters at most."
        )
    try:
        fields = json.loads(row.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise BadInput(
            "This row is not JSON in UTF-8.", remedy='Write one object a line: {"id": 1, "text": "…"}.'
        ) from None
    if not isinstance(fields, dict):
        raise BadInput("This row is no object.", remedy='Write {"id": 1, "text": "…"} on a line.')
    return fields


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(fields.get("text"), str):
        raise BadInput("This row has no text.", remedy='Write {"id": 1, "text": "…"}.')
    for name in ("language", "locale", "reference_date"):
        if not isinstance(fields.get(name), str | None):
            raise BadInput(f"`{name}` must be a string.", remedy=f"Leave `{name}` out or give it as text.")
    return fields


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"`reference_date` {text[:40]} is not a day.", remedy="Write it as 2026-01-15.") from None


def _check_chunk(rows: list[bytes | None], options: Options) -> tuple[bytes, bool, int]:
    answers = [answer(row, options) for row in rows]
    return (
        b"".join(line for line, _ in answers),
        all(smart for _, smart in answers),
        sum(len(row or b"") for row in rows),
    )


def _answers(chunks: Iterator[list[bytes | None]], options: Options, workers: int) -> Iterator[tuple[bytes, bool, int]]:
    first = next(chunks, None)
    second = next(chunks, None)
    if first is None:
        return
    if second is None or workers == 1:  # too few rows to be worth a second process
        for chunk in _rejoined(first, second, chunks):
            yield _check_chunk(chunk, options)
        return
    with ProcessPoolExecutor(workers) as pool:
        waiting: deque[Future[tuple[bytes, bool, int]]] = deque()
        for chunk in _rejoined(first, second, chunks):
            waiting.append(pool.submit(_check_chunk, chunk, options))
            if len(waiting) >= workers * CHUNKS_AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _rejoined(first: list[bytes | None], second: list[bytes | None] | None, rest: Iterator[list[bytes | None]]):
    yield first
    if second is not None:
        yield second
        yield from rest


def _chunks(rows: BinaryIO) -> Iterator[list[bytes | None]]:
    chunk: list[bytes | None] = []
    for row in _rows(rows):
        chunk.append(row)
        if len(chunk) == ROWS_A_CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _rows(rows: BinaryIO) -> Iterator[bytes | None]:
    """Each line; None for one that is too long. Blank lines are passed over."""
    while line := rows.readline(LONGEST_ROW + 1):
        if len(line) > LONGEST_ROW and not line.endswith(b"\n"):
            while (rest := rows.readline(LONGEST_ROW)) and not rest.endswith(b"\n"):
                pass
            yield None
        elif line.strip():
            yield line


@contextlib.contextmanager
def _reading(source: Path) -> Iterator[BinaryIO]:
    if str(source) == "-":
        yield sys.stdin.buffer
        return
    with source.open("rb") as rows:
        yield rows


@contextlib.contextmanager
def _writing(target: Path) -> Iterator[BinaryIO]:
    """The output, which takes its name only when it is whole: a killed run leaves no half file under that name."""
    if str(target) == "-":
        yield sys.stdout.buffer
        return
    part = target.with_name(target.name + ".part")
    try:
        with part.open("wb") as out:
            yield out
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def _progress(source: Path, rows: BinaryIO):
    """A bar on a terminal; silence in a pipe."""
    if not sys.stderr.isatty() or not rows.seekable() or str(source) == "-":
        yield lambda size: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("check", total=source.stat().st_size)
        yield lambda size: bar.advance(task, size)
