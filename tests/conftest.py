"""What every test shares: a fixed day, no network beyond this machine, a home of its own."""

import datetime as dt

import pytest

TODAY = dt.date(2026, 1, 15)


@pytest.fixture
def today() -> dt.date:
    return TODAY


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """No test touches the person's own data folder, nor reads their settings."""
    import os

    for name in [name for name in os.environ if name.startswith("COACH_") and name != "COACH_TEST_FULL"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COACH_HOME", str(tmp_path / "coach-home"))
    return tmp_path / "coach-home"


@pytest.fixture(autouse=True)
def no_calls_before():
    """No test waits for what another one has called."""
    import sys

    if "coach.plugins.http" in sys.modules:
        sys.modules["coach.plugins.http"].forget_gates()
