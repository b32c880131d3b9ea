"""Models that need no key."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any, Awaitable, Callable, Sequence, Union

from ..protocol.types import FinishReason, Part, PartKind, PartRole, Usage
from .conversation import Conversation, to_json, utf16_length
from .failure import ModelFailure
from .redact import redact
from .types import ModelAnswer, ModelCall, ModelSettings, Reply

ModelFunction = Callable[..., Union[str, Reply, Awaitable[Union[str, Reply]]]]
"""A model in a few lines of one's own: `(messages, settings, call) -> text or Reply`; it may take fewer of them, and may be `async`."""


def estimate_usage(conversation: Conversation, parts: Sequence[Part]) -> Usage:
    """Tokens as a model without a tokenizer of its own counts them: one for every four characters begun."""
    output = sum(utf16_length(part.text) for part in parts)
    return Usage(input=-(-conversation.characters // 4), output=-(-output // 4))


def assistant(kind: PartKind, text: str, id: str = "", name: str = "") -> Part:
    return Part(PartRole.ASSISTANT, kind, text, id, name)


class EchoModel:
    """Answers with what was last said to it."""

    provider = model = "echo"
    label: str | None = "echo"

    def prepare(self, settings: ModelSettings) -> _PreparedEcho:
        return _PreparedEcho(self)


class _PreparedEcho:
    def __init__(self, model: EchoModel) -> None:
        self.model = model

    async def generate(self, conversation: Conversation, call: ModelCall) -> ModelAnswer:
        text = conversation.last_text("user")
        parts = [assistant(PartKind.TEXT, text)] if text else []
        return ModelAnswer(parts, FinishReason.STOP, estimate_usage(conversation, parts))


class FunctionModel:
    """A function as a model. One that is not `async` runs in a thread."""

    provider = "function"
    label: str | None = None

    def __init__(self, name: str, function: ModelFunction) -> None:
        self.model = name
        self.function = function
        self.is_async = inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None))
        self.takes = _positional(function)

    def prepare(self, settings: ModelSettings) -> _PreparedFunction:
        return _PreparedFunction(self, settings)


class _PreparedFunction:
    def __init__(self, model: FunctionModel, settings: ModelSettings) -> None:
        self.model = model
        self._settings = settings

    async def generate(self, conversation: Conversation, call: ModelCall) -> ModelAnswer:
        model = self.model
        given = (conversation.messages(), self._settings, call)[: model.takes]
        try:
            reply = model.function(*given) if model.is_async else await asyncio.to_thread(model.function, *given)
            if inspect.isawaitable(reply):
                reply = await reply
            return _to_answer(reply, conversation.turns)
        except ModelFailure:
            raise
        except Exception as error:
            raise ModelFailure("failed", redact(f"{model.model}: {error or type(error).__name__}")) from error


def _to_answer(reply: Any, turn: int) -> ModelAnswer:
    if isinstance(reply, ModelAnswer):
        return reply
    if isinstance(reply, str):
        reply = Reply(reply)
    if not isinstance(reply, Reply):
        raise TypeError(f"it returned {type(reply).__name__}, not a text")
    parts = [assistant(PartKind.TEXT, reply.text)] if reply.text else []
    for number, call in enumerate(reply.tool_calls, 1):
        given = call.get("arguments", {})
        text = given if isinstance(given, str) else to_json(given)
        parts.append(assistant(PartKind.TOOL_CALL, text, call.get("id") or f"call-{turn + 1}-{number}", call["name"]))
    finish = FinishReason.TOOL_CALLS if reply.tool_calls else FinishReason.STOP
    return ModelAnswer(parts, finish, reply.usage or Usage())


def _positional(function: Callable[..., Any]) -> int:
    """How many of the three it takes."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:
        return 1
    if any(each.kind == each.VAR_POSITIONAL for each in parameters):
        return 3
    return min(3, sum(each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD) for each in parameters))
