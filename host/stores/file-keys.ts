import { mkdir, open, readFile, unlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { StoreFailed } from "./errors.ts";
import { fileNameOf } from "./files/names.ts";
import { newKey, type RunKeys } from "./run-keys.ts";

/** Keys in a folder, a file each, which only the owner may read. An erased one is written over before it is removed. */
export class FileKeys implements RunKeys {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = resolve(folder);
  }

  async make(run: string): Promise<Uint8Array> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    try {
      const file = await open(this.#path(run), "wx", 0o600);
      try {
        const key = newKey();
        await file.write(key);
        await file.sync();
        return key;
      } finally {
        await file.close();
      }
    } catch (error) {
      if ((error as { code?: string }).code !== "EEXIST")
        throw new StoreFailed(`The key of the run ${JSON.stringify(run)} could not be written: ${(error as Error).message}`, error);
      const key = await this.read(run);
      if (key === undefined) throw new StoreFailed(`The key of the run ${JSON.stringify(run)} went away as it was read`);
      return key;
    }
  }

  async read(run: string): Promise<Uint8Array | undefined> {
    try {
      const key = await readFile(this.#path(run));
      if (key.length !== 32) throw new StoreFailed(`The key of the run ${JSON.stringify(run)} is damaged: it has ${key.length} bytes`);
      return new Uint8Array(key);
    } catch (error) {
      if ((error as { code?: string }).code === "ENOENT") return undefined;
      throw error;
    }
  }

  async erase(run: string): Promise<void> {
    try {
      const file = await open(this.#path(run), "r+");
      try {
        await file.write(new Uint8Array(32));
        await file.sync();
      } finally {
        await file.close();
      }
      await unlink(this.#path(run));
    } catch (error) {
      if ((error as { code?: string }).code !== "ENOENT")
        throw new StoreFailed(`The key of the run ${JSON.stringify(run)} could not be erased: ${(error as Error).message}`, error);
    }
  }

  #path(run: string): string {
    return join(this.#folder, `${fileNameOf(run)}.key`);
  }
}
