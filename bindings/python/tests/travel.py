"""One leg of a run that travels: test/travel/README.md. `python -m tests.travel DEFINITION SCRIPT STOP IN OUT`"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from aixlet import Engine, Run
from aixlet.models.conversation import to_json
from aixlet.models.scripted import scripted
from aixlet.stores import MemoryStore, export_run, import_run


async def main(definition: str, script: str, stop: str, given: str, out: str) -> None:
    store = MemoryStore()
    there = asyncio.Event()

    async def mile(n: str) -> str:
        """Passes a milestone."""
        if n != stop:
            return f"mile {n}"
        there.set()
        await asyncio.sleep(3600)
        return ""

    models = scripted(Path(script).read_text(encoding="utf-8"), file=script)
    now = lambda: 1_700_000_000_000  # noqa: E731
    if given == "-":
        engine = Engine.load(Path(definition).read_bytes(), store=store, tools=[mile], models=models, now=now)
        run = engine.run("Go.", id="journey", seed=1)
    else:
        id = await import_run(store, Path(given).read_bytes())
        engine = await Engine.of_run(id, store=store, tools=[mile], models=models, now=now)
        run = engine.resume(id)
    ended = asyncio.ensure_future(run.result())
    stopped = asyncio.ensure_future(there.wait())
    await asyncio.wait([ended, stopped], return_when=asyncio.FIRST_COMPLETED)
    if stopped.done():
        await engine.suspend()
        await asyncio.wait([ended])
        ended.exception()
    else:
        stopped.cancel()
        print(await told(run))
    await engine.close()
    Path(out).write_bytes(await export_run(store, "journey"))


async def told(run: Run) -> str:
    result = await run
    counters = result.counters
    names = "activations hops model_calls tool_calls agent_calls retries timeouts input_tokens output_tokens".split()
    outputs = [[each.agent, each.port, each.text] for each in result.outputs]
    return to_json(
        {
            "stop": result.stop,
            "path": result.path,
            "text": result.text,
            "outputs": outputs,
            "counters": [getattr(counters, name) for name in names],
        }
    )


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
