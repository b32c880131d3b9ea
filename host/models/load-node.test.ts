import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadFrom } from "./load-node.ts";

let project: string;

async function install(name: string, exports: object, files: Record<string, string>): Promise<void> {
  const directory = join(project, "node_modules", name);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "package.json"), JSON.stringify({ name, version: "1.0.0", exports }));
  for (const [path, text] of Object.entries(files)) await writeFile(join(directory, path), text);
}

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "aixlet-load-"));
  // As packages of AI SDK 7 are, and those of 6.
  await install("new-provider", { ".": { import: "./index.mjs", default: "./index.mjs" } }, { "index.mjs": "export const createNew = () => 7;" });
  await install(
    "old-provider",
    { ".": { import: "./index.mjs", require: "./index.cjs" } },
    { "index.mjs": "export const createOld = () => 6;", "index.cjs": "exports.createOld = () => 6;" },
  );
  await install("broken-provider", { ".": { default: "./index.mjs" } }, { "index.mjs": "throw new Error('broken inside');" });
});
afterAll(() => rm(project, { recursive: true }));

describe("loadFrom", () => {
  it("finds what the directory's project has installed, of both kinds of package", async () => {
    const load = loadFrom(project);
    expect(await load("new-provider")).toMatchObject({ createNew: expect.any(Function) });
    expect(await load("old-provider")).toMatchObject({ createOld: expect.any(Function) });
  });

  it("else what aixlet itself would find", async () => {
    expect(await loadFrom(project)("@ai-sdk/openai")).toMatchObject({ createOpenAI: expect.any(Function) });
    expect(await loadFrom(process.cwd())("@ai-sdk/anthropic")).toMatchObject({ createAnthropic: expect.any(Function) });
  });

  it("fails as an import does", async () => {
    await expect(loadFrom(project)("broken-provider")).rejects.toThrow("broken inside");
    await expect(loadFrom(project)("never-published-anywhere")).rejects.toThrow(/never-published-anywhere/);
  });
});
