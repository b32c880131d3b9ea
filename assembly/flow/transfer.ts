import { NOT_FOUND, agentPlanAt } from "../definition/plan";
import { Gap, Prompt } from "../prompts/table";
import { clearGaps, setGap, writePrompt } from "../prompts/write";
import { CallModelCommand } from "../protocol/commands";
import { putBytesOf, putList } from "../protocol/output";
import { OFFERED_TOOL_SIZE, OfferedTool } from "../protocol/types";
import { Activation } from "../kernel/activation";
import { Run } from "../kernel/run";
import { newBuilder } from "../text/builder";
import { sameBytes, startsWithWord } from "../text/slice";
import { mayPass } from "./handoff";
import { instanceAt, termOf } from "./instance";
import { Label, Term, TermKind, kidOf, labelOf, termAt } from "./term";
import { literalLength } from "../text/literal";

// Tools by which a member of a handoff passes the conversation on: transfer_to_NAME for each member that it may pass it to.

const PREFIX: u32 = 12; // transfer_to_
/** The tools take no arguments. */
const PARAMETERS = '{"type":"object","properties":{}}';
const text = newBuilder();

/** The handoff whose member the activation is, or null. */
function handoffOf(run: Run, activation: Activation): Term | null {
  if (!activation.node) return null;
  const parent = instanceAt(run, activation.node).parent;
  if (!parent) return null;
  const term = termOf(run, instanceAt(run, parent));
  return term.kind == <u8>TermKind.Handoff ? term : null;
}

/** Bytes that `offer` needs at most. */
export function offeredLength(run: Run, activation: Activation): u32 {
  const handoff = handoffOf(run, activation);
  if (handoff === null) return 0;
  let bytes: u32 = 16;
  for (let i: u32 = 0; i < handoff.kidCount; i++) {
    describe(run, activation, handoff, i);
    bytes += OFFERED_TOOL_SIZE + PREFIX + labelOf(handoff, i).length + text.length + literalLength(PARAMETERS);
  }
  return bytes;
}

/** Into the `call-model` command that is being written. */
export function offer(run: Run, activation: Activation): void {
  const handoff = handoffOf(run, activation);
  if (handoff === null) return;
  const from = instanceAt(run, activation.node).place;
  let count: u32 = 0;
  for (let i: u32 = 0; i < handoff.kidCount; i++) if (mayPass(handoff, from, i)) count++;
  let to = putList(offsetof<CallModelCommand>("offeredAt"), count, OFFERED_TOOL_SIZE, 4);
  for (let i: u32 = 0; i < handoff.kidCount; i++) {
    if (!mayPass(handoff, from, i)) continue;
    const label = labelOf(handoff, i);
    text.clear().ascii("transfer_to_").bytes(label.at, label.length);
    putBytesOf(to + offsetof<OfferedTool>("nameAt"), text.at, text.length);
    describe(run, activation, handoff, i);
    putBytesOf(to + offsetof<OfferedTool>("descriptionAt"), text.at, text.length);
    text.clear().ascii(PARAMETERS);
    putBytesOf(to + offsetof<OfferedTool>("parametersAt"), text.at, text.length);
    to += OFFERED_TOOL_SIZE;
  }
}

/** What the tool is for, into `text`. */
function describe(run: Run, activation: Activation, handoff: Term, place: u32): void {
  const label = labelOf(handoff, place);
  clearGaps();
  setGap(Gap.Name, label.at, label.length);
  const member = termAt(run.plan.flow, kidOf(handoff, place));
  if (member.kind == <u8>TermKind.Agent) {
    const plan = agentPlanAt(run.plan, member.agent);
    setGap(Gap.Description, plan.description, plan.descriptionLength);
  }
  writePrompt(text.clear(), run.plan, activation.agent, Prompt.Transfer);
}

/** The member that a call of this name passes the conversation to, or NOT_FOUND. */
export function transferTarget(run: Run, activation: Activation, name: usize, length: u32): u32 {
  if (length <= PREFIX || !startsWithWord(name, length, "transfer_to_")) return NOT_FOUND;
  const handoff = handoffOf(run, activation);
  if (handoff === null) return NOT_FOUND;
  const from = instanceAt(run, activation.node).place;
  for (let i: u32 = 0; i < handoff.kidCount; i++) {
    const label = labelOf(handoff, i);
    if (sameBytes(label.at, label.length, name + PREFIX, length - PREFIX)) return mayPass(handoff, from, i) ? i : NOT_FOUND;
  }
  return NOT_FOUND;
}

/** The name of the member to whom the activation passes the conversation on. */
export function memberLabel(run: Run, activation: Activation): Label {
  return labelOf(handoffOf(run, activation)!, activation.transfer - 1);
}
