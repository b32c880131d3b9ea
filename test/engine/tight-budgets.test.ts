import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { Engine as Base, type Budget, type RunResult } from "../../host/index.ts";
import type { Conversation } from "../../host/models/conversation.ts";
import { readScript } from "../../host/models/script-file.ts";
import type { ScriptRule } from "../../host/models/script-format.ts";
import { scripted } from "../../host/models/scripted.ts";
import { type ChatModel, type ModelAnswer, noUsage } from "../../host/models/types.ts";
import { memoryStore } from "../../host/search/memory-store.ts";
import { ROOT } from "../../tools/generate.ts";
import type { ToolLike } from "../../host/tools/tool.ts";
import { IdleClock } from "./idle-clock.ts";

// Each example, under budgets that are too small for it: it ends, says why, and what its models have spent is never more than they may.

/** Nobody counts tokens: what a request may be is as many as it has bytes, which is what the models here say that they have read. */
class Engine extends Base {
  static override findTokenizer = undefined;
}

const inputs: Readonly<Record<string, string>> = {
  aggregation: "Sign in with a passkey",
  classifier: "Since yesterday the button is gone",
  debate: "Should we ship on Friday?",
  ensemble: "First!",
  hierarchical: "The flood",
  mapreduce: '["The rain did not stop for three days.", "Then the river came.", "Every school is closed."]',
  nested: "Guten Abend zusammen",
  parallel: "A weekend in Trondheim",
  pipeline: "How do bees tell directions?",
  planning: "Dinner for six",
  rag: "How long may I keep a book?",
  reflection: "A bicycle shop",
  router: "Why is there a second invoice?",
  sequential: "fix: index the words; fix: check for empty files",
  supervisor: "Tell me about the bridge",
  swarm: "I come on Friday, not on Saturday",
  tools: "How far is it from Oslo to Lisbon, Nairobi and Atlantis?",
  vote: "Cache the parsed configuration",
};

/** What else their flows may say when their members cannot be asked: the supervisor's rounds are over, the branches waited until their deadline. */
const others: Readonly<Record<string, readonly string[]>> = { supervisor: ["limit"], parallel: ["deadline"] };

const names = (await readdir(join(ROOT, "examples"), { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);

/** Dollars for a million tokens: of money, so that sums are whole micro-dollars. */
const INPUT = 3;
const OUTPUT = 11;
const prices = `prices:
${["gpt-4", "gpt-4-turbo", "claude-3-haiku", "gemini-1.5-flash"].map((name) => `  ${name}: {input: ${INPUT}, output: ${OUTPUT}, as_of: 2026-11-23}`).join("\n")}
`;

/** What the models of a run have truly spent. Never more than the budget, at any step. */
class Purse {
  readonly budget: Budget;
  calls = 0;
  tokens = 0;
  /** Micro-dollars. */
  money = 0;

  constructor(budget: Budget) {
    this.budget = budget;
  }

  /** What went over a budget, and by how much; else undefined. */
  over: string | undefined;

  call(): void {
    this.calls++;
    if (this.calls > (this.budget.calls ?? Number.POSITIVE_INFINITY)) this.over = `${this.calls} calls`;
  }

  spend(input: number, output: number): void {
    this.tokens += input + output;
    this.money += input * INPUT + output * OUTPUT;
    if (this.tokens > (this.budget.tokens ?? Number.POSITIVE_INFINITY)) this.over = `${this.tokens} tokens`;
    if (this.money > Number(this.budget.usd ?? Number.POSITIVE_INFINITY) * 1e6) this.over = `${this.money} micro-dollars`;
  }
}

/** The scripted model that keeps to the bound of its answer; a greedy one always reaches it. */
function spending(model: ChatModel, purse: Purse, greedy: boolean): ChatModel {
  return {
    provider: model.provider,
    model: model.model,
    prepare(settings) {
      const prepared = model.prepare(settings);
      return {
        model: this,
        async generate(conversation, call) {
          const bound = call.maxTokens ?? settings.maxTokens;
          const input = bytesOf(conversation);
          purse.call();
          // A call that is given up has cost what it could: it is spent before it is known.
          if (greedy) purse.spend(input, bound ?? 500);
          const answer = bounded(await prepared.generate(conversation, call), bound);
          const output = greedy ? (bound ?? 500) : answer.parts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
          if (!greedy) purse.spend(input, output);
          return { ...answer, usage: { ...noUsage(), input, output } };
        },
      };
    },
  };
}

function bytesOf(conversation: Conversation): number {
  return conversation
    .messages()
    .flatMap(({ role, content }) => (role === "system" ? [content] : content.map((part) => (part.type === "text" ? part.text : ""))))
    .reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

/** Cut off where a provider would. */
function bounded(answer: ModelAnswer, bound: number | undefined): ModelAnswer {
  let left = bound ?? Number.POSITIVE_INFINITY;
  const parts = [];
  for (const part of answer.parts) {
    const bytes = Buffer.from(part.text);
    if (bytes.length <= left) parts.push(part);
    else if (part.kind === "text")
      parts.push({
        ...part,
        text: bytes
          .subarray(0, left)
          .toString("latin1")
          .replace(/[^ -~]/g, "?"),
      });
    else return { ...answer, parts, finish: "length" };
    left -= bytes.length;
    if (left < 0) return { ...answer, parts, finish: "length" };
  }
  return answer;
}

interface Outcome {
  result: RunResult;
  purse: Purse;
}

class Example {
  readonly name: string;
  readonly #definition: string;
  readonly #rules: ScriptRule[];
  readonly #documents: object[];
  readonly #tools: Record<string, ToolLike>;

  constructor(name: string, definition: string, rules: ScriptRule[], documents: object[], tools: Record<string, ToolLike>) {
    this.name = name;
    this.#definition = definition;
    this.#rules = rules;
    this.#documents = documents;
    this.#tools = tools;
  }

  static async read(name: string): Promise<Example> {
    const folder = join(ROOT, "examples", name);
    const files = await readdir(folder);
    const read = (file: string) => readFile(join(folder, file), "utf8");
    const { parse } = await import("yaml");
    const documents = files.includes(`${name}.documents.yaml`) ? parse(await read(`${name}.documents.yaml`)) : [];
    const tools = files.includes(`${name}.js`) ? { ...(await import(join(folder, `${name}.js`))) } : {};
    // It waits by the system's clock.
    if ("convert" in tools) tools.convert = () => "1478 nautical miles";
    return new Example(name, await read(`${name}.yaml`), await readScript(await read(`${name}.script.yaml`), name), documents, tools);
  }

  async run(budget: Budget, greedy = false): Promise<Outcome> {
    const purse = new Purse(budget);
    const clock = new IdleClock();
    const models = scripted(this.#rules, { sleep: (milliseconds) => new Promise((done) => clock.setTimeout(done, milliseconds)) });
    const engine = await Engine.load(
      [
        { path: `${this.name}.yaml`, content: this.#definition },
        { path: "prices.yaml", content: prices },
      ],
      {
        clock,
        models: (model: string) => spending(models(model), purse, greedy),
        tools: this.#tools,
        documents: memoryStore({ documents: this.#documents as never }),
      },
    );
    try {
      const input = inputs[this.name];
      const run = engine.run(input, { budget, seed: 3, id: this.name, ...(input === undefined && { endAfter: 4500 }) });
      return { result: await run, purse };
    } finally {
      await engine.close();
    }
  }
}

describe.each(names)("examples/%s", (name) => {
  let example: Example;
  let whole: Outcome;

  beforeAll(async () => {
    example = await Example.read(name);
    whole = await example.run({});
  });

  const check = async (budget: Budget, greedy = false) => {
    const { result, purse } = await example.run(budget, greedy);
    const about = `${name} under ${JSON.stringify(budget)}${greedy ? ", greedy" : ""}: ${result.stop} ${result.message}`;
    expect(purse.over, about).toBeUndefined();
    const counted = result.usage.reduce((sum, { calls }) => sum + calls, 0);
    expect(counted, about).toBe(purse.calls);
    expect(["done", "budget", ...(others[name] ?? [])], about).toContain(result.stop);
    // What it comes to, or why it does not.
    expect(result.text === "" && result.outputs.length === 0 && result.message === "", about).toBe(false);
    return result;
  };

  it("has an answer without", () => {
    expect([whole.result.stop, whole.purse.calls > 0]).toEqual(["done", true]);
  });

  it("ends under a budget of calls", async () => {
    for (let calls = 1; calls <= whole.purse.calls; calls++) await check({ calls });
    expect((await check({ calls: whole.purse.calls })).text).toBe(whole.result.text);
  });

  it("ends under a budget of tokens", async () => {
    for (let share = 1; share <= 8; share++) {
      const tokens = Math.ceil((whole.purse.tokens * share) / 8);
      await check({ tokens });
      await check({ tokens }, true);
    }
    await check({ tokens: 1 });
  });

  it("ends under a budget of money", async () => {
    for (let share = 1; share <= 8; share++) {
      const usd = (Math.ceil((whole.purse.money * share) / 8) / 1e6).toFixed(6);
      await check({ usd });
      await check({ usd }, true);
    }
    await check({ usd: "0.000001" });
  });
});
