"""Taking back: the last act that still stands goes, the ambition stays, the log keeps everything."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from coach.core.conversation import Chose, Said, Skipped, Undone, standing

DAY = dt.date(2026, 1, 15)


def said(id: str) -> Said:
    return Said(id=id, day=DAY, text=id)


def undone(id: str) -> Undone:
    return Undone(id=id, day=DAY)


def ids(*events) -> list[str]:
    return [event.id for event in standing(events)]


def test_taking_back_leaves_what_was_before():
    assert ids(said("a"), said("b"), undone("u")) == ["a"]
    assert ids(said("a"), said("b"), Chose(id="c", day=DAY, index=1), undone("u")) == ["a", "b"]


def test_taking_back_twice_takes_back_two_acts():
    assert ids(said("a"), said("b"), said("c"), undone("u"), undone("v")) == ["a"]


def test_the_ambition_cannot_be_taken_back():
    assert ids(said("a"), undone("u"), undone("v")) == ["a"]


def test_what_is_said_after_stands():
    assert ids(said("a"), said("b"), undone("u"), said("c")) == ["a", "c"]


acts = st.one_of(
    st.builds(lambda n: said(f"s{n}"), st.integers(0, 99)),
    st.builds(lambda n: Skipped(id=f"k{n}", day=DAY), st.integers(0, 99)),
    st.builds(lambda n: undone(f"u{n}"), st.integers(0, 99)),
)


@given(st.lists(acts, max_size=20))
def test_nothing_taken_back_stands_and_the_rest_keeps_its_order(events):
    log = (said("first"), *events)
    kept = standing(log)
    assert kept[0].id == "first"
    assert not any(isinstance(event, Undone) for event in kept)
    remaining = iter(log)
    assert all(any(event is other for other in remaining) for event in kept)
    assert standing(kept) == kept


def test_a_wording_of_the_goal_can_be_edited_like_any_message():
    from coach import flow
    from coach.core.conversation import DraftEdited, Edited

    events = (
        Said(id="a", day=DAY, text="Signer 12 contrats d’ici le 30 juin 2026"),
        DraftEdited(id="b", day=DAY, text="Signer 15 contrats d’ici le 30 juin 2026"),
        Edited(id="c", day=DAY, replaces="b", text="Signer 18 contrats d’ici le 30 juin 2026"),
    )
    turn = flow.turn(events, today=DAY)
    assert turn.drafts[0].author == "manager"
    assert "18 contrats" in turn.drafts[0].statement
    assert [message.text for message in turn.messages if message.superseded] == [events[1].text]
