import { StopReason } from "../protocol/types";
import { computeJoin } from "../join/compute";
import { partsOf } from "../join/parts";
import { JoinPlan } from "../join/plan";
import { Run } from "../kernel/run";
import { newText, textBytes, textLength } from "../kernel/text";
import { scratch } from "../memory/scratch";
import { newBuilder } from "../text/builder";
import { enterAgent } from "./agent";
import { failureAt, newFailure } from "./failure";
import { failHere, failWith, succeed } from "./end";
import { instanceAt, termOf } from "./instance";
import { orderAgain } from "./retrieve";
import { resolveWhole } from "./select";
import { NO_AGENT, NO_TERM, TermKind } from "./term";

// Many messages become one: a calculation, or an activation of an agent without a name of its own, which asks a model.

const output = newBuilder();
const about = newBuilder();
/** The message that a score is for. */
const scored = newBuilder();
const scoredMeta = newBuilder();

export function enterJoin(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  const join = changetype<JoinPlan>(term.join);
  if (term.agent != NO_AGENT) return enterAgent(run, ref);
  if (join.of && !resolveWhole(run, ref, join.of, scored, scoredMeta)) return failHere(run, ref, StopReason.Failed);
  scratch.free();
  const input = instance.input;
  const meta = instance.inputMeta;
  const parts = partsOf(join, textBytes(run, input), textLength(run, input), textBytes(run, meta), textLength(run, meta));
  if (term.rerank != NO_TERM) parts.uncut = 1;
  if (join.of) {
    parts.hasOf = 1;
    parts.of = scored.at;
    parts.ofLength = scored.length;
    parts.ofMeta = scoredMeta.at;
    parts.ofMetaLength = scoredMeta.length;
  }
  const asked = inputAround(run, ref);
  const done = computeJoin(join, parts, textBytes(run, asked), textLength(run, asked), output, about);
  if (!done) {
    const failure = newFailure(run, StopReason.Failed, instance.term);
    failureAt(run, failure).partial = newText(run, output.at, output.length);
    return failWith(run, ref, failure);
  }
  instance.output = newText(run, output.at, output.length);
  instance.outputMeta = newText(run, about.at, about.length);
  if (term.rerank == NO_TERM) succeed(run, ref);
  else orderAgain(run, ref, asked);
}

/** `$input`: that of the nearest `use`, else the run's. */
function inputAround(run: Run, ref: u32): u32 {
  for (let at = instanceAt(run, ref).parent; at; at = instanceAt(run, at).parent) {
    const instance = instanceAt(run, at);
    if (termOf(run, instance).kind == <u8>TermKind.Use) return instance.input;
  }
  return run.input;
}
