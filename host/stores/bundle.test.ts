import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Engine } from "../index.ts";
import { exportRun, importRun, isBundle } from "./bundle.ts";
import { MemoryStore } from "./memory.ts";

const definition = "agents: [{name: a, model: m}]";

/** A store with a run that waits for its model. */
async function begun(): Promise<MemoryStore> {
  const store = new MemoryStore();
  const engine = await Engine.load(definition, { store, models: { m: () => new Promise(() => {}) } });
  void engine.run("x", { id: "a" }).result.catch(() => {});
  while ((await store.header("a")) === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
  await engine.suspend();
  await engine.close();
  return store;
}

describe("an exported run", () => {
  it("goes on elsewhere, with all that it was begun with", async () => {
    const bundle = await exportRun(await begun(), "a");
    expect(isBundle(bundle)).toBe(true);
    expect(bundle.length).toBeLessThan(readFileSync("dist/core.wasm").length + 4096);
    const store = new MemoryStore();
    expect(await importRun(store, bundle)).toBe("a");
    await using engine = await Engine.ofRun("a", { store, models: { m: () => "done" } });
    expect((await engine.resume("a")).text).toBe("done");
    await expect(importRun(store, bundle)).rejects.toMatchObject({ code: "run-exists" });
    await expect(exportRun(store, "b")).rejects.toMatchObject({ code: "run-missing" });
  });

  it("is refused if it is cut off, or a bit is another", async () => {
    const bundle = await exportRun(await begun(), "a");
    for (let length = 0; length < bundle.length; length += length < 1000 || length > bundle.length - 1000 ? 1 : 997)
      await expect(importRun(new MemoryStore(), bundle.subarray(0, length)), `${length} bytes`).rejects.toMatchObject({ code: "bad-journal" });
    for (let bit = 0; bit < bundle.length * 8; bit += bit < 8000 || bit > bundle.length * 8 - 800 ? 1 : 9973) {
      const damaged = bundle.slice();
      damaged[bit >> 3] ^= 1 << (bit & 7);
      const store = new MemoryStore();
      await expect(importRun(store, damaged), `bit ${bit}`).rejects.toMatchObject({ code: "bad-journal" });
      expect(await store.header("a")).toBeUndefined();
    }
  });
});
