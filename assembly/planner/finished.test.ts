import { beforeAll, expect, test } from "vitest";
import { type Compiled, compile, getText, put } from "../text/testing.ts";

let core: Compiled;
let at: number;
let other: number;

beforeAll(async () => {
  core = await compile("assembly/planner/testing.entry.ts");
  at = core.room(1 << 16);
  other = core.room(1 << 16);
});

const read = (plan: unknown) => Boolean(core.readFinished(at, put(core, at, JSON.stringify(plan))));

test("a finished plan has its steps, or is none", () => {
  const steps = [
    { step_number: 1, action: "a", prerequisites: [] },
    { step_number: 2, action: "b", prerequisites: [1] },
    { step_number: 3, action: "c", prerequisites: [1, 2] },
  ];
  expect(read({ type: "reasoning_plan", steps })).toBe(true);
  const ready = (...over: number[]) => {
    put(core, other, new Uint8Array(over));
    return steps.map((_, place) => Boolean(core.ready(place, other)));
  };
  expect(ready(0, 0, 0)).toEqual([true, false, false]);
  expect(ready(1, 0, 0)).toEqual([true, true, false]);
  expect(ready(1, 1, 0)).toEqual([true, true, true]);
  expect(ready(0, 1, 0)).toEqual([true, false, false]);
  expect(read({ steps: [] })).toBe(false);
  expect(read({ steps: [{ action: "a", prerequisites: [1] }] })).toBe(false);
});

test("alternatives are actions, as objects or texts", () => {
  const alternatives = (list: unknown) => {
    expect(read({ steps: ["x", { action: "a", alternatives: list }] })).toBe(true);
    const length = core.alternatives(1);
    return getText(core, core.textAt(), length).split("\n").slice(0, -1);
  };
  expect(alternatives([{ action: "b", reasoning: "r" }, "c", { reasoning: "no action" }, 7, { action: "d" }])).toEqual(["b", "c", "d"]);
  expect(alternatives("b")).toEqual([]);
  expect(core.alternatives(0)).toBe(0);
});

test("a step goes to the executor that its text names first, else to them in turn", () => {
  const executor = (text: string, number: number, ...names: string[]) => {
    const list = Buffer.concat(names.flatMap((name) => [Buffer.from([name.length]), Buffer.from(name)]));
    put(core, other, list);
    return names[core.executor(at, put(core, at, text), number, other, names.length)];
  };
  expect(executor("Let writer check what coder did", 1, "coder", "writer")).toBe("writer");
  expect(executor("Writer: do it", 1, "coder", "writer")).toBe("writer");
  expect(executor("the co-writer, the writers and the überwriter", 1, "coder", "writer")).toBe("coder");
  expect(executor("(data-team) data", 1, "data", "data-team")).toBe("data-team");
  expect([1, 2, 3, 4].map((number) => executor("", number, "a", "b", "c"))).toEqual(["a", "b", "c", "a"]);
});
