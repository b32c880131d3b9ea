import { Choices } from "../../host/simulate/choices.ts";
import { played, type Scripts, shrink } from "../../host/simulate/shrink.ts";
import { Trace } from "../../host/simulate/trace.ts";
import type { Violation } from "../../host/simulate/violation.ts";
import { definitionOf } from "./definitions.ts";
import { failureOfStory } from "./full/batch.ts";
import { failureOf, sourceOf, type Source } from "./light.ts";

export type Profile = "light" | "full";

/** A seed that failed, with the shortest trace that fails in the same way. */
export interface Failing {
  seed: number;
  invariant: string;
  message: string;
  /** The shortest definition that fails. */
  definition: unknown;
  trace: readonly string[];
}

/** Makes a failing seed's story shorter. Undefined if it does not fail by itself, in a core of its own. */
export async function shortest(module: WebAssembly.Module, seed: number, profile: Profile = "light"): Promise<Failing | undefined> {
  const own = sourceOf(seed);
  own.definition.keep();
  own.world.keep();
  const failed = await failure(module, own, profile);
  if (failed === undefined) return undefined;
  const source = ([definition, world]: Scripts): Source => ({ definition: Choices.scripted(definition), world: Choices.scripted(world), now: own.now });
  const fails = async (scripts: Scripts) => (await failure(module, source(scripts), profile))?.invariant === failed.invariant;
  const scripts = await shrink(played([own.definition, own.world]), fails, profile === "light" ? 4000 : 1000);
  const lines: string[] = [];
  const last = await failure(module, source(scripts), profile, lines);
  return {
    seed,
    invariant: failed.invariant,
    message: (last ?? failed).message,
    definition: definitionOf(Choices.scripted(scripts[0])),
    trace: lines,
  };
}

async function failure(module: WebAssembly.Module, source: Source, profile: Profile, lines?: string[]): Promise<Violation | undefined> {
  if (profile === "full") return failureOfStory(module, source, lines);
  const trace = new Trace(source.now);
  const violation = failureOf(module, source, lines === undefined ? undefined : trace);
  lines?.push(...trace.lines);
  return violation;
}
