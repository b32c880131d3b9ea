import { createHash } from "node:crypto";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { type Compiled, compile, get, put } from "./testing.ts";

let core: Compiled;
let at: number;
let out: number;

beforeAll(async () => {
  core = await compile("assembly/text/testing.entry.ts");
  at = core.room(1 << 16);
  out = core.room(512);
});

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const known = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");

test("the hash of nothing and of abc are those of the standard", () => {
  core.sha256(at, 0, out);
  expect(hex(get(core, out, 32))).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  core.sha256(at, put(core, at, "abc"), out);
  expect(hex(get(core, out, 32))).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("every length up to four blocks, and a long one, agrees with node:crypto", () => {
  for (const length of [...Array(260).keys(), 65_536]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 131 + length) & 255);
    core.sha256(at, put(core, at, bytes), out);
    expect(hex(get(core, out, 32)), `${length} bytes`).toBe(known(bytes));
  }
});

test("pieces of any length make the same hash as the whole", () => {
  const state = core.room(512);
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 12 }), (pieces) => {
      core.sha256Begin(state);
      for (const piece of pieces) core.sha256Update(state, at, put(core, at, piece));
      core.sha256Finish(state, out);
      expect(hex(get(core, out, 32))).toBe(known(Buffer.concat(pieces)));
    }),
  );
});
