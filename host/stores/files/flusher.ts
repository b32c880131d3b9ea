import { fdatasync, fsync, open, close } from "node:fs";

/** Makes files durable: whoever asks while a flush is under way shares the next one. */
export class Flusher {
  readonly #files = new Map<number, Flush>();
  readonly #folders = new Map<string, Flush>();

  /** All that was written to an open file until now. */
  file(descriptor: number): Promise<void> {
    return ask(this.#files, descriptor, (done) => fdatasync(descriptor, done));
  }

  /** Names that were made or changed in a folder until now. */
  folder(path: string): Promise<void> {
    return ask(this.#folders, path, (done) => {
      open(path, "r", (failed, descriptor) => {
        if (failed) return done(failed);
        fsync(descriptor, (error) => close(descriptor, () => done(error)));
      });
    });
  }

  /** Whether nothing of a file is under way, so that it can be closed. */
  isIdle(descriptor: number): boolean {
    return !this.#files.has(descriptor);
  }

  /** Calls back when nothing of a file is under way any more. */
  whenIdle(descriptor: number, callback: () => void): void {
    const flush = this.#files.get(descriptor);
    if (flush === undefined) return callback();
    const again = () => this.whenIdle(descriptor, callback);
    (flush.next ?? flush.current).then(again, again);
  }
}

interface Flush {
  /** What those who come now wait for. */
  next: Promise<void> | undefined;
  current: Promise<void>;
}

type Start = (done: (error: Error | null) => void) => void;

function ask<Key>(flushes: Map<Key, Flush>, key: Key, start: Start): Promise<void> {
  const flush = flushes.get(key);
  if (flush !== undefined) {
    // What is under way may have begun before the last write.
    flush.next ??= flush.current.then(
      () => run(flushes, key, start),
      () => run(flushes, key, start),
    );
    return flush.next;
  }
  return run(flushes, key, start);
}

function run<Key>(flushes: Map<Key, Flush>, key: Key, start: Start): Promise<void> {
  const current = new Promise<void>((resolve, reject) => start((error) => (error ? reject(error) : resolve())));
  const flush: Flush = { next: undefined, current };
  flushes.set(key, flush);
  const over = () => {
    if (flush.next === undefined && flushes.get(key) === flush) flushes.delete(key);
  };
  current.then(over, over);
  return current;
}
