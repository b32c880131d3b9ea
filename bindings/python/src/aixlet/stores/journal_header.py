"""The header of a journal. Little-endian; docs/journal.md.

   0  u32  "AIXJ"
   4  u16  version: 1       6  u16  flags: 0
   8  u32  size of the header, a multiple of 8
  12  u32  version of the protocol, major * 65536 + minor
  16  u64  when it was begun, milliseconds since 1970
  24  32   SHA-256 of the engine: core.wasm without custom sections
  56  32   SHA-256 of the definition before variables are put in
  88  u16  bytes of the run's id     90  u16  number of other inputs
  92       the id; then of each input: u8 bytes of its name, the name, 32 bytes of SHA-256; zeros
size - 8   the first eight bytes of the SHA-256 of all before
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from hashlib import sha256

from ..errors import BadJournal

LINK = 8
"""Bytes of a link: as much of the chain's SHA-256 as stands behind each record."""

MAGIC = 0x4A584941
_VERSION = 1
_HEAD = struct.Struct("<IHHIIQ32s32sHH")
_FIXED = _HEAD.size
_HASH = 32
# So that a damaged size is not believed.
_MOST = 1 << 20


@dataclass
class JournalHeader:
    """What a journal says of its run. Hashes in hexadecimal; `inputs`: whatever else the run depends on, by name."""

    run: str
    created: int
    protocol: int
    engine: str
    definition: str
    inputs: dict[str, str] = field(default_factory=dict)


def write_header(header: JournalHeader) -> bytes:
    id = header.run.encode()
    if not 1 <= len(id) <= 64:
        raise ValueError("a run's id has 1 to 64 bytes")
    others = b"".join(bytes([len(name.encode())]) + name.encode() + bytes.fromhex(hash) for name, hash in header.inputs.items())
    used = _FIXED + len(id) + len(others)
    size = -(-used // 8) * 8 + LINK
    engine, definition = bytes.fromhex(header.engine), bytes.fromhex(header.definition)
    head = _HEAD.pack(MAGIC, _VERSION, 0, size, header.protocol, header.created, engine, definition, len(id), len(header.inputs))
    data = (head + id + others).ljust(size - LINK, b"\0")
    return data + sha256(data).digest()[:LINK]


def header_size(journal: bytes) -> int:
    """The size of the header that a journal begins with. Raises BadJournal."""
    if len(journal) < 12 or struct.unpack_from("<I", journal)[0] != MAGIC:
        raise BadJournal(0, "This is no journal of a run")
    version, _, size = struct.unpack_from("<HHI", journal, 4)
    if version != _VERSION:
        raise BadJournal(4, f"The journal is of version {version}, which this version of aixlet cannot read")
    if size < _FIXED + LINK or size % 8 or size > _MOST or size > len(journal):
        raise BadJournal(8, "The journal's header is cut off or damaged")
    return size


def read_header(journal: bytes) -> JournalHeader:
    """What the header of a journal says; `journal` may go on behind it. Raises BadJournal."""
    size = header_size(journal)
    end = size - LINK
    if sha256(journal[:end]).digest()[:LINK] != journal[end:size]:
        raise BadJournal(end, "The journal's header is damaged")
    _, _, flags, _, protocol, created, engine, definition, length, count = _HEAD.unpack_from(journal)
    # From here on it is as somebody wrote it, but that need not have been us.
    try:
        if flags != 0:
            raise ValueError("unknown flags")
        at = _FIXED + length
        if not 1 <= length <= 64 or at > end:
            raise ValueError("a run's id has 1 to 64 bytes")
        run = str(journal[_FIXED:at], "utf-8")
        inputs = {}
        for _ in range(count):
            last = at + 1 + journal[at] + _HASH
            if last > end:
                raise ValueError("an input leaves the header")
            inputs[str(journal[at + 1 : last - _HASH], "utf-8")] = journal[last - _HASH : last].hex()
            at = last
        if created >= 2**53:
            raise ValueError("no time")
    except ValueError as error:
        raise BadJournal(_FIXED, f"The journal's header is not well-formed: {error}") from error
    return JournalHeader(run, created, protocol, engine.hex(), definition.hex(), inputs)


def is_torn_header(journal: bytes) -> bool:
    """Whether what cannot be read as a header is the beginning of one that was not written to its end."""
    if not any(journal):
        return True
    like = struct.pack("<IHH", MAGIC, _VERSION, 0)
    if journal[:8] != like[: len(journal)]:
        return False
    if len(journal) < 12:
        return True
    size = struct.unpack_from("<I", journal, 8)[0]
    if size <= len(journal) or size > _MOST:
        return False
    # A header that is whole, and only its size is not what was written.
    for end in range(-(-(_FIXED + LINK) // 8) * 8, min(len(journal), 4096) + 1, 8):
        copy = journal[:8] + struct.pack("<I", end) + journal[12 : end - LINK]
        if sha256(copy).digest()[:LINK] == journal[end - LINK : end]:
            return False
    return True
