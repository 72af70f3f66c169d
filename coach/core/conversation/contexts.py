"""Facts of the context in what a manager says: who the team is, what the company is, what the market does."""

from collections.abc import Iterator
from typing import Any

from coach.core.conversation import phrases
from coach.core.drafting import mentions
from coach.core.model import Slot

SLOTS: frozenset[Slot] = frozenset({"maturity", "company", "headcount", "market_growth", "extra_means", "strategy"})
_LONGEST = 200
_FEW_WORDS = 4


def answered(slot: Slot, text: str) -> dict[str, Any] | None:
    """The context in an answer to ``slot``; empty when it is answered without a value ("mixte"); None when unread."""
    return _READERS[slot](text)


def volunteered(text: str) -> dict[str, Any]:
    """Context told without being asked, where the words around leave no doubt that it is about the team."""
    told: dict[str, Any] = {}
    for maturity in ("senior", "confirmed", "junior"):
        if phrases.near(text, maturity, ("team",)):
            told["maturity"] = maturity
    for company in ("sme", "scale_up"):
        if phrases.near(text, company, ("ours",)):
            told["company"] = company
    people = list(_people(text))
    if people:
        told["headcount"] = people[0]
    return told


def offhand(text: str) -> dict[str, Any]:
    """What a few words say of the team or the company when nothing was asked: "équipe senior", "une PME"."""
    if len(phrases.plain(text).split()) > _FEW_WORDS:
        return {}
    return {**(_maturity(text) or {}), **(_company(text) or {})}


def _maturity(text: str) -> dict[str, Any] | None:
    if phrases.holds(text, "mixed"):
        return {}
    found = [level for level in ("junior", "confirmed", "senior") if phrases.holds(text, level)]
    if len(found) > 1:
        return {"maturity": "senior"} if set(found) == {"confirmed", "senior"} else {}
    return {"maturity": found[0]} if found else None


def _company(text: str) -> dict[str, Any] | None:
    found = [kind for kind in ("sme", "scale_up") if phrases.holds(text, kind)]
    return {"company": found[-1]} if found else None


def _headcount(text: str) -> dict[str, Any] | None:
    numbers = [*_people(text), *_plain_counts(text)]
    if numbers:
        return {"headcount": numbers[0]}
    return {"headcount": 1} if phrases.holds(text, "alone") else None


def _people(text: str) -> Iterator[int]:
    """Numbers that stand right before people: "3 commerciaux", "two reps"."""
    for found in mentions.find(text):
        after = text[found.span[1] : found.span[1] + 40]
        said = " ".join(phrases.plain(after).split()[:2])
        if found.units == ("count",) and found.values and _whole(found.values[0]) and phrases.holds(said, "people"):
            yield int(found.values[0])


def _plain_counts(text: str) -> Iterator[int]:
    for found in mentions.find(text):
        if found.units == ("count",) and found.values and _whole(found.values[0]):
            yield int(found.values[0])


def _whole(value: float) -> bool:
    return value == int(value) and 0 <= value <= 100_000


def _market(text: str) -> dict[str, Any] | None:
    falls = phrases.holds(text, "shrinking")
    for found in mentions.find(text):
        if found.values and set(found.units) & {"%", "count"} and 0 <= found.values[0] <= 1000:
            falls = falls or text[: found.span[0]].rstrip().endswith(("-", "−", "–"))
            return {"market_growth": (-1 if falls else 1) * min(found.values[0] / 100, 1.0 if falls else 10.0)}
    if phrases.holds(text, "flat"):
        return {"market_growth": 0.0}
    return {} if falls or phrases.holds(text, "growing") else None


def _extra(text: str) -> dict[str, Any] | None:
    said = " ".join(text.split())[:_LONGEST]
    if phrases.opens_with(text, "no"):
        return {"extra_means": False}
    if phrases.opens_with(text, "yes"):
        more = phrases.without_fillers(said)
        return {"extra_means": True, **({"means": said[slice(*more)]} if len(said.split()) > 2 else {})}
    return {"extra_means": True, "means": said} if len(said.split()) > 1 else None


def _strategy(text: str) -> dict[str, Any] | None:
    said = " ".join(text.split())[:_LONGEST]
    start, end = phrases.without_fillers(said)
    return {"strategy": (said[start:end],)} if any(char.isalpha() for char in said) else None


_READERS = {
    "maturity": _maturity,
    "company": _company,
    "headcount": _headcount,
    "market_growth": _market,
    "extra_means": _extra,
    "strategy": _strategy,
}
