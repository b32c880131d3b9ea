"""Performs what the core says, and tells it what came of it. What to try again, how long to wait and what to say are in the commands."""

from __future__ import annotations

import asyncio
from typing import Any, Callable

from .agents import Crew
from .core import Core
from .effects import Effects
from .errors import AixletError
from .loop import Answer, Loop
from .protocol import (
    AmendEvent,
    ApprovalEvent,
    CancelEffectCommand,
    CancelEvent,
    CheckpointCommand,
    CloseEvent,
    Command,
    Counters,
    DeliverEvent,
    DropEvent,
    FinishedCommand,
    RefusedCommand,
    ReplayEvent,
    RestoreEvent,
    ResumeEvent,
    StartEvent,
)
from .results import Results
from .run import Run, RunResult
from .telemetry import Telemetry
from .watch import Watch


class Driver:
    """A core with its loop, and who is behind its agents."""

    def __init__(self, core: Core, now: Callable[[], int], telemetry: Telemetry) -> None:
        self.loop = Loop(core, now, telemetry, self._perform)
        self._crew = Crew()
        watch = Watch(self.loop, self._crew)
        effects = self._effects = Effects(self.loop, self._crew, watch)
        self._results = Results(self.loop, self._crew)
        self._performers: dict[str, Callable[[Any], None]] = {
            "call-model": effects.call_model,
            "call-tool": effects.call_tool,
            "call-agent": effects.call_agent,
            "start-agent": effects.start_agent,
            "ask-approval": effects.ask_approval,
            "search": effects.search,
            "index": effects.index,
            "cancel-effect": self._withdraw,
            "checkpoint": self._checkpoint,
            "span-start": watch.span_start,
            "span-end": watch.span_end,
            "output": watch.output,
            "log": watch.log,
            "notice": watch.notice,
            "message": watch.message,
            "count-tokens": effects.count_tokens,
            "save-output": self._results.save,
            "finished": self._finished,
            "refused": watch.refused,
        }

    def serve(self, **crew: Any) -> None:
        """Who is behind the core's agent numbers: the attributes of a `Crew`."""
        for name, value in crew.items():
            setattr(self._crew, name, value)

    def _perform(self, command: Command) -> None:
        performer = self._performers.get(command.type)
        if performer is not None:
            performer(command)
        elif hasattr(command, "effect"):
            # Sessions, and whatever later engines ask for: the core decides what a host that cannot do it means.
            self._effects.cannot(command)
        # Answers to questions that nobody asks any more are none.

    def start(self, run: Run, event: StartEvent, changes: AmendEvent | None = None) -> None:
        self.loop.telemetry.ask(run)
        self.loop.start(run, event, changes)

    def deliver(self, run: Run, to: str, text: str) -> None:
        self.loop.write(DeliverEvent(0, to, text), run)

    def close_input(self, run: Run) -> None:
        self.loop.write(CloseEvent(), run)

    def approve(self, run: Run, effect: int, approved: bool, reason: str) -> None:
        self.loop.write(ApprovalEvent(0, effect, approved, reason), run)

    def cancel(self, run: Run, reason: str) -> None:
        if run.handle == 0 and self.loop.unstart(run):
            # It has not begun, and is not to begin only to be stopped.
            result = RunResult("cancelled", "", reason or "cancelled", "", [], Counters())
            return run.finish(result, self.loop.now())
        self.loop.write(CancelEvent(0, reason), run)

    def replay(self, record: bytes, handle: int, definition: int, run: Run | None = None) -> Answer:
        """Does a recorded step again, in the run of this handle or, with 0, a new one; `run` is told of what leaves it."""
        if handle == 0:
            self.loop.adopting = run
        try:
            tag = self.loop.new_tag()
            return self.loop.ask(ReplayEvent(handle, tag, definition, record), tag)
        finally:
            self.loop.adopting = None

    def resume(self, run: Run) -> None:
        """A run that was done again goes on for real."""
        self.loop.telemetry.begin(run, self.loop.now())
        self.loop.write(ResumeEvent(), run)

    def restore(self, run: Run, definition: int, state: bytes) -> RefusedCommand | None:
        """A run is made of a snapshot, and goes on; gives why not, if it cannot be."""
        tag = self.loop.new_tag()
        return self._bring(run, tag, RestoreEvent(tag, definition, state))

    def fork(self, run: Run, changes: AmendEvent) -> RefusedCommand | None:
        """A run that was done again goes on as another one, with changes; gives why not, if it cannot."""
        changes.run, changes.tag, changes.id = run.handle, self.loop.new_tag(), run.id
        return self._bring(run, changes.tag, changes)

    def _bring(self, run: Run, tag: int, event: RestoreEvent | AmendEvent) -> RefusedCommand | None:
        loop = self.loop
        loop.restoring[tag] = run
        answers = loop.tell(event, tag)
        is_heard = loop.restoring.pop(tag, None) is None
        if loop.core.trapped is not None:
            raise loop.core.trapped
        if answers and isinstance(answers[-1], RefusedCommand):
            return answers[-1]
        # An engine that was kept with the run may be older than the event.
        return None if is_heard else RefusedCommand(tag, 0, 0, "bad-frame", "", "The run's engine cannot do this: it is too old.")

    def forget(self, run: Run) -> None:
        """A run that was being done again is known no more."""
        if self.loop.runs.get(run.handle) is run:
            del self.loop.runs[run.handle]

    def drop(self, handle: int) -> None:
        """Throws a replaying run away."""
        if self.loop.core.trapped is None:
            self.loop.tell(DropEvent(handle), self.loop.new_tag())

    def abandon(self, run: Run, error: AixletError) -> None:
        """Lets go of a run, whatever is under way in it."""
        if run.finished:
            return
        self.loop.telemetry.drop(run, self.loop.now(), error.code)
        self.loop.unstart(run)
        handle = run.handle if self.loop.runs.get(run.handle) is run else 0
        self.forget(run)
        run.fail(error)
        if handle != 0:
            self.loop.write(DropEvent(handle))

    async def close(self) -> None:
        """Cancels all runs, and waits until they are over."""
        runs = self.loop.all_runs
        for run in runs:
            run.cancel("the engine was closed")
        await asyncio.gather(*(run.result() for run in runs), return_exceptions=True)
        self.loop.stop()

    def _withdraw(self, command: CancelEffectCommand) -> None:
        run = self.loop.runs.get(command.run)
        attempt = run.tasks.get((command.effect, command.attempt)) if run is not None else None
        if attempt is not None:
            attempt.withdraw()

    def _checkpoint(self, command: CheckpointCommand) -> None:
        run = self.loop.runs.get(command.run)
        # What left the run before the cut is in no record any more: the result of a run that comes back does not have it either.
        if command.cut and run is not None:
            run.outputs = []

    def _finished(self, command: FinishedCommand) -> None:
        run = self.loop.runs.pop(command.run, None)
        if run is None:
            return
        self.loop.telemetry.end(run, command, self.loop.time)
        spent = list(command.spent)
        result = RunResult(str(command.stop), command.path, command.message, command.output, run.outputs, command.counters, spent, command.cost)
        self._results.finish(run, result, self.loop.time)
