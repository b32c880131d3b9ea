import { Run, at } from "./run";

@unmanaged
export class Message {
  next: u32; // in a mailbox, or the free list
  from: u32; // agent, or OUTSIDE
  text: u32; // counted
  label: u16; // of the plan's labels, 0 is none
  hops: u16;
}

export function messageAt(run: Run, ref: u32): Message {
  return changetype<Message>(at(run, ref));
}

export function newMessage(run: Run): u32 {
  const ref = run.freeMessages;
  if (!ref) return run.allocate(offsetof<Message>());
  run.freeMessages = messageAt(run, ref).next;
  return ref;
}

export function freeMessage(run: Run, ref: u32): void {
  messageAt(run, ref).next = run.freeMessages;
  run.freeMessages = ref;
}
