"""What models cost and hold: docs/prices.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Sequence

from .protocol.types import ModelFacts, Source, Tariff


def facts_for(sources: Sequence[Source]) -> list[ModelFacts]:
    """Those models that a definition may speak of: of the others the core would know for nothing."""
    named = {node.text for source in sources for node in source.nodes}
    # Nobody knows yet what stands in place of a variable.
    every = any("${" in text for text in named)
    table = json.loads(Path(__file__).with_name("prices.json").read_bytes())
    return [_facts(row) for row in table["models"] if every or row[1] in named]


def _facts(row: list) -> ModelFacts:
    provider, model, max_input, max_output, price, long_from, long = row
    return ModelFacts(provider, model, max_input, max_output, Tariff(*price), long_from, Tariff(*long))
