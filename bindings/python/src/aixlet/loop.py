"""The loop around the core: events in, commands out, each performed, until the core asks for no more. It decides nothing."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, Callable, Sequence

from .core import Core
from .errors import AixletError, EngineTrapped, EventRefused
from .protocol import (
    AmendEvent,
    AppendCommand,
    Command,
    DefinedCommand,
    Event,
    FinishedCommand,
    FrameError,
    FrameReader,
    FrameWriter,
    ProblemsCommand,
    RefusedCommand,
    ReplayedCommand,
    SavedCommand,
    SpanEndCommand,
    SpanStartCommand,
    StartEvent,
    StartedCommand,
    VariablesNeededCommand,
    read_command,
    write_event,
)
from .run import Run
from .telemetry import Telemetry

if TYPE_CHECKING:
    from .stores.run_log import RunLog

Answer = DefinedCommand | ProblemsCommand | VariablesNeededCommand | ReplayedCommand | SavedCommand | RefusedCommand
"""A command that is answered to whoever caused it."""



class Loop:
    """One core, the runs in it, and the time at which it wants to be called again."""

    def __init__(self, core: Core, now: Callable[[], int], telemetry: Telemetry, perform: Callable[[Command], None]) -> None:
        self.core = core
        self.now = now
        self.telemetry = telemetry
        self.runs: dict[int, Run] = {}
        self.time = 0
        self.restoring: dict[int, Run] = {}
        self.adopting: Run | None = None
        self.busy = False
        self._perform = perform
        self._writer = FrameWriter()
        self._tag = 0
        self._asking: tuple[int, list[Answer]] | None = None
        self._starts: list[tuple[Run, StartEvent, AmendEvent | None]] = []
        self._starting: dict[int, Run] = {}
        self._queue: deque[Command] = deque()
        self._scheduled: asyncio.Handle | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._wake: int | None = None

    def new_tag(self) -> int:
        """A tag that no event has had."""
        self._tag += 1
        return self._tag

    def start(self, run: Run, event: StartEvent, changes: AmendEvent | None = None) -> None:
        self._starts.append((run, event, changes))
        self.schedule()

    def unstart(self, run: Run) -> bool:
        """A run is not to begin; says whether it was to."""
        before = len(self._starts)
        self._starts = [each for each in self._starts if each[0] is not run]
        return len(self._starts) < before

    @property
    def all_runs(self) -> list[Run]:
        """All that have not ended."""
        return [*self.runs.values(), *(run for run, _, _ in self._starts)]

    def write(self, event: Event, run: Run | None = None) -> None:
        """Writes an event for the next step; one of a run that has ended is none. Raises ValueError for an event that is none."""
        if self.core.trapped is not None:
            return
        if run is not None:
            if not run.finished and run.handle == 0:
                # A run gets its handle with its first step.
                self.flush()
            if run.finished or run.handle == 0:
                return
            event.run = run.handle  # type: ignore[union-attr]
        write_event(self._writer, event)
        self.schedule()

    def ask(self, event: Event, tag: int, before: Sequence[Event] = ()) -> Answer:
        """Asks something that is answered in the same step, under this tag. Raises EngineTrapped if there is no answer."""
        answers = self.tell(event, tag, before)
        if not answers:
            raise self.core.trapped or EngineTrapped(RuntimeError("the core gave no answer"))
        return answers[-1]

    def tell(self, event: Event, tag: int, before: Sequence[Event] = ()) -> list[Answer]:
        """Hands an event over at once; gives the answers under its tag."""
        answers: list[Answer] = []
        outer, self._asking = self._asking, (tag, answers)
        try:
            self._write_starts()
            for each in (*before, event):
                write_event(self._writer, each)
            self.step()
        finally:
            self._asking = outer
        return answers

    def schedule(self, later: bool = False) -> None:
        """What has been written is handed over when the present piece of work is done, or when all others have had their turn."""
        if self._scheduled is None:
            loop = asyncio.get_running_loop()
            self._scheduled = loop.call_later(0, self._flush_scheduled) if later else loop.call_soon(self._flush_scheduled)

    def _flush_scheduled(self) -> None:
        if self._scheduled is not None:
            self.flush()

    def flush(self) -> None:
        """Hands over what has been written, now."""
        self._write_starts()
        self.step()

    def _write_starts(self) -> None:
        starts, self._starts = self._starts, []
        for run, event, changes in starts:
            event.tag = self.new_tag()
            event.watch = run.watched
            self._starting[event.tag] = run
            try:
                write_event(self._writer, event)
            except ValueError as error:
                del self._starting[event.tag]
                run.fail(EventRefused("bad-input", "", str(error)))
                continue
            if changes is not None:
                changes.tag = event.tag
                write_event(self._writer, changes)

    def step(self) -> None:
        """Hands the core what has happened, and does what it says, until it asks for no more."""
        if self._scheduled is not None:
            self._scheduled.cancel()
            self._scheduled = None
        try:
            while True:
                self.time = self.now()
                reader = FrameReader(self.core.step(self._writer.finish(0, self.time)))
                self._read(reader)
                self._starting.clear()
                self._perform_all()
                self._set_alarm(reader.time)
                if not reader.flags & 1:
                    return
                if self._writer.count == 0:
                    # Much to do inside: let the others on this thread have their turn between two steps.
                    return self.schedule(later=True)
        except EngineTrapped as error:
            self._poisoned(error)
        except FrameError as error:
            self.core.trapped = EngineTrapped(error)
            self._poisoned(self.core.trapped)

    def _read(self, reader: FrameReader) -> None:
        """The commands of a frame, read before any is done. What touches nothing but our own books is done at once."""
        self.busy = True
        touched: list[RunLog] = []
        while reader.next():
            command = read_command(reader)
            if isinstance(command, AppendCommand):
                self._append(command, touched)
            elif isinstance(command, StartedCommand):
                self._started(command)
            elif isinstance(command, RefusedCommand) and command.tag in self._starting:
                self._starting[command.tag].fail(EventRefused(command.code, command.path, command.message))
            elif isinstance(command, (SpanStartCommand, SpanEndCommand)) and not self._is_looked_at(command.run):
                continue
            else:
                if isinstance(command, ReplayedCommand) and self.adopting is not None:
                    self.adopting.handle = command.run
                    self.runs[command.run] = self.adopting
                if not self._holds(command):
                    self._queue.append(command)
        for log in touched:
            log.flush()
        self.busy = False

    def _is_looked_at(self, handle: int) -> bool:
        run = self.runs.get(handle)
        return run is None or run.watched or self.telemetry.traces(run)

    def _append(self, command: AppendCommand, touched: list[RunLog]) -> None:
        run = self.runs.get(command.run)
        if run is None:
            return
        if run.log is None:
            run.journal += command.record
            return
        run.log.append(command.record, command.barrier)
        touched.append(run.log)

    def _started(self, command: StartedCommand) -> None:
        run = self.restoring.pop(command.tag, None) or self._starting.get(command.tag)
        if run is None:
            return
        run.handle = command.run
        self.runs[command.run] = run
        self.telemetry.begin(run, self.time)

    def _holds(self, command: Any) -> bool:
        """Whether a command waits until its run's journal is durable. Answers never do."""
        if isinstance(command, Answer):
            return False
        run = self.runs.get(command.run)
        log = run.log if run is not None else None
        if log is None:
            return False
        if isinstance(command, FinishedCommand):
            log.end(command.stop, command.counters.steps, self.time)
        if not log.holds:
            return False
        log.hold(command, self.time)
        return True

    def release(self, commands: list[Command], time: int) -> None:
        """What had to wait is done now."""
        if self.core.trapped is not None:
            return
        self._queue.extend(commands)
        if self.busy:
            return
        self.time = time
        self._perform_all()

    def _perform_all(self) -> None:
        while self._queue:
            command = self._queue.popleft()
            if not (isinstance(command, Answer) and self._answer(command)):
                self._perform(command)

    def _answer(self, command: Answer) -> bool:
        if self._asking is None:
            return False
        tag, answers = self._asking
        # Only one question is open at a time.
        if getattr(command, "tag", tag) != tag:
            return False
        answers.append(command)
        return True

    def _set_alarm(self, wake: int | None) -> None:
        self._wake = wake
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if wake is not None:
            delay = max(0, wake - self.now()) / 1000
            self._alarm = asyncio.get_running_loop().call_later(min(delay, 86_400), self._ring)

    def _ring(self) -> None:
        self._alarm = None
        if self._wake is None:
            return
        if self._wake > self.now():
            self._set_alarm(self._wake)
        else:
            self.flush()

    def stop(self) -> None:
        """The core is called no more."""
        self._set_alarm(None)
        if self._scheduled is not None:
            self._scheduled.cancel()
            self._scheduled = None

    def fail_all(self, error: AixletError) -> None:
        runs = [*self.runs.values(), *self._starting.values(), *(run for run, _, _ in self._starts)]
        self.runs.clear()
        self._starting.clear()
        self._starts = []
        for run in runs:
            self.telemetry.drop(run, self.time)
            run.fail(error)

    def _poisoned(self, error: EngineTrapped) -> None:
        self.busy = False
        self.stop()
        self.fail_all(error)
