import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { reasonOf } from "./files.ts";
import type { Io } from "./io.ts";
import { UsageError } from "./usage-error.ts";

/** What a module exports, by name; the members of a default export that is an object, too. @throws UsageError */
export async function importCode<T>(io: Io, path: string, what: string): Promise<Record<string, T>> {
  const file = resolve(io.cwd, path);
  const missing = await stat(file).then(
    () => undefined,
    (error) => reasonOf(error),
  );
  if (missing !== undefined) throw new UsageError(`cannot read ${path}: ${missing}`);
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    const unknown = (error as NodeJS.ErrnoException).code === "ERR_UNKNOWN_FILE_EXTENSION";
    throw new UsageError(`cannot load ${path}: ${(error as Error).message}`, unknown ? "It has to be JavaScript: .js or .mjs." : "");
  }
  const { default: whole, ...named } = module;
  const found = { ...(typeof whole === "object" && whole !== null ? whole : {}), ...named } as Record<string, T>;
  for (const [name, value] of Object.entries(found)) {
    if (typeof value !== "function" && (typeof value !== "object" || value === null)) delete found[name];
  }
  if (Object.keys(found).length === 0)
    throw new UsageError(
      `${path} exports no ${what}`,
      `Like this: export function ${what === "tools" ? "weather({ city })" : "greeter(text)"} { return "..."; }`,
    );
  return found;
}
