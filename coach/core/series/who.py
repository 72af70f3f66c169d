"""Whom a fact is about: the whole account, a person, their teams, a pipeline, the segments of the company."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from coach.core.model.records import Company, Owner, Pipeline
from coach.core.series.ledger import WHOLE, Key

SIZES: tuple[tuple[str, int], ...] = (("very_small", 10), ("sme", 250), ("mid", 5_000), ("large", 10**12))
"""Headcounts below which a company is of that size. Source: the European definition (Recommendation 2003/361/EC) for the
first two; the French decree 2008-1354 for the others."""

SEGMENTS_AT_MOST = 60
"""Industries and countries beyond it, by the order they are met, have no series of their own: memory stays bounded."""


class Who:
    """The subjects of this account."""

    def __init__(self, owners: Iterable[Owner], pipelines: Iterable[Pipeline]) -> None:
        owners, pipelines = tuple(owners), tuple(pipelines)
        self._teams: Mapping[str, tuple[str, ...]] = {owner.id: owner.teams for owner in owners}
        self._labels = {("person", owner.id): owner.label for owner in owners}
        self._labels |= {("pipeline", one.id): one.label for one in pipelines}
        self._segments: set[str] = set()
        self.of = lru_cache(maxsize=4_096)(self._of)

    def _of(self, owner: str | None, pipelines: frozenset[str], segments: tuple[str, ...]) -> tuple[Key, ...]:
        found: list[Key] = [WHOLE]
        if owner is not None:
            found.append(("person", owner))
            found += [("team", team) for team in self._teams.get(owner, ())]
        found += [("pipeline", pipeline) for pipeline in sorted(pipelines)]
        found += [("segment", segment) for segment in segments]
        return tuple(found)

    def segments(self, company: Company | None) -> tuple[str, ...]:
        """What the company is counted in, as ``size:sme`` or ``industry:…``."""
        if company is None:
            return ()
        told = (("size", size_of(company.headcount)), ("industry", company.industry), ("country", company.country))
        found = []
        for kind, value in told:
            segment = f"{kind}:{value}"
            if value and (segment in self._segments or len(self._segments) < SEGMENTS_AT_MOST):
                self._segments.add(segment)
                found.append(segment)
        return tuple(found)

    def label(self, subject: Key) -> str:
        """What a person reads; the id itself where it is a name already."""
        return self._labels.get(subject) or subject[1]


def size_of(headcount: int | None) -> str | None:
    """The size of a company of so many people."""
    return None if headcount is None else next(size for size, below in SIZES if headcount < below)
