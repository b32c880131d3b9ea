"""Spans by OpenTelemetry's GenAI conventions: docs/telemetry.md.

Which spans there are, and under which, is the core's to say; here they get their names. Nothing is loaded and nothing is done unless the
application has imported `opentelemetry` itself.
"""

from __future__ import annotations

import contextvars
import sys
from typing import TYPE_CHECKING, Any, Mapping

if TYPE_CHECKING:
    from .models.types import ChatModel
    from .protocol import CallModelCommand, CallToolCommand, FinishedCommand, IndexCommand, SearchCommand, SpanEndCommand, SpanStartCommand
    from .run import Run

# What OpenTelemetry calls the same provider (`gen_ai.provider.name`).
_PROVIDERS = {"gemini": "gcp.gemini", "vertexai": "gcp.vertex_ai", "bedrock": "aws.bedrock", "azure": "azure.ai.openai", "mistral": "mistral_ai", "xai": "x_ai"}


class _Tracing:
    """The spans of a run, by the core's ids. `outer`: what the run's own span stands under."""

    def __init__(self, root: Any, outer: Any) -> None:
        self.root = root
        self.outer = outer
        self.spans: dict[int, Any] = {}


class Telemetry:
    """Tells OpenTelemetry what the core says about spans."""

    def __init__(self, workflow: str) -> None:
        self._workflow = workflow
        self._names: list[str] = []
        self._enabled = True
        self._runs: dict[Run, _Tracing] = {}
        self._asked: dict[Run, Any] = {}

    def serve(self, names: list[str], config: Mapping[str, Any]) -> None:
        self._names = names
        self._enabled = config.get("enable_tracing") is not False

    def traces(self, run: Run) -> bool:
        """Whether somebody records the spans of this run."""
        return run in self._runs

    def ask(self, run: Run) -> None:
        """Somebody asks for a run: what it will stand under is what is active now."""
        if self._enabled and "opentelemetry.trace" in sys.modules:
            from opentelemetry import context

            self._asked[run] = context.get_current()

    def begin(self, run: Run, time: int) -> None:
        outer = self._asked.pop(run, None)
        if not self._enabled or "opentelemetry.trace" not in sys.modules or run in self._runs:
            return
        from opentelemetry import trace

        attributes = {"gen_ai.operation.name": "invoke_workflow", "gen_ai.workflow.name": self._workflow, "gen_ai.conversation.id": run.id}
        name = f"invoke_workflow {self._workflow}"
        root = trace.get_tracer("aixlet").start_span(name, outer, trace.SpanKind.INTERNAL, attributes, start_time=_nanoseconds(time))
        if root.is_recording():
            self._runs[run] = _Tracing(root, outer)

    def start_span(self, run: Run, command: SpanStartCommand, time: int) -> None:
        # The workflow's span is begun with the run.
        if command.operation == "workflow":
            return
        if command.operation == "node":
            more = {"gen_ai.operation.name": "invoke_workflow", "gen_ai.workflow.name": command.name}
            return self._open(run, command, f"invoke_workflow {command.name}", time, more)
        more = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": command.name, "gen_ai.agent.id": command.name}
        self._open(run, command, f"invoke_agent {command.name}", time, more)

    def call_model(self, run: Run, command: CallModelCommand, model: ChatModel, time: int) -> None:
        if not self.traces(run):
            return
        attributes = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": _PROVIDERS.get(model.provider, model.provider),
            "gen_ai.request.model": model.model,
            "gen_ai.agent.name": self._names[command.agent] if command.agent < len(self._names) else "",
        }
        self._open(run, command, f"chat {model.model}", time, attributes, is_client=True)

    def call_tool(self, run: Run, command: CallToolCommand, time: int) -> None:
        attributes = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": command.name,
            "gen_ai.tool.type": "function",
            "gen_ai.tool.call.id": command.id,
        }
        self._open(run, command, f"execute_tool {command.name}", time, attributes)

    def search(self, run: Run, command: SearchCommand | IndexCommand, time: int) -> None:
        attributes = {"gen_ai.operation.name": "retrieval", "gen_ai.data_source.id": command.collection}
        self._open(run, command, f"retrieval {command.collection}".strip(), time, attributes, is_client=True)

    def within(self, run: Run, span: int) -> contextvars.Context | None:
        """A context in which a span is the current one, so that spans made in it, such as those of HTTP, stand under it."""
        tracing = self._runs.get(run)
        around = tracing.spans.get(span) if tracing is not None else None
        if tracing is None or around is None:
            return None
        from opentelemetry import context, trace

        made = contextvars.copy_context()
        made.run(context.attach, trace.set_span_in_context(around, tracing.outer))
        return made

    def end_span(self, run: Run, command: SpanEndCommand, time: int) -> None:
        tracing = self._runs.get(run)
        if tracing is None:
            return
        span = tracing.root if command.operation == "workflow" else tracing.spans.pop(command.span, None)
        if span is None:
            return
        if command.operation == "chat" and command.ok:
            usage = command.usage
            span.set_attribute("gen_ai.usage.input_tokens", usage.input)
            span.set_attribute("gen_ai.usage.output_tokens", usage.output)
            span.set_attribute("gen_ai.usage.cache_read.input_tokens", usage.cached_read)
            span.set_attribute("gen_ai.usage.cache_creation.input_tokens", usage.cached_write)
            span.set_attribute("gen_ai.usage.reasoning.output_tokens", usage.reasoning)
        if not command.ok:
            _fail(span, command.error)
        # The workflow's ends when the run does.
        if span is not tracing.root:
            span.end(_nanoseconds(time))

    def end(self, run: Run, finished: FinishedCommand, time: int) -> None:
        tracing = self._runs.pop(run, None)
        if tracing is None:
            return
        for span in tracing.spans.values():
            span.end(_nanoseconds(time))
        tracing.root.set_attribute("aixlet.stop", str(finished.stop))
        tracing.root.end(_nanoseconds(time))

    def drop(self, run: Run, time: int, why: str = "trapped") -> None:
        """The engine failed under a run, or let go of it."""
        self._asked.pop(run, None)
        tracing = self._runs.pop(run, None)
        if tracing is None:
            return
        for span in (*tracing.spans.values(), tracing.root):
            _fail(span, why)
            span.end(_nanoseconds(time))

    def _open(self, run: Run, command: Any, name: str, time: int, attributes: dict[str, str], is_client: bool = False) -> None:
        tracing = self._runs.get(run)
        if tracing is None:
            return
        from opentelemetry import trace

        under = trace.set_span_in_context(tracing.spans.get(command.parent, tracing.root), tracing.outer)
        kind = trace.SpanKind.CLIENT if is_client else trace.SpanKind.INTERNAL
        span = trace.get_tracer("aixlet").start_span(name, under, kind, attributes, start_time=_nanoseconds(time))
        tracing.spans[command.span] = span


def _fail(span: Any, error: str) -> None:
    from opentelemetry.trace import Status, StatusCode

    span.set_status(Status(StatusCode.ERROR))
    span.set_attribute("error.type", error)


def _nanoseconds(milliseconds: int) -> int:
    return milliseconds * 1_000_000
