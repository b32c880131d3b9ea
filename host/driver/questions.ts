import type * as protocol from "../protocol/index.ts";

/** A command that is answered to whoever caused it, found by its tag. */
export type Answer =
  | protocol.DefinedCommand
  | protocol.ProblemsCommand
  | protocol.VariablesNeededCommand
  | protocol.ReplayedCommand
  | protocol.SavedCommand
  | protocol.VerdictCommand
  | protocol.RefusedCommand;

/** What was asked of the core and is answered in the same step, by tag. */
export class Questions {
  readonly #open = new Map<number, (answer: Answer) => void>();
  #tag = 0;

  /** A tag that no event has had. */
  newTag(): number {
    return ++this.#tag;
  }

  open(tag: number, answered: (answer: Answer) => void): void {
    this.#open.set(tag, answered);
  }

  close(tag: number): void {
    this.#open.delete(tag);
  }

  /** Gives an answer to whoever asked; says whether somebody did. */
  answer(answer: Answer): boolean {
    // Only one question is open at a time, and it is the last one.
    const answered = this.#open.get("tag" in answer ? answer.tag : this.#tag);
    answered?.(answer);
    return answered !== undefined;
  }
}
