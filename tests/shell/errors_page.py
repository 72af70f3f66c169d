"""The tables of ``docs/errors.md``, from the code and the catalogue: ``python -m tests.shell.errors_page`` renews them."""

import re
from collections.abc import Iterator
from pathlib import Path

from coach import errors
from coach.api.problems import _STATUS, CODES
from coach.i18n import messages

PAGE = Path(__file__).parents[2] / "docs" / "errors.md"
_MARK = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def tree(kind: type[errors.CoachError] = errors.CoachError) -> Iterator[type[errors.CoachError]]:
    """Every error class, each after the one it is a case of."""
    yield kind
    for case in kind.__subclasses__():
        if case.__module__ == errors.__name__:
            yield from tree(case)


def statuses(code: str) -> list[int]:
    """The HTTP statuses of one problem type."""
    return [status for status, name in CODES.items() if name == code]


def reasons() -> list[str]:
    """Every reason that has words, in the order of the alphabet."""
    known = (re.fullmatch(r"(?:web\.)?error\.reason\.(\w+)", key) for key in messages("en"))
    return sorted({found[1] for found in known if found and not found[1].endswith("_detail")})


def fields() -> list[str]:
    """Every kind of misfit of one field."""
    known = (re.fullmatch(r"error\.field\.(\w+)", key) for key in messages("en"))
    return sorted(found[1] for found in known if found)


def tables() -> dict[str, str]:
    """The page's tables, by the mark that stands before them."""
    words = messages("en")

    def said(key: str) -> str:
        return str(words.get(key) or words.get(f"web.{key}") or "").replace("|", "\\|")

    types = {code: statuses(code) for code in CODES.values()}
    return {
        "types": _table(
            ("type", "status", "means", "what to do"),
            [
                (f"`{code}`", ", ".join(map(str, found)), said(f"error.{code}"), said(f"error.{code}.remedy"))
                for code, found in types.items()
            ],
        ),
        "reasons": _table(
            ("reason", "means", "what to do"),
            [(f"`{name}`", said(f"error.reason.{name}"), said(f"error.reason.{name}_detail")) for name in reasons()],
        ),
        "fields": _table(("code", "says"), [(f"`{name}`", said(f"error.field.{name}")) for name in fields()]),
        "tree": _table(
            ("error", "code", "means", "HTTP", "exit"),
            [
                (f"`{kind.__name__}`", f"`{kind.code}`", (kind.__doc__ or "").splitlines()[0], _http(kind), _exit(kind))
                for kind in tree()
            ],
        ),
    }


def _http(kind: type[errors.CoachError]) -> str:
    return str(next((status for known, status in _STATUS.items() if issubclass(kind, known)), 500))


def _exit(kind: type[errors.CoachError]) -> str:
    return "2" if issubclass(kind, errors.CallerError) else "1"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def renewed(page: str) -> str:
    """The page with its tables as they should be."""
    made = tables()
    return _MARK.sub(lambda found: f"{found[1]}{made[found[2]]}{found[3]}", page)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8")
