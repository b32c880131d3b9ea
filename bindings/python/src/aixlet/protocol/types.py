# Generated from wit/ by tools/generate.ts; do not edit.
"""What events and commands are made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from struct import Struct
from typing import Sequence

from .frame import FrameReader, FrameWriter
from .record import Record

PROTOCOL = 1
"""Version of the protocol: major * 65536 + minor."""

Run = int
"""A run in this engine: generation * 2^22 + index, below 2^53. Given by the core; 0 is none."""


class NodeKind(StrEnum):
    """What a YAML parser made of a piece of text, before anybody decided what it means."""

    MAPPING = "mapping"
    SEQUENCE = "sequence"
    SCALAR = "scalar"
    ALIAS = "alias"


NODE_KINDS = tuple(NodeKind)
NODE_KIND_NUMBERS = {each: number for number, each in enumerate(NODE_KINDS)}


class ScalarStyle(StrEnum):
    """The cases of `scalar-style`."""

    PLAIN = "plain"
    SINGLE_QUOTED = "single-quoted"
    DOUBLE_QUOTED = "double-quoted"
    LITERAL = "literal"
    FOLDED = "folded"


SCALAR_STYLES = tuple(ScalarStyle)
SCALAR_STYLE_NUMBERS = {each: number for number, each in enumerate(SCALAR_STYLES)}


@dataclass(init=False, repr=False, eq=False)
class Node(Record):
    """One node of a document. A document is its nodes in order of appearance, each followed by its `count` children; a mapping's children
    are its keys and values in turn."""

    __slots__ = ("kind", "style", "line", "column", "count", "tag", "anchor", "text")
    kind: NodeKind
    style: ScalarStyle
    line: int
    """From 1."""
    column: int
    count: int
    """A sequence's items, a mapping's keys plus values; else 0."""
    tag: str
    """As written in the file, without resolution: `!!str`, `!mine`; empty if none."""
    anchor: str
    """Name of the anchor on this node, or, of an alias, the one it points at; empty if none."""
    text: str
    """A scalar's text after quotes, escapes and folding."""

    def __init__(
        self,
        kind: NodeKind = NodeKind.MAPPING,
        style: ScalarStyle = ScalarStyle.PLAIN,
        line: int = 0,
        column: int = 0,
        count: int = 0,
        tag: str = "",
        anchor: str = "",
        text: str = "",
    ) -> None:
        self.kind = kind
        self.style = style
        self.line = line
        self.column = column
        self.count = count
        self.tag = tag
        self.anchor = anchor
        self.text = text


_NODE = Struct("<BB2xIIIIIIIII")


def write_node(writer: FrameWriter, at: int, value: Node) -> None:
    """Writes a `Node` into the bytes from `at`."""
    _NODE.pack_into(
        writer.data,
        at,
        NODE_KIND_NUMBERS[value.kind],
        SCALAR_STYLE_NUMBERS[value.style],
        value.line,
        value.column,
        value.count,
        *writer.text(value.tag),
        *writer.text(value.anchor),
        *writer.text(value.text),
    )


def read_node(reader: FrameReader, at: int) -> Node:
    """Reads the `Node` in the bytes from `at`."""
    (
        kind,
        style,
        line,
        column,
        count,
        tag_at,
        tag_length,
        anchor_at,
        anchor_length,
        text_at,
        text_length,
    ) = _NODE.unpack_from(reader.data, at)
    return Node(
        reader.one_of(NODE_KINDS, kind),
        reader.one_of(SCALAR_STYLES, style),
        line,
        column,
        count,
        reader.text(tag_at, tag_length),
        reader.text(anchor_at, anchor_length),
        reader.text(text_at, text_length),
    )


@dataclass(init=False, repr=False, eq=False)
class Source(Record):
    """A file and its documents' nodes."""

    __slots__ = ("path", "documents", "nodes")
    path: str
    documents: int
    """How many documents the file holds: more or fewer than one is refused."""
    nodes: Sequence[Node]

    def __init__(
        self,
        path: str = "",
        documents: int = 0,
        nodes: Sequence[Node] = (),
    ) -> None:
        self.path = path
        self.documents = documents
        self.nodes = nodes


_SOURCE = Struct("<IIIII")


def write_source(writer: FrameWriter, at: int, value: Source) -> None:
    """Writes a `Source` into the bytes from `at`."""
    _SOURCE.pack_into(
        writer.data,
        at,
        *writer.text(value.path),
        value.documents,
        *writer.items(value.nodes, 40, 4, write_node),
    )


def read_source(reader: FrameReader, at: int) -> Source:
    """Reads the `Source` in the bytes from `at`."""
    (
        path_at,
        path_length,
        documents,
        nodes_at,
        nodes_length,
    ) = _SOURCE.unpack_from(reader.data, at)
    return Source(
        reader.text(path_at, path_length),
        documents,
        reader.items(nodes_at, nodes_length, 40, 4, read_node),
    )


@dataclass(init=False, repr=False, eq=False)
class Variable(Record):
    """A variable's value, or none if it is not set."""

    __slots__ = ("name", "value")
    name: str
    value: str | None

    def __init__(
        self,
        name: str = "",
        value: str | None = None,
    ) -> None:
        self.name = name
        self.value = value


_VARIABLE = Struct("<IIB3xII")


def write_variable(writer: FrameWriter, at: int, value: Variable) -> None:
    """Writes a `Variable` into the bytes from `at`."""
    _VARIABLE.pack_into(
        writer.data,
        at,
        *writer.text(value.name),
        0 if value.value is None else 1,
        *writer.text("" if value.value is None else value.value),
    )


def read_variable(reader: FrameReader, at: int) -> Variable:
    """Reads the `Variable` in the bytes from `at`."""
    (
        name_at,
        name_length,
        value_has,
        value_at,
        value_length,
    ) = _VARIABLE.unpack_from(reader.data, at)
    return Variable(
        reader.text(name_at, name_length),
        reader.text(value_at, value_length) if reader.flag(value_has) else None,
    )


class Severity(StrEnum):
    """The cases of `severity`."""

    ERROR = "error"
    WARNING = "warning"


SEVERITIES = tuple(Severity)
SEVERITY_NUMBERS = {each: number for number, each in enumerate(SEVERITIES)}


@dataclass(init=False, repr=False, eq=False)
class Problem(Record):
    """What is wrong with a definition, where, and the way out."""

    __slots__ = ("severity", "code", "file", "line", "column", "path", "message", "suggestion")
    severity: Severity
    code: str
    """From a closed list, kebab-case: docs/errors.md."""
    file: str
    """File, as given."""
    line: int
    column: int
    path: str
    """Where in the document: `agents[2].tools[0].name`."""
    message: str
    suggestion: str
    """The key or value that was meant, or empty."""

    def __init__(
        self,
        severity: Severity = Severity.ERROR,
        code: str = "",
        file: str = "",
        line: int = 0,
        column: int = 0,
        path: str = "",
        message: str = "",
        suggestion: str = "",
    ) -> None:
        self.severity = severity
        self.code = code
        self.file = file
        self.line = line
        self.column = column
        self.path = path
        self.message = message
        self.suggestion = suggestion


_PROBLEM = Struct("<B3xIIIIIIIIIIII")


def write_problem(writer: FrameWriter, at: int, value: Problem) -> None:
    """Writes a `Problem` into the bytes from `at`."""
    _PROBLEM.pack_into(
        writer.data,
        at,
        SEVERITY_NUMBERS[value.severity],
        *writer.text(value.code),
        *writer.text(value.file),
        value.line,
        value.column,
        *writer.text(value.path),
        *writer.text(value.message),
        *writer.text(value.suggestion),
    )


def read_problem(reader: FrameReader, at: int) -> Problem:
    """Reads the `Problem` in the bytes from `at`."""
    (
        severity,
        code_at,
        code_length,
        file_at,
        file_length,
        line,
        column,
        path_at,
        path_length,
        message_at,
        message_length,
        suggestion_at,
        suggestion_length,
    ) = _PROBLEM.unpack_from(reader.data, at)
    return Problem(
        reader.one_of(SEVERITIES, severity),
        reader.text(code_at, code_length),
        reader.text(file_at, file_length),
        line,
        column,
        reader.text(path_at, path_length),
        reader.text(message_at, message_length),
        reader.text(suggestion_at, suggestion_length),
    )


class PartRole(StrEnum):
    """The cases of `part-role`."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


PART_ROLES = tuple(PartRole)
PART_ROLE_NUMBERS = {each: number for number, each in enumerate(PART_ROLES)}


class PartKind(StrEnum):
    """The cases of `part-kind`."""

    TEXT = "text"
    REASONING = "reasoning"
    TOOL_CALL = "tool-call"
    TOOL_RESULT = "tool-result"
    TOOL_ERROR = "tool-error"


PART_KINDS = tuple(PartKind)
PART_KIND_NUMBERS = {each: number for number, each in enumerate(PART_KINDS)}


@dataclass(init=False, repr=False, eq=False)
class Part(Record):
    """A part of a turn; a turn is the parts of one role in a row."""

    __slots__ = ("role", "kind", "text", "id", "name", "metadata")
    role: PartRole
    kind: PartKind
    text: str
    """Text; of a tool call its arguments as JSON; of a tool result what the model is shown."""
    id: str
    """Of a call and its result: the model's own id of the call."""
    name: str
    """Of a call and its result: the tool's name."""
    metadata: str
    """What the provider wants back as it was (JSON), such as the signature of a thought; empty if none."""

    def __init__(
        self,
        role: PartRole = PartRole.SYSTEM,
        kind: PartKind = PartKind.TEXT,
        text: str = "",
        id: str = "",
        name: str = "",
        metadata: str = "",
    ) -> None:
        self.role = role
        self.kind = kind
        self.text = text
        self.id = id
        self.name = name
        self.metadata = metadata


_PART = Struct("<BB2xIIIIIIII")


def write_part(writer: FrameWriter, at: int, value: Part) -> None:
    """Writes a `Part` into the bytes from `at`."""
    _PART.pack_into(
        writer.data,
        at,
        PART_ROLE_NUMBERS[value.role],
        PART_KIND_NUMBERS[value.kind],
        *writer.text(value.text),
        *writer.text(value.id),
        *writer.text(value.name),
        *writer.text(value.metadata),
    )


def read_part(reader: FrameReader, at: int) -> Part:
    """Reads the `Part` in the bytes from `at`."""
    (
        role,
        kind,
        text_at,
        text_length,
        id_at,
        id_length,
        name_at,
        name_length,
        metadata_at,
        metadata_length,
    ) = _PART.unpack_from(reader.data, at)
    return Part(
        reader.one_of(PART_ROLES, role),
        reader.one_of(PART_KINDS, kind),
        reader.text(text_at, text_length),
        reader.text(id_at, id_length),
        reader.text(name_at, name_length),
        reader.text(metadata_at, metadata_length),
    )


@dataclass(init=False, repr=False, eq=False)
class OfferedTool(Record):
    """A tool that a model may call in one call."""

    __slots__ = ("name", "description", "parameters")
    name: str
    description: str
    parameters: str
    """JSON Schema of its arguments."""

    def __init__(
        self,
        name: str = "",
        description: str = "",
        parameters: str = "",
    ) -> None:
        self.name = name
        self.description = description
        self.parameters = parameters


_OFFERED_TOOL = Struct("<IIIIII")


def write_offered_tool(writer: FrameWriter, at: int, value: OfferedTool) -> None:
    """Writes a `OfferedTool` into the bytes from `at`."""
    _OFFERED_TOOL.pack_into(
        writer.data,
        at,
        *writer.text(value.name),
        *writer.text(value.description),
        *writer.text(value.parameters),
    )


def read_offered_tool(reader: FrameReader, at: int) -> OfferedTool:
    """Reads the `OfferedTool` in the bytes from `at`."""
    (
        name_at,
        name_length,
        description_at,
        description_length,
        parameters_at,
        parameters_length,
    ) = _OFFERED_TOOL.unpack_from(reader.data, at)
    return OfferedTool(
        reader.text(name_at, name_length),
        reader.text(description_at, description_length),
        reader.text(parameters_at, parameters_length),
    )


@dataclass(init=False, repr=False, eq=False)
class TextCount(Record):
    """Of one text."""

    __slots__ = ("tokens",)
    tokens: int

    def __init__(
        self,
        tokens: int = 0,
    ) -> None:
        self.tokens = tokens


_TEXT_COUNT = Struct("<I")


def write_text_count(writer: FrameWriter, at: int, value: TextCount) -> None:
    """Writes a `TextCount` into the bytes from `at`."""
    _TEXT_COUNT.pack_into(
        writer.data,
        at,
        value.tokens,
    )


def read_text_count(reader: FrameReader, at: int) -> TextCount:
    """Reads the `TextCount` in the bytes from `at`."""
    (
        tokens,
    ) = _TEXT_COUNT.unpack_from(reader.data, at)
    return TextCount(
        tokens,
    )


class SearchMethod(StrEnum):
    """How documents are looked for."""

    SEMANTIC = "semantic"
    KEYWORD = "keyword"


SEARCH_METHODS = tuple(SearchMethod)
SEARCH_METHOD_NUMBERS = {each: number for number, each in enumerate(SEARCH_METHODS)}


class FinishReason(StrEnum):
    """The cases of `finish-reason`."""

    STOP = "stop"
    LENGTH = "length"
    TOOL_CALLS = "tool-calls"
    CONTENT_FILTER = "content-filter"
    OTHER = "other"


FINISH_REASONS = tuple(FinishReason)
FINISH_REASON_NUMBERS = {each: number for number, each in enumerate(FINISH_REASONS)}


@dataclass(init=False, repr=False, eq=False)
class Usage(Record):
    """Tokens of one call. Input includes what was read from and written to a cache; output includes reasoning."""

    __slots__ = ("input", "output", "cached_read", "cached_write", "reasoning")
    input: int
    output: int
    cached_read: int
    cached_write: int
    reasoning: int

    def __init__(
        self,
        input: int = 0,
        output: int = 0,
        cached_read: int = 0,
        cached_write: int = 0,
        reasoning: int = 0,
    ) -> None:
        self.input = input
        self.output = output
        self.cached_read = cached_read
        self.cached_write = cached_write
        self.reasoning = reasoning


_USAGE = Struct("<IIIII")


def write_usage(writer: FrameWriter, at: int, value: Usage) -> None:
    """Writes a `Usage` into the bytes from `at`."""
    _USAGE.pack_into(
        writer.data,
        at,
        value.input,
        value.output,
        value.cached_read,
        value.cached_write,
        value.reasoning,
    )


def read_usage(reader: FrameReader, at: int) -> Usage:
    """Reads the `Usage` in the bytes from `at`."""
    (
        input,
        output,
        cached_read,
        cached_write,
        reasoning,
    ) = _USAGE.unpack_from(reader.data, at)
    return Usage(
        input,
        output,
        cached_read,
        cached_write,
        reasoning,
    )


class FailureKind(StrEnum):
    """Why something outside failed."""

    RATE_LIMIT = "rate-limit"
    TIMEOUT = "timeout"
    SERVER_ERROR = "server-error"
    NETWORK = "network"
    AUTHENTICATION = "authentication"
    INVALID_REQUEST = "invalid-request"
    CONTENT_FILTER = "content-filter"
    MALFORMED = "malformed"
    MISSING = "missing"
    FAILED = "failed"
    ABORTED = "aborted"
    UNAVAILABLE = "unavailable"
    """Not tried: its circuit breaker is open."""
    CONTEXT_LENGTH = "context-length"
    """More tokens than the model takes."""


FAILURE_KINDS = tuple(FailureKind)
FAILURE_KIND_NUMBERS = {each: number for number, each in enumerate(FAILURE_KINDS)}


class StopReason(StrEnum):
    """Why a run, a node of a flow or an activation is over."""

    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DEADLINE = "deadline"
    BUDGET = "budget"
    LIMIT = "limit"
    NO_PROGRESS = "no-progress"
    NO_ROUTE = "no-route"
    BAD_DECISION = "bad-decision"
    REFUSED = "refused"
    DENIED = "denied"
    UNKNOWN = "unknown"
    STALLED = "stalled"


STOP_REASONS = tuple(StopReason)
STOP_REASON_NUMBERS = {each: number for number, each in enumerate(STOP_REASONS)}


class Level(StrEnum):
    """The cases of `level`."""

    DEBUG = "debug"
    INFO = "info"
    WARN = "warn"
    ERROR = "error"


LEVELS = tuple(Level)
LEVEL_NUMBERS = {each: number for number, each in enumerate(LEVELS)}


class SpanKind(StrEnum):
    """The cases of `span-kind`."""

    WORKFLOW = "workflow"
    AGENT = "agent"
    CHAT = "chat"
    TOOL = "tool"
    RETRIEVAL = "retrieval"
    NODE = "node"
    """A node of a flow that is no agent."""


SPAN_KINDS = tuple(SpanKind)
SPAN_KIND_NUMBERS = {each: number for number, each in enumerate(SPAN_KINDS)}


@dataclass(init=False, repr=False, eq=False)
class Counters(Record):
    """What a run has counted since it began."""

    __slots__ = ("steps", "activations", "hops", "model_calls", "tool_calls", "agent_calls", "retries", "timeouts", "refused", "dropped", "late", "input_tokens", "output_tokens")
    steps: int
    activations: int
    hops: int
    model_calls: int
    tool_calls: int
    agent_calls: int
    retries: int
    timeouts: int
    refused: int
    """Messages that a full mailbox refused, and those it let go for newer ones."""
    dropped: int
    late: int
    """Completions of effects that were over already."""
    input_tokens: int
    output_tokens: int

    def __init__(
        self,
        steps: int = 0,
        activations: int = 0,
        hops: int = 0,
        model_calls: int = 0,
        tool_calls: int = 0,
        agent_calls: int = 0,
        retries: int = 0,
        timeouts: int = 0,
        refused: int = 0,
        dropped: int = 0,
        late: int = 0,
        input_tokens: int = 0,
        output_tokens: int = 0,
    ) -> None:
        self.steps = steps
        self.activations = activations
        self.hops = hops
        self.model_calls = model_calls
        self.tool_calls = tool_calls
        self.agent_calls = agent_calls
        self.retries = retries
        self.timeouts = timeouts
        self.refused = refused
        self.dropped = dropped
        self.late = late
        self.input_tokens = input_tokens
        self.output_tokens = output_tokens


_COUNTERS = Struct("<QQQQQQQQQQQQQ")


def write_counters(writer: FrameWriter, at: int, value: Counters) -> None:
    """Writes a `Counters` into the bytes from `at`."""
    _COUNTERS.pack_into(
        writer.data,
        at,
        writer.u64(value.steps),
        writer.u64(value.activations),
        writer.u64(value.hops),
        writer.u64(value.model_calls),
        writer.u64(value.tool_calls),
        writer.u64(value.agent_calls),
        writer.u64(value.retries),
        writer.u64(value.timeouts),
        writer.u64(value.refused),
        writer.u64(value.dropped),
        writer.u64(value.late),
        writer.u64(value.input_tokens),
        writer.u64(value.output_tokens),
    )


def read_counters(reader: FrameReader, at: int) -> Counters:
    """Reads the `Counters` in the bytes from `at`."""
    (
        steps,
        activations,
        hops,
        model_calls,
        tool_calls,
        agent_calls,
        retries,
        timeouts,
        refused,
        dropped,
        late,
        input_tokens,
        output_tokens,
    ) = _COUNTERS.unpack_from(reader.data, at)
    return Counters(
        reader.u64(steps),
        reader.u64(activations),
        reader.u64(hops),
        reader.u64(model_calls),
        reader.u64(tool_calls),
        reader.u64(agent_calls),
        reader.u64(retries),
        reader.u64(timeouts),
        reader.u64(refused),
        reader.u64(dropped),
        reader.u64(late),
        reader.u64(input_tokens),
        reader.u64(output_tokens),
    )


@dataclass(init=False, repr=False, eq=False)
class Allowance(Record):
    """An option of a run that the definition leaves to its caller; 0 is none."""

    __slots__ = ("calls", "tokens", "time", "money")
    calls: int
    tokens: int
    time: int
    """Milliseconds from the run's start."""
    money: int
    """Micro-dollars."""

    def __init__(
        self,
        calls: int = 0,
        tokens: int = 0,
        time: int = 0,
        money: int = 0,
    ) -> None:
        self.calls = calls
        self.tokens = tokens
        self.time = time
        self.money = money


_ALLOWANCE = Struct("<QQQQ")


def write_allowance(writer: FrameWriter, at: int, value: Allowance) -> None:
    """Writes a `Allowance` into the bytes from `at`."""
    _ALLOWANCE.pack_into(
        writer.data,
        at,
        writer.u64(value.calls),
        writer.u64(value.tokens),
        writer.u64(value.time),
        writer.u64(value.money),
    )


def read_allowance(reader: FrameReader, at: int) -> Allowance:
    """Reads the `Allowance` in the bytes from `at`."""
    (
        calls,
        tokens,
        time,
        money,
    ) = _ALLOWANCE.unpack_from(reader.data, at)
    return Allowance(
        reader.u64(calls),
        reader.u64(tokens),
        reader.u64(time),
        reader.u64(money),
    )


@dataclass(init=False, repr=False, eq=False)
class Tariff(Record):
    """What a model costs: micro-dollars for a million tokens of a kind."""

    __slots__ = ("input", "output", "cached_read", "cached_write", "reasoning")
    input: int
    output: int
    cached_read: int
    cached_write: int
    reasoning: int

    def __init__(
        self,
        input: int = 0,
        output: int = 0,
        cached_read: int = 0,
        cached_write: int = 0,
        reasoning: int = 0,
    ) -> None:
        self.input = input
        self.output = output
        self.cached_read = cached_read
        self.cached_write = cached_write
        self.reasoning = reasoning


_TARIFF = Struct("<QQQQQ")


def write_tariff(writer: FrameWriter, at: int, value: Tariff) -> None:
    """Writes a `Tariff` into the bytes from `at`."""
    _TARIFF.pack_into(
        writer.data,
        at,
        writer.u64(value.input),
        writer.u64(value.output),
        writer.u64(value.cached_read),
        writer.u64(value.cached_write),
        writer.u64(value.reasoning),
    )


def read_tariff(reader: FrameReader, at: int) -> Tariff:
    """Reads the `Tariff` in the bytes from `at`."""
    (
        input,
        output,
        cached_read,
        cached_write,
        reasoning,
    ) = _TARIFF.unpack_from(reader.data, at)
    return Tariff(
        reader.u64(input),
        reader.u64(output),
        reader.u64(cached_read),
        reader.u64(cached_write),
        reader.u64(reasoning),
    )


@dataclass(init=False, repr=False, eq=False)
class ModelFacts(Record):
    """What is known of a model."""

    __slots__ = ("provider", "model", "max_input", "max_output", "price", "long_from", "long")
    provider: str
    """As definitions name it."""
    model: str
    max_input: int
    """Tokens that may go in, and that may come out; 0: not known."""
    max_output: int
    price: Tariff
    long_from: int
    """With more input tokens than so many a call costs `long`; 0: never."""
    long: Tariff

    def __init__(
        self,
        provider: str = "",
        model: str = "",
        max_input: int = 0,
        max_output: int = 0,
        price: Tariff | None = None,
        long_from: int = 0,
        long: Tariff | None = None,
    ) -> None:
        self.provider = provider
        self.model = model
        self.max_input = max_input
        self.max_output = max_output
        self.price = Tariff() if price is None else price
        self.long_from = long_from
        self.long = Tariff() if long is None else long


_MODEL_FACTS = Struct("<IIIIIIQQQQQI4xQQQQQ")


def write_model_facts(writer: FrameWriter, at: int, value: ModelFacts) -> None:
    """Writes a `ModelFacts` into the bytes from `at`."""
    _MODEL_FACTS.pack_into(
        writer.data,
        at,
        *writer.text(value.provider),
        *writer.text(value.model),
        value.max_input,
        value.max_output,
        writer.u64(value.price.input),
        writer.u64(value.price.output),
        writer.u64(value.price.cached_read),
        writer.u64(value.price.cached_write),
        writer.u64(value.price.reasoning),
        value.long_from,
        writer.u64(value.long.input),
        writer.u64(value.long.output),
        writer.u64(value.long.cached_read),
        writer.u64(value.long.cached_write),
        writer.u64(value.long.reasoning),
    )


def read_model_facts(reader: FrameReader, at: int) -> ModelFacts:
    """Reads the `ModelFacts` in the bytes from `at`."""
    (
        provider_at,
        provider_length,
        model_at,
        model_length,
        max_input,
        max_output,
        price_input,
        price_output,
        price_cached_read,
        price_cached_write,
        price_reasoning,
        long_from,
        long_input,
        long_output,
        long_cached_read,
        long_cached_write,
        long_reasoning,
    ) = _MODEL_FACTS.unpack_from(reader.data, at)
    return ModelFacts(
        reader.text(provider_at, provider_length),
        reader.text(model_at, model_length),
        max_input,
        max_output,
        Tariff(reader.u64(price_input), reader.u64(price_output), reader.u64(price_cached_read), reader.u64(price_cached_write), reader.u64(price_reasoning)),
        long_from,
        Tariff(reader.u64(long_input), reader.u64(long_output), reader.u64(long_cached_read), reader.u64(long_cached_write), reader.u64(long_reasoning)),
    )


@dataclass(init=False, repr=False, eq=False)
class Spending(Record):
    """What an agent has used of one of its models. Tokens as its provider has told them."""

    __slots__ = ("agent", "provider", "calls", "assumed", "input", "output", "cached_read", "cached_write", "reasoning", "cost")
    agent: int
    provider: int
    """Which of the agent's `providers`, from 0."""
    calls: int
    """Attempts that were made."""
    assumed: int
    """Those of which no tokens were told, though it may have used some: they count with all that was reserved for them."""
    input: int
    output: int
    cached_read: int
    cached_write: int
    reasoning: int
    cost: int | None
    """Micro-dollars, rounded half to even; none: its price is not known."""

    def __init__(
        self,
        agent: int = 0,
        provider: int = 0,
        calls: int = 0,
        assumed: int = 0,
        input: int = 0,
        output: int = 0,
        cached_read: int = 0,
        cached_write: int = 0,
        reasoning: int = 0,
        cost: int | None = None,
    ) -> None:
        self.agent = agent
        self.provider = provider
        self.calls = calls
        self.assumed = assumed
        self.input = input
        self.output = output
        self.cached_read = cached_read
        self.cached_write = cached_write
        self.reasoning = reasoning
        self.cost = cost


_SPENDING = Struct("<IIQQQQQQQB7xQ")


def write_spending(writer: FrameWriter, at: int, value: Spending) -> None:
    """Writes a `Spending` into the bytes from `at`."""
    _SPENDING.pack_into(
        writer.data,
        at,
        value.agent,
        value.provider,
        writer.u64(value.calls),
        writer.u64(value.assumed),
        writer.u64(value.input),
        writer.u64(value.output),
        writer.u64(value.cached_read),
        writer.u64(value.cached_write),
        writer.u64(value.reasoning),
        0 if value.cost is None else 1,
        writer.u64(0 if value.cost is None else value.cost),
    )


def read_spending(reader: FrameReader, at: int) -> Spending:
    """Reads the `Spending` in the bytes from `at`."""
    (
        agent,
        provider,
        calls,
        assumed,
        input,
        output,
        cached_read,
        cached_write,
        reasoning,
        cost_has,
        cost,
    ) = _SPENDING.unpack_from(reader.data, at)
    return Spending(
        agent,
        provider,
        reader.u64(calls),
        reader.u64(assumed),
        reader.u64(input),
        reader.u64(output),
        reader.u64(cached_read),
        reader.u64(cached_write),
        reader.u64(reasoning),
        reader.u64(cost) if reader.flag(cost_has) else None,
    )


@dataclass(init=False, repr=False, eq=False)
class Amendment(Record):
    """What one of a run's agents has in place of what its definition gives it."""

    __slots__ = ("agent", "prompt", "model")
    agent: str
    """Its name."""
    prompt: str | None
    """Its prompt, from its next task on."""
    model: str
    """The model it asks, in place of all its providers; or empty."""

    def __init__(
        self,
        agent: str = "",
        prompt: str | None = None,
        model: str = "",
    ) -> None:
        self.agent = agent
        self.prompt = prompt
        self.model = model


_AMENDMENT = Struct("<IIB3xIIII")


def write_amendment(writer: FrameWriter, at: int, value: Amendment) -> None:
    """Writes a `Amendment` into the bytes from `at`."""
    _AMENDMENT.pack_into(
        writer.data,
        at,
        *writer.text(value.agent),
        0 if value.prompt is None else 1,
        *writer.text("" if value.prompt is None else value.prompt),
        *writer.text(value.model),
    )


def read_amendment(reader: FrameReader, at: int) -> Amendment:
    """Reads the `Amendment` in the bytes from `at`."""
    (
        agent_at,
        agent_length,
        prompt_has,
        prompt_at,
        prompt_length,
        model_at,
        model_length,
    ) = _AMENDMENT.unpack_from(reader.data, at)
    return Amendment(
        reader.text(agent_at, agent_length),
        reader.text(prompt_at, prompt_length) if reader.flag(prompt_has) else None,
        reader.text(model_at, model_length),
    )


class Evidence(StrEnum):
    """How good is what somebody shows of who they are: nothing; a name that nobody vouches for; one that is vouched for; one that is forged, or known to nobody."""

    ABSENT = "absent"
    UNCHECKED = "unchecked"
    VALID = "valid"
    INVALID = "invalid"


EVIDENCES = tuple(Evidence)
EVIDENCE_NUMBERS = {each: number for number, each in enumerate(EVIDENCES)}


class Outcome(StrEnum):
    """What becomes of a request."""

    ALLOWED = "allowed"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    LIMITED = "limited"


OUTCOMES = tuple(Outcome)
OUTCOME_NUMBERS = {each: number for number, each in enumerate(OUTCOMES)}


@dataclass(init=False, repr=False, eq=False)
class AmendedResult(Record):
    """What an effect that is under way comes to, so that nobody is asked."""

    __slots__ = ("effect", "is_error", "text")
    effect: int
    is_error: bool
    text: str

    def __init__(
        self,
        effect: int = 0,
        is_error: bool = False,
        text: str = "",
    ) -> None:
        self.effect = effect
        self.is_error = is_error
        self.text = text


_AMENDED_RESULT = Struct("<IB3xII")


def write_amended_result(writer: FrameWriter, at: int, value: AmendedResult) -> None:
    """Writes a `AmendedResult` into the bytes from `at`."""
    _AMENDED_RESULT.pack_into(
        writer.data,
        at,
        value.effect,
        1 if value.is_error else 0,
        *writer.text(value.text),
    )


def read_amended_result(reader: FrameReader, at: int) -> AmendedResult:
    """Reads the `AmendedResult` in the bytes from `at`."""
    (
        effect,
        is_error,
        text_at,
        text_length,
    ) = _AMENDED_RESULT.unpack_from(reader.data, at)
    return AmendedResult(
        effect,
        reader.flag(is_error),
        reader.text(text_at, text_length),
    )
