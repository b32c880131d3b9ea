import { readFileSync } from "node:fs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { FrameError, FrameReader, readEvent } from "../../host/protocol/index.ts";
import type { Vector } from "../../tools/emit-vectors.ts";
import { type Compiled, compile } from "../text/testing.ts";

const { frames } = JSON.parse(readFileSync(new URL("../../test/vectors/protocol.json", import.meta.url), "utf8")) as { frames: Vector[] };
const events = frames.filter((vector) => vector.of === "events").map(({ name, hex }) => ({ name, bytes: bytes(hex) }));
const one = (name: string) => events.find((vector) => vector.name === name)!.bytes.slice();

// As in check.ts.
const FAULTS = ["none", "header", "version", "flags", "size", "kind", "fixed", "older", "trailing", "bounds", "alignment", "case", "number", "utf8"];

let core: Compiled;
let memory: Uint8Array;
let room: number;

beforeAll(async () => {
  core = await compile("assembly/protocol/testing.entry.ts");
  room = core.room(1 << 20);
  memory = new Uint8Array(core.memory.buffer);
});

/** The offset and name of the fault, or undefined. The frame is put before other bytes that look like text and like pointers. */
function check(frame: Uint8Array): [number, string] | undefined {
  memory.fill(0x41, room, room + frame.length + 64);
  memory.set(frame, room);
  const fault = core.checkFrame(room, frame.length);
  return fault ? [fault - 1, FAULTS[core.frameFault()]] : undefined;
}

/** Whether the host's reader gets through a frame. */
function reads(frame: Uint8Array): boolean {
  try {
    const reader = FrameReader.of(frame);
    while (reader.next()) readEvent(reader);
    return true;
  } catch (error) {
    if (error instanceof FrameError) return false;
    throw error;
  }
}

/** A copy with a little-endian number written over it. */
function patched(frame: Uint8Array, at: number, size: 1 | 2 | 4, value: number): Uint8Array {
  const copy = frame.slice();
  for (let i = 0; i < size; i++) copy[at + i] = value / 256 ** i;
  return copy;
}

describe("checkFrame", () => {
  it.each(events)("accepts $name", ({ bytes }) => {
    expect(check(bytes)).toBeUndefined();
  });

  it("refuses every frame that is cut short", () => {
    for (const { bytes } of events) {
      for (let length = 0; length < bytes.length; length++) expect(check(bytes.slice(0, length)), `${length} of ${bytes.length}`).toBeDefined();
    }
  });

  it("names the place and the reason", () => {
    const cancel = one("cancel, plain");
    // Header 16, then the record: size at 16, kind at 20, fixed at 22, run at 24, reason at 32, its length at 36, fixed part's end at 40.
    expect(check(new Uint8Array(0))).toEqual([0, "header"]);
    expect(check(patched(cancel, 0, 2, 2))).toEqual([0, "version"]);
    expect(check(patched(cancel, 2, 2, 1))).toEqual([2, "flags"]);
    expect(check(patched(cancel, 4, 4, 2))).toEqual([cancel.length, "size"]);
    expect(check(patched(cancel, 4, 4, 0))).toEqual([16, "trailing"]);
    expect(check(patched(cancel, 14, 2, 0x20))).toEqual([8, "number"]);
    expect(check(patched(cancel, 16, 4, 0))).toEqual([16, "size"]);
    expect(check(patched(cancel, 16, 4, cancel.length - 20))).toEqual([16, "size"]);
    expect(check(patched(cancel, 16, 4, cancel.length - 8))).toEqual([16, "size"]);
    expect(check(cancel.slice(0, -8))).toEqual([16, "size"]);
    expect(check(patched(cancel, 16, 4, 0xffff_fff8))).toEqual([16, "size"]);
    expect(check(patched(cancel, 20, 2, 0x7fff))).toEqual([20, "kind"]);
    expect(check(patched(cancel, 22, 2, 0xfff8))).toEqual([22, "fixed"]);
    expect(check(patched(cancel, 22, 2, 16))).toEqual([22, "older"]);
    expect(check(patched(cancel, 28, 4, 0x200000))).toEqual([24, "number"]);
    expect(check(patched(cancel, 32, 4, 23))).toEqual([32, "bounds"]);
    expect(check(patched(cancel, 32, 4, 0xffff_fff0))).toEqual([32, "bounds"]);
    expect(check(patched(patched(cancel, 36, 4, 1), 32, 4, cancel.length - 17))).toBeUndefined();
    expect(check(patched(patched(cancel, 36, 4, 1), 32, 4, cancel.length - 16))).toEqual([32, "bounds"]);
    expect(check(patched(cancel, 36, 4, 0xffff_ffff))).toEqual([32, "bounds"]);
    expect(check(patched(cancel, 36, 4, 0))).toEqual([32, "bounds"]);
    expect(check(patched(cancel, 40, 1, 0xff))).toEqual([40, "utf8"]);
  });

  it("checks what lies in lists", () => {
    const result = one("model-result, plain");
    const parts = 16 + new DataView(result.buffer).getUint32(16 + 48, true);
    expect(check(patched(result, 16 + 24, 1, 5))).toEqual([40, "case"]);
    expect(check(patched(result, 16 + 48, 4, parts - 16 + 2))).toEqual([64, "alignment"]);
    expect(check(patched(result, 16 + 52, 4, 0x4000_0001))).toEqual([64, "bounds"]);
    // The second part's kind, and its name, whose offset leaves the record.
    expect(check(patched(result, parts + 36 + 1, 1, 5))).toEqual([parts + 37, "case"]);
    expect(check(patched(result, parts + 36 + 20, 4, 0x1000))).toEqual([parts + 56, "bounds"]);
  });

  it("reads a longer fixed part of a newer writer, and an option only if there is one", () => {
    const close = one("close, plain");
    const newer = new Uint8Array(close.length + 8);
    newer.set(close);
    expect(check(patched(patched(newer, 16, 4, 24), 22, 2, 24))).toBeUndefined();
    const failed = one("effect-failed, wide");
    expect(check(patched(failed, 16 + 40, 1, 2))).toEqual([56, "case"]);
    const wide = patched(failed, 16 + 52, 4, 0xffff_ffff);
    expect(check(wide)).toEqual([64, "number"]);
    expect(check(patched(wide, 16 + 40, 1, 0))).toBeUndefined();
  });

  it("does not follow the same bytes again and again", () => {
    const define = one("define, plain");
    // A list of one hundred strings, the first of which is the whole rest of the record; then the second is it, too.
    const frame = new Uint8Array(16 + 40 + 800 + 1000);
    const view = new DataView(frame.buffer);
    frame.set(define.slice(0, 16));
    view.setUint32(4, 1, true);
    view.setUint32(16, frame.length - 16, true);
    view.setUint16(22, 37, true);
    view.setUint32(16 + 20, 40, true);
    view.setUint32(16 + 24, 100, true);
    view.setUint32(16 + 40, 840, true);
    view.setUint32(16 + 44, 1000, true);
    expect(check(frame)).toBeUndefined();
    view.setUint32(16 + 48, 840, true);
    view.setUint32(16 + 52, 1000, true);
    expect(check(frame)).toEqual([16 + 48, "bounds"]);
    expect(reads(frame)).toBe(false);
  });

  it("knows UTF-8", () => {
    const texts: [number[], boolean][] = [
      [[0xc3, 0xa4], true],
      [[0xed, 0x9f, 0xbf], true],
      [[0xef, 0xbf, 0xbf], true],
      [[0xf4, 0x8f, 0xbf, 0xbf], true],
      [[0xc0, 0x80], false],
      [[0xc1, 0xbf], false],
      [[0xe0, 0x9f, 0xbf], false],
      [[0xed, 0xa0, 0x80], false],
      [[0xf0, 0x8f, 0xbf, 0xbf], false],
      [[0xf4, 0x90, 0x80, 0x80], false],
      [[0xf5, 0x80, 0x80, 0x80], false],
      [[0xff], false],
      [[0x80], false],
      [[0xc3], false],
      [[0xe4, 0xb8], false],
      [[0xf0, 0x9f, 0x99], false],
    ];
    for (const [text, valid] of texts) {
      for (const before of [0, 1, 7, 8, 9]) {
        const body = [...new Array(before).fill(0x61), ...text];
        const frame = new Uint8Array(16 + 24 + Math.ceil(body.length / 8) * 8);
        const view = new DataView(frame.buffer);
        frame.set(one("cancel, empty").slice(0, 40));
        view.setUint32(16, frame.length - 16, true);
        view.setUint32(32, 24, true);
        view.setUint32(36, body.length, true);
        frame.set(body, 40);
        expect(check(frame), `${before} before ${text}`).toEqual(valid ? undefined : [40, "utf8"]);
      }
    }
  });

  it("never traps, and accepts nothing that the host's reader refuses: random bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (frame) => {
        if (!check(frame)) expect(reads(frame)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("never traps, and accepts nothing that the host's reader refuses: damaged frames", () => {
    const interesting = [0, 1, 2, 4, 7, 8, 16, 24, 0x7f, 0x80, 0xff, 0xfff8, 0xffff, 0x7fff_ffff, 0xffff_fff8, 0xffff_ffff];
    const damage = fc.record({
      at: fc.nat(),
      size: fc.constantFrom<1 | 2 | 4>(1, 2, 4),
      value: fc.oneof(fc.constantFrom(...interesting), fc.nat(0xffff_ffff)),
    });
    let accepted = 0;
    fc.assert(
      fc.property(fc.constantFrom(...events), fc.array(damage, { minLength: 1, maxLength: 3 }), ({ bytes }, damages) => {
        let frame = bytes;
        for (const { at, size, value } of damages) frame = patched(frame, at % frame.length, size, value).slice(0, bytes.length);
        if (check(frame)) return;
        accepted++;
        expect(reads(frame)).toBe(true);
      }),
      { numRuns: 20_000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}
