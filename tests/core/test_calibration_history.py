"""Past figures as people write them."""

import datetime as dt

import pytest

from coach.core import kpis
from coach.core.calibration import history, labels
from coach.core.calibration.answer import answer
from coach.core.model.calibration import NotEnoughHistory
from coach.errors import BadInput
from coach.wording import catalogue

TODAY = dt.date(2026, 1, 15)


def read(text: str, metric: str = "qualified_meetings", **more):
    return history.read(text, metric=metric, today=TODAY, **more)


def values(text: str, metric: str = "qualified_meetings") -> list[float | None]:
    return [point.value for point in read(text, metric).points]


@pytest.mark.parametrize(
    ("label", "start", "grain"),
    [
        ("jan 2025", "2025-01-01", "month"),
        ("janv. 2025", "2025-01-01", "month"),
        ("Févr.-25", "2025-02-01", "month"),
        ("AOÛT 2025", "2025-08-01", "month"),
        ("December 2025", "2025-12-01", "month"),
        ("2025-01", "2025-01-01", "month"),
        ("2025/1", "2025-01-01", "month"),
        ("03/2025", "2025-03-01", "month"),
        ("T1 2025", "2025-01-01", "quarter"),
        ("2025-Q3", "2025-07-01", "quarter"),
        ("Q4 2025", "2025-10-01", "quarter"),
        ("2e trimestre 2025", "2025-04-01", "quarter"),
        ("trimestre 2 2025", "2025-04-01", "quarter"),
        ("3rd quarter of 2025", "2025-07-01", "quarter"),
        ("2025-W07", "2025-02-10", "week"),
        ("semaine 7 2025", "2025-02-10", "week"),
        ("S07 2025", "2025-02-10", "week"),
        ("week 7 of 2025", "2025-02-10", "week"),
        ("2024", "2024-01-01", "year"),
        ("2025-03-31", "2025-03-31", None),
        ("31/03/2025", "2025-03-31", None),
    ],
)
def test_a_period_is_read_however_it_is_written(label, start, grain):
    found = labels.find(f"{label};12")
    assert found is not None
    assert (found.start.isoformat(), found.grain, found.stop) == (start, grain, len(label))


@pytest.mark.parametrize("text", ["bonjour", "12 appels", "mardi 2025", "13/2025", "2025-W60", "T5 2025", "", "2025x"])
def test_what_is_no_period_is_not_taken_for_one(text):
    assert labels.find(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "jan 2025;12\nfév 2025;14\nmars 2025;9",
        "2025-01,12\n2025-02,14\n2025-03,9",
        "Mois;Rendez-vous\n01/2025;12\n02/2025;14\n03/2025;9",
        "janvier 2025\t12\nfévrier 2025\t14\nmars 2025\t9",
        "mars 2025 : 9\nfévrier 2025 : 14\njanvier 2025 : 12",
        "\ufeffmonth,meetings\r\n2025-01-31,12\r\n2025-02-28,14\r\n2025-03-31,9\r\n",
        "January 2025 = 12 meetings\nFebruary 2025 = 14 meetings\nMarch 2025 = 9 meetings",
        '"janv. 2025";"12"\n"févr. 2025";"14"\n"mars 2025";"9"',
        "mois;calls;qualified meetings\n2025-01;300;12\n2025-02;310;14\n2025-03;290;9",
    ],
)
def test_the_same_figures_are_read_whatever_the_form(text):
    series = read(text)
    assert [point.value for point in series.points] == [12, 14, 9]
    assert [point.start.month for point in series.points] == [1, 2, 3]
    assert (series.grain, series.unit, series.source) == ("month", "count", "manual")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("340 k€", "1,2 M€"), [340_000, 1_200_000]),
        (("12 345,50 €", "13 000 €"), [12_345.5, 13_000]),
        (("1.234,50", "2.000"), [1_234.5, 2_000]),
        (("1,234.50", "2,000"), [1_234.5, 2_000]),
        (("12,345", "13,000"), [12_345, 13_000]),
        (("0,345", "12,000"), [0.345, 12]),
        (("€340k", "360 000"), [340_000, 360_000]),
        (("(1 500) €", "2’000 €"), [-1_500, 2_000]),
    ],
)
def test_amounts_are_read_with_their_marks_and_magnitudes(cells, expected):
    assert values(f"T1 2025;{cells[0]}\nT2 2025;{cells[1]}", "revenue") == pytest.approx(expected)


def test_a_currency_is_the_one_that_is_written():
    assert read("T1 2025;340 k$\nT2 2025;1 M$", "revenue").unit == "USD"
    assert read("T1 2025;340\nT2 2025;350", "revenue", unit="XOF").currency == "XOF"


def test_a_rate_is_read_as_a_percentage_or_as_so_many_out_of_so_many():
    assert values("03/2025;24,5 %\n04/2025;30 %", "closing_rate") == pytest.approx([0.245, 0.30])
    assert values("03/2025;24,5\n04/2025;30", "closing_rate") == pytest.approx([0.245, 0.30])
    for form in ("4/22", "4 sur 22", "4 out of 22", "4;22"):
        [point] = read(f"mars 2025;{form}", "closing_rate").points
        assert (point.numerator, point.denominator) == (4, 22), form
        assert point.value == pytest.approx(4 / 22)


def test_a_score_may_be_negative():
    assert values("T1 2025;-12\nT2 2025;+4", "nps") == [-12, 4]


def test_the_current_period_is_not_complete():
    assert [point.complete for point in read("nov 2025;3\ndéc 2025;4\njan 2026;1").points] == [True, True, False]


def test_a_month_that_is_left_empty_at_the_end_is_left_out():
    assert values("nov 2025;3\ndéc 2025;4\njan 2026;-") == [3, 4]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "history_empty"),
        ("mois;rdv", "history_empty"),
        ("jan 2025;12\nhier;3", "history_period"),
        ("jan 2025;douze", "history_figure"),
        ("2025-01,12,5\n2025-02,13", "history_columns"),
        ("jan 2025;12;13", "history_columns"),
        ("jan 2025;1.2.3", "history_number"),
        ("jan 2025;12\nmars 2025;3", "history_gap"),
        ("jan 2025;12\nT2 2025;3", "history_mixed"),
        ("S1 2024;1\nS2 2024;2\nS1 2025;3", "history_half_years"),
        ("jan 2025;12\n2025-01;3", "history_twice"),
        ("jan 2025;12 €\nfév 2025;13 $", "history_units"),
        ("x" * (history.LONGEST + 1), "history_too_long"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason_in_both_languages(text, reason):
    with pytest.raises(BadInput) as refused:
        read(text)
    assert refused.value.details["reason"] == reason
    assert refused.value.remedy
    for language in ("fr", "en"):
        words = catalogue(language)
        params = {name: value for name, value in refused.value.details.items() if name != "reason"}
        said = words.find(f"error.reason.{reason}", **params)
        assert said and "{" not in said
        assert words.find(f"error.reason.{reason}_detail")


def test_more_won_than_there_were_is_refused():
    with pytest.raises(BadInput) as refused:
        read("jan 2025;22/4", "closing_rate")
    assert refused.value.details["reason"] == "history_ratio"


@pytest.mark.parametrize("metric", sorted(kpis.KPIS))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_indicator_gets_every_sentence(metric, language):
    kpi = kpis.KPIS[metric]
    figures = {"rate": "24 %", "score": "31", "money": "34 500 €", "count": "21"}[kpi.unit]
    text = "\n".join(f"{2024 + i // 12}-{i % 12 + 1:02d};{figures}" for i in range(24))
    series = read(text, metric)
    target = {"rate": 0.3, "score": 35, "money": 110_000, "count": 66}[kpi.unit]
    _, _, told = answer(series, start=TODAY, end=dt.date(2026, 3, 31), target=target)
    words = catalogue(language)
    sentences = {about: words.gettext(key, **params) for about, key, params in told}
    assert {"range", "chance", "targets", "last", "year_ago", "sample"} <= sentences.keys()
    for about, sentence in sentences.items():
        assert sentence[0].isupper() and sentence.endswith("."), (about, sentence)
        assert "{" not in sentence and "calibration." not in sentence and "None" not in sentence, (about, sentence)


@pytest.mark.parametrize("grain", ["2025-01-{:02d}", "2025-W{:02d}", "2025-{:02d}", "2025-Q{:d}", "200{:d}"])
def test_too_little_is_said_in_the_history_s_own_periods(grain):
    text = "\n".join(f"{grain.format(i)};5" for i in (1, 2, 3))
    _, placed, [(about, key, params)] = answer(read(text), start=TODAY, end=dt.date(2026, 1, 31), target=9)
    assert (about, placed, params["known"], params["needed"]) == ("needed", None, 3, 4)
    assert {catalogue(language).find(key, **params) is not None for language in ("fr", "en")} == {True}


@pytest.mark.parametrize(
    ("start", "end", "reason"),
    [("2026-02-01", "2026-01-31", "history_horizon"), ("2026-01-01", "2041-01-31", "history_far")],
)
def test_a_horizon_that_makes_no_sense_is_refused(start, end, reason):
    series = read("sept 2025;3\noct 2025;3\nnov 2025;4\ndéc 2025;3")
    with pytest.raises(BadInput) as refused:
        answer(series, start=dt.date.fromisoformat(start), end=dt.date.fromisoformat(end))
    assert refused.value.details["reason"] == reason


@pytest.mark.parametrize(
    ("point", "reason"),
    [({"value": 1e300}, "history_number"), ({"value": 2, "numerator": 4, "denominator": 2}, "history_ratio")],
)
def test_figures_that_make_no_sense_are_refused(point, reason):
    series = read("\n".join(f"2025-{i:02d};24 %" for i in range(1, 7)), "closing_rate")
    points = (series.points[0].model_copy(update=point), *series.points[1:])
    with pytest.raises(BadInput) as refused:
        answer(series.model_copy(update={"points": points}), start=TODAY, end=dt.date(2026, 3, 31))
    assert refused.value.details["reason"] == reason


def test_a_rate_known_in_three_of_six_months_is_too_little():
    series = read("\n".join(f"2025-{i:02d};24 %" for i in range(1, 7)), "closing_rate")
    unknown = tuple(point.model_copy(update={"value": None}) for point in series.points[3:])
    found, _, _ = answer(
        series.model_copy(update={"points": (*series.points[:3], *unknown)}), start=TODAY, end=dt.date(2026, 3, 31)
    )
    assert found.periods == 3 and isinstance(found, NotEnoughHistory)


@pytest.mark.parametrize("title", ["objectif", "Cible", "target", "Quota"])
def test_a_column_of_what_was_asked_is_kept_beside_the_figures(title):
    text = f"mois;rdv;{title}\n2025-01;12;15\n2025-02;14;\n2025-03;9;14"
    points = history.read(text, metric="qualified_meetings", today=dt.date(2026, 1, 1)).points
    assert [(point.value, point.target) for point in points] == [(12, 15), (14, None), (9, 14)]
