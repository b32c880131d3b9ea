import type { Command } from "../protocol/index.ts";

/** Commands that the queue may keep room for. */
const MOST_SPARE = 4096;

/** Commands that are to be done, in order. */
export class CommandQueue {
  readonly #perform: (command: Command) => void;
  /** Those from `#first` up to `#last`. */
  #commands: (Command | undefined)[] = [];
  #first = 0;
  #last = 0;

  constructor(perform: (command: Command) => void) {
    this.#perform = perform;
  }

  add(command: Command): void {
    this.#commands[this.#last++] = command;
  }

  /**
   * Does what is to be done. Code of the application that runs in one command may lead to a step within this one: what was to be done before is
   * then done before.
   */
  performAll(): void {
    while (this.#first < this.#last) {
      const command = this.#commands[this.#first] as Command;
      this.#commands[this.#first++] = undefined;
      this.#perform(command);
    }
    this.#first = this.#last = 0;
    if (this.#commands.length > MOST_SPARE) this.#commands = [];
  }
}
