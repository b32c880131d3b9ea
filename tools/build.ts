import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildCore, buildTokens } from "./build-core.ts";
import { makeComponent, readWit } from "./component.ts";
import { ROOT } from "./generate.ts";
import { tiktokenFolder } from "./tiktoken.ts";
import { buildTables } from "./token-tables.ts";

// `npm run build`: dist/core.wasm, dist/component.wasm, dist/tokens/ and the JavaScript with its types; and the core in bindings/go.

if (process.argv.includes("--clean")) rmSync(join(ROOT, "dist"), { recursive: true, force: true });
await buildCore();
await buildTokens();
if (tiktokenFolder() === undefined) console.warn("dist/tokens has no tables: they are made from tiktoken, which is not installed");
else buildTables(true);
const core = readFileSync(join(ROOT, "dist/core.wasm"));
// Go modules are fetched as they are committed, so that the core stands in the module's own folder.
writeFileSync(join(ROOT, "bindings/go/core.wasm"), core);
writeFileSync(join(ROOT, "dist/component.wasm"), await makeComponent(core, readWit()));
execFileSync(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"], { cwd: ROOT, stdio: "inherit" });
for (const file of ["core.wasm", "component.wasm", "tokens/tokens.wasm"]) {
  const path = join(ROOT, "dist", file);
  console.log(`dist/${file}: ${statSync(path).size} bytes, ${gzipSync(readFileSync(path), { level: 9 }).length} gzipped`);
}
