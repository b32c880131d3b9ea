import { describe, expect, it } from "vitest";
import { nearest } from "./nearest.ts";

const words = ["run", "validate", "graph", "doctor", "init", "completion"];

describe("nearest", () => {
  it.each([
    ["rnu", "run"],
    ["RUN", "run"],
    ["validte", "validate"],
    ["vaildate", "validate"],
    ["grpah", "graph"],
    ["doc", "doctor"],
    ["comp", "completion"],
    ["xyz", undefined],
    ["r", undefined],
    ["", undefined],
  ])("%s: %s", (word, expected) => {
    expect(nearest(word, words)).toBe(expected);
  });
});
