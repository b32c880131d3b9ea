import { JoinStrategy } from "../definition/table";
import { ratio } from "../agents/ratio";
import { scratch } from "../memory/scratch";
import { hashBytes } from "../text/hash";
import { sameBytes } from "../text/slice";
import { ONE, Part, Parts, partAt } from "./parts";

// Votes, in whole numbers. Every tie falls to the part that was declared first.

/** The part that wins; of a vote that is not unanimous the first that disagrees with the first. */
export let winner: u32 = 0;
/** How many low bits of weights do not count, so that no sum is too large for `ratio`. */
let shift: i64 = 0;

/** The winner's share of votes or weight, in units of 10⁻⁹; -1: not unanimous. There is at least one part. */
export function vote(parts: Parts, strategy: u32): i64 {
  tally(parts);
  winner = 0;
  // Alone it wins, however little it weighs.
  if (parts.count == 1) return ONE;
  switch (<JoinStrategy>strategy) {
    case JoinStrategy.VotingUnanimous:
      winner = firstDissenter(parts);
      return winner ? -1 : ONE;
    case JoinStrategy.VotingWeighted:
      winner = byWeight(parts);
      return ratio(partAt(parts, winner).sumWeight, total(parts, true));
    case JoinStrategy.VotingConfidence: {
      const surest = byConfidence(parts);
      winner = partAt(parts, surest).first;
      return min(ONE, ratio(<i64>parts.count * partAt(parts, surest).confidence, total(parts, false)));
    }
    default:
      winner = byCount(parts);
      return ratio(partAt(parts, winner).count, parts.count);
  }
}

/** What a part weighs in a vote. */
function weightOf(part: Part): i64 {
  return (part.weighted ? part.weight : part.confidence) >> shift;
}

/** Gives each part the first one that says the same, found by a table of twice as many places. */
export function findFirst(parts: Parts): void {
  const mask = ((<u32>2) << (32 - clz(parts.count))) - 1;
  const table = scratch.allocate((mask + 1) << 2);
  for (let i: u32 = 0; i < parts.count; i++) partAt(parts, i).first = placeOf(parts, partAt(parts, partAt(parts, i).same), i, table, mask);
}

function tally(parts: Parts): void {
  findFirst(parts);
  let most: i64 = 0;
  for (let i: u32 = 0; i < parts.count; i++) if (partAt(parts, i).weighted) most = max(most, partAt(parts, i).weight);
  shift = 0;
  while (most >> shift >= ((<i64>1) << 58) / parts.count) shift++;
  for (let i: u32 = 0; i < parts.count; i++) {
    const part = partAt(parts, i);
    if (part.first == i) {
      part.count = 0;
      part.sumConfidence = 0;
      part.sumWeight = 0;
    }
    const first = partAt(parts, part.first);
    first.count++;
    first.sumConfidence += part.confidence;
    first.sumWeight += weightOf(part);
  }
}

/** The first part with this one's answer: `own` if there is none yet. */
function placeOf(parts: Parts, part: Part, own: u32, table: usize, mask: u32): u32 {
  let place = <u32>hashBytes(0, part.folded, part.foldedLength) & mask;
  for (;;) {
    const taken = load<u32>(table + (place << 2));
    if (!taken) break;
    const other = partAt(parts, partAt(parts, taken - 1).same);
    if (sameBytes(other.folded, other.foldedLength, part.folded, part.foldedLength)) return taken - 1;
    place = (place + 1) & mask;
  }
  store<u32>(table + (place << 2), own + 1);
  return own;
}

/** Most votes; of equally many the higher mean confidence. */
function byCount(parts: Parts): u32 {
  let best: u32 = 0;
  for (let i: u32 = 1; i < parts.count; i++) {
    const part = partAt(parts, i);
    const leader = partAt(parts, best);
    if (part.first != i || part.count < leader.count) continue;
    if (part.count > leader.count || part.sumConfidence > leader.sumConfidence) best = i;
  }
  return best;
}

function byWeight(parts: Parts): u32 {
  let best: u32 = 0;
  for (let i: u32 = 1; i < parts.count; i++) {
    const part = partAt(parts, i);
    if (part.first == i && part.sumWeight > partAt(parts, best).sumWeight) best = i;
  }
  return best;
}

/** The surest part. */
export function byConfidence(parts: Parts): u32 {
  let best: u32 = 0;
  for (let i: u32 = 1; i < parts.count; i++) if (partAt(parts, i).confidence > partAt(parts, best).confidence) best = i;
  return best;
}

/** The part of most weight. */
export function heaviest(parts: Parts): u32 {
  let best: u32 = 0;
  for (let i: u32 = 1; i < parts.count; i++) if (partAt(parts, i).weight > partAt(parts, best).weight) best = i;
  return best;
}

function firstDissenter(parts: Parts): u32 {
  for (let i: u32 = 1; i < parts.count; i++) if (partAt(parts, i).first) return i;
  return 0;
}

function total(parts: Parts, weights: bool): i64 {
  let sum: i64 = 0;
  for (let i: u32 = 0; i < parts.count; i++) sum += weights ? weightOf(partAt(parts, i)) : partAt(parts, i).confidence;
  return sum;
}
