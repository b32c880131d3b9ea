"""A definition that is a Python object."""

from __future__ import annotations

import math
import re
from typing import Any, Mapping, NoReturn

from ..errors import DefinitionRefused
from ..protocol.types import Node, NodeKind, Problem, ScalarStyle, Severity, Source

_LONE = re.compile("[\ud800-\udfff]")


def read_object(path: str, definition: Mapping[str, Any]) -> Source:
    """The nodes of a mapping with a definition's keys; lines and columns are 0.

    Raises DefinitionRefused for a value that YAML has no word for (a function, a date, an object that holds itself), with its path.
    """
    nodes: list[Node] = []
    open_: set[int] = set()

    def write(value: Any, where: str) -> None:
        if isinstance(value, str):
            put(refuse(where, "half a character (a lone surrogate)") if _LONE.search(value) else str(value), ScalarStyle.DOUBLE_QUOTED)
        elif value is None:
            put("null")
        elif isinstance(value, bool):
            put("true" if value else "false")
        elif isinstance(value, int):
            put(str(value))
        elif isinstance(value, float):
            put(_number(value))
        elif id(value) in open_:
            refuse(where, "an object that holds itself")
        elif len(open_) > 400:
            refuse(where, "", "too-deep")
        elif isinstance(value, Mapping):
            open_.add(id(value))
            put("", kind=NodeKind.MAPPING, count=2 * len(value))
            for key, each in value.items():
                if not isinstance(key, str) or _LONE.search(key):
                    refuse(where, "a key with half a character (a lone surrogate)" if isinstance(key, str) else f"a key that is a {type(key).__name__}")
                put(key, ScalarStyle.DOUBLE_QUOTED)
                write(each, key if where == "" else f"{where}.{key}")
            open_.discard(id(value))
        elif isinstance(value, (list, tuple)):
            open_.add(id(value))
            put("", kind=NodeKind.SEQUENCE, count=len(value))
            for number, each in enumerate(value):
                write(each, f"{where}[{number}]")
            open_.discard(id(value))
        else:
            refuse(where, f"an object of class {type(value).__name__}")

    def put(text: str, style: ScalarStyle = ScalarStyle.PLAIN, kind: NodeKind = NodeKind.SCALAR, count: int = 0) -> None:
        nodes.append(Node(kind, style, 0, 0, count, "", "", text))

    def refuse(where: str, what: str, code: str = "bad-value") -> NoReturn:
        message = "more than 20 levels deep" if code == "too-deep" else f"a definition cannot hold {what}"
        raise DefinitionRefused([Problem(Severity.ERROR, code, path, 0, 0, where, message, "")])

    write(definition, "")
    return Source(path, 1, nodes)


def _number(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
