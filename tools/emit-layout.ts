import { upper } from "./names.ts";
import { alignOf, fixedOf, RECORD_HEADER, type Slot, sizeOf, slotsOf } from "./wit-layout.ts";
import type { Case, Protocol, Type } from "./wit-types.ts";

const OPS = ["case", "wide", "has", "string", "bytes", "list"] as const;

const HEAD = `
// What check.ts and abi.ts must look at in a record: everything but numbers of up to 32 bits.
//
//   entry:   op << 24 | argument << 16 | offset
//   element: first entry | entries << 16,  stride | alignment << 16
//   kind:    first entry | entries << 16,  fixed

/** What stands at an entry's offset. */
export const enum Op {
  /** A u8 below the argument: an enum or a bool. */
  Case,
  /** A u64. */
  Wide,
  /** An option's discriminant; the argument is the number of entries that its payload has. */
  Has,
  String,
  /** A list<u8>. */
  Bytes,
  /** A list of the element that the argument names. */
  List,
}
`;

/** assembly/protocol/layout.ts: the path from the repository's root, and the text. */
export function emitLayout(protocol: Protocol, notice: string): Map<string, string> {
  const table = new Table();
  const events = table.kinds(protocol.events);
  const commands = table.kinds(protocol.commands);
  const text = [
    `// ${notice}\n${HEAD}`,
    data("ENTRIES", table.entries),
    data("ELEMENTS", table.elements),
    data("EVENT_LAYOUTS", events),
    data("COMMAND_LAYOUTS", commands),
    "// A value of a variant in the canonical ABI: a u8 for its case, its record 8 bytes behind.\n",
    stride("event", protocol.events),
    stride("command", protocol.commands),
  ];
  return new Map([["assembly/protocol/layout.ts", text.join("\n")]]);
}

class Table {
  readonly entries: number[] = [];
  readonly elements: number[] = [];
  private readonly known = new Map<string, number>();

  kinds(cases: Case[]): number[] {
    return cases.flatMap(({ record }) => [this.add(slotsOf(record, RECORD_HEADER)), fixedOf(record)]);
  }

  /** Adds the entries of slots; gives where they are. */
  private add(slots: Slot[]): number {
    const entries = slots.flatMap((slot) => this.entry(slot, slots));
    const first = this.entries.length;
    this.entries.push(...entries);
    return first | (entries.length << 16);
  }

  private entry(slot: Slot, slots: Slot[]): number[] {
    const { type, role, offset } = slot;
    const make = (op: (typeof OPS)[number], argument = 0) => [((OPS.indexOf(op) << 24) | (argument << 16) | offset) >>> 0];
    if (role === "length") return [];
    if (role === "has") {
      const own = slot.path.join(".");
      const payload = slots.filter((other) => other.options.some((option) => option.join(".") === own));
      return make(
        "has",
        payload.reduce((sum, other) => sum + this.entry(other, slots).length, 0),
      );
    }
    if (type.form === "bool") return make("case", 2);
    if (type.form === "enum") return make("case", type.cases.length);
    if (type.form === "u64") return make("wide");
    if (type.form === "string") return make("string");
    if (type.form !== "list") return [];
    return type.element.form === "u8" ? make("bytes") : make("list", this.element(type.element));
  }

  /** The number of an element type. */
  private element(type: Type): number {
    const key = JSON.stringify(type);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const slots = type.form === "record" ? slotsOf(type, 0) : slotsOf({ form: "record", name: "", docs: "", fields: [{ name: "item", docs: "", type }] }, 0);
    const added = this.add(slots);
    const index = this.elements.length / 2;
    this.elements.push(added, sizeOf(type) | (alignOf(type) << 16));
    this.known.set(key, index);
    return index;
  }
}

function data(name: string, values: number[]): string {
  const rows: string[] = [];
  for (let i = 0; i < values.length; i += 8)
    rows.push(
      `  ${values
        .slice(i, i + 8)
        .map((value) => `0x${value.toString(16)}`)
        .join(", ")},\n`,
    );
  return `export const ${name}: usize = memory.data<u32>([\n${rows.join("")}]);\n`;
}

function stride(name: string, cases: Case[]): string {
  const alignment = Math.max(...cases.map(({ record }) => alignOf(record)));
  if (alignment !== 8 || cases.length > 256) throw new Error(`the variant ${name} does not lie as abi.ts expects`);
  return `export const ${upper(name)}_STRIDE: u32 = ${8 + Math.max(...cases.map(({ record }) => sizeOf(record)))};`;
}
