"""JSON Schema of a function's parameters, and arguments of those types."""

from __future__ import annotations

import enum
import inspect
import re
import types
import typing
from typing import Any, Callable, Literal, Union, get_args, get_origin

_SIMPLE: dict[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


class BadArgument(Exception):
    """An argument that is not of its parameter's type."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path
        self.message = message


class Parameters:
    """What a function takes: `schema` for a model, `bind` for a call."""

    def __init__(self, function: Callable[..., Any], context: type) -> None:
        """`context`: the type of a parameter that is the engine's to give; its name is `self.context` then."""
        described = _documented(inspect.getdoc(function) or "")
        self.description = described.pop("", None)
        self.context: str | None = None
        self._types: dict[str, Any] = {}
        self._required: list[str] = []
        self._takes_others = False
        properties: dict[str, Any] = {}
        hints = _hints(function)
        for name, parameter in inspect.signature(function).parameters.items():
            hint = hints.get(name, Any)
            if parameter.kind == parameter.VAR_KEYWORD:
                self._takes_others = True
            if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL, parameter.POSITIONAL_ONLY):
                continue
            if hint is context:
                self.context = name
                continue
            self._types[name] = hint
            properties[name] = schema_of(hint)
            if name in described:
                properties[name].setdefault("description", described[name])
            if parameter.default is parameter.empty:
                self._required.append(name)
            elif isinstance(parameter.default, (str, int, float, bool)):
                properties[name]["default"] = parameter.default
        self.schema: dict[str, Any] = {"type": "object", "properties": properties}
        if self._required:
            self.schema["required"] = self._required
        if not self._takes_others:
            self.schema["additionalProperties"] = False

    def bind(self, given: dict[str, Any]) -> dict[str, Any]:
        """The arguments as the function's types have them. Raises BadArgument."""
        for name in self._required:
            if name not in given:
                raise BadArgument(name, "it is missing")
        bound = {}
        for name, value in given.items():
            if name in self._types:
                bound[name] = convert(value, self._types[name], name)
            elif self._takes_others:
                bound[name] = value
            else:
                raise BadArgument(name, "there is no such argument")
        return bound


def schema_of(hint: Any) -> dict[str, Any]:
    """The JSON Schema of a type; of one that JSON has no word for, the schema that takes everything."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint in _SIMPLE:
        return {"type": _SIMPLE[hint]}
    if origin is typing.Annotated:
        words = next((each for each in inner[1:] if isinstance(each, str)), None)
        return {**schema_of(inner[0]), **({"description": words} if words else {})}
    if origin is Literal:
        return {"enum": list(inner)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [schema_of(each) for each in inner]}
    if origin in (list, tuple, set, frozenset) or _is_sequence(origin):
        return {"type": "array", "items": schema_of(inner[0])} if inner else {"type": "array"}
    if hint in (list, tuple, set):
        return {"type": "array"}
    if origin is dict or hint is dict:
        return {"type": "object", **({"additionalProperties": schema_of(inner[1])} if len(inner) == 2 else {})}
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return {"enum": [each.value for each in hint]}
    if hasattr(hint, "model_json_schema"):
        return dict(hint.model_json_schema())
    fields = _fields(hint)
    if fields is not None:
        schema: dict[str, Any] = {"type": "object", "properties": {name: schema_of(each) for name, (each, _) in fields.items()}}
        required = [name for name, (_, is_required) in fields.items() if is_required]
        return {**schema, **({"required": required} if required else {}), "additionalProperties": False}
    return {}


def convert(value: Any, hint: Any, path: str) -> Any:
    """A JSON value as a type has it. Raises BadArgument with the path of what is not of its type."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is typing.Annotated:
        return convert(value, inner[0], path)
    if hint in _SIMPLE:
        if hint is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if not isinstance(value, hint) or (hint in (int, float) and isinstance(value, bool)):
            raise BadArgument(path, f"it must be of the type {_SIMPLE[hint]}")
        return value
    if origin is Literal and value not in inner:
        raise BadArgument(path, f"it must be one of {', '.join(map(str, inner))}")
    if origin in (Union, types.UnionType):
        for each in inner:
            try:
                return convert(value, each, path)
            except BadArgument as error:
                last = error
        raise last
    if origin in (list, tuple, set, frozenset) or _is_sequence(origin):
        if not isinstance(value, list):
            raise BadArgument(path, "it must be of the type array")
        items = [convert(each, inner[0], f"{path}[{number}]") for number, each in enumerate(value)] if inner else value
        return items if origin is list or _is_sequence(origin) else origin(items)
    if origin is dict and len(inner) == 2 and isinstance(value, dict):
        return {name: convert(each, inner[1], f"{path}.{name}") for name, each in value.items()}
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        try:
            return hint(value)
        except ValueError:
            raise BadArgument(path, f"it must be one of {', '.join(str(each.value) for each in hint)}") from None
    if hasattr(hint, "model_validate"):
        try:
            return hint.model_validate(value)
        except ValueError as error:
            raise BadArgument(path, str(error)) from error
    fields = _fields(hint)
    return value if fields is None else _converted_fields(value, hint, fields, path)


def _converted_fields(value: Any, hint: Any, fields: dict[str, tuple[Any, bool]], path: str) -> Any:
    if not isinstance(value, dict):
        raise BadArgument(path, "it must be of the type object")
    for name, (_, is_required) in fields.items():
        if is_required and name not in value:
            raise BadArgument(f"{path}.{name}", "it is missing")
    unknown = next((name for name in value if name not in fields), None)
    if unknown is not None:
        raise BadArgument(f"{path}.{unknown}", "there is no such key")
    return hint(**{name: convert(each, fields[name][0], f"{path}.{name}") for name, each in value.items()})


def _fields(hint: Any) -> dict[str, tuple[Any, bool]] | None:
    """Of a dataclass or a TypedDict: types, and whether they must be there."""
    if isinstance(hint, type) and hasattr(hint, "__dataclass_fields__"):
        import dataclasses

        hints = typing.get_type_hints(hint, include_extras=True)
        missing = dataclasses.MISSING
        return {each.name: (hints[each.name], each.default is missing and each.default_factory is missing) for each in dataclasses.fields(hint)}
    if typing.is_typeddict(hint):
        hints = typing.get_type_hints(hint)
        return {name: (each, name in hint.__required_keys__) for name, each in hints.items()}
    return None


def _is_sequence(origin: Any) -> bool:
    return getattr(origin, "__module__", "") == "collections.abc" and origin.__name__ in ("Sequence", "Iterable", "Collection")


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    target = function if inspect.isroutine(function) else getattr(function, "__call__", function)
    try:
        return typing.get_type_hints(target, include_extras=True)
    except (NameError, TypeError):
        # Names that cannot be looked up say nothing.
        return {}


def _documented(text: str) -> dict[str, str]:
    """What a docstring says: of the whole, by the empty name, and of parameters (Google's `Args:` and Sphinx's `:param x:`)."""
    found: dict[str, str] = {}
    head = re.split(r"\n\s*(?:Args|Arguments|Parameters|Returns|Raises|Yields|Example|Examples):\s*\n|^\s*:\w+", text, maxsplit=1, flags=re.MULTILINE)[0]
    if head.strip():
        found[""] = " ".join(head.split())
    section = re.search(r"^(?:Args|Arguments|Parameters):[ \t]*\n((?:[ \t]+.*\n?|\n)+)", text, re.MULTILINE)
    if section:
        for match in re.finditer(r"^[ \t]+\*{0,2}(\w+)[ \t]*(?:\([^)]*\))?:[ \t]*(.+(?:\n[ \t]{5,}\S.*)*)", section[1], re.MULTILINE):
            found[match[1]] = " ".join(match[2].split())
    for match in re.finditer(r"^:param (?:[\w\[\], |.]+ )?(\w+):[ \t]*(.+(?:\n[ \t]+\S.*)*)", text, re.MULTILINE):
        found[match[1]] = " ".join(match[2].split())
    return found
