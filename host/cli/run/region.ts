import type { Out } from "../io.ts";
import { widthOf } from "../text.ts";
import { cut } from "./cut.ts";

const [BEGIN, END] = ["\x1b[?2026h", "\x1b[?2026l"];

/**
 * The last lines of a terminal, redrawn in place, and a text above them that stays. Text that was said is written with the next drawing;
 * both go out in one piece, so that nothing flickers.
 */
export class Region {
  readonly #out: Out;
  #said: string[] = [];
  #lines: readonly string[] = [];
  readonly #resized = () => this.draw(this.#lines, true);

  constructor(out: Out) {
    this.#out = out;
    out.on?.("resize", this.#resized);
  }

  /** How much fits in a line: a terminal adds `^C` to it without asking. */
  get columns(): number {
    return Math.max(10, (this.#out.columns ?? 80) - 3);
  }

  get rows(): number {
    return this.#out.rows ?? 24;
  }

  /** A line above the region, or several. */
  say(text: string): void {
    this.#said.push(text);
  }

  draw(lines: readonly string[], anew = false): void {
    const fitting = lines.map((line) => cut(line, this.columns));
    if (!anew && this.#said.length === 0 && same(fitting, this.#lines)) return;
    this.#out.write(`${BEGIN}${this.#erase()}${this.#takeSaid()}${fitting.join("\n")}${END}`);
    this.#lines = fitting;
  }

  /** Writes what was said, and takes the region away: what others write now stands under it. */
  flush(): void {
    const text = `${this.#erase()}${this.#takeSaid()}`;
    if (text !== "") this.#out.write(text);
  }

  close(): void {
    this.#out.off?.("resize", this.#resized);
    this.flush();
  }

  #takeSaid(): string {
    const text = this.#said.map((line) => `${line}\n`).join("");
    this.#said = [];
    return text;
  }

  /** A terminal that was made narrower has broken the lines that were drawn. */
  #erase(): string {
    if (this.#lines.length === 0) return "";
    const columns = Math.max(1, this.#out.columns ?? 80);
    let rows = 0;
    for (const line of this.#lines) rows += Math.max(1, Math.ceil(widthOf(line) / columns));
    this.#lines = [];
    return `\r${rows > 1 ? `\x1b[${rows - 1}A` : ""}\x1b[J`;
  }
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, i) => line === b[i]);
}
