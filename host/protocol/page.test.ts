import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FrameReader, FrameWriter, readEvent, writeEvent, type Event } from "./index.ts";

const page = readFileSync(new URL("../../docs/protocol.md", import.meta.url), "utf8");

/** The bytes of the page's example: what stands left of the explanations. */
function example(): Uint8Array {
  const [, block] = page.match(/```hex\n([\s\S]*?)```/)!;
  return Uint8Array.from(block.split("\n").flatMap((line) => (line.split("   ")[0].match(/\b[0-9a-f]{2}\b/g) ?? []).map((pair) => Number.parseInt(pair, 16))));
}

describe("docs/protocol.md", () => {
  const delivered: Event = { type: "deliver", run: 4194305, to: "planner", text: "Grüße" };

  it("shows a frame that reads as it says", () => {
    const reader = FrameReader.of(example());
    expect([reader.flags, reader.time, reader.count]).toEqual([0, 1_700_000_000_000, 1]);
    expect(reader.next()).toBe(true);
    expect([reader.size, reader.kind, reader.fixed]).toEqual([48, 4, 32]);
    expect(readEvent(reader)).toEqual(delivered);
    expect(reader.next()).toBe(false);
  });

  it("shows the bytes that the writer writes", () => {
    const memory = { buffer: new ArrayBuffer(256) };
    const writer = new FrameWriter(memory, { offset: 0, capacity: 256 });
    writeEvent(writer, delivered);
    expect([...new Uint8Array(memory.buffer, 0, writer.finish(0, 1_700_000_000_000))]).toEqual([...example()]);
  });
});
