"""What the logs of a dead writer hold, put where it belongs. The TypeScript host writes such logs; after a loss of power they have what journals lack.

 0  u32  "AIXW"      4  u32  size of the batch, a multiple of 8
 8       pieces, each: u32 size of the piece | u16 bytes of the file's name | u16 1 if the file was deleted | u64 offset | u32 bytes | u32 0 |
         the last 8 bytes of the journal's header | the name | the bytes | zeros up to a multiple of 8
size - 8   the first eight bytes of the SHA-256 of all before
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Iterator

from ..errors import BadJournal
from .journal_header import LINK, header_size, is_torn_header

_MAGIC = 0x57584941
_PIECE = struct.Struct("<IHHQII8s")


@dataclass
class _Piece:
    name: str
    deleted: bool
    header: bytes
    offset: int
    data: bytes


def recover_logs(writer: Path, journals: Path) -> None:
    """Where nothing was lost that changes nothing, whoever else does the same at the time."""
    folder = writer.parent
    logs = [path for path in folder.iterdir() if path.name.startswith(f"{writer.name}.") and path.suffix == ".log"]
    for log in sorted(logs, key=lambda path: int(path.name.split(".")[1])):
        restored = {piece.name for piece in _pieces(_read(log)) if _restore(journals, piece)}
        # Somebody else may have deleted what this writer made.
        for other in folder.iterdir():
            if other.suffix == ".log" and other != log:
                for piece in _pieces(_read(other)):
                    if piece.deleted:
                        _restore(journals, piece)
        for name in restored:
            flush(journals / name)
        if restored:
            flush(journals)
        log.unlink(missing_ok=True)


def flush(path: Path) -> None:
    """Makes a file or a folder durable, if it is there."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _pieces(log: bytes) -> Iterator[_Piece]:
    """The pieces of all whole batches."""
    at = 0
    while len(log) - at >= 16:
        magic, size = struct.unpack_from("<II", log, at)
        end = at + size
        if magic != _MAGIC or end > len(log) or size < 16 or sha256(log[at : end - LINK]).digest()[:LINK] != log[end - LINK : end]:
            return
        at += 8
        while at < end - LINK:
            size, named, deleted, offset, length, _, header = _PIECE.unpack_from(log, at)
            begin = at + _PIECE.size + named
            yield _Piece(str(log[at + _PIECE.size : begin], "utf-8"), deleted == 1, header, offset, log[begin : begin + length])
            at += size
        at = end


def _restore(journals: Path, piece: _Piece) -> bool:
    """Does a piece again, if its journal lacks it; gives whether there is something to flush."""
    if os.path.basename(piece.name) != piece.name:
        return False
    path = journals / piece.name
    journal = _read(path)
    if piece.deleted:
        if journal and _is_of(journal, piece):
            path.unlink(missing_ok=True)
        return False
    if (piece.offset > 0) if not journal else not _is_of(journal, piece):
        return False
    if journal[piece.offset : piece.offset + len(piece.data)] == piece.data:
        return False
    # Nothing is cut off: what stands behind is another piece's.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.lseek(descriptor, piece.offset, os.SEEK_SET)
        os.write(descriptor, piece.data)
    finally:
        os.close(descriptor)
    return True


def _is_of(journal: bytes, piece: _Piece) -> bool:
    """Whether a journal is the one with this header: it may have been deleted, and another one have its name."""
    try:
        size = header_size(journal)
        return journal[size - LINK : size] == piece.header
    except BadJournal:
        # Of a journal that was lost whole the first piece has the header.
        return piece.offset == 0 and is_torn_header(journal)
