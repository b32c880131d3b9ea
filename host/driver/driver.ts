import type { Clock } from "../clock.ts";
import type { Decision } from "../approval.ts";
import type { Core } from "../core/core.ts";
import { type AixletError, EngineTrapped } from "../errors.ts";
import * as protocol from "../protocol/index.ts";
import type { Command } from "../protocol/index.ts";
import type { Run } from "../run.ts";
import type { LogListener } from "../stores/run-log.ts";
import type { Telemetry } from "../telemetry.ts";
import { Approvals } from "./approvals.ts";
import { Conversations } from "./conversations.ts";
import { Counts } from "./counts.ts";
import { Crew } from "./crew.ts";
import { CustomAgents } from "./custom-agents.ts";
import { Loop } from "./loop.ts";
import { Models } from "./models.ts";
import type { Answer } from "./questions.ts";
import { Results } from "./results.ts";
import { Searches } from "./searches.ts";
import type { Changes, PendingStart } from "./starts.ts";
import { Tools } from "./tools.ts";
import { Watch } from "./watch.ts";

/**
 * Performs what the core says, and tells it what came of it. It decides nothing: what to try again, how long to wait and what to say are in the
 * commands.
 */
export class Driver {
  readonly #telemetry: Telemetry;
  readonly #loop: Loop;
  readonly #crew = new Crew();
  #keep: ((run: Run) => void) | undefined;
  readonly #watch: Watch;
  readonly #models: Models;
  readonly #tools: Tools;
  readonly #custom: CustomAgents;
  readonly #searches: Searches;
  readonly #approvals: Approvals;
  readonly #results: Results;
  readonly #counts: Counts;
  readonly #conversations: Conversations;

  constructor(core: Core, clock: Clock, telemetry: Telemetry) {
    this.#telemetry = telemetry;
    this.#loop = new Loop(core, clock, telemetry, (command) => this.#perform(command));
    this.#watch = new Watch(this.#loop, this.#crew);
    this.#models = new Models(this.#loop, this.#crew, this.#watch);
    this.#tools = new Tools(this.#loop, this.#crew, this.#watch);
    this.#custom = new CustomAgents(this.#loop, this.#crew, this.#watch);
    this.#searches = new Searches(this.#loop, this.#crew, this.#watch);
    this.#approvals = new Approvals(this.#loop, this.#crew);
    this.#counts = new Counts(this.#loop, this.#crew);
    this.#results = new Results(this.#loop, this.#crew);
    this.#conversations = new Conversations(this.#loop, this.#crew);
  }

  /** Who is behind the core's agent numbers. */
  serve(crew: Partial<Crew>): void {
    Object.assign(this.#crew, crew);
  }

  get clock(): Clock {
    return this.#loop.clock;
  }

  /** Who keeps snapshots of runs. */
  keepSnapshots(keep: (run: Run) => void): void {
    this.#keep = keep;
  }

  get liveRuns(): number {
    return this.#loop.runs.size;
  }

  start(pending: PendingStart): void {
    this.#telemetry.ask(pending.run);
    this.#loop.starts.add(pending);
    this.#loop.schedule();
  }

  deliver(run: Run, to: string, text: string): void {
    this.#loop.write((events) => protocol.writeDeliver(events, { run: run.handle, to, text }), run);
  }

  closeInput(run: Run): void {
    this.#loop.write((events) => protocol.writeClose(events, { run: run.handle }), run);
  }

  approve(run: Run, effect: number, decision: Decision): void {
    this.#approvals.settle(run, effect, decision);
  }

  cancel(run: Run, reason: string): void {
    if (run.handle === 0 && this.#loop.starts.remove(run)) {
      // It has not begun, and is not to begin only to be stopped.
      return run.finish(
        { stop: "cancelled", path: "", message: reason || "cancelled", output: "", counters: { ...nothing }, spent: [], cost: 0 },
        this.#loop.clock.now(),
      );
    }
    this.#loop.write((events) => protocol.writeCancel(events, { run: run.handle, reason }), run);
  }

  /** Throws a replaying run away. */
  drop(run: number): void {
    const { core } = this.#loop;
    if (core.trapped !== undefined) return;
    protocol.writeDrop(core.events, { run });
    this.#loop.flush();
  }

  /** Does a recorded step again, in the run of this handle or, with 0, a new one; `run` is told of what leaves it. */
  replay(record: Uint8Array, handle: number, definition: number, run?: Run): Answer {
    const { intake } = this.#loop;
    if (handle === 0) intake.adopting = run;
    try {
      return this.ask((tag, events) => protocol.writeReplay(events, { run: handle, tag, definition, record, show: false }));
    } finally {
      intake.adopting = undefined;
    }
  }

  /** A run that was being done again is known no more. */
  forget(run: Run): void {
    const { runs } = this.#loop;
    if (run.handle !== 0 && runs.get(run.handle) === run) runs.delete(run);
  }

  /** A run that was done again goes on for real. */
  resume(run: Run): void {
    this.#telemetry.begin(run, this.#loop.clock.now());
    this.#loop.write((events) => protocol.writeResume(events, { run: run.handle }), run);
  }

  /** A run is made of a snapshot, and goes on, or, `paused`, takes records first; gives why not, if it cannot be. */
  restore(run: Run, definition: number, state: Uint8Array, paused: boolean): protocol.RefusedCommand | undefined {
    return this.#bring(run, (tag, events) => protocol.writeRestore(events, { tag, definition, state, paused }));
  }

  /** A run that was done again goes on as another one, with changes; gives why not, if it cannot. */
  fork(run: Run, changes: Changes): protocol.RefusedCommand | undefined {
    return this.#bring(run, (tag, events) => protocol.writeAmend(events, { ...changes, run: run.handle, tag, id: run.id }));
  }

  #bring(run: Run, write: (tag: number, events: protocol.FrameWriter) => void): protocol.RefusedCommand | undefined {
    const { core, intake, questions } = this.#loop;
    const tag = questions.newTag();
    intake.restoring.set(tag, run);
    const answer = this.#loop.ask(tag, (events) => write(tag, events));
    const isHeard = !intake.restoring.delete(tag);
    if (core.trapped !== undefined) throw core.trapped;
    if (answer?.type === "refused") return answer;
    // An engine that was kept with the run may be older than the event.
    return isHeard
      ? undefined
      : { type: "refused", tag, event: 0, run: 0, code: "bad-frame", path: "", message: "The run's engine cannot do this: it is too old." };
  }

  /** Lets go of a run, whatever is under way in it. */
  abandon(run: Run, error: AixletError): void {
    if (run.finished) return;
    const { clock, runs, starts } = this.#loop;
    this.#telemetry.drop(run, clock.now(), error.code);
    run.fail(error);
    starts.remove(run);
    if (run.handle === 0 || runs.get(run.handle) !== run) return;
    this.forget(run);
    this.#loop.write((events) => protocol.writeDrop(events, { run: run.handle }));
  }

  /** What a run's journal tells. */
  listener(run: Run): Omit<LogListener, "stopping"> {
    return {
      release: (commands, time) => this.#loop.release(commands, time),
      // Not at once: the core's answer may be being read, and its memory must not move.
      failed: (error) => void Promise.resolve().then(() => this.abandon(run, error)),
    };
  }

  /** All runs that have not ended. */
  get runs(): Run[] {
    return [...this.#loop.runs.all(), ...this.#loop.starts.waiting];
  }

  /** Cancels all runs, and waits until they are over. */
  async close(): Promise<void> {
    const { runs } = this;
    for (const run of runs) run.cancel("the engine was closed");
    await Promise.allSettled(runs.map((run) => run.result));
    this.#loop.stop();
  }

  /**
   * Asks the core something that is answered at once, under a new tag or one that a question goes on with.
   * @throws EngineTrapped if there is no answer
   */
  ask(write: (tag: number, events: protocol.FrameWriter) => void, tag = this.#loop.questions.newTag()): Answer {
    const answer = this.#loop.ask(tag, (events) => write(tag, events));
    if (answer === undefined) throw this.#loop.core.trapped ?? new EngineTrapped(new Error("the core gave no answer"));
    return answer;
  }

  #perform(command: Command): void {
    switch (command.type) {
      case "call-model":
        return this.#models.call(command);
      case "call-tool":
        return this.#tools.call(command);
      case "call-agent":
        return this.#custom.call(command);
      case "start-agent":
        return this.#custom.start(command);
      case "ask-approval":
        return this.#approvals.ask(command);
      case "search":
        return this.#searches.search(command);
      case "index":
        return this.#searches.index(command);
      case "count-tokens":
        return this.#counts.count(command);
      case "recall":
        return this.#conversations.recall(command);
      case "remember":
        return this.#conversations.remember(command);
      case "cancel-effect":
        return this.#loop.runs.get(command.run)?.withdraw(command.effect, command.attempt);
      case "span-start":
        return this.#watch.spanStart(command);
      case "span-end":
        return this.#watch.spanEnd(command);
      case "output":
        return this.#watch.output(command);
      case "log":
        return this.#watch.log(command);
      case "notice":
        return this.#watch.notice(command);
      case "message":
        return this.#watch.message(command);
      case "checkpoint":
        return this.#checkpoint(command);
      case "append":
      case "started":
        // Done as they were read.
        return;
      case "audit": {
        const { action, principal, resource, outcome, reason } = command;
        return this.#crew.audit?.({ time: this.#loop.time, action, principal, resource, outcome, reason });
      }
      case "finished":
        return this.#results.finish(command);
      case "save-output":
        return this.#results.save(command);
      case "refused":
        if (!this.#loop.questions.answer(command)) this.#watch.refused(command);
        return;
      case "replayed":
      case "defined":
      case "problems":
      case "variables-needed":
      case "saved":
      case "verdict":
        this.#loop.questions.answer(command);
        return;
    }
  }

  #checkpoint({ run: handle, cut }: protocol.CheckpointCommand): void {
    const run = this.#loop.runs.get(handle);
    // What left the run before the cut is in no record any more: the result of a run that comes back does not have it either.
    if (cut) run?.forgetOutputs();
    else if (run !== undefined) this.#keep?.(run);
  }
}

/** What a run has counted that never began. */
const nothing: protocol.Counters = {
  steps: 0,
  activations: 0,
  hops: 0,
  modelCalls: 0,
  toolCalls: 0,
  agentCalls: 0,
  retries: 0,
  timeouts: 0,
  refused: 0,
  dropped: 0,
  late: 0,
  inputTokens: 0,
  outputTokens: 0,
};
