import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The version of an installed package: as a program in this directory would find it, or else as aixlet itself would. */
export async function findPackage(name: string, directory: string): Promise<string | undefined> {
  return (await upFrom(directory, name)) ?? (await upFrom(dirname(fileURLToPath(import.meta.url)), name));
}

async function upFrom(directory: string, name: string): Promise<string | undefined> {
  for (let at = directory; ; at = dirname(at)) {
    try {
      const { version } = JSON.parse(await readFile(join(at, "node_modules", name, "package.json"), "utf8")) as { version?: unknown };
      if (typeof version === "string") return version;
    } catch {
      // Not here; perhaps further up.
    }
    if (dirname(at) === at) return undefined;
  }
}
