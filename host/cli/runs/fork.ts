import type { ForkChanges } from "../../stores/fork.ts";
import type { Store } from "../../stores/store.ts";
import { readText } from "../files.ts";
import type { Io } from "../io.ts";
import { type Parsed, wholeNumber } from "../parse.ts";
import { readInput } from "../run/run-command.ts";
import { UsageError } from "../usage-error.ts";
import { goOn } from "./resume.ts";

/** `aixlet runs fork`: goes on from a step of a run, otherwise, as a run of its own. */
export async function forkRun(io: Io, parsed: Parsed, store: Store, run: string): Promise<number> {
  const at = wholeNumber(parsed, "at", 0);
  const changes = await changesOf(io, parsed);
  const id = parsed.value("id");
  const engine = parsed.has("new-engine") ? "new" : "own";
  // A model for all stands in for whatever is asked.
  const forAll = parsed.values("model").find((model) => !model.includes("="));
  const rest: Parsed = { ...parsed, value: (name) => (name === "model" ? forAll : parsed.value(name)) };
  return goOn(io, rest, store, run, (engineOfRun) =>
    engineOfRun.fork(run, { changes, engine, ...(at !== undefined && { at }), ...(id !== undefined && { id }) }),
  );
}

async function changesOf(io: Io, parsed: Parsed): Promise<ForkChanges> {
  const input = parsed.value("input");
  const seed = wholeNumber(parsed, "seed", 0);
  const changes: ForkChanges = {
    models: Object.fromEntries(
      parsed
        .values("model")
        .filter((model) => model.includes("="))
        .map((model) => pairOf("model", model)),
    ),
    prompts: Object.fromEntries(await Promise.all(parsed.values("prompt").map((prompt) => textPair(io, "prompt", prompt)))),
    results: Object.fromEntries((await Promise.all(parsed.values("result").map((result) => textPair(io, "result", result)))).map(ofEffect)),
  };
  if (seed !== undefined) changes.seed = seed;
  if (input !== undefined) changes.input = input === "-" ? await readInput(io, parsed) : input;
  return changes;
}

/** NAME=TEXT; or NAME=@FILE, whose text it is. */
async function textPair(io: Io, option: string, pair: string): Promise<[string, string]> {
  const [name, text] = pairOf(option, pair);
  return [name, text.startsWith("@") ? await readText(io, text.slice(1)) : text];
}

function pairOf(option: string, pair: string): [string, string] {
  const at = pair.indexOf("=");
  if (at < 1) throw new UsageError(`--${option} ${pair} does not say whose it is`, `Like this: --${option} NAME=${pair}`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

function ofEffect([effect, text]: [string, string]): [number, string] {
  if (!/^[1-9]\d{0,9}$/.test(effect)) throw new UsageError(`--result ${effect}=... names no effect`, "Effects have numbers: aixlet runs show ID shows them.");
  return [Number(effect), text];
}
