import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Runs a program in a fresh process, and gives the JSON that it prints. */
export async function runProgram<T>(file: string, args: string[] = [], flags: string[] = ["--expose-gc"]): Promise<T> {
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, file, ...args], { maxBuffer: 1 << 26 });
  return JSON.parse(stdout) as T;
}
