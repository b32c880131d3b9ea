import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { type Compiled, compile, put } from "../text/testing.ts";
import { type Message, type Tree, written, isSo } from "./testing.condition.ts";

let core: Compiled;
let source = 0;
let text = 0;
let metadata = 0;
beforeAll(async () => {
  core = await compile("assembly/flow/testing.values.entry.ts");
  source = core.room(16384);
  text = core.room(16384);
  metadata = core.room(16384);
});

const faults = ["unexpected", "end", "character", "truth", "too-long", "too-deep"];

/** `end 8`, or undefined for a condition that is right. */
function fault(condition: string): string | undefined {
  if (core.compile(source, put(core, source, condition))) return undefined;
  return `${faults[core.fault()]} ${core.column()}`;
}

function holds(condition: string, message: string | object = "", extra: Message = {}): boolean {
  const compiled = core.compile(source, put(core, source, condition));
  if (!compiled) throw new Error(`${condition}: ${faults[core.fault()]} at ${core.column()}`);
  const length = put(core, text, typeof message === "string" ? message : JSON.stringify(message));
  const metadataLength = extra.metadata === undefined ? 0 : put(core, metadata, JSON.stringify(extra.metadata));
  const scene = core.look(text, length, metadata, metadataLength);
  const { gain, iteration, elapsed, tokens } = extra;
  const number = (value: number | undefined) => BigInt(value ?? -1);
  core.count(gain !== undefined, BigInt(Math.round((gain ?? 0) * 1e9)), number(iteration), number(elapsed), number(tokens));
  return core.holds(compiled, scene) !== 0;
}

describe("what holds", () => {
  test.each([
    ["score >= 0.9", { score: 0.9 }, true],
    ["score >= 0.9", { score: 0.8999999999999999 }, false],
    ["score > 0.1", { score: 1e-1 }, false],
    ["score == 1.50e0", { score: 1.5 }, true],
    ["n == 100000000000000000000001", '{"n":100000000000000000000001}', true],
    ["n == 100000000000000000000001", '{"n":100000000000000000000002}', false],
    ["-3 < n and n <= -1", { n: -2 }, true],
    ['kind == "a b"', { kind: "a b" }, true],
    ["kind == 'a'", { kind: "a" }, true],
    ['kind < "b"', { kind: "a" }, true],
    ['kind != "b"', { kind: "a" }, true],
    ["kind == 5", { kind: "5" }, false],
    ["kind != 5", { kind: "5" }, true],
    ["kind < 5", { kind: "1" }, false],
    ["a.b.0.c == true", { a: { b: [{ c: true }] } }, true],
    ["a.b.1 == true", { a: { b: [true] } }, false],
    ["a.length == 1", { a: [1] }, false],
    ["done", { done: true }, true],
    ["done", { done: "true" }, false],
    ["not done", { done: false }, true],
    ["not missing > 1", {}, true],
    ["missing != 1", {}, false],
    ["missing == missing", {}, false],
    ["nothing == nothing", { nothing: null }, false],
    ["list == list", { list: [1] }, false],
    ["list != 1", { list: [1] }, true],
    ["true or false and false", "", true],
    ["(true or false) and false", "", false],
    ["not true or true", "", true],
    ["not (true or true)", "", false],
    ["a and b or c", { a: true, b: false, c: true }, true],
    ["quality-score > 3", { "quality-score": 4 }, true],
    ["größe > 3", { größe: 4 }, true],
    ['name == "say \\"hi\\"\\n\\\\"', { name: 'say "hi"\n\\' }, true],
    ['text == "plain words"', "plain words", true],
    ["score > 0.5", "not json at all", false],
    ["score > 0.5", 'Well:\n```json\n{"score": 0.7}\n```', true],
    ['has_category("x")', { category: "x" }, true],
    ['has_category("x")', { category: "y", categories: ["y", "x"] }, true],
    ['has_category("x")', { category: "x", accepted: false }, false],
    ['has_category("x")', { category: "y" }, false],
    ["has_category", { has_category: true }, true],
  ])("%s of %j: %s", (condition, message, expected) => {
    expect(holds(condition, message)).toBe(expected);
  });

  test("special names win over fields, when the message has them", () => {
    expect(holds("score == 1", { score: 2 }, { metadata: { score: 1 } })).toBe(true);
    expect(holds("score == 2", { score: 2 }, { metadata: { score: null } })).toBe(true);
    expect(holds("score == 2", { score: 2 }, { metadata: {} })).toBe(true);
    expect(holds("other == 2", { other: 2 }, { metadata: { other: 1 } })).toBe(true);
    expect(holds('text == "{\\"text\\":1}"', { text: 1 })).toBe(true);
    expect(holds("iteration == 3", { iteration: 1 }, { iteration: 3 })).toBe(true);
    expect(holds("iteration == 1", { iteration: 1 })).toBe(true);
    expect(holds("gain < 0.1", {}, { gain: 0.05 })).toBe(true);
    expect(holds("gain < -0.1", {}, { gain: -0.2 })).toBe(true);
    expect(holds("tokens_spent >= 500", {}, { tokens: 500 })).toBe(true);
    expect(holds('has_category("x")', "words", { metadata: { category: "x" } })).toBe(true);
    expect(holds('category == "x"', "words", { metadata: { category: "x" } })).toBe(true);
    expect(holds("agreement >= 1 and confidence > 0.3", "words", { metadata: { agreement: 1, confidence: 0.5 } })).toBe(true);
  });

  test("time is in seconds, with a unit if wanted", () => {
    expect(holds("elapsed > 1.5", {}, { elapsed: 1501 })).toBe(true);
    expect(holds("elapsed > 1.5", {}, { elapsed: 1500 })).toBe(false);
    expect(holds("elapsed >= 1500ms", {}, { elapsed: 1500 })).toBe(true);
    expect(holds("elapsed == 1h30m", {}, { elapsed: 5_400_000 })).toBe(true);
  });

  test("who speaks of a loop", () => {
    const uses = (condition: string) => core.compile(source, put(core, source, condition)) !== 0 && core.usesLoop() !== 0;
    expect(["iteration > 1", "gain < 1", "elapsed > 1", "a.gain > 1"].map(uses)).toEqual([true, true, false, false]);
  });
});

describe("what is none", () => {
  test.each([
    ["", "end 1"],
    ["score", undefined],
    ["score >", "end 8"],
    ["score = 3", "character 7"],
    ["score => 3", "character 7"],
    ["score ! 3", "character 7"],
    ["(score > 3", "end 11"],
    ["score > 3)", "unexpected 10"],
    ["3", "truth 1"],
    ["a and 'x'", "truth 7"],
    ["a b", "unexpected 3"],
    ["a and", "end 6"],
    ["and a", "unexpected 1"],
    ["a == and", "unexpected 6"],
    ["not", "end 4"],
    ["a == 'x", "end 6"],
    ["a == 1 == 2", "unexpected 8"],
    ["a == 5x", "character 6"],
    ["a == 1.", "character 6"],
    ["a == 1e", "character 6"],
    ["a == -", "character 6"],
    ["a..b", "character 2"],
    ["größe = 3", "character 7"],
    ["a && b", "character 3"],
    ["has_category(x)", "unexpected 14"],
    ["has_category('x'", "end 17"],
    [`${"(".repeat(31)}a${")".repeat(31)}`, undefined],
    [`${"(".repeat(32)}a${")".repeat(32)}`, "too-deep 33"],
    [`${"not ".repeat(40)}a`, "too-deep 129"],
    [`a${" or a".repeat(800)}`, undefined],
    [`a${" or a".repeat(1000)}`, "too-long 1"],
  ])("%s: %s", (condition, expected) => {
    expect(fault(condition)).toBe(expected);
  });
});

// ---- against an obvious evaluator ----

const field = fc.constantFrom("a", "b", "c.d", "c.0", "score", "gain", "iteration", "elapsed", "tokens_spent", "confidence", "text");
const literal: fc.Arbitrary<Tree> = fc.oneof(
  fc.record({ is: fc.constant("number" as const), value: fc.constantFrom(-1, 0, 0.5, 1, 2, 1e21) }),
  fc.record({ is: fc.constant("text" as const), value: fc.constantFrom("", "a", "b", "é", 'q"\\') }),
  fc.record({ is: fc.constant("truth" as const), value: fc.boolean() }),
);
const operand: fc.Arbitrary<Tree> = fc.oneof(literal, fc.record({ is: fc.constant("field" as const), name: field }));
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.record({ is: fc.constant("compare" as const), sign: fc.constantFrom("==", "!=", "<", "<=", ">", ">="), left: operand, right: operand }),
    fc.record({ is: fc.constant("category" as const), name: fc.constantFrom("a", "b") }),
    fc.record({ is: fc.constant("field" as const), name: field }),
    fc.record({ is: fc.constant("not" as const), of: tie("tree") }),
    fc.record({ is: fc.constantFrom("and" as const, "or" as const), of: fc.array(tie("tree"), { minLength: 2, maxLength: 4 }) }),
  ),
}));
const scalar = fc.constantFrom<unknown>(null, true, false, -1, 0, 0.5, 1, 2, 1e21, "", "a", "b", "é", 'q"\\');
const fields = fc.dictionary(fc.constantFrom("a", "b", "score", "text", "iteration", "category", "accepted"), scalar);
const message = fc.record({
  text: fc.oneof(
    fc.constant("words"),
    fc.tuple(fields, fc.option(fc.oneof(fc.record({ d: scalar }), fc.array(scalar)))).map(([own, c]) => ({ ...own, ...(c ? { c } : {}) })),
  ),
  extra: fc.record(
    {
      metadata: fc.dictionary(fc.constantFrom("score", "confidence", "category", "categories"), fc.oneof(scalar, fc.array(scalar))),
      ...{ gain: fc.constantFrom(-1, 0, 0.5), iteration: fc.nat(3), elapsed: fc.constantFrom(0, 500, 1000), tokens: fc.nat(2) },
    },
    { requiredKeys: [] },
  ),
});

test("says what an obvious evaluator says", () => {
  fc.assert(
    fc.property(tree, message, fc.boolean(), (condition, { text, extra }, spaced) => {
      expect(holds(written(condition, spaced), text, extra)).toBe(isSo(condition, text, extra));
    }),
    { numRuns: 5000 },
  );
});

test("any text is a condition or a fault, within the text", () => {
  const piece = fc.constantFrom(
    "a",
    "and",
    "or",
    "not",
    "(",
    ")",
    "==",
    "<",
    '"',
    "'",
    "\\",
    "1",
    ".",
    "-",
    "e",
    "5s",
    "has_category",
    " ",
    "\n",
    "é",
    "\0",
    "=",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join("")),
        fc.string({ unit: "binary", maxLength: 30 }),
      ),
      (condition) => {
        const found = fault(condition);
        if (found === undefined) holds(condition, { a: 1 });
        else expect(Number(found.split(" ")[1])).toBeLessThanOrEqual([...condition].length + 1);
      },
    ),
    { numRuns: 5000 },
  );
});
