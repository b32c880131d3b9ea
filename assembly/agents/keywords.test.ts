import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { type Compiled, compile, getText, put } from "../text/testing.ts";

interface Category {
  name: string;
  keywords: string[];
  examples: string[];
}

let core: Compiled;
let at: number;

beforeAll(async () => {
  core = await compile("assembly/agents/testing.entry.ts");
  at = core.room(1 << 18);
});

function classify(categories: Category[], text: string, several = false) {
  core.reset(500_000_000n, several);
  for (const { name, keywords, examples } of categories) {
    core.addCategory(at, put(core, at, name));
    for (const keyword of keywords) core.addKeyword(at, put(core, at, keyword));
    for (const example of examples) core.addExample(at, put(core, at, example));
  }
  core.alone(at, put(core, at, text));
  return JSON.parse(getText(core, core.written(0), core.writtenLength(0)));
}

const category = (name: string, keywords: string[] = [], examples: string[] = []): Category => ({ name, keywords, examples });

test("a keyword counts where a word begins with it, whatever its case and spaces", () => {
  const hits = (keyword: string, text: string) => classify([category("a", [keyword]), category("b")], text).prompt_strategy === "keywords";
  expect(hits("refund", "My REFUNDS!")).toBe(true);
  expect(hits("art", "the start")).toBe(false);
  expect(hits("art", "start/art")).toBe(true);
  expect(hits("not  working", "it is Not\nworking")).toBe(true);
  expect(hits("404", "error:404")).toBe(true);
  expect(hits("04", "error 404")).toBe(false);
  expect(hits("ÉTÉ", "l'été")).toBe(true);
  expect(hits("té", "été")).toBe(false);
  expect(hits("退款", "我要退款")).toBe(true);
  expect(hits("?", "really?")).toBe(true);
  expect(hits(" ", "a b")).toBe(false);
});

test("without keywords the likest example counts, or else the name", () => {
  const two = [category("a", [], ["The invoice is wrong", "I paid twice"]), category("b", [], ["The app crashes"])];
  expect(classify(two, "the app crashed")).toMatchObject({
    category: "b",
    confidence: 0.933333333,
    prompt_strategy: "similarity",
    reasoning: "most like: The app crashes",
  });
  expect(classify(two, "i paid once")).toMatchObject({ category: "a", reasoning: "most like: I paid twice" });
  expect(classify([category("weather"), category("sports")], "Sport")).toMatchObject({ category: "sports", confidence: 0.833333333 });
  expect(classify([category("x"), category("y")], "z")).toMatchObject({ category: "x", confidence: 0, accepted: false, alternatives: [] });
});

test("long texts are compared by their beginnings, which end with a whole character", () => {
  const text = "é".repeat(300);
  expect(classify([category("a", [], [`x${text}`]), category("b", [], [text])], `${text}end`)).toMatchObject({ category: "b", confidence: 1 });
});

/** As it is described, word by word. */
function expected(categories: Category[], text: string, several: boolean) {
  const words = text.toLowerCase().split(/[^a-z]+/);
  const hits = categories.map(({ keywords }) => keywords.filter((keyword) => words.some((word) => word.startsWith(keyword))).length);
  const sum = hits.reduce((all, each) => all + each, 0);
  if (sum === 0) return undefined;
  const whole = several ? Math.max(...hits) : sum;
  const guesses = categories.map(({ name }, i) => ({ category: name, confidence: Math.round((hits[i]! / whole) * 1e9) / 1e9 }));
  return guesses.sort((a, b) => b.confidence - a.confidence);
}

test("most keywords win, and ties fall to the category declared first", () => {
  const word = fc.stringMatching(/^[ab]{1,3}$/);
  const some = fc.array(fc.uniqueArray(word, { maxLength: 4 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(some, fc.array(word, { maxLength: 8 }), fc.boolean(), (keywords, words, several) => {
      const categories = keywords.map((each, i) => category(`c${i}`, each));
      const text = words.map((each, i) => (i % 2 ? each.toUpperCase() : each)).join(", ");
      const guesses = expected(categories, text, several);
      const record = classify(categories, text, several);
      expect(record.prompt_strategy).toBe(guesses ? "keywords" : "similarity");
      if (guesses === undefined) return;
      const others = guesses.slice(1).filter(({ confidence }) => confidence > 0);
      expect(record).toMatchObject({ ...guesses[0], alternatives: others, accepted: guesses[0]!.confidence >= 0.5 });
      if (several) expect(record.categories).toEqual(guesses.filter(({ confidence }) => confidence >= 0.5));
    }),
    { numRuns: 3000 },
  );
});
