"""The complete run with the built-in drafter: every gate holds, and the figures on the page are its figures."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import evals as page

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def complete(tmp_path_factory):
    place = tmp_path_factory.mktemp("complete")
    command = [sys.executable, "-m", "coach", "eval", "--output", str(place)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    return done, json.loads((place / "summary.json").read_text("utf-8")), place


def test_every_recorded_gate_holds(complete):
    done, summary, _ = complete
    failed = [gate for part in summary["suites"].values() for gate in part["gates"] if not gate["passed"]]
    assert not failed
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]


def test_every_suite_played_what_it_has(complete):
    suites = complete[1]["suites"]
    assert set(suites) == {"reading", "robustness", "dialogue", "drafting", "safety", "calibration"}
    assert suites["drafting"]["cases"] >= 240
    assert suites["drafting"]["clusters"] >= 24
    assert suites["dialogue"]["cases"] >= 480
    assert suites["safety"]["cases"] >= 400
    assert suites["reading"]["cases"] >= 1200
    assert all(part["errors"] == 0 for part in suites.values())


def test_reading_is_better_than_what_anybody_builds_in_an_afternoon(complete):
    metrics = complete[1]["suites"]["reading"]["metrics"]
    for name in ("metric", "value", "deadline"):
        assert metrics[name]["low"] > metrics[f"regex_{name}"]["high"], name
        assert metrics[name]["low"] > metrics[f"empty_{name}"]["high"], name


def test_the_figures_on_the_page_are_those_of_the_run(complete):
    """Changed code changes figures: `coach eval && python -m benchmarks.evals add evals/runs/rules` renews them."""
    (kept,) = [one for one in page.kept() if one["model"] == "rules"]
    got = page.row(complete[2])
    for suite, part in got["suites"].items():
        assert part["metrics"] == kept["suites"][suite]["metrics"], suite
    text = page.PAGE.read_text("utf-8") if page.PAGE.is_file() else (ROOT / page.PAGE).read_text("utf-8")
    assert page.page(page.kept()) in text


def test_the_page_says_nothing_that_no_kept_run_says():
    assert (ROOT / page.ROWS).is_dir()
    for path in (ROOT / page.ROWS).glob("*.json"):
        row = json.loads(path.read_text("utf-8"))
        assert set(row) == {"model", "coach", "hashes", "limit", "suites"}, path.name
