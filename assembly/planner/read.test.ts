import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { type Compiled, compile, getText, put } from "../text/testing.ts";

let core: Compiled;
let at: number;

beforeAll(async () => {
  core = await compile("assembly/planner/testing.entry.ts");
  at = core.room(1 << 22);
});

const READINGS = ["good", "bad", "too long"] as const;
const KEEPS = { actions: 0, sequence: 1, order: 2, "sound order": 3 } as const;

interface Outcome {
  reading: (typeof READINGS)[number];
  problems: string[];
  steps: string[];
}

function read(text: string, keep: keyof typeof KEEPS = "order", most = 20): Outcome {
  const reading = READINGS[core.read(at, put(core, at, text), KEEPS[keep], most)]!;
  const problems = getText(core, core.problemsAt(), core.problemsLength())
    .split("; ")
    .filter((each) => each !== "");
  if (reading !== "good") return { reading, problems, steps: [] };
  const length = core.describe();
  return { reading, problems, steps: getText(core, core.textAt(), length).split("\n").slice(0, -1) };
}

const plan = (...steps: unknown[]) => JSON.stringify({ steps });
const step = (number: unknown, prerequisites?: unknown, more: object = {}) => ({ step_number: number, action: `do ${number}`, prerequisites, ...more });

test("steps are read in the order written, with who waits for whom", () => {
  expect(read(plan(step(1, []), step(2, [1]), step(3, [1]), step(4, [2, 3]))).steps).toEqual([
    "1 [] 0 2 do 1",
    "2 [1 ] 1 2 do 2",
    "3 [1 ] 1 2 do 3",
    "4 [2 3 ] 2 2 do 4",
  ]);
});

test("prose and fences around the object, and a list alone", () => {
  const json = plan("look", "leap");
  const steps = ["1 [] 0 2 look", "2 [1 ] 1 2 leap"];
  expect(read(`Here {is} my plan [1]:\n\`\`\`json\n${json}\n\`\`\`\nGood luck!`).steps).toEqual(steps);
  expect(read(`See [1]. ${json}`).steps).toEqual(steps);
  expect(read('["look", {"action": "leap"}]').steps).toEqual(steps);
});

test("a plan that says nothing of prerequisites is a sequence; one that says there are none is not", () => {
  expect(read(plan(step(1, [3]), step(2, []), step(3, [])), "sequence").steps).toEqual(["1 [] 0 2 do 1", "2 [1 ] 1 2 do 2", "3 [2 ] 2 2 do 3"]);
  expect(read(plan({ action: "a" }, { action: "b" }, { action: "c" })).steps).toEqual(["1 [] 0 2 a", "2 [1 ] 1 2 b", "3 [2 ] 2 2 c"]);
  expect(read(plan({ action: "a", prerequisites: [] }, { action: "b" })).steps).toEqual(["1 [] 0 2 a", "2 [] 0 2 b"]);
});

test("numbers may be spelled in many ways, and stand in any order", () => {
  expect(read(plan(step("Step 1.2", "1.1"), step(1.1, null), step("B", ["step 1.1:", "1.2", "none", ""]))).steps).toEqual([
    "1.2 [2 ] 1 2 do Step 1.2",
    "1.1 [] 0 2 do 1.1",
    "B [2 1 ] 2 2 do B",
  ]);
  expect(read(plan(step(1, 2), step(2, [])))).toMatchObject({ reading: "good" });
  expect(read(plan(step(1, []), step(2, [1, 1, "1"]))).steps[1]).toBe("2 [1 ] 1 2 do 2");
});

test("how hard a step is", () => {
  const words = ["low", "Low", "medium", "HIGH", "high", "?", "", 7, null];
  const steps = words.map((complexity, i) => step(i + 1, [], { complexity }));
  expect(read(plan(...steps)).steps.map((line) => line.split(" ")[3])).toEqual(["1", "1", "2", "3", "3", "2", "2", "2", "2"]);
});

test("what is wrong is said so that it can be mended", () => {
  const bad = (text: string, ...problems: string[]) => expect(read(text), text).toEqual({ reading: "bad", problems, steps: [] });
  bad("", 'there is no JSON object with a list "steps" in it');
  bad("first look, then leap", 'there is no JSON object with a list "steps" in it');
  bad('{"steps": {"1": "look"}}', 'there is no JSON object with a list "steps" in it');
  bad('{"steps": [', 'there is no JSON object with a list "steps" in it');
  bad('{"steps": []}', "its list of steps is empty");
  bad(
    plan(1, null, { reasoning: "x" }, { action: "" }),
    "step 1: it has no action",
    "step 2: it has no action",
    "step 3: it has no action",
    "step 4: it has no action",
  );
  bad(plan(step(1, [7]), step(2, ["step x"])), "step 1: its prerequisite 7 is no step of the plan", "step 2: its prerequisite step x is no step of the plan");
  bad(plan(step(1), step(2), step(1)), "step 1: another step has this number, too");
  bad(plan(step(1, [2]), step(2, [1])), "steps wait for each other: 1 -> 2 -> 1");
  bad(plan(step(1, [2]), step(2, [2])), "steps wait for each other: 2 -> 2");
  bad(plan(step(1, [4]), step(2, [3, 1]), step(3, [4]), step(4, [5]), step(5, [3])), "steps wait for each other: 3 -> 4 -> 5 -> 3");
  bad(plan(...Array.from({ length: 12 }, () => ({}))), ...Array.from({ length: 8 }, (_, i) => `step ${i + 1}: it has no action`));
  expect(read(plan(...Array.from({ length: 20 }, (_, i) => step(i, [(i + 1) % 20])))).problems[0]).toMatch(
    /^steps wait for each other: 0 -> 1 -> .* -> 15 -> \.\.\. -> 0$/,
  );
});

test("a plan that is too long is told from a bad one", () => {
  expect(read(plan("a", "b", "c"), "order", 3).reading).toBe("good");
  expect(read(plan("a", "b", "c"), "order", 2)).toEqual({ reading: "too long", problems: ["it has 3 steps, and may have 2"], steps: [] });
});

test("actions alone need no order; a sound order leaves out what does not hold", () => {
  expect(read(plan(step(1, [2]), step(1, [9])), "actions")).toMatchObject({ reading: "good" });
  expect(read(plan(step(1, [2, 9]), step(2, [1, 2]), step(3, [2])), "sound order").steps).toEqual(["1 [] 0 2 do 1", "2 [1 ] 1 2 do 2", "3 [2 ] 2 2 do 3"]);
});

/** Steps with any prerequisites, by place from 0. */
const graphs = fc
  .integer({ min: 1, max: 12 })
  .chain((count) => fc.array(fc.uniqueArray(fc.nat({ max: count - 1 }), { maxLength: 3 }), { minLength: count, maxLength: count }));

/** Levels by taking off, again and again, all steps that wait for nobody; undefined if some never can be. */
function levelsOf(graph: number[][]): number[] | undefined {
  const levels = graph.map(() => -1);
  for (let level = 0; levels.includes(-1); level++) {
    const next = graph.flatMap((before, i) => (levels[i] === -1 && before.every((each) => levels[each]! >= 0) ? [i] : []));
    if (next.length === 0) return undefined;
    for (const i of next) levels[i] = level;
  }
  return levels;
}

test("levels, critical path and cycles are those of a plain reference", () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const text = plan(
        ...graph.map((before, i) =>
          step(
            i + 1,
            before.map((each) => each + 1),
          ),
        ),
      );
      const { reading, problems, steps } = read(text);
      const levels = levelsOf(graph);
      if (levels === undefined) {
        expect(reading).toBe("bad");
        const cycle = /: (.*)$/.exec(problems[0]!)![1]!.split(" -> ").map(Number);
        expect(cycle.at(-1)).toBe(cycle[0]);
        expect(Math.min(...cycle)).toBe(cycle[0]);
        for (let i = 1; i < cycle.length; i++) expect(graph[cycle[i - 1]! - 1]).toContain(cycle[i]! - 1);
        return;
      }
      expect(steps.map((line) => Number(line.split("] ")[1]!.split(" ")[0]))).toEqual(levels);
      const length = core.describeGraph();
      const [sizes, path, total] = getText(core, core.textAt(), length)
        .split("|")
        .map((part) => part.trim().split(" ").map(Number));
      const height = Math.max(...levels);
      expect(sizes).toEqual(Array.from({ length: height + 1 }, (_, level) => levels.filter((each) => each === level).length));
      expect(total).toEqual([2 * graph.length]);
      const expected = [levels.indexOf(height)];
      while (expected[0] !== undefined && levels[expected[0]]! > 0) {
        const step = expected[0];
        expected.unshift(Math.min(...graph[step]!.filter((each) => levels[each] === levels[step]! - 1)));
      }
      expect(path).toEqual(expected.map((each) => each + 1));
    }),
    { numRuns: 2000 },
  );
});

test("whatever a model writes, the reader gives an outcome", () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(null, true, 0, 1, 2, -3, 1.5, "", "1", "step 2", "none", "é", "low"),
      fc.array(tie("any"), { maxLength: 4 }),
      tie("map"),
    ),
    map: fc.dictionary(fc.constantFrom("steps", "step_number", "action", "prerequisites", "complexity", "x"), tie("any"), { maxKeys: 5 }),
  })).any;
  fc.assert(
    fc.property(
      value,
      fc.string(),
      fc.string(),
      fc.nat({ max: 300 }),
      fc.constantFrom(...(Object.keys(KEEPS) as (keyof typeof KEEPS)[])),
      (json, before, after, cut, keep) => {
        const whole = `${before}${JSON.stringify(json)}${after}`;
        for (const text of [whole, whole.slice(0, cut)].map((each) => each.toWellFormed())) {
          const { reading, problems, steps } = read(text, keep, 3);
          expect(reading === "good").toBe(problems.length === 0);
          expect(steps.length > 0).toBe(reading === "good");
        }
      },
    ),
    { numRuns: 3000 },
  );
});

test("a plan of ten thousand steps is read in no time", () => {
  const steps = Array.from({ length: 10_000 }, (_, i) => step(i + 1, i < 2 ? [] : [i, i - 1]));
  const text = plan(...steps);
  const start = performance.now();
  expect(read(text, "order", 10_000).reading).toBe("good");
  expect(performance.now() - start).toBeLessThan(500);
});
