"""``coach calibrate``, ``coach check --history`` and ``POST /calibrations``."""

import datetime as dt
import json
import re

import pytest
from fastapi.testclient import TestClient

from coach import flow
from coach.api.app import create_app
from coach.cli import calibrate
from coach.core.calibration import history
from coach.wording import catalogue
from tests.shell.test_cli import coach

FIGURES = (12, 14, 9, 15, 11, 17, 13, 6, 16, 15, 18, 12)
PASTED = "mois;rdv\n" + "\n".join(f"2025-{place:02d};{value}" for place, value in enumerate(FIGURES, start=1))
NEW_YEAR, SPRING = dt.date(2026, 1, 1), "2026-03-31"
ASKED = {"history": PASTED, "metric": "qualified_meetings", "target": 48, "start": "2026-01-01", "by": SPRING}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "past.csv"
    path.write_text(PASTED, encoding="utf-8")
    return path


def asked(path, *more: str):
    options = ("--history", str(path), "--metric", "qualified_meetings", "--by", SPRING, "--today", "2026-01-01")
    return coach("calibrate", *options, *more)


@pytest.mark.parametrize(("language", "says"), [("fr", "quatre fois sur cinq"), ("en", "four times out of five")])
def test_a_target_is_placed_in_a_sentence_and_a_chart(file, language, says):
    done = asked(file, "--target", "48", "--lang", language)
    assert done.returncode == 0, done.err
    words = " ".join(done.out.split())
    assert says in words and "48" in words
    assert re.search("├─+┃─+┤", done.out) and "▲" in done.out


def test_json_is_the_calibration_the_place_and_the_sentences(file):
    done = asked(file, "--target", "48", "--json")
    [line] = done.out.splitlines()
    answer = json.loads(line)
    assert len(answer["calibration"]["quantiles"]) == 99
    assert 0 < answer["placed"]["probability"] < 0.5
    assert answer["needed"] is None
    assert {"range", "chance", "targets", "last", "sample"} <= answer["sentences"].keys()


def test_the_history_may_come_through_a_pipe():
    options = ("--history", "-", "--metric", "calls", "--by", SPRING, "--today", "2026-01-01", "--json")
    assert json.loads(coach("calibrate", *options, stdin=PASTED).out)["calibration"]["periods"] == 12


def test_a_file_of_an_older_spreadsheet_is_read(tmp_path):
    path = tmp_path / "old.csv"
    path.write_bytes("mois;rdv\nfévrier 2025;12\nmars 2025;14\navril 2025;9\nmai 2025;11".encode("cp1252"))
    assert asked(path).returncode == 0


def test_too_short_a_history_says_what_is_needed(tmp_path):
    path = tmp_path / "short.csv"
    path.write_text("2025-11;3\n2025-12;4\n")
    done = asked(path)
    assert done.returncode == 0
    assert "at least 4 complete months" in done.out


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--target", "a lot"), "no figure"),
        (("--by", "soon"), "not a day"),
        (("--by", "2025-01-01"), "ends before it starts"),
        (("--metric", "charm"), "no indicator"),
        (("--history", "nowhere.csv"), "Cannot read"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_exit_2(file, options, says):
    done = asked(file, *options)
    assert done.returncode == 2
    assert says in done.err and len(done.err.strip().splitlines()) == 1


def test_a_target_in_percent_or_thousands_is_read():
    assert calibrate.level("25 %", "%") == calibrate.level("25", "%") == calibrate.level("0.25", "%") == 0.25
    assert calibrate.level("340 k€", "EUR") == 340_000


@pytest.mark.parametrize(("target", "sign"), [(0, "◀"), (400, "▶"), (40, "▲")])
def test_a_target_beyond_the_range_points_outwards(target, sign):
    from coach.core.calibration.answer import answer
    from coach.core.model.calibration import Calibrated

    series = history.read(PASTED, metric="qualified_meetings", today=NEW_YEAR)
    found, placed, _ = answer(series, start=NEW_YEAR, end=dt.date.fromisoformat(SPRING), target=target)
    answered = Calibrated.of(found, placed, {})
    assert answered.calibration is not None
    lines = calibrate.chart(answered.calibration, answered.placed, catalogue("en"))
    assert sign in lines[-1]
    assert len(lines) == 3


# -- a goal judged from its history -----------------------------------------------------------------------------------


def growing(rate: float) -> str:
    """Two years of revenue that grew by ``rate``, with months a little above or below."""
    months = (
        (2024 + i // 12, i % 12 + 1, 100_000 * (1 + rate) ** (i / 12) * (0.94 + 0.03 * (i * 7 % 5))) for i in range(24)
    )
    return "\n".join(f"{year}-{month:02d};{value:.0f} €" for year, month, value in months)


GOALS = {
    "fr": "Augmenter le chiffre d’affaires auprès des cabinets dentaires de {} % d’ici le 31 décembre 2026",
    "en": "Increase revenue from dental practices by {}% by 31 December 2026",
}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_fifteen_percent_is_a_stretch_and_fifty_out_of_reach_where_a_year_brings_ten(language):
    series = history.read(growing(0.10), metric="revenue", today=NEW_YEAR)

    def judged(percent: int):
        goal = GOALS[language].format(percent)
        return flow.check(goal, today=NEW_YEAR, language=language, history=series).criteria["attainable"]

    assert [judged(percent).verdict for percent in (15, 50)] == ["warn", "fail"]
    chance = {finding.rule: finding.verdict for finding in judged(5).findings}["attainable.chance"]
    assert chance == "pass"  # though it would be the best year on record, which is said beside


def test_a_history_of_something_else_settles_nothing():
    series = history.read(growing(0.10).replace(" €", ""), metric="calls", today=NEW_YEAR)
    found = flow.check(GOALS["en"].format(15), today=NEW_YEAR, language="en", history=series)
    assert found.criteria["attainable"].verdict == "unknown"


def test_a_rhythm_is_judged_over_the_whole_horizon():
    series = history.read("\n".join(f"2025-{m:02d};40" for m in range(1, 13)), metric="calls", today=NEW_YEAR)

    def verdict(calls: int) -> str:
        text = f"Make {calls} calls a week to dental practices until 31 March 2026"
        return flow.check(text, today=NEW_YEAR, language="en", history=series).criteria["attainable"].verdict

    assert verdict(9) in ("pass", "warn")  # 39 a month
    assert verdict(20) == "fail"


def test_check_takes_a_history_with_its_indicator(file, tmp_path):
    path = tmp_path / "revenue.csv"
    path.write_text(growing(0.10), encoding="utf-8")
    options = ("--today", "2026-01-01", "--json", "--history", str(path), "--metric", "revenue")
    answer = json.loads(coach("check", GOALS["fr"].format(50), *options).out)
    assert answer["criteria"]["attainable"]["verdict"] == "fail"
    assert coach("check", "x", "--history", str(path)).returncode == 2


# -- the API ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(settings, clock):
    with TestClient(create_app(settings, clock), base_url="http://127.0.0.1:8321") as client:
        yield client


def post(client, body: dict, language: str = "fr"):
    return client.post("/api/v1/calibrations", json=body, headers={"accept-language": language})


def test_pasted_figures_are_answered_in_the_caller_s_language(client):
    french, english = post(client, ASKED), post(client, ASKED, "en")
    assert french.status_code == english.status_code == 200
    assert french.json()["calibration"] == english.json()["calibration"]
    assert "rendez-vous qualifiés" in french.json()["sentences"]["chance"]
    assert "qualified meetings" in english.json()["sentences"]["chance"]


def test_a_series_gives_the_same_answer_as_the_pasted_figures(client):
    series = history.read(PASTED, metric="qualified_meetings", today=NEW_YEAR).model_dump(mode="json")
    body = {"series": series, "target": 48, "start": "2026-01-01", "by": SPRING}
    assert post(client, body).json()["placed"] == post(client, ASKED).json()["placed"]


def test_not_enough_history_is_an_answer(client):
    answer = post(client, {**ASKED, "history": "2025-12;4"})
    assert answer.status_code == 200
    assert answer.json()["calibration"] is None
    assert answer.json()["needed"]["needed"] == 4
    assert "Pas assez d’historique" in answer.json()["sentences"]["needed"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"history": "2025-10;4\n2025-12;3"}, "history_gap"),
        ({"history": "bonjour\nsalut"}, "history_period"),
        ({"history": None}, "history_source"),
        ({"metric": None}, "history_source"),
        ({"metric": "charm"}, "history_metric"),
        ({"by": "2025-01-01"}, "history_horizon"),
        ({"by": "2099-01-01"}, "history_far"),
    ],
)
def test_what_cannot_be_used_is_a_problem_that_says_what_to_do(client, change, reason):
    answer = post(client, {**ASKED, **change})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["reason"] == reason
    assert problem["detail"] and problem["remedy"] and "{" not in problem["detail"]


def test_overlapping_periods_of_a_series_are_refused(client):
    series = history.read(PASTED, metric="calls", today=NEW_YEAR).model_dump(mode="json")
    series["points"].reverse()
    assert post(client, {"series": series, "by": SPRING}).json()["reason"] == "history_order"
