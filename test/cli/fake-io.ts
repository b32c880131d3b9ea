import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { commandLine } from "../../host/cli/command-line.ts";
import type { Interrupt, Io, Out } from "../../host/cli/io.ts";
import { Screen } from "./screen.ts";

/** A stream in memory; a terminal, if it is given columns. */
export class FakeOut implements Out {
  text = "";
  isTTY?: boolean;
  columns?: number;
  rows?: number;
  readonly #listeners = new Set<() => void>();

  constructor(columns?: number, rows = 24) {
    if (columns === undefined) return;
    this.isTTY = true;
    this.columns = columns;
    this.rows = rows;
  }

  write(text: string): void {
    this.text += text;
  }

  on(_event: "resize", listener: () => void): void {
    this.#listeners.add(listener);
  }

  off(_event: "resize", listener: () => void): void {
    this.#listeners.delete(listener);
  }

  resize(columns: number): void {
    this.columns = columns;
    for (const listener of this.#listeners) listener();
  }
}

export interface FakeOptions {
  stdin?: string | Uint8Array;
  stdinIsTerminal?: boolean;
  env?: Record<string, string | undefined>;
  cwd?: string;
  columns?: number;
  /** A signal comes as soon as stderr holds this text. */
  interruptAt?: string;
}

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
  /** What stands on a terminal after both. */
  screen: string;
}

/** The command line in this process, with everything around it made up. */
export async function aixlet(args: readonly string[], options: FakeOptions = {}): Promise<Outcome> {
  const { stdin = "", stdinIsTerminal = false, env = {}, cwd = process.cwd(), columns } = options;
  const [stdout, stderr] = [new FakeOut(columns), new FakeOut(columns)];
  const screen = new Screen(columns ?? Number.POSITIVE_INFINITY);
  for (const out of [stdout, stderr]) {
    const keep = out.write.bind(out);
    out.write = (text) => {
      keep(text);
      screen.write(text);
    };
  }
  let heard: ((signal: Interrupt) => void) | undefined;
  const write = stderr.write.bind(stderr);
  stderr.write = (text) => {
    write(text);
    if (options.interruptAt === undefined || !stderr.text.includes(options.interruptAt)) return;
    options.interruptAt = undefined;
    setTimeout(() => heard?.("SIGINT"), 0);
  };
  const io: Io = {
    stdout,
    stderr,
    stdin: {
      isTTY: stdinIsTerminal,
      read: async () => (typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin),
      stream: Readable.from([typeof stdin === "string" ? Buffer.from(stdin) : stdin]),
    },
    env,
    cwd,
    now: Date.now,
    every(milliseconds, tick) {
      const timer = setInterval(tick, milliseconds);
      return () => clearInterval(timer);
    },
    onInterrupt(listener) {
      heard = listener;
      return () => {
        heard = undefined;
      };
    },
    onClosed() {},
    exit() {},
  };
  const code = await commandLine(args, io);
  return { code, stdout: stdout.text, stderr: stderr.text, screen: screen.text };
}

/** A folder with these files. */
export async function folder(files: Record<string, string>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "aixlet-cli-"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  return directory;
}
