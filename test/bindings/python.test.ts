import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildWheel } from "../../tools/wheel.ts";
import { ToolchainMissing } from "../conformance/hosts/host.ts";
import { BINDING, makeEnvironment, pythonEnvironment } from "./python-environment.ts";
import { writeTexts } from "./yaml-texts.ts";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "aixlet-python-"));

let python: string | undefined;
let missing = "";

beforeAll(async () => {
  try {
    python = await pythonEnvironment();
  } catch (error) {
    if (!(error instanceof ToolchainMissing) || process.env.CI !== undefined) throw error;
    missing = error.message;
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program's output and errors, and its exit code. */
async function outcome(command: string, given: string[], cwd: string, environment: Record<string, string> = {}): Promise<{ code: number; said: string }> {
  return run(command, given, { cwd, env: { ...process.env, ...environment }, maxBuffer: 1 << 26, timeout: 100_000 }).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code: code ?? -1, said: `${stdout}${stderr}` }),
  );
}

describe("the Python binding", () => {
  it("passes its own tests", async (context) => {
    if (python === undefined) return context.skip(missing);
    const texts = join(folder, "texts.json");
    writeTexts(texts);
    const { code, said } = await outcome(python, ["-W", "error::ResourceWarning", "-m", "unittest"], BINDING, { PYTHONPATH: "src", AIXLET_TEXTS: texts });
    expect(code, said).toBe(0);
    expect(said).toMatch(/^Ran [5-9]\d tests/m);
  });

  it("is installed from its wheel, and the first program of its page runs", async (context) => {
    if (python === undefined) return context.skip(missing);
    const wheel = await buildWheel();
    const clean = await makeEnvironment(join(folder, "clean"));
    await run(clean, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel]);
    const page = readFileSync(join(BINDING, "README.md"), "utf8");
    const [, program] = /```python\n(.*?)```/s.exec(page) ?? [];
    writeFileSync(join(folder, "first.py"), program);
    const { code, said } = await outcome(clean, ["-I", join(folder, "first.py")], folder);
    expect(said).toBe("What is 17 and 25?\n");
    expect(code).toBe(0);
    // What a type checker needs is there, and the tests are not.
    const listed = await outcome(clean, ["-m", "zipfile", "-l", wheel], folder);
    expect(listed.said).toMatch(/aixlet\/py\.typed/);
    expect(listed.said).toMatch(/aixlet\/core\.wasm/);
    expect(listed.said).not.toMatch(/tests\//);
  });
});
