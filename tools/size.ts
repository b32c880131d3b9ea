import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { CORE_OPTIONS, compileCore } from "./build-core.ts";
import { ROOT } from "./generate.ts";
import { mergeData } from "./merge-data.ts";
import { readWasm, type WasmFunction } from "./wasm-sections.ts";

// `npm run size`: how large the core is, and what in it is: by folder, by file, and its largest functions. What was inlined counts where it
// went. `npm run size -- 60` shows the 60 largest of files and functions.

const most = Number(process.argv[2] ?? 25);
const NAMED = "build/core.named.wasm";

await compileCore("assembly/index.ts", NAMED, "small", ["--debug", ...CORE_OPTIONS]);
const { functions, sections, plain } = readWasm(readFileSync(join(ROOT, NAMED)));
const core = mergeData(plain);
console.log(`core.wasm: ${core.length} bytes, ${zipped(core)} gzipped, ${functions.length} functions`);
for (const [name, bytes] of sections) if (name === "code" || name === "data") console.log(`  ${name}: ${bytes} bytes`);

show("folder", functions, (name) => fileOf(name).split("/")[0]);
show("file", functions, fileOf);
show("function", functions, (name) => name.replace(/^assembly\//, ""));

/** The largest groups: bytes, share of all code, and bytes when gzipped by themselves, which is more than they add to the whole. */
function show(title: string, functions: readonly WasmFunction[], groupOf: (name: string) => string): void {
  const groups = new Map<string, Uint8Array[]>();
  for (const { name, body } of functions) {
    const group = groupOf(name);
    const bodies = groups.get(group);
    if (bodies === undefined) groups.set(group, [body]);
    else bodies.push(body);
  }
  const rows = [...groups].map(([name, bodies]) => ({ name, bytes: sum(bodies), zipped: zipped(Buffer.concat(bodies)), count: bodies.length }));
  rows.sort((a, b) => b.bytes - a.bytes);
  const all = rows.reduce((total, { bytes }) => total + bytes, 0);
  console.log(`\n${"bytes".padStart(7)} ${"share".padStart(6)} ${"gzipped".padStart(8)}  ${title}`);
  for (const { name, bytes, zipped, count } of rows.slice(0, most)) {
    const functions = title === "function" ? "" : ` (${count} functions)`;
    console.log(`${String(bytes).padStart(7)} ${`${((100 * bytes) / all).toFixed(1)}%`.padStart(6)} ${String(zipped).padStart(8)}  ${name}${functions}`);
  }
  if (rows.length > most) console.log(`${" ".repeat(25)}and ${rows.length - most} more`);
}

/** `assembly/kernel/run/Run#allocate` lies in kernel/run; what is not of the core is the library's. */
function fileOf(name: string): string {
  const parts = /^assembly\/((?:[\w.-]+\/)*[\w.-]+)\/[^/]+$/.exec(name);
  return parts === null ? "(standard library and exports)" : parts[1];
}

function sum(bodies: readonly Uint8Array[]): number {
  return bodies.reduce((total, body) => total + body.length, 0);
}

function zipped(bytes: Uint8Array): number {
  return gzipSync(bytes, { level: 9 }).length;
}
