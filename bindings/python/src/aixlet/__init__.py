"""aixlet: agents declared in YAML, run by a deterministic core in WebAssembly.

    engine = Engine.load(yaml, tools=[add])
    result = await engine.run("What is 17 and 25?")
"""

from .agents import ApprovalDecision, ApprovalRequest, CustomContext
from .documents import Document, DocumentStore, FoundDocument, MemoryDocuments, SearchRequest
from .engine import Budget, DefinitionFile, Engine, Replay
from .errors import (
    AixletError,
    BadCore,
    BadJournal,
    BadUsage,
    Closed,
    DefinitionRefused,
    EngineTrapped,
    EventRefused,
    MissingKey,
    RunExists,
    RunFailed,
    RunFenced,
    RunLocked,
    RunMissing,
    RunSuspended,
    ScriptRefused,
    StoreFailed,
    UnknownModel,
    UnsupportedProvider,
    describe_problem,
)
from .models import ModelAnswer, ModelFailure, Reply
from .run import Run, RunEvent, RunOutput, RunResult
from .tools import Tool, ToolContext, tool

__version__ = "0.1.0"

__all__ = [name for name in dir() if not name.startswith("_")]
