import * as protocol from "../protocol/index.ts";
import type { Tokenizer } from "../tokens/tokenizer.ts";
import type { Crew } from "./crew.ts";
import type { Loop } from "./loop.ts";

/** Counts the tokens of texts, where there is a tokenizer; the core knows what to do where there is none. */
export class Counts {
  readonly #loop: Loop;
  readonly #crew: Crew;

  constructor(loop: Loop, crew: Crew) {
    this.#loop = loop;
    this.#crew = crew;
  }

  count(command: protocol.CountTokensCommand): void {
    const { encoding, texts } = command;
    const model = this.#crew.agents[command.agent]?.modelName(command.provider) ?? "";
    this.#find(encoding, model).then(
      (tokenizer) =>
        this.#answer(
          command,
          tokenizer === undefined ? "" : tokenizer.hash || tokenizer.name,
          tokenizer === undefined ? [] : texts.map((text) => ({ tokens: tokenizer.count(text) })),
        ),
      // A table that cannot be read is one that is not there.
      () => this.#answer(command, "", []),
    );
  }

  async #find(encoding: string, model: string): Promise<Tokenizer | undefined> {
    const { own, byEncoding } = this.#crew.tokenizers;
    if (Object.hasOwn(own, model)) return own[model];
    return encoding === "" ? undefined : byEncoding?.(encoding);
  }

  #answer({ run, effect, attempt }: protocol.CountTokensCommand, table: string, counts: protocol.TextCount[]): void {
    this.#loop.write((events) => protocol.writeCounted(events, { run, effect, attempt, table, counts }));
  }
}
