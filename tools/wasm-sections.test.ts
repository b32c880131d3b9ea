import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { compileCore } from "./build-core.ts";
import { ROOT } from "./generate.ts";
import { readWasm, type WasmParts } from "./wasm-sections.ts";

const FILE = "build/text.named.wasm";
let bytes: Uint8Array<ArrayBuffer>;
let parts: WasmParts;

beforeAll(async () => {
  await compileCore("assembly/text/testing.entry.ts", FILE, "release", ["--debug"]);
  bytes = readFileSync(join(ROOT, FILE)) as Uint8Array<ArrayBuffer>;
  parts = readWasm(bytes);
});

test("every function has its name and its body", () => {
  const names = parts.functions.map(({ name }) => name);
  expect(names).toContain("assembly/text/hash/hashBytes");
  expect(names.filter((name) => !/^(assembly\/|~lib\/|export:|~)/.test(name))).toEqual([]);
  for (const { name, body } of parts.functions) expect(body[body.length - 1], `${name} has its end`).toBe(0x0b);
});

test("sections are all of the file", () => {
  expect([...parts.sections.values()].reduce((sum, size) => sum + size, 8)).toBe(bytes.length);
  expect(parts.sections.get("code")).toBeGreaterThan(parts.functions.reduce((sum, { body }) => sum + body.length, 0));
});

test("without custom sections it is the same module", () => {
  expect(parts.plain.length).toBeLessThan(bytes.length);
  const exportsOf = (module: Uint8Array<ArrayBuffer>) => WebAssembly.Module.exports(new WebAssembly.Module(module));
  expect(exportsOf(new Uint8Array(parts.plain))).toEqual(exportsOf(bytes));
  expect(WebAssembly.Module.customSections(new WebAssembly.Module(new Uint8Array(parts.plain)), "name")).toEqual([]);
});
