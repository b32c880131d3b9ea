import { Choices } from "../../host/simulate/choices.ts";
import { played, type Scripts, shrink } from "../../host/simulate/shrink.ts";
import { Trace } from "../../host/simulate/trace.ts";
import type { Violation } from "../../host/simulate/violation.ts";
import { definitionOf } from "./definitions.ts";
import { failureOf, sourceOf, type Source } from "./light.ts";

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
export function shortest(module: WebAssembly.Module, seed: number): Failing | undefined {
  const own = sourceOf(seed);
  own.definition.keep();
  own.world.keep();
  const failed = failureOf(module, own);
  if (failed === undefined) return undefined;
  const source = ([definition, world]: Scripts): Source => ({ definition: Choices.scripted(definition), world: Choices.scripted(world), now: own.now });
  const scripts = shrink(played([own.definition, own.world]), (scripts) => sameFailure(failureOf(module, source(scripts)), failed));
  const trace = new Trace(own.now);
  const last = failureOf(module, source(scripts), trace);
  return {
    seed,
    invariant: failed.invariant,
    message: (last ?? failed).message,
    definition: definitionOf(Choices.scripted(scripts[0])),
    trace: trace.lines,
  };
}

function sameFailure(found: Violation | undefined, looked: Violation): boolean {
  return found?.invariant === looked.invariant;
}
