"""The API against its own description: thousands of calls, drawn from it and from what it forbids."""

import os

import pytest

from coach.testing import FakeHubSpot, FakePipedrive
from tests.shell.crm_calls import aside, small_team
from tests.shell.fuzz import fuzz
from tests.shell.processes import serving

pytestmark = pytest.mark.alone
FULL = bool(os.environ.get("COACH_TEST_FULL"))
EXAMPLES, REQUESTS, SECONDS = (560, 10_000, 1_500) if FULL else (45, 2_000, 120)


@pytest.mark.slow
def test_no_call_makes_the_server_fail_or_answer_what_it_does_not_describe(home):
    hubspot, pipedrive = FakeHubSpot(small_team()), FakePipedrive(small_team())
    with (
        aside(hubspot.app) as one,
        aside(pipedrive.app) as other,
        serving(
            home,
            COACH_SANDBOX=f"hubspot={one},pipedrive={other}",  # no call of a test leaves this machine
        ) as server,
    ):
        seen = fuzz(server.address, examples=EXAMPLES, seed=20260115, at_most_s=SECONDS)
    print(seen, *(f"{label}\n{shown[:2_000]}" for label, shown in seen.failures.items()), sep="\n")
    assert seen.failures == {}
    assert seen.server_errors == 0
    if seen.seconds < SECONDS:  # a busy machine ends the run by the clock, before the linked calls
        assert seen.inferred_links > 20, "no link was inferred from the Location headers"
        assert seen.requests["stateful"], "what is created was not used"
    # a busy machine ends the run by the clock: it then shows less, and still must have shown something
    assert seen.total >= (REQUESTS if seen.seconds < SECONDS else REQUESTS // 4)
    assert seen.statuses[200] + seen.statuses[201] > seen.total // 10, "hardly any call was served"
