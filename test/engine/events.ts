import type { Event, Part, Usage } from "../../host/protocol/index.ts";

// Events with everything filled in that a test does not say. test/conformance/README.md lists the same values for all languages.

type Type = Event["type"];
export type EventOf<T extends Type> = Extract<Event, { type: T }>;
export type Given<T extends Type> = { [K in keyof Omit<EventOf<T>, "type" | "parts" | "usage" | "budget">]?: EventOf<T>[K] } & {
  parts?: Partial<Part>[];
  usage?: Partial<Usage>;
  budget?: { calls?: number; tokens?: number; time?: number; money?: number };
};

const noUsage: Usage = { input: 0, output: 0, cachedRead: 0, cachedWrite: 0, reasoning: 0 };
const part: Part = { role: "assistant", kind: "text", text: "", id: "", name: "", metadata: "" };

const defaults: { [T in Type]: Omit<EventOf<T>, "type"> } = {
  define: { tag: 0, sources: [], roles: [], tools: [], checkOnly: false },
  variables: { tag: 0, values: [] },
  forget: { definition: 1 },
  start: {
    run: 0,
    tag: 0,
    definition: 1,
    id: "run",
    seed: 1,
    watch: false,
    closed: true,
    to: "",
    input: "",
    hasInput: false,
    endAfter: 0,
    budget: { calls: 0, tokens: 0, time: 0, money: 0 },
    traceId: "",
    parentSpan: "",
    tenant: "",
    session: "",
    user: "",
  },
  deliver: { run: 0, to: "", text: "" },
  close: { run: 0 },
  cancel: { run: 0, reason: "" },
  "model-result": { run: 0, effect: 0, attempt: 1, finish: "stop", usage: noUsage, parts: [] },
  "tool-result": { run: 0, effect: 0, attempt: 1, isError: false, text: "" },
  "agent-result": { run: 0, effect: 0, attempt: 1, text: "" },
  "search-result": { run: 0, effect: 0, attempt: 1, documents: "[]" },
  "index-result": { run: 0, effect: 0, attempt: 1, count: 0 },
  recalled: { run: 0, effect: 0, attempt: 1, user: "", checkpointed: 0, turns: [] },
  remembered: { run: 0, effect: 0, attempt: 1 },
  approval: { run: 0, effect: 0, approved: true, reason: "", hash: "", arguments: "" },
  counted: { run: 0, effect: 0, attempt: 1, table: "", counts: [] },
  "effect-failed": { run: 0, effect: 0, attempt: 1, failure: "failed", message: "", retryAfter: undefined, usage: noUsage },
  "agent-ready": { run: 0, agent: 0 },
  "agent-failed": { run: 0, agent: 0, message: "" },
  resend: { run: 0, effect: 0 },
  grant: { run: 0, effect: 0, granted: true },
  save: { run: 0 },
  restore: { tag: 0, definition: 1, state: new Uint8Array(), paused: false },
  replay: { run: 0, tag: 0, definition: 1, record: new Uint8Array(), show: false },
  resume: { run: 0 },
  amend: { run: 0, tag: 0, id: "fork", seed: undefined, amendments: [], results: [] },
  models: { models: [] },
  "sign-in": { tag: 0, definition: 1, proxy: "absent", proxyName: "", proxyRoles: [], key: "absent", keyName: "", keyRoles: [] },
  authorize: { tag: 0, definition: 1, principal: "", roles: [], action: "", resource: "", policies: "", left: 0, since: 0 },
  drop: { run: 0 },
};

/** An event with its other fields at their defaults. An input given to `start` is an input, even an empty one. */
export function event<T extends Type>(type: T, given: Given<T> = {}): EventOf<T> {
  const all = { ...defaults[type], ...given, type } as Record<string, unknown>;
  if (given.usage !== undefined) all.usage = { ...noUsage, ...given.usage };
  if (given.parts !== undefined) all.parts = given.parts.map((each) => ({ ...part, ...each }));
  if (given.budget !== undefined) all.budget = { calls: 0, tokens: 0, time: 0, money: 0, ...given.budget };
  if (type === "start" && "input" in given && !("hasInput" in given)) all.hasInput = true;
  return all as unknown as EventOf<T>;
}
