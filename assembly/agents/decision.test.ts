import fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Compiled, compile, getText, put } from "../text/testing.ts";

const kinds = { next: 2, assign: 3, queries: 4, score: 6, done: 7 };
type Kind = keyof typeof kinds;
const [GOOD, MALFORMED, OUTSIDE] = [0, 1, 2];

let core: Compiled;
let at: number;
let taskAt: number;

beforeAll(async () => {
  core = await compile("assembly/agents/testing.entry.ts");
  at = core.room(1 << 18);
  taskAt = core.room(1 << 12);
});

beforeEach(() => core.reset(700_000_000n, false));

const written = (which: number) => getText(core, core.written(which), core.writtenLength(which));

function options(...names: string[]): void {
  for (const name of names) core.addOption(at, put(core, at, name));
}

function decide(kind: Kind, text: unknown, task = "the whole task", count = 3): { verdict: number; answer?: unknown; meta?: unknown; errors?: string } {
  const source = typeof text === "string" ? text : JSON.stringify(text);
  const verdict = core.decide(kinds[kind], count, at, put(core, at, source), taskAt, put(core, taskAt, task));
  if (verdict === GOOD) return { verdict, answer: JSON.parse(written(0)), ...(written(1) && { meta: JSON.parse(written(1)) }) };
  return { verdict, errors: verdict === OUTSIDE ? written(3) : written(2) };
}

describe("next", () => {
  beforeEach(() => options("writer", "Critic"));

  test.each([
    [
      { next: "writer", task: "Write.", reasoning: "Begin.", done: false },
      { next: "writer", task: "Write.", done: false, reasoning: "Begin." },
    ],
    [{ next: " CRITIC " }, { next: "Critic", done: false }],
    [
      { next: "", done: false },
      { next: "", done: true },
    ],
    [{ next: null }, { next: "", done: true }],
    [
      { done: true, next: "writer" },
      { next: "", done: true },
    ],
    [{ done: "yes" }, { next: "", done: true }],
    [{ next: "none" }, { next: "", done: true }],
  ])("%j gives %j", (source, answer) => {
    expect(decide("next", source)).toEqual({ verdict: GOOD, answer });
  });

  test("somebody who is no member is outside, and nothing at all malformed", () => {
    expect(decide("next", { next: "bob" })).toEqual({ verdict: OUTSIDE, errors: '"bob"' });
    expect(decide("next", {})).toEqual({ verdict: MALFORMED, errors: '"next" is missing' });
    expect(decide("next", "the writer")).toEqual({ verdict: MALFORMED, errors: "it holds no complete JSON object" });
  });
});

describe("assign", () => {
  beforeEach(() => options("a", "b"));

  test("tasks stand in the order of the members, and those of others at the end", () => {
    const assignments = [{ member: "x", task: "three" }, { member: "B", task: "two" }, { member: "a", task: { part: 1 } }, { member: "b" }];
    const answer = [
      { member: "a", task: { part: 1 } },
      { member: "b", task: "two" },
      { member: "b", task: "the whole task" },
      { member: "x", task: "three" },
    ];
    expect(decide("assign", { assignments })).toEqual({ verdict: GOOD, answer });
    expect(decide("assign", assignments)).toEqual({ verdict: GOOD, answer });
  });

  test("nothing assigned gives everybody the whole task", () => {
    const answer = ["a", "b"].map((member) => ({ member, task: "all of it" }));
    expect(decide("assign", { assignments: [] }, "all of it")).toEqual({ verdict: GOOD, answer });
  });

  test("a map of member and task will do, and other things will not", () => {
    expect(decide("assign", { b: "two" })).toEqual({ verdict: GOOD, answer: [{ member: "b", task: "two" }] });
    for (const source of [{ assignments: ["a"] }, { assignments: "a" }, { c: "two" }, "none", [[]]])
      expect(decide("assign", source)).toMatchObject({ verdict: MALFORMED });
  });
});

describe("queries, scores, done", () => {
  test("as many texts as are asked for, at most", () => {
    expect(decide("queries", { queries: ["a", "", 1, "b", "c"] }, "", 2)).toEqual({ verdict: GOOD, answer: ["a", "b"] });
    expect(decide("queries", 'Here: ["a"]')).toEqual({ verdict: GOOD, answer: ["a"] });
    expect(decide("queries", { queries: [] })).toEqual({ verdict: MALFORMED, errors: '"queries" is no list of texts' });
  });

  test("a score is a number from 0 to 1, exact to nine places", () => {
    expect(decide("score", { score: 0.1234567891, reasoning: "So so." })).toEqual({
      verdict: GOOD,
      answer: { score: 0.123456789, reasoning: "So so." },
      meta: { score: 0.123456789 },
    });
    expect(decide("score", { score: "1" })).toMatchObject({ answer: { score: 1 } });
    for (const score of [1.1, -0.1, "good", 1e300])
      expect(decide("score", { score })).toEqual({ verdict: MALFORMED, errors: '"score" is no number from 0 to 1' });
    expect(decide("score", { rating: 1 })).toEqual({ verdict: MALFORMED, errors: '"score" is missing' });
  });

  test("done is yes or no", () => {
    expect(decide("done", { done: true, reasoning: "All there." })).toEqual({ verdict: GOOD, answer: { done: true, reasoning: "All there." } });
    expect(decide("done", { done: "no" })).toEqual({ verdict: GOOD, answer: { done: false } });
    expect(decide("done", { done: "perhaps" })).toEqual({ verdict: MALFORMED, errors: '"done" is neither true nor false' });
  });
});

function classify(source: unknown, plain = false): { verdict: number; record?: Record<string, unknown>; errors?: string } {
  const text = typeof source === "string" ? source : JSON.stringify(source);
  const verdict = core.classify(plain, at, put(core, at, text));
  return verdict === GOOD ? { verdict, record: JSON.parse(written(0)) } : { verdict, errors: verdict === OUTSIDE ? written(3) : written(2) };
}

describe("a category", () => {
  const rest = { reasoning: "", alternatives: [], tokens_used: 0, prompt_strategy: "zero-shot" };

  test("is one of the options, with how sure the model is", () => {
    options("billing", "bugs");
    expect(classify({ category: "Bugs", confidence: 0.1 }, true)).toEqual({
      verdict: GOOD,
      record: { category: "bugs", confidence: 0.1, accepted: true, ...rest },
    });
    expect(classify({ category: "bugs", confidence: 0.1 })).toMatchObject({ record: { accepted: false } });
    expect(classify({ category: "bug", confidence: 0.9 }, true)).toEqual({ verdict: OUTSIDE, errors: '"bug"' });
    expect(classify({ category: "bugs", confidence: 90 })).toEqual({ verdict: MALFORMED, errors: '"confidence" is no number from 0 to 1' });
    expect(classify({})).toEqual({ verdict: MALFORMED, errors: '"category" is missing; "confidence" is missing' });
  });

  test("is named by the model where there is no list (R17)", () => {
    expect(classify({ category: "  Ärger & Späße (sehr)", confidence: 1 })).toMatchObject({ record: { category: "ärger-späße-sehr" } });
    expect(classify({ category: "?!", confidence: 1 })).toEqual({ verdict: MALFORMED, errors: '"category" holds no letter or digit' });
  });

  test("has alternatives that are categories, surest first, each once", () => {
    options("a", "b", "c");
    const alternatives = [
      { category: "b", confidence: 0.1 },
      { category: "x", confidence: 0.9 },
      "c",
      { category: "a", confidence: 0.3 },
      { category: "C", confidence: 0.2 },
    ];
    expect(classify({ category: "a", confidence: 1, alternatives })).toMatchObject({
      record: {
        alternatives: [
          { category: "b", confidence: 0.1 },
          { category: "c", confidence: 0 },
        ],
      },
    });
  });

  test("may be one of several: all that are sure enough, surest first", () => {
    core.reset(500_000_000n, true);
    options("a", "b", "c");
    const categories = [
      { category: "b", confidence: 0.9 },
      { category: "c", confidence: 0.4 },
      { category: "a", confidence: 0.6 },
    ];
    expect(classify({ category: "a", confidence: 0.6, categories })).toMatchObject({
      record: {
        category: "b",
        confidence: 0.9,
        categories: [
          { category: "b", confidence: 0.9 },
          { category: "a", confidence: 0.6 },
        ],
      },
    });
    expect(classify({ category: "a", confidence: 0.3 })).toMatchObject({ record: { category: "a", accepted: false, categories: [] } });
    expect(classify({ category: "a", confidence: 0.6, categories: ["b", "z"] })).toEqual({ verdict: OUTSIDE, errors: '"z"' });
  });
});

test("whatever a model writes, a decision is read or refused", () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom<unknown>("a", "b", "", "yes", true, null, 0.5, "0.5", 2, -1),
      fc.array(tie("any"), { maxLength: 4 }),
      tie("object"),
    ),
    object: fc.dictionary(
      fc.constantFrom("category", "confidence", "categories", "alternatives", "next", "done", "assignments", "member", "task", "queries", "score", "a"),
      tie("any"),
      {
        maxKeys: 5,
      },
    ),
  })).any;
  const text = fc.oneof(
    value.map((each) => JSON.stringify(each)),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(text, fc.boolean(), fc.constantFrom<string[]>([], ["a", "b"]), (source, several, names) => {
      core.reset(500_000_000n, several);
      options(...names);
      for (const kind of Object.keys(kinds) as Kind[]) {
        const { verdict, errors } = decide(kind, source);
        if (verdict !== GOOD) expect(errors).not.toBe("");
      }
      for (const plain of [false, true]) {
        const { verdict, record, errors } = classify(source, plain);
        if (verdict !== GOOD) expect(errors).not.toBe("");
        else if (names.length) expect(names).toContain(record!.category);
      }
    }),
    { numRuns: 3000 },
  );
});

test("schemas are JSON, and ask for every field", () => {
  for (const kind of Object.values(kinds)) {
    core.writeKind(kind);
    const schema = JSON.parse(written(4));
    expect(schema.required).toEqual(Object.keys(schema.properties));
    expect(schema.additionalProperties).toBe(false);
  }
});

test("dates are those of JavaScript", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (time) => {
      core.writeTime(BigInt(time));
      expect(written(4)).toBe(new Date(time).toISOString());
    }),
    { numRuns: 5000 },
  );
});
