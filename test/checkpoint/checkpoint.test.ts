import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

// LangGraph's own suite for stores of checkpoints, over an adapter that keeps them in aixlet's stores: they hold what others demand of one.

const run = promisify(execFile);
const HERE = fileURLToPath(new URL(".", import.meta.url));

/** Installs what package-lock.json says, unless that has been done; says why not, where that cannot be. */
async function install(): Promise<string | undefined> {
  const done = join(HERE, "node_modules/.installed");
  const wanted = readFileSync(join(HERE, "package-lock.json"), "utf8");
  if (existsSync(done) && readFileSync(done, "utf8") === wanted) return undefined;
  try {
    await run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: HERE });
    writeFileSync(done, wanted);
    return undefined;
  } catch (error) {
    // Whoever has no network is told, and goes on; CI does not.
    if (process.env.CI !== undefined) throw error;
    return (error as Error).message;
  }
}

it("the stores pass LangGraph's suite for checkpointers", { timeout: 300_000 }, async (context) => {
  const missing = await install();
  if (missing !== undefined) return context.skip(`the suite could not be installed: ${missing}`);
  const folder = mkdtempSync(join(tmpdir(), "aixlet-checkpoint-report-"));
  try {
    const report = join(folder, "report.json");
    const { VITEST: _, VITEST_MODE: __, VITEST_POOL_ID: ___, VITEST_WORKER_ID: ____, ...env } = process.env;
    const args = ["node_modules/vitest/vitest.mjs", "run", "--root", ".", "--config", "vitest.config.ts", "--reporter", "json", "--outputFile", report];
    await run(process.execPath, args, { cwd: HERE, env, maxBuffer: 1 << 26 }).catch(() => undefined);
    const { testResults } = JSON.parse(readFileSync(report, "utf8")) as {
      testResults: { message: string; assertionResults: { fullName: string; status: string }[] }[];
    };
    const results = testResults.flatMap(({ assertionResults }) => assertionResults);
    expect(testResults.map(({ message }) => message).filter((message) => message !== "")).toEqual([]);
    expect(results.filter(({ status }) => status !== "passed").map(({ fullName }) => fullName)).toEqual([]);
    for (const name of ["memory", "files", "sealed files"])
      expect(results.filter(({ fullName }) => fullName.startsWith(`${name} `) || fullName.startsWith(name)).length).toBeGreaterThan(100);
    console.log(`${results.length} cases passed`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
