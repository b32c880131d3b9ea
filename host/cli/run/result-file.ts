import { lstat, mkdir, realpath, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import type { WriteFile } from "../../results.ts";
import { reasonOf } from "../files.ts";
import type { Io } from "../io.ts";

/** Writes results to files in the folder that the command runs in, and nowhere else, whatever a definition says. */
export function writeWithin({ cwd }: Pick<Io, "cwd">): WriteFile {
  return async (path, text) => {
    const file = resolve(cwd, path);
    if (!isWithin(cwd, file)) throw new Error("it is not in this folder");
    try {
      // A link may lead out of the folder: of what is there already, the way as it is counts.
      const home = await realpath(cwd);
      let there = file;
      while (!(await exists(there))) there = dirname(there);
      const whole = join(await realpath(there), relative(there, file));
      if (!isWithin(home, whole)) throw new Error("it is not in this folder");
      await mkdir(dirname(whole), { recursive: true });
      await writeFile(whole, text);
    } catch (error) {
      throw new Error(reasonOf(error));
    }
  };
}

/** Links that lead nowhere are there. */
async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function isWithin(folder: string, file: string): boolean {
  const way = relative(folder, file);
  return way !== "" && !way.startsWith("..") && !isAbsolute(way);
}
