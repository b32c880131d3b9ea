"""Journals in memory: as durable as the process."""

from __future__ import annotations

from typing import AsyncIterator, Sequence

from ..errors import RunExists, RunFenced, RunMissing
from .store import TAIL, Claim, Snapshot, StoredRun, next_epoch


class _Kept:
    def __init__(self, header: bytes, epoch: int) -> None:
        self.header = header
        self.epoch = epoch
        self.entries: list[bytes] = []
        self.snapshot: Snapshot | None = None


class MemoryStore:
    """For tests, and runs that need not outlive their process."""

    def __init__(self) -> None:
        self._runs: dict[str, _Kept] = {}
        self._blobs: dict[str, bytes] = {}

    async def create(self, run: str, header: bytes, entries: Sequence[bytes]) -> Claim:
        if run in self._runs:
            raise RunExists(run)
        kept = self._runs[run] = _Kept(header, next_epoch())
        kept.entries += entries
        return Claim(kept.epoch, len(entries))

    async def claim(self, run: str) -> Claim:
        kept = self._kept(run)
        kept.epoch = next_epoch()
        return Claim(kept.epoch, len(kept.entries))

    async def release(self, run: str, epoch: int) -> None:
        kept = self._runs.get(run)
        if kept is not None and kept.epoch == epoch:
            kept.epoch = 0

    async def append(self, run: str, at: Claim, entries: Sequence[bytes], durable: bool) -> None:
        kept = self._runs.get(run)
        if kept is None or kept.epoch != at.epoch or len(kept.entries) != at.position:
            raise RunFenced(run)
        kept.entries += entries

    async def header(self, run: str) -> bytes | None:
        kept = self._runs.get(run)
        return None if kept is None else kept.header

    async def read(self, run: str, start: int = 0) -> AsyncIterator[bytes]:
        entries = self._kept(run).entries
        for at in range(start, len(entries), 1000):
            yield b"".join(entries[at : at + 1000])

    async def list(self) -> AsyncIterator[StoredRun]:
        for id, kept in list(self._runs.items()):
            size = len(kept.header) + sum(map(len, kept.entries))
            yield StoredRun(id, size, kept.header, kept.entries[-1][-TAIL:])

    async def delete(self, run: str) -> None:
        self._runs.pop(run, None)

    async def save_snapshot(self, run: str, epoch: int, snapshot: Snapshot) -> None:
        kept = self._runs.get(run)
        if kept is None or kept.epoch != epoch:
            raise RunFenced(run)
        kept.snapshot = snapshot

    async def snapshot(self, run: str) -> Snapshot | None:
        kept = self._runs.get(run)
        return None if kept is None else kept.snapshot

    async def save_blob(self, hash: str, data: bytes) -> None:
        self._blobs.setdefault(hash, data)

    async def blob(self, hash: str) -> bytes | None:
        return self._blobs.get(hash)

    async def close(self) -> None:
        for kept in self._runs.values():
            kept.epoch = 0

    def _kept(self, run: str) -> _Kept:
        kept = self._runs.get(run)
        if kept is None:
            raise RunMissing(run)
        return kept
