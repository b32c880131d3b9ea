import type { CustomAgent } from "../../../host/agents.ts";
import type { Approver } from "../../../host/approval.ts";
import { ModelFailure } from "../../../host/models/failure.ts";
import type { ChatModel, ModelAnswer, ModelCall, ModelSettings } from "../../../host/models/types.ts";
import type { CallModelCommand } from "../../../host/protocol/index.ts";
import type { DocumentStore } from "../../../host/search/types.ts";
import { documents, modelAnswer, type ToolOfAgent } from "../../../host/simulate/answers.ts";
import type { Choices } from "../../../host/simulate/choices.ts";
import type { Fault } from "../../../host/simulate/faults.ts";
import type { Schema } from "../../../host/simulate/values.ts";
import type { Violation } from "../../../host/simulate/violation.ts";
import type { ToolFunction } from "../../../host/tools/tool.ts";
import { says } from "../model/agree.ts";
import type { Truth } from "./truth.ts";
import type { Domain, Timeline } from "./timeline.ts";

export interface Around {
  timeline: Timeline;
  domain: Domain;
  choices: Choices;
  faults: ReadonlySet<Fault>;
  truth: Truth;
  found(violation: Violation): void;
}

/** How long an answer takes; undefined: it never comes. */
function delayOf({ choices, faults }: Around): number | undefined {
  if (faults.has("lost") && choices.once(12)) return undefined;
  const delay = faults.has("reorder") ? choices.below(60) : 5;
  return faults.has("late") && choices.once(8) ? delay + choices.pick([90, 300, 5000]) : delay;
}

/** What the world says, when it says it. */
function answer<T>(around: Around, make: () => T): Promise<T> {
  const delay = delayOf(around);
  return new Promise((resolve, reject) => {
    if (delay === undefined) return;
    around.timeline.after(delay, around.domain, () => {
      try {
        resolve(make());
      } catch (error) {
        reject(error);
      }
    });
  });
}

export function modelOf(name: string, around: Around): ChatModel {
  const model: ChatModel = {
    provider: "simulated",
    model: name,
    prepare: (settings: ModelSettings) => ({
      model,
      generate: (_: unknown, call: ModelCall) => answer(around, () => answerOf(settings, call, around)),
    }),
  };
  return model;
}

function answerOf({ tools = [] }: ModelSettings, { noTools = false, offered = [], schema }: ModelCall, { choices, faults }: Around): ModelAnswer {
  const own: ToolOfAgent[] = tools.map(({ name, inputSchema }) => ({ name, schema: inputSchema as Schema, once: false }));
  const call = {
    noTools,
    offered: offered.map(({ name, inputSchema }) => ({ name, description: "", parameters: JSON.stringify(inputSchema) })),
    schema: schema === undefined ? "" : JSON.stringify(schema),
  };
  const said = modelAnswer(call as unknown as CallModelCommand, own, choices, faults);
  if (said.type === "model-result") return { parts: said.parts, finish: said.finish, usage: said.usage };
  if (said.type !== "effect-failed") throw new Error(said.type);
  const { failure, message, usage, retryAfter } = said;
  throw new ModelFailure(failure === "unavailable" ? "failed" : failure, message, { usage, ...(retryAfter !== undefined && { retryAfter }) });
}

/** A tool with side effects, which are never forgotten. */
export function toolOf(around: Around): ToolFunction {
  return (_, { agent, name, idempotencyKey }) => {
    if (!around.domain.alive) return new Promise(() => {});
    around.truth.ran(agent, name, idempotencyKey, around.found);
    return answer(around, () => {
      if (around.faults.has("tool-failure") && around.choices.once(6)) throw new Error("it does not work");
      return `result of ${idempotencyKey}`;
    });
  };
}

/** Code of the host as an agent: what it says depends on what it is told and on nothing else. */
export function customOf(around: Around): CustomAgent {
  return {
    start: () => (around.faults.has("late") ? around.timeline.wait(around.choices.below(30), around.domain) : undefined),
    run: (text, { agent }) =>
      answer(around, () => {
        const said = says(agent, text);
        if (said === undefined) throw new ModelFailure("authentication", "broken");
        return said;
      }),
  };
}

export function storeOf(around: Around): DocumentStore {
  return {
    search: () => answer(around, () => JSON.parse(documents(around.choices, false))),
    index: ({ documents }: { documents: readonly unknown[] }) => answer(around, () => documents.length),
  } as DocumentStore;
}

export function approverOf(around: Around): Approver {
  return () => answer(around, () => !(around.faults.has("denied") && around.choices.once(2)));
}
