import type { Spread } from "./cpu.ts";

/** What something else needed for the same in the same run. */
export interface Beside {
  name: string;
  measured: Spread;
  /** It is to need at least so many times as much. */
  least?: number;
}

/** One line of the table. */
export interface Row {
  name: string;
  unit: string;
  /** Undefined if it could not be measured; the note says why. */
  measured?: Spread;
  /** A bound of the measured median, one or the other. */
  most?: number;
  least?: number;
  beside?: Beside[];
  note?: string;
}

export function exactly(value: number): Spread {
  return { median: value, min: value, max: value };
}

export function ratio(row: Row, beside: Beside): number {
  return beside.measured.median / (row.measured?.median ?? Number.NaN);
}

/** Whether the row is as it should be, together with what stands beside it; undefined if nothing was asked or measured. */
export function holds(row: Row): boolean | undefined {
  const { measured, most, least } = row;
  if (measured === undefined) return undefined;
  const asked = [
    ...(most === undefined ? [] : [measured.median <= most]),
    ...(least === undefined ? [] : [measured.median >= least]),
    ...(row.beside ?? []).filter((beside) => beside.least !== undefined).map((beside) => ratio(row, beside) >= (beside.least ?? 0)),
  ];
  return asked.length === 0 ? undefined : asked.every(Boolean);
}
