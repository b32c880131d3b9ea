import { goCommand } from "../../bindings/go-environment.ts";
import type { Host } from "./host.ts";

/** The Go binding, on wazero. */
export const go: Host = {
  name: "go",
  async prepare() {
    return { command: await goCommand("aixlet-conform"), arguments: [] };
  },
};
