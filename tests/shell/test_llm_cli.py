"""``coach models``: what is configured, tried for real against a server of this machine."""

import http.server
import json
import os
import subprocess
import sys
import threading

import pytest

MODEL = "openai/local"


@pytest.fixture
def server():
    """An OpenAI-compatible server: good with the right key, 401 without it."""

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            right = self.headers["authorization"] == "Bearer sk-right"
            message = {"role": "assistant", "content": '{"text": "Bonjour", "why": "x"}'}
            body = {
                "id": "x", "object": "chat.completion", "created": 1, "model": "local",
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 7, "completion_tokens": 4, "total_tokens": 11},
            } if right else {"error": {"message": "bad key"}}  # fmt: skip
            if right and asked.get("stream"):
                return self._streams()
            self.send_response(200 if right else 401)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def _streams(self):
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            for at, delta in enumerate(({"content": "Bon"}, {"content": "jour"}, {})):
                choice = {"index": 0, "delta": delta, "finish_reason": "stop" if at == 2 else None}
                piece = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
                self.wfile.write(f"data: {json.dumps(piece)}\n\n".encode())
            self.wfile.write(b"data: [DONE]\n\n")

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/v1"
        running.shutdown()


def coach(*arguments, **environment):
    ours = {**os.environ, "OPENAI_API_KEY": "sk-right", **environment}
    return subprocess.run(
        [sys.executable, "-m", "coach", *arguments], capture_output=True, text=True, env=ours, timeout=120
    )


def test_no_model_is_said_with_what_to_do():
    ran = coach("models")
    assert ran.returncode == 2
    assert "COACH_MODEL" in ran.stderr


def test_a_list_calls_nobody():
    ran = coach("models", "--list", "--json", COACH_MODEL="mistral/a, ollama_chat/b,mistral/a")
    assert json.loads(ran.stdout) == [{"model": "mistral/a"}, {"model": "ollama_chat/b"}]


def test_a_model_that_answers_is_shown_with_what_it_took(server):
    ran = coach("models", "--json", COACH_MODEL=MODEL, OPENAI_API_BASE=server)
    (row,) = json.loads(ran.stdout)
    assert ran.returncode == 0, ran.stderr
    assert row["works"]
    assert row["tokens"] == 11
    assert row["seconds"] > 0
    assert row["first_words_s"] > 0


def test_a_model_that_refuses_is_said_without_its_key(server):
    ran = coach("models", COACH_MODEL=MODEL, OPENAI_API_BASE=server, OPENAI_API_KEY="sk-wrong-secret")
    assert ran.returncode == 1
    assert "401" in ran.stdout
    assert "sk-wrong" not in ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr
