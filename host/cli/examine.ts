import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { Engine } from "../index.ts";
import { EchoModel } from "../models/echo.ts";
import { providers } from "../models/providers.ts";
import { PROTOCOL } from "../protocol/index.ts";
import { findPackage } from "./find-package.ts";
import type { Io, Out } from "./io.ts";
import { packageVersion } from "./package.ts";
import { paintFor } from "./paint.ts";
import { hasUnicode } from "./unicode.ts";

/** What the doctor finds out. Names of keys, never their values. */
export interface Examination {
  version: string;
  runtime: { name: string; version: string; platform: string; architecture: string; supported: boolean };
  core: { ok: true; protocol: string; bytes: number; gzipped: number; sha256: string; memory: number; milliseconds: number } | { ok: false; problem: string };
  packages: { name: string; version: string | undefined; providers: string[] }[];
  keys: { name: string; set: boolean; provider: string }[];
  terminal: {
    stdout: boolean;
    stderr: boolean;
    stdin: boolean;
    columns: number | undefined;
    rows: number | undefined;
    colours: boolean;
    unicode: boolean;
    term: string;
  };
}

export async function examine(io: Io): Promise<Examination> {
  const { stdout, stderr, stdin, env } = io;
  return {
    version: packageVersion(),
    runtime: runtimeOf(),
    core: await examineCore().catch((error) => ({ ok: false as const, problem: error instanceof Error ? error.message : String(error) })),
    packages: await packagesOf(io.cwd),
    keys: keysOf(env),
    terminal: {
      stdout: isTerminal(stdout),
      stderr: isTerminal(stderr),
      stdin: stdin.isTTY,
      columns: stdout.columns,
      rows: stdout.rows,
      colours: paintFor(stdout, env).on,
      unicode: hasUnicode(env),
      term: env.TERM ?? "",
    },
  };
}

function isTerminal(out: Out): boolean {
  return out.isTTY === true;
}

function runtimeOf(): Examination["runtime"] {
  const { versions, platform, arch } = process;
  const name = versions.bun !== undefined ? "Bun" : versions.deno !== undefined ? "Deno" : "Node";
  const version = versions.bun ?? versions.deno ?? versions.node;
  return { name, version, platform, architecture: arch, supported: name !== "Node" || Number.parseInt(version, 10) >= 20 };
}

const coreFile = import.meta.url.endsWith(".ts") ? "../../dist/core.wasm" : "../core.wasm";

/** Not whether it is there, but whether it runs. */
async function examineCore(): Promise<Examination["core"]> {
  const bytes = await readFile(new URL(coreFile, import.meta.url)).catch(() => {
    throw new Error("core.wasm is not there: npm run build makes it");
  });
  const before = performance.now();
  const engine = await Engine.load({ agents: [{ name: "patient", role: "react", model: "echo" }] }, { models: { echo: new EchoModel() } });
  const said = await engine.run("ah").text();
  const milliseconds = Math.round((performance.now() - before) * 10) / 10;
  const memory = engine.memoryBytes;
  await engine.close();
  if (said !== "ah") throw new Error(`an echo came back as "${said}"`);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return {
    ok: true,
    protocol: `${PROTOCOL >>> 16}.${PROTOCOL & 0xffff}`,
    bytes: bytes.length,
    gzipped: gzipSync(bytes, { level: 9 }).length,
    sha256,
    memory,
    milliseconds,
  };
}

async function packagesOf(directory: string): Promise<Examination["packages"]> {
  const names = [...new Set(Object.values(providers).map(({ packageName }) => packageName))];
  const models = names.map(async (name) => ({
    name,
    version: await findPackage(name, directory),
    providers: Object.entries(providers)
      .filter(([, { packageName }]) => packageName === name)
      .map(([provider]) => provider),
  }));
  const servers = "@modelcontextprotocol/sdk";
  return Promise.all([...models, findPackage(servers, directory).then((version) => ({ name: servers, version, providers: ["mcp_servers", "aixlet mcp"] }))]);
}

function keysOf(env: Record<string, string | undefined>): Examination["keys"] {
  return Object.entries(providers).flatMap(([provider, { keys }]) => keys.map((name) => ({ name, set: Boolean(env[name]), provider })));
}
