import type { Clock } from "../clock.ts";
import type { Core } from "../core/core.ts";
import { EngineTrapped } from "../errors.ts";
import type { Command, FrameWriter } from "../protocol/index.ts";
import type { Run } from "../run.ts";
import { RunTable } from "../run-table.ts";
import type { Telemetry } from "../telemetry.ts";
import { Alarm } from "./alarm.ts";
import { Intake } from "./intake.ts";
import { CommandQueue } from "./queue.ts";
import { type Answer, Questions } from "./questions.ts";
import { Starts } from "./starts.ts";

/** Around the core: events in, commands out, each performed, until the core asks for no more. */
export class Loop {
  readonly core: Core;
  readonly telemetry: Telemetry;
  readonly runs = new RunTable();
  readonly questions = new Questions();
  readonly starts = new Starts(this.questions);
  readonly intake: Intake;
  readonly clock: Clock;
  readonly #queue: CommandQueue;
  readonly #alarm: Alarm;
  #scheduled = false;
  /** When the step under way began. */
  time = 0;

  constructor(core: Core, clock: Clock, telemetry: Telemetry, perform: (command: Command) => void) {
    this.core = core;
    this.clock = clock;
    this.telemetry = telemetry;
    this.#queue = new CommandQueue(perform);
    this.#alarm = new Alarm(clock, () => this.flush());
    this.intake = new Intake(this.runs, this.starts, this.#queue, telemetry);
  }

  /** Events that have been written are handed over when the present piece of work on this thread is done, or when all others have had their turn. */
  schedule(later = false): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    if (later) this.clock.setTimeout(this.#flushScheduled, 0);
    else settled.then(this.#flushScheduled);
  }

  readonly #flushScheduled = (): void => {
    if (this.#scheduled) this.flush();
  };

  /** Hands over what has been written, now. */
  flush(): void {
    this.starts.write(this.core.events);
    this.step();
  }

  /** Writes an event for the next step; one of a run that has ended is none. */
  write(write: (events: FrameWriter) => void, run?: Run): void {
    if (this.core.trapped !== undefined) return;
    if (run !== undefined) {
      if (run.finished) return;
      // A run gets its handle with its first step.
      if (run.handle === 0) this.flush();
      if (run.finished || run.handle === 0) return;
    }
    write(this.core.events);
    this.schedule();
  }

  /** Asks something that is answered at once, under this tag; gives the answer, if there is one. */
  ask(tag: number, write: (events: FrameWriter) => void): Answer | undefined {
    let answered: Answer | undefined;
    this.questions.open(tag, (answer) => (answered = answer));
    this.starts.write(this.core.events);
    write(this.core.events);
    this.step();
    this.questions.close(tag);
    return answered;
  }

  /** Hands the core what has happened, and does what it says, until it asks for no more. */
  step(): void {
    this.#scheduled = false;
    try {
      for (;;) {
        this.time = this.clock.now();
        const reader = this.core.step(this.time);
        const more = (reader.flags & 1) !== 0;
        const wake = reader.time;
        this.intake.read(reader, this.time);
        this.starts.settle();
        this.#queue.performAll();
        this.#alarm.set(wake);
        if (!more) return;
        if (this.core.events.count === 0) {
          // Much to do inside: let the others on this thread have their turn between two steps.
          this.schedule(true);
          return;
        }
      }
    } catch (error) {
      if (!(error instanceof EngineTrapped)) throw error;
      this.#poisoned(error);
    }
  }

  /** What had to wait is done now. */
  release(commands: readonly Command[], time: number): void {
    if (this.core.trapped !== undefined) return;
    for (const command of commands) this.#queue.add(command);
    if (this.intake.busy) return;
    this.time = time;
    this.#queue.performAll();
  }

  stop(): void {
    this.#alarm.stop();
  }

  #poisoned(error: EngineTrapped): void {
    this.#alarm.stop();
    for (const run of this.runs.all()) {
      this.telemetry.drop(run, this.time);
      run.fail(error);
    }
    for (const run of this.starts.clear()) run.fail(error);
    this.runs.clear();
  }
}

const settled = Promise.resolve();
