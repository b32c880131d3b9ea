"""Where a run is forked, and what it does otherwise from there on."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any, Mapping, Sequence

from ..errors import BadUsage
from ..protocol import AmendedResult, AmendEvent, Amendment, FrameReader, StartEvent, read_event

_RESULTS = ("model-result", "tool-result", "agent-result", "search-result", "index-result", "effect-failed")


@dataclass
class ChangedResult:
    """What an effect comes to: of a model the text of its answer, of a tool its result, of a search a JSON list of documents."""

    text: str
    is_error: bool = False


@dataclass
class Changes:
    """What a forked run does otherwise than the one that it comes from."""

    input: str | None = None
    """What goes in; only of a fork at step 0."""
    seed: int | None = None
    models: Mapping[str, str] = field(default_factory=dict)
    """By agent: the model that it asks, in place of all its providers."""
    prompts: Mapping[str, str] = field(default_factory=dict)
    """By agent: its prompt, from its next task on."""
    results: Mapping[int, str | ChangedResult] = field(default_factory=dict)
    """By effect: what it comes to, so that nobody is asked."""

    def event(self, seed: int | None) -> AmendEvent:
        """As the core takes them."""
        agents = dict.fromkeys([*self.models, *self.prompts])
        amendments = [Amendment(agent, self.prompts.get(agent), self.models.get(agent, "")) for agent in agents]
        results = []
        for effect, result in self.results.items():
            given = ChangedResult(result) if isinstance(result, str) else result
            results.append(AmendedResult(effect, given.is_error, given.text))
        return AmendEvent(0, 0, "", seed, amendments, results)


def fork_point(records: Sequence[bytes], ended: bool, at: int | None, changes: Changes) -> int:
    """How many steps a fork has in common with the run of these records. Raises BadUsage."""
    steps = len(records)
    last = steps - 1 if ended else steps
    point = at if at is not None else _before_results(records, changes) if changes.results else last
    if not 0 <= point <= steps:
        raise BadUsage(f"A fork has 0 to {last} steps of this run, and not {point}.")
    if point > last:
        raise BadUsage(f"The run ends with step {steps}: a fork has at most {last} of its steps.")
    if point > 0 and changes.input is not None:
        raise BadUsage(f"The input goes in with the first step: a fork with another one is at step 0, and not {point}.")
    return point


def start_of(first: bytes, changes: Changes) -> StartEvent:
    """The start of a run that begins anew. Raises BadUsage."""
    start = next(iter(events_of(first)), None)
    if not isinstance(start, StartEvent):
        raise BadUsage("The run's journal does not begin with its start: it can be forked where it is known, and not at step 0.")
    if changes.seed is not None:
        start.seed = changes.seed
    if changes.input is not None:
        start.input, start.has_input = changes.input, True
    return start


def events_of(record: bytes) -> list[Any]:
    """The events of a journal's record."""
    events = record[32:]
    count = at = 0
    while at < len(events):
        at += struct.unpack_from("<I", events, at)[0]
        count += 1
    reader = FrameReader(struct.pack("<HHIQ", 1, 0, count, 0) + events)
    found = []
    while reader.next():
        found.append(read_event(reader))
    return found


def _before_results(records: Sequence[bytes], changes: Changes) -> int:
    """How many steps there are before the first of the effects that are changed had its result."""
    for step, record in enumerate(records):
        if any(event.type in _RESULTS and event.effect in changes.results for event in events_of(record)):
            return step
    # Nobody has answered yet: they are under way where the journal ends, or nowhere.
    return len(records)
