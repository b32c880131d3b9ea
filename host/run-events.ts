import type { Counters, Level, StopReason, Usage } from "./protocol/index.ts";
import type { ModelUsage } from "./usage.ts";

/** What happens in a run, as it happens. `time` is milliseconds since 1970, the core's own clock. */
export type RunEvent =
  | { type: "agent-start"; time: number; agent: string }
  | { type: "agent-end"; time: number; agent: string; error?: string }
  | { type: "message"; time: number; from: string; to: string; text: string }
  | { type: "model-call"; time: number; agent: string; effect: number; attempt: number; model: string; label?: string }
  | ModelDeltaEvent
  | { type: "model-end"; time: number; agent: string; effect: number; usage?: Usage; text?: string; error?: string }
  | { type: "tool-call"; time: number; agent: string; effect: number; attempt: number; tool: string; arguments: string }
  | { type: "tool-end"; time: number; agent: string; effect: number; tool: string; text: string; isError: boolean }
  | { type: "approval-needed"; time: number; agent: string; effect: number; tool: string; arguments: string; hash: string; expires: number }
  | { type: "output"; time: number; agent: string; port: string; text: string }
  | { type: "log"; time: number; agent: string; level: Level; sender: string; text: string }
  | { type: "notice"; time: number; agent: string; level: Level; code: string; text: string }
  | ({ type: "finished"; time: number } & RunResult);

/**
 * A piece of a model's answer as it comes in, of runs begun with `stream`. An attempt that fails has said its pieces for nothing: those of the
 * next one begin anew. Pieces are outside core and journal.
 */
export interface ModelDeltaEvent {
  type: "model-delta";
  time: number;
  agent: string;
  effect: number;
  attempt: number;
  /** Of the pieces of this attempt, from 0 on. */
  sequence: number;
  kind: "text" | "reasoning" | "tool-input";
  text: string;
  /** Of a tool's input: the model's id of the call. */
  id?: string;
  /** Of a tool's input. */
  tool?: string;
}

/** A message that left the run. */
export interface RunOutput {
  agent: string;
  /** The port it left by, or empty. */
  port: string;
  text: string;
}

/** How a run ended. */
export interface RunResult {
  /** `done`, or why it stopped before. */
  stop: StopReason;
  /** The agent at which it stopped, or empty. */
  path: string;
  /** For people; empty if it is done. */
  message: string;
  /** The last message that left the run. */
  text: string;
  /** All of them, in order. */
  outputs: RunOutput[];
  counters: Counters;
  /** What it has used, by agent and model: only those that were called. */
  usage: ModelUsage[];
  /** Dollars, to the millionth, of all whose price is known. */
  cost: number;
  /** Set if a model only stood in for a real one: what the run says is made up. */
  label?: string;
}
