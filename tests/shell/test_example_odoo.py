"""The example distribution's own tests, run with ours: a stranger's connector stays whole as the surface grows."""

import ast
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples/odoo"
if not EXAMPLE.exists():
    pytest.skip("the example is not in this copy", allow_module_level=True)
sys.path[:0] = [str(EXAMPLE / "src"), str(EXAMPLE / "tests")]

from test_odoo_connector import *  # noqa: E402, F403


@pytest.mark.parametrize("source", sorted((EXAMPLE / "src").rglob("*.py")), ids=lambda source: source.stem)
def test_it_uses_only_what_a_stranger_may(source):
    tree = ast.parse(source.read_text(encoding="utf-8"))
    named = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert all(name.split(".")[1] in ("plugins", "errors", "testing") for name in named if name.startswith("coach."))
