"""`python -m aixlet.conform VECTORS`: every scenario of the conformance suite on this host, frame by frame.

test/conformance/README.md has the format of the file, and of the lines that are printed.
"""

from __future__ import annotations

import hashlib
import json
import struct
import sys
from typing import Iterator

from .core import Core
from .definition.nodes import read_yaml
from .errors import AixletError, EngineTrapped
from .protocol import DefineEvent, FrameReader, FrameWriter, read_command, read_event, write_event

_FRESH, _FRAME, _STATE, _RUIN, _TRAP = range(5)


class Vectors:
    """Reads the file, piece by piece."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 16
        magic, version, _, self.scenarios, _ = struct.unpack_from("<IHHII", data)
        if magic != 0x56584941 or version != 1:
            raise ValueError("no vectors of version 1")

    def octets(self) -> bytes:
        length = self.u32()
        self._at += length
        return self._data[self._at - length : self._at]

    def take(self, length: int) -> bytes:
        self._at += length
        return self._data[self._at - length : self._at]

    def u32(self) -> int:
        return struct.unpack("<I", self.take(4))[0]

    def steps(self) -> Iterator[tuple[int, bytes, bytes]]:
        for _ in range(self.u32()):
            kind = self.take(1)[0]
            if kind in (_FRESH, _RUIN):
                yield kind, b"", b""
            else:
                given = self.octets()
                yield kind, given, self.octets() if kind == _FRAME else self.take(32) if kind == _STATE else b""


class Difference(Exception):
    """Something else than was expected."""


def play(definition: str, steps: Iterator[tuple[int, bytes, bytes]]) -> str:
    """Plays one scenario; gives the hash of the last state that was saved. Raises Difference."""
    core = Core()
    state = hashlib.sha256()
    unread = definition != ""
    for number, (kind, given, expected) in enumerate(steps):
        if kind == _FRESH:
            core = Core()
        elif kind == _RUIN:
            core.overwrite(0xFB)
        elif kind == _TRAP:
            must_trap(core, given, number)
        else:
            if unread:
                check_reading(definition, given)
            unread = False
            if definition:
                check_codec(given)
            answer = core.step(given)
            reader = FrameReader(answer)
            while reader.next():
                read_command(reader)
            if kind == _STATE:
                state = hashlib.sha256(answer)
                if state.digest() != expected:
                    raise Difference(f"step {number}: the state has another hash")
            elif answer != expected:
                raise Difference(f"step {number}: {len(answer)} bytes of commands differ from {len(expected)} expected{_first(answer, expected)}")
    return state.hexdigest()


def must_trap(core: Core, frame: bytes, number: int) -> None:
    try:
        core.step(frame)
    except EngineTrapped:
        return
    raise Difference(f"step {number}: the core did not trap, or was entered again after it had")


def check_reading(definition: str, frame: bytes) -> None:
    """The definition's text gives the nodes that the first frame has."""
    reader = FrameReader(frame)
    event: object = None
    # What is known of models may stand before it.
    while not isinstance(event, DefineEvent):
        if not reader.next():
            raise Difference("the first frame holds no define")
        event = read_event(reader)
    source = read_yaml("scenario.yaml", definition)
    for mine, expected in zip(source.nodes, event.sources[0].nodes):
        if mine != expected:
            raise Difference(f"a node was read as {mine} instead of {expected}")
    if source != event.sources[0]:
        raise Difference("the definition was read as other nodes")


def check_codec(frame: bytes) -> None:
    """Events come out of the codec as they went in."""
    reader = FrameReader(frame)
    writer = FrameWriter()
    while reader.next():
        write_event(writer, read_event(reader))
    if writer.finish(reader.flags, reader.time) != frame:
        raise Difference("the codec makes other bytes of the same events")


def _first(one: bytes, other: bytes) -> str:
    for at, (left, right) in enumerate(zip(one, other)):
        if left != right:
            return f", first at {at}"
    return ""


def main(path: str) -> int:
    with open(path, "rb") as file:
        vectors = Vectors(file.read())
    failed = 0
    for _ in range(vectors.scenarios):
        name, definition, steps = vectors.octets().decode(), vectors.octets().decode(), list(vectors.steps())
        line: dict[str, object] = {"scenario": name, "ok": True}
        try:
            line["state"] = play(definition, iter(steps))
        except (Difference, AixletError, ValueError) as error:
            line.update(ok=False, message=str(error))
            failed += 1
        print(json.dumps(line, ensure_ascii=False), flush=False)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
