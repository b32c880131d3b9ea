import { Violation } from "./violation.ts";

/** Spans of a run: each begins once, under one that is known, and ends once, before the run does. */
export class Spans {
  readonly #known = new Set<number>([0]);
  readonly #open = new Set<number>();

  begin(span: number, parent: number, what: string): void {
    if (this.#known.has(span)) throw new Violation("spans-balanced", `span ${span} begins twice: ${what}`);
    if (!this.#known.has(parent)) throw new Violation("spans-balanced", `${what} stands under a span that is not known: ${parent}`);
    this.#known.add(span);
    this.#open.add(span);
  }

  /** A call that is asked for again has its span already. */
  again(span: number, parent: number, what: string): void {
    if (!this.#open.has(span)) this.begin(span, parent, what);
  }

  end(span: number, what: string): void {
    if (!this.#open.delete(span)) throw new Violation("spans-balanced", `the ${what} span ${span} ends twice, or never began`);
  }

  finish(): void {
    if (this.#open.size > 0) throw new Violation("spans-balanced", `${this.#open.size} spans are open at the run's end`);
  }
}
