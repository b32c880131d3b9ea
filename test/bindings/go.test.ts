import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { beforeAll, describe, expect, it } from "vitest";
import { Engine, scripted } from "../../host/index.ts";
import type { Script } from "../../host/models/script-format.ts";
import { ROOT } from "../../tools/generate.ts";
import { ToolchainMissing } from "../conformance/hosts/host.ts";
import { GO_BINDING, go, goCommand, overlay } from "./go-environment.ts";

const run = promisify(execFile);
const EXAMPLES = join(ROOT, "examples");
/** Documents, which this host does not have; tools whose code is JavaScript; a producer that never ends. */
const NOT_HERE = ["rag", "tools", "telescope"];
const MOST_BYTES = 15 * 1024 * 1024;

let missing: string | undefined;
let binary = "";

beforeAll(async () => {
  try {
    binary = await goCommand("aixlet", "-trimpath", "-ldflags", "-s -w");
  } catch (error) {
    if (!(error instanceof ToolchainMissing) || process.env.CI !== undefined) throw error;
    missing = error.message;
  }
}, 300_000);

describe("the Go binding", () => {
  it("is formatted, vetted, and passes its own tests", { timeout: 300_000 }, async (context) => {
    if (missing !== undefined) context.skip(missing);
    expect(await run("gofmt", ["-l", "."], { cwd: GO_BINDING })).toMatchObject({ stdout: "" });
    await go("vet", ...overlay(), "./...");
    expect(await go("test", ...overlay(), "./...")).toMatch(/^ok\s+aixlet\s/m);
  });

  it("has the core that is built from these sources", () => {
    expect(readFileSync(join(GO_BINDING, "core.wasm")).equals(readFileSync(join(ROOT, "dist/core.wasm"))), "npm run build puts it there").toBe(true);
  });

  it("is one small binary that needs nothing else", async (context) => {
    if (missing !== undefined) context.skip(missing);
    expect(statSync(binary).size).toBeLessThan(MOST_BYTES);
    // The program headers of an ELF file that is linked dynamically name an interpreter.
    if (process.platform === "linux") expect(readFileSync(binary).includes("ld-linux")).toBe(false);
  });
});

describe("examples come to the same as in Node", () => {
  const names = readdirSync(EXAMPLES).filter((name) => existsSync(join(EXAMPLES, name, `${name}.script.yaml`)) && !NOT_HERE.includes(name));

  it.for(names)("%s", async (name, context) => {
    if (missing !== undefined) context.skip(missing);
    const file = (ending: string) => join(EXAMPLES, name, `${name}${ending}`);
    const input = /--input "([^"]*)"/.exec(readFileSync(join(EXAMPLES, name, "README.md"), "utf8"))?.[1] ?? "";
    const script = parse(readFileSync(file(".script.yaml"), "utf8")) as Script;
    const engine = await Engine.load(readFileSync(file(".yaml"), "utf8"), { models: scripted(script) });
    const { text, counters } = await engine.run(input, { seed: 1 });
    const { stdout } = await run(binary, ["run", file(".yaml"), "--script", file(".script.yaml"), "--input", input, "--json"]);
    const last = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
    expect(last.value.text).toBe(text);
    expect(last.value.counters["model-calls"]).toBe(counters.modelCalls);
    expect(last.value.counters["output-tokens"]).toBe(counters.outputTokens);
    expect(last.value.counters["input-tokens"]).toBe(counters.inputTokens);
  });
});
