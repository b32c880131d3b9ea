import { closeSync, existsSync, fdatasync, fsyncSync, open, openSync, writeSync } from "node:fs";
import { codeOf } from "./whole-file.ts";

/** Files that are flushed at a time. */
const AT_ONCE = 4;

export function writeAll(descriptor: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done, bytes.length - done, at + done);
}

/** Flushes files; those that have been deleted need none. */
export async function flushFiles(paths: string[]): Promise<void> {
  const worker = async () => {
    for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
      const descriptor = await opened(path);
      if (descriptor === undefined) continue;
      try {
        await flushDescriptor(descriptor);
      } finally {
        closeSync(descriptor);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Undefined if the file has been deleted. */
function opened(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    open(path, "r+", (error, descriptor) => {
      if (error === null) resolve(descriptor);
      else if (codeOf(error) === "ENOENT") resolve(undefined);
      else reject(error);
    });
  });
}

export function flushDescriptor(descriptor: number): Promise<void> {
  return new Promise((resolve, reject) => fdatasync(descriptor, (error) => (error ? reject(error) : resolve())));
}

export function flushNow(path: string): void {
  if (!existsSync(path)) return;
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
