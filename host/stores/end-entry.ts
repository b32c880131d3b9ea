import { STOP_REASONS, type StopReason } from "../protocol/types.ts";
import { LINK } from "./chain.ts";

// The last record of a finished run's journal, which the host writes together with the run's last step. Replays pass over it: it tells,
// without a replay, that and how the run has ended.
//
//    0  u32  size: 56     4  u16  version: 1      6  u16  flags: bit 15 alone
//    8  u64  steps       16  u64  time           24  u64  0
//   32  u64  time        40  u32  steps          44  u32  stop reason     48  u32  size     52  u32  "AIXE"
//
// Behind it stands its link, as behind all records. It can be found from behind.

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
const FOOT = 24;
const SIZE = 32 + FOOT;

export function writeEnd({ stop, steps, time }: RunEnd): Uint8Array {
  const bytes = new Uint8Array(SIZE);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, SIZE, true);
  view.setUint16(4, 1, true);
  view.setUint16(6, END_FLAGS, true);
  view.setBigUint64(8, BigInt(steps), true);
  view.setBigUint64(16, BigInt(time), true);
  const foot = SIZE - FOOT;
  view.setBigUint64(foot, BigInt(time), true);
  view.setUint32(foot + 8, steps, true);
  view.setUint32(foot + 12, STOP_REASONS.indexOf(stop), true);
  view.setUint32(foot + 16, SIZE, true);
  view.setUint32(foot + 20, MAGIC, true);
  return bytes;
}

/** Whether a record is the end's. */
export function isEnd(record: Uint8Array): boolean {
  return record.length === SIZE && record[6] === 0 && record[7] === END_FLAGS >>> 8;
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
