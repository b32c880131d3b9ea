import { STOP_REASONS, type StopReason } from "../protocol/types.ts";
import type { RunResult } from "../run-events.ts";
import { LINK } from "./chain.ts";

// The last record of a finished run's journal, which the host writes together with the run's last step. Replays pass over it.
//
//    0  u32  size         4  u16  version: 1      6  u16  flags: bit 15 alone
//    8  u64  steps       16  u64  time           24  u64  0
//   32       the result as JSON, then blanks
//  -24  u64  time       -16  u32  steps         -12  u32  stop reason     -8  u32  size     -4  u32  "AIXE"
//
// Behind it stands its link, as behind all records. What is known of the end can be found from behind.

/** How a run ended, as the end of its journal tells it. */
export interface RunEnd {
  stop: StopReason;
  steps: number;
  /** Milliseconds since 1970. */
  time: number;
}

const MAGIC = 0x45584941;
/** The flags of the end's record. */
export const END_FLAGS = 0x8000;
const HEAD = 32;
const FOOT = 24;

export function writeEnd(result: RunResult, time: number): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(result));
  const size = HEAD + ((text.length + 7) & ~7) + FOOT;
  const bytes = new Uint8Array(size).fill(0x20, HEAD, size - FOOT);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, size, true);
  view.setUint16(4, 1, true);
  view.setUint16(6, END_FLAGS, true);
  view.setBigUint64(8, BigInt(result.counters.steps), true);
  view.setBigUint64(16, BigInt(time), true);
  bytes.set(text, HEAD);
  const foot = size - FOOT;
  view.setBigUint64(foot, BigInt(time), true);
  view.setUint32(foot + 8, result.counters.steps, true);
  view.setUint32(foot + 12, STOP_REASONS.indexOf(result.stop), true);
  view.setUint32(foot + 16, size, true);
  view.setUint32(foot + 20, MAGIC, true);
  return bytes;
}

/** Whether a record is the end's. */
export function isEnd(record: Uint8Array): boolean {
  return record.length >= HEAD + FOOT && record[6] === 0 && record[7] === END_FLAGS >>> 8;
}

/** The result that stands in it. @throws SyntaxError if it is damaged, or not ours */
export function readEnd(record: Uint8Array): RunResult {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(record.subarray(HEAD, record.length - FOOT));
  const result = JSON.parse(text) as RunResult;
  const sound =
    STOP_REASONS.includes(result?.stop) &&
    [result.path, result.message, result.text].every((field) => typeof field === "string") &&
    Array.isArray(result.outputs) &&
    typeof result.counters === "object";
  if (!sound) throw new SyntaxError("what stands at the journal's end is no result");
  return result;
}

/** How a run ended, by the last bytes of its journal; undefined if it has not. */
export function endOf(tail: Uint8Array): RunEnd | undefined {
  const foot = tail.length - LINK - FOOT;
  if (foot < 0) return undefined;
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  if (view.getUint32(foot + 20, true) !== MAGIC) return undefined;
  const stop = STOP_REASONS[view.getUint32(foot + 12, true)];
  if (stop === undefined) return undefined;
  return { stop, steps: view.getUint32(foot + 8, true), time: Number(view.getBigUint64(foot, true)) };
}

/** Whether an end's record ends there. */
export function endsWithFoot(view: DataView, end: number): boolean {
  return view.getUint32(end - 4, true) === MAGIC;
}
