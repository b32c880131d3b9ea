/** A part of a turn, as models and tools said it. */
export interface SessionPart {
  role: "user" | "assistant" | "tool";
  /** Default: `text`. */
  kind?: "text" | "reasoning" | "tool-call" | "tool-result" | "tool-error";
  /** Text; of a tool call its arguments as JSON; of a result what the model was shown. */
  text?: string;
  /** Of a call and its result: the model's own id of the call. */
  id?: string;
  /** Of a call and its result: the tool's name. */
  name?: string;
  /** What the provider wants back as it was. */
  metadata?: string;
}

/** What an agent heard and said until it had answered. */
export interface SessionTurn {
  /** The agent's name; `@` and a path: of a group of agents that share what they say. */
  agent: string;
  parts: readonly SessionPart[];
  /** When it was kept: milliseconds since 1970. */
  time: number;
  /** What it was kept under; the same key is kept once. */
  key: string;
}

/** A moment that a session can be brought back to. */
export interface SessionCheckpoint {
  /** Of all that was in the session then: SHA-256, 64 hexadecimal digits. */
  sha256: string;
  /** Milliseconds since 1970. */
  time: number;
  /** Turns that there were. */
  turns: number;
}

/** A conversation that outlives runs. */
export interface Session {
  id: string;
  /** Whose it is, or empty. */
  user: string;
  /** Milliseconds since 1970. */
  created: number;
  updated: number;
  /** Who has said something, in the order of their first turns. */
  agents: readonly string[];
  turns: readonly SessionTurn[];
  /** Oldest first. */
  checkpoints: readonly SessionCheckpoint[];
}
