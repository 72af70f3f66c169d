"""One sentence: our check beside the libraries that read dates and figures, on the same rows."""

import datetime as dt
import json
import pathlib
import statistics
import time
from collections.abc import Callable, Iterator

TODAY = dt.date(2026, 1, 15)
SENTENCES = pathlib.Path("tests/sentences/pairs.jsonl")
SAMPLE = 120


def sentences() -> list[tuple[str, str]]:
    """(language, text) of a fixed sample of our own labelled sentences."""
    lines = SENTENCES.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    step = max(1, len(rows) // SAMPLE)
    return [(row["lang"], row["text"]) for row in rows[::step]][:SAMPLE]


def timings(read: Callable[[str, str], object], rounds: int) -> list[float]:
    """Milliseconds a sentence, best of ``rounds``: the machine's noise only ever adds."""
    sample = sentences()
    for language, text in sample[:10]:
        read(language, text)
    best = [float("inf")] * len(sample)
    for _ in range(rounds):
        for place, (language, text) in enumerate(sample):
            start = time.perf_counter()
            read(language, text)
            best[place] = min(best[place], (time.perf_counter() - start) * 1000)
    return best


def _ours(language: str, text: str) -> object:
    from coach import flow

    return flow.check(text, today=TODAY)


def _dateparser(language: str, text: str) -> object:
    from dateparser.search import search_dates

    return search_dates(text, languages=[language])


def _recognizers(language: str, text: str) -> object:
    import emoji

    if not hasattr(emoji, "UNICODE_EMOJI"):  # the name that the library still looks for
        emoji.UNICODE_EMOJI = emoji.EMOJI_DATA  # type: ignore[attr-defined]
    from recognizers_date_time import recognize_datetime
    from recognizers_number import recognize_number

    culture = {"fr": "fr-fr", "en": "en-us"}[language]
    return recognize_number(text, culture), recognize_datetime(text, culture)


def hostile() -> dict[str, str]:
    """Texts of 10,000 characters made to slow a reader down."""
    return {
        "digits": "9" * 10_000,
        "spaces": " " * 9_999 + "1",
        "grouped digits": "1 000 " * 1_666,
        "nested quotes": "«" * 10_000,
        "from-to chain": "de 1 % à " * 1_111,
        "months": "d'ici fin janvier " * 555,
        "number words": "quatre-vingt-" * 769,
        "one word": "rendezvous" * 1_000,
        "near words": "chifre daffaire " * 625,
        "and": "10 rdv et " * 1_000,
        "letters": "ab" * 5_000,
        "emoji": "🎯" * 10_000,
    }


def rows() -> Iterator[tuple[str, str, str]]:
    """Table rows: what, measured, to hold."""
    ours = timings(_ours, 7)
    p99 = sorted(ours)[int(len(ours) * 0.99)]
    yield (
        "`check` of one sentence",
        f"median {statistics.median(ours):.2f} ms, p99 {p99:.2f} ms",
        "under 1 ms, under 5 ms",
    )
    for name, peer in (("dateparser.search", _dateparser), ("Recognizers-Text (dates and numbers)", _recognizers)):
        theirs = statistics.median(timings(peer, 1))
        yield f"{name}, same {len(ours)} sentences", f"{theirs / statistics.median(ours):.0f}× our time (median)", "—"
    yield from _hostile_rows()


def _hostile_rows() -> Iterator[tuple[str, str, str]]:
    slowest, name, growth = 0.0, "", 0.0
    for what, text in hostile().items():
        whole = min(_once(text) for _ in range(3))
        half = min(_once(text[: len(text) // 2]) for _ in range(3))
        growth = max(growth, whole / max(half, 1e-3))
        if whole > slowest:
            slowest, name = whole, what
    yield "10,000 hostile characters, slowest of 12 kinds", f"{slowest:.0f} ms ({name})", "under 50 ms"
    yield "time for twice the characters, worst kind", f"{growth:.1f}×", "linear: about 2×"


def _once(text: str) -> float:
    start = time.perf_counter()
    _ours("fr", text)
    return (time.perf_counter() - start) * 1000
