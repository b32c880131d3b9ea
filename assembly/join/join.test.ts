import { beforeAll, describe, expect, test } from "vitest";
import { type Compiled, compile, getText, put } from "../text/testing.ts";

let core: Compiled;
let at: number;

beforeAll(async () => {
  core = await compile("assembly/join/testing.entry.ts");
  at = core.room(1 << 24);
});

const words = ["consensus", "weighted", "semantic", "hierarchical", "rag_based"] as const;
const strategies = [
  ...words,
  "voting_majority",
  "voting_unanimous",
  "voting_weighted",
  "voting_confidence",
  "concatenate",
  "object",
  "first_success",
  "score",
  "rrf",
] as const;
const deduplications = ["exact", "fuzzy", "semantic"] as const;
const methods = ["average", "weighted_average", "max", "consensus"] as const;
const extractions = ["json_first", "json", "regex", "sentiment"] as const;

interface Case {
  value: unknown;
  strategy?: (typeof strategies)[number];
  deduplication?: (typeof deduplications)[number];
  method?: (typeof methods)[number];
  extraction?: (typeof extractions)[number];
  [name: string]: unknown;
}

function put1(testCase: Case): number {
  const { strategy, deduplication, method, extraction, ...rest } = testCase;
  const numbers = {
    strategy: strategies.indexOf(strategy ?? "object"),
    deduplication: deduplication ? deduplications.indexOf(deduplication) : 255,
    method: methods.indexOf(method ?? "average"),
    extraction: extractions.indexOf(extraction ?? "json_first"),
  };
  return put(core, at, JSON.stringify([{ ...rest, ...numbers }]));
}

// biome-ignore lint/suspicious/noExplicitAny: what comes out is the test's to look into
function join(testCase: Case): any {
  const length = core.joinAll(at, put1(testCase));
  return JSON.parse(getText(core, core.answersAt(), length))[0];
}

// biome-ignore lint/suspicious/noExplicitAny: the same
function measure(testCase: Case): any {
  const length = core.measureAll(at, put1(testCase));
  return JSON.parse(getText(core, core.answersAt(), length))[0];
}

describe("parts", () => {
  const object = (value: unknown, more: object = {}) => join({ strategy: "object", value, ...more }).out;

  test("are values of an object, elements of a list, or the message itself", () => {
    expect(JSON.parse(object({ a: "x", b: { n: 1.0 }, c: [1] }))).toEqual({ a: "x", b: { n: 1 }, c: [1] });
    expect(JSON.parse(object(["x", 2]))).toEqual({ "1": "x", "2": 2 });
    expect(JSON.parse(object("plain text"))).toEqual({ "": "plain text" });
  });

  test("are without what has failed, by name or by place", () => {
    expect(JSON.parse(object({ a: "x", b: "y" }, { meta: { failed: ["b"] } }))).toEqual({ a: "x" });
    expect(JSON.parse(object({ a: "x", b: "y" }, { meta: { failed: { a: "why" } } }))).toEqual({ b: "y" });
    expect(JSON.parse(object(["x", { error: "no" }, "z"], { meta: { failed: [1] } }))).toEqual({ "1": "x", "3": "z" });
  });

  test("none is a failure, and so are fewer than needed", () => {
    expect(join({ value: {} }).error).toBe("no input came");
    expect(join({ value: { a: "x" }, meta: { failed: ["a"] } }).error).toBe("no input came");
    expect(join({ value: { a: "x" }, least: 2 }).error).toBe("only 1 of at least 2 inputs came in time");
  });

  test("over the most are left out, and that is told", () => {
    const { out, meta } = join({ strategy: "concatenate", value: { a: "1", b: "2", c: "3" }, most: 2 });
    expect(out).toBe("1\n\n2");
    expect(meta).toMatchObject({ sources: ["a", "b"], left_out: ["c"] });
  });

  test("a fence around an answer's JSON is looked through, and so is a string that is JSON", () => {
    const value = { a: '```json\n{"answer": "yes", "confidence": 0.9}\n```', b: { answer: "YES" }, c: '{"answer":"no"}' };
    expect(join({ strategy: "voting_majority", value })).toMatchObject({ out: "yes", meta: { agreement: 0.666666667 } });
  });
});

describe("votes", () => {
  test("below the threshold fail with the parts", () => {
    const { out, error } = join({ strategy: "voting_majority", threshold: 0.6, value: { a: "x", b: "y" } });
    expect(error).toBe("agreement 0.5 is below the threshold 0.6");
    expect(JSON.parse(out)).toEqual({ a: "x", b: "y" });
    expect(join({ strategy: "voting_majority", threshold: 0.5, value: { a: "x", b: "y" } }).out).toBe("x");
  });

  test("weights beyond all measure add up", () => {
    const weights = { a: 2_000_000_000, b: 2_000_000_000, c: 2_000_000_000 };
    const { out, meta } = join({ strategy: "voting_weighted", weights, value: { a: "x", b: "y", c: "y" } });
    expect([out, meta.agreement]).toEqual(["y", 0.666666667]);
  });

  test("one alone wins, whatever it weighs", () => {
    expect(join({ strategy: "voting_weighted", weights: { a: 0 }, value: { a: "x" } }).meta.agreement).toBe(1);
  });

  test("of many parts take little time", () => {
    const value = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`s${i}`, `answer ${i % 70_000}`]));
    const length = put1({ strategy: "voting_majority", value });
    const start = performance.now();
    core.joinAll(at, length);
    expect(performance.now() - start).toBeLessThan(1500);
  });

  test("insights without a model are the tally", () => {
    const { meta } = join({ strategy: "voting_majority", summary: 1, value: { a: "x", b: "y", c: "x" } });
    expect(meta.summary_insights).toBe("2 of 3: x; 1 of 3: y");
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`s${i}`, i ? `${i}`.repeat(150) : "short"]));
    const { summary_insights } = join({ strategy: "concatenate", summary: 1, value: many }).meta;
    expect(summary_insights).toMatch(/^1 of 12: short; 1 of 12: 1{100}\.\.\.; .*; and 2 other answers$/);
    expect(meta.conflicts_resolved).toEqual([{ topic: "vote", conflicting_sources: ["b"], resolution: "x", reasoning: "2 of 3 inputs" }]);
  });
});

describe("deduplication", () => {
  const value = { a: "The cat sat.", b: "the  CAT sat.", c: "The cat sat!", d: "Something else." };

  test("exact, fuzzy, and none", () => {
    expect(measure({ value }).same).toEqual([0, 1, 2, 3]);
    expect(measure({ value, deduplication: "exact" }).same).toEqual([0, 0, 2, 3]);
    expect(measure({ value, deduplication: "fuzzy" }).same).toEqual([0, 0, 0, 3]);
    expect(measure({ value, deduplication: "semantic", similarity: 0.95 }).same).toEqual([0, 0, 2, 3]);
  });

  test("makes near answers one in a vote, and shows each once when they are put together", () => {
    expect(join({ strategy: "voting_majority", deduplication: "fuzzy", value }).meta.agreement).toBe(0.75);
    expect(join({ strategy: "concatenate", deduplication: "exact", value }).out).toBe("The cat sat.\n\nThe cat sat!\n\nSomething else.");
    expect(join({ strategy: "concatenate", deduplication: "exact", value }).meta.sources).toEqual(["a", "b", "c", "d"]);
  });

  test("of more parts than can be compared is refused", () => {
    const many = Array.from({ length: 1001 }, (_, i) => `answer ${i}`);
    expect(join({ strategy: "concatenate", deduplication: "fuzzy", value: many }).error).toBe(
      "1001 inputs are more than the 1000 that can be compared with each other",
    );
    expect(join({ strategy: "concatenate", deduplication: "exact", value: many }).error).toBeUndefined();
  });

  test("of many long texts takes a bounded time", () => {
    const long = Array.from({ length: 300 }, (_, i) => `${i}${"abcdefghij".repeat(400)}${i}`.split("").reverse().join(""));
    const length = put1({ strategy: "concatenate", deduplication: "fuzzy", similarity: 1, value: long });
    const start = performance.now();
    core.joinAll(at, length);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

describe("level and clusters", () => {
  test("the level weighs likeness to the result by confidence, and likeness among the parts", () => {
    const value = { a: { answer: "abcd", confidence: 1 }, b: { answer: "abxy", confidence: 0.5 } };
    // To "abcd": (1 × 1 + 0.5 × 0.5) ÷ 1.5 = 0.8333; among each other 0.5.
    expect(measure({ value, text: "abcd" }).level).toBe(0.7);
    expect(measure({ value: { a: "one" }, text: "other" }).level).toBe(1);
    const unsure = { a: { answer: "abcd", confidence: 0 }, b: { answer: "abxy", confidence: 0 } };
    expect(measure({ value: unsure, text: "abcd" }).level).toBe(0.65);
  });

  test("a part joins the first cluster that it is near enough to in the mean", () => {
    const value = { a: "aaaaaaaaaa", b: "zzzzzzzzzz", c: "aaaaaaaaab", d: "zzzzzzzzzy", e: "aaaaaaaabb" };
    expect(measure({ value, similarity: 0.85 }).clusters).toEqual([
      { sources: ["a", "c", "e"], similarity: 0.866666667 },
      { sources: ["b", "d"], similarity: 0.9 },
    ]);
    expect(measure({ value, similarity: 0.86 }).clusters).toEqual([
      { sources: ["a", "c"], similarity: 0.9 },
      { sources: ["b", "d"], similarity: 0.9 },
      { sources: ["e"], similarity: 1 },
    ]);
  });
});

describe("scores", () => {
  const read = (text: string, extraction: (typeof extractions)[number] = "json_first") => measure({ value: [text], extraction }).scores[0];

  test("from JSON, with prose around it", () => {
    expect(read('{"score": 0.85}')).toBe(0.85);
    expect(read('Here it is: {"rating": 8} as asked')).toBe(0.8);
    expect(read('{"quality": "7/10"}')).toBe(0.7);
    expect(read('{"quality_score": 0}')).toBe(0);
    expect(read('{"score": 12}')).toBe(1);
    expect(read('{"score": -3}')).toBe(0);
    expect(read("Score: 0.9", "json")).toBeLessThan(0);
  });

  test("from numbers in the text", () => {
    expect(read("Score: 0.9")).toBe(0.9);
    expect(read("**Overall rating** - 8.5")).toBe(0.85);
    expect(read("I give it 4/5.")).toBe(0.8);
    expect(read("Passed 3/4 checks, quality is 7 out of 10")).toBe(0.7);
    expect(read("grade: 75%")).toBe(0.75);
    expect(read("a 5/0 split")).toBe(0.6);
    expect(read("no number", "regex")).toBeLessThan(0);
    expect(read('{"score": 0.2} but rating 9', "regex")).toBe(0.2);
  });

  test("from praise and blame", () => {
    expect(read("clear and accurate, but weak at the end", "sentiment")).toBe(0.7);
    expect(read("not good, poor")).toBe(0.3);
    expect(read("excellent")).toBe(0.9);
    expect(read("words")).toBe(0.6);
  });

  test("become one", () => {
    const value = { a: { score: 0.5, confidence: 1 }, b: { score: 0.9, confidence: 0.25 }, c: "no score here" };
    const score = (method: (typeof methods)[number]) => join({ strategy: "score", extraction: "json", method, value }).meta.score;
    expect(score("average")).toBe(0.7);
    expect(score("weighted_average")).toBe(0.58);
    expect(score("max")).toBe(0.9);
    expect(score("consensus")).toBe(0.5);
  });

  test("are set on the message they are for, with what was said", () => {
    const value = { a: { score: 0.5 }, b: "score 7" };
    const { out, meta } = join({ strategy: "score", value, of: "the draft", ofMeta: { score: 0.1, iterations: 2 } });
    expect(out).toBe("the draft");
    expect(meta).toEqual({ score: 0.6, critiques: value, iterations: 2 });
    expect(join({ strategy: "score", value }).out).toBe('{"score":0.5}');
    expect(join({ strategy: "score", extraction: "json", value: { a: "none" } }).error).toBe("there is no score in what any of 1 critics said");
  });
});

describe("fusion", () => {
  test("keeps the fields a document has anywhere, each as it stands first", () => {
    const value = {
      a: [{ id: "1", text: "one", score: 0.3 }, "loose"],
      b: [
        { id: "1", score: 0.9, metadata: { from: "b" } },
        { id: "2", text: "two" },
      ],
    };
    expect(JSON.parse(join({ strategy: "rrf", value, k: 9, top_k: 2 }).out)).toEqual([
      { id: "1", text: "one", metadata: { from: "b" }, score: 0.2 },
      { text: "loose", score: 0.090909091 },
    ]);
  });

  test("orders anew by the words of the query", () => {
    const value = [["about cats", "dogs and more dogs", "a dog"]];
    const texts = (more: object) => JSON.parse(join({ strategy: "rrf", value, query: "Dogs", ...more }).out).map((each: { text: string }) => each.text);
    expect(texts({})).toEqual(["about cats", "dogs and more dogs", "a dog"]);
    expect(texts({ rerank: 1 })).toEqual(["dogs and more dogs", "about cats", "a dog"]);
    expect(texts({ rerank: 1, top_k: 1 })).toEqual(["dogs and more dogs"]);
  });

  test("documents are scored as BM25 says", () => {
    const documents = ["the quick brown fox", "the lazy dog and the quick cat", "猫は速い", "nothing at all to see here"];
    const query = "Quick THE 速";
    const tokens = documents.map((text) => text.match(/[a-z]+|[぀-鿿]/g) ?? []);
    const mean = tokens.flat().length / tokens.length;
    const score = (list: string[]) =>
      ["quick", "the", "速"].reduce((sum, word) => {
        const held = tokens.filter((other) => other.includes(word)).length;
        const hits = list.filter((each) => each === word).length;
        return sum + (Math.log(1 + (4 - held + 0.5) / (held + 0.5)) * hits * 2.2) / (hits + 1.2 * (0.25 + (0.75 * list.length) / mean));
      }, 0);
    const wanted = documents.map((text, i) => ({ text, score: score(tokens[i] as string[]) })).sort((a, b) => b.score - a.score);
    expect(measure({ value: documents, query })).toEqual(wanted.map(({ text }) => text));
  });
});
