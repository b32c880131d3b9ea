import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { storeConformance } from "../../host/stores/conformance.ts";
import { SqliteStore } from "../../host/stores/sqlite.ts";
import { ROOT } from "../../tools/generate.ts";
import { findRuntime } from "../runtimes/runtimes.ts";

// SQLite comes with the runtime, from Node 22.13 on: the store is tried in a newer Node than this one, and in Deno.

const home = mkdtempSync(join(tmpdir(), "aixlet-sqlite-test-"));
const program = join(home, "program.mjs");

beforeAll(async () => {
  const entryPoints = [fileURLToPath(new URL("sqlite-program.ts", import.meta.url))];
  const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' };
  await build({ entryPoints, outfile: program, bundle: true, format: "esm", platform: "node", target: "node22", banner, logLevel: "error" });
  copyFileSync(join(ROOT, "dist/core.wasm"), join(home, "core.wasm"));
});

afterAll(() => rmSync(home, { recursive: true }));

describe("the store in SQLite", () => {
  it.each([
    ["node", []],
    ["deno", ["run", "-A", "--no-remote"]],
  ] as const)(
    "does in %s what every store does, and holds runs",
    async (runtime, args) => {
      const binary = await findRuntime(runtime).catch((error) => {
        if (process.env.CI) throw error;
        return undefined;
      });
      if (binary === undefined) return console.log(`${runtime} could not be had`);
      const { stdout } = await promisify(execFile)(binary, [...args, program], {
        env: { ...process.env, DENO_DIR: join(home, ".deno"), DENO_NO_UPDATE_CHECK: "1" },
      });
      const cases = storeConformance({ empty: () => Promise.reject(new Error()) }).length;
      expect(JSON.parse(stdout)).toEqual({ cases, failed: {}, texts: 50, finished: 50 });
    },
    120_000,
  );

  it.runIf(process.versions.node.startsWith("20."))("says what to do where there is none", async () => {
    await expect(new SqliteStore(join(home, "none.db")).header("a")).rejects.toMatchObject({
      code: "missing-package",
      message: expect.stringContaining("better-sqlite3"),
    });
  });
});
