import { systemClock } from "../clock.ts";
import type { Core } from "../core/core.ts";
import { Driver } from "../driver/driver.ts";
import { EngineTrapped, EventRefused } from "../errors.ts";
import * as protocol from "../protocol/index.ts";
import type { Command, Event } from "../protocol/index.ts";
import { define } from "../seat.ts";
import { Telemetry } from "../telemetry.ts";
import { RunMissing } from "./errors.ts";
import { isBase, JournalReader } from "./journal-file.ts";
import { readHeader } from "./journal-header.ts";
import { openKept } from "./kept.ts";
import { eventsOf } from "./record-events.ts";
import type { Store } from "./store.ts";

/** A step of a run: what went in, and what came of it. */
export interface Step {
  step: number;
  /** Milliseconds since 1970. */
  time: number;
  events: Event[];
  commands: Command[];
}

/**
 * The steps of a stored run, each done again, on the engine and the definition that it was begun with.
 * @throws RunMissing, BadJournal, EventRefused where a step leads to something else, StoreFailed
 */
export async function* stepsOf(store: Store, run: string): AsyncGenerator<Step> {
  const header = await store.header(run);
  if (header === undefined) throw new RunMissing(run);
  const { core, loading } = await openKept(store, readHeader(header));
  const { definition } = define(new Driver(core, systemClock, new Telemetry("aixlet")), loading, false).defined;
  const reader = new JournalReader(header);
  let handle = 0;
  for await (const chunk of store.read(run)) {
    for (const record of reader.records(chunk)) {
      const step = doAgain(core, record, handle, definition);
      handle = step.handle;
      if (!isBase(record)) yield step;
    }
  }
}

function doAgain(core: Core, record: Uint8Array, run: number, definition: number): Step & { handle: number } {
  protocol.writeReplay(core.events, { run, tag: 1, definition, record, show: true });
  const head = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const reader = core.step(Number(head.getBigUint64(16, true)));
  const commands: Command[] = [];
  let replayed: protocol.ReplayedCommand | undefined;
  while (reader.next()) {
    const command = protocol.readCommand(reader);
    if (command.type === "refused") throw new EventRefused(command.code, command.path, command.message);
    if (command.type === "replayed") replayed = command;
    else if (command.type !== "append" && command.type !== "checkpoint") commands.push(command);
  }
  if (replayed === undefined) throw new EngineTrapped(new Error("the core did not say what became of a record"));
  return { handle: replayed.run, step: replayed.step, time: Number(head.getBigUint64(16, true)), events: isBase(record) ? [] : eventsOf(record), commands };
}
