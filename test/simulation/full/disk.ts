import { measure } from "../../../host/stores/journal-file.ts";
import type { Snapshot } from "../../../host/stores/store.ts";
import type { Choices } from "../../../host/simulate/choices.ts";
import { Violation } from "../../../host/simulate/violation.ts";

/** A run's journal on a disk. */
export interface Kept {
  header: Uint8Array;
  entries: Uint8Array[];
  /** So many of them survive a loss of power. */
  durable: number;
  /** What a write that was torn has left behind them. */
  torn: Uint8Array;
  epoch: number;
  snapshot: Snapshot | undefined;
}

/** What outlives processes: journals, of which the end may be lost with the power, and what is kept under hashes. */
export class Disk {
  readonly runs = new Map<string, Kept>();
  readonly blobs = new Map<string, Uint8Array>();
  /** Nothing more can be written. */
  full = false;
  epoch = 0;

  /** A process dies while it writes these: some of them are there whole, and the next one in part. */
  tear(run: string, entries: readonly Uint8Array[], choices: Choices): void {
    const kept = this.runs.get(run);
    if (kept === undefined || kept.torn.length > 0) return;
    const whole = choices.below(entries.length + 1);
    kept.entries.push(...entries.slice(0, whole));
    const next = entries[whole];
    if (next !== undefined) kept.torn = next.slice(0, choices.below(next.length));
  }

  /** The power goes: of what was not flushed any beginning is left. */
  losePower(choices: Choices): void {
    for (const kept of this.runs.values()) {
      const left = kept.durable + choices.below(kept.entries.length - kept.durable + 1);
      const next = kept.entries[left];
      kept.entries.length = left;
      kept.torn = next === undefined ? new Uint8Array() : next.slice(0, choices.below(next.length));
    }
    this.full = false;
  }

  /** Somebody claims the run: what was torn is found, and cut off. */
  repair(kept: Kept): void {
    if (kept.torn.length === 0) return;
    const { entries } = measure(kept.torn, 0, kept.entries.length);
    if (entries !== 0) throw new Violation("journal-whole", `${kept.torn.length} bytes of a torn entry are taken for ${entries} whole ones`);
    kept.torn = new Uint8Array();
  }
}
