"""A run in one file: its journal, and what the journal's header names. docs/journal.md

 0  u32  "AIXB"       4  u16  version: 1      6  u16  number of parts
 8       the parts, each: u64 bytes, the bytes, zeros up to a multiple of 8

The first part is the journal; each other one is known by its hash.
"""

from __future__ import annotations

import struct
from hashlib import sha256

from ..errors import BadJournal, RunMissing, StoreFailed
from .journal_file import check_journal, entries_of
from .journal_header import JournalHeader, header_size
from .store import Store

_MAGIC = 0x42584941
_VERSION = 1


async def export_run(store: Store, run: str) -> bytes:
    """A stored run as one file, with the engine and the definition that it was begun with. Raises RunMissing, BadJournal, StoreFailed."""
    header = await store.header(run)
    if header is None:
        raise RunMissing(run)
    journal = header + b"".join([chunk async for chunk in store.read(run)])
    parts = [journal]
    for hash in _hashes_of(check_journal(journal).header):
        blob = await store.blob(hash)
        if blob is None:
            raise StoreFailed(f"What the journal names by the hash {hash} is not in the store")
        parts.append(blob)
    return struct.pack("<IHH", _MAGIC, _VERSION, len(parts)) + b"".join(struct.pack("<Q", len(part)) + part + bytes(-len(part) & 7) for part in parts)


async def import_run(store: Store, bundle: bytes) -> str:
    """Takes a run in that was exported; gives its id. It can be resumed here, as far as nobody resumes it where it came from.

    Raises BadJournal with the offset of what cannot be, RunExists, StoreFailed.
    """
    journal, *blobs = _parts_of(bundle)
    checked = check_journal(journal)
    if not checked.records:
        raise BadJournal(8, "The run has not begun")
    wanted = set(_hashes_of(checked.header))
    for blob in blobs:
        hash = sha256(blob).hexdigest()
        if hash not in wanted:
            raise BadJournal(8, f"The file holds something that the journal does not name: {hash}")
        wanted.discard(hash)
        await store.save_blob(hash, blob)
    if wanted:
        raise BadJournal(8, f"The file lacks what the journal names: {min(wanted)}")
    start = header_size(journal)
    claim = await store.create(checked.header.run, journal[:start], entries_of(journal[start:]))
    await store.release(checked.header.run, claim.epoch)
    return checked.header.run


def _parts_of(bundle: bytes) -> list[bytes]:
    if len(bundle) < 8:
        raise BadJournal(0, "This is no exported run")
    magic, version, count = struct.unpack_from("<IHH", bundle)
    if magic != _MAGIC:
        raise BadJournal(0, "This is no exported run")
    if version != _VERSION:
        raise BadJournal(4, "The file is of another version of aixlet")
    parts = []
    at = 8
    for _ in range(count):
        size = struct.unpack_from("<Q", bundle, at)[0] if len(bundle) - at >= 8 else None
        if size is None or size > len(bundle) - at - 8:
            raise BadJournal(at, "The file is cut off or damaged")
        end = at + 8 + size
        parts.append(bundle[at + 8 : end])
        at = -(-end // 8) * 8
        if at > len(bundle) or any(bundle[end:at]):
            raise BadJournal(end, "The file is cut off or damaged")
    if at != len(bundle) or not parts:
        raise BadJournal(at, "The file is cut off or damaged")
    return parts


def _hashes_of(header: JournalHeader) -> list[str]:
    return list(dict.fromkeys([header.engine, *header.inputs.values()]))
