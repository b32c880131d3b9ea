import type { Choices } from "./choices.ts";

const WORDS = ["yes", "no", "a", "later", "first", "x y", "done", "b1"];

/** A JSON Schema, as far as it is looked at. */
export interface Schema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  anyOf?: Schema[];
  oneOf?: Schema[];
}

const DEEPEST = 6;

/** A value that follows a schema: what a model that does as it is told would say. */
export function valueFor(schema: Schema | undefined, choices: Choices, depth = 0): unknown {
  if (schema === undefined || typeof schema !== "object") return choices.pick(WORDS);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined && schema.enum.length > 0) return choices.pick(schema.enum);
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants !== undefined && variants.length > 0) return valueFor(choices.pick(variants), choices, depth + 1);
  const type = Array.isArray(schema.type) ? choices.pick(schema.type) : (schema.type ?? (schema.properties === undefined ? "string" : "object"));
  switch (type) {
    case "object":
      return objectOf(schema, choices, depth);
    case "array":
      return listOf(schema, choices, depth);
    case "integer":
      return wholeNumberOf(schema, choices);
    case "number":
      return Math.min(schema.maximum ?? 1, (schema.minimum ?? 0) + choices.below(11) / 10);
    case "boolean":
      return choices.once(2);
    case "null":
      return null;
    default:
      return choices.pick(WORDS);
  }
}

function objectOf({ properties = {}, required = [] }: Schema, choices: Choices, depth: number): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(properties)) {
    if (!required.includes(name) && (depth >= DEEPEST || choices.once(3))) continue;
    value[name] = valueFor(schema, choices, depth + 1);
  }
  return value;
}

function listOf({ items, minItems = 0, maxItems = 3 }: Schema, choices: Choices, depth: number): unknown[] {
  const most = Math.max(minItems, Math.min(maxItems, depth >= DEEPEST ? 0 : 3));
  const length = choices.between(minItems, most);
  // What is numbered in a list is numbered by its place.
  return Array.from({ length }, (_, index) => numbered(valueFor(items, choices, depth + 1), index + 1));
}

function numbered(value: unknown, number: number): unknown {
  if (typeof value === "object" && value !== null && "step_number" in value) (value as { step_number: number }).step_number = number;
  return value;
}

function wholeNumberOf({ minimum = 0, maximum }: Schema, choices: Choices): number {
  return minimum + choices.below(Math.min(4, (maximum ?? minimum + 3) - minimum + 1));
}
