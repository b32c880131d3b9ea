import { cpus } from "node:os";
import type { Spread } from "./cpu.ts";
import { holds, ratio, type Row } from "./row.ts";

/** The rows as a table for people. What stands beside a row comes under it, with how many times as much it needed. */
export function tableOf(rows: readonly Row[]): string {
  const cells: string[][] = [["what", "measured", "", "target", "", ""]];
  for (const row of rows) {
    const { measured, unit } = row;
    cells.push([
      row.name,
      measured === undefined ? "not measured" : `${figure(measured.median)} ${unit}`,
      measured === undefined ? "" : range(measured),
      row.most !== undefined ? `at most ${figure(row.most)}` : row.least !== undefined ? `at least ${figure(row.least)}` : "",
      verdictOf(row),
      row.note ?? "",
    ]);
    for (const beside of row.beside ?? []) {
      cells.push([
        `  ${beside.name}`,
        `${figure(beside.measured.median)} ${unit}`,
        range(beside.measured),
        beside.least === undefined ? "" : `at least ${beside.least}x`,
        `${figure(ratio(row, beside))}x`,
        "",
      ]);
    }
  }
  const widths = cells[0].map((_, column) => Math.max(...cells.map((line) => (column === 5 ? 0 : line[column].length))));
  return cells
    .map((line) =>
      line
        .map((cell, column) => (column === 1 ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** The same for programs. */
export function reportOf(rows: readonly Row[]): object {
  return {
    node: process.version,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    rows: rows.map((row) => ({ ...row, holds: holds(row), beside: row.beside?.map((beside) => ({ ...beside, ratio: ratio(row, beside) })) })),
  };
}

function verdictOf(row: Row): string {
  const held = holds(row);
  return held === undefined ? "" : held ? "yes" : "NO";
}

function range({ min, max }: Spread): string {
  return min === max ? "" : `${figure(min)}–${figure(max)}`;
}

/** Three figures that count. */
function figure(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString("en");
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}
