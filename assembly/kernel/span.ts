import { mix } from "../text/mix";
import { SPAN_END_FIXED, SPAN_START_FIXED, CommandKind, SpanEndCommand, SpanStartCommand } from "../protocol/commands";
import { SpanKind } from "../protocol/types";
import { beginRecord, endRecord, putBytes } from "../protocol/output";
import { Run } from "./run";
import { literalAt, literalLength } from "../text/literal";

// Spans are numbered by the run, and their ids follow from its id and that number: the same on every host and at every replay.

const SPAN_BITS: u64 = (1 << 53) - 1;

export function newSpan(run: Run): u64 {
  return (mix(run.spanBase + ++run.spans) & SPAN_BITS) | 1;
}

export function startSpan(run: Run, span: u64, parent: u64, operation: SpanKind, agent: u32, name: usize, nameLength: u32): void {
  const command = changetype<SpanStartCommand>(beginRecord(CommandKind.SpanStart, SPAN_START_FIXED, nameLength));
  command.run = run.handle;
  command.span = span;
  command.parent = parent;
  command.operation = <u8>operation;
  command.agent = agent;
  putBytes(offsetof<SpanStartCommand>("nameAt"), name, nameLength);
  endRecord();
}

/** `error` is a word of failure-kind or stop-reason, or null. */
export function endSpan(run: Run, span: u64, operation: SpanKind, agent: u32, error: string | null): SpanEndCommand {
  const length: u32 = error === null ? 0 : literalLength(error);
  const command = changetype<SpanEndCommand>(beginRecord(CommandKind.SpanEnd, SPAN_END_FIXED, length));
  command.run = run.handle;
  command.span = span;
  command.operation = <u8>operation;
  command.agent = agent;
  command.ok = error === null ? 1 : 0;
  if (error !== null) putWord(offsetof<SpanEndCommand>("errorAt"), error);
  endRecord();
  return command;
}

export function putWord(field: u32, word: string): void {
  putBytes(field, literalAt(word), literalLength(word));
}
