"""The run: gates that cannot be green by accident, resuming, files, and the command."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from coach.errors import BadInput
from coach.evals import engine, gates, run, statistics, suites
from coach.evals.records import Journal, Record
from coach.evals.run import Options
from coach.evals.suites import Item, Suite
from coach.evals.trace import Trace
from tests.evals.playing import OURS

REPOSITORY = Path(__file__).parents[2]
COACH = [sys.executable, "-m", "coach", "eval"]


def goal(name, ambition="Obtenir plus de rendez-vous avec des opticiens", **more):
    want = {
        "metric": "qualified_meetings",
        "target": 24,
        "unit": "count",
        "due": "2026-06-30",
        "text": "Obtenir 24 rendez-vous qualifiés avec des opticiens d'ici le 30 juin 2026",
    }
    row = {
        "id": name,
        "lang": "fr",
        "ambition": ambition,
        "answers": {"target": "24", "deadline": "fin juin"},
        "wants": [want],
    }
    return {**row, **more}  # fmt: skip


def folder_of(tmp_path, *rows, name="mine"):
    where = tmp_path / name
    where.mkdir(exist_ok=True)
    (where / "goals.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return where


def coach_eval(*arguments, cwd=REPOSITORY, **more):
    return subprocess.run([*COACH, *map(str, arguments)], capture_output=True, text=True, cwd=cwd, timeout=240, **more)


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """One small run on own cases, one of which cannot work, with a gate that fails."""
    place = tmp_path_factory.mktemp("first")
    cases = folder_of(place, *(goal(f"g{n}") for n in range(3)), goal("=cmd()", "Le <b>CA</b> & la marge ?"))
    (place / "gates.toml").write_text("[drafting]\nfact_fidelity = { hard = 1.0 }\nexact = { floor = 0.99 }\n")
    done = coach_eval(
        "drafting", "--cases", cases, "--gates", place / "gates.toml", "--output", place / "out", "--workers", 1
    )
    return done, place


def test_a_gate_that_does_not_hold_is_exit_code_1(first):
    done, _ = first
    assert done.returncode == 1, done.stderr
    assert "✗ drafting.exact" in done.stdout


def test_a_pipe_sees_no_bar(first):
    assert first[0].stderr == ""


def test_the_files_say_the_same(first):
    _, place = first
    out = place / "out"
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert summary["passed"] is False
    assert set(summary["hashes"]) == {"data", "prompts", "code", "model"}
    assert summary["suites"]["drafting"]["cases"] == 4
    rows = list(csv.DictReader((out / "cases.csv").open(encoding="utf-8")))
    fidelity = [row for row in rows if row["metric"] == "fact_fidelity"]
    assert {row["value"] for row in fidelity} == {"1.0"}
    assert {row["case"] for row in rows} == {"g0", "g1", "g2", "'=cmd()"}  # told as text to a spreadsheet


def test_the_page_stands_alone_and_shows_what_failed(first):
    page = (first[1] / "out" / "report.html").read_text("utf-8")
    assert "<script" not in page
    assert not re.search(r'(?:src|href)="(?!#)', page)
    assert "http" not in page.replace('http-equiv="', "")
    assert "light-dark(" in page
    assert "&lt;b&gt;CA&lt;/b&gt;" in page
    assert "<b>CA" not in page
    assert "✗ <strong>drafting · exact</strong>" in page


def test_the_same_run_again_plays_nothing_and_writes_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(run.hashes, "code", lambda: "of this test")
    options = Options(["drafting"], tmp_path / "out", folder=folder_of(tmp_path, goal("g0"), goal("g1")), workers=1)
    names = ("summary.json", "cases.json", "cases.csv")
    run.run(options)
    before = {name: (tmp_path / "out" / name).read_bytes() for name in names}
    monkeypatch.setattr(engine, "run", lambda works, way, done: pytest.fail("played again") if works else None)
    run.run(options)
    assert {name: (tmp_path / "out" / name).read_bytes() for name in names} == before
    monkeypatch.setattr(run.hashes, "code", lambda: "of changed code")
    with pytest.raises(pytest.fail.Exception):
        run.run(options)


def test_a_terminal_sees_a_bar_of_each_suite(tmp_path):
    import pty

    ours, theirs = pty.openpty()
    command = [*COACH, "reading", "--limit", "3", "--output", str(tmp_path / "out"), "--workers", "1"]
    process = subprocess.Popen(
        command, cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=theirs, env={**os.environ, "TERM": "xterm"}
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    assert process.wait(200) in (0, 1)
    assert b"reading" in shown
    assert b"/3" in shown


def test_own_cases_are_held_to_the_hard_gates_alone(tmp_path):
    kinds = run._recorded(Options([], tmp_path, folder=tmp_path))
    assert kinds["drafting"]["fact_fidelity"] == {"hard": 1.0}
    assert "exact" not in kinds["drafting"]
    assert "exact" in run._recorded(Options([], tmp_path))["drafting"]


def test_an_empty_suite_is_no_pass(tmp_path):
    cases = folder_of(tmp_path)
    outcome = run.run(Options(["drafting", "safety"], tmp_path / "out", folder=cases))
    assert not outcome.passed
    assert {gate.suite for gate in outcome.gates if not gate.passed and gate.kind == "empty"} == {"drafting", "safety"}


def test_a_suite_or_a_model_nobody_knows_is_the_callers_mistake(tmp_path):
    for options in (Options(["nothing"], tmp_path), Options([], tmp_path, model="stub/nobody")):
        with pytest.raises(BadInput):
            run.run(options)


@pytest.mark.parametrize(
    ("row", "word"),
    [("{", "JSON"), ('{"id": "a", "lang": "fr", "ambition": "x", "wants": []}', "wants"),
     ('{"id": "a", "lang": "de", "ambition": "x", "wants": [{"metric": "nps", "target": 1, "unit": "count"}]}', "lang")],
)  # fmt: skip
def test_a_case_that_cannot_be_read_is_told_with_its_place(tmp_path, row, word):
    where = tmp_path / "mine"
    where.mkdir()
    (where / "a.jsonl").write_text(row + "\n")
    with pytest.raises(BadInput, match=word):
        run.run(Options(["drafting"], tmp_path / "out", folder=where))


def test_without_the_engine_the_remedy_is_told(monkeypatch, tmp_path):
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None)
    with pytest.raises(BadInput, match=r"goal-coach\[evals\]"):
        run.run(Options(["drafting"], tmp_path))


# what the engine can be wrong about


class Odd(Suite):
    """Five cases: one breaks, the others are right."""

    name = "odd"
    about = "For tests."
    metrics = {"right": "is right"}

    def items(self):
        return [Item(str(n), str(n), str(n % 2)) for n in range(5)]

    async def play(self, item, subject):
        if item.id == "3":
            raise RuntimeError("it broke")
        return Trace(), f"case {item.id}"

    def marks(self, item, trace):
        from coach.evals.scorers import Mark

        return {"right": Mark(1.0)}


class NoSubject:
    name = "openai/nobody"


@pytest.fixture
def way(tmp_path, monkeypatch):
    """A subject that waits rather than computes, so that all is played in this process."""
    monkeypatch.setattr(engine.subjects, "of", lambda name, calls=None: NoSubject())
    return engine.Way("openai/nobody", 1, tmp_path / "calls.jsonl", tmp_path / "logs")


def test_a_case_that_breaks_counts_as_zero_and_is_a_red_gate(way, tmp_path):
    """The engine alone calls such a run a success, or leaves the broken case out of the mean."""
    suite = Odd(OURS)
    records: list[Record] = []
    engine.run([engine.Work(suite, suite.items())], way, records.append)
    assert len(records) == 5
    assert {one.id: one.mark("right").value for one in records} == {"0": 1, "1": 1, "2": 1, "3": 0, "4": 1}
    found = {
        "right": statistics.by_cluster([one.mark("right").value for one in records], [one.cluster for one in records])
    }
    judged = gates.judge("odd", {"right": {"hard": 1.0}}, found, records)
    assert {gate.metric for gate in judged if not gate.passed} == {"error_rate", "right"}


def test_what_the_engine_loses_is_found_missing(way, monkeypatch):
    """It may end as a success with samples that were never scored."""
    suite = Odd(OURS)
    monkeypatch.setattr(engine, "_inspected", lambda work, way, pool, take: "success")
    records: list[Record] = []
    engine.run([engine.Work(suite, suite.items())], way, records.append)
    assert len(records) == 5
    assert all(one.error and one.mark("right").value == 0 for one in records)


def test_an_engine_that_stops_in_the_middle_leaves_no_case_out(way, monkeypatch):
    class Stops(Odd):
        async def record(self, item, subject):
            if item.id == "2":
                raise SystemError("the engine's own trouble")
            return await super().record(item, subject)

    suite = Stops(OURS)
    records: list[Record] = []
    engine.run([engine.Work(suite, suite.items())], way, records.append)
    assert sorted(one.id for one in records) == ["0", "1", "2", "3", "4"]
    assert next(one for one in records if one.id == "2").error


def test_a_gate_on_what_nothing_was_judged_by_fails():
    judged = gates.judge("odd", {"right": {"floor": 0.1}}, {"right": None}, [Record(suite="odd", id="1", cluster="1")])
    assert not next(gate for gate in judged if gate.metric == "right").passed


def test_a_floor_is_held_by_the_lower_end_of_the_interval():
    records = [Record(suite="odd", id=str(n), cluster=str(n), marks={"right": (float(n < 8), "")}) for n in range(10)]
    found = statistics.by_cluster([float(n < 8) for n in range(10)], [str(n) for n in range(10)])
    (gate,) = [
        one for one in gates.judge("odd", {"right": {"floor": 0.7}}, {"right": found}, records) if one.metric == "right"
    ]
    assert found.mean == 0.8
    assert not gate.passed


def test_a_misspelt_kind_of_gate_is_told(tmp_path):
    (tmp_path / "gates.toml").write_text("[drafting]\nexact = { flor = 0.5 }\n")
    with pytest.raises(BadInput, match="flor"):
        gates.load(tmp_path / "gates.toml")


# the journal, and a run that is killed


def test_a_line_cut_short_by_a_kill_is_passed_over(tmp_path):
    path = tmp_path / "journal.jsonl"
    journal = Journal(path, "run-1")
    for name in ("a", "b"):
        journal.add(Record(suite="odd", id=name, cluster="1", marks={"right": (1.0, "")}))
    path.write_bytes(path.read_bytes()[:-20])
    assert set(Journal(path, "run-1").done) == {("odd", "a")}


def test_what_broke_is_played_again_and_another_run_begins_anew(tmp_path):
    path = tmp_path / "journal.jsonl"
    journal = Journal(path, "run-1")
    journal.add(Record(suite="odd", id="a", cluster="1", error="it broke"))
    journal.add(Record(suite="odd", id="b", cluster="1"))
    assert set(Journal(path, "run-1").done) == {("odd", "b")}
    assert Journal(path, "run-2").done == {}


def test_a_killed_run_goes_on_to_the_same_summary(tmp_path):
    cases = folder_of(
        tmp_path, *(goal(f"g{n}", f"Obtenir plus de rendez-vous avec {n + 2} réseaux d'opticiens") for n in range(24))
    )
    command = [*COACH, "drafting", "--cases", str(cases), "--workers", "1", "--output"]
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    process = subprocess.Popen(
        [*command, str(killed)], cwd=REPOSITORY, stdout=subprocess.DEVNULL, start_new_session=True
    )
    journal, ends = killed / "journal.jsonl", time.monotonic() + 120
    while time.monotonic() < ends and process.poll() is None:
        if journal.is_file() and 4 < len(journal.read_bytes().split(b"\n")) < 20:
            break
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(30)
    kept = len(journal.read_bytes().split(b"\n")) - 1
    assert 2 < kept < 25, "the run was not stopped in the middle"
    assert not (killed / "summary.json").exists()
    for place in (killed, whole):
        done = subprocess.run([*command, str(place)], cwd=REPOSITORY, capture_output=True, text=True, timeout=240)
        assert done.returncode in (0, 1), done.stderr
    one, other = (json.loads((place / "summary.json").read_text("utf-8")) for place in (killed, whole))
    if one["hashes"] == other["hashes"]:
        assert (killed / "summary.json").read_bytes() == (whole / "summary.json").read_bytes()
        assert (killed / "cases.json").read_bytes() == (whole / "cases.json").read_bytes()


# against a baseline


def test_a_run_is_compared_case_by_case_with_an_earlier_one(first, tmp_path):
    _, place = first
    earlier = json.loads((place / "out" / "cases.json").read_text("utf-8"))
    earlier["marks"]["drafting"]["exact"] = dict.fromkeys(("g0", "g1", "g2", "=cmd()"), 1.0)
    (tmp_path / "cases.json").write_text(json.dumps(earlier))
    options = Options(["drafting"], place / "out", folder=place / "mine", baseline=tmp_path, workers=1)
    outcome = run.run(options)
    compared = {gate.metric: gate for gate in outcome.gates if gate.kind == "regression"}
    assert compared["fact_fidelity"].passed
    assert compared["fact_fidelity"].found.startswith("+0.000")
    assert compared["exact"].found.startswith("-")


def test_a_clear_fall_is_a_red_gate():
    records = [
        Record(suite="drafting", id=str(n), cluster=str(n // 5), marks={"exact": (float(n % 3 > 0), "")})
        for n in range(60)
    ]
    suite = suites.make("drafting", OURS)
    from coach.evals import summary

    (gate,) = summary.compared(suite, records, {"exact": {str(n): 1.0 for n in range(60)}})
    assert not gate.passed


def test_the_recorded_run_can_be_compared_with():
    kept = run._baseline(OURS.parent / "leaderboard" / "rules.marks.json.gz")
    assert len(kept["drafting"]["exact"]) >= 240
    assert set(kept["drafting"]["exact"].values()) == {0.0, 1.0}


def test_a_baseline_that_is_none_is_the_callers_mistake(tmp_path):
    (tmp_path / "cases.json").write_text("[]")
    with pytest.raises(BadInput, match="no earlier run"):
        run.run(Options(["drafting"], tmp_path / "out", baseline=tmp_path))


def test_a_sample_is_always_the_same_spread_over_the_whole_and_in_order():
    items = suites.make("drafting", OURS).items()
    drawn = run.sample(items, 60)
    assert drawn == run.sample(list(items), 60)
    assert len({item.cluster for item in drawn}) > 20
    assert [items.index(item) for item in drawn] == sorted(items.index(item) for item in drawn)
