import { systemClock } from "../clock.ts";
import { type Problem, ScriptRefused } from "../errors.ts";
import type { Conversation } from "./conversation.ts";
import { ModelFailure } from "./failure.ts";
import { kindOfStatus, toFailure } from "./map-failure.ts";
import {
  checkScript,
  listOf,
  type Script,
  type ScriptAnswer,
  type ScriptRule,
  scriptProblem,
  templatePattern,
  toFailureKind,
  toMilliseconds,
  toPattern,
} from "./script-format.ts";
import { estimateUsage, streamText } from "./stand-in.ts";
import { type ChatModel, type ModelAnswer, type ModelCall, type ModelSettings, noUsage, type Part, type PreparedModel, type Usage } from "./types.ts";

export interface ScriptedOptions {
  /** Waits so many milliseconds, or until the signal aborts. Replace it to have delays without waiting. */
  sleep?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
  /** Where the script came from, for messages. */
  file?: string;
}

/**
 * Every model, played by a script: give the result as `models` to an engine. No key, no network, the same every time.
 * @throws ScriptRefused
 */
export function scripted(script: Script, options: ScriptedOptions = {}): (name: string) => ChatModel {
  const problems: Problem[] = [];
  const file = options.file ?? "script";
  const rules = checkScript(script, (path, code, message) => problems.push(scriptProblem(file, path, code, message)));
  if (problems.length > 0) throw new ScriptRefused(problems);
  const player = new Player(rules, file, options.sleep ?? sleep);
  return (name) => new ScriptedModel(name, player);
}

class ScriptedModel implements ChatModel {
  readonly provider = "scripted";
  readonly label = "scripted";
  readonly model: string;
  readonly #player: Player;

  constructor(model: string, player: Player) {
    this.model = model;
    this.#player = player;
  }

  prepare(settings: ModelSettings): PreparedModel {
    return {
      model: this,
      generate: async (conversation, call) => {
        try {
          return await this.#player.answer(new Moment(this.model, settings.agent, conversation), call);
        } catch (error) {
          throw toFailure(error, "scripted", call.signal);
        }
      },
    };
  }
}

/** What a call is about, as conditions and templates see it. */
class Moment {
  readonly model: string;
  readonly agent: string;
  readonly conversation: Conversation;
  readonly turn: number;
  readonly input: string;
  /** Names and texts of the tool results that came after the last turn. */
  readonly tools: readonly string[];
  readonly result: string;
  /** Groups of the regular expressions that fitted. */
  groups: readonly string[] = [];

  constructor(model: string, agent: string, conversation: Conversation) {
    this.model = model;
    this.agent = agent;
    this.conversation = conversation;
    this.turn = conversation.turns + 1;
    this.input = conversation.lastText("user");
    this.tools = conversation.lastTools();
    this.result = this.tools.length > 0 ? conversation.lastText("tool") : "";
  }

  fits(rule: CompiledRule): boolean {
    this.groups = [];
    const { agent, model, turn, system, text, tool, result } = rule;
    if (agent.length > 0 && !agent.some((name) => this.#isName(name, this.agent))) return false;
    if (model.length > 0 && !model.some((name) => this.#isName(name, this.model))) return false;
    if (turn.length > 0 && !turn.includes(this.turn)) return false;
    if (system !== undefined && !this.#contains(system, this.conversation.system)) return false;
    const aboutTools = tool.length > 0 || result !== undefined;
    if (aboutTools && this.tools.length === 0) return false;
    if (tool.length > 0 && !tool.some((name) => this.tools.some((one) => this.#isName(name, one)))) return false;
    if (result !== undefined && !this.#contains(result, this.result)) return false;
    // Or else a rule that answers a question with a call of a tool would answer the tool's result with the same call, for ever.
    if (text !== undefined && ((!aboutTools && this.tools.length > 0) || !this.#contains(text, this.input))) return false;
    return true;
  }

  fill(text: string): string {
    return text.replace(templatePattern, (whole, name: string | undefined) => {
      if (name === undefined) return "$";
      if (/^\d$/.test(name)) return this.groups[Number(name) - 1] ?? "";
      return name === "input" || name === "result" || name === "agent" || name === "model" || name === "turn" ? String(this[name]) : whole;
    });
  }

  fillAll(value: unknown): unknown {
    if (typeof value === "string") return this.fill(value);
    if (Array.isArray(value)) return value.map((one) => this.fillAll(one));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.fillAll(one)]));
  }

  #isName(pattern: string | RegExp, name: string): boolean {
    return typeof pattern === "string" ? pattern === name : pattern.test(name);
  }

  #contains(pattern: string | RegExp, text: string): boolean {
    if (typeof pattern === "string") return text.includes(pattern);
    const match = pattern.exec(text);
    if (match !== null && this.groups.length === 0) this.groups = match.slice(1);
    return match !== null;
  }
}

interface CompiledRule {
  agent: (string | RegExp)[];
  model: (string | RegExp)[];
  turn: number[];
  system: string | RegExp | undefined;
  text: string | RegExp | undefined;
  tool: (string | RegExp)[];
  result: string | RegExp | undefined;
  give: (string | ScriptAnswer)[];
  times: number;
}

class Player {
  readonly #rules: CompiledRule[];
  readonly #file: string;
  readonly #sleep: NonNullable<ScriptedOptions["sleep"]>;
  /** How often each rule has answered, for each agent of each run by itself: so it is the same however runs interleave. */
  readonly #uses = new WeakMap<object, Map<string, number[]>>();

  constructor(rules: readonly ScriptRule[], file: string, sleep: NonNullable<ScriptedOptions["sleep"]>) {
    this.#rules = rules.map(compile);
    this.#file = file;
    this.#sleep = sleep;
  }

  async answer(moment: Moment, call: ModelCall): Promise<ModelAnswer> {
    const given = this.#next(moment, call.scope ?? moment.conversation);
    const answer = typeof given === "string" ? { text: given } : given;
    const delay = toMilliseconds(answer.delay ?? 0) ?? 0;
    if (delay > 0) {
      await this.#sleep(delay, call.signal);
      if (call.signal?.aborted) throw call.signal.reason;
    }
    const usage = answer.usage === undefined ? undefined : toUsage(answer.usage);
    if (answer.fail !== undefined) throw toScriptedFailure(answer.fail, usage);
    const parts = toParts(answer, moment);
    if (call.onDelta !== undefined) {
      for (const part of parts) {
        if (part.kind === "text" || part.kind === "reasoning") streamText(part.text, call.onDelta, part.kind);
        else call.onDelta({ kind: "tool-input", text: part.text, id: part.id, name: part.name });
      }
    }
    const finish = answer.finish ?? (parts.some((part) => part.kind === "tool-call") ? "tool-calls" : "stop");
    return { parts, finish, usage: usage ?? estimateUsage(moment.conversation, parts) };
  }

  #next(moment: Moment, run: object): string | ScriptAnswer {
    let ofRun = this.#uses.get(run);
    if (ofRun === undefined) this.#uses.set(run, (ofRun = new Map()));
    let uses = ofRun.get(moment.agent);
    if (uses === undefined) ofRun.set(moment.agent, (uses = this.#rules.map(() => 0)));
    for (let i = 0; i < this.#rules.length; i++) {
      const rule = this.#rules[i];
      if (uses[i] >= rule.times || !moment.fits(rule)) continue;
      const { give } = rule;
      return give[Math.min(uses[i]++, give.length - 1)];
    }
    throw new ModelFailure("missing", this.#unmatched(moment));
  }

  #unmatched({ agent, turn, model, tools, input, result }: Moment): string {
    const after = tools.length > 0 ? ` after ${tools.join(" and ")} gave "${shorten(result)}"` : ` for the input "${shorten(input)}"`;
    const rule = `{ when: { agent: ${agent}, turn: ${turn} }, give: "…" }`;
    return `scripted: no rule fits agent ${agent} (model ${model}) in turn ${turn}${after}. Add one to ${this.#file}: - ${rule}`;
  }
}

function compile(rule: ScriptRule): CompiledRule {
  const { agent, model, turn, system, text, tool, result } = rule.when ?? {};
  const pattern = (value: string) => toPattern(value) ?? value;
  return {
    agent: listOf(agent).map(pattern),
    model: listOf(model).map(pattern),
    turn: listOf(turn),
    system: system === undefined ? undefined : pattern(system),
    text: text === undefined ? undefined : pattern(text),
    tool: listOf(tool).map(pattern),
    result: result === undefined ? undefined : pattern(result),
    give: listOf(rule.give),
    times: rule.times ?? Number.POSITIVE_INFINITY,
  };
}

function toParts(answer: ScriptAnswer, moment: Moment): Part[] {
  const parts: Part[] = [];
  const add = (kind: Part["kind"], text: string, id = "", name = "") => parts.push({ role: "assistant", kind, text, id, name, metadata: "" });
  if (answer.reasoning) add("reasoning", moment.fill(answer.reasoning));
  const text = answer.json === undefined ? moment.fill(answer.text ?? "") : JSON.stringify(moment.fillAll(answer.json));
  if (text !== "") add("text", text);
  (answer.calls ?? []).forEach((call, i) => {
    const given = moment.fillAll(call.arguments ?? {});
    add("tool-call", typeof given === "string" ? given : JSON.stringify(given), call.id ?? `call-${moment.turn}-${i + 1}`, call.tool);
  });
  return parts;
}

function toScriptedFailure(fail: NonNullable<ScriptAnswer["fail"]>, usage: Usage | undefined): ModelFailure {
  const { kind, status, retry_after, message } = typeof fail === "string" ? { kind: fail } : fail;
  const known = toFailureKind(kind) ?? kindOfStatus(status ?? 500);
  const retryAfter = retry_after === undefined ? undefined : toMilliseconds(retry_after);
  return new ModelFailure(known, `scripted: ${message ?? (status === undefined ? known : `${status} ${known}`)}`, { retryAfter, usage });
}

function toUsage(usage: NonNullable<ScriptAnswer["usage"]>): Usage {
  const { input = 0, output = 0, cached_read: cachedRead = 0, cached_write: cachedWrite = 0, reasoning = 0 } = usage;
  return { ...noUsage(), input, output, cachedRead, cachedWrite, reasoning };
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      systemClock.clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = systemClock.setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}
