import { sameBytes } from "../text/slice";
import { findAgent } from "./agents";
import { child, childNamed, Doc, DocType, integerOf } from "./doc";
import { addChild, docAt, sameDoc, setName } from "./edit";
import { keepName, namesOf } from "./pattern-choice";
import { agentUnder, complainNobody, memberFor } from "./pattern-members";
import { complainMissing, parameter, theConfig, theRoot } from "./pattern-scope";
import { agentNode, atOnce, inSequence, mapWith, put, putInteger, putWord, textDoc } from "./pattern-terms";
import { complain, complainKey, putNumber } from "./problems";
import { Key, Message } from "./table";

// hierarchical: a manager gives tasks to teams, whose managers give them to their workers; a worker may be a team in turn.

const MOST_NODES: u32 = 10_000;

let teams: Doc = changetype<Doc>(0);
let levels: i64 = 0;
let nodes: u32 = 0;
let fine: bool = true;

export function expandHierarchical(): Doc | null {
  const manager = agentUnder(Key.Manager, true);
  const named = parameter(Key.Teams);
  if (named === null) {
    complainMissing(Key.Teams);
    return null;
  }
  teams = named;
  levels = integerOf(theConfig(), Key.MaxDepth, 3);
  nodes = 0;
  fine = true;
  const cases = docAt(named, DocType.Map);
  for (let team: Doc | null = named.firstChild(); team !== null; team = team!.nextSibling()) if (!isWorker(team)) addCase(cases, team, teamNode(team, 2));
  complainNobody(named, Key.Teams);
  // Teams that are all within each other have no end.
  if (named.count && !cases.count && fine) refuseDepth(named.firstChild()!);
  return manager !== null && fine && cases.count ? managed(manager, cases) : null;
}

/** Whether another team has this one among its workers. */
function isWorker(team: Doc): bool {
  if (findAgent(theRoot(), team.nameAt, team.nameLength) !== null) return false;
  for (let other: Doc | null = teams.firstChild(); other !== null; other = other!.nextSibling()) {
    const workers = workersOf(other);
    if (workers === null) continue;
    for (let name: Doc | null = workers.firstChild(); name !== null; name = name!.nextSibling())
      if (name.type == <u8>DocType.String && sameBytes(name.textAt, name.textLength, team.nameAt, team.nameLength)) return true;
  }
  return false;
}

function workersOf(team: Doc): Doc | null {
  return team.type == <u8>DocType.List ? team : child(team, Key.Workers);
}

/** The manager gives tasks, all get theirs at once, and the manager makes one answer of what they say. */
function managed(manager: Doc, cases: Doc): Doc {
  const assign = agentNode(textDoc(manager, manager.textAt, manager.textLength));
  putWord(assign, Key.Decide, "assign");
  put(assign, Key.Options, namesOf(cases));
  putWord(assign, Key.As, "tasks");
  const each = putWord(docAt(cases, DocType.Map), Key.Over, "$tasks");
  const choose = putWord(docAt(cases, DocType.Map), Key.By, "$item.member");
  const most = cases.count;
  put(choose, Key.Cases, cases);
  put(each, Key.Do, putWord(mapWith(Key.Choose, choose), Key.Input, "$item.task"));
  putInteger(each, Key.MaxConcurrency, most);
  const node = inSequence(assign, mapWith(Key.Map, each));
  addChild(node.firstChild()!, manager);
  return node;
}

/** A team `level` managers deep. */
function teamNode(team: Doc, level: i64): Doc | null {
  const workers = workersOf(team);
  if (workers === null || workers.type != <u8>DocType.List) return null;
  refuseTwice(workers);
  const lead = team.type == <u8>DocType.Map ? child(team, Key.Manager) : null;
  if (level > levels + (lead === null ? 1 : 0)) return refuseDepth(team);
  complainNobody(workers, Key.Workers);
  if (!workers.count) return nothing();
  let manager: Doc | null = null;
  if (lead !== null) {
    manager = memberFor(lead, false);
    if (manager === null) fine = false;
  }
  const members = docAt(workers, manager === null ? DocType.List : DocType.Map);
  for (let name: Doc | null = workers.firstChild(); name !== null; name = name!.nextSibling()) {
    const worker = workerNode(name, level);
    if (worker === null) fine = false;
    else if (manager === null) addChild(members, worker);
    else {
      setName(worker, name.textAt, name.textLength);
      addChild(members, worker);
    }
  }
  return manager === null ? atOnce(members) : managed(manager, members);
}

function refuseTwice(workers: Doc): void {
  for (let name: Doc | null = workers.firstChild(); name !== null; name = name!.nextSibling()) {
    let other: Doc | null = workers.firstChild();
    while (other !== name && !sameDoc(other!, name)) other = other!.nextSibling();
    if (other !== name) complain(Message.MemberTwice, name);
  }
}

/** An agent; or a team, which keeps its name. */
function workerNode(name: Doc, level: i64): Doc | null {
  if (++nodes > MOST_NODES) {
    if (nodes == MOST_NODES + 1) complain(Message.TooManyNodes, name);
    return null;
  }
  if (name.type != <u8>DocType.String || findAgent(theRoot(), name.textAt, name.textLength) !== null) return memberFor(name, false);
  const team = childNamed(teams, name.textAt, name.textLength);
  if (team === null) return memberFor(name, false);
  const node = teamNode(team, level + 1);
  return node === null ? null : put(node, Key.Name, textDoc(name, name.textAt, name.textLength));
}

function addCase(cases: Doc, team: Doc, node: Doc | null): void {
  if (node === null) return;
  keepName(node, team);
  addChild(cases, node);
}

function refuseDepth(team: Doc): Doc | null {
  if (fine) {
    complainKey(Message.TeamsTooDeep, team);
    putNumber(levels, false);
  }
  return nothing();
}

function nothing(): Doc | null {
  fine = false;
  return null;
}
