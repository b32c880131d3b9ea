import { agentPlanAt } from "../definition/plan";
import { JsonKind, JsonNode } from "../json/node";
import { fitsUnits, toUnits } from "../json/decimal";
import { memberNamed } from "../json/members";
import { readJson } from "../json/reader";
import { writeJson } from "../json/writer";
import { activationAt } from "../kernel/activation";
import { dispatch } from "../kernel/attempt";
import { EffectKind, effectAt, freeEffect, newEffect } from "../kernel/effect";
import { Run } from "../kernel/run";
import { finishWith, unlinkEffect } from "../kernel/think";
import { SearchPlan, NO_MINIMUM } from "../flow/search";
import { termAt } from "../flow/term";
import { rerankDocuments } from "../join/documents";
import { scratch } from "../memory/scratch";
import { newBuilder } from "../text/builder";
import { textBytes, textLength } from "../kernel/text";

// A query in, documents out: one effect, and what a store gives too much is cut here, so that it is the same of every store.

const found = newBuilder();
const ordered = newBuilder();

export function beginRetrieve(run: Run, ref: u32): void {
  const effect = newEffect(run, EffectKind.Search, activationAt(run, ref).agent, ref);
  activationAt(run, ref).effects = effect;
  dispatch(run, effect);
}

/** What an activation searches: as its term says, else as its agent does. */
export function searchOf(run: Run, ref: u32): SearchPlan {
  const activation = activationAt(run, ref);
  if (activation.term) {
    const search = termAt(run.plan.flow, activation.term - 1).search;
    if (search) return changetype<SearchPlan>(search);
  }
  return agentPlanAt(run.plan, activation.agent).search;
}

/** Documents as the store gave them. False: they are none. */
export function documentsFound(run: Run, effectRef: u32, at: usize, length: u32): bool {
  const ref = effectAt(run, effectRef).activation;
  const activation = activationAt(run, ref);
  const search = searchOf(run, ref);
  scratch.free();
  const root = readJson(scratch, at, length).root;
  if (root === null || root.kind != JsonKind.Array) return false;
  unlinkEffect(run, activation, effectRef);
  freeEffect(run, effectRef);
  write(root, search);
  if (search.rerank && rerankDocuments(ordered.clear(), found.at, found.length, textBytes(run, activation.input), textLength(run, activation.input))) {
    finishWith(run, ref, ordered, null);
  } else finishWith(run, ref, found, null);
  return true;
}

/** The first that are near enough, as many as are wanted, into `found`. */
function write(list: JsonNode, search: SearchPlan): void {
  let count: u32 = 0;
  found.clear().byte(0x5b);
  for (let each = list.first; changetype<usize>(each) && count < search.topK; each = each.next) {
    if (each.kind != JsonKind.Object || !isNear(each, search.minScore)) continue;
    if (count++) found.byte(0x2c);
    writeJson(found, each);
  }
  found.byte(0x5d);
}

function isNear(document: JsonNode, least: i64): bool {
  if (least == NO_MINIMUM) return true;
  const score = memberNamed(document, "score");
  return score !== null && score.kind == JsonKind.Number && fitsUnits(score.at, score.length) && toUnits(score.at, score.length) >= least;
}
