import type { Event } from "../../protocol/index.ts";
import { endOf } from "../../stores/end-entry.ts";
import { RunMissing } from "../../stores/errors.ts";
import { isBase, JournalReader } from "../../stores/journal-file.ts";
import { eventsOf } from "../../stores/record-events.ts";
import { toHex } from "../../stores/sha256.ts";
import type { Store } from "../../stores/store.ts";
import { DONE } from "../exit-codes.ts";
import { showDuration } from "../duration.ts";
import type { Io } from "../io.ts";
import { paintFor } from "../paint.ts";
import type { Parsed } from "../parse.ts";
import { oneLine, pad, shorten } from "../text.ts";
import { lineOfEvent } from "./lines.ts";
import { sizeOf, timeOf } from "./list.ts";

/** `aixlet runs show`: what went into the run, step by step. Every link is checked, and nothing is done again. */
export async function showRun(io: Io, parsed: Parsed, store: Store, run: string): Promise<number> {
  const header = await store.header(run);
  if (header === undefined) throw new RunMissing(run);
  const reader = new JournalReader(header);
  const steps: { step: number; time: number; barrier: boolean; bytes: number; cut: boolean; events: Event[] }[] = [];
  for await (const chunk of store.read(run)) {
    for (const record of reader.records(chunk)) {
      const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
      const time = Number(view.getBigUint64(16, true));
      const cut = isBase(record);
      const events = cut ? [] : eventsOf(record);
      steps.push({ step: reader.step, time, barrier: view.getUint16(6, true) === 1, bytes: record.length, cut, events });
    }
  }
  const entry = new Uint8Array([...(reader.end ?? []), ...new Uint8Array(8)]);
  const end = reader.end === undefined ? undefined : endOf(entry);
  const about = { ...reader.header, bytes: reader.offset, steps: steps.length, head: toHex(reader.head), end };
  if (parsed.has("json")) {
    io.stdout.write(`${JSON.stringify(about)}\n`);
    for (const step of steps) io.stdout.write(`${JSON.stringify(step)}\n`);
    return DONE;
  }
  const paint = paintFor(io.stdout, io.env, parsed.has("no-color"));
  const columns = io.stdout.isTTY === true ? (io.stdout.columns ?? 80) : Number.POSITIVE_INFINITY;
  const rows = [
    ["run", oneLine(about.run)],
    ["began", timeOf(about.created)],
    ["state", end === undefined ? "open" : `${end.stop}, ${timeOf(end.time)}`],
    ["journal", `${steps.length} steps, ${sizeOf(about.bytes)}`],
    ["engine", about.engine],
    ["definition", about.definition],
    ["chain", about.head],
  ];
  for (const [name, value] of rows) io.stdout.write(`${paint.dim(pad(name, 10))}  ${value}\n`);
  for (const { step, time, cut, events } of steps) {
    const lead = `${pad(`${step}`, 6)} ${pad(showDuration(time - about.created), 7)}  `;
    const lines = cut
      ? ["the journal was cut here: the run as it was after this step"]
      : events.length === 0
        ? ["its own timers and work"]
        : events.map(lineOfEvent);
    for (const [index, line] of lines.entries())
      io.stdout.write(`${paint.dim(index === 0 ? lead : " ".repeat(lead.length))}${shorten(line, columns - lead.length)}\n`);
  }
  return DONE;
}
