import { Arena } from "../memory/arena";
import { Builder, newBuilder } from "../text/builder";
import { Decide, Flow, NO_AGENT, NO_TERM, OnError, Reference, Share, Term } from "../flow/term";
import { Doc, DocFlag, DocType, child, choiceOf, durationOf, integerOf, textOf } from "./doc";
import { isText } from "./edit";
import { agentDoc, beginAgents, theDefinition } from "./flow-agents";
import { readAgentKeys, refuseAgentKeys } from "./flow-agent";
import { readChoose, readLoop, readMap, readParallel, readSequence } from "./flow-control";
import { readHandoff, readPlan, readSupervise } from "./flow-members";
import { readCondition } from "./flow-condition";
import { readJoinNode, readRetrieve } from "./flow-others";
import { readUse } from "./flow-use";
import { backTo, beginScopes, bindName, bindingCount, readReference, sight } from "./flow-scope";
import { isKind } from "./flow-shape";
import { writePath } from "./path";
import { summariserOf } from "./models";
import { complain, complainKey, putWord, theArena } from "./problems";
import { limitTime, readBudget } from "./plan-budget";
import { readRetry } from "./plan-retry";
import { readWindow } from "./plan-window";
import { Key, Message } from "./table";
import { sameBytes } from "../text/slice";

// From the tree under `flow` to the table of terms that runs share, checking on the way what the grammar's table does not say. All of it is read
// even if something is wrong, so that everything is reported at once; a table with problems is thrown away.

const DEEPEST: u32 = 64;
/** `bindName` where there is no name. */
const NO_BINDING: u32 = u32.MAX_VALUE;

let arena = changetype<Arena>(0);
/** Term[], while they are read: their addresses. */
let terms: usize = 0;
let termCount: u32 = 0;
let room: u32 = 0;
let depth: u32 = 0;
let saidTooDeep: bool = false;
/** The nearest `context` outward. */
let context: Doc | null = null;
const path: Builder = newBuilder();

/** Reads the flow of a definition whose agents are settled; null if there is none. It lies in `into`. */
export function readFlow(root: Doc, into: Arena): Flow | null {
  const node = child(root, Key.Flow);
  if (node === null) return null;
  arena = into;
  room = 64;
  terms = theArena().allocate(room << 2);
  termCount = 0;
  depth = 0;
  saidTooDeep = false;
  context = null;
  beginScopes(into);
  beginAgents(root);
  readNode(node, NO_TERM);
  for (let i: u32 = 0; i < termCount; i++) {
    const term = openTerm(i);
    if (changetype<usize>(term.window) && term.agent != NO_AGENT)
      term.window.provider = summariserOf(root, agentDoc(term.agent), changetype<Doc>(term.window.context));
  }
  const flow = changetype<Flow>(into.allocate(offsetof<Flow>()));
  flow.terms = into.allocate(termCount * offsetof<Term>());
  for (let i: u32 = 0; i < termCount; i++) memory.copy(flow.terms + i * offsetof<Term>(), load<usize>(terms + (i << 2)), offsetof<Term>());
  flow.termCount = termCount;
  flow.bindingCount = bindingCount();
  return flow;
}

/** Where the flow lies. */
export function flowArena(): Arena {
  return arena;
}

/** A term that is being read. */
export function openTerm(index: u32): Term {
  return changetype<Term>(load<usize>(terms + (index << 2)));
}

/** A new term for the node at `doc`; gives its index. */
export function newTerm(doc: Doc, parent: u32, kind: u8): u32 {
  if (termCount == room) {
    const moved = theArena().allocate(room << 3);
    memory.copy(moved, terms, room << 2);
    terms = moved;
    room <<= 1;
  }
  const term = changetype<Term>(theArena().allocate(offsetof<Term>()));
  store<usize>(terms + (termCount << 2), changetype<usize>(term));
  term.kind = kind;
  term.parent = parent;
  path.clear();
  writePath(path, doc);
  term.path = arena.copy(path.at, path.length);
  term.pathLength = path.length;
  term.agent = NO_AGENT;
  term.handler = NO_TERM;
  term.by = NO_TERM;
  term.otherwise = NO_TERM;
  term.untilTerm = NO_TERM;
  term.rerank = NO_TERM;
  term.minConfidence = -1;
  term.turns = u32.MAX_VALUE;
  term.window = readWindow(context, theDefinition(), null, arena);
  if (changetype<usize>(term.window)) term.window.context = changetype<usize>(context);
  return termCount++;
}

/** Reads a node and what it holds; NO_TERM if nothing can be made of it. `implied`: what an agent decides here unless it says so itself. */
export function readNode(doc: Doc, parent: u32, implied: Decide = Decide.Nothing): u32 {
  if (doc.type == <u8>DocType.String) {
    if (doc.is(DocFlag.Unset)) return NO_TERM;
    const index = newTerm(doc, parent, 0);
    readAgentKeys(openTerm(index), doc, doc, implied);
    return index;
  }
  if (doc.type != <u8>DocType.Map) return NO_TERM;
  if (depth == DEEPEST) {
    if (!saidTooDeep) complain(Message.FlowTooDeep, doc);
    saidTooDeep = true;
    return NO_TERM;
  }
  const kind = kindOf(doc);
  if (kind === null) return NO_TERM;
  depth++;
  const outer = context;
  const own = child(doc, Key.Context);
  if (own !== null) context = own;
  const index = newTerm(doc, parent, <u8>(kind.key - Key.Agent));
  const term = openTerm(index);
  readCommon(term, doc, kind);
  const before = sight();
  readKind(term, index, doc, kind, implied);
  backTo(before);
  readHandler(term, index, doc);
  context = outer;
  depth--;
  return index;
}

/** The value under a node's only kind key; null if it has none or several, which is reported. */
function kindOf(doc: Doc): Doc | null {
  let kind: Doc | null = null;
  for (let entry: Doc | null = doc.firstChild(); entry !== null; entry = entry!.nextSibling()) {
    if (!isKind(entry.key)) continue;
    if (kind === null) {
      kind = entry;
      continue;
    }
    complainKey(Message.TwoKinds, entry);
    putWord(kind.key);
  }
  if (kind === null) complain(Message.NoKind, doc);
  return kind;
}

function readCommon(term: Term, doc: Doc, kind: Doc): void {
  const name = textOf(doc, Key.Name);
  if (name !== null) {
    term.name = arena.copy(name.textAt, name.textLength);
    term.nameLength = name.textLength;
  }
  readInput(term, doc);
  const binding = bindName(doc);
  if (binding != NO_BINDING) term.bind = binding + 1;
  const share = choiceOf(doc, Key.Share, NO_BINDING);
  if (share != NO_BINDING) term.share = <u8>(share + Share.Own);
  else if (kind.key == Key.Handoff || kind.key == Key.Supervise) term.share = <u8>Share.Group;
  term.deadline = durationOf(doc, Key.Deadline, 0);
  term.budget = readBudget(doc, arena);
  limitTime(term);
  const retry = child(doc, Key.Retry);
  term.retry = readRetry(retry, arena);
  // A node is tried again after any failure, unless it says which.
  if (retry !== null && child(retry, Key.RetryOn) === null) term.retry.retryOn = u32.MAX_VALUE;
  term.hasPriority = child(doc, Key.Priority) !== null ? 1 : 0;
  term.priority = <u32>integerOf(doc, Key.Priority, 0);
  term.when = readCondition(child(doc, Key.When), arena);
  if (kind.key != Key.Agent) refuseAgentKeys(doc);
  const model = child(doc, Key.Model);
  if (model !== null) complainKey(Message.MisplacedModel, model);
}

function readInput(term: Term, doc: Doc): void {
  const input = child(doc, Key.Input);
  if (input === null) return;
  term.inputIsObject = input.type == <u8>DocType.List ? 1 : 0;
  const count: u32 = term.inputIsObject ? input.count : 1;
  if (!count) complain(Message.EmptyNodes, input);
  term.input = arena.allocate(count * offsetof<Reference>());
  if (!term.inputIsObject) term.inputCount = <u32>readReference(input, changetype<Reference>(term.input));
  else for (let each: Doc | null = input.firstChild(); each !== null; each = each!.nextSibling()) readPart(term, each);
}

function readPart(term: Term, text: Doc): void {
  const reference = changetype<Reference>(term.input + term.inputCount * offsetof<Reference>());
  if (!readReference(text, reference)) return;
  for (let i: u32 = 0; i < term.inputCount; i++) {
    const other = changetype<Reference>(term.input + i * offsetof<Reference>());
    if (sameBytes(other.key, other.keyLength, reference.key, reference.keyLength)) complain(Message.SameKey, text);
  }
  term.inputCount++;
}

function readKind(term: Term, index: u32, doc: Doc, kind: Doc, implied: Decide): void {
  switch (<u32>kind.key) {
    case Key.Agent:
      return readAgentKeys(term, kind, doc, implied);
    case Key.Sequence:
      return readSequence(term, index, kind);
    case Key.Use:
      return readUse(term, index, kind);
  }
  if (kind.type != <u8>DocType.Map) return;
  switch (<u32>kind.key) {
    case Key.Parallel:
      return readParallel(term, index, kind);
    case Key.Map:
      return readMap(term, index, kind);
    case Key.Choose:
      return readChoose(term, index, kind);
    case Key.Loop:
      return readLoop(term, index, kind);
    case Key.Handoff:
      return readHandoff(term, index, kind);
    case Key.Supervise:
      return readSupervise(term, index, kind);
    case Key.Join:
      return readJoinNode(term, index, kind);
    case Key.Retrieve:
      return readRetrieve(term, index, kind);
    case Key.Plan:
      return readPlan(term, index, kind);
  }
}

function readHandler(term: Term, index: u32, doc: Doc): void {
  const handler = child(doc, Key.OnError);
  if (handler === null || isText(handler, "fail")) return;
  if (isText(handler, "skip")) term.onError = <u8>OnError.Skip;
  else {
    term.handler = readNode(handler, index);
    term.onError = <u8>OnError.Handle;
  }
}
