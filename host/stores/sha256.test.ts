import { createHash } from "node:crypto";
import { expect, test, vi } from "vitest";
import { fromHex, sha256, sha256Hex, toHex } from "./sha256.ts";

const bytesOf = (size: number) => Uint8Array.from({ length: size }, (_, at) => (at * 31 + size) & 255);

test("every size around a block, and larger ones that the runtime does, as others have it", () => {
  for (const size of [...Array(200).keys(), 1000, 5000, 16_384, 16_385]) {
    const bytes = bytesOf(size);
    expect(sha256Hex(bytes), `${size} bytes`).toBe(createHash("sha256").update(bytes).digest("hex"));
  }
});

test("without the runtime's help it is the same", async () => {
  const { process } = globalThis;
  vi.resetModules();
  vi.stubGlobal("process", undefined);
  const { sha256Hex: alone } = await import("./sha256.ts");
  vi.stubGlobal("process", process);
  for (const size of [0, 1, 55, 56, 63, 64, 127, 128, 129, 1000, 5000]) expect(alone(bytesOf(size)), `${size} bytes`).toBe(sha256Hex(bytesOf(size)));
});

test("parts are as one", () => {
  const bytes = bytesOf(300);
  const whole = sha256Hex(bytes);
  for (let cut = 0; cut <= 300; cut++) {
    expect(sha256Hex(bytes.subarray(0, cut), bytes.subarray(cut))).toBe(whole);
    expect(sha256Hex(bytes.subarray(0, cut >> 1), bytes.subarray(cut >> 1, cut), bytes.subarray(cut))).toBe(whole);
  }
});

test("a digest is nobody else's", () => {
  const first = sha256(bytesOf(3));
  const kept = toHex(first);
  sha256(bytesOf(4));
  expect(toHex(first)).toBe(kept);
});

test("hexadecimal goes there and back", () => {
  expect(toHex(fromHex("00ff10"))).toBe("00ff10");
  expect(() => fromHex("0")).toThrow(RangeError);
  expect(() => fromHex("zz")).toThrow(RangeError);
});
