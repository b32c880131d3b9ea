import { ModelFailure } from "../models/failure.ts";
import * as protocol from "../protocol/index.ts";
import type { Run } from "../run.ts";
import { callContext } from "./call-context.ts";
import type { Crew } from "./crew.ts";
import { attemptFailed } from "./failures.ts";
import type { Loop } from "./loop.ts";
import type { Watch } from "./watch.ts";

/** Calls agents' tools. */
export class Tools {
  readonly #loop: Loop;
  readonly #crew: Crew;
  readonly #watch: Watch;

  constructor(loop: Loop, crew: Crew, watch: Watch) {
    this.#loop = loop;
    this.#crew = crew;
    this.#watch = watch;
  }

  call(command: protocol.CallToolCommand): void {
    const { telemetry, runs, time } = this.#loop;
    const run = runs.get(command.run);
    if (run === undefined) return;
    const { name, id: callId } = command;
    const agent = this.#crew.agents[command.agent];
    if (run.watched) this.#watch.toolCall(run, command);
    telemetry.callTool(run, command, time);
    const tool = agent.tools[command.tool];
    if (tool === undefined) return attemptFailed(this.#loop, command, new ModelFailure("missing", `no code is registered for the tool "${name}" on this host`));
    const context = callContext(run, command, agent.name, { name, callId, ...(run.labels.user !== undefined && { user: run.labels.user }) });
    const outcome = telemetry.traces(run)
      ? telemetry.within(run, command.span, () => tool.run(command.arguments, context))
      : tool.run(command.arguments, context);
    if (outcome instanceof Promise) {
      outcome.then(
        (settled) => this.#done(run, command, settled),
        (error) => attemptFailed(this.#loop, command, error),
      );
    } else this.#done(run, command, outcome);
  }

  #done(run: Run, command: protocol.CallToolCommand, { isError, text }: { isError: boolean; text: string }): void {
    const { effect, attempt } = command;
    run.forgetEffect(effect, attempt);
    this.#watch.toolEnd(run, command, isError, text);
    this.#loop.write((events) => protocol.writeToolResult(events, { run: command.run, effect, attempt, isError, text }));
  }
}
