import { JoinPlan } from "../join/plan";
import { JsonKind, JsonNode } from "../json/node";
import { readJson } from "../json/reader";
import { writeJson } from "../json/writer";
import { words } from "../kernel/emit";
import { Run } from "../kernel/run";
import { dropText, newText, textBytes, textLength } from "../kernel/text";
import { scratch } from "../memory/scratch";
import { enterAgent } from "./agent";
import { succeed } from "./end";
import { InstanceFlag, instanceAt, termOf } from "./instance";
import { open, takeOutput } from "./step";
import { NO_TERM } from "./term";
import { putValue } from "./value";

// Documents for the input. What was found may be ordered by another agent, which is given {"query", "documents"}; one that fails, or that gives
// no list, leaves the order as it was.

export function enterRetrieve(run: Run, ref: u32): void {
  enterAgent(run, ref);
}

/** The activation has answered; its documents are the instance's output. */
export function documentsAt(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  if (term.rerank == NO_TERM) succeed(run, ref);
  else orderAgain(run, ref, instance.input);
}

/** Gives the instance's output to the agent that orders documents. */
export function orderAgain(run: Run, ref: u32, query: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  words.clear().ascii('{"query":').json(textBytes(run, query), textLength(run, query)).ascii(',"documents":');
  putValue(words, textBytes(run, instance.output), textLength(run, instance.output));
  words.byte(0x7d);
  open(run, ref, term.rerank, 0, newText(run, words.at, words.length), 0);
}

export function retrieveKid(run: Run, ref: u32, kid: u32): void {
  const ended = instanceAt(run, kid);
  if (!ended.has(InstanceFlag.Failed) && listAt(run, ended.output) !== null) {
    const instance = instanceAt(run, ref);
    dropText(run, instance.output);
    instance.output = takeOutput(ended);
  }
  cut(run, ref);
  succeed(run, ref);
}

function listAt(run: Run, text: u32): JsonNode | null {
  scratch.free();
  const root = readJson(scratch, textBytes(run, text), textLength(run, text)).root;
  return root !== null && root.kind == JsonKind.Array ? root : null;
}

/** No more of the documents than a join keeps. */
function cut(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  const join = changetype<JoinPlan>(termOf(run, instance).join);
  if (!changetype<usize>(join) || !join.topK) return;
  const list = listAt(run, instance.output);
  if (list === null || list.count <= join.topK) return;
  words.clear().byte(0x5b);
  let left = join.topK;
  for (let each = list.first; left; left--, each = each.next) {
    writeJson(words, each);
    if (left > 1) words.byte(0x2c);
  }
  dropText(run, instance.output);
  instance.output = newText(run, words.byte(0x5d).at, words.length);
}
