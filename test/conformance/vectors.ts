import { createHash } from "node:crypto";
import type { FrameCore, Step } from "../engine/frame-core.ts";
import { event } from "../engine/events.ts";
import { compare, play, replay, type Scenario, ScenarioFailed } from "./runner.ts";

// Scenarios as bytes: what goes into a core, and what has to come out. A host in any language plays them without knowing what they are about.
// Little-endian; `text` and `bytes` are a u32 and so many bytes.
//
//   file      u32 "AIXV" | u16 version: 1 | u16 0 | u32 number of scenarios | u32 0 | the scenarios
//   scenario  text name | text definition | u32 number of steps | the steps
//   step      u8 0                                       a fresh core from here on
//             u8 1 | bytes events | bytes commands       the frame that goes in, and the one that comes out
//             u8 2 | bytes events | 32 bytes             the same, of a long answer the SHA-256: a `save`, whose answer is the run's whole state
//             u8 3                                       every byte of the core's memory becomes 0xfb: what a bug of its own might do
//             u8 4 | bytes events                        the core traps; after that the host does not enter it, whatever it is given

/** The format's first four bytes. */
export const MAGIC = 0x56584941;
const VERSION = 1;

export type VectorStep =
  | { kind: "fresh" }
  | { kind: "ruin" }
  | { kind: "frame"; input: Uint8Array; output: Uint8Array }
  | { kind: "state"; input: Uint8Array; hash: Uint8Array }
  | { kind: "trap"; input: Uint8Array };

export interface Vector {
  name: string;
  /** YAML, which the first frame after the first fresh core defines; empty if it defines nothing. */
  definition: string;
  steps: VectorStep[];
  /** What the core did otherwise than the scenario says. */
  failure?: string;
}

/**
 * A scenario's frames: played with the state of every run saved after each step, and each run's journal replayed.
 * @throws ScenarioFailed if saving changes what it says
 */
export async function makeVector(name: string, scenario: Scenario): Promise<Vector> {
  const steps: VectorStep[] = [{ kind: "fresh" }];
  const live = new Set<number>();
  let now = 0;
  const record = (core: FrameCore, step: Step, saves: boolean): void => {
    steps.push({ kind: "frame", input: step.input, output: step.frame });
    now = Number(new DataView(step.input.buffer, step.input.byteOffset).getBigUint64(8, true));
    for (const command of step.commands) {
      if (command.type === "started") live.add(command.run);
      else if (command.type === "finished") live.delete(command.run);
    }
    // While there is more to do, a step that saves would do some of it.
    if (step.more || !saves) return;
    for (const run of live) {
      const saved = core.step(now, [event("save", { run })]);
      steps.push({ kind: "state", input: saved.input, hash: createHash("sha256").update(saved.frame).digest() });
    }
  };
  const played = await play(scenario, (core, step) => record(core, step, true));
  const plain = await play(scenario);
  const failure = failureOf(() => compare(scenario, plain));
  for (const [index, frame] of plain.frames.entries()) {
    if (!Buffer.from(frame).equals(played.frames[index]))
      throw new ScenarioFailed(`${name}: frame ${index + 1} has other bytes if states are saved in between`);
  }
  for (const [id, records] of played.journals) {
    steps.push({ kind: "fresh" });
    await replay(scenario, id, records, played.finished.has(id), (core, step) => record(core, step, false));
  }
  return { name, definition: scenario.definition, steps, ...(failure !== undefined && { failure }) };
}

function failureOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof ScenarioFailed) return error.message;
    throw error;
  }
}

/** The file of vectors. */
export function writeVectors(vectors: readonly Vector[]): Uint8Array {
  const parts: Uint8Array[] = [u32(MAGIC), u32(VERSION), u32(vectors.length), u32(0)];
  const bytes = (value: Uint8Array) => parts.push(u32(value.length), value);
  for (const { name, definition, steps } of vectors) {
    bytes(Buffer.from(name));
    bytes(Buffer.from(definition));
    parts.push(u32(steps.length));
    for (const step of steps) {
      parts.push(Uint8Array.of(KINDS.indexOf(step.kind)));
      if ("input" in step) bytes(step.input);
      if ("output" in step) bytes(step.output);
      if ("hash" in step) parts.push(step.hash);
    }
  }
  return Buffer.concat(parts);
}

/** Reads it again, scenario by scenario. @throws RangeError for what is no such file */
export function* readVectors(file: Uint8Array): Generator<Vector> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (view.getUint32(0, true) !== MAGIC || view.getUint16(4, true) !== VERSION) throw new RangeError("no vectors of version 1");
  let at = 16;
  const take = (length: number) => file.subarray(at, (at += length));
  const number = () => view.getUint32((at += 4) - 4, true);
  const bytes = () => take(number());
  for (let left = view.getUint32(8, true); left > 0; left--) {
    const name = Buffer.from(bytes()).toString();
    const definition = Buffer.from(bytes()).toString();
    const steps: VectorStep[] = [];
    for (let count = number(); count > 0; count--) {
      const kind = KINDS[take(1)[0]];
      if (kind === undefined) throw new RangeError(`no step at byte ${at - 1}`);
      if (kind === "fresh" || kind === "ruin") steps.push({ kind });
      else if (kind === "frame") steps.push({ kind, input: bytes(), output: bytes() });
      else if (kind === "state") steps.push({ kind, input: bytes(), hash: take(32) });
      else steps.push({ kind, input: bytes() });
    }
    yield { name, definition, steps };
  }
}

const KINDS: readonly VectorStep["kind"][] = ["fresh", "frame", "state", "ruin", "trap"];

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
