import { Run } from "../kernel/run";
import { textBytes, textLength } from "../kernel/text";
import { Builder } from "../text/builder";
import { failureAt } from "./failure";
import { writePathList } from "./handoff";
import { InstanceFlag, InstanceState, instanceAt, termOf } from "./instance";
import { writeItems } from "./map";
import { writeDone } from "./parallel";
import { writePlan } from "./plan-texts";
import { TermKind } from "./term";

/** What an instance has done so far, as an output would be; nothing if there is none. */
export function writePartial(run: Run, to: Builder, ref: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  if (instance.state == InstanceState.Over) {
    // It has given its kind's own block back, and its parent has not been told yet.
    const text = instance.has(InstanceFlag.Failed) ? failureAt(run, instance.failure).partial : instance.output;
    if (text) to.bytes(textBytes(run, text), textLength(run, text));
    return;
  }
  switch (<TermKind>term.kind) {
    case TermKind.Parallel:
      if (instance.data && instance.done) writeDone(run, to, instance, term);
      return;
    case TermKind.Map:
      if (instance.data && instance.done) writeItems(run, to, instance);
      return;
    case TermKind.Plan:
      if (instance.data) writePlan(run, to, instance);
      return;
    case TermKind.Handoff:
      if (!instance.data) return;
      to.ascii('{"path":');
      writePathList(run, to, instance);
      to.byte(0x7d);
      return;
    default:
  }
  // Of one that has one child at a time: what that has done, else what came before it.
  const before = to.length;
  if (instance.kids) writePartial(run, to, instance.kids);
  if (to.length == before && instance.output) to.bytes(textBytes(run, instance.output), textLength(run, instance.output));
}
