import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ROOT } from "../../tools/generate.ts";

// A real process, killed at moments of chance while it runs tools that leave something behind; another one goes on. AIXLET_KILLS says how often.

const KILLS = Number(process.env.AIXLET_KILLS ?? 25);
/** Runs at a time in one process. */
const RUNS = 8;
/** Calls of a run, in order: `book` may run only once. */
const CALLS = ["book", "look", "book", "note", "book", "note"];

const home = mkdtempSync(join(tmpdir(), "aixlet-crash-"));
const program = join(home, "program.mjs");

beforeAll(async () => {
  const entryPoints = [fileURLToPath(new URL("crash-program.ts", import.meta.url))];
  const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' };
  await build({ entryPoints, outfile: program, bundle: true, format: "esm", platform: "node", target: "node20", banner, logLevel: "error" });
  copyFileSync(join(ROOT, "dist/core.wasm"), join(home, "core.wasm"));
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Ended {
  id: string;
  stop: string;
  text: string;
  toolCalls: number;
  steps: number;
}

/** How long the program takes once it is ready, in milliseconds, as long as nobody kills it. */
let takes = 0;

/** Runs the program; kills it so many milliseconds after it is ready. Gives its results if it came to its end before. */
async function live(folder: string, killAfter: number | undefined): Promise<Ended[] | undefined> {
  const child = spawn(process.execPath, [program, folder, String(RUNS)], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  let complained = "";
  let ready = 0;
  child.stderr.on("data", (bytes) => (complained += bytes));
  child.stdout.on("data", (bytes) => {
    if (said === "") ready = performance.now();
    if (said === "" && killAfter !== undefined) setTimeout(() => child.kill("SIGKILL"), killAfter);
    said += bytes;
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => child.once("close", (...how) => resolve(how)));
  if (signal === "SIGKILL") return undefined;
  expect(code, complained).toBe(0);
  if (takes === 0) takes = performance.now() - ready;
  return JSON.parse(said.slice("ready\n".length)) as Ended[];
}

it(
  `of ${RUNS} runs at a time nothing is lost and nothing done twice, killed ${KILLS} times`,
  async () => {
    let [kills, unknown, worlds, began] = [0, 0, 0, 0];
    let undisturbed: Ended | undefined;
    while (kills < KILLS) {
      const folder = join(home, String(worlds++));
      mkdirSync(folder);
      let results: Ended[] | undefined;
      // The first world is left alone: what it comes to is what all others are to come to, and how long it takes. In the others death comes at any
      // moment, some times over.
      for (let lives = 0; (results = await live(folder, worlds === 1 || lives > 5 ? undefined : Math.random() * takes)) === undefined; lives++) kills++;
      undisturbed ??= results[0];
      const effects = existsSync(join(folder, "effects")) ? readFileSync(join(folder, "effects"), "utf8").trim().split("\n") : [];
      const times = new Map<string, number>();
      for (const line of effects) times.set(line, (times.get(line) ?? 0) + 1);
      for (const { id, stop, text, toolCalls } of results) {
        expect(stop, id).toBe("done");
        const outcomes = JSON.parse(text) as string[];
        expect(outcomes.length).toBe(CALLS.length);
        expect(toolCalls).toBe(undisturbed.toolCalls);
        for (const [index, outcome] of outcomes.entries()) {
          const name = CALLS[index];
          if (outcome === "?") {
            expect(name).toBe("book");
            unknown++;
          } else {
            // What the model was told is what was done.
            expect(outcome).toMatch(new RegExp(`^${name} ${id}/\\d+$`));
            expect(times.get(`end ${outcome}`)).toBeGreaterThanOrEqual(1);
          }
        }
        if (!outcomes.includes("?"))
          expect(outcomes.map((outcome) => outcome.replace(id, "id"))).toEqual(
            JSON.parse(undisturbed.text).map((outcome: string) => outcome.replace(undisturbed!.id, "id")),
          );
        // Whatever was begun is told of, as done or as unknown.
        const books = [...times.keys()].filter((line) => line.startsWith(`begin book ${id}/`)).length;
        const missed = outcomes.filter((outcome) => outcome === "?").length;
        const told = outcomes.filter((outcome) => outcome.startsWith("book")).length;
        expect(told + missed).toBe(3);
        expect(books).toBeGreaterThanOrEqual(told);
      }
      for (const [line, count] of times) {
        if (!line.startsWith("begin book")) continue;
        began++;
        expect(count, line).toBe(1);
      }
      // No lock, no writer and no half-written file is left by the dead.
      expect(readdirSync(join(folder, "store/runs")).filter((name) => !/\.journal$/.test(name))).toEqual([]);
      expect(readdirSync(join(folder, "store/writers"))).toEqual([]);
      rmSync(folder, { recursive: true });
    }
    expect(kills).toBeGreaterThanOrEqual(KILLS);
    console.log(`${kills} kills in ${worlds} worlds of ${RUNS} runs: ${began} tools that may run once were begun once, ${unknown} outcomes unknown`);
  },
  60_000 + KILLS * 2000,
);
