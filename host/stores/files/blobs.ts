import { closeSync, existsSync, openSync, readdirSync, renameSync, statSync, writeSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { StoreFailed } from "../errors.ts";
import type { Flusher } from "./flusher.ts";
import { unlessMissing, unlinkIfThere } from "./whole-file.ts";

/** Bytes under their hash, a file each. */
export class Blobs {
  readonly #folder: string;
  readonly #flusher: Flusher;
  #parts = 0;

  constructor(folder: string, flusher: Flusher) {
    this.#folder = folder;
    this.#flusher = flusher;
  }

  /** Durable when it resolves. */
  async save(hash: string, bytes: Uint8Array): Promise<void> {
    const path = this.#path(hash);
    if (existsSync(path) && statSync(path).size === bytes.length) return;
    const part = `${path}.${process.pid}.${this.#parts++}.part`;
    const descriptor = openSync(part, "w", 0o600);
    try {
      writeSync(descriptor, bytes);
      await this.#flusher.file(descriptor);
      if (existsSync(part)) renameSync(part, path);
    } finally {
      closeSync(descriptor);
    }
    // Left by somebody who died, or of no more use to somebody who saves the same.
    for (const name of readdirSync(this.#folder)) if (name.startsWith(`${hash}.`)) unlinkIfThere(join(this.#folder, name));
    await this.#flusher.folder(this.#folder);
  }

  async read(hash: string): Promise<Uint8Array | undefined> {
    const bytes = await readFile(this.#path(hash)).catch(unlessMissing(undefined));
    return bytes && new Uint8Array(bytes);
  }

  #path(hash: string): string {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw new StoreFailed(`no hash: ${hash.slice(0, 80)}`);
    return join(this.#folder, hash);
  }
}
