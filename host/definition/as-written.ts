import { z } from "zod";
import { kinds } from "./schema.ts";

/** A value of the canonical definition as a file has it: durations have units again, dollar signs that mean themselves are written twice. */
export function asWritten(value: unknown, type: z.ZodType | undefined): unknown {
  const inner = unwrapped(type, value);
  const kind = inner === undefined ? undefined : kinds.get(inner);
  if (typeof value === "number" && kind?.kind === "duration") return durationText(value);
  if (typeof value === "string") return kind?.kind === "secret" ? value : escaped(value);
  if (Array.isArray(value)) return value.map((item) => asWritten(item, inner instanceof z.ZodArray ? (inner.element as z.ZodType) : undefined));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, asWritten(below, typeUnder(inner, key))]));
}

function typeUnder(type: z.ZodType | undefined, key: string): z.ZodType | undefined {
  if (type instanceof z.ZodObject) return type.shape[key] as z.ZodType | undefined;
  return type instanceof z.ZodRecord ? (type.valueType as z.ZodType) : undefined;
}

/** The type of a value, where several are allowed. */
function unwrapped(type: z.ZodType | undefined, value: unknown): z.ZodType | undefined {
  if (type instanceof z.ZodOptional) return unwrapped(type.unwrap() as z.ZodType, value);
  if (type instanceof z.ZodLazy) return unwrapped(type.unwrap() as z.ZodType, value);
  if (!(type instanceof z.ZodUnion) || kinds.get(type)?.kind === "duration") return type;
  const options = (type.options as z.ZodType[]).map((option) => unwrapped(option, value)).filter((option) => option !== undefined);
  if (Array.isArray(value)) return options.find((option) => option instanceof z.ZodArray);
  if (typeof value === "object") return options.find((option) => option instanceof z.ZodObject || option instanceof z.ZodRecord);
  return options.find((option) => !(option instanceof z.ZodArray || option instanceof z.ZodObject || option instanceof z.ZodRecord));
}

/** The shortest text that is so long. */
export function durationText(milliseconds: number): string {
  for (const [unit, size] of [
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1000],
  ] as const) {
    if (milliseconds >= size && milliseconds % size === 0) return `${milliseconds / size}${unit}`;
  }
  return `${milliseconds}ms`;
}

/** A text as a file has it: one that still names a variable stands as it was written; in any other a dollar sign that would begin something is written twice. */
function escaped(text: string): string {
  return /(?<!\$)(\$\$)*\$\{[A-Za-z_]\w*(:-[^}]*)?\}/.test(text) ? text : text.replace(/\$(?=[${])/g, "$$$$");
}
