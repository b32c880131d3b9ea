import { FAILED, PIPE_CLOSED } from "./exit-codes.ts";
import { reasonOf } from "./files.ts";
import type { Interrupt, Io } from "./io.ts";

const signals: readonly Interrupt[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** This process, as the command line sees it. */
export function processIo(): { io: Io; flush(): Promise<void> } {
  const { stdout, stderr, stdin } = process;
  let gone = (): void => process.exit(PIPE_CLOSED);
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    // A pipe that nobody reads, or a terminal that was closed.
    if (error.code === "EPIPE" || error.code === "EIO") return gone();
    stderr.write(`error: cannot write to stdout: ${reasonOf(error)}\n`);
    process.exit(FAILED);
  });
  // Progress that nobody reads is no reason to stop.
  stderr.on("error", () => {});
  const io: Io = {
    stdout,
    stderr,
    stdin: { isTTY: stdin.isTTY === true, read: readStdin, stream: stdin },
    env: process.env,
    cwd: process.cwd(),
    now: Date.now,
    every(milliseconds, tick) {
      const timer = setInterval(tick, milliseconds);
      return () => clearInterval(timer);
    },
    onInterrupt(heard) {
      for (const signal of signals) process.on(signal, heard);
      return () => {
        for (const signal of signals) process.off(signal, heard);
      };
    },
    onClosed(listener) {
      gone = listener;
    },
    exit: (code) => process.exit(code),
  };
  return { io, flush: async () => void (await Promise.all([flushed(stdout), flushed(stderr)])) };
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Pipes are written behind our back; ending the process before that is done would cut the text off. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.destroyed || stream.errored || stream.writableLength === 0) return Promise.resolve();
  return new Promise((resolve) => {
    stream.once("close", resolve);
    stream.once("error", resolve);
    stream.write("", () => resolve());
  });
}
