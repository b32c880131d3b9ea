// Generated from wit/ by tools/generate.ts; do not edit.
// biome-ignore-all format: generated

import type { FrameReader } from "./frame-reader.ts";
import type { FrameWriter } from "./frame-writer.ts";
import {
  type Allowance,
  type AmendedResult,
  type Amendment,
  EVIDENCES,
  type Evidence,
  FAILURE_KINDS,
  FINISH_REASONS,
  type FailureKind,
  type FinishReason,
  type ModelFacts,
  type Part,
  type Run,
  type Source,
  type TextCount,
  type Usage,
  type Variable,
  evidenceIndex,
  failureKindIndex,
  finishReasonIndex,
  readAmendedResult,
  readAmendment,
  readModelFacts,
  readPart,
  readSource,
  readText,
  readTextCount,
  readVariable,
  writeAmendedResult,
  writeAmendment,
  writeModelFacts,
  writePart,
  writeSource,
  writeText,
  writeTextCount,
  writeVariable,
} from "./types.ts";

/** Any event. */
export type Event =
  | DefineEvent
  | VariablesEvent
  | ForgetEvent
  | StartEvent
  | DeliverEvent
  | CloseEvent
  | CancelEvent
  | ModelResultEvent
  | ToolResultEvent
  | AgentResultEvent
  | EffectFailedEvent
  | AgentReadyEvent
  | AgentFailedEvent
  | ResendEvent
  | GrantEvent
  | SaveEvent
  | RestoreEvent
  | ReplayEvent
  | ResumeEvent
  | DropEvent
  | SearchResultEvent
  | IndexResultEvent
  | ApprovalEvent
  | AmendEvent
  | ModelsEvent
  | SignInEvent
  | AuthorizeEvent
  | CountedEvent
  | RecalledEvent
  | RememberedEvent;

/** Types of events by kind, the order of the protocol. */
export const EVENT_TYPES: readonly Event["type"][] = [
  "define",
  "variables",
  "forget",
  "start",
  "deliver",
  "close",
  "cancel",
  "model-result",
  "tool-result",
  "agent-result",
  "effect-failed",
  "agent-ready",
  "agent-failed",
  "resend",
  "grant",
  "save",
  "restore",
  "replay",
  "resume",
  "drop",
  "search-result",
  "index-result",
  "approval",
  "amend",
  "models",
  "sign-in",
  "authorize",
  "counted",
  "recalled",
  "remembered",
];

/** Writes any event as the next record. */
export function writeEvent(writer: FrameWriter, event: Event): void {
  switch (event.type) {
    case "define":
      writeDefine(writer, event);
      break;
    case "variables":
      writeVariables(writer, event);
      break;
    case "forget":
      writeForget(writer, event);
      break;
    case "start":
      writeStart(writer, event);
      break;
    case "deliver":
      writeDeliver(writer, event);
      break;
    case "close":
      writeClose(writer, event);
      break;
    case "cancel":
      writeCancel(writer, event);
      break;
    case "model-result":
      writeModelResult(writer, event);
      break;
    case "tool-result":
      writeToolResult(writer, event);
      break;
    case "agent-result":
      writeAgentResult(writer, event);
      break;
    case "effect-failed":
      writeEffectFailed(writer, event);
      break;
    case "agent-ready":
      writeAgentReady(writer, event);
      break;
    case "agent-failed":
      writeAgentFailed(writer, event);
      break;
    case "resend":
      writeResend(writer, event);
      break;
    case "grant":
      writeGrant(writer, event);
      break;
    case "save":
      writeSave(writer, event);
      break;
    case "restore":
      writeRestore(writer, event);
      break;
    case "replay":
      writeReplay(writer, event);
      break;
    case "resume":
      writeResume(writer, event);
      break;
    case "drop":
      writeDrop(writer, event);
      break;
    case "search-result":
      writeSearchResult(writer, event);
      break;
    case "index-result":
      writeIndexResult(writer, event);
      break;
    case "approval":
      writeApproval(writer, event);
      break;
    case "amend":
      writeAmend(writer, event);
      break;
    case "models":
      writeModels(writer, event);
      break;
    case "sign-in":
      writeSignIn(writer, event);
      break;
    case "authorize":
      writeAuthorize(writer, event);
      break;
    case "counted":
      writeCounted(writer, event);
      break;
    case "recalled":
      writeRecalled(writer, event);
      break;
    case "remembered":
      writeRemembered(writer, event);
      break;
  }
}

/** Reads the record that `reader.next()` came to. Throws FrameError. */
export function readEvent(reader: FrameReader): Event {
  switch (reader.kind) {
    case 0:
      return readDefine(reader, reader.at);
    case 1:
      return readVariables(reader, reader.at);
    case 2:
      return readForget(reader, reader.at);
    case 3:
      return readStart(reader, reader.at);
    case 4:
      return readDeliver(reader, reader.at);
    case 5:
      return readClose(reader, reader.at);
    case 6:
      return readCancel(reader, reader.at);
    case 7:
      return readModelResult(reader, reader.at);
    case 8:
      return readToolResult(reader, reader.at);
    case 9:
      return readAgentResult(reader, reader.at);
    case 10:
      return readEffectFailed(reader, reader.at);
    case 11:
      return readAgentReady(reader, reader.at);
    case 12:
      return readAgentFailed(reader, reader.at);
    case 13:
      return readResend(reader, reader.at);
    case 14:
      return readGrant(reader, reader.at);
    case 15:
      return readSave(reader, reader.at);
    case 16:
      return readRestore(reader, reader.at);
    case 17:
      return readReplay(reader, reader.at);
    case 18:
      return readResume(reader, reader.at);
    case 19:
      return readDrop(reader, reader.at);
    case 20:
      return readSearchResult(reader, reader.at);
    case 21:
      return readIndexResult(reader, reader.at);
    case 22:
      return readApproval(reader, reader.at);
    case 23:
      return readAmend(reader, reader.at);
    case 24:
      return readModels(reader, reader.at);
    case 25:
      return readSignIn(reader, reader.at);
    case 26:
      return readAuthorize(reader, reader.at);
    case 27:
      return readCounted(reader, reader.at);
    case 28:
      return readRecalled(reader, reader.at);
    case 29:
      return readRemembered(reader, reader.at);
    default:
      return reader.fault(`there is no event of kind ${reader.kind}`);
  }
}

/** Load a definition from files, later ones laid over earlier ones. Answered by `defined`, `variables-needed` or `problems`. */
export interface DefineEvent {
  type: "define";
  tag: number;
  sources: Source[];
  /** Roles and tools that the host has registered code for. */
  roles: string[];
  tools: string[];
  /** Only check: nothing is kept, and variables need no values. */
  checkOnly: boolean;
}

/** Writes a record of kind 0. */
export function writeDefine(writer: FrameWriter, event: Omit<DefineEvent, "type">): void {
  writer.begin(0, 37);
  writer.u32(2, event.tag);
  writer.word(9, (event.checkOnly ? 1 : 0));
  writer.list(3, event.sources, 20, 4, writeSource);
  writer.list(5, event.roles, 8, 4, writeText);
  writer.list(7, event.tools, 8, 4, writeText);
  writer.end();
}

/** Reads the record at `at`, which is of kind 0. Throws FrameError. */
export function readDefine(reader: FrameReader, at: number): DefineEvent {
  const base = reader.part(at, 37);
  const { words } = reader;
  return {
    type: "define",
    tag: words[base + 2],
    sources: reader.list(words[base + 3], words[base + 4], 20, 4, readSource),
    roles: reader.list(words[base + 5], words[base + 6], 8, 4, readText),
    tools: reader.list(words[base + 7], words[base + 8], 8, 4, readText),
    checkOnly: reader.bool(words[base + 9]),
  };
}

/** The values that `variables-needed` asked for. */
export interface VariablesEvent {
  type: "variables";
  tag: number;
  values: Variable[];
}

/** Writes a record of kind 1. */
export function writeVariables(writer: FrameWriter, event: Omit<VariablesEvent, "type">): void {
  writer.begin(1, 20);
  writer.u32(2, event.tag);
  writer.list(3, event.values, 20, 4, writeVariable);
  writer.end();
}

/** Reads the record at `at`, which is of kind 1. Throws FrameError. */
export function readVariables(reader: FrameReader, at: number): VariablesEvent {
  const base = reader.part(at, 20);
  const { words } = reader;
  return {
    type: "variables",
    tag: words[base + 2],
    values: reader.list(words[base + 3], words[base + 4], 20, 4, readVariable),
  };
}

/** The host needs this definition no more. Runs of it go on. */
export interface ForgetEvent {
  type: "forget";
  definition: number;
}

/** Writes a record of kind 2. */
export function writeForget(writer: FrameWriter, event: Omit<ForgetEvent, "type">): void {
  writer.begin(2, 12);
  writer.u32(2, event.definition);
  writer.end();
}

/** Reads the record at `at`, which is of kind 2. Throws FrameError. */
export function readForget(reader: FrameReader, at: number): ForgetEvent {
  const base = reader.part(at, 12);
  const { words } = reader;
  return {
    type: "forget",
    definition: words[base + 2],
  };
}

/** Begin a run. Answered by `started`, or `refused` with the tag. */
export interface StartEvent {
  type: "start";
  run: Run;
  tag: number;
  definition: number;
  /** The run's name everywhere and for ever, 1 to 64 bytes; the host makes it unique. */
  id: string;
  seed: number;
  /** Report each message between agents by a `message` command. */
  watch: boolean;
  /** The run has its whole input: ports outside bring nothing after it. */
  closed: boolean;
  /** Where the input goes: an agent's or a port's name; empty: the only entry. */
  to: string;
  /** Empty text and no `to`: nothing is delivered, producers begin by themselves. */
  input: string;
  /** Deliver the input even if it is empty. */
  hasInput: boolean;
  /** A producer's graph is ended, well, after so many milliseconds; 0: never. */
  endAfter: number;
  budget: Allowance;
  /** W3C trace id (32 hex digits) and parent span id (16) to stand under, or empty. */
  traceId: string;
  parentSpan: string;
  /** Whose run it is: its spending counts against this one's budget, too. Empty: nobody's. */
  tenant: string;
  /** The conversation that goes on, at most 64 bytes; empty: the user's, or one of this run alone. */
  session: string;
  /** Who speaks, at most 64 bytes, or empty. */
  user: string;
}

/** Writes a record of kind 3. */
export function writeStart(writer: FrameWriter, event: Omit<StartEvent, "type">): void {
  writer.begin(3, 144);
  writer.u64(2, event.run);
  writer.u32(4, event.tag);
  writer.u32(5, event.definition);
  writer.u64(8, event.seed);
  writer.u64(16, event.endAfter);
  writer.u64(18, event.budget.calls);
  writer.u64(20, event.budget.tokens);
  writer.u64(22, event.budget.time);
  writer.u64(24, event.budget.money);
  writer.word(10, (event.watch ? 1 : 0) | (event.closed ? 1 : 0) << 8);
  writer.word(15, (event.hasInput ? 1 : 0));
  writer.string(6, event.id);
  writer.string(11, event.to);
  writer.string(13, event.input);
  writer.string(26, event.traceId);
  writer.string(28, event.parentSpan);
  writer.string(30, event.tenant);
  writer.string(32, event.session);
  writer.string(34, event.user);
  writer.end();
}

/** Reads the record at `at`, which is of kind 3. Throws FrameError. */
export function readStart(reader: FrameReader, at: number): StartEvent {
  const base = reader.part(at, 144);
  const { words } = reader;
  return {
    type: "start",
    run: reader.u64(words[base + 2], words[base + 3]),
    tag: words[base + 4],
    definition: words[base + 5],
    id: reader.string(words[base + 6], words[base + 7]),
    seed: reader.u64(words[base + 8], words[base + 9]),
    watch: reader.bool(words[base + 10]),
    closed: reader.bool(words[base + 10] >>> 8),
    to: reader.string(words[base + 11], words[base + 12]),
    input: reader.string(words[base + 13], words[base + 14]),
    hasInput: reader.bool(words[base + 15]),
    endAfter: reader.u64(words[base + 16], words[base + 17]),
    budget: {
      calls: reader.u64(words[base + 18], words[base + 19]),
      tokens: reader.u64(words[base + 20], words[base + 21]),
      time: reader.u64(words[base + 22], words[base + 23]),
      money: reader.u64(words[base + 24], words[base + 25]),
    },
    traceId: reader.string(words[base + 26], words[base + 27]),
    parentSpan: reader.string(words[base + 28], words[base + 29]),
    tenant: reader.string(words[base + 30], words[base + 31]),
    session: reader.string(words[base + 32], words[base + 33]),
    user: reader.string(words[base + 34], words[base + 35]),
  };
}

/** A message from outside, to an agent or port; empty: the only entry. */
export interface DeliverEvent {
  type: "deliver";
  run: Run;
  to: string;
  text: string;
}

/** Writes a record of kind 4. */
export function writeDeliver(writer: FrameWriter, event: Omit<DeliverEvent, "type">): void {
  writer.begin(4, 32);
  writer.u64(2, event.run);
  writer.string(4, event.to);
  writer.string(6, event.text);
  writer.end();
}

/** Reads the record at `at`, which is of kind 4. Throws FrameError. */
export function readDeliver(reader: FrameReader, at: number): DeliverEvent {
  const base = reader.part(at, 32);
  const { words } = reader;
  return {
    type: "deliver",
    run: reader.u64(words[base + 2], words[base + 3]),
    to: reader.string(words[base + 4], words[base + 5]),
    text: reader.string(words[base + 6], words[base + 7]),
  };
}

/** Nothing more will come from outside. */
export interface CloseEvent {
  type: "close";
  run: Run;
}

/** Writes a record of kind 5. */
export function writeClose(writer: FrameWriter, event: Omit<CloseEvent, "type">): void {
  writer.begin(5, 16);
  writer.u64(2, event.run);
  writer.end();
}

/** Reads the record at `at`, which is of kind 5. Throws FrameError. */
export function readClose(reader: FrameReader, at: number): CloseEvent {
  const base = reader.part(at, 16);
  const { words } = reader;
  return {
    type: "close",
    run: reader.u64(words[base + 2], words[base + 3]),
  };
}

export interface CancelEvent {
  type: "cancel";
  run: Run;
  reason: string;
}

/** Writes a record of kind 6. */
export function writeCancel(writer: FrameWriter, event: Omit<CancelEvent, "type">): void {
  writer.begin(6, 24);
  writer.u64(2, event.run);
  writer.string(4, event.reason);
  writer.end();
}

/** Reads the record at `at`, which is of kind 6. Throws FrameError. */
export function readCancel(reader: FrameReader, at: number): CancelEvent {
  const base = reader.part(at, 24);
  const { words } = reader;
  return {
    type: "cancel",
    run: reader.u64(words[base + 2], words[base + 3]),
    reason: reader.string(words[base + 4], words[base + 5]),
  };
}

export interface ModelResultEvent {
  type: "model-result";
  run: Run;
  effect: number;
  attempt: number;
  finish: FinishReason;
  usage: Usage;
  parts: Part[];
}

/** Writes a record of kind 7. */
export function writeModelResult(writer: FrameWriter, event: Omit<ModelResultEvent, "type">): void {
  writer.begin(7, 56);
  writer.u64(2, event.run);
  writer.u32(4, event.effect);
  writer.u32(5, event.attempt);
  writer.u32(7, event.usage.input);
  writer.u32(8, event.usage.output);
  writer.u32(9, event.usage.cachedRead);
  writer.u32(10, event.usage.cachedWrite);
  writer.u32(11, event.usage.reasoning);
  writer.word(6, finishReasonIndex(writer, 6, event.finish));
  writer.list(12, event.parts, 36, 4, writePart);
  writer.end();
}

/** Reads the record at `at`, which is of kind 7. Throws FrameError. */
export function readModelResult(reader: FrameReader, at: number): ModelResultEvent {
  const base = reader.part(at, 56);
  const { words } = reader;
  return {
    type: "model-result",
    run: reader.u64(words[base + 2], words[base + 3]),
    effect: words[base + 4],
    attempt: words[base + 5],
    finish: reader.oneOf(FINISH_REASONS, words[base + 6]),
    usage: {
      input: words[base + 7],
      output: words[base + 8],
      cachedRead: words[base + 9],
      cachedWrite: words[base + 10],
      reasoning: words[base + 11],
    },
    parts: reader.list(words[base + 12], words[base + 13], 36, 4, readPart),
  };
}

export interface ToolResultEvent {
  type: "tool-result";
  run: Run;
  effect: number;
  attempt: number;
  /** The tool answered that it failed. It ran: this is settled, and the model is told. */
  isError: boolean;
  text: string;
}

/** Writes a record of kind 8. */
export function writeToolResult(writer: FrameWriter, event: Omit<ToolResultEvent, "type">): void {
  writer.begin(8, 36);
  writer.u64(2, event.run);
  writer.u32(4, event.effect);
  writer.u32(5, event.attempt);
  writer.word(6, (event.isError ? 1 : 0));
  writer.string(7, event.text);
  writer.end();
}

/** Reads the record at `at`, which is of kind 8. Throws FrameError. */
export function readToolResult(reader: FrameReader, at: number): ToolResultEvent {
  const base = reader.part(at, 36);
  const { words } = reader;
  return {
    type: "tool-result",
    run: reader.u64(words[base + 2], words[base + 3]),
    effect: words[base + 4],
    attempt: words[base + 5],
    isError: reader.bool(words[base + 6]),
    text: reader.string(words[base + 7], words[base + 8]),
  };
}

/** Host code as an agent has answered. */
export interface AgentResultEvent {
  type: "agent-result";
  run: Run;
  effect: number;
  attempt: number;
  text: string;
}

/** Writes a record of kind 9. */
export function writeAgentResult(writer: FrameWriter, event: Omit<AgentResultEvent, "type">): void {
  writer.begin(9, 32);
  writer.u64(2, event.run);
  writer.u32(4, event.effect);
  writer.u32(5, event.attempt);
  writer.string(6, event.text);
  writer.end();
}

/** Reads the record at `at`, which is of kind 9. Throws FrameError. */
export function readAgentResult(reader: FrameReader, at: number): AgentResultEvent {
  const base = reader.part(at, 32);
  const { words } = reader;
  return {
    type: "agent-result",
    run: reader.u64(words[base + 2], words[base + 3]),
    effect: words[base + 4],
    attempt: words[base + 5],
    text: reader.string(words[base + 6], words[base + 7]),
  };
}

/** An effect could not be done. */
export interface EffectFailedEvent {
  type: "effect-failed";
  run: Run;
  effect: number;
  attempt: number;
  failure: FailureKind;
  message: string;
  /** Milliseconds that the other side asked to wait. */
  retryAfter?: number | undefined;
  usage: Usage;
}

/** Writes a record of kind 10. */
export function writeEffectFailed(writer: FrameWriter, event: Omit<EffectFailedEvent, "type">): void {
  writer.begin(10, 76);
  writer.u64(2, event.run);
  writer.u32(4, event.effect);
  writer.u32(5, event.attempt);
  writer.u64(12, event.retryAfter ?? 0);
  writer.u32(14, event.usage.input);
  writer.u32(15, event.usage.output);
  writer.u32(16, event.usage.cachedRead);
  writer.u32(17, event.usage.cachedWrite);
  writer.u32(18, event.usage.reasoning);
  writer.word(6, failureKindIndex(writer, 6, event.failure));
  writer.word(9, 0);
  writer.word(10, (event.retryAfter === undefined ? 0 : 1));
  writer.word(11, 0);
  writer.string(7, event.message);
  writer.end();
}

/** Reads the record at `at`, which is of kind 10. Throws FrameError. */
export function readEffectFailed(reader: FrameReader, at: number): EffectFailedEvent {
  const base = reader.part(at, 76);
  const { words } = reader;
  return {
    type: "effect-failed",
    run: reader.u64(words[base + 2], words[base + 3]),
    effect: words[base + 4],
    attempt: words[base + 5],
    failure: reader.oneOf(FAILURE_KINDS, words[base + 6]),
    message: reader.string(words[base + 7], words[base + 8]),
    retryAfter: reader.bool(words[base + 10]) ? reader.u64(words[base + 12], words[base + 13]) : undefined,
    usage: {
      input: words[base + 14],
      output: words[base + 15],
      cachedRead: words[base + 16],
      cachedWrite: words[base + 17],
      reasoning: words[base + 18],
    },
  };
}

/** A started agent can take messages. */
export interface AgentReadyEvent {
  type: "agent-ready";
  run: Run;
  agent: number;
}

/** Writes a record of kind 11. */
export function writeAgentReady(writer: FrameWriter, event: Omit<AgentReadyEvent, "type">): void {
  writer.begin(11, 20);
  writer.u64(2, event.run);
  writer.u32(4, event.agent);
  writer.end();
}

/** Reads the record at `at`, which is of kind 11. Throws FrameError. */
export function readAgentReady(reader: FrameReader, at: number): AgentReadyEvent {
  const base = reader.part(at, 20);
  const { words } = reader;
  return {
    type: "agent-ready",
    run: reader.u64(words[base + 2], words[base + 3]),
    agent: words[base + 4],
  };
}

export interface AgentFailedEvent {
  type: "agent-failed";
  run: Run;
  agent: number;
  message: string;
}

/** Writes a record of kind 12. */
export function writeAgentFailed(writer: FrameWriter, event: Omit<AgentFailedEvent, "type">): void {
  writer.begin(12, 28);
  writer.u64(2, event.run);
  writer.u32(4, event.agent);
  writer.string(5, event.message);
  writer.end();
}

/** Reads the record at `at`, which is of kind 12. Throws FrameError. */
export function readAgentFailed(reader: FrameReader, at: number): AgentFailedEvent {
  const base = reader.part(at, 28);
  const { words } = reader;
  return {
    type: "agent-failed",
    run: reader.u64(words[base + 2], words[base + 3]),
    agent: words[base + 4],
    message: reader.string(words[base + 5], words[base + 6]),
  };
}

/** The host does not have the turns that a `call-model` builds on: send the command again with all of them. */
export interface ResendEvent {
  type: "resend";
  run: Run;
  effect: number;
}

/** Writes a record of kind 13. */
export function writeResend(writer: FrameWriter, event: Omit<ResendEvent, "type">): void {
  writer.begin(13, 20);
  writer.u64(2, event.run);
  writer.u32(4, event.effect);
  writer.end();
}

/** Reads the record at `at`, which is of kind 13. Throws FrameError. */
export function readResend(reader: FrameReader, at: number): ResendEvent {
  const base = reader.part(at, 20);
  const { words } = reader;
  return {
    type: "resend",
    run: reader.u64(words[base + 2], words[base + 3]),
    effect: words[base + 4],
  };
}

/** What the commons decided about an effect that waited for it. Written by the core into a run's record; refused from a host. */
export interface GrantEvent {
  type: "grant";
  run: Run;
  effect: number;
  granted: boolean;
}

/** Writes a record of kind 14. */
export function writeGrant(writer: FrameWriter, event: Omit<GrantEvent, "type">): void {
  writer.begin(14, 21);
  writer.u64(2, event.run);
  writer.u32(4, event.effect);
  writer.word(5, (event.granted ? 1 : 0));
  writer.end();
}

/** Reads the record at `at`, which is of kind 14. Throws FrameError. */
export function readGrant(reader: FrameReader, at: number): GrantEvent {
  const base = reader.part(at, 21);
  const { words } = reader;
  return {
    type: "grant",
    run: reader.u64(words[base + 2], words[base + 3]),
    effect: words[base + 4],
    granted: reader.bool(words[base + 5]),
  };
}

/** Answered by `saved`. The run goes on. */
export interface SaveEvent {
  type: "save";
  run: Run;
}

/** Writes a record of kind 15. */
export function writeSave(writer: FrameWriter, event: Omit<SaveEvent, "type">): void {
  writer.begin(15, 16);
  writer.u64(2, event.run);
  writer.end();
}

/** Reads the record at `at`, which is of kind 15. Throws FrameError. */
export function readSave(reader: FrameReader, at: number): SaveEvent {
  const base = reader.part(at, 16);
  const { words } = reader;
  return {
    type: "save",
    run: reader.u64(words[base + 2], words[base + 3]),
  };
}

/** A run from the bytes of `saved`. Answered by `started` or `refused`. */
export interface RestoreEvent {
  type: "restore";
  tag: number;
  definition: number;
  state: Uint8Array;
  /** It does nothing yet: it takes the records that follow in its journal, until `resume`. */
  paused: boolean;
}

/** Writes a record of kind 16. */
export function writeRestore(writer: FrameWriter, event: Omit<RestoreEvent, "type">): void {
  writer.begin(16, 25);
  writer.u32(2, event.tag);
  writer.u32(3, event.definition);
  writer.word(6, (event.paused ? 1 : 0));
  writer.list8(4, event.state);
  writer.end();
}

/** Reads the record at `at`, which is of kind 16. Throws FrameError. */
export function readRestore(reader: FrameReader, at: number): RestoreEvent {
  const base = reader.part(at, 25);
  const { words } = reader;
  return {
    type: "restore",
    tag: words[base + 2],
    definition: words[base + 3],
    state: reader.list8(words[base + 4], words[base + 5]),
    paused: reader.bool(words[base + 6]),
  };
}

/** The next record of a run's journal, into a run that only replays (0: a new one). Answered by `replayed`, or `refused` where it differs. */
export interface ReplayEvent {
  type: "replay";
  run: Run;
  tag: number;
  definition: number;
  record: Uint8Array;
  /** Tell all commands of the step, for whoever only looks at them; else those alone that leave the run. */
  show: boolean;
}

/** Writes a record of kind 17. */
export function writeReplay(writer: FrameWriter, event: Omit<ReplayEvent, "type">): void {
  writer.begin(17, 33);
  writer.u64(2, event.run);
  writer.u32(4, event.tag);
  writer.u32(5, event.definition);
  writer.word(8, (event.show ? 1 : 0));
  writer.list8(6, event.record);
  writer.end();
}

/** Reads the record at `at`, which is of kind 17. Throws FrameError. */
export function readReplay(reader: FrameReader, at: number): ReplayEvent {
  const base = reader.part(at, 33);
  const { words } = reader;
  return {
    type: "replay",
    run: reader.u64(words[base + 2], words[base + 3]),
    tag: words[base + 4],
    definition: words[base + 5],
    record: reader.list8(words[base + 6], words[base + 7]),
    show: reader.bool(words[base + 8]),
  };
}

/**
 * The run that replayed goes on for real: what it waits for is asked of the host again. In the record of the step that follows it says that whoever
 * was asked again has all of their time from then on.
 */
export interface ResumeEvent {
  type: "resume";
  run: Run;
}

/** Writes a record of kind 18. */
export function writeResume(writer: FrameWriter, event: Omit<ResumeEvent, "type">): void {
  writer.begin(18, 16);
  writer.u64(2, event.run);
  writer.end();
}

/** Reads the record at `at`, which is of kind 18. Throws FrameError. */
export function readResume(reader: FrameReader, at: number): ResumeEvent {
  const base = reader.part(at, 16);
  const { words } = reader;
  return {
    type: "resume",
    run: reader.u64(words[base + 2], words[base + 3]),
  };
}

/** Done with a run that replayed, or that is only to be thrown away. No command follows. */
export interface DropEvent {
  type: "drop";
  run: Run;
}

/** Writes a record of kind 19. */
export function writeDrop(writer: FrameWriter, event: Omit<DropEvent, "type">): void {
  writer.begin(19, 16);
  writer.u64(2, event.run);
  writer.end();
}

/** Reads the record at `at`, which is of kind 19. Throws FrameError. */
export function readDrop(reader: FrameReader, at: number): DropEvent {
  const base = reader.part(at, 16);
  const { words } = reader;
  return {
    type: "drop",
    run: reader.u64(words[base + 2], words[base + 3]),
  };
}

/** What was found: a JSON list of {id, text, score, metadata}, the best first. */
export interface SearchResultEvent {
  type: "search-result";
  run: Run;
  effect: number;
  attempt: number;
  documents: string;
}

/** Writes a record of kind 20. */
export function writeSearchResult(writer: FrameWriter, event: Omit<SearchResultEvent, "type">): void {
  writer.begin(20, 32);
  writer.u64(2, event.run);
  writer.u32(4, event.effect);
  writer.u32(5, event.attempt);
  writer.string(6, event.documents);
  writer.end();
}

/** Reads the record at `at`, which is of kind 20. Throws FrameError. */
export function readSearchResult(reader: FrameReader, at: number): SearchResultEvent {
  const base = reader.part(at, 32);
  const { words } = reader;
  return {
    type: "search-result",
    run: reader.u64(words[base + 2], words[base + 3]),
    effect: words[base + 4],
    attempt: words[base + 5],
    documents: reader.string(words[base + 6], words[base + 7]),
  };
}

/** The documents are kept; how many. */
export interface IndexResultEvent {
  type: "index-result";
  run: Run;
  effect: number;
  attempt: number;
  count: number;
}

/** Writes a record of kind 21. */
export function writeIndexResult(writer: FrameWriter, event: Omit<IndexResultEvent, "type">): void {
  writer.begin(21, 28);
  writer.u64(2, event.run);
  writer.u32(4, event.effect);
  writer.u32(5, event.attempt);
  writer.u32(6, event.count);
  writer.end();
}

/** Reads the record at `at`, which is of kind 21. Throws FrameError. */
export function readIndexResult(reader: FrameReader, at: number): IndexResultEvent {
  const base = reader.part(at, 28);
  const { words } = reader;
  return {
    type: "index-result",
    run: reader.u64(words[base + 2], words[base + 3]),
    effect: words[base + 4],
    attempt: words[base + 5],
    count: words[base + 6],
  };
}

/** What a person decided about a call of a tool. */
export interface ApprovalEvent {
  type: "approval";
  run: Run;
  effect: number;
  approved: boolean;
  reason: string;
  /** What `ask-approval` said that it is about; empty: not compared. */
  hash: string;
  /** JSON that the tool is to get instead; empty: what was asked about. */
  arguments: string;
}

/** Writes a record of kind 22. */
export function writeApproval(writer: FrameWriter, event: Omit<ApprovalEvent, "type">): void {
  writer.begin(22, 48);
  writer.u64(2, event.run);
  writer.u32(4, event.effect);
  writer.word(5, (event.approved ? 1 : 0));
  writer.string(6, event.reason);
  writer.string(8, event.hash);
  writer.string(10, event.arguments);
  writer.end();
}

/** Reads the record at `at`, which is of kind 22. Throws FrameError. */
export function readApproval(reader: FrameReader, at: number): ApprovalEvent {
  const base = reader.part(at, 48);
  const { words } = reader;
  return {
    type: "approval",
    run: reader.u64(words[base + 2], words[base + 3]),
    effect: words[base + 4],
    approved: reader.bool(words[base + 5]),
    reason: reader.string(words[base + 6], words[base + 7]),
    hash: reader.string(words[base + 8], words[base + 9]),
    arguments: reader.string(words[base + 10], words[base + 11]),
  };
}

/**
 * A run that only replays goes on from here as another one, with changes; or, with `run` 0, the run of the `start` right before it, of this
 * tag. What it waits for is asked as after `resume`. Answered by `started`, or `refused`: then nothing has changed.
 */
export interface AmendEvent {
  type: "amend";
  run: Run;
  tag: number;
  /** The new run's id, 1 to 64 bytes; empty with `run` 0. */
  id: string;
  seed?: number | undefined;
  amendments: Amendment[];
  results: AmendedResult[];
}

/** Writes a record of kind 23. */
export function writeAmend(writer: FrameWriter, event: Omit<AmendEvent, "type">): void {
  writer.begin(23, 64);
  writer.u64(2, event.run);
  writer.u32(4, event.tag);
  writer.u64(10, event.seed ?? 0);
  writer.word(7, 0);
  writer.word(8, (event.seed === undefined ? 0 : 1));
  writer.word(9, 0);
  writer.string(5, event.id);
  writer.list(12, event.amendments, 28, 4, writeAmendment);
  writer.list(14, event.results, 16, 4, writeAmendedResult);
  writer.end();
}

/** Reads the record at `at`, which is of kind 23. Throws FrameError. */
export function readAmend(reader: FrameReader, at: number): AmendEvent {
  const base = reader.part(at, 64);
  const { words } = reader;
  return {
    type: "amend",
    run: reader.u64(words[base + 2], words[base + 3]),
    tag: words[base + 4],
    id: reader.string(words[base + 5], words[base + 6]),
    seed: reader.bool(words[base + 8]) ? reader.u64(words[base + 10], words[base + 11]) : undefined,
    amendments: reader.list(words[base + 12], words[base + 13], 28, 4, readAmendment),
    results: reader.list(words[base + 14], words[base + 15], 16, 4, readAmendedResult),
  };
}

/** What is known of models. Holds, in place of what was said before, for definitions that are loaded from then on. */
export interface ModelsEvent {
  type: "models";
  models: ModelFacts[];
}

/** Writes a record of kind 24. */
export function writeModels(writer: FrameWriter, event: Omit<ModelsEvent, "type">): void {
  writer.begin(24, 16);
  writer.list(2, event.models, 112, 8, writeModelFacts);
  writer.end();
}

/** Reads the record at `at`, which is of kind 24. Throws FrameError. */
export function readModels(reader: FrameReader, at: number): ModelsEvent {
  const base = reader.part(at, 16);
  const { words } = reader;
  return {
    type: "models",
    models: reader.list(words[base + 2], words[base + 3], 112, 8, readModelFacts),
  };
}

/**
 * Somebody wants to use a definition that is served; what the host found of who they are, by a proxy's header and by a key or token. Answered by
 * `verdict`, or `refused` with the tag. What follows is decided by the definition alone: it changes nothing.
 */
export interface SignInEvent {
  type: "sign-in";
  tag: number;
  definition: number;
  proxy: Evidence;
  proxyName: string;
  proxyRoles: string[];
  key: Evidence;
  keyName: string;
  keyRoles: string[];
}

/** Writes a record of kind 25. */
export function writeSignIn(writer: FrameWriter, event: Omit<SignInEvent, "type">): void {
  writer.begin(25, 56);
  writer.u32(2, event.tag);
  writer.u32(3, event.definition);
  writer.word(4, evidenceIndex(writer, 4, event.proxy));
  writer.word(9, evidenceIndex(writer, 9, event.key));
  writer.string(5, event.proxyName);
  writer.list(7, event.proxyRoles, 8, 4, writeText);
  writer.string(10, event.keyName);
  writer.list(12, event.keyRoles, 8, 4, writeText);
  writer.end();
}

/** Reads the record at `at`, which is of kind 25. Throws FrameError. */
export function readSignIn(reader: FrameReader, at: number): SignInEvent {
  const base = reader.part(at, 56);
  const { words } = reader;
  return {
    type: "sign-in",
    tag: words[base + 2],
    definition: words[base + 3],
    proxy: reader.oneOf(EVIDENCES, words[base + 4]),
    proxyName: reader.string(words[base + 5], words[base + 6]),
    proxyRoles: reader.list(words[base + 7], words[base + 8], 8, 4, readText),
    key: reader.oneOf(EVIDENCES, words[base + 9]),
    keyName: reader.string(words[base + 10], words[base + 11]),
    keyRoles: reader.list(words[base + 12], words[base + 13], 8, 4, readText),
  };
}

/** Somebody who has signed in wants something. Answered as `sign-in` is. */
export interface AuthorizeEvent {
  type: "authorize";
  tag: number;
  definition: number;
  principal: string;
  roles: string[];
  action: string;
  resource: string;
  /** The policies of `authorization.policy_file`, as JSON, or empty. */
  policies: string;
  /** Their bucket, as the last verdict about it said: millionths of requests that they had left, and when. 0 and 0: it is full. */
  left: number;
  since: number;
}

/** Writes a record of kind 26. */
export function writeAuthorize(writer: FrameWriter, event: Omit<AuthorizeEvent, "type">): void {
  writer.begin(26, 72);
  writer.u32(2, event.tag);
  writer.u32(3, event.definition);
  writer.u64(14, event.left);
  writer.u64(16, event.since);
  writer.string(4, event.principal);
  writer.list(6, event.roles, 8, 4, writeText);
  writer.string(8, event.action);
  writer.string(10, event.resource);
  writer.string(12, event.policies);
  writer.end();
}

/** Reads the record at `at`, which is of kind 26. Throws FrameError. */
export function readAuthorize(reader: FrameReader, at: number): AuthorizeEvent {
  const base = reader.part(at, 72);
  const { words } = reader;
  return {
    type: "authorize",
    tag: words[base + 2],
    definition: words[base + 3],
    principal: reader.string(words[base + 4], words[base + 5]),
    roles: reader.list(words[base + 6], words[base + 7], 8, 4, readText),
    action: reader.string(words[base + 8], words[base + 9]),
    resource: reader.string(words[base + 10], words[base + 11]),
    policies: reader.string(words[base + 12], words[base + 13]),
    left: reader.u64(words[base + 14], words[base + 15]),
    since: reader.u64(words[base + 16], words[base + 17]),
  };
}

/** Tokens of each text, in their order. */
export interface CountedEvent {
  type: "counted";
  run: Run;
  effect: number;
  attempt: number;
  /** SHA-256 of the table's file, 64 hex digits: whoever has it can check them. Empty: the host has none for this model, and the core estimates. */
  table: string;
  counts: TextCount[];
}

/** Writes a record of kind 27. */
export function writeCounted(writer: FrameWriter, event: Omit<CountedEvent, "type">): void {
  writer.begin(27, 40);
  writer.u64(2, event.run);
  writer.u32(4, event.effect);
  writer.u32(5, event.attempt);
  writer.string(6, event.table);
  writer.list(8, event.counts, 4, 4, writeTextCount);
  writer.end();
}

/** Reads the record at `at`, which is of kind 27. Throws FrameError. */
export function readCounted(reader: FrameReader, at: number): CountedEvent {
  const base = reader.part(at, 40);
  const { words } = reader;
  return {
    type: "counted",
    run: reader.u64(words[base + 2], words[base + 3]),
    effect: words[base + 4],
    attempt: words[base + 5],
    table: reader.string(words[base + 6], words[base + 7]),
    counts: reader.list(words[base + 8], words[base + 9], 4, 4, readTextCount),
  };
}

/**
 * What a session holds. `user`: whose it is, or empty; `checkpointed`: when it was last checkpointed, milliseconds since 1970, or 0.
 * `turns`, oldest first, are as `remember` had them; what is none is passed over.
 */
export interface RecalledEvent {
  type: "recalled";
  run: Run;
  effect: number;
  attempt: number;
  user: string;
  checkpointed: number;
  turns: string[];
}

/** Writes a record of kind 28. */
export function writeRecalled(writer: FrameWriter, event: Omit<RecalledEvent, "type">): void {
  writer.begin(28, 48);
  writer.u64(2, event.run);
  writer.u32(4, event.effect);
  writer.u32(5, event.attempt);
  writer.u64(8, event.checkpointed);
  writer.string(6, event.user);
  writer.list(10, event.turns, 8, 4, writeText);
  writer.end();
}

/** Reads the record at `at`, which is of kind 28. Throws FrameError. */
export function readRecalled(reader: FrameReader, at: number): RecalledEvent {
  const base = reader.part(at, 48);
  const { words } = reader;
  return {
    type: "recalled",
    run: reader.u64(words[base + 2], words[base + 3]),
    effect: words[base + 4],
    attempt: words[base + 5],
    user: reader.string(words[base + 6], words[base + 7]),
    checkpointed: reader.u64(words[base + 8], words[base + 9]),
    turns: reader.list(words[base + 10], words[base + 11], 8, 4, readText),
  };
}

/** A turn is kept. */
export interface RememberedEvent {
  type: "remembered";
  run: Run;
  effect: number;
  attempt: number;
}

/** Writes a record of kind 29. */
export function writeRemembered(writer: FrameWriter, event: Omit<RememberedEvent, "type">): void {
  writer.begin(29, 24);
  writer.u64(2, event.run);
  writer.u32(4, event.effect);
  writer.u32(5, event.attempt);
  writer.end();
}

/** Reads the record at `at`, which is of kind 29. Throws FrameError. */
export function readRemembered(reader: FrameReader, at: number): RememberedEvent {
  const base = reader.part(at, 24);
  const { words } = reader;
  return {
    type: "remembered",
    run: reader.u64(words[base + 2], words[base + 3]),
    effect: words[base + 4],
    attempt: words[base + 5],
  };
}
