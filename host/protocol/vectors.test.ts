import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Vector } from "../../tools/emit-vectors.ts";
import type { Value } from "../../tools/reference-encoder.ts";
import { camel } from "../../tools/names.ts";
import { FrameReader, FrameWriter, readCommand, readEvent, writeCommand, writeEvent, type Command, type Event } from "./index.ts";

const { frames } = JSON.parse(readFileSync(new URL("../../test/vectors/protocol.json", import.meta.url), "utf8")) as { frames: Vector[] };

/** A vector's value as the codec has it. */
function asCode(value: Value): unknown {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map(asCode);
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [camel(name), asCode(inner)]));
}

/** A decoded value with its bytes as plain numbers. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}

describe.each(frames)("$of: $name", ({ of, flags, time, records, hex }) => {
  const reader = FrameReader.of(Buffer.from(hex, "hex"));
  const found: (Event | Command)[] = [];
  while (reader.next()) found.push(of === "events" ? readEvent(reader) : readCommand(reader));

  it("decodes", () => {
    expect([reader.flags, reader.time ?? null, reader.count]).toEqual([flags, time, records.length]);
    expect(found.map(plain)).toEqual(records.map(({ type, value }) => ({ type, ...(asCode(value) as object) })));
  });

  it("encodes to the same bytes, growing as it must", () => {
    // Rubbish, so that a byte that is not written shows.
    const memory = { buffer: new ArrayBuffer(1 << 20) };
    new Uint8Array(memory.buffer).fill(0xa5);
    let offset = 0;
    const more = (bytes: number) => {
      offset += 4096;
      return { offset, capacity: bytes };
    };
    const writer = new FrameWriter(memory, { offset: 0, capacity: 64 }, more);
    for (const record of found) of === "events" ? writeEvent(writer, record as Event) : writeCommand(writer, record as Command);
    const length = writer.finish(flags, time ?? undefined);
    expect(Buffer.from(memory.buffer, offset, length).toString("hex")).toBe(hex);
  });
});
