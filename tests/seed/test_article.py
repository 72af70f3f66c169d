"""Vague lines, and the seed article's own where they are at hand: three answers make each of them SMART."""

import json
from datetime import date
from pathlib import Path

import pytest

from coach import flow
from coach.core import conversation as talk
from coach.core.model import Turn

TODAY = date(2026, 1, 15)
ROWS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "seed.jsonl"

VAGUE = (
    "vendre davantage",
    "booster le chiffre d'affaires",
    "trouver plus de prospects",
    "remplir l'agenda de rendez-vous",
    "mieux convertir nos opportunités",
    "fidéliser nos clients",
    "perdre moins de clients",
    "développer les ventes additionnelles",
    "signer des contrats d'entretien",
    "améliorer la satisfaction des clients",
    "être plus performants en prospection",
    "relancer les devis",
    "grow the business",
    "sell more",
    "get more meetings",
    "win bigger deals",
    "close more often",
    "reduce customer churn",
    "improve our renewal rate",
    "send more proposals",
)
"""Our own lines; none is anyone else's sentence."""

TARGETS = {
    "closing_rate": "28 %",
    "conversion_rate": "12 %",
    "renewal_rate": "92 %",
    "churn": "4 %",
    "response_rate": "9 %",
    "nps": "50",
    "revenue": "15 %",
    "margin": "30 000 €",
    "upsell_revenue": "40 000 €",
    "average_deal_size": "9 000 €",
    "pipeline_value": "500 000 €",
}
ANSWERS = {
    "fr": {
        "deadline": "d'ici fin juin",
        "object": "le nombre de nouveaux clients",
        "baseline": "200 000 €",
        "goal": "le premier",
        "segment": "les PME industrielles",
        "unit": "%",
        "maturity": "confirmée",
        "headcount": "4",
    },
    "en": {
        "deadline": "by the end of June",
        "object": "new customers",
        "baseline": "€200,000",
        "goal": "the first one",
        "segment": "industrial SMEs",
        "unit": "%",
        "maturity": "experienced",
        "headcount": "4",
    },
}


def answer(turn: Turn) -> str:
    """What a manager with a clear head would reply."""
    assert turn.question is not None
    assert turn.assessment is not None
    if turn.question.slot == "target":
        return TARGETS.get(turn.assessment.reading.first.metric or "", "24")
    return ANSWERS[turn.language].get(turn.question.slot, "je ne sais pas" if turn.language == "fr" else "I don't know")


def drafted(text: str) -> tuple[list[str], Turn]:
    """What was answered, and the turn with its drafts: three answers at most, then "write it"."""
    events: list[talk.Event] = [talk.Said(id="e0", day=TODAY, text=text)]
    answers: list[str] = []
    turn = flow.turn(events, today=TODAY)
    while turn.question is not None and len(answers) < 3:
        answers.append(answer(turn))
        events.append(talk.Said(id=f"e{len(events)}", day=TODAY, text=answers[-1]))
        turn = flow.turn(events, today=TODAY)
    if turn.question is not None:
        turn = flow.turn([*events, talk.SkippedAll(id="all", day=TODAY)], today=TODAY)
    return answers, turn


def assert_smart(text: str) -> None:
    answers, turn = drafted(text)
    assert turn.drafts, (text, answers, turn.notices)
    for draft in turn.drafts:
        assert draft.assessment.smart, (text, answers, draft.statement)
        assert {figure.source.kind for figure in draft.figures} <= {"user", "convention"}
    assert turn.drafts[0].reading.first.deadline == date(2026, 6, 30)


@pytest.mark.parametrize("text", VAGUE)
def test_a_vague_line_becomes_a_smart_goal_in_three_answers(text):
    assert_smart(text)


def test_the_articles_vague_lines_become_smart_goals_in_three_answers():
    if not ROWS.exists():
        pytest.skip("the article's lines are not beside this checkout")
    rows = [json.loads(line) for line in ROWS.read_text(encoding="utf-8").splitlines() if line.strip()]
    vague = [
        row["text"]
        for row in rows
        if row["labels"]["class"] in ("vague", "partial")
        and row["labels"]["facts"]["value"] is None
        and row["labels"]["facts"]["metric"]
    ]
    assert len(vague) >= 4
    for text in vague:
        assert_smart(text)
