import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../tools/generate.ts";
import { LIMITS } from "./limits.ts";
import { type Packed, packAndInstall } from "./packed.ts";

const run = promisify(execFile);
/** A tool's exit code and what it said. */
const outcome = (file: string, args: string[], cwd: string) =>
  run(file, args, { cwd, maxBuffer: 1 << 24 }).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code, said: `${stdout}${stderr}` }),
  );

let packed: Packed;
let manifest: { name: string; exports: Record<string, string | Record<string, string>>; bin: Record<string, string>; engines: Record<string, string> };

beforeAll(async () => {
  packed = await packAndInstall();
  manifest = JSON.parse(await readFile(join(packed.installed, "package.json"), "utf8"));
});

describe("the package", () => {
  it("brings few others along", async () => {
    const lock = JSON.parse(await readFile(join(packed.project, "package-lock.json"), "utf8")) as {
      packages: Record<string, { optional?: boolean; peer?: boolean }>;
    };
    const packages = Object.keys(lock.packages).filter((path) => path !== "" && existsSync(join(packed.project, path)));
    expect(packages).toContain("node_modules/aixlet");
    expect(packages.length, packages.join(", ")).toBeLessThanOrEqual(LIMITS.packages);
  });

  it("holds what it is to hold, and no more", async () => {
    const files = (await readdir(packed.installed, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(packed.installed.length + 1));
    const wrong = files.filter(
      (file) =>
        !/^(dist\/.*\.(js|d\.ts|wasm|bin\.gz)|wit\/[a-z]+\.wit|schema\/.*\.json|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(file) ||
        /\.test\./.test(file),
    );
    expect(wrong).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(["dist/core.wasm", "dist/component.wasm", "wit/world.wit", "LICENSE", "README.md"]));
  });

  it("has a file behind every name that it exports", () => {
    const targets = Object.values(manifest.exports).flatMap((target) => (typeof target === "string" ? [target] : Object.values(target)));
    expect([...targets, ...Object.values(manifest.bin)].filter((target) => !existsSync(join(packed.installed, target)))).toEqual([]);
  });

  it("tells types first", () => {
    for (const target of Object.values(manifest.exports)) if (typeof target !== "string") expect(Object.keys(target)[0]).toBe("types");
  });

  it("is well-formed, as publint sees it", async () => {
    const { code, said } = await outcome(join(ROOT, "node_modules/.bin/publint"), ["--strict", packed.tarball], ROOT);
    expect(said).toMatch(/All good!/);
    expect(code).toBe(0);
  });

  it("has types that fit its code, as are-the-types-wrong sees it", async () => {
    const untyped = Object.keys(manifest.exports)
      .filter((name) => /\.(wasm|json)$/.test(name))
      .map((name) => name.slice(2));
    const { code, said } = await outcome(
      join(ROOT, "node_modules/.bin/attw"),
      [packed.tarball, "--profile", "esm-only", "--format", "ascii", "--no-color", "--exclude-entrypoints", ...untyped],
      ROOT,
    );
    expect(code, said).toBe(0);
  });
});

/** What a user may write, and one line that must be refused. */
const CONSUMER = `
import { AixletError, type CustomAgent, defineAgents, type Definition, Engine, type Run, type RunEvent, type RunResult, tool } from "aixlet";
import { Engine as InBrowser } from "aixlet/browser";
import { Engine as AtEdge } from "aixlet/edge";
import { z } from "zod";

const weather = tool({ inputSchema: z.object({ city: z.string() }), execute: ({ city }) => city.toUpperCase() });
const shout: CustomAgent = { run: (text, { signal }) => (signal.aborted ? "" : text.toUpperCase()) };
const definition: Definition = defineAgents({ agents: [{ name: "a", role: "react", prompt: "p", model: "m", tools: [{ name: "weather", description: "d" }] }] });
export async function main(): Promise<string> {
  await using engine = await Engine.load(definition, { tools: { weather }, agents: { shout }, models: (name) => (name === "m" ? async (messages) => messages[0].content : undefined) });
  const run: Run = engine.run("hi", { signal: AbortSignal.timeout(1000), budget: { calls: 3 } });
  for await (const event of run) if (event.type === "model-end") console.log(event.usage?.input satisfies number | undefined);
  const result: RunResult = await run;
  try {
    engine.replay(run.journal.bytes());
  } catch (error) {
    if (AixletError.isInstance(error) && error.code === "event-refused") return error.message;
  }
  const others: (typeof Engine)[] = [InBrowser, AtEdge];
  return result.text + others.length;
}
export const name = (event: RunEvent): string => (event.type === "output" ? event.port : "");
// @ts-expect-error there is no such role of a message
export const wrong: RunEvent = { type: "outputs" };
`;

describe("types", () => {
  const resolutions = [
    { module: "node16", moduleResolution: "node16" },
    { module: "esnext", moduleResolution: "bundler" },
    { module: "esnext", moduleResolution: "bundler", customConditions: ["workerd"] },
  ];
  it.each(resolutions)("hold under $moduleResolution $customConditions", async (resolution) => {
    const folder = await mkdtemp(join(packed.project, "types-"));
    try {
      await writeFile(join(folder, "main.ts"), CONSUMER);
      const compilerOptions = {
        ...resolution,
        target: "es2022",
        lib: ["ES2022", "DOM", "DOM.AsyncIterable", "ESNext.Disposable"],
        strict: true,
        noEmit: true,
        types: [],
      };
      await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts"] }));
      const { said } = await outcome(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", folder], folder);
      expect(said).toBe("");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("hold without a browser's types, if libraries are taken as they are", async () => {
    const folder = await mkdtemp(join(packed.project, "types-"));
    try {
      await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
      await writeFile(join(folder, "main.ts"), CONSUMER);
      const compilerOptions = {
        module: "node20",
        target: "es2023",
        lib: ["ES2023", "ESNext.Disposable"],
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        types: ["node"],
        paths: { zod: ["../node_modules/zod/index.d.ts"] },
      };
      await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts"] }));
      const { said } = await outcome(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", folder], folder);
      expect(said).toBe("");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
