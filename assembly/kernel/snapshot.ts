import { Plan } from "../definition/plan";
import { hashBytes } from "../text/hash";
import { PAGE, Run, RunFlag, at } from "./run";
import { compareBytes } from "../text/slice";

// A saved run: its row from `used` on, and its pages end to end. docs/journal.md describes the bytes.
//
//   u32 "AIXS" | u32 version | u32 size | u32 bytes of the row | u64 digest of what follows | 32 bytes: the definition's hash | row | pages
//
// The digest is against damage by accident. Whoever makes a file on purpose can make its digest, too: so everything in it is verified
// before any of it is used.

const MAGIC: u32 = 0x53584941;
const VERSION: u32 = 1;
const HEAD: u32 = 24;
const HASH: u32 = 32;
const ROW: u32 = offsetof<Run>("used");
const ROW_BYTES: u32 = (offsetof<Run>() - ROW + 7) & ~7;
const BODY: u32 = HEAD + HASH + ROW_BYTES;

export const enum SnapshotFault {
  None,
  Format,
  Version,
  Size,
  Digest,
  Definition,
}

export function snapshotSize(run: Run): u32 {
  return (BODY + run.used + 7) & ~7;
}

/** Writes snapshotSize bytes, which must be zero at the end. */
export function writeSnapshot(run: Run, to: usize): void {
  const size = snapshotSize(run);
  store<u32>(to, MAGIC);
  store<u32>(to, VERSION, 4);
  store<u32>(to, size, 8);
  store<u32>(to, ROW_BYTES, 12);
  memory.copy(to + HEAD, run.plan.hash, HASH);
  // The row's last bytes may be padding, and the buffer has been used before.
  store<u64>(to + BODY - 8, 0);
  memory.copy(to + HEAD + HASH, changetype<usize>(run) + ROW, offsetof<Run>() - ROW);
  for (let ref: u32 = 0; ref < run.used; ref += PAGE) memory.copy(to + BODY + ref, run.pageAt(ref), min(PAGE, run.used - ref));
  store<u64>(to, hashBytes(0, to + HEAD, size - HEAD), 16);
}

/** Whether these bytes are a snapshot of a run of `plan`, on the outside. */
export function checkSnapshot(plan: Plan, from: usize, size: u32): SnapshotFault {
  if (size < BODY || load<u32>(from) != MAGIC) return SnapshotFault.Format;
  if (load<u32>(from, 4) != VERSION || load<u32>(from, 12) != ROW_BYTES) return SnapshotFault.Version;
  const used = load<u32>(from + HEAD + HASH);
  if (load<u32>(from, 8) != size || used < 8 || used > size - BODY || size - BODY - used >= 8) return SnapshotFault.Size;
  if (hashBytes(0, from + HEAD, size - HEAD) != load<u64>(from, 16)) return SnapshotFault.Digest;
  return compareBytes(from + HEAD, plan.hash, HASH) == 0 ? SnapshotFault.None : SnapshotFault.Definition;
}

/** Puts a checked snapshot into a new row. What is in it is not verified yet. */
export function readSnapshot(run: Run, from: usize): void {
  memory.copy(changetype<usize>(run) + ROW, from + HEAD + HASH, offsetof<Run>() - ROW);
  run.addSpan((run.used + PAGE - 1) / PAGE);
  for (let ref: u32 = 0; ref < run.used; ref += PAGE) memory.copy(run.pageAt(ref), from + BODY + ref, min(PAGE, run.used - ref));
  run.flags &= <u8>~RunFlag.Replaying;
}

/** The agents' table is found by address, which is this engine's own. */
export function resolveAgents(run: Run): void {
  if (run.agentCount) run.agentsAt = at(run, run.agents);
}
