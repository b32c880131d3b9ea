// What the tests of flows call: the whole core, and its table of terms as JSON.

export * from "../index";

import { findPlan } from "../definition/plans";
import { Builder, newBuilder } from "../text/builder";
import { NO_AGENT, NO_TERM, Reference, Term, TermKind, kidOf, labelOf, optionOf, termAt } from "./term";

const json: Builder = newBuilder();

/** The flow of a loaded definition; its length. */
export function writeTerms(definition: u32): u32 {
  const flow = findPlan(definition)!.flow;
  json.clear();
  if (!changetype<usize>(flow)) return 0;
  json.ascii("[");
  for (let i: u32 = 0; i < flow.termCount; i++) {
    if (i) json.ascii(",");
    writeTerm(termAt(flow, i));
  }
  json.ascii("]");
  return json.length;
}

export function termsAt(): usize {
  return json.at;
}

function number(name: string, value: i64, absent: i64): void {
  if (value == absent) return;
  json.ascii(',"').ascii(name).ascii('":');
  if (value < 0) json.ascii("-").integer(<u64>-value);
  else json.integer(<u64>value);
}

function text(name: string, at: usize, length: u32): void {
  if (length) json.ascii(',"').ascii(name).ascii('":').json(at, length);
}

function reference(at: usize): void {
  const from = changetype<Reference>(at);
  json.ascii('{"binding":').integer(from.origin ? <u64>from.binding + 1 : 0);
  text("key", from.key, from.keyLength);
  json.ascii(',"fields":[');
  for (let i: u32 = 0; i < from.fieldCount; i++) {
    if (i) json.ascii(",");
    json.json(load<usize>(from.fields + (i << 3)), load<u32>(from.fields + (i << 3), 4));
  }
  json.ascii("]}");
}

function one(name: string, at: usize): void {
  if (!at) return;
  json.ascii(',"').ascii(name).ascii('":');
  reference(at);
}

function writeTerm(term: Term): void {
  json.ascii('{"kind":').integer(term.kind);
  text("path", term.path, term.pathLength);
  number("parent", term.parent, NO_TERM);
  number("share", term.share, 0);
  number("onError", term.onError, 0);
  if (term.hasPriority) number("priority", term.priority, -1);
  text("name", term.name, term.nameLength);
  if (term.inputCount || term.inputIsObject) {
    json.ascii(',"input":[');
    for (let i: u32 = 0; i < term.inputCount; i++) {
      if (i) json.ascii(",");
      reference(term.input + i * offsetof<Reference>());
    }
    json.ascii("]");
    number("isObject", term.inputIsObject, 0);
  }
  number("bind", term.bind, 0);
  number("when", <i64>(term.when != 0), 0);
  number("deadline", term.deadline, 0);
  if (changetype<usize>(term.retry)) number("attempts", term.retry.attempts, -1);
  number("handler", term.handler, NO_TERM);
  if (term.kidCount) {
    json.ascii(',"kids":[');
    for (let i: u32 = 0; i < term.kidCount; i++) {
      if (i) json.ascii(",");
      json.integer(kidOf(term, i));
    }
    json.ascii("]");
  }
  if (term.labels) {
    json.ascii(',"labels":[');
    for (let i: u32 = 0; i < term.kidCount; i++) {
      if (i) json.ascii(",");
      json.json(labelOf(term, i).at, labelOf(term, i).length);
    }
    json.ascii("]");
  }
  number("agent", term.agent, NO_AGENT);
  number("concurrency", term.concurrency, 0);
  number("most", term.most, 0);
  number("decide", term.decide, 0);
  if (term.optionCount) {
    json.ascii(',"options":[');
    for (let i: u32 = 0; i < term.optionCount; i++) {
      if (i) json.ascii(",");
      json.json(optionOf(term, i).at, optionOf(term, i).length);
    }
    json.ascii("]");
  }
  if (term.kind == <u8>TermKind.Agent && term.count != 3) number("count", term.count, 0);
  one("context", term.context);
  number("turns", term.turns, u32.MAX_VALUE);
  text("prompt", term.prompt, term.promptLength);
  number("quorum", term.quorum, 0);
  number("first", term.first, 0);
  number("failFast", term.failFast, 0);
  one("over", term.over);
  number("own", term.own, 0);
  if (term.conditions) {
    let all: i64 = 0;
    for (let i: u32 = 0; i < term.kidCount; i++) all += <i64>(load<usize>(term.conditions + (i << 2)) != 0);
    number("conditions", all, -1);
  }
  number("by", term.by, NO_TERM);
  number("otherwise", term.otherwise, NO_TERM);
  number("minConfidence", term.minConfidence, -1);
  number("until", <i64>(term.until != 0), 0);
  number("untilTerm", term.untilTerm, NO_TERM);
  number("keepBest", term.keepBest, 0);
  number("eachInput", term.eachInput, 0);
  number("entry", term.entry, 0);
  if (term.transfers) {
    json.ascii(',"transfers":"');
    for (let i: u32 = 0; i < term.kidCount * term.kidCount; i++) json.integer(load<u8>(term.transfers + i));
    json.ascii('"');
  }
  number("pick", term.pick, 0);
  number("summarise", term.summarise, 0);
  number("rerank", term.rerank, NO_TERM);
  number("backtrack", term.backtrack, 0);
  number("stepDeadline", term.stepDeadline, 0);
  json.ascii("}");
}
