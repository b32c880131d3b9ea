import type { Problem } from "../errors.ts";
import type { FailureKind } from "./failure.ts";
import type { FinishReason } from "./types.ts";

/** What the scripted model says, and when: docs/scripts.md. The first rule that fits a call answers it. */
export type Script = { rules: ScriptRule[] } | ScriptRule[];

export interface ScriptRule {
  /** Every condition has to hold; none: every call fits. */
  when?: ScriptCondition;
  /** A text, an answer, or several, one after another; the last one stays. */
  give: string | ScriptAnswer | (string | ScriptAnswer)[];
  /** How often it answers one agent in one run; else always. */
  times?: number;
}

/** Texts are a part of what is looked for, or `/a regular expression/i`; names are whole, or one. */
export interface ScriptCondition {
  agent?: string | string[];
  model?: string | string[];
  /** From 1: how many turns the agent has taken in its transcript, and this one. */
  turn?: number | number[];
  /** In the system text: what the agent is, or what it is asked to decide. */
  system?: string;
  /** In the last user message. Without `tool` or `result`, only if nothing has come after it. */
  text?: string;
  /** The call follows the result of this tool. */
  tool?: string | string[];
  /** In the results of tools that the call follows. */
  result?: string;
}

export interface ScriptAnswer {
  text?: string;
  reasoning?: string;
  calls?: ScriptCall[];
  /** A structured answer: its JSON is the text. */
  json?: unknown;
  /** Milliseconds, or with a unit: `250ms`, `1.5s`, `2m`. */
  delay?: number | string;
  fail?: string | ScriptFailure;
  /** Else one token for every four characters begun. */
  usage?: Partial<Record<(typeof usageKeys)[number], number>>;
  finish?: FinishReason;
}

export interface ScriptCall {
  tool: string;
  /** An object, or a text that stands for itself, well formed or not. */
  arguments?: unknown;
  id?: string;
}

export interface ScriptFailure {
  kind?: string;
  /** An HTTP status, which says the kind if there is none. */
  status?: number;
  /** As `delay`. */
  retry_after?: number | string;
  message?: string;
}

export const usageKeys = ["input", "output", "cached_read", "cached_write", "reasoning"] as const;

const failureKinds: readonly FailureKind[] = [
  "rate-limit",
  "timeout",
  "server-error",
  "network",
  "authentication",
  "invalid-request",
  "content-filter",
  "malformed",
  "missing",
  "failed",
  "aborted",
];
const finishes: readonly FinishReason[] = ["stop", "length", "tool-calls", "content-filter", "other"];

/** Where a problem is: keys and indices from the root. */
export type Path = readonly (string | number)[];
export type Report = (path: Path, code: string, message: string) => void;

/** The rules of a script, everything wrong with it reported. */
export function checkScript(value: unknown, report: Report): ScriptRule[] {
  const path: Path = Array.isArray(value) ? [] : ["rules"];
  const rules = Array.isArray(value) ? value : checkMap(value, [], ["rules"], report)?.rules;
  if (!Array.isArray(rules)) {
    if (isMap(value)) report(path, "bad-type", "a script is a list of rules");
    return [];
  }
  rules.forEach((rule, i) => {
    checkRule(rule, [...path, i], report);
  });
  return rules;
}

function checkRule(value: unknown, path: Path, report: Report): void {
  const rule = checkMap(value, path, ["when", "give", "times"], report);
  if (rule === undefined) return;
  if (rule.when !== undefined) checkCondition(rule.when, [...path, "when"], report);
  if (rule.times !== undefined && !isCount(rule.times)) report([...path, "times"], "bad-value", "a whole number from 1");
  const { give } = rule;
  if (give === undefined) report(path, "missing-key", "a rule needs `give`");
  else if (!Array.isArray(give)) checkAnswer(give, [...path, "give"], report);
  else if (give.length === 0) report([...path, "give"], "bad-value", "a list of answers has one at least");
  else for (let i = 0; i < give.length; i++) checkAnswer(give[i], [...path, "give", i], report);
}

function checkCondition(value: unknown, path: Path, report: Report): void {
  const condition = checkMap(value, path, ["agent", "model", "turn", "system", "text", "tool", "result"], report);
  if (condition === undefined) return;
  for (const key of ["agent", "model", "tool"]) {
    for (const name of listOf(condition[key])) checkPattern(name, [...path, key], report);
  }
  for (const key of ["system", "text", "result"]) if (condition[key] !== undefined) checkPattern(condition[key], [...path, key], report);
  for (const turn of listOf(condition.turn)) if (!isCount(turn)) report([...path, "turn"], "bad-value", "a whole number from 1");
}

function checkPattern(value: unknown, path: Path, report: Report): void {
  try {
    if (typeof value === "string") toPattern(value);
    else report(path, "bad-type", "a text, or /a regular expression/");
  } catch (error) {
    report(path, "bad-value", (error as Error).message);
  }
}

function checkAnswer(value: unknown, path: Path, report: Report): void {
  if (typeof value === "string") {
    checkTemplates(value, path, report);
    return;
  }
  const answer = checkMap(value, path, ["text", "reasoning", "calls", "json", "delay", "fail", "usage", "finish"], report);
  if (answer === undefined) return;
  for (const key of ["text", "reasoning"]) if (answer[key] !== undefined && typeof answer[key] !== "string") report([...path, key], "bad-type", "a text");
  if (answer.text !== undefined && answer.json !== undefined) report(path, "conflict", "`text` and `json` both say what the text is");
  if (answer.calls !== undefined) checkCalls(answer.calls, [...path, "calls"], report);
  if (answer.delay !== undefined) checkDuration(answer.delay, [...path, "delay"], report);
  if (answer.fail !== undefined) checkFailure(answer.fail, [...path, "fail"], report);
  if (answer.usage !== undefined) {
    const usage = checkMap(answer.usage, [...path, "usage"], usageKeys, report) ?? {};
    for (const [key, count] of Object.entries(usage)) if (count !== 0 && !isCount(count)) report([...path, "usage", key], "bad-value", "a whole number");
  }
  if (answer.finish !== undefined && !finishes.includes(answer.finish as FinishReason))
    report([...path, "finish"], "bad-value", `one of ${finishes.join(", ")}`);
  checkTemplates(answer, path, report);
}

function checkCalls(value: unknown, path: Path, report: Report): void {
  if (!Array.isArray(value)) {
    report(path, "bad-type", "a list of calls");
    return;
  }
  value.forEach((one, i) => {
    const call = checkMap(one, [...path, i], ["tool", "arguments", "id"], report);
    if (call === undefined) return;
    if (typeof call.tool !== "string" || call.tool === "") report([...path, i, "tool"], "missing-key", "a call needs the name of a `tool`");
    if (call.id !== undefined && typeof call.id !== "string") report([...path, i, "id"], "bad-type", "a text");
  });
}

function checkFailure(value: unknown, path: Path, report: Report): void {
  if (typeof value === "string") {
    checkKind(value, path, report);
    return;
  }
  const failure = checkMap(value, path, ["kind", "status", "retry_after", "message"], report);
  if (failure === undefined) return;
  const { kind, status, retry_after, message } = failure;
  if (kind !== undefined) checkKind(kind, [...path, "kind"], report);
  if (status !== undefined && !(Number.isInteger(status) && Number(status) >= 300 && Number(status) <= 599))
    report([...path, "status"], "bad-value", "an HTTP status from 300 to 599");
  if (kind === undefined && status === undefined) report(path, "missing-key", "a failure needs `kind` or `status`");
  if (retry_after !== undefined) checkDuration(retry_after, [...path, "retry_after"], report);
  if (message !== undefined && typeof message !== "string") report([...path, "message"], "bad-type", "a text");
}

function checkKind(value: unknown, path: Path, report: Report): void {
  if (toFailureKind(value) === undefined) report(path, "bad-value", `one of ${failureKinds.join(", ")}`);
}

function checkDuration(value: unknown, path: Path, report: Report): void {
  if (toMilliseconds(value) === undefined) report(path, "bad-value", "milliseconds, or a number with a unit: 250ms, 1.5s, 2m");
}

/** What can stand in `${ }`: these, and the groups of the rule's regular expressions. */
export const templateNames = ["input", "result", "agent", "model", "turn"] as const;

function checkTemplates(value: unknown, path: Path, report: Report): void {
  if (typeof value === "string") {
    for (const [whole, name] of value.matchAll(templatePattern)) {
      if (name === undefined || /^\d$/.test(name) || (templateNames as readonly string[]).includes(name)) continue;
      report(path, "unknown-variable", `${whole} stands for nothing; there are ${templateNames.join(", ")}, 1 to 9, and $$ for a dollar sign`);
    }
  } else if (Array.isArray(value)) {
    value.forEach((one, i) => {
      checkTemplates(one, [...path, i], report);
    });
  } else if (isMap(value)) for (const [key, one] of Object.entries(value)) checkTemplates(one, [...path, key], report);
}

/** `$$`, or `${name}`. */
export const templatePattern = /\$\$|\$\{([^}]*)\}/g;

/** `/x/i` as a regular expression; else undefined. @throws SyntaxError */
export function toPattern(text: string): RegExp | undefined {
  const match = /^\/(.+)\/([imsu]*)$/s.exec(text);
  return match === null ? undefined : new RegExp(match[1], match[2]);
}

/** `rate-limit`, also spelt `rate_limit`. */
export function toFailureKind(value: unknown): FailureKind | undefined {
  const name = typeof value === "string" ? value.replaceAll("_", "-") : "";
  return failureKinds.find((kind) => kind === name);
}

export function toMilliseconds(value: unknown): number | undefined {
  if (typeof value === "number") return value >= 0 && value < 2 ** 31 ? value : undefined;
  const match = typeof value === "string" ? /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(value) : null;
  if (match === null) return undefined;
  return toMilliseconds(Math.round(Number(match[1]) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[match[2] as "ms"]));
}

export function listOf<T>(value: T | T[] | undefined): T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

export function describePath(path: Path): string {
  return path.map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`)).join("");
}

export function scriptProblem(file: string, path: Path, code: string, message: string, line = 0, column = 0): Problem {
  return { severity: "error", code, file, line, column, path: describePath(path), message, suggestion: "" };
}

function checkMap(value: unknown, path: Path, keys: readonly string[], report: Report): Record<string, unknown> | undefined {
  if (!isMap(value)) {
    report(path, "bad-type", `a map with ${keys.join(", ")}`);
    return undefined;
  }
  for (const key of Object.keys(value)) {
    if (!keys.includes(key)) report([...path, key], "unknown-key", `unknown key; there are ${keys.join(", ")}`);
  }
  return value;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}
