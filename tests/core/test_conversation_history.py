"""Past figures in the conversation: judged on data, never asked for what they tell, drafts with their chances."""

# pyright: reportOptionalMemberAccess=false, reportOptionalOperand=false, reportOperatorIssue=false
import datetime as dt

import pytest

from coach import flow, wording
from coach.core import conversation as talk
from coach.core.calibration import pasting
from coach.core.model import Turn
from coach.core.model.kpi import KpiSeries
from tests.core.test_flow import Scribe

TODAY = dt.date(2026, 1, 15)
PASTED = {
    "fr": "janv. 12, févr. 14, mars 9, avril 15, mai 11, juin 17, juil. 13, août 6, sept. 16, oct. 15, nov. 18, déc. 12",
    "en": "jan 12, feb 14, mar 9, apr 15, may 11, jun 17, jul 13, aug 6, sep 16, oct 15, nov 18, dec 12",
}
GOALS = {
    "fr": "Obtenir {} rendez-vous qualifiés auprès de cliniques d’ici fin mars",
    "en": "Book {} qualified meetings with clinics by the end of March",
}
RISES = {
    "fr": "Augmenter le chiffre d’affaires de 20 % d’ici fin juin",
    "en": "Increase revenue by 20% by the end of June",
}
REVENUE = {
    "fr": "6 derniers mois : 40 k€, 42 k€, 39 k€, 45 k€, 47 k€, 41 k€",
    "en": "last 6 months: €40k, €42k, €39k, €45k, €47k, €41k",
}


def said(*texts: str, before: tuple[talk.Event, ...] = ()) -> tuple[talk.Event, ...]:
    return (*before, *(talk.Said(id=f"e{n}", day=TODAY, text=text) for n, text in enumerate(texts)))


def turned(*texts: str, before: tuple[talk.Event, ...] = (), skip: bool = False) -> Turn:
    events = said(*texts, before=before)
    if skip:
        events = (*events, talk.SkippedAll(id="all", day=TODAY))
    found = flow.turn(events, today=TODAY)
    return wording.word(found, found.language)


def crm(series: KpiSeries) -> tuple[talk.Event, ...]:
    counted = series.model_copy(update={"source": "hubspot", "method": "exact"})
    return (talk.HistoryGiven(id="h", day=TODAY, series=counted, given="crm"),)


MEETINGS = pasting.read(PASTED["fr"], metric="qualified_meetings", today=TODAY)
AMOUNTS = pasting.read(REVENUE["fr"], metric="revenue", today=TODAY)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(("target", "verdict"), [(33, "pass"), (42, "warn"), (90, "fail"), (8, "warn")])
def test_attainable_is_judged_on_figures_pasted_in_the_conversation(language, target, verdict):
    goal = GOALS[language].format(target)
    assert turned(goal).assessment.criteria["attainable"].verdict == "unknown"
    judged = turned(goal, PASTED[language]).assessment.criteria["attainable"]
    assert judged.verdict == verdict
    assert any(piece.kind == "history" for finding in judged.findings for piece in finding.evidence)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_pasted_figures_are_told_back_before_anything_else(language):
    before, after = turned(GOALS[language].format(40)), turned(GOALS[language].format(40), PASTED[language])
    assert after.language == language
    [notice] = after.notices
    assert notice.code == "history.given" and "12 · 14 · 9 · 15" in notice.text and "{" not in notice.text
    assert before.question is not None and after.question is not None
    assert after.question.slot == before.question.slot and after.question.asked == 1  # it did not count as an answer


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_start_that_a_history_knows_is_never_asked(language):
    asked = turned(RISES[language]).question
    assert asked is not None and asked.slot == "baseline"
    told = turned(RISES[language], REVENUE[language])
    assert "baseline" not in {gap.slot for gap in told.gaps}
    start = next(fact for fact in told.facts if fact.name == "baseline")
    assert start.source.kind == "calibration"
    assert len(start.source.params["periods"]) == 6 and "{" not in start.source.explain


def test_a_crm_answers_before_anyone_is_asked():
    turn = turned(RISES["fr"], before=crm(AMOUNTS))
    assert turn.question is None or turn.question.slot not in ("baseline", "history")
    assert not [message for message in turn.messages if message.id == "h"]  # nobody said it
    assert "HubSpot" in next(fact for fact in turn.facts if fact.name == "baseline").source.explain


def test_a_start_that_the_manager_gives_goes_before_the_historys():
    turn = turned(RISES["fr"], "nous faisons 50 000 € aujourd’hui", before=crm(AMOUNTS))
    start = next(fact for fact in turn.facts if fact.name == "baseline")
    assert (start.value, start.source.kind) == (50_000, "user")
    assert not [notice for notice in turn.notices if notice.code == "replaced.baseline"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_drafts_come_with_their_chances_from_the_likeliest_to_the_boldest(language):
    turn = turned(GOALS[language].format(33), PASTED[language], skip=True)
    drafts = {draft.variant: draft for draft in turn.drafts}
    assert set(drafts) == {"prudent", "balanced", "ambitious"}
    assert drafts["prudent"].chance > drafts["balanced"].chance > drafts["ambitious"].chance
    assert drafts["prudent"].chance == pytest.approx(0.8, abs=0.07)
    assert drafts["ambitious"].chance == pytest.approx(0.2, abs=0.07)
    assert turn.drafts[0].reading.first.value == 33  # the manager's own comes first
    for draft in turn.drafts:
        assert draft.assessment.criteria["attainable"].verdict != "unknown"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_figure_of_a_draft_opens_the_numbers_behind_it(language):
    turn = turned(GOALS[language].format(33), PASTED[language], skip=True)
    for draft in turn.drafts:
        value = next(figure for figure in draft.figures if figure.role == "value" and figure.text == "statement")
        assert value.source.explain and "{" not in value.source.explain
        if value.value != 33:
            assert value.source.kind == "calibration" and value.source.ref.startswith("calibration:manual:")
            assert [point["value"] for point in value.source.params["periods"]] == [
                point.value for point in MEETINGS.points
            ]


def test_a_target_beyond_reach_gets_the_ambitious_one_beside_it():
    turn = turned(GOALS["fr"].format(60), before=crm(MEETINGS), skip=True)
    assert turn.drafts[0].reading.first.value == 60
    assert turn.drafts[0].chance <= 0.02
    assert {draft.variant for draft in turn.drafts[1:]} == {"ambitious", "balanced"}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_missing_target_is_offered_with_its_chances(language):
    vague = {
        "fr": "décrocher plus de rendez-vous qualifiés d’ici fin mars",
        "en": "get more qualified meetings by end of March",
    }
    turn = turned(vague[language], before=crm(MEETINGS))
    assert turn.question is not None and turn.question.slot == "target"
    replies = turn.question.replies
    assert [reply.code for reply in replies] == ["target_prudent", "target_balanced", "target_ambitious", "unknown"]
    assert all("%" in reply.label and "{" not in reply.label for reply in replies[:3])
    taken = turned(vague[language], replies[1].text, before=crm(MEETINGS))
    assert taken.assessment.reading.first.value == 33


@pytest.mark.parametrize("language", ["fr", "en"])
def test_i_do_not_know_twice_gives_the_balanced_target_with_its_source(language):
    vague = {
        "fr": "décrocher plus de rendez-vous qualifiés d’ici fin mars",
        "en": "get more qualified meetings by end of March",
    }
    shrug = {"fr": "je ne sais pas", "en": "I don’t know"}[language]
    turn = turned(vague[language], shrug, shrug, before=crm(MEETINGS))
    fact = next(fact for fact in turn.facts if fact.name == "value")
    assert (fact.value, fact.source.kind) == (33, "calibration")
    assert [notice.code for notice in turn.notices] == ["default.target"]


def test_a_rise_below_the_past_is_offered_as_the_level_it_is():
    turn = turned(
        "Augmenter de 30 % le nombre de rendez-vous qualifiés d’ici fin mars", before=crm(MEETINGS), skip=True
    )
    assert len(turn.drafts) == 3
    assert all((draft.reading.first.value or 0) > 0 for draft in turn.drafts)


def test_a_rate_starts_from_where_it_is():
    pairs = "\n".join(f"2025-{month:02d};{won};40" for month, won in enumerate([7, 8, 6, 9, 7, 8, 7, 6, 8, 7, 9, 8], 1))
    rates = pasting.read(pairs, metric="closing_rate", today=TODAY)
    turn = turned("Atteindre un taux de closing de 25 % d’ici fin juin", before=crm(rates), skip=True)
    own = turn.drafts[0].reading.first
    assert (own.change, own.value) == ("from_to", 25)
    assert own.baseline == pytest.approx(18.9, abs=1)


def test_undoing_takes_the_figures_back_and_leaves_what_the_crm_knows():
    events = said(GOALS["fr"].format(40), PASTED["fr"])
    undone = flow.turn((*events, talk.Undone(id="u", day=TODAY)), today=TODAY)
    assert undone.calibrated is None
    assert undone == flow.turn(events[:1], today=TODAY)
    known = crm(MEETINGS)
    both = (*known, *said(GOALS["fr"].format(40), "3 commerciaux"), talk.Undone(id="u", day=TODAY))
    assert flow.turn(both, today=TODAY) == flow.turn((*known, *said(GOALS["fr"].format(40))), today=TODAY)
    assert flow.turn(both, today=TODAY).calibrated is not None


def test_editing_the_pasted_figures_judges_again():
    events = said(GOALS["fr"].format(40), PASTED["fr"])
    better = PASTED["fr"].replace("12", "22").replace("15", "25")
    again = flow.turn((*events, talk.Edited(id="x", day=TODAY, replaces="e1", text=better)), today=TODAY)
    first = flow.turn(events, today=TODAY)
    assert again.calibrated.placed.probability > first.calibrated.placed.probability + 0.2


def test_figures_by_hand_go_before_the_crms():
    events = (*crm(MEETINGS), *said(GOALS["fr"].format(40), PASTED["fr"].replace("12", "22")))
    later = talk.HistoryGiven(id="h2", day=TODAY, series=MEETINGS, given="crm")
    assert flow.turn((*events, later), today=TODAY).calibrated == flow.turn(events, today=TODAY).calibrated


def test_figures_that_cannot_be_read_say_why_and_change_nothing():
    turn = turned(GOALS["fr"].format(40), "janv. 2025 : 12\nfévr. 2025 : 14\navril 2025 : 9\nmai 2025 : 11")
    assert [notice.code for notice in turn.notices] == ["unread.history_gap"]
    assert "{" not in turn.notices[0].text and not turn.notices[0].text.startswith("notice.")
    assert turn.calibrated is None


def test_too_short_a_history_says_what_is_needed():
    turn = turned(GOALS["en"].format(40), "oct 12, nov 14, dec 9")
    assert turn.calibrated is not None and turn.calibrated.needed is not None
    assert "4" in turn.calibrated.sentences["needed"]
    assert turn.assessment.criteria["attainable"].verdict == "unknown"


@pytest.mark.parametrize(
    "text",
    [
        "50 appels, 3 rendez-vous, 2 contrats",
        "30 rendez-vous, avec 3 commerciaux, d’ici mars 2026",
        "en janvier, en février, en mars",
        "3 juniors, 2 seniors, 1 alternant",
        "from 12 to 18, by June, with 3 reps",
    ],
)
def test_an_answer_with_several_figures_is_no_history(text):
    assert not pasting.looks_like_figures(text)


@pytest.mark.parametrize(
    ("text", "metric", "grain", "first", "values"),
    [
        (
            "T1 : 340 k€, T2 : 360,5 k€, T3 : 310 k€, T4 : 400 k€",
            "revenue",
            "quarter",
            "2025-01-01",
            [340e3, 360.5e3, 310e3, 400e3],
        ),
        ("oct: 24,5 %, nov: 22 %, déc: 25 %", "closing_rate", "month", "2025-10-01", [0.245, 0.22, 0.25]),
        ("last 4 weeks: 52, 61, 48, 55", "calls", "week", "2025-12-15", [52, 61, 48, 55]),
        ("oct 12, nov 14, dec 9, jan 3", "calls", "month", "2025-10-01", [12, 14, 9, 3]),
        ("mois;rdv\noct. 2025;12\nnov. 2025;14\ndéc. 2025;9", "calls", "month", "2025-10-01", [12, 14, 9]),
        ("march 2025 1.5k\napril 2025 1.25k\nmay 2025 2k", "revenue", "month", "2025-03-01", [1500, 1250, 2000]),
    ],
)
def test_typed_figures_find_their_periods_in_both_languages(text, metric, grain, first, values):
    series = pasting.read(text, metric=metric, today=TODAY)
    assert (series.grain, series.points[0].start.isoformat()) == (grain, first)
    assert [point.value for point in series.points] == pytest.approx(values)
    assert all(point.complete == (point.end <= TODAY) for point in series.points)


async def test_a_models_wording_keeps_the_targets_that_the_history_offers_beside_it():
    events = (*said(GOALS["en"].format(33), before=crm(MEETINGS)), talk.SkippedAll(id="all", day=TODAY))
    built = flow.turn(events, today=TODAY).drafts
    worded = "Book 33 qualified meetings, all with clinics, by 31 March 2026."
    drafts = await flow.propose(events, Scribe(worded), today=TODAY)
    assert [draft.variant for draft in drafts] == [draft.variant for draft in built]
    assert [draft.chance for draft in drafts] == [draft.chance for draft in built]
