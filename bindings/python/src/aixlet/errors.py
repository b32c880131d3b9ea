"""Every error that aixlet raises: docs/errors.md has a paragraph for each code."""

from __future__ import annotations

import json
from typing import Iterable, Sequence

from .protocol.types import Problem, Severity


class AixletError(Exception):
    """The base of every error. `code`: kebab-case, from a closed list that all languages share."""

    code = ""


def describe_problem(problem: Problem) -> str:
    """`file:line:column: path: message (did you mean x?)`"""
    text = problem.file
    if problem.line > 0:
        text += f":{problem.line}:{problem.column}"
    if text:
        text += ": "
    if problem.severity == Severity.WARNING:
        text += "warning: "
    if problem.path:
        text += f"{problem.path}: "
    text += problem.message
    if problem.suggestion:
        text += f" (did you mean {problem.suggestion}?)"
    return text


def _describe(problems: Iterable[Problem]) -> str:
    return "\n".join(describe_problem(each) for each in problems if each.severity == Severity.ERROR)


class DefinitionRefused(AixletError):
    """A definition that cannot run. `problems` has all that is wrong with it at once."""

    code = "definition-refused"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(_describe(problems))
        self.problems = problems


class ScriptRefused(AixletError):
    """A script for the scripted model that cannot be read."""

    code = "bad-script"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(_describe(problems))
        self.problems = problems


class EventRefused(AixletError):
    """An event that the core refused: the state is as it was before. `reason`: the core's own code, such as `unknown-agent`."""

    code = "event-refused"

    def __init__(self, reason: str, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.reason = reason
        self.path = path


class RunFailed(AixletError):
    """A run that ended otherwise than well. `stop`: why, as `StopReason` has it; `path`: where, an agent's name or empty."""

    code = "run-failed"

    def __init__(self, stop: str, path: str, message: str) -> None:
        super().__init__(message)
        self.stop = stop
        self.path = path


class BadCore(AixletError):
    """What was given as the core is none, or speaks another version of the protocol."""

    code = "bad-core"


class EngineTrapped(AixletError):
    """The core trapped: a bug in aixlet. This engine answers no more; what its runs recorded can be replayed by a fresh one."""

    code = "engine-trapped"

    def __init__(self, cause: BaseException) -> None:
        detail = (str(cause) or type(cause).__name__).split("\n", 1)[0]
        super().__init__(f"The core trapped ({detail}). This engine cannot go on. Please report it, with the run's journal.")
        self.__cause__ = cause


class Closed(AixletError):
    """An engine or run that was used after it had been closed."""

    code = "closed"

    def __init__(self, what: str) -> None:
        super().__init__(f"This {what} is closed.")


class BadUsage(AixletError):
    """A call that cannot be meant: an argument that is missing or contradicts another."""

    code = "bad-usage"


class MissingKey(AixletError):
    """No key for a provider. `variables`: those that would be read."""

    code = "missing-key"

    def __init__(self, variables: Sequence[str], message: str) -> None:
        super().__init__(message)
        self.variables = variables


class UnsupportedProvider(AixletError):
    """A provider that this binding cannot reach by name."""

    code = "unsupported-provider"

    def __init__(self, provider: str, message: str) -> None:
        super().__init__(message)
        self.provider = provider


class UnknownModel(AixletError):
    """A model of which nobody can say where it is."""

    code = "unknown-model"

    def __init__(self, model: str, message: str) -> None:
        super().__init__(message)
        self.model = model


class RunExists(AixletError):
    """A store has a run of this name already."""

    code = "run-exists"

    def __init__(self, run: str) -> None:
        super().__init__(f"There is a run {_quoted(run)} in this store already. Resume it, or give the new one another id.")
        self.run = run


class RunMissing(AixletError):
    """A store has no such run."""

    code = "run-missing"

    def __init__(self, run: str) -> None:
        super().__init__(f"There is no run {_quoted(run)} in this store.")
        self.run = run


class RunLocked(AixletError):
    """Somebody else writes a run's journal now, and is alive."""

    code = "run-locked"

    def __init__(self, run: str, holder: str) -> None:
        super().__init__(f"The run {_quoted(run)} is being written by {holder}.")
        self.run = run


class RunFenced(AixletError):
    """Somebody else has taken a run over, or written to its journal: this writer may write no more, and has written nothing now."""

    code = "run-fenced"

    def __init__(self, run: str, detail: str = "another writer has taken it over") -> None:
        super().__init__(f"The journal of the run {_quoted(run)} cannot be written here any more: {detail}.")
        self.run = run


class RunSuspended(AixletError):
    """A run that was let go of, not ended: it can be resumed."""

    code = "run-suspended"

    def __init__(self, run: str) -> None:
        super().__init__(f"The run {_quoted(run)} was suspended: it can be resumed.")
        self.run = run


class BadJournal(AixletError):
    """A journal that is damaged, or none. `offset`: bytes from the journal's start."""

    code = "bad-journal"

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(f"{message} (at byte {offset})")
        self.offset = offset


class StoreFailed(AixletError):
    """A store that could not do what it was asked for: `__cause__` is its own error."""

    code = "store-failed"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
