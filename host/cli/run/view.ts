import type { Problem } from "../../errors.ts";
import type { Manifest } from "../../manifest.ts";
import type { RunEvent, RunResult } from "../../run-events.ts";

/** What is known of a run before it begins. */
export interface RunInfo {
  /** The files, as given. */
  name: string;
  id: string;
  manifest: Manifest;
  warnings: readonly Problem[];
  /** What is made up, and by whom: `scripted by team.script.yaml`; empty if the models are real. */
  standIn: string;
  /** The word for that: `scripted`, `echo`. */
  label: string | undefined;
  /** Nothing but Ctrl-C, or the definition's own limits, will end it. */
  endless: boolean;
}

/** Shows a run to somebody. */
export interface View {
  begin(info: RunInfo): void;
  event(event: RunEvent): void;
  /** It was told to stop, and this had not come back. */
  stopping(outstanding: readonly string[]): void;
  end(result: RunResult): void;
  /** Leaves the terminal as it was, whatever happened. */
  close(): void;
}
