"""Tells those who watch a run what happens in it."""

from __future__ import annotations

from .agents import ApprovalRequest, Crew
from .loop import Loop
from .models.types import ChatModel, ModelAnswer
from .protocol import (
    AskApprovalCommand,
    CallModelCommand,
    CallToolCommand,
    LogCommand,
    MessageCommand,
    NoticeCommand,
    OutputCommand,
    PartKind,
    RefusedCommand,
    SpanEndCommand,
    SpanStartCommand,
)
from .run import AgentEnd, AgentStart, AnyRunEvent, ApprovalNeeded, Log, Message, ModelCall, ModelEnd, Notice, Output, Run, RunOutput, ToolCall, ToolEnd


class _Call:
    """A call of a watched run: what its end is told of."""

    def __init__(self, effect: int, tool: str = "", offered: frozenset[str] = frozenset()) -> None:
        self.effect = effect
        self.tool = tool
        self.offered = offered
        self.said: str | None = None


class Watch:
    """Turns commands and their outcomes into a run's events."""

    def __init__(self, loop: Loop, crew: Crew) -> None:
        self._loop = loop
        self._crew = crew
        # Spans of attempts at host code as an agent: their agent's own span ends apart.
        self._attempts: set[int] = set()
        self._calls: dict[int, _Call] = {}

    def model_call(self, run: Run, command: CallModelCommand, model: ChatModel) -> None:
        if not run.watched:
            return
        self._calls[command.span] = _Call(command.effect, "", frozenset(each.name for each in command.offered))
        run.emit(ModelCall(self._loop.time, self._crew.name(command.agent), command.effect, command.attempt, model.model, model.label))

    def model_said(self, command: CallModelCommand, answer: ModelAnswer) -> None:
        """What an answer says, and which of the core's own tools it calls; the end of the call's span tells of it."""
        call = self._calls.get(command.span)
        if call is None:
            return
        said = [part.text for part in answer.parts if part.kind == PartKind.TEXT]
        for part in answer.parts:
            if part.kind == PartKind.TOOL_CALL and part.name in call.offered:
                said.append(f"{part.name}({'' if part.text == '{}' else part.text})")
        call.said = "".join(said) if said else None

    def tool_call(self, run: Run, command: CallToolCommand) -> None:
        if not run.watched:
            return
        self._calls[command.span] = _Call(command.effect, command.name)
        agent = self._crew.name(command.agent)
        run.emit(ToolCall(self._loop.time, agent, command.effect, command.attempt, command.name, command.arguments))

    def tool_end(self, run: Run, command: CallToolCommand, is_error: bool, text: str) -> None:
        """Told at once, with its text; of what fails elsewhere the end of its span tells."""
        if run.watched and self._calls.pop(command.span, None) is not None:
            run.emit(ToolEnd(self._loop.now(), self._crew.name(command.agent), command.effect, command.name, text, is_error))

    def attempt(self, run: Run, span: int) -> None:
        if run.watched:
            self._attempts.add(span)

    def approval_needed(self, run: Run, command: AskApprovalCommand) -> ApprovalRequest:
        agent = self._crew.name(command.agent)
        run.emit(ApprovalNeeded(self._loop.time, agent, command.effect, command.name, command.arguments, command.expires))
        return ApprovalRequest(run.id, agent, command.name, command.arguments, command.expires)

    def span_start(self, command: SpanStartCommand) -> None:
        run = self._loop.runs.get(command.run)
        if run is None:
            return
        self._loop.telemetry.start_span(run, command, self._loop.time)
        if command.operation == "agent":
            run.emit(AgentStart(self._loop.time, self._crew.name(command.agent)))

    def span_end(self, command: SpanEndCommand) -> None:
        run = self._loop.runs.get(command.run)
        if run is None:
            return
        time = self._loop.time
        self._loop.telemetry.end_span(run, command, time)
        if not run.watched:
            return
        if command.span in self._attempts:
            return self._attempts.discard(command.span)
        agent = self._crew.name(command.agent)
        error = None if command.ok else command.error
        call = self._calls.pop(command.span, None)
        if command.operation == "tool":
            # A tool that answered has been told of.
            if call is not None:
                run.emit(ToolEnd(time, agent, call.effect, call.tool, error or "", not command.ok))
        elif command.operation == "agent":
            run.emit(AgentEnd(time, agent, error))
        elif command.operation == "chat":
            run.emit(ModelEnd(time, agent, call.effect if call else 0, command.usage, call.said if call else None, error))

    def output(self, command: OutputCommand) -> None:
        run = self._loop.runs.get(command.run)
        if run is None:
            return
        agent = self._crew.name(command.agent)
        run.outputs.append(RunOutput(agent, command.port, command.text))
        # What left the run in an earlier life was told then.
        if not run.replaying:
            run.emit(Output(self._loop.time, agent, command.port, command.text))

    def log(self, command: LogCommand) -> None:
        self._emit(command.run, Log(self._loop.time, self._crew.name(command.agent), str(command.level), command.sender, command.text))

    def notice(self, command: NoticeCommand) -> None:
        self._emit(command.run, Notice(self._loop.time, self._crew.name(command.agent), str(command.level), command.code, command.text))

    def message(self, command: MessageCommand) -> None:
        self._emit(command.run, Message(self._loop.time, self._crew.name(command.from_), self._crew.name(command.to), command.text))

    def refused(self, command: RefusedCommand) -> None:
        """An event was refused that nobody waits for an answer to. One for a run that has ended meanwhile changes nothing for anybody."""
        if command.code != "unknown-run":
            self._emit(command.run, Notice(self._loop.time, "", "error", command.code, command.message))

    def _emit(self, handle: int, event: AnyRunEvent) -> None:
        run = self._loop.runs.get(handle)
        if run is not None:
            run.emit(event)
