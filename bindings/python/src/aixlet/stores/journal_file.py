"""Journals that come from anywhere: every link is followed."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from hashlib import sha256
from typing import Iterator

from ..errors import BadJournal
from .end_entry import END_FLAGS, ends_with_foot, is_end
from .journal_header import LINK, JournalHeader, header_size, read_header

# The smallest record: its head.
_HEAD = 32


class Chain:
    """A journal's hash chain: the hash of a record is SHA-256 over the hash before it and the record; eight bytes of it stand behind the record."""

    def __init__(self, head: bytes) -> None:
        self.head = head
        """The hash of all so far."""

    @classmethod
    def of(cls, header: bytes) -> Chain:
        return cls(sha256(header).digest())

    def entry(self, record: bytes) -> bytes:
        """Takes the record in; gives it with its link."""
        self.head = sha256(self.head + record).digest()
        return record + self.head[:LINK]

    def follow(self, record: bytes, link: bytes) -> bool:
        """Takes the record in if this is its link; else nothing has changed."""
        head = sha256(self.head + record).digest()
        if head[:LINK] != link:
            return False
        self.head = head
        return True


class JournalReader:
    """Reads a journal, chunk by chunk, and checks every link: what it gives is what was written."""

    def __init__(self, header: bytes) -> None:
        """Raises BadJournal."""
        self.header = read_header(header)
        self.offset = header_size(header)
        """Bytes that were read and found good."""
        if len(header) != self.offset:
            raise BadJournal(self.offset, "Something stands behind the journal's header that is not of it")
        self.position = 0
        """Records so far, that of the end included."""
        self.end: bytes | None = None
        self.chain = Chain.of(header)

    def records(self, chunk: bytes) -> Iterator[bytes]:
        """The records of a chunk of whole entries, but for the end's. Raises BadJournal."""
        at = 0
        while at < len(chunk):
            size = struct.unpack_from("<I", chunk, at)[0] if len(chunk) - at >= _HEAD + LINK else 0
            if size < _HEAD or size % 8 or size + LINK > len(chunk) - at:
                raise BadJournal(self.offset, "The journal is cut off or damaged")
            if self.end is not None:
                raise BadJournal(self.offset, "Something stands behind the journal's end")
            record = chunk[at : at + size]
            at += size + LINK
            if not self.chain.follow(record, chunk[at - LINK : at]):
                raise BadJournal(self.offset, "The journal is damaged: a record is not what was written")
            if is_end(record):
                self.end = record
            elif struct.unpack_from("<I", record, 8)[0] != self.position + 1:
                raise BadJournal(self.offset, "The journal lacks a step")
            self.offset += size + LINK
            self.position += 1
            if self.end is None:
                yield record


@dataclass
class CheckedJournal:
    """A whole journal. `records`: the core's; `head`: the hash of all of it."""

    header: JournalHeader
    records: list[bytes]
    end: bytes | None
    head: bytes


def check_journal(journal: bytes) -> CheckedJournal:
    """Takes a journal apart that came from anywhere. Raises BadJournal with the offset of the first byte that cannot be."""
    size = header_size(journal)
    reader = JournalReader(journal[:size])
    records = list(reader.records(journal[size:]))
    return CheckedJournal(reader.header, records, reader.end, reader.chain.head)


def records_of(journal: bytes) -> Iterator[bytes]:
    """The records of a run's journal in memory, one by one. Raises BadJournal if it is cut off or damaged."""
    at = 0
    while at < len(journal):
        size = struct.unpack_from("<I", journal, at)[0] if len(journal) - at >= 4 else 0
        if size < _HEAD or size > len(journal) - at:
            raise BadJournal(at, "The journal is cut off or damaged")
        yield journal[at : at + size]
        at += size


def entries_of(entries: bytes) -> list[bytes]:
    """Entries end to end, apart; from one on whose size cannot be, all that is left is one."""
    parts = []
    at = 0
    while at < len(entries):
        size = struct.unpack_from("<I", entries, at)[0] if len(entries) - at >= 4 else 0
        end = at + size + LINK if size >= _HEAD else len(entries)
        parts.append(entries[at:end])
        at = end
    return parts


def measure(part: bytes, offset: int = 0) -> tuple[int, int]:
    """How many entries are whole, and where they end, of a journal's entries that may end in the middle of one.

    What a crash leaves behind is a part of an entry, or zeros where nothing was written; whatever else is wrong is for a reader to find, who
    follows the links. Raises BadJournal if what seems to be cut off is a size that was damaged.
    """
    entries = at = 0
    while len(part) - at >= 4:
        size = struct.unpack_from("<I", part, at)[0]
        if size == 0 and not any(part[at:]):
            break
        # Nobody knows where the next entry is: the reader is to stumble over this one.
        if size < _HEAD or size % 8:
            return entries + 1, len(part)
        if size + LINK > len(part) - at:
            if _goes_on(part, at, entries):
                raise BadJournal(offset + at, "The journal is damaged: the size of a record is not what was written")
            break
        at += size + LINK
        entries += 1
    return entries, at


def _goes_on(data: bytes, at: int, index: int) -> bool:
    """Whether an entry that seems to go beyond the journal's end does not.

    Because another one stands behind its beginning, which is to be known by its number, or because what it holds ends where an entry would.
    """
    for following in range(at + _HEAD + LINK, len(data) - _HEAD + 1, 8):
        size, version, flags, low, high = struct.unpack_from("<IHHII", data, following)
        if version != 1 or high != 0:
            continue
        follows = low == index + 2 or (low == index + 1 and flags == END_FLAGS)
        if follows and size >= _HEAD and size % 8 == 0:
            return True
    return _is_whole(data, at)


def _is_whole(data: bytes, at: int) -> bool:
    """Whether the events in a record, or the foot of an end's, end eight bytes before the journal does."""
    end = len(data) - LINK
    if end < at + _HEAD:
        return False
    if struct.unpack_from("<H", data, at + 6)[0] == END_FLAGS:
        return is_end(data[at:end]) and ends_with_foot(data, end)
    following = at + _HEAD
    while following + 8 <= end:
        size = struct.unpack_from("<I", data, following)[0]
        if size < 8 or size % 8:
            return False
        following += size
    return following == end and not _begins_event(data, end)


def _begins_event(data: bytes, at: int) -> bool:
    """Whether these eight bytes can be the first of an event; a link is that once in half a million."""
    size, kind, fixed = struct.unpack_from("<IHH", data, at)
    return size % 8 == 0 and size < 1 << 30 and kind < 256 and fixed < 1024
