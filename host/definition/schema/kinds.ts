import { z } from "zod";

// The words the schema is written in. Each makes a zod type and notes beside it what zod has no word for; the generators of
// tools/definition-*.ts read both. Nothing here runs when a definition is loaded: the core checks against the table made from this.

/** What a key means, for people and for the generators. */
export interface About {
  /** For the reference page. */
  about: string;
  /** For the reference page: what holds when the key is absent. */
  default?: string;
  required?: boolean;
  /** Other spellings of this key in the same map. */
  also?: readonly string[];
  /** This key is only another place for the one at this path, from the same map or, with a leading `/`, from the top. */
  meaning?: string;
  /** Roles that may have this key; on others it is refused. */
  roles?: readonly string[];
  /** Patterns whose parameter this is; of others it is refused. */
  patterns?: readonly string[];
  /** Not in this version, and refused, for this reason. Off values (false, empty, `enabled: false`, a choice's `off`) pass. */
  later?: string;
  /** Not in this version, and harmless without: a warning with this reason. */
  idle?: string;
}

/** What a type means beyond its zod type. */
export type Kind =
  | { kind: "any" | "bytes" | "money" | "secret" | "named-list" }
  | { kind: "duration" /** Time must pass. */; positive: boolean /** Milliseconds of a plain number; 0 refuses them. */; unit: number }
  | { kind: "integer" | "decimal" }
  | { kind: "text"; filled: boolean; name: boolean /** Needed only when the host acts on it. */; late?: boolean }
  | { kind: "choice"; enum: string; open: boolean; later: Readonly<Record<string, string>>; also: Readonly<Record<string, string>>; off?: string };

/** Notes on keys, by the key's own zod type. */
export const keys = z.registry<About>();
/** Notes on types. */
export const kinds = z.registry<Kind>();

function note<T extends z.ZodType>(type: T, kind: Kind): T {
  kinds.add(type, kind as never);
  return type;
}

/** A key of a map that may be absent. */
export function key<T extends z.ZodType>(type: T, about: About): z.ZodOptional<T> {
  const optional = z.optional(type);
  keys.add(optional, about as never);
  return optional;
}

/** A key that must be there. */
export function required<T extends z.ZodType>(type: T, about: About): T {
  // A copy, because the same type may stand under other keys; notes on the type are found by way of it.
  const needed = type.clone(undefined, { parent: true });
  keys.add(needed, { ...about, required: true } as never);
  return needed;
}

/** A map with these keys and no others. */
export const map = <const T extends z.core.$ZodLooseShape>(shape: T) => z.strictObject(shape);

/** A map whose names are free. */
export const record = <T extends z.ZodType>(value: T) => z.record(z.string(), value);

export const list = <T extends z.ZodType>(item: T) => z.array(item);

/** A list of maps with names; a map of name → map means the same. */
export const namedList = <T extends z.ZodObject, N extends z.ZodObject>(item: T, nameless: N) =>
  note(z.union([z.array(item), z.record(z.string(), nameless)]), { kind: "named-list" });

/** One or the other, told apart by what kind of node stands there. */
export const either = <const T extends readonly [z.ZodType, ...z.ZodType[]]>(...types: T) => z.union(types);

export const text = () => note(z.string(), { kind: "text", filled: false, name: false });

/** Text that the host needs only when it calls a provider: until then its variables need no values. */
export const setting = () => note(z.string(), { kind: "text", filled: false, name: false, late: true });

/** Text that may not be empty. */
export const filled = () => note(z.string().min(1), { kind: "text", filled: true, name: false });

/** Letters, digits, `-` and `_`, at most 64. */
export const name = () => note(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), { kind: "text", filled: true, name: true });

/** Text that stays a reference such as `${OPENAI_API_KEY}` until the host uses it. */
export const secret = () => note(z.string(), { kind: "secret" });

export const flag = () => z.boolean();

/** A whole number; both ends included. */
export const integer = (range: { min?: number; max?: number } = {}) => {
  let type = z.int();
  if (range.min !== undefined) type = type.min(range.min);
  if (range.max !== undefined) type = type.max(range.max);
  return note(type, { kind: "integer" });
};

/** A number with at most nine digits after the point; both ends included. */
export const decimal = (range: { min?: number; max?: number } = {}) => {
  let type = z.number();
  if (range.min !== undefined) type = type.min(range.min);
  if (range.max !== undefined) type = type.max(range.max);
  return note(type, { kind: "decimal" });
};

/** From 0 to 1. */
export const share = () => decimal({ min: 0, max: 1 });

/** `1h30m`, `1.5s`; units ns us ms s m h d w. */
export const duration = (options: { positive?: boolean } = {}) => note(z.string(), { kind: "duration", positive: options.positive ?? true, unit: 0 });

/** A duration of which a plain number is so many milliseconds times `unit`. */
export const durationIn = (unit: number, options: { positive?: boolean } = {}) =>
  note(z.union([z.number(), z.string()]), { kind: "duration", positive: options.positive ?? true, unit });

/** `64 MB`, `512KiB`, or a plain number of bytes. */
export const bytes = () => note(z.union([z.number(), z.string()]), { kind: "bytes" });

/** An amount of money as a decimal string. */
export const money = () => note(z.union([z.string(), z.number()]), { kind: "money" });

/** Anything, handed on as it is. */
export const anything = () => note(z.unknown(), { kind: "any" });

interface ChoiceOptions<W extends string> {
  /** Names the list of words in the core. */
  enum?: string;
  /** Words that are not in this version, and why. */
  later?: Partial<Record<W, string>>;
  /** Other words for these. */
  also?: Readonly<Record<string, W>>;
  /** The word that switches the key off. */
  off?: W;
}

/** One of some words. */
export const choice = <const W extends string>(words: readonly W[], options: ChoiceOptions<W> = {}) =>
  note(z.enum(words), {
    kind: "choice",
    enum: options.enum ?? "",
    open: false,
    later: (options.later ?? {}) as Readonly<Record<string, string>>,
    also: options.also ?? {},
    off: options.off,
  });

/** Any text, without making an editor forget the words beside it. */
type Other = string & Record<never, never>;

/** One of some words, or another that the host knows. */
export const openChoice = <const W extends string>(words: readonly W[], options: ChoiceOptions<W> = {}) =>
  note(z.union([z.enum(words), z.string() as unknown as z.ZodType<Other, Other>]), {
    kind: "choice",
    enum: options.enum ?? "",
    open: true,
    later: (options.later ?? {}) as Readonly<Record<string, string>>,
    also: options.also ?? {},
    off: options.off,
  });
