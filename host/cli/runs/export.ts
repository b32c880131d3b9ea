import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { exportRun, importRun } from "../../stores/bundle.ts";
import type { Store } from "../../stores/store.ts";
import { DONE } from "../exit-codes.ts";
import { reasonOf } from "../files.ts";
import type { Io } from "../io.ts";
import type { Parsed } from "../parse.ts";
import { UsageError } from "../usage-error.ts";
import { sizeOf } from "./list.ts";

/** `aixlet runs export`: the run in one file, with the engine and the definition it was begun with. */
export async function exportOne(io: Io, parsed: Parsed, store: Store, run: string): Promise<number> {
  const path = parsed.value("output");
  if (path === undefined) throw new UsageError("runs export needs a file to write to", `Like this: aixlet runs export ${run} --output ${run}.aixlet`);
  const bundle = await exportRun(store, run);
  try {
    await writeFile(resolve(io.cwd, path), bundle, { mode: 0o600 });
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${reasonOf(error)}`);
  }
  io.stderr.write(`${path}: ${sizeOf(bundle.length)}. Resume the run in one place only.\n`);
  return DONE;
}

/** `aixlet runs import`: takes an exported run into the store. */
export async function importOne(io: Io, parsed: Parsed, store: Store, bundle: Uint8Array): Promise<number> {
  const run = await importRun(store, bundle);
  io.stdout.write(parsed.has("json") ? `${JSON.stringify({ run })}\n` : `${run}\n`);
  return DONE;
}
