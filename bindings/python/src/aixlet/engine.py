"""The engine: a definition, loaded and ready to run."""

from __future__ import annotations

import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence, Union

from .agents import Approver, Custom, CustomAgent, WriteFile
from .core import Core, core_bytes
from .definition.nodes import read_yaml
from .definition.objects import read_object
from .definition.uses import ReadDefinition, bring_in
from .documents import DocumentStores
from .driver import Driver
from .errors import AixletError, BadUsage, Closed, DefinitionRefused, EngineTrapped, EventRefused
from .models.source import Models, ModelSource
from .prices import facts_for
from .protocol import Allowance, ModelFacts, Problem, ReplayedCommand, RefusedCommand, Source, StartEvent, Variable
from .run import Run
from .seat import Equipment, Loading, Seat, define, take_seat
from .telemetry import Telemetry
from .tools import ToolLike, to_tool

if TYPE_CHECKING:
    from .stores.fork import Changes
    from .stores.keeper import Keeper, RunInfo
    from .stores.store import Store


@dataclass
class DefinitionFile:
    """A file: its name, for messages, and what is in it."""

    path: str
    content: str | bytes


DefinitionInput = Union[str, bytes, Path, Mapping[str, Any], Sequence[DefinitionFile]]
"""YAML text, the path of a file, a mapping with the same keys, or files, of which later ones are laid over earlier ones."""


@dataclass
class Budget:
    """Bounds of one run; what the definition says holds, too. 0: none."""

    calls: int = 0
    """Calls of models."""
    tokens: int = 0
    """Input and output together."""
    time: int = 0
    """Milliseconds from the start."""
    money: int = 0
    """Micro-dollars."""


@dataclass
class Replay:
    """What replaying a journal came to. `finished`: the run had come to its end."""

    steps: int = 0
    finished: bool = False


class Engine:
    """A definition, loaded and ready to run, in a core of its own. Its runs live in the event loop in which they are begun."""

    def __init__(self, seat: Seat, keeper: Keeper | None, now: Callable[[], int]) -> None:
        """Engines are made by `load` and `of_run`."""
        self._seat = seat
        self._keeper = keeper
        self._now = now
        self._prefix = f"{secrets.token_hex(12)}-"
        self._begun = 0
        self._closed = False

    @classmethod
    def load(
        cls,
        definition: DefinitionInput,
        *,
        models: Models | None = None,
        tools: Mapping[str, ToolLike] | Iterable[ToolLike] = (),
        agents: Mapping[str, CustomAgent] | None = None,
        documents: DocumentStores | None = None,
        approve: Approver | None = None,
        write: WriteFile | None = None,
        env: Callable[[str], str | None] = os.environ.get,
        now: Callable[[], int] | None = None,
        read: ReadDefinition | None = None,
        name: str = "aixlet",
        store: Store | None = None,
        core: bytes | None = None,
        prices: Sequence[ModelFacts] | None = None,
    ) -> Engine:
        """Loads a definition. Raises DefinitionRefused with all problems at once, and BadCore.

        models: by the names that agents use, or a function that knows them; others are found by name, provider and environment.
        tools: code of the tools that agents have: functions by name, or functions that have the tools' names.
        agents: host code as agents, by role.
        documents: where documents are kept and found: a store, or several by name; by default one in memory, empty at first.
        approve: decides about calls of tools that a person is to approve (`confirm`); by default they wait for `run.approve`.
        write: writes a run's result to a file that its definition names; without it the run says that it was not written.
        env: reads an environment variable, for `${NAME}` and keys.
        now: milliseconds since 1970.
        read: reads definitions that `use` names by a path; by default only those beside a definition that is itself a path.
        name: the definition's name in telemetry.
        store: where runs are kept, so that they can be resumed; by default nowhere, and a run's `journal` has its records.
        core: another core than the one that comes along.
        prices: what is known of models, in place of the catalogue that comes along (docs/prices.md); an empty list: nothing.
        """
        if read is None and isinstance(definition, Path):
            read = _read_file
        equipment = _equip(models, tools, agents, documents, approve, write, env, now, name)
        sources = _sources_of(definition, read)
        loading = Loading(
            sources,
            list(equipment.custom),
            list(equipment.tools),
            lambda names: [Variable(each, env(each)) for each in names],
            facts_for(sources) if prices is None else prices,
        )
        return cls._seated(Core(core), loading, equipment, store, core)

    @classmethod
    async def of_run(
        cls,
        id: str,
        *,
        store: Store,
        models: Models | None = None,
        tools: Mapping[str, ToolLike] | Iterable[ToolLike] = (),
        agents: Mapping[str, CustomAgent] | None = None,
        documents: DocumentStores | None = None,
        approve: Approver | None = None,
        write: WriteFile | None = None,
        env: Callable[[str], str | None] = os.environ.get,
        now: Callable[[], int] | None = None,
        name: str = "aixlet",
    ) -> Engine:
        """The engine of a stored run: the core and the definition that it was begun with, as they are kept in the store.

        Tools, roles and models are the caller's. Raises RunMissing, BadJournal, StoreFailed, BadCore.
        """
        from .stores.kept import open_kept

        wasm, core, loading = await open_kept(store, id)
        return cls._seated(core, loading, _equip(models, tools, agents, documents, approve, write, env, now, name), store, wasm)

    @classmethod
    def _seated(cls, core: Core, loading: Loading, equipment: Equipment, store: Store | None, wasm: bytes | None) -> Engine:
        seat = take_seat(core, loading, equipment)
        if store is None:
            return cls(seat, None, equipment.now)
        # Loaded late: a journal in memory needs none of it.
        from .stores.keeper import Keeper

        return cls(seat, Keeper(store, core_bytes() if wasm is None else wasm, seat, loading, equipment), equipment.now)

    @staticmethod
    def validate(
        definition: DefinitionInput, *, agents: Sequence[str] = (), tools: Sequence[str] = (), read: ReadDefinition | None = None
    ) -> Sequence[Problem]:
        """What is wrong with a definition, warnings included; nothing is done with it. Variables need no values."""
        if read is None and isinstance(definition, Path):
            read = _read_file
        driver = Driver(Core(), _milliseconds, Telemetry("aixlet"))
        try:
            sources = _sources_of(definition, read)
            return define(driver, Loading(sources, agents, tools, lambda names: [], facts_for(sources)), check_only=True)[0].warnings
        except DefinitionRefused as error:
            return error.problems

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What the core made of the definition: docs/manifest.md."""
        return self._seat.manifest

    @property
    def hash(self) -> str:
        """SHA-256 of the definition before variables are put in, in hexadecimal."""
        return self._seat.defined.hash

    @property
    def warnings(self) -> Sequence[Problem]:
        return self._seat.defined.warnings

    @property
    def memory_bytes(self) -> int:
        """Bytes of the core's memory."""
        return self._seat.core.memory_bytes

    @property
    def live_runs(self) -> int:
        return len(self._seat.driver.loop.runs)

    def prepare(self) -> None:
        """Finds every model that agents may call, so that a missing key shows before anything has begun."""
        for agent in self._seat.agents:
            for provider in range(agent.providers):
                agent.find(provider)

    def run(
        self,
        input: str | None = None,
        *,
        to: str = "",
        id: str | None = None,
        seed: int | None = None,
        budget: Budget | None = None,
        end_after: int = 0,
        open: bool = False,
        tenant: str = "",
    ) -> Run:
        """Begins a run, in the event loop that runs now. Without input producers begin by themselves.

        to: where the input goes, an agent's or port's name; needed only if there are several.
        id: the run's name, for ever: 1 to 64 bytes. seed: what the run's randomness comes from: a whole number below 2^53.
        end_after: ends a run whose producers would go on for ever, after so many milliseconds.
        open: more input will follow by `run.send`, until `run.close`.
        tenant: whose run it is: its spending counts against this one's budget, too.
        """
        if self._closed:
            raise Closed("engine")
        seat = self._seat
        if seat.core.trapped is not None:
            raise seat.core.trapped
        run = Run(self._new_id() if id is None else id, seat.driver)
        if self._keeper is not None:
            self._keeper.begin(run)
        bounds = budget or Budget()
        event = StartEvent(
            definition=seat.defined.definition,
            id=run.id,
            seed=secrets.randbelow(2**53) if seed is None else seed,
            closed=not open,
            to=to,
            input=input or "",
            has_input=input is not None,
            end_after=end_after,
            tenant=tenant,
            budget=Allowance(bounds.calls, bounds.tokens, bounds.time, bounds.money),
        )
        seat.driver.start(run, event)
        return run

    async def run_text(self, input: str | None = None, **options: Any) -> str:
        """Runs to the end; gives the text of the result. For scripts: `asyncio.run(engine.run_text("..."))`. Raises RunFailed."""
        return await self.run(input, **options).text()

    def resume(self, id: str) -> Run:
        """Goes on with a stored run, where its journal ends: on the engine and the definition that it was begun with.

        Models and tools that were under way are asked again, under the same keys; a tool that may run only once is *unknown* from then on, and not
        run again. A run that had come to its end has its result. The run fails with RunMissing, RunLocked, BadJournal, EventRefused or StoreFailed
        if it cannot go on.
        """
        return self._later(id, lambda keeper, run: keeper.resume(run))

    def fork(self, id: str, *, at: int | None = None, new_id: str | None = None, changes: Changes | None = None) -> Run:
        """Makes a new run of a stored one's first steps, which goes on otherwise; `at`: how many of its steps, by default all that were taken.

        The run fails with RunMissing, RunExists, BadJournal, BadUsage, EventRefused or StoreFailed if it cannot go on.
        """
        return self._later(new_id or self._new_id(), lambda keeper, run: keeper.fork(run, id, at, changes))

    def _later(self, id: str, bring: Callable[[Keeper, Run], Coroutine[Any, Any, Driver]]) -> Run:
        if self._closed:
            raise Closed("engine")
        from .stores.keeper import LaterOwner

        keeper = self._kept()
        owner = LaterOwner()
        run = Run(id, owner)

        async def work() -> None:
            try:
                owner.have(await bring(keeper, run))
            except AixletError as error:
                run.fail(error)
            except Exception as error:
                run.fail(EngineTrapped(error))

        keeper.spawn(work())
        return run

    def replay(self, journal: bytes | Iterable[bytes]) -> Replay:
        """Does a recorded run again, without models and tools, and proves that every step leads to the same commands.

        `journal`: records as a run's journal has them. Raises EventRefused with reason `diverged`, `bad-record` or `wrong-step`, and BadJournal.
        """
        from .stores.journal_file import records_of

        driver, definition = self._seat.driver, self._seat.defined.definition
        handle = 0
        last = Replay()
        try:
            for record in records_of(bytes(journal)) if isinstance(journal, (bytes, bytearray)) else journal:
                answer = driver.replay(bytes(record), handle, definition)
                handle = answer.run if isinstance(answer, (ReplayedCommand, RefusedCommand)) else handle
                if isinstance(answer, RefusedCommand):
                    raise EventRefused(answer.code, answer.path, answer.message)
                if not isinstance(answer, ReplayedCommand):
                    raise EngineTrapped(RuntimeError(f"{answer.type} instead of replayed"))
                last = Replay(answer.step, answer.finished)
        finally:
            if handle != 0 and not last.finished:
                driver.drop(handle)
        return last

    async def replay_stored(self, id: str) -> Replay:
        """The same with a run in the store, on the engine that it was begun with."""
        return await self._kept().replay(id)

    def runs(self) -> AsyncIterator[RunInfo]:
        """The runs in the store, of whichever definition."""
        return self._kept().list()

    async def suspend(self) -> None:
        """Lets go of all runs, as a process does that ends, but in order: they fail with RunSuspended, and can be resumed, here or elsewhere."""
        await self._kept().suspend()

    async def close(self) -> None:
        """Cancels all runs. Runs in a store that are to go on later are to be suspended first. The store stays open."""
        self._closed = True
        await self._seat.driver.close()
        if self._keeper is not None:
            await self._keeper.close()

    async def __aenter__(self) -> Engine:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _new_id(self) -> str:
        self._begun += 1
        return f"{self._prefix}{self._begun}"

    def _kept(self) -> Keeper:
        if self._keeper is None:
            raise BadUsage("This engine has no store: give it one, as the argument `store`.")
        return self._keeper


def _equip(
    models: Models | None,
    tools: Mapping[str, ToolLike] | Iterable[ToolLike],
    agents: Mapping[str, CustomAgent] | None,
    documents: DocumentStores | None,
    approve: Approver | None,
    write: WriteFile | None,
    env: Callable[[str], str | None],
    now: Callable[[], int] | None,
    name: str,
) -> Equipment:
    named = tools if isinstance(tools, Mapping) else {_name_of(each): each for each in tools}
    custom = {role: Custom(code) for role, code in (agents or {}).items()}
    ready = {name: to_tool(each) for name, each in named.items()}
    return Equipment(ready, custom, ModelSource(models, env), documents, approve, write, now or _milliseconds, name)


def _name_of(tool: ToolLike) -> str:
    name = getattr(getattr(tool, "function", tool), "__name__", None)
    if name is None:
        raise BadUsage(f"What was passed in as a tool has no name: pass a mapping. It is {tool!r}")
    return name


def _sources_of(definition: DefinitionInput, read: ReadDefinition | None) -> list[Source]:
    if isinstance(definition, (str, bytes)):
        sources = [read_yaml("definition", definition)]
    elif isinstance(definition, Path):
        sources = [read_yaml(str(definition), definition.read_bytes())]
    elif isinstance(definition, Mapping):
        sources = [read_object("definition", definition)]
    else:
        sources = [read_yaml(file.path, file.content) for file in definition]
    return sources if read is None else [bring_in(source, read) for source in sources]


def _read_file(path: str) -> bytes:
    return Path(path).read_bytes()


def _milliseconds() -> int:
    return time.time_ns() // 1_000_000
