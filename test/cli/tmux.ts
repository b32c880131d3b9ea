import { execFile, execFileSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Each has a socket of its own: a server that is told to end goes on for a moment. */
let servers = 0;

/** Whether tmux is installed. */
export function hasTmux(): boolean {
  try {
    execFileSync("tmux", ["-V"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A program in a real terminal of 80 by 24, which tmux plays: keys go in, screens come out. */
export class Terminal {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  /** Begins the program in a directory, which holds the socket, too; its exit code is written under it. */
  static async start(directory: string, argv: readonly string[], env: Record<string, string>): Promise<Terminal> {
    const terminal = new Terminal(join(directory, `tmux-${++servers}`));
    const given = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const command = `${["env", "-i", ...given, ...argv].map(quote).join(" ")}; echo "[ended with $?]"; read -r _`;
    await terminal.#tmux("-u", "new-session", "-d", "-x", "80", "-y", "24", "-c", directory, command);
    return terminal;
  }

  /** Presses keys, by tmux's names: `Enter`, `Tab`, `C-c`. */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.#tmux("send-keys", key);
  }

  async type(text: string): Promise<void> {
    await this.#tmux("send-keys", "-l", text);
  }

  /** The screen, once it holds this text; without trailing space. */
  async screen(text: string | RegExp): Promise<string> {
    let screen = "";
    for (let i = 0; i < 400; i++) {
      screen = (await this.#tmux("capture-pane", "-p")).replace(/[ \t]+$/gm, "").trimEnd();
      if (typeof text === "string" ? screen.includes(text) : text.test(screen)) return screen;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`${text} never stood there, but\n${screen}`);
  }

  async end(): Promise<void> {
    await this.#tmux("kill-server").catch(() => undefined);
  }

  async #tmux(...args: string[]): Promise<string> {
    return (await run("tmux", ["-f", "/dev/null", "-S", this.#socket, ...args])).stdout;
  }
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
