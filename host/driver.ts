import type { CustomAgent, HostAgent } from "./agents.ts";
import type { Core } from "./core/core.ts";
import { AixletError, EngineTrapped, EventRefused } from "./errors.ts";
import { ModelFailure } from "./models/failure.ts";
import type { ApprovalDecision, ApprovalRequest, Approver } from "./approval.ts";
import type { ModelAnswer, ModelCall, PreparedModel, ToolDeclaration } from "./models/types.ts";
import { noUsage } from "./models/types.ts";
import { type SearchStores, toDocuments, toJson } from "./search/stores.ts";
import type { DocumentStore } from "./search/types.ts";
import * as protocol from "./protocol/index.ts";
import type { Command } from "./protocol/index.ts";
import type { Run } from "./run.ts";
import { RunTable } from "./run-table.ts";
import type { LogListener, RunLog } from "./stores/run-log.ts";
import type { Telemetry } from "./telemetry.ts";

/** Longest wait that setTimeout can do. */
const LONGEST_WAIT = 0x7fffffff;
/** Commands that the queue may keep room for. */
const MOST_SPARE = 4096;

/** A command that is answered to whoever caused it, found by its tag. */
export type Answer =
  | protocol.DefinedCommand
  | protocol.ProblemsCommand
  | protocol.VariablesNeededCommand
  | protocol.ReplayedCommand
  | protocol.SavedCommand
  | protocol.RefusedCommand;

/** A run that is to begin with the next step. */
export interface PendingStart {
  run: Run;
  /** Complete but for the tag, and for who watches. */
  event: Omit<protocol.StartEvent, "type">;
}

/**
 * The loop around the core: events in, commands out, each performed. It decides nothing: what to try again, how long to wait and what to
 * say are in the commands.
 */
export class Driver {
  readonly #core: Core;
  readonly #now: () => number;
  readonly #telemetry: Telemetry;
  readonly #runs = new RunTable();
  readonly #tags = new Map<number, (answer: Answer) => void>();
  readonly #starts: PendingStart[] = [];
  /** Spans of attempts at host code as an agent, in watched runs: their agent's own span ends apart. */
  readonly #attempts = new Set<number>();
  /** Calls of watched runs, by span: what their end is told of. */
  readonly #watchedCalls = new Map<number, { effect: number; tool: string; said?: string }>();
  /** Those that begin with the step under way, their tags counting up from the first one's. */
  #starting: readonly PendingStart[] = none;
  #startingFrom = 0;
  /** Runs that are made of snapshots in the step under way, by tag. */
  readonly #restoring = new Map<number, Run>();
  /** The run that a journal's first record is being done again for. */
  #adopting: Run | undefined;
  /** Journals that the step under way has added to. */
  #touched: RunLog[] = [];
  #reading = false;
  #agents: readonly HostAgent[] = [];
  #custom: Record<string, CustomAgent> = {};
  #stores: SearchStores | undefined;
  #approve: Approver | undefined;
  /** Commands that are to be done: those from `#first` up to `#last`. */
  #queue: (Command | undefined)[] = [];
  #first = 0;
  #last = 0;
  #tag = 0;
  #scheduled = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = 0;
  #wake: number | undefined;
  #time = 0;

  constructor(core: Core, now: () => number, telemetry: Telemetry) {
    this.#core = core;
    this.#now = now;
    this.#telemetry = telemetry;
  }

  /** Who is behind the core's agent numbers. */
  serve(agents: readonly HostAgent[], custom: Record<string, CustomAgent>, stores: SearchStores, approve?: Approver): void {
    this.#approve = approve;
    this.#agents = agents;
    this.#custom = custom;
    this.#stores = stores;
  }

  get liveRuns(): number {
    return this.#runs.size;
  }

  start(pending: PendingStart): void {
    this.#telemetry.ask(pending.run);
    this.#starts.push(pending);
    this.#schedule();
  }

  deliver(run: Run, to: string, text: string): void {
    this.#write(() => protocol.writeDeliver(this.#core.events, { run: run.handle, to, text }), run);
  }

  closeInput(run: Run): void {
    this.#write(() => protocol.writeClose(this.#core.events, { run: run.handle }), run);
  }

  approve(run: Run, effect: number, approved: boolean, reason: string): void {
    this.#write(() => protocol.writeApproval(this.#core.events, { run: run.handle, effect, approved, reason }), run);
  }

  cancel(run: Run, reason: string): void {
    const place = run.handle === 0 ? this.#starts.findIndex((start) => start.run === run) : -1;
    if (place >= 0) {
      // It has not begun, and is not to begin only to be stopped.
      this.#starts.splice(place, 1);
      return run.finish({ stop: "cancelled", path: "", message: reason || "cancelled", output: "", counters: { ...nothing } }, this.#now());
    }
    this.#write(() => protocol.writeCancel(this.#core.events, { run: run.handle, reason }), run);
  }

  /** Throws a replaying run away. */
  drop(run: number): void {
    if (this.#core.trapped !== undefined) return;
    protocol.writeDrop(this.#core.events, { run });
    this.flush();
  }

  /** Does a recorded step again, in the run of this handle or, with 0, a new one; `run` is told of what leaves it. */
  replay(record: Uint8Array, handle: number, definition: number, run?: Run): Answer {
    if (handle === 0) this.#adopting = run;
    try {
      return this.ask((tag, events) => protocol.writeReplay(events, { run: handle, tag, definition, record }));
    } finally {
      this.#adopting = undefined;
    }
  }

  /** A run that was being done again is known no more. */
  forget(run: Run): void {
    if (run.handle !== 0 && this.#runs.get(run.handle) === run) this.#runs.delete(run);
  }

  /** A run that was done again goes on for real. */
  resume(run: Run): void {
    this.#telemetry.begin(run, this.#now());
    this.#write(() => protocol.writeResume(this.#core.events, { run: run.handle }), run);
  }

  /** A run is made of a snapshot, and goes on; gives why not, if it cannot be. */
  restore(run: Run, definition: number, state: Uint8Array): protocol.RefusedCommand | undefined {
    let refused: protocol.RefusedCommand | undefined;
    const tag = ++this.#tag;
    this.#restoring.set(tag, run);
    this.#tags.set(tag, (answer) => answer.type === "refused" && (refused = answer));
    this.#flushStarts();
    protocol.writeRestore(this.#core.events, { tag, definition, state });
    this.#step();
    this.#tags.delete(tag);
    this.#restoring.delete(tag);
    if (this.#core.trapped !== undefined) throw this.#core.trapped;
    return refused;
  }

  /** Lets go of a run, whatever is under way in it. */
  abandon(run: Run, error: AixletError): void {
    if (run.finished) return;
    this.#telemetry.drop(run, this.#now(), error.code);
    run.fail(error);
    const place = this.#starts.findIndex((start) => start.run === run);
    if (place >= 0) this.#starts.splice(place, 1);
    if (run.handle === 0 || this.#runs.get(run.handle) !== run) return;
    this.forget(run);
    this.#write(() => protocol.writeDrop(this.#core.events, { run: run.handle }));
  }

  /** What a run's journal tells. */
  listener(run: Run): Omit<LogListener, "stopping"> {
    return {
      release: (commands, time) => this.#release(commands, time),
      // Not at once: the core's answer may be being read, and its memory must not move.
      failed: (error) => void settled.then(() => this.abandon(run, error)),
    };
  }

  /** All runs that have not ended. */
  get runs(): Run[] {
    return [...this.#runs.all(), ...this.#starts.map(({ run }) => run)];
  }

  /** Cancels all runs, and waits until they are over. */
  async close(): Promise<void> {
    const { runs } = this;
    for (const run of runs) run.cancel("the engine was closed");
    await Promise.allSettled(runs.map((run) => run.result));
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Asks the core something that is answered at once, under a new tag or one that a question goes on with. */
  ask(write: (tag: number, events: protocol.FrameWriter) => void, tag = ++this.#tag): Answer {
    let answered: Answer | undefined;
    this.#tags.set(tag, (answer) => (answered = answer));
    this.#flushStarts();
    write(tag, this.#core.events);
    this.#step();
    this.#tags.delete(tag);
    if (answered === undefined) throw this.#core.trapped ?? new EngineTrapped(new Error("the core gave no answer"));
    return answered;
  }

  /** Hands the core what has happened, and does what it says, until it asks for no more. */
  #step(): void {
    this.#scheduled = false;
    try {
      for (;;) {
        this.#time = this.#now();
        const reader = this.#core.step(this.#time);
        const more = (reader.flags & 1) !== 0;
        const wake = reader.time;
        this.#read(reader);
        this.#starting = none;
        this.#performAll();
        this.#wakeAt(wake);
        if (!more) return;
        if (this.#core.events.count === 0) {
          // Much to do inside: let the others on this thread have their turn between two steps.
          this.#schedule(true);
          return;
        }
      }
    } catch (error) {
      if (!(error instanceof EngineTrapped)) throw error;
      this.#poisoned(error);
    }
  }

  /**
   * The commands of a frame, read before any is done: doing them writes events, which may move the core's memory. What touches nothing but
   * our own books is done at once: runs become known, and records go from the core's memory straight into their journals.
   */
  #read(reader: protocol.FrameReader): void {
    this.#reading = true;
    while (reader.next()) {
      switch (reader.kind) {
        case APPEND: {
          const barrier = (reader.peek(APPEND_BARRIER) & 1) !== 0;
          const { words, from, count } = reader.look(APPEND_RECORD);
          const run = this.#runOf(reader);
          if (run?.log === undefined) run?.journal.append(words, from, count);
          else {
            run.log.append(words, from, count, barrier);
            this.#touched.push(run.log);
          }
          continue;
        }
        case REPLAYED:
          if (this.#adopting !== undefined) {
            this.#adopting.handle = protocol.readReplayed(reader, reader.at).run;
            this.#runs.add(this.#adopting);
          }
          break;
        case STARTED:
          this.#started(protocol.readStarted(reader, reader.at));
          continue;
        case REFUSED: {
          const refused = protocol.readRefused(reader, reader.at);
          if (!this.#refusedStart(refused)) this.#queue[this.#last++] = refused;
          continue;
        }
        case SPAN_START:
        case SPAN_END: {
          // Spans come with every step; nobody looks at them in a run that is neither traced nor watched.
          const run = this.#runOf(reader);
          if (run !== undefined && !run.watched && !this.#telemetry.traces(run)) continue;
        }
      }
      const command = protocol.readCommand(reader);
      if (this.#touched.length === 0 || !this.#holds(command)) this.#queue[this.#last++] = command;
    }
    for (let i = 0; i < this.#touched.length; i++) this.#touched[i].flush();
    if (this.#touched.length > 0) this.#touched = [];
    this.#reading = false;
  }

  /** Whether a command waits until its run's journal is durable. */
  #holds(command: Command): boolean {
    if (!("run" in command) || command.type === "refused" || command.type === "replayed" || command.type === "saved") return false;
    const log = this.#runs.get(command.run)?.log;
    if (log === undefined) return false;
    if (command.type === "finished") log.end(command.stop, command.counters.steps, this.#time);
    if (!log.holds) return false;
    log.hold(command, this.#time);
    return true;
  }

  /** What had to wait is done now. */
  #release(commands: readonly Command[], time: number): void {
    if (this.#core.trapped !== undefined) return;
    for (const command of commands) this.#queue[this.#last++] = command;
    if (this.#reading) return;
    this.#time = time;
    this.#performAll();
  }

  /**
   * Does what is to be done, in order. Code of the application that runs in one command may lead to a step within this one: what was to be
   * done before is then done before.
   */
  #performAll(): void {
    while (this.#first < this.#last) {
      const command = this.#queue[this.#first] as Command;
      this.#queue[this.#first++] = undefined;
      this.#perform(command);
    }
    this.#first = this.#last = 0;
    if (this.#queue.length > MOST_SPARE) this.#queue = [];
  }

  /** The run of a record that begins with one. */
  #runOf(reader: protocol.FrameReader): Run | undefined {
    return this.#runs.get(reader.u64(reader.peek(2), reader.peek(3)));
  }

  #poisoned(error: EngineTrapped): void {
    clearTimeout(this.#timer);
    for (const run of this.#runs.all()) {
      this.#telemetry.drop(run, this.#time);
      run.fail(error);
    }
    for (const { run } of this.#starts.splice(0)) run.fail(error);
    for (const { run } of this.#starting) if (run.handle === 0) run.fail(error);
    this.#runs.clear();
    this.#starting = none;
  }

  #write(write: () => void, run?: Run): void {
    if (this.#core.trapped !== undefined) return;
    if (run !== undefined) {
      if (run.finished) return;
      // A run gets its handle with its first step.
      if (run.handle === 0) this.flush();
      if (run.finished || run.handle === 0) return;
    }
    write();
    this.#schedule();
  }

  /** Hands over what has been written, now. */
  flush(): void {
    this.#flushStarts();
    this.#step();
  }

  readonly #flush = (): void => {
    if (!this.#scheduled) return;
    this.flush();
  };

  #schedule(later = false): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    if (later) setTimeout(this.#flush, 0);
    else settled.then(this.#flush);
  }

  #flushStarts(): void {
    if (this.#starts.length === 0) return;
    this.#starting = this.#starts.splice(0);
    this.#startingFrom = this.#tag + 1;
    for (const { run, event } of this.#starting) {
      event.tag = ++this.#tag;
      event.watch = run.watched;
      protocol.writeStart(this.#core.events, event);
    }
  }

  /**
   * The core wants to be called at this time. A timer that comes too early stays: most deadlines are met, so that the next one is later, and
   * a timer of the system costs more than a look at the clock when it comes.
   */
  #wakeAt(time: number | undefined): void {
    this.#wake = time;
    const timer = this.#timer;
    if (timer !== undefined) {
      if (time === undefined) return this.#rest(timer);
      if (this.#timerAt <= time) {
        if (typeof timer === "object") timer.ref();
        return;
      }
      clearTimeout(timer);
    } else if (time === undefined) return;
    this.#setTimer(time);
  }

  #setTimer(time: number): void {
    this.#timerAt = time;
    this.#timer = setTimeout(this.#timeIsUp, Math.min(LONGEST_WAIT, Math.max(0, time - this.#now())));
  }

  readonly #timeIsUp = (): void => {
    this.#timer = undefined;
    if (this.#wake === undefined) return;
    if (this.#wake > this.#now()) this.#setTimer(this.#wake);
    else this.flush();
  };

  /** Nothing is waited for: the timer must not keep the process alive. */
  #rest(timer: ReturnType<typeof setTimeout>): void {
    if (typeof timer === "object") timer.unref();
    else {
      clearTimeout(timer);
      this.#timer = undefined;
    }
  }

  #perform(command: Command): void {
    switch (command.type) {
      case "call-model":
        return this.#callModel(command);
      case "call-tool":
        return this.#callTool(command);
      case "call-agent":
        return this.#callAgent(command);
      case "ask-approval":
        return this.#askApproval(command);
      case "search":
        return this.#search(command);
      case "index":
        return this.#index(command);
      case "span-start":
        return this.#spanStart(command);
      case "span-end":
        return this.#spanEnd(command);
      case "append":
      case "started":
        // Done as they were read.
        return;
      case "finished":
        return this.#finished(command);
      case "output": {
        const run = this.#runs.get(command.run);
        const { port, text } = command;
        const agent = this.#name(command.agent);
        run?.addOutput({ agent, port, text });
        // What left the run in an earlier life was told then.
        if (run?.replaying) return;
        return run?.emit({ type: "output", time: this.#time, agent, port, text });
      }
      case "log":
        return this.#log(command);
      case "notice":
        return this.#emit(command.run, {
          type: "notice",
          time: this.#time,
          agent: this.#name(command.agent),
          level: command.level,
          code: command.code,
          text: command.text,
        });
      case "message":
        return this.#emit(command.run, { type: "message", time: this.#time, from: this.#name(command.from), to: this.#name(command.to), text: command.text });
      case "start-agent":
        return this.#startAgent(command);
      case "cancel-effect":
        return this.#runs.get(command.run)?.withdraw(command.effect, command.attempt);
      case "refused":
        return this.#refused(command);
      case "replayed":
      case "defined":
      case "problems":
      case "variables-needed":
      case "saved":
        return this.#answer(command);
    }
  }

  #emit(handle: number, event: Parameters<Run["emit"]>[0]): void {
    this.#runs.get(handle)?.emit(event);
  }

  #name(agent: number): string {
    return this.#agents[agent]?.name ?? "";
  }

  #answer(command: Command): void {
    // Only one question is open at a time, and it is the last one.
    const tag = "tag" in command ? command.tag : this.#tag;
    this.#tags.get(tag)?.(command as Answer);
  }

  #refusedStart(command: protocol.RefusedCommand): boolean {
    const starting = this.#starting[command.tag - this.#startingFrom];
    starting?.run.fail(new EventRefused(command.code, command.path, command.message));
    return starting !== undefined;
  }

  #refused(command: protocol.RefusedCommand): void {
    const answer = this.#tags.get(command.tag);
    if (answer !== undefined) return answer(command);
    // An event for a run that has ended meanwhile changes nothing for anybody.
    if (command.code === "unknown-run") return;
    this.#runs.get(command.run)?.emit({ type: "notice", time: this.#time, agent: "", level: "error", code: command.code, text: command.message });
  }

  #started(command: protocol.StartedCommand): void {
    const run = this.#restoring.get(command.tag) ?? this.#starting[command.tag - this.#startingFrom]?.run;
    if (run === undefined) return;
    run.handle = command.run;
    this.#runs.add(run);
    this.#telemetry.begin(run, this.#time);
  }

  #finished(command: protocol.FinishedCommand): void {
    const run = this.#runs.get(command.run);
    if (run === undefined) return;
    this.#runs.delete(run);
    this.#telemetry.end(run, command, this.#time);
    run.finish(command, this.#time);
  }

  #log(command: protocol.LogCommand): void {
    const run = this.#runs.get(command.run);
    if (run === undefined) return;
    const { level, sender, text } = command;
    run.emit({ type: "log", time: this.#time, agent: this.#name(command.agent), level, sender, text });
  }

  #spanStart(command: protocol.SpanStartCommand): void {
    const run = this.#runs.get(command.run);
    if (run === undefined) return;
    this.#telemetry.startSpan(run, command, this.#time);
    if (command.operation === "agent") run.emit({ type: "agent-start", time: this.#time, agent: this.#name(command.agent) });
  }

  #spanEnd(command: protocol.SpanEndCommand): void {
    const run = this.#runs.get(command.run);
    if (run === undefined) return;
    this.#telemetry.endSpan(run, command, this.#time);
    if (!run.watched || this.#attempts.delete(command.span)) return;
    const agent = this.#name(command.agent);
    const error = command.ok ? undefined : command.error;
    const call = this.#watchedCalls.get(command.span);
    this.#watchedCalls.delete(command.span);
    if (command.operation === "tool") {
      // A tool that answered has been told of.
      if (call !== undefined)
        run.emit({ type: "tool-end", time: this.#time, agent, effect: call.effect, tool: call.tool, text: error ?? "", isError: !command.ok });
    } else if (command.operation === "agent") run.emit({ type: "agent-end", time: this.#time, agent, ...(error !== undefined && { error }) });
    else if (command.operation === "chat")
      run.emit({
        type: "model-end",
        time: this.#time,
        agent,
        effect: call?.effect ?? 0,
        usage: command.usage,
        ...(call?.said !== undefined && { text: call.said }),
        ...(error !== undefined && { error }),
      });
  }

  #startAgent(command: protocol.StartAgentCommand): void {
    const { run, agent } = command;
    const custom = this.#custom[this.#agents[agent]?.role];
    const ready = () => this.#write(() => protocol.writeAgentReady(this.#core.events, { run, agent }));
    const failed = (error: unknown) => this.#write(() => protocol.writeAgentFailed(this.#core.events, { run, agent, message: messageOf(error) }));
    try {
      const starting = custom?.start?.();
      if (starting === undefined) ready();
      else starting.then(ready, failed);
    } catch (error) {
      failed(error);
    }
  }

  #callModel(command: protocol.CallModelCommand): void {
    const run = this.#runs.get(command.run);
    if (run === undefined) return;
    let conversation = run.conversation(command.conversation);
    if (conversation.length !== command.known) {
      if (command.known !== 0) {
        this.#write(() => protocol.writeResend(this.#core.events, { run: command.run, effect: command.effect }));
        return;
      }
      run.forgetConversation(command.conversation);
      conversation = run.conversation(command.conversation);
    }
    conversation.append(command.parts);
    const agent = this.#agents[command.agent];
    const ready = agent.ready(command.provider);
    if (ready !== undefined) this.#generate(run, command, ready, conversation);
    else {
      // It may be cancelled while its model is being found.
      agent.find(command.provider).then(
        (model) => {
          if (run.isWithdrawn(command.effect, command.attempt)) this.#failed(command, new ModelFailure("aborted", "the call was cancelled before it was made"));
          else this.#generate(run, command, model, conversation);
        },
        (error) => this.#failed(command, toFailure(error)),
      );
    }
  }

  #generate(run: Run, command: protocol.CallModelCommand, prepared: PreparedModel, conversation: ReturnType<Run["conversation"]>): void {
    const { model } = prepared;
    if (model.label !== undefined) run.label = model.label;
    const { effect, attempt } = command;
    if (run.watched) {
      this.#watchedCalls.set(command.span, { effect, tool: "" });
      run.emit({
        type: "model-call",
        time: this.#time,
        agent: this.#name(command.agent),
        effect,
        attempt,
        model: model.model,
        ...(model.label !== undefined && { label: model.label }),
      });
    }
    const call = new CallOfModel(run, command);
    this.#telemetry.callModel(run, command, model, this.#time);
    try {
      const answering = this.#telemetry.traces(run)
        ? this.#telemetry.within(run, command.span, () => prepared.generate(conversation, call))
        : prepared.generate(conversation, call);
      answering.then(
        (answer) => this.#answered(call, answer),
        (error) => this.#failed(call, toFailure(error)),
      );
    } catch (error) {
      // A model of the application's own that throws at once.
      this.#failed(call, toFailure(error));
    }
  }

  #answered(call: CallOfModel, answer: ModelAnswer): void {
    call.forget();
    if (this.#core.trapped !== undefined) return;
    const watched = this.#watchedCalls.get(call.span);
    if (watched !== undefined) watched.said = saidIn(answer, call.offered);
    try {
      protocol.writeModelResult(this.#core.events, {
        run: call.run,
        effect: call.effect,
        attempt: call.attempt,
        finish: answer.finish,
        usage: answer.usage,
        parts: answer.parts,
      });
    } catch (error) {
      return this.#failed(call, new ModelFailure("malformed", `the model's answer is none: ${messageOf(error)}`, { cause: error }));
    }
    this.#schedule();
  }

  #failed(command: { run: number; effect: number; attempt: number }, failure: ModelFailure): void {
    this.#runs.get(command.run)?.forgetEffect(command.effect, command.attempt);
    this.#write(() =>
      protocol.writeEffectFailed(this.#core.events, {
        run: command.run,
        effect: command.effect,
        attempt: command.attempt,
        failure: failure.kind,
        message: failure.message,
        retryAfter: toWait(failure.retryAfter),
        usage: failure.usage ?? noUsage(),
      }),
    );
  }

  #callTool(command: protocol.CallToolCommand): void {
    const run = this.#runs.get(command.run);
    if (run === undefined) return;
    const { effect, attempt, name } = command;
    const agent = this.#agents[command.agent];
    if (run.watched) {
      this.#watchedCalls.set(command.span, { effect, tool: name });
      run.emit({ type: "tool-call", time: this.#time, agent: agent.name, effect, attempt, tool: name, arguments: command.arguments });
    }
    this.#telemetry.callTool(run, command, this.#time);
    const tool = agent.tools[command.tool];
    if (tool === undefined) return this.#failed(command, new ModelFailure("missing", `no code is registered for the tool "${name}" on this host`));
    const context = withSignal({
      idempotencyKey: `${run.id}/${effect}`,
      run: run.id,
      agent: agent.name,
      name,
      callId: command.id,
      [ofRun]: run,
      [ofEffect]: effect,
      [ofAttempt]: attempt,
    });
    const outcome = this.#telemetry.traces(run)
      ? this.#telemetry.within(run, command.span, () => tool.run(command.arguments, context))
      : tool.run(command.arguments, context);
    if (outcome instanceof Promise) outcome.then((settled) => this.#toolDone(run, command, settled));
    else this.#toolDone(run, command, outcome);
  }

  #toolDone(run: Run, command: protocol.CallToolCommand, outcome: { isError: boolean; text: string }): void {
    run.forgetEffect(command.effect, command.attempt);
    // Told at once, with its text; of what fails elsewhere the end of its span tells. A result that nobody waits for any more is not told.
    if (run.watched && this.#watchedCalls.delete(command.span)) {
      run.emit({
        type: "tool-end",
        time: this.#now(),
        agent: this.#name(command.agent),
        effect: command.effect,
        tool: command.name,
        text: outcome.text,
        isError: outcome.isError,
      });
    }
    this.#write(() =>
      protocol.writeToolResult(this.#core.events, {
        run: command.run,
        effect: command.effect,
        attempt: command.attempt,
        isError: outcome.isError,
        text: outcome.text,
      }),
    );
  }

  #askApproval(command: protocol.AskApprovalCommand): void {
    const run = this.#runs.get(command.run);
    if (run === undefined) return;
    const { effect, name, expires } = command;
    const request: ApprovalRequest = { run: run.id, agent: this.#name(command.agent), tool: name, arguments: command.arguments, expires };
    run.emit({ type: "approval-needed", time: this.#time, agent: request.agent, effect, tool: name, arguments: command.arguments, expires });
    if (this.#approve === undefined) return;
    const settle = (decision: ApprovalDecision) => {
      const { approved, reason } = typeof decision === "boolean" ? { approved: decision, reason: "" } : decision;
      this.approve(run, effect, approved, reason ?? "");
    };
    // Who cannot say yes has said no.
    const failed = (error: unknown) => this.approve(run, effect, false, messageOf(error));
    try {
      const decision = this.#approve(request);
      if (decision instanceof Promise) decision.then(settle, failed);
      else settle(decision);
    } catch (error) {
      failed(error);
    }
  }

  #search(command: protocol.SearchCommand): void {
    const { collection, method, query, topK, filters } = command;
    this.#useStore(
      command,
      async (store, signal) => {
        const found = await store.search({ collection, method, query, topK, signal, ...(filters !== "" && { filters: JSON.parse(filters) }) });
        return toJson(found);
      },
      (documents, { run, effect, attempt }) => protocol.writeSearchResult(this.#core.events, { run, effect, attempt, documents }),
    );
  }

  #index(command: protocol.IndexCommand): void {
    this.#useStore(
      command,
      (store, signal) => store.index({ collection: command.collection, documents: toDocuments(command.documents), signal }),
      (count, { run, effect, attempt }) => protocol.writeIndexResult(this.#core.events, { run, effect, attempt, count }),
    );
  }

  #useStore<T>(
    command: protocol.SearchCommand | protocol.IndexCommand,
    use: (store: DocumentStore, signal: AbortSignal) => Promise<T>,
    answer: (outcome: T, command: { run: number; effect: number; attempt: number }) => void,
  ): void {
    const run = this.#runs.get(command.run);
    if (run === undefined) return;
    const { effect, attempt } = command;
    if (run.watched) this.#attempts.add(command.span);
    this.#telemetry.search(run, command, this.#time);
    const failed = (error: unknown) => this.#failed(command, toFailure(error));
    const done = (outcome: T) => {
      run.forgetEffect(effect, attempt);
      this.#write(() => answer(outcome, command));
    };
    try {
      const store = (this.#stores as SearchStores).find(command.store);
      use(store, run.signal(effect, attempt)).then(done, failed);
    } catch (error) {
      failed(error);
    }
  }

  #callAgent(command: protocol.CallAgentCommand): void {
    const run = this.#runs.get(command.run);
    if (run === undefined) return;
    const { effect, attempt, sender } = command;
    if (run.watched) this.#attempts.add(command.span);
    const agent = this.#agents[command.agent];
    const custom = this.#custom[agent.role];
    const done = (text: string) => {
      run.forgetEffect(effect, attempt);
      this.#write(() => protocol.writeAgentResult(this.#core.events, { run: command.run, effect, attempt, text: String(text) }));
    };
    const failed = (error: unknown) => this.#failed(command, toFailure(error));
    const context = withSignal({
      idempotencyKey: `${run.id}/${effect}`,
      run: run.id,
      agent: agent.name,
      sender,
      [ofRun]: run,
      [ofEffect]: effect,
      [ofAttempt]: attempt,
    });
    try {
      const answer = custom.run(command.text, context);
      if (typeof answer === "string") done(answer);
      else answer.then(done, failed);
    } catch (error) {
      failed(error);
    }
  }
}

const REFUSED = protocol.COMMAND_TYPES.indexOf("refused");
const STARTED = protocol.COMMAND_TYPES.indexOf("started");
const REPLAYED = protocol.COMMAND_TYPES.indexOf("replayed");
const APPEND = protocol.COMMAND_TYPES.indexOf("append");
/** The words at which it says whether it is a barrier, and where its record is. */
const APPEND_BARRIER = 4;
const APPEND_RECORD = 5;
const SPAN_START = protocol.COMMAND_TYPES.indexOf("span-start");
const SPAN_END = protocol.COMMAND_TYPES.indexOf("span-end");

const none: readonly PendingStart[] = [];

const settled = Promise.resolve();

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

/** What a model is told of a call, and what is kept until it has answered. */
class CallOfModel implements ModelCall {
  readonly run: number;
  readonly scope: Run;
  readonly effect: number;
  readonly attempt: number;
  readonly span: number;
  readonly idempotencyKey: string;
  readonly noTools: boolean;
  readonly offered: readonly ToolDeclaration[] | undefined;
  readonly schema: Record<string, unknown> | undefined;

  constructor(run: Run, { effect, attempt, span, noTools, offered, schema }: protocol.CallModelCommand) {
    this.run = run.handle;
    this.scope = run;
    this.effect = effect;
    this.attempt = attempt;
    this.span = span;
    this.idempotencyKey = `${run.id}/${effect}`;
    this.noTools = noTools;
    this.offered = offered.length === 0 ? undefined : offered.map(toDeclaration);
    this.schema = schema === "" ? undefined : JSON.parse(schema);
  }

  /** Made when somebody looks at it, which an immediate model never does. */
  get signal(): AbortSignal {
    return this.scope.signal(this.effect, this.attempt);
  }

  forget(): void {
    this.scope.forgetEffect(this.effect, this.attempt);
  }
}

/** What an answer says, and which of the core's own tools it calls; undefined if that is nothing. Calls of an agent's tools are told apart. */
function saidIn({ parts }: ModelAnswer, offered: readonly ToolDeclaration[] | undefined): string | undefined {
  const isOffered = (name: string) => offered?.some((tool) => tool.name === name) === true;
  const said = parts.flatMap(({ kind, text, name }) => {
    if (kind === "text") return [text];
    return kind === "tool-call" && isOffered(name) ? [`${name}(${text === "{}" ? "" : text})`] : [];
  });
  return said.length === 0 ? undefined : said.join("");
}

function toDeclaration({ name, description, parameters }: protocol.OfferedTool): ToolDeclaration {
  return { name, description, inputSchema: parameters === "" ? { type: "object", properties: {} } : JSON.parse(parameters) };
}

const ofRun = Symbol("run");
const ofEffect = Symbol("effect");
const ofAttempt = Symbol("attempt");

interface OfAttempt {
  [ofRun]: Run;
  [ofEffect]: number;
  [ofAttempt]: number;
}

const signal = {
  enumerable: true,
  configurable: true,
  get(this: OfAttempt): AbortSignal {
    return this[ofRun].signal(this[ofEffect], this[ofAttempt]);
  },
};

/**
 * The same for code of the application: the signal is a property of the context's own, so that a copy has it too. One getter serves all,
 * because a literal with a getter in it is slow.
 */
function withSignal<T extends OfAttempt>(context: T): T & { signal: AbortSignal } {
  return Object.defineProperty(context, "signal", signal) as T & { signal: AbortSignal };
}

/** Milliseconds as the core takes them; what is no such number is none. */
function toWait(wait: number | undefined): number | undefined {
  return wait !== undefined && wait >= 0 && wait <= Number.MAX_SAFE_INTEGER ? Math.ceil(wait) : undefined;
}

function toFailure(error: unknown): ModelFailure {
  if (error instanceof ModelFailure) return error;
  const kind = AixletError.isInstance(error) ? "missing" : "failed";
  return new ModelFailure(kind, messageOf(error), { cause: error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
