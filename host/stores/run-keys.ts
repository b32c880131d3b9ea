/** Keys of runs: 32 bytes each. They are kept apart from the journals: whoever backs up both cannot erase anything. */
export interface RunKeys {
  /** The run's key, which is made if there is none; durable when it resolves. */
  make(run: string): Promise<Uint8Array>;
  /** The run's key, unless it was erased. */
  read(run: string): Promise<Uint8Array | undefined>;
  /** Nobody can read the key any more. Nothing happens if there is none. */
  erase(run: string): Promise<void>;
}

/** Keys as long as the process lives. */
export class MemoryKeys implements RunKeys {
  readonly #keys = new Map<string, Uint8Array>();

  async make(run: string): Promise<Uint8Array> {
    const key = this.#keys.get(run) ?? newKey();
    this.#keys.set(run, key);
    return key;
  }

  async read(run: string): Promise<Uint8Array | undefined> {
    return this.#keys.get(run);
  }

  async erase(run: string): Promise<void> {
    this.#keys.get(run)?.fill(0);
    this.#keys.delete(run);
  }
}

/** A key that nobody has had before. */
export function newKey(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(32));
}
