import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../tools/generate.ts";
import { ToolchainMissing } from "../conformance/hosts/host.ts";

const run = promisify(execFile);

/** The sources of the Go binding. */
export const GO_BINDING = join(ROOT, "bindings/go");
const OUT = join(ROOT, "build/go");

/** Flags with which Go takes the core that was built last in place of the one that the module has. */
export function overlay(): string[] {
  mkdirSync(OUT, { recursive: true });
  const file = join(OUT, "overlay.json");
  writeFileSync(file, JSON.stringify({ Replace: { [join(GO_BINDING, "core.wasm")]: join(ROOT, "dist/core.wasm") } }));
  return ["-overlay", file];
}

/** Runs `go` in the binding's folder; gives its output. @throws ToolchainMissing */
export async function go(...given: string[]): Promise<string> {
  await run("go", ["version"]).catch(() => {
    throw new ToolchainMissing("Go 1.24 or newer is not installed");
  });
  const { stdout, stderr } = await run("go", given, { cwd: GO_BINDING, env: { ...process.env, CGO_ENABLED: "0" }, maxBuffer: 1 << 26 });
  return stdout + stderr;
}

/** Builds a command of the binding, with these flags; gives its path. @throws ToolchainMissing */
export async function goCommand(name: string, ...flags: string[]): Promise<string> {
  const path = join(OUT, process.platform === "win32" ? `${name}.exe` : name);
  await go("build", ...overlay(), ...flags, "-o", path, `./cmd/${name}`);
  return path;
}
