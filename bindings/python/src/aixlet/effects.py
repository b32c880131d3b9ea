"""Effects under way: each is a task of asyncio's, and its end is an event."""

from __future__ import annotations

import asyncio
import json
import math
from typing import Any, Callable, Coroutine

from .agents import Crew, CustomContext
from .documents import Document, SearchRequest, found_to_json
from .errors import AixletError
from .loop import Loop
from .models.failure import ModelFailure
from .models.types import ModelAnswer, ModelCall, PreparedModel, ToolDeclaration
from .protocol import (
    AgentFailedEvent,
    AgentReadyEvent,
    AgentResultEvent,
    ApprovalEvent,
    AskApprovalCommand,
    CallAgentCommand,
    CallModelCommand,
    CallToolCommand,
    CountedEvent,
    CountTokensCommand,
    EffectFailedEvent,
    Event,
    FailureKind,
    IndexCommand,
    IndexResultEvent,
    ModelResultEvent,
    OfferedTool,
    ResendEvent,
    SearchCommand,
    SearchResultEvent,
    StartAgentCommand,
    ToolResultEvent,
    Usage,
)
from .run import Run
from .tools import ToolContext
from .watch import Watch

Effect = CallModelCommand | CallToolCommand | CallAgentCommand | SearchCommand | IndexCommand


class Attempt:
    """An attempt at an effect, under way."""

    def __init__(self, task: asyncio.Task[Any], context: ToolContext | None, is_threaded: bool) -> None:
        self._task = task
        self._context = context
        self._is_threaded = is_threaded
        self.is_withdrawn = False

    def withdraw(self) -> None:
        """Its outcome is not wanted any more. A function in a thread cannot be stopped: it is told if it looks, and its late result counts."""
        self.is_withdrawn = True
        if self._context is not None:
            self._context.cancelled = True
        if not self._is_threaded:
            self._task.cancel()


class Effects:
    """Performs the commands that take time, and reports what came of them."""

    def __init__(self, loop: Loop, crew: Crew, watch: Watch) -> None:
        self._loop = loop
        self._crew = crew
        self._watch = watch
        self._others: set[asyncio.Task[Any]] = set()

    def call_model(self, command: CallModelCommand) -> None:
        run = self._loop.runs.get(command.run)
        if run is None:
            return
        conversation = run.conversation(command.conversation)
        if len(conversation) != command.known:
            if command.known != 0:
                return self._loop.write(ResendEvent(command.run, command.effect))
            run.forget_conversation(command.conversation)
            conversation = run.conversation(command.conversation)
        conversation.append(command.parts)
        try:
            prepared = self._crew.agents[command.agent].find(command.provider, command.model)
        except AixletError as error:
            return self._failed(command, error)
        run.label = prepared.model.label or run.label
        self._watch.model_call(run, command, prepared.model)
        self._loop.telemetry.call_model(run, command, prepared.model, self._loop.time)
        offered = [_declaration(each) for each in command.offered]
        schema = json.loads(command.schema) if command.schema else None
        call = ModelCall(run, f"{run.id}/{command.effect}", command.no_tools, offered, schema, command.max_output)
        self._begin(run, command, _generate(prepared, conversation, call), lambda answer: self._answered(command, answer))

    def _answered(self, command: CallModelCommand, answer: ModelAnswer) -> None:
        self._watch.model_said(command, answer)
        try:
            self._loop.write(ModelResultEvent(command.run, command.effect, command.attempt, answer.finish, answer.usage, answer.parts))
        except (ValueError, AttributeError) as error:
            self._failed(command, ModelFailure(FailureKind.MALFORMED, f"the model's answer is none: {error}"))

    def call_tool(self, command: CallToolCommand) -> None:
        run = self._loop.runs.get(command.run)
        if run is None:
            return
        agent = self._crew.agents[command.agent]
        self._watch.tool_call(run, command)
        self._loop.telemetry.call_tool(run, command, self._loop.time)
        tool = agent.tools[command.tool]
        if tool is None:
            text = f'no code is registered for the tool "{command.name}" on this host'
            return self._failed(command, ModelFailure(FailureKind.MISSING, text))
        context = ToolContext(f"{run.id}/{command.effect}", run.id, agent.name, command.name, command.id)

        def done(outcome: tuple[bool, str]) -> None:
            self._watch.tool_end(run, command, *outcome)
            self._write(command, ToolResultEvent(command.run, command.effect, command.attempt, *outcome))

        self._begin(run, command, tool.run(command.arguments, context), done, context, not tool.is_async)

    def call_agent(self, command: CallAgentCommand) -> None:
        run = self._loop.runs.get(command.run)
        if run is None:
            return
        self._watch.attempt(run, command.span)
        agent = self._crew.agents[command.agent]
        context = CustomContext(f"{run.id}/{command.effect}", run.id, agent.name, command.sender, command.context)
        work = self._crew.custom[agent.role].answer(command.text, context)
        self._begin(run, command, work, lambda text: self._write(command, AgentResultEvent(command.run, command.effect, command.attempt, text)))

    def start_agent(self, command: StartAgentCommand) -> None:
        custom = self._crew.custom.get(self._crew.agents[command.agent].role)

        def done(task: asyncio.Task[None]) -> None:
            self._others.discard(task)
            error = None if task.cancelled() else task.exception()
            if error is not None:
                self._loop.write(AgentFailedEvent(command.run, command.agent, _message(error)))
            elif not task.cancelled():
                self._loop.write(AgentReadyEvent(command.run, command.agent))

        if custom is None:
            return self._loop.write(AgentReadyEvent(command.run, command.agent))
        self._spawn(custom.begin(), done)

    def count_tokens(self, command: CountTokensCommand) -> None:
        """There is no tokenizer here: the core knows what to do without one."""
        self._loop.write(CountedEvent(command.run, command.effect, command.attempt, "", ()))

    def cannot(self, command: Any) -> None:
        """Something is asked for that this host has not."""
        self._failed(command, ModelFailure(FailureKind.MISSING, f"this host cannot do what is asked for: {command.type}"))

    def search(self, command: SearchCommand) -> None:
        filters = json.loads(command.filters) if command.filters else {}
        request = SearchRequest(command.collection, str(command.method), command.query, command.top_k, filters)

        async def work() -> str:
            return found_to_json(await self._crew.stores.find(command.store).search(request))

        self._use_store(command, work(), lambda found: SearchResultEvent(command.run, command.effect, command.attempt, found))

    def index(self, command: IndexCommand) -> None:
        async def work() -> int:
            documents = [Document(each["id"], each["text"], each.get("metadata") or {}) for each in json.loads(command.documents)]
            return await self._crew.stores.find(command.store).index(command.collection, documents)

        self._use_store(command, work(), lambda count: IndexResultEvent(command.run, command.effect, command.attempt, count))

    def _use_store(self, command: SearchCommand | IndexCommand, work: Coroutine[Any, Any, Any], event: Callable[[Any], Event]) -> None:
        run = self._loop.runs.get(command.run)
        if run is None:
            return work.close()
        self._watch.attempt(run, command.span)
        self._loop.telemetry.search(run, command, self._loop.time)
        self._begin(run, command, work, lambda outcome: self._write(command, event(outcome)))

    def ask_approval(self, command: AskApprovalCommand) -> None:
        run = self._loop.runs.get(command.run)
        if run is None:
            return
        request = self._watch.approval_needed(run, command)
        if self._crew.approve is None:
            return

        def done(task: asyncio.Task[Any]) -> None:
            self._others.discard(task)
            if task.cancelled():
                return
            # Who cannot say yes has said no.
            error = task.exception()
            approved, reason = (False, _message(error)) if error is not None else task.result()
            self._loop.write(ApprovalEvent(0, command.effect, approved, reason), run)

        self._spawn(self._crew.decide(request), done)

    def _spawn(self, work: Coroutine[Any, Any, Any], done: Callable[[asyncio.Task[Any]], None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        # The loop itself holds no task.
        self._others.add(task)
        task.add_done_callback(done)

    def _begin(
        self,
        run: Run,
        command: Effect,
        work: Coroutine[Any, Any, Any],
        done: Callable[[Any], None],
        context: ToolContext | None = None,
        is_threaded: bool = False,
    ) -> None:
        around = self._loop.telemetry.within(run, command.span)
        task = asyncio.get_running_loop().create_task(work, context=around)
        key = (command.effect, command.attempt)
        attempt = run.tasks[key] = Attempt(task, context, is_threaded)

        def settled(task: asyncio.Task[Any]) -> None:
            run.tasks.pop(key, None)
            if self._loop.core.trapped is not None:
                return task.cancelled() or task.exception()  # type: ignore[return-value]
            if not task.cancelled():
                error = task.exception()
                return done(task.result()) if error is None else self._failed(command, error)
            # Whether a tool that was cut off has done its work nobody knows: what is said of it would be a guess.
            if attempt.is_withdrawn and isinstance(command, CallModelCommand):
                self._failed(command, ModelFailure(FailureKind.ABORTED, "the call was aborted"))
            elif not attempt.is_withdrawn and not task.cancelling():
                self._failed(command, RuntimeError("it was cancelled from within"))

        task.add_done_callback(settled)

    def _write(self, command: Effect, event: Event) -> None:
        """Writes what an effect came to; what is no result of its kind is a failure."""
        try:
            self._loop.write(event)
        except ValueError as error:
            self._failed(command, error)

    def _failed(self, command: Effect, error: BaseException) -> None:
        failure = error if isinstance(error, ModelFailure) else None
        kind = failure.kind if failure else FailureKind.MISSING if isinstance(error, AixletError) else FailureKind.FAILED
        wait = failure.retry_after if failure else None
        usage = failure.usage if failure else None
        wait = math.ceil(wait) if wait is not None and 0 <= wait < 2**53 else None
        message = _message(error).encode("utf-8", "replace").decode()
        self._loop.write(EffectFailedEvent(command.run, command.effect, command.attempt, kind, message, wait, usage or Usage()))


async def _generate(prepared: PreparedModel, conversation: Any, call: ModelCall) -> ModelAnswer:
    answer = await prepared.generate(conversation, call)
    if not isinstance(answer, ModelAnswer):
        raise ModelFailure(FailureKind.MALFORMED, f"the model's answer is none: {type(answer).__name__}")
    return answer


def _declaration(offered: OfferedTool) -> ToolDeclaration:
    schema = json.loads(offered.parameters) if offered.parameters else {"type": "object", "properties": {}}
    return ToolDeclaration(offered.name, offered.description, schema)


def _message(error: BaseException | None) -> str:
    return str(error) or type(error).__name__
