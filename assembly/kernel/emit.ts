import { Plan, agentPlanAt, portAt } from "../definition/plan";
import {
  ASK_APPROVAL_FIXED,
  AskApprovalCommand,
  CALL_AGENT_FIXED,
  CALL_MODEL_FIXED,
  CALL_TOOL_FIXED,
  CANCEL_EFFECT_FIXED,
  CallAgentCommand,
  CallModelCommand,
  CallToolCommand,
  CancelEffectCommand,
  CommandKind,
  INDEX_FIXED,
  IndexCommand,
  LOG_FIXED,
  LogCommand,
  MESSAGE_FIXED,
  MessageCommand,
  NOTICE_FIXED,
  NoticeCommand,
  OUTPUT_FIXED,
  OutputCommand,
  SEARCH_FIXED,
  SearchCommand,
  START_AGENT_FIXED,
  StartAgentCommand,
} from "../protocol/commands";
import { beginRecord, endRecord, putBytes, putBytesOf, putList } from "../protocol/output";
import { Level, PART_SIZE, Part as PartRecord, PartKind, PartRole } from "../protocol/types";
import { Builder, newBuilder } from "../text/builder";
import { OUTSIDE } from "./agent";
import { modelOf, promptLengthOf, promptOf } from "./amend";
import { Activation, Guide, Program } from "./activation";
import { Effect } from "./effect";
import { outputBound } from "../ledger/reserve";
import { Run, RunFlag } from "./run";
import { putWord } from "./span";
import { dropText, holdText, textAt, textBytes, textLength } from "./text";
import { Part, forgetTold, partAt, transcriptAt } from "./transcript";
import { shownSummary } from "./window";
import { SearchPlan } from "../flow/search";
import { contextOf } from "../flow/system";
import { offer, offeredLength } from "../flow/transfer";
import { literalLength } from "../text/literal";

// Commands of a run. What must not be done before the record of its step is durable raises the barrier.

/** For messages to people; used again by each. */
export const words: Builder = newBuilder();

/** Asks a model: `agent` is shown what of the transcript the host does not have yet. */
export function emitCallModel(run: Run, effect: Effect, activation: Activation, timeout: u64): void {
  run.set(RunFlag.Barrier);
  const agent = effect.agent;
  // A question for a summary is a transcript of its own.
  const list = transcriptAt(run, effect.call || activation.transcript);
  const system = effect.call ? list.system : activation.system;
  const summary: u32 = effect.call ? 0 : shownSummary(run, activation);
  assert(!list.openCalls);
  if (list.told && list.system != system) {
    forgetTold(list);
    list.basis = 0;
  }
  const isNew = !list.sent;
  const systemAt = system ? textBytes(run, system) : promptOf(run, agent);
  const systemLength = system ? textLength(run, system) : promptLengthOf(run, agent);
  const model = modelOf(run, agent);
  const first = list.told ? partAt(run, list.toldTail).next : (effect.call || activation.guide == <u8>Guide.Verifying ? 0 : activation.view) || list.head;
  let count: u32 = isNew && systemLength ? 1 : 0;
  if (isNew && summary) count++;
  let bytes: u32 = systemLength + textLength(run, summary) + 16;
  for (let ref = first; ref; ref = partAt(run, ref).next) {
    const part = partAt(run, ref);
    if (!isShown(part, agent)) continue;
    bytes += shownLength(run, part, agent) + textLength(run, part.id) + textLength(run, part.metadata);
    count++;
  }
  bytes +=
    count * PART_SIZE +
    textLength(run, activation.schema) +
    agentPlanAt(run.plan, agent).outputSchemaLength +
    offeredLength(run, activation) +
    textLength(run, model);
  const command = changetype<CallModelCommand>(beginRecord(CommandKind.CallModel, CALL_MODEL_FIXED, bytes));
  command.run = run.handle;
  command.effect = effect.ordinal;
  command.attempt = effect.attempt;
  command.agent = agent;
  command.provider = effect.provider;
  command.known = list.sent;
  command.noTools = effect.noTools;
  command.maxOutput = outputBound(run, effect);
  command.timeout = timeout;
  command.span = effect.span;
  command.parent = activation.span;
  command.conversation = list.number;
  let to = putList(offsetof<CallModelCommand>("partsAt"), count, PART_SIZE, 4);
  if (isNew && systemLength) {
    const record = changetype<PartRecord>(to);
    record.role = <u8>PartRole.System;
    record.kind = <u8>PartKind.Text;
    putBytesOf(to + offsetof<PartRecord>("textAt"), systemAt, systemLength);
    to += PART_SIZE;
  }
  if (isNew && summary) {
    const record = changetype<PartRecord>(to);
    record.role = <u8>PartRole.User;
    record.kind = <u8>PartKind.Text;
    putText(to + offsetof<PartRecord>("textAt"), run, summary);
    to += PART_SIZE;
  }
  for (let ref = first; ref; ref = partAt(run, ref).next) {
    const part = partAt(run, ref);
    if (!isShown(part, agent)) continue;
    show(run, part, agent, to);
    to += PART_SIZE;
  }
  if (!effect.call && !activation.schema && isOwnAnswer(run, activation)) {
    const plan = agentPlanAt(run.plan, agent);
    putBytes(offsetof<CallModelCommand>("schemaAt"), plan.outputSchemaText, plan.outputSchemaLength);
  }
  if (activation.schema && !effect.call)
    putBytes(offsetof<CallModelCommand>("schemaAt"), textBytes(run, activation.schema), textLength(run, activation.schema));
  if (!effect.call) offer(run, activation);
  putBytes(offsetof<CallModelCommand>("modelAt"), textBytes(run, model), textLength(run, model));
  list.told = list.count;
  list.toldTail = list.tail;
  list.sent += count;
  if (list.system != system) {
    dropText(run, list.system);
    list.system = holdText(run, system);
  }
  endRecord();
}

/** Whether the agent's own `output_schema` is for the answer that is asked for. */
function isOwnAnswer(run: Run, activation: Activation): bool {
  return activation.program == <u8>Program.React && activation.guide != <u8>Guide.Verifying && agentPlanAt(run.plan, activation.agent).outputSchema != 0;
}

export function isOwn(part: Part, agent: u32): bool {
  return !part.author || part.author == agent + 1;
}

/** What another agent thought is not shown, nor what there is no room for. */
export function isShown(part: Part, agent: u32): bool {
  return !(part.hidden & 1) && (isOwn(part, agent) || part.kind != PartKind.Reasoning);
}

// Another agent's turn is shown as something said to this one, with its name: models take calls only of tools that they have themselves.
//   text       NAME: text
//   call       NAME called TOOL(ARGUMENTS)
//   result     TOOL gave: text

/** Bytes of a part as it is shown. */
export function shownLength(run: Run, part: Part, agent: u32): u32 {
  const length = textLength(run, part.text) + textLength(run, part.name);
  if (isOwn(part, agent)) return length;
  return length + agentPlanAt(run.plan, part.author - 1).nameLength + 16;
}

const shown: Builder = newBuilder();

/** A part's text as it is shown. It is good until the next one. */
export function shownText(run: Run, part: Part, agent: u32): Builder {
  shown.clear();
  const text = textBytes(run, part.text);
  const length = textLength(run, part.text);
  if (isOwn(part, agent)) return shown.bytes(text, length);
  const author = agentPlanAt(run.plan, part.author - 1);
  const isResult = part.kind == PartKind.ToolResult || part.kind == PartKind.ToolError;
  if (isResult) {
    return shown
      .bytes(textBytes(run, part.name), textLength(run, part.name))
      .ascii(part.kind == PartKind.ToolError ? " failed: " : " gave: ")
      .bytes(text, length);
  }
  // Of an agent of another definition that is used, the name that it has there.
  let begin = author.nameLength;
  while (begin && load<u8>(author.name + begin - 1) != 0x2f) begin--;
  shown.bytes(author.name + begin, author.nameLength - begin);
  if (part.kind != PartKind.ToolCall) return shown.ascii(": ").bytes(text, length);
  return shown.ascii(" called ").bytes(textBytes(run, part.name), textLength(run, part.name)).ascii("(").bytes(text, length).ascii(")");
}

function show(run: Run, part: Part, agent: u32, to: usize): void {
  const record = changetype<PartRecord>(to);
  if (isOwn(part, agent)) {
    record.role = part.role;
    record.kind = part.kind;
    putText(to + offsetof<PartRecord>("textAt"), run, part.text);
    putText(to + offsetof<PartRecord>("idAt"), run, part.id);
    putText(to + offsetof<PartRecord>("nameAt"), run, part.name);
    putText(to + offsetof<PartRecord>("metadataAt"), run, part.metadata);
    return;
  }
  record.role = <u8>PartRole.User;
  record.kind = <u8>PartKind.Text;
  shownText(run, part, agent);
  putBytesOf(to + offsetof<PartRecord>("textAt"), shown.at, shown.length);
}

function putText(pair: usize, run: Run, ref: u32): void {
  if (!ref) return;
  const text = textAt(run, ref);
  putBytesOf(pair, text.bytes, text.length);
}

export function emitCallTool(run: Run, effect: Effect, call: Part, timeout: u64, parent: u64): void {
  run.set(RunFlag.Barrier);
  const text = effect.edited || call.text;
  const bytes = textLength(run, call.id) + textLength(run, call.name) + textLength(run, text);
  const command = changetype<CallToolCommand>(beginRecord(CommandKind.CallTool, CALL_TOOL_FIXED, bytes));
  command.run = run.handle;
  command.effect = effect.ordinal;
  command.attempt = effect.attempt;
  command.agent = effect.agent;
  command.tool = effect.tool;
  command.timeout = timeout;
  command.span = effect.span;
  command.parent = parent;
  putBytes(offsetof<CallToolCommand>("idAt"), textBytes(run, call.id), textLength(run, call.id));
  putBytes(offsetof<CallToolCommand>("nameAt"), textBytes(run, call.name), textLength(run, call.name));
  putBytes(offsetof<CallToolCommand>("argumentsAt"), textBytes(run, text), textLength(run, text));
  endRecord();
}

export function emitCallAgent(run: Run, effect: Effect, activation: Activation, timeout: u64): void {
  run.set(RunFlag.Barrier);
  const text = activation.input;
  const nameLength = senderLength(run.plan, activation.sender);
  const context = contextOf(run, activation);
  const bytes = textLength(run, text) + nameLength + context.length;
  const command = changetype<CallAgentCommand>(beginRecord(CommandKind.CallAgent, CALL_AGENT_FIXED, bytes));
  command.run = run.handle;
  command.effect = effect.ordinal;
  command.attempt = effect.attempt;
  command.agent = effect.agent;
  command.timeout = timeout;
  command.span = effect.span;
  command.parent = activation.span;
  putBytes(offsetof<CallAgentCommand>("senderAt"), senderName(run.plan, activation.sender), nameLength);
  putBytes(offsetof<CallAgentCommand>("textAt"), textBytes(run, text), textLength(run, text));
  putBytes(offsetof<CallAgentCommand>("contextAt"), context.at, context.length);
  endRecord();
}

export function emitSearch(run: Run, effect: Effect, activation: Activation, search: SearchPlan, timeout: u64): void {
  run.set(RunFlag.Barrier);
  const bytes = search.storeLength + search.collectionLength + search.filtersLength + textLength(run, activation.input);
  const command = changetype<SearchCommand>(beginRecord(CommandKind.Search, SEARCH_FIXED, bytes));
  command.run = run.handle;
  command.effect = effect.ordinal;
  command.attempt = effect.attempt;
  command.agent = effect.agent;
  command.timeout = timeout;
  command.span = effect.span;
  command.parent = activation.span;
  command.method = search.method;
  command.topK = search.topK;
  putBytes(offsetof<SearchCommand>("storeAt"), search.store, search.storeLength);
  putBytes(offsetof<SearchCommand>("collectionAt"), search.collection, search.collectionLength);
  putBytes(offsetof<SearchCommand>("queryAt"), textBytes(run, activation.input), textLength(run, activation.input));
  putBytes(offsetof<SearchCommand>("filtersAt"), search.filters, search.filtersLength);
  endRecord();
}

/** `documents` is a text. */
export function emitIndex(run: Run, effect: Effect, activation: Activation, search: SearchPlan, documents: u32, timeout: u64): void {
  run.set(RunFlag.Barrier);
  const bytes = search.storeLength + search.collectionLength + textLength(run, documents);
  const command = changetype<IndexCommand>(beginRecord(CommandKind.Index, INDEX_FIXED, bytes));
  command.run = run.handle;
  command.effect = effect.ordinal;
  command.attempt = effect.attempt;
  command.agent = effect.agent;
  command.timeout = timeout;
  command.span = effect.span;
  command.parent = activation.span;
  putBytes(offsetof<IndexCommand>("storeAt"), search.store, search.storeLength);
  putBytes(offsetof<IndexCommand>("collectionAt"), search.collection, search.collectionLength);
  putBytes(offsetof<IndexCommand>("documentsAt"), textBytes(run, documents), textLength(run, documents));
  endRecord();
}

export function emitAskApproval(run: Run, effect: Effect, call: Part, expires: u64, parent: u64, hash: Builder): void {
  run.set(RunFlag.Barrier);
  const command = changetype<AskApprovalCommand>(
    beginRecord(CommandKind.AskApproval, ASK_APPROVAL_FIXED, textLength(run, call.name) + textLength(run, call.text) + hash.length),
  );
  command.run = run.handle;
  command.effect = effect.ordinal;
  command.agent = effect.agent;
  command.tool = effect.tool;
  command.expires = expires;
  command.parent = parent;
  putBytes(offsetof<AskApprovalCommand>("nameAt"), textBytes(run, call.name), textLength(run, call.name));
  putBytes(offsetof<AskApprovalCommand>("argumentsAt"), textBytes(run, call.text), textLength(run, call.text));
  putBytes(offsetof<AskApprovalCommand>("hashAt"), hash.at, hash.length);
  endRecord();
}

/** A person is asked whether a call may go beyond the soft limit of a budget: a tool that is none. */
export function emitAskBudget(run: Run, effect: Effect, expires: u64, parent: u64): void {
  run.set(RunFlag.Barrier);
  const command = changetype<AskApprovalCommand>(beginRecord(CommandKind.AskApproval, ASK_APPROVAL_FIXED, 8));
  command.run = run.handle;
  command.effect = effect.ordinal;
  command.agent = effect.agent;
  command.tool = u32.MAX_VALUE;
  command.expires = expires;
  command.parent = parent;
  putWord(offsetof<AskApprovalCommand>("nameAt"), "budget");
  putWord(offsetof<AskApprovalCommand>("argumentsAt"), "{}");
  endRecord();
}

export function emitStartAgent(run: Run, agent: u32): void {
  run.set(RunFlag.Barrier);
  const command = changetype<StartAgentCommand>(beginRecord(CommandKind.StartAgent, START_AGENT_FIXED, 0));
  command.run = run.handle;
  command.agent = agent;
  endRecord();
}

export function emitCancelEffect(run: Run, effect: Effect): void {
  const command = changetype<CancelEffectCommand>(beginRecord(CommandKind.CancelEffect, CANCEL_EFFECT_FIXED, 0));
  command.run = run.handle;
  command.effect = effect.ordinal;
  command.attempt = effect.attempt;
  endRecord();
}

export function emitOutput(run: Run, agent: u32, port: u32, text: u32): void {
  run.set(RunFlag.Barrier);
  const nameLength: u32 = port == OUTSIDE ? 0 : portAt(run.plan, port).nameLength;
  const command = changetype<OutputCommand>(beginRecord(CommandKind.Output, OUTPUT_FIXED, textLength(run, text) + nameLength));
  command.run = run.handle;
  command.agent = agent;
  if (nameLength) putBytes(offsetof<OutputCommand>("portAt"), portAt(run.plan, port).name, nameLength);
  putBytes(offsetof<OutputCommand>("textAt"), textBytes(run, text), textLength(run, text));
  endRecord();
}

export function emitLog(run: Run, level: Level, agent: u32, sender: u32, text: u32): void {
  const nameLength = senderLength(run.plan, sender);
  const command = changetype<LogCommand>(beginRecord(CommandKind.Log, LOG_FIXED, textLength(run, text) + nameLength));
  command.run = run.handle;
  command.level = <u8>level;
  command.agent = agent;
  putBytes(offsetof<LogCommand>("senderAt"), senderName(run.plan, sender), nameLength);
  putBytes(offsetof<LogCommand>("textAt"), textBytes(run, text), textLength(run, text));
  endRecord();
}

export function emitMessage(run: Run, from: u32, to: u32, text: u32): void {
  const command = changetype<MessageCommand>(beginRecord(CommandKind.Message, MESSAGE_FIXED, textLength(run, text)));
  command.run = run.handle;
  command.from = from;
  command.to = to;
  putBytes(offsetof<MessageCommand>("textAt"), textBytes(run, text), textLength(run, text));
  endRecord();
}

/** `text` is what `words` holds. */
export function emitNotice(run: Run, agent: u32, level: Level, code: string): void {
  const command = changetype<NoticeCommand>(beginRecord(CommandKind.Notice, NOTICE_FIXED, literalLength(code) + words.length));
  command.run = run.handle;
  command.agent = agent;
  command.level = <u8>level;
  putWord(offsetof<NoticeCommand>("codeAt"), code);
  putBytes(offsetof<NoticeCommand>("textAt"), words.at, words.length);
  endRecord();
}

function senderLength(plan: Plan, sender: u32): u32 {
  return sender < plan.agentCount ? agentPlanAt(plan, sender).nameLength : 0;
}

function senderName(plan: Plan, sender: u32): usize {
  return sender < plan.agentCount ? agentPlanAt(plan, sender).name : 0;
}
