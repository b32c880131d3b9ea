import type { Changes } from "../driver/starts.ts";
import { BadUsage } from "../errors.ts";
import type { StartEvent } from "../protocol/index.ts";
import { isBase } from "./journal-file.ts";
import { eventsOf } from "./record-events.ts";

/** What a forked run does otherwise than the one that it comes from. */
export interface ForkChanges {
  /** What goes in; only of a fork at step 0. */
  input?: string;
  /** What its randomness comes from: a whole number below 2^53. */
  seed?: number;
  /** By agent: the model that it asks, in place of all its providers. */
  models?: Readonly<Record<string, string>>;
  /** By agent: its prompt, from its next task on. */
  prompts?: Readonly<Record<string, string>>;
  /**
   * By effect, as `aixlet runs show` and events number them: what it comes to, so that nobody is asked. Of a model the text of its answer, of a
   * tool its result, of a search a JSON list of documents.
   */
  results?: Readonly<Record<number, string | { text: string; isError: boolean }>>;
}

/** Where a run is forked, and how. */
export interface ForkOptions {
  /**
   * How many steps it has in common with the run that it comes from; 0: it begins anew. Default: with `results` as many as there are before the
   * first of those came, else all, but for the last one of a run that has ended.
   */
  at?: number;
  changes?: ForkChanges;
  /** The new run's name, for ever: 1 to 64 bytes. Default: a new one. */
  id?: string;
  /** `new`: it goes on with the engine that is installed now, if that comes to the same commands so far. Default: `own`. */
  engine?: "own" | "new";
}

/** Where a run of these records is forked. @throws BadUsage */
export function forkPoint(records: readonly Uint8Array[], ended: boolean, { at, changes = {} }: ForkOptions): number {
  const [first, steps] = [stepOf(records[0]), stepOf(records[records.length - 1])];
  const least = isBase(records[0]) ? first : 0;
  const last = ended ? steps - 1 : steps;
  const point = at ?? (Object.keys(changes.results ?? {}).length === 0 ? last : beforeResults(records, changes));
  if (!Number.isSafeInteger(point) || point < least || point > steps) throw new BadUsage(`A fork has ${least} to ${last} steps of this run, and not ${point}.`);
  if (point > last) throw new BadUsage(`The run ends with step ${steps}: a fork has at most ${last} of its steps.`);
  if (point > 0 && changes.input !== undefined)
    throw new BadUsage(`The input goes in with the first step: a fork with another one is at step 0, and not ${point}.`);
  return point;
}

/** How many steps there are before the first of the effects that are changed had its result. */
function beforeResults(records: readonly Uint8Array[], { results = {} }: ForkChanges): number {
  const wanted = new Set(Object.keys(results).map(Number));
  const hasResult = (record: Uint8Array) =>
    eventsOf(record).some((event) => (RESULTS as readonly string[]).includes(event.type) && "effect" in event && wanted.has(event.effect));
  const came = records.find((record) => !isBase(record) && hasResult(record));
  // Nobody has answered yet: they are under way where the journal ends, or nowhere.
  return came === undefined ? stepOf(records[records.length - 1]) : stepOf(came) - 1;
}

/** The records of a run up to a step. */
export function firstSteps(records: readonly Uint8Array[], step: number): Uint8Array[] {
  return records.filter((record) => stepOf(record) <= step);
}

function stepOf(record: Uint8Array): number {
  return new DataView(record.buffer, record.byteOffset, record.byteLength).getUint32(8, true);
}

const RESULTS = ["model-result", "tool-result", "agent-result", "search-result", "index-result", "effect-failed"] as const;

/** The changes as the core takes them. */
export function changesOf({ seed, models = {}, prompts = {}, results = {} }: ForkChanges): Changes {
  const agents = [...new Set([...Object.keys(models), ...Object.keys(prompts)])];
  return {
    seed,
    amendments: agents.map((agent) => ({ agent, prompt: Object.hasOwn(prompts, agent) ? prompts[agent] : undefined, model: models[agent] ?? "" })),
    results: Object.entries(results).map(([effect, result]) => {
      const { text, isError } = typeof result === "string" ? { text: result, isError: false } : result;
      return { effect: Number(effect), text, isError };
    }),
  };
}

/** The start of a run that begins anew. */
export function startOf(first: Uint8Array, { input, seed }: ForkChanges): Omit<StartEvent, "type"> {
  const [start] = isBase(first) ? [] : eventsOf(first);
  if (start?.type !== "start") throw new BadUsage("The run's journal does not begin with its start: it can be forked where it is known, and not at step 0.");
  return { ...start, ...(seed !== undefined && { seed }), ...(input !== undefined && { input, hasInput: true }) };
}
