import type { CallModelCommand, CallToolCommand, Event, FailureKind, Part, Usage } from "../protocol/index.ts";
import type { Chore } from "./effects.ts";
import type { Choices } from "./choices.ts";
import type { Fault } from "./faults.ts";
import { type Schema, valueFor } from "./values.ts";

// What a world says to what it is asked. Models follow the schema that they are given, or call tools with arguments that fit, or say something;
// where faults are on, they do not always.

/** A tool as an agent has it. */
export interface ToolOfAgent {
  name: string;
  schema: Schema | undefined;
  once: boolean;
}

const MODEL_FAILURES: readonly FailureKind[] = ["server-error", "rate-limit", "network", "timeout", "authentication", "content-filter", "failed"];
const TOOL_FAILURES: readonly FailureKind[] = ["failed", "network", "timeout", "server-error", "missing"];

const schemas = new Map<string, Schema>();

/** A schema, read once. */
export function schemaOf(text: string): Schema {
  let schema = schemas.get(text);
  if (schema === undefined) {
    if (schemas.size > 5000) schemas.clear();
    schemas.set(text, (schema = JSON.parse(text) as Schema));
  }
  return schema;
}

const part: Part = { role: "assistant", kind: "text", text: "", id: "", name: "", metadata: "" };

/** The answer to a call of a model. */
export function modelAnswer(call: CallModelCommand, tools: readonly ToolOfAgent[], choices: Choices, faults: ReadonlySet<Fault>): Event {
  const { run, effect, attempt } = call;
  const usage: Usage = { input: choices.between(1, 20), output: choices.between(1, 10), cachedRead: 0, cachedWrite: 0, reasoning: 0 };
  if (faults.has("model-failure") && choices.once(10)) return failed(call, choices.pick(MODEL_FAILURES), usage, choices);
  const bad = faults.has("malformed") && choices.once(7);
  if (bad && choices.once(4)) return { type: "model-result", run, effect, attempt, finish: choices.pick(ODD_FINISHES), usage, parts: [] };
  const named = call.noTools ? [] : tools;
  if (named.length + call.offered.length > 0 && choices.once(3)) {
    const parts = toolCalls(call, named, choices, bad);
    return { type: "model-result", run, effect, attempt, finish: "tool-calls", usage, parts };
  }
  let text: string;
  if (call.schema !== "") text = JSON.stringify(valueFor(schemaOf(call.schema), choices));
  else text = choices.pick(SAYINGS);
  if (bad) text = spoil(text, choices);
  return { type: "model-result", run, effect, attempt, finish: "stop", usage, parts: [{ ...part, text }] };
}

const ODD_FINISHES = ["length", "content-filter", "other", "stop"] as const;

const SAYINGS = [
  "yes",
  "no",
  "It is so.",
  '{"score":0.7,"category":"x","confidence":0.8}',
  "done",
  "continue",
  '["one","two","three"]',
  "score: 8/10",
  "HANDOFF:m1",
  "@m0 go on",
  '{"handoff_to":"m1","score":0.2}',
  "first\n\nsecond",
  "Naïve – 🙂",
];

function toolCalls({ offered }: CallModelCommand, tools: readonly ToolOfAgent[], choices: Choices, bad: boolean): Part[] {
  const parts: Part[] = [];
  const most = choices.between(1, 3);
  for (let i = 0; i < most; i++) {
    const which = choices.below(tools.length + offered.length);
    const tool = which < tools.length ? tools[which] : undefined;
    const name = tool?.name ?? offered[which - tools.length].name;
    const schema = tool === undefined ? textSchema(offered[which - tools.length].parameters) : tool.schema;
    let text = JSON.stringify(valueFor(schema ?? { type: "object" }, choices));
    if (bad && choices.once(2)) text = spoil(text, choices);
    // Some providers give calls no id, or the same id again.
    const id = bad && choices.once(3) ? choices.pick(["", "c"]) : `c${i}`;
    parts.push({ ...part, kind: "tool-call", id, name: bad && choices.once(4) ? "nobody" : name, text });
  }
  if (choices.once(4)) parts.unshift({ ...part, text: "Let me see." });
  return parts;
}

function textSchema(text: string): Schema | undefined {
  return text === "" ? undefined : schemaOf(text);
}

/** Something near it that it is not. */
function spoil(text: string, choices: Choices): string {
  switch (choices.below(5)) {
    case 0:
      return "I do not know.";
    case 1:
      return text.slice(0, text.length >> 1);
    case 2:
      return `Here it is:\n\`\`\`json\n${text}\n\`\`\`\nAnything else?`;
    case 3:
      return "";
    default:
      return '{"wrong":[1,{"deep":null}]}';
  }
}

function failed({ run, effect, attempt }: { run: number; effect: number; attempt: number }, failure: FailureKind, usage: Usage, choices: Choices): Event {
  const retryAfter = failure === "rate-limit" && choices.once(2) ? choices.below(500) : undefined;
  return { type: "effect-failed", run, effect, attempt, failure, message: failure, retryAfter, usage };
}

const noUsage: Usage = { input: 0, output: 0, cachedRead: 0, cachedWrite: 0, reasoning: 0 };

/** What becomes of a call of a tool. */
export function toolAnswer(call: CallToolCommand, choices: Choices, faults: ReadonlySet<Fault>): Event {
  const { run, effect, attempt } = call;
  if (faults.has("tool-failure") && choices.once(8)) return failed(call, choices.pick(TOOL_FAILURES), noUsage, choices);
  return { type: "tool-result", run, effect, attempt, isError: faults.has("tool-failure") && choices.once(6), text: `result ${effect}` };
}

/** A failure of what is neither model nor tool, if there is to be one. */
export function otherFailure(call: { run: number; effect: number; attempt: number }, choices: Choices, faults: ReadonlySet<Fault>): Event | undefined {
  return faults.has("tool-failure") && choices.once(10) ? failed(call, choices.pick(TOOL_FAILURES), noUsage, choices) : undefined;
}

/** What a store finds: documents, none, or, if it is broken, something else. */
export function documents(choices: Choices, bad: boolean): string {
  if (bad && choices.once(4)) return '"none"';
  const found = Array.from({ length: choices.below(4) }, (_, index) => ({
    id: `d${index}`,
    text: `${choices.pick(["Stars", "Ships", "Sugar"])} and document ${index}.`,
    score: 1 - index / 4,
    metadata: {},
  }));
  return JSON.stringify(found);
}

/** A table that nobody has: four bytes of text are a token. */
const TABLE = "5".repeat(64);

/** Tokens that are counted, and sessions, of which this world keeps none. */
export function choreAnswer(command: Chore): Event {
  const { run, effect, attempt } = command;
  if (command.type === "count-tokens")
    return { type: "counted", run, effect, attempt, table: TABLE, counts: command.texts.map((text) => ({ tokens: (text.length + 3) >> 2 })) };
  if (command.type === "recall") return { type: "recalled", run, effect, attempt, user: command.user, checkpointed: 0, turns: [] };
  return { type: "remembered", run, effect, attempt };
}

/** What host code as an agent said, or that it failed for good. */
export function answerOfAgent({ run, effect, attempt }: { run: number; effect: number; attempt: number }, text: string | undefined): Event {
  if (text !== undefined) return { type: "agent-result", run, effect, attempt, text };
  return { type: "effect-failed", run, effect, attempt, failure: "authentication", message: "broken", retryAfter: undefined, usage: noUsage };
}
