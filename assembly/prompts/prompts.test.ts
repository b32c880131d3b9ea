import fc from "fast-check";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { readSource } from "../../tools/prompts.ts";
import { type Compiled, compile, getText, put } from "../text/testing.ts";

const { prompts } = readSource();
/** Gaps by number, as the table has them. */
const gaps = [...new Set(prompts.flatMap(({ gaps }) => gaps))];

let core: Compiled;
let input: number;
let replacing: number;

beforeAll(async () => {
  core = await compile("assembly/prompts/testing.entry.ts");
  input = core.room(1 << 16);
  replacing = core.room(1 << 16);
});

beforeEach(() => core.clearGaps());

/** The text as the grammar of prompts.yaml has it, in TypeScript. */
function expected(text: string, own: string[], values: Record<string, string>): string {
  let result = "";
  let skips = false;
  let at = 0;
  for (const { 0: mark, 1: sign, 2: gap, index } of text.matchAll(/\{(?:([?!]?)([a-z_]+)|\/)\}/g)) {
    if (gap !== undefined && !own.includes(gap)) continue;
    if (!skips) result += text.slice(at, index);
    at = index + mark.length;
    if (gap === undefined) skips = false;
    else if (sign) skips = Boolean(values[gap]) === (sign === "!");
    else if (!skips) result += values[gap] ?? "";
  }
  return skips ? result : result + text.slice(at);
}

function set(values: Record<string, string>): void {
  let at = input;
  for (const [gap, value] of Object.entries(values)) {
    const length = put(core, at, value);
    core.setGap(gaps.indexOf(gap), at, length);
    at += length;
  }
}

function write(index: number, forAgent = false): string {
  const length = core.write(index, forAgent);
  return getText(core, core.writtenAt(), length);
}

const filled = (own: string[]) => fc.record(Object.fromEntries(own.map((gap) => [gap, fc.string({ unit: "binary", maxLength: 8 })])), { requiredKeys: [] });

test("every text is written with whatever gaps are filled", () => {
  for (const [index, { text, gaps: own }] of prompts.entries()) {
    fc.assert(
      fc.property(filled(own), (values) => {
        core.clearGaps();
        set(values);
        expect(write(index)).toBe(expected(text, own, values));
      }),
      { numRuns: 30 },
    );
  }
});

test("a text of the definition's stands in for one of the core's, for all or for one agent", () => {
  const index = prompts.findIndex(({ name }) => name === "option_line");
  set({ name: "Ana", description: "writes" });
  for (const forAgent of [false, true]) {
    core.replace(index, replacing, put(core, replacing, "→ {name}{?description}, who {description}{/}{!description}{/}."), forAgent);
    expect(write(index, true)).toBe("→ Ana, who writes.");
    expect(write(index, false)).toBe(forAgent ? "- Ana: writes" : "→ Ana, who writes.");
    expect(write(index + 1, true)).toBe(expected(prompts[index + 1]!.text, prompts[index + 1]!.gaps, {}));
  }
  core.replace(index, replacing, 0, false);
  expect(write(index)).toBe("");
});

test("any text may replace another: its known gaps are filled, and all else stays", () => {
  const piece = fc.constantFrom(
    "{",
    "}",
    "{name}",
    "{?name}",
    "{!name}",
    "{/}",
    "{nam}",
    "{?x}",
    "{description}",
    "{?description}",
    "{}",
    "{ name }",
    "{?",
    "{/",
    "é😀",
    "a",
  );
  const index = prompts.findIndex(({ name }) => name === "option_line");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), filled(["name", "description"]), (pieces, values) => {
      const text = pieces.join("");
      core.clearGaps();
      set(values);
      const unknown = core.replace(index, replacing, put(core, replacing, text), false);
      expect(write(index)).toBe(expected(text, ["name", "description"], values));
      const foreign = [...text.matchAll(/\{[?!]?([a-z_]+)\}/g)].find(([, gap]) => gap !== "name" && gap !== "description");
      expect(unknown ? getText(core, core.unknownAt(), unknown) : undefined).toBe(foreign?.[1]);
    }),
    { numRuns: 3000 },
  );
});
