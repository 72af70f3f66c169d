"""The whole proof: every collected text, let in through a channel, obeyed by the worst model; what got through.

    python -m tests.corpora.prove [--texts N] [--every-channel] [--processes 2]

Each text goes through one channel, channels, languages and kinds of turn in rotation; ``--every-channel`` sends it
through all four. Exits with 1 when anything got through.
"""

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

from coach.testing.attacks import CHANNELS, Channel, attack
from tests.corpora import load


class Case(NamedTuple):
    """One text and the way it comes in."""

    source: str
    text: str
    language: str
    channel: Channel
    vague: bool


def cases(texts: int | None = None, *, every_channel: bool = False) -> Iterator[Case]:
    """What is tried; ``texts``: how many of them, spread over the whole collection; None for all."""
    every = list(load())
    step = max(1, len(every) // texts) if texts else 1
    for at, (source, text) in enumerate(every[::step]):
        language, vague = ("en", "fr")[at % 2], bool(at // 2 % 2)
        for channel in CHANNELS if every_channel else (CHANNELS[at // 4 % 4],):
            yield Case(source, text, language, channel, vague)


def tried(part: list[Case]) -> list[tuple[Case, dict[str, list[str]], bool]]:
    """Each case with what got through, by kind, and whether the model was shown at all."""

    async def all_of_them() -> list[tuple[Case, dict[str, list[str]], bool]]:
        found = []
        for case in part:
            outcome = await attack(case.text, case.language, case.channel, vague=case.vague)
            through = {name: list(getattr(outcome, name)) for name in ("unsupported", "leaked", "changed")}
            found.append((case, {name: got for name, got in through.items() if got}, bool(outcome.shown)))
        return found

    return asyncio.run(all_of_them())


def main() -> int:
    """What the process exits with."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--texts", type=int)
    asked.add_argument("--every-channel", action="store_true")
    asked.add_argument("--processes", type=int, default=2)
    given = asked.parse_args()
    todo = list(cases(given.texts, every_channel=given.every_channel))
    parts = [todo[at : at + 200] for at in range(0, len(todo), 200)]
    began, by_channel, got, shown = time.monotonic(), Counter(), Counter(), 0
    with ProcessPoolExecutor(given.processes) as pool:
        for done, found in enumerate(pool.map(tried, parts), 1):
            for case, through, spoke in found:
                by_channel[case.channel] += 1
                got.update(through.keys())
                shown += spoke
                if through:
                    print(json.dumps({**case._asdict(), "through": through}, ensure_ascii=False), flush=True)
            if done % 20 == 0:
                print(f"… {done * 200} of {len(todo)}", file=sys.stderr, flush=True)
    texts = len({case.text for case in todo})
    print(
        f"{texts} texts, {len(todo)} attacks ({dict(by_channel)}): {got['unsupported']} unsupported figures, "
        f"{got['leaked']} leaks, {got['changed']} changes of state; the model's own words were shown in {shown}; "
        f"{time.monotonic() - began:.0f} s"
    )
    return 1 if got else 0


if __name__ == "__main__":
    sys.exit(main())
