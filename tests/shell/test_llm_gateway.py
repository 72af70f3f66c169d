"""The gateway: whatever a model does, a call ends in time with an answer or with ModelUnavailable."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from coach.errors import ModelUnavailable
from coach.llm.answers import Wording
from coach.llm.breaker import Breaker
from coach.llm.budget import Ledger
from coach.llm.cache import Cache, address
from coach.llm.gateway import Gateway
from coach.llm.provider import Answer, Call, Failure
from tests.shell.models import HASTY, TODAY, Told, in_turn

GOOD = '{"text": "Pour quand ?", "why": "x"}'
ASKED = [{"role": "user", "content": "ask"}]


def gateway(*says, models=None, limits=HASTY, **options):
    told = Told(in_turn(*says))
    return Gateway(models or ["a"], told, limits=limits, **options), told


async def ask(gate, job=None):
    return await gate.structured(ASKED, Wording, job or gate.job())


@pytest.mark.parametrize(
    "text", [GOOD, f"```json\n{GOOD}\n```", f"Voici : {GOOD} Bonne journée !"], ids=["bare", "fenced", "polite"]
)
async def test_an_answer_is_read_through_its_wrapping(text):
    gate, told = gateway(text)
    assert (await ask(gate)).text == "Pour quand ?"
    assert told.calls == 1


async def test_junk_is_asked_again_once_with_what_was_wrong():
    gate, told = gateway('{"why": "x"}', GOOD)
    assert (await ask(gate)).text == "Pour quand ?"
    assert "text" in told.asked[1].messages[-1]["content"]


async def test_junk_twice_is_given_up():
    gate, told = gateway("no", "no", GOOD)
    with pytest.raises(ModelUnavailable):
        await ask(gate)
    assert told.calls == 2


@pytest.mark.parametrize("passing", [Failure("down"), Failure("busy"), Failure("busy", retry_after_s=0.01), 9.0])
async def test_what_may_pass_is_tried_once_more(passing):
    gate, told = gateway(passing, GOOD)
    assert (await ask(gate)).text
    assert told.calls == 2


@pytest.mark.parametrize("lasting", [Failure("refused"), Failure("busy", retry_after_s=60), "", "x" * 100_000])
async def test_what_will_not_pass_goes_to_the_next_model_at_once(lasting):
    gate, told = gateway(lasting, GOOD, models=["a", "b"])
    job = gate.job()
    assert (await ask(gate, job)).text
    assert [call.model for call in told.asked] == ["a", "b"]
    assert job.model == "b"


async def test_no_model_left_is_said_as_one_error():
    gate, _ = gateway(Failure("refused"), models=["a", "b"])
    with pytest.raises(ModelUnavailable):
        await ask(gate)


async def test_a_job_makes_no_more_calls_than_it_may():
    gate, told = gateway(Failure("down"), models=list("abcdef"))
    with pytest.raises(ModelUnavailable):
        await ask(gate)
    assert told.calls == HASTY.calls == 3


async def test_a_job_ends_in_its_time_however_slow_the_models():
    gate, _ = gateway(9.0, models=["a", "b"], limits=replace(HASTY, call_s=5.0, job_s=0.3))
    began = time.monotonic()
    with pytest.raises(ModelUnavailable):
        await ask(gate)
    assert time.monotonic() - began < 2


async def test_a_model_that_keeps_failing_rests_then_is_tried_again():
    now = [0.0]
    gate, told = gateway(*[Failure("refused")] * 3, GOOD, clock=lambda: now[0])
    for _ in range(4):
        with pytest.raises(ModelUnavailable):
            await ask(gate)
    assert told.calls == 3  # the fourth did not reach it
    now[0] = 31.0
    assert (await ask(gate)).text
    assert told.calls == 4


def test_one_call_alone_probes_a_model_after_its_rest():
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    for _ in range(3):
        breaker.failed()
    assert not breaker.allows()
    now[0] = 30.0
    assert [breaker.allows(), breaker.allows()] == [True, False]
    breaker.failed()
    assert not breaker.allows()
    now[0] = 60.0
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.allows()


async def test_the_second_model_s_probe_is_not_spent_while_the_first_answers():
    now = [0.0]
    gate, _ = gateway(GOOD, models=["a", "b"], clock=lambda: now[0])
    for _ in range(3):
        gate._breakers["b"].failed()
    now[0] = 31.0
    await ask(gate)
    assert gate._breakers["b"].allows()


async def test_no_more_calls_at_once_than_allowed():
    running, most = [0], [0]

    class Slow(Told):
        async def complete(self, call):
            running[0] += 1
            most[0] = max(most[0], running[0])
            await asyncio.sleep(0.01)
            running[0] -= 1
            return await super().complete(call)

    gate = Gateway(["a"], Slow(GOOD), limits=replace(HASTY, at_once=2))
    await asyncio.gather(*(ask(gate) for _ in range(12)))
    assert most == [2]


async def test_cancelling_a_turn_cancels_its_call():
    ended = asyncio.Event()

    class Waiting(Told):
        async def complete(self, call):
            try:
                await asyncio.sleep(60)
            finally:
                ended.set()

    gate = Gateway(["a"], Waiting(""), limits=replace(HASTY, call_s=60, job_s=60), ledger=Ledger(lambda: TODAY))
    task = asyncio.create_task(ask(gate))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()
    assert gate.ledger.held("") == 0
    assert gate.ledger.spent("") > 0  # nobody knows what it took: the hold is charged


# Streams


async def said(gate, job=None):
    return [piece async for piece in gate.stream(ASKED, job or gate.job())]


async def test_a_stream_gives_its_pieces_as_they_come():
    gate = Gateway(["a"], Told(lambda m: ["un ", "deux"]), limits=HASTY)
    assert await said(gate) == ["un ", "deux"]


@pytest.mark.parametrize("first", [9.0, Failure("down"), Failure("refused")], ids=["late", "down", "refused"])
async def test_before_its_first_piece_another_model_takes_over(first):
    told = Told(in_turn([first], ["mot"]))
    assert await said(Gateway(["a", "b"], told, limits=HASTY)) == ["mot"]


@pytest.mark.parametrize("end", [9.0, Failure("down"), "x" * 30_000], ids=["stalled", "cut", "endless"])
async def test_after_its_first_piece_a_cut_is_said(end):
    told = Told(in_turn(["mot ", end], ["autre"]))
    pieces = []
    with pytest.raises(ModelUnavailable) as cut:
        async for piece in Gateway(["a", "b"], told, limits=HASTY).stream(ASKED, Gateway(["a"], told).job()):
            pieces.append(piece)
    assert pieces == ["mot "]
    assert cut.value.details["reason"] == "cut"


async def test_an_empty_stream_is_no_answer():
    with pytest.raises(ModelUnavailable):
        await said(Gateway(["a"], Told(lambda m: []), limits=HASTY))


async def test_a_reader_that_leaves_closes_the_stream_and_settles_its_hold():
    closed = asyncio.Event()

    class Long(Told):
        async def stream(self, call):
            try:
                while True:
                    yield "mot "
            finally:
                closed.set()

    gate = Gateway(["a"], Long(""), limits=HASTY, ledger=Ledger(lambda: TODAY))
    pieces = gate.stream(ASKED, gate.job())
    assert await anext(pieces) == "mot "
    await pieces.aclose()
    assert closed.is_set()
    assert gate.ledger.held("") == 0


# Money


class Yielding(str):
    """A key that lets another thread in whenever it is looked up."""

    def __hash__(self):
        time.sleep(0)
        return str.__hash__(self)

    def __eq__(self, other):
        return str.__eq__(self, other)


def test_24_threads_never_spend_more_than_the_budget():
    ledger, cap, refused, workspace = Ledger(lambda: TODAY, cap=100_000), 100_000, [0], Yielding("w")
    over, lock = [], threading.Lock()

    def spend(seed):
        for at in range(200):
            try:
                hold = ledger.reserve(workspace, 100)
            except ModelUnavailable:
                with lock:
                    refused[0] += 1
                continue
            if ledger.spent("w") + ledger.held("w") > cap:
                over.append(seed)
            ledger.settle(hold, None if at % 7 == 0 else (seed * at) % 101)

    with ThreadPoolExecutor(24) as threads:
        list(threads.map(spend, range(24)))
    assert not over
    assert ledger.held("w") == 0
    assert ledger.spent("w") <= cap
    assert refused[0] > 0


def test_a_budget_is_a_workspace_s_own_and_a_day_s():
    day = [TODAY]
    ledger = Ledger(lambda: day[0], cap=10)
    ledger.settle(ledger.reserve("w", 10), 10)
    with pytest.raises(ModelUnavailable):
        ledger.reserve("w", 1)
    assert ledger.reserve("other", 10)
    late = ledger.reserve("third", 5)
    day[0] = TODAY.replace(day=16)
    ledger.settle(late, 5)  # of yesterday: it weighs on nothing
    assert ledger.spent("third") == ledger.held("third") == 0
    assert ledger.reserve("w", 10)


async def test_a_spent_budget_stops_the_call_before_it_is_made():
    gate, told = gateway(GOOD, ledger=Ledger(lambda: TODAY, cap=50))
    with pytest.raises(ModelUnavailable) as refused:
        await ask(gate)
    assert refused.value.details["reason"] == "budget"
    assert told.calls == 0


async def test_what_is_held_is_settled_by_what_was_taken():
    gate, _ = gateway(GOOD, ledger=Ledger(lambda: TODAY, cap=10_000))
    await ask(gate)
    assert (gate.ledger.spent(""), gate.ledger.held("")) == (10, 0)


# The cache


async def test_junk_is_not_kept():
    gate, told = gateway("junk", GOOD, "junk", GOOD, cache=Cache())
    await ask(gate)
    await ask(gate)  # the first answer was none: it is asked for again, then the kept correction serves
    assert told.calls == 3


def test_the_least_used_answer_goes_first():
    calls = [Call("a", [{"role": "user", "content": str(at)}]) for at in range(3)]
    kept = Cache(most=2)
    for call in calls[:2]:
        kept.put(call, Answer("x"))
    assert kept.get(calls[0])
    kept.put(calls[2], Answer("x"))
    assert [bool(kept.get(call)) for call in calls] == [True, False, True]


@pytest.mark.parametrize(
    "other",
    [{"model": "b"}, {"messages": [{"role": "user", "content": "else"}]}, {"schema": Wording}, {"max_tokens": 7}],
)
def test_another_call_has_another_address(other):
    call = Call("a", ASKED)
    assert address(call) == address(replace(call, timeout_s=1.0))
    assert address(call) != address(replace(call, **other))


async def test_a_kept_answer_costs_neither_call_nor_token():
    gate, told = gateway(GOOD, cache=Cache(), ledger=Ledger(lambda: TODAY))
    first, second = await ask(gate), await ask(gate)
    assert first == second
    assert told.calls == 1
    assert gate.ledger.spent("") == 10


async def test_without_a_cache_every_call_is_made():
    gate, told = gateway(GOOD)
    await ask(gate), await ask(gate)
    assert told.calls == 2
