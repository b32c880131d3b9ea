"""Who writes what in a folder of journals; the same as the TypeScript host's, so that both can use one folder.

A lock is a file that can be made only once: a hard link to a file that says who the writer is, so that it has its whole content as soon as it
is there. A lock of a process that has died is broken by the next one who wants it.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Callable


@dataclass
class Identity:
    """Who writes: enough to tell whether they are still alive. `began`, `boot`, `space`: of the process, the machine and the space of its number."""

    name: str
    pid: int
    began: str
    host: str
    boot: str
    space: str


class FileLocks:
    """One writer's locks."""

    def __init__(self, writers: Path, locks: Path, take_over: bool, mourn: Callable[[Path], None]) -> None:
        """`mourn` takes care of what a dead writer has left, before anybody takes over what it had."""
        self._self = Identity(secrets.token_hex(8), os.getpid(), _began(os.getpid()), socket.gethostname(), _boot(), _space())
        self._file = writers / self._self.name
        self._locks = locks
        self._take_over = take_over
        self._mourn = mourn
        self._made = False

    def take(self, path: Path) -> str | None:
        """Takes a lock; gives who has it instead. A lock that this writer has already is somebody's, too."""
        self._make()
        while True:
            try:
                os.link(self._file, path)
                owner = self._owner_of(path.name.removesuffix(".lock"))
                if owner is None:
                    return None
                path.unlink()
                return f"process {owner.pid} on {owner.host}"
            except FileExistsError:
                pass
            holder = _read(path)
            if holder is None:
                continue
            if self._is_alive(holder):
                return f"process {holder.pid} on {holder.host}"
            broken = self._break(path, holder)
            if broken is not None:
                return broken

    def release(self, path: Path) -> None:
        """Gives a lock back, if it is this writer's."""
        holder = _read(path)
        if holder is not None and holder.name == self._self.name:
            path.unlink()

    def sweep(self) -> None:
        """Buries writers that have died. They make no more locks, and those that they have keep their content."""
        folder = self._file.parent
        for writer in {name.split(".")[0] for name in os.listdir(folder)}:
            holder = _read(folder / writer)
            if holder is not None and self._is_alive(holder):
                continue
            self._mourn(folder / writer)
            (folder / f"{writer}.runs").unlink(missing_ok=True)
            (folder / writer).unlink(missing_ok=True)

    def close(self) -> None:
        """No lock is this writer's any more."""
        if self._made:
            self._file.unlink(missing_ok=True)
        self._made = False

    def _make(self) -> None:
        if self._made:
            return
        self.sweep()
        # Not there half-written, for others to take its writer for dead; and not seen as a writer's before.
        part = self._file.parent.with_name(f"{self._file.parent.name}.{self._self.name}")
        write_new(part, json.dumps(asdict(self._self)).encode())
        os.rename(part, self._file)
        self._made = True

    def _owner_of(self, name: str) -> Identity | None:
        """Who has begun a journal without a lock, as the TypeScript host does, and has it still."""
        folder = self._file.parent
        for writer in os.listdir(folder):
            if "." in writer or writer == self._self.name:
                continue
            holder = _read(folder / writer)
            if holder is None or not self._is_alive(holder):
                continue
            try:
                lines = (folder / f"{writer}.runs").read_text().split("\n")
            except FileNotFoundError:
                continue
            owned = [line for line in lines if line[1:] == name]
            if owned and owned[-1].startswith("+"):
                return holder
        return None

    def _break(self, path: Path, dead: Identity) -> str | None:
        """Takes away the lock of somebody who has died; gives who is doing so already."""
        # The right to break this one's locks there is a lock, too. While somebody has it nobody else takes the lock itself away.
        right = path.with_name(f"{path.name}.{dead.name}")
        holder = self.take(right)
        if holder is not None:
            return holder
        try:
            self._mourn(self._file.parent / dead.name)
            found = _read(path)
            if found is not None and found.name == dead.name:
                path.unlink()
        finally:
            right.unlink()
        return None

    def _is_alive(self, holder: Identity) -> bool:
        own = self._self
        if holder.pid <= 0:
            return False
        # The machine has been started anew since.
        if holder.host == own.host and holder.boot != own.boot:
            return False
        if holder.host != own.host or holder.space != own.space:
            return not self._take_over
        try:
            os.kill(holder.pid, 0)
        except PermissionError:
            return True
        except OSError:
            return False
        return _began(holder.pid) == holder.began


def write_new(path: Path, content: bytes) -> None:
    """Only the owner may read it."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def _read(path: Path) -> Identity | None:
    try:
        text = path.read_text()
    except FileNotFoundError:
        return None
    try:
        told = json.loads(text)
        if re.fullmatch("[0-9a-f]{16}", told["name"]) and isinstance(told["pid"], int):
            return Identity(*(told.get(name, "") for name in ("name", "pid", "began", "host", "boot", "space")))
    except (ValueError, KeyError, TypeError):
        pass
    # After a loss of power a lock may be empty. Whoever wrote it is gone.
    return Identity("0", 0, "", "", "", "")


def _began(pid: int) -> str:
    """Linux tells; elsewhere the number of the process has to do."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        # The name in parentheses may hold anything.
        return stat[stat.rindex(")") + 2 :].split(" ")[19]
    except (OSError, ValueError, IndexError):
        return ""


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _space() -> str:
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""
