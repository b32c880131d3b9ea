import { Decide, NO_AGENT, NO_TERM, Pick, Term, TermKind, labelOf } from "../flow/term";
import { Doc, DocType, boolOf, child, choiceOf, durationOf, integerOf, textOf } from "./doc";
import { isText } from "./edit";
import { giveOptions } from "./flow-agent";
import { agentDoc, agentNamed, hiddenAgent } from "./flow-agents";
import { need } from "./flow-control";
import { placeOf, readNamed } from "./flow-labels";
import { flowArena, newTerm, openTerm, readNode } from "./flow-read";
import { isKind } from "./flow-shape";
import { found, foundAt, foundLength, NAME_SLIP, offer, seek } from "./nearest";
import { complain, complainIn, complainKey, suggest } from "./problems";
import { Key, Message, Role } from "./table";
import { sameBytes } from "../text/slice";

// Nodes in which several take part: handoff, supervise, plan.

const HOPS: u32 = 10;
const ROUNDS: u32 = 10;
const PLAN_SLOTS: u32 = 8;
const REPLANS: u32 = 3;
const NOBODY: u32 = u32.MAX_VALUE;

export function readHandoff(term: Term, index: u32, from: Doc): void {
  readNamed(term, index, need(from, Key.Members));
  term.most = <u32>integerOf(from, Key.MaxHops, HOPS);
  const entry = textOf(from, Key.Entry);
  if (entry !== null) {
    const place = memberNamed(term, entry);
    if (place != NOBODY) term.entry = place;
  }
  const transfers = child(from, Key.Transfers);
  if (transfers !== null && transfers.type == <u8>DocType.Map && term.kidCount) readTransfers(term, transfers);
}

/** A member by its label; NOBODY if there is none, which is reported. */
function memberNamed(term: Term, name: Doc): u32 {
  const place = placeOf(term, name);
  if (place != NOBODY || !term.kidCount) return place;
  complain(Message.UnknownMember, name);
  suggestMember(term, name.textAt, name.textLength);
  return NOBODY;
}

function suggestMember(term: Term, at: usize, length: u32): void {
  seek(at, length, NAME_SLIP);
  for (let i: u32 = 0; i < term.kidCount; i++) offer(labelOf(term, i).at, labelOf(term, i).length);
  if (found()) suggest(foundAt(), foundLength());
}

/** A member that is not listed may pass on to all others. */
function readTransfers(term: Term, transfers: Doc): void {
  const count = term.kidCount;
  term.transfers = flowArena().allocate(count * count);
  for (let row: u32 = 0; row < count; row++) {
    for (let column: u32 = 0; column < count; column++) store<u8>(term.transfers + row * count + column, <u8>(row != column));
  }
  for (let each: Doc | null = transfers.firstChild(); each !== null; each = each!.nextSibling()) {
    const row = rowNamed(term, each);
    if (each.type != <u8>DocType.List) continue;
    if (row != NOBODY) memory.fill(term.transfers + row * count, 0, count);
    for (let name: Doc | null = each.firstChild(); name !== null; name = name!.nextSibling()) {
      if (name.type != <u8>DocType.String) continue;
      const column = memberNamed(term, name);
      if (column != NOBODY && column == row) complain(Message.TransferToSelf, name);
      if (column != NOBODY && row != NOBODY) store<u8>(term.transfers + row * count + column, 1);
    }
  }
}

/** The member whose name a key is. */
function rowNamed(term: Term, entry: Doc): u32 {
  for (let i: u32 = 0; i < term.kidCount; i++) {
    const label = labelOf(term, i);
    if (sameBytes(label.at, label.length, entry.nameAt, entry.nameLength)) return i;
  }
  complainIn(Message.UnknownMemberKey, entry, entry.nameLine, entry.nameColumn);
  suggestMember(term, entry.nameAt, entry.nameLength);
  return NOBODY;
}

export function readSupervise(term: Term, index: u32, from: Doc): void {
  readNamed(term, index, need(from, Key.Members));
  term.most = <u32>integerOf(from, Key.MaxRounds, ROUNDS);
  term.failFast = choiceOf(from, Key.OnMemberError, 0) == 1 ? 1 : 0;
  const model = child(from, Key.Model);
  const by = child(from, Key.By);
  if (by === null || isModel(by)) {
    const own = child(by, Key.Model);
    term.agent = hiddenAgent(from, model === null ? own : model, Role.React);
    term.by = helper(from, index, own === null || model === null || isSame(own, model) ? term.agent : hiddenAgent(by!, own, Role.React));
    openTerm(term.by).decide = <u8>Decide.Next;
    if (by !== null) readPrompt(openTerm(term.by), by);
    giveOptions(openTerm(term.by), term.labels, term.kidCount);
  } else {
    if (isText(by, "round_robin")) term.pick = <u8>Pick.RoundRobin;
    else if (isText(by, "manual")) term.pick = <u8>Pick.Manual;
    else readPicker(term, index, by);
    if (model !== null) term.agent = hiddenAgent(from, model, Role.React);
    if (model !== null && term.pick == <u8>Pick.RoundRobin) {
      term.untilTerm = helper(from, index, term.agent);
      openTerm(term.untilTerm).decide = <u8>Decide.Done;
    }
  }
  term.summarise = term.agent != NO_AGENT && boolOf(from, Key.Summarise, true) ? 1 : 0;
  if (term.summarise) term.otherwise = helper(from, index, term.agent);
}

/** A term for what a model does for the node itself. */
function helper(from: Doc, parent: u32, agent: u32): u32 {
  const index = newTerm(from, parent, <u8>TermKind.Agent);
  openTerm(index).agent = agent;
  return index;
}

/** Whether `by` is `{model, prompt}` and no node. */
function isModel(by: Doc): bool {
  if (by.type != <u8>DocType.Map) return false;
  for (let entry: Doc | null = by.firstChild(); entry !== null; entry = entry!.nextSibling()) if (isKind(entry.key)) return false;
  return child(by, Key.Model) !== null || child(by, Key.Prompt) !== null;
}

function readPrompt(term: Term, by: Doc): void {
  for (let entry: Doc | null = by.firstChild(); entry !== null; entry = entry!.nextSibling()) {
    if (entry.key != Key.Model && entry.key != Key.Prompt) complainKey(Message.NotOfPicker, entry);
  }
  const prompt = textOf(by, Key.Prompt);
  if (prompt === null) return;
  term.prompt = flowArena().copy(prompt.textAt, prompt.textLength);
  term.promptLength = prompt.textLength;
}

function isSame(a: Doc, b: Doc): bool {
  return sameBytes(a.textAt, a.textLength, b.textAt, b.textLength);
}

function readPicker(term: Term, index: u32, by: Doc): void {
  term.pick = <u8>Pick.Term;
  term.by = readNode(by, index, Decide.Next);
  if (term.by != NO_TERM && openTerm(term.by).kind == <u8>TermKind.Agent) giveOptions(openTerm(term.by), term.labels, term.kidCount);
}

export function readPlan(term: Term, index: u32, from: Doc): void {
  const planner = need(from, Key.Planner);
  if (planner !== null) {
    term.agent = agentNamed(planner);
    term.by = helper(from, index, term.agent);
    openTerm(term.by).decide = <u8>Decide.Plan;
  }
  readNamed(term, index, need(from, Key.Executors));
  const agent = agentDoc(term.agent);
  const config = child(agent, Key.PlannerConfig);
  term.concurrency = <u32>integerOf(from, Key.MaxConcurrency, boolOf(config, Key.ParallelizableSteps, false) ? PLAN_SLOTS : 1);
  term.backtrack = <u8>boolOf(from, Key.Backtrack, boolOf(config, Key.EnableBacktracking, false));
  term.most = <u32>integerOf(from, Key.Replans, boolOf(config, Key.EnableReplanning, true) ? REPLANS : 0);
  term.stepDeadline = durationOf(from, Key.StepDeadline, durationOf(config, Key.TaskTimeoutMs, 0));
}
