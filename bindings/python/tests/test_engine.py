"""Runs with host-language tools, models and agents."""

from __future__ import annotations

import asyncio
import threading
import time
import unittest
from typing import Any

from aixlet import (
    ApprovalDecision,
    Budget,
    CustomContext,
    DefinitionFile,
    DefinitionRefused,
    Document,
    Engine,
    EventRefused,
    MemoryDocuments,
    MissingKey,
    ModelFailure,
    Reply,
    RunFailed,
    ToolContext,
    UnsupportedProvider,
    describe_problem,
)
from aixlet.models.scripted import scripted

CALCULATOR = """
agents:
  - {name: calculator, model: gpt-4, prompt: You add., tools: [{name: add}]}
"""
SCRIPT = """
- when: {tool: add}
  give: "It is ${result}."
- when: {text: "/(\\\\d+) and (\\\\d+)/"}
  give: {calls: [{tool: add, arguments: {a: 17, b: 25}}]}
"""


def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


def one(model: Any) -> dict[str, Any]:
    return {"gpt-4": model}


class Runs(unittest.IsolatedAsyncioTestCase):
    async def test_a_tool_loop(self) -> None:
        async with Engine.load(CALCULATOR, tools=[add], models=scripted(SCRIPT)) as engine:
            run = engine.run("What is 17 and 25?", id="sum", seed=1)
            types = [event.type async for event in run]
            result = await run
            self.assertEqual((result.stop, result.text, result.label), ("done", "It is 42.", "scripted"))
            self.assertEqual(types[-2:], ["output", "finished"])
            self.assertEqual([each for each in types if each.startswith("tool")], ["tool-call", "tool-end"])
            self.assertEqual(result.counters.tool_calls, 1)
            self.assertEqual(engine.replay(run.journal).finished, True)
            self.assertEqual(engine.live_runs, 0)

    async def test_many_runs_at_once(self) -> None:
        async with Engine.load(CALCULATOR, tools=[add], models=scripted(SCRIPT)) as engine:
            texts = await asyncio.gather(*(engine.run("17 and 25").text() for _ in range(50)))
            self.assertEqual(set(texts), {"It is 42."})

    async def test_tools_that_wait_fail_and_return_garbage(self) -> None:
        seen: list[Any] = []

        async def slow(x: int, context: ToolContext) -> dict[str, Any]:
            await asyncio.sleep(0.01)
            seen.append((context.agent, context.name, context.idempotency_key))
            return {"x": x, "ä": [1.5, None]}

        def broken(x: int) -> str:
            raise ValueError("the key sk-12345678901234567890 is bad")

        def garbage(x: int) -> object:
            return object()

        definition = "agents: [{name: a, model: gpt-4, tools: [{name: slow}, {name: broken}, {name: garbage}]}]"
        given: list[Any] = []

        def model(messages: list[dict[str, Any]]) -> Reply:
            given[:] = messages
            if messages[-1]["role"] == "tool":
                return Reply("done")
            return Reply(tool_calls=[{"name": name, "arguments": {"x": 1}} for name in ("slow", "broken", "garbage")])

        async with Engine.load(definition, tools=[slow, broken, garbage], models=one(model)) as engine:
            self.assertEqual(await engine.run("go", id="r").text(), "done")
        results = {each["content"]: each["is_error"] for each in given if each["role"] == "tool"}
        self.assertEqual(seen, [("a", "slow", "r/2")])
        self.assertIn('{"x":1,"ä":[1.5,null]}', results)
        self.assertTrue(results["the key *** is bad"])
        self.assertTrue(any(text.startswith('{"error":"no-result"') and failed for text, failed in results.items()))

    async def test_arguments_that_are_none(self) -> None:
        said: list[str] = []

        def model(messages: list[dict[str, Any]]) -> Reply:
            if messages[-1]["role"] == "tool":
                said.append(messages[-1]["content"])
                return Reply("done")
            return Reply(tool_calls=[{"name": "add", "arguments": {"a": "one"}}])

        async with Engine.load(CALCULATOR, tools={"add": add}, models=one(model)) as engine:
            await engine.run("x").text()
        self.assertEqual(said, ['{"error":"invalid-arguments","issues":[{"path":"b","message":"it is missing"}]}'])

    async def test_a_failing_model_is_the_cores_to_judge(self) -> None:
        calls: list[int] = []

        async def model(messages: Any, settings: Any, call: Any) -> str:
            calls.append(1)
            if len(calls) < 3:
                raise ModelFailure("rate-limit", "slow down", retry_after=1)
            return "at last"

        async with Engine.load("agents: [{name: a, model: gpt-4, retry: {initial_backoff: 1ms}}]", models=one(model)) as engine:
            result = await engine.run("x")
            self.assertEqual((result.text, result.counters.retries), ("at last", 2))

    async def test_a_model_that_raises_or_returns_garbage(self) -> None:
        def raises(_: Any) -> str:
            raise ZeroDivisionError("no")

        for model, words in ((raises, "no"), (lambda _: 5, "it returned int, not a text"), (lambda _: "\ud800", "answer is none")):
            async with Engine.load("agents: [{name: a, model: gpt-4}]", models=one(model)) as engine:
                with self.assertRaisesRegex(RunFailed, words):
                    await engine.run("x").text()

    async def test_a_model_that_never_answers_is_cancelled(self) -> None:
        ended: list[str] = []
        calls: list[int] = []

        async def model(_: Any) -> str:
            calls.append(1)
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                ended.append("cancelled")
                raise
            return "late"

        async with Engine.load("agents: [{name: a, model: gpt-4, timeout: 50ms}]", models=one(model)) as engine:
            result = await engine.run("x")
            self.assertEqual(result.stop, "deadline")
            run = engine.run("y")
            while not calls[1:]:
                await asyncio.sleep(0.001)
            run.cancel("enough")
            result = await run
            self.assertEqual((result.stop, result.message), ("cancelled", "enough"))
        self.assertEqual(ended, ["cancelled", "cancelled"])

    async def test_code_that_blocks_stops_nobody_else(self) -> None:
        go = threading.Event()

        def wait(context: ToolContext) -> str:
            while not context.cancelled and not go.wait(0.01):
                pass
            return "over"

        calls = Reply(tool_calls=[{"name": "wait"}])
        definition = "agents: [{name: a, model: gpt-4, tools: [{name: wait}]}]"
        async with Engine.load(definition, tools=[wait], models=one(lambda messages: "ok" if messages[-1]["role"] == "tool" else calls)) as engine:
            run = engine.run("x")
            await asyncio.sleep(0.05)
            begun = time.monotonic()
            run.cancel()
            self.assertEqual((await run).stop, "cancelled")
            self.assertLess(time.monotonic() - begun, 1)
        go.set()

    async def test_host_code_as_agents(self) -> None:
        class Vision:
            ready = False

            def start(self) -> None:
                self.ready = True

            async def run(self, text: str, context: CustomContext) -> str:
                return f"{text} seen by {context.agent}, {self.ready}"

        definition = "agents: [{name: eye, role: vision}]"
        async with Engine.load(definition, agents={"vision": Vision()}) as engine:
            self.assertEqual(await engine.run("a cat").text(), "a cat seen by eye, True")
        async with Engine.load(definition, agents={"vision": lambda text, context: None}) as engine:
            with self.assertRaisesRegex(RunFailed, "NoneType"):
                await engine.run("a cat").text()

    async def test_approvals(self) -> None:
        definition = "agents: [{name: a, model: gpt-4, tools: [{name: add, confirm: true}]}]"

        def model(messages: list[dict[str, Any]]) -> Reply:
            if messages[-1]["role"] == "tool":
                return Reply(messages[-1]["content"])
            return Reply(tool_calls=[{"name": "add", "arguments": {"a": 1, "b": 2}}])

        async with Engine.load(definition, tools=[add], models=one(model)) as engine:
            run = engine.run("x")
            async for event in run:
                if event.type == "approval-needed":
                    self.assertEqual((event.tool, event.arguments), ("add", '{"a":1,"b":2}'))  # type: ignore[union-attr]
                    run.approve(event.effect)  # type: ignore[union-attr]
            self.assertEqual(await run.text(), "3")
        denied = lambda request: ApprovalDecision(False, "not today")  # noqa: E731
        async with Engine.load(definition, tools=[add], models=one(model), approve=denied) as engine:
            self.assertIn("not today", await engine.run("x").text())

        def broken(request: Any) -> bool:
            raise RuntimeError("nobody is there")

        async with Engine.load(definition, tools=[add], models=one(model), approve=broken) as engine:
            self.assertIn("nobody is there", await engine.run("x").text())

    async def test_documents(self) -> None:
        definition = """
orchestration: {pattern: rag, generator: g, top_k: 1}
agents: [{name: g, model: gpt-4, prompt: "Only from: {context}"}]
"""
        documents = MemoryDocuments([Document("1", "Cats purr."), Document("2", "Dogs bark.")])
        async with Engine.load(definition, documents=documents, models=one(lambda messages: messages[0]["content"])) as engine:
            text = await engine.run("What do dogs do?").text()
            self.assertIn("Dogs bark.", text)
            self.assertNotIn("Cats", text)

    async def test_more_input_and_budgets(self) -> None:
        async with Engine.load("agents: [{name: a, model: echo}]") as engine:
            run = engine.run("one", open=True)
            run.send("two")
            run.close()
            self.assertEqual([each.text for each in (await run).outputs], ["one", "two"])
            with self.assertRaises(EventRefused):
                await engine.run("x", id="")
        async with Engine.load(CALCULATOR, tools=[add], models=scripted(SCRIPT)) as engine:
            self.assertEqual((await engine.run("17 and 25", budget=Budget(calls=1))).stop, "budget")


class Definitions(unittest.TestCase):
    def test_problems_are_told_as_everywhere(self) -> None:
        text = "agents:\n  - {name: a, role: react, model: gpt-4, promt: x}\n"
        with self.assertRaises(DefinitionRefused) as caught:
            Engine.load(text)
        self.assertEqual(str(caught.exception), "definition:2:42: agents[0].promt: there is no key `promt` here (did you mean prompt?)")
        self.assertEqual([describe_problem(each) for each in Engine.validate(text)], [str(caught.exception)])

    def test_objects(self) -> None:
        engine = Engine.load({"agents": [{"name": "a", "model": "echo", "temperature": 0.5}]})
        self.assertEqual(engine.manifest["definition"]["agents"][0]["temperature"], 0.5)
        with self.assertRaisesRegex(DefinitionRefused, r"agents\.a: a definition cannot hold an object of class set"):
            Engine.load({"agents": {"a": {1, 2}}})

    def test_used_definitions(self) -> None:
        main = "flow: {use: parts/inner.yaml}\n"
        files = {"parts/inner.yaml": "flow: {agent: b}\nagents: [{name: b, model: echo}]\n"}
        engine = Engine.load([DefinitionFile("main.yaml", main)], read=lambda path: files[path])
        self.assertIn("b", str(engine.manifest))
        with self.assertRaisesRegex(DefinitionRefused, r"main.yaml:1:13: .*parts/other.yaml"):
            Engine.load([DefinitionFile("main.yaml", main.replace("inner", "other"))], read=lambda path: files[path])

    def test_models_that_cannot_be_found(self) -> None:
        nothing = lambda name: None  # noqa: E731
        with self.assertRaisesRegex(MissingKey, "OPENAI_API_KEY"):
            Engine.load("agents: [{name: a, model: gpt-4}]", env=nothing).prepare()
        with self.assertRaisesRegex(UnsupportedProvider, "anthropic"):
            Engine.load("agents: [{name: a, model: claude-3}]", env=nothing).prepare()

    def test_variables(self) -> None:
        values = {"PROMPT": "Be kind."}
        engine = Engine.load("agents: [{name: a, model: echo, prompt: '${PROMPT}'}]", env=values.get)
        self.assertIn("Be kind.", str(engine.manifest))


if __name__ == "__main__":
    unittest.main()
