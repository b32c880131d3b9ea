"""What journals name by hashes, and is kept beside them."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Sequence

from ..core import Core
from ..errors import BadJournal, RunMissing, StoreFailed
from ..protocol import PROTOCOL, DefineEvent, FrameReader, FrameWriter, ModelFacts, ModelsEvent, VariablesEvent, Variable, read_event, write_event
from ..seat import Loading
from .journal_header import JournalHeader, read_header

if TYPE_CHECKING:
    from .store import Store

DEFINE = "define"
"""The name under which a journal's header names what its definition was loaded by."""

PRICES = "prices"
"""And what was known of its models; no such name: nothing."""


def plain_core(wasm: bytes) -> bytes:
    """The core as it is kept and named: without custom sections, which say nothing that it does. Raises ValueError."""
    if len(wasm) < 8 or wasm[:4] != b"\0asm":
        raise ValueError("this is no WebAssembly module")
    kept = [wasm[:8]]
    at = 8
    while at < len(wasm):
        begin = at
        section = wasm[at]
        at += 1
        size = shift = 0
        while True:
            if at >= len(wasm) or shift > 28:
                raise ValueError(f"the WebAssembly module is damaged at byte {begin}")
            byte = wasm[at]
            at += 1
            size += (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        at += size
        if at > len(wasm):
            raise ValueError(f"the WebAssembly module is damaged at byte {begin}")
        if section != 0:
            kept.append(wasm[begin:at])
    return b"".join(kept)


def write_definition(loading: Loading, variables: list[Variable]) -> bytes:
    """The events that the definition was loaded by, as a frame: what a journal's input `define` names. Secrets are not in it."""
    writer = FrameWriter()
    write_event(writer, DefineEvent(0, loading.sources, loading.roles, loading.tools, False))
    write_event(writer, VariablesEvent(0, variables))
    return writer.finish(0, 0)


def read_definition(frame: bytes) -> Loading:
    """Raises BadJournal."""
    try:
        reader = FrameReader(frame)
        events = []
        while reader.next():
            events.append(read_event(reader))
        define, variables = events
        if not isinstance(define, DefineEvent) or not isinstance(variables, VariablesEvent):
            raise ValueError("it holds other events")
    except ValueError as error:
        raise BadJournal(0, f"The definition that is kept beside the journal cannot be read: {error}") from error
    values = {each.name: each.value for each in variables.values}
    return Loading(define.sources, define.roles, define.tools, lambda names: [Variable(name, values.get(name)) for name in names])


def write_prices(models: Sequence[ModelFacts]) -> bytes:
    """What was known of models, as a frame of one event: what a journal's input `prices` names."""
    writer = FrameWriter()
    write_event(writer, ModelsEvent(models))
    return writer.finish(0, 0)


def read_prices(frame: bytes) -> Sequence[ModelFacts]:
    """Raises BadJournal."""
    try:
        reader = FrameReader(frame)
        event = read_event(reader) if reader.next() else None
        if not isinstance(event, ModelsEvent):
            raise ValueError("it holds other events")
    except ValueError as error:
        raise BadJournal(0, f"The prices that are kept beside the journal cannot be read: {error}") from error
    return event.models


async def header_of(store: Store, run: str) -> bytes:
    """Raises RunMissing, BadJournal."""
    header = await store.header(run)
    if header is None:
        raise RunMissing(run)
    named = read_header(header).run
    if named != run:
        raise BadJournal(92, f'This is the journal of the run "{named}", and not of "{run}"')
    return header


async def open_kept(store: Store, run: str) -> tuple[bytes, Core, Loading]:
    """The engine that a run was begun with, which may be older than this host, and its definition. Raises RunMissing, BadJournal, StoreFailed."""
    return await open_header(store, read_header(await header_of(store, run)))


async def open_header(store: Store, header: JournalHeader) -> tuple[bytes, Core, Loading]:
    check_protocol(header)
    wasm = await _blob(store, header.engine, "engine")
    loading = read_definition(await _blob(store, header.inputs.get(DEFINE, ""), "definition"))
    if PRICES in header.inputs:
        loading.models = read_prices(await _blob(store, header.inputs[PRICES], "list of prices"))
    return wasm, Core(wasm, older=True), loading


def check_protocol(header: JournalHeader) -> None:
    """An engine that is newer than this host may ask for what the host does not know. Raises BadJournal."""
    if header.protocol >> 16 != PROTOCOL >> 16 or header.protocol > PROTOCOL:
        spelled = [f"{version >> 16}.{version & 0xFFFF}" for version in (header.protocol, PROTOCOL)]
        raise BadJournal(12, f"The journal was begun with version {spelled[0]} of the protocol, and this host knows {spelled[1]}")


async def _blob(store: Store, hash: str, what: str) -> bytes:
    data = await store.blob(hash)
    if data is None:
        raise StoreFailed(f"The {what} that the run was begun with is not in the store: {hash}")
    if sha256(data).hexdigest() != hash:
        raise StoreFailed(f"The {what} in the store is damaged: it has not the hash {hash}")
    return data
