/** What may go wrong in a simulated world, and what each is. */
export const FAULTS = {
  lost: "an answer never comes",
  late: "an answer comes long after it was due",
  duplicate: "an answer comes twice",
  reorder: "answers come in another order than they were asked for",
  "model-failure": "a model cannot be called: its rate limit, its server, the network",
  "tool-failure": "a tool, a store or an agent of the host fails, or nobody knows what became of it",
  malformed: "a model answers something else than it was asked for",
  denied: "a person denies a call of a tool, or never decides",
  cancel: "the run is cancelled at any moment",
  clock: "the clock jumps, back or ahead, and timers fire late",
  crash: "the process dies at any step, and another one goes on from the journal",
  restore: "the run is saved at any step, and goes on from its snapshot",
  flood: "more comes in at once than mailboxes take",
  forget: "the host has lost a conversation, and asks for it anew",
} as const;

export type Fault = keyof typeof FAULTS;

/** All of them, in order. */
export const ALL_FAULTS = Object.keys(FAULTS) as Fault[];
