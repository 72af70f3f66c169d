"""A rhythm is said once, whatever names the KPI."""

import re
from datetime import date

import pytest

from coach import flow

TODAY = date(2026, 1, 15)
TYPED = (
    "Passer 50 appels par jour jusqu'à fin mars",
    "Envoyer 20 devis par semaine d'ici fin juin",
    "Recevoir 9 réponses par semaine jusqu'à fin juin",
    "Prendre 8 rendez-vous par mois d'ici décembre",
    "Make 50 calls a day until the end of March",
    "Send 20 quotes per week until June",
    "Get 9 replies a week by the end of June",
    "Close 4 sales per month until December",
)


@pytest.mark.parametrize("typed", TYPED)
def test_a_rhythm_is_said_once(typed):
    drafts = flow.draft(typed, today=TODAY)
    assert drafts
    for draft in drafts:
        said = re.findall(r"\b(?:par|per|an?) (?:jour|semaine|mois|day|week|month)\b", draft.statement)
        assert len(said) <= 1, draft.statement
