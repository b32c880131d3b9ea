import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { pythonEnvironment } from "../bindings/python-environment.ts";
import { ROOT } from "../../tools/generate.ts";
import type { Driver } from "../conformance/hosts/host.ts";

/** Hosts that a run can be on, by name, in the order in which it visits them. @throws ToolchainMissing */
export const hosts: Record<string, () => Promise<Driver>> = {
  node: async () => {
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
    return { command: process.execPath, arguments: ["--import", tsx, fileURLToPath(new URL("node-leg.ts", import.meta.url))] };
  },
  python: async () => {
    const binding = join(ROOT, "bindings/python");
    const environment = { PYTHONPATH: `${join(binding, "src")}:${binding}` };
    return { command: await pythonEnvironment(), arguments: ["-m", "tests.travel"], environment };
  },
};
