import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Engine } from "../index.ts";
import { Chain, entryOf } from "./chain.ts";
import { storeConformance } from "./conformance.ts";
import { FileKeys, FileStore } from "./files.ts";
import { MemoryStore } from "./memory.ts";
import { MemoryKeys } from "./run-keys.ts";
import { SealedStore } from "./sealed.ts";
import { headOf } from "./signed-head.ts";

const home = mkdtempSync(join(tmpdir(), "aixlet-sealed-"));
afterAll(() => rmSync(home, { recursive: true }));

const definition = "agents: [{name: a, model: m, provider: mock, inputs: [in]}]";
const models = () => (messages: readonly unknown[]) => `the secret answer ${messages.length}`;
/** All chunks of a journal, end to end. */
async function all(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const found: Uint8Array[] = [];
  for await (const chunk of chunks) found.push(chunk);
  return found;
}
const load = (store: SealedStore) => Engine.load(definition, { models, store });

describe("a sealed store", () => {
  const keys = new WeakMap<object, [MemoryStore, MemoryKeys]>();
  const over = (inner: MemoryStore, ring: MemoryKeys) => {
    const store = new SealedStore(inner, ring);
    keys.set(store, [inner, ring]);
    return store;
  };
  // A list tells of the bytes as they are stored.
  const cases = storeConformance({
    empty: async () => over(new MemoryStore(), new MemoryKeys()),
    again: async (store) => over(...(keys.get(store) as [MemoryStore, MemoryKeys])),
  });
  it.each(cases.filter(({ name }) => name !== "a list has header, size and end of each run"))("$name", ({ run }) => run());

  it("keeps no text in the clear, goes on after a restart, and tells how runs ended", async () => {
    const [folder, ring] = [join(home, "runs"), join(home, "keys")];
    const first = await load(new SealedStore(new FileStore(folder), new FileKeys(ring)));
    const run = first.run("my secret question", { id: "r", open: true });
    for await (const event of run) if (event.type === "output") break;
    const lost = run.result.catch((error) => error.code);
    await first.suspend();
    expect(await lost).toBe("run-suspended");
    await first.close();
    const store = new SealedStore(new FileStore(folder), new FileKeys(ring));
    const second = await load(store);
    const resumed = second.resume("r");
    resumed.send("another secret");
    resumed.close();
    expect((await resumed).text).toBe("the secret answer 3");
    expect(await second.replay("r")).toMatchObject({ finished: true });
    const written = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(written.length).toBeGreaterThan(0);
    for (const { parentPath, name } of written) if (!parentPath.endsWith("blobs")) expect(readFileSync(join(parentPath, name)).includes("secret")).toBe(false);
    for (const name of readdirSync(ring)) expect(statSync(join(ring, name)).mode & 0o777).toBe(0o600);
    for await (const { end } of second.runs()) expect(end?.stop).toBe("done");
    await second.close();
    await store.close();
  });

  it("whose key is erased says nothing any more, and its chain holds", async () => {
    const [inner, ring] = [new MemoryStore(), new MemoryKeys()];
    const engine = await load(new SealedStore(inner, ring));
    for (const id of ["r", "s"]) await engine.run("my question", { id });
    const before = await engine.verify("r");
    await engine.erase("r");
    await expect(engine.replay("r")).rejects.toMatchObject({ code: "run-erased" });
    await expect(engine.resume("r")).rejects.toMatchObject({ code: "run-erased" });
    expect(await engine.verify("r")).toEqual(before);
    expect(await engine.replay("s")).toMatchObject({ finished: true });
    await expect(engine.erase("none")).rejects.toMatchObject({ code: "run-missing" });
    await engine.close();
    const plain = await Engine.load(definition, { models, store: inner });
    await expect(plain.erase("r")).rejects.toMatchObject({ code: "bad-usage" });
    await plain.close();
  });

  it("refuses what was not sealed so: another run's record, or one with a bit flipped", async () => {
    const [inner, ring] = [new MemoryStore(), new MemoryKeys()];
    const engine = await load(new SealedStore(inner, ring));
    await engine.run("my question", { id: "r" });
    await engine.close();
    const header = (await inner.header("r")) as Uint8Array;
    const [chunk] = await all(inner.read("r"));
    for (const at of [20, 60, 90]) {
      const forged = chunk.slice();
      forged[at] ^= 1;
      // Whoever can write the journal can mend its chain, but not what is sealed.
      const chain = Chain.from(header);
      const entries: Uint8Array[] = [];
      for (let from = 0; from < forged.length; ) {
        const size = new DataView(forged.buffer).getUint32(from, true);
        entries.push(entryOf(forged.subarray(from, from + size), chain));
        from += size + 8;
      }
      const other = new MemoryStore();
      await other.create("r", header, entries);
      expect((await headOf(other, "r")).entries).toBe(entries.length);
      await expect(all(new SealedStore(other, ring).read("r"))).rejects.toMatchObject({ code: "bad-journal" });
    }
  });
});

describe("a signed head", () => {
  it("shows that a journal was written anew, cut off, or is another one", async () => {
    const { privateKey, publicKey } = (await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])) as CryptoKeyPair;
    const store = new MemoryStore();
    const engine = await Engine.load(definition, { models, store });
    const run = engine.run("one", { id: "r", open: true });
    for await (const event of run) if (event.type === "output") break;
    const early = await engine.sign("r", privateKey);
    run.send("two");
    run.close();
    await run;
    const late = await engine.sign("r", privateKey);
    expect(late.entries).toBeGreaterThan(early.entries);
    for (const signed of [early, late]) expect(await engine.verify("r", signed, publicKey)).toMatchObject({ entries: late.entries, head: late.head });
    await engine.run("other", { id: "s" });
    const wrong = [
      { ...late, head: early.head },
      { ...late, entries: early.entries },
      { ...late, signature: early.signature },
      { ...late, signature: "none" },
      { ...late, run: "s" },
    ];
    for (const signed of wrong) await expect(engine.verify(signed.run, signed, publicKey)).rejects.toMatchObject({ code: "bad-journal" });
    await engine.close();
    // All of it anew, with a chain that holds: only the signature tells.
    const header = (await store.header("r")) as Uint8Array;
    const chunk = Buffer.concat(await all(store.read("r")));
    const forge = async (change: (record: Uint8Array, index: number) => Uint8Array | undefined) => {
      const chain = Chain.from(header);
      const entries: Uint8Array[] = [];
      for (let from = 0, index = 0; from < chunk.length; index++) {
        const size = chunk.readUInt32LE(from);
        const record = change(new Uint8Array(chunk.subarray(from, from + size)), index);
        if (record !== undefined) entries.push(entryOf(record, chain));
        from += size + 8;
      }
      const other = new MemoryStore();
      await other.create("r", header, entries);
      return Engine.load(definition, { models, store: other });
    };
    const changed = await forge((record, index) => (index === 1 ? record.map((byte, at) => (at === 16 ? byte ^ 1 : byte)) : record));
    expect((await changed.verify("r")).entries).toBe(late.entries);
    await expect(changed.verify("r", late, publicKey)).rejects.toThrow("written anew");
    const cut = await forge((record, index) => (index < early.entries ? record : undefined));
    await expect(cut.verify("r", late, publicKey)).rejects.toThrow("entries, and");
    expect(await cut.verify("r", early, publicKey)).toMatchObject({ entries: early.entries });
  });
});
