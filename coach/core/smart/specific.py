"""Specific: a definite object, and an amount, a scope or a means. Source: seed article, II.1."""

from coach.core.model import Component, Finding, Reading
from coach.core.smart.rules import found, quoted
from coach.core.smart.trade import means_in_words


def review(reading: Reading) -> tuple[Finding, ...]:
    """Findings on what is aimed at.

    One definite object is wanted, narrowed by an amount, by whom or where it concerns, or by how it will be reached. A
    catch-all word ("performance", "visibility") is no object, whatever narrows it; an unfilled "X %" is no amount.
    """
    component = reading.first
    findings = [_object(reading, component), _scope(reading, component)]
    if component.placeholder:
        words = quoted(reading, component, "value")
        findings.append(found("specific.placeholder", "warn", words, asks_for="target"))
    if len(reading.components) > 1:
        findings.append(_several(reading))
    return tuple(findings)


def _object(reading: Reading, component: Component) -> Finding:
    outcome = {"definite": "pass", "catch_all": "catch_all", "none": "fail"}[component.object_kind]
    words = quoted(reading, component, "metric", "object")
    return found("specific.object", outcome, words, asks_for=None if outcome == "pass" else "object")


def _scope(reading: Reading, component: Component) -> Finding:
    """What narrows the object. "Clients qualifiés" names a segment that does not: the reader says so (``scoped``)."""
    if component.scoped:
        how = ("channel",) if means_in_words(reading, component) is False else ("channel", "means")
        for outcome, facts in (("segment", ("segment",)), ("means", how), ("actor", ("actor",))):
            if any(getattr(component, fact) for fact in facts):
                return found("specific.scope", outcome, quoted(reading, component, *facts))
    if component.value is not None:
        return found("specific.scope", "amount", quoted(reading, component, "value"))
    return found("specific.scope", "fail", quoted(reading, component, "metric", "object"), asks_for="segment")


def _several(reading: Reading) -> Finding:
    """Two goals in one sentence cannot both be followed by one figure: which one comes first?"""
    heads = [quoted(reading, component, "value", "metric", "object") for component in reading.components]
    spans = tuple(dict.fromkeys(span for spans, _ in heads for span in spans))
    evidence = tuple(piece for _, pieces in heads for piece in pieces)
    return found("specific.one_goal", "warn", (spans, evidence), asks_for="goal", n=len(reading.components))
