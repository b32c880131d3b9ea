import { type Kind, kinds } from "../host/definition/schema.ts";
import { agent, roles as builtInRoles } from "../host/definition/schema/agents.ts";
import { patterns } from "../host/definition/schema/orchestration.ts";
import { messages } from "../host/definition/messages.ts";
import type { Entry, Shape, Value } from "./definition-model.ts";

// assembly/definition/table.ts: the schema as bytes in a data segment, and names for the numbers in it.
//
//   words    their texts, each with a zero behind it. A key's id is its word; word 0 is a space.
//   shapes   first entry u16 × (count + 1)
//   entries  columns: keys packed, specs + 1 packed, extras u16, flags u8, reasons u8
//            packed: 0 is one more than the greatest so far, 0x80 | high byte and a low byte any other, else the number itself
//            extra: also = the other word; moved = offset into moves; roles, patterns = a mask
//   specs    columns: a u16, b u16, c u16, types u8, flags u8
//   numbers  i64: bounds of integers, of decimals in units of 10⁻⁹, milliseconds of plain numbers
//   choices  columns: words u16, positions u8, reasons u8
//   lists    u16: the specs of an either
//   moves    paths u8, then each: roles u16 | from the top u8 | keys u8 | key u16 …
//   reasons  word u16
//   messages columns: texts u16, codes u16 with 0x8000 for warnings. In a text 1 is the key, 2 the value, 3 the value and its kind,
//            4 what the core fills in

const types = [
  "Any",
  "Text",
  "Flag",
  "Integer",
  "Decimal",
  "Duration",
  "Bytes",
  "Money",
  "Secret",
  "Choice",
  "List",
  "Map",
  "Record",
  "Either",
  "Refused",
] as const;
type TypeName = (typeof types)[number];
/** A value as the table has it. */
type Known = Value | { type: "refused" };
const typeNames: Record<Known["type"], TypeName> = {
  any: "Any",
  text: "Text",
  flag: "Flag",
  integer: "Integer",
  decimal: "Decimal",
  duration: "Duration",
  bytes: "Bytes",
  money: "Money",
  secret: "Secret",
  choice: "Choice",
  list: "List",
  "named-list": "List",
  map: "Map",
  record: "Record",
  either: "Either",
  refused: "Refused",
};

const NONE = 0xffff;
const entryFlags = { Required: 1, Also: 2, Moved: 4, Later: 8, Idle: 16, Roles: 32, Patterns: 64 } as const;
const specFlags = { Filled: 1, Name: 2, Positive: 4, Open: 8, Off: 16, Named: 32, Late: 64 } as const;

const pascal = (word: string) => word.replace(/(?:^|[_-]+)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

class Bytes {
  readonly values: number[] = [];
  u8(value: number) {
    if (!Number.isInteger(value) || value < 0 || value > 0xff) throw new Error(`${value} does not fit into a byte`);
    this.values.push(value);
    return this;
  }
  u16(value: number) {
    return this.u8(value & 0xff).u8(value >> 8);
  }
  i64(value: bigint) {
    for (let i = 0n; i < 64n; i += 8n) this.u8(Number((value >> i) & 0xffn));
    return this;
  }
}

const wide = (rows: number[][], column: number) => rows.reduce((bytes, row) => bytes.u16(row[column]!), new Bytes());
const narrow = (rows: number[][], column: number) => rows.reduce((bytes, row) => bytes.u8(row[column]!), new Bytes());

const laterRoles = new Set(Object.keys((kinds.get(agent.shape.role.unwrap()) as Extract<Kind, { kind: "choice" }>).later));
const containers: readonly Value["type"][] = ["map", "list", "record", "either", "named-list"];

/**
 * What the core knows of a key. One that this version refuses, or whose only roles it refuses, is refused at its top: what would lie below is
 * left out of the table, and comes in with the version that has it.
 */
function known({ value, about }: Pick<Entry, "value" | "about">): Known {
  const isRefused = about.later !== undefined || about.roles?.every((role) => laterRoles.has(role));
  return isRefused && containers.includes(value.type) ? { type: "refused" } : value;
}

/** Bits of the places that words have in a list. */
function maskOf(all: readonly string[], words: readonly string[]): number {
  return words.reduce((mask, name) => mask | (1 << all.indexOf(name)), 0);
}

/** Numbers of which most are one more than the greatest before them. */
function packed(values: number[]): Bytes {
  const bytes = new Bytes();
  let greatest = 0;
  for (const value of values) {
    if (value === greatest + 1) bytes.u8(0);
    else if (value < 0x80) bytes.u8(value);
    else bytes.u8(0x80 | (value >> 8)).u8(value & 0xff);
    greatest = Math.max(greatest, value);
  }
  return bytes;
}

/** A message's text with its gaps as bytes. */
function template(text: string): string {
  return text.replace(/(?<!\$)\{(\w+)\}/g, (_, name: string) => String.fromCharCode(["key", "text", "what"].indexOf(name) + 1 || 4));
}

function ascii(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code > 0x7f) throw new Error(`words are ASCII: ${text}`);
  return code;
}

/** The text of assembly/definition/table.ts. */
export function coreTable(root: Shape): string {
  const words: string[] = [" "];
  const wordIds = new Map<string, number>([["", 0]]);
  const word = (text: string) => {
    const known = wordIds.get(text);
    if (known !== undefined) return known;
    wordIds.set(text, words.length);
    return words.push(text) - 1;
  };
  const shapes: Shape[] = [];
  const visited = new Set<Value>();
  collect(root);
  // Keys come first, so that a key's id is small and says that it is one.
  for (const shape of shapes) for (const entry of shape.entries) word(entry.key);
  const keyCount = words.length;

  const specs: number[][] = [];
  const specIds = new Map<string, number>();
  const specOf = new Map<Known, number>();
  const numbers: bigint[] = [];
  const choices: number[][] = [];
  const lists = new Bytes();
  const moves = new Bytes();
  const reasons: number[] = [0];
  const enums = new Map<string, string[]>();

  const number = (value: bigint) => {
    const at = numbers.indexOf(value);
    return at >= 0 ? at : numbers.push(value) - 1;
  };
  const reason = (text: string | undefined) => {
    if (!text) return 0;
    const id = word(text);
    const at = reasons.indexOf(id, 1);
    return at >= 0 ? at : reasons.push(id) - 1;
  };
  const roleMask = (names: readonly string[]) => maskOf(builtInRoles, names);

  const rootSpec = spec({ type: "map", shape: root });
  const entries: number[][] = [];
  const firsts = new Bytes();
  for (const shape of shapes) {
    firsts.u16(entries.length);
    for (const entry of shape.entries) writeEntry(entry);
  }
  firsts.u16(entries.length);

  const said = Object.values(messages).map(({ code, isWarning, text }) => [word(template(text)), word(code) | (isWarning ? 0x8000 : 0)]);
  const wordBytes = new Bytes();
  for (const text of words) {
    for (let i = 0; i < text.length; i++) wordBytes.u8(ascii(text, i));
    wordBytes.u8(0);
  }
  const sections: [string, Bytes][] = [
    ["NUMBERS", numbers.reduce((bytes, value) => bytes.i64(value), new Bytes())],
    ["ENTRY_KEYS", packed(entries.map((row) => row[0]!))],
    ["ENTRY_SPECS", packed(entries.map((row) => row[1]! + 1))],
    ["ENTRY_EXTRAS", wide(entries, 4)],
    ["ENTRY_FLAGS", narrow(entries, 2)],
    ["ENTRY_REASONS", narrow(entries, 3)],
    ["SPEC_A", wide(specs, 2)],
    ["SPEC_B", wide(specs, 3)],
    ["SPEC_C", wide(specs, 4)],
    ["SPEC_TYPES", narrow(specs, 0)],
    ["SPEC_FLAGS", narrow(specs, 1)],
    ["SHAPES", firsts],
    ["CHOICE_WORDS", wide(choices, 0)],
    ["CHOICE_POSITIONS", narrow(choices, 1)],
    ["CHOICE_REASONS", narrow(choices, 2)],
    ["LISTS", lists],
    ["REASONS", reasons.reduce((bytes, id) => bytes.u16(id), new Bytes())],
    ["MOVES", moves],
    ["MESSAGE_TEXTS", wide(said, 0)],
    ["MESSAGE_CODES", wide(said, 1)],
    ["WORDS", wordBytes],
  ];
  const all: number[] = [];
  const offsets: string[] = [];
  for (const [name, bytes] of sections) {
    offsets.push(`export const ${name}: u32 = ${all.length};`);
    all.push(...bytes.values);
  }

  const lines = ["// Generated by tools/definition-table.ts from the schema in host/definition; do not edit.", "// biome-ignore-all format: generated", ""];
  lines.push(
    `export const WORD_COUNT: u32 = ${words.length};`,
    `export const ENTRY_COUNT: u32 = ${entries.length};`,
    `export const ROOT_SPEC: u32 = ${rootSpec};`,
    ...offsets,
    "",
  );
  lines.push("export const enum SpecType {", ...types.map((type) => `  ${type},`), "}", "");
  lines.push("export const enum EntryFlag {", ...Object.entries(entryFlags).map(([name, value]) => `  ${name} = ${value},`), "}", "");
  lines.push("export const enum SpecFlag {", ...Object.entries(specFlags).map(([name, value]) => `  ${name} = ${value},`), "}", "");
  lines.push("/** Keys of the grammar, in canonical spelling. */", "export const enum Key {", "  None,");
  for (const name of words.slice(1, keyCount)) lines.push(`  ${pascal(name)},`);
  lines.push("}", "");
  lines.push(
    "/** What the core says about a definition: host/definition/messages.ts. */",
    "export const enum Message {",
    ...Object.keys(messages).map((name) => `  ${name},`),
    "}",
    "",
  );
  for (const [name, choice] of enums) lines.push(`export const enum ${name} {`, ...choice.map((text) => `  ${pascal(text)},`), "}", "");
  lines.push("export const TABLE: usize = memory.data<u8>([");
  for (let i = 0; i < all.length; i += 48) lines.push(`  ${all.slice(i, i + 48).join(",")},`);
  lines.push("]);", "");
  return lines.join("\n");

  function collect(shape: Shape) {
    if (shapes.includes(shape)) return;
    shapes.push(shape);
    for (const entry of shape.entries) collectValue(known(entry));
  }
  function collectValue(value: Known) {
    if (value.type === "map") collect(value.shape);
    else if (value.type === "either") value.of.forEach(collectInner);
    else if ("item" in value) collectInner(value.item);
  }
  function collectInner(value: Value) {
    // A flow's node holds itself by way of values that are no maps.
    if (value.type === "map") collect(value.shape);
    else if (!visited.has(value)) {
      visited.add(value);
      collectValue(value);
    }
  }

  function writeEntry({ key, value, about }: Entry) {
    let flags = 0;
    let extra = 0;
    if (about.required) flags |= entryFlags.Required;
    if (about.later) flags |= entryFlags.Later;
    if (about.idle) flags |= entryFlags.Idle;
    if (about.meaning) {
      flags |= entryFlags.Moved;
      extra = moves.values.length;
      writeMoves(about.meaning);
    } else if (about.roles) {
      flags |= entryFlags.Roles;
      extra = roleMask(about.roles);
    } else if (about.patterns) {
      flags |= entryFlags.Patterns;
      extra = maskOf(patterns, about.patterns);
    }
    const id = word(key);
    const type = spec(known({ value, about }));
    entries.push([id, type, flags, reason(about.later ?? about.idle), extra]);
    for (const other of about.also ?? []) {
      entries.push([id, type, entryFlags.Also, 0, word(other)]);
    }
  }

  /** `/a.b`, or paths from an agent, each of which belongs to the role its first key names. */
  function writeMoves(meaning: string) {
    const paths = meaning.split(" ");
    moves.u8(paths.length);
    for (const path of paths) {
      const top = path.startsWith("/");
      const steps = path.slice(top ? 1 : 0).split(".");
      moves.u16(top ? 0 : roleMask([steps[0]!.replace("_config", "")]));
      moves.u8(top ? 1 : 0).u8(steps.length);
      for (const step of steps) moves.u16(word(step));
    }
  }

  function spec(value: Known): number {
    const done = specOf.get(value);
    if (done !== undefined) return done;
    // A value that holds itself needs its number before its parts have theirs.
    if (value.type === "either") {
      const id = specs.push([]) - 1;
      specOf.set(value, id);
      const parts = value.of.map(spec);
      specs[id] = [types.indexOf("Either"), 0, lists.values.length / 2, parts.length, 0];
      for (const part of parts) lists.u16(part);
      return id;
    }
    const row = describe(value);
    const text = row.join();
    const id = specIds.get(text) ?? specs.push(row) - 1;
    specIds.set(text, id);
    specOf.set(value, id);
    return id;
  }

  function describe(value: Known): number[] {
    const type = types.indexOf(typeNames[value.type]);
    let flags = 0;
    let [a, b, c] = [0, 0, 0];
    const bound = (limit: number | undefined, unit: number) => (limit === undefined ? NONE : number(BigInt(Math.round(limit * unit))));
    switch (value.type) {
      case "text":
        flags = (value.filled ? specFlags.Filled : 0) | (value.name ? specFlags.Name : 0) | (value.late ? specFlags.Late : 0);
        break;
      case "integer":
        [a, b] = [bound(value.min, 1), bound(value.max, 1)];
        break;
      case "decimal":
        [a, b] = [bound(value.min, 1e9), bound(value.max, 1e9)];
        break;
      case "duration":
        flags = value.positive ? specFlags.Positive : 0;
        a = number(BigInt(value.unit));
        break;
      case "choice": {
        flags = (value.open ? specFlags.Open : 0) | (value.off ? specFlags.Off : 0);
        a = choices.length;
        const also = Object.entries(value.also);
        b = value.words.length + also.length;
        c = value.off ? value.words.indexOf(value.off) : 0;
        for (const [i, text] of value.words.entries()) choices.push([word(text), i, reason(value.later[text])]);
        for (const [text, meant] of also) choices.push([word(text), value.words.indexOf(meant), reason(value.later[meant])]);
        if (value.enum) enums.set(value.enum, value.words);
        break;
      }
      case "list":
      case "record":
      case "named-list":
        a = spec(value.item);
        if (value.type === "named-list") flags = specFlags.Named;
        break;
      case "map":
        a = shapes.indexOf(value.shape);
        break;
    }
    return [type, flags, a, b, c];
  }
}
