"""What models are given, and what they give."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping, Protocol, Sequence

from ..protocol.types import FinishReason, Part, Usage
from .conversation import Conversation


@dataclass
class ToolDeclaration:
    """A tool as a model is told of it. `input_schema`: a JSON Schema of type object."""

    name: str
    description: str | None
    input_schema: Mapping[str, Any]


@dataclass
class ModelSettings:
    """What is the same for every call that an agent makes to one of its models."""

    agent: str
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    tools: Sequence[ToolDeclaration] = ()


@dataclass
class ModelCall:
    """What belongs to a single call. `idempotency_key`: the same for every attempt at one effect."""

    run: object
    idempotency_key: str
    no_tools: bool = False
    offered: Sequence[ToolDeclaration] = ()
    """Tools beside the agent's own: the core does what they are called for."""
    schema: Mapping[str, Any] | None = None
    """A JSON Schema that the answer is to follow."""
    max_output: int = 0
    """Tokens that the answer may have at most, where that is less than the agent's own bound; 0: it is not."""


@dataclass
class ModelAnswer:
    """What one model call came to."""

    parts: Sequence[Part]
    finish: FinishReason = FinishReason.STOP
    usage: Usage = field(default_factory=Usage)


@dataclass
class Reply:
    """What a model function may return instead of a text. `tool_calls`: maps of `name`, `arguments` and, if there is one, `id`."""

    text: str = ""
    tool_calls: Sequence[Mapping[str, Any]] = ()
    usage: Usage | None = None


class PreparedModel(Protocol):
    """A model with an agent's settings."""

    model: ChatModel

    async def generate(self, conversation: Conversation, call: ModelCall) -> ModelAnswer:
        """One attempt in, one answer or one ModelFailure out; cancelled, if its answer is not wanted any more."""
        ...


class ChatModel(Protocol):
    """A model, however it is reached. `provider`: who runs it, as OpenTelemetry names it. `label`: set by those that only stand in for one."""

    provider: str
    model: str
    label: str | None

    def prepare(self, settings: ModelSettings) -> PreparedModel:
        """Once for each agent: what can be worked out before the first call."""
        ...
