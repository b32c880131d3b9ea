import { expect, test } from "vitest";
import { spreadOf } from "./cpu.ts";
import { reportOf, tableOf } from "./report.ts";
import { exactly, holds, type Row } from "./row.ts";

test("a spread is the median between the lowest and the highest round", () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  expect(spreadOf([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 });
});

test("a row holds only if its bound and the ratio to each peer do", () => {
  const row: Row = { name: "step", unit: "µs", measured: exactly(2), most: 3, beside: [{ name: "peer", measured: exactly(20), least: 5 }] };
  expect(holds(row)).toBe(true);
  expect(holds({ ...row, most: 1 })).toBe(false);
  expect(holds({ ...row, beside: [{ name: "peer", measured: exactly(9), least: 5 }] })).toBe(false);
  expect(holds({ ...row, measured: undefined })).toBeUndefined();
  expect(holds({ name: "rate", unit: "M/s", measured: exactly(60), least: 50 })).toBe(true);
  expect(holds({ name: "told, not asked for", unit: "ms", measured: exactly(60) })).toBeUndefined();
});

test("the table says what was measured, what was aimed at, and how many times as much others need", () => {
  const rows: Row[] = [
    { name: "step", unit: "µs", measured: { median: 2.345, min: 2, max: 3 }, most: 3, beside: [{ name: "peer", measured: exactly(23.45), least: 20 }] },
    { name: "snapshot", unit: "ms", most: 2, note: "not there yet" },
  ];
  const [, step, peer, snapshot] = tableOf(rows).split("\n");
  expect(step).toMatch(/^step +2\.35 µs +2–3(\.00)? +at most 3 +NO$/);
  expect(peer).toMatch(/^ {2}peer +23\.4 µs +at least 20x +10(\.0+)?x$/);
  expect(snapshot).toMatch(/^snapshot +not measured +at most 2 +not there yet$/);
  expect(reportOf(rows)).toMatchObject({ rows: [{ holds: false, beside: [{ ratio: expect.closeTo(10) }] }, { holds: undefined }] });
});
