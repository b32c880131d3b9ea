"""Spans have the names that they have on every host."""

from __future__ import annotations

import unittest
from typing import Any

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from aixlet import Engine
from aixlet.models.scripted import scripted

from .test_engine import CALCULATOR, SCRIPT

EXPORTER = InMemorySpanExporter()
PROVIDER = TracerProvider()
PROVIDER.add_span_processor(SimpleSpanProcessor(EXPORTER))
trace.set_tracer_provider(PROVIDER)


class Spans(unittest.IsolatedAsyncioTestCase):
    async def test_a_run(self) -> None:
        inner: list[Any] = []

        async def add(a: int, b: int) -> int:
            inner.append(trace.get_current_span().get_span_context().span_id)
            return a + b

        EXPORTER.clear()
        with trace.get_tracer("test").start_as_current_span("outer") as outer:
            async with Engine.load(CALCULATOR, tools=[add], models=scripted(SCRIPT), name="sums") as engine:
                await engine.run("17 and 25", id="r")
        spans = {span.name: span for span in EXPORTER.get_finished_spans()}
        self.assertEqual(set(spans), {"outer", "invoke_workflow sums", "invoke_agent calculator", "chat gpt-4", "execute_tool add"})
        root, agent, chat, tool = (spans[name] for name in ("invoke_workflow sums", "invoke_agent calculator", "chat gpt-4", "execute_tool add"))
        self.assertEqual(root.parent.span_id, outer.get_span_context().span_id)
        self.assertEqual(agent.parent.span_id, root.context.span_id)
        self.assertEqual(chat.parent.span_id, agent.context.span_id)
        self.assertEqual(inner, [tool.context.span_id])
        self.assertEqual(root.attributes["gen_ai.conversation.id"], "r")
        self.assertEqual(root.attributes["aixlet.stop"], "done")
        self.assertEqual(chat.attributes["gen_ai.request.model"], "gpt-4")
        self.assertGreater(chat.attributes["gen_ai.usage.output_tokens"], 0)
        self.assertEqual(tool.attributes["gen_ai.tool.name"], "add")


if __name__ == "__main__":
    unittest.main()
