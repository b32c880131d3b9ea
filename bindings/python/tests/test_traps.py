"""Cores that trap, and things that are no cores, no journals and no frames."""

from __future__ import annotations

import asyncio
import random
import struct
import unittest
from typing import Any

from aixlet import AixletError, BadCore, BadJournal, Engine, EngineTrapped, EventRefused
from aixlet.core import Core, core_bytes
from aixlet.protocol import FrameReader, PROTOCOL, read_command
from aixlet.stores.journal_file import check_journal, records_of
from aixlet.stores.journal_header import JournalHeader, write_header

from .test_stores import until

DEFINITION = """
agents:
  - {name: first, prompt: One., model: quick, outputs: [second]}
  - {name: second, prompt: Two., model: slow, inputs: [first], outputs: [out]}
"""


class Traps(unittest.IsolatedAsyncioTestCase):
    def load(self) -> tuple[Engine, asyncio.Event, list[str]]:
        answer, ended = asyncio.Event(), []

        async def slow(_: Any) -> str:
            ended.append("called")
            try:
                await answer.wait()
            except asyncio.CancelledError:
                ended.append("cancelled")
                raise
            return "late"

        engine = Engine.load(DEFINITION, models={"quick": lambda _: "quick", "slow": slow}, now=lambda: 1_700_000_000_000)
        return engine, answer, ended

    async def test_a_trap_ends_every_run_and_is_the_answer_to_every_later_call(self) -> None:
        engine, answer, told = self.load()
        runs = [engine.run(text) for text in "abc"]
        seen: list[str] = []

        async def watch() -> None:
            async for event in runs[0]:
                seen.append(event.type)

        watching = asyncio.create_task(watch())
        await until(lambda: len(told) == 3)
        self.assertEqual(engine.live_runs, 3)
        core = engine._seat.core
        core.overwrite(0xFB)
        answer.set()
        for run in runs:
            with self.assertRaisesRegex(EngineTrapped, r"^The core trapped \(.+\)\. .*report it, with the run's journal"):
                await run
            self.assertTrue(run.finished)
        with self.assertRaises(EngineTrapped):
            await watching
        self.assertIn("model-call", seen)
        self.assertEqual(engine.live_runs, 0)
        entered: list[int] = []
        core._step = lambda *_: entered.append(1)  # type: ignore[method-assign, assignment]
        for call in (lambda: engine.run("d"), lambda: engine.replay(runs[0].journal), lambda: core.step(b"")):
            with self.assertRaises(EngineTrapped):
                call()
        runs[0].send("more")
        runs[0].cancel()
        runs[0].close()
        await engine.close()
        self.assertEqual(entered, [])

    async def test_a_run_comes_back_from_its_journal_on_a_fresh_core(self) -> None:
        engine, answer, ended = self.load()
        run = engine.run("a", id="the-run", seed=1)
        await until(lambda: len(ended) == 1)
        before = bytes(run.journal)
        other = engine.run("b")
        await until(lambda: len(ended) == 2)
        engine._seat.core.overwrite(0xFB)
        other.cancel()
        with self.assertRaises(EngineTrapped):
            await run
        await asyncio.sleep(0)
        self.assertIn("cancelled", ended)
        self.assertEqual(bytes(run.journal), before)
        fresh, answer, told = self.load()
        replay = fresh.replay(run.journal)
        self.assertEqual((replay.steps, replay.finished), (2, False))
        # And that engine is sound.
        again = fresh.run("a", id="the-run", seed=1)
        await until(lambda: told)
        answer.set()
        self.assertEqual(await again.text(), "late")
        self.assertTrue(bytes(again.journal).startswith(before))


class BadInput(unittest.IsolatedAsyncioTestCase):
    def test_cores_that_are_none(self) -> None:
        wasm = core_bytes()
        for bad in (b"", b"\0asm", wasm[:1000], wasm[:-1], b"\0asm\1\0\0\0", b"hello" * 100):
            with self.subTest(bad[:8]), self.assertRaises(BadCore):
                Core(bad)
            with self.assertRaises(BadCore):
                Engine.load("agents: [{name: a, model: echo}]", core=bad)

    def test_a_core_of_another_protocol(self) -> None:
        wasm = other_protocol(core_bytes(), PROTOCOL + 0x10000)
        with self.assertRaisesRegex(BadCore, "speaks version 1.1 of the protocol, and this host 0.1"):
            Core(wasm)
        older = other_protocol(core_bytes(), PROTOCOL - 1)
        with self.assertRaises(BadCore):
            Core(older)
        # It may have been kept with a run.
        Core(older, older=True)

    async def test_journals_that_are_none(self) -> None:
        async with Engine.load("agents: [{name: a, model: echo}]") as engine:
            run = engine.run("hello", seed=1)
            await run
            journal = bytes(run.journal)
            for bad in (journal[:-1], journal[:10], b"\1" * 40):
                with self.assertRaises(BadJournal):
                    engine.replay(bad)
            chance = random.Random(3)
            for _ in range(100):
                damaged = bytearray(journal)
                damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
                try:
                    engine.replay(bytes(damaged))
                except AixletError as error:
                    self.assertIn(error.code, ("event-refused", "bad-journal"))
            with self.assertRaises(EventRefused) as caught:
                engine.replay(list(records_of(journal))[1:])
            self.assertEqual(caught.exception.code, "event-refused")

    def test_a_stored_journal_of_another_version(self) -> None:
        header = bytearray(write_header(JournalHeader("r", 0, PROTOCOL, "0" * 64, "0" * 64)))
        header[4] = 2
        with self.assertRaisesRegex(BadJournal, "version 2.*at byte 4"):
            check_journal(bytes(header))

    def test_frames_that_are_none_get_an_answer_and_leak_nothing(self) -> None:
        core = Core()
        chance = random.Random(5)
        sizes = []
        for number in range(2000):
            length = chance.choice((0, 3, 16, 24, 64, 1000))
            frame = struct.pack("<HHIQ", 1, 0, 1, 5) + chance.randbytes(length) if chance.random() < 0.7 else chance.randbytes(length)
            reader = FrameReader(core.step(frame))
            while reader.next():
                self.assertEqual(read_command(reader).type, "refused")
            if number in (200, 1999):
                sizes.append(core.memory_bytes)
        self.assertEqual(sizes[0], sizes[1])


def other_protocol(wasm: bytes, version: int) -> bytes:
    """The core with another number as what `protocol()` gives: its code is found as the only function that does nothing else."""
    body = b"\x00\x41" + leb(PROTOCOL) + b"\x0b"
    code = bytes([len(body)]) + body
    assert wasm.count(code) == 1, wasm.count(code)
    at = wasm.index(code)
    new = b"\x00\x41" + leb(version) + b"\x0b"
    patched = wasm[:at] + bytes([len(new)]) + new + wasm[at + len(code) :]
    return resized(patched, 10, len(new) - len(body))


def resized(wasm: bytes, section: int, growth: int) -> bytes:
    """The module with a section's size changed."""
    at = 8
    while at < len(wasm):
        id, start = wasm[at], at + 1
        size = shift = 0
        while True:
            byte = wasm[start]
            size |= (byte & 0x7F) << shift
            shift += 7
            start += 1
            if byte < 0x80:
                break
        if id == section:
            return wasm[: at + 1] + leb(size + growth, signed=False) + wasm[start:]
        at = start + size
    raise AssertionError("no such section")


def leb(value: int, signed: bool = True) -> bytes:
    out = b""
    while True:
        byte = value & 0x7F
        value >>= 7
        if value == 0 and not (signed and byte & 0x40):
            return out + bytes([byte])
        out += bytes([byte | 0x80])


if __name__ == "__main__":
    unittest.main()
