import * as protocol from "../protocol/index.ts";
import type { FrameWriter } from "../protocol/index.ts";
import type { Crew } from "./crew.ts";
import { type Attempt, attemptFailed } from "./failures.ts";
import type { Loop } from "./loop.ts";
import { BadUsage } from "../errors.ts";
import type { EngineSessions } from "../sessions/engine-sessions.ts";

/** Reads sessions, and keeps turns in them. */
export class Conversations {
  readonly #loop: Loop;
  readonly #crew: Crew;

  constructor(loop: Loop, crew: Crew) {
    this.#loop = loop;
    this.#crew = crew;
  }

  recall(command: protocol.RecallCommand): void {
    this.#use(
      command,
      (sessions) => sessions.recall(command.session, command.turns),
      (events, found, { run, effect, attempt }) => protocol.writeRecalled(events, { run, effect, attempt, ...found }),
    );
  }

  remember(command: protocol.RememberCommand): void {
    const id = this.#loop.runs.get(command.run)?.id;
    this.#use(
      command,
      (sessions) => sessions.keep(`${id}/${command.effect}`, command),
      (events, _, { run, effect, attempt }) => protocol.writeRemembered(events, { run, effect, attempt }),
    );
  }

  #use<T>(command: Attempt, use: (sessions: EngineSessions) => Promise<T>, answer: (events: FrameWriter, outcome: T, attempt: Attempt) => void): void {
    const { sessions } = this.#crew;
    if (sessions === undefined) return attemptFailed(this.#loop, command, new BadUsage("this host keeps no sessions"));
    use(sessions).then(
      (outcome) => this.#loop.write((events) => answer(events, outcome, command), this.#loop.runs.get(command.run)),
      (error) => attemptFailed(this.#loop, command, error),
    );
  }
}
