import { Plan, agentPlanAt, portAt } from "../definition/plan";
import {
  CALL_AGENT_FIXED,
  CALL_MODEL_FIXED,
  CALL_TOOL_FIXED,
  CANCEL_EFFECT_FIXED,
  CallAgentCommand,
  CallModelCommand,
  CallToolCommand,
  CancelEffectCommand,
  CommandKind,
  LOG_FIXED,
  LogCommand,
  MESSAGE_FIXED,
  MessageCommand,
  NOTICE_FIXED,
  NoticeCommand,
  OUTPUT_FIXED,
  OutputCommand,
  START_AGENT_FIXED,
  StartAgentCommand,
} from "../protocol/commands";
import { beginRecord, endRecord, putBytes, putBytesOf, putList } from "../protocol/output";
import { Level, PART_SIZE, Part as PartRecord } from "../protocol/types";
import { Builder, newBuilder } from "../text/builder";
import { OUTSIDE } from "./agent";
import { Activation } from "./activation";
import { Effect } from "./effect";
import { Run, RunFlag } from "./run";
import { putWord } from "./span";
import { textAt, textBytes, textLength } from "./text";
import { Part, partAt, transcriptAt } from "./transcript";

// Commands of a run. What must not be done before the record of its step is durable raises the barrier.

/** For messages to people; used again by each. */
export const words: Builder = newBuilder();

export function emitCallModel(run: Run, effect: Effect, agent: u32, transcript: u32, noTools: bool, timeout: u64, parent: u64): void {
  run.set(RunFlag.Barrier);
  const list = transcriptAt(run, transcript);
  const first = list.told ? partAt(run, list.toldTail).next : list.head;
  const count = list.count - list.told;
  let bytes: u32 = count * PART_SIZE + 8;
  for (let ref = first; ref; ) {
    const part = partAt(run, ref);
    bytes += partTextLength(run, part, agent) + textLength(run, part.id) + textLength(run, part.name) + textLength(run, part.metadata);
    ref = part.next;
  }
  const command = changetype<CallModelCommand>(beginRecord(CommandKind.CallModel, CALL_MODEL_FIXED, bytes));
  command.run = run.handle;
  command.effect = effect.ordinal;
  command.attempt = effect.attempt;
  command.agent = agent;
  command.provider = effect.provider;
  command.known = list.told;
  command.noTools = noTools ? 1 : 0;
  command.timeout = timeout;
  command.span = effect.span;
  command.parent = parent;
  let to = putList(offsetof<CallModelCommand>("partsAt"), count, PART_SIZE, 4);
  for (let ref = first; ref; to += PART_SIZE) {
    const part = partAt(run, ref);
    const record = changetype<PartRecord>(to);
    record.role = part.role;
    record.kind = part.kind;
    putBytesOf(to + offsetof<PartRecord>("textAt"), partTextBytes(run, part, agent), partTextLength(run, part, agent));
    putText(to + offsetof<PartRecord>("idAt"), run, part.id);
    putText(to + offsetof<PartRecord>("nameAt"), run, part.name);
    putText(to + offsetof<PartRecord>("metadataAt"), run, part.metadata);
    ref = part.next;
  }
  list.told = list.count;
  list.toldTail = list.tail;
  endRecord();
}

function partTextLength(run: Run, part: Part, agent: u32): u32 {
  return part.planned ? agentPlanAt(run.plan, agent).promptLength : textLength(run, part.text);
}

function partTextBytes(run: Run, part: Part, agent: u32): usize {
  return part.planned ? agentPlanAt(run.plan, agent).prompt : textBytes(run, part.text);
}

function putText(pair: usize, run: Run, ref: u32): void {
  if (!ref) return;
  const text = textAt(run, ref);
  putBytesOf(pair, text.bytes, text.length);
}

export function emitCallTool(run: Run, effect: Effect, call: Part, timeout: u64, parent: u64): void {
  run.set(RunFlag.Barrier);
  const bytes = textLength(run, call.id) + textLength(run, call.name) + textLength(run, call.text);
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
  putBytes(offsetof<CallToolCommand>("argumentsAt"), textBytes(run, call.text), textLength(run, call.text));
  endRecord();
}

export function emitCallAgent(run: Run, effect: Effect, activation: Activation, timeout: u64): void {
  run.set(RunFlag.Barrier);
  const text = activation.input;
  const nameLength = senderLength(run.plan, activation.sender);
  const command = changetype<CallAgentCommand>(beginRecord(CommandKind.CallAgent, CALL_AGENT_FIXED, textLength(run, text) + nameLength));
  command.run = run.handle;
  command.effect = effect.ordinal;
  command.attempt = effect.attempt;
  command.agent = effect.agent;
  command.timeout = timeout;
  command.span = effect.span;
  command.parent = activation.span;
  putBytes(offsetof<CallAgentCommand>("senderAt"), senderName(run.plan, activation.sender), nameLength);
  putBytes(offsetof<CallAgentCommand>("textAt"), textBytes(run, text), textLength(run, text));
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
  const command = changetype<NoticeCommand>(beginRecord(CommandKind.Notice, NOTICE_FIXED, <u32>code.length + words.length));
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
