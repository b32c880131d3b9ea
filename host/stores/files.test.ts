import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { Chain, entryOf } from "./chain.ts";
import { storeConformance } from "./conformance.ts";
import { RunLocked, StoreFailed } from "./errors.ts";
import { fileNameOf, idOf } from "./files/names.ts";
import { FileStore } from "./files.ts";
import { writeHeader } from "./journal-header.ts";

const home = mkdtempSync(join(tmpdir(), "aixlet-files-"));
let folders = 0;
const folder = () => join(home, String(folders++));
const folderOf = new WeakMap<object, string>();

afterAll(() => rmSync(home, { recursive: true }));

const hash = "00".repeat(32);
const header = writeHeader({ run: "a", created: 0, protocol: 1, engine: hash, definition: hash, inputs: {} });

function entriesOf(count: number, size = 48): Uint8Array[] {
  const chain = Chain.from(header);
  return Array.from({ length: count }, (_, index) => {
    const record = new Uint8Array(size).fill(index + 1);
    new DataView(record.buffer).setUint32(0, size, true);
    record.set([1, 0, 0, 0, index + 1, 0, 0, 0, 0, 0, 0, 0], 4);
    // One event, as long as the rest.
    record.set([size - 32, 0, 0, 0, 7, 0, 64, 0], 32);
    return entryOf(record, chain);
  });
}

async function stored(store: FileStore, run = "a"): Promise<number> {
  let bytes = 0;
  for await (const chunk of store.read(run)) bytes += chunk.length;
  return bytes / 56;
}

describe("the store in files", () => {
  const open = (at: string) => {
    const store = new FileStore(at);
    folderOf.set(store, at);
    return store;
  };
  const cases = storeConformance({ empty: async () => open(folder()), again: async (store) => open(folderOf.get(store) as string) });
  it.each(cases)("$name", ({ run }) => run());
});

describe("files", () => {
  it("are the owner's alone, whatever their run is called", async () => {
    const at = folder();
    const store = new FileStore(at);
    for (const id of ["../../x", "/y", "z"]) {
      const { epoch } = await store.create(id, header, entriesOf(1));
      await store.saveSnapshot(id, epoch, { position: 1, state: Uint8Array.of(1) });
    }
    await store.saveBlob(hash, Uint8Array.of(1));
    await expect(store.saveBlob("../x", Uint8Array.of(1))).rejects.toThrow(StoreFailed);
    await expect(store.blob("../x")).rejects.toThrow(StoreFailed);
    const all = readdirSync(at, { recursive: true, withFileTypes: true });
    expect(all.length).toBeGreaterThan(10);
    for (const entry of all) {
      const { mode } = statSync(join(entry.parentPath, entry.name));
      expect((mode & 0o777).toString(8), entry.name).toBe(entry.isDirectory() ? "700" : "600");
    }
    expect(statSync(at).mode & 0o777).toBe(0o700);
    expect(readdirSync(home).every((name) => /^\d+$/.test(name))).toBe(true);
    await store.close();
    // No lock is left.
    expect(readdirSync(join(at, "writers"))).toEqual([]);
    expect(readdirSync(join(at, "runs")).filter((name) => name.includes("lock"))).toEqual([]);
  });

  it("have names that go back to their ids", () => {
    for (const id of ["a", "A", "..", "a/b", "ä", "%", "r-a", "🙂".repeat(16)]) expect(idOf(fileNameOf(id))).toBe(id);
    expect(fileNameOf("🙂".repeat(16)).length).toBeLessThan(200);
    for (const name of ["a", "r-A", "r-%41a%", "r-%61", "r-%ff"]) expect(idOf(name)).toBeUndefined();
  });

  it("that a crash has cut off at any byte are whole up to the last entry", async () => {
    const at = folder();
    const entries = entriesOf(3);
    const store = new FileStore(at);
    await store.create("a", header, entries);
    await store.close();
    const path = join(at, "runs/r-a.journal");
    const whole = readFileSync(path);
    for (let length = 0; length <= whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length));
      const again = new FileStore(at);
      const left = Math.max(0, Math.floor((length - header.length) / 56));
      if (left === 0) {
        expect(await again.header("a"), `${length} bytes`).toBeUndefined();
        await expect(again.claim("a")).rejects.toThrow("no run");
        await again.create("a", header, entries);
        await again.delete("a");
      } else {
        expect(await stored(again), `${length} bytes`).toBe(left);
        const claim = await again.claim("a");
        expect(claim.position).toBe(left);
        await again.append("a", claim, entries.slice(left), true);
        expect(readFileSync(path).equals(whole)).toBe(true);
      }
      await again.close();
    }
  });

  it("that end in zeros, where nothing was written, are whole before them", async () => {
    const at = folder();
    const store = new FileStore(at);
    await store.create("a", header, entriesOf(2));
    await store.close();
    const path = join(at, "runs/r-a.journal");
    const whole = readFileSync(path);
    writeFileSync(path, Buffer.concat([whole, Buffer.alloc(5000)]));
    const again = new FileStore(at);
    expect((await again.claim("a")).position).toBe(2);
    expect(readFileSync(path).equals(whole)).toBe(true);
    await again.close();
  });

  it("whose sizes were damaged are not taken for cut off", async () => {
    const at = folder();
    const store = new FileStore(at);
    await store.create("a", header, entriesOf(3));
    await store.close();
    const path = join(at, "runs/r-a.journal");
    const whole = readFileSync(path);
    for (let entry = 0; entry < 3; entry++) {
      const damaged = Buffer.from(whole);
      damaged[header.length + entry * 56 + 2] ^= 1;
      writeFileSync(path, damaged);
      const again = new FileStore(at);
      await expect(again.claim("a"), `entry ${entry}`).rejects.toMatchObject({ code: "bad-journal", offset: header.length + entry * 56 });
      await expect(stored(again)).rejects.toMatchObject({ code: "bad-journal" });
      expect(readFileSync(path).equals(damaged)).toBe(true);
      await again.close();
    }
  });

  it("that are damaged before the place where they are cut off are left as they are", async () => {
    const at = folder();
    const store = new FileStore(at);
    await store.create("a", header, entriesOf(3));
    await store.close();
    const path = join(at, "runs/r-a.journal");
    const damaged = readFileSync(path).subarray(0, -20);
    damaged[header.length + 40] ^= 1;
    writeFileSync(path, damaged);
    const again = new FileStore(at);
    await expect(again.claim("a")).rejects.toMatchObject({ code: "bad-journal", offset: header.length });
    expect(readFileSync(path).equals(damaged)).toBe(true);
    await again.close();
  });

  it("that somebody else has written to are not written any more", async () => {
    const at = folder();
    const store = new FileStore(at);
    const claim = await store.create("a", header, entriesOf(1));
    writeFileSync(join(at, "runs/r-a.journal"), "x", { flag: "a" });
    expect(() => store.append("a", claim, entriesOf(2).slice(1), true)).toThrow("another size");
    await store.close();
  });

  it("are more than may be open at a time", async () => {
    const store = new FileStore(folder());
    const entries = entriesOf(3);
    const claims = await Promise.all(Array.from({ length: 500 }, (_, i) => store.create(`r${i}`, header, entries.slice(0, 1))));
    expect(readdirSync("/proc/self/fd").length).toBeLessThan(400);
    await Promise.all(claims.map((claim, i) => store.append(`r${i}`, claim, entries.slice(1), true)));
    for (let i = 0; i < 500; i += 50) expect(await stored(store, `r${i}`)).toBe(3);
    await store.close();
  });
});

describe("after a loss of power", () => {
  const PID = 4_194_305;

  /** The folder as a process leaves it that is cut off from its disk: `lose` says what is left of a journal that was not flushed by itself. */
  function cutOff(at: string, lose: (journal: Buffer) => Buffer | undefined): string {
    const to = folder();
    cpSync(at, to, { recursive: true });
    for (const part of ["runs", "writers"]) {
      for (const name of readdirSync(join(to, part))) {
        const path = join(to, part, name);
        const left = name.endsWith(".journal") ? lose(readFileSync(path)) : undefined;
        if (left !== undefined) writeFileSync(path, left);
        else if (name.endsWith(".journal")) rmSync(path);
        else if (!/\.(log|runs)$/.test(name)) writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), pid: PID }));
      }
    }
    return to;
  }

  const losses: [string, (journal: Buffer) => Buffer | undefined][] = [
    ["their names", () => undefined],
    ["nothing", (journal) => journal],
    ["all", () => Buffer.alloc(0)],
    ["all but the size", (journal) => Buffer.alloc(journal.length)],
    ["all behind the header", (journal) => journal.subarray(0, header.length)],
    ["a part of an entry", (journal) => journal.subarray(0, journal.length - 30)],
    ["the second half", (journal) => Buffer.concat([journal.subarray(0, journal.length >> 1), Buffer.alloc(journal.length - (journal.length >> 1))])],
  ];

  it.each(losses)("journals that lost %s have all that was durable", async (_, lose) => {
    const at = folder();
    const store = new FileStore(at);
    const entries = entriesOf(6);
    for (const id of ["a", "b", "c"]) {
      const claim = await store.create(id, header, entries.slice(0, 1));
      void store.append(id, claim, entries.slice(1, 3), false);
      await store.append(id, { epoch: claim.epoch, position: 3 }, entries.slice(3, 5), true);
      if (id === "c") await store.release(id, claim.epoch);
    }
    const left = cutOff(at, lose);
    const [reader, writer] = [new FileStore(left), new FileStore(left)];
    for (const id of ["a", "b", "c"]) expect(await stored(reader, id)).toBe(5);
    for (const id of ["a", "b", "c"]) {
      const claim = await writer.claim(id);
      expect(claim.position).toBe(5);
      await writer.append(id, claim, entries.slice(5), true);
      expect(await stored(writer, id)).toBe(6);
    }
    await writer.close();
    await reader.close();
    await store.close();
    expect(readdirSync(join(left, "writers"))).toEqual([]);
    expect(readdirSync(join(at, "writers"))).toEqual([]);
  });

  it("a journal that was deleted stays so, and another one of its name is left alone", async () => {
    const at = folder();
    const store = new FileStore(at);
    const other = writeHeader({ run: "b", created: 5, protocol: 1, engine: hash, definition: hash, inputs: {} });
    for (const id of ["a", "b"]) {
      await store.create(id, header, entriesOf(3));
      await store.delete(id);
    }
    await store.create("b", other, entriesOf(1));
    const again = new FileStore(cutOff(at, (journal) => journal));
    expect(await new FileStore(cutOff(at, () => undefined)).header("b")).toEqual(other);
    expect(await again.header("a")).toBeUndefined();
    expect(await again.header("b")).toEqual(other);
    expect(await stored(again, "b")).toBe(1);
    await again.close();
    await store.close();
  });

  it("a log that was cut off, or damaged, is good for as far as it goes", async () => {
    const at = folder();
    const store = new FileStore(at);
    const entries = entriesOf(4);
    let claim = await store.create("a", header, entries.slice(0, 1));
    for (const entry of entries.slice(1)) {
      await store.append("a", claim, [entry], true);
      claim = { epoch: claim.epoch, position: claim.position + 1 };
    }
    const [log] = readdirSync(join(at, "writers")).filter((name) => name.endsWith(".log"));
    const padded = readFileSync(join(at, "writers", log));
    // It is made longer than it is used.
    const whole = padded.subarray(0, padded.findLastIndex((byte) => byte !== 0) + 1);
    let most = 0;
    for (let length = 0; length <= whole.length; length += 23) {
      const left = cutOff(at, () => Buffer.alloc(0));
      const spoilt = length % 2 === 0 ? whole.subarray(0, length) : Buffer.from(whole).fill(0xff, length);
      writeFileSync(join(left, "writers", log), spoilt);
      const again = new FileStore(left);
      const found = (await again.header("a")) === undefined ? 0 : await stored(again);
      expect(found).toBeGreaterThanOrEqual(most);
      most = found;
      await again.close();
      rmSync(left, { recursive: true });
    }
    expect(most).toBeGreaterThanOrEqual(3);
    await store.close();
  });

  it("logs are many, and all is where it belongs", async () => {
    const at = folder();
    const store = new FileStore(at, { logSize: 2000 });
    const entries = entriesOf(20);
    await Promise.all(
      Array.from({ length: 10 }, async (_, i) => {
        let claim = await store.create(`r${i}`, header, entries.slice(0, 1));
        for (const entry of entries.slice(1)) {
          await store.append(`r${i}`, claim, [entry], true);
          claim = { epoch: claim.epoch, position: claim.position + 1 };
        }
      }),
    );
    const logs = readdirSync(join(at, "writers")).filter((name) => name.endsWith(".log"));
    expect(logs.length).toBeGreaterThan(3);
    const again = new FileStore(cutOff(at, (journal) => journal));
    for (let i = 0; i < 10; i++) expect(await stored(again, `r${i}`)).toBe(20);
    await again.close();
    await store.close();
    expect(readdirSync(join(at, "writers"))).toEqual([]);
  });
});

describe("a writer", () => {
  const program = `
    import { FileStore } from ${JSON.stringify(fileURLToPath(new URL("./files.ts", import.meta.url)))};
    const store = new FileStore(process.argv[1]);
    await store.claim("a");
    console.log("claimed");
    setInterval(() => {}, 1000);
  `;

  it("keeps others out as long as it lives, and no longer", async () => {
    const at = folder();
    const store = new FileStore(at);
    await store.create("a", header, entriesOf(1));
    await store.close();
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program, at], { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    const others = Array.from({ length: 5 }, () => new FileStore(at));
    for (const other of others) await expect(other.claim("a")).rejects.toThrow(RunLocked);
    await expect(others[0].claim("a")).rejects.toThrow(`process ${child.pid}`);
    await expect(others[0].delete("a")).rejects.toThrow(RunLocked);
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
    const claims = await Promise.allSettled(others.map((other) => other.claim("a")));
    expect(claims.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const other of others) await other.close();
    expect(readdirSync(join(at, "runs")).filter((name) => name.includes("lock"))).toEqual([]);
  });

  it("on another machine is taken to be alive, unless one is told", async () => {
    const at = folder();
    const store = new FileStore(at);
    await store.create("a", header, entriesOf(1));
    await store.close();
    const lock = join(at, "runs/r-a.lock");
    const holder = { name: "0123456789abcdef", pid: 1, began: "1", host: "elsewhere", boot: "b", space: "s" };
    writeFileSync(lock, JSON.stringify(holder));
    const [careful, bold] = [new FileStore(at), new FileStore(at, { takeOver: true })];
    await expect(careful.claim("a")).rejects.toThrow("process 1 on elsewhere");
    expect((await bold.claim("a")).position).toBe(1);
    await bold.close();
    // A lock that lost its content with the power is nobody's.
    writeFileSync(lock, "");
    expect((await careful.claim("a")).position).toBe(1);
    await careful.close();
  });
});
