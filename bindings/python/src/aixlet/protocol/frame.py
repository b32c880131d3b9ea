"""Frames of bytes: docs/protocol.md. The generated codecs read and write their records with these two classes."""

from __future__ import annotations

import struct
from typing import Callable, NoReturn, Sequence, TypeVar

T = TypeVar("T")

VERSION = 1
NEVER = 0xFFFF_FFFF_FFFF_FFFF
MOST = 0x1F_FFFF_FFFF_FFFF
"""The largest number there is in a frame: 2^53 - 1, so that every language has it."""

_HEADER = struct.Struct("<HHIQ")
_RECORD = struct.Struct("<IHH")
_PAIR = struct.Struct("<II")


class FrameError(ValueError):
    """A frame that is not well-formed. `offset`: bytes from the frame's start to the record with the fault."""

    code = "bad-frame"

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(f"{message} at byte {offset}")
        self.offset = offset


class FrameWriter:
    """Writes a frame, record after record. The same values give the same bytes in every language."""

    def __init__(self) -> None:
        self.data = bytearray(_HEADER.size)
        self.count = 0
        self._start = 0

    def record(self, kind: int, fixed: int, write: Callable[[FrameWriter, int, T], None], value: T) -> None:
        """Adds a record of a kind. One that fails half-way leaves the frame as it was. Raises ValueError."""
        data = self.data
        self._start = start = len(data)
        data += bytes(fixed)
        try:
            write(self, start, value)
        except (struct.error, KeyError, TypeError, AttributeError, UnicodeEncodeError) as error:
            del data[start:]
            raise ValueError(f"not a {type(value).__name__} of the protocol: {error}") from error
        except BaseException:
            del data[start:]
            raise
        data += bytes(-len(data) & 7)
        _RECORD.pack_into(data, start, len(data) - start, kind, fixed)
        self.count += 1

    def finish(self, flags: int, time: int | None) -> bytes:
        """The frame; the writer begins a new one. `time`: milliseconds since 1970, None for never."""
        _HEADER.pack_into(self.data, 0, VERSION, flags, self.count, NEVER if time is None else self.u64(time))
        frame = bytes(self.data)
        del self.data[_HEADER.size :]
        self.count = 0
        return frame

    def u64(self, value: int) -> int:
        if not 0 <= value <= MOST:
            raise ValueError(f"not a u64 below 2^53: {value}")
        return value

    def text(self, value: str) -> tuple[int, int]:
        return self.octets(value.encode())

    def octets(self, value: bytes) -> tuple[int, int]:
        if not value:
            return 0, 0
        at = len(self.data) - self._start
        self.data += value
        return at, len(value)

    def texts(self, values: Sequence[str]) -> tuple[int, int]:
        return self.items(values, _PAIR.size, 4, _write_text)

    def items(self, values: Sequence[T], stride: int, alignment: int, write: Callable[[FrameWriter, int, T], None]) -> tuple[int, int]:
        if not values:
            return 0, 0
        data = self.data
        first = (len(data) - self._start + alignment - 1) & -alignment
        at = self._start + first
        data += bytes(at + len(values) * stride - len(data))
        for value in values:
            write(self, at, value)
            at += stride
        return first, len(values)


def _write_text(writer: FrameWriter, at: int, value: str) -> None:
    _PAIR.pack_into(writer.data, at, *writer.text(value))


def _read_text(reader: FrameReader, at: int) -> str:
    return reader.text(*_PAIR.unpack_from(reader.data, at))


class FrameReader:
    """Reads a frame. Everything is checked as it is read: what is malformed raises FrameError, whatever its bytes."""

    def __init__(self, frame: bytes) -> None:
        self.data = frame
        self.at = self.size = self.kind = self.fixed = 0
        if len(frame) < _HEADER.size:
            self.fault("frame too short")
        version, self.flags, self.count, time = _HEADER.unpack_from(frame)
        if version != VERSION:
            self.fault(f"version {version} of the frame is unknown")
        self.time: int | None = None if time == NEVER else self.u64(time)
        self._left = self.count
        self._following = _HEADER.size
        self._budget = 0

    def next(self) -> bool:
        """Goes to the next record; False if there is none."""
        at = self.at = self._following
        data = self.data
        if self._left == 0:
            if at != len(data):
                self.fault("bytes behind the last record")
            return False
        self._left -= 1
        if len(data) - at < _RECORD.size:
            self.fault("record cut off")
        self.size, self.kind, self.fixed = size, _, fixed = _RECORD.unpack_from(data, at)
        if size < _RECORD.size or size % 8 or size > len(data) - at:
            self.fault(f"size {size} of the record is impossible")
        if fixed < _RECORD.size or fixed > size:
            self.fault(f"fixed part of {fixed} bytes is impossible")
        self._following = at + size
        return True

    def part(self, known: int) -> tuple[bytes, int]:
        """The fixed part of the record, and where it lies; what an older writer did not have is zero there."""
        self._budget = self.size - self.fixed
        if self.fixed >= known:
            return self.data, self.at
        return bytes(self.data[self.at : self.at + self.fixed]) + bytes(known - self.fixed), 0

    def u64(self, value: int) -> int:
        if value > MOST:
            self.fault("number beyond 2^53")
        return value

    def flag(self, value: int) -> bool:
        if value > 1:
            self.fault(f"{value} is neither true nor false")
        return value == 1

    def one_of(self, cases: Sequence[T], value: int) -> T:
        if value >= len(cases):
            self.fault(f"there is no case {value}")
        return cases[value]

    def text(self, offset: int, length: int) -> str:
        if length == 0:
            return ""
        self._within(offset, length)
        at = self.at + offset
        try:
            return str(self.data[at : at + length], "utf-8")
        except UnicodeDecodeError:
            self.fault("text that is not UTF-8")

    def octets(self, offset: int, length: int) -> bytes:
        if length == 0:
            return b""
        self._within(offset, length)
        at = self.at + offset
        return bytes(self.data[at : at + length])

    def texts(self, offset: int, count: int) -> list[str]:
        return self.items(offset, count, _PAIR.size, 4, _read_text)

    def items(self, offset: int, count: int, stride: int, alignment: int, read: Callable[[FrameReader, int], T]) -> list[T]:
        if count == 0:
            return []
        self._within(offset, count * stride)
        if offset % alignment:
            self.fault(f"list at {offset} is not aligned")
        first = self.at + offset
        return [read(self, at) for at in range(first, first + count * stride, stride)]

    def fault(self, message: str) -> NoReturn:
        raise FrameError(message, self.at)

    def _within(self, offset: int, length: int) -> None:
        if offset < self.fixed or offset + length > self.size:
            self.fault(f"{length} bytes at {offset} are outside of the record")
        if length > self._budget:
            self.fault("strings and lists overlap")
        self._budget -= length
