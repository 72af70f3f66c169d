"""What LiteLLM sends and reads, provider by provider: every answer, good or bad, ends as one of ours."""

import asyncio
import json

import httpx
import pytest
import respx

from coach.errors import ModelUnavailable
from coach.llm import provider
from coach.llm.answers import Wording
from coach.llm.gateway import Gateway, Limits
from coach.llm.provider import Call, Failure, LiteLLM

ASKED = [{"role": "user", "content": "ask"}]
GOOD = '{"text": "Pour quand ?", "why": "pour le suivi"}'
QUICK = Limits(first_token_s=5, call_s=5, job_s=20, pause_s=0.0, retry_after_s=1.5)


def openai(text):
    message = {"role": "assistant", "content": text}
    return {
        "id": "x", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 4, "total_tokens": 11},
    }  # fmt: skip


def anthropic(text):
    return {
        "id": "x", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5", "stop_reason": "end_turn",
        "content": [{"type": "text", "text": text}], "usage": {"input_tokens": 7, "output_tokens": 4},
    }  # fmt: skip


def gemini(text):
    return {
        "candidates": [{"content": {"role": "model", "parts": [{"text": text}]}, "finishReason": "STOP", "index": 0}],
        "usageMetadata": {"promptTokenCount": 7, "candidatesTokenCount": 4, "totalTokenCount": 11},
    }


def ollama(text):
    return {
        "model": "m", "created_at": "2026-01-15T12:00:00Z", "message": {"role": "assistant", "content": text},
        "done": True, "done_reason": "stop", "prompt_eval_count": 7, "eval_count": 4,
    }  # fmt: skip


def openai_pieces(words, *, whole=True):
    for word in words:
        piece = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        yield "data: " + json.dumps(
            {**piece, "choices": [{"index": 0, "delta": {"content": word}, "finish_reason": None}]}
        )
    if whole:
        yield 'data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}'
        yield "data: [DONE]"


def anthropic_pieces(words, *, whole=True):
    start = {"type": "message_start", "message": {**anthropic(""), "content": []}}
    yield f"event: message_start\ndata: {json.dumps(start)}"
    yield 'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}'
    for word in words:
        delta = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": word}}
        yield f"event: content_block_delta\ndata: {json.dumps(delta)}"
    if whole:
        yield 'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}'
        yield 'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":4}}'
        yield 'event: message_stop\ndata: {"type":"message_stop"}'


def gemini_pieces(words, *, whole=True):
    for at, word in enumerate(words):
        piece = gemini(word)
        if not whole or at < len(words) - 1:
            piece["candidates"][0].pop("finishReason")
        yield f"data: {json.dumps(piece)}"


def ollama_pieces(words, *, whole=True):
    for word in words:
        yield json.dumps({**ollama(word), "done": False, "done_reason": None})
    if whole:
        yield json.dumps(ollama(""))


WIRES = {
    "openai/gpt-4o-mini": ("https://api.openai.com/v1/chat/completions", openai, openai_pieces, "response_format"),
    "anthropic/claude-sonnet-4-5": ("https://api.anthropic.com/v1/messages", anthropic, anthropic_pieces, "output_"),
    "mistral/mistral-small-latest": ("https://api.mistral.ai/v1/chat/completions", openai, openai_pieces, "response_format"),
    "gemini/gemini-2.5-flash": (r"https://generativelanguage\.googleapis\.com/.*", gemini, gemini_pieces, "response_json_schema"),
    "ollama_chat/qwen2.5": ("http://localhost:11434/api/chat", ollama, ollama_pieces, "format"),
    "azure/ours": (r"https://ours\.openai\.azure\.com/openai/deployments/ours/chat/completions.*", openai, openai_pieces, "response_format"),
    "scaleway/mistral-small": ("https://api.scaleway.ai/v1/chat/completions", openai, openai_pieces, "response_format"),
    "ovhcloud/Mistral-Small": (r"https://oai\.endpoints\.kepler\.ai\.cloud\.ovh\.net/v1/chat/completions", openai, openai_pieces, "response_format"),
    "openai/local": ("http://127.0.0.1:8080/v1/chat/completions", openai, openai_pieces, "response_format"),
}  # fmt: skip
KEYS = (
    "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "MISTRAL_API_KEY", "GEMINI_API_KEY", "AZURE_API_KEY", "SCW_SECRET_KEY", "OVHCLOUD_API_KEY",
)  # fmt: skip


@pytest.fixture(params=WIRES)
def wire(request, monkeypatch):
    """One provider's address, mocked: nothing reaches the network."""
    litellm = provider._litellm()
    litellm.in_memory_llm_clients_cache.flush_cache()  # a cached client would keep another test's transport
    for key in KEYS:
        monkeypatch.setenv(key, "sk-secret-test-key")
    if request.param == "azure/ours":
        monkeypatch.setenv("AZURE_API_BASE", "https://ours.openai.azure.com")
        monkeypatch.setenv("AZURE_API_VERSION", "2024-10-21")
    if request.param == "openai/local":
        monkeypatch.setenv("OPENAI_API_BASE", "http://127.0.0.1:8080/v1")
    with respx.mock(assert_all_called=False) as mocked:
        mocked.get(url__regex=r"http://localhost:11434/.*").respond(404)
        mocked.post("http://localhost:11434/api/show").respond(404)
        url, body, pieces, schema = WIRES[request.param]
        route = mocked.post(url__regex=url + "$" if url.startswith("http") and ".*" not in url else url)
        yield Wire(request.param, route, body, pieces, schema)


class Wire:
    """One provider: ``answers`` sets what it gives next."""

    def __init__(self, model, route, body, pieces, schema):
        self.model, self.route, self.body, self.pieces, self.schema = model, route, body, pieces, schema
        self.gateway = Gateway([model], LiteLLM(), limits=QUICK)

    def answers(self, *responses):
        self.route.side_effect = [*responses, *[responses[-1]] * 5]

    def good(self, text=GOOD):
        return httpx.Response(200, json=self.body(text))

    def streamed(self, words, *, whole=True):
        by = "\n" if self.model.startswith("ollama") else "\n\n"
        kind = "application/x-ndjson" if self.model.startswith("ollama") else "text/event-stream"
        return httpx.Response(200, text=by.join(self.pieces(words, whole=whole)) + by, headers={"content-type": kind})

    async def structured(self):
        return await self.gateway.structured(ASKED, Wording, self.gateway.job())

    @property
    def sent(self):
        return json.loads(self.route.calls[-1].request.content)


async def test_a_plain_answer_is_read_with_what_it_took(wire):
    wire.answers(wire.good("Bonjour"))
    answer = await LiteLLM().complete(Call(wire.model, ASKED))
    assert answer.text == "Bonjour"
    assert answer.tokens == 11


async def test_a_structured_answer_is_asked_for_by_its_schema(wire):
    wire.answers(wire.good())
    assert (await wire.structured()).text == "Pour quand ?"
    assert wire.schema in json.dumps(wire.sent)
    assert wire.route.call_count == 1


async def test_a_stream_comes_in_pieces(wire):
    wire.answers(wire.streamed(["Bon", "jour ", "Anne"]))
    pieces = [piece async for piece in wire.gateway.stream(ASKED, wire.gateway.job())]
    assert "".join(pieces) == "Bonjour Anne"


@pytest.mark.parametrize("status", [401, 403, 404, 400])
async def test_a_refusal_is_not_tried_again(wire, status):
    wire.answers(httpx.Response(status, json={"error": {"message": "sk-secret-test-key is not valid"}}))
    with pytest.raises(Failure) as failed:
        await LiteLLM().complete(Call(wire.model, ASKED))
    assert failed.value.kind == "refused"
    assert "sk-secret" not in str(failed.value)
    calls = wire.route.call_count
    with pytest.raises(ModelUnavailable):
        await wire.structured()
    assert wire.route.call_count == calls + 1


@pytest.mark.parametrize(("headers", "calls"), [({}, 2), ({"retry-after": "1"}, 2), ({"retry-after": "60"}, 1)])
async def test_too_many_calls_are_waited_for_once_and_not_for_long(wire, headers, calls):
    wire.answers(httpx.Response(429, json={"error": {"message": "slow down"}}, headers=headers), wire.good())
    if calls == 1:
        with pytest.raises(ModelUnavailable):
            await wire.structured()
    else:
        began = asyncio.get_running_loop().time()
        assert (await wire.structured()).text
        assert asyncio.get_running_loop().time() - began >= (0.95 if headers else 0)
    assert wire.route.call_count == calls


@pytest.mark.parametrize("status", [500, 502, 503, 529])
async def test_a_provider_s_trouble_is_tried_once_more(wire, status):
    wire.answers(httpx.Response(status, text="<html>trouble</html>"), wire.good())
    assert (await wire.structured()).text
    assert wire.route.call_count == 2


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("no"), httpx.ReadTimeout("late"), httpx.RemoteProtocolError("cut")]
)
async def test_a_broken_connection_is_tried_once_more(wire, error):
    wire.answers(error, wire.good())
    assert (await wire.structured()).text
    assert wire.route.call_count == 2


@pytest.mark.parametrize("text", ['{"text": "Pour', "pas de JSON", "[]", '{"why": "x"}'])
async def test_an_answer_that_is_no_json_is_asked_again_once(wire, text):
    wire.answers(wire.good(text), wire.good())
    assert (await wire.structured()).text == "Pour quand ?"
    assert wire.route.call_count == 2


@pytest.mark.parametrize("text", ["", "   ", "x" * 100_000])
async def test_an_empty_or_endless_answer_is_none(wire, text):
    wire.answers(wire.good(text))
    with pytest.raises(ModelUnavailable):
        await wire.structured()


async def test_a_body_that_is_no_answer_at_all_is_a_failure(wire):
    wire.answers(httpx.Response(200, text="<html>gateway</html>"))
    with pytest.raises(ModelUnavailable):
        await wire.structured()


class Cut(httpx.AsyncByteStream):
    """A body that ends with the connection."""

    def __init__(self, text):
        self.text = text

    async def __aiter__(self):
        yield self.text.encode()
        raise httpx.ReadError("connection lost")


async def test_a_stream_cut_in_the_middle_is_said_after_what_came(wire):
    whole = wire.streamed(["Bon", "jour"], whole=False)
    wire.answers(httpx.Response(200, headers={"content-type": whole.headers["content-type"]}, stream=Cut(whole.text)))
    pieces = []
    with pytest.raises(ModelUnavailable):
        async for piece in wire.gateway.stream(ASKED, wire.gateway.job()):
            pieces.append(piece)
    assert "Bonjour".startswith("".join(pieces))


# A provider that hangs: what is left of a call that nobody waits for any more


class Hanging:
    """A server that takes a request and never finishes its answer; it knows when the other side has left."""

    def __init__(self, head):
        self.head, self.asked, self.left = head, asyncio.Event(), asyncio.Event()

    async def __aenter__(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}/v1"
        return self

    async def __aexit__(self, *_):
        self.server.close()

    async def _serve(self, reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(self.head.encode())
        await writer.drain()
        self.asked.set()
        while await reader.read(1024):
            pass
        self.left.set()
        writer.close()


@pytest.fixture
def local_key(monkeypatch):
    provider._litellm().in_memory_llm_clients_cache.flush_cache()
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-test-key")
    return monkeypatch


async def test_cancelling_a_turn_hangs_up_on_the_provider(local_key):
    async with Hanging("") as server:
        local_key.setenv("OPENAI_API_BASE", server.address)
        gateway = Gateway(["openai/local"], LiteLLM(), limits=QUICK)
        turn = asyncio.create_task(gateway.structured(ASKED, Wording, gateway.job()))
        await asyncio.wait_for(server.asked.wait(), 10)
        turn.cancel()
        with pytest.raises(asyncio.CancelledError):
            await turn
        await asyncio.wait_for(server.left.wait(), 5)


async def test_leaving_a_stream_hangs_up_on_the_provider(local_key):
    head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n" + next(openai_pieces(["mot "])) + "\n\n"
    async with Hanging(head) as server:
        local_key.setenv("OPENAI_API_BASE", server.address)
        gateway = Gateway(["openai/local"], LiteLLM(), limits=QUICK)
        pieces = gateway.stream(ASKED, gateway.job())
        assert await anext(pieces) == "mot "
        await pieces.aclose()
        await asyncio.wait_for(server.left.wait(), 5)


async def test_a_provider_that_says_nothing_is_left_in_time(local_key):
    async with Hanging("") as server:
        local_key.setenv("OPENAI_API_BASE", server.address)
        gateway = Gateway(["openai/local"], LiteLLM(), limits=Limits(first_token_s=0.4, call_s=0.4, job_s=0.6))
        began = asyncio.get_running_loop().time()
        with pytest.raises(ModelUnavailable):
            await gateway.structured(ASKED, Wording, gateway.job())
        assert asyncio.get_running_loop().time() - began < 3
        await asyncio.wait_for(server.left.wait(), 5)
