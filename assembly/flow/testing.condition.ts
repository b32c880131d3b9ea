// Conditions as trees, and the obvious way to write and to decide them, for comparison with the core.

export type Tree =
  | { is: "number"; value: number }
  | { is: "text"; value: string }
  | { is: "truth"; value: boolean }
  | { is: "field"; name: string }
  | { is: "category"; name: string }
  | { is: "compare"; sign: string; left: Tree; right: Tree }
  | { is: "not"; of: Tree }
  | { is: "and" | "or"; of: Tree[] };

/** What a condition looks at beside the text. */
export interface Message {
  metadata?: Record<string, unknown>;
  gain?: number;
  iteration?: number;
  /** Milliseconds. */
  elapsed?: number;
  tokens?: number;
}

/** A tree as text, with or without more white space and brackets than it needs. */
export function written(tree: Tree, spaced: boolean): string {
  const space = spaced ? " \n" : "";
  switch (tree.is) {
    case "number":
    case "truth":
      return String(tree.value);
    case "text":
      return spaced ? `'${tree.value.replace(/['\\]/g, "\\$&")}'` : `"${tree.value.replace(/["\\]/g, "\\$&")}"`;
    case "field":
      return tree.name;
    case "category":
      return `has_category${space}("${tree.name}")`;
    case "compare":
      return `${written(tree.left, spaced)}${space}${tree.sign}${space}${written(tree.right, spaced)}`;
    case "not":
      return `not (${written(tree.of, spaced)})`;
    default:
      return tree.of
        .map((each) => (spaced || each.is === "and" || each.is === "or" ? `(${written(each, spaced)})` : written(each, spaced)))
        .join(` ${tree.is} `);
  }
}

const get = (from: unknown, name: string): unknown =>
  typeof from === "object" && from !== null && Object.hasOwn(from, name) && !(Array.isArray(from) && name === "length")
    ? (from as Record<string, unknown>)[name]
    : undefined;

function operandOf(tree: Tree, text: string | object, extra: Message): unknown {
  if ("value" in tree) return tree.value;
  const name = (tree as { name: string }).name;
  const special: Record<string, unknown> = {
    text: typeof text === "string" ? text : JSON.stringify(text),
    gain: extra.gain,
    iteration: extra.iteration,
    elapsed: extra.elapsed === undefined ? undefined : extra.elapsed / 1000,
    tokens_spent: extra.tokens,
  };
  for (const known of ["category", "confidence", "score", "agreement"]) special[known] = extra.metadata?.[known];
  return special[name] ?? name.split(".").reduce(get, text as unknown) ?? undefined;
}

/** Whether it holds. */
export function isSo(tree: Tree, text: string | object, extra: Message): boolean {
  switch (tree.is) {
    case "not":
      return !isSo(tree.of, text, extra);
    case "and":
      return tree.of.every((each) => isSo(each, text, extra));
    case "or":
      return tree.of.some((each) => isSo(each, text, extra));
    case "category":
      return [extra.metadata, text].some((record) => {
        if (get(record, "accepted") === false) return false;
        const all = get(record, "categories");
        return get(record, "category") === tree.name || (Array.isArray(all) && all.includes(tree.name));
      });
    case "compare": {
      const [a, b] = [operandOf(tree.left, text, extra), operandOf(tree.right, text, extra)] as [number, number];
      if (a === undefined || b === undefined) return false;
      if (typeof a !== typeof b || (typeof a !== "number" && typeof a !== "string" && typeof a !== "boolean")) return tree.sign === "!=";
      if (tree.sign === "==") return a === b;
      if (tree.sign === "!=") return a !== b;
      if (typeof a === "boolean") return false;
      return tree.sign === "<" ? a < b : tree.sign === "<=" ? a <= b : tree.sign === ">" ? a > b : a >= b;
    }
    default:
      return operandOf(tree, text, extra) === true;
  }
}
