import { spawn } from "node:child_process";

/** How a host's driver is called; the path of the vectors follows. */
export interface Driver {
  command: string;
  arguments: string[];
  environment?: Record<string, string>;
}

/** A host that plays the vectors in a process of its own. */
export interface Host {
  name: string;
  /** Builds and finds all it needs. @throws ToolchainMissing */
  prepare(): Promise<Driver>;
}

/** Something that a host needs is not on this machine. */
export class ToolchainMissing extends Error {}

/** What a host's driver says of a scenario: a line of JSON each on its standard output. */
export interface Outcome {
  scenario: string;
  ok: boolean;
  /** What was different, if it is not ok. */
  message?: string;
  /** SHA-256 of the last saved state, in hexadecimal; of nothing if none was saved. */
  state?: string;
}

/** Runs a driver. @throws Error if it does not come to its end, with what it said */
export function drive({ command, arguments: given, environment }: Driver, vectors: string): Promise<Outcome[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...given, vectors], { env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    let complained = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (complained += text));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      try {
        const outcomes = said
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => JSON.parse(line) as Outcome);
        // 1: something was different, which the lines tell.
        if (code === 0 || code === 1) return resolve(outcomes);
      } catch (error) {
        complained += String(error);
      }
      reject(new Error(`the driver ended with ${signal ?? code}: ${complained.slice(-4000)}`));
    });
  });
}
