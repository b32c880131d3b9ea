import { pascal, plural, upper } from "./names.ts";
import { alignOf, fixedOf, RECORD_HEADER, type Slot, sizeOf, slotsOf } from "./wit-layout.ts";
import type { Case, EnumType, Field, Protocol, RecordType, Type } from "./wit-types.ts";

const FOLDER = "bindings/python/src/aixlet/protocol";

/** The generated files of the Python binding: paths from the repository's root, and texts. */
export function emitPython(protocol: Protocol, notice: string): Map<string, string> {
  const [major, minor] = protocol.version.split(".").map(Number);
  return new Map([
    [`${FOLDER}/types.py`, types(protocol, notice, major * 65536 + minor)],
    [`${FOLDER}/events.py`, cases("event", protocol.events, notice)],
    [`${FOLDER}/commands.py`, cases("command", protocol.commands, notice)],
  ]);
}

function types(protocol: Protocol, notice: string, version: number): string {
  const parts = protocol.types.map((type) => (type.form === "enum" ? enumeration(type) : nested(type)));
  const aliases = protocol.aliases.map(({ name, docs, type }) => `${pascal(name)} = ${spelled(type)}\n${docstring(docs)}`);
  return `# ${notice}
"""What events and commands are made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from struct import Struct
from typing import Sequence

from .frame import FrameReader, FrameWriter
from .record import Record

PROTOCOL = ${version}
"""Version of the protocol: major * 65536 + minor."""

${aliases.join("\n")}

${parts.join("\n\n")}`;
}

function enumeration({ name, docs, cases }: EnumType): string {
  const title = pascal(name);
  const members = cases.map((found) => `    ${identifier(upper(found.name))} = ${JSON.stringify(found.name)}\n${docstring(found.docs, "    ")}`);
  return `class ${title}(StrEnum):
${docstring(docs || `The cases of \`${name}\`.`, "    ")}
${members.join("")}

${plural(name)} = tuple(${title})
${upper(name)}_NUMBERS = {each: number for number, each in enumerate(${plural(name)})}
`;
}

function nested(record: RecordType): string {
  const name = pascal(record.name);
  return `${classOf(name, record)}

${struct(record.name, slotsOf(record, 0), 0, sizeOf(record))}

def write_${snake(record.name)}(writer: FrameWriter, at: int, value: ${name}) -> None:
    """Writes a \`${name}\` into the bytes from \`at\`."""
${packs(record, 0)}

def read_${snake(record.name)}(reader: FrameReader, at: int) -> ${name}:
    """Reads the \`${name}\` in the bytes from \`at\`."""
${unpacks(record, 0, name, "reader.data, at")}`;
}

function cases(word: string, all: Case[], notice: string): string {
  const union = pascal(word);
  const bodies = all.map((found) => oneCase(found, union)).join("\n\n");
  const used = new Set(bodies.match(/\b\w+\b/g));
  const names = importable(all).filter((name) => used.has(name));
  const title = (found: Case) => pascal(found.name, word);
  return `# ${notice}
"""Every ${word} of the protocol."""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import ClassVar, Literal, Sequence, Union

from .frame import FrameReader, FrameWriter
from .record import Record
from .types import (
${names
  .sort()
  .map((name) => `    ${name},\n`)
  .join("")})

${bodies}

${union} = Union[
${all.map((found) => `    ${title(found)},\n`).join("")}]
"""Any ${word}."""

${upper(word)}_TYPES = (
${all.map(({ name }) => `    ${JSON.stringify(name)},\n`).join("")})
"""Types of ${word}s by kind, the order of the protocol."""

_WRITE = {
${all.map((found) => `    ${title(found)}: (${found.kind}, ${fixedOf(found.record)}, _write_${snake(found.name)}),\n`).join("")}}

_READ = (
${all.map((found) => `    (${fixedOf(found.record)}, _read_${snake(found.name)}),\n`).join("")})


def write_${word}(writer: FrameWriter, ${word}: ${union}) -> None:
    """Writes any ${word} as the next record. Raises ValueError for a field that is out of its range; then nothing is written."""
    kind, fixed, write = _WRITE[type(${word})]
    writer.record(kind, fixed, write, ${word})


def read_${word}(reader: FrameReader) -> ${union}:
    """Reads the record that \`reader.next()\` came to. Raises FrameError."""
    if reader.kind >= len(_READ):
        reader.fault(f"there is no ${word} of kind {reader.kind}")
    fixed, read = _READ[reader.kind]
    return read(reader, *reader.part(fixed))
`;
}

function oneCase({ name, record }: Case, union: string): string {
  const title = pascal(name) + union;
  return `${classOf(title, record, name)}

${struct(name, slotsOf(record, RECORD_HEADER), RECORD_HEADER, fixedOf(record))}

def _write_${snake(name)}(writer: FrameWriter, at: int, value: ${title}) -> None:
${packs(record, RECORD_HEADER)}

def _read_${snake(name)}(reader: FrameReader, data: bytes, at: int) -> ${title}:
${unpacks(record, RECORD_HEADER, title, `data, at + ${RECORD_HEADER}`)}`;
}

/** Names that the cases may need of types.py. */
function importable(all: Case[]): string[] {
  const names = new Set<string>();
  const visit = (type: Type): void => {
    if (type.form === "enum") for (const name of [pascal(type.name), plural(type.name), `${upper(type.name)}_NUMBERS`]) names.add(name);
    if (type.form === "list") visit(type.element);
    if (type.form === "option") visit(type.some);
    if (type.form === "record") {
      for (const name of [pascal(type.name), `write_${snake(type.name)}`, `read_${snake(type.name)}`]) names.add(name);
      for (const field of type.fields) visit(field.type);
    }
  };
  for (const { record } of all) {
    for (const field of record.fields) {
      visit(field.type);
      if (field.alias) names.add(pascal(field.alias));
    }
  }
  return [...names];
}

/** A dataclass whose \`__init__\` is spelled out: made by the decorator it would take a third of a millisecond a class at every import. */
function classOf(name: string, record: RecordType, tag?: string): string {
  const fields = record.fields.map((field) => `    ${snake(field.name)}: ${fieldType(field)}\n${docstring(field.docs, "    ")}`);
  const slots = record.fields.map((field) => JSON.stringify(snake(field.name)));
  const parameters = record.fields.map(
    (field) => `        ${snake(field.name)}: ${fieldType(field)}${field.type.form === "record" ? " | None" : ""} = ${emptyOf(field.type)},\n`,
  );
  const set = record.fields.map((field) => `        self.${snake(field.name)} = ${given(field)}\n`);
  const type = tag ? `    type: ClassVar[Literal[${JSON.stringify(tag)}]] = ${JSON.stringify(tag)}\n` : "";
  return `@dataclass(init=False, repr=False, eq=False)
class ${name}(Record):
${docstring(record.docs || `\`${tag ?? record.name}\` of the protocol.`, "    ")}
    __slots__ = (${slots.join(", ")}${slots.length === 1 ? "," : ""})
${type}${fields.join("")}
    def __init__(
        self,
${parameters.join("")}    ) -> None:
${set.join("")}`;
}

function given(field: Field): string {
  const name = snake(field.name);
  return field.type.form === "record" ? `${pascal(field.type.name)}() if ${name} is None else ${name}` : name;
}

function emptyOf(type: Type): string {
  switch (type.form) {
    case "bool":
      return "False";
    case "string":
      return '""';
    case "list":
      return isBytes(type) ? 'b""' : "()";
    case "option":
    case "record":
      return "None";
    case "enum":
      return `${pascal(type.name)}.${identifier(upper(type.cases[0].name))}`;
    default:
      return "0";
  }
}

function fieldType({ type, alias }: Field): string {
  return alias ? pascal(alias) : spelled(type);
}

function spelled(type: Type): string {
  switch (type.form) {
    case "bool":
      return "bool";
    case "string":
      return "str";
    case "list":
      return isBytes(type) ? "bytes" : `Sequence[${spelled(type.element)}]`;
    case "option":
      return `${spelled(type.some)} | None`;
    case "enum":
    case "record":
      return pascal(type.name);
    default:
      return "int";
  }
}

const CODES: Record<string, string> = { bool: "B", u8: "B", u16: "H", u32: "I", u64: "Q", enum: "B" };

/** The struct of the slots between two bytes, gaps included. */
function struct(name: string, slots: Slot[], from: number, to: number): string {
  let at = from;
  let format = "<";
  const pad = (end: number) => {
    if (end > at) format += `${end - at}x`;
    at = end;
  };
  for (const slot of slots) {
    pad(slot.offset);
    const isScalar = slot.role === "value";
    format += slot.role === "has" ? "B" : isScalar ? CODES[slot.type.form] : "I";
    at += slot.role === "has" ? 1 : isScalar ? sizeOf(slot.type) : 4;
  }
  pad(to);
  return `_${upper(name)} = Struct(${JSON.stringify(format)})\n`;
}

function packs(record: RecordType, base: number): string {
  const values = slotsOf(record, base).flatMap((slot) => packed(slot) ?? []);
  return `    _${upper(record.name)}.pack_into(
        writer.data,
        at${base ? ` + ${base}` : ""},
${values.map((value) => `        ${value},\n`).join("")}    )
`;
}

/** The arguments of a slot; a string's or list's two come with the first. */
function packed(slot: Slot): string | undefined {
  const { path, options, role, type } = slot;
  const source = `value.${path.map(snake).join(".")}`;
  if (options.length > 1 || (options.length === 1 && options[0].length !== path.length))
    throw new Error(`${path.join(".")}: records in options are not supported`);
  const or = (none: string) => (options.length ? `${none} if ${source} is None else ${source}` : source);
  if (role === "length") return undefined;
  if (role === "has") return `0 if ${source} is None else 1`;
  if (role === "at") return `*${pointed(type, type.form === "string" ? or('""') : or(isBytes(type) ? 'b""' : "()"))}`;
  if (type.form === "bool") return `1 if ${source} else 0`;
  if (type.form === "enum")
    return options.length ? `0 if ${source} is None else ${upper(type.name)}_NUMBERS[${source}]` : `${upper(type.name)}_NUMBERS[${source}]`;
  return type.form === "u64" ? `writer.u64(${or("0")})` : or("0");
}

function pointed(type: Type, source: string): string {
  if (type.form === "string") return `writer.text(${source})`;
  if (type.form !== "list") throw new Error(`${type.form} is not a list`);
  if (isBytes(type)) return `writer.octets(${source})`;
  const { element } = type;
  if (element.form === "string") return `writer.texts(${source})`;
  if (element.form !== "record") throw new Error(`lists of ${element.form} are not supported`);
  return `writer.items(${source}, ${sizeOf(element)}, ${alignOf(element)}, write_${snake(element.name)})`;
}

function unpacks(record: RecordType, base: number, name: string, from: string): string {
  const slots = slotsOf(record, base).map(variable);
  const values = record.fields.map((field) => `        ${reads(field.type, [field.name])},\n`);
  return `    (
${slots.map((slot) => `        ${slot},\n`).join("")}    ) = _${upper(record.name)}.unpack_from(${from})
    return ${name}(
${values.join("")}    )
`;
}

function variable({ path, role }: Slot): string {
  const name = path.map(snake).join("_");
  return role === "value" ? identifier(name) : `${name}_${role}`;
}

function reads(type: Type, path: string[]): string {
  const name = path.map(snake).join("_");
  switch (type.form) {
    case "bool":
      return `reader.flag(${name})`;
    case "u64":
      return `reader.u64(${name})`;
    case "enum":
      return `reader.one_of(${plural(type.name)}, ${name})`;
    case "string":
      return `reader.text(${name}_at, ${name}_length)`;
    case "option":
      return `${reads(type.some, path)} if reader.flag(${name}_has) else None`;
    case "record":
      return `${pascal(type.name)}(${type.fields.map((field) => reads(field.type, [...path, field.name])).join(", ")})`;
    case "list":
      if (isBytes(type)) return `reader.octets(${name}_at, ${name}_length)`;
      if (type.element.form === "string") return `reader.texts(${name}_at, ${name}_length)`;
      if (type.element.form !== "record") throw new Error(`lists of ${type.element.form} are not supported`);
      return `reader.items(${name}_at, ${name}_length, ${sizeOf(type.element)}, ${alignOf(type.element)}, read_${snake(type.element.name)})`;
    default:
      return name;
  }
}

function isBytes(type: Type): boolean {
  return type.form === "list" && type.element.form === "u8";
}

const KEYWORDS = new Set(
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield".split(
    " ",
  ),
);

/** What is a word of the language gets an underscore. */
function identifier(name: string): string {
  return KEYWORDS.has(name) ? `${name}_` : name;
}

/** `rate-limit` as `rate_limit`. */
function snake(name: string): string {
  return identifier(name.replaceAll("-", "_"));
}

function docstring(docs: string, indent = ""): string {
  return docs ? `${indent}"""${docs.replaceAll("\\", "\\\\").replaceAll("\n", `\n${indent}`)}"""\n` : "";
}
