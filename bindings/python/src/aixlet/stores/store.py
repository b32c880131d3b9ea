"""What a store of runs is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import AsyncIterator, Protocol, Sequence

TAIL = 32
"""Bytes of `StoredRun.tail`: what tells whether and how a run has ended. No entry is shorter."""


@dataclass(frozen=True)
class Claim:
    """A writer's right to a run's journal, until somebody else claims the run. `position`: entries that the journal has."""

    epoch: int
    position: int


@dataclass
class StoredRun:
    """What is known of a stored run without reading its journal. `bytes`: of the journal, header included."""

    id: str
    bytes: int
    header: bytes
    tail: bytes


@dataclass
class Snapshot:
    """A run's state, and how many entries of the journal it stands for."""

    position: int
    state: bytes


class Store(Protocol):
    """Where journals are kept. A journal is a header and entries: a record, which begins with its size (u32), and a link of eight bytes.

    Ids are 1 to 64 bytes of UTF-8 without NUL. Everything raises StoreFailed if the store itself fails.
    """

    async def create(self, run: str, header: bytes, entries: Sequence[bytes]) -> Claim:
        """Begins a journal with its first entries, and claims it; durable when it returns. Raises RunExists."""
        ...

    async def claim(self, run: str) -> Claim:
        """Claims a run for writing, under a new epoch: whoever held it before is fenced, or, if alive, keeps it. Raises RunMissing, RunLocked."""
        ...

    async def release(self, run: str, epoch: int) -> None:
        """Gives a claim back. Does nothing if it is no claim any more."""
        ...

    async def append(self, run: str, at: Claim, entries: Sequence[bytes], durable: bool) -> None:
        """Appends entries, all or none, if the journal is still at this epoch and position.

        With `durable` they survive a loss of power, and so does all before them. Raises RunFenced; then nothing was written.
        """
        ...

    async def header(self, run: str) -> bytes | None:
        """The header, and with it that there is such a run."""
        ...

    def read(self, run: str, start: int = 0) -> AsyncIterator[bytes]:
        """Entries from a position on, in chunks of whole entries. Raises RunMissing."""
        ...

    def list(self) -> AsyncIterator[StoredRun]:
        """All runs, in any order."""
        ...

    async def delete(self, run: str) -> None:
        """Removes a run. Nothing happens if there is none. Raises RunLocked."""
        ...

    async def save_snapshot(self, run: str, epoch: int, snapshot: Snapshot) -> None:
        """Keeps a snapshot in the place of the one before. It is a cache: a store may lose it. Raises RunFenced."""
        ...

    async def snapshot(self, run: str) -> Snapshot | None: ...

    async def save_blob(self, hash: str, data: bytes) -> None:
        """Keeps bytes under their SHA-256 (64 hexadecimal digits), once; durable when it returns."""
        ...

    async def blob(self, hash: str) -> bytes | None:
        """The bytes, whose hash the caller checks."""
        ...

    async def close(self) -> None:
        """Gives claims back."""
        ...


_last_epoch = 0


def next_epoch() -> int:
    """An epoch above all that were given before, as the clock goes."""
    global _last_epoch
    _last_epoch = max(time.time_ns() // 1_000_000, _last_epoch + 1)
    return _last_epoch
