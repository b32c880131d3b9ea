import { describe, expect, it } from "vitest";
import { parseDuration, showDuration } from "./duration.ts";

describe("durations", () => {
  it("are read as the grammar has them", () => {
    for (const [text, milliseconds] of [
      ["250ms", 250],
      ["1.5s", 1500],
      [".5s", 500],
      ["2m", 120_000],
      ["1h30m", 5_400_000],
      ["1d", 86_400_000],
      ["1m1s1ms", 61_001],
    ] as const) {
      expect(parseDuration(text, "--for")).toBe(milliseconds);
    }
  });

  it("are refused with the way out", () => {
    for (const text of ["", "s", "5", "5 s", "-5s", "1s2", "1x", "0ms", "1e3s", "99999999999w"]) expect(() => parseDuration(text, "--for")).toThrow(/^--for/);
  });

  it("are shown shortly", () => {
    expect([0, 49, 999, 1000, 59_900, 60_000, 61_400, 3_599_000, 3_600_000, 90_000_000].map(showDuration)).toEqual([
      "0.0s",
      "0.0s",
      "1.0s",
      "1.0s",
      "59.9s",
      "1m00s",
      "1m01s",
      "59m59s",
      "1h00m",
      "25h00m",
    ]);
  });
});
