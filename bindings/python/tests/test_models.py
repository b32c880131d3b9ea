"""The client of OpenAI's kind against a server that says anything, and the scripted model."""

from __future__ import annotations

import asyncio
import json
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aixlet import Engine, ModelFailure, RunFailed, ScriptRefused
from aixlet.models.scripted import scripted
from aixlet.models.source import ModelSource

ANSWER = {
    "choices": [{"message": {"role": "assistant", "content": "Hello."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 4}},
}


class Server:
    """Gives one answer after another; what it was asked is in `requests`."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], Any]] = []
        self.requests: list[tuple[str, dict[str, str], Any]] = []
        self.delay = 0.0
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                server.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
                time.sleep(server.delay)
                status, headers, answer = server.answers.pop(0)
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("content-length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    pass

            def log_message(self, *_: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class OpenAi(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        self.server = Server()
        self.addCleanup(self.server.close)

    def load(self, more: str = "", tools: Any = ()) -> Engine:
        definition = f"agents: [{{name: a, model: gpt-4, provider: openai, endpoint: '{self.server.url}', prompt: Be kind., temperature: 0.5{more}}}]"
        return Engine.load(definition, tools=tools, env={"OPENAI_API_KEY": "sk-secret-secret-1"}.get)

    async def test_a_call(self) -> None:
        def look(place: str) -> str:
            """Looks."""
            return f"{place}: nothing"

        call = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"place": "here"}'}}
        wants = {"choices": [{"message": {"content": None, "tool_calls": [call]}, "finish_reason": "tool_calls"}]}
        self.server.answers = [(200, {}, wants), (200, {}, ANSWER)]
        async with self.load(", max_tokens: 50, tools: [{name: look}]", [look]) as engine:
            result = await engine.run("Hi", id="r")
            self.assertEqual((result.text, result.label), ("Hello.", None))
            self.assertEqual((result.counters.input_tokens, result.counters.output_tokens), (9, 2))
        (path, headers, first), (_, _, second) = self.server.requests
        self.assertEqual((path, headers["authorization"], headers["idempotency-key"]), ("/v1/chat/completions", "Bearer sk-secret-secret-1", "r/1"))
        self.assertEqual((first["model"], first["temperature"], first["max_tokens"]), ("gpt-4", 0.5, 50))
        self.assertEqual(first["messages"][-1], {"role": "user", "content": "Hi"})
        declared = first["tools"][0]["function"]
        self.assertEqual((declared["name"], declared["description"]), ("look", "Looks."))
        self.assertEqual(declared["parameters"]["properties"], {"place": {"type": "string"}})
        self.assertEqual(second["messages"][-1], {"role": "tool", "content": "here: nothing", "tool_call_id": "c1"})
        self.assertEqual(second["messages"][-2]["tool_calls"][0]["function"], {"name": "look", "arguments": '{"place":"here"}'})

    async def test_failures(self) -> None:
        model = ModelSource(None, lambda name: "sk-secret-secret-1").find({"provider": "openai", "model": "m", "endpoint": self.server.url})
        from aixlet.models.conversation import Conversation
        from aixlet.models.types import ModelCall, ModelSettings

        prepared = model.prepare(ModelSettings("a"))
        cases: list[tuple[int, dict[str, str], Any, str, float | None]] = [
            (429, {"retry-after": "2"}, {"error": {"message": "slow"}}, "rate-limit", 2000),
            (429, {"retry-after-ms": "30"}, b"", "rate-limit", 30),
            (429, {}, {"error": {"code": "insufficient_quota", "message": "no money"}}, "authentication", None),
            (401, {}, {"error": {"message": "bad key sk-secret-secret-1"}}, "authentication", None),
            (400, {}, {"error": {"message": "no such field"}}, "invalid-request", None),
            (500, {}, b"<html>", "server-error", None),
            (408, {}, b"", "timeout", None),
            (200, {}, b"{", "malformed", None),
            (200, {}, {"choices": []}, "malformed", None),
        ]
        for status, headers, body, kind, wait in cases:
            with self.subTest(f"{status} {kind}"):
                self.server.answers = [(status, headers, body)]
                with self.assertRaises(ModelFailure) as caught:
                    await prepared.generate(Conversation(), ModelCall(self, "k"))
                self.assertEqual((str(caught.exception.kind), caught.exception.retry_after), (kind, wait))
                self.assertNotIn("secret", str(caught.exception))
        self.server.close()
        with self.assertRaises(ModelFailure) as caught:
            await prepared.generate(Conversation(), ModelCall(self, "k"))
        self.assertEqual(str(caught.exception.kind), "network")

    async def test_a_call_that_is_broken_off(self) -> None:
        self.server.delay = 1
        self.server.answers = [(200, {}, ANSWER)]
        async with self.load() as engine:
            run = engine.run("x")
            while not self.server.requests:
                await asyncio.sleep(0.01)
            begun = time.monotonic()
            run.cancel()
            self.assertEqual((await run).stop, "cancelled")
            self.assertLess(time.monotonic() - begun, 0.5)


class Scripted(unittest.IsolatedAsyncioTestCase):
    async def test_rules(self) -> None:
        waited: list[float] = []

        async def sleep(seconds: float) -> None:
            waited.append(seconds)

        script = """
- when: {agent: a, text: "/my name is (?<name>\\\\w+)/i"}
  give: [{text: "Hello, ${1}.", delay: 1.5s}, "Hello again, ${1}."]
- when: {text: costs}
  give: {fail: {status: 429, message: slow down}}
  times: 1
- when: {text: costs}
  give: {json: {answer: "$$5"}, usage: {input: 3, output: 4}}
"""
        async with Engine.load("agents: [{name: a, model: gpt-4, retry: {initial_backoff: 1ms}}]", models=scripted(script, sleep=sleep)) as engine:
            self.assertEqual(await engine.run("My name is Ada").text(), "Hello, Ada.")
            result = await engine.run("What costs it?")
            self.assertEqual((result.text, result.counters.retries, result.counters.output_tokens), ('{"answer":"$5"}', 1, 4))
            with self.assertRaisesRegex(RunFailed, "no rule fits agent a"):
                await engine.run("Something else").text()
        self.assertEqual(waited, [1.5])

    def test_refused(self) -> None:
        with self.assertRaises(ScriptRefused) as caught:
            scripted("- when: {txt: a}\n  give: {text: a, fial: b}\n- give: []\n- {}\n")
        self.assertEqual(
            [f"{each.path}: {each.code}" for each in caught.exception.problems],
            ["[0].when.txt: unknown-key", "[0].give.fial: unknown-key", "[1].give: bad-value", "[2]: missing-key"],
        )


if __name__ == "__main__":
    unittest.main()
