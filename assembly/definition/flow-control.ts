import { Decide, NO_TERM, Reference, Term, TermKind } from "../flow/term";
import { Doc, DocType, boolOf, child, choiceOf, decimalOf, integerOf } from "./doc";
import { isText } from "./edit";
import { giveOptions } from "./flow-agent";
import { agentDoc, hasRole } from "./flow-agents";
import { readCondition } from "./flow-condition";
import { readKid, readNamed, takeKids } from "./flow-labels";
import { flowArena, openTerm, readNode } from "./flow-read";
import { enterLoop, enterMap, readField, readReference, setName, sight } from "./flow-scope";
import { complain, complainKey, putNumber, putWord } from "./problems";
import { Key, Message } from "./table";

// Nodes that say in which order others run: sequence, parallel, map, choose, loop.

const MAP_SLOTS: u32 = 8;
const MAP_ITEMS: u32 = 100_000;
/** Of a classifier that does not say. */
const CONFIDENCE: i64 = 700_000_000;

export function readSequence(term: Term, index: u32, list: Doc): void {
  if (list.type != <u8>DocType.List) return;
  takeKids(term, list);
  const start = sight();
  let place: u32 = 0;
  for (let node: Doc | null = list.firstChild(); node !== null; node = node!.nextSibling(), place++) {
    readKid(term, index, place, node);
    const kid = load<u32>(term.kids + (place << 2));
    if (kid != NO_TERM && openTerm(kid).bind) setName(node, openTerm(kid).bind - 1, start);
  }
}

export function readParallel(term: Term, index: u32, from: Doc): void {
  const branches = need(from, Key.Branches);
  readNamed(term, index, branches);
  term.concurrency = <u32>integerOf(from, Key.MaxConcurrency, 0);
  term.failFast = <u8>boolOf(from, Key.FailFast, false);
  const join = child(from, Key.Join);
  if (isText(join, "first")) term.first = 1;
  const quorum = child(join, Key.Quorum);
  if (join !== null && join.type == <u8>DocType.Map) need(join, Key.Quorum);
  if (term.first) term.quorum = 1;
  if (quorum === null) return;
  term.quorum = <u32>quorum.number;
  if (branches === null || quorum.number <= <i64>branches.count) return;
  complain(Message.QuorumTooLarge, quorum);
  putNumber(branches.count, false);
}

export function readMap(term: Term, index: u32, from: Doc): void {
  const over = child(from, Key.Over);
  if (over !== null) term.over = newReference(over, false);
  term.concurrency = <u32>integerOf(from, Key.MaxConcurrency, MAP_SLOTS);
  term.most = <u32>integerOf(from, Key.MaxItems, MAP_ITEMS);
  term.failFast = choiceOf(from, Key.OnItemError, 0) == 1 ? 1 : 0;
  term.own = enterMap();
  const body = need(from, Key.Do);
  if (body === null) return;
  if (body.type == <u8>DocType.List) {
    takeKids(term, body);
    let place: u32 = 0;
    for (let node: Doc | null = body.firstChild(); node !== null; node = node!.nextSibling()) readKid(term, index, place++, node);
  } else readOnly(term, index, body);
}

/** The only kid. */
export function readOnly(term: Term, index: u32, node: Doc): void {
  term.kids = flowArena().allocate(4);
  term.kidCount = 1;
  readKid(term, index, 0, node);
}

export function readChoose(term: Term, index: u32, from: Doc): void {
  const by = child(from, Key.By);
  const cases = need(from, Key.Cases);
  const minimum = child(from, Key.MinConfidence);
  if (by !== null && by.type == <u8>DocType.String) term.over = newReference(by, !by.textLength || load<u8>(by.textAt) != 0x24);
  else if (by !== null) term.by = readNode(by, index, Decide.Category);
  if (minimum !== null && (by === null || by.type == <u8>DocType.String)) complainKey(Message.NeedsDecider, minimum);
  term.minConfidence = decimalOf(from, Key.MinConfidence, ownConfidence(term));
  if (cases !== null && by !== null && cases.type == <u8>DocType.List) complain(Message.CasesByName, cases);
  else if (cases !== null && by === null && cases.type == <u8>DocType.Map) complain(Message.CasesByCondition, cases);
  else if (cases !== null && cases.type == <u8>DocType.List) readConditions(term, index, cases);
  else readNamed(term, index, cases);
  if (term.by != NO_TERM && openTerm(term.by).kind == <u8>TermKind.Agent) giveOptions(openTerm(term.by), term.labels, term.kidCount);
  const otherwise = child(from, Key.Else);
  if (otherwise !== null) term.otherwise = readNode(otherwise, index);
}

/** The threshold of the classifier that decides; -1: none. */
function ownConfidence(term: Term): i64 {
  if (term.by == NO_TERM) return -1;
  const agent = agentDoc(openTerm(term.by).agent);
  return hasRole(agent, "classifier") ? decimalOf(child(agent, Key.ClassifierConfig), Key.ConfidenceThreshold, CONFIDENCE) : -1;
}

function readConditions(term: Term, index: u32, cases: Doc): void {
  takeKids(term, cases);
  term.conditions = flowArena().allocate(cases.count << 2);
  let place: u32 = 0;
  for (let each: Doc | null = cases.firstChild(); each !== null; each = each!.nextSibling(), place++) {
    store<u32>(term.kids + (place << 2), NO_TERM);
    if (each.type != <u8>DocType.Map) continue;
    store<usize>(term.conditions + (place << 2), readCondition(need(each, Key.When), flowArena()));
    const body = need(each, Key.Do);
    if (body !== null) readKid(term, index, place, body);
  }
}

export function readLoop(term: Term, index: u32, from: Doc): void {
  need(from, Key.Max);
  term.most = <u32>integerOf(from, Key.Max, 1);
  term.keepBest = choiceOf(from, Key.Keep, 0) == 1 ? 1 : 0;
  term.eachInput = choiceOf(from, Key.Each, 0) == 1 ? 1 : 0;
  term.own = enterLoop();
  const body = need(from, Key.Do);
  if (body !== null) readOnly(term, index, body);
  const until = child(from, Key.Until);
  if (until === null) return;
  if (until.type == <u8>DocType.String) term.until = readCondition(until, flowArena());
  else term.untilTerm = readNode(until, index, Decide.Done);
}

/** The value under a key that must be there. */
export function need(from: Doc, key: u32): Doc | null {
  const value = child(from, key);
  if (value !== null) return value;
  complain(Message.MissingKey, from);
  putWord(key);
  return null;
}

/** `isField`: a field of the input without `$prev.` before it. */
export function newReference(text: Doc, isField: bool): usize {
  const to = changetype<Reference>(flowArena().allocate(offsetof<Reference>()));
  const isGood = isField ? readField(text, to) : readReference(text, to);
  return isGood ? changetype<usize>(to) : 0;
}
