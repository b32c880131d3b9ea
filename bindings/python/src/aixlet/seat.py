"""A definition in a core of its own, and the loop around it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Callable, Mapping, Sequence

from .agents import Approver, Custom, HostAgent, WriteFile, host_agents
from .core import Core
from .documents import DocumentStores, SearchStores
from .driver import Driver
from .errors import DefinitionRefused, EngineTrapped
from .models.source import ModelSource
from .protocol import DefineEvent, DefinedCommand, ModelFacts, ModelsEvent, ProblemsCommand, Source, Variable, VariablesEvent, VariablesNeededCommand
from .telemetry import Telemetry
from .tools import Tool


@dataclass
class Equipment:
    """What an application brings along, whatever the definition."""

    tools: Mapping[str, Tool]
    custom: Mapping[str, Custom]
    models: ModelSource
    documents: DocumentStores | None
    approve: Approver | None
    write: WriteFile | None
    now: Callable[[], int]
    name: str


@dataclass
class Loading:
    """What a definition is loaded from. `variables` gives the values of those that the core asks for."""

    sources: Sequence[Source]
    roles: Sequence[str]
    tools: Sequence[str]
    variables: Callable[[Sequence[str]], list[Variable]]
    models: Sequence[ModelFacts] = ()
    """What is known of the models that it may ask."""


@dataclass
class Seat:
    core: Core
    driver: Driver
    defined: DefinedCommand
    manifest: Mapping[str, Any]
    agents: list[HostAgent]
    variables: list[Variable]


def take_seat(core: Core, loading: Loading, equipment: Equipment) -> Seat:
    """Loads a definition into a core. Raises DefinitionRefused."""
    telemetry = Telemetry(equipment.name)
    driver = Driver(core, equipment.now, telemetry)
    defined, variables = define(driver, loading, check_only=False)
    manifest = json.loads(defined.manifest)
    definition = manifest["definition"]
    agents = host_agents(manifest, equipment.tools, equipment.models)
    most = ((definition.get("vectorstore") or {}).get("memory") or {}).get("max_documents")
    stores = SearchStores(equipment.documents, most)
    driver.serve(agents=agents, custom=equipment.custom, stores=stores, approve=equipment.approve, write=equipment.write)
    telemetry.serve([each.name for each in agents], definition.get("config") or {})
    return Seat(core, driver, defined, manifest, agents, variables)


def define(driver: Driver, loading: Loading, check_only: bool) -> tuple[DefinedCommand, list[Variable]]:
    """Loads or checks, asking for variables in between. Raises DefinitionRefused."""
    tag = driver.loop.new_tag()
    values: list[Variable] = []
    known = [ModelsEvent(loading.models)] if loading.models else []
    answer = driver.loop.ask(DefineEvent(tag, loading.sources, loading.roles, loading.tools, check_only), tag, known)
    if isinstance(answer, VariablesNeededCommand):
        values = loading.variables(answer.names)
        answer = driver.loop.ask(VariablesEvent(tag, values), tag)
    if isinstance(answer, ProblemsCommand):
        raise DefinitionRefused(answer.problems)
    if not isinstance(answer, DefinedCommand):
        raise EngineTrapped(RuntimeError(f"{answer.type} instead of defined"))
    return answer, values
