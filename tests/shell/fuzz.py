"""Schemathesis against a real server: what was asked, and what the server should not have answered."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.engine import events, from_schema

REFUSED = (400, 422)
REFUSALS = ("400", "404", "405", "409", "412", "413", "415", "422")  # Schemathesis forgets what is too large


@schemathesis.check
def refused_for_a_reason(ctx: Any, response: Any, case: Any) -> bool | None:
    """What the schema allows may be refused for what it means (a text that is no goal), never for its shape.

    Schemathesis' own check of this, which we replace, knows no refusal for the meaning.
    """
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code not in REFUSED:
        return None
    problem = response.json()
    if problem["reason"] or any(_is_of_meaning(one) for one in problem["errors"]):
        return None
    raise Failure(
        operation=case.operation.label,
        title="Schema-compliant request refused for its shape",
        message=f"{response.status_code}: {problem['errors'] or problem}",
    )


def _is_of_meaning(error: dict[str, str]) -> bool:
    """Whether the schema could not tell: fields that go together, thresholds' own bounds.

    Schemathesis draws ``If-Match`` by a rule of its own, whatever pattern the schema gives.
    """
    return error["code"].startswith(("action_", "threshold_")) or error["pointer"] == "If-Match"


@dataclass
class Fuzzed:
    """Requests by phase and by status, and each distinct failure with a request that shows it."""

    requests: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)
    inferred_links: int = 0
    seconds: float = 0.0

    @property
    def total(self) -> int:
        """How many requests were answered."""
        return sum(self.statuses.values())

    @property
    def server_errors(self) -> int:
        """How many answers blamed the server."""
        return sum(count for status, count in self.statuses.items() if status >= 500)

    def __str__(self) -> str:
        return (
            f"{self.total} requests in {self.seconds:.0f} s {dict(self.requests)}, {dict(sorted(self.statuses.items()))}, "
            f"{self.inferred_links} inferred links, {len(self.failures)} failures"
        )


def fuzz(address: str, *, examples: int, seed: int, at_most_s: float) -> Fuzzed:
    """Every phase against the server at ``address``: linked calls first, then examples, boundary and random values.

    Linked calls follow the ``Location`` of what was created, so they come after a few random ones; and they come in a
    run of their own, so that a slow machine that runs out of time has seen some of everything.
    """
    linked = {"coverage": {"enabled": False}, "fuzzing": {"generation": {"max-examples": max(8, examples // 10)}}}
    linked["stateful"] = {"generation": {"max-examples": max(3, examples // 5)}}
    seen, began = Fuzzed(), time.monotonic()
    _run(seen, address, linked, examples, seed, began + at_most_s / 2)
    _run(seen, address, {"stateful": {"enabled": False}}, examples, seed + 1, began + at_most_s)
    seen.seconds = time.monotonic() - began
    return seen


def _run(seen: Fuzzed, address: str, phases: dict[str, Any], examples: int, seed: int, until: float) -> None:
    config = SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "generation": {"max-examples": examples, "database": "none"},
            "checks": {
                "positive_data_acceptance": {"enabled": False},
                "negative_data_rejection": {"expected-statuses": list(REFUSALS)},
            },
            "continue-on-failure": True,
            "request-timeout": 30,
            "suppress-health-check": ["all"],
            "phases": phases,
        }
    )
    schema = schemathesis.openapi.from_url(f"{address}/api/openapi.json", config=config)
    stream = from_schema(schema).execute()
    for event in stream:
        _note(seen, event)
        if time.monotonic() > until:
            stream.stop()


def _note(seen: Fuzzed, event: events.EngineEvent) -> None:
    if isinstance(event, events.PhaseStarted) and event.payload is not None:
        seen.inferred_links += event.payload.inferred_transitions
    if isinstance(event, events.NonFatalError):
        seen.failures[f"error in {event.label}: {event.value}"] = ""
    if isinstance(event, events.FatalError):
        raise event.exception
    if isinstance(event, events.ScenarioFinished):
        for interaction in event.recorder.interactions.values():
            seen.requests[event.phase.value] += 1
            if interaction.response is not None:
                seen.statuses[interaction.response.status_code] += 1
        seen.failures.update(_failures(event.recorder))


def _failures(recorder: Any) -> Iterator[tuple[str, str]]:
    for checks in recorder.checks.values():
        for check in checks:
            if check.failure_info is not None:
                failure, sample = check.failure_info.failure, check.failure_info.code_sample
                yield f"{recorder.label} · {check.name} · {failure.title}", f"{failure.message}\n{sample}"
