"""Relevant: another reading of R, aligned with a priority the company declared.

Source: seed article, II.5 (note) and V.1.
"""

from coach.core.model import Evidence, Finding, Reading
from coach.core.smart.rules import found, missing, words_of
from coach.core.smart.trade import content_words


def review(reading: Reading, strategy: tuple[str, ...]) -> tuple[Finding, ...]:
    """Whether the goal shares its subject with a declared priority.

    Words decide, so a missing link is a warning to look at, never a refusal.
    """
    declared = tuple(priority for priority in strategy if priority.strip())
    if not declared:
        return (found("relevant.strategy", "unknown", evidence=missing("strategy"), asks_for="strategy"),)
    said = content_words(reading.text, reading.language)
    shared = {priority: len(said & content_words(priority, reading.language)) for priority in declared}
    closest = max(declared, key=lambda priority: shared[priority])
    if not shared[closest]:
        return (found("relevant.strategy", "warn", asks_for="strategy", n=len(declared)),)
    evidence = (Evidence(kind="context", ref="strategy", text=closest),)
    return (found("relevant.strategy", "pass", evidence=evidence, priority=words_of(closest)),)
