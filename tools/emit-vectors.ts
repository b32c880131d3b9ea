import { encodeFrame, type FrameValue, type Value } from "./reference-encoder.ts";
import type { Case, Protocol, Type } from "./wit-types.ts";

/** A frame as values and as bytes. */
export interface Vector {
  name: string;
  /** What the frame holds. */
  of: "events" | "commands";
  flags: number;
  time: number | null;
  /** Records as `{ type, value }`. */
  records: { type: string; value: Value }[];
  hex: string;
}

/** How a value is made up: as small as it gets, ordinary, or as large as it gets. */
type Manner = "empty" | "plain" | "wide";

const TEXTS: Record<Manner, string[]> = {
  empty: [""],
  plain: ["a", "Grüße, 世界", "", "planner", "two\nlines", "🙂 done", '{"path":"a/b"}', "0123456789012345678901234567890123456789"],
  wide: ["\u0000", "\u007f\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}", "\ufeffmark", "ä".repeat(24), "x".repeat(200)],
};

/** test/vectors/protocol.json: the path from the repository's root, and the text. */
export function emitVectors(protocol: Protocol, notice: string): Map<string, string> {
  const vectors = [...vectorsOf("events", protocol.events, 0), ...vectorsOf("commands", protocol.commands, 1)];
  const rows = vectors.map((vector) => `    ${JSON.stringify(vector)}`).join(",\n");
  const text = `{\n  "notice": ${JSON.stringify(notice)},\n  "version": ${JSON.stringify(protocol.version)},\n  "frames": [\n${rows}\n  ]\n}\n`;
  return new Map([["test/vectors/protocol.json", text]]);
}

function vectorsOf(of: Vector["of"], cases: Case[], flags: number): Vector[] {
  const time = of === "events" ? 1_700_000_000_000 : null;
  const single = cases.flatMap((found) =>
    (["empty", "plain", "wide"] as const).map((manner) => vector(of, `${found.name}, ${manner}`, 0, time, [sample(found, manner)])),
  );
  const all = cases.map((found) => sample(found, "plain"));
  return [vector(of, "nothing", 0, 0, []), ...single, vector(of, "one of each", flags, Number.MAX_SAFE_INTEGER, all)];
}

function sample(of: Case, manner: Manner): FrameValue["records"][number] {
  return { of, value: make(of.record, manner, new Counter(of.kind)) };
}

function vector(of: Vector["of"], name: string, flags: number, time: number | null, records: FrameValue["records"]): Vector {
  const hex = Buffer.from(encodeFrame({ flags, time, records })).toString("hex");
  return { name, of, flags, time, records: records.map((record) => ({ type: record.of.name, value: record.value })), hex };
}

/** Makes neighbouring values differ. */
class Counter {
  private next: number;

  constructor(seed: number) {
    this.next = seed;
  }

  up(): number {
    return ++this.next;
  }
}

const WIDEST: Record<string, number> = { u8: 0xff, u16: 0xffff, u32: 0xffff_ffff, u64: Number.MAX_SAFE_INTEGER };

function make(type: Type, manner: Manner, counter: Counter): Value {
  const n = counter.up();
  switch (type.form) {
    case "bool":
      return manner === "wide" || (manner === "plain" && n % 2 === 1);
    case "string":
      return TEXTS[manner][n % TEXTS[manner].length];
    case "enum":
      return type.cases[manner === "empty" ? 0 : manner === "wide" ? type.cases.length - 1 : n % type.cases.length].name;
    case "option":
      return manner === "empty" || (manner === "plain" && n % 3 === 0) ? null : make(type.some, manner, counter);
    case "list":
      return Array.from({ length: manner === "empty" ? 0 : type.element.form === "u8" ? 5 : 2 }, () => make(type.element, manner, counter));
    case "record":
      return Object.fromEntries(type.fields.map((field) => [field.name, make(field.type, manner, counter)]));
    default:
      if (manner === "empty") return 0;
      return manner === "wide" ? WIDEST[type.form] : type.form === "u64" ? n * 0x1_0000_0001 : n;
  }
}
