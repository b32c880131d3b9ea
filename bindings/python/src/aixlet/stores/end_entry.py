"""The last record of a finished run's journal, which the host writes. Replays pass over it.

 0  u32  size: 56     4  u16  version: 1      6  u16  flags: bit 15 alone
 8  u64  steps       16  u64  time           24  u64  0
32  u64  time        40  u32  steps          44  u32  stop reason     48  u32  size     52  u32  "AIXE"

Behind it stands its link, as behind all records. It can be found from behind.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from ..protocol.types import STOP_REASON_NUMBERS, STOP_REASONS, StopReason
from .journal_header import LINK

END_FLAGS = 0x8000
_MAGIC = 0x45584941
_FOOT = struct.Struct("<QIIII")
_RECORD = struct.Struct("<IHHQQQ")
SIZE = _RECORD.size + _FOOT.size


@dataclass
class RunEnd:
    """How a run ended. `time`: milliseconds since 1970."""

    stop: StopReason
    steps: int
    time: int


def write_end(end: RunEnd) -> bytes:
    foot = _FOOT.pack(end.time, end.steps, STOP_REASON_NUMBERS[end.stop], SIZE, _MAGIC)
    return _RECORD.pack(SIZE, 1, END_FLAGS, end.steps, end.time, 0) + foot


def is_end(record: bytes) -> bool:
    """Whether a record is the end's."""
    return len(record) == SIZE and record[6] == 0 and record[7] == END_FLAGS >> 8


def end_of(tail: bytes) -> RunEnd | None:
    """How a run ended, by the last bytes of its journal; None if it has not."""
    at = len(tail) - LINK - _FOOT.size
    if at < 0:
        return None
    time, steps, stop, _, magic = _FOOT.unpack_from(tail, at)
    if magic != _MAGIC or stop >= len(STOP_REASONS):
        return None
    return RunEnd(STOP_REASONS[stop], steps, time)


def ends_with_foot(data: bytes, end: int) -> bool:
    return struct.unpack_from("<I", data, end - 4)[0] == _MAGIC
