"""Where things are, seen from a checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VECTORS = ROOT / "test/vectors/protocol.json"
CORE = ROOT / "dist/core.wasm"
