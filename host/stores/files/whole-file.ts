import { readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";

/** Puts content where it is seen whole or not at all, once it is flushed, if it is to be. One writer at a time. */
export function writeWhole(path: string, content: Uint8Array | string, flush?: (path: string) => void): void {
  const part = `${path}.part`;
  writeFileSync(part, content, { mode: 0o600 });
  flush?.(part);
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

/** Undefined if there is no such file. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** What to do about an error if it says only that there is no such file. */
export function unlessMissing<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (codeOf(error) === "ENOENT") return value;
    throw error;
  };
}
