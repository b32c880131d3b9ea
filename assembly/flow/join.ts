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
import { failWith, succeed } from "./end";
import { instanceAt, termOf } from "./instance";
import { findBinding, nameAt } from "./names";
import { NO_AGENT, Reference } from "./term";

// Many messages become one: a calculation, or an activation of an agent without a name of its own, which asks a model.

const output = newBuilder();
const about = newBuilder();

export function enterJoin(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  const join = changetype<JoinPlan>(term.join);
  if (term.agent != NO_AGENT) return enterAgent(run, ref);
  scratch.free();
  const parts = partsOf(
    join,
    textBytes(run, instance.input),
    textLength(run, instance.input),
    textBytes(run, instance.inputMeta),
    textLength(run, instance.inputMeta),
  );
  if (join.of) {
    const name = findBinding(run, instance.scope, changetype<Reference>(join.of).binding);
    if (name) {
      parts.of = textBytes(run, nameAt(run, name).text);
      parts.ofLength = textLength(run, nameAt(run, name).text);
      parts.ofMeta = textBytes(run, nameAt(run, name).meta);
      parts.ofMetaLength = textLength(run, nameAt(run, name).meta);
    }
  }
  const done = computeJoin(join, parts, textBytes(run, run.input), textLength(run, run.input), output, about);
  if (!done) {
    const failure = newFailure(run, StopReason.Failed, instance.term);
    failureAt(run, failure).partial = newText(run, output.at, output.length);
    return failWith(run, ref, failure);
  }
  instance.output = newText(run, output.at, output.length);
  instance.outputMeta = newText(run, about.at, about.length);
  succeed(run, ref);
}
