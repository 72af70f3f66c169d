"""The command line, as a person or a script meets it: real processes, or the same functions where a process adds nothing."""

import json
import os
import re
import subprocess
import sys

import pytest

from coach.cli import batch

SMART = "Signer 12 contrats de maintenance avec des cliniques d'ici fin juin"
VAGUE = "augmenter les ventes"
DAY = ("--today", "2026-01-15")


def coach(*arguments: str, stdin: str | bytes = "", **env: str) -> subprocess.CompletedProcess:
    given = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(
        [sys.executable, "-m", "coach", *arguments],
        input=given,
        capture_output=True,
        env={**os.environ, **env},
        timeout=60,
    )
    done.out, done.err = done.stdout.decode(), done.stderr.decode()
    return done


def test_a_vague_ambition_is_shown_with_its_five_verdicts_and_exits_1():
    done = coach("check", VAGUE, *DAY)
    assert done.returncode == 1, done.err
    for word in ("Spécifique", "Mesurable", "Atteignable", "Réaliste", "Temporel"):
        assert word in done.out


def test_a_smart_goal_exits_0():
    done = coach("check", SMART, *DAY)
    assert done.returncode == 0, done.out + done.err


def test_json_is_the_assessment_and_nothing_else():
    done = coach("check", SMART, *DAY, "--json")
    [line] = done.out.splitlines()
    assessment = json.loads(line)
    assert assessment["smart"] is True
    assert assessment["reading"]["components"][0]["deadline"] == "2026-06-30"
    assert list(assessment["criteria"]) == ["specific", "measurable", "attainable", "realistic", "time_bound"]


def test_texts_may_come_through_a_pipe():
    done = coach("check", *DAY, "--json", stdin=f"{SMART}\n\n{VAGUE}\n")
    assert [json.loads(line)["smart"] for line in done.out.splitlines()] == [True, False]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["check"], "nothing to check"),
        (["check", SMART, "--lang", "tlh"], "tlh"),
        (["check", SMART, "--today", "yesterday"], "2026-01-15"),
        (["check", "--input", "rows.jsonl"], "go together"),
        (["check", "--input", "not-there.jsonl", "--output", "out.jsonl"], "not-there.jsonl"),
        (["draft", SMART, "--context", "not-there.json"], "not-there.json"),
        (["fly"], "fly"),
        (["check", SMART, "--fly"], "--fly"),
        (["serve", "--port", "99999999"], "port"),
        (["check", "x" * 10_001], "10,000"),
    ],
    ids=[
        "nothing",
        "language",
        "day",
        "half a batch",
        "no file",
        "no context",
        "command",
        "option",
        "port",
        "too long",
    ],
)
def test_a_callers_mistake_is_one_clear_line_and_exit_2(arguments, says, tmp_path):
    done = coach(*arguments)
    assert done.returncode == 2, done.out + done.err
    assert says in done.err.replace("\n", " ").replace("│", " ")
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "text", ["", "   ", "\x00", "🎯🎯🎯", "‮לא", "'; DROP TABLE goal; --", "<script>alert(1)</script>", "1e308 " * 9]
)
def test_odd_texts_are_answered_never_traced(text):
    done = (
        coach("check", *DAY, "--json", "--", text)
        if "\x00" not in text
        else coach("check", *DAY, "--json", stdin="\x00\n")
    )
    assert done.returncode in (1, 2), done.err
    assert "Traceback" not in done.err


def test_each_row_is_answered_in_order_and_a_bad_one_does_not_stop_the_run(tmp_path):
    rows = [
        json.dumps({"id": 1, "text": SMART}),
        "not json",
        json.dumps({"id": "trois", "text": VAGUE, "reference_date": "2026-02-01"}),
        json.dumps({"id": 4, "text": 12}),
        json.dumps({"id": 5, "text": SMART, "reference_date": "31 février"}),
        "",
        json.dumps({"id": 6, "text": "\ud800 lone"}),
        '{"id": 7, "text": "' + "x" * 300_000 + '"}',
        json.dumps({"id": 8, "text": "Close 5 deals by 3/7/2026", "locale": "en-GB"}),
        json.dumps({"id": 9, "text": "Close 5 deals by 3/7/2026", "locale": "en-US"}),
    ]
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(rows) + "\n", encoding="utf-8")
    done = coach("check", "--input", str(source), "--output", str(target), *DAY)
    assert done.returncode == 1, done.err
    answers = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [answer.get("id") for answer in answers] == [1, None, "trois", 4, 5, 6, None, 8, 9]
    assert ["error" in answer for answer in answers] == [False, True, False, True, True, True, True, False, False]
    assert answers[2]["reading"]["reference_date"] == "2026-02-01"
    deadlines = [answer["reading"]["components"][0]["deadline"] for answer in answers[-2:]]
    assert deadlines == ["2026-07-03", "2026-03-07"]
    assert not list(tmp_path.glob("*.part"))


def test_many_rows_use_every_core_and_keep_their_order(tmp_path):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    count = batch.ROWS_A_CHUNK * 3 + 7
    source.write_text("".join(json.dumps({"id": n, "text": f"{n} appels par jour"}) + "\n" for n in range(count)))
    done = coach("check", "--input", str(source), "--output", str(target), "--workers", "2", *DAY)
    assert done.returncode == 1, done.err
    answers = [json.loads(line) for line in target.read_text().splitlines()]
    assert [answer["id"] for answer in answers] == list(range(count))


def test_the_same_file_for_both_is_refused_before_anything_is_lost(tmp_path):
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"text": "augmenter les ventes"}\n')
    done = coach("check", "--input", str(rows), "--output", str(rows))
    assert done.returncode == 2
    assert rows.read_text() == '{"text": "augmenter les ventes"}\n'


def test_a_draft_names_the_source_of_each_figure():
    done = coach("draft", SMART, *DAY, "--json")
    drafts = [json.loads(line) for line in done.out.splitlines()]
    assert 1 <= len(drafts) <= 3, done.err
    for draft in drafts:
        assert {figure["source"]["kind"] for figure in draft["figures"]} <= {"user", "convention"}
        assert any(figure["value"] == 12 for figure in draft["figures"])


def test_a_context_file_is_read_and_a_wrong_one_is_explained(tmp_path):
    context = tmp_path / "context.json"
    context.write_text('{"company": "sme", "maturity": "junior", "headcount": 1}')
    assert coach("draft", SMART, *DAY, "--context", str(context)).returncode == 0
    context.write_text('{"company": "huge"}')
    done = coach("draft", SMART, *DAY, "--context", str(context))
    assert done.returncode == 2
    assert "company" in done.err


@pytest.mark.parametrize(
    ("ambition", "answers", "adopts", "found"),
    [
        (VAGUE, ["400 000 € auprès des cliniques", "fin juin", "aujourd'hui 350 000 €", "/draft"], "o", "adopté"),
        ("get more meetings", ["25 with plant managers", "end of Q3", "/draft"], "y", "adopted"),
    ],
    ids=["fr", "en"],
)
def test_the_dialogue_goes_from_an_ambition_to_an_adopted_goal(ambition, answers, adopts, found, home):
    done = coach("ask", ambition, *DAY, stdin="\n".join([*answers, "1", adopts]) + "\n", LANG="fr_FR.UTF-8")
    assert done.returncode == 0, done.out + done.err
    assert found in done.out
    assert (home / "coach.db").exists()


def test_a_dialogue_that_is_left_can_be_resumed():
    done = coach("ask", VAGUE, *DAY, stdin="/quit\n")
    assert done.returncode == 0, done.err
    resumed = done.out.rsplit("--resume", 1)[1].split()[0]
    done = coach("ask", *DAY, "--resume", resumed, stdin="/draft\n/quit\n")
    assert done.returncode == 0, done.err
    assert resumed in done.out


def test_help_imports_nothing_heavy():
    from benchmarks.command import heavy_imports

    assert heavy_imports("--help") == []
    assert heavy_imports("check", SMART) == []


def test_two_drafts_never_carry_the_same_title():
    shown = coach("draft", SMART, *DAY).out
    titles = re.findall(r"^\d\. (.+)$", shown, re.M)
    assert len(titles) == len(set(titles)) >= 2, shown


def test_other_wordings_are_asked_for_in_the_terminal_until_there_are_none(home):
    done = coach("ask", SMART, *DAY, stdin="/draft\n/autrement\n/autrement\n1\no\n", LANG="fr_FR.UTF-8")
    assert done.returncode == 0, done.out + done.err
    shown = " ".join(done.out.split())
    assert re.search(r"D’ici le 30 juin \d{4}, signer 12", shown), done.out
    assert "Je n’ai pas d’autre formulation." in shown  # in the dialogue's language
    assert "adopté" in shown
