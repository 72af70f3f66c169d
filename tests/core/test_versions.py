"""Other wordings of the same goal: the built-in drafter's second way, versions kept, and what makes them stale."""

from datetime import date

import pytest

from coach import flow
from coach.core import conversation as talk

TODAY = date(2026, 1, 15)
GOALS = [
    "Obtenir 30 rendez-vous qualifiés avec des PME d'ici le 31 mars 2026",
    "Faire passer le taux de closing de 18 % à 25 % d'ici le 30 juin 2026",
    "Increase revenue by 20% by June 30, 2026",
    "Sign 12 maintenance contracts with clinics by 30 June 2026",
]


def after(text, *acts):
    said = (talk.Said(id="m", day=TODAY, text=text), talk.SkippedAll(id="all", day=TODAY))
    return flow.turn((*said, *acts), today=TODAY)


def again(number=1):
    return talk.Regenerated(id=f"again{number}", day=TODAY)


def browsed(version):
    return talk.Browsed(id=f"browsed{version}", day=TODAY, version=version)


def statements(turn):
    return [draft.statement for draft in turn.drafts]


@pytest.mark.parametrize("text", GOALS)
def test_the_built_in_drafter_has_another_way_to_say_it_that_means_the_same(text):
    first, second = after(text), after(text, again())
    assert first.another and not second.another
    assert (first.version, first.versions, second.version, second.versions) == (0, 1, 1, 2)
    assert second.drafts and not set(statements(second)) & set(statements(first))
    meant = {draft.framing: draft.reading.first for draft in first.drafts}
    for draft in second.drafts:
        assert draft.statement[0].isupper() and ", " in draft.statement
        for name in ("metric", "value", "unit", "baseline", "deadline", "change"):
            assert getattr(draft.reading.first, name) == getattr(meant[draft.framing], name), name


@pytest.mark.parametrize("text", GOALS)
def test_what_was_shown_can_be_shown_again_as_it_was(text):
    first, second = after(text), after(text, again())
    assert statements(after(text, again(), browsed(0))) == statements(first)
    assert statements(after(text, again(), browsed(0), browsed(1))) == statements(second)
    assert statements(after(text, again(), browsed(7))) == statements(second)


def test_a_goal_without_a_due_date_has_no_other_way():
    assert not after("Signer plus de contrats avec des cliniques").another


def test_a_model_s_wordings_belong_to_the_version_they_were_written_for():
    text = GOALS[0]
    told = after(text, again()).drafts[0].model_copy(update={"author": "some/model", "statement": "Autrement dit."})
    proposed = talk.DraftsProposed(id="p", day=TODAY, drafts=(told,), author="some/model")
    assert statements(after(text, again(), proposed)) == ["Autrement dit."]
    assert statements(after(text, again(), proposed, browsed(0))) == statements(after(text))
    assert statements(after(text, again(), proposed, browsed(0), browsed(1))) == ["Autrement dit."]


def test_a_new_fact_makes_every_version_stale_and_a_choice_is_of_one_version():
    text = GOALS[0]
    chosen = talk.Chose(id="c", day=TODAY, index=0)
    assert after(text, chosen).chosen == 0
    assert after(text, chosen, again()).chosen is None
    later = talk.Said(id="n", day=TODAY, text="40 rendez-vous d'ici le 30 juin 2026")
    turned = after(text, again(), later)
    assert (turned.version, turned.versions) == (0, 1)


def test_undoing_takes_back_the_other_wordings_and_not_a_look_at_them():
    text = GOALS[0]
    undone = talk.Undone(id="u", day=TODAY)
    turned = after(text, again(), browsed(0), undone)
    assert (turned.versions, statements(turned)) == (1, statements(after(text)))
