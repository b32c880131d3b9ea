import { DefinitionRefused } from "../errors.ts";
import type { Node, ScalarStyle, Source } from "../protocol/index.ts";

const halfCharacter = /\p{Surrogate}/u;

/**
 * The nodes of a definition that is a JavaScript object. Keys whose value is undefined are not there; lines and columns are 0.
 * @throws DefinitionRefused for a value that YAML has no word for (a function, a date, an object that holds itself), with its path.
 */
export function readObject(path: string, definition: unknown): Source {
  const nodes: Node[] = [];
  const open = new Set<object>();
  write(definition, "");
  return { path, documents: 1, nodes };

  function write(value: unknown, where: string): void {
    if (typeof value === "string") put(halfCharacter.test(value) ? refuse(where, "half a character (a lone surrogate)") : value, "double-quoted");
    else if (typeof value === "number") put(numberText(value), "plain");
    else if (typeof value === "bigint" || typeof value === "boolean") put(String(value), "plain");
    else if (value === null) put("null", "plain");
    else if (typeof value !== "object") refuse(where, value === undefined ? "undefined" : `a ${typeof value}`);
    else if (open.has(value)) refuse(where, "an object that holds itself");
    else if (open.size > 400) refuse(where, "more than 20 levels", "too-deep");
    else {
      open.add(value);
      if (Array.isArray(value)) writeList(value, where);
      else if (isPlain(value)) writeMap(value, where);
      else refuse(where, `an object of class ${value.constructor?.name || "without a name"}`);
      open.delete(value);
    }
  }

  function writeList(list: readonly unknown[], where: string): void {
    put("", "plain", "sequence", list.length);
    for (let i = 0; i < list.length; i++) write(list[i], `${where}[${i}]`);
  }

  function writeMap(map: Record<string, unknown>, where: string): void {
    const entries = Object.entries(map).filter(([, value]) => value !== undefined);
    put("", "plain", "mapping", entries.length * 2);
    for (const [key, value] of entries) {
      if (halfCharacter.test(key)) refuse(where, "a key with half a character (a lone surrogate)");
      put(key, "double-quoted");
      write(value, where === "" ? key : `${where}.${key}`);
    }
  }

  function put(text: string, style: ScalarStyle, kind: Node["kind"] = "scalar", count = 0): void {
    nodes.push({ kind, style, line: 0, column: 0, count, tag: "", anchor: "", text });
  }

  function refuse(where: string, what: string, code = "bad-value"): never {
    const message = code === "too-deep" ? "more than 20 levels deep" : `a definition cannot hold ${what}`;
    throw new DefinitionRefused([{ severity: "error", code, file: path, line: 0, column: 0, path: where, message, suggestion: "" }]);
  }
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? ".inf" : "-.inf";
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
