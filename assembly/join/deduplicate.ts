import { Deduplication } from "../definition/table";
import { alikeParts, comparedBytes } from "./alike";
import { Parts, partAt } from "./parts";
import { MOST_WEIGHT, NOTHING, isVote } from "./plan";
import { findFirst } from "./votes";

// Parts that say the same become one, whose sources are all of theirs: in a vote they are votes for one answer, and a model is shown the answer once.

/** Gives each part the first one that it is the same as. */
export function deduplicate(parts: Parts): void {
  const method = parts.join.deduplication;
  if (method == NOTHING) return;
  findFirst(parts);
  const most = comparedBytes(parts);
  for (let i: u32 = 0; i < parts.count; i++) {
    const part = partAt(parts, i);
    part.same = part.first;
    if (method == <u8>Deduplication.Exact || part.first != i) continue;
    for (let k: u32 = 0; k < i; k++) {
      if (partAt(parts, k).same != k || alikeParts(parts, k, i, most) < parts.join.similarity) continue;
      part.same = k;
      break;
    }
  }
  // Those that say exactly what another says are the same as whatever that one is the same as.
  for (let i: u32 = 0; i < parts.count; i++) partAt(parts, i).same = partAt(parts, partAt(parts, i).first).same;
  if (!isVote(parts.join)) settle(parts);
}

/** For a model the first of its kind has the weight of all, and the confidence of the surest. */
function settle(parts: Parts): void {
  for (let i: u32 = 0; i < parts.count; i++) {
    const part = partAt(parts, i);
    if (part.same == i) continue;
    const first = partAt(parts, part.same);
    first.confidence = max(first.confidence, part.confidence);
    first.weight = min(first.weight + part.weight, MOST_WEIGHT);
  }
}
