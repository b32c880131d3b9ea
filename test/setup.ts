import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { buildCore } from "../tools/build-core.ts";
import { ROOT } from "../tools/generate.ts";

/** Before all tests: the core is compiled if any of its sources is newer than it. */
export default async function setup(): Promise<void> {
  const core = join(ROOT, "dist/core.wasm");
  const built = existsSync(core) ? statSync(core).mtimeMs : 0;
  if (newest(join(ROOT, "assembly")) > built || newest(join(ROOT, "wit")) > built) await buildCore();
}

function newest(folder: string): number {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return latest;
}
