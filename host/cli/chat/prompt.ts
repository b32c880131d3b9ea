import { createInterface, type Interface } from "node:readline";
import type { Io } from "../io.ts";

/** Somebody at a terminal who types: lines with history and completion, questions with yes and no, and Ctrl-C. */
export class Prompt {
  readonly #readline: Interface;
  readonly #io: Io;
  readonly #mark: string;
  /** What was typed before anybody wanted it. */
  readonly #typed: string[] = [];
  #waiting: ((line: string | undefined) => void) | undefined;
  #closed = false;

  /** `interrupted`: Ctrl-C, with whether there was anything typed, which it takes away. */
  constructor(io: Io, mark: string, complete: (line: string) => [string[], string], interrupted: (typed: boolean) => void) {
    this.#io = io;
    this.#mark = mark;
    this.#readline = createInterface({
      input: io.stdin.stream,
      output: io.stdout as unknown as NodeJS.WritableStream,
      terminal: true,
      completer: complete,
      prompt: mark,
    });
    this.#readline.on("line", (line) => this.#take(line));
    this.#readline.on("SIGINT", () => {
      const typed = this.#readline.line !== "";
      if (typed) this.#forget();
      interrupted(typed);
    });
    this.#readline.on("close", () => {
      this.#closed = true;
      this.#waiting?.(undefined);
    });
  }

  /** The next message; a line that ends with a backslash goes on in the next one. Undefined: there will be none. */
  async next(): Promise<string | undefined> {
    let text = "";
    for (let mark = this.#mark; ; mark = ". ".padStart(this.#mark.length)) {
      const line = await this.#line(mark);
      if (line === undefined || !line.endsWith("\\")) return line === undefined ? undefined : text + line;
      text += `${line.slice(0, -1)}\n`;
    }
  }

  /** Whether somebody says yes; everything else is no. Aborted, it is no. */
  async confirm(question: string, signal: AbortSignal): Promise<boolean> {
    // What was typed before the question is no answer to it.
    const early = this.#typed.splice(0);
    const abort = () => this.#waiting?.(undefined);
    signal.addEventListener("abort", abort, { once: true });
    try {
      const line = signal.aborted ? undefined : await this.#line(`${question} [y/N] `);
      return /^\s*y(es)?\s*$/i.test(line ?? "");
    } finally {
      signal.removeEventListener("abort", abort);
      this.#typed.unshift(...early);
      this.#readline.setPrompt("");
    }
  }

  /** Shows the empty prompt again, after something was written. */
  again(): void {
    if (this.#waiting !== undefined) this.#readline.prompt();
  }

  close(): void {
    this.#readline.close();
  }

  #line(mark: string): Promise<string | undefined> {
    const line = this.#typed.shift();
    if (line !== undefined) {
      this.#io.stdout.write(`${mark}${line}\n`);
      return Promise.resolve(line);
    }
    if (this.#closed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#waiting = (given) => {
        this.#waiting = undefined;
        this.#readline.setPrompt("");
        resolve(given);
      };
      this.#readline.setPrompt(mark);
      this.#readline.prompt();
    });
  }

  #take(line: string): void {
    if (this.#waiting === undefined) this.#typed.push(line);
    else this.#waiting(line);
  }

  /** Takes away what stands behind the prompt. */
  #forget(): void {
    this.#readline.write(null, { ctrl: true, name: "e" });
    this.#readline.write(null, { ctrl: true, name: "u" });
    this.#io.stdout.write("\n");
  }
}
