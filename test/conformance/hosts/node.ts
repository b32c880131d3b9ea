import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Host } from "./host.ts";

/** The TypeScript host's own core loader, under Node. */
export const node: Host = {
  name: "node",
  async prepare() {
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
    return { command: process.execPath, arguments: ["--import", tsx, fileURLToPath(new URL("node-driver.ts", import.meta.url))] };
  },
};
