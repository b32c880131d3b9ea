"""Tools: Python functions that models may call."""

from __future__ import annotations

import asyncio
import inspect
import json
import re
from dataclasses import dataclass
from typing import Any, Callable, Mapping, Union

from .errors import BadUsage
from .models.conversation import to_json
from .models.redact import redact
from .models.types import ToolDeclaration
from .tool_schema import BadArgument, Parameters


@dataclass
class ToolContext:
    """What a tool is told about a call, besides its arguments, if it has a parameter of this type."""

    idempotency_key: str
    """The same for every attempt at one call, and for no other: what makes it safe to do something twice."""
    run: str
    """The run's id."""
    agent: str
    """The agent that called."""
    name: str
    """The tool's name, as the agent knows it."""
    call_id: str
    """The model's id of the call."""
    cancelled: bool = False
    """The result is not wanted any more: a function in a thread may look; an `async` one is cancelled."""


ToolFunction = Callable[..., Any]
ToolLike = Union["Tool", ToolFunction]


class Tool:
    """A function as a tool: its signature is the schema of its arguments, its docstring the description.

    One that is not `async` runs in a thread. What it returns is shown to the model, a text as it is and anything else as JSON; of what it
    raises, the message. A tool that failed has run nevertheless: the model is told, and goes on.
    """

    def __init__(self, function: ToolFunction, *, description: str | None = None, input_schema: Mapping[str, Any] | None = None) -> None:
        """`input_schema`: a JSON Schema of type object in place of the signature's; then the arguments are given as one dict."""
        if not callable(function):
            raise BadUsage(f"What was passed in as a tool is no function: {function!r}")
        self.function = function
        self.is_async = inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None))
        self._parameters = Parameters(function, ToolContext)
        self.description = description or self._parameters.description
        self.input_schema = self._parameters.schema if input_schema is None else input_schema
        self._takes_whole = input_schema is not None
        if self.input_schema.get("type") != "object":
            raise BadUsage("The input schema of a tool is one of an object.")

    def declare(self, name: str) -> ToolDeclaration:
        """What a model is told of it."""
        return ToolDeclaration(name, self.description, self.input_schema)

    async def run(self, arguments: str, context: ToolContext) -> tuple[bool, str]:
        """Runs it, arguments given as JSON: whether it failed, and what the model is shown. Raises nothing but CancelledError."""
        try:
            given = json.loads(arguments) if arguments else {}
        except ValueError as error:
            return _failed("invalid-arguments", f"no JSON: {error}")
        if not isinstance(given, dict):
            return _failed("invalid-arguments", "no object")
        try:
            positional, named = ([given], {}) if self._takes_whole else ([], self._parameters.bind(given))
            if self._parameters.context is not None:
                named[self._parameters.context] = context
        except BadArgument as error:
            return True, to_json({"error": "invalid-arguments", "issues": [{"path": error.path, "message": error.message}]})
        try:
            call = self.function if self.is_async else _threaded(self.function)
            result = await call(*positional, **named)
            if inspect.isawaitable(result):
                result = await result
        except Exception as error:
            return True, redact(str(error) or type(error).__name__)
        return _outcome(result)


def tool(function: ToolFunction | None = None, *, description: str | None = None, input_schema: Mapping[str, Any] | None = None) -> Any:
    """A function as a tool; also as a decorator, with or without arguments. Raises BadUsage."""
    if function is None:
        return lambda given: Tool(given, description=description, input_schema=input_schema)
    return Tool(function, description=description, input_schema=input_schema)


def to_tool(value: ToolLike) -> Tool:
    return value if isinstance(value, Tool) else Tool(value)


def _threaded(function: ToolFunction) -> Callable[..., Any]:
    async def call(*positional: Any, **named: Any) -> Any:
        return await asyncio.to_thread(function, *positional, **named)

    return call


def _outcome(result: Any) -> tuple[bool, str]:
    if isinstance(result, str):
        return False, result
    if result is None:
        return False, ""
    try:
        return False, to_json(_plain(result))
    except (TypeError, ValueError) as error:
        return _failed("no-result", f"It ran, but what it returned has no JSON: {error}")


def _plain(value: Any) -> Any:
    """Dataclasses and models of pydantic as maps."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, (list, tuple, set)):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value


def _failed(error: str, message: str) -> tuple[bool, str]:
    return True, to_json({"error": error, "message": re.sub(r"\s+", " ", message)})
