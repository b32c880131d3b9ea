import { closeSync, linkSync, openSync, readdirSync, renameSync, unlinkSync, writeFileSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Identity, isAlive, newIdentity, readIdentity } from "./identity.ts";
import { codeOf, readText, unlinkIfThere } from "./whole-file.ts";

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
    this.#identity = newIdentity();
    this.#file = join(writers, this.#identity.name);
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
      const holder = readIdentity(join(folder, writer));
      if (holder === undefined || !isAlive(holder, this.#identity, this.#takeOver)) continue;
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
      const holder = readIdentity(path);
      if (holder === undefined) continue;
      if (isAlive(holder, this.#identity, this.#takeOver)) return `process ${holder.pid} on ${holder.host}`;
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
      const holder = readIdentity(join(folder, writer));
      if (holder === undefined || !isAlive(holder, this.#identity, this.#takeOver)) dead.add(writer);
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
      if (readIdentity(path)?.name === dead.name) unlinkSync(path);
    } finally {
      unlinkSync(right);
    }
    return undefined;
  }

  /** Gives a lock back, if it is this writer's. */
  release(path: string): void {
    if (readIdentity(path)?.name === this.#identity.name) unlinkSync(path);
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

/** Where a writer says what is its own. */
function listOf(writer: string): string {
  return `${writer}.runs`;
}
