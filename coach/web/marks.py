"""Where the words of a text are underlined: spans of several criteria laid side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from coach.core.model import CRITERIA, Assessment, Criterion, Span, Verdict

LETTERS: dict[str, str] = dict(zip(CRITERIA, "SMART", strict=True))
_WORST: tuple[Verdict, ...] = ("fail", "warn", "unknown", "pass")
_RANK: dict[Verdict, int] = {verdict: rank for rank, verdict in enumerate(_WORST)}
_CLASS: dict[str, str] = {"pass": "ok", "warn": "mid", "fail": "ko", "unknown": "mid"}


@dataclass(frozen=True)
class Mark:
    """A stretch of a text and the verdicts of the criteria that read it."""

    span: Span
    criterion: Criterion
    verdict: Verdict


@dataclass(frozen=True)
class Segment:
    """A piece of the text as it is shown; without ``verdicts`` it is plain."""

    text: str
    verdicts: tuple[tuple[Criterion, Verdict], ...] = ()

    @property
    def css(self) -> str:
        """The class of the underline: that of the worst verdict."""
        return _CLASS[min((verdict for _, verdict in self.verdicts), key=_WORST.index)]

    @property
    def letters(self) -> str:
        """The initials of the criteria, in their order."""
        return "".join(LETTERS[criterion] for criterion, _ in self.verdicts)


def of(assessment: Assessment) -> list[Mark]:
    """What the findings quote; the words of a criterion carry the verdict of the finding that quotes them."""
    return [
        Mark(span, criterion, finding.verdict)
        for criterion in CRITERIA
        if criterion in assessment.criteria
        for finding in assessment.criteria[criterion].findings
        for span in finding.spans
    ]


def of_message(spans: dict[str, tuple[Span, ...]], assessment: Assessment | None) -> list[Mark]:
    """The words of one message, each with the verdict its criterion has in the conversation so far."""
    reviews = assessment.criteria if assessment else {}
    return [
        Mark(span, criterion, reviews[criterion].verdict if criterion in reviews else "pass")
        for criterion in CRITERIA
        for span in spans.get(criterion, ())
    ]


def segments(text: str, marks: Iterable[Mark]) -> list[Segment]:
    """``text`` cut where a mark begins or ends; joined, the pieces are the text again.

    Spans outside the text are clipped; an empty one marks nothing. Of two verdicts of one criterion the worse is kept.
    """
    kept = [(max(0, mark.span[0]), min(len(text), mark.span[1]), mark) for mark in marks]
    kept = [(start, end, mark) for start, end, mark in kept if start < end]
    edges = sorted({0, len(text), *(start for start, _, _ in kept), *(end for _, end, _ in kept)})
    pieces = [
        Segment(text[start:end], _verdicts(mark for first, last, mark in kept if first <= start and end <= last))
        for start, end in pairwise(edges)
    ]
    return _merged(pieces)


def _verdicts(marks: Iterable[Mark]) -> tuple[tuple[Criterion, Verdict], ...]:
    worst: dict[Criterion, Verdict] = {}
    for mark in marks:
        known = worst.get(mark.criterion)
        if known is None or _RANK[mark.verdict] < _RANK[known]:
            worst[mark.criterion] = mark.verdict
    return tuple((criterion, worst[criterion]) for criterion in CRITERIA if criterion in worst)


def _merged(pieces: list[Segment]) -> list[Segment]:
    """Neighbours with the same verdicts are one."""
    merged: list[Segment] = []
    for piece in pieces:
        if merged and merged[-1].verdicts == piece.verdicts:
            merged[-1] = Segment(merged[-1].text + piece.text, piece.verdicts)
        else:
            merged.append(piece)
    return merged
