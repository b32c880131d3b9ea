import type { Conversation } from "../models/conversation.ts";
import { ModelFailure } from "../models/failure.ts";
import type { ModelAnswer, PreparedModel } from "../models/types.ts";
import * as protocol from "../protocol/index.ts";
import type { Run } from "../run.ts";
import { CallOfModel } from "./call-of-model.ts";
import type { Crew } from "./crew.ts";
import { attemptFailed, messageOf } from "./failures.ts";
import type { Loop } from "./loop.ts";
import type { Watch } from "./watch.ts";

/** Calls models. */
export class Models {
  readonly #loop: Loop;
  readonly #crew: Crew;
  readonly #watch: Watch;

  constructor(loop: Loop, crew: Crew, watch: Watch) {
    this.#loop = loop;
    this.#crew = crew;
    this.#watch = watch;
  }

  call(command: protocol.CallModelCommand): void {
    const run = this.#loop.runs.get(command.run);
    if (run === undefined) return;
    let conversation = run.conversation(command.conversation);
    if (conversation.length !== command.known) {
      if (command.known !== 0) {
        this.#loop.write((events) => protocol.writeResend(events, { run: command.run, effect: command.effect }));
        return;
      }
      run.forgetConversation(command.conversation);
      conversation = run.conversation(command.conversation);
    }
    conversation.append(command.parts);
    const agent = this.#crew.agents[command.agent];
    const ready = agent.ready(command.provider, command.model);
    if (ready !== undefined) this.#generate(run, command, ready, conversation);
    else {
      // It may be cancelled while its model is being found.
      agent.find(command.provider, command.model).then(
        (model) => {
          if (run.isWithdrawn(command.effect, command.attempt))
            attemptFailed(this.#loop, command, new ModelFailure("aborted", "the call was cancelled before it was made"));
          else this.#generate(run, command, model, conversation);
        },
        (error) => attemptFailed(this.#loop, command, error),
      );
    }
  }

  #generate(run: Run, command: protocol.CallModelCommand, prepared: PreparedModel, conversation: Conversation): void {
    const { model } = prepared;
    const { telemetry, time } = this.#loop;
    if (model.label !== undefined) run.label = model.label;
    if (run.watched) this.#watch.modelCall(run, command, model);
    const call = new CallOfModel(run, command);
    if (run.streams && run.watched) call.onDelta = this.#watch.deltas(run, command);
    telemetry.callModel(run, command, model, time);
    try {
      const answering = telemetry.traces(run)
        ? telemetry.within(run, command.span, () => prepared.generate(conversation, call))
        : prepared.generate(conversation, call);
      answering.then(
        (answer) => this.#answered(call, answer),
        (error) => attemptFailed(this.#loop, call, error),
      );
    } catch (error) {
      // A model of the application's own that throws at once.
      attemptFailed(this.#loop, call, error);
    }
  }

  #answered(call: CallOfModel, answer: ModelAnswer): void {
    call.forget();
    if (this.#loop.core.trapped !== undefined) return;
    this.#watch.modelSaid(call, answer);
    const { run, effect, attempt } = call;
    const { finish, usage, parts } = answer;
    try {
      protocol.writeModelResult(this.#loop.core.events, { run, effect, attempt, finish, usage, parts });
    } catch (error) {
      return attemptFailed(this.#loop, call, new ModelFailure("malformed", `the model's answer is none: ${messageOf(error)}`, { cause: error }));
    }
    this.#loop.schedule();
  }
}
