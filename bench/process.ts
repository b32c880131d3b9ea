import { type ChildProcess, fork } from "node:child_process";
import type { Reply, Request } from "./contenders/contender.ts";
import type { Work } from "./work.ts";

/** A contender in a process of its own. */
export class ContenderProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  #waiting: ((reply: Reply) => void) | undefined;
  #ended: string | undefined;

  private constructor(name: string, child: ChildProcess) {
    this.name = name;
    this.#child = child;
    let heard = "";
    child.stderr?.on("data", (text: Buffer) => (heard = (heard + text.toString()).slice(-2000)));
    child.on("message", (reply: Reply) => this.#settle(reply));
    child.on("exit", (code, signal) => {
      this.#ended = `${name} ended (${signal ?? code}): ${heard}`;
      this.#settle({ error: this.#ended });
    });
  }

  /** Starts it, and waits until it can be asked. */
  static async start(name: string, file: string, node = process.execPath): Promise<ContenderProcess> {
    const child = fork(file, { execPath: node, execArgv: ["--expose-gc"], stdio: ["ignore", "ignore", "pipe", "ipc"], env: environment() });
    const contender = new ContenderProcess(name, child);
    await contender.#reply();
    return contender;
  }

  async prepare(work: Work): Promise<void> {
    await this.#ask({ ask: "prepare", work });
  }

  /** CPU time in microseconds. */
  async measure(work: Work, runs: number, together: number): Promise<{ cpu: number; resident: number }> {
    return this.#ask({ ask: "measure", work, runs, together });
  }

  stop(): void {
    this.#child.kill();
  }

  async #ask(request: Request): Promise<{ cpu: number; resident: number }> {
    if (this.#ended !== undefined) throw new Error(this.#ended);
    const reply = this.#reply();
    this.#child.send(request);
    return reply;
  }

  async #reply(): Promise<{ cpu: number; resident: number }> {
    const reply = await new Promise<Reply>((resolve) => (this.#waiting = resolve));
    if ("error" in reply) throw new Error(`${this.name}: ${reply.error}`);
    return reply;
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(reply);
  }
}

/** Peers must not report to anybody, and nothing here needs a key. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, HOME, TMPDIR, NODE_ENV: "production", LANGCHAIN_TRACING_V2: "false", OTEL_SDK_DISABLED: "true", DO_NOT_TRACK: "1" };
}
