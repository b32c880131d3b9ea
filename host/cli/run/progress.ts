import type { RunEvent } from "../../run-events.ts";
import { showDuration } from "../duration.ts";

/** What an agent is doing. */
export interface Activity {
  agent: string;
  state: "working" | "thinking" | "retrying";
  /** Milliseconds since 1970. */
  since: number;
  model: string;
  /** Why it tries again, and when. */
  note: string;
}

/** A call of a tool that has not come back. */
export interface ToolCall {
  effect: number;
  agent: string;
  tool: string;
  arguments: string;
  since: number;
}

/** Where a run is, made of its events alone. */
export class Progress {
  readonly started: number;
  /** Milliseconds, once it is over. */
  elapsed = 0;
  /** Set as soon as a model that only stands in for a real one has been called: from then on everything may be made up. */
  label: string | undefined;
  messages = 0;
  modelCalls = 0;
  toolCalls = 0;
  inputTokens = 0;
  outputTokens = 0;
  /** The call of a tool that came back last. */
  returned: ToolCall | undefined;
  readonly #activities = new Map<string, Activity>();
  readonly #tools = new Map<number, ToolCall>();

  constructor(started: number) {
    this.started = started;
  }

  /** Agents at work, those that began first in front. */
  get activities(): Activity[] {
    return [...this.#activities.values()];
  }

  get tools(): ToolCall[] {
    return [...this.#tools.values()];
  }

  apply(event: RunEvent): void {
    switch (event.type) {
      case "agent-start":
        this.#activities.set(event.agent, { agent: event.agent, state: "working", since: event.time, model: "", note: "" });
        break;
      case "agent-end":
        this.#forgetTools(event.agent);
        this.#activities.delete(event.agent);
        break;
      case "model-call":
        // Its tools have come back, or it would not be asking.
        this.#forgetTools(event.agent);
        this.modelCalls++;
        this.label ??= event.label;
        this.#set(event.agent, "thinking", event.time, event.model);
        break;
      case "model-end":
        this.inputTokens += event.usage?.input ?? 0;
        this.outputTokens += event.usage?.output ?? 0;
        this.#set(event.agent, "working", event.time);
        break;
      case "tool-call":
        this.toolCalls++;
        this.#tools.set(event.effect, { effect: event.effect, agent: event.agent, tool: event.tool, arguments: event.arguments, since: event.time });
        break;
      case "tool-end":
        this.returned = this.#tools.get(event.effect);
        this.#tools.delete(event.effect);
        break;
      case "message":
        this.messages++;
        break;
      case "notice":
        if (event.code === "retry") this.#set(event.agent, "retrying", event.time, undefined, event.text);
        break;
      case "finished":
        this.elapsed = event.time - this.started;
        this.#activities.clear();
        this.#tools.clear();
    }
  }

  /** Who and what has not come back, for people. */
  outstanding(now: number): string[] {
    const busy = new Set(this.tools.map(({ agent }) => agent));
    const agents = this.activities.filter(({ agent, state }) => state !== "working" || !busy.has(agent));
    return [
      ...agents.map((activity) => describeActivity(activity, now)),
      ...this.tools.map((call) => `${call.tool} was running for ${call.agent} (${showDuration(now - call.since)})`),
    ];
  }

  #set(agent: string, state: Activity["state"], since: number, model?: string, note = ""): void {
    const activity = this.#activities.get(agent);
    if (activity === undefined) return;
    activity.state = state;
    activity.since = since;
    activity.note = note;
    if (model !== undefined) activity.model = model;
  }

  #forgetTools(agent: string): void {
    for (const call of this.#tools.values()) if (call.agent === agent) this.#tools.delete(call.effect);
  }
}

function describeActivity({ agent, state, since, model, note }: Activity, now: number): string {
  const took = showDuration(now - since);
  if (state === "thinking") return `${agent} was thinking (${model}, ${took})`;
  if (state === "retrying") return `${agent} was waiting to try again (${note})`;
  return `${agent} was working (${took})`;
}
