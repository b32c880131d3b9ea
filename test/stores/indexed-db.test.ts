import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { storeConformance } from "../../host/stores/conformance.ts";
import { ROOT } from "../../tools/generate.ts";
import { type Browser, CHROMIUM_LIBRARIES, findRuntime, loadPlaywright } from "../runtimes/runtimes.ts";
import { serve } from "../runtimes/serve.ts";

// The store of browsers, in a real one.

const home = mkdtempSync(join(tmpdir(), "aixlet-indexed-db-"));
let browser: Browser | undefined;
let site: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  const binary = await findRuntime("chromium").catch((error) => {
    if (process.env.CI) throw error;
    return undefined;
  });
  if (binary === undefined) return;
  const entryPoints = [fileURLToPath(new URL("indexed-db-page.ts", import.meta.url))];
  await build({ entryPoints, outfile: join(home, "page.js"), bundle: true, format: "esm", platform: "browser", target: "es2022", logLevel: "error" });
  copyFileSync(join(ROOT, "dist/core.wasm"), join(home, "core.wasm"));
  site = await serve({ folders: { "/page/": home }, pages: { "/": '<!doctype html><script type="module" src="/page/page.js"></script>' } });
  const args = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
  browser = await loadPlaywright().chromium.launch({
    executablePath: binary,
    headless: true,
    args,
    env: { ...process.env, LD_LIBRARY_PATH: CHROMIUM_LIBRARIES },
  });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  site?.close();
  rmSync(home, { recursive: true });
});

describe("the store in IndexedDB", () => {
  it("does what every store does", async (context) => {
    if (browser === undefined) return context.skip("there is no browser in the packages for this platform");
    const page = await browser.newPage();
    await page.goto(`${site.url}/#conformance`);
    const cases = storeConformance({ empty: () => Promise.reject(new Error()) }).length;
    expect(await page.evaluate("globalThis.result")).toEqual({ cases, failed: {} });
    await page.close();
  });

  it("holds a run that another page goes on with", async (context) => {
    if (browser === undefined) return context.skip("there is no browser in the packages for this platform");
    const page = await browser.newPage();
    await page.goto(`${site.url}/`);
    expect(await page.evaluate("globalThis.result")).toEqual({ left: true });
    // As if it were closed and opened again: nothing of the page's own memory is left.
    await page.goto("about:blank");
    await page.goto(`${site.url}/`);
    expect(await page.evaluate("globalThis.result")).toEqual({
      stop: "done",
      text: expect.stringMatching(/^told: .*unknown/),
      replay: { steps: expect.any(Number), finished: true },
    });
    await page.close();
  });
});
