import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Event } from "../../host/protocol/index.ts";
import { ROOT } from "../../tools/generate.ts";
import { decode, decodeEvents, encode, FrameDoor, type Step } from "../doors/door.ts";
import { play } from "../doors/play.ts";
import { SCRIPTS } from "../doors/scripts.ts";
import { damage } from "./damage.ts";
import { anyEvent, oddEvent } from "./odd-events.ts";
import type { Random } from "./random.ts";
import type { Attempt } from "./watched.ts";

/** What came of the frames that were thrown at cores. */
export interface FuzzedFrames {
  /** No frames, as the core said. */
  bad: number;
  /** Frames whose every event was refused. */
  refused: number;
  /** Frames that a core took, in part at least. */
  taken: number;
  /** Bytes of memory that refused frames made a core grow by, at most. */
  growth: number;
}

/** A run in frames: what went in, byte for byte, and what has to come out. */
interface Recorded {
  name: string;
  frames: Uint8Array[];
  answers: Uint8Array[];
  /** The step in which the run was started. */
  started: number;
}

/** A frame as long as the longest that is thrown, so that the room for it is not taken for growth. */
const WIDE = 1 << 17;

/** Refusals of records and states that were well-formed, and came to nothing in a run of their own. */
const OPENS = ["diverged", "bad-state"];

/**
 * Throws frames at cores in which a run is under way, between any two of its steps. What a core refuses must leave no trace: the run's next
 * answer is the same, byte for byte. What it takes may change the run, so the next frame meets a fresh core, brought to the same place.
 */
export function fuzzFrames(module: WebAssembly.Module, random: Random, rounds: number, attempt: Attempt): FuzzedFrames {
  const runs = SCRIPTS.map((script) => record(module, script));
  const found: FuzzedFrames = { bad: 0, refused: 0, taken: 0, growth: 0 };
  const corpus = [...vectors(), ...runs.flatMap(({ frames }) => frames), ...derived(runs)].filter(({ length }) => length < 20_000);
  const events = corpus.flatMap(decodeEvents);
  let core = new Life(module, attempt);
  try {
    while (rounds > 0) {
      const run = random.pick(runs);
      core = replayed(module, attempt, run, 0);
      for (let step = 0; step < run.frames.length && rounds > 0; step++) {
        const bytes = core.memory.buffer.byteLength;
        for (let tries = random.below(12); tries > 0 && rounds > 0; tries--, rounds--) {
          const frame = makeFrame(run, step, corpus, events, random);
          const verdict = judge(frame, core.pass(frame), run, step);
          found[verdict]++;
          if (verdict !== "taken") {
            found.growth = Math.max(found.growth, core.memory.buffer.byteLength - bytes);
            continue;
          }
          // Nobody knows what it is to do now, but it still has to answer.
          for (let more = random.below(8); more > 0; more--) {
            const next = random.once(3) ? run.frames[Math.min(step + more, run.frames.length - 1)] : makeFrame(run, step, corpus, events, random);
            decode(core.pass(next));
          }
          core = replayed(module, attempt, run, step);
        }
        if (!isSame(run, step, core.pass(run.frames[step])))
          throw new Error(`${run.name}: step ${step} came to something else than without what was refused before it`);
      }
    }
  } catch (error) {
    core.tell(error as Error);
    throw error;
  }
  return found;
}

/** A core, and all that it was ever given. */
class Life extends FrameDoor {
  readonly #module: WebAssembly.Module;
  readonly #attempt: Attempt;
  readonly #passed: Uint8Array[] = [];

  constructor(module: WebAssembly.Module, attempt: Attempt) {
    super(module);
    this.#module = module;
    this.#attempt = attempt;
  }

  override pass(frame: Uint8Array): Uint8Array {
    this.#passed.push(frame);
    this.#attempt.show(frame);
    return super.pass(frame);
  }

  /** Writes down the frames that led to an error; if it is a trap, no more of them than are needed. */
  tell(error: Error): void {
    let frames = this.#passed;
    if (error instanceof WebAssembly.RuntimeError) {
      for (let i = frames.length - 1; i >= 0; i--) {
        const fewer = frames.filter((_, at) => at !== i);
        if (this.#traps(fewer)) frames = fewer;
      }
    }
    this.#attempt.tell(frames);
  }

  #traps(frames: readonly Uint8Array[]): boolean {
    const core = new FrameDoor(this.#module);
    try {
      for (const frame of frames) core.pass(frame);
      return false;
    } catch {
      return true;
    }
  }
}

function record(module: WebAssembly.Module, script: (typeof SCRIPTS)[number]): Recorded {
  const core = new FrameDoor(module);
  core.pass(new Uint8Array(WIDE));
  const [frames, answers]: Uint8Array[][] = [[], []];
  play(
    {
      step(now, events) {
        const frame = encode(now, events);
        const answer = core.pass(frame);
        frames.push(frame);
        answers.push(answer);
        return decode(answer);
      },
    },
    script,
  );
  const started = frames.findIndex((frame) => decodeEvents(frame).some(({ type }) => type === "start"));
  return { name: script.name, frames, answers, started };
}

/** A core that has taken a run's first frames. */
function replayed(module: WebAssembly.Module, attempt: Attempt, run: Recorded, steps: number): Life {
  const core = new Life(module, attempt);
  core.pass(new Uint8Array(WIDE));
  for (let step = 0; step < steps; step++)
    if (!isSame(run, step, core.pass(run.frames[step]))) throw new Error(`${run.name}: step ${step} differs in a second core`);
  return core;
}

function isSame(run: Recorded, step: number, answer: Uint8Array): boolean {
  return Buffer.compare(answer, run.answers[step]) === 0;
}

function makeFrame(run: Recorded, step: number, corpus: readonly Uint8Array[], events: readonly Event[], random: Random): Uint8Array {
  const kind = random.below(10);
  if (kind === 0) return random.bytes(random.below(400));
  if (kind < 4) {
    // Well-formed, at the run's own time, and often about the run itself.
    const own = decodeEvents(run.frames[Math.min(step + random.below(2), run.frames.length - 1)]);
    const made = Array.from({ length: 1 + random.below(3) }, () =>
      random.once(6) ? anyEvent(random) : oddEvent(random.pick(own.length > 0 && random.once(2) ? own : events), random),
    );
    return encode(timeOf(run.frames[Math.max(0, step - 1)]), made);
  }
  const frame = damage(random.once(2) ? run.frames[step] : random.pick(corpus), corpus, random);
  if (frame.length >= 16 && random.once(2)) frame.set(run.frames[Math.max(0, step - 1)].subarray(8, 16), 8);
  return frame;
}

const timeOf = (frame: Uint8Array) =>
  new DataView(frame.buffer, frame.byteOffset).getUint32(8, true) + new DataView(frame.buffer, frame.byteOffset).getUint32(12, true) * 2 ** 32;

/** What the core made of a frame. @throws if its answer is no frame, or says too much of one that it refused */
function judge(frame: Uint8Array, answer: Uint8Array, run: Recorded, step: number): "bad" | "refused" | "taken" {
  const { commands, wake, more } = decode(answer);
  const before: Step = step === 0 ? { commands: [], wake: undefined, more: false } : decode(run.answers[step - 1]);
  const [first] = commands;
  if (first?.type === "refused" && first.code === "bad-frame") {
    if (commands.length !== 1 || first.tag !== 0 || first.run !== 0) throw new Error("a bad frame came to more than its refusal");
    const place = Number(first.message.match(/at byte (\d+)$/)?.[1]);
    if (!(place <= frame.length)) throw new Error(`the fault is told at byte ${place} of ${frame.length}`);
    if (wake !== before.wake || more !== before.more) throw new Error("a bad frame changed what the core waits for");
    return "bad";
  }
  const events = decodeEvents(frame);
  for (const command of commands)
    if (command.type === "refused" && command.event >= events.length) throw new Error(`event ${command.event} of ${events.length} was refused`);
  // Time goes on, whatever came of the events.
  if (timeOf(frame) > (step === 0 ? 0 : timeOf(run.frames[step - 1]))) return "taken";
  if (commands.length !== events.length || wake !== before.wake || more !== before.more) return "taken";
  for (const command of commands) {
    if (command.type === "refused") {
      // A run was opened to replay or to be restored: the next one has another handle.
      if (OPENS.includes(command.code) && step <= run.started) return "taken";
    } else if (command.type !== "problems" || events.some(({ type }) => type === "variables")) return "taken";
    // A definition that waits for its variables waits no longer when they come, even if it is then refused.
  }
  return "refused";
}

/** One frame for each kind of event, as small, as ordinary and as large as it gets. */
function vectors(): Uint8Array[] {
  const { frames } = JSON.parse(readFileSync(join(ROOT, "test/vectors/protocol.json"), "utf8")) as { frames: { of: string; hex: string }[] };
  return frames.filter(({ of }) => of === "events").map(({ hex }) => Uint8Array.from(Buffer.from(hex, "hex")));
}

/** What is made of runs: their journals, record by record, and their saved states. */
function derived(runs: readonly Recorded[]): Uint8Array[] {
  return runs.flatMap(({ answers, frames }) =>
    answers
      .flatMap((answer) => decode(answer).commands)
      .flatMap((command) => {
        const now = timeOf(frames[0]);
        if (command.type === "append") return [encode(now, [{ type: "replay", run: 0, tag: 5, definition: 1, record: command.record, show: false }])];
        if (command.type === "saved") return [encode(now, [{ type: "restore", tag: 6, definition: 1, state: command.state, paused: false }])];
        return [];
      }),
  );
}
