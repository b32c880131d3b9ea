import type { RunEvent, RunResult } from "../../run-events.ts";
import type { Talk } from "./talk.ts";

/** Shows a chat to somebody. */
export interface ChatView {
  begin(talk: Talk): void;
  /** A message goes in, as the run of this id. */
  say(text: string, run: string): void;
  event(event: RunEvent): void;
  /** A run has come to its end. */
  end(result: RunResult): void;
  /** What a slash command comes to, or what went wrong: lines for people. */
  note(lines: readonly string[], colour?: "red" | "yellow"): void;
}
