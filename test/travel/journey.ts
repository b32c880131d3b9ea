import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Engine } from "../../host/index.ts";
import { importRun } from "../../host/stores/bundle.ts";
import { MemoryStore } from "../../host/stores/index.ts";
import { ToolchainMissing } from "../conformance/hosts/host.ts";
import { hosts } from "./hosts.ts";

const run = promisify(execFile);
const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
/** Milestones of the script. */
const MILES = 6;

/** A leg of the journey: on which host, and what was carried away from there. */
export interface Leg {
  host: string;
  /** The milestone at which it stopped; 0: the end. */
  stop: number;
  bytes: number;
}

export interface Journey {
  legs: Leg[];
  /** Hosts that are not on this machine: why. */
  missing: Record<string, string>;
  /** SHA-256 of the result. */
  hash: string;
  /** The same of the run that never moved. */
  expected: string;
  /** Steps of the journal, which was replayed. */
  steps: number;
}

/** Sends a run through all hosts there are, and back to the first one. */
export async function travel(told: (leg: Leg) => void = () => {}): Promise<Journey> {
  const folder = mkdtempSync(join(tmpdir(), "aixlet-travel-"));
  try {
    const missing: Record<string, string> = {};
    const route: string[] = [];
    for (const [name, prepare] of Object.entries(hosts)) {
      const reason = await prepare().then(
        () => undefined,
        (error) => (error instanceof ToolchainMissing ? error.message : Promise.reject(error)),
      );
      if (reason === undefined) route.push(name);
      else missing[name] = reason;
    }
    route.push(route[0]);
    const home = await goLeg(route[0], 0, "-", join(folder, "home.run"));
    const legs: Leg[] = [];
    let result = "";
    let from = "-";
    for (const [index, host] of route.entries()) {
      // As far as there are milestones, each host has one of its own.
      const stop = index === route.length - 1 ? 0 : Math.min(MILES, index + 2);
      const to = join(folder, `${index}.run`);
      result = await goLeg(host, stop, from, to);
      const leg = { host, stop, bytes: readFileSync(to).length };
      legs.push(leg);
      told(leg);
      from = to;
    }
    const store = new MemoryStore();
    await importRun(store, readFileSync(from));
    const engine = await Engine.ofRun("journey", { store });
    const { steps } = await engine.replay("journey");
    await engine.close();
    return { legs, missing, hash: hashOf(result), expected: hashOf(home), steps };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function goLeg(host: string, stop: number, from: string, to: string): Promise<string> {
  const { command, arguments: given, environment } = await hosts[host]();
  const { stdout } = await run(command, [...given, fileOf("definition.yaml"), fileOf("script.yaml"), String(stop), from, to], {
    env: { ...process.env, ...environment },
    timeout: 60_000,
  });
  return stdout.trim();
}

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");
