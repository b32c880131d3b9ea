"""A run's way into its store."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Awaitable, Callable, Coroutine

from ..errors import AixletError, StoreFailed
from ..protocol.types import StopReason
from .end_entry import RunEnd, write_end
from .journal_file import Chain
from .store import Claim, Store

Create = Callable[[list[bytes]], Awaitable[Claim]]


@dataclass
class _Held:
    """Commands of a run that wait until so many entries of its journal are durable."""

    until: int
    commands: list[Any]
    time: int


@dataclass
class LogListener:
    """What becomes of what waited. `failed`: the journal takes no more. `spawn`: keeps a task until it is done."""

    release: Callable[[list[Any], int], None]
    failed: Callable[[AixletError], None]
    spawn: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]


class RunLog:
    """Records go in, and commands that may not be done before their record is durable wait here, and all of the run behind them.

    One append is under way at a time; what comes meanwhile goes with the next one.
    """

    def __init__(self, store: Store, run: str, chain: Chain, listener: LogListener, claim: Claim | None = None, create: Create | None = None) -> None:
        """`create` begins the journal of a new run with its first entries; a run that goes on has a claim."""
        self._store = store
        self._run = run
        self._chain = chain
        self._listener = listener
        self._claim = claim
        self._create = create
        self._pending: list[bytes] = []
        # Entries there are with those that are pending; up to which they have to be durable; and up to which they are.
        self._added = self._durable = claim.position if claim else 0
        self._wanted = 0
        self._held: list[_Held] = []
        self._busy: asyncio.Task[None] | None = None
        self._ended = False
        self._stopped = False
        self._stopping: asyncio.Task[None] | None = None

    def append(self, record: bytes, barrier: bool) -> None:
        """Takes a record in."""
        if self._stopped:
            return
        self._pending.append(self._chain.entry(record))
        self._added += 1
        if barrier:
            self._wanted = self._added

    def end(self, stop: StopReason, steps: int, time: int) -> None:
        """Takes the end in."""
        self.append(write_end(RunEnd(stop, steps, time)), True)
        self._ended = True

    @property
    def settled(self) -> tuple[bytes, Claim] | None:
        """The hash of all entries, and how many there are, if all of them are in the store."""
        if self._claim is None or self._claim.position != self._added or self._busy is not None:
            return None
        return self._chain.head, self._claim

    @property
    def holds(self) -> bool:
        """Whether a command of this run has to wait now."""
        return self._wanted > self._durable or self._stopped

    def hold(self, command: Any, time: int) -> None:
        """Lets a command wait until all so far is durable that has to be."""
        if self._stopped:
            return
        if self._held and self._held[-1].until == self._wanted:
            self._held[-1].commands.append(command)
        else:
            self._held.append(_Held(self._wanted, [command], time))

    def flush(self) -> None:
        """Hands over what is pending, unless something is under way."""
        if self._busy is None and self._pending and not self._stopped:
            self._busy = self._listener.spawn(self._write())

    async def _write(self) -> None:
        entries, self._pending = self._pending, []
        durable = self._wanted > self._durable
        try:
            if self._claim is None:
                assert self._create is not None
                claim = await self._create(entries)
                self._claim = Claim(claim.epoch, 0)
                durable = True
            else:
                await self._store.append(self._run, self._claim, entries, durable)
        except Exception as error:
            self._busy = None
            return self._fail(error)
        self._busy = None
        self._claim = Claim(self._claim.epoch, self._claim.position + len(entries))
        if durable:
            self._durable = self._claim.position
        if self._stopped:
            return
        # What is pending goes first: while it is written, what was waited for is done.
        self.flush()
        while self._held and self._held[0].until <= self._durable:
            held = self._held.pop(0)
            self._listener.release(held.commands, held.time)
        if self._ended and not self._pending and self._busy is None:
            self.stop()

    def _fail(self, error: Exception) -> None:
        if self._stopped:
            return
        self._held = []
        self.stop()
        if not isinstance(error, AixletError):
            failed = StoreFailed(f"The run's journal could not be written: {error}")
            failed.__cause__ = error
            error = failed
        self._listener.failed(error)

    async def settle(self) -> None:
        """Waits until all so far is in the store."""
        self.flush()
        while self._busy is not None:
            await asyncio.wait([self._busy])
            # The task is done before what it has left is written.
            self.flush()

    def stop(self) -> asyncio.Task[None]:
        """Nothing more goes in, and what waits is never done. What is under way comes to its end, and the claim is given back."""
        self._stopped = True
        self._held = []
        self._pending = []
        if self._stopping is None:
            self._stopping = self._listener.spawn(self._stop())
        return self._stopping

    async def _stop(self) -> None:
        if self._busy is not None:
            await asyncio.wait([self._busy])
        claim, self._claim = self._claim, None
        if claim is not None:
            try:
                await self._store.release(self._run, claim.epoch)
            except AixletError:
                # A store that cannot take a claim back will tell whoever wants it next.
                pass
