import { join } from "node:path";
import { ROOT } from "../../../tools/generate.ts";
import { pythonEnvironment } from "../../bindings/python-environment.ts";
import type { Host } from "./host.ts";

/** The Python binding, from its sources, in an environment that has what it depends on. */
export const python: Host = {
  name: "python",
  async prepare() {
    const command = await pythonEnvironment();
    return { command, arguments: ["-m", "aixlet.conform"], environment: { PYTHONPATH: join(ROOT, "bindings/python/src") } };
  },
};
