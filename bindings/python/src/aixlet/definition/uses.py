"""Definitions that others name by their paths."""

from __future__ import annotations

import re
from typing import Callable, Literal

from ..errors import DefinitionRefused
from ..protocol.types import Node, NodeKind, Problem, Severity, Source
from .nodes import read_yaml

ReadDefinition = Callable[[str], "str | bytes"]
"""Reads a definition that another one names by its path. May raise: then the definition is refused with the error's message."""

_Place = Literal["definition", "flow", "named", "pattern", "supervisor", "other"]

# Keys of a flow whose maps have names for keys.
_NAMED = {"branches", "members", "cases", "transfers", "filters", "weights", "source_weights"}
# More than the core takes.
_MOST_NODES = 30_000


def bring_in(source: Source, read: ReadDefinition) -> Source:
    """Puts the definitions that `use: PATH`, and `definition: PATH` of the pattern `nested`, name into the places of their paths.

    Paths are relative to the files they stand in. What comes from another file has the line of its path, so that its problems are shown there.
    Raises DefinitionRefused for a file that cannot be read, and for definitions that use each other in a circle.
    """
    return _Bringer(read).bring(source, [source.path])


class _Bringer:
    def __init__(self, read: ReadDefinition) -> None:
        self._read = read
        self._files = 0

    def bring(self, source: Source, chain: list[str]) -> Source:
        return Source(source.path, source.documents, _File(self, source, chain, self._read).nodes())

    def mark(self) -> str:
        """Anchors of one file are none of another's."""
        self._files += 1
        return f"{self._files}/"


class _File:
    """One file's nodes, copied."""

    def __init__(self, bringer: _Bringer, source: Source, chain: list[str], read: ReadDefinition) -> None:
        self._bringer = bringer
        self._path = source.path
        self._nodes = source.nodes
        self._chain = chain
        self._read = read
        self._next = 0
        self._out: list[Node] = []

    def nodes(self) -> list[Node]:
        self._copy("definition")
        return self._out

    def _peek(self) -> Node | None:
        return self._nodes[self._next] if self._next < len(self._nodes) else None

    def _copy(self, place: _Place) -> None:
        node = self._peek()
        if node is None:
            return
        self._next += 1
        self._out.append(node)
        if len(self._out) > _MOST_NODES:
            raise self._refusal(node, "too-many-nodes", "more than 10000 nodes, with those of the definitions it uses")
        if node.kind == NodeKind.SEQUENCE:
            for _ in range(node.count):
                self._copy("flow" if place == "named" else place)
        if node.kind != NodeKind.MAPPING:
            return
        for _ in range(0, node.count, 2):
            key = self._peek()
            self._copy("other")
            value = self._peek()
            if key is None or value is None:
                return
            below = _under(place, key.text)
            if below == "definition" and _is_path(value):
                self._next += 1
                self._replace(value)
            else:
                self._copy(below)

    def _replace(self, node: Node) -> None:
        whole = _beside(self._path, node.text)
        if whole in self._chain:
            raise self._refusal(node, "definition-cycle", f"definitions use each other: {' -> '.join([*self._chain, whole])}")
        try:
            content = self._read(whole)
        except Exception as error:
            raise self._refusal(node, "no-definition", str(error) or type(error).__name__) from error
        parsed = read_yaml(whole, content)
        if parsed.documents != 1 or not parsed.nodes or parsed.nodes[0].kind != NodeKind.MAPPING:
            raise self._refusal(node, "no-definition", f"{whole} is no definition")
        mark = self._bringer.mark()
        for each in self._bringer.bring(parsed, [*self._chain, whole]).nodes:
            anchor = mark + each.anchor if each.anchor else ""
            self._out.append(Node(each.kind, each.style, node.line, node.column, each.count, each.tag, anchor, each.text))

    def _refusal(self, node: Node, code: str, message: str) -> DefinitionRefused:
        return DefinitionRefused([Problem(Severity.ERROR, code, self._path, node.line, node.column, "", message, "")])


def _under(place: _Place, key: str) -> _Place:
    match place:
        case "definition":
            places: dict[str, _Place] = {"flow": "flow", "orchestration": "pattern", "supervisor": "supervisor"}
            return places.get(key, "other")
        case "named":
            return "flow"
        case "flow":
            return "definition" if key == "use" else "named" if key in _NAMED else "flow"
        case "pattern":
            return "definition" if key == "definition" else "pattern" if key == "config" else "other"
        case "supervisor":
            return "pattern" if key == "nested_config" else "other"
    return "other"


def _is_path(node: Node) -> bool:
    """What has a variable in it is left to the core, which says that it is no path."""
    return node.kind == NodeKind.SCALAR and node.text not in ("", "~", "null") and "${" not in node.text


def _beside(origin: str, path: str) -> str:
    """A path as the file at `origin` means it."""
    if re.match(r"([a-z]+:)?/", path, re.IGNORECASE):
        return path
    parts = origin.split("/")[:-1]
    for part in path.split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
