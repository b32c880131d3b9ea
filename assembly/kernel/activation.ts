import { agentAt } from "./agent";
import { Run, at } from "./run";
import { dropText } from "./text";
import { clearTimer } from "./timer";

// One agent handling one message, from the moment it takes it until its answer is on its way.

export const enum ActivationState {
  Working,
  /** Its answer waits for room in a mailbox. */
  Sending,
}

@unmanaged
export class Activation {
  span: u64;
  /** Milliseconds since 1970; 0 is none. */
  deadlineAt: u64;
  agent: u32;
  sender: u32;
  input: u32; // text
  answer: u32; // text
  effects: u32; // open ones, through their `next`
  /** Effects that still owe an answer before it goes on. */
  awaited: u32;
  deadline: u32; // timer
  sendTimer: u32;
  nextWaiter: u32; // in a mailbox's list
  cursor: u32; // next edge of the answer
  /** First part of the turn whose calls are being run. */
  calls: u32;
  turns: u16;
  hops: u16;
  /** Of the message that a channel passes on. */
  label: u16;
  state: u8;
}

export const ACTIVATION_SIZE: u32 = 80;

export function activationAt(run: Run, ref: u32): Activation {
  return changetype<Activation>(at(run, ref));
}

/** Takes over the hold on `input`. */
export function newActivation(run: Run, index: u32, sender: u32, input: u32, hops: u16): u32 {
  let ref = run.freeActivations;
  if (ref) run.freeActivations = activationAt(run, ref).nextWaiter;
  else ref = run.allocate(ACTIVATION_SIZE);
  const activation = activationAt(run, ref);
  memory.fill(changetype<usize>(activation), 0, ACTIVATION_SIZE);
  activation.agent = index;
  activation.sender = sender;
  activation.input = input;
  activation.hops = hops;
  agentAt(run, index).activation = ref;
  return ref;
}

export function freeActivation(run: Run, ref: u32): void {
  const activation = activationAt(run, ref);
  clearTimer(run, activation.deadline);
  clearTimer(run, activation.sendTimer);
  dropText(run, activation.input);
  dropText(run, activation.answer);
  agentAt(run, activation.agent).activation = 0;
  activation.nextWaiter = run.freeActivations;
  run.freeActivations = ref;
}
