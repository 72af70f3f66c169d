"""Files of past figures as people really export them."""

import asyncio
import datetime as dt
import io

import openpyxl
import pytest

from coach.errors import BadInput
from coach.plugins import State
from coach.plugins.builtin.csv import CsvFile, cells


def clock():
    return dt.datetime(2026, 5, 15, 9, tzinfo=dt.UTC)


def opened(text: str, encoding: str = "utf-8", **settings) -> CsvFile:
    return CsvFile({"content": text.encode(encoding), **settings}, clock)


def series(file: CsvFile):
    return {one.metric: one for one in asyncio.run(file.series())}


async def deals(file: CsvFile):
    pages = [page async for page in file.sync("deals", State())]
    return [record for page in pages for record in page.records], pages[-1]


FRENCH = "Mois;Chiffre d'affaires;RDV qualifiés;Taux de closing\njanvier 2026;12 500,50 €;14;24,5 %\nfévrier 2026;9 800,00 €;11;19 %\nmars 2026;15 000,25 €;18;31 %\n"
ENGLISH = 'Month,Revenue,Qualified meetings,Closing rate\n2026-01,"12,500.50",14,24.5%\n2026-02,"9,800.00",11,19%\n2026-03,"15,000.25",18,31%\n'


@pytest.mark.parametrize(
    "file",
    [
        opened(FRENCH),
        opened(FRENCH, "cp1252"),
        opened(FRENCH, "utf-8-sig"),
        opened(FRENCH, "utf-16"),
        opened(FRENCH.replace(" 5", "\u202f5")),
        opened(ENGLISH),
    ],
    ids=["french", "windows", "mark", "utf-16", "narrow space", "english"],
)
def test_the_same_figures_whatever_wrote_them(file):
    read = series(file)
    assert [point.value for point in read["revenue"].points] == [12_500.5, 9_800.0, 15_000.25]
    assert [point.value for point in read["qualified_meetings"].points] == [14, 11, 18]
    assert [point.value for point in read["closing_rate"].points] == pytest.approx([0.245, 0.19, 0.31])
    assert read["revenue"].points[0].start == dt.date(2026, 1, 1)
    assert read["revenue"].points[0].end == dt.date(2026, 2, 1)
    assert (read["revenue"].unit, read["revenue"].source, read["revenue"].grain) == ("EUR", "csv", "month")


def test_a_month_under_way_is_incomplete():
    read = series(opened("Mois;Appels\navril 2026;120\nmai 2026;60\n"))
    assert [point.complete for point in read["calls"].points] == [True, False]
    assert read["calls"].data_date == dt.date(2026, 5, 15)


def test_one_line_per_period_and_indicator():
    read = series(opened("Période;Indicateur;Valeur\nT1 2025;CA;100 000\nT2 2025;CA;120 000\nT1 2025;Appels;500\n"))
    assert [point.value for point in read["revenue"].points] == [100_000, 120_000]
    assert read["revenue"].grain == "quarter"
    assert read["revenue"].points[0].end == dt.date(2025, 4, 1)
    assert [point.value for point in read["calls"].points] == [500]


def test_a_workbook_reads_like_the_text():
    book = openpyxl.Workbook()
    for row in (("Mois", "Appels"), (dt.date(2026, 1, 1), 120), (dt.date(2026, 2, 1), 90.5)):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    read = series(CsvFile({"content": stream.getvalue()}, clock))
    assert [point.value for point in read["calls"].points] == [120, 90.5]


DEALS = "Identifiant;Montant;Statut;Date de clôture;Commercial;Entreprise;Devise\n1;1 200,50;Gagné;03/07/2025;Zoé;Alpha;EUR\n2;900;Perdu;31/07/2025;Zoé;Bêta;EUR\n3;500;En cours;;Max;Alpha;EUR\n4;700;Gagné;jamais;Max;Alpha;EUR\n5;1 000;Gagné;01/08/2025;Max;Gamma;USD\n"


async def test_a_file_of_deals_gives_records_and_says_which_lines_it_could_not_read():
    found, last = await deals(opened(DEALS))
    assert [(one.id, one.status, one.amount) for one in found] == [
        ("1", "won", 1200.5), ("2", "lost", 900), ("3", "open", 500), ("5", "won", 1000),
    ]  # fmt: skip
    assert found[0].closed.date() == dt.date(2025, 7, 3)
    assert found[-1].amount_home is None, "no rate is known for dollars"
    assert last.doubts == ("line 5: closed without a day that can be read",)
    assert last.state.until == clock()


async def test_american_days_are_told_by_any_that_cannot_be_french():
    text = "id,amount,status,close date\n1,10,won,03/07/2025\n2,10,won,07/31/2025\n"
    found, _ = await deals(opened(text))
    assert [one.closed.date() for one in found] == [dt.date(2025, 3, 7), dt.date(2025, 7, 31)]


async def test_statuses_are_shown_with_how_they_were_understood():
    discovery = await opened(DEALS).discover()
    assert {one.label: one.suggests for one in discovery.choices} == {
        "Gagné": "won",
        "Perdu": "lost",
        "En cours": "open",
    }


def test_a_wrong_guess_is_corrected_by_title():
    text = "Jour;Total A;Total B\n2026-01-01;5;7\n2026-02-01;6;8\n"
    with pytest.raises(BadInput, match="Total A, Total B"):
        opened(text)
    read = series(opened(text, columns={"period": "jour", "calls": "Total B"}))
    assert [point.value for point in read["calls"].points] == [7, 8]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no rows"),
        (b"Mois;CA\n", "no rows"),
        (b"PK\x03\x04 broken", "not a workbook"),
        (b"a\0b\nc\0d", "not a text table"),
        (b"Mois;CA\n2026-01;5;6\n", "more cells"),
        (b"x" * 20_000_001, "larger than"),
    ],
    ids=["empty", "header only", "broken zip", "binary", "ragged", "large"],
)
def test_what_is_no_table_is_refused_with_its_reason(content, reason):
    with pytest.raises(BadInput, match=reason):
        CsvFile({"content": content}, clock)


def test_a_missing_file_is_the_callers_error(tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        CsvFile({"path": tmp_path / "none.csv"}, clock)


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [("1 234,5", ",", 1234.5), ("1.234,5", ",", 1234.5), ("1,234.5", ".", 1234.5), ("−3", ".", -3), ("(1 200)", ",", -1200),
     ("12 %", ",", 0.12), ("€ 5", ".", 5), ("n/a", ".", None), ("", ".", None), ("1.2.3", ".", None)],
)  # fmt: skip
def test_a_cell_reads_as_its_columns_mark_says(text, mark, value):
    assert cells.number(text, mark) == value


@pytest.mark.parametrize(
    ("column", "mark"),
    [
        (["1,5", "2"], ","),
        (["1.5"], "."),
        (["1,234", "5,678"], "."),
        (["1.234", "1.234.567"], ","),
        (["1.234,50"], ","),
        (["1,234.50"], "."),
    ],
)
def test_a_column_agrees_on_one_decimal_mark(column, mark):
    assert cells.decimal_mark(column) == mark
