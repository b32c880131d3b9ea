import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Imports packages as a program in this directory would, and else as aixlet itself: `npx aixlet` runs from npm's cache, where what a project
 * has installed is not to be found.
 */
export function loadFrom(directory: string): (packageName: string) => Promise<object> {
  const require = createRequire(join(directory, "noop.js"));
  return (packageName) => {
    let path: string;
    try {
      path = require.resolve(packageName);
    } catch {
      return import(packageName);
    }
    return import(pathToFileURL(path).href);
  };
}
