"""What the connector's tests share."""

import pytest

from coach.plugins.http import forget_gates


@pytest.fixture(autouse=True)
def no_calls_before():
    """No test waits for what another one has called."""
    forget_gates()
