import { execFile, spawn } from "node:child_process";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { type Packed, packAndInstall } from "../package/packed.ts";
import { buildSite, bundleNode, bundlePage, bundleWorker, vendor } from "./bundles.ts";
import { type Browser, CHROMIUM_LIBRARIES, findRuntime, installRuntimes, loadPlaywright, type Runtime } from "./runtimes.ts";
import { serve } from "./serve.ts";

const run = promisify(execFile);
const HERE = dirname(fileURLToPath(import.meta.url));

let packed: Packed;
/** A folder in a project that has installed the package. */
let folder: string;
let core: string;
/** What Node 20 and newer, whatever runs these tests, makes of the program: all others have to come to the same. */
let expected: Record<string, unknown>;

beforeAll(async () => {
  [packed] = await Promise.all([packAndInstall(), installRuntimes().catch(() => undefined)]);
  core = join(packed.installed, "dist/core.wasm");
  folder = await mkdtemp(join(packed.project, "runtimes-"));
  for (const file of ["program.mjs", "main.mjs", "worker.mjs", "page.mjs"]) await copyFile(join(HERE, file), join(folder, file));
  expected = await result(process.execPath, [join(folder, "main.mjs")]);
}, 180_000);

afterAll(() => folder && rm(folder, { recursive: true, force: true }));

/** What a process says the program came to. */
async function result(binary: string, args: string[], cwd = folder): Promise<Record<string, unknown>> {
  const { stdout } = await run(binary, args, {
    cwd,
    timeout: 60_000,
    env: { ...process.env, DENO_DIR: join(folder, ".deno"), DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
  });
  return JSON.parse(stdout);
}

/** A runtime's binary. Where there is none, CI fails; anybody else is told, and goes on. */
async function binaryOf(runtime: Runtime, context: TestContext): Promise<string> {
  try {
    return await findRuntime(runtime);
  } catch (error) {
    if (process.env.CI) throw error;
    return context.skip(`${runtime} could not be had: ${(error as Error).message.split("\n")[0]}`);
  }
}

describe("the package", () => {
  it("runs in this Node", () => {
    expect(expected).toMatchObject({
      stop: "done",
      text: "Grüße, 世界 🙂: 5!",
      counters: { modelCalls: 3, toolCalls: 1, activations: 2 },
      replay: { finished: true },
      cancelled: { stop: "cancelled", text: "" },
      ticks: { stop: "done", enough: true },
    });
    expect(expected.refused).toMatch(/^definition:2:\d+: .*rol/);
    expect(expected.seen).toEqual(expect.arrayContaining(["agent-start", "model-call", "tool-call", "tool-end", "message", "output", "finished"]));
  });

  it("runs in this Node, bundled", async () => {
    const out = await mkdtemp(join(packed.project, "..", "bundle-"));
    try {
      await bundleNode(join(folder, "main.mjs"), core, out);
      expect(await result(process.execPath, [join(out, "main.mjs")], out)).toEqual(expected);
    } finally {
      await rm(out, { recursive: true });
    }
  });

  it("runs in a newer Node", async (context) => {
    const node = await binaryOf("node", context);
    expect(Number((await run(node, ["--version"])).stdout.match(/^v(\d+)/)?.[1])).toBeGreaterThanOrEqual(22);
    expect(await result(node, ["main.mjs"])).toEqual(expected);
  });

  it("runs in Deno, and may read files and variables, and no more", async (context) => {
    const deno = await binaryOf("deno", context);
    expect(
      await result(deno, ["run", "--no-remote", "--no-prompt", "--node-modules-dir=manual", `--allow-read=${packed.project}`, "--allow-env", "main.mjs"]),
    ).toEqual(expected);
  });

  it("runs in Bun", async (context) => {
    const bun = await binaryOf("bun", context);
    expect(await result(bun, ["run", "--no-install", "main.mjs"])).toEqual(expected);
  });

  it("runs in an edge worker", async (context) => {
    const workerd = await binaryOf("workerd", context);
    const out = join(folder, "worker");
    await bundleWorker(join(folder, "worker.mjs"), core, out);
    const child = spawn(workerd, ["serve", "config.capnp", "--control-fd=3"], { cwd: out, stdio: ["ignore", "inherit", "inherit", "pipe"] });
    try {
      const port = await new Promise<number>((resolve, reject) => {
        child.once("error", reject);
        child.once("exit", (code) => reject(new Error(`workerd ended with ${code}`)));
        let said = "";
        (child.stdio[3] as Readable).on("data", (bytes) => {
          said += bytes;
          const listening = said.match(/"event":"listen".*?"port":(\d+)/);
          if (listening) resolve(Number(listening[1]));
        });
      });
      const response = await fetch(`http://127.0.0.1:${port}/`);
      const text = await response.text();
      expect(response.status, text).toBe(200);
      expect(JSON.parse(text)).toEqual(expected);
    } finally {
      child.kill();
    }
  });
});

describe("in a browser the package", () => {
  let browser: Browser | undefined;
  let site: Awaited<ReturnType<typeof serve>> | undefined;

  beforeAll(async () => {
    const binary = await findRuntime("chromium").catch((error) => {
      if (process.env.CI) throw error;
      return undefined;
    });
    if (binary === undefined) return;
    const bundled = join(folder, "bundled");
    await bundlePage(join(folder, "page.mjs"), core, bundled);
    const built = await buildSite(folder, "page.mjs");
    const imports = { aixlet: "/package/dist/browser.js", ...(await vendor(packed.project, join(folder, "vendor"))) };
    site = await serve({
      folders: { "/package/": packed.installed, "/vendor/": join(folder, "vendor"), "/program/": folder, "/bundled/": bundled, "/built/": built },
      pages: {
        "/modules.html": `<!doctype html><script type="importmap">${JSON.stringify({ imports })}</script><script type="module" src="/program/page.mjs"></script>`,
        "/bundle.html": '<!doctype html><script type="module" src="/bundled/page.js"></script>',
      },
    });
    const quiet = [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ];
    const env = { ...process.env, LD_LIBRARY_PATH: CHROMIUM_LIBRARIES };
    browser = await loadPlaywright().chromium.launch({ executablePath: binary, headless: true, args: quiet, env });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  it.for([
    ["runs as modules, without a bundler", "/modules.html"],
    ["runs as a bundle, the core beside it", "/bundle.html"],
    ["runs as a site that Vite has built, which finds the core by itself", "/built/index.html"],
  ])("%s", async ([, address], context) => {
    if (browser === undefined) return context.skip("there is no browser in the packages for this platform");
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", ({ message }) => errors.push(String(message)));
    await page.goto(site!.url + address);
    expect(await page.evaluate("globalThis.result"), errors.join("\n")).toEqual(expected);
    await page.close();
  });
});
