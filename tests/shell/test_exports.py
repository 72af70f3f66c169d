"""Files of goals, each opened by a reader that is not ours."""

import csv
import datetime as dt
import io
import json
import shutil
import subprocess

import pytest

from coach import service
from coach.errors import NotFound
from coach.service import GoalChange, NewCheckIn, boards, exports, goals, people, reviews
from coach.service.exports import sheets
from coach.service.values import NewReview
from tests.shell.conftest import NOON

TEXT = {
    "fr": "Signer 12,5 contrats de maintenance avec des cliniques d’ici le 30 juin 2026",
    "en": "Win 12 maintenance contracts with clinics by 30 June 2026",
}
HOSTILE = "=cmd|' /C calc'!A0"
both = pytest.mark.parametrize("language", ["fr", "en"])


@pytest.fixture
async def coach(settings, clock):
    async with service.opened(settings, clock) as opened:
        yield opened


async def lived(coach, clock, language):
    """A goal with check-ins, one of them corrected, an adjustment and a review; and who follows it."""
    me = await people.owner(coach, language)
    text = {"fr": TEXT["fr"].replace("12,5", "12"), "en": TEXT["en"]}[language]
    goal = await goals.create(coach, me, text, language=language)
    await goals.change(coach, me, goal.id, GoalChange(lead=HOSTILE, strategy="écouter l’« œuvre » à 10 %"))
    clock.moment = NOON + dt.timedelta(days=30)
    first = await goals.check_in(coach, me, goal.id, NewCheckIn(value=9, comment=HOSTILE))
    await goals.check_in(coach, me, goal.id, NewCheckIn(value=2.5, corrects=first.id))
    await goals.change(coach, me, goal.id, GoalChange(target=10, reason="un poste vacant"))
    clock.moment = NOON + dt.timedelta(days=60)
    await goals.check_in(coach, me, goal.id, NewCheckIn(value=4, confidence="high"))
    return me, goal


async def taken(coach, me, goal, format: str) -> bytes:
    return (await exports.of_goal(coach, me, goal.id, format, address="https://coach.example")).body


@both
async def test_excel_in_french_opens_the_csv_with_its_own_marks(coach, clock, language):
    me, goal = await lived(coach, clock, language)
    raw = await taken(coach, me, goal, "csv")
    assert raw.startswith(b"\xef\xbb\xbf")
    mark = {"fr": ";", "en": ","}[language]
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=mark))
    assert len({len(row) for row in rows}) == 1
    assert [row[1] for row in rows[1:]] == ["9", {"fr": "2,5", "en": "2.5"}[language], "4"]
    assert [row[-1] for row in rows[1:]] == {"fr": ["non", "oui", "oui"], "en": ["no", "yes", "yes"]}[language]
    assert rows[1][5] == f"'{HOSTILE}"


@both
async def test_openpyxl_reads_numbers_days_and_no_formula(coach, clock, language):
    from openpyxl import load_workbook

    me, goal = await lived(coach, clock, language)
    book = load_workbook(io.BytesIO(await taken(coach, me, goal, "xlsx")))
    assert len(book.sheetnames) == 3
    looks = book.worksheets[1]
    assert [cell.value for cell in looks["B"]][1:] == [9, 2.5, 4]
    assert looks["A2"].value.date() == dt.date(2026, 2, 14)
    assert (looks["F2"].value, looks["F2"].data_type) == (HOSTILE, "s")
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert [row[3].value for row in book.worksheets[2].iter_rows(min_row=2)] == ["10"]


@both
async def test_a_calendar_reads_the_check_ins_and_the_due_date(coach, clock, language):
    from icalendar import Calendar

    me, goal = await lived(coach, clock, language)
    file = Calendar.from_ical(await taken(coach, me, goal, "ics"))
    events = {str(event["uid"]).partition("-")[0]: event for event in file.walk("VEVENT")}
    assert set(events) == {"due", "check"}
    assert events["due"]["dtstart"].dt == dt.date(2026, 6, 30)
    assert events["check"]["rrule"]["UNTIL"] == [dt.date(2026, 6, 30)]
    assert str(events["due"]["url"]) == f"https://coach.example/goals/{goal.id}"
    await reviews.close(coach, me, goal.id, NewReview(outcome="missed"))
    closed = Calendar.from_ical(await taken(coach, me, goal, "ics"))
    assert len(closed.walk("VEVENT")) == 1


def read_pdf(raw: bytes, path) -> str:
    """The text of a PDF, by poppler where it is, else by pypdf."""
    if shutil.which("pdftotext"):
        path.write_bytes(raw)
        return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True).stdout
    pypdf = pytest.importorskip("pypdf", reason="no reader of PDF is installed")
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(raw)).pages)


@both
async def test_the_pdf_says_the_goal_in_its_own_letters(coach, clock, language, tmp_path):
    pytest.importorskip("reportlab", reason="the pdf extra is not installed")
    me, goal = await lived(coach, clock, language)
    text = " ".join(read_pdf(await taken(coach, me, goal, "pdf"), tmp_path / "goal.pdf").split())
    assert "10" in text
    assert "écouter l’« œuvre » à 10 %" in text.replace("\u00a0", " ")
    assert {"fr": "En rythme", "en": "On track"}[language] in text
    await reviews.close(coach, me, goal.id, NewReview(outcome="missed", learnt="Les salons paient."))
    assert "Les salons paient." in read_pdf(await taken(coach, me, goal, "pdf"), tmp_path / "closed.pdf")


@both
async def test_the_board_leaves_in_each_form(coach, clock, language, tmp_path):
    from openpyxl import load_workbook

    me, goal = await lived(coach, clock, language)
    board = await boards.board(coach, me)
    files = {name: (await exports.of_board(coach, me, board, name)).body for name in exports.BOARD_FORMATS}
    rows = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig")), delimiter={"fr": ";", "en": ","}[language]))
    now = (await goals.get(coach, me, goal.id)).statement
    assert (rows[1][0], rows[1][1], len(rows)) == (now, f"'{HOSTILE}", 2)
    sheet = load_workbook(io.BytesIO(files["xlsx"])).worksheets[0]
    assert (sheet["A2"].value, sheet["H2"].value, sheet["I2"].value) == (now, 10, 4)
    assert json.loads(files["json"])["rows"][0]["goal"]["id"] == goal.id
    pytest.importorskip("reportlab", reason="the pdf extra is not installed")
    assert "maintenance" in read_pdf(files["pdf"], tmp_path / "team.pdf")


@both
async def test_json_and_markdown_say_the_whole_story(coach, clock, language):
    me, goal = await lived(coach, clock, language)
    await reviews.close(coach, me, goal.id, NewReview(outcome="missed", learnt="Les salons paient."))
    whole = json.loads(await taken(coach, me, goal, "json"))
    assert whole["goal"]["id"] == goal.id
    assert [look["value"] for look in whole["progress"]["check_ins"]] == [4, 2.5, 9]
    assert whole["review"]["learnt"] == "Les salons paient."
    text = (await taken(coach, me, goal, "md")).decode()
    for said in ("2026", "un poste vacant", "Les salons paient.", "écouter"):
        assert said in text


async def test_another_format_is_refused(coach, clock):
    me, goal = await lived(coach, clock, "fr")
    with pytest.raises(NotFound):
        await taken(coach, me, goal, "exe")


@pytest.mark.parametrize("text", ["=1+1", "+33 6", "-5", "@SUM(A1)", "\tx", "\r=1"])
def test_no_text_becomes_a_formula(text):
    from openpyxl import load_workbook

    rows = list(csv.reader(io.StringIO(sheets.comma([[text]], "en").decode("utf-8-sig"), newline="")))
    assert rows[0][0].startswith("'")
    cell = load_workbook(io.BytesIO(sheets.workbook({"a": [["head"], [text]]})))["a"]["A2"]
    assert cell.data_type == "s"
    assert cell.value.replace("_x000D_", "\r") in (text, text.replace("\r", "\n"))
