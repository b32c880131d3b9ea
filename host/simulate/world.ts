import type { FrameReader } from "../protocol/index.ts";
import * as protocol from "../protocol/index.ts";
import type { Allowance, Command, Event, FinishedCommand } from "../protocol/index.ts";
import { answerOfAgent, choreAnswer, documents, modelAnswer, otherFailure, toolAnswer } from "./answers.ts";
import type { Choices } from "./choices.ts";
import { type Call, EffectBook } from "./effects.ts";
import type { Fault } from "./faults.ts";
import { Messages } from "./messages.ts";
import { Spans } from "./spans.ts";
import type { Subject } from "./subject.ts";
import { Transcripts } from "./transcripts.ts";
import { Violation } from "./violation.ts";

/** What goes into a simulated run. */
export interface Setup {
  /** Milliseconds since 1970. */
  now: number;
  seed: number;
  /** The run's name. */
  id: string;
  input: string | undefined;
  /** What comes in later, and where to; empty: the only place. */
  more: readonly { to: string; text: string }[];
  endAfter: number;
  budget: Allowance;
  /** A run that makes more calls of models than that goes on without end, as far as anybody waits. Default: as many as it likes. */
  mostCalls?: number;
  /** What host code as an agent says to a text, undefined if it fails. Default: anything. */
  says?: (agent: string, text: string) => string | undefined;
}

/** What a run came to. */
export interface Outcome {
  finished: FinishedCommand;
  /** What it waited for that never came, until it was cancelled: calls, by who makes them. */
  waitedFor: readonly string[];
  /** It made more calls than it was to make, and was cancelled. */
  runaway: boolean;
  /** Attempts at calls of models. */
  calls: number;
  /** Who was told what, of agents whose answers were given. */
  told: readonly { agent: string; text: string }[];
  /** Milliseconds of the world's time. */
  time: number;
  steps: number;
  /** Bytes of its journal. */
  journal: number;
}

/** Who hears what happens in a world. */
export interface Listener {
  step(now: number, events: readonly Event[], commands: readonly Command[]): void;
  act(now: number, what: string): void;
}

interface Pending {
  at: number;
  event: Event;
}

/** What a world looks at again and again; a run that goes on longer than that never ends. */
const MOST_TURNS = 20_000;

const { min, max } = Math;

/**
 * One run of a definition in the real core, and a world around it that is all in one place: time, models, tools, people and stores. It
 * hands over what happens, one step at a time, answers what is asked, in the way that its faults have it, and looks at every command: what
 * may not be is a Violation.
 */
export class World {
  readonly #subject: Subject;
  readonly #choices: Choices;
  readonly #faults: ReadonlySet<Fault>;
  readonly #setup: Setup;
  readonly #listener: Listener | undefined;
  readonly #pending: Pending[] = [];
  readonly #effects = new EffectBook();
  readonly #transcripts = new Transcripts();
  readonly #spans = new Spans();
  readonly #messages: Messages | undefined;
  readonly #starting = new Set<number>();
  readonly #records: Uint8Array[] = [];
  readonly #events: Event[] = [];
  #heard: Command[] | undefined;
  #answer: Command | undefined;
  #now: number;
  #wake: number | undefined;
  #run = 0;
  #finished: FinishedCommand | undefined;
  #inputOpen: boolean;
  #cancelled = false;
  #waitedFor: readonly string[] = [];
  #runaway = false;
  readonly #told: { agent: string; text: string }[] = [];
  #moving = false;
  #steps = 0;
  #input = 0;
  #output = 0;
  /** What attempts used that nobody waited for any more. */
  readonly #late = { input: 0, output: 0 };
  /** What was counted before the present step. */
  #before = { input: 0, output: 0, late: 0 };

  constructor(subject: Subject, choices: Choices, faults: ReadonlySet<Fault>, setup: Setup, listener?: Listener) {
    this.#subject = subject;
    this.#choices = choices;
    this.#faults = faults;
    this.#setup = setup;
    this.#listener = listener;
    this.#now = setup.now;
    this.#inputOpen = !subject.hasFlow && setup.more.length > 0;
    this.#messages = subject.hasFlow ? undefined : new Messages();
  }

  /** Lives through the run. @throws Violation */
  live(): Outcome | undefined {
    if (!this.#begin()) return undefined;
    for (let turn = 0; this.#finished === undefined; turn++) {
      if (turn > MOST_TURNS) throw new Violation("ends", `the run is not over after ${MOST_TURNS} turns`);
      this.#act();
      if (this.#finished === undefined) this.#turn();
    }
    this.#end(this.#finished);
    this.#replay(true);
    return {
      finished: this.#finished,
      waitedFor: this.#waitedFor,
      runaway: this.#runaway,
      told: this.#told,
      calls: this.#effects.attempts["call-model"],
      time: this.#now - this.#setup.now,
      steps: this.#steps,
      journal: this.#records.reduce((sum, { length }) => sum + length, 0),
    };
  }

  /** What the world holds of the run when it is left half-way. */
  drop(): void {
    if (this.#run !== 0 && this.#finished === undefined && this.#subject.core.trapped === undefined) this.#ask({ type: "drop", run: this.#run });
  }

  #begin(): boolean {
    const { id, seed, input, endAfter, budget } = this.#setup;
    this.#events.push({
      type: "start",
      run: 0,
      tag: 1,
      definition: this.#subject.definition,
      id,
      seed,
      watch: true,
      closed: !this.#inputOpen,
      to: "",
      input: input ?? "",
      hasInput: input !== undefined,
      endAfter,
      budget,
      traceId: "",
      parentSpan: "",
      tenant: "",
      session: "",
      user: "",
    });
    for (const { to, text } of this.#subject.hasFlow ? [] : this.#setup.more) {
      const at = this.#faults.has("flood") ? 0 : this.#choices.below(40);
      this.#later(at, { type: "deliver", run: 0, to, text });
    }
    this.#step();
    return this.#run !== 0;
  }

  // ---- time ----

  #later(delay: number, event: Event): void {
    const at = this.#now + delay;
    let place = this.#pending.length;
    while (place > 0 && this.#pending[place - 1].at > at) place--;
    this.#pending.splice(place, 0, { at, event });
  }

  /** The next thing that happens. */
  #turn(): void {
    const next = this.#pending.length > 0 ? this.#pending[0].at : undefined;
    const wake = this.#wake;
    if (next === undefined && wake === undefined) return this.#rest();
    let at = max(this.#now, min(next ?? Number.POSITIVE_INFINITY, wake ?? Number.POSITIVE_INFINITY));
    if (this.#faults.has("clock") && this.#choices.once(6)) at += this.#choices.pick([1, 3, 40, 2000]);
    this.#now = at;
    while (this.#pending.length > 0 && this.#pending[0].at <= at) {
      const { event } = this.#pending.shift() as Pending;
      if ("run" in event) event.run = this.#run;
      this.#events.push(event);
      // Not always do those of one moment come in one step.
      if (this.#choices.once(4)) break;
    }
    this.#step();
  }

  /** Nothing will happen by itself. */
  #rest(): void {
    if (this.#inputOpen) {
      this.#inputOpen = false;
      this.#events.push({ type: "close", run: this.#run });
      return this.#step();
    }
    const waiting = this.#effects.open > 0 || this.#starting.size > 0;
    if (this.#cancelled)
      throw new Violation("ends", `the run was cancelled, and neither ends nor asks for time; open: ${this.#effects.waiting().join(", ") || "nothing"}`);
    if (!waiting) throw new Violation("stall-named", "nothing is outstanding, no time is asked for, and the run has not ended");
    this.#waitedFor = [...this.#effects.waiting(), ...[...this.#starting].map((agent) => `start-agent ${this.#nameOf(agent)}`)];
    this.#cancel("it waits for what never comes");
  }

  // ---- acts ----

  /** What somebody does at any moment. */
  #act(): void {
    const faults = this.#faults;
    const choices = this.#choices;
    if (this.#runaway && !this.#cancelled) return this.#cancel("it calls on and on");
    if (faults.has("cancel") && !this.#cancelled && choices.once(25)) return this.#cancel("enough");
    if (faults.has("restore") && choices.once(10)) return this.#restore();
    if (faults.has("crash") && choices.once(14)) return this.#crash();
    if (faults.has("forget") && choices.once(10)) this.#transcripts.forget();
    if (faults.has("clock") && choices.once(30)) {
      // The core takes the latest time that it has seen.
      this.#listener?.act(this.#now, "the clock goes back by an hour for one step");
      this.#step(this.#now - 3_600_000);
    }
  }

  #cancel(reason: string): void {
    this.#cancelled = true;
    this.#events.push({ type: "cancel", run: this.#run, reason });
    if (this.#choices.once(3)) this.#events.push({ type: "cancel", run: this.#run, reason: "again" });
    this.#step();
  }

  #restore(): void {
    const saved = this.#save(this.#run);
    this.#listener?.act(this.#now, `the run is saved, ${saved.length} bytes, dropped, and restored`);
    this.#ask({ type: "drop", run: this.#run });
    this.#goOn({ type: "restore", tag: 2, definition: this.#subject.definition, state: saved, paused: false });
  }

  #save(run: number): Uint8Array {
    const answer = this.#ask({ type: "save", run });
    if (answer?.type !== "saved") throw new Violation("same-bytes", `the run cannot be saved: ${describe(answer)}`);
    return answer.state;
  }

  #crash(): void {
    this.#listener?.act(this.#now, `the process dies; another one does ${this.#records.length} steps again, and goes on`);
    const before = this.#save(this.#run);
    this.#ask({ type: "drop", run: this.#run });
    this.#run = this.#replay(false);
    const after = this.#save(this.#run);
    if (!sameState(before, after))
      throw new Violation("same-bytes", `the state after ${this.#records.length} steps that were done again is another one than before`);
    this.#goOn({ type: "resume", run: this.#run });
  }

  /** Another host has the run now: what was asked of the one before is lost, or comes late. */
  #goOn(event: Event): void {
    this.#effects.moved();
    this.#transcripts.forget();
    const old = this.#pending.splice(0);
    for (const { at, event } of old) {
      if (event.type === "deliver" || this.#choices.once(6)) this.#pending.push({ at, event });
    }
    this.#starting.clear();
    this.#events.push(event);
    this.#moving = true;
    this.#run = event.type === "resume" ? this.#run : 0;
    this.#step();
    this.#moving = false;
    if (this.#run === 0) throw new Violation("same-bytes", `the run cannot be restored: ${describe(this.#answer)}`);
    this.#effects.settled();
  }

  /** Does the journal again. Gives the run, if it has not ended. */
  #replay(whole: boolean): number {
    let run = 0;
    let ended = false;
    for (let i = 0; i < this.#records.length; i++) {
      const answer = this.#ask({ type: "replay", run, tag: 3, definition: this.#subject.definition, record: this.#records[i], show: false });
      if (answer?.type !== "replayed") throw new Violation("same-bytes", `step ${i + 1} of ${this.#records.length}, done again: ${describe(answer)}`);
      run = answer.run;
      ended = answer.finished;
    }
    if (ended !== whole) throw new Violation("same-bytes", `done again, the run ${ended ? "ends" : "does not end"} with its journal`);
    return run;
  }

  // ---- steps ----

  /** One question that is answered at once, by its last command. */
  #ask(event: Event): Command | undefined {
    const { core } = this.#subject;
    protocol.writeEvent(core.events, event);
    const reader = core.step(this.#now);
    this.#wake = reader.time;
    let last: Command | undefined;
    while (reader.next()) last = protocol.readCommand(reader);
    return last;
  }

  /** Hands over what is to be handed over, and as many steps more as the core asks for. */
  #step(at = this.#now): void {
    const { core } = this.#subject;
    const events = this.#events;
    if (events.length > 0) this.#before = { input: this.#input, output: this.#output, late: this.#effects.late };
    for (let i = 0; i < events.length; i++) {
      this.#given(events[i]);
      protocol.writeEvent(core.events, events[i]);
    }
    for (let more = 0; ; more++) {
      if (more > MOST_TURNS) throw new Violation("ends", `the core asks for more than ${MOST_TURNS} steps without anything happening`);
      if (this.#listener !== undefined) this.#heard = [];
      const reader = core.step(at);
      this.#steps++;
      const again = (reader.flags & 1) !== 0;
      this.#wake = reader.time;
      this.#listen(reader);
      if (this.#heard !== undefined) this.#listener?.step(at, more === 0 ? events : [], this.#heard);
      if (!again) break;
    }
    events.length = 0;
    if (this.#finished === undefined) this.#resend();
  }

  readonly #unknown: number[] = [];

  #resend(): void {
    while (this.#unknown.length > 0) {
      const effect = this.#unknown.shift() as number;
      this.#effects.again(effect);
      this.#events.push({ type: "resend", run: this.#run, effect });
      this.#step();
    }
  }

  #listen(reader: FrameReader): void {
    while (reader.next()) {
      const command = protocol.readCommand(reader);
      this.#heard?.push(command);
      if ("run" in command && this.#run !== 0 && command.run !== this.#run && command.type !== "refused" && command.type !== "started")
        throw new Violation("apart", `${command.type} is for run ${command.run}, and only ${this.#run} lives`);
      if (this.#finished !== undefined && command.type !== "refused") throw new Violation("ends", `${command.type} comes after the run's end`);
      this.#command(command);
    }
  }

  /** What is handed over, in the books. */
  #given(event: Event): void {
    switch (event.type) {
      case "model-result":
      case "effect-failed": {
        const { input, output } = event.usage;
        const told = this.#effects.told(event.effect, event.attempt);
        const waited = this.#effects.settle(event.effect, event.attempt, event.type === "effect-failed");
        if (waited) {
          this.#input += input;
          this.#output += output;
        } else if (!told) {
          this.#late.input += input;
          this.#late.output += output;
        }
        return;
      }
      case "tool-result":
      case "agent-result":
      case "index-result":
      case "counted":
      case "recalled":
      case "remembered":
        this.#effects.settle(event.effect, event.attempt, false);
        return;
      case "search-result":
        // What is no list of documents is a failure.
        this.#effects.settle(event.effect, event.attempt, !event.documents.startsWith("["));
    }
  }

  #command(command: Command): void {
    switch (command.type) {
      case "append":
        this.#records.push(command.record);
        return;
      case "started":
        this.#run = command.run;
        return;
      case "refused":
        this.#answer = command;
        if (command.code === "unknown-run" || command.code === "bad-input" || command.code === "no-entry") return;
        if (this.#run === 0) return;
        throw new Violation("typed-errors", `${command.code} at ${command.path || "an event"}: ${command.message}`);
      case "call-model":
        if (!this.#transcripts.knows(command)) {
          this.#unknown.push(command.effect);
          this.#asked(command, false);
          return;
        }
        this.#transcripts.show(command);
        if (!this.#asked(command, false)) this.#mayCall(command.effect);
        return this.#answerLater(command, modelAnswer(command, this.#subject.tools[command.agent], this.#choices, this.#faults));
      case "call-tool":
        this.#asked(command, this.#subject.tools[command.agent][command.tool].once);
        return this.#answerLater(command, toolAnswer(command, this.#choices, this.#faults));
      case "call-agent": {
        const again = this.#asked(command, false);
        if (!again && this.#setup.says !== undefined) this.#told.push({ agent: this.#nameOf(command.agent), text: command.text });
        if (!again && command.attempt === 1) this.#messages?.taken(command.agent, command.sender, command.text);
        const { run, effect, attempt } = command;
        if (this.#setup.says !== undefined)
          return this.#answerLater(command, answerOfAgent(command, this.#setup.says(this.#nameOf(command.agent), command.text)));
        const text = this.#messages === undefined ? this.#choices.pick(AGENTS_SAY) : `from ${effect}`;
        return this.#answerLater(command, otherFailure(command, this.#choices, this.#faults) ?? { type: "agent-result", run, effect, attempt, text });
      }
      case "search": {
        this.#asked(command, false);
        const { run, effect, attempt } = command;
        const found = documents(this.#choices, this.#faults.has("tool-failure"));
        return this.#answerLater(
          command,
          otherFailure(command, this.#choices, this.#faults) ?? { type: "search-result", run, effect, attempt, documents: found },
        );
      }
      case "index": {
        this.#asked(command, false);
        const { run, effect, attempt } = command;
        return this.#answerLater(command, otherFailure(command, this.#choices, this.#faults) ?? { type: "index-result", run, effect, attempt, count: 1 });
      }
      case "count-tokens":
      case "recall":
      case "remember":
        this.#effects.ask(command, false);
        return this.#answerLater({ timeout: 0, ...command }, otherFailure(command, this.#choices, this.#faults) ?? choreAnswer(command));
      case "cancel-effect":
        this.#effects.cancel(command);
        return;
      case "start-agent":
        return this.#startAgent(command.agent);
      case "ask-approval":
        return this.#decide(command.effect, command.expires);
      case "span-start":
        return this.#spans.begin(command.span, command.parent, `${command.operation} ${command.name}`);
      case "span-end":
        return this.#spans.end(command.span, command.operation);
      case "message":
        return this.#messages?.sent(this.#nameOf(command.from), command.to, command.text);
      case "log":
        return this.#messages?.taken(command.agent, command.sender, command.text);
      case "notice":
        if (command.code === "hop-limit") this.#messages?.overHops();
        return;
      case "finished":
        this.#finished = command;
    }
  }

  #nameOf(agent: number): string {
    return this.#subject.manifest.agents[agent]?.name ?? "";
  }

  /** A call, in the books; whether it was asked for before. */
  #asked(call: Call, once: boolean): boolean {
    const again = this.#effects.isOpen(call.effect, call.attempt);
    this.#effects.ask(call, once);
    const what = `${call.type} ${call.effect}.${call.attempt}`;
    if (again) this.#spans.again(call.span, call.parent, what);
    else this.#spans.begin(call.span, call.parent, what);
    if (!again && this.#cancelled && !this.#moving) throw new Violation("cancel-begins-nothing", `${what} is made after the run was cancelled`);
    return again;
  }

  /** Budgets are bounds, and not advice. */
  #mayCall(effect: number): void {
    const calls = this.#effects.attempts["call-model"];
    if (calls > (this.#setup.mostCalls ?? Number.POSITIVE_INFINITY)) this.#runaway = true;
    for (const bound of [this.#setup.budget.calls, this.#subject.budget.calls])
      if (bound > 0 && calls > bound) throw new Violation("budget", `call-model ${effect} is call ${calls}, and the budget has ${bound}`);
    // What comes in one step with what leads to the call may count after it.
    const tokens = this.#before.input + this.#before.output;
    for (const bound of [this.#setup.budget.tokens, this.#subject.budget.tokens])
      if (bound > 0 && tokens >= bound) throw new Violation("budget", `call-model ${effect} is made when ${tokens} tokens of ${bound} are spent`);
  }

  /** The answer comes when it comes, once, twice or never. */
  #answerLater({ timeout }: { timeout: number }, event: Event): void {
    const choices = this.#choices;
    const faults = this.#faults;
    if (faults.has("lost") && choices.once(12)) return;
    let delay = faults.has("reorder") ? choices.below(60) : 5;
    if (faults.has("late") && choices.once(8)) delay += timeout > 0 && timeout < 1e7 ? timeout + choices.below(3) - 1 : choices.pick([100, 1000, 20_000]);
    this.#later(delay, event);
    if (faults.has("duplicate") && choices.once(8)) this.#later(delay + choices.pick([0, 1, 30]), { ...event });
  }

  #startAgent(agent: number): void {
    this.#starting.add(agent);
    const { run } = { run: this.#run };
    const delay = this.#faults.has("late") ? this.#choices.below(50) : 0;
    if (this.#faults.has("tool-failure") && this.#choices.once(25)) this.#later(delay, { type: "agent-failed", run, agent, message: "not today" });
    else this.#later(delay, { type: "agent-ready", run, agent });
  }

  #decide(effect: number, expires: number): void {
    const approved = !(this.#faults.has("denied") && this.#choices.once(2));
    const delay = this.#faults.has("denied") && this.#choices.once(4) ? expires - this.#now + this.#choices.below(3) - 1 : this.#choices.below(50);
    this.#later(max(0, delay), { type: "approval", run: this.#run, effect, approved, reason: approved ? "" : "no", hash: "", arguments: "" });
  }

  // ---- the end ----

  #end({ stop, counters }: FinishedCommand): void {
    this.#effects.end();
    this.#spans.finish();
    const { effects } = this.#effects;
    // Calls that a breaker or a person stopped are counted, too.
    between("model calls", counters.modelCalls, effects["call-model"], Number.POSITIVE_INFINITY);
    between("calls of tools", counters.toolCalls, effects["call-tool"], Number.POSITIVE_INFINITY);
    // What came in one step with the end may have come after it; what came late may have been assumed before.
    between("input tokens", counters.inputTokens, this.#before.input, this.#input + this.#late.input);
    between("output tokens", counters.outputTokens, this.#before.output, this.#output + this.#late.output);
    between("late answers", counters.late, this.#before.late, Number.POSITIVE_INFINITY);
    this.#messages?.end(counters, stop === "done");
  }
}

const AGENTS_SAY = ["fine", "no", "", '["a","b","c"]', '{"score":0.9,"category":"x"}', '{"score":0.3,"done":true}', "@m1 you"];

function between(what: string, counted: number, least: number, most: number): void {
  if (counted < least || counted > most)
    throw new Violation("counted", `${counted} ${what} are counted, and there were ${least === most ? least : `${least} to ${most}`}`);
}

/** Where a saved run's row begins, and in it the flags, of which one says that the run only replays. docs/journal.md */
const ROW = 56;
const FLAGS = ROW + 5;
const REPLAYING = 4;

/** Whether two states are the same, but for the word that one of them only replays. */
function sameState(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length || (a[FLAGS] | REPLAYING) !== (b[FLAGS] | REPLAYING)) return false;
  for (let i = ROW; i < a.length; i++) if (a[i] !== b[i] && i !== FLAGS) return false;
  return true;
}

function describe(command: Command | undefined): string {
  if (command === undefined) return "no answer";
  return command.type === "refused" ? `${command.code}: ${command.message}` : command.type;
}
