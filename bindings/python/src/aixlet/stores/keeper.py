"""The engine's side of a store."""

from __future__ import annotations

import asyncio
import json
import re
import struct
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, AsyncIterator, Callable, Coroutine, Iterable

from ..driver import Driver
from ..engine import Replay
from ..errors import AixletError, BadJournal, BadUsage, EngineTrapped, EventRefused, RunSuspended
from ..protocol import PROTOCOL, AmendEvent, RefusedCommand, ReplayedCommand, SavedCommand, SaveEvent
from ..run import Run, RunOutput, RunOwner
from ..seat import Equipment, Loading, Seat, take_seat
from .end_entry import RunEnd, end_of
from .fork import Changes, fork_point, start_of
from .journal_file import Chain, JournalReader
from .journal_header import JournalHeader, read_header, write_header
from .kept import DEFINE, PRICES, check_protocol, header_of, open_header, plain_core, write_definition, write_prices
from .run_log import LogListener, RunLog
from .store import Claim, Snapshot, Store

# Records that are done again before others on this thread have their turn.
_AT_ONCE = 500


@dataclass
class RunInfo:
    """A run in a store. `bytes`: of its journal; `engine`, `definition`: SHA-256 of what it runs on; `end`: how it ended, None if it has not."""

    id: str
    created: int
    bytes: int
    engine: str
    definition: str
    end: RunEnd | None


class Keeper:
    """Journals of an engine's runs begin here, and runs come back from theirs, each on the engine and definition that it was begun with."""

    def __init__(self, store: Store, wasm: bytes, own: Seat, loading: Loading, equipment: Equipment) -> None:
        self._store = store
        self._own = own
        self._equipment = equipment
        engine = plain_core(wasm)
        definition = write_definition(loading, own.variables)
        self._kept = {sha256(engine).hexdigest(): engine, sha256(definition).hexdigest(): definition}
        names = list(self._kept)
        inputs = {DEFINE: names[1]}
        if loading.models:
            prices = write_prices(loading.models)
            inputs[PRICES] = sha256(prices).hexdigest()
            self._kept[inputs[PRICES]] = prices
        self._header = JournalHeader("", 0, PROTOCOL, names[0], own.defined.hash, inputs)
        self._others: dict[str, Seat] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """A task that is held until it is done."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def begin(self, run: Run) -> None:
        """Gives a new run its journal, which comes to be with the first record."""
        self._begin(run, self._own, self._header)

    def _begin(self, run: Run, seat: Seat, about: JournalHeader) -> None:
        # An id that is none is for the core to refuse.
        if not 1 <= len(run.id.encode("utf-8", "replace")) <= 64:
            return
        if "\0" in run.id:
            raise BadUsage("The id of a run that is kept in a store cannot hold the character NUL.")
        header = write_header(replace(about, run=run.id, created=self._equipment.now()))

        async def create(entries: list[bytes]) -> Claim:
            for hash, data in list(self._kept.items()):
                await self._store.save_blob(hash, data)
                self._kept.pop(hash, None)
            return await self._store.create(run.id, header, entries)

        run.log = RunLog(self._store, run.id, Chain.of(header), self._listener(run, seat), None, create)

    async def resume(self, run: Run) -> Driver:
        """Brings a run back, and lets it go on; gives the loop that it goes on in.

        What is under way in it is asked for again, but for tools that may run only once. Raises RunMissing, RunLocked, BadJournal, EventRefused,
        StoreFailed.
        """
        claim = await self._store.claim(run.id)
        try:
            header = await header_of(self._store, run.id)
            seat = await self._seat_of(read_header(header))
            if not await self._from_snapshot(run, seat, claim):
                await self._from_journal(run, seat, claim, header)
            return seat.driver
        except BaseException:
            if run.log is None:
                await self._store.release(run.id, claim.epoch)
            raise

    async def fork(self, run: Run, origin: str, at: int | None, changes: Changes | None) -> Driver:
        """Makes a run of another one's first steps, and lets it go on otherwise; gives the loop that it goes on in.

        Raises RunMissing, BadJournal, BadUsage, EventRefused, StoreFailed.
        """
        changes = changes or Changes()
        reader = JournalReader(await header_of(self._store, origin))
        records = [record async for chunk in self._store.read(origin) for record in reader.records(chunk)]
        steps = fork_point(records, reader.end is not None, at, changes)
        seat = await self._seat_of(reader.header)
        if steps == 0:
            start = start_of(records[0], changes)
            start.definition, start.id = seat.defined.definition, run.id
            self._begin(run, seat, reader.header)
            amend = changes.event(None)
            seat.driver.start(run, start, amend if amend.amendments or amend.results else None)
            return seat.driver
        replaying = _Replaying(seat, run)
        try:
            await replaying.take(records[:steps])
            if replaying.result.finished:
                raise BadUsage(f"The run ends with step {steps}: a fork has fewer of its steps.")
            self._begin(run, seat, reader.header)
            for record in records[:steps]:
                if run.log is not None:
                    run.log.append(record, False)
            run.replaying = False
            self._go_on(seat.driver, run, changes.event(changes.seed))
        except BaseException:
            if run.log is not None:
                run.log.stop()
            replaying.drop()
            raise
        return seat.driver

    def _go_on(self, driver: Driver, run: Run, changes: AmendEvent) -> None:
        refused = driver.fork(run, changes)
        if refused is not None:
            raise EventRefused(refused.code, refused.path, refused.message)

    async def replay(self, id: str) -> Replay:
        """Does a stored run again, and proves every step."""
        header = await header_of(self._store, id)
        replaying = _Replaying(await self._seat_of(read_header(header)))
        reader = JournalReader(header)
        try:
            async for chunk in self._store.read(id):
                await replaying.take(reader.records(chunk))
        finally:
            replaying.drop()
        return replaying.result

    async def list(self) -> AsyncIterator[RunInfo]:
        async for run in self._store.list():
            header = read_header(run.header)
            yield RunInfo(run.id, header.created, run.bytes, header.engine, header.definition, end_of(run.tail))

    async def suspend(self) -> None:
        """Lets go of all runs, so that they can be resumed: what is in the store is all there is of them."""
        for seat in (self._own, *self._others.values()):
            for run in seat.driver.loop.all_runs:
                await self._suspend(run, seat)

    async def close(self) -> None:
        """Waits until nothing is being written, and all claims of ended runs are given back."""
        for seat in self._others.values():
            await seat.driver.close()
        current = asyncio.current_task()
        while tasks := [task for task in self._tasks if task is not current]:
            await asyncio.wait(tasks)

    async def _suspend(self, run: Run, seat: Seat) -> None:
        log = run.log
        if log is not None:
            await log.settle()
        if run.finished:
            return
        driver = seat.driver
        settled = log.settled if log is not None else None
        saved: Any = None
        if settled is not None and seat.core.trapped is None:
            tag = driver.loop.new_tag()
            saved = driver.loop.ask(SaveEvent(run.handle), tag)
        # If a step was taken meanwhile the snapshot would be of another moment than the journal.
        still = log is not None and log.settled == settled
        driver.abandon(run, RunSuspended(run.id))
        if isinstance(saved, SavedCommand) and settled is not None and still:
            head, claim = settled
            try:
                await self._store.save_snapshot(run.id, claim.epoch, Snapshot(claim.position, _pack(head, run, saved.state)))
            except AixletError:
                # It is a cache.
                pass
        if log is not None:
            await log.stop()

    def _listener(self, run: Run, seat: Seat) -> LogListener:
        driver = seat.driver

        def failed(error: AixletError) -> None:
            asyncio.get_running_loop().call_soon(driver.abandon, run, error)

        return LogListener(driver.loop.release, failed, self.spawn)

    async def _from_snapshot(self, run: Run, seat: Seat, claim: Claim) -> bool:
        snapshot = await self._store.snapshot(run.id)
        # A snapshot of an earlier moment cannot take the records since then.
        packed = _unpack(snapshot.state) if snapshot is not None and snapshot.position == claim.position else None
        if packed is None:
            return False
        head, outputs, state = packed
        run.outputs = outputs
        run.log = RunLog(self._store, run.id, Chain(head), self._listener(run, seat), claim)
        if seat.driver.restore(run, seat.defined.definition, state) is None:
            return True
        # It is a cache: the journal is the truth.
        run.log = None
        run.outputs = []
        return False

    async def _from_journal(self, run: Run, seat: Seat, claim: Claim, header: bytes) -> None:
        replaying = _Replaying(seat, run)
        reader = JournalReader(header)
        try:
            async for chunk in self._store.read(run.id):
                await replaying.take(reader.records(chunk))
            if reader.position != claim.position:
                there = f"The store says that the journal has {claim.position} records, and it has {reader.position}"
                raise BadJournal(reader.offset, there)
        except BaseException:
            replaying.drop()
            raise
        run.replaying = False
        log = RunLog(self._store, run.id, reader.chain, self._listener(run, seat), claim)
        if not replaying.result.finished:
            run.log = log
            return seat.driver.resume(run)
        # The run was over, but for the word that says so.
        if reader.end is None and run.stop is not None:
            log.end(run.stop, replaying.result.steps, replaying.time)  # type: ignore[arg-type]
        await log.settle()
        await log.stop()

    async def _seat_of(self, header: JournalHeader) -> Seat:
        """Where a run of this header goes on: on what it was begun with."""
        define = header.inputs.get(DEFINE)
        if define is None:
            raise BadJournal(92, "The journal does not say what its definition was loaded from")
        check_protocol(header)
        key, own = ("/".join((each.engine, each.inputs.get(DEFINE, ""), each.inputs.get(PRICES, ""))) for each in (header, self._header))
        if key == own:
            return self._own
        if key not in self._others:
            _, core, loading = await open_header(self._store, header)
            self._others.setdefault(key, take_seat(core, loading, self._equipment))
        return self._others[key]


class LaterOwner:
    """What is sent to a run that is not back yet is kept until it is."""

    def __init__(self) -> None:
        self._owner: RunOwner | None = None
        self._waiting: list[Callable[[RunOwner], None]] = []

    def have(self, owner: RunOwner) -> None:
        self._owner = owner
        waiting, self._waiting = self._waiting, []
        for act in waiting:
            act(owner)

    def deliver(self, run: Run, to: str, text: str) -> None:
        self._act(lambda owner: owner.deliver(run, to, text))

    def close_input(self, run: Run) -> None:
        self._act(lambda owner: owner.close_input(run))

    def cancel(self, run: Run, reason: str) -> None:
        self._act(lambda owner: owner.cancel(run, reason))

    def approve(self, run: Run, effect: int, approved: bool, reason: str) -> None:
        self._act(lambda owner: owner.approve(run, effect, approved, reason))

    def _act(self, act: Callable[[RunOwner], None]) -> None:
        if self._owner is None:
            self._waiting.append(act)
        else:
            act(self._owner)


class _Replaying:
    """A run that is done again, record by record. `run`: who is told of what leaves it, and of its end."""

    def __init__(self, seat: Seat, run: Run | None = None) -> None:
        self._seat = seat
        self._run = run
        self._handle = 0
        self.result = Replay()
        self.time = 0
        if run is not None:
            run.replaying = True

    async def take(self, records: Iterable[bytes]) -> None:
        """Raises EventRefused if a step leads to something else."""
        for number, record in enumerate(records, 1):
            self._take(record)
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)

    def _take(self, record: bytes) -> None:
        self.time = struct.unpack_from("<Q", record, 16)[0]
        answer = self._seat.driver.replay(record, self._handle, self._seat.defined.definition, self._run)
        if isinstance(answer, RefusedCommand):
            self._handle = answer.run
            raise EventRefused(answer.code, answer.path, answer.message)
        if not isinstance(answer, ReplayedCommand):
            raise EngineTrapped(RuntimeError(f"{answer.type} instead of replayed"))
        self._handle = answer.run
        self.result = Replay(answer.step, answer.finished)

    def drop(self) -> None:
        """Takes the run out of the core again."""
        if self._handle == 0 or self.result.finished:
            return
        if self._run is not None:
            self._seat.driver.forget(self._run)
        self._seat.driver.drop(self._handle)


def _pack(head: bytes, run: Run, state: bytes) -> bytes:
    """A snapshot with what the host needs to go on: the hash of the journal so far, and what has left the run."""
    outputs = [{"agent": each.agent, "port": each.port, "text": each.text} for each in run.outputs]
    text = json.dumps({"head": head.hex(), "outputs": outputs}, ensure_ascii=False).encode()
    return struct.pack("<II", len(text), 0) + text + bytes(-len(text) & 7) + state


def _unpack(data: bytes) -> tuple[bytes, list[RunOutput], bytes] | None:
    try:
        length = struct.unpack_from("<I", data)[0]
        told = json.loads(data[8 : 8 + length])
        if not re.fullmatch("[0-9a-f]{64}", told["head"]):
            return None
        outputs = [RunOutput(each["agent"], each["port"], each["text"]) for each in told["outputs"]]
        return bytes.fromhex(told["head"]), outputs, data[8 + length + (-length & 7) :]
    except (ValueError, KeyError, TypeError, struct.error):
        return None
