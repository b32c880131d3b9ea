import { JsonKind } from "../json/node";
import { readJson } from "../json/reader";
import { words } from "../kernel/emit";
import { Run } from "../kernel/run";
import { newText, textBytes, textLength } from "../kernel/text";
import { scratch } from "../memory/scratch";
import { enterAgent } from "./agent";
import { succeed } from "./end";
import { InstanceFlag, instanceAt, termOf } from "./instance";
import { open, passUp } from "./step";
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
  if (term.rerank == NO_TERM) return succeed(run, ref);
  words.clear().ascii('{"query":').json(textBytes(run, instance.input), textLength(run, instance.input)).ascii(',"documents":');
  putValue(words, textBytes(run, instance.output), textLength(run, instance.output));
  words.byte(0x7d);
  open(run, ref, term.rerank, 0, newText(run, words.at, words.length), 0);
}

export function retrieveKid(run: Run, ref: u32, kid: u32): void {
  const ended = instanceAt(run, kid);
  if (ended.has(InstanceFlag.Failed) || !isList(textBytes(run, ended.output), textLength(run, ended.output))) return succeed(run, ref);
  passUp(run, ref, kid);
}

function isList(at: usize, length: u32): bool {
  scratch.free();
  const root = readJson(scratch, at, length).root;
  return root !== null && root.kind == JsonKind.Array;
}
