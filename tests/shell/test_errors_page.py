"""docs/errors.md: every error there is, in the words that people read."""

import inspect
import re

from coach import errors
from coach.api import problems
from tests.shell.errors_page import PAGE, fields, reasons, renewed, tree

PAGE_TEXT = PAGE.read_text("utf-8") if PAGE.exists() else ""


def test_the_page_says_what_the_code_and_the_catalogue_say():
    assert renewed(PAGE_TEXT) == PAGE_TEXT, "run: python -m tests.shell.errors_page"


def test_every_error_class_is_on_the_page_and_in_the_tree_that_opens_the_module():
    classes = {name for name, kind in inspect.getmembers(errors, inspect.isclass) if kind.__module__ == errors.__name__}
    assert {kind.__name__ for kind in tree()} == classes
    for kind in tree():
        assert f"| `{kind.__name__}` | `{kind.code}` |" in PAGE_TEXT
        assert re.search(rf"\b{kind.__name__}\b", errors.__doc__ or ""), kind.__name__


def test_every_problem_type_is_on_the_page_with_each_of_its_statuses():
    for status, code in problems.CODES.items():
        [row] = re.findall(rf"^\| `{code}` \| ([\d, ]+) \| .+ \| .+ \|$", PAGE_TEXT, re.MULTILINE)
        assert str(status) in row.split(", ")


def test_no_row_lacks_its_words():
    rows = [line for line in PAGE_TEXT.splitlines() if line.startswith("| `")]
    assert len(rows) > len(reasons()) + len(fields())
    assert [row for row in rows if "|  |" in row] == []
