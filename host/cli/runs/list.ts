import { endOf } from "../../stores/end-entry.ts";
import { readHeader } from "../../stores/journal-header.ts";
import { isSession } from "../../sessions/session-log.ts";
import type { Store } from "../../stores/store.ts";
import { DONE } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { paintFor } from "../paint.ts";
import type { Parsed } from "../parse.ts";
import { oneLine, pad } from "../text.ts";

/** `aixlet runs list`: the newest first. */
export async function listRuns(io: Io, parsed: Parsed, store: Store): Promise<number> {
  const runs = [];
  for await (const { id, bytes, header, tail } of store.list()) {
    const { created, engine, definition } = readHeader(header);
    if (isSession(header)) continue;
    runs.push({ id, created, bytes, engine, definition, end: endOf(tail) });
  }
  runs.sort((left, right) => right.created - left.created || (left.id < right.id ? -1 : 1));
  if (parsed.has("json")) {
    for (const run of runs) io.stdout.write(`${JSON.stringify(run)}\n`);
    return DONE;
  }
  if (runs.length === 0) io.stderr.write("There are no runs in this store.\n");
  const paint = paintFor(io.stdout, io.env, parsed.has("no-color"));
  const rows = runs.map(({ id, created, bytes, end }) => ({
    id: oneLine(id),
    began: timeOf(created),
    state: end === undefined ? "open" : end.stop,
    bytes: sizeOf(bytes),
  }));
  const [wide, wider] = [Math.max(0, ...rows.map(({ id }) => id.length)), Math.max(0, ...rows.map(({ state }) => state.length))];
  for (const { id, began, state, bytes } of rows) {
    const shown = paint.colour(state === "done" ? "green" : state === "open" ? "yellow" : "red", pad(state, wider));
    io.stdout.write(`${pad(id, wide)}  ${shown}  ${paint.dim(began)}  ${bytes}\n`);
  }
  return DONE;
}

/** To the second, in the time of the world. */
export function timeOf(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ")}Z`;
}

export function sizeOf(bytes: number): string {
  return bytes < 10_000 ? `${bytes} B` : bytes < 10_000_000 ? `${Math.round(bytes / 1000)} kB` : `${Math.round(bytes / 1_000_000)} MB`;
}
