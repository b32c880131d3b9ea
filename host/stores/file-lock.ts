import { closeSync, linkSync, openSync, readdirSync, readFileSync, readlinkSync, renameSync, unlinkSync, writeFileSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { toHex } from "./sha256.ts";

/** Who writes: enough to tell whether they are still alive. */
interface Identity {
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

export interface FileLocksOptions {
  /** The folder in which writers say who they are. */
  writers: string;
  /** The folder of the locks. */
  locks: string;
  /** Writers that cannot be looked at, since they are elsewhere, are taken to be dead. */
  takeOver: boolean;
  /** Takes care of what a dead writer has left, before anybody takes over what it had. `file`: where it said who it was. */
  mourn: (file: string) => void;
}

/** A list of what is owned that is longer, and says mostly what is not owned any more, is written anew. */
const LONG = 1 << 20;

/**
 * One writer's locks. A lock is a file that can be made only once: a hard link to a file that says who the writer is, so that it has its
 * whole content as soon as it is there. A lock of a process that has died is broken by the next one who wants it.
 *
 * What a writer has made itself needs no lock, since nobody else can have it: a line in the writer's list says that it is the writer's, and costs less.
 */
export class FileLocks {
  readonly #file: string;
  readonly #identity: Identity;
  readonly #locks: string;
  readonly #takeOver: boolean;
  readonly #mourn: (file: string) => void;
  #made = false;
  readonly #owned = new Set<string>();
  #list: number | undefined;
  #listed = 0;

  constructor({ writers, locks, takeOver, mourn }: FileLocksOptions) {
    const name = toHex(crypto.getRandomValues(new Uint8Array(8)));
    this.#identity = { name, pid: process.pid, began: beginningOf(process.pid), host: hostname(), boot: bootOf(), space: spaceOf() };
    this.#file = join(writers, name);
    this.#locks = locks;
    this.#takeOver = takeOver;
    this.#mourn = mourn;
  }

  /** Where the writer says who it is. */
  get file(): string {
    return this.#file;
  }

  /** Says that something which does not exist yet is this writer's. */
  own(name: string): void {
    this.#make();
    this.#owned.add(name);
    this.#write(`+${name}\n`);
  }

  /** Says that it is this writer's no more. */
  disown(name: string): void {
    if (this.#owned.delete(name)) this.#write(`-${name}\n`);
  }

  #write(line: string): void {
    if (this.#list !== undefined && this.#listed > LONG && this.#listed > this.#owned.size * 512) {
      closeSync(this.#list);
      this.#list = undefined;
    }
    if (this.#list === undefined) {
      const text = Array.from(this.#owned, (name) => `+${name}\n`).join("");
      const part = `${dirname(this.#file)}.${this.#identity.name}`;
      writeFileSync(part, text, { mode: 0o600 });
      renameSync(part, listOf(this.#file));
      this.#list = openSync(listOf(this.#file), "a");
      this.#listed = text.length;
    } else {
      writeSync(this.#list, line);
      this.#listed += line.length;
    }
  }

  /** Who has made something, and has it still; undefined if that is nobody, or this writer. */
  #ownerOf(name: string): Identity | undefined {
    const folder = dirname(this.#file);
    for (const writer of readdirSync(folder)) {
      if (writer.includes(".") || writer === this.#identity.name) continue;
      const holder = read(join(folder, writer));
      if (holder === undefined || !this.#isAlive(holder)) continue;
      let owned = false;
      for (const line of readText(listOf(join(folder, writer)))?.split("\n") ?? []) if (line.slice(1) === name) owned = line.startsWith("+");
      if (owned) return holder;
    }
    return undefined;
  }

  /** Takes a lock; gives who has it instead. A lock that this writer has already is somebody's, too. */
  take(path: string): string | undefined {
    this.#make();
    for (;;) {
      try {
        linkSync(this.#file, path);
        const owner = this.#ownerOf(basename(path, ".lock"));
        if (owner === undefined) return undefined;
        unlinkSync(path);
        return `process ${owner.pid} on ${owner.host}`;
      } catch (error) {
        if (codeOf(error) !== "EEXIST") throw error;
      }
      const holder = read(path);
      if (holder === undefined) continue;
      if (this.#isAlive(holder)) return `process ${holder.pid} on ${holder.host}`;
      const broken = this.#break(path, holder);
      if (broken !== undefined) return broken;
    }
  }

  #make(): void {
    if (this.#made) return;
    const dead = this.sweep();
    // Not there half-written, for others to take its writer for dead; and not seen as a writer's before.
    const part = `${dirname(this.#file)}.${this.#identity.name}`;
    writeFileSync(part, JSON.stringify(this.#identity), { mode: 0o600, flag: "wx" });
    renameSync(part, this.#file);
    this.#made = true;
    if (dead) this.#tidy();
  }

  /** Buries writers that have died; gives whether there were any. They make no more locks, and those that they have keep their content. */
  sweep(): boolean {
    const folder = dirname(this.#file);
    const names = readdirSync(folder);
    const dead = new Set<string>();
    for (const name of names) {
      const [writer] = name.split(".");
      const holder = read(join(folder, writer));
      if (holder === undefined || !this.#isAlive(holder)) dead.add(writer);
    }
    for (const writer of dead) {
      this.#mourn(join(folder, writer));
      unlinkIfThere(listOf(join(folder, writer)));
      unlinkIfThere(join(folder, writer));
    }
    return dead.size > 0;
  }

  /** Takes away the rights to break locks that somebody died with. As long as one has the lock itself they are of no use to anybody. */
  #tidy(): void {
    for (const name of readdirSync(this.#locks)) {
      const path = /^(.+\.lock)\.[0-9a-f.]+$/.exec(name)?.[1];
      if (path === undefined || this.take(join(this.#locks, path)) !== undefined) continue;
      unlinkIfThere(join(this.#locks, name));
      this.release(join(this.#locks, path));
    }
  }

  /** Takes away the lock of somebody who has died; gives who is doing so already. */
  #break(path: string, dead: Identity): string | undefined {
    // The right to break this one's locks there is a lock, too. While somebody has it nobody else takes the lock itself away.
    const right = `${path}.${dead.name}`;
    const holder = this.take(right);
    if (holder !== undefined) return holder;
    try {
      this.#mourn(join(dirname(this.#file), dead.name));
      if (read(path)?.name === dead.name) unlinkSync(path);
    } finally {
      unlinkSync(right);
    }
    return undefined;
  }

  #isAlive(holder: Identity): boolean {
    const self = this.#identity;
    if (!(holder.pid > 0)) return false;
    // The machine has been started anew since.
    if (holder.host === self.host && holder.boot !== self.boot) return false;
    if (holder.host !== self.host || holder.space !== self.space) return !this.#takeOver;
    try {
      process.kill(holder.pid, 0);
    } catch (error) {
      return codeOf(error) === "EPERM";
    }
    return beginningOf(holder.pid) === holder.began;
  }

  /** Gives a lock back, if it is this writer's. */
  release(path: string): void {
    if (read(path)?.name === this.#identity.name) unlinkSync(path);
  }

  /** No lock is this writer's any more. */
  close(): void {
    if (this.#list !== undefined) closeSync(this.#list);
    this.#list = undefined;
    unlinkIfThere(listOf(this.#file));
    if (this.#made) unlinkIfThere(this.#file);
    this.#made = false;
  }
}

/** Puts content where it is seen whole or not at all. One writer at a time. */
export function writeWhole(path: string, content: Uint8Array | string): void {
  const part = `${path}.part`;
  writeFileSync(part, content, { mode: 0o600 });
  renameSync(part, path);
}

export function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** Where a writer says what is its own. */
function listOf(writer: string): string {
  return `${writer}.runs`;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function read(path: string): Identity | undefined {
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
