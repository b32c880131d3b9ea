import { expect, test } from "vitest";
import { Run } from "./run.ts";
import { RunTable } from "./run-table.ts";

const GENERATION = 2 ** 22;

function runAt(handle: number): Run {
  const run = new Run(`run-${handle}`, { deliver: () => undefined, closeInput: () => undefined, cancel: () => undefined, approve: () => undefined });
  run.handle = handle;
  return run;
}

test("a run is found by its own handle, not by another generation's", () => {
  const table = new RunTable();
  const late = runAt(2 ** 31 * GENERATION - GENERATION + 5);
  const runs = [runAt(GENERATION), runAt(3 * GENERATION + 2), late];
  for (const run of runs) table.add(run);
  for (const run of runs) expect(table.get(run.handle)).toBe(run);
  expect(table.get(0)).toBeUndefined();
  expect(table.get(2 * GENERATION)).toBeUndefined();
  expect(table.get(GENERATION + 1)).toBeUndefined();
  expect(table.get(5)).toBeUndefined();
  expect(table.size).toBe(3);
});

test("a run whose end is not told yet is found beside the one that has its index now", () => {
  const table = new RunTable();
  const before = runAt(GENERATION + 7);
  const after = runAt(2 * GENERATION + 7);
  table.add(before);
  table.add(after);
  expect(table.get(before.handle)).toBe(before);
  expect(table.get(after.handle)).toBe(after);
  expect(table.all()).toEqual([before, after]);
  table.delete(before);
  expect(table.get(before.handle)).toBeUndefined();
  expect(table.get(after.handle)).toBe(after);
  table.delete(after);
  expect([table.size, table.all()]).toEqual([0, []]);
});

test("after clear there is none", () => {
  const table = new RunTable();
  table.add(runAt(GENERATION));
  table.clear();
  expect([table.size, table.get(GENERATION), table.all()]).toEqual([0, undefined, []]);
});
