"""Keys have no place in an error's text."""

from __future__ import annotations

import re

# What keys look like that have found their way into an error text: the providers' own prefixes, and the headers that carry them.
_SHAPES = re.compile(r"\b(?:sk|pk|rk|xai|gsk|hf|AIza)[-_]?[A-Za-z0-9*][A-Za-z0-9_*-]{7,}")
_HEADERS = re.compile(r"\b(bearer\s+|x-api-key[\"']?\s*[:=]\s*[\"']?|[?&]key=)[^\s\"'&,}]+", re.IGNORECASE)
_known: set[str] = set()


def keep_secret(value: str) -> None:
    """Marks a value that must not appear in any error text. Shorter ones ("x", "ollama") are placeholders, and words of their own."""
    if len(value) >= 8:
        _known.add(value)


def redact(text: str) -> str:
    """The text without anything that is, or looks like, a key; at most 500 characters of it, on one line."""
    for secret in _known:
        text = text.replace(secret, "***")
    text = _SHAPES.sub("***", _HEADERS.sub(r"\1***", text))
    text = " ".join(text.split())
    return text if len(text) <= 500 else f"{text[:499]}…"
