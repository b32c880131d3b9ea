import { NOT_FOUND } from "../definition/plan";
import { Decide, Term } from "../flow/term";
import { extractJson } from "../json/extract";
import { member, memberNamed } from "../json/members";
import { JsonKind, JsonNode } from "../json/node";
import { writeJson } from "../json/writer";
import { scratch } from "../memory/scratch";
import { Builder } from "../text/builder";
import { isWord } from "../text/slice";
import { choiceAt, choiceCount, findChoice } from "./choices";
import { addError, flagIn, shareIn, textIn } from "./fields";
import { FLAG, NUMBER, TEXT, beginObject, endObject, field, pairs } from "./schemas";
import { Verdict, answer, meta, noObject, outside } from "./verdict";

// What each kind of decision asks for and how its answer is read: into `answer` and `meta`, or into `errors`.

const OBJECT: u32 = 0x7b;
const ARRAY: u32 = 0x5b;
/** Entries of a list that count. */
const LISTED: u32 = 10_000;

export function writeSchema(to: Builder, decide: Decide): void {
  to.clear();
  beginObject(to);
  switch (decide) {
    case Decide.Next:
      // No choice of members only: nobody is one, too.
      field(to, "next").ascii(TEXT);
      field(to, "task").ascii(TEXT);
      field(to, "reasoning").ascii(TEXT);
      field(to, "done").ascii(FLAG);
      break;
    case Decide.Assign:
      pairs(field(to, "assignments"), "member", "task", TEXT);
      break;
    case Decide.Queries:
      field(to, "queries").ascii('{"type":"array","items":').ascii(TEXT).byte(0x7d);
      break;
    case Decide.Score:
      field(to, "score").ascii(NUMBER);
      field(to, "reasoning").ascii(TEXT);
      break;
    default:
      field(to, "done").ascii(FLAG);
      field(to, "reasoning").ascii(TEXT);
  }
  endObject(to);
}

/** `task` is the whole task, for whoever is not told another. */
export function readDecision(term: Term, at: usize, length: u32, task: usize, taskLength: u32): Verdict {
  const object = extractJson(scratch, at, length, OBJECT);
  switch (<Decide>term.decide) {
    case Decide.Next:
      return object === null ? noObject() : readNext(object);
    case Decide.Assign:
      return readAssignments(object, extractJson(scratch, at, length, ARRAY), task, taskLength);
    case Decide.Queries:
      return readQueries(object, extractJson(scratch, at, length, ARRAY), term.count);
    case Decide.Score:
      return object === null ? noObject() : readScore(object);
    default:
      return object === null ? noObject() : readDone(object);
  }
}

function addReasoning(object: JsonNode): void {
  const reasoning = textIn(object, "reasoning");
  if (reasoning !== null) answer.ascii(',"reasoning":').json(reasoning.at, reasoning.length);
  answer.byte(0x7d);
}

/** Who goes on; nobody, if the work is done. */
function readNext(object: JsonNode): Verdict {
  const name = textIn(object, "next");
  let done = flagIn(object, "done");
  if (name === null && done < 0 && memberNamed(object, "next") === null) {
    addError("next", " is missing");
    return Verdict.Malformed;
  }
  let index: u32 = NOT_FOUND;
  if (name !== null && done <= 0) {
    index = findChoice(name.at, name.length);
    if (index == NOT_FOUND && choiceCount) {
      if (!isWord(name.at, name.length, "done") && !isWord(name.at, name.length, "none")) return outside(name);
      done = 1;
    }
  }
  if (name === null) done = 1;
  answer.ascii('{"next":');
  if (done > 0) answer.ascii('""');
  else if (index != NOT_FOUND) answer.json(choiceAt(index).at, choiceAt(index).length);
  else answer.json(name!.at, name!.length);
  const task = textIn(object, "task");
  if (task !== null && done <= 0) answer.ascii(',"task":').json(task.at, task.length);
  answer.ascii(',"done":').ascii(done > 0 ? "true" : "false");
  addReasoning(object);
  return Verdict.Good;
}

function readScore(object: JsonNode): Verdict {
  const score = shareIn(object, "score");
  if (score < 0) return Verdict.Malformed;
  answer.ascii('{"score":').decimal(score);
  addReasoning(object);
  meta.ascii('{"score":').decimal(score).byte(0x7d);
  return Verdict.Good;
}

function readDone(object: JsonNode): Verdict {
  const done = flagIn(object, "done");
  if (done < 0) {
    addError("done", " is neither true nor false");
    return Verdict.Malformed;
  }
  answer.ascii('{"done":').ascii(done ? "true" : "false");
  addReasoning(object);
  return Verdict.Good;
}

/** A list under its name in the object, else the array that the answer is. */
function listIn(object: JsonNode | null, array: JsonNode | null, name: string): JsonNode | null {
  if (object !== null) {
    const named = memberNamed(object, name);
    if (named !== null) return named.kind == JsonKind.Array ? named : null;
  }
  return array;
}

function readQueries(object: JsonNode | null, array: JsonNode | null, most: u32): Verdict {
  const list = listIn(object, array, "queries");
  let count: u32 = 0;
  answer.byte(0x5b);
  for (let each = list === null ? changetype<JsonNode>(0) : list.first; each && count < most; each = each.next) {
    if (each.kind != JsonKind.String || !each.length) continue;
    if (count++) answer.byte(0x2c);
    answer.json(each.at, each.length);
  }
  answer.byte(0x5d);
  if (count) return Verdict.Good;
  addError("queries", " is no list of texts");
  return Verdict.Malformed;
}

// ---- tasks ----

let tasks: u32 = 0;

/** Tasks in the order of the members, then those of whoever is no member; nobody has one: each gets the whole. */
function readAssignments(object: JsonNode | null, array: JsonNode | null, task: usize, taskLength: u32): Verdict {
  let list = listIn(object, array, "assignments");
  if (list === null && object !== null && isByMember(object)) list = object;
  if (list === null || !isUsable(list)) {
    addError("assignments", ' is no list of objects with "member" and "task"');
    return Verdict.Malformed;
  }
  tasks = 0;
  answer.byte(0x5b);
  for (let i: u32 = 0; i < choiceCount; i++) addTasks(list, i, task, taskLength);
  addTasks(list, NOT_FOUND, task, taskLength);
  if (!tasks) for (let i: u32 = 0; i < choiceCount; i++) addTask(choiceAt(i).at, choiceAt(i).length, null, task, taskLength);
  answer.byte(0x5d);
  return Verdict.Good;
}

/** An object of member -> task. */
function isByMember(object: JsonNode): bool {
  for (let i: u32 = 0; i < choiceCount; i++) if (member(object, choiceAt(i).at, choiceAt(i).length) !== null) return true;
  return false;
}

function isUsable(list: JsonNode): bool {
  if (list.kind == JsonKind.Object) return true;
  for (let each = list.first; each; each = each.next) if (textIn(each, "member") === null) return false;
  return list.count <= LISTED;
}

/** Those of one member, by its place among the choices, or of all who are none. */
function addTasks(list: JsonNode, wanted: u32, task: usize, taskLength: u32): void {
  const byMember = list.kind == JsonKind.Object;
  for (let each = list.first; each; each = each.next) {
    const name = byMember ? each : textIn(each, "member")!;
    const at = byMember ? each.keyAt : name.at;
    const length = byMember ? each.keyLength : name.length;
    const index = findChoice(at, length);
    if (index != wanted) continue;
    const own = byMember ? each : memberNamed(each, "task");
    if (index == NOT_FOUND) addTask(at, length, own, task, taskLength);
    else addTask(choiceAt(index).at, choiceAt(index).length, own, task, taskLength);
  }
}

function addTask(member: usize, memberLength: u32, own: JsonNode | null, task: usize, taskLength: u32): void {
  if (tasks++) answer.byte(0x2c);
  answer.ascii('{"member":').json(member, memberLength).ascii(',"task":');
  if (own === null || own.kind == JsonKind.Null || (own.kind == JsonKind.String && !own.length)) answer.json(task, taskLength);
  else writeJson(answer, own);
  answer.byte(0x7d);
}
