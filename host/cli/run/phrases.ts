import type { Problem } from "../../errors.ts";
import type { RunEvent, RunResult } from "../../run-events.ts";
import { showDollars } from "../../money.ts";
import type { Colour } from "../paint.ts";
import { plural } from "../plural.ts";
import type { RunInfo } from "./view.ts";

// What both views say of a run, without colours and places.

/** One line of the transcript: about whom, and what. */
export interface Phrase {
  /** Words and names of agents in turn. */
  subject: readonly (string | { agent: string })[];
  text: string;
  colour?: Colour;
}

const levelColours: Record<string, Colour | undefined> = { error: "red", warn: "yellow", debug: "gray" };

/** What an event says to people, or undefined if it is only of use to programs. */
export function phraseOf(event: RunEvent): Phrase | undefined {
  switch (event.type) {
    case "message":
      // A producer's tick is not a message to anybody: what it makes of it is, and comes next.
      if (event.from === "" && event.text.startsWith('{"seq":')) return undefined;
      return { subject: [event.from === "" ? "input" : { agent: event.from }, " → ", { agent: event.to }], text: event.text };
    case "model-end":
      return event.text === undefined ? undefined : { subject: [{ agent: event.agent }], text: event.text };
    case "tool-end":
      return {
        subject: [event.tool, " ⇒ ", { agent: event.agent }],
        text: event.isError ? `failed: ${event.text}` : event.text,
        colour: event.isError ? "red" : undefined,
      };
    case "log":
      return { subject: [{ agent: event.agent }], text: event.text, colour: levelColours[event.level] };
    case "notice":
      return { subject: [event.agent === "" ? "run" : { agent: event.agent }], text: event.text, colour: levelColours[event.level] ?? "gray" };
    default:
      return undefined;
  }
}

export function subjectOf({ subject }: Phrase, paint: (agent: string) => string = (agent) => agent): string {
  return subject.map((part) => (typeof part === "string" ? part : paint(part.agent))).join("");
}

const ends: Partial<Record<RunResult["stop"], string>> = {
  done: "done",
  budget: "budget reached",
  limit: "limit reached",
  deadline: "deadline reached",
  cancelled: "stopped",
  "no-progress": "no progress",
  "no-route": "nowhere to go",
  "bad-decision": "a decision that cannot be followed",
};

/** `failed at writer: the model says no` */
export function describeEnd({ stop, path, message }: RunResult): string {
  let text = ends[stop] ?? stop;
  if (stop === "done" || stop === "cancelled") return text;
  if (path !== "") text += ` at ${path}`;
  return message === "" ? text : `${text}: ${message}`;
}

export function describeStopping(outstanding: readonly string[]): string {
  return outstanding.length === 0 ? "Stopping. Nothing was outstanding." : "Stopping; Ctrl-C again ends at once. What was outstanding:";
}

/** The arguments of a call as people write them: `from: Oslo, to: Lisbon`. */
export function describeArguments(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return json;
    return Object.entries(value)
      .map(([key, one]) => `${key}: ${typeof one === "string" ? one : JSON.stringify(one)}`)
      .join(", ");
  } catch {
    return json;
  }
}

/** `3 messages · 2 model calls · 180 tokens (172 in, 8 out)` */
export function describeResult({ counters, usage, cost, label }: RunResult, messages: number): string {
  const { modelCalls, toolCalls, inputTokens, outputTokens } = counters;
  const parts = messages > 0 || modelCalls === 0 ? [plural(messages, "message")] : [];
  if (modelCalls > 0) parts.push(plural(modelCalls, "model call"));
  if (toolCalls > 0) parts.push(plural(toolCalls, "tool call"));
  if (inputTokens + outputTokens > 0) parts.push(`${plural(inputTokens + outputTokens, "token")} (${inputTokens} in, ${outputTokens} out)`);
  // What was made up has cost nothing.
  if (modelCalls > 0 && label === undefined) parts.push(...describeCost(usage, cost));
  return parts.join(" · ");
}

/** `$0.0042`, and which models are not in it. */
function describeCost(usage: RunResult["usage"], cost: number): string[] {
  const unpriced = [...new Set(usage.filter((each) => each.cost === undefined).map(({ model }) => model))];
  const known = usage.some((each) => each.cost !== undefined);
  const parts = known ? [showDollars(cost)] : [];
  if (unpriced.length > 0) parts.push(`${known ? "and " : ""}${unpriced.join(", ")}: price not known`);
  return parts;
}

const MOST_WARNINGS = 4;

/** Warnings, a few of them, with the way to see all; and what goes without saying only once one knows it. */
export function remarksOn(info: RunInfo, describe: (problem: Problem) => string): string[] {
  const lines = info.warnings.slice(0, MOST_WARNINGS).map(describe);
  const more = info.warnings.length - MOST_WARNINGS;
  if (more > 0) lines.push(`... and ${plural(more, "more warning")}: aixlet validate ${info.name.replaceAll(" + ", " ")}`);
  if (info.warnings.some(({ code }) => code === "no-handler")) lines.push("Tools get their code from a JavaScript module: --tools FILE");
  if (info.endless) lines.push("It has producers, and runs until Ctrl-C; --for 10s ends it by itself.");
  return lines;
}
