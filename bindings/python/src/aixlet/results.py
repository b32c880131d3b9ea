"""Ends runs, after their results are in the files that they go to."""

from __future__ import annotations

import asyncio
from typing import Any

from .agents import Crew, call
from .loop import Loop
from .protocol import SaveOutputCommand
from .run import Notice, Run, RunResult


class Results:
    """Results on their way out."""

    def __init__(self, loop: Loop, crew: Crew) -> None:
        self._loop = loop
        self._crew = crew
        self._saving: dict[Run, asyncio.Task[Any]] = {}

    def save(self, command: SaveOutputCommand) -> None:
        run = self._loop.runs.get(command.run)
        # What was saved in an earlier life is saved.
        if run is None or run.replaying:
            return
        write = self._crew.write
        if write is None:
            return self._not_saved(run, command.path, "this host writes no files")
        task = asyncio.get_running_loop().create_task(call(write, command.path, command.text))

        def done(task: asyncio.Task[Any]) -> None:
            error = None if task.cancelled() else task.exception()
            if error is not None:
                self._not_saved(run, command.path, str(error) or type(error).__name__)

        task.add_done_callback(done)
        self._saving[run] = task

    def finish(self, run: Run, result: RunResult, time: int) -> None:
        saving = self._saving.pop(run, None)
        if saving is None:
            return run.finish(result, time)
        saving.add_done_callback(lambda _: run.finish(result, time))

    def _not_saved(self, run: Run, path: str, reason: str) -> None:
        text = f"the result was not written to {path}: {reason}"
        run.emit(Notice(self._loop.time, "", "warn", "output-not-saved", text))
