# Generated from wit/ by tools/generate.ts; do not edit.
"""Every event of the protocol."""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import ClassVar, Literal, Sequence, Union

from .frame import FrameReader, FrameWriter
from .record import Record
from .types import (
    Allowance,
    AmendedResult,
    Amendment,
    EVIDENCES,
    EVIDENCE_NUMBERS,
    Evidence,
    FAILURE_KINDS,
    FAILURE_KIND_NUMBERS,
    FINISH_REASONS,
    FINISH_REASON_NUMBERS,
    FailureKind,
    FinishReason,
    ModelFacts,
    Part,
    Run,
    Source,
    TextCount,
    Usage,
    Variable,
    read_amended_result,
    read_amendment,
    read_model_facts,
    read_part,
    read_source,
    read_text_count,
    read_variable,
    write_amended_result,
    write_amendment,
    write_model_facts,
    write_part,
    write_source,
    write_text_count,
    write_variable,
)

@dataclass(init=False, repr=False, eq=False)
class DefineEvent(Record):
    """Load a definition from files, later ones laid over earlier ones. Answered by `defined`, `variables-needed` or `problems`."""

    __slots__ = ("tag", "sources", "roles", "tools", "check_only")
    type: ClassVar[Literal["define"]] = "define"
    tag: int
    sources: Sequence[Source]
    roles: Sequence[str]
    """Roles and tools that the host has registered code for."""
    tools: Sequence[str]
    check_only: bool
    """Only check: nothing is kept, and variables need no values."""

    def __init__(
        self,
        tag: int = 0,
        sources: Sequence[Source] = (),
        roles: Sequence[str] = (),
        tools: Sequence[str] = (),
        check_only: bool = False,
    ) -> None:
        self.tag = tag
        self.sources = sources
        self.roles = roles
        self.tools = tools
        self.check_only = check_only


_DEFINE = Struct("<IIIIIIIB")


def _write_define(writer: FrameWriter, at: int, value: DefineEvent) -> None:
    _DEFINE.pack_into(
        writer.data,
        at + 8,
        value.tag,
        *writer.items(value.sources, 20, 4, write_source),
        *writer.texts(value.roles),
        *writer.texts(value.tools),
        1 if value.check_only else 0,
    )


def _read_define(reader: FrameReader, data: bytes, at: int) -> DefineEvent:
    (
        tag,
        sources_at,
        sources_length,
        roles_at,
        roles_length,
        tools_at,
        tools_length,
        check_only,
    ) = _DEFINE.unpack_from(data, at + 8)
    return DefineEvent(
        tag,
        reader.items(sources_at, sources_length, 20, 4, read_source),
        reader.texts(roles_at, roles_length),
        reader.texts(tools_at, tools_length),
        reader.flag(check_only),
    )


@dataclass(init=False, repr=False, eq=False)
class VariablesEvent(Record):
    """The values that `variables-needed` asked for."""

    __slots__ = ("tag", "values")
    type: ClassVar[Literal["variables"]] = "variables"
    tag: int
    values: Sequence[Variable]

    def __init__(
        self,
        tag: int = 0,
        values: Sequence[Variable] = (),
    ) -> None:
        self.tag = tag
        self.values = values


_VARIABLES = Struct("<III")


def _write_variables(writer: FrameWriter, at: int, value: VariablesEvent) -> None:
    _VARIABLES.pack_into(
        writer.data,
        at + 8,
        value.tag,
        *writer.items(value.values, 20, 4, write_variable),
    )


def _read_variables(reader: FrameReader, data: bytes, at: int) -> VariablesEvent:
    (
        tag,
        values_at,
        values_length,
    ) = _VARIABLES.unpack_from(data, at + 8)
    return VariablesEvent(
        tag,
        reader.items(values_at, values_length, 20, 4, read_variable),
    )


@dataclass(init=False, repr=False, eq=False)
class ForgetEvent(Record):
    """The host needs this definition no more. Runs of it go on."""

    __slots__ = ("definition",)
    type: ClassVar[Literal["forget"]] = "forget"
    definition: int

    def __init__(
        self,
        definition: int = 0,
    ) -> None:
        self.definition = definition


_FORGET = Struct("<I")


def _write_forget(writer: FrameWriter, at: int, value: ForgetEvent) -> None:
    _FORGET.pack_into(
        writer.data,
        at + 8,
        value.definition,
    )


def _read_forget(reader: FrameReader, data: bytes, at: int) -> ForgetEvent:
    (
        definition,
    ) = _FORGET.unpack_from(data, at + 8)
    return ForgetEvent(
        definition,
    )


@dataclass(init=False, repr=False, eq=False)
class StartEvent(Record):
    """Begin a run. Answered by `started`, or `refused` with the tag."""

    __slots__ = ("run", "tag", "definition", "id", "seed", "watch", "closed", "to", "input", "has_input", "end_after", "budget", "trace_id", "parent_span", "tenant", "session", "user")
    type: ClassVar[Literal["start"]] = "start"
    run: Run
    tag: int
    definition: int
    id: str
    """The run's name everywhere and for ever, 1 to 64 bytes; the host makes it unique."""
    seed: int
    watch: bool
    """Report each message between agents by a `message` command."""
    closed: bool
    """The run has its whole input: ports outside bring nothing after it."""
    to: str
    """Where the input goes: an agent's or a port's name; empty: the only entry."""
    input: str
    """Empty text and no `to`: nothing is delivered, producers begin by themselves."""
    has_input: bool
    """Deliver the input even if it is empty."""
    end_after: int
    """A producer's graph is ended, well, after so many milliseconds; 0: never."""
    budget: Allowance
    trace_id: str
    """W3C trace id (32 hex digits) and parent span id (16) to stand under, or empty."""
    parent_span: str
    tenant: str
    """Whose run it is: its spending counts against this one's budget, too. Empty: nobody's."""
    session: str
    """The conversation that goes on, at most 64 bytes; empty: the user's, or one of this run alone."""
    user: str
    """Who speaks, at most 64 bytes, or empty."""

    def __init__(
        self,
        run: Run = 0,
        tag: int = 0,
        definition: int = 0,
        id: str = "",
        seed: int = 0,
        watch: bool = False,
        closed: bool = False,
        to: str = "",
        input: str = "",
        has_input: bool = False,
        end_after: int = 0,
        budget: Allowance | None = None,
        trace_id: str = "",
        parent_span: str = "",
        tenant: str = "",
        session: str = "",
        user: str = "",
    ) -> None:
        self.run = run
        self.tag = tag
        self.definition = definition
        self.id = id
        self.seed = seed
        self.watch = watch
        self.closed = closed
        self.to = to
        self.input = input
        self.has_input = has_input
        self.end_after = end_after
        self.budget = Allowance() if budget is None else budget
        self.trace_id = trace_id
        self.parent_span = parent_span
        self.tenant = tenant
        self.session = session
        self.user = user


_START = Struct("<QIIIIQBB2xIIIIB3xQQQQQIIIIIIIIII")


def _write_start(writer: FrameWriter, at: int, value: StartEvent) -> None:
    _START.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.tag,
        value.definition,
        *writer.text(value.id),
        writer.u64(value.seed),
        1 if value.watch else 0,
        1 if value.closed else 0,
        *writer.text(value.to),
        *writer.text(value.input),
        1 if value.has_input else 0,
        writer.u64(value.end_after),
        writer.u64(value.budget.calls),
        writer.u64(value.budget.tokens),
        writer.u64(value.budget.time),
        writer.u64(value.budget.money),
        *writer.text(value.trace_id),
        *writer.text(value.parent_span),
        *writer.text(value.tenant),
        *writer.text(value.session),
        *writer.text(value.user),
    )


def _read_start(reader: FrameReader, data: bytes, at: int) -> StartEvent:
    (
        run,
        tag,
        definition,
        id_at,
        id_length,
        seed,
        watch,
        closed,
        to_at,
        to_length,
        input_at,
        input_length,
        has_input,
        end_after,
        budget_calls,
        budget_tokens,
        budget_time,
        budget_money,
        trace_id_at,
        trace_id_length,
        parent_span_at,
        parent_span_length,
        tenant_at,
        tenant_length,
        session_at,
        session_length,
        user_at,
        user_length,
    ) = _START.unpack_from(data, at + 8)
    return StartEvent(
        reader.u64(run),
        tag,
        definition,
        reader.text(id_at, id_length),
        reader.u64(seed),
        reader.flag(watch),
        reader.flag(closed),
        reader.text(to_at, to_length),
        reader.text(input_at, input_length),
        reader.flag(has_input),
        reader.u64(end_after),
        Allowance(reader.u64(budget_calls), reader.u64(budget_tokens), reader.u64(budget_time), reader.u64(budget_money)),
        reader.text(trace_id_at, trace_id_length),
        reader.text(parent_span_at, parent_span_length),
        reader.text(tenant_at, tenant_length),
        reader.text(session_at, session_length),
        reader.text(user_at, user_length),
    )


@dataclass(init=False, repr=False, eq=False)
class DeliverEvent(Record):
    """A message from outside, to an agent or port; empty: the only entry."""

    __slots__ = ("run", "to", "text")
    type: ClassVar[Literal["deliver"]] = "deliver"
    run: Run
    to: str
    text: str

    def __init__(
        self,
        run: Run = 0,
        to: str = "",
        text: str = "",
    ) -> None:
        self.run = run
        self.to = to
        self.text = text


_DELIVER = Struct("<QIIII")


def _write_deliver(writer: FrameWriter, at: int, value: DeliverEvent) -> None:
    _DELIVER.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        *writer.text(value.to),
        *writer.text(value.text),
    )


def _read_deliver(reader: FrameReader, data: bytes, at: int) -> DeliverEvent:
    (
        run,
        to_at,
        to_length,
        text_at,
        text_length,
    ) = _DELIVER.unpack_from(data, at + 8)
    return DeliverEvent(
        reader.u64(run),
        reader.text(to_at, to_length),
        reader.text(text_at, text_length),
    )


@dataclass(init=False, repr=False, eq=False)
class CloseEvent(Record):
    """Nothing more will come from outside."""

    __slots__ = ("run",)
    type: ClassVar[Literal["close"]] = "close"
    run: Run

    def __init__(
        self,
        run: Run = 0,
    ) -> None:
        self.run = run


_CLOSE = Struct("<Q")


def _write_close(writer: FrameWriter, at: int, value: CloseEvent) -> None:
    _CLOSE.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
    )


def _read_close(reader: FrameReader, data: bytes, at: int) -> CloseEvent:
    (
        run,
    ) = _CLOSE.unpack_from(data, at + 8)
    return CloseEvent(
        reader.u64(run),
    )


@dataclass(init=False, repr=False, eq=False)
class CancelEvent(Record):
    """`cancel` of the protocol."""

    __slots__ = ("run", "reason")
    type: ClassVar[Literal["cancel"]] = "cancel"
    run: Run
    reason: str

    def __init__(
        self,
        run: Run = 0,
        reason: str = "",
    ) -> None:
        self.run = run
        self.reason = reason


_CANCEL = Struct("<QII")


def _write_cancel(writer: FrameWriter, at: int, value: CancelEvent) -> None:
    _CANCEL.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        *writer.text(value.reason),
    )


def _read_cancel(reader: FrameReader, data: bytes, at: int) -> CancelEvent:
    (
        run,
        reason_at,
        reason_length,
    ) = _CANCEL.unpack_from(data, at + 8)
    return CancelEvent(
        reader.u64(run),
        reader.text(reason_at, reason_length),
    )


@dataclass(init=False, repr=False, eq=False)
class ModelResultEvent(Record):
    """`model-result` of the protocol."""

    __slots__ = ("run", "effect", "attempt", "finish", "usage", "parts")
    type: ClassVar[Literal["model-result"]] = "model-result"
    run: Run
    effect: int
    attempt: int
    finish: FinishReason
    usage: Usage
    parts: Sequence[Part]

    def __init__(
        self,
        run: Run = 0,
        effect: int = 0,
        attempt: int = 0,
        finish: FinishReason = FinishReason.STOP,
        usage: Usage | None = None,
        parts: Sequence[Part] = (),
    ) -> None:
        self.run = run
        self.effect = effect
        self.attempt = attempt
        self.finish = finish
        self.usage = Usage() if usage is None else usage
        self.parts = parts


_MODEL_RESULT = Struct("<QIIB3xIIIIIII")


def _write_model_result(writer: FrameWriter, at: int, value: ModelResultEvent) -> None:
    _MODEL_RESULT.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.effect,
        value.attempt,
        FINISH_REASON_NUMBERS[value.finish],
        value.usage.input,
        value.usage.output,
        value.usage.cached_read,
        value.usage.cached_write,
        value.usage.reasoning,
        *writer.items(value.parts, 36, 4, write_part),
    )


def _read_model_result(reader: FrameReader, data: bytes, at: int) -> ModelResultEvent:
    (
        run,
        effect,
        attempt,
        finish,
        usage_input,
        usage_output,
        usage_cached_read,
        usage_cached_write,
        usage_reasoning,
        parts_at,
        parts_length,
    ) = _MODEL_RESULT.unpack_from(data, at + 8)
    return ModelResultEvent(
        reader.u64(run),
        effect,
        attempt,
        reader.one_of(FINISH_REASONS, finish),
        Usage(usage_input, usage_output, usage_cached_read, usage_cached_write, usage_reasoning),
        reader.items(parts_at, parts_length, 36, 4, read_part),
    )


@dataclass(init=False, repr=False, eq=False)
class ToolResultEvent(Record):
    """`tool-result` of the protocol."""

    __slots__ = ("run", "effect", "attempt", "is_error", "text")
    type: ClassVar[Literal["tool-result"]] = "tool-result"
    run: Run
    effect: int
    attempt: int
    is_error: bool
    """The tool answered that it failed. It ran: this is settled, and the model is told."""
    text: str

    def __init__(
        self,
        run: Run = 0,
        effect: int = 0,
        attempt: int = 0,
        is_error: bool = False,
        text: str = "",
    ) -> None:
        self.run = run
        self.effect = effect
        self.attempt = attempt
        self.is_error = is_error
        self.text = text


_TOOL_RESULT = Struct("<QIIB3xII")


def _write_tool_result(writer: FrameWriter, at: int, value: ToolResultEvent) -> None:
    _TOOL_RESULT.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.effect,
        value.attempt,
        1 if value.is_error else 0,
        *writer.text(value.text),
    )


def _read_tool_result(reader: FrameReader, data: bytes, at: int) -> ToolResultEvent:
    (
        run,
        effect,
        attempt,
        is_error,
        text_at,
        text_length,
    ) = _TOOL_RESULT.unpack_from(data, at + 8)
    return ToolResultEvent(
        reader.u64(run),
        effect,
        attempt,
        reader.flag(is_error),
        reader.text(text_at, text_length),
    )


@dataclass(init=False, repr=False, eq=False)
class AgentResultEvent(Record):
    """Host code as an agent has answered."""

    __slots__ = ("run", "effect", "attempt", "text")
    type: ClassVar[Literal["agent-result"]] = "agent-result"
    run: Run
    effect: int
    attempt: int
    text: str

    def __init__(
        self,
        run: Run = 0,
        effect: int = 0,
        attempt: int = 0,
        text: str = "",
    ) -> None:
        self.run = run
        self.effect = effect
        self.attempt = attempt
        self.text = text


_AGENT_RESULT = Struct("<QIIII")


def _write_agent_result(writer: FrameWriter, at: int, value: AgentResultEvent) -> None:
    _AGENT_RESULT.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.effect,
        value.attempt,
        *writer.text(value.text),
    )


def _read_agent_result(reader: FrameReader, data: bytes, at: int) -> AgentResultEvent:
    (
        run,
        effect,
        attempt,
        text_at,
        text_length,
    ) = _AGENT_RESULT.unpack_from(data, at + 8)
    return AgentResultEvent(
        reader.u64(run),
        effect,
        attempt,
        reader.text(text_at, text_length),
    )


@dataclass(init=False, repr=False, eq=False)
class EffectFailedEvent(Record):
    """An effect could not be done."""

    __slots__ = ("run", "effect", "attempt", "failure", "message", "retry_after", "usage")
    type: ClassVar[Literal["effect-failed"]] = "effect-failed"
    run: Run
    effect: int
    attempt: int
    failure: FailureKind
    message: str
    retry_after: int | None
    """Milliseconds that the other side asked to wait."""
    usage: Usage

    def __init__(
        self,
        run: Run = 0,
        effect: int = 0,
        attempt: int = 0,
        failure: FailureKind = FailureKind.RATE_LIMIT,
        message: str = "",
        retry_after: int | None = None,
        usage: Usage | None = None,
    ) -> None:
        self.run = run
        self.effect = effect
        self.attempt = attempt
        self.failure = failure
        self.message = message
        self.retry_after = retry_after
        self.usage = Usage() if usage is None else usage


_EFFECT_FAILED = Struct("<QIIB3xII4xB7xQIIIII")


def _write_effect_failed(writer: FrameWriter, at: int, value: EffectFailedEvent) -> None:
    _EFFECT_FAILED.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.effect,
        value.attempt,
        FAILURE_KIND_NUMBERS[value.failure],
        *writer.text(value.message),
        0 if value.retry_after is None else 1,
        writer.u64(0 if value.retry_after is None else value.retry_after),
        value.usage.input,
        value.usage.output,
        value.usage.cached_read,
        value.usage.cached_write,
        value.usage.reasoning,
    )


def _read_effect_failed(reader: FrameReader, data: bytes, at: int) -> EffectFailedEvent:
    (
        run,
        effect,
        attempt,
        failure,
        message_at,
        message_length,
        retry_after_has,
        retry_after,
        usage_input,
        usage_output,
        usage_cached_read,
        usage_cached_write,
        usage_reasoning,
    ) = _EFFECT_FAILED.unpack_from(data, at + 8)
    return EffectFailedEvent(
        reader.u64(run),
        effect,
        attempt,
        reader.one_of(FAILURE_KINDS, failure),
        reader.text(message_at, message_length),
        reader.u64(retry_after) if reader.flag(retry_after_has) else None,
        Usage(usage_input, usage_output, usage_cached_read, usage_cached_write, usage_reasoning),
    )


@dataclass(init=False, repr=False, eq=False)
class AgentReadyEvent(Record):
    """A started agent can take messages."""

    __slots__ = ("run", "agent")
    type: ClassVar[Literal["agent-ready"]] = "agent-ready"
    run: Run
    agent: int

    def __init__(
        self,
        run: Run = 0,
        agent: int = 0,
    ) -> None:
        self.run = run
        self.agent = agent


_AGENT_READY = Struct("<QI")


def _write_agent_ready(writer: FrameWriter, at: int, value: AgentReadyEvent) -> None:
    _AGENT_READY.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.agent,
    )


def _read_agent_ready(reader: FrameReader, data: bytes, at: int) -> AgentReadyEvent:
    (
        run,
        agent,
    ) = _AGENT_READY.unpack_from(data, at + 8)
    return AgentReadyEvent(
        reader.u64(run),
        agent,
    )


@dataclass(init=False, repr=False, eq=False)
class AgentFailedEvent(Record):
    """`agent-failed` of the protocol."""

    __slots__ = ("run", "agent", "message")
    type: ClassVar[Literal["agent-failed"]] = "agent-failed"
    run: Run
    agent: int
    message: str

    def __init__(
        self,
        run: Run = 0,
        agent: int = 0,
        message: str = "",
    ) -> None:
        self.run = run
        self.agent = agent
        self.message = message


_AGENT_FAILED = Struct("<QIII")


def _write_agent_failed(writer: FrameWriter, at: int, value: AgentFailedEvent) -> None:
    _AGENT_FAILED.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.agent,
        *writer.text(value.message),
    )


def _read_agent_failed(reader: FrameReader, data: bytes, at: int) -> AgentFailedEvent:
    (
        run,
        agent,
        message_at,
        message_length,
    ) = _AGENT_FAILED.unpack_from(data, at + 8)
    return AgentFailedEvent(
        reader.u64(run),
        agent,
        reader.text(message_at, message_length),
    )


@dataclass(init=False, repr=False, eq=False)
class ResendEvent(Record):
    """The host does not have the turns that a `call-model` builds on: send the command again with all of them."""

    __slots__ = ("run", "effect")
    type: ClassVar[Literal["resend"]] = "resend"
    run: Run
    effect: int

    def __init__(
        self,
        run: Run = 0,
        effect: int = 0,
    ) -> None:
        self.run = run
        self.effect = effect


_RESEND = Struct("<QI")


def _write_resend(writer: FrameWriter, at: int, value: ResendEvent) -> None:
    _RESEND.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.effect,
    )


def _read_resend(reader: FrameReader, data: bytes, at: int) -> ResendEvent:
    (
        run,
        effect,
    ) = _RESEND.unpack_from(data, at + 8)
    return ResendEvent(
        reader.u64(run),
        effect,
    )


@dataclass(init=False, repr=False, eq=False)
class GrantEvent(Record):
    """What the commons decided about an effect that waited for it. Written by the core into a run's record; refused from a host."""

    __slots__ = ("run", "effect", "granted")
    type: ClassVar[Literal["grant"]] = "grant"
    run: Run
    effect: int
    granted: bool

    def __init__(
        self,
        run: Run = 0,
        effect: int = 0,
        granted: bool = False,
    ) -> None:
        self.run = run
        self.effect = effect
        self.granted = granted


_GRANT = Struct("<QIB")


def _write_grant(writer: FrameWriter, at: int, value: GrantEvent) -> None:
    _GRANT.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.effect,
        1 if value.granted else 0,
    )


def _read_grant(reader: FrameReader, data: bytes, at: int) -> GrantEvent:
    (
        run,
        effect,
        granted,
    ) = _GRANT.unpack_from(data, at + 8)
    return GrantEvent(
        reader.u64(run),
        effect,
        reader.flag(granted),
    )


@dataclass(init=False, repr=False, eq=False)
class SaveEvent(Record):
    """Answered by `saved`. The run goes on."""

    __slots__ = ("run",)
    type: ClassVar[Literal["save"]] = "save"
    run: Run

    def __init__(
        self,
        run: Run = 0,
    ) -> None:
        self.run = run


_SAVE = Struct("<Q")


def _write_save(writer: FrameWriter, at: int, value: SaveEvent) -> None:
    _SAVE.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
    )


def _read_save(reader: FrameReader, data: bytes, at: int) -> SaveEvent:
    (
        run,
    ) = _SAVE.unpack_from(data, at + 8)
    return SaveEvent(
        reader.u64(run),
    )


@dataclass(init=False, repr=False, eq=False)
class RestoreEvent(Record):
    """A run from the bytes of `saved`. Answered by `started` or `refused`."""

    __slots__ = ("tag", "definition", "state", "paused")
    type: ClassVar[Literal["restore"]] = "restore"
    tag: int
    definition: int
    state: bytes
    paused: bool
    """It does nothing yet: it takes the records that follow in its journal, until `resume`."""

    def __init__(
        self,
        tag: int = 0,
        definition: int = 0,
        state: bytes = b"",
        paused: bool = False,
    ) -> None:
        self.tag = tag
        self.definition = definition
        self.state = state
        self.paused = paused


_RESTORE = Struct("<IIIIB")


def _write_restore(writer: FrameWriter, at: int, value: RestoreEvent) -> None:
    _RESTORE.pack_into(
        writer.data,
        at + 8,
        value.tag,
        value.definition,
        *writer.octets(value.state),
        1 if value.paused else 0,
    )


def _read_restore(reader: FrameReader, data: bytes, at: int) -> RestoreEvent:
    (
        tag,
        definition,
        state_at,
        state_length,
        paused,
    ) = _RESTORE.unpack_from(data, at + 8)
    return RestoreEvent(
        tag,
        definition,
        reader.octets(state_at, state_length),
        reader.flag(paused),
    )


@dataclass(init=False, repr=False, eq=False)
class ReplayEvent(Record):
    """The next record of a run's journal, into a run that only replays (0: a new one). Answered by `replayed`, or `refused` where it differs."""

    __slots__ = ("run", "tag", "definition", "record", "show")
    type: ClassVar[Literal["replay"]] = "replay"
    run: Run
    tag: int
    definition: int
    record: bytes
    show: bool
    """Tell all commands of the step, for whoever only looks at them; else those alone that leave the run."""

    def __init__(
        self,
        run: Run = 0,
        tag: int = 0,
        definition: int = 0,
        record: bytes = b"",
        show: bool = False,
    ) -> None:
        self.run = run
        self.tag = tag
        self.definition = definition
        self.record = record
        self.show = show


_REPLAY = Struct("<QIIIIB")


def _write_replay(writer: FrameWriter, at: int, value: ReplayEvent) -> None:
    _REPLAY.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.tag,
        value.definition,
        *writer.octets(value.record),
        1 if value.show else 0,
    )


def _read_replay(reader: FrameReader, data: bytes, at: int) -> ReplayEvent:
    (
        run,
        tag,
        definition,
        record_at,
        record_length,
        show,
    ) = _REPLAY.unpack_from(data, at + 8)
    return ReplayEvent(
        reader.u64(run),
        tag,
        definition,
        reader.octets(record_at, record_length),
        reader.flag(show),
    )


@dataclass(init=False, repr=False, eq=False)
class ResumeEvent(Record):
    """The run that replayed goes on for real: what it waits for is asked of the host again. In the record of the step that follows it says that whoever
    was asked again has all of their time from then on."""

    __slots__ = ("run",)
    type: ClassVar[Literal["resume"]] = "resume"
    run: Run

    def __init__(
        self,
        run: Run = 0,
    ) -> None:
        self.run = run


_RESUME = Struct("<Q")


def _write_resume(writer: FrameWriter, at: int, value: ResumeEvent) -> None:
    _RESUME.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
    )


def _read_resume(reader: FrameReader, data: bytes, at: int) -> ResumeEvent:
    (
        run,
    ) = _RESUME.unpack_from(data, at + 8)
    return ResumeEvent(
        reader.u64(run),
    )


@dataclass(init=False, repr=False, eq=False)
class DropEvent(Record):
    """Done with a run that replayed, or that is only to be thrown away. No command follows."""

    __slots__ = ("run",)
    type: ClassVar[Literal["drop"]] = "drop"
    run: Run

    def __init__(
        self,
        run: Run = 0,
    ) -> None:
        self.run = run


_DROP = Struct("<Q")


def _write_drop(writer: FrameWriter, at: int, value: DropEvent) -> None:
    _DROP.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
    )


def _read_drop(reader: FrameReader, data: bytes, at: int) -> DropEvent:
    (
        run,
    ) = _DROP.unpack_from(data, at + 8)
    return DropEvent(
        reader.u64(run),
    )


@dataclass(init=False, repr=False, eq=False)
class SearchResultEvent(Record):
    """What was found: a JSON list of {id, text, score, metadata}, the best first."""

    __slots__ = ("run", "effect", "attempt", "documents")
    type: ClassVar[Literal["search-result"]] = "search-result"
    run: Run
    effect: int
    attempt: int
    documents: str

    def __init__(
        self,
        run: Run = 0,
        effect: int = 0,
        attempt: int = 0,
        documents: str = "",
    ) -> None:
        self.run = run
        self.effect = effect
        self.attempt = attempt
        self.documents = documents


_SEARCH_RESULT = Struct("<QIIII")


def _write_search_result(writer: FrameWriter, at: int, value: SearchResultEvent) -> None:
    _SEARCH_RESULT.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.effect,
        value.attempt,
        *writer.text(value.documents),
    )


def _read_search_result(reader: FrameReader, data: bytes, at: int) -> SearchResultEvent:
    (
        run,
        effect,
        attempt,
        documents_at,
        documents_length,
    ) = _SEARCH_RESULT.unpack_from(data, at + 8)
    return SearchResultEvent(
        reader.u64(run),
        effect,
        attempt,
        reader.text(documents_at, documents_length),
    )


@dataclass(init=False, repr=False, eq=False)
class IndexResultEvent(Record):
    """The documents are kept; how many."""

    __slots__ = ("run", "effect", "attempt", "count")
    type: ClassVar[Literal["index-result"]] = "index-result"
    run: Run
    effect: int
    attempt: int
    count: int

    def __init__(
        self,
        run: Run = 0,
        effect: int = 0,
        attempt: int = 0,
        count: int = 0,
    ) -> None:
        self.run = run
        self.effect = effect
        self.attempt = attempt
        self.count = count


_INDEX_RESULT = Struct("<QIII")


def _write_index_result(writer: FrameWriter, at: int, value: IndexResultEvent) -> None:
    _INDEX_RESULT.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.effect,
        value.attempt,
        value.count,
    )


def _read_index_result(reader: FrameReader, data: bytes, at: int) -> IndexResultEvent:
    (
        run,
        effect,
        attempt,
        count,
    ) = _INDEX_RESULT.unpack_from(data, at + 8)
    return IndexResultEvent(
        reader.u64(run),
        effect,
        attempt,
        count,
    )


@dataclass(init=False, repr=False, eq=False)
class ApprovalEvent(Record):
    """What a person decided about a call of a tool."""

    __slots__ = ("run", "effect", "approved", "reason", "hash", "arguments")
    type: ClassVar[Literal["approval"]] = "approval"
    run: Run
    effect: int
    approved: bool
    reason: str
    hash: str
    """What `ask-approval` said that it is about; empty: not compared."""
    arguments: str
    """JSON that the tool is to get instead; empty: what was asked about."""

    def __init__(
        self,
        run: Run = 0,
        effect: int = 0,
        approved: bool = False,
        reason: str = "",
        hash: str = "",
        arguments: str = "",
    ) -> None:
        self.run = run
        self.effect = effect
        self.approved = approved
        self.reason = reason
        self.hash = hash
        self.arguments = arguments


_APPROVAL = Struct("<QIB3xIIIIII")


def _write_approval(writer: FrameWriter, at: int, value: ApprovalEvent) -> None:
    _APPROVAL.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.effect,
        1 if value.approved else 0,
        *writer.text(value.reason),
        *writer.text(value.hash),
        *writer.text(value.arguments),
    )


def _read_approval(reader: FrameReader, data: bytes, at: int) -> ApprovalEvent:
    (
        run,
        effect,
        approved,
        reason_at,
        reason_length,
        hash_at,
        hash_length,
        arguments_at,
        arguments_length,
    ) = _APPROVAL.unpack_from(data, at + 8)
    return ApprovalEvent(
        reader.u64(run),
        effect,
        reader.flag(approved),
        reader.text(reason_at, reason_length),
        reader.text(hash_at, hash_length),
        reader.text(arguments_at, arguments_length),
    )


@dataclass(init=False, repr=False, eq=False)
class AmendEvent(Record):
    """A run that only replays goes on from here as another one, with changes; or, with `run` 0, the run of the `start` right before it, of this
    tag. What it waits for is asked as after `resume`. Answered by `started`, or `refused`: then nothing has changed."""

    __slots__ = ("run", "tag", "id", "seed", "amendments", "results")
    type: ClassVar[Literal["amend"]] = "amend"
    run: Run
    tag: int
    id: str
    """The new run's id, 1 to 64 bytes; empty with `run` 0."""
    seed: int | None
    amendments: Sequence[Amendment]
    results: Sequence[AmendedResult]

    def __init__(
        self,
        run: Run = 0,
        tag: int = 0,
        id: str = "",
        seed: int | None = None,
        amendments: Sequence[Amendment] = (),
        results: Sequence[AmendedResult] = (),
    ) -> None:
        self.run = run
        self.tag = tag
        self.id = id
        self.seed = seed
        self.amendments = amendments
        self.results = results


_AMEND = Struct("<QIII4xB7xQIIII")


def _write_amend(writer: FrameWriter, at: int, value: AmendEvent) -> None:
    _AMEND.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.tag,
        *writer.text(value.id),
        0 if value.seed is None else 1,
        writer.u64(0 if value.seed is None else value.seed),
        *writer.items(value.amendments, 28, 4, write_amendment),
        *writer.items(value.results, 16, 4, write_amended_result),
    )


def _read_amend(reader: FrameReader, data: bytes, at: int) -> AmendEvent:
    (
        run,
        tag,
        id_at,
        id_length,
        seed_has,
        seed,
        amendments_at,
        amendments_length,
        results_at,
        results_length,
    ) = _AMEND.unpack_from(data, at + 8)
    return AmendEvent(
        reader.u64(run),
        tag,
        reader.text(id_at, id_length),
        reader.u64(seed) if reader.flag(seed_has) else None,
        reader.items(amendments_at, amendments_length, 28, 4, read_amendment),
        reader.items(results_at, results_length, 16, 4, read_amended_result),
    )


@dataclass(init=False, repr=False, eq=False)
class ModelsEvent(Record):
    """What is known of models. Holds, in place of what was said before, for definitions that are loaded from then on."""

    __slots__ = ("models",)
    type: ClassVar[Literal["models"]] = "models"
    models: Sequence[ModelFacts]

    def __init__(
        self,
        models: Sequence[ModelFacts] = (),
    ) -> None:
        self.models = models


_MODELS = Struct("<II")


def _write_models(writer: FrameWriter, at: int, value: ModelsEvent) -> None:
    _MODELS.pack_into(
        writer.data,
        at + 8,
        *writer.items(value.models, 112, 8, write_model_facts),
    )


def _read_models(reader: FrameReader, data: bytes, at: int) -> ModelsEvent:
    (
        models_at,
        models_length,
    ) = _MODELS.unpack_from(data, at + 8)
    return ModelsEvent(
        reader.items(models_at, models_length, 112, 8, read_model_facts),
    )


@dataclass(init=False, repr=False, eq=False)
class SignInEvent(Record):
    """Somebody wants to use a definition that is served; what the host found of who they are, by a proxy's header and by a key or token. Answered by
    `verdict`, or `refused` with the tag. What follows is decided by the definition alone: it changes nothing."""

    __slots__ = ("tag", "definition", "proxy", "proxy_name", "proxy_roles", "key", "key_name", "key_roles")
    type: ClassVar[Literal["sign-in"]] = "sign-in"
    tag: int
    definition: int
    proxy: Evidence
    proxy_name: str
    proxy_roles: Sequence[str]
    key: Evidence
    key_name: str
    key_roles: Sequence[str]

    def __init__(
        self,
        tag: int = 0,
        definition: int = 0,
        proxy: Evidence = Evidence.ABSENT,
        proxy_name: str = "",
        proxy_roles: Sequence[str] = (),
        key: Evidence = Evidence.ABSENT,
        key_name: str = "",
        key_roles: Sequence[str] = (),
    ) -> None:
        self.tag = tag
        self.definition = definition
        self.proxy = proxy
        self.proxy_name = proxy_name
        self.proxy_roles = proxy_roles
        self.key = key
        self.key_name = key_name
        self.key_roles = key_roles


_SIGN_IN = Struct("<IIB3xIIIIB3xIIII")


def _write_sign_in(writer: FrameWriter, at: int, value: SignInEvent) -> None:
    _SIGN_IN.pack_into(
        writer.data,
        at + 8,
        value.tag,
        value.definition,
        EVIDENCE_NUMBERS[value.proxy],
        *writer.text(value.proxy_name),
        *writer.texts(value.proxy_roles),
        EVIDENCE_NUMBERS[value.key],
        *writer.text(value.key_name),
        *writer.texts(value.key_roles),
    )


def _read_sign_in(reader: FrameReader, data: bytes, at: int) -> SignInEvent:
    (
        tag,
        definition,
        proxy,
        proxy_name_at,
        proxy_name_length,
        proxy_roles_at,
        proxy_roles_length,
        key,
        key_name_at,
        key_name_length,
        key_roles_at,
        key_roles_length,
    ) = _SIGN_IN.unpack_from(data, at + 8)
    return SignInEvent(
        tag,
        definition,
        reader.one_of(EVIDENCES, proxy),
        reader.text(proxy_name_at, proxy_name_length),
        reader.texts(proxy_roles_at, proxy_roles_length),
        reader.one_of(EVIDENCES, key),
        reader.text(key_name_at, key_name_length),
        reader.texts(key_roles_at, key_roles_length),
    )


@dataclass(init=False, repr=False, eq=False)
class AuthorizeEvent(Record):
    """Somebody who has signed in wants something. Answered as `sign-in` is."""

    __slots__ = ("tag", "definition", "principal", "roles", "action", "resource", "policies", "left", "since")
    type: ClassVar[Literal["authorize"]] = "authorize"
    tag: int
    definition: int
    principal: str
    roles: Sequence[str]
    action: str
    resource: str
    policies: str
    """The policies of `authorization.policy_file`, as JSON, or empty."""
    left: int
    """Their bucket, as the last verdict about it said: millionths of requests that they had left, and when. 0 and 0: it is full."""
    since: int

    def __init__(
        self,
        tag: int = 0,
        definition: int = 0,
        principal: str = "",
        roles: Sequence[str] = (),
        action: str = "",
        resource: str = "",
        policies: str = "",
        left: int = 0,
        since: int = 0,
    ) -> None:
        self.tag = tag
        self.definition = definition
        self.principal = principal
        self.roles = roles
        self.action = action
        self.resource = resource
        self.policies = policies
        self.left = left
        self.since = since


_AUTHORIZE = Struct("<IIIIIIIIIIIIQQ")


def _write_authorize(writer: FrameWriter, at: int, value: AuthorizeEvent) -> None:
    _AUTHORIZE.pack_into(
        writer.data,
        at + 8,
        value.tag,
        value.definition,
        *writer.text(value.principal),
        *writer.texts(value.roles),
        *writer.text(value.action),
        *writer.text(value.resource),
        *writer.text(value.policies),
        writer.u64(value.left),
        writer.u64(value.since),
    )


def _read_authorize(reader: FrameReader, data: bytes, at: int) -> AuthorizeEvent:
    (
        tag,
        definition,
        principal_at,
        principal_length,
        roles_at,
        roles_length,
        action_at,
        action_length,
        resource_at,
        resource_length,
        policies_at,
        policies_length,
        left,
        since,
    ) = _AUTHORIZE.unpack_from(data, at + 8)
    return AuthorizeEvent(
        tag,
        definition,
        reader.text(principal_at, principal_length),
        reader.texts(roles_at, roles_length),
        reader.text(action_at, action_length),
        reader.text(resource_at, resource_length),
        reader.text(policies_at, policies_length),
        reader.u64(left),
        reader.u64(since),
    )


@dataclass(init=False, repr=False, eq=False)
class CountedEvent(Record):
    """Tokens of each text, in their order."""

    __slots__ = ("run", "effect", "attempt", "table", "counts")
    type: ClassVar[Literal["counted"]] = "counted"
    run: Run
    effect: int
    attempt: int
    table: str
    """SHA-256 of the table's file, 64 hex digits: whoever has it can check them. Empty: the host has none for this model, and the core estimates."""
    counts: Sequence[TextCount]

    def __init__(
        self,
        run: Run = 0,
        effect: int = 0,
        attempt: int = 0,
        table: str = "",
        counts: Sequence[TextCount] = (),
    ) -> None:
        self.run = run
        self.effect = effect
        self.attempt = attempt
        self.table = table
        self.counts = counts


_COUNTED = Struct("<QIIIIII")


def _write_counted(writer: FrameWriter, at: int, value: CountedEvent) -> None:
    _COUNTED.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.effect,
        value.attempt,
        *writer.text(value.table),
        *writer.items(value.counts, 4, 4, write_text_count),
    )


def _read_counted(reader: FrameReader, data: bytes, at: int) -> CountedEvent:
    (
        run,
        effect,
        attempt,
        table_at,
        table_length,
        counts_at,
        counts_length,
    ) = _COUNTED.unpack_from(data, at + 8)
    return CountedEvent(
        reader.u64(run),
        effect,
        attempt,
        reader.text(table_at, table_length),
        reader.items(counts_at, counts_length, 4, 4, read_text_count),
    )


@dataclass(init=False, repr=False, eq=False)
class RecalledEvent(Record):
    """What a session holds. `user`: whose it is, or empty; `checkpointed`: when it was last checkpointed, milliseconds since 1970, or 0.
    `turns`, oldest first, are as `remember` had them; what is none is passed over."""

    __slots__ = ("run", "effect", "attempt", "user", "checkpointed", "turns")
    type: ClassVar[Literal["recalled"]] = "recalled"
    run: Run
    effect: int
    attempt: int
    user: str
    checkpointed: int
    turns: Sequence[str]

    def __init__(
        self,
        run: Run = 0,
        effect: int = 0,
        attempt: int = 0,
        user: str = "",
        checkpointed: int = 0,
        turns: Sequence[str] = (),
    ) -> None:
        self.run = run
        self.effect = effect
        self.attempt = attempt
        self.user = user
        self.checkpointed = checkpointed
        self.turns = turns


_RECALLED = Struct("<QIIIIQII")


def _write_recalled(writer: FrameWriter, at: int, value: RecalledEvent) -> None:
    _RECALLED.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.effect,
        value.attempt,
        *writer.text(value.user),
        writer.u64(value.checkpointed),
        *writer.texts(value.turns),
    )


def _read_recalled(reader: FrameReader, data: bytes, at: int) -> RecalledEvent:
    (
        run,
        effect,
        attempt,
        user_at,
        user_length,
        checkpointed,
        turns_at,
        turns_length,
    ) = _RECALLED.unpack_from(data, at + 8)
    return RecalledEvent(
        reader.u64(run),
        effect,
        attempt,
        reader.text(user_at, user_length),
        reader.u64(checkpointed),
        reader.texts(turns_at, turns_length),
    )


@dataclass(init=False, repr=False, eq=False)
class RememberedEvent(Record):
    """A turn is kept."""

    __slots__ = ("run", "effect", "attempt")
    type: ClassVar[Literal["remembered"]] = "remembered"
    run: Run
    effect: int
    attempt: int

    def __init__(
        self,
        run: Run = 0,
        effect: int = 0,
        attempt: int = 0,
    ) -> None:
        self.run = run
        self.effect = effect
        self.attempt = attempt


_REMEMBERED = Struct("<QII")


def _write_remembered(writer: FrameWriter, at: int, value: RememberedEvent) -> None:
    _REMEMBERED.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.effect,
        value.attempt,
    )


def _read_remembered(reader: FrameReader, data: bytes, at: int) -> RememberedEvent:
    (
        run,
        effect,
        attempt,
    ) = _REMEMBERED.unpack_from(data, at + 8)
    return RememberedEvent(
        reader.u64(run),
        effect,
        attempt,
    )


Event = Union[
    DefineEvent,
    VariablesEvent,
    ForgetEvent,
    StartEvent,
    DeliverEvent,
    CloseEvent,
    CancelEvent,
    ModelResultEvent,
    ToolResultEvent,
    AgentResultEvent,
    EffectFailedEvent,
    AgentReadyEvent,
    AgentFailedEvent,
    ResendEvent,
    GrantEvent,
    SaveEvent,
    RestoreEvent,
    ReplayEvent,
    ResumeEvent,
    DropEvent,
    SearchResultEvent,
    IndexResultEvent,
    ApprovalEvent,
    AmendEvent,
    ModelsEvent,
    SignInEvent,
    AuthorizeEvent,
    CountedEvent,
    RecalledEvent,
    RememberedEvent,
]
"""Any event."""

EVENT_TYPES = (
    "define",
    "variables",
    "forget",
    "start",
    "deliver",
    "close",
    "cancel",
    "model-result",
    "tool-result",
    "agent-result",
    "effect-failed",
    "agent-ready",
    "agent-failed",
    "resend",
    "grant",
    "save",
    "restore",
    "replay",
    "resume",
    "drop",
    "search-result",
    "index-result",
    "approval",
    "amend",
    "models",
    "sign-in",
    "authorize",
    "counted",
    "recalled",
    "remembered",
)
"""Types of events by kind, the order of the protocol."""

_WRITE = {
    DefineEvent: (0, 37, _write_define),
    VariablesEvent: (1, 20, _write_variables),
    ForgetEvent: (2, 12, _write_forget),
    StartEvent: (3, 144, _write_start),
    DeliverEvent: (4, 32, _write_deliver),
    CloseEvent: (5, 16, _write_close),
    CancelEvent: (6, 24, _write_cancel),
    ModelResultEvent: (7, 56, _write_model_result),
    ToolResultEvent: (8, 36, _write_tool_result),
    AgentResultEvent: (9, 32, _write_agent_result),
    EffectFailedEvent: (10, 76, _write_effect_failed),
    AgentReadyEvent: (11, 20, _write_agent_ready),
    AgentFailedEvent: (12, 28, _write_agent_failed),
    ResendEvent: (13, 20, _write_resend),
    GrantEvent: (14, 21, _write_grant),
    SaveEvent: (15, 16, _write_save),
    RestoreEvent: (16, 25, _write_restore),
    ReplayEvent: (17, 33, _write_replay),
    ResumeEvent: (18, 16, _write_resume),
    DropEvent: (19, 16, _write_drop),
    SearchResultEvent: (20, 32, _write_search_result),
    IndexResultEvent: (21, 28, _write_index_result),
    ApprovalEvent: (22, 48, _write_approval),
    AmendEvent: (23, 64, _write_amend),
    ModelsEvent: (24, 16, _write_models),
    SignInEvent: (25, 56, _write_sign_in),
    AuthorizeEvent: (26, 72, _write_authorize),
    CountedEvent: (27, 40, _write_counted),
    RecalledEvent: (28, 48, _write_recalled),
    RememberedEvent: (29, 24, _write_remembered),
}

_READ = (
    (37, _read_define),
    (20, _read_variables),
    (12, _read_forget),
    (144, _read_start),
    (32, _read_deliver),
    (16, _read_close),
    (24, _read_cancel),
    (56, _read_model_result),
    (36, _read_tool_result),
    (32, _read_agent_result),
    (76, _read_effect_failed),
    (20, _read_agent_ready),
    (28, _read_agent_failed),
    (20, _read_resend),
    (21, _read_grant),
    (16, _read_save),
    (25, _read_restore),
    (33, _read_replay),
    (16, _read_resume),
    (16, _read_drop),
    (32, _read_search_result),
    (28, _read_index_result),
    (48, _read_approval),
    (64, _read_amend),
    (16, _read_models),
    (56, _read_sign_in),
    (72, _read_authorize),
    (40, _read_counted),
    (48, _read_recalled),
    (24, _read_remembered),
)


def write_event(writer: FrameWriter, event: Event) -> None:
    """Writes any event as the next record. Raises ValueError for a field that is out of its range; then nothing is written."""
    kind, fixed, write = _WRITE[type(event)]
    writer.record(kind, fixed, write, event)


def read_event(reader: FrameReader) -> Event:
    """Reads the record that `reader.next()` came to. Raises FrameError."""
    if reader.kind >= len(_READ):
        reader.fault(f"there is no event of kind {reader.kind}")
    fixed, read = _READ[reader.kind]
    return read(reader, *reader.part(fixed))
