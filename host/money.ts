import { BadUsage } from "./errors.ts";

/** Micro-dollars of an amount such as `$0.50`, `0.50` or 0.5, rounded down. @throws BadUsage */
export function toMicroDollars(amount: string | number): number {
  const text = String(amount)
    .trim()
    .replace(/^\$\s*/, "");
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text);
  const micro = match === null ? Number.NaN : Number(match[1]) * 1e6 + Number((match[2] ?? "").slice(0, 6).padEnd(6, "0"));
  if (!Number.isSafeInteger(micro) || micro < 1) throw new BadUsage(`${JSON.stringify(amount)} is no amount of dollars to spend: write it as "0.50"`);
  return micro;
}

/** `$0.0042`: dollars as people read them, small amounts to their first two digits. */
export function showDollars(dollars: number): string {
  if (dollars === 0) return "$0";
  const digits = dollars >= 1 ? 2 : Math.min(6, 1 - Math.floor(Math.log10(dollars)));
  return `$${dollars.toFixed(Math.max(2, digits))}`;
}
