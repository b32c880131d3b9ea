import { Run } from "../kernel/run";
import { dropText, holdText } from "../kernel/text";
import { failWith, succeed } from "./end";
import { InstanceFlag, instanceAt, termOf } from "./instance";
import { bindName } from "./names";
import { open, roleOf, takeFailure, takeOutput, takeOutputMeta } from "./step";
import { kidOf } from "./term";

// One after the other; each gets what the one before gave.

export function enterSequence(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  open(run, ref, kidOf(term, 0), 0, holdText(run, instance.input), holdText(run, instance.inputMeta));
}

export function sequenceKid(run: Run, ref: u32, kid: u32): void {
  const ended = instanceAt(run, kid);
  if (ended.has(InstanceFlag.Failed)) return failWith(run, ref, takeFailure(ended));
  const instance = instanceAt(run, ref);
  const bind = roleOf(run, ended).bind;
  dropText(run, instance.output);
  dropText(run, instance.outputMeta);
  instance.output = takeOutput(ended);
  instance.outputMeta = takeOutputMeta(ended);
  if (bind) instance.scope = bindName(run, instance.scope, bind - 1, instance.output, instance.outputMeta);
  const term = termOf(run, instance);
  if (++instance.cursor == term.kidCount) return succeed(run, ref);
  open(run, ref, kidOf(term, instance.cursor), instance.cursor, holdText(run, instance.output), holdText(run, instance.outputMeta));
}
