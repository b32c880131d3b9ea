import { z } from "zod";
import { type About, definition, type Kind, keys, kinds } from "../host/definition/schema.ts";

// The schema as plain data, for the generators: maps with their keys, and what may stand under each.

export type Value =
  | { type: "any" | "flag" | "bytes" | "money" | "secret" }
  | { type: "text"; filled: boolean; name: boolean; late?: boolean }
  | { type: "integer" | "decimal"; min?: number; max?: number }
  | { type: "duration"; positive: boolean; unit: number }
  | {
      type: "choice";
      enum: string;
      words: string[];
      open: boolean;
      later: Readonly<Record<string, string>>;
      also: Readonly<Record<string, string>>;
      off?: string;
    }
  | { type: "list" | "record" | "named-list"; item: Value }
  | { type: "map"; shape: Shape }
  | { type: "either"; of: Value[] };

export interface Entry {
  key: string;
  value: Value;
  about: About;
}

export interface Shape {
  /** Path at which the map was first met, for people. */
  path: string;
  entries: Entry[];
}

// What zod keeps about a type, by name; what each field holds depends on the type.
type Inner = { type: string } & { [field in "options" | "getter" | "element" | "valueType" | "innerType"]: never };
const definitionOf = (type: z.ZodType) => (type as unknown as { _zod: { def: Inner } })._zod.def;

/** The root map of the schema. */
export function readSchema(): Shape {
  const known = new Map<z.ZodType, Value>();
  const root = read(definition, "");
  if (root.type !== "map") throw new Error("a definition is a map");
  return root.shape;

  function read(type: z.ZodType, path: string): Value {
    const { type: name, getter } = definitionOf(type);
    if (name === "lazy") return read((getter as () => z.ZodType)(), path);
    const before = known.get(type);
    if (before) return before;
    // A map may hold itself: it is known before its keys are read.
    const value = {} as Value;
    known.set(type, value);
    return Object.assign(value, describe(type, path));
  }

  function describe(type: z.ZodType, path: string): Value {
    const kind = kinds.get(type) as Kind | undefined;
    const def = definitionOf(type);
    if (kind?.kind === "choice") return { ...kind, type: "choice", words: wordsOf(type) };
    if (kind?.kind === "integer" || kind?.kind === "decimal") {
      const { minValue, maxValue } = type as z.ZodNumber;
      const whole = (bound: number | null) => (bound === null || Math.abs(bound) >= Number.MAX_SAFE_INTEGER ? undefined : bound);
      return { type: kind.kind, min: whole(minValue), max: whole(maxValue) };
    }
    if (kind?.kind === "named-list") {
      const [first] = def.options as unknown as z.ZodType[];
      return { type: "named-list", item: (read(first, path) as { item: Value }).item };
    }
    if (kind) {
      const { kind: name, ...rest } = kind;
      return { type: name, ...rest } as Value;
    }
    switch (def.type) {
      case "boolean":
        return { type: "flag" };
      case "array":
        return { type: "list", item: read(def.element, `${path}[]`) };
      case "record":
        return { type: "record", item: read(def.valueType, `${path}.*`) };
      case "union":
        return { type: "either", of: (def.options as unknown as z.ZodType[]).map((option) => read(option, path)) };
      case "object": {
        const shape: Shape = { path, entries: [] };
        for (const [word, field] of Object.entries((type as z.ZodObject).shape)) {
          const about = keys.get(field as z.ZodType) as About | undefined;
          if (!about) throw new Error(`${path}.${word} is not made by key()`);
          shape.entries.push({ key: word, about, value: read(unwrap(field as z.ZodType), path ? `${path}.${word}` : word) });
        }
        return { type: "map", shape };
      }
      default:
        throw new Error(`${path}: no word for a ${def.type}`);
    }
  }
}

function unwrap(type: z.ZodType): z.ZodType {
  const def = definitionOf(type);
  return def.type === "optional" ? unwrap(def.innerType) : type;
}

function wordsOf(type: z.ZodType): string[] {
  const words = type instanceof z.ZodEnum ? type : (definitionOf(type).options as unknown as z.ZodType[]).find((option) => option instanceof z.ZodEnum);
  return (words as z.ZodEnum).options as string[];
}
