import { camel, jsdoc, pascal, plural, upper } from "./names.ts";
import { alignOf, fixedOf, offsetsOf, payloadOffset, RECORD_HEADER, type Slot, sizeOf, slotsOf } from "./wit-layout.ts";
import type { Case, EnumType, Field, Protocol, RecordType, Type } from "./wit-types.ts";

/** The generated files of host/protocol/: paths from the repository's root, and texts. */
export function emitTypeScript(protocol: Protocol, notice: string): Map<string, string> {
  const [major, minor] = protocol.version.split(".").map(Number);
  return new Map([
    ["host/protocol/types.ts", types(protocol, notice, major * 65536 + minor)],
    ["host/protocol/events.ts", cases("event", protocol.events, notice)],
    ["host/protocol/commands.ts", cases("command", protocol.commands, notice)],
  ]);
}

function types(protocol: Protocol, notice: string, version: number): string {
  return [
    `// ${notice}\n`,
    `${IMPORTS}\n`,
    `/** Version of the protocol: major * 65536 + minor. */\nexport const PROTOCOL = ${version};\n`,
    ...protocol.aliases.map(({ name, docs, type }) => `${jsdoc(docs)}export type ${pascal(name)} = ${spelled(type)};\n`),
    STRING_ELEMENTS,
    ...protocol.types.map((type) => (type.form === "enum" ? enumeration(type) : nested(type))),
  ].join("\n");
}

const IMPORTS = `import type { FrameReader } from "./frame-reader.ts";
import type { FrameWriter } from "./frame-writer.ts";`;

const STRING_ELEMENTS = `/** Writes an element of a list of strings. */
export function writeText(writer: FrameWriter, at: number, value: string): void {
  writer.string(at, value);
}

/** Reads an element of a list of strings. */
export function readText(reader: FrameReader, at: number): string {
  return reader.string(reader.words[at], reader.words[at + 1]);
}
`;

function enumeration({ name, docs, cases }: EnumType): string {
  const all = cases.map((found) => JSON.stringify(found.name));
  return `${jsdoc(docs)}export type ${pascal(name)} = ${all.join(" | ")};

/** In the order of the protocol. */
export const ${plural(name)}: readonly ${pascal(name)}[] = [${all.join(", ")}];

/** The case's number; throws RangeError if there is no such case. */
export function ${camel(name)}Index(writer: FrameWriter, word: number, value: ${pascal(name)}): number {
  switch (value) {
${all.map((text, i) => `    case ${text}:\n      return ${i};\n`).join("")}    default:
      return writer.refuse(word, value, ${JSON.stringify(name)});
  }
}
`;
}

function nested(record: RecordType): string {
  const name = pascal(record.name);
  return `${interfaceOf(name, record)}
/** Writes a ${name} into the words from \`at\`. */
export function write${name}(writer: FrameWriter, at: number, value: ${name}): void {
${writes(slotsOf(record, 0), 0, sizeOf(record), (word) => (word ? `at + ${word}` : "at"), "value")}}

/** Reads the ${name} in the words from \`at\`. */
export function read${name}(reader: FrameReader, at: number): ${name} {
  const { words } = reader;
  return ${literal(record, 0, "  ")};
}
`;
}

function cases(word: string, all: Case[], notice: string): string {
  const union = pascal(word);
  const bodies = all.map((found) => oneCase(found, union)).join("\n");
  const names = [...new Set([...bodies.matchAll(/\b[a-zA-Z_]+\b/g)].map(([name]) => name))];
  const used = importable(all).filter((name) => names.includes(name));
  const lines = used.sort().map((name) => `  ${/^[A-Z][a-zA-Z]*[a-z]/.test(name) ? "type " : ""}${name},\n`);
  return `// ${notice}

${IMPORTS}
import {
${lines.join("")}} from "./types.ts";

/** Any ${word}. */
export type ${union} =
${all.map(({ name }) => `  | ${pascal(name)}${union}`).join("\n")};

/** Types of ${word}s by kind, the order of the protocol. */
export const ${upper(word)}_TYPES: readonly ${union}["type"][] = [
${all.map(({ name }) => `  ${JSON.stringify(name)},\n`).join("")}];

/** Writes any ${word} as the next record. */
export function write${union}(writer: FrameWriter, ${word}: ${union}): void {
  switch (${word}.type) {
${all.map(({ name }) => `    case ${JSON.stringify(name)}:\n      write${pascal(name)}(writer, ${word});\n      break;\n`).join("")}  }
}

/** Reads the record that \`reader.next()\` came to. Throws FrameError. */
export function read${union}(reader: FrameReader): ${union} {
  switch (reader.kind) {
${all.map(({ name, kind }) => `    case ${kind}:\n      return read${pascal(name)}(reader, reader.at);\n`).join("")}    default:
      return reader.fault(\`there is no ${word} of kind \${reader.kind}\`);
  }
}

${bodies}`;
}

function oneCase({ name, kind, record }: Case, union: string): string {
  const title = pascal(name);
  const type = `${title}${union}`;
  const param = camel(union);
  return `${interfaceOf(type, record, name)}
/** Writes a record of kind ${kind}. */
export function write${title}(writer: FrameWriter, ${param}: Omit<${type}, "type">): void {
  writer.begin(${kind}, ${fixedOf(record)});
${writes(slotsOf(record, RECORD_HEADER), RECORD_HEADER, fixedOf(record), String, param)}  writer.end();
}

/** Reads the record at \`at\`, which is of kind ${kind}. Throws FrameError. */
export function read${title}(reader: FrameReader, at: number): ${type} {
  const base = reader.part(at, ${fixedOf(record)});
  const { words } = reader;
  return ${literal(record, RECORD_HEADER, "  ", name, "base")};
}
`;
}

/** Names that the cases may need of types.ts. */
function importable(all: Case[]): string[] {
  const names = new Set(["writeText", "readText"]);
  const visit = (type: Type): void => {
    if (type.form === "enum") for (const name of [pascal(type.name), plural(type.name), `${camel(type.name)}Index`]) names.add(name);
    if (type.form === "list") visit(type.element);
    if (type.form === "option") visit(type.some);
    if (type.form === "record") {
      for (const name of ["", "write", "read"]) names.add(name + pascal(type.name));
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

function interfaceOf(name: string, record: RecordType, tag?: string): string {
  const type = tag ? `  type: ${JSON.stringify(tag)};\n` : "";
  const fields = record.fields.map((field) => `${jsdoc(field.docs, "  ")}  ${camel(field.name)}${optional(field)}: ${fieldType(field)};\n`);
  return `${jsdoc(record.docs)}export interface ${name} {\n${type}${fields.join("")}}\n`;
}

function optional({ type }: Field): string {
  return type.form === "option" ? "?" : "";
}

function fieldType({ type, alias }: Field): string {
  if (alias) return pascal(alias);
  return type.form === "option" ? `${spelled(type.some)} | undefined` : spelled(type);
}

function spelled(type: Type): string {
  switch (type.form) {
    case "bool":
      return "boolean";
    case "string":
      return "string";
    case "list":
      return isBytes(type) ? "Uint8Array" : `${spelled(type.element)}[]`;
    case "option":
      throw new Error("an option must be a field of a record");
    case "enum":
    case "record":
      return pascal(type.name);
    default:
      return "number";
  }
}

function isBytes(type: Type): boolean {
  return type.form === "list" && type.element.form === "u8";
}

/** Statements that write every word of the bytes from..to, scalars first: behind them comes what may move the frame. */
function writes(slots: Slot[], from: number, to: number, word: (index: number) => string, value: string): string {
  const small = new Map<number, string[]>();
  const first: string[] = [];
  const behind: string[] = [];
  for (let i = from >> 2; i < to / 4; i++) small.set(i, []);
  for (const slot of slots) {
    const index = slot.offset >> 2;
    const { type, role } = slot;
    const source = access(slot, value);
    if (role === "at") {
      small.delete(index);
      small.delete(index + 1);
      behind.push(pointed(type, word(index), source));
    } else if (role === "value" && (type.form === "u32" || type.form === "u64")) {
      small.delete(index);
      if (type.form === "u64") small.delete(index + 1);
      first.push(`writer.${type.form}(${word(index)}, ${source});`);
    } else if (role !== "length") {
      const shift = (slot.offset & 3) * 8;
      small.get(index)!.push(`${bits(slot, word(index), source)}${shift ? ` << ${shift}` : ""}`);
    }
  }
  for (const [index, parts] of small) first.push(`writer.word(${word(index)}, ${parts.join(" | ") || "0"});`);
  return [...first, ...behind].map((line) => `  ${line}\n`).join("");
}

/** An expression for a slot's value, with a default where an option holds nothing. */
function access({ path, options, type, role }: Slot, value: string): string {
  let text = value;
  path.forEach((name, i) => {
    const holder = path.slice(0, i).join(".");
    text += `${options.some((option) => option.join(".") === holder) ? "?." : "."}${camel(name)}`;
  });
  if (!options.length || role === "has") return text;
  if (type.form === "string") return `${text} ?? ""`;
  if (type.form === "list") return isBytes(type) ? `${text} ?? new Uint8Array(0)` : `${text} ?? []`;
  return type.form === "enum" || type.form === "bool" ? text : `${text} ?? 0`;
}

function bits({ type, role, options }: Slot, word: string, from: string): string {
  if (role === "has") return `(${from} === undefined ? 0 : 1)`;
  if (type.form === "bool") return `(${from} ? 1 : 0)`;
  if (type.form === "enum") {
    const index = `${camel(type.name)}Index(writer, ${word}, ${from})`;
    return options.length ? `(${from} === undefined ? 0 : ${index})` : index;
  }
  throw new Error(`${type.form} fields are not supported`);
}

function pointed(type: Type, word: string, from: string): string {
  if (type.form === "string") return `writer.string(${word}, ${from});`;
  if (isBytes(type)) return `writer.list8(${word}, ${from});`;
  const { element, stride, alignment } = elementOf(type);
  const list = from.includes("??") ? `(${from})` : from;
  return `writer.list(${word}, ${list}, ${stride}, ${alignment}, write${element});`;
}

/** What the elements of a list are called, and how they lie. */
function elementOf(type: Type): { element: string; stride: number; alignment: number } {
  if (type.form !== "list") throw new Error(`${type.form} is not a list`);
  const { element } = type;
  const alignment = alignOf(element);
  if (alignment < 4 || (element.form !== "string" && element.form !== "record")) throw new Error(`lists of ${element.form} are not supported`);
  return { element: element.form === "string" ? "Text" : pascal(element.name), stride: sizeOf(element), alignment };
}

/** An object literal that reads a record whose fields begin at byte `offset` from `origin`. */
function literal(record: RecordType, offset: number, indent: string, tag?: string, origin = "at"): string {
  const offsets = offsetsOf(record);
  const type = tag ? `${indent}  type: ${JSON.stringify(tag)},\n` : "";
  const fields = record.fields.map((field, i) => `${indent}  ${camel(field.name)}: ${reads(field.type, offset + offsets[i], `${indent}  `, origin)},\n`);
  return `{\n${type}${fields.join("")}${indent}}`;
}

function reads(type: Type, offset: number, indent: string, origin: string): string {
  const word = (index: number) => `words[${index ? `${origin} + ${index}` : origin}]`;
  const here = word(offset >> 2);
  const after = word((offset >> 2) + 1);
  const shift = (offset & 3) * 8;
  const low = shift ? `${here} >>> ${shift}` : here;
  switch (type.form) {
    case "u32":
      return here;
    case "u64":
      return `reader.u64(${here}, ${after})`;
    case "bool":
      return `reader.bool(${low})`;
    case "enum":
      return `reader.oneOf(${plural(type.name)}, ${low})`;
    case "string":
      return `reader.string(${here}, ${after})`;
    case "record":
      return literal(type, offset, indent, undefined, origin);
    case "option":
      return `reader.bool(${low}) ? ${reads(type.some, offset + payloadOffset(type.some), indent, origin)} : undefined`;
    case "list": {
      if (isBytes(type)) return `reader.list8(${here}, ${after})`;
      const { element, stride, alignment } = elementOf(type);
      return `reader.list(${here}, ${after}, ${stride}, ${alignment}, read${element})`;
    }
    default:
      throw new Error(`${type.form} fields are not supported`);
  }
}
