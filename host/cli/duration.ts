import { UsageError } from "./usage-error.ts";

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const pieces = /(\d+(?:\.\d+)?|\.\d+)(ms|s|m|h|d|w)/gy;

/** Milliseconds of `1h30m`, `1.5s`, `250ms`. @throws UsageError */
export function parseDuration(text: string, option: string): number {
  const wayOut = "Durations are numbers with a unit: 500ms, 10s, 1.5m, 1h30m.";
  let milliseconds = 0;
  let end = 0;
  pieces.lastIndex = 0;
  for (let match = pieces.exec(text); match !== null; match = pieces.exec(text)) {
    milliseconds += Number(match[1]) * units[match[2]];
    end = pieces.lastIndex;
  }
  if (end === 0 || end !== text.length) {
    const unitless = /^\d+(\.\d+)?$/.test(text);
    throw new UsageError(unitless ? `${option} ${text} has no unit (did you mean ${text}s?)` : `${option} ${text} is no duration`, wayOut);
  }
  const whole = Math.round(milliseconds);
  if (whole < 1 || !Number.isSafeInteger(whole)) throw new UsageError(`${option} ${text} is ${whole < 1 ? "no time at all" : "too long"}`, wayOut);
  return whole;
}

/** For people: `0.3s`, `12.4s`, `3m05s`, `2h07m`. */
export function showDuration(milliseconds: number): string {
  const tenths = Math.max(0, Math.round(milliseconds / 100));
  if (tenths < 600) return `${Math.floor(tenths / 10)}.${tenths % 10}s`;
  const seconds = Math.round(milliseconds / 1000);
  const two = (number: number) => String(number).padStart(2, "0");
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h${two(Math.floor(seconds / 60) % 60)}m`;
}
