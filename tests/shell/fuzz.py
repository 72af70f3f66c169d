"""Schemathesis against a real server: what was asked, and what the server should not have answered."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema


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
        return sum(self.requests.values())

    @property
    def server_errors(self) -> int:
        return sum(count for status, count in self.statuses.items() if status >= 500)


def fuzz(address: str, *, examples: int, seed: int, at_most_s: int | None = None) -> Fuzzed:
    """Every phase against the server at ``address``: examples, boundary values, random values, linked calls."""
    config = SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "generation": {"max-examples": examples, "database": "none"},
            "continue-on-failure": True,
            "request-timeout": 30,
            "suppress-health-check": ["all"],
        }
    )
    schema = schemathesis.openapi.from_url(f"{address}/api/openapi.json", config=config)
    seen, began = Fuzzed(), time.monotonic()
    stream = from_schema(schema).execute()
    for event in stream:
        _note(seen, event)
        if at_most_s is not None and time.monotonic() - began > at_most_s:
            stream.stop()
    seen.seconds = time.monotonic() - began
    return seen


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


def _failures(recorder) -> Iterator[tuple[str, str]]:
    for checks in recorder.checks.values():
        for check in checks:
            if check.failure_info is not None:
                failure = check.failure_info.failure
                yield (
                    f"{recorder.label} · {check.name} · {failure.title}",
                    f"{failure.message}\n{check.failure_info.code_sample}",
                )
