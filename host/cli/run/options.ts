import type { Budget, RunOptions } from "../../engine-options.ts";
import { parseDuration } from "../duration.ts";
import { type Parsed, wholeNumber } from "../parse.ts";
import { UsageError } from "../usage-error.ts";

/** What the engine is told of a run. @throws UsageError, also for options that contradict each other */
export function runOptions(parsed: Parsed): RunOptions {
  checkTogether(parsed);
  const duration = (name: string) => {
    const text = parsed.value(name);
    return text === undefined ? undefined : parseDuration(text, `--${name}`);
  };
  const budget: Budget = { calls: wholeNumber(parsed, "budget-calls", 1), tokens: wholeNumber(parsed, "budget-tokens", 1), time: duration("budget-time") };
  const usd = parsed.value("budget");
  if (usd !== undefined) budget.usd = usd;
  return {
    budget,
    endAfter: duration("for"),
    seed: wholeNumber(parsed, "seed", 0),
    to: parsed.value("to"),
    id: parsed.value("id"),
    session: parsed.value("session"),
    user: parsed.value("user"),
  };
}

function checkTogether(parsed: Parsed): void {
  if (parsed.has("script") && parsed.has("model")) throw new UsageError("--script and --model both say who answers", "Give one of them.");
  if (parsed.has("provider") && !parsed.has("model")) throw new UsageError("--provider says who has the model that --model names", "Give --model, too.");
  if (parsed.has("to") && !parsed.has("input")) throw new UsageError("--to says where the input goes, and there is none", "Give --input TEXT, too.");
  if (!parsed.has("quiet")) return;
  for (const other of ["json", "verbose"]) if (parsed.has(other)) throw new UsageError(`--quiet and --${other} exclude each other`, "Give one of them.");
}
