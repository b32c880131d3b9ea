"""YAML to nodes. What a node means (is `yes` a text? may this key stand here?) is the core's to say, so nothing is resolved here."""

from __future__ import annotations

import re
from typing import Any, NoReturn

import yaml

from ..errors import DefinitionRefused
from ..protocol.types import Node, NodeKind, Problem, ScalarStyle, Severity, Source

# Far beyond what the core takes: these keep a file from taking all the memory there is.
_MOST_BYTES = 10_000_000
_MOST_NODES = 30_000
_DEEPEST = 400

_LONE = re.compile("[\ud800-\udfff]")
# What YAML 1.2 does not let stand in a file as it is.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# What YAML 1.1, of which libyaml is, takes for line breaks or does not take at all. In 1.2 these are characters as others are.
_OTHERWISE = re.compile("[\x80-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_PRIVATE = 0xF0000
# A node's tag and anchor, and what stands between them and the node.
_PROPERTIES = re.compile(r"(?:(?:!<[^>]*>|[&!][^\s,\[\]{}]*)\s*(?:#[^\n]*\n\s*)*)+")

_STYLES = {
    "'": ScalarStyle.SINGLE_QUOTED,
    '"': ScalarStyle.DOUBLE_QUOTED,
    "|": ScalarStyle.LITERAL,
    ">": ScalarStyle.FOLDED,
}
# libyaml where the wheel has it: the same events, thirty times as fast.
_Loader: Any = getattr(yaml, "CLoader", yaml.Loader)


def read_yaml(path: str, content: str | bytes) -> Source:
    """The nodes of a YAML file. Raises DefinitionRefused, with one problem, for what is not UTF-8, is larger than 10 MB, or is not YAML."""
    return _Reader(path, _text_of(path, content)).read()


def refusal(path: str, code: str, line: int, column: int, message: str) -> DefinitionRefused:
    """One thing that is wrong with a file as a whole."""
    return DefinitionRefused([Problem(Severity.ERROR, code, path, line, column, "", message, "")])


class _Collection:
    """A mapping or sequence that is open."""

    __slots__ = ("node", "is_flow", "line", "takes_place", "key")

    def __init__(self, node: Node, is_flow: bool, line: int, takes_place: bool) -> None:
        self.node = node
        self.is_flow = is_flow
        self.line = line
        self.takes_place = takes_place
        self.key: Node | None = None

    def add(self, child: Node) -> None:
        node = self.node
        if node.count == 0 and self.takes_place:
            node.line, node.column = child.line, child.column
        self.key = child if node.kind == NodeKind.MAPPING and node.count % 2 == 0 else None
        node.count += 1


class _Reader:
    """Makes nodes of the events of one file."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        # The line break that a block scalar ends with may be missing at the end of a file: 1.2 takes it for granted.
        self._text = text if text.endswith("\n") else text + "\n"
        self._nodes: list[Node] = []
        self._open: list[_Collection] = []
        self._back: dict[int, str] = {}
        # Where the document begins, behind its marker.
        self._begun = 0

    def read(self) -> Source:
        control = _CONTROL.search(self._text)
        if control:
            at = control.start()
            name = f"U+{ord(control[0]):04X}"
            raise refusal(self._path, "yaml-syntax", *_place(self._text, at), f"a control character, {name}, stands here")
        documents = 0
        try:
            for event in yaml.parse(self._masked(), Loader=_Loader):
                if isinstance(event, yaml.DocumentStartEvent):
                    documents += 1
                    self._begun = event.end_mark.index
                elif documents == 1:
                    self._take(event)
        except yaml.MarkedYAMLError as error:
            self._syntax(error)
        except yaml.YAMLError as error:
            raise refusal(self._path, "yaml-syntax", 1, 1, str(error).split("\n", 1)[0]) from error
        return Source(self._path, documents, self._nodes)

    def _masked(self) -> str:
        """The text with characters of no meaning in the places of those that mean something else to libyaml."""
        found = set(_OTHERWISE.findall(self._text))
        if not found:
            return self._text
        used = set(self._text)
        free = (code for code in range(_PRIVATE, _PRIVATE + 0xFFFE) if chr(code) not in used)
        masks = {ord(each): next(free) for each in sorted(found)}
        self._back = {mask: chr(code) for code, mask in masks.items()}
        return self._text.translate(masks)

    def _take(self, event: Any) -> None:
        if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            ended = self._open.pop()
            if ended.is_flow:
                self._check_indent(ended.line, event.end_mark, closes=True)
            return
        if not isinstance(event, yaml.NodeEvent):
            return
        line, column = self._start(event)
        node = Node(NodeKind.SCALAR, ScalarStyle.PLAIN, line, column, 0, getattr(event, "tag", None) or "", event.anchor or "", "")
        if self._open:
            self._open[-1].add(node)
        self._nodes.append(node)
        if len(self._nodes) > _MOST_NODES:
            raise refusal(self._path, "too-many-nodes", line, column, "more than 10000 nodes")
        if isinstance(event, yaml.ScalarEvent):
            node.style = _STYLES.get(event.style, ScalarStyle.PLAIN)
            node.text = event.value.translate(self._back) if self._back else event.value
            if event.style in ("'", '"'):
                self._check_indent(line, event.end_mark)
        elif isinstance(event, yaml.AliasEvent):
            node.kind = NodeKind.ALIAS
        else:
            is_mapping = isinstance(event, yaml.MappingStartEvent)
            node.kind = NodeKind.MAPPING if is_mapping else NodeKind.SEQUENCE
            # Without a bracket of its own it begins where its first key does, behind the key's tag and anchor.
            takes_place = is_mapping and self._text[self._behind(event)] not in ("{" if event.flow_style else "?")
            self._open.append(_Collection(node, event.flow_style, line, takes_place))
            if len(self._open) > _DEEPEST:
                raise refusal(self._path, "too-deep", line, column, "more than 20 levels deep")

    def _start(self, event: Any) -> tuple[int, int]:
        """Where the node itself begins, behind its tag and anchor; line and column from 1, in characters."""
        mark = event.start_mark
        if isinstance(event, yaml.ScalarEvent) and event.style in (None, "") and event.value == "":
            return self._start_of_nothing(event)
        at = self._behind(event)
        if at == mark.index:
            return mark.line + 1, mark.column + 1
        return _place(self._text, at)

    def _behind(self, event: Any) -> int:
        start = event.start_mark.index
        if event.anchor is None and getattr(event, "tag", None) is None:
            return start
        match = _PROPERTIES.match(self._text, start)
        return match.end() if match and not isinstance(event, yaml.AliasEvent) else start

    def _start_of_nothing(self, event: Any) -> tuple[int, int]:
        """A value that is not there is behind its colon; without a colon it is where its key is."""
        at = event.end_mark.index
        text = self._text
        if event.anchor is None and event.tag is None:
            key = self._open[-1].key if self._open else None
            if not self._open:
                at = self._begun
            elif key is not None and text[max(0, at - 200) : at].rstrip(" \t")[-1:] not in (":", "?"):
                return key.line, key.column
        while text[at : at + 1] in (" ", "\t"):
            at += 1
        return _place(text, at)

    def _check_indent(self, first: int, end: Any, closes: bool = False) -> None:
        """What goes over several lines stands further in than the block it is part of, but for a last bracket. libyaml is not so strict."""
        if first == end.line + 1 or any(each.is_flow for each in self._open):
            return
        if not self._open:
            return
        indent = self._open[-1].node.column
        lines = self._text.split("\n", end.line + 1)[first : end.line + 1]
        for number, line in enumerate(lines, first + 1):
            spaces = len(line) - len(line.lstrip(" "))
            rest = line[spaces:].rstrip("\r")
            if spaces >= indent or not rest or (closes and rest[0] == "#"):
                continue
            if closes and number == end.line + 1 and spaces == indent - 1 and rest[0] in "]}":
                continue
            raise refusal(self._path, "yaml-syntax", number, spaces + 1, "this must stand further in than the block that it is part of")

    def _syntax(self, error: yaml.MarkedYAMLError) -> NoReturn:
        mark = error.problem_mark or error.context_mark
        message = error.problem or error.context or "this is no YAML"
        # A flow map ends a plain `$`, which is the commonest slip in a file with variables.
        if mark is not None and self._text.startswith("${", mark.index - 1):
            message = "put a value with `${…}` in quotes within { } and [ ]"
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        raise refusal(self._path, "yaml-syntax", line, column, message) from error


def _text_of(path: str, content: str | bytes) -> str:
    if isinstance(content, str):
        if len(content) > _MOST_BYTES or (len(content) * 3 > _MOST_BYTES and len(content.encode("utf-8", "surrogatepass")) > _MOST_BYTES):
            raise refusal(path, "too-large", 1, 1, "the file is larger than 10 MB")
        lone = _LONE.search(content)
        if lone:
            raise refusal(path, "bad-encoding", *_place(content, lone.start()), "half a character (a lone surrogate)")
        return content.removeprefix("\ufeff")
    if len(content) > _MOST_BYTES:
        raise refusal(path, "too-large", 1, 1, "the file is larger than 10 MB")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or 0 in content[:2]:
        raise refusal(path, "bad-encoding", 1, 1, "the file is UTF-16 or UTF-32: save it as UTF-8")
    try:
        return str(content, "utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        good = str(content[: error.start], "utf-8").removeprefix("\ufeff")
        raise refusal(path, "bad-encoding", *_place(good, len(good)), "the file is not UTF-8") from None


def _place(text: str, at: int) -> tuple[int, int]:
    """Line and column, from 1."""
    before = text[:at]
    return before.count("\n") + 1, at - before.rfind("\n")
