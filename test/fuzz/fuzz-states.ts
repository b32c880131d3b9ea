import type { Event } from "../../host/protocol/index.ts";
import { encode, FrameDoor, type Step } from "../doors/door.ts";
import { type Played, play } from "../doors/play.ts";
import { SCRIPTS } from "../doors/scripts.ts";
import type { Random } from "./random.ts";
import type { Attempt } from "./watched.ts";

/** What came of the saved runs that somebody had changed. */
export interface FuzzedStates {
  refused: number;
  restored: number;
  /** Bytes of the largest core there was. */
  memory: number;
}

/** A run as it was saved at one of its steps. */
interface Saved {
  /** What a core is to be told first: its definition. */
  defined: Event[][];
  now: number;
  state: Uint8Array;
  /** The last step that is in it. */
  steps: number;
  /** What happened to the run after that. */
  rest: Event[][];
}

const HEAD = 24;
const TELLING = [0, 1, 2, 7, 8, 16, 24, 40, 64, 255, 256, 4095, 4096, 65_535, 65_536, 0x3f_ffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fff8, 0xffff_ffff];

/**
 * Restores runs whose states were changed by somebody who knows how to make a digest. They are refused, or they run: into whatever end, but
 * never into a trap, into a loop without end, or into all of the memory.
 */
export function fuzzStates(module: WebAssembly.Module, random: Random, rounds: number, attempt: Attempt): FuzzedStates {
  const found: FuzzedStates = { refused: 0, restored: 0, memory: 0 };
  const saved = SCRIPTS.flatMap((script) => save(module, script));
  for (; rounds > 0; rounds--) {
    const { defined, now, state, steps, rest } = random.pick(saved);
    const forged = forge(state, random);
    const story: [number, Event[]][] = defined.map((events) => [now, events]);
    // As a snapshot, or as the record that a journal begins with where it was cut.
    const isBase = random.once(3);
    const given: Event = isBase
      ? { type: "replay", run: 0, tag: 9, definition: 1, record: baseOf(forged, steps, random), show: random.once(2) }
      : { type: "restore", tag: 9, definition: 1, state: forged, paused: random.once(4) };
    story.push([now, [given]]);
    const core = new FrameDoor(module);
    const step = (at: number, events: Event[]): Step => {
      story.push([at, events]);
      attempt.tell(story.map(([time, each]) => encode(time, each)));
      return core.step(at, events);
    };
    for (const events of defined) core.step(now, events);
    let last = step(now, story.pop()![1]);
    const started = last.commands.find(({ type }) => type === "started" || type === "replayed");
    if (started?.type !== "started" && started?.type !== "replayed") {
      found.refused++;
      continue;
    }
    found.restored++;
    if (isBase || (given.type === "restore" && given.paused)) last = step(now, [{ type: "resume", run: started.run }]);
    let time = now;
    for (let i = 0; i < rest.length + 12; i++) {
      const events = (rest[i] ?? []).map((event) => ("run" in event ? { ...event, run: started.run } : event));
      time = last.more ? time : Math.min(2 ** 53 - 1, random.once(2) || last.wake === undefined ? time + random.below(5000) : Math.max(time, last.wake));
      last = step(time, last.more ? [] : events);
    }
    step(time, [{ type: "save", run: started.run }]);
    step(time, [{ type: "drop", run: started.run }]);
    found.memory = Math.max(found.memory, core.memory.buffer.byteLength);
  }
  return found;
}

/** A script's run, saved after each of its steps. */
function save(module: WebAssembly.Module, script: (typeof SCRIPTS)[number]): Saved[] {
  const core = new FrameDoor(module);
  const saved: { step: number; state: Uint8Array; steps: number; now: number }[] = [];
  let run = 0;
  let step = 0;
  const played: Played[] = play(
    {
      step(now, events) {
        const answer = core.step(now, events);
        for (const command of answer.commands) if (command.type === "started") run = command.run;
        step++;
        if (run !== 0)
          for (const command of core.step(now, [{ type: "save", run }]).commands)
            if (command.type === "saved") saved.push({ step, state: command.state, steps: command.step, now });
        return answer;
      },
    },
    script,
  );
  const events = played.map((each) => each.events);
  const begun = events.findIndex((each) => each.some(({ type }) => type === "start"));
  return saved.map(({ step, state, steps, now }) => ({ defined: events.slice(0, begun), now, state, steps, rest: events.slice(step) }));
}

/** The record of a cut, of the step that the snapshot is of, or of another one. */
function baseOf(state: Uint8Array, steps: number, random: Random): Uint8Array {
  const record = new Uint8Array(32 + state.length);
  const view = new DataView(record.buffer);
  view.setUint32(0, random.once(50) ? random.pick(TELLING) : record.length, true);
  view.setUint16(4, random.once(50) ? 2 : 1, true);
  view.setUint16(6, 2, true);
  record.set(state, 32);
  view.setBigUint64(8, BigInt(random.once(20) ? random.below(9) : steps), true);
  return record;
}

function forge(state: Uint8Array, random: Random): Uint8Array {
  const forged = state.slice();
  const view = new DataView(forged.buffer);
  // The definition's hash stays: without it nothing else is looked at.
  const first = HEAD + 32;
  const place = () => first + random.below((forged.length - first) >> 2) * 4;
  for (let times = random.below(4); times >= 0; times--) {
    const at = place();
    const kind = random.below(5);
    if (kind === 0) view.setUint32(at, random.pick(TELLING), true);
    else if (kind === 1) view.setUint32(at, view.getUint32(place(), true), true);
    else if (kind === 2) view.setUint32(at, view.getUint32(at, true) + random.below(65) - 32, true);
    else if (kind === 3) view.setUint8(at + random.below(4), random.next());
    else view.setUint32(at, random.below(forged.length), true);
  }
  view.setBigUint64(16, xxh64(forged.subarray(HEAD)), true);
  return forged;
}

const MASK = (1n << 64n) - 1n;
const [P1, P2, P3, P4] = [0x9e3779b185ebca87n, 0xc2b2ae3d27d4eb4fn, 0x165667b19e3779f9n, 0x85ebca77c2b2ae63n];
const turn = (value: bigint, by: bigint) => ((value << by) | (value >> (64n - by))) & MASK;
const round = (lane: bigint, word: bigint) => (turn((lane + word * P2) & MASK, 31n) * P1) & MASK;

/** The digest of a saved state: XXH64 of whole words. */
function xxh64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const lanes = [(P1 + P2) & MASK, P2, 0n, -P1 & MASK];
  let at = 0;
  for (; at + 32 <= bytes.length; at += 32) for (let i = 0; i < 4; i++) lanes[i] = round(lanes[i], view.getBigUint64(at + 8 * i, true));
  let hash = [1n, 7n, 12n, 18n].reduce((sum, by, i) => (sum + turn(lanes[i], by)) & MASK, 0n);
  for (const lane of lanes) hash = ((hash ^ round(0n, lane)) * P1 + P4) & MASK;
  hash = (hash + BigInt(bytes.length)) & MASK;
  for (; at < bytes.length; at += 8) hash = (turn(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * P1 + P4) & MASK;
  hash = ((hash ^ (hash >> 33n)) * P2) & MASK;
  hash = ((hash ^ (hash >> 29n)) * P3) & MASK;
  return hash ^ (hash >> 32n);
}
