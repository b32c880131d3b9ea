import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PEERS } from "./build.ts";

/** Installs the peers as their lock file says, unless they are there. Gives why they are not, if they could not be. */
export function installPeers(say: (line: string) => void): string | undefined {
  if (installed()) return undefined;
  say("installing the peers into bench/peers (once; some 600 MB, a minute)");
  try {
    execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: PEERS, stdio: ["ignore", "ignore", "pipe"] });
    // LangGraph.js's saver in SQLite is native code, which is fetched or built after the fact.
    execFileSync("npm", ["rebuild", "better-sqlite3", "--loglevel=error"], { cwd: PEERS, stdio: ["ignore", "ignore", "pipe"] });
    return undefined;
  } catch (error) {
    return String((error as { stderr?: Buffer }).stderr ?? error).split("\n")[0];
  }
}

/** npm leaves a copy of the lock file in what it installed. */
function installed(): boolean {
  const hidden = join(PEERS, "node_modules/.package-lock.json");
  if (!existsSync(hidden)) return false;
  const versions = (path: string) => JSON.parse(readFileSync(path, "utf8")).packages as Record<string, { version?: string; optional?: boolean }>;
  const there = versions(hidden);
  return Object.entries(versions(join(PEERS, "package-lock.json"))).every(
    ([path, { version, optional }]) => path === "" || optional || there[path]?.version === version,
  );
}
