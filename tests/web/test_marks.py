"""Highlighted words: the text is never changed, whatever the spans."""

from hypothesis import given
from hypothesis import strategies as st

from coach.core.model import CRITERIA
from coach.web.marks import Mark, segments

TEXT = "Obtenir 30 rendez-vous qualifiés d’ici 3 mois"
marks = st.builds(
    Mark,
    span=st.tuples(st.integers(-5, 80), st.integers(-5, 80)),
    criterion=st.sampled_from(CRITERIA),
    verdict=st.sampled_from(["pass", "warn", "fail", "unknown"]),
)


@given(st.text(max_size=60), st.lists(marks, max_size=12))
def test_the_pieces_joined_are_the_text_as_typed(text, found):
    assert "".join(piece.text for piece in segments(text, found)) == text


@given(st.text(min_size=1, max_size=60), st.lists(marks, max_size=12))
def test_a_character_is_marked_exactly_when_a_span_covers_it(text, found):
    position = 0
    for piece in segments(text, found):
        for _ in piece.text:
            covering = {mark.criterion for mark in found if mark.span[0] <= position < mark.span[1]}
            assert {criterion for criterion, _ in piece.verdicts} == covering
            position += 1


def test_words_two_criteria_read_carry_both_letters_and_the_worse_verdict():
    found = [Mark((8, 32), "specific", "pass"), Mark((8, 10), "measurable", "fail")]
    first = next(piece for piece in segments(TEXT, found) if piece.verdicts)
    assert (first.text, first.letters, first.css) == ("30", "SM", "ko")


def test_of_two_remarks_of_one_criterion_on_the_same_words_the_worse_shows():
    found = [Mark((8, 10), "measurable", "pass"), Mark((8, 10), "measurable", "warn")]
    assert segments(TEXT, found)[1].verdicts == (("measurable", "warn"),)


def test_a_text_without_marks_is_one_plain_piece():
    assert [piece.text for piece in segments(TEXT, [])] == [TEXT]
    assert segments("", []) == []
