"""What was counted so far: per indicator, subject and day. Its size depends on days and subjects, not on records."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

Key = tuple[str, str]
"""Kind and id of a subject."""

WHOLE: Key = ("workspace", "")


@dataclass(slots=True)
class Tally:
    """What one day or period adds up to. ``known`` of ``candidates`` records had what the figure needs.

    ``lenient`` and ``lenient_n`` stand instead of ``numerator`` and ``n`` where what is needed is too often missing.
    """

    numerator: float = 0.0
    denominator: float = 0.0
    n: int = 0
    candidates: int = 0
    known: int = 0
    lenient: float = 0.0
    lenient_n: int = 0

    def add(self, other: "Tally") -> None:
        """Take ``other`` in."""
        self.numerator += other.numerator
        self.denominator += other.denominator
        self.n += other.n
        self.candidates += other.candidates
        self.known += other.known
        self.lenient += other.lenient
        self.lenient_n += other.lenient_n


@dataclass(slots=True)
class Ledger:
    """Tallies, and what has to be said of them."""

    days: dict[str, dict[Key, dict[dt.date, Tally]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(dict))
    )
    remarks: dict[tuple[str, Key], set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, metric: str, subjects: Iterable[Key], day: dt.date, fact: Tally) -> None:
        """One more fact, for each of the subjects it is about."""
        of_metric = self.days[metric]
        for subject in subjects:
            days = of_metric[subject]
            known = days.get(day)
            if known is None:
                days[day] = known = Tally()
            known.add(fact)

    def remark(self, metric: str, subjects: Iterable[Key], *codes: str) -> None:
        """Something to say beside the figures of these subjects."""
        for subject in subjects:
            self.remarks[metric, subject].update(codes)

    def subjects(self) -> Iterator[Key]:
        """Whom there is something of."""
        yield from dict.fromkeys(subject for found in self.days.values() for subject in found)
