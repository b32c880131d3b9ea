# Generated from wit/ by tools/generate.ts; do not edit.
"""Every command of the protocol."""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import ClassVar, Literal, Sequence, Union

from .frame import FrameReader, FrameWriter
from .record import Record
from .types import (
    Counters,
    LEVELS,
    LEVEL_NUMBERS,
    Level,
    OUTCOMES,
    OUTCOME_NUMBERS,
    OfferedTool,
    Outcome,
    Part,
    Problem,
    Run,
    SEARCH_METHODS,
    SEARCH_METHOD_NUMBERS,
    SPAN_KINDS,
    SPAN_KIND_NUMBERS,
    STOP_REASONS,
    STOP_REASON_NUMBERS,
    SearchMethod,
    SpanKind,
    Spending,
    StopReason,
    Usage,
    read_offered_tool,
    read_part,
    read_problem,
    read_spending,
    write_offered_tool,
    write_part,
    write_problem,
    write_spending,
)

@dataclass(init=False, repr=False, eq=False)
class DefinedCommand(Record):
    """`defined` of the protocol."""

    __slots__ = ("tag", "definition", "hash", "manifest", "warnings")
    type: ClassVar[Literal["defined"]] = "defined"
    tag: int
    definition: int
    hash: str
    """SHA-256 of the sources before substitution, 64 hex digits."""
    manifest: str
    """The whole definition in canonical spelling, as JSON: docs/manifest.md. Secrets stand in it as `${NAME}`."""
    warnings: Sequence[Problem]

    def __init__(
        self,
        tag: int = 0,
        definition: int = 0,
        hash: str = "",
        manifest: str = "",
        warnings: Sequence[Problem] = (),
    ) -> None:
        self.tag = tag
        self.definition = definition
        self.hash = hash
        self.manifest = manifest
        self.warnings = warnings


_DEFINED = Struct("<IIIIIIII")


def _write_defined(writer: FrameWriter, at: int, value: DefinedCommand) -> None:
    _DEFINED.pack_into(
        writer.data,
        at + 8,
        value.tag,
        value.definition,
        *writer.text(value.hash),
        *writer.text(value.manifest),
        *writer.items(value.warnings, 52, 4, write_problem),
    )


def _read_defined(reader: FrameReader, data: bytes, at: int) -> DefinedCommand:
    (
        tag,
        definition,
        hash_at,
        hash_length,
        manifest_at,
        manifest_length,
        warnings_at,
        warnings_length,
    ) = _DEFINED.unpack_from(data, at + 8)
    return DefinedCommand(
        tag,
        definition,
        reader.text(hash_at, hash_length),
        reader.text(manifest_at, manifest_length),
        reader.items(warnings_at, warnings_length, 52, 4, read_problem),
    )


@dataclass(init=False, repr=False, eq=False)
class ProblemsCommand(Record):
    """`problems` of the protocol."""

    __slots__ = ("tag", "problems")
    type: ClassVar[Literal["problems"]] = "problems"
    tag: int
    problems: Sequence[Problem]

    def __init__(
        self,
        tag: int = 0,
        problems: Sequence[Problem] = (),
    ) -> None:
        self.tag = tag
        self.problems = problems


_PROBLEMS = Struct("<III")


def _write_problems(writer: FrameWriter, at: int, value: ProblemsCommand) -> None:
    _PROBLEMS.pack_into(
        writer.data,
        at + 8,
        value.tag,
        *writer.items(value.problems, 52, 4, write_problem),
    )


def _read_problems(reader: FrameReader, data: bytes, at: int) -> ProblemsCommand:
    (
        tag,
        problems_at,
        problems_length,
    ) = _PROBLEMS.unpack_from(data, at + 8)
    return ProblemsCommand(
        tag,
        reader.items(problems_at, problems_length, 52, 4, read_problem),
    )


@dataclass(init=False, repr=False, eq=False)
class VariablesNeededCommand(Record):
    """`variables-needed` of the protocol."""

    __slots__ = ("tag", "names")
    type: ClassVar[Literal["variables-needed"]] = "variables-needed"
    tag: int
    names: Sequence[str]

    def __init__(
        self,
        tag: int = 0,
        names: Sequence[str] = (),
    ) -> None:
        self.tag = tag
        self.names = names


_VARIABLES_NEEDED = Struct("<III")


def _write_variables_needed(writer: FrameWriter, at: int, value: VariablesNeededCommand) -> None:
    _VARIABLES_NEEDED.pack_into(
        writer.data,
        at + 8,
        value.tag,
        *writer.texts(value.names),
    )


def _read_variables_needed(reader: FrameReader, data: bytes, at: int) -> VariablesNeededCommand:
    (
        tag,
        names_at,
        names_length,
    ) = _VARIABLES_NEEDED.unpack_from(data, at + 8)
    return VariablesNeededCommand(
        tag,
        reader.texts(names_at, names_length),
    )


@dataclass(init=False, repr=False, eq=False)
class RefusedCommand(Record):
    """An event that changed nothing."""

    __slots__ = ("tag", "event", "run", "code", "path", "message")
    type: ClassVar[Literal["refused"]] = "refused"
    tag: int
    """The event's own tag, or 0."""
    event: int
    """Place of the event in the frame, from 0."""
    run: Run
    code: str
    path: str
    message: str

    def __init__(
        self,
        tag: int = 0,
        event: int = 0,
        run: Run = 0,
        code: str = "",
        path: str = "",
        message: str = "",
    ) -> None:
        self.tag = tag
        self.event = event
        self.run = run
        self.code = code
        self.path = path
        self.message = message


_REFUSED = Struct("<IIQIIIIII")


def _write_refused(writer: FrameWriter, at: int, value: RefusedCommand) -> None:
    _REFUSED.pack_into(
        writer.data,
        at + 8,
        value.tag,
        value.event,
        writer.u64(value.run),
        *writer.text(value.code),
        *writer.text(value.path),
        *writer.text(value.message),
    )


def _read_refused(reader: FrameReader, data: bytes, at: int) -> RefusedCommand:
    (
        tag,
        event,
        run,
        code_at,
        code_length,
        path_at,
        path_length,
        message_at,
        message_length,
    ) = _REFUSED.unpack_from(data, at + 8)
    return RefusedCommand(
        tag,
        event,
        reader.u64(run),
        reader.text(code_at, code_length),
        reader.text(path_at, path_length),
        reader.text(message_at, message_length),
    )


@dataclass(init=False, repr=False, eq=False)
class StartedCommand(Record):
    """`started` of the protocol."""

    __slots__ = ("tag", "run", "id")
    type: ClassVar[Literal["started"]] = "started"
    tag: int
    run: Run
    id: str

    def __init__(
        self,
        tag: int = 0,
        run: Run = 0,
        id: str = "",
    ) -> None:
        self.tag = tag
        self.run = run
        self.id = id


_STARTED = Struct("<I4xQII")


def _write_started(writer: FrameWriter, at: int, value: StartedCommand) -> None:
    _STARTED.pack_into(
        writer.data,
        at + 8,
        value.tag,
        writer.u64(value.run),
        *writer.text(value.id),
    )


def _read_started(reader: FrameReader, data: bytes, at: int) -> StartedCommand:
    (
        tag,
        run,
        id_at,
        id_length,
    ) = _STARTED.unpack_from(data, at + 8)
    return StartedCommand(
        tag,
        reader.u64(run),
        reader.text(id_at, id_length),
    )


@dataclass(init=False, repr=False, eq=False)
class AppendCommand(Record):
    """Append to the run's journal, before anything after it is done. With `barrier` the commands of this run that follow wait until it is durable."""

    __slots__ = ("run", "barrier", "record", "cut")
    type: ClassVar[Literal["append"]] = "append"
    run: Run
    barrier: bool
    record: bytes
    cut: bool
    """The record holds the whole run as it is after its step: it stands for all before it, which may be thrown away."""

    def __init__(
        self,
        run: Run = 0,
        barrier: bool = False,
        record: bytes = b"",
        cut: bool = False,
    ) -> None:
        self.run = run
        self.barrier = barrier
        self.record = record
        self.cut = cut


_APPEND = Struct("<QB3xIIB")


def _write_append(writer: FrameWriter, at: int, value: AppendCommand) -> None:
    _APPEND.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        1 if value.barrier else 0,
        *writer.octets(value.record),
        1 if value.cut else 0,
    )


def _read_append(reader: FrameReader, data: bytes, at: int) -> AppendCommand:
    (
        run,
        barrier,
        record_at,
        record_length,
        cut,
    ) = _APPEND.unpack_from(data, at + 8)
    return AppendCommand(
        reader.u64(run),
        reader.flag(barrier),
        reader.octets(record_at, record_length),
        reader.flag(cut),
    )


@dataclass(init=False, repr=False, eq=False)
class CallModelCommand(Record):
    """Call a model. The turns of this agent that were sent before stand; `parts` follow the first `known` of them."""

    __slots__ = ("run", "effect", "attempt", "agent", "provider", "known", "no_tools", "timeout", "span", "parent", "parts", "conversation", "schema", "offered", "model", "max_output")
    type: ClassVar[Literal["call-model"]] = "call-model"
    run: Run
    effect: int
    attempt: int
    agent: int
    provider: int
    """Which of the agent's `providers`, from 0."""
    known: int
    """Parts of the transcript that the host has already."""
    no_tools: bool
    """No tools may be called."""
    timeout: int
    """0: none."""
    span: int
    parent: int
    parts: Sequence[Part]
    conversation: int
    """The transcript that this call shows: parts are counted in each by itself. One that has ended may be another one's later, with `known` 0."""
    schema: str
    """JSON Schema that the answer should follow, or empty. Whether it does, the core checks."""
    offered: Sequence[OfferedTool]
    """Tools beside the agent's own; their calls come back in the answer as all others, and the core does them itself."""
    model: str
    """The model that is called in place of the provider's; empty: the provider's."""
    max_output: int
    """Tokens that the answer may have at most, where that is less than the agent's own bound; 0: it is not."""

    def __init__(
        self,
        run: Run = 0,
        effect: int = 0,
        attempt: int = 0,
        agent: int = 0,
        provider: int = 0,
        known: int = 0,
        no_tools: bool = False,
        timeout: int = 0,
        span: int = 0,
        parent: int = 0,
        parts: Sequence[Part] = (),
        conversation: int = 0,
        schema: str = "",
        offered: Sequence[OfferedTool] = (),
        model: str = "",
        max_output: int = 0,
    ) -> None:
        self.run = run
        self.effect = effect
        self.attempt = attempt
        self.agent = agent
        self.provider = provider
        self.known = known
        self.no_tools = no_tools
        self.timeout = timeout
        self.span = span
        self.parent = parent
        self.parts = parts
        self.conversation = conversation
        self.schema = schema
        self.offered = offered
        self.model = model
        self.max_output = max_output


_CALL_MODEL = Struct("<QIIIIIB3xQQQIIIIIIIIII")


def _write_call_model(writer: FrameWriter, at: int, value: CallModelCommand) -> None:
    _CALL_MODEL.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.effect,
        value.attempt,
        value.agent,
        value.provider,
        value.known,
        1 if value.no_tools else 0,
        writer.u64(value.timeout),
        writer.u64(value.span),
        writer.u64(value.parent),
        *writer.items(value.parts, 36, 4, write_part),
        value.conversation,
        *writer.text(value.schema),
        *writer.items(value.offered, 24, 4, write_offered_tool),
        *writer.text(value.model),
        value.max_output,
    )


def _read_call_model(reader: FrameReader, data: bytes, at: int) -> CallModelCommand:
    (
        run,
        effect,
        attempt,
        agent,
        provider,
        known,
        no_tools,
        timeout,
        span,
        parent,
        parts_at,
        parts_length,
        conversation,
        schema_at,
        schema_length,
        offered_at,
        offered_length,
        model_at,
        model_length,
        max_output,
    ) = _CALL_MODEL.unpack_from(data, at + 8)
    return CallModelCommand(
        reader.u64(run),
        effect,
        attempt,
        agent,
        provider,
        known,
        reader.flag(no_tools),
        reader.u64(timeout),
        reader.u64(span),
        reader.u64(parent),
        reader.items(parts_at, parts_length, 36, 4, read_part),
        conversation,
        reader.text(schema_at, schema_length),
        reader.items(offered_at, offered_length, 24, 4, read_offered_tool),
        reader.text(model_at, model_length),
        max_output,
    )


@dataclass(init=False, repr=False, eq=False)
class CallToolCommand(Record):
    """`call-tool` of the protocol."""

    __slots__ = ("run", "effect", "attempt", "agent", "tool", "timeout", "span", "parent", "id", "name", "arguments")
    type: ClassVar[Literal["call-tool"]] = "call-tool"
    run: Run
    effect: int
    attempt: int
    agent: int
    tool: int
    """Index in the agent's `tools`."""
    timeout: int
    span: int
    parent: int
    id: str
    """The model's id of the call."""
    name: str
    arguments: str
    """JSON, checked against the tool's schema, defaults filled in."""

    def __init__(
        self,
        run: Run = 0,
        effect: int = 0,
        attempt: int = 0,
        agent: int = 0,
        tool: int = 0,
        timeout: int = 0,
        span: int = 0,
        parent: int = 0,
        id: str = "",
        name: str = "",
        arguments: str = "",
    ) -> None:
        self.run = run
        self.effect = effect
        self.attempt = attempt
        self.agent = agent
        self.tool = tool
        self.timeout = timeout
        self.span = span
        self.parent = parent
        self.id = id
        self.name = name
        self.arguments = arguments


_CALL_TOOL = Struct("<QIIIIQQQIIIIII")


def _write_call_tool(writer: FrameWriter, at: int, value: CallToolCommand) -> None:
    _CALL_TOOL.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.effect,
        value.attempt,
        value.agent,
        value.tool,
        writer.u64(value.timeout),
        writer.u64(value.span),
        writer.u64(value.parent),
        *writer.text(value.id),
        *writer.text(value.name),
        *writer.text(value.arguments),
    )


def _read_call_tool(reader: FrameReader, data: bytes, at: int) -> CallToolCommand:
    (
        run,
        effect,
        attempt,
        agent,
        tool,
        timeout,
        span,
        parent,
        id_at,
        id_length,
        name_at,
        name_length,
        arguments_at,
        arguments_length,
    ) = _CALL_TOOL.unpack_from(data, at + 8)
    return CallToolCommand(
        reader.u64(run),
        effect,
        attempt,
        agent,
        tool,
        reader.u64(timeout),
        reader.u64(span),
        reader.u64(parent),
        reader.text(id_at, id_length),
        reader.text(name_at, name_length),
        reader.text(arguments_at, arguments_length),
    )


@dataclass(init=False, repr=False, eq=False)
class CallAgentCommand(Record):
    """Host code as an agent."""

    __slots__ = ("run", "effect", "attempt", "agent", "timeout", "span", "parent", "sender", "text", "context")
    type: ClassVar[Literal["call-agent"]] = "call-agent"
    run: Run
    effect: int
    attempt: int
    agent: int
    timeout: int
    span: int
    parent: int
    sender: str
    """Who sent the message."""
    text: str
    context: str
    """What its node is given by `with`: documents as JSON, or empty."""

    def __init__(
        self,
        run: Run = 0,
        effect: int = 0,
        attempt: int = 0,
        agent: int = 0,
        timeout: int = 0,
        span: int = 0,
        parent: int = 0,
        sender: str = "",
        text: str = "",
        context: str = "",
    ) -> None:
        self.run = run
        self.effect = effect
        self.attempt = attempt
        self.agent = agent
        self.timeout = timeout
        self.span = span
        self.parent = parent
        self.sender = sender
        self.text = text
        self.context = context


_CALL_AGENT = Struct("<QIII4xQQQIIIIII")


def _write_call_agent(writer: FrameWriter, at: int, value: CallAgentCommand) -> None:
    _CALL_AGENT.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.effect,
        value.attempt,
        value.agent,
        writer.u64(value.timeout),
        writer.u64(value.span),
        writer.u64(value.parent),
        *writer.text(value.sender),
        *writer.text(value.text),
        *writer.text(value.context),
    )


def _read_call_agent(reader: FrameReader, data: bytes, at: int) -> CallAgentCommand:
    (
        run,
        effect,
        attempt,
        agent,
        timeout,
        span,
        parent,
        sender_at,
        sender_length,
        text_at,
        text_length,
        context_at,
        context_length,
    ) = _CALL_AGENT.unpack_from(data, at + 8)
    return CallAgentCommand(
        reader.u64(run),
        effect,
        attempt,
        agent,
        reader.u64(timeout),
        reader.u64(span),
        reader.u64(parent),
        reader.text(sender_at, sender_length),
        reader.text(text_at, text_length),
        reader.text(context_at, context_length),
    )


@dataclass(init=False, repr=False, eq=False)
class StartAgentCommand(Record):
    """Make a custom agent ready; answered by `agent-ready` or `agent-failed`."""

    __slots__ = ("run", "agent")
    type: ClassVar[Literal["start-agent"]] = "start-agent"
    run: Run
    agent: int

    def __init__(
        self,
        run: Run = 0,
        agent: int = 0,
    ) -> None:
        self.run = run
        self.agent = agent


_START_AGENT = Struct("<QI")


def _write_start_agent(writer: FrameWriter, at: int, value: StartAgentCommand) -> None:
    _START_AGENT.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.agent,
    )


def _read_start_agent(reader: FrameReader, data: bytes, at: int) -> StartAgentCommand:
    (
        run,
        agent,
    ) = _START_AGENT.unpack_from(data, at + 8)
    return StartAgentCommand(
        reader.u64(run),
        agent,
    )


@dataclass(init=False, repr=False, eq=False)
class CancelEffectCommand(Record):
    """Its answer is not wanted any more."""

    __slots__ = ("run", "effect", "attempt")
    type: ClassVar[Literal["cancel-effect"]] = "cancel-effect"
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


_CANCEL_EFFECT = Struct("<QII")


def _write_cancel_effect(writer: FrameWriter, at: int, value: CancelEffectCommand) -> None:
    _CANCEL_EFFECT.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.effect,
        value.attempt,
    )


def _read_cancel_effect(reader: FrameReader, data: bytes, at: int) -> CancelEffectCommand:
    (
        run,
        effect,
        attempt,
    ) = _CANCEL_EFFECT.unpack_from(data, at + 8)
    return CancelEffectCommand(
        reader.u64(run),
        effect,
        attempt,
    )


@dataclass(init=False, repr=False, eq=False)
class OutputCommand(Record):
    """A message that leaves the run."""

    __slots__ = ("run", "agent", "port", "text")
    type: ClassVar[Literal["output"]] = "output"
    run: Run
    agent: int
    port: str
    """The port it leaves by, or empty."""
    text: str

    def __init__(
        self,
        run: Run = 0,
        agent: int = 0,
        port: str = "",
        text: str = "",
    ) -> None:
        self.run = run
        self.agent = agent
        self.port = port
        self.text = text


_OUTPUT = Struct("<QIIIII")


def _write_output(writer: FrameWriter, at: int, value: OutputCommand) -> None:
    _OUTPUT.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.agent,
        *writer.text(value.port),
        *writer.text(value.text),
    )


def _read_output(reader: FrameReader, data: bytes, at: int) -> OutputCommand:
    (
        run,
        agent,
        port_at,
        port_length,
        text_at,
        text_length,
    ) = _OUTPUT.unpack_from(data, at + 8)
    return OutputCommand(
        reader.u64(run),
        agent,
        reader.text(port_at, port_length),
        reader.text(text_at, text_length),
    )


@dataclass(init=False, repr=False, eq=False)
class LogCommand(Record):
    """`log` of the protocol."""

    __slots__ = ("run", "level", "agent", "sender", "text")
    type: ClassVar[Literal["log"]] = "log"
    run: Run
    level: Level
    agent: int
    sender: str
    """The message's sender, or empty."""
    text: str

    def __init__(
        self,
        run: Run = 0,
        level: Level = Level.DEBUG,
        agent: int = 0,
        sender: str = "",
        text: str = "",
    ) -> None:
        self.run = run
        self.level = level
        self.agent = agent
        self.sender = sender
        self.text = text


_LOG = Struct("<QB3xIIIII")


def _write_log(writer: FrameWriter, at: int, value: LogCommand) -> None:
    _LOG.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        LEVEL_NUMBERS[value.level],
        value.agent,
        *writer.text(value.sender),
        *writer.text(value.text),
    )


def _read_log(reader: FrameReader, data: bytes, at: int) -> LogCommand:
    (
        run,
        level,
        agent,
        sender_at,
        sender_length,
        text_at,
        text_length,
    ) = _LOG.unpack_from(data, at + 8)
    return LogCommand(
        reader.u64(run),
        reader.one_of(LEVELS, level),
        agent,
        reader.text(sender_at, sender_length),
        reader.text(text_at, text_length),
    )


@dataclass(init=False, repr=False, eq=False)
class MessageCommand(Record):
    """A message between two agents, if the run is watched."""

    __slots__ = ("run", "from_", "to", "text")
    type: ClassVar[Literal["message"]] = "message"
    run: Run
    from_: int
    to: int
    text: str

    def __init__(
        self,
        run: Run = 0,
        from_: int = 0,
        to: int = 0,
        text: str = "",
    ) -> None:
        self.run = run
        self.from_ = from_
        self.to = to
        self.text = text


_MESSAGE = Struct("<QIIII")


def _write_message(writer: FrameWriter, at: int, value: MessageCommand) -> None:
    _MESSAGE.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.from_,
        value.to,
        *writer.text(value.text),
    )


def _read_message(reader: FrameReader, data: bytes, at: int) -> MessageCommand:
    (
        run,
        from_,
        to,
        text_at,
        text_length,
    ) = _MESSAGE.unpack_from(data, at + 8)
    return MessageCommand(
        reader.u64(run),
        from_,
        to,
        reader.text(text_at, text_length),
    )


@dataclass(init=False, repr=False, eq=False)
class SpanStartCommand(Record):
    """`agent` is u32::MAX for the run itself."""

    __slots__ = ("run", "span", "parent", "operation", "agent", "name")
    type: ClassVar[Literal["span-start"]] = "span-start"
    run: Run
    span: int
    parent: int
    operation: SpanKind
    agent: int
    name: str

    def __init__(
        self,
        run: Run = 0,
        span: int = 0,
        parent: int = 0,
        operation: SpanKind = SpanKind.WORKFLOW,
        agent: int = 0,
        name: str = "",
    ) -> None:
        self.run = run
        self.span = span
        self.parent = parent
        self.operation = operation
        self.agent = agent
        self.name = name


_SPAN_START = Struct("<QQQB3xIII")


def _write_span_start(writer: FrameWriter, at: int, value: SpanStartCommand) -> None:
    _SPAN_START.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        writer.u64(value.span),
        writer.u64(value.parent),
        SPAN_KIND_NUMBERS[value.operation],
        value.agent,
        *writer.text(value.name),
    )


def _read_span_start(reader: FrameReader, data: bytes, at: int) -> SpanStartCommand:
    (
        run,
        span,
        parent,
        operation,
        agent,
        name_at,
        name_length,
    ) = _SPAN_START.unpack_from(data, at + 8)
    return SpanStartCommand(
        reader.u64(run),
        reader.u64(span),
        reader.u64(parent),
        reader.one_of(SPAN_KINDS, operation),
        agent,
        reader.text(name_at, name_length),
    )


@dataclass(init=False, repr=False, eq=False)
class SpanEndCommand(Record):
    """Also ends the spans that `call-model` and `call-tool` began."""

    __slots__ = ("run", "span", "operation", "ok", "agent", "usage", "error")
    type: ClassVar[Literal["span-end"]] = "span-end"
    run: Run
    span: int
    operation: SpanKind
    ok: bool
    agent: int
    usage: Usage
    error: str
    """`error.type` if it is not ok."""

    def __init__(
        self,
        run: Run = 0,
        span: int = 0,
        operation: SpanKind = SpanKind.WORKFLOW,
        ok: bool = False,
        agent: int = 0,
        usage: Usage | None = None,
        error: str = "",
    ) -> None:
        self.run = run
        self.span = span
        self.operation = operation
        self.ok = ok
        self.agent = agent
        self.usage = Usage() if usage is None else usage
        self.error = error


_SPAN_END = Struct("<QQBB2xIIIIIIII")


def _write_span_end(writer: FrameWriter, at: int, value: SpanEndCommand) -> None:
    _SPAN_END.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        writer.u64(value.span),
        SPAN_KIND_NUMBERS[value.operation],
        1 if value.ok else 0,
        value.agent,
        value.usage.input,
        value.usage.output,
        value.usage.cached_read,
        value.usage.cached_write,
        value.usage.reasoning,
        *writer.text(value.error),
    )


def _read_span_end(reader: FrameReader, data: bytes, at: int) -> SpanEndCommand:
    (
        run,
        span,
        operation,
        ok,
        agent,
        usage_input,
        usage_output,
        usage_cached_read,
        usage_cached_write,
        usage_reasoning,
        error_at,
        error_length,
    ) = _SPAN_END.unpack_from(data, at + 8)
    return SpanEndCommand(
        reader.u64(run),
        reader.u64(span),
        reader.one_of(SPAN_KINDS, operation),
        reader.flag(ok),
        agent,
        Usage(usage_input, usage_output, usage_cached_read, usage_cached_write, usage_reasoning),
        reader.text(error_at, error_length),
    )


@dataclass(init=False, repr=False, eq=False)
class FinishedCommand(Record):
    """`finished` of the protocol."""

    __slots__ = ("run", "stop", "path", "message", "output", "counters", "spent", "cost")
    type: ClassVar[Literal["finished"]] = "finished"
    run: Run
    stop: StopReason
    path: str
    """Where it stopped: an agent's name, a node of the flow as problems name it, or empty."""
    message: str
    """For people; empty if it is done."""
    output: str
    """The last output."""
    counters: Counters
    spent: Sequence[Spending]
    """By agent and provider, in that order; those that were not called are left out."""
    cost: int
    """Micro-dollars of all of them whose price is known, rounded half to even once."""

    def __init__(
        self,
        run: Run = 0,
        stop: StopReason = StopReason.DONE,
        path: str = "",
        message: str = "",
        output: str = "",
        counters: Counters | None = None,
        spent: Sequence[Spending] = (),
        cost: int = 0,
    ) -> None:
        self.run = run
        self.stop = stop
        self.path = path
        self.message = message
        self.output = output
        self.counters = Counters() if counters is None else counters
        self.spent = spent
        self.cost = cost


_FINISHED = Struct("<QB3xIIIIII4xQQQQQQQQQQQQQIIQ")


def _write_finished(writer: FrameWriter, at: int, value: FinishedCommand) -> None:
    _FINISHED.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        STOP_REASON_NUMBERS[value.stop],
        *writer.text(value.path),
        *writer.text(value.message),
        *writer.text(value.output),
        writer.u64(value.counters.steps),
        writer.u64(value.counters.activations),
        writer.u64(value.counters.hops),
        writer.u64(value.counters.model_calls),
        writer.u64(value.counters.tool_calls),
        writer.u64(value.counters.agent_calls),
        writer.u64(value.counters.retries),
        writer.u64(value.counters.timeouts),
        writer.u64(value.counters.refused),
        writer.u64(value.counters.dropped),
        writer.u64(value.counters.late),
        writer.u64(value.counters.input_tokens),
        writer.u64(value.counters.output_tokens),
        *writer.items(value.spent, 80, 8, write_spending),
        writer.u64(value.cost),
    )


def _read_finished(reader: FrameReader, data: bytes, at: int) -> FinishedCommand:
    (
        run,
        stop,
        path_at,
        path_length,
        message_at,
        message_length,
        output_at,
        output_length,
        counters_steps,
        counters_activations,
        counters_hops,
        counters_model_calls,
        counters_tool_calls,
        counters_agent_calls,
        counters_retries,
        counters_timeouts,
        counters_refused,
        counters_dropped,
        counters_late,
        counters_input_tokens,
        counters_output_tokens,
        spent_at,
        spent_length,
        cost,
    ) = _FINISHED.unpack_from(data, at + 8)
    return FinishedCommand(
        reader.u64(run),
        reader.one_of(STOP_REASONS, stop),
        reader.text(path_at, path_length),
        reader.text(message_at, message_length),
        reader.text(output_at, output_length),
        Counters(reader.u64(counters_steps), reader.u64(counters_activations), reader.u64(counters_hops), reader.u64(counters_model_calls), reader.u64(counters_tool_calls), reader.u64(counters_agent_calls), reader.u64(counters_retries), reader.u64(counters_timeouts), reader.u64(counters_refused), reader.u64(counters_dropped), reader.u64(counters_late), reader.u64(counters_input_tokens), reader.u64(counters_output_tokens)),
        reader.items(spent_at, spent_length, 80, 8, read_spending),
        reader.u64(cost),
    )


@dataclass(init=False, repr=False, eq=False)
class SavedCommand(Record):
    """`saved` of the protocol."""

    __slots__ = ("run", "state", "step")
    type: ClassVar[Literal["saved"]] = "saved"
    run: Run
    state: bytes
    step: int
    """The last step that is in it."""

    def __init__(
        self,
        run: Run = 0,
        state: bytes = b"",
        step: int = 0,
    ) -> None:
        self.run = run
        self.state = state
        self.step = step


_SAVED = Struct("<QIIQ")


def _write_saved(writer: FrameWriter, at: int, value: SavedCommand) -> None:
    _SAVED.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        *writer.octets(value.state),
        writer.u64(value.step),
    )


def _read_saved(reader: FrameReader, data: bytes, at: int) -> SavedCommand:
    (
        run,
        state_at,
        state_length,
        step,
    ) = _SAVED.unpack_from(data, at + 8)
    return SavedCommand(
        reader.u64(run),
        reader.octets(state_at, state_length),
        reader.u64(step),
    )


@dataclass(init=False, repr=False, eq=False)
class ReplayedCommand(Record):
    """A record was replayed and led to the same commands."""

    __slots__ = ("run", "step", "finished")
    type: ClassVar[Literal["replayed"]] = "replayed"
    run: Run
    step: int
    finished: bool

    def __init__(
        self,
        run: Run = 0,
        step: int = 0,
        finished: bool = False,
    ) -> None:
        self.run = run
        self.step = step
        self.finished = finished


_REPLAYED = Struct("<QQB")


def _write_replayed(writer: FrameWriter, at: int, value: ReplayedCommand) -> None:
    _REPLAYED.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        writer.u64(value.step),
        1 if value.finished else 0,
    )


def _read_replayed(reader: FrameReader, data: bytes, at: int) -> ReplayedCommand:
    (
        run,
        step,
        finished,
    ) = _REPLAYED.unpack_from(data, at + 8)
    return ReplayedCommand(
        reader.u64(run),
        reader.u64(step),
        reader.flag(finished),
    )


@dataclass(init=False, repr=False, eq=False)
class NoticeCommand(Record):
    """One line for whoever watches the engine: a mailbox nearly full, a breaker opened, a retry."""

    __slots__ = ("run", "agent", "level", "code", "text")
    type: ClassVar[Literal["notice"]] = "notice"
    run: Run
    agent: int
    level: Level
    code: str
    """From a closed list, kebab-case."""
    text: str

    def __init__(
        self,
        run: Run = 0,
        agent: int = 0,
        level: Level = Level.DEBUG,
        code: str = "",
        text: str = "",
    ) -> None:
        self.run = run
        self.agent = agent
        self.level = level
        self.code = code
        self.text = text


_NOTICE = Struct("<QIB3xIIII")


def _write_notice(writer: FrameWriter, at: int, value: NoticeCommand) -> None:
    _NOTICE.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.agent,
        LEVEL_NUMBERS[value.level],
        *writer.text(value.code),
        *writer.text(value.text),
    )


def _read_notice(reader: FrameReader, data: bytes, at: int) -> NoticeCommand:
    (
        run,
        agent,
        level,
        code_at,
        code_length,
        text_at,
        text_length,
    ) = _NOTICE.unpack_from(data, at + 8)
    return NoticeCommand(
        reader.u64(run),
        agent,
        reader.one_of(LEVELS, level),
        reader.text(code_at, code_length),
        reader.text(text_at, text_length),
    )


@dataclass(init=False, repr=False, eq=False)
class SearchCommand(Record):
    """Look for documents; answered by `search-result`. What is given too much is cut by the core."""

    __slots__ = ("run", "effect", "attempt", "agent", "timeout", "span", "parent", "store", "collection", "method", "query", "top_k", "filters")
    type: ClassVar[Literal["search"]] = "search"
    run: Run
    effect: int
    attempt: int
    agent: int
    timeout: int
    span: int
    parent: int
    store: str
    """The store's name as the definition has it, or empty: the only one."""
    collection: str
    method: SearchMethod
    query: str
    top_k: int
    """How many documents are wanted."""
    filters: str
    """What a document's metadata must be equal to: a JSON object, or empty."""

    def __init__(
        self,
        run: Run = 0,
        effect: int = 0,
        attempt: int = 0,
        agent: int = 0,
        timeout: int = 0,
        span: int = 0,
        parent: int = 0,
        store: str = "",
        collection: str = "",
        method: SearchMethod = SearchMethod.SEMANTIC,
        query: str = "",
        top_k: int = 0,
        filters: str = "",
    ) -> None:
        self.run = run
        self.effect = effect
        self.attempt = attempt
        self.agent = agent
        self.timeout = timeout
        self.span = span
        self.parent = parent
        self.store = store
        self.collection = collection
        self.method = method
        self.query = query
        self.top_k = top_k
        self.filters = filters


_SEARCH = Struct("<QIII4xQQQIIIIB3xIIIII")


def _write_search(writer: FrameWriter, at: int, value: SearchCommand) -> None:
    _SEARCH.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.effect,
        value.attempt,
        value.agent,
        writer.u64(value.timeout),
        writer.u64(value.span),
        writer.u64(value.parent),
        *writer.text(value.store),
        *writer.text(value.collection),
        SEARCH_METHOD_NUMBERS[value.method],
        *writer.text(value.query),
        value.top_k,
        *writer.text(value.filters),
    )


def _read_search(reader: FrameReader, data: bytes, at: int) -> SearchCommand:
    (
        run,
        effect,
        attempt,
        agent,
        timeout,
        span,
        parent,
        store_at,
        store_length,
        collection_at,
        collection_length,
        method,
        query_at,
        query_length,
        top_k,
        filters_at,
        filters_length,
    ) = _SEARCH.unpack_from(data, at + 8)
    return SearchCommand(
        reader.u64(run),
        effect,
        attempt,
        agent,
        reader.u64(timeout),
        reader.u64(span),
        reader.u64(parent),
        reader.text(store_at, store_length),
        reader.text(collection_at, collection_length),
        reader.one_of(SEARCH_METHODS, method),
        reader.text(query_at, query_length),
        top_k,
        reader.text(filters_at, filters_length),
    )


@dataclass(init=False, repr=False, eq=False)
class IndexCommand(Record):
    """Keep documents; answered by `index-result`."""

    __slots__ = ("run", "effect", "attempt", "agent", "timeout", "span", "parent", "store", "collection", "documents")
    type: ClassVar[Literal["index"]] = "index"
    run: Run
    effect: int
    attempt: int
    agent: int
    timeout: int
    span: int
    parent: int
    store: str
    collection: str
    documents: str
    """A JSON list of {id, text, metadata}. One of an id that is there replaces it."""

    def __init__(
        self,
        run: Run = 0,
        effect: int = 0,
        attempt: int = 0,
        agent: int = 0,
        timeout: int = 0,
        span: int = 0,
        parent: int = 0,
        store: str = "",
        collection: str = "",
        documents: str = "",
    ) -> None:
        self.run = run
        self.effect = effect
        self.attempt = attempt
        self.agent = agent
        self.timeout = timeout
        self.span = span
        self.parent = parent
        self.store = store
        self.collection = collection
        self.documents = documents


_INDEX = Struct("<QIII4xQQQIIIIII")


def _write_index(writer: FrameWriter, at: int, value: IndexCommand) -> None:
    _INDEX.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.effect,
        value.attempt,
        value.agent,
        writer.u64(value.timeout),
        writer.u64(value.span),
        writer.u64(value.parent),
        *writer.text(value.store),
        *writer.text(value.collection),
        *writer.text(value.documents),
    )


def _read_index(reader: FrameReader, data: bytes, at: int) -> IndexCommand:
    (
        run,
        effect,
        attempt,
        agent,
        timeout,
        span,
        parent,
        store_at,
        store_length,
        collection_at,
        collection_length,
        documents_at,
        documents_length,
    ) = _INDEX.unpack_from(data, at + 8)
    return IndexCommand(
        reader.u64(run),
        effect,
        attempt,
        agent,
        reader.u64(timeout),
        reader.u64(span),
        reader.u64(parent),
        reader.text(store_at, store_length),
        reader.text(collection_at, collection_length),
        reader.text(documents_at, documents_length),
    )


@dataclass(init=False, repr=False, eq=False)
class AskApprovalCommand(Record):
    """A person is to approve a call of a tool, or to deny it; answered by `approval`. Withdrawn by `cancel-effect`."""

    __slots__ = ("run", "effect", "agent", "tool", "name", "arguments", "expires", "parent", "hash")
    type: ClassVar[Literal["ask-approval"]] = "ask-approval"
    run: Run
    effect: int
    agent: int
    tool: int
    """Index in the agent's `tools`; u32::MAX and the name `budget`: a model is to be called beyond the soft limit of a budget."""
    name: str
    arguments: str
    """JSON, as the tool would get it."""
    expires: int
    """From then on it is denied: milliseconds since 1970."""
    parent: int
    hash: str
    """SHA-256 of the tool's name, a zero and the arguments: 64 hex digits."""

    def __init__(
        self,
        run: Run = 0,
        effect: int = 0,
        agent: int = 0,
        tool: int = 0,
        name: str = "",
        arguments: str = "",
        expires: int = 0,
        parent: int = 0,
        hash: str = "",
    ) -> None:
        self.run = run
        self.effect = effect
        self.agent = agent
        self.tool = tool
        self.name = name
        self.arguments = arguments
        self.expires = expires
        self.parent = parent
        self.hash = hash


_ASK_APPROVAL = Struct("<QIIIIIII4xQQII")


def _write_ask_approval(writer: FrameWriter, at: int, value: AskApprovalCommand) -> None:
    _ASK_APPROVAL.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.effect,
        value.agent,
        value.tool,
        *writer.text(value.name),
        *writer.text(value.arguments),
        writer.u64(value.expires),
        writer.u64(value.parent),
        *writer.text(value.hash),
    )


def _read_ask_approval(reader: FrameReader, data: bytes, at: int) -> AskApprovalCommand:
    (
        run,
        effect,
        agent,
        tool,
        name_at,
        name_length,
        arguments_at,
        arguments_length,
        expires,
        parent,
        hash_at,
        hash_length,
    ) = _ASK_APPROVAL.unpack_from(data, at + 8)
    return AskApprovalCommand(
        reader.u64(run),
        effect,
        agent,
        tool,
        reader.text(name_at, name_length),
        reader.text(arguments_at, arguments_length),
        reader.u64(expires),
        reader.u64(parent),
        reader.text(hash_at, hash_length),
    )


@dataclass(init=False, repr=False, eq=False)
class SaveOutputCommand(Record):
    """Write the run's result to a file, if the host lets definitions do that; else tell who watches that it was not. It comes before `finished`."""

    __slots__ = ("run", "path", "text")
    type: ClassVar[Literal["save-output"]] = "save-output"
    run: Run
    path: str
    text: str

    def __init__(
        self,
        run: Run = 0,
        path: str = "",
        text: str = "",
    ) -> None:
        self.run = run
        self.path = path
        self.text = text


_SAVE_OUTPUT = Struct("<QIIII")


def _write_save_output(writer: FrameWriter, at: int, value: SaveOutputCommand) -> None:
    _SAVE_OUTPUT.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        *writer.text(value.path),
        *writer.text(value.text),
    )


def _read_save_output(reader: FrameReader, data: bytes, at: int) -> SaveOutputCommand:
    (
        run,
        path_at,
        path_length,
        text_at,
        text_length,
    ) = _SAVE_OUTPUT.unpack_from(data, at + 8)
    return SaveOutputCommand(
        reader.u64(run),
        reader.text(path_at, path_length),
        reader.text(text_at, text_length),
    )


@dataclass(init=False, repr=False, eq=False)
class VerdictCommand(Record):
    """`verdict` of the protocol."""

    __slots__ = ("tag", "outcome", "principal", "by_key", "bucket", "reason", "wait", "left", "since")
    type: ClassVar[Literal["verdict"]] = "verdict"
    tag: int
    outcome: Outcome
    principal: str
    """Who it is; empty: nobody in particular."""
    by_key: bool
    """Whether they are known by their key or token, and not by a proxy."""
    bucket: str
    """Whose bucket is asked for with what they want; empty: everybody's."""
    reason: str
    """For people: why not."""
    wait: int
    """Milliseconds after which it is worth another try; 0: it is not."""
    left: int
    """What is left in the bucket, and since when."""
    since: int

    def __init__(
        self,
        tag: int = 0,
        outcome: Outcome = Outcome.ALLOWED,
        principal: str = "",
        by_key: bool = False,
        bucket: str = "",
        reason: str = "",
        wait: int = 0,
        left: int = 0,
        since: int = 0,
    ) -> None:
        self.tag = tag
        self.outcome = outcome
        self.principal = principal
        self.by_key = by_key
        self.bucket = bucket
        self.reason = reason
        self.wait = wait
        self.left = left
        self.since = since


_VERDICT = Struct("<IB3xIIB3xIIII4xQQQ")


def _write_verdict(writer: FrameWriter, at: int, value: VerdictCommand) -> None:
    _VERDICT.pack_into(
        writer.data,
        at + 8,
        value.tag,
        OUTCOME_NUMBERS[value.outcome],
        *writer.text(value.principal),
        1 if value.by_key else 0,
        *writer.text(value.bucket),
        *writer.text(value.reason),
        writer.u64(value.wait),
        writer.u64(value.left),
        writer.u64(value.since),
    )


def _read_verdict(reader: FrameReader, data: bytes, at: int) -> VerdictCommand:
    (
        tag,
        outcome,
        principal_at,
        principal_length,
        by_key,
        bucket_at,
        bucket_length,
        reason_at,
        reason_length,
        wait,
        left,
        since,
    ) = _VERDICT.unpack_from(data, at + 8)
    return VerdictCommand(
        tag,
        reader.one_of(OUTCOMES, outcome),
        reader.text(principal_at, principal_length),
        reader.flag(by_key),
        reader.text(bucket_at, bucket_length),
        reader.text(reason_at, reason_length),
        reader.u64(wait),
        reader.u64(left),
        reader.u64(since),
    )


@dataclass(init=False, repr=False, eq=False)
class AuditCommand(Record):
    """Something to be remembered of who did what."""

    __slots__ = ("definition", "action", "principal", "resource", "outcome", "reason")
    type: ClassVar[Literal["audit"]] = "audit"
    definition: int
    action: str
    """`sign-in`, or what somebody wanted to do."""
    principal: str
    resource: str
    outcome: Outcome
    reason: str

    def __init__(
        self,
        definition: int = 0,
        action: str = "",
        principal: str = "",
        resource: str = "",
        outcome: Outcome = Outcome.ALLOWED,
        reason: str = "",
    ) -> None:
        self.definition = definition
        self.action = action
        self.principal = principal
        self.resource = resource
        self.outcome = outcome
        self.reason = reason


_AUDIT = Struct("<IIIIIIIB3xII")


def _write_audit(writer: FrameWriter, at: int, value: AuditCommand) -> None:
    _AUDIT.pack_into(
        writer.data,
        at + 8,
        value.definition,
        *writer.text(value.action),
        *writer.text(value.principal),
        *writer.text(value.resource),
        OUTCOME_NUMBERS[value.outcome],
        *writer.text(value.reason),
    )


def _read_audit(reader: FrameReader, data: bytes, at: int) -> AuditCommand:
    (
        definition,
        action_at,
        action_length,
        principal_at,
        principal_length,
        resource_at,
        resource_length,
        outcome,
        reason_at,
        reason_length,
    ) = _AUDIT.unpack_from(data, at + 8)
    return AuditCommand(
        definition,
        reader.text(action_at, action_length),
        reader.text(principal_at, principal_length),
        reader.text(resource_at, resource_length),
        reader.one_of(OUTCOMES, outcome),
        reader.text(reason_at, reason_length),
    )


@dataclass(init=False, repr=False, eq=False)
class CountTokensCommand(Record):
    """Count these texts by a tokenizer; answered by `counted`. What has been counted before is not asked again."""

    __slots__ = ("run", "effect", "attempt", "agent", "provider", "encoding", "texts")
    type: ClassVar[Literal["count-tokens"]] = "count-tokens"
    run: Run
    effect: int
    attempt: int
    agent: int
    provider: int
    """Which of the agent's `providers`, from 0: they are for its model."""
    encoding: str
    """`o200k_base`, `o200k_harmony` or `cl100k_base`; empty: the model's own, if the host has it."""
    texts: Sequence[str]

    def __init__(
        self,
        run: Run = 0,
        effect: int = 0,
        attempt: int = 0,
        agent: int = 0,
        provider: int = 0,
        encoding: str = "",
        texts: Sequence[str] = (),
    ) -> None:
        self.run = run
        self.effect = effect
        self.attempt = attempt
        self.agent = agent
        self.provider = provider
        self.encoding = encoding
        self.texts = texts


_COUNT_TOKENS = Struct("<QIIIIIIII")


def _write_count_tokens(writer: FrameWriter, at: int, value: CountTokensCommand) -> None:
    _COUNT_TOKENS.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.effect,
        value.attempt,
        value.agent,
        value.provider,
        *writer.text(value.encoding),
        *writer.texts(value.texts),
    )


def _read_count_tokens(reader: FrameReader, data: bytes, at: int) -> CountTokensCommand:
    (
        run,
        effect,
        attempt,
        agent,
        provider,
        encoding_at,
        encoding_length,
        texts_at,
        texts_length,
    ) = _COUNT_TOKENS.unpack_from(data, at + 8)
    return CountTokensCommand(
        reader.u64(run),
        effect,
        attempt,
        agent,
        provider,
        reader.text(encoding_at, encoding_length),
        reader.texts(texts_at, texts_length),
    )


@dataclass(init=False, repr=False, eq=False)
class RecallCommand(Record):
    """Read a session; answered by `recalled`. One that is not there has no turns."""

    __slots__ = ("run", "effect", "attempt", "timeout", "session", "user", "turns")
    type: ClassVar[Literal["recall"]] = "recall"
    run: Run
    effect: int
    attempt: int
    timeout: int
    session: str
    user: str
    """Whose it is, or empty."""
    turns: int
    """At most so many turns of each agent, the latest."""

    def __init__(
        self,
        run: Run = 0,
        effect: int = 0,
        attempt: int = 0,
        timeout: int = 0,
        session: str = "",
        user: str = "",
        turns: int = 0,
    ) -> None:
        self.run = run
        self.effect = effect
        self.attempt = attempt
        self.timeout = timeout
        self.session = session
        self.user = user
        self.turns = turns


_RECALL = Struct("<QIIQIIIII")


def _write_recall(writer: FrameWriter, at: int, value: RecallCommand) -> None:
    _RECALL.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.effect,
        value.attempt,
        writer.u64(value.timeout),
        *writer.text(value.session),
        *writer.text(value.user),
        value.turns,
    )


def _read_recall(reader: FrameReader, data: bytes, at: int) -> RecallCommand:
    (
        run,
        effect,
        attempt,
        timeout,
        session_at,
        session_length,
        user_at,
        user_length,
        turns,
    ) = _RECALL.unpack_from(data, at + 8)
    return RecallCommand(
        reader.u64(run),
        effect,
        attempt,
        reader.u64(timeout),
        reader.text(session_at, session_length),
        reader.text(user_at, user_length),
        turns,
    )


@dataclass(init=False, repr=False, eq=False)
class RememberCommand(Record):
    """Append a turn to a session, which comes to be with its first one; answered by `remembered`. Run and effect are its name: under one name it is
    appended once."""

    __slots__ = ("run", "effect", "attempt", "timeout", "session", "user", "lightweight", "checkpoint", "turn")
    type: ClassVar[Literal["remember"]] = "remember"
    run: Run
    effect: int
    attempt: int
    timeout: int
    session: str
    user: str
    lightweight: bool
    """Only as long as this process lives."""
    checkpoint: bool
    """Mark a checkpoint behind it."""
    turn: str
    """A JSON object {agent, parts}: docs/sessions.md."""

    def __init__(
        self,
        run: Run = 0,
        effect: int = 0,
        attempt: int = 0,
        timeout: int = 0,
        session: str = "",
        user: str = "",
        lightweight: bool = False,
        checkpoint: bool = False,
        turn: str = "",
    ) -> None:
        self.run = run
        self.effect = effect
        self.attempt = attempt
        self.timeout = timeout
        self.session = session
        self.user = user
        self.lightweight = lightweight
        self.checkpoint = checkpoint
        self.turn = turn


_REMEMBER = Struct("<QIIQIIIIBB2xII")


def _write_remember(writer: FrameWriter, at: int, value: RememberCommand) -> None:
    _REMEMBER.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        value.effect,
        value.attempt,
        writer.u64(value.timeout),
        *writer.text(value.session),
        *writer.text(value.user),
        1 if value.lightweight else 0,
        1 if value.checkpoint else 0,
        *writer.text(value.turn),
    )


def _read_remember(reader: FrameReader, data: bytes, at: int) -> RememberCommand:
    (
        run,
        effect,
        attempt,
        timeout,
        session_at,
        session_length,
        user_at,
        user_length,
        lightweight,
        checkpoint,
        turn_at,
        turn_length,
    ) = _REMEMBER.unpack_from(data, at + 8)
    return RememberCommand(
        reader.u64(run),
        effect,
        attempt,
        reader.u64(timeout),
        reader.text(session_at, session_length),
        reader.text(user_at, user_length),
        reader.flag(lightweight),
        reader.flag(checkpoint),
        reader.text(turn_at, turn_length),
    )


@dataclass(init=False, repr=False, eq=False)
class CheckpointCommand(Record):
    """The run's journal has grown so far that a snapshot now (`save`) would make recovery shorter. Whoever keeps none need do nothing."""

    __slots__ = ("run", "cut")
    type: ClassVar[Literal["checkpoint"]] = "checkpoint"
    run: Run
    cut: bool
    """The journal was cut just now: what left the run before is in no record any more, and no snapshot is needed."""

    def __init__(
        self,
        run: Run = 0,
        cut: bool = False,
    ) -> None:
        self.run = run
        self.cut = cut


_CHECKPOINT = Struct("<QB")


def _write_checkpoint(writer: FrameWriter, at: int, value: CheckpointCommand) -> None:
    _CHECKPOINT.pack_into(
        writer.data,
        at + 8,
        writer.u64(value.run),
        1 if value.cut else 0,
    )


def _read_checkpoint(reader: FrameReader, data: bytes, at: int) -> CheckpointCommand:
    (
        run,
        cut,
    ) = _CHECKPOINT.unpack_from(data, at + 8)
    return CheckpointCommand(
        reader.u64(run),
        reader.flag(cut),
    )


Command = Union[
    DefinedCommand,
    ProblemsCommand,
    VariablesNeededCommand,
    RefusedCommand,
    StartedCommand,
    AppendCommand,
    CallModelCommand,
    CallToolCommand,
    CallAgentCommand,
    StartAgentCommand,
    CancelEffectCommand,
    OutputCommand,
    LogCommand,
    MessageCommand,
    SpanStartCommand,
    SpanEndCommand,
    FinishedCommand,
    SavedCommand,
    ReplayedCommand,
    NoticeCommand,
    SearchCommand,
    IndexCommand,
    AskApprovalCommand,
    SaveOutputCommand,
    VerdictCommand,
    AuditCommand,
    CountTokensCommand,
    RecallCommand,
    RememberCommand,
    CheckpointCommand,
]
"""Any command."""

COMMAND_TYPES = (
    "defined",
    "problems",
    "variables-needed",
    "refused",
    "started",
    "append",
    "call-model",
    "call-tool",
    "call-agent",
    "start-agent",
    "cancel-effect",
    "output",
    "log",
    "message",
    "span-start",
    "span-end",
    "finished",
    "saved",
    "replayed",
    "notice",
    "search",
    "index",
    "ask-approval",
    "save-output",
    "verdict",
    "audit",
    "count-tokens",
    "recall",
    "remember",
    "checkpoint",
)
"""Types of commands by kind, the order of the protocol."""

_WRITE = {
    DefinedCommand: (0, 40, _write_defined),
    ProblemsCommand: (1, 20, _write_problems),
    VariablesNeededCommand: (2, 20, _write_variables_needed),
    RefusedCommand: (3, 48, _write_refused),
    StartedCommand: (4, 32, _write_started),
    AppendCommand: (5, 29, _write_append),
    CallModelCommand: (6, 104, _write_call_model),
    CallToolCommand: (7, 80, _write_call_tool),
    CallAgentCommand: (8, 80, _write_call_agent),
    StartAgentCommand: (9, 20, _write_start_agent),
    CancelEffectCommand: (10, 24, _write_cancel_effect),
    OutputCommand: (11, 36, _write_output),
    LogCommand: (12, 40, _write_log),
    MessageCommand: (13, 32, _write_message),
    SpanStartCommand: (14, 48, _write_span_start),
    SpanEndCommand: (15, 60, _write_span_end),
    FinishedCommand: (16, 168, _write_finished),
    SavedCommand: (17, 32, _write_saved),
    ReplayedCommand: (18, 25, _write_replayed),
    NoticeCommand: (19, 40, _write_notice),
    SearchCommand: (20, 96, _write_search),
    IndexCommand: (21, 80, _write_index),
    AskApprovalCommand: (22, 72, _write_ask_approval),
    SaveOutputCommand: (23, 32, _write_save_output),
    VerdictCommand: (24, 72, _write_verdict),
    AuditCommand: (25, 48, _write_audit),
    CountTokensCommand: (26, 48, _write_count_tokens),
    RecallCommand: (27, 52, _write_recall),
    RememberCommand: (28, 60, _write_remember),
    CheckpointCommand: (29, 17, _write_checkpoint),
}

_READ = (
    (40, _read_defined),
    (20, _read_problems),
    (20, _read_variables_needed),
    (48, _read_refused),
    (32, _read_started),
    (29, _read_append),
    (104, _read_call_model),
    (80, _read_call_tool),
    (80, _read_call_agent),
    (20, _read_start_agent),
    (24, _read_cancel_effect),
    (36, _read_output),
    (40, _read_log),
    (32, _read_message),
    (48, _read_span_start),
    (60, _read_span_end),
    (168, _read_finished),
    (32, _read_saved),
    (25, _read_replayed),
    (40, _read_notice),
    (96, _read_search),
    (80, _read_index),
    (72, _read_ask_approval),
    (32, _read_save_output),
    (72, _read_verdict),
    (48, _read_audit),
    (48, _read_count_tokens),
    (52, _read_recall),
    (60, _read_remember),
    (17, _read_checkpoint),
)


def write_command(writer: FrameWriter, command: Command) -> None:
    """Writes any command as the next record. Raises ValueError for a field that is out of its range; then nothing is written."""
    kind, fixed, write = _WRITE[type(command)]
    writer.record(kind, fixed, write, command)


def read_command(reader: FrameReader) -> Command:
    """Reads the record that `reader.next()` came to. Raises FrameError."""
    if reader.kind >= len(_READ):
        reader.fault(f"there is no command of kind {reader.kind}")
    fixed, read = _READ[reader.kind]
    return read(reader, *reader.part(fixed))
