import { readFileSync } from "node:fs";

/** This package's version. Its file is two folders up both from the source and from what is built of it. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
  return version;
}
