"""What the Python host needs: `first` prints CPU milliseconds from the interpreter's start to the first result, `speed` a line of JSON."""

import asyncio
import json
import sys
import time


def first(path: str) -> None:
    from aixlet import Engine
    from pathlib import Path

    async def answer(messages: object) -> str:
        return "ok"

    engine = Engine.load(Path(path), models={"fake": answer})
    asyncio.run(engine.run_text("hello"))
    print(time.process_time() * 1000)


async def speed(path: str) -> None:
    from pathlib import Path

    from aixlet import Engine
    from aixlet.core import Core
    from aixlet.protocol import FrameWriter

    core, writer = Core(), FrameWriter()
    frame = writer.finish(0, 1)
    begun = time.process_time()
    for _ in range(20_000):
        core.step(frame)
    frames = 20_000 / (time.process_time() - begun)

    async def answer(messages: object) -> str:
        return "ok"

    async with Engine.load(Path(path), models={"fake": answer}) as engine:
        await engine.run("warm")
        begun = time.process_time()
        for _ in range(20):
            await asyncio.gather(*(engine.run("hello").text() for _ in range(50)))
        spent = time.process_time() - begun
    print(json.dumps({"frames": frames, "step": spent / 3000 * 1e6}))


if __name__ == "__main__":
    what, path = sys.argv[1:]
    asyncio.run(speed(path)) if what == "speed" else first(path)
