import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { toHex } from "../sha256.ts";
import { codeOf, readText } from "./whole-file.ts";

/** Who writes: enough to tell whether they are still alive. */
export interface Identity {
  /** Differs from everybody else's. */
  name: string;
  pid: number;
  /** When the process began, in the system's own measure: numbers of processes come again. */
  began: string;
  /** The machine, the number of its start, and the space in which the process has its number. */
  host: string;
  boot: string;
  space: string;
}

/** Who this is, under a name of its own. */
export function newIdentity(): Identity {
  const name = toHex(crypto.getRandomValues(new Uint8Array(8)));
  return { name, pid: process.pid, began: beginningOf(process.pid), host: hostname(), boot: bootOf(), space: spaceOf() };
}

/** Whether somebody is still there. `takeOver`: who cannot be looked at, since they are elsewhere, is taken to be dead. */
export function isAlive(holder: Identity, self: Identity, takeOver: boolean): boolean {
  if (!(holder.pid > 0)) return false;
  // The machine has been started anew since.
  if (holder.host === self.host && holder.boot !== self.boot) return false;
  if (holder.host !== self.host || holder.space !== self.space) return !takeOver;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
  return beginningOf(holder.pid) === holder.began;
}

/** Who a file is of; undefined if there is none. */
export function readIdentity(path: string): Identity | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  try {
    const { name, pid, began, host, boot, space } = JSON.parse(text) as Identity;
    if (/^[0-9a-f]{16}$/.test(name) && Number.isInteger(pid)) return { name, pid, began, host, boot, space };
  } catch {
    // See below.
  }
  // After a loss of power a lock may be empty. Whoever wrote it is gone.
  return { name: "0", pid: 0, began: "", host: "", boot: "", space: "" };
}

/** Linux tells; elsewhere the number of the process has to do. */
function beginningOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold anything.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return "";
  }
}

function bootOf(): string {
  return attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
}

function spaceOf(): string {
  return attempt(() => readlinkSync("/proc/self/ns/pid"));
}

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
