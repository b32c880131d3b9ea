import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Packed, packAndInstall } from "./packed.ts";

const run = promisify(execFile);

/** Run first, in the process that imports: whatever reaches out is written down. Files may be read, as imports are. */
const TRAPS = `
import childProcess from "node:child_process";
import dgram from "node:dgram";
import dns from "node:dns";
import fs from "node:fs";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import timers from "node:timers";
import tls from "node:tls";
import workers from "node:worker_threads";

export const reached = [];
const trap = (owner, names, label) => {
  for (const name of names) {
    if (typeof owner[name] !== "function") continue;
    const original = owner[name];
    owner[name] = function (...args) {
      reached.push(label + name);
      return new.target ? new original(...args) : original.apply(this, args);
    };
  }
};
trap(net.Socket.prototype, ["connect"], "net.Socket.");
trap(net, ["connect", "createConnection", "createServer"], "net.");
trap(tls, ["connect", "createServer"], "tls.");
trap(http, ["request", "get", "createServer"], "http.");
trap(https, ["request", "get", "createServer"], "https.");
trap(http2, ["connect", "createServer"], "http2.");
trap(dgram, ["createSocket"], "dgram.");
trap(dns, Object.keys(dns).filter((name) => /^(lookup|resolve|reverse)/.test(name)), "dns.");
trap(dns.promises, Object.keys(dns.promises).filter((name) => /^(lookup|resolve|reverse)/.test(name)), "dns.promises.");
const writes = /^(write|append|mkdir|mkdtemp|rm|rmdir|unlink|rename|copyFile|cp|symlink|link|truncate|chmod|chown|utimes|createWriteStream|watch)/;
trap(fs, Object.keys(fs).filter((name) => writes.test(name)), "fs.");
trap(fs.promises, Object.keys(fs.promises).filter((name) => writes.test(name)), "fs.promises.");
trap(childProcess, ["spawn", "exec", "execFile", "fork", "spawnSync", "execSync", "execFileSync"], "child_process.");
trap(workers, ["Worker"], "worker_threads.");
trap(timers, ["setTimeout", "setInterval", "setImmediate"], "timers.");
trap(globalThis, ["fetch", "setTimeout", "setInterval", "setImmediate", "WebSocket"], "");
trap(process.stdout, ["write"], "stdout.");
trap(process.stderr, ["write"], "stderr.");
trap(WebAssembly, ["compile", "instantiate", "Module"], "WebAssembly.");
syncBuiltinESMExports();
`;

const IMPORT = `
import { reached } from "./traps.mjs";
const { setImmediate } = globalThis;
const state = async () => {
  const happened = [...reached];
  // What reading the modules' files has left is gone by then.
  await new Promise((done) => setImmediate(done));
  return {
    happened,
    resources: process.getActiveResourcesInfo().filter((name) => name !== "Immediate" && name !== "PipeWrap").sort(),
    globals: Reflect.ownKeys(globalThis).map(String).sort(),
    listeners: process.eventNames().map(String),
    variables: { ...process.env },
  };
};
const before = await state();
reached.length = 0;
await import(process.argv[2]);
const after = await state();
process.stdout.write(JSON.stringify({ before, after }));
`;

let packed: Packed;
let folder: string;

beforeAll(async () => {
  packed = await packAndInstall();
  folder = await mkdtemp(join(packed.project, "import-"));
  await writeFile(join(folder, "traps.mjs"), TRAPS);
  await writeFile(join(folder, "main.mjs"), IMPORT);
  await writeFile(
    join(folder, "caught.mjs"),
    'import net from "node:net"; import { writeFileSync } from "node:fs"; net.connect(9, "127.0.0.1").on("error", () => {}); writeFileSync(process.argv[1] + ".txt", ""); globalThis.left = 1; setTimeout(() => {}, 50); process.on("beforeExit", () => {});',
  );
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const importing = async (name: string) => JSON.parse((await run(process.execPath, [join(folder, "main.mjs"), name], { cwd: folder })).stdout);

describe("importing", () => {
  it.each(["aixlet", "aixlet/browser"])("%s does nothing but that", async (name) => {
    const { before, after } = await importing(name);
    expect(after).toEqual({ ...before, happened: [], resources: [] });
  });

  it("would be seen to do more", async () => {
    const { before, after } = await importing(join(folder, "caught.mjs"));
    expect(after.happened).toEqual(expect.arrayContaining(["net.connect", "net.Socket.connect", "fs.writeFileSync"]));
    expect(after.resources).toContain("Timeout");
    expect(after.globals.filter((name: string) => !before.globals.includes(name))).toEqual(["left"]);
    expect(after.listeners).toEqual([...before.listeners, "beforeExit"]);
  });
});

describe("the command", () => {
  it("says how to use it", async () => {
    const { stdout } = await run("npx", ["--no-install", "aixlet", "--help"], { cwd: packed.project });
    expect(stdout).toMatch(/aixlet run/);
  });

  it("refuses what it does not know, with exit code 2", async () => {
    await expect(run(join(packed.project, "node_modules/.bin/aixlet"), ["runn"])).rejects.toMatchObject({ code: 2 });
  });
});
