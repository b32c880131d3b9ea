import { Run } from "./run";

@unmanaged
export class Message {
  next: u32; // in a mailbox, or the free list
  from: u32; // agent, or OUTSIDE
  text: u32; // counted
  label: u16; // of the plan's labels, 0 is none
  hops: u16;

  @inline static of(run: Run, ref: u32): Message {
    return changetype<Message>(run.at(ref));
  }

  /** Ref of one that nobody has. */
  @inline static take(run: Run): u32 {
    const ref = run.freeMessages;
    if (!ref) return run.allocate(offsetof<Message>());
    run.freeMessages = Message.of(run, ref).next;
    return ref;
  }

  @inline static give(run: Run, ref: u32): void {
    Message.of(run, ref).next = run.freeMessages;
    run.freeMessages = ref;
  }
}

// The same for code that is better small than fast.

export function messageAt(run: Run, ref: u32): Message {
  return Message.of(run, ref);
}

export function newMessage(run: Run): u32 {
  return Message.take(run);
}

export function freeMessage(run: Run, ref: u32): void {
  Message.give(run, ref);
}
