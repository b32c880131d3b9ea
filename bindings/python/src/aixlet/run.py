"""A run, and what happens in it."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, AsyncIterator, ClassVar, Generator, Protocol, Union

from .errors import AixletError, RunFailed
from .models.conversation import Conversation
from .protocol.types import Counters, Spending, Usage

if TYPE_CHECKING:
    from .stores.run_log import RunLog


@dataclass
class RunOutput:
    """A message that left the run. `port`: the one it left by, or empty."""

    agent: str
    port: str
    text: str


@dataclass
class RunResult:
    """How a run ended."""

    stop: str
    """`done`, or why it stopped before: a `StopReason`."""
    path: str
    """The agent at which it stopped, or empty."""
    message: str
    """For people; empty if it is done."""
    text: str
    """The last message that left the run."""
    outputs: list[RunOutput]
    """All of them, in order."""
    counters: Counters
    spent: list[Spending] = field(default_factory=list)
    """By agent and provider, in that order; those that were not called are left out."""
    cost: int = 0
    """Micro-dollars of all of them whose price is known."""
    label: str | None = None
    """Set if a model only stood in for a real one: what the run says is made up."""


@dataclass
class RunEvent:
    """What happens in a run, as it happens. `time`: milliseconds since 1970, the core's own clock."""

    type: ClassVar[str] = ""
    time: int
    agent: str


@dataclass
class AgentStart(RunEvent):
    type: ClassVar[str] = "agent-start"


@dataclass
class AgentEnd(RunEvent):
    type: ClassVar[str] = "agent-end"
    error: str | None = None


@dataclass
class Message(RunEvent):
    """A message from one agent, `agent`, to another one."""

    type: ClassVar[str] = "message"
    to: str = ""
    text: str = ""


@dataclass
class ModelCall(RunEvent):
    type: ClassVar[str] = "model-call"
    effect: int = 0
    attempt: int = 0
    model: str = ""
    label: str | None = None


@dataclass
class ModelEnd(RunEvent):
    type: ClassVar[str] = "model-end"
    effect: int = 0
    usage: Usage | None = None
    text: str | None = None
    error: str | None = None


@dataclass
class ToolCall(RunEvent):
    type: ClassVar[str] = "tool-call"
    effect: int = 0
    attempt: int = 0
    tool: str = ""
    arguments: str = ""


@dataclass
class ToolEnd(RunEvent):
    type: ClassVar[str] = "tool-end"
    effect: int = 0
    tool: str = ""
    text: str = ""
    is_error: bool = False


@dataclass
class ApprovalNeeded(RunEvent):
    """A call of a tool that a person is to approve, with `run.approve(effect)`. `expires`: milliseconds since 1970."""

    type: ClassVar[str] = "approval-needed"
    effect: int = 0
    tool: str = ""
    arguments: str = ""
    expires: int = 0


@dataclass
class Output(RunEvent):
    type: ClassVar[str] = "output"
    port: str = ""
    text: str = ""


@dataclass
class Log(RunEvent):
    type: ClassVar[str] = "log"
    level: str = "info"
    sender: str = ""
    text: str = ""


@dataclass
class Notice(RunEvent):
    """One line for whoever watches: a mailbox nearly full, a breaker opened, a retry."""

    type: ClassVar[str] = "notice"
    level: str = "info"
    code: str = ""
    text: str = ""


@dataclass
class Finished(RunEvent):
    """The last one. `agent` is empty."""

    type: ClassVar[str] = "finished"
    result: RunResult = field(kw_only=True)


AnyRunEvent = Union[
    AgentStart, AgentEnd, Message, ModelCall, ModelEnd, ToolCall, ToolEnd, ApprovalNeeded, Output, Log, Notice, Finished
]


class RunOwner(Protocol):
    """What a run needs of the engine that runs it."""

    def deliver(self, run: Run, to: str, text: str) -> None: ...
    def close_input(self, run: Run) -> None: ...
    def cancel(self, run: Run, reason: str) -> None: ...
    def approve(self, run: Run, effect: int, approved: bool, reason: str) -> None: ...


class Run:
    """A run. Await it for its result, or iterate over what happens in it; whoever wants to see everything begins to iterate at once."""

    def __init__(self, id: str, owner: RunOwner) -> None:
        self.id = id
        """The run's name, for ever."""
        self.handle = 0
        self.journal = bytearray()
        """The run's records; empty if they are in a store."""
        self.log: RunLog | None = None
        self.replaying = False
        self.label: str | None = None
        self.outputs: list[RunOutput] = []
        self.tasks: dict[tuple[int, int], Any] = {}
        self._owner = owner
        self._conversations: dict[int, Conversation] = {}
        self._result: RunResult | None = None
        self._error: AixletError | None = None
        self._waiters: list[asyncio.Future[None]] = []
        self._events: deque[AnyRunEvent] | None = None

    @property
    def watched(self) -> bool:
        """Somebody wants to see what happens."""
        return self._events is not None

    @property
    def finished(self) -> bool:
        return self._result is not None or self._error is not None

    @property
    def stop(self) -> str | None:
        """Why it stopped, if it has."""
        return None if self._result is None else self._result.stop

    def send(self, text: str, to: str = "") -> None:
        """Sends a message into the run: to an agent or port, or to the only place there is."""
        self._owner.deliver(self, to, text)

    def close(self) -> None:
        """Nothing more will be sent: when all is done, the run ends."""
        self._owner.close_input(self)

    def approve(self, effect: int, approved: bool = True, reason: str = "") -> None:
        """Answers an `ApprovalNeeded`: the tool is run, or the model is told that it was denied, and why."""
        self._owner.approve(self, effect, approved, reason)

    def cancel(self, reason: str = "cancelled") -> None:
        """Stops the run. What is under way is cancelled; the result says `cancelled`."""
        self._owner.cancel(self, reason)

    async def result(self) -> RunResult:
        """The result, however the run ended. Raises an AixletError only if the engine failed."""
        while self._result is None:
            if self._error is not None:
                raise self._error
            await self._change()
        return self._result

    async def text(self) -> str:
        """The text of the result. Raises RunFailed unless the run is done."""
        result = await self.result()
        if result.stop != "done":
            raise RunFailed(result.stop, result.path, result.message or f"the run stopped: {result.stop}")
        return result.text

    def __await__(self) -> Generator[Any, None, RunResult]:
        return self.result().__await__()

    def __aiter__(self) -> AsyncIterator[AnyRunEvent]:
        if self._events is None:
            self._events = deque()
        return self._stream(self._events)

    async def _stream(self, events: deque[AnyRunEvent]) -> AsyncIterator[AnyRunEvent]:
        try:
            while True:
                while events:
                    yield events.popleft()
                if self._error is not None:
                    raise self._error
                if self.finished:
                    return
                await self._change()
        finally:
            events.clear()
            self._events = None if self.finished else deque(maxlen=0)

    async def _change(self) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            await waiter
        finally:
            if waiter in self._waiters:
                self._waiters.remove(waiter)

    def _wake(self) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    # What follows is for the engine.

    def conversation(self, number: int) -> Conversation:
        found = self._conversations.get(number)
        if found is None:
            found = self._conversations[number] = Conversation()
        return found

    def forget_conversation(self, number: int) -> None:
        self._conversations.pop(number, None)

    def emit(self, event: AnyRunEvent) -> None:
        if self._events is not None:
            self._events.append(event)
            self._wake()

    def finish(self, result: RunResult, time: int) -> None:
        if self.finished:
            return
        result.label = self.label
        self._result = result
        self.emit(Finished(time, "", result=result))
        self._wake()

    def fail(self, error: AixletError) -> None:
        if self.finished:
            return
        self._error = error
        if self.log is not None:
            self.log.stop()
        for task in list(self.tasks.values()):
            task.withdraw()
        self._wake()
