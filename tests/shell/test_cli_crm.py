"""From an empty folder to figures: coach sandbox, connect, sync, kpis, as a newcomer types them."""

import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager

import pytest

from coach.cli import main
from tests.shell.distributions import installed
from tests.shell.processes import ROOT

COACH = (sys.executable, "-m", "coach")


@pytest.fixture
def surroundings(tmp_path):
    return {
        **os.environ, "COACH_HOME": str(tmp_path / "home"), "PYTHONPATH": installed(tmp_path / "installed"),
        "COACH_LANGUAGE": "en", "COACH_TIME_ZONE": "Europe/Paris",
    }  # fmt: skip


def coach(surroundings, *words, given="", code=0):
    done = subprocess.run(
        [*COACH, *words],
        capture_output=True,
        text=True,
        env=surroundings,
        cwd=ROOT,
        input=given,
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout if code == 0 else done.stderr


@contextmanager
def sandbox(surroundings, *words):
    process = subprocess.Popen(
        [*COACH, "sandbox", "--hubspot-port", "0", "--pipedrive-port", "0", *words],
        stdout=subprocess.PIPE, text=True, env=surroundings, cwd=ROOT,
    )  # fmt: skip
    try:
        said = ""
        for line in process.stdout:
            said += line
            if "stop: Ctrl+C" in line:
                break
        yield re.findall(r"coach (connect .*)", said)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def words_of(command):
    """The command as a shell would cut it."""
    import shlex

    return shlex.split(command)


def test_the_whole_trip_from_an_empty_folder(surroundings, tmp_path):
    with sandbox(surroundings, "--months", "6", "--deals", "10") as commands:
        assert len(commands) == 2
        shown = [coach(surroundings, *words_of(command), "--label", f"CRM {n}") for n, command in enumerate(commands)]
        for text in shown:
            assert "Connected" in text
            assert "Qualifié" in text, "the mapping that was suggested is shown"
            assert "sandbox-" not in text, "the token is not"
        synced = coach(surroundings, "sync")
        assert synced.count("up to date") == 2
        assert "\r" not in synced and "\x1b" not in synced, "silent in a pipe: no bar"
        again = json.loads(coach(surroundings, "sync", "CRM 0", "--json"))
        assert [run["status"] for run in again] == ["done"]
        assert sum(one["new"] + one["changed"] for one in again[0]["counts"].values()) == 0
    found = {one["series"]["metric"]: one for one in json.loads(coach(surroundings, "kpis", "--json"))}
    assert {"revenue", "closing_rate", "qualified_meetings", "calls", "nps", "leads"} <= set(found)
    assert all(one["synthetic"] for one in found.values()), "an invented team is said to be one"
    assert found["revenue"]["age_days"] == 0
    rate = found["closing_rate"]["series"]
    assert all(
        point["value"] == pytest.approx(point["numerator"] / point["denominator"])
        for point in rate["points"] if point["denominator"]
    )  # fmt: skip
    assert "(invented)" in coach(surroundings, "kpis")
    team = json.loads(coach(surroundings, "kpis", "revenue", "--team", "Nord", "--by", "quarter", "--json"))
    assert sum(point["value"] for point in team[0]["series"]["points"]) > 0
    coach(surroundings, "kpis", "nps", "--enter", "-", given="2025-10;41\n2025-11;44\n2025-12;39\n")
    typed = json.loads(coach(surroundings, "kpis", "nps", "--json"))[0]
    assert (typed["series"]["method"], typed["synthetic"]) == ("manual", False), (
        "a person's figures win over invented ones"
    )
    kept = b"".join(path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file())
    assert b"sandbox-hubspot" not in kept


def test_connections_are_listed_checked_and_forgotten(surroundings):
    assert "coach connect demo" in " ".join(coach(surroundings, "connect").split())
    coach(surroundings, "connect", "demo", "--set", "months=2", "--label", "Essai")
    listed = json.loads(coach(surroundings, "connect", "--json"))
    assert [(one["label"], one["connector"], one["state"]) for one in listed] == [("Essai", "demo", "ok")]
    assert "Invented" in coach(surroundings, "connect", "--check", "Essai")
    assert "forgotten" in coach(surroundings, "connect", "--remove", listed[0]["id"])
    assert json.loads(coach(surroundings, "connect", "--json")) == []
    assert "coach connect" in coach(surroundings, "sync")


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (("connect", "hubspto"), "Installed:"),
        (("connect", "demo", "--check", "x"), "--check"),
        (("connect", "--remove", "nothing"), "Give its id"),
        (("connect", "demo", "--set", "months"), "--set"),
        (("kpis", "revenue", "--by", "fortnight"), "Choose day"),
        (("kpis", "--team", "a", "--owner", "b"), "not both"),
        (("kpis", "--enter", "-"), "Write:"),
    ],
)
def test_a_mistake_says_what_to_do(words, remedy, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["coach", *words])
    with pytest.raises(SystemExit) as left:
        main()
    said = capsys.readouterr().err
    assert left.value.code == 2
    assert remedy in said
    assert len(said.strip().splitlines()) == 1


def test_a_key_is_turned_from_the_command_line(surroundings, tmp_path):
    key = coach(surroundings, "secrets", "new-key").strip()
    assert len(key) == 44
    with sandbox(surroundings, "--months", "1", "--deals", "3") as commands:
        coach(surroundings, *words_of(commands[0]))
        file = tmp_path / "home" / "secrets.key"
        before = file.read_text()
        assert coach(surroundings, "secrets", "rotate").startswith("1 ")
        assert file.read_text() != before
        assert len(file.read_text().split()) == 1
        assert "Connected" in coach(surroundings, "connect", "--check", "hubspot")
