import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "./generate.ts";
import { generatePrompts, readPrompts, readSource } from "./prompts.ts";

test.each(Object.entries(generatePrompts(readSource())))("%s is what prompts.yaml gives", (path, text) => {
  expect(readFileSync(join(ROOT, path), "utf8") === text, "run npx tsx tools/prompts.ts").toBe(true);
});

const read = (name: string, text: string, about = "A text.") => readPrompts(JSON.stringify({ version: "1", prompts: { [name]: { about, text } } }));

test("a text's gaps are found, and its last line break is dropped", () => {
  expect(read("a_b", '{?x}{x}, {y}{/} {"json": {}} {x}\n').prompts).toEqual([
    { name: "a_b", about: "A text.", text: '{?x}{x}, {y}{/} {"json": {}} {x}', gaps: ["x", "y"] },
  ]);
});

test.each([
  ["A", "text", "a name is words"],
  ["a", "é", "texts are ASCII"],
  ["a", "b {/}", "{/} ends nothing"],
  ["a", "{?x}b", "a section has no end"],
  ["a", "{?x}{!y}{/}{/}", "{!y} stands within a section"],
])("%s: %s is refused: %s", (name, text, message) => {
  expect(() => read(name, text)).toThrow(message);
});

test("what a text is for is a sentence", () => {
  expect(() => read("a", "b", "no sentence")).toThrow("is a sentence");
});
