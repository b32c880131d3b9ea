import { readObject } from "../../host/definition/object.ts";
import type { CallModelCommand, CallToolCommand, Command, Event, ModelFacts } from "../../host/protocol/index.ts";
import { event } from "./events.ts";
import { FrameCore } from "./frame-core.ts";

// Random trees of budgets, and models that always use all they may and tell of it late, twice or never. Whatever they do, no budget of calls,
// tokens or money may be overspent: not at the end, and not at any step, at any level. `npx tsx test/engine/budget-trees-main.ts 1000000`

interface Limits {
  calls?: number;
  tokens?: number;
  usd?: string;
  soft?: number;
  final_answer?: boolean;
}

/** A budget with what is truly spent of it. */
class Level {
  readonly limits: Limits;
  readonly above: Level | undefined;
  calls = 0;
  tokens = 0;
  /** 10⁻¹² dollars. */
  money = 0n;

  constructor(limits: Limits, above: Level | undefined) {
    this.limits = limits;
    this.above = above;
  }

  spend(tokens: number, money: bigint): void {
    this.calls++;
    this.tokens += tokens;
    this.money += money;
    const { calls = Number.POSITIVE_INFINITY, tokens: most = Number.POSITIVE_INFINITY, usd } = this.limits;
    if (this.calls > calls) throw new Error(`${this.calls} calls of ${calls}`);
    if (this.tokens > most) throw new Error(`${this.tokens} tokens of ${most}`);
    if (usd !== undefined && this.money > BigInt(Math.round(Number(usd) * 1e6)) * 1_000_000n) throw new Error(`${this.money} of ${usd} dollars`);
    this.above?.spend(tokens, money);
  }
}

const PRICE = { input: 3_000_000, output: 11_000_000, cachedRead: 1_000_000, cachedWrite: 4_000_000, reasoning: 13_000_000 };
const LONG = { input: 6_000_000, output: 20_000_000, cachedRead: 2_000_000, cachedWrite: 8_000_000, reasoning: 26_000_000 };
const facts: ModelFacts = { provider: "openai", model: "gpt-4", maxInput: 100_000, maxOutput: 300, price: PRICE, longFrom: 150, long: LONG };

/** Numbers from a seed (xorshift32). */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761 + 1) >>> 0 || 1;
  }

  below(count: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state % count;
  }

  one<T>(...choices: readonly T[]): T {
    return choices[this.below(choices.length)];
  }
}

/** What came of a tree. */
export interface TreeResult {
  stop: string;
  calls: number;
}

/** A core that many trees are tried in. */
export class BudgetTrees {
  readonly #core: FrameCore;
  #now = 1_000_000_000_000;

  private constructor(core: FrameCore) {
    this.#core = core;
  }

  static async open(): Promise<BudgetTrees> {
    return new BudgetTrees(await FrameCore.load());
  }

  /** @throws Error if a budget is overspent, or the run does not end */
  run(seed: number): TreeResult {
    const dice = new Dice(seed);
    const levels: Level[] = [];
    const agents: object[] = [];
    const longest: number[] = [];
    const budget = this.#limits(dice, true);
    const root = new Level(budget, undefined);
    const flow = this.#node(dice, 0, root, agents, levels, longest);
    const definition = { budget, agents, flow };
    const [defined] = this.#step([event("models", { models: [facts] }), event("define", { tag: 1, sources: [readObject("tree", definition)], tools: ["t"] })]);
    if (defined.type !== "defined") throw new Error(`not defined: ${JSON.stringify(defined)}`);
    const result = this.#play(dice, defined.definition, levels, longest);
    this.#step([event("forget", { definition: defined.definition })]);
    return result;
  }

  #limits(dice: Dice, always: boolean): Limits {
    const limits: Limits = {};
    if (dice.below(3) === 0) limits.calls = 1 + dice.below(6);
    if (dice.below(3) === 0) limits.tokens = 20 + dice.below(3000);
    if (dice.below(3) === 0) limits.usd = ((10 + dice.below(40_000)) / 1e6).toFixed(6);
    if (always && Object.keys(limits).length === 0) limits.calls = 8;
    if (dice.below(4) === 0) limits.final_answer = true;
    if (dice.below(5) === 0) limits.soft = 0.5;
    return limits;
  }

  #node(dice: Dice, depth: number, above: Level, agents: object[], levels: Level[], longest: number[]): object {
    const limits = dice.below(2) === 0 ? this.#limits(dice, false) : {};
    const level = new Level(limits, above);
    const own = Object.keys(limits).length === 0 ? {} : { budget: limits };
    const kind = depth === 3 ? 0 : dice.below(4);
    const kid = () => this.#node(dice, depth + 1, level, agents, levels, longest);
    if (kind === 1) return { sequence: [kid(), kid()], ...own };
    if (kind === 2) return { parallel: { branches: [kid(), kid(), kid()] }, ...own };
    if (kind === 3) return { loop: { do: kid(), max: 1 + dice.below(3) }, ...own };
    const name = `a${agents.length}`;
    const agentLimits = dice.below(3) === 0 ? this.#limits(dice, false) : {};
    const most = dice.one(undefined, 20, 100, 1000);
    levels.push(new Level(agentLimits, level));
    longest.push(Math.min(most ?? 300, 300));
    agents.push({
      name,
      model: "gpt-4",
      tools: [{ name: "t", effect: "pure" }],
      ...(most !== undefined && { max_tokens: most }),
      ...(Object.keys(agentLimits).length > 0 && { budget: agentLimits }),
      ...(dice.below(3) === 0 && { timeout: "100ms" }),
      ...(dice.below(3) === 0 && { retry: { max_attempts: 2, initial_backoff: "10ms" } }),
    });
    return { agent: name, on_error: dice.one("fail", "skip"), ...own };
  }

  #play(dice: Dice, definition: number, levels: readonly Level[], longest: readonly number[]): TreeResult {
    const open: Event[][] = [];
    const conversations = new Map<number, number[]>();
    let run = 0;
    let calls = 0;
    let stop: string | undefined;
    const take = (commands: readonly Command[]) => {
      for (const command of commands) {
        if (command.type === "started") run = command.run;
        else if (command.type === "finished") stop = command.stop;
        else if (command.type === "call-tool") open.push([toolResult(command)]);
        // Nobody is there who counts: what is not known stays as many tokens as there are bytes.
        else if (command.type === "count-tokens") open.push([event("effect-failed", { effect: command.effect, failure: "missing" })]);
        else if (command.type === "call-model") {
          calls++;
          open.push(this.#spend(dice, command, conversations, levels[command.agent], longest[command.agent]));
        }
      }
    };
    take(this.#step([event("start", { definition, id: "tree", input: "x".repeat(1 + dice.below(60)) })]));
    for (let steps = 0; stop === undefined; steps++) {
      if (steps > 2000) throw new Error("it does not end");
      this.#now += dice.one(0, 1, 20, 200);
      const place = dice.below(open.length + 1);
      take(this.#step((place < open.length ? open.splice(place, 1)[0] : []).map((each) => ({ ...each, run }) as Event)));
      // Those that nobody waits for are not told, either.
      if (open.length === 0 && stop === undefined) {
        this.#now += 10_000;
        take(this.#step([]));
      }
    }
    return { stop, calls };
  }

  /** It has spent all that it may when it is asked; gives what it will tell of that. */
  #spend(dice: Dice, command: CallModelCommand, conversations: Map<number, number[]>, level: Level, most: number): Event[] {
    const heard = command.known === 0 ? [] : (conversations.get(command.conversation) ?? []);
    heard.push(...command.parts.map(({ text, name }) => text.length + name.length));
    conversations.set(command.conversation, heard);
    const input = heard.reduce((sum, bytes) => sum + bytes, 0);
    const output = command.maxOutput || most;
    const price = input > 150 ? LONG : PRICE;
    level.spend(input + output, BigInt(input * price.cachedWrite + output * price.reasoning));
    const { effect, attempt } = command;
    const usage = { input, output, cachedWrite: input, reasoning: output };
    // A text is no more tokens when it is read again than when it was written.
    const answer =
      dice.below(3) === 0 && !command.noTools ? toolCall(effect) : { finish: "stop" as const, parts: [{ text: "y".repeat(dice.below(Math.min(output, 40))) }] };
    const told = event("model-result", { effect, attempt, usage, ...answer });
    switch (dice.below(5)) {
      case 0:
        return [event("model-result", { effect, attempt, ...answer })];
      case 1:
        return [event("effect-failed", { effect, attempt, failure: dice.one("aborted", "network", "failed", "malformed") })];
      case 2:
        return [told, told];
      default:
        return [told];
    }
  }

  #step(events: readonly Event[]): Command[] {
    const commands: Command[] = [];
    for (let given = events, more = true; more; given = []) {
      const step = this.#core.step(this.#now, given);
      commands.push(...step.commands);
      more = step.more;
    }
    return commands;
  }
}

function toolCall(effect: number) {
  return { finish: "tool-calls" as const, parts: [{ kind: "tool-call" as const, id: `c${effect}`, name: "t", text: "{}" }] };
}

function toolResult({ effect, attempt }: CallToolCommand): Event {
  return event("tool-result", { effect, attempt, text: "z".repeat(effect % 50) });
}
