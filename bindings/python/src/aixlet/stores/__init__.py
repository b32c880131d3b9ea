"""Where runs are kept: docs/journal.md has the format, which is the same on all hosts."""

from .bundle import export_run, import_run
from .files import FileStore
from .fork import Changes, ChangedResult
from .memory import MemoryStore
from .store import Claim, Snapshot, Store, StoredRun

__all__ = ["ChangedResult", "Changes", "Claim", "FileStore", "MemoryStore", "Snapshot", "Store", "StoredRun", "export_run", "import_run"]
