import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { componentEmbed, componentNew } from "@bytecodealliance/jco-transpile/wasm-tools";
import { ROOT, WIT_FILES } from "./generate.ts";

/** The WIT package as one text, as the component tools want it: the files one after another under a single package line. */
export function joinWit(files: string[]): string {
  const [first] = files[0].match(/^package [^;]+;\n/m) ?? [];
  if (!first) throw new Error("wit/: no package line");
  return first + files.map((file) => file.replace(first, "")).join("");
}

/** Wraps a core module into a component that exports the typed door and the frame door. */
export async function makeComponent(core: Uint8Array, wit: string): Promise<Uint8Array> {
  const embedded = await componentEmbed({ binary: core, witSource: wit, world: "engine", stringEncoding: "utf8" });
  return componentNew(embedded, []);
}

/** The text of wit/ as makeComponent takes it. */
export function readWit(root = ROOT): string {
  return joinWit(WIT_FILES.map((file) => readFileSync(join(root, "wit", file), "utf8")));
}

/** `npx tsx tools/component.ts [core.wasm [component.wasm]]` */
async function main(): Promise<void> {
  const [core = join(ROOT, "dist/core.wasm"), out = join(ROOT, "dist/component.wasm")] = process.argv.slice(2);
  const component = await makeComponent(readFileSync(core), readWit());
  writeFileSync(out, component);
  console.log(`${out}: ${component.length} bytes`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
