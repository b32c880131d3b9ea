import * as protocol from "../protocol/index.ts";
import { callContext } from "./call-context.ts";
import type { Crew } from "./crew.ts";
import { attemptFailed, messageOf } from "./failures.ts";
import type { Loop } from "./loop.ts";
import type { Watch } from "./watch.ts";

/** Starts and calls host code as agents. */
export class CustomAgents {
  readonly #loop: Loop;
  readonly #crew: Crew;
  readonly #watch: Watch;

  constructor(loop: Loop, crew: Crew, watch: Watch) {
    this.#loop = loop;
    this.#crew = crew;
    this.#watch = watch;
  }

  start({ run, agent }: protocol.StartAgentCommand): void {
    const custom = this.#crew.custom[this.#crew.agents[agent]?.role];
    const ready = () => this.#loop.write((events) => protocol.writeAgentReady(events, { run, agent }));
    const failed = (error: unknown) => this.#loop.write((events) => protocol.writeAgentFailed(events, { run, agent, message: messageOf(error) }));
    try {
      const starting = custom?.start?.();
      if (starting === undefined) ready();
      else starting.then(ready, failed);
    } catch (error) {
      failed(error);
    }
  }

  call(command: protocol.CallAgentCommand): void {
    const run = this.#loop.runs.get(command.run);
    if (run === undefined) return;
    const { effect, attempt, sender } = command;
    if (run.watched) this.#watch.attempt(command.span);
    const agent = this.#crew.agents[command.agent];
    const custom = this.#crew.custom[agent.role];
    const done = (text: string) => {
      run.forgetEffect(effect, attempt);
      this.#loop.write((events) => protocol.writeAgentResult(events, { run: command.run, effect, attempt, text: String(text) }));
    };
    const failed = (error: unknown) => attemptFailed(this.#loop, command, error);
    try {
      const answer = custom.run(command.text, callContext(run, command, agent.name, { sender, ...(command.context !== "" && { context: command.context }) }));
      if (typeof answer === "string") done(answer);
      else answer.then(done, failed);
    } catch (error) {
      failed(error);
    }
  }
}
