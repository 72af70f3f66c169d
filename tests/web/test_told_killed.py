"""The whole way at once: a browser, the server in its own process, LiteLLM, and a provider that speaks over HTTP.

``kill -9`` and SIGTERM while the provider is in the midst of its answer: the page says so and ends in a usable turn.
"""

import http.server
import json
import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import expect

from tests.shell import processes
from tests.web import browsing
from tests.web.test_live import begin

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FULL = bool(os.environ.get("COACH_TEST_FULL"))
OPEN = "Obtenir 30 rendez-vous qualifiés avec des PME industrielles"
WARM = "À quelle échéance souhaitez-vous voir ces rendez-vous dans l’agenda de votre équipe ?"
SAID = json.dumps({"text": WARM, "why": "Chacun saura où aller."}, ensure_ascii=False)
STOPPED_WITHIN_S = 5.0
TRIES = 6  # LiteLLM takes seconds to load: until then the model "does not answer", and the page says so


@dataclass
class Provider:
    """An OpenAI-compatible server that stops in the middle of what it streams until it is let on."""

    address: str = ""
    go_on: threading.Event = field(default_factory=threading.Event)
    hung_up: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def provider() -> Iterator[Provider]:
    spoken = Provider()

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if asked.get("stream"):
                return self._stream()
            message = {"role": "assistant", "content": '{"facts": []}'}
            choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
            body = {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": choices}
            self._head("application/json")
            self.wfile.write(json.dumps(body).encode())

        def _head(self, kind):
            self.send_response(200)
            self.send_header("content-type", kind)
            self.end_headers()

        def _stream(self):
            self._head("text/event-stream")
            try:
                for at, words in enumerate(re.findall(r"(?s).{1,6}", SAID)):
                    while at >= 12 and not spoken.go_on.wait(0.05):
                        self.wfile.write(b": still here\n\n")  # a write to who has hung up fails
                    self._piece({"content": words}, None)
                self._piece({}, "stop")
                self.wfile.write(b"data: [DONE]\n\n")
            except OSError:
                spoken.hung_up.set()

        def _piece(self, delta, reason):
            choice = {"index": 0, "delta": delta, "finish_reason": reason}
            piece = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
            self.wfile.write(f"data: {json.dumps(piece)}\n\n".encode())
            self.wfile.flush()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        spoken.address = f"http://127.0.0.1:{running.server_port}/v1"
        yield spoken
        spoken.go_on.set()
        running.shutdown()


def with_model(provider: Provider) -> dict[str, str]:
    named = {"COACH_MODEL": "openai/local", "OPENAI_API_BASE": provider.address, "OPENAI_API_KEY": "sk-local"}
    return {**named, "COACH_TIME_ZONE": "Europe/Paris"}


def speaking(look) -> None:
    """A conversation in which the model is in the midst of its question."""
    look.context.set_default_timeout(40_000)  # the server loads LiteLLM meanwhile
    for _ in range(TRIES):
        begin(look, OPEN)
        try:
            expect(look.page.locator(".msg.coach .live")).to_contain_text("souhaitez-vous", timeout=15_000)
            return
        except AssertionError:
            continue
    raise AssertionError("the model was never heard")


@pytest.fixture(autouse=True)
def _only_in_full():
    if not FULL:
        pytest.skip("loads LiteLLM in a server of its own: COACH_TEST_FULL=1")


def test_a_server_killed_while_a_provider_speaks_leaves_a_usable_turn(browser, tmp_path, provider):
    with browsing.chromium_window(browser) as look:
        with processes.serving(tmp_path, **with_model(provider)) as dying:
            look.address = dying.address
            speaking(look)
            dying.kill()
        port = look.address.rpartition(":")[2]
        with processes.serving(tmp_path, (*processes.COACH[:-1], port), COACH_TIME_ZONE="Europe/Paris"):
            expect(look.page.locator(".msg.coach[aria-busy=true]")).to_have_count(0, timeout=20_000)
            look.settled()
            expect(look.page.locator(".msg.coach .bubble").last).to_contain_text("?")
            expect(look.page.locator(".chip").first).to_be_visible()
            look.say("d’ici le 30 juin 2027")
            expect(look.page.locator("#card .criterion.pass .tile", has_text="T")).to_have_count(1)


def test_a_server_told_to_stop_while_a_provider_speaks_ends_in_time_and_hangs_up(browser, tmp_path, provider):
    with browsing.chromium_window(browser) as look, processes.serving(tmp_path, **with_model(provider)) as server:
        look.address = server.address
        speaking(look)
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(timeout=30)
        assert time.monotonic() - began < STOPPED_WITHIN_S + 2  # a machine that does much else too
        assert provider.hung_up.wait(5)


def test_stopping_on_the_page_hangs_up_on_the_provider(browser, tmp_path, provider):
    with browsing.chromium_window(browser) as look, processes.serving(tmp_path, **with_model(provider)) as server:
        look.address = server.address
        speaking(look)
        look.page.keyboard.press("Escape")
        assert provider.hung_up.wait(5)
        look.settled()
        expect(look.page.locator(".stopped")).to_be_visible()
        expect(look.page.locator(".msg.coach .bubble").last).to_contain_text("?")
