import { copyFileSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compileCore } from "../tools/build-core.ts";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));
export const PEERS = join(ROOT, "bench/peers");
export const OUT = join(ROOT, "build/bench");

/**
 * Programs of the bench that run in a process of their own, with the host as it stands in the source and the core as it stands in dist.
 * Bundled, because a loader that compiles while it runs costs time of its own in them.
 */
export async function buildPrograms(): Promise<void> {
  const core = join(ROOT, "dist/core.wasm");
  if (!existsSync(core)) throw new Error("there is no dist/core.wasm: npm run build");
  mkdirSync(join(OUT, "programs"), { recursive: true });
  // Where the bundled host looks for it: beside itself.
  copyFileSync(core, join(OUT, "programs/core.wasm"));
  const tokens = join(ROOT, "dist/tokens");
  for (const file of readdirSync(tokens).filter((name) => /\.(wasm|gz)$/.test(name))) copyFileSync(join(tokens, file), join(OUT, "programs", file));
  const common = {
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20",
    outExtension: { ".js": ".mjs" },
    logLevel: "error",
  } as const;
  const entries = (names: string[]) => names.map((name) => join(ROOT, "bench", `${name}.ts`));
  await build({
    ...common,
    entryPoints: entries([
      "contenders/aixlet",
      "contenders/aixlet-patterns",
      "contenders/promises",
      "programs/batches",
      "programs/million",
      "programs/snapshot",
      "programs/durable",
      "programs/recovery",
      "programs/conversation",
      "programs/agent-steps",
      "programs/tokens",
    ]),
    outdir: join(OUT, "programs"),
    entryNames: "[name]",
  });
  // Beside their node_modules, where their packages are found.
  await build({
    ...common,
    entryPoints: entries([
      "contenders/agent-kit",
      "contenders/ai-6",
      "contenders/ai-7",
      "contenders/langgraph",
      "contenders/langgraph-patterns",
      "contenders/mastra-patterns",
      "programs/durable-langgraph",
      "programs/tokens",
    ]),
    outdir: join(PEERS, "build"),
    entryNames: "[name]",
  });
}

/** The core with the bench's own door to it. */
export async function buildRelays(): Promise<string> {
  const file = "build/bench/relays.wasm";
  await compileCore("assembly/bench.entry.ts", file);
  return join(ROOT, file);
}
