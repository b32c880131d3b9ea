"""Runs that are kept, and come back."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

from aixlet import BadJournal, Engine, EventRefused, Reply, RunExists, RunFenced, RunLocked, RunMissing, RunSuspended, StoreFailed
from aixlet.protocol import PROTOCOL
from aixlet.stores import Changes, FileStore, MemoryStore, Store, export_run, import_run
from aixlet.stores.files import file_name_of
from aixlet.stores.journal_file import Chain, check_journal, entries_of
from aixlet.stores.journal_header import header_size, read_header, write_header

DEFINITION = """
agents:
  - {name: a, model: gpt-4, prompt: You look things up., tools: [{name: look, effect: pure}, {name: pay}]}
"""


class World:
    """A model that looks, pays and says what it heard; and how often each was called."""

    def __init__(self, store: Store, hold: str = "") -> None:
        self.calls: list[str] = []
        self.release = asyncio.Event()
        self.hold = hold
        self.engine = Engine.load(DEFINITION, models={"gpt-4": self.model}, tools=[self.look, self.pay], store=store)

    async def _called(self, name: str) -> None:
        self.calls.append(name)
        if name == self.hold:
            await self.release.wait()

    async def model(self, messages: list[dict[str, Any]]) -> Reply:
        results = [each["content"] for each in messages if each["role"] == "tool"]
        await self._called(f"model {len(results)}")
        if len(results) == 2:
            return Reply(" and ".join(results))
        return Reply(tool_calls=[{"name": ("look", "pay")[len(results)]}])

    async def look(self) -> str:
        """Looks."""
        await self._called("look")
        return "seen"

    async def pay(self) -> str:
        """Pays."""
        await self._called("pay")
        return "paid"


async def until(true: Any) -> None:
    for _ in range(500):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to that")


class Cases:
    """What is the same for all stores."""

    store: Store

    async def test_a_run_is_kept_and_its_end(self: Any) -> None:
        async with World(self.store).engine as engine:
            self.assertEqual(await engine.run("go", id="r").text(), "seen and paid")
            await engine.close()
            runs = [each async for each in engine.runs()]
            self.assertEqual([(each.id, each.end and str(each.end.stop)) for each in runs], [("r", "done")])
            replay = await engine.replay_stored("r")
            self.assertTrue(replay.finished)
        again = World(self.store)
        async with again.engine as engine:
            self.assertEqual(await engine.resume("r").text(), "seen and paid")
            self.assertEqual(again.calls, [])
            with self.assertRaises(RunMissing):
                await engine.resume("s")
            with self.assertRaises(RunExists):
                await engine.run("x", id="r")

    async def test_suspended_and_resumed(self: Any) -> None:
        first = World(self.store, "look")
        run = first.engine.run("go", id="r")
        await until(lambda: "look" in first.calls)
        await first.engine.suspend()
        with self.assertRaises(RunSuspended):
            await run
        await first.engine.close()
        second = World(self.store)
        async with second.engine as engine:
            self.assertEqual(await engine.resume("r").text(), "seen and paid")
        self.assertEqual(second.calls, ["look", "model 1", "pay", "model 2"])

    async def test_a_tool_that_may_run_only_once_is_unknown(self: Any) -> None:
        first = World(self.store, "pay")
        run = first.engine.run("go", id="r")
        await until(lambda: "pay" in first.calls)
        await first.engine.suspend()
        with self.assertRaises(RunSuspended):
            await run
        second = World(self.store)
        async with second.engine as engine:
            text = await engine.resume("r").text()
        self.assertNotIn("pay", second.calls)
        self.assertRegex(text, "seen and .*(unknown|nobody knows)")

    async def test_forks(self: Any) -> None:
        world = World(self.store)
        async with world.engine as engine:
            await engine.run("go", id="r")
            paid = world.calls.count("pay")
            forked = engine.fork("r", new_id="f", changes=Changes(results={4: "not paid"}))
            self.assertEqual(await forked.text(), "seen and not paid")
            self.assertEqual(world.calls.count("pay"), paid)
            anew = engine.fork("r", at=0, changes=Changes(input="other"))
            self.assertEqual(await anew.text(), "seen and paid")

    async def test_a_run_moves(self: Any) -> None:
        first = World(self.store, "look")
        run = first.engine.run("go", id="r")
        await until(lambda: "look" in first.calls)
        await first.engine.suspend()
        with self.assertRaises(RunSuspended):
            await run
        bundle = await export_run(self.store, "r")
        elsewhere = MemoryStore()
        self.assertEqual(await import_run(elsewhere, bundle), "r")
        with self.assertRaises(RunExists):
            await import_run(elsewhere, bundle)
        tools = World(elsewhere)
        engine = await Engine.of_run("r", store=elsewhere, models={"gpt-4": tools.model}, tools=[tools.look, tools.pay])
        async with engine:
            self.assertEqual(await engine.resume("r").text(), "seen and paid")
        for at in range(0, len(bundle), 997):
            damaged = bytearray(bundle)
            damaged[at] ^= 0x40
            with self.assertRaises(BadJournal):
                await import_run(MemoryStore(), bytes(damaged))

    async def test_the_unknown_newer_protocol(self: Any) -> None:
        world = World(self.store)
        async with world.engine as engine:
            await engine.run("go", id="r")
            await engine.close()
            header = read_header(await self.store.header("r"))
            header.run, header.protocol = "newer", PROTOCOL + 1
            entries = [chunk async for chunk in self.store.read("r")]
            claim = await self.store.create("newer", write_header(header), entries)
            await self.store.release("newer", claim.epoch)
            with self.assertRaisesRegex(BadJournal, "version 0.2 of the protocol, and this host knows 0.1"):
                await World(self.store).engine.resume("newer")

    async def test_fenced(self: Any) -> None:
        async with World(self.store).engine as engine:
            await engine.run("go", id="r")
            await engine.close()
        claim = await self.store.claim("r")
        entries = [chunk async for chunk in self.store.read("r")]
        await self.store.release("r", claim.epoch)
        with self.assertRaises(RunFenced):
            await self.store.append("r", claim, entries, True)


class InMemory(Cases, unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        self.store = MemoryStore()


class InFiles(Cases, unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.store: Any = FileStore(self.folder.name)

    async def asyncTearDown(self) -> None:
        await self.store.close()

    def journal(self, run: str = "r") -> Path:
        return Path(self.folder.name) / "runs" / f"{file_name_of(run)}.journal"

    async def test_a_process_that_dies(self) -> None:
        """What was durable is all there is, and the lock of the dead one is broken."""
        program = f"""
import asyncio, os, sys
sys.path[:0] = {sys.path!r}
from tests.test_stores import World, until
from aixlet.stores import FileStore
async def main():
    world = World(FileStore({self.folder.name!r}), "look")
    world.engine.run("go", id="r")
    await until(lambda: "look" in world.calls)
    os._exit(9)
asyncio.run(main())
"""
        done = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", program], capture_output=True, text=True)
        self.assertEqual(done.returncode, 9, done.stderr)
        with open(self.journal(), "ab") as file:
            # As a crash leaves it: half an entry.
            file.write(b"\x80\0\0\0\1\0\0\0")
        second = World(self.store)
        async with second.engine as engine:
            self.assertEqual(await engine.resume("r").text(), "seen and paid")
        self.assertEqual(check_journal(self.journal().read_bytes()).header.run, "r")

    async def test_one_writer(self) -> None:
        first = World(self.store, "look")
        run = first.engine.run("go", id="r")
        await until(lambda: "look" in first.calls)
        other = FileStore(self.folder.name)
        with self.assertRaisesRegex(RunLocked, f"process {os.getpid()}"):
            await World(other).engine.resume("r")
        first.release.set()
        await run
        await first.engine.close()
        await other.close()

    async def test_damage_is_found(self) -> None:
        async with World(self.store).engine as engine:
            await engine.run("go", id="r")
            await engine.close()
            whole = self.journal().read_bytes()
            # What is wrong with the end alone is found when the run has its result already.
            for at in range(0, len(whole) - 64, 61):
                damaged = bytearray(whole)
                damaged[at] ^= 1
                self.journal().write_bytes(damaged)
                with self.assertRaises((BadJournal, StoreFailed), msg=at):
                    await World(self.store).engine.resume("r")
            first, _, *others = entries_of(whole[header_size(whole) :])
            self.journal().write_bytes(whole[: header_size(whole)] + first + b"".join(others))
            with self.assertRaises(BadJournal):
                await engine.replay_stored("r")
            for hash in (read_header(whole).engine, read_header(whole).inputs["define"]):
                blob = Path(self.folder.name) / "blobs" / hash
                blob.write_bytes(blob.read_bytes()[:-1] + b"!")
            self.journal().write_bytes(whole)
            with self.assertRaisesRegex(StoreFailed, "damaged"):
                await Engine.of_run("r", store=self.store)

    async def test_names_and_modes(self) -> None:
        async with World(self.store).engine as engine:
            name = "../Ä b%"
            await engine.run("go", id=name)
            await engine.close()
            self.assertEqual([each.id async for each in engine.runs()], [name])
            self.assertEqual(os.stat(self.journal(name)).st_mode & 0o777, 0o600)
            await self.store.delete(name)
            self.assertEqual([each.id async for each in engine.runs()], [])

    async def test_a_folder_that_cannot_be_written(self) -> None:
        broken = FileStore(Path(self.folder.name) / "a" / "b")
        (Path(self.folder.name) / "a").write_text("a file")
        with self.assertRaises(StoreFailed):
            await World(broken).engine.run("go")
        await broken.close()

    async def test_a_run_that_differs_from_its_journal(self) -> None:
        async with World(self.store).engine as engine:
            await engine.run("go", id="r")
            await engine.close()
        whole = self.journal().read_bytes()
        header, journal = read_header(whole), check_journal(whole)
        header.run = "other"
        head = write_header(header)
        chain = Chain.of(head)
        records = [bytearray(each) for each in journal.records]
        records[1][24] ^= 1
        self.journal("other").write_bytes(head + b"".join(chain.entry(bytes(each)) for each in records))
        with self.assertRaises(EventRefused) as caught:
            await World(self.store).engine.resume("other")
        self.assertEqual(caught.exception.reason, "diverged")


if __name__ == "__main__":
    unittest.main()
