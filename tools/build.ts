import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildCore } from "./build-core.ts";
import { makeComponent, readWit } from "./component.ts";
import { ROOT } from "./generate.ts";

// `npm run build`: dist/core.wasm, dist/component.wasm and the JavaScript with its types.

if (process.argv.includes("--clean")) rmSync(join(ROOT, "dist"), { recursive: true, force: true });
await buildCore();
const core = readFileSync(join(ROOT, "dist/core.wasm"));
writeFileSync(join(ROOT, "dist/component.wasm"), await makeComponent(core, readWit()));
execFileSync(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"], { cwd: ROOT, stdio: "inherit" });
for (const file of ["core.wasm", "component.wasm"]) {
  const path = join(ROOT, "dist", file);
  console.log(`dist/${file}: ${statSync(path).size} bytes, ${gzipSync(readFileSync(path), { level: 9 }).length} gzipped`);
}
