// Generated from wit/ by tools/generate.ts; do not edit.
// biome-ignore-all format: generated

import type { FrameReader } from "./frame-reader.ts";
import type { FrameWriter } from "./frame-writer.ts";
import {
  type Counters,
  LEVELS,
  type Level,
  OUTCOMES,
  type OfferedTool,
  type Outcome,
  type Part,
  type Problem,
  type Run,
  SEARCH_METHODS,
  SPAN_KINDS,
  STOP_REASONS,
  type SearchMethod,
  type SpanKind,
  type Spending,
  type StopReason,
  type Usage,
  levelIndex,
  outcomeIndex,
  readOfferedTool,
  readPart,
  readProblem,
  readSpending,
  readText,
  searchMethodIndex,
  spanKindIndex,
  stopReasonIndex,
  writeOfferedTool,
  writePart,
  writeProblem,
  writeSpending,
  writeText,
} from "./types.ts";

/** Any command. */
export type Command =
  | DefinedCommand
  | ProblemsCommand
  | VariablesNeededCommand
  | RefusedCommand
  | StartedCommand
  | AppendCommand
  | CallModelCommand
  | CallToolCommand
  | CallAgentCommand
  | StartAgentCommand
  | CancelEffectCommand
  | OutputCommand
  | LogCommand
  | MessageCommand
  | SpanStartCommand
  | SpanEndCommand
  | FinishedCommand
  | SavedCommand
  | ReplayedCommand
  | NoticeCommand
  | SearchCommand
  | IndexCommand
  | AskApprovalCommand
  | SaveOutputCommand
  | VerdictCommand
  | AuditCommand
  | CountTokensCommand
  | RecallCommand
  | RememberCommand
  | CheckpointCommand;

/** Types of commands by kind, the order of the protocol. */
export const COMMAND_TYPES: readonly Command["type"][] = [
  "defined",
  "problems",
  "variables-needed",
  "refused",
  "started",
  "append",
  "call-model",
  "call-tool",
  "call-agent",
  "start-agent",
  "cancel-effect",
  "output",
  "log",
  "message",
  "span-start",
  "span-end",
  "finished",
  "saved",
  "replayed",
  "notice",
  "search",
  "index",
  "ask-approval",
  "save-output",
  "verdict",
  "audit",
  "count-tokens",
  "recall",
  "remember",
  "checkpoint",
];

/** Writes any command as the next record. */
export function writeCommand(writer: FrameWriter, command: Command): void {
  switch (command.type) {
    case "defined":
      writeDefined(writer, command);
      break;
    case "problems":
      writeProblems(writer, command);
      break;
    case "variables-needed":
      writeVariablesNeeded(writer, command);
      break;
    case "refused":
      writeRefused(writer, command);
      break;
    case "started":
      writeStarted(writer, command);
      break;
    case "append":
      writeAppend(writer, command);
      break;
    case "call-model":
      writeCallModel(writer, command);
      break;
    case "call-tool":
      writeCallTool(writer, command);
      break;
    case "call-agent":
      writeCallAgent(writer, command);
      break;
    case "start-agent":
      writeStartAgent(writer, command);
      break;
    case "cancel-effect":
      writeCancelEffect(writer, command);
      break;
    case "output":
      writeOutput(writer, command);
      break;
    case "log":
      writeLog(writer, command);
      break;
    case "message":
      writeMessage(writer, command);
      break;
    case "span-start":
      writeSpanStart(writer, command);
      break;
    case "span-end":
      writeSpanEnd(writer, command);
      break;
    case "finished":
      writeFinished(writer, command);
      break;
    case "saved":
      writeSaved(writer, command);
      break;
    case "replayed":
      writeReplayed(writer, command);
      break;
    case "notice":
      writeNotice(writer, command);
      break;
    case "search":
      writeSearch(writer, command);
      break;
    case "index":
      writeIndex(writer, command);
      break;
    case "ask-approval":
      writeAskApproval(writer, command);
      break;
    case "save-output":
      writeSaveOutput(writer, command);
      break;
    case "verdict":
      writeVerdict(writer, command);
      break;
    case "audit":
      writeAudit(writer, command);
      break;
    case "count-tokens":
      writeCountTokens(writer, command);
      break;
    case "recall":
      writeRecall(writer, command);
      break;
    case "remember":
      writeRemember(writer, command);
      break;
    case "checkpoint":
      writeCheckpoint(writer, command);
      break;
  }
}

/** Reads the record that `reader.next()` came to. Throws FrameError. */
export function readCommand(reader: FrameReader): Command {
  switch (reader.kind) {
    case 0:
      return readDefined(reader, reader.at);
    case 1:
      return readProblems(reader, reader.at);
    case 2:
      return readVariablesNeeded(reader, reader.at);
    case 3:
      return readRefused(reader, reader.at);
    case 4:
      return readStarted(reader, reader.at);
    case 5:
      return readAppend(reader, reader.at);
    case 6:
      return readCallModel(reader, reader.at);
    case 7:
      return readCallTool(reader, reader.at);
    case 8:
      return readCallAgent(reader, reader.at);
    case 9:
      return readStartAgent(reader, reader.at);
    case 10:
      return readCancelEffect(reader, reader.at);
    case 11:
      return readOutput(reader, reader.at);
    case 12:
      return readLog(reader, reader.at);
    case 13:
      return readMessage(reader, reader.at);
    case 14:
      return readSpanStart(reader, reader.at);
    case 15:
      return readSpanEnd(reader, reader.at);
    case 16:
      return readFinished(reader, reader.at);
    case 17:
      return readSaved(reader, reader.at);
    case 18:
      return readReplayed(reader, reader.at);
    case 19:
      return readNotice(reader, reader.at);
    case 20:
      return readSearch(reader, reader.at);
    case 21:
      return readIndex(reader, reader.at);
    case 22:
      return readAskApproval(reader, reader.at);
    case 23:
      return readSaveOutput(reader, reader.at);
    case 24:
      return readVerdict(reader, reader.at);
    case 25:
      return readAudit(reader, reader.at);
    case 26:
      return readCountTokens(reader, reader.at);
    case 27:
      return readRecall(reader, reader.at);
    case 28:
      return readRemember(reader, reader.at);
    case 29:
      return readCheckpoint(reader, reader.at);
    default:
      return reader.fault(`there is no command of kind ${reader.kind}`);
  }
}

export interface DefinedCommand {
  type: "defined";
  tag: number;
  definition: number;
  /** SHA-256 of the sources before substitution, 64 hex digits. */
  hash: string;
  /** The whole definition in canonical spelling, as JSON: docs/manifest.md. Secrets stand in it as `${NAME}`. */
  manifest: string;
  warnings: Problem[];
}

/** Writes a record of kind 0. */
export function writeDefined(writer: FrameWriter, command: Omit<DefinedCommand, "type">): void {
  writer.begin(0, 40);
  writer.u32(2, command.tag);
  writer.u32(3, command.definition);
  writer.string(4, command.hash);
  writer.string(6, command.manifest);
  writer.list(8, command.warnings, 52, 4, writeProblem);
  writer.end();
}

/** Reads the record at `at`, which is of kind 0. Throws FrameError. */
export function readDefined(reader: FrameReader, at: number): DefinedCommand {
  const base = reader.part(at, 40);
  const { words } = reader;
  return {
    type: "defined",
    tag: words[base + 2],
    definition: words[base + 3],
    hash: reader.string(words[base + 4], words[base + 5]),
    manifest: reader.string(words[base + 6], words[base + 7]),
    warnings: reader.list(words[base + 8], words[base + 9], 52, 4, readProblem),
  };
}

export interface ProblemsCommand {
  type: "problems";
  tag: number;
  problems: Problem[];
}

/** Writes a record of kind 1. */
export function writeProblems(writer: FrameWriter, command: Omit<ProblemsCommand, "type">): void {
  writer.begin(1, 20);
  writer.u32(2, command.tag);
  writer.list(3, command.problems, 52, 4, writeProblem);
  writer.end();
}

/** Reads the record at `at`, which is of kind 1. Throws FrameError. */
export function readProblems(reader: FrameReader, at: number): ProblemsCommand {
  const base = reader.part(at, 20);
  const { words } = reader;
  return {
    type: "problems",
    tag: words[base + 2],
    problems: reader.list(words[base + 3], words[base + 4], 52, 4, readProblem),
  };
}

export interface VariablesNeededCommand {
  type: "variables-needed";
  tag: number;
  names: string[];
}

/** Writes a record of kind 2. */
export function writeVariablesNeeded(writer: FrameWriter, command: Omit<VariablesNeededCommand, "type">): void {
  writer.begin(2, 20);
  writer.u32(2, command.tag);
  writer.list(3, command.names, 8, 4, writeText);
  writer.end();
}

/** Reads the record at `at`, which is of kind 2. Throws FrameError. */
export function readVariablesNeeded(reader: FrameReader, at: number): VariablesNeededCommand {
  const base = reader.part(at, 20);
  const { words } = reader;
  return {
    type: "variables-needed",
    tag: words[base + 2],
    names: reader.list(words[base + 3], words[base + 4], 8, 4, readText),
  };
}

/** An event that changed nothing. */
export interface RefusedCommand {
  type: "refused";
  /** The event's own tag, or 0. */
  tag: number;
  /** Place of the event in the frame, from 0. */
  event: number;
  run: Run;
  code: string;
  path: string;
  message: string;
}

/** Writes a record of kind 3. */
export function writeRefused(writer: FrameWriter, command: Omit<RefusedCommand, "type">): void {
  writer.begin(3, 48);
  writer.u32(2, command.tag);
  writer.u32(3, command.event);
  writer.u64(4, command.run);
  writer.string(6, command.code);
  writer.string(8, command.path);
  writer.string(10, command.message);
  writer.end();
}

/** Reads the record at `at`, which is of kind 3. Throws FrameError. */
export function readRefused(reader: FrameReader, at: number): RefusedCommand {
  const base = reader.part(at, 48);
  const { words } = reader;
  return {
    type: "refused",
    tag: words[base + 2],
    event: words[base + 3],
    run: reader.u64(words[base + 4], words[base + 5]),
    code: reader.string(words[base + 6], words[base + 7]),
    path: reader.string(words[base + 8], words[base + 9]),
    message: reader.string(words[base + 10], words[base + 11]),
  };
}

export interface StartedCommand {
  type: "started";
  tag: number;
  run: Run;
  id: string;
}

/** Writes a record of kind 4. */
export function writeStarted(writer: FrameWriter, command: Omit<StartedCommand, "type">): void {
  writer.begin(4, 32);
  writer.u32(2, command.tag);
  writer.u64(4, command.run);
  writer.word(3, 0);
  writer.string(6, command.id);
  writer.end();
}

/** Reads the record at `at`, which is of kind 4. Throws FrameError. */
export function readStarted(reader: FrameReader, at: number): StartedCommand {
  const base = reader.part(at, 32);
  const { words } = reader;
  return {
    type: "started",
    tag: words[base + 2],
    run: reader.u64(words[base + 4], words[base + 5]),
    id: reader.string(words[base + 6], words[base + 7]),
  };
}

/** Append to the run's journal, before anything after it is done. With `barrier` the commands of this run that follow wait until it is durable. */
export interface AppendCommand {
  type: "append";
  run: Run;
  barrier: boolean;
  record: Uint8Array;
  /** The record holds the whole run as it is after its step: it stands for all before it, which may be thrown away. */
  cut: boolean;
}

/** Writes a record of kind 5. */
export function writeAppend(writer: FrameWriter, command: Omit<AppendCommand, "type">): void {
  writer.begin(5, 29);
  writer.u64(2, command.run);
  writer.word(4, (command.barrier ? 1 : 0));
  writer.word(7, (command.cut ? 1 : 0));
  writer.list8(5, command.record);
  writer.end();
}

/** Reads the record at `at`, which is of kind 5. Throws FrameError. */
export function readAppend(reader: FrameReader, at: number): AppendCommand {
  const base = reader.part(at, 29);
  const { words } = reader;
  return {
    type: "append",
    run: reader.u64(words[base + 2], words[base + 3]),
    barrier: reader.bool(words[base + 4]),
    record: reader.list8(words[base + 5], words[base + 6]),
    cut: reader.bool(words[base + 7]),
  };
}

/** Call a model. The turns of this agent that were sent before stand; `parts` follow the first `known` of them. */
export interface CallModelCommand {
  type: "call-model";
  run: Run;
  effect: number;
  attempt: number;
  agent: number;
  /** Which of the agent's `providers`, from 0. */
  provider: number;
  /** Parts of the transcript that the host has already. */
  known: number;
  /** No tools may be called. */
  noTools: boolean;
  /** 0: none. */
  timeout: number;
  span: number;
  parent: number;
  parts: Part[];
  /** The transcript that this call shows: parts are counted in each by itself. One that has ended may be another one's later, with `known` 0. */
  conversation: number;
  /** JSON Schema that the answer should follow, or empty. Whether it does, the core checks. */
  schema: string;
  /** Tools beside the agent's own; their calls come back in the answer as all others, and the core does them itself. */
  offered: OfferedTool[];
  /** The model that is called in place of the provider's; empty: the provider's. */
  model: string;
  /** Tokens that the answer may have at most, where that is less than the agent's own bound; 0: it is not. */
  maxOutput: number;
}

/** Writes a record of kind 6. */
export function writeCallModel(writer: FrameWriter, command: Omit<CallModelCommand, "type">): void {
  writer.begin(6, 104);
  writer.u64(2, command.run);
  writer.u32(4, command.effect);
  writer.u32(5, command.attempt);
  writer.u32(6, command.agent);
  writer.u32(7, command.provider);
  writer.u32(8, command.known);
  writer.u64(10, command.timeout);
  writer.u64(12, command.span);
  writer.u64(14, command.parent);
  writer.u32(18, command.conversation);
  writer.u32(25, command.maxOutput);
  writer.word(9, (command.noTools ? 1 : 0));
  writer.list(16, command.parts, 36, 4, writePart);
  writer.string(19, command.schema);
  writer.list(21, command.offered, 24, 4, writeOfferedTool);
  writer.string(23, command.model);
  writer.end();
}

/** Reads the record at `at`, which is of kind 6. Throws FrameError. */
export function readCallModel(reader: FrameReader, at: number): CallModelCommand {
  const base = reader.part(at, 104);
  const { words } = reader;
  return {
    type: "call-model",
    run: reader.u64(words[base + 2], words[base + 3]),
    effect: words[base + 4],
    attempt: words[base + 5],
    agent: words[base + 6],
    provider: words[base + 7],
    known: words[base + 8],
    noTools: reader.bool(words[base + 9]),
    timeout: reader.u64(words[base + 10], words[base + 11]),
    span: reader.u64(words[base + 12], words[base + 13]),
    parent: reader.u64(words[base + 14], words[base + 15]),
    parts: reader.list(words[base + 16], words[base + 17], 36, 4, readPart),
    conversation: words[base + 18],
    schema: reader.string(words[base + 19], words[base + 20]),
    offered: reader.list(words[base + 21], words[base + 22], 24, 4, readOfferedTool),
    model: reader.string(words[base + 23], words[base + 24]),
    maxOutput: words[base + 25],
  };
}

export interface CallToolCommand {
  type: "call-tool";
  run: Run;
  effect: number;
  attempt: number;
  agent: number;
  /** Index in the agent's `tools`. */
  tool: number;
  timeout: number;
  span: number;
  parent: number;
  /** The model's id of the call. */
  id: string;
  name: string;
  /** JSON, checked against the tool's schema, defaults filled in. */
  arguments: string;
}

/** Writes a record of kind 7. */
export function writeCallTool(writer: FrameWriter, command: Omit<CallToolCommand, "type">): void {
  writer.begin(7, 80);
  writer.u64(2, command.run);
  writer.u32(4, command.effect);
  writer.u32(5, command.attempt);
  writer.u32(6, command.agent);
  writer.u32(7, command.tool);
  writer.u64(8, command.timeout);
  writer.u64(10, command.span);
  writer.u64(12, command.parent);
  writer.string(14, command.id);
  writer.string(16, command.name);
  writer.string(18, command.arguments);
  writer.end();
}

/** Reads the record at `at`, which is of kind 7. Throws FrameError. */
export function readCallTool(reader: FrameReader, at: number): CallToolCommand {
  const base = reader.part(at, 80);
  const { words } = reader;
  return {
    type: "call-tool",
    run: reader.u64(words[base + 2], words[base + 3]),
    effect: words[base + 4],
    attempt: words[base + 5],
    agent: words[base + 6],
    tool: words[base + 7],
    timeout: reader.u64(words[base + 8], words[base + 9]),
    span: reader.u64(words[base + 10], words[base + 11]),
    parent: reader.u64(words[base + 12], words[base + 13]),
    id: reader.string(words[base + 14], words[base + 15]),
    name: reader.string(words[base + 16], words[base + 17]),
    arguments: reader.string(words[base + 18], words[base + 19]),
  };
}

/** Host code as an agent. */
export interface CallAgentCommand {
  type: "call-agent";
  run: Run;
  effect: number;
  attempt: number;
  agent: number;
  timeout: number;
  span: number;
  parent: number;
  /** Who sent the message. */
  sender: string;
  text: string;
  /** What its node is given by `with`: documents as JSON, or empty. */
  context: string;
}

/** Writes a record of kind 8. */
export function writeCallAgent(writer: FrameWriter, command: Omit<CallAgentCommand, "type">): void {
  writer.begin(8, 80);
  writer.u64(2, command.run);
  writer.u32(4, command.effect);
  writer.u32(5, command.attempt);
  writer.u32(6, command.agent);
  writer.u64(8, command.timeout);
  writer.u64(10, command.span);
  writer.u64(12, command.parent);
  writer.word(7, 0);
  writer.string(14, command.sender);
  writer.string(16, command.text);
  writer.string(18, command.context);
  writer.end();
}

/** Reads the record at `at`, which is of kind 8. Throws FrameError. */
export function readCallAgent(reader: FrameReader, at: number): CallAgentCommand {
  const base = reader.part(at, 80);
  const { words } = reader;
  return {
    type: "call-agent",
    run: reader.u64(words[base + 2], words[base + 3]),
    effect: words[base + 4],
    attempt: words[base + 5],
    agent: words[base + 6],
    timeout: reader.u64(words[base + 8], words[base + 9]),
    span: reader.u64(words[base + 10], words[base + 11]),
    parent: reader.u64(words[base + 12], words[base + 13]),
    sender: reader.string(words[base + 14], words[base + 15]),
    text: reader.string(words[base + 16], words[base + 17]),
    context: reader.string(words[base + 18], words[base + 19]),
  };
}

/** Make a custom agent ready; answered by `agent-ready` or `agent-failed`. */
export interface StartAgentCommand {
  type: "start-agent";
  run: Run;
  agent: number;
}

/** Writes a record of kind 9. */
export function writeStartAgent(writer: FrameWriter, command: Omit<StartAgentCommand, "type">): void {
  writer.begin(9, 20);
  writer.u64(2, command.run);
  writer.u32(4, command.agent);
  writer.end();
}

/** Reads the record at `at`, which is of kind 9. Throws FrameError. */
export function readStartAgent(reader: FrameReader, at: number): StartAgentCommand {
  const base = reader.part(at, 20);
  const { words } = reader;
  return {
    type: "start-agent",
    run: reader.u64(words[base + 2], words[base + 3]),
    agent: words[base + 4],
  };
}

/** Its answer is not wanted any more. */
export interface CancelEffectCommand {
  type: "cancel-effect";
  run: Run;
  effect: number;
  attempt: number;
}

/** Writes a record of kind 10. */
export function writeCancelEffect(writer: FrameWriter, command: Omit<CancelEffectCommand, "type">): void {
  writer.begin(10, 24);
  writer.u64(2, command.run);
  writer.u32(4, command.effect);
  writer.u32(5, command.attempt);
  writer.end();
}

/** Reads the record at `at`, which is of kind 10. Throws FrameError. */
export function readCancelEffect(reader: FrameReader, at: number): CancelEffectCommand {
  const base = reader.part(at, 24);
  const { words } = reader;
  return {
    type: "cancel-effect",
    run: reader.u64(words[base + 2], words[base + 3]),
    effect: words[base + 4],
    attempt: words[base + 5],
  };
}

/** A message that leaves the run. */
export interface OutputCommand {
  type: "output";
  run: Run;
  agent: number;
  /** The port it leaves by, or empty. */
  port: string;
  text: string;
}

/** Writes a record of kind 11. */
export function writeOutput(writer: FrameWriter, command: Omit<OutputCommand, "type">): void {
  writer.begin(11, 36);
  writer.u64(2, command.run);
  writer.u32(4, command.agent);
  writer.string(5, command.port);
  writer.string(7, command.text);
  writer.end();
}

/** Reads the record at `at`, which is of kind 11. Throws FrameError. */
export function readOutput(reader: FrameReader, at: number): OutputCommand {
  const base = reader.part(at, 36);
  const { words } = reader;
  return {
    type: "output",
    run: reader.u64(words[base + 2], words[base + 3]),
    agent: words[base + 4],
    port: reader.string(words[base + 5], words[base + 6]),
    text: reader.string(words[base + 7], words[base + 8]),
  };
}

export interface LogCommand {
  type: "log";
  run: Run;
  level: Level;
  agent: number;
  /** The message's sender, or empty. */
  sender: string;
  text: string;
}

/** Writes a record of kind 12. */
export function writeLog(writer: FrameWriter, command: Omit<LogCommand, "type">): void {
  writer.begin(12, 40);
  writer.u64(2, command.run);
  writer.u32(5, command.agent);
  writer.word(4, levelIndex(writer, 4, command.level));
  writer.string(6, command.sender);
  writer.string(8, command.text);
  writer.end();
}

/** Reads the record at `at`, which is of kind 12. Throws FrameError. */
export function readLog(reader: FrameReader, at: number): LogCommand {
  const base = reader.part(at, 40);
  const { words } = reader;
  return {
    type: "log",
    run: reader.u64(words[base + 2], words[base + 3]),
    level: reader.oneOf(LEVELS, words[base + 4]),
    agent: words[base + 5],
    sender: reader.string(words[base + 6], words[base + 7]),
    text: reader.string(words[base + 8], words[base + 9]),
  };
}

/** A message between two agents, if the run is watched. */
export interface MessageCommand {
  type: "message";
  run: Run;
  from: number;
  to: number;
  text: string;
}

/** Writes a record of kind 13. */
export function writeMessage(writer: FrameWriter, command: Omit<MessageCommand, "type">): void {
  writer.begin(13, 32);
  writer.u64(2, command.run);
  writer.u32(4, command.from);
  writer.u32(5, command.to);
  writer.string(6, command.text);
  writer.end();
}

/** Reads the record at `at`, which is of kind 13. Throws FrameError. */
export function readMessage(reader: FrameReader, at: number): MessageCommand {
  const base = reader.part(at, 32);
  const { words } = reader;
  return {
    type: "message",
    run: reader.u64(words[base + 2], words[base + 3]),
    from: words[base + 4],
    to: words[base + 5],
    text: reader.string(words[base + 6], words[base + 7]),
  };
}

/** `agent` is u32::MAX for the run itself. */
export interface SpanStartCommand {
  type: "span-start";
  run: Run;
  span: number;
  parent: number;
  operation: SpanKind;
  agent: number;
  name: string;
}

/** Writes a record of kind 14. */
export function writeSpanStart(writer: FrameWriter, command: Omit<SpanStartCommand, "type">): void {
  writer.begin(14, 48);
  writer.u64(2, command.run);
  writer.u64(4, command.span);
  writer.u64(6, command.parent);
  writer.u32(9, command.agent);
  writer.word(8, spanKindIndex(writer, 8, command.operation));
  writer.string(10, command.name);
  writer.end();
}

/** Reads the record at `at`, which is of kind 14. Throws FrameError. */
export function readSpanStart(reader: FrameReader, at: number): SpanStartCommand {
  const base = reader.part(at, 48);
  const { words } = reader;
  return {
    type: "span-start",
    run: reader.u64(words[base + 2], words[base + 3]),
    span: reader.u64(words[base + 4], words[base + 5]),
    parent: reader.u64(words[base + 6], words[base + 7]),
    operation: reader.oneOf(SPAN_KINDS, words[base + 8]),
    agent: words[base + 9],
    name: reader.string(words[base + 10], words[base + 11]),
  };
}

/** Also ends the spans that `call-model` and `call-tool` began. */
export interface SpanEndCommand {
  type: "span-end";
  run: Run;
  span: number;
  operation: SpanKind;
  ok: boolean;
  agent: number;
  usage: Usage;
  /** `error.type` if it is not ok. */
  error: string;
}

/** Writes a record of kind 15. */
export function writeSpanEnd(writer: FrameWriter, command: Omit<SpanEndCommand, "type">): void {
  writer.begin(15, 60);
  writer.u64(2, command.run);
  writer.u64(4, command.span);
  writer.u32(7, command.agent);
  writer.u32(8, command.usage.input);
  writer.u32(9, command.usage.output);
  writer.u32(10, command.usage.cachedRead);
  writer.u32(11, command.usage.cachedWrite);
  writer.u32(12, command.usage.reasoning);
  writer.word(6, spanKindIndex(writer, 6, command.operation) | (command.ok ? 1 : 0) << 8);
  writer.string(13, command.error);
  writer.end();
}

/** Reads the record at `at`, which is of kind 15. Throws FrameError. */
export function readSpanEnd(reader: FrameReader, at: number): SpanEndCommand {
  const base = reader.part(at, 60);
  const { words } = reader;
  return {
    type: "span-end",
    run: reader.u64(words[base + 2], words[base + 3]),
    span: reader.u64(words[base + 4], words[base + 5]),
    operation: reader.oneOf(SPAN_KINDS, words[base + 6]),
    ok: reader.bool(words[base + 6] >>> 8),
    agent: words[base + 7],
    usage: {
      input: words[base + 8],
      output: words[base + 9],
      cachedRead: words[base + 10],
      cachedWrite: words[base + 11],
      reasoning: words[base + 12],
    },
    error: reader.string(words[base + 13], words[base + 14]),
  };
}

export interface FinishedCommand {
  type: "finished";
  run: Run;
  stop: StopReason;
  /** Where it stopped: an agent's name, a node of the flow as problems name it, or empty. */
  path: string;
  /** For people; empty if it is done. */
  message: string;
  /** The last output. */
  output: string;
  counters: Counters;
  /** By agent and provider, in that order; those that were not called are left out. */
  spent: Spending[];
  /** Micro-dollars of all of them whose price is known, rounded half to even once. */
  cost: number;
}

/** Writes a record of kind 16. */
export function writeFinished(writer: FrameWriter, command: Omit<FinishedCommand, "type">): void {
  writer.begin(16, 168);
  writer.u64(2, command.run);
  writer.u64(12, command.counters.steps);
  writer.u64(14, command.counters.activations);
  writer.u64(16, command.counters.hops);
  writer.u64(18, command.counters.modelCalls);
  writer.u64(20, command.counters.toolCalls);
  writer.u64(22, command.counters.agentCalls);
  writer.u64(24, command.counters.retries);
  writer.u64(26, command.counters.timeouts);
  writer.u64(28, command.counters.refused);
  writer.u64(30, command.counters.dropped);
  writer.u64(32, command.counters.late);
  writer.u64(34, command.counters.inputTokens);
  writer.u64(36, command.counters.outputTokens);
  writer.u64(40, command.cost);
  writer.word(4, stopReasonIndex(writer, 4, command.stop));
  writer.word(11, 0);
  writer.string(5, command.path);
  writer.string(7, command.message);
  writer.string(9, command.output);
  writer.list(38, command.spent, 80, 8, writeSpending);
  writer.end();
}

/** Reads the record at `at`, which is of kind 16. Throws FrameError. */
export function readFinished(reader: FrameReader, at: number): FinishedCommand {
  const base = reader.part(at, 168);
  const { words } = reader;
  return {
    type: "finished",
    run: reader.u64(words[base + 2], words[base + 3]),
    stop: reader.oneOf(STOP_REASONS, words[base + 4]),
    path: reader.string(words[base + 5], words[base + 6]),
    message: reader.string(words[base + 7], words[base + 8]),
    output: reader.string(words[base + 9], words[base + 10]),
    counters: {
      steps: reader.u64(words[base + 12], words[base + 13]),
      activations: reader.u64(words[base + 14], words[base + 15]),
      hops: reader.u64(words[base + 16], words[base + 17]),
      modelCalls: reader.u64(words[base + 18], words[base + 19]),
      toolCalls: reader.u64(words[base + 20], words[base + 21]),
      agentCalls: reader.u64(words[base + 22], words[base + 23]),
      retries: reader.u64(words[base + 24], words[base + 25]),
      timeouts: reader.u64(words[base + 26], words[base + 27]),
      refused: reader.u64(words[base + 28], words[base + 29]),
      dropped: reader.u64(words[base + 30], words[base + 31]),
      late: reader.u64(words[base + 32], words[base + 33]),
      inputTokens: reader.u64(words[base + 34], words[base + 35]),
      outputTokens: reader.u64(words[base + 36], words[base + 37]),
    },
    spent: reader.list(words[base + 38], words[base + 39], 80, 8, readSpending),
    cost: reader.u64(words[base + 40], words[base + 41]),
  };
}

export interface SavedCommand {
  type: "saved";
  run: Run;
  state: Uint8Array;
  /** The last step that is in it. */
  step: number;
}

/** Writes a record of kind 17. */
export function writeSaved(writer: FrameWriter, command: Omit<SavedCommand, "type">): void {
  writer.begin(17, 32);
  writer.u64(2, command.run);
  writer.u64(6, command.step);
  writer.list8(4, command.state);
  writer.end();
}

/** Reads the record at `at`, which is of kind 17. Throws FrameError. */
export function readSaved(reader: FrameReader, at: number): SavedCommand {
  const base = reader.part(at, 32);
  const { words } = reader;
  return {
    type: "saved",
    run: reader.u64(words[base + 2], words[base + 3]),
    state: reader.list8(words[base + 4], words[base + 5]),
    step: reader.u64(words[base + 6], words[base + 7]),
  };
}

/** A record was replayed and led to the same commands. */
export interface ReplayedCommand {
  type: "replayed";
  run: Run;
  step: number;
  finished: boolean;
}

/** Writes a record of kind 18. */
export function writeReplayed(writer: FrameWriter, command: Omit<ReplayedCommand, "type">): void {
  writer.begin(18, 25);
  writer.u64(2, command.run);
  writer.u64(4, command.step);
  writer.word(6, (command.finished ? 1 : 0));
  writer.end();
}

/** Reads the record at `at`, which is of kind 18. Throws FrameError. */
export function readReplayed(reader: FrameReader, at: number): ReplayedCommand {
  const base = reader.part(at, 25);
  const { words } = reader;
  return {
    type: "replayed",
    run: reader.u64(words[base + 2], words[base + 3]),
    step: reader.u64(words[base + 4], words[base + 5]),
    finished: reader.bool(words[base + 6]),
  };
}

/** One line for whoever watches the engine: a mailbox nearly full, a breaker opened, a retry. */
export interface NoticeCommand {
  type: "notice";
  run: Run;
  agent: number;
  level: Level;
  /** From a closed list, kebab-case. */
  code: string;
  text: string;
}

/** Writes a record of kind 19. */
export function writeNotice(writer: FrameWriter, command: Omit<NoticeCommand, "type">): void {
  writer.begin(19, 40);
  writer.u64(2, command.run);
  writer.u32(4, command.agent);
  writer.word(5, levelIndex(writer, 5, command.level));
  writer.string(6, command.code);
  writer.string(8, command.text);
  writer.end();
}

/** Reads the record at `at`, which is of kind 19. Throws FrameError. */
export function readNotice(reader: FrameReader, at: number): NoticeCommand {
  const base = reader.part(at, 40);
  const { words } = reader;
  return {
    type: "notice",
    run: reader.u64(words[base + 2], words[base + 3]),
    agent: words[base + 4],
    level: reader.oneOf(LEVELS, words[base + 5]),
    code: reader.string(words[base + 6], words[base + 7]),
    text: reader.string(words[base + 8], words[base + 9]),
  };
}

/** Look for documents; answered by `search-result`. What is given too much is cut by the core. */
export interface SearchCommand {
  type: "search";
  run: Run;
  effect: number;
  attempt: number;
  agent: number;
  timeout: number;
  span: number;
  parent: number;
  /** The store's name as the definition has it, or empty: the only one. */
  store: string;
  collection: string;
  method: SearchMethod;
  query: string;
  /** How many documents are wanted. */
  topK: number;
  /** What a document's metadata must be equal to: a JSON object, or empty. */
  filters: string;
}

/** Writes a record of kind 20. */
export function writeSearch(writer: FrameWriter, command: Omit<SearchCommand, "type">): void {
  writer.begin(20, 96);
  writer.u64(2, command.run);
  writer.u32(4, command.effect);
  writer.u32(5, command.attempt);
  writer.u32(6, command.agent);
  writer.u64(8, command.timeout);
  writer.u64(10, command.span);
  writer.u64(12, command.parent);
  writer.u32(21, command.topK);
  writer.word(7, 0);
  writer.word(18, searchMethodIndex(writer, 18, command.method));
  writer.string(14, command.store);
  writer.string(16, command.collection);
  writer.string(19, command.query);
  writer.string(22, command.filters);
  writer.end();
}

/** Reads the record at `at`, which is of kind 20. Throws FrameError. */
export function readSearch(reader: FrameReader, at: number): SearchCommand {
  const base = reader.part(at, 96);
  const { words } = reader;
  return {
    type: "search",
    run: reader.u64(words[base + 2], words[base + 3]),
    effect: words[base + 4],
    attempt: words[base + 5],
    agent: words[base + 6],
    timeout: reader.u64(words[base + 8], words[base + 9]),
    span: reader.u64(words[base + 10], words[base + 11]),
    parent: reader.u64(words[base + 12], words[base + 13]),
    store: reader.string(words[base + 14], words[base + 15]),
    collection: reader.string(words[base + 16], words[base + 17]),
    method: reader.oneOf(SEARCH_METHODS, words[base + 18]),
    query: reader.string(words[base + 19], words[base + 20]),
    topK: words[base + 21],
    filters: reader.string(words[base + 22], words[base + 23]),
  };
}

/** Keep documents; answered by `index-result`. */
export interface IndexCommand {
  type: "index";
  run: Run;
  effect: number;
  attempt: number;
  agent: number;
  timeout: number;
  span: number;
  parent: number;
  store: string;
  collection: string;
  /** A JSON list of {id, text, metadata}. One of an id that is there replaces it. */
  documents: string;
}

/** Writes a record of kind 21. */
export function writeIndex(writer: FrameWriter, command: Omit<IndexCommand, "type">): void {
  writer.begin(21, 80);
  writer.u64(2, command.run);
  writer.u32(4, command.effect);
  writer.u32(5, command.attempt);
  writer.u32(6, command.agent);
  writer.u64(8, command.timeout);
  writer.u64(10, command.span);
  writer.u64(12, command.parent);
  writer.word(7, 0);
  writer.string(14, command.store);
  writer.string(16, command.collection);
  writer.string(18, command.documents);
  writer.end();
}

/** Reads the record at `at`, which is of kind 21. Throws FrameError. */
export function readIndex(reader: FrameReader, at: number): IndexCommand {
  const base = reader.part(at, 80);
  const { words } = reader;
  return {
    type: "index",
    run: reader.u64(words[base + 2], words[base + 3]),
    effect: words[base + 4],
    attempt: words[base + 5],
    agent: words[base + 6],
    timeout: reader.u64(words[base + 8], words[base + 9]),
    span: reader.u64(words[base + 10], words[base + 11]),
    parent: reader.u64(words[base + 12], words[base + 13]),
    store: reader.string(words[base + 14], words[base + 15]),
    collection: reader.string(words[base + 16], words[base + 17]),
    documents: reader.string(words[base + 18], words[base + 19]),
  };
}

/** A person is to approve a call of a tool, or to deny it; answered by `approval`. Withdrawn by `cancel-effect`. */
export interface AskApprovalCommand {
  type: "ask-approval";
  run: Run;
  effect: number;
  agent: number;
  /** Index in the agent's `tools`; u32::MAX and the name `budget`: a model is to be called beyond the soft limit of a budget. */
  tool: number;
  name: string;
  /** JSON, as the tool would get it. */
  arguments: string;
  /** From then on it is denied: milliseconds since 1970. */
  expires: number;
  parent: number;
  /** SHA-256 of the tool's name, a zero and the arguments: 64 hex digits. */
  hash: string;
}

/** Writes a record of kind 22. */
export function writeAskApproval(writer: FrameWriter, command: Omit<AskApprovalCommand, "type">): void {
  writer.begin(22, 72);
  writer.u64(2, command.run);
  writer.u32(4, command.effect);
  writer.u32(5, command.agent);
  writer.u32(6, command.tool);
  writer.u64(12, command.expires);
  writer.u64(14, command.parent);
  writer.word(11, 0);
  writer.string(7, command.name);
  writer.string(9, command.arguments);
  writer.string(16, command.hash);
  writer.end();
}

/** Reads the record at `at`, which is of kind 22. Throws FrameError. */
export function readAskApproval(reader: FrameReader, at: number): AskApprovalCommand {
  const base = reader.part(at, 72);
  const { words } = reader;
  return {
    type: "ask-approval",
    run: reader.u64(words[base + 2], words[base + 3]),
    effect: words[base + 4],
    agent: words[base + 5],
    tool: words[base + 6],
    name: reader.string(words[base + 7], words[base + 8]),
    arguments: reader.string(words[base + 9], words[base + 10]),
    expires: reader.u64(words[base + 12], words[base + 13]),
    parent: reader.u64(words[base + 14], words[base + 15]),
    hash: reader.string(words[base + 16], words[base + 17]),
  };
}

/** Write the run's result to a file, if the host lets definitions do that; else tell who watches that it was not. It comes before `finished`. */
export interface SaveOutputCommand {
  type: "save-output";
  run: Run;
  path: string;
  text: string;
}

/** Writes a record of kind 23. */
export function writeSaveOutput(writer: FrameWriter, command: Omit<SaveOutputCommand, "type">): void {
  writer.begin(23, 32);
  writer.u64(2, command.run);
  writer.string(4, command.path);
  writer.string(6, command.text);
  writer.end();
}

/** Reads the record at `at`, which is of kind 23. Throws FrameError. */
export function readSaveOutput(reader: FrameReader, at: number): SaveOutputCommand {
  const base = reader.part(at, 32);
  const { words } = reader;
  return {
    type: "save-output",
    run: reader.u64(words[base + 2], words[base + 3]),
    path: reader.string(words[base + 4], words[base + 5]),
    text: reader.string(words[base + 6], words[base + 7]),
  };
}

export interface VerdictCommand {
  type: "verdict";
  tag: number;
  outcome: Outcome;
  /** Who it is; empty: nobody in particular. */
  principal: string;
  /** Whether they are known by their key or token, and not by a proxy. */
  byKey: boolean;
  /** Whose bucket is asked for with what they want; empty: everybody's. */
  bucket: string;
  /** For people: why not. */
  reason: string;
  /** Milliseconds after which it is worth another try; 0: it is not. */
  wait: number;
  /** What is left in the bucket, and since when. */
  left: number;
  since: number;
}

/** Writes a record of kind 24. */
export function writeVerdict(writer: FrameWriter, command: Omit<VerdictCommand, "type">): void {
  writer.begin(24, 72);
  writer.u32(2, command.tag);
  writer.u64(12, command.wait);
  writer.u64(14, command.left);
  writer.u64(16, command.since);
  writer.word(3, outcomeIndex(writer, 3, command.outcome));
  writer.word(6, (command.byKey ? 1 : 0));
  writer.word(11, 0);
  writer.string(4, command.principal);
  writer.string(7, command.bucket);
  writer.string(9, command.reason);
  writer.end();
}

/** Reads the record at `at`, which is of kind 24. Throws FrameError. */
export function readVerdict(reader: FrameReader, at: number): VerdictCommand {
  const base = reader.part(at, 72);
  const { words } = reader;
  return {
    type: "verdict",
    tag: words[base + 2],
    outcome: reader.oneOf(OUTCOMES, words[base + 3]),
    principal: reader.string(words[base + 4], words[base + 5]),
    byKey: reader.bool(words[base + 6]),
    bucket: reader.string(words[base + 7], words[base + 8]),
    reason: reader.string(words[base + 9], words[base + 10]),
    wait: reader.u64(words[base + 12], words[base + 13]),
    left: reader.u64(words[base + 14], words[base + 15]),
    since: reader.u64(words[base + 16], words[base + 17]),
  };
}

/** Something to be remembered of who did what. */
export interface AuditCommand {
  type: "audit";
  definition: number;
  /** `sign-in`, or what somebody wanted to do. */
  action: string;
  principal: string;
  resource: string;
  outcome: Outcome;
  reason: string;
}

/** Writes a record of kind 25. */
export function writeAudit(writer: FrameWriter, command: Omit<AuditCommand, "type">): void {
  writer.begin(25, 48);
  writer.u32(2, command.definition);
  writer.word(9, outcomeIndex(writer, 9, command.outcome));
  writer.string(3, command.action);
  writer.string(5, command.principal);
  writer.string(7, command.resource);
  writer.string(10, command.reason);
  writer.end();
}

/** Reads the record at `at`, which is of kind 25. Throws FrameError. */
export function readAudit(reader: FrameReader, at: number): AuditCommand {
  const base = reader.part(at, 48);
  const { words } = reader;
  return {
    type: "audit",
    definition: words[base + 2],
    action: reader.string(words[base + 3], words[base + 4]),
    principal: reader.string(words[base + 5], words[base + 6]),
    resource: reader.string(words[base + 7], words[base + 8]),
    outcome: reader.oneOf(OUTCOMES, words[base + 9]),
    reason: reader.string(words[base + 10], words[base + 11]),
  };
}

/** Count these texts by a tokenizer; answered by `counted`. What has been counted before is not asked again. */
export interface CountTokensCommand {
  type: "count-tokens";
  run: Run;
  effect: number;
  attempt: number;
  agent: number;
  /** Which of the agent's `providers`, from 0: they are for its model. */
  provider: number;
  /** `o200k_base`, `o200k_harmony` or `cl100k_base`; empty: the model's own, if the host has it. */
  encoding: string;
  texts: string[];
}

/** Writes a record of kind 26. */
export function writeCountTokens(writer: FrameWriter, command: Omit<CountTokensCommand, "type">): void {
  writer.begin(26, 48);
  writer.u64(2, command.run);
  writer.u32(4, command.effect);
  writer.u32(5, command.attempt);
  writer.u32(6, command.agent);
  writer.u32(7, command.provider);
  writer.string(8, command.encoding);
  writer.list(10, command.texts, 8, 4, writeText);
  writer.end();
}

/** Reads the record at `at`, which is of kind 26. Throws FrameError. */
export function readCountTokens(reader: FrameReader, at: number): CountTokensCommand {
  const base = reader.part(at, 48);
  const { words } = reader;
  return {
    type: "count-tokens",
    run: reader.u64(words[base + 2], words[base + 3]),
    effect: words[base + 4],
    attempt: words[base + 5],
    agent: words[base + 6],
    provider: words[base + 7],
    encoding: reader.string(words[base + 8], words[base + 9]),
    texts: reader.list(words[base + 10], words[base + 11], 8, 4, readText),
  };
}

/** Read a session; answered by `recalled`. One that is not there has no turns. */
export interface RecallCommand {
  type: "recall";
  run: Run;
  effect: number;
  attempt: number;
  timeout: number;
  session: string;
  /** Whose it is, or empty. */
  user: string;
  /** At most so many turns of each agent, the latest. */
  turns: number;
}

/** Writes a record of kind 27. */
export function writeRecall(writer: FrameWriter, command: Omit<RecallCommand, "type">): void {
  writer.begin(27, 52);
  writer.u64(2, command.run);
  writer.u32(4, command.effect);
  writer.u32(5, command.attempt);
  writer.u64(6, command.timeout);
  writer.u32(12, command.turns);
  writer.string(8, command.session);
  writer.string(10, command.user);
  writer.end();
}

/** Reads the record at `at`, which is of kind 27. Throws FrameError. */
export function readRecall(reader: FrameReader, at: number): RecallCommand {
  const base = reader.part(at, 52);
  const { words } = reader;
  return {
    type: "recall",
    run: reader.u64(words[base + 2], words[base + 3]),
    effect: words[base + 4],
    attempt: words[base + 5],
    timeout: reader.u64(words[base + 6], words[base + 7]),
    session: reader.string(words[base + 8], words[base + 9]),
    user: reader.string(words[base + 10], words[base + 11]),
    turns: words[base + 12],
  };
}

/**
 * Append a turn to a session, which comes to be with its first one; answered by `remembered`. Run and effect are its name: under one name it is
 * appended once.
 */
export interface RememberCommand {
  type: "remember";
  run: Run;
  effect: number;
  attempt: number;
  timeout: number;
  session: string;
  user: string;
  /** Only as long as this process lives. */
  lightweight: boolean;
  /** Mark a checkpoint behind it. */
  checkpoint: boolean;
  /** A JSON object {agent, parts}: docs/sessions.md. */
  turn: string;
}

/** Writes a record of kind 28. */
export function writeRemember(writer: FrameWriter, command: Omit<RememberCommand, "type">): void {
  writer.begin(28, 60);
  writer.u64(2, command.run);
  writer.u32(4, command.effect);
  writer.u32(5, command.attempt);
  writer.u64(6, command.timeout);
  writer.word(12, (command.lightweight ? 1 : 0) | (command.checkpoint ? 1 : 0) << 8);
  writer.string(8, command.session);
  writer.string(10, command.user);
  writer.string(13, command.turn);
  writer.end();
}

/** Reads the record at `at`, which is of kind 28. Throws FrameError. */
export function readRemember(reader: FrameReader, at: number): RememberCommand {
  const base = reader.part(at, 60);
  const { words } = reader;
  return {
    type: "remember",
    run: reader.u64(words[base + 2], words[base + 3]),
    effect: words[base + 4],
    attempt: words[base + 5],
    timeout: reader.u64(words[base + 6], words[base + 7]),
    session: reader.string(words[base + 8], words[base + 9]),
    user: reader.string(words[base + 10], words[base + 11]),
    lightweight: reader.bool(words[base + 12]),
    checkpoint: reader.bool(words[base + 12] >>> 8),
    turn: reader.string(words[base + 13], words[base + 14]),
  };
}

/** The run's journal has grown so far that a snapshot now (`save`) would make recovery shorter. Whoever keeps none need do nothing. */
export interface CheckpointCommand {
  type: "checkpoint";
  run: Run;
  /** The journal was cut just now: what left the run before is in no record any more, and no snapshot is needed. */
  cut: boolean;
}

/** Writes a record of kind 29. */
export function writeCheckpoint(writer: FrameWriter, command: Omit<CheckpointCommand, "type">): void {
  writer.begin(29, 17);
  writer.u64(2, command.run);
  writer.word(4, (command.cut ? 1 : 0));
  writer.end();
}

/** Reads the record at `at`, which is of kind 29. Throws FrameError. */
export function readCheckpoint(reader: FrameReader, at: number): CheckpointCommand {
  const base = reader.part(at, 17);
  const { words } = reader;
  return {
    type: "checkpoint",
    run: reader.u64(words[base + 2], words[base + 3]),
    cut: reader.bool(words[base + 4]),
  };
}
