"""Journals in a folder, a file each: the file is the journal. The TypeScript host's `FileStore` has the same folder.

runs/r-NAME.journal     header and entries       runs/r-NAME.lock    as long as somebody writes
runs/r-NAME.snapshot    the newest snapshot      writers/            who writes
blobs/HASH              engines, definitions
"""

from __future__ import annotations

import asyncio
import os
import re
import struct
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import AsyncIterator, Callable, Iterator, Sequence, TypeVar
from urllib.parse import unquote

from ..errors import BadJournal, RunExists, RunFenced, RunLocked, RunMissing, StoreFailed
from .journal_file import check_journal, entries_of, measure
from .journal_header import header_size, is_torn_header
from .locks import FileLocks, write_new
from .log_recovery import flush, recover_logs
from .store import TAIL, Claim, Snapshot, StoredRun, next_epoch

T = TypeVar("T")
_SUFFIX = ".journal"
_CHUNK = 1 << 20


@dataclass
class _Written:
    """A journal that this store writes. `size`: where the next entry goes."""

    file: int
    epoch: int
    position: int
    size: int
    broken: bool = False


class FileStore:
    """What is durable was flushed to the disk. A journal has one writer, held by a lock that a process loses when it dies.

    Only the owner may read the files. All work is done in a thread, so that a slow disk stops nobody else.
    """

    def __init__(self, folder: str | Path, *, take_over: bool = False) -> None:
        """`take_over`: writers that cannot be looked at, on another machine or in another container, are taken to be dead."""
        self._folder = Path(folder).resolve()
        self._runs = self._folder / "runs"
        self._blobs = self._folder / "blobs"
        self._locks = FileLocks(self._folder / "writers", self._runs, take_over, lambda writer: recover_logs(writer, self._runs))
        self._written: dict[str, _Written] = {}
        # One piece of work at a time: locks and files are not for two threads at once.
        self._thread: ThreadPoolExecutor | None = None
        self._recovered = False

    async def create(self, run: str, header: bytes, entries: Sequence[bytes]) -> Claim:
        def work() -> Claim:
            self._make()
            path = self._path(run, _SUFFIX)
            if run in self._written or _whole(path)[0] > 0:
                raise RunExists(run)
            self._lock(run)
            try:
                if _whole(path)[0] > 0:
                    raise RunExists(run)
                # That of a run that never came to be may be there already.
                file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
                written = self._written[run] = _Written(file, next_epoch(), len(entries), 0)
                _append(written, b"".join((header, *entries)))
                os.fsync(file)
                flush(self._runs)
                return Claim(written.epoch, written.position)
            except BaseException:
                self._let(run)
                raise

        return await self._do(work)

    async def claim(self, run: str) -> Claim:
        def work() -> Claim:
            self._make()
            self._recover()
            path = self._path(run, _SUFFIX)
            if not path.exists():
                raise RunMissing(run)
            if run in self._written:
                raise RunLocked(run, "this process")
            self._lock(run)
            try:
                entries, end, size = _whole(path)
                if entries == 0:
                    raise RunMissing(run)
                written = self._written[run] = _Written(os.open(path, os.O_RDWR), next_epoch(), entries, end)
                if end < size:
                    # What a crash left of an entry, which was not durable: nothing that was to come after it was done. Behind damage nothing is cut off.
                    check_journal(path.read_bytes()[:end])
                    os.ftruncate(written.file, end)
                    os.fsync(written.file)
                return Claim(written.epoch, entries)
            except BaseException:
                self._let(run)
                raise

        return await self._do(work)

    async def release(self, run: str, epoch: int) -> None:
        def work() -> None:
            written = self._written.get(run)
            if written is not None and written.epoch == epoch:
                self._let(run)

        await self._do(work)

    async def append(self, run: str, at: Claim, entries: Sequence[bytes], durable: bool) -> None:
        def work() -> None:
            written = self._written.get(run)
            if written is None or written.epoch != at.epoch or written.position != at.position:
                raise RunFenced(run)
            if written.broken:
                raise StoreFailed(f'The journal of the run "{run}" takes no more after a write that failed.')
            _append(written, b"".join(entries))
            written.position += len(entries)
            if durable:
                os.fdatasync(written.file) if hasattr(os, "fdatasync") else os.fsync(written.file)

        await self._do(work)

    async def header(self, run: str) -> bytes | None:
        def work() -> bytes | None:
            self._recover()
            path = self._path(run, _SUFFIX)
            if _whole(path)[0] == 0:
                return None
            journal = path.read_bytes()
            return journal[: header_size(journal)]

        return await self._do(work)

    async def read(self, run: str, start: int = 0) -> AsyncIterator[bytes]:
        def work() -> list[bytes]:
            self._recover()
            path = self._path(run, _SUFFIX)
            entries, end, _ = _whole(path)
            if entries == 0:
                raise RunMissing(run)
            journal = path.read_bytes()
            # What is damaged stays with what is before it: whoever reads it finds where.
            whole = journal[header_size(journal) : end]
            return entries_of(whole)[start:]

        chunk: list[bytes] = []
        size = 0
        for entry in await self._do(work):
            chunk.append(entry)
            size += len(entry)
            if size > _CHUNK:
                yield b"".join(chunk)
                chunk, size = [], 0
        if chunk:
            yield b"".join(chunk)

    async def list(self) -> AsyncIterator[StoredRun]:
        def work() -> list[StoredRun]:
            self._recover()
            found = []
            for path in sorted(self._runs.glob(f"*{_SUFFIX}")):
                id = _id_of(path.name.removesuffix(_SUFFIX))
                run = None if id is None else _look(id, path)
                if run is not None:
                    found.append(run)
            return found

        for run in await self._do(work):
            yield run

    async def delete(self, run: str) -> None:
        def work() -> None:
            if not self._path(run, _SUFFIX).exists():
                return
            self._make()
            if run not in self._written:
                self._lock(run)
            for suffix in (_SUFFIX, ".snapshot"):
                self._path(run, suffix).unlink(missing_ok=True)
            self._let(run)
            flush(self._runs)

        await self._do(work)

    async def save_snapshot(self, run: str, epoch: int, snapshot: Snapshot) -> None:
        def work() -> None:
            written = self._written.get(run)
            if written is None or written.epoch != epoch:
                raise RunFenced(run)
            _replace(self._path(run, ".snapshot"), struct.pack("<Q", snapshot.position) + snapshot.state)

        await self._do(work)

    async def snapshot(self, run: str) -> Snapshot | None:
        def work() -> Snapshot | None:
            try:
                data = self._path(run, ".snapshot").read_bytes()
            except FileNotFoundError:
                return None
            return Snapshot(struct.unpack_from("<Q", data)[0], data[8:]) if len(data) >= 8 else None

        return await self._do(work)

    async def save_blob(self, hash: str, data: bytes) -> None:
        def work() -> None:
            self._make()
            path = self._blob(hash)
            if path.exists() and path.stat().st_size == len(data):
                return
            _replace(path, data, durable=True)
            flush(self._blobs)

        await self._do(work)

    async def blob(self, hash: str) -> bytes | None:
        def work() -> bytes | None:
            try:
                return self._blob(hash).read_bytes()
            except FileNotFoundError:
                return None

        return await self._do(work)

    async def close(self) -> None:
        def work() -> None:
            for run in list(self._written):
                self._let(run)
            self._locks.close()

        await self._do(work)
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.shutdown(wait=False)

    async def _do(self, work: Callable[[], T]) -> T:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "aixlet-files")
        # Once begun it comes to its end, whoever waits for it no more.
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._thread, _attempt, work))

    def _make(self) -> None:
        for folder in (self._runs, self._blobs, self._folder / "writers"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _recover(self) -> None:
        """Before anything is read for the first time: what a loss of power has left undone. Where nothing may be written there is nothing to do."""
        if self._recovered:
            return
        self._recovered = True
        try:
            self._locks.sweep()
        except (FileNotFoundError, PermissionError):
            pass

    def _lock(self, run: str) -> None:
        holder = self._locks.take(self._path(run, ".lock"))
        if holder is not None:
            raise RunLocked(run, holder)

    def _let(self, run: str) -> None:
        written = self._written.pop(run, None)
        if written is not None:
            os.close(written.file)
        self._locks.release(self._path(run, ".lock"))

    def _path(self, run: str, suffix: str) -> Path:
        return self._runs / (file_name_of(run) + suffix)

    def _blob(self, hash: str) -> Path:
        if not re.fullmatch("[0-9a-f]{64}", hash):
            raise StoreFailed(f"no hash: {hash[:80]}")
        return self._blobs / hash


def file_name_of(id: str) -> str:
    """The name of an id's file: never a path, never a name that means something else, and never another id's, on any file system."""
    return "r-" + "".join(chr(byte) if re.match(r"[a-z0-9_-]", chr(byte)) else f"%{byte:02x}" for byte in id.encode())


def _id_of(name: str) -> str | None:
    """The id whose file has this name; None if it is nobody's."""
    try:
        id = unquote(name[2:], errors="strict")
        return id if name.startswith("r-") and file_name_of(id) == name else None
    except UnicodeDecodeError:
        return None


def _attempt(work: Callable[[], T]) -> T:
    with _failing():
        return work()


@contextmanager
def _failing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreFailed(f"The folder of journals cannot be used: {error}") from error


def _whole(path: Path) -> tuple[int, int, int]:
    """Entries of a journal's file, bytes of what is whole, and its size; no entries if there is no file. Raises BadJournal."""
    try:
        journal = path.read_bytes()
    except FileNotFoundError:
        return 0, 0, 0
    try:
        start = header_size(journal)
    except BadJournal:
        if is_torn_header(journal):
            return 0, 0, len(journal)
        raise
    entries, end = measure(journal[start:], start)
    return entries, start + end, len(journal)


def _look(id: str, path: Path) -> StoredRun | None:
    """What is known of a run without reading all of its journal."""
    with open(path, "rb") as file:
        head = file.read(1024)
        size = file.seek(0, os.SEEK_END)
        try:
            start = header_size(head)
        except BadJournal:
            if is_torn_header(head):
                return None
            raise
        if size <= start:
            return None
        file.seek(-min(TAIL, size - start), os.SEEK_END)
        return StoredRun(id, size, head[:start], file.read())


def _append(written: _Written, data: bytes) -> None:
    """Writes at the end, and only there: somebody else's bytes there mean that the lock does not hold."""
    if os.fstat(written.file).st_size != written.size:
        raise StoreFailed("The journal could not be written: its file has another size than was written")
    try:
        done = 0
        while done < len(data):
            os.lseek(written.file, written.size + done, os.SEEK_SET)
            done += os.write(written.file, data[done:])
    except OSError:
        # A disk that is full: as it was before, if that can be.
        try:
            os.ftruncate(written.file, written.size)
        except OSError:
            written.broken = True
        raise
    written.size += len(data)


def _replace(path: Path, content: bytes, durable: bool = False) -> None:
    """Puts content where it is seen whole or not at all."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    write_new(part, content)
    if durable:
        flush(part)
    os.rename(part, path)
