import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { DefinitionFile } from "../engine-options.ts";
import type { Io } from "./io.ts";
import { UsageError } from "./usage-error.ts";

const STDIN = "stdin";

/** The files of a definition, in the order given; `-` is stdin. Their names stay as they were typed: messages repeat them. */
export async function readDefinition(io: Io, paths: readonly string[]): Promise<DefinitionFile[]> {
  const files: DefinitionFile[] = [];
  const seen = new Set<string>();
  for (const path of paths) {
    const whole = path === "-" ? path : resolve(io.cwd, path);
    if (seen.has(whole)) throw new UsageError(`${path} is given twice`, "Each FILE is a layer, laid over those before it.");
    seen.add(whole);
    files.push({ path: path === "-" ? STDIN : path, content: path === "-" ? await io.stdin.read() : await readBytes(io, path) });
  }
  return files;
}

/** @throws UsageError, with a reason that people understand */
export async function readBytes(io: Io, path: string): Promise<Uint8Array> {
  try {
    return await readFile(resolve(io.cwd, path));
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${reasonOf(error)}`);
  }
}

export async function readText(io: Io, path: string): Promise<string> {
  const bytes = await readBytes(io, path);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`cannot read ${path}: it is not UTF-8`);
  }
}

export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "it is a directory";
  if (code === "EACCES" || code === "EPERM") return "no permission";
  if (code === "ENOTDIR") return "a part of its path is no directory";
  if (code === "ENOSPC") return "the disk is full";
  return message;
}
