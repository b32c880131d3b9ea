// Generated from wit/ by tools/generate.ts; do not edit.
// biome-ignore-all format: generated

/** Kinds of records, in the order of `variant event`. */
export const enum EventKind {
  Define,
  Variables,
  Forget,
  Start,
  Deliver,
  Close,
  Cancel,
  ModelResult,
  ToolResult,
  AgentResult,
  EffectFailed,
  AgentReady,
  AgentFailed,
  Resend,
  Grant,
  Save,
  Restore,
  Replay,
  Resume,
  Drop,
  SearchResult,
  IndexResult,
  Approval,
  Amend,
  Models,
  SignIn,
  Authorize,
  Counted,
  Recalled,
  Remembered,
}

export const EVENT_KINDS: u32 = 30;

/** Load a definition from files, later ones laid over earlier ones. Answered by `defined`, `variables-needed` or `problems`. */
@unmanaged
export class DefineEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  tag: u32;
  sourcesAt: u32;
  sourcesCount: u32;
  /** Roles and tools that the host has registered code for. */
  rolesAt: u32;
  rolesCount: u32;
  toolsAt: u32;
  toolsCount: u32;
  /** Only check: nothing is kept, and variables need no values. */
  checkOnly: u8;
}

export const DEFINE_FIXED: u32 = 37;
if (
  offsetof<DefineEvent>("tag") !== 8 ||
  offsetof<DefineEvent>("sourcesAt") !== 12 ||
  offsetof<DefineEvent>("sourcesCount") !== 16 ||
  offsetof<DefineEvent>("rolesAt") !== 20 ||
  offsetof<DefineEvent>("rolesCount") !== 24 ||
  offsetof<DefineEvent>("toolsAt") !== 28 ||
  offsetof<DefineEvent>("toolsCount") !== 32 ||
  offsetof<DefineEvent>("checkOnly") !== 36
)
  ERROR("layout of DefineEvent");

/** The values that `variables-needed` asked for. */
@unmanaged
export class VariablesEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  tag: u32;
  valuesAt: u32;
  valuesCount: u32;
}

export const VARIABLES_FIXED: u32 = 20;
if (
  offsetof<VariablesEvent>("tag") !== 8 ||
  offsetof<VariablesEvent>("valuesAt") !== 12 ||
  offsetof<VariablesEvent>("valuesCount") !== 16
)
  ERROR("layout of VariablesEvent");

/** The host needs this definition no more. Runs of it go on. */
@unmanaged
export class ForgetEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  definition: u32;
}

export const FORGET_FIXED: u32 = 12;
if (
  offsetof<ForgetEvent>("definition") !== 8
)
  ERROR("layout of ForgetEvent");

/** Begin a run. Answered by `started`, or `refused` with the tag. */
@unmanaged
export class StartEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  tag: u32;
  definition: u32;
  /** The run's name everywhere and for ever, 1 to 64 bytes; the host makes it unique. */
  idAt: u32;
  idLength: u32;
  seed: u64;
  /** Report each message between agents by a `message` command. */
  watch: u8;
  /** The run has its whole input: ports outside bring nothing after it. */
  closed: u8;
  gap0: u8;
  gap1: u8;
  /** Where the input goes: an agent's or a port's name; empty: the only entry. */
  toAt: u32;
  toLength: u32;
  /** Empty text and no `to`: nothing is delivered, producers begin by themselves. */
  inputAt: u32;
  inputLength: u32;
  /** Deliver the input even if it is empty. */
  hasInput: u8;
  gap2: u8;
  gap3: u8;
  gap4: u8;
  /** A producer's graph is ended, well, after so many milliseconds; 0: never. */
  endAfter: u64;
  budgetCalls: u64;
  budgetTokens: u64;
  /** Milliseconds from the run's start. */
  budgetTime: u64;
  /** Micro-dollars. */
  budgetMoney: u64;
  /** W3C trace id (32 hex digits) and parent span id (16) to stand under, or empty. */
  traceIdAt: u32;
  traceIdLength: u32;
  parentSpanAt: u32;
  parentSpanLength: u32;
  /** Whose run it is: its spending counts against this one's budget, too. Empty: nobody's. */
  tenantAt: u32;
  tenantLength: u32;
  /** The conversation that goes on, at most 64 bytes; empty: the user's, or one of this run alone. */
  sessionAt: u32;
  sessionLength: u32;
  /** Who speaks, at most 64 bytes, or empty. */
  userAt: u32;
  userLength: u32;
}

export const START_FIXED: u32 = 144;
if (
  offsetof<StartEvent>("run") !== 8 ||
  offsetof<StartEvent>("tag") !== 16 ||
  offsetof<StartEvent>("definition") !== 20 ||
  offsetof<StartEvent>("idAt") !== 24 ||
  offsetof<StartEvent>("idLength") !== 28 ||
  offsetof<StartEvent>("seed") !== 32 ||
  offsetof<StartEvent>("watch") !== 40 ||
  offsetof<StartEvent>("closed") !== 41 ||
  offsetof<StartEvent>("toAt") !== 44 ||
  offsetof<StartEvent>("toLength") !== 48 ||
  offsetof<StartEvent>("inputAt") !== 52 ||
  offsetof<StartEvent>("inputLength") !== 56 ||
  offsetof<StartEvent>("hasInput") !== 60 ||
  offsetof<StartEvent>("endAfter") !== 64 ||
  offsetof<StartEvent>("budgetCalls") !== 72 ||
  offsetof<StartEvent>("budgetTokens") !== 80 ||
  offsetof<StartEvent>("budgetTime") !== 88 ||
  offsetof<StartEvent>("budgetMoney") !== 96 ||
  offsetof<StartEvent>("traceIdAt") !== 104 ||
  offsetof<StartEvent>("traceIdLength") !== 108 ||
  offsetof<StartEvent>("parentSpanAt") !== 112 ||
  offsetof<StartEvent>("parentSpanLength") !== 116 ||
  offsetof<StartEvent>("tenantAt") !== 120 ||
  offsetof<StartEvent>("tenantLength") !== 124 ||
  offsetof<StartEvent>("sessionAt") !== 128 ||
  offsetof<StartEvent>("sessionLength") !== 132 ||
  offsetof<StartEvent>("userAt") !== 136 ||
  offsetof<StartEvent>("userLength") !== 140
)
  ERROR("layout of StartEvent");

/** A message from outside, to an agent or port; empty: the only entry. */
@unmanaged
export class DeliverEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  toAt: u32;
  toLength: u32;
  textAt: u32;
  textLength: u32;
}

export const DELIVER_FIXED: u32 = 32;
if (
  offsetof<DeliverEvent>("run") !== 8 ||
  offsetof<DeliverEvent>("toAt") !== 16 ||
  offsetof<DeliverEvent>("toLength") !== 20 ||
  offsetof<DeliverEvent>("textAt") !== 24 ||
  offsetof<DeliverEvent>("textLength") !== 28
)
  ERROR("layout of DeliverEvent");

/** Nothing more will come from outside. */
@unmanaged
export class CloseEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
}

export const CLOSE_FIXED: u32 = 16;
if (
  offsetof<CloseEvent>("run") !== 8
)
  ERROR("layout of CloseEvent");

@unmanaged
export class CancelEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  reasonAt: u32;
  reasonLength: u32;
}

export const CANCEL_FIXED: u32 = 24;
if (
  offsetof<CancelEvent>("run") !== 8 ||
  offsetof<CancelEvent>("reasonAt") !== 16 ||
  offsetof<CancelEvent>("reasonLength") !== 20
)
  ERROR("layout of CancelEvent");

@unmanaged
export class ModelResultEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  effect: u32;
  attempt: u32;
  finish: u8;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  usageInput: u32;
  usageOutput: u32;
  usageCachedRead: u32;
  usageCachedWrite: u32;
  usageReasoning: u32;
  partsAt: u32;
  partsCount: u32;
}

export const MODEL_RESULT_FIXED: u32 = 56;
if (
  offsetof<ModelResultEvent>("run") !== 8 ||
  offsetof<ModelResultEvent>("effect") !== 16 ||
  offsetof<ModelResultEvent>("attempt") !== 20 ||
  offsetof<ModelResultEvent>("finish") !== 24 ||
  offsetof<ModelResultEvent>("usageInput") !== 28 ||
  offsetof<ModelResultEvent>("usageOutput") !== 32 ||
  offsetof<ModelResultEvent>("usageCachedRead") !== 36 ||
  offsetof<ModelResultEvent>("usageCachedWrite") !== 40 ||
  offsetof<ModelResultEvent>("usageReasoning") !== 44 ||
  offsetof<ModelResultEvent>("partsAt") !== 48 ||
  offsetof<ModelResultEvent>("partsCount") !== 52
)
  ERROR("layout of ModelResultEvent");

@unmanaged
export class ToolResultEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  effect: u32;
  attempt: u32;
  /** The tool answered that it failed. It ran: this is settled, and the model is told. */
  isError: u8;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  textAt: u32;
  textLength: u32;
}

export const TOOL_RESULT_FIXED: u32 = 36;
if (
  offsetof<ToolResultEvent>("run") !== 8 ||
  offsetof<ToolResultEvent>("effect") !== 16 ||
  offsetof<ToolResultEvent>("attempt") !== 20 ||
  offsetof<ToolResultEvent>("isError") !== 24 ||
  offsetof<ToolResultEvent>("textAt") !== 28 ||
  offsetof<ToolResultEvent>("textLength") !== 32
)
  ERROR("layout of ToolResultEvent");

/** Host code as an agent has answered. */
@unmanaged
export class AgentResultEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  effect: u32;
  attempt: u32;
  textAt: u32;
  textLength: u32;
}

export const AGENT_RESULT_FIXED: u32 = 32;
if (
  offsetof<AgentResultEvent>("run") !== 8 ||
  offsetof<AgentResultEvent>("effect") !== 16 ||
  offsetof<AgentResultEvent>("attempt") !== 20 ||
  offsetof<AgentResultEvent>("textAt") !== 24 ||
  offsetof<AgentResultEvent>("textLength") !== 28
)
  ERROR("layout of AgentResultEvent");

/** An effect could not be done. */
@unmanaged
export class EffectFailedEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  effect: u32;
  attempt: u32;
  failure: u8;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  messageAt: u32;
  messageLength: u32;
  gap3: u8;
  gap4: u8;
  gap5: u8;
  gap6: u8;
  /** Milliseconds that the other side asked to wait. */
  hasRetryAfter: u8;
  gap7: u8;
  gap8: u8;
  gap9: u8;
  gap10: u8;
  gap11: u8;
  gap12: u8;
  gap13: u8;
  retryAfter: u64;
  usageInput: u32;
  usageOutput: u32;
  usageCachedRead: u32;
  usageCachedWrite: u32;
  usageReasoning: u32;
}

export const EFFECT_FAILED_FIXED: u32 = 76;
if (
  offsetof<EffectFailedEvent>("run") !== 8 ||
  offsetof<EffectFailedEvent>("effect") !== 16 ||
  offsetof<EffectFailedEvent>("attempt") !== 20 ||
  offsetof<EffectFailedEvent>("failure") !== 24 ||
  offsetof<EffectFailedEvent>("messageAt") !== 28 ||
  offsetof<EffectFailedEvent>("messageLength") !== 32 ||
  offsetof<EffectFailedEvent>("hasRetryAfter") !== 40 ||
  offsetof<EffectFailedEvent>("retryAfter") !== 48 ||
  offsetof<EffectFailedEvent>("usageInput") !== 56 ||
  offsetof<EffectFailedEvent>("usageOutput") !== 60 ||
  offsetof<EffectFailedEvent>("usageCachedRead") !== 64 ||
  offsetof<EffectFailedEvent>("usageCachedWrite") !== 68 ||
  offsetof<EffectFailedEvent>("usageReasoning") !== 72
)
  ERROR("layout of EffectFailedEvent");

/** A started agent can take messages. */
@unmanaged
export class AgentReadyEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  agent: u32;
}

export const AGENT_READY_FIXED: u32 = 20;
if (
  offsetof<AgentReadyEvent>("run") !== 8 ||
  offsetof<AgentReadyEvent>("agent") !== 16
)
  ERROR("layout of AgentReadyEvent");

@unmanaged
export class AgentFailedEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  agent: u32;
  messageAt: u32;
  messageLength: u32;
}

export const AGENT_FAILED_FIXED: u32 = 28;
if (
  offsetof<AgentFailedEvent>("run") !== 8 ||
  offsetof<AgentFailedEvent>("agent") !== 16 ||
  offsetof<AgentFailedEvent>("messageAt") !== 20 ||
  offsetof<AgentFailedEvent>("messageLength") !== 24
)
  ERROR("layout of AgentFailedEvent");

/** The host does not have the turns that a `call-model` builds on: send the command again with all of them. */
@unmanaged
export class ResendEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  effect: u32;
}

export const RESEND_FIXED: u32 = 20;
if (
  offsetof<ResendEvent>("run") !== 8 ||
  offsetof<ResendEvent>("effect") !== 16
)
  ERROR("layout of ResendEvent");

/** What the commons decided about an effect that waited for it. Written by the core into a run's record; refused from a host. */
@unmanaged
export class GrantEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  effect: u32;
  granted: u8;
}

export const GRANT_FIXED: u32 = 21;
if (
  offsetof<GrantEvent>("run") !== 8 ||
  offsetof<GrantEvent>("effect") !== 16 ||
  offsetof<GrantEvent>("granted") !== 20
)
  ERROR("layout of GrantEvent");

/** Answered by `saved`. The run goes on. */
@unmanaged
export class SaveEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
}

export const SAVE_FIXED: u32 = 16;
if (
  offsetof<SaveEvent>("run") !== 8
)
  ERROR("layout of SaveEvent");

/** A run from the bytes of `saved`. Answered by `started` or `refused`. */
@unmanaged
export class RestoreEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  tag: u32;
  definition: u32;
  stateAt: u32;
  stateLength: u32;
  /** It does nothing yet: it takes the records that follow in its journal, until `resume`. */
  paused: u8;
}

export const RESTORE_FIXED: u32 = 25;
if (
  offsetof<RestoreEvent>("tag") !== 8 ||
  offsetof<RestoreEvent>("definition") !== 12 ||
  offsetof<RestoreEvent>("stateAt") !== 16 ||
  offsetof<RestoreEvent>("stateLength") !== 20 ||
  offsetof<RestoreEvent>("paused") !== 24
)
  ERROR("layout of RestoreEvent");

/** The next record of a run's journal, into a run that only replays (0: a new one). Answered by `replayed`, or `refused` where it differs. */
@unmanaged
export class ReplayEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  tag: u32;
  definition: u32;
  recordAt: u32;
  recordLength: u32;
  /** Tell all commands of the step, for whoever only looks at them; else those alone that leave the run. */
  show: u8;
}

export const REPLAY_FIXED: u32 = 33;
if (
  offsetof<ReplayEvent>("run") !== 8 ||
  offsetof<ReplayEvent>("tag") !== 16 ||
  offsetof<ReplayEvent>("definition") !== 20 ||
  offsetof<ReplayEvent>("recordAt") !== 24 ||
  offsetof<ReplayEvent>("recordLength") !== 28 ||
  offsetof<ReplayEvent>("show") !== 32
)
  ERROR("layout of ReplayEvent");

/**
 * The run that replayed goes on for real: what it waits for is asked of the host again. In the record of the step that follows it says that whoever
 * was asked again has all of their time from then on.
 */
@unmanaged
export class ResumeEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
}

export const RESUME_FIXED: u32 = 16;
if (
  offsetof<ResumeEvent>("run") !== 8
)
  ERROR("layout of ResumeEvent");

/** Done with a run that replayed, or that is only to be thrown away. No command follows. */
@unmanaged
export class DropEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
}

export const DROP_FIXED: u32 = 16;
if (
  offsetof<DropEvent>("run") !== 8
)
  ERROR("layout of DropEvent");

/** What was found: a JSON list of {id, text, score, metadata}, the best first. */
@unmanaged
export class SearchResultEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  effect: u32;
  attempt: u32;
  documentsAt: u32;
  documentsLength: u32;
}

export const SEARCH_RESULT_FIXED: u32 = 32;
if (
  offsetof<SearchResultEvent>("run") !== 8 ||
  offsetof<SearchResultEvent>("effect") !== 16 ||
  offsetof<SearchResultEvent>("attempt") !== 20 ||
  offsetof<SearchResultEvent>("documentsAt") !== 24 ||
  offsetof<SearchResultEvent>("documentsLength") !== 28
)
  ERROR("layout of SearchResultEvent");

/** The documents are kept; how many. */
@unmanaged
export class IndexResultEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  effect: u32;
  attempt: u32;
  count: u32;
}

export const INDEX_RESULT_FIXED: u32 = 28;
if (
  offsetof<IndexResultEvent>("run") !== 8 ||
  offsetof<IndexResultEvent>("effect") !== 16 ||
  offsetof<IndexResultEvent>("attempt") !== 20 ||
  offsetof<IndexResultEvent>("count") !== 24
)
  ERROR("layout of IndexResultEvent");

/** What a person decided about a call of a tool. */
@unmanaged
export class ApprovalEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  effect: u32;
  approved: u8;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  reasonAt: u32;
  reasonLength: u32;
  /** What `ask-approval` said that it is about; empty: not compared. */
  hashAt: u32;
  hashLength: u32;
  /** JSON that the tool is to get instead; empty: what was asked about. */
  argumentsAt: u32;
  argumentsLength: u32;
}

export const APPROVAL_FIXED: u32 = 48;
if (
  offsetof<ApprovalEvent>("run") !== 8 ||
  offsetof<ApprovalEvent>("effect") !== 16 ||
  offsetof<ApprovalEvent>("approved") !== 20 ||
  offsetof<ApprovalEvent>("reasonAt") !== 24 ||
  offsetof<ApprovalEvent>("reasonLength") !== 28 ||
  offsetof<ApprovalEvent>("hashAt") !== 32 ||
  offsetof<ApprovalEvent>("hashLength") !== 36 ||
  offsetof<ApprovalEvent>("argumentsAt") !== 40 ||
  offsetof<ApprovalEvent>("argumentsLength") !== 44
)
  ERROR("layout of ApprovalEvent");

/**
 * A run that only replays goes on from here as another one, with changes; or, with `run` 0, the run of the `start` right before it, of this
 * tag. What it waits for is asked as after `resume`. Answered by `started`, or `refused`: then nothing has changed.
 */
@unmanaged
export class AmendEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  tag: u32;
  /** The new run's id, 1 to 64 bytes; empty with `run` 0. */
  idAt: u32;
  idLength: u32;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  gap3: u8;
  hasSeed: u8;
  gap4: u8;
  gap5: u8;
  gap6: u8;
  gap7: u8;
  gap8: u8;
  gap9: u8;
  gap10: u8;
  seed: u64;
  amendmentsAt: u32;
  amendmentsCount: u32;
  resultsAt: u32;
  resultsCount: u32;
}

export const AMEND_FIXED: u32 = 64;
if (
  offsetof<AmendEvent>("run") !== 8 ||
  offsetof<AmendEvent>("tag") !== 16 ||
  offsetof<AmendEvent>("idAt") !== 20 ||
  offsetof<AmendEvent>("idLength") !== 24 ||
  offsetof<AmendEvent>("hasSeed") !== 32 ||
  offsetof<AmendEvent>("seed") !== 40 ||
  offsetof<AmendEvent>("amendmentsAt") !== 48 ||
  offsetof<AmendEvent>("amendmentsCount") !== 52 ||
  offsetof<AmendEvent>("resultsAt") !== 56 ||
  offsetof<AmendEvent>("resultsCount") !== 60
)
  ERROR("layout of AmendEvent");

/** What is known of models. Holds, in place of what was said before, for definitions that are loaded from then on. */
@unmanaged
export class ModelsEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  modelsAt: u32;
  modelsCount: u32;
}

export const MODELS_FIXED: u32 = 16;
if (
  offsetof<ModelsEvent>("modelsAt") !== 8 ||
  offsetof<ModelsEvent>("modelsCount") !== 12
)
  ERROR("layout of ModelsEvent");

/**
 * Somebody wants to use a definition that is served; what the host found of who they are, by a proxy's header and by a key or token. Answered by
 * `verdict`, or `refused` with the tag. What follows is decided by the definition alone: it changes nothing.
 */
@unmanaged
export class SignInEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  tag: u32;
  definition: u32;
  proxy: u8;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  proxyNameAt: u32;
  proxyNameLength: u32;
  proxyRolesAt: u32;
  proxyRolesCount: u32;
  key: u8;
  gap3: u8;
  gap4: u8;
  gap5: u8;
  keyNameAt: u32;
  keyNameLength: u32;
  keyRolesAt: u32;
  keyRolesCount: u32;
}

export const SIGN_IN_FIXED: u32 = 56;
if (
  offsetof<SignInEvent>("tag") !== 8 ||
  offsetof<SignInEvent>("definition") !== 12 ||
  offsetof<SignInEvent>("proxy") !== 16 ||
  offsetof<SignInEvent>("proxyNameAt") !== 20 ||
  offsetof<SignInEvent>("proxyNameLength") !== 24 ||
  offsetof<SignInEvent>("proxyRolesAt") !== 28 ||
  offsetof<SignInEvent>("proxyRolesCount") !== 32 ||
  offsetof<SignInEvent>("key") !== 36 ||
  offsetof<SignInEvent>("keyNameAt") !== 40 ||
  offsetof<SignInEvent>("keyNameLength") !== 44 ||
  offsetof<SignInEvent>("keyRolesAt") !== 48 ||
  offsetof<SignInEvent>("keyRolesCount") !== 52
)
  ERROR("layout of SignInEvent");

/** Somebody who has signed in wants something. Answered as `sign-in` is. */
@unmanaged
export class AuthorizeEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  tag: u32;
  definition: u32;
  principalAt: u32;
  principalLength: u32;
  rolesAt: u32;
  rolesCount: u32;
  actionAt: u32;
  actionLength: u32;
  resourceAt: u32;
  resourceLength: u32;
  /** The policies of `authorization.policy_file`, as JSON, or empty. */
  policiesAt: u32;
  policiesLength: u32;
  /** Their bucket, as the last verdict about it said: millionths of requests that they had left, and when. 0 and 0: it is full. */
  left: u64;
  since: u64;
}

export const AUTHORIZE_FIXED: u32 = 72;
if (
  offsetof<AuthorizeEvent>("tag") !== 8 ||
  offsetof<AuthorizeEvent>("definition") !== 12 ||
  offsetof<AuthorizeEvent>("principalAt") !== 16 ||
  offsetof<AuthorizeEvent>("principalLength") !== 20 ||
  offsetof<AuthorizeEvent>("rolesAt") !== 24 ||
  offsetof<AuthorizeEvent>("rolesCount") !== 28 ||
  offsetof<AuthorizeEvent>("actionAt") !== 32 ||
  offsetof<AuthorizeEvent>("actionLength") !== 36 ||
  offsetof<AuthorizeEvent>("resourceAt") !== 40 ||
  offsetof<AuthorizeEvent>("resourceLength") !== 44 ||
  offsetof<AuthorizeEvent>("policiesAt") !== 48 ||
  offsetof<AuthorizeEvent>("policiesLength") !== 52 ||
  offsetof<AuthorizeEvent>("left") !== 56 ||
  offsetof<AuthorizeEvent>("since") !== 64
)
  ERROR("layout of AuthorizeEvent");

/** Tokens of each text, in their order. */
@unmanaged
export class CountedEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  effect: u32;
  attempt: u32;
  /** SHA-256 of the table's file, 64 hex digits: whoever has it can check them. Empty: the host has none for this model, and the core estimates. */
  tableAt: u32;
  tableLength: u32;
  countsAt: u32;
  countsCount: u32;
}

export const COUNTED_FIXED: u32 = 40;
if (
  offsetof<CountedEvent>("run") !== 8 ||
  offsetof<CountedEvent>("effect") !== 16 ||
  offsetof<CountedEvent>("attempt") !== 20 ||
  offsetof<CountedEvent>("tableAt") !== 24 ||
  offsetof<CountedEvent>("tableLength") !== 28 ||
  offsetof<CountedEvent>("countsAt") !== 32 ||
  offsetof<CountedEvent>("countsCount") !== 36
)
  ERROR("layout of CountedEvent");

/**
 * What a session holds. `user`: whose it is, or empty; `checkpointed`: when it was last checkpointed, milliseconds since 1970, or 0.
 * `turns`, oldest first, are as `remember` had them; what is none is passed over.
 */
@unmanaged
export class RecalledEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  effect: u32;
  attempt: u32;
  userAt: u32;
  userLength: u32;
  checkpointed: u64;
  turnsAt: u32;
  turnsCount: u32;
}

export const RECALLED_FIXED: u32 = 48;
if (
  offsetof<RecalledEvent>("run") !== 8 ||
  offsetof<RecalledEvent>("effect") !== 16 ||
  offsetof<RecalledEvent>("attempt") !== 20 ||
  offsetof<RecalledEvent>("userAt") !== 24 ||
  offsetof<RecalledEvent>("userLength") !== 28 ||
  offsetof<RecalledEvent>("checkpointed") !== 32 ||
  offsetof<RecalledEvent>("turnsAt") !== 40 ||
  offsetof<RecalledEvent>("turnsCount") !== 44
)
  ERROR("layout of RecalledEvent");

/** A turn is kept. */
@unmanaged
export class RememberedEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  effect: u32;
  attempt: u32;
}

export const REMEMBERED_FIXED: u32 = 24;
if (
  offsetof<RememberedEvent>("run") !== 8 ||
  offsetof<RememberedEvent>("effect") !== 16 ||
  offsetof<RememberedEvent>("attempt") !== 20
)
  ERROR("layout of RememberedEvent");
