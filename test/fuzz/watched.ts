import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { ROOT } from "../../tools/generate.ts";

/** Bytes that a worker can show of what it is about to try. */
const ROOM = 1 << 20;
const PATIENCE = 15_000;

/** What a worker shares with whoever watches it. */
export class Attempt {
  readonly shared: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;

  constructor(shared = new SharedArrayBuffer(ROOM + 8)) {
    this.shared = shared;
    this.#words = new Int32Array(shared, 0, 2);
    this.#bytes = new Uint8Array(shared, 8);
  }

  /** Before each try: if it never comes back, these were the bytes. */
  show(bytes: Uint8Array): void {
    this.#bytes.set(bytes.subarray(0, ROOM));
    this.#words[1] = bytes.length;
    Atomics.add(this.#words, 0, 1);
  }

  /** The whole story, if there is one: it takes the place of the last bytes. */
  tell(frames: readonly Uint8Array[]): void {
    this.show(new TextEncoder().encode(frames.map((frame) => Buffer.from(frame).toString("hex")).join("\n")));
  }

  get count(): number {
    return Atomics.load(this.#words, 0);
  }

  get bytes(): Uint8Array {
    return this.#bytes.slice(0, Math.min(ROOM, this.#words[1]));
  }
}

/** A worker in TypeScript: `--import tsx` does not reach the workers of Node 20. */
const ENTRY = `
import(${JSON.stringify(pathToFileURL(join(ROOT, "node_modules/tsx/dist/esm/api/index.mjs")).href)})
  .then(({ register }) => (register(), import(${JSON.stringify(new URL("./worker.ts", import.meta.url).href)})))
  .catch((error) => setImmediate(() => { throw error; }));
`;

/** Does a job of worker.ts on a thread of its own, which can be stopped if the core never comes back. */
export function watched<Result>(job: string, seed: number, rounds: number): Promise<Result> {
  const attempt = new Attempt();
  const worker = new Worker(ENTRY, { eval: true, workerData: { job, seed, rounds, shared: attempt.shared } });
  return new Promise<Result>((resolve, reject) => {
    let seen = -1;
    let since = Date.now();
    const watch = setInterval(() => {
      if (attempt.count !== seen) [seen, since] = [attempt.count, Date.now()];
      else if (Date.now() - since > PATIENCE) {
        void worker.terminate();
        reject(new Error(`${job}: try ${seen} of seed ${seed} has hung for ${PATIENCE} ms; its bytes are in ${keep(job, seed, attempt.bytes)}`));
      }
    }, 500);
    worker.once("message", resolve);
    worker.once("error", (error) =>
      reject(new Error(`${error.message}\nseed ${seed}, try ${attempt.count}; what led to it is in ${keep(job, seed, attempt.bytes)}`, { cause: error })),
    );
    worker.once("exit", () => {
      clearInterval(watch);
      reject(new Error(`${job}: the worker ended`));
    });
  });
}

/** Writes the bytes that did it to a file, for whoever wants to see it happen again. */
function keep(job: string, seed: number, bytes: Uint8Array): string {
  const folder = join(ROOT, "build/fuzz");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${job}-${seed}.bin`);
  writeFileSync(path, bytes);
  return path;
}
