import { EventRefused } from "../errors.ts";
import * as protocol from "../protocol/index.ts";
import type { Command } from "../protocol/index.ts";
import type { Run } from "../run.ts";
import type { RunTable } from "../run-table.ts";
import type { RunLog } from "../stores/run-log.ts";
import type { Telemetry } from "../telemetry.ts";
import type { CommandQueue } from "./queue.ts";
import type { Starts } from "./starts.ts";

/**
 * The commands of a frame, read before any is done: doing them writes events, which may move the core's memory. What touches nothing but our own
 * books is done at once: runs become known, and records go from the core's memory straight into their journals.
 */
export class Intake {
  readonly #runs: RunTable;
  readonly #starts: Starts;
  readonly #queue: CommandQueue;
  readonly #telemetry: Telemetry;
  /** Journals that the step under way has added to. */
  #touched: RunLog[] = [];
  /** Runs that are made of snapshots in the step under way, by tag. */
  readonly restoring = new Map<number, Run>();
  /** The run that a journal's first record is being done again for. */
  adopting: Run | undefined;
  /** A frame is being read. */
  busy = false;

  constructor(runs: RunTable, starts: Starts, queue: CommandQueue, telemetry: Telemetry) {
    this.#runs = runs;
    this.#starts = starts;
    this.#queue = queue;
    this.#telemetry = telemetry;
  }

  read(reader: protocol.FrameReader, time: number): void {
    this.busy = true;
    while (reader.next()) {
      switch (reader.kind) {
        case APPEND:
          this.#append(reader);
          continue;
        case REPLAYED:
          if (this.adopting !== undefined) {
            this.adopting.handle = protocol.readReplayed(reader, reader.at).run;
            this.#runs.add(this.adopting);
          }
          break;
        case STARTED:
          this.#started(protocol.readStarted(reader, reader.at), time);
          continue;
        case REFUSED: {
          const refused = protocol.readRefused(reader, reader.at);
          if (!this.#refusedStart(refused)) this.#queue.add(refused);
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
      if (this.#touched.length === 0 || !this.#holds(command, time)) this.#queue.add(command);
    }
    for (let i = 0; i < this.#touched.length; i++) this.#touched[i].flush();
    if (this.#touched.length > 0) this.#touched = [];
    this.busy = false;
  }

  /** The run of a record that begins with one. */
  #runOf(reader: protocol.FrameReader): Run | undefined {
    return this.#runs.get(reader.u64(reader.peek(2), reader.peek(3)));
  }

  #append(reader: protocol.FrameReader): void {
    const barrier = (reader.peek(APPEND_BARRIER) & 1) !== 0;
    const { words, from, count } = reader.look(APPEND_RECORD);
    const run = this.#runOf(reader);
    const cut = (reader.peek(APPEND_CUT) & 1) !== 0;
    if (run?.log === undefined) {
      if (cut) run?.journal.cut();
      run?.journal.append(words, from, count);
    } else {
      if (cut) run.log.cut(words, from, count);
      else run.log.append(words, from, count, barrier);
      this.#touched.push(run.log);
    }
  }

  #started({ tag, run: handle }: protocol.StartedCommand, time: number): void {
    const run = this.restoring.get(tag) ?? this.#starts.find(tag);
    if (run === undefined) return;
    this.restoring.delete(tag);
    // One that was done again is known.
    if (run.handle !== handle) {
      run.handle = handle;
      this.#runs.add(run);
    }
    if (!run.replaying) this.#telemetry.begin(run, time);
  }

  #refusedStart({ tag, code, path, message }: protocol.RefusedCommand): boolean {
    const run = this.#starts.find(tag);
    run?.fail(new EventRefused(code, path, message));
    return run !== undefined;
  }

  /** Whether a command waits until its run's journal is durable. */
  #holds(command: Command, time: number): boolean {
    if (!("run" in command) || command.type === "refused" || command.type === "replayed" || command.type === "saved") return false;
    const log = this.#runs.get(command.run)?.log;
    if (log === undefined) return false;
    if (command.type === "finished") log.end(command.stop, command.counters.steps, time);
    if (!log.holds) return false;
    log.hold(command, time);
    return true;
  }
}

const REFUSED = protocol.COMMAND_TYPES.indexOf("refused");
const STARTED = protocol.COMMAND_TYPES.indexOf("started");
const REPLAYED = protocol.COMMAND_TYPES.indexOf("replayed");
const APPEND = protocol.COMMAND_TYPES.indexOf("append");
/** The words at which it says whether it is a barrier, and where its record is. */
const APPEND_BARRIER = 4;
const APPEND_RECORD = 5;
const APPEND_CUT = 7;
const SPAN_START = protocol.COMMAND_TYPES.indexOf("span-start");
const SPAN_END = protocol.COMMAND_TYPES.indexOf("span-end");
