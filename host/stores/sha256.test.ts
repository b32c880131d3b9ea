import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { fromHex, sha256, sha256Hex, toHex } from "./sha256.ts";

const bytesOf = (size: number) => Uint8Array.from({ length: size }, (_, at) => (at * 31 + size) & 255);

test("every size around a block, and larger ones that the runtime does, as others have it", () => {
  for (const size of [...Array(200).keys(), 1000, 2047, 2048, 5000]) {
    const bytes = bytesOf(size);
    expect(sha256Hex(bytes), `${size} bytes`).toBe(createHash("sha256").update(bytes).digest("hex"));
  }
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
