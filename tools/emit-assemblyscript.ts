import { camel, jsdoc, pascal, upper } from "./names.ts";
import { fixedOf, RECORD_HEADER, type Slot, sizeOf, slotsOf } from "./wit-layout.ts";
import type { Case, EnumType, Protocol, RecordType, Type } from "./wit-types.ts";

type NamedSlot = Slot & { name: string };

/** Fields that every event and command begins with. */
const HEADER = ["size", "kind", "fixed"];

/** The files of assembly/protocol/ that describe the bytes: paths from the repository's root, and texts. */
export function emitAssemblyScript(protocol: Protocol, notice: string): Map<string, string> {
  const [major, minor] = protocol.version.split(".").map(Number);
  const types = [
    `// ${notice}\n`,
    `/** Version of the protocol: major * 65536 + minor. */\nexport const PROTOCOL: u32 = ${major * 65536 + minor};\n`,
    "/** An element of a list of strings; `at` counts from the record's start. */",
    "@unmanaged\nexport class StringElement {\n  at: u32;\n  length: u32;\n}\n\nexport const STRING_ELEMENT_SIZE: u32 = 8;\n",
    ...protocol.types.map((type) => (type.form === "enum" ? enumeration(type) : nested(type))),
  ];
  return new Map([
    ["assembly/protocol/types.ts", types.join("\n")],
    ["assembly/protocol/events.ts", cases("Event", protocol.events, notice)],
    ["assembly/protocol/commands.ts", cases("Command", protocol.commands, notice)],
  ]);
}

function enumeration(type: EnumType): string {
  const body = type.cases.map(({ name, docs }) => `${jsdoc(docs, "  ")}  ${pascal(name)},\n`).join("");
  return `${jsdoc(type.docs)}export const enum ${pascal(type.name)} {\n${body}}\n`;
}

function nested(type: RecordType): string {
  const name = pascal(type.name);
  const slots = named(slotsOf(type, 0), []);
  const body = fields(slots, 0, sizeOf(type));
  return [
    `${jsdoc(type.docs)}@unmanaged\nexport class ${name} {\n${body}}\n`,
    `export const ${upper(type.name)}_SIZE: u32 = ${sizeOf(type)};`,
    assertions(name, slots),
  ].join("\n");
}

function cases(suffix: string, all: Case[], notice: string): string {
  const kinds = all.map(({ name }) => `  ${pascal(name)},\n`).join("");
  const classes = all.map(({ name, record }) => {
    const title = pascal(name, suffix.toLowerCase());
    const slots = named(slotsOf(record, RECORD_HEADER), HEADER);
    const fixed = fixedOf(record);
    return [
      `${jsdoc(record.docs)}@unmanaged\nexport class ${title} {\n  size: u32;\n  kind: u16;\n  fixed: u16;\n${fields(slots, RECORD_HEADER, fixed)}}\n`,
      `export const ${upper(name)}_FIXED: u32 = ${fixed};`,
      assertions(title, slots),
    ].join("\n");
  });
  return [
    `// ${notice}\n`,
    `/** Kinds of records, in the order of \`variant ${suffix.toLowerCase()}\`. */\nexport const enum ${suffix}Kind {\n${kinds}}\n`,
    `export const ${upper(suffix)}_KINDS: u32 = ${all.length};\n`,
    ...classes,
  ].join("\n");
}

/** Fields in order; a gap becomes u8 fields, so that the compiler has no choice. */
function fields(slots: NamedSlot[], from: number, to: number): string {
  let at = from;
  let gaps = 0;
  let text = "";
  const fill = (end: number) => {
    for (; at < end; at++) text += `  gap${gaps++}: u8;\n`;
  };
  for (const slot of slots) {
    fill(slot.offset);
    text += `${jsdoc(slot.docs, "  ")}  ${slot.name}: ${fieldType(slot)};\n`;
    at += slotSize(slot);
  }
  fill(to);
  return text;
}

/** Stops the compiler if it laid the class out otherwise than the generator did. */
function assertions(name: string, slots: NamedSlot[]): string {
  const wrong = slots.map((slot) => `  offsetof<${name}>("${slot.name}") !== ${slot.offset}`);
  return `if (\n${wrong.join(" ||\n")}\n)\n  ERROR("layout of ${name}");\n`;
}

function named(slots: Slot[], taken: string[]): NamedSlot[] {
  const names = new Set(taken);
  return slots.map((slot) => {
    const name = fieldName(slot);
    if (names.has(name)) throw new Error(`field ${slot.path.join(".")}: there is a ${name} already`);
    names.add(name);
    return { ...slot, name };
  });
}

function fieldName({ path, role, type }: Slot): string {
  if (role === "has") return camel("has", ...path);
  if (role === "at") return camel(...path, "at");
  if (role === "length") return camel(...path, isBytes(type) ? "length" : "count");
  return camel(...path);
}

function isBytes(type: Type): boolean {
  return type.form === "string" || (type.form === "list" && type.element.form === "u8");
}

function fieldType({ role, type }: Slot): string {
  if (role === "has" || type.form === "bool" || type.form === "enum") return "u8";
  return role === "value" ? type.form : "u32";
}

function slotSize(slot: Slot): number {
  return slot.role === "has" ? 1 : slot.role === "value" ? sizeOf(slot.type) : 4;
}
