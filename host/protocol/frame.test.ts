import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  FrameError,
  FrameReader,
  FrameWriter,
  readAgentReady,
  readDeliver,
  readEvent,
  readModelResult,
  readVariables,
  writeAgentReady,
  writeDeliver,
  writeModelResult,
  writeStart,
  writeVariables,
} from "./index.ts";
import { bytesOf, readPortable, readText, textLength, writeNative, writePortable, writeText } from "./text.ts";

/** Text with lone surrogates, too. */
const text = fc.string({
  unit: fc.oneof(fc.string({ minLength: 1, maxLength: 1 }), fc.constantFrom("\ud83d", "\ude42", "ä", "世", "\u0000", "\ufeff", "xxxxxxxx")),
});

/** A writer over 64 KB, and what it wrote. */
function scratch(capacity = 65536) {
  const memory = { buffer: new ArrayBuffer(capacity) };
  const writer = new FrameWriter(memory, { offset: 0, capacity });
  const frame = (time?: number) => new Uint8Array(memory.buffer, 0, writer.finish(0, time));
  return { writer, frame };
}

function first(frame: Uint8Array): FrameReader {
  const reader = FrameReader.of(frame);
  expect(reader.next()).toBe(true);
  return reader;
}

describe("text", () => {
  it("is the same bytes on every path, lone surrogates as U+FFFD", () => {
    fc.assert(
      fc.property(text, (value) => {
        const wanted = [...new TextEncoder().encode(value)];
        for (const write of [writeText, writeNative, writePortable]) {
          const bytes = bytesOf(new ArrayBuffer(value.length * 3 + 4));
          const length = write(bytes, value, 3);
          expect([...bytes.subarray(3, 3 + length)]).toEqual(wanted);
        }
        expect(textLength(value)).toBe(wanted.length);
      }),
      { numRuns: 1000 },
    );
  });

  it("is read back the same on every path", () => {
    fc.assert(
      fc.property(text, (value) => {
        const bytes = bytesOf(Uint8Array.from([1, ...new TextEncoder().encode(value)]).buffer);
        const wanted = Buffer.from(value).toString();
        expect(readText(bytes, 1, bytes.length - 1)).toBe(wanted);
        expect(readPortable(bytes, 1, bytes.length - 1)).toBe(wanted);
      }),
    );
  });

  it("fits where there is room for its bytes but not for three a character", () => {
    const { writer, frame } = scratch(16 + 32 + 1000 + 16);
    writeDeliver(writer, { run: 1, to: "", text: "x".repeat(1000) });
    const reader = first(frame());
    expect(readDeliver(reader, reader.at).text.length).toBe(1000);
    expect(() => writeDeliver(writer, { run: 1, to: "", text: "x" })).toThrow(RangeError);
  });
});

describe("FrameWriter", () => {
  it("refuses numbers that do not fit, and leaves the frame as it was", () => {
    const { writer, frame } = scratch();
    writeAgentReady(writer, { run: 7, agent: 1 });
    for (const run of [-1, 1.5, Number.NaN, 2 ** 53, undefined as unknown as number]) {
      expect(() => writeAgentReady(writer, { run, agent: 1 })).toThrow(/u64/);
    }
    for (const agent of [-1, 1.5, 2 ** 32, "1" as unknown as number]) expect(() => writeAgentReady(writer, { run: 1, agent })).toThrow(/u32.*kind 11/);
    const usage = { input: 0, output: 0, cachedRead: 0, cachedWrite: 0, reasoning: 0 };
    expect(() => writeModelResult(writer, { run: 1, effect: 0, attempt: 0, finish: "done" as "stop", usage, parts: [] })).toThrow(/finish-reason/);
    writeAgentReady(writer, { run: 8, agent: 2 });
    const reader = FrameReader.of(frame());
    expect(reader.count).toBe(2);
    const runs: number[] = [];
    while (reader.next()) runs.push(readAgentReady(reader, reader.at).run);
    expect(runs).toEqual([7, 8]);
  });

  it("goes on when the memory has grown under it", () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    let room = { offset: 8, capacity: 64 };
    const writer = new FrameWriter(memory, room, (bytes) => {
      // What held the frame is wiped, and the old views of the memory are gone.
      new Uint8Array(memory.buffer, room.offset, room.capacity).fill(0xee);
      memory.grow(1);
      room = { offset: memory.buffer.byteLength - 65536, capacity: bytes };
      return room;
    });
    writeAgentReady(writer, { run: 1, agent: 2 });
    memory.grow(1);
    writeVariables(writer, {
      tag: 3,
      values: [
        { name: "a".repeat(100), value: "ü" },
        { name: "b", value: undefined },
      ],
    });
    const reader = new FrameReader(memory);
    reader.open(room.offset, writer.finish(0, 5));
    expect(reader.time).toBe(5);
    expect(reader.next() && readAgentReady(reader, reader.at)).toEqual({ type: "agent-ready", run: 1, agent: 2 });
    expect(reader.next() && readVariables(reader, reader.at).values).toEqual([
      { name: "a".repeat(100), value: "ü" },
      { name: "b", value: undefined },
    ]);
    expect(reader.next()).toBe(false);
  });

  it("forgets a record that failed after the frame had moved", () => {
    const memory = { buffer: new ArrayBuffer(8192) };
    const writer = new FrameWriter(memory, { offset: 0, capacity: 64 }, (bytes) => ({ offset: 4096, capacity: bytes }));
    writeAgentReady(writer, { run: 1, agent: 2 });
    const values = [{ name: "a".repeat(100), value: 5 as unknown as string }];
    expect(() => writeVariables(writer, { tag: 3, values })).toThrow();
    writeAgentReady(writer, { run: 3, agent: 4 });
    const reader = new FrameReader(memory);
    reader.open(4096, writer.finish(0, 0));
    expect(reader.next() && readAgentReady(reader, reader.at).run).toBe(1);
    expect(reader.next() && readAgentReady(reader, reader.at).run).toBe(3);
  });

  it("refuses room that is not aligned, too small or not there", () => {
    const memory = { buffer: new ArrayBuffer(64) };
    expect(() => new FrameWriter(memory, { offset: 4, capacity: 60 })).toThrow(RangeError);
    expect(() => new FrameWriter(memory, { offset: 0, capacity: 16 })).toThrow(RangeError);
    expect(() => new FrameWriter(memory, { offset: 32, capacity: 64 })).toThrow(RangeError);
  });
});

describe("FrameReader", () => {
  it("reads what an older writer left out as nothing", () => {
    const { writer, frame } = scratch();
    const budget = { calls: 1, tokens: 2, time: 3, money: 0 };
    const rest = {
      tag: 9,
      definition: 1,
      seed: 5,
      watch: true,
      closed: true,
      to: "",
      hasInput: false,
      endAfter: 1,
      traceId: "",
      parentSpan: "",
      tenant: "",
      session: "",
      user: "",
    };
    writeStart(writer, { run: 1, id: "name", input: "", budget, ...rest });
    const long = frame();
    // The same record with its fixed part cut behind `id`: the string moves up behind it.
    const short = new Uint8Array(16 + 40);
    short.set(long.subarray(0, 16 + 32));
    short.set(long.subarray(16 + 144, 16 + 148), 16 + 32);
    const view = new DataView(short.buffer);
    view.setUint32(16, 40, true);
    view.setUint16(16 + 6, 32, true);
    view.setUint32(16 + 24, 32, true);
    const reader = first(short);
    expect([reader.peek(4), reader.peek(5), reader.peek(8)]).toEqual([9, 1, 0]);
    const none = { seed: 0, watch: false, closed: false, input: "", hasInput: false, endAfter: 0, budget: { calls: 0, tokens: 0, time: 0, money: 0 } };
    expect(readEvent(reader)).toEqual({ type: "start", run: 1, id: "name", ...rest, ...none });
    expect(reader.next()).toBe(false);
  });

  it("reads a frame that lies at an odd place", () => {
    const { writer, frame } = scratch();
    writeDeliver(writer, { run: 1, to: "planner", text: "" });
    const odd = new Uint8Array([0, 0, 0, ...frame()]).subarray(3);
    const reader = first(odd);
    expect(reader.time).toBeUndefined();
    expect(readEvent(reader)).toEqual({ type: "deliver", run: 1, to: "planner", text: "" });
  });

  it("refuses what points into the fixed part, overlaps, or is too large", () => {
    const { writer, frame } = scratch();
    writeDeliver(writer, { run: 1, to: "planner", text: "hello" });
    const good = frame().slice();
    const patched = (at: number, value: number) => {
      const copy = good.slice();
      new DataView(copy.buffer).setUint32(at, value, true);
      const reader = first(copy);
      return () => readEvent(reader);
    };
    expect(patched(16 + 20, 0)).not.toThrow();
    expect(patched(16 + 16, 31)).toThrow(new FrameError("7 bytes at 31 are outside of the record", 16));
    expect(patched(16 + 20, 16)).toThrow("overlap");
    expect(patched(16 + 12, 0x1fffff)).not.toThrow();
    expect(patched(16 + 12, 0x200000)).toThrow(new FrameError("number beyond 2^53", 16));
  });

  it("throws a FrameError with the record's offset, and nothing else, on damaged frames", () => {
    const { writer, frame } = scratch();
    writeAgentReady(writer, { run: 1, agent: 2 });
    writeVariables(writer, { tag: 3, values: [{ name: "a", value: "ü" }] });
    const good = frame().slice();
    const read = (bytes: Uint8Array) => {
      const reader = FrameReader.of(bytes);
      while (reader.next()) readEvent(reader);
    };
    read(good);
    expect(() => read(good.slice(0, 60))).toThrow(new FrameError("size 48 of the record is impossible", 40));
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, value) => {
        const bytes = good.slice();
        bytes[at] = value;
        try {
          read(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it("gives copies of bytes and texts, which the next step does not change", () => {
    const { writer, frame } = scratch();
    writeModelResult(writer, {
      run: 1,
      effect: 2,
      attempt: 1,
      finish: "stop",
      usage: { input: 1, output: 2, cachedRead: 0, cachedWrite: 0, reasoning: 0 },
      parts: [{ role: "assistant", kind: "text", text: "hello", id: "", name: "", metadata: "" }],
    });
    const bytes = frame();
    const reader = first(bytes);
    const result = readModelResult(reader, reader.at);
    bytes.fill(0);
    expect(result.parts[0].text).toBe("hello");
  });
});
