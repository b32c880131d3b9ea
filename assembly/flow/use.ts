import { Run } from "../kernel/run";
import { holdText } from "../kernel/text";
import { failWith } from "./end";
import { InstanceFlag, instanceAt, termOf } from "./instance";
import { bindName, dropNames } from "./names";
import { open, passUp, takeFailure } from "./step";
import { kidOf } from "./term";

// Another definition's flow, with names of its own: of those outside it sees none.

export function enterUse(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  dropNames(run, instance.scope);
  instance.scope = bindName(run, 0, term.own, instance.input, instance.inputMeta);
  open(run, ref, kidOf(term, 0), 0, holdText(run, instance.input), holdText(run, instance.inputMeta));
}

export function useKid(run: Run, ref: u32, kid: u32): void {
  const ended = instanceAt(run, kid);
  if (ended.has(InstanceFlag.Failed)) failWith(run, ref, takeFailure(ended));
  else passUp(run, ref, kid);
}
