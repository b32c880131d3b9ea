"""aixlet: agents declared in YAML, run by a deterministic core in WebAssembly."""
