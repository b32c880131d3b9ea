"""Agents' host side: their models and tools, and host code as agents."""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import dataclass
from typing import Any, Awaitable, Callable, Mapping, Union

from .documents import SearchStores
from .models.source import ModelSource
from .models.types import ModelSettings, PreparedModel, ToolDeclaration
from .tools import Tool


@dataclass
class CustomContext:
    """What host code as an agent is told of a message."""

    idempotency_key: str
    """The same for every attempt at one message, and for no other."""
    run: str
    agent: str
    sender: str
    """Who sent the message, or empty."""
    context: str = ""
    """What a flow gives it beside the message (`with`): of a retrieval, a JSON list of documents."""


@dataclass
class ApprovalRequest:
    """A call of a tool that a person is to approve. `arguments`: JSON; `expires`: milliseconds since 1970, from then on it is denied."""

    run: str
    agent: str
    tool: str
    arguments: str
    expires: int


@dataclass
class ApprovalDecision:
    """The model is told the reason of a denial."""

    approved: bool
    reason: str = ""


CustomAgent = Any
"""A function `(text, context) -> text`, `async` or not, or an object with such a `run` and, if it has to be made ready, a `start`."""

Approver = Callable[[ApprovalRequest], Union[bool, ApprovalDecision, Awaitable[Union[bool, ApprovalDecision]]]]


WriteFile = Callable[[str, str], Any]
"""Writes a run's result to a file that its definition names: `(path, text)`, `async` or not. What it raises is told to who watches."""


class Custom:
    """Host code as an agent."""

    def __init__(self, code: CustomAgent) -> None:
        self._run = code.run if hasattr(code, "run") else code
        self._start = getattr(code, "start", None)

    async def begin(self) -> None:
        if self._start is not None:
            await call(self._start)

    async def answer(self, text: str, context: CustomContext) -> str:
        answer = await call(self._run, text, context)
        if not isinstance(answer, str):
            raise TypeError(f"it returned {type(answer).__name__}, not a text")
        return answer


async def call(function: Callable[..., Any], *given: Any) -> Any:
    """Calls code of the application's; what is not `async` runs in a thread."""
    if inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None)):
        return await function(*given)
    result = await asyncio.to_thread(function, *given)
    return await result if inspect.isawaitable(result) else result


class HostAgent:
    """An agent's models and tools, looked up once."""

    def __init__(self, name: str, role: str, definition: Mapping[str, Any], tools: Mapping[str, Tool], source: ModelSource) -> None:
        self.name = name
        self.role = role
        self._definition = definition
        self._source = source
        self._models: dict[tuple[int, str], PreparedModel] = {}
        self.tools = [tools.get(each["name"]) for each in definition.get("tools", ())]

    @property
    def providers(self) -> int:
        """How many providers its model calls may go to; 0 for an agent without a model."""
        return len(self._definition.get("providers", ()))

    def find(self, provider: int, name: str = "") -> PreparedModel:
        """The model of a provider, or the one that is named in its place. Raises MissingKey, UnknownModel, UnsupportedProvider."""
        key = (-1 if name else provider, name)
        if key not in self._models:
            providers = self._definition.get("providers", ())
            reference = {"provider": "", "model": name} if name else providers[provider] if provider < len(providers) else self._definition
            self._models[key] = self._source.find(reference).prepare(self._settings())
        return self._models[key]

    def _settings(self) -> ModelSettings:
        definition = self._definition
        tools = []
        for declared, own in zip(definition.get("tools", ()), self.tools):
            told = own.declare(declared["name"]) if own is not None else ToolDeclaration(declared["name"], None, {"type": "object", "properties": {}})
            description = declared.get("description", told.description)
            tools.append(ToolDeclaration(told.name, description, declared.get("input_schema", told.input_schema)))
        return ModelSettings(self.name, definition.get("temperature"), definition.get("top_p"), definition.get("max_tokens"), tools)


class Crew:
    """Who is behind the core's agent numbers."""

    def __init__(self) -> None:
        self.agents: list[HostAgent] = []
        self.custom: Mapping[str, Custom] = {}
        self.stores = SearchStores(None, None)
        self.approve: Approver | None = None
        self.write: WriteFile | None = None

    def name(self, agent: int) -> str:
        return self.agents[agent].name if agent < len(self.agents) else ""

    async def decide(self, request: ApprovalRequest) -> tuple[bool, str]:
        assert self.approve is not None
        decision = await call(self.approve, request)
        if isinstance(decision, ApprovalDecision):
            return decision.approved, decision.reason
        if not isinstance(decision, bool):
            raise TypeError(f"the approver returned {type(decision).__name__}, neither True nor False")
        return decision, ""


def host_agents(manifest: Mapping[str, Any], tools: Mapping[str, Tool], source: ModelSource) -> list[HostAgent]:
    """The host's side of all agents, by the core's numbers."""
    definitions = {each["name"]: each for each in manifest["definition"].get("agents", ())}
    return [HostAgent(each["name"], each["role"], definitions.get(each["name"], {}), tools, source) for each in manifest["agents"]]
