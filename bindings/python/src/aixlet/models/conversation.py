"""Transcripts."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any, Sequence

from ..protocol.types import Part, PartKind, PartRole


class Conversation:
    """The transcript of one agent in one run, kept by the host between calls. The core counts parts, so this does too."""

    def __init__(self) -> None:
        self.parts: list[Part] = []

    def __len__(self) -> int:
        return len(self.parts)

    def append(self, parts: Sequence[Part]) -> None:
        self.parts.extend(parts)

    def turns_of(self) -> list[tuple[PartRole, list[Part]]]:
        """Parts of one role in a row."""
        return [(role, list(parts)) for role, parts in groupby(self.parts, key=lambda part: part.role)]

    def messages(self) -> list[dict[str, Any]]:
        """As OpenAI's chat completions and most others have them: `role`, `content`, `tool_calls`, `tool_call_id`; of a tool also `is_error`."""
        messages: list[dict[str, Any]] = []
        for role, parts in self.turns_of():
            if role == PartRole.TOOL:
                messages += [
                    {"role": "tool", "content": part.text, "tool_call_id": part.id, "is_error": part.kind == PartKind.TOOL_ERROR} for part in parts
                ]
                continue
            if role == PartRole.SYSTEM:
                messages += [{"role": "system", "content": part.text} for part in parts]
                continue
            message: dict[str, Any] = {"role": str(role), "content": "".join(part.text for part in parts if part.kind == PartKind.TEXT)}
            calls = [
                {"id": part.id, "name": part.name, "arguments": parse_object(part.text) or {}} for part in parts if part.kind == PartKind.TOOL_CALL
            ]
            if calls:
                message["tool_calls"] = calls
            messages.append(message)
        return messages

    @property
    def turns(self) -> int:
        """Model turns since the last message that the agent was sent."""
        turns = 0
        for role, _ in reversed(self.turns_of()):
            if role == PartRole.USER:
                break
            turns += role == PartRole.ASSISTANT
        return turns

    @property
    def characters(self) -> int:
        """Characters of all texts, as UTF-16 counts them: the same number in every language."""
        return sum(utf16_length(_text_of(part)) for part in self.parts)

    @property
    def system(self) -> str:
        """The system text, or empty."""
        first = self.parts[0] if self.parts else None
        return first.text if first is not None and first.role == PartRole.SYSTEM else ""

    def last_text(self, role: str) -> str:
        """The text of the last message of this role, or empty."""
        for found, parts in reversed(self.turns_of()):
            if found == role:
                return "\n".join(_text_of(part) for part in parts)
        return ""

    def last_tools(self) -> list[str]:
        """The tools whose results are the last there is; none if something was said after them."""
        turns = self.turns_of()
        if not turns or turns[-1][0] != PartRole.TOOL:
            return []
        return [part.name for part in turns[-1][1]]


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def to_json(value: Any) -> str:
    """JSON as all hosts write it: without spaces, letters as they are. Raises ValueError, TypeError."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def parse_object(text: str) -> dict[str, Any] | None:
    """A JSON object, or None."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _text_of(part: Part) -> str:
    # Providers take nothing but an object.
    return to_json(parse_object(part.text) or {}) if part.kind == PartKind.TOOL_CALL else part.text
