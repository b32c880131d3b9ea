/** Where text goes: a terminal, a pipe, a file, or a test's memory. */
export interface Out {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  rows?: number;
  on?(event: "resize", listener: () => void): unknown;
  off?(event: "resize", listener: () => void): unknown;
}

export type Interrupt = "SIGINT" | "SIGTERM" | "SIGHUP";

/** Everything the command line touches outside itself, so that a test can stand in for it. */
export interface Io {
  stdout: Out;
  stderr: Out;
  stdin: { isTTY: boolean; read(): Promise<Uint8Array>; stream: NodeJS.ReadableStream };
  env: Record<string, string | undefined>;
  /** Relative paths start here. */
  cwd: string;
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back every so many milliseconds, until the returned function is called. */
  every(milliseconds: number, tick: () => void): () => void;
  /** Calls back at Ctrl-C and its like, instead of dying, until the returned function is called. */
  onInterrupt(heard: (signal: Interrupt) => void): () => void;
  /** Whoever read stdout is gone: nothing that follows can be of use. */
  onClosed(gone: () => void): void;
  /** Ends the process at once. */
  exit(code: number): void;
}
