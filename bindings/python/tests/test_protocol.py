"""The codec against the vectors that all languages share, and against rubbish."""

from __future__ import annotations

import json
import random
import unittest
from typing import Any

from aixlet import protocol
from aixlet.protocol import FrameError, FrameReader, FrameWriter
from aixlet.protocol.record import Record

from .places import VECTORS

FRAMES = json.loads(VECTORS.read_text())["frames"]


def plain(value: Any) -> Any:
    """A decoded value as the vectors spell it."""
    if isinstance(value, bytes):
        return list(value)
    if isinstance(value, Record):
        return {name.rstrip("_").replace("_", "-"): plain(getattr(value, name)) for name in value.__slots__}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value


def decode(of: str, frame: bytes) -> tuple[FrameReader, list[Any]]:
    reader = FrameReader(frame)
    read = protocol.read_event if of == "events" else protocol.read_command
    found = []
    while reader.next():
        found.append(read(reader))
    return reader, found


def encode(of: str, records: list[Any], flags: int, time: int | None) -> bytes:
    writer = FrameWriter()
    for record in records:
        (protocol.write_event if of == "events" else protocol.write_command)(writer, record)
    return writer.finish(flags, time)


class Vectors(unittest.TestCase):
    def test_decode_and_encode(self) -> None:
        self.assertGreater(len(FRAMES), 100)
        for vector in FRAMES:
            with self.subTest(f"{vector['of']}: {vector['name']}"):
                frame = bytes.fromhex(vector["hex"])
                reader, found = decode(vector["of"], frame)
                self.assertEqual((reader.flags, reader.time, reader.count), (vector["flags"], vector["time"], len(vector["records"])))
                self.assertEqual([{"type": each.type, "value": plain(each)} for each in found], vector["records"])
                self.assertEqual(encode(vector["of"], found, reader.flags, reader.time), frame)
                self.assertEqual(decode(vector["of"], frame)[1], found)

    def test_an_older_writers_record_ends_in_nothing(self) -> None:
        writer = FrameWriter()
        protocol.write_event(writer, protocol.DeliverEvent(run=1, to="a", text="b"))
        frame = bytearray(writer.finish(0, 5))
        # Its fixed part ends behind `to`: what follows is unknown to its writer.
        frame[22:24] = (24).to_bytes(2, "little")
        reader = FrameReader(bytes(frame))
        reader.next()
        self.assertEqual(protocol.read_event(reader), protocol.DeliverEvent(run=1, to="a", text=""))


class Refused(unittest.TestCase):
    def test_values_out_of_range_leave_the_frame_as_it_was(self) -> None:
        writer = FrameWriter()
        protocol.write_event(writer, protocol.CloseEvent(run=1))
        bad: list[Any] = [
            protocol.CloseEvent(run=-1),
            protocol.CloseEvent(run=2**53),
            protocol.ForgetEvent(definition=2**32),
            protocol.DeliverEvent(to="a", text="\ud800"),
            protocol.EffectFailedEvent(failure="nothing"),  # type: ignore[arg-type]
            protocol.StartEvent(id=None),  # type: ignore[arg-type]
            protocol.DefineEvent(roles=["a", 1]),  # type: ignore[list-item]
        ]
        for event in bad:
            with self.subTest(repr(event)[:60]), self.assertRaises(ValueError):
                protocol.write_event(writer, event)
        self.assertEqual(decode("events", writer.finish(0, 1))[1], [protocol.CloseEvent(run=1)])

    def test_damaged_frames(self) -> None:
        chance = random.Random(7)
        refused = 0
        for _ in range(6000):
            vector = chance.choice(FRAMES)
            frame = bytearray.fromhex(vector["hex"])
            for _ in range(chance.randint(1, 4)):
                at = chance.randrange(len(frame))
                match chance.randrange(4):
                    case 0:
                        frame[at] = chance.randrange(256)
                    case 1:
                        frame[at] ^= 1 << chance.randrange(8)
                    case 2:
                        del frame[at:]
                        frame += b"\x00" * (1 - min(1, len(frame)))
                    case 3:
                        frame[at:at] = chance.randbytes(chance.choice((1, 4, 8)))
            try:
                decode(vector["of"], bytes(frame))
            except FrameError as error:
                refused += 1
                self.assertLessEqual(error.offset, len(frame))
        self.assertGreater(refused, 2000)

    def test_bytes_pointed_at_twice(self) -> None:
        writer = FrameWriter()
        protocol.write_event(writer, protocol.DeliverEvent(run=1, to="the planner", text="x"))
        frame = bytearray(writer.finish(0, 5))
        frame[40:48] = frame[32:40]
        with self.assertRaisesRegex(FrameError, "overlap"):
            decode("events", bytes(frame))


if __name__ == "__main__":
    unittest.main()
