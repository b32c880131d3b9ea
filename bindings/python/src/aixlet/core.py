"""The core: one WebAssembly module without imports, a frame of events in, a frame of commands out."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import wasmtime

from .errors import BadCore, EngineTrapped
from .protocol.types import PROTOCOL

_EXPORTS = ("memory", "protocol", "room", "step", "output")


def core_bytes() -> bytes:
    """The core that comes with this package; in a checkout, the one that `npm run build` has made. Raises BadCore."""
    # Not by importlib.resources, which takes as long to load as the rest of this package.
    here = Path(__file__).resolve()
    packed, built = here.with_name("core.wasm"), here.parents[min(4, len(here.parents) - 1)] / "dist/core.wasm"
    for place in (packed, built):
        if place.is_file():
            return place.read_bytes()
    raise BadCore("core.wasm is not here: install aixlet from a wheel, or run `npm run build` in its checkout.")


@lru_cache(maxsize=8)
def compiled(wasm: bytes) -> wasmtime.Module:
    """The core, compiled once a process; Wasmtime keeps the result on disk, for the processes after it. Raises BadCore."""
    try:
        return wasmtime.Module(_engine(), wasm)
    except wasmtime.WasmtimeError as error:
        raise BadCore(f"The core cannot be compiled: {str(error).splitlines()[0]}") from error


@lru_cache(maxsize=1)
def _engine() -> wasmtime.Engine:
    config = wasmtime.Config()
    try:
        config.cache = True
    except wasmtime.WasmtimeError:
        # Nowhere to keep it: every process compiles for itself.
        pass
    return wasmtime.Engine(config)


class Core:
    """One instance of the core. After a trap it is poisoned and never entered again, because its memory may be half-changed."""

    def __init__(self, wasm: bytes | None = None, older: bool = False) -> None:
        """`wasm`: another core than the one that comes along. `older`: it was kept with its runs, and need not know all that this host does.

        Raises BadCore.
        """
        module = compiled(core_bytes() if wasm is None else wasm)
        self._store = wasmtime.Store(_engine())
        try:
            exports = wasmtime.Instance(self._store, module, []).exports(self._store)
            self.memory, protocol, self._room, self._step, self._output = (exports[name] for name in _EXPORTS)
            version = protocol(self._store)
        except (wasmtime.WasmtimeError, wasmtime.Trap, KeyError, TypeError) as error:
            raise BadCore(f"This is no core of aixlet: {error}") from error
        if version >> 16 != PROTOCOL >> 16 or (not older and version & 0xFFFF < PROTOCOL & 0xFFFF):
            raise BadCore(f"core.wasm speaks version {_spell(version)} of the protocol, and this host {_spell(PROTOCOL)}")
        self.protocol: int = version
        self.trapped: EngineTrapped | None = None

    def step(self, frame: bytes) -> bytes:
        """Takes one step. Raises EngineTrapped, now and at every later call."""
        if self.trapped is not None:
            raise self.trapped
        store = self._store
        try:
            at = self._room(store, len(frame)) & 0xFFFF_FFFF
            self.memory.write(store, frame, at)
            length = self._step(store, len(frame)) & 0xFFFF_FFFF
            out = self._output(store) & 0xFFFF_FFFF
            if out + length > self.memory.data_len(store):
                raise IndexError(f"an answer of {length} bytes at {out}, outside of the memory")
            return bytes(self.memory.read(store, out, out + length))
        except (wasmtime.Trap, wasmtime.WasmtimeError, IndexError) as error:
            self.trapped = EngineTrapped(error)
            raise self.trapped from error

    def overwrite(self, byte: int) -> None:
        """For tests: fills the memory with a byte, as a bug of the core's own might, so that it traps."""
        self.memory.write(self._store, bytes([byte]) * self.memory_bytes, 0)

    @property
    def memory_bytes(self) -> int:
        """Bytes of the core's memory."""
        return self.memory.data_len(self._store)


def _spell(version: int) -> str:
    return f"{version >> 16}.{version & 0xFFFF}"
