import type { Run } from "./run.ts";

/** A handle is generation * 2^22 + index. */
const INDEX = 0x3fffff;

/** The live runs of an engine, by the core's handles. A Map would be built anew whenever its last run ends. */
export class RunTable {
  /** By index. */
  readonly #rows: (Run | undefined)[] = [];
  /** Runs whose end is still to be told here, while the core has given their index to others. */
  #late: Run[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(handle: number): Run | undefined {
    const run = this.#rows[handle & INDEX];
    if (run?.handle === handle) return run;
    return this.#late.length === 0 ? undefined : this.#late.find((late) => late.handle === handle);
  }

  add(run: Run): void {
    const index = run.handle & INDEX;
    while (this.#rows.length < index) this.#rows.push(undefined);
    const before = this.#rows[index];
    if (before !== undefined) this.#late.push(before);
    this.#rows[index] = run;
    this.#size++;
  }

  delete(run: Run): void {
    const index = run.handle & INDEX;
    if (this.#rows[index] === run) this.#rows[index] = undefined;
    else this.#late = this.#late.filter((late) => late !== run);
    this.#size--;
  }

  /** All of them, as they are now. */
  all(): Run[] {
    return [...this.#late, ...this.#rows.filter((run) => run !== undefined)];
  }

  clear(): void {
    this.#rows.length = 0;
    this.#late = [];
    this.#size = 0;
  }
}
