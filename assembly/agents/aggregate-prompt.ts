import { JoinStrategy } from "../definition/table";
import { activationAt } from "../kernel/activation";
import { Run } from "../kernel/run";
import { textBytes, textLength } from "../kernel/text";
import { addUser, clearTurns, setSchema, setSystem } from "../kernel/think";
import { cluster } from "../join/cluster";
import { Part, Parts, partAt } from "../join/parts";
import { scratch } from "../memory/scratch";
import { sortAddresses } from "../memory/sort";
import { Gap, Prompt } from "../prompts/table";
import { clearGaps, setGap, writePrompt } from "../prompts/write";
import { Builder, newBuilder } from "../text/builder";
import { beginSystem, schema, system } from "./asking";
import { TEXT, beginObject, endObject, field } from "./schemas";

// What a model is shown of the parts that are to become one.

const shown = newBuilder();
const piece = newBuilder();
const name = newBuilder();

/** A fresh question: the system text, and what is shown, to which more may be added before `askWith`. */
export function beginQuestion(run: Run, ref: u32, prompt: u32): Builder {
  clearTurns(run, ref);
  beginSystem(run, ref);
  system.clear();
  writePrompt(system, run.plan, activationAt(run, ref).agent, prompt);
  setSystem(run, ref, system);
  setSchema(run, ref, schema.clear());
  return shown.clear();
}

/** The answer is to be a verdict. */
export function wantVerdict(run: Run, ref: u32): void {
  beginObject(schema);
  field(schema, "topic").ascii(TEXT);
  field(schema, "resolution").ascii(TEXT);
  field(schema, "reasoning").ascii(TEXT);
  endObject(schema);
  setSchema(run, ref, schema);
}

export function endQuestion(run: Run, ref: u32): void {
  addUser(run, ref, shown);
}

/** All parts, each that says the same as another only once: by cluster or by falling weight where the strategy wants that. */
export function showParts(run: Run, ref: u32, parts: Parts): void {
  const strategy = <JoinStrategy>parts.join.strategy;
  const sorted = scratch.allocate(parts.count << 2);
  let count: u32 = 0;
  if (strategy == JoinStrategy.Semantic) cluster(parts);
  for (let i: u32 = 0; i < parts.count; i++) {
    if (partAt(parts, i).same == i) store<Part>(sorted + (count++ << 2), partAt(parts, i));
  }
  const order =
    strategy == JoinStrategy.Weighted
      ? sortAddresses(scratch, sorted, count, byWeight)
      : strategy == JoinStrategy.Semantic
        ? sortAddresses(scratch, sorted, count, byCluster)
        : sorted;
  for (let i: u32 = 0; i < count; i++) {
    const part = load<Part>(order + (i << 2));
    if (strategy == JoinStrategy.Semantic && (!i || part.cluster != load<Part>(order + ((i - 1) << 2)).cluster)) {
      clearGaps();
      piece.clear().integer(part.cluster + 1);
      setGap(Gap.Number, piece.at, piece.length);
      separate();
      writePrompt(shown, run.plan, activationAt(run, ref).agent, Prompt.AggregateCluster);
    }
    showPart(run, ref, parts, part);
  }
}

function byWeight(a: usize, b: usize): i32 {
  const one = changetype<Part>(a).weight;
  const other = changetype<Part>(b).weight;
  return one > other ? -1 : <i32>(one < other);
}

function byCluster(a: usize, b: usize): i32 {
  return <i32>changetype<Part>(a).cluster - <i32>changetype<Part>(b).cluster;
}

/** One part, under the names of all whose it is. */
export function showPart(run: Run, ref: u32, parts: Parts, part: Part): void {
  clearGaps();
  name.clear();
  for (let i = part.same; i < parts.count; i++) {
    const other = partAt(parts, i);
    if (other.same != part.same) continue;
    if (name.length) name.ascii(", ");
    name.bytes(other.name, other.nameLength);
  }
  setGap(Gap.Name, name.at, name.length);
  setGap(Gap.Input, part.text, part.length);
  if (parts.join.strategy == <u8>JoinStrategy.Weighted) {
    piece.clear().decimal(part.weight);
    setGap(Gap.Weight, piece.at, piece.length);
  }
  separate();
  writePrompt(shown, run.plan, activationAt(run, ref).agent, Prompt.AggregateInput);
}

/** A text as it is. */
export function showText(run: Run, text: u32): void {
  separate();
  shown.bytes(textBytes(run, text), textLength(run, text));
}

/** The text that was made of the parts. */
export function showResult(run: Run, ref: u32, text: u32): void {
  clearGaps();
  setGap(Gap.Input, textBytes(run, text), textLength(run, text));
  separate();
  writePrompt(shown, run.plan, activationAt(run, ref).agent, Prompt.AggregateResult);
}

function separate(): void {
  if (shown.length) shown.ascii("\n\n");
}
