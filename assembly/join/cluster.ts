import { ratio } from "../agents/ratio";
import { scratch } from "../memory/scratch";
import { Builder } from "../text/builder";
import { alikeParts, comparedBytes } from "./alike";
import { ONE, Parts, partAt } from "./parts";

// Parts that are much alike, together: one after the other, in declared order, joins the first cluster to whose members it is alike enough in
// the mean, or opens one.

/** Of clusters, by number: how many members, and how alike all pairs of them are together. */
@unmanaged
export class Cluster {
  count: u32;
  pairs: i64;
}

/** Cluster[] of as many as it says in `clusterCount`; each part gets the number of its own. Parts that are the same as another are passed over. */
export function cluster(parts: Parts): usize {
  const most = comparedBytes(parts);
  const clusters = scratch.allocate(parts.count * offsetof<Cluster>());
  const sums = scratch.allocate(parts.count << 3);
  clusterCount = 0;
  for (let i: u32 = 0; i < parts.count; i++) {
    const part = partAt(parts, i);
    if (part.same != i) {
      part.cluster = partAt(parts, part.same).cluster;
      continue;
    }
    memory.fill(sums, 0, clusterCount << 3);
    for (let k: u32 = 0; k < i; k++) {
      if (partAt(parts, k).same != k) continue;
      const sum = sums + (partAt(parts, k).cluster << 3);
      store<i64>(sum, load<i64>(sum) + alikeParts(parts, k, i, most));
    }
    let own: u32 = 0;
    while (own < clusterCount && load<i64>(sums + (own << 3)) < parts.join.similarity * clusterAt(clusters, own).count) own++;
    if (own == clusterCount) clusterCount++;
    const joined = clusterAt(clusters, own);
    joined.pairs += load<i64>(sums + (own << 3));
    joined.count++;
    part.cluster = own;
  }
  return clusters;
}

export let clusterCount: u32 = 0;

export function clusterAt(clusters: usize, index: u32): Cluster {
  return changetype<Cluster>(clusters + index * offsetof<Cluster>());
}

/** As a list in JSON: who is in each, and how alike its members are in the mean. */
export function writeClusters(to: Builder, parts: Parts, clusters: usize): void {
  to.byte(0x5b);
  for (let i: u32 = 0; i < clusterCount; i++) {
    const each = clusterAt(clusters, i);
    to.ascii(i ? ',{"sources":[' : '{"sources":[');
    let more = false;
    for (let k: u32 = 0; k < parts.count; k++) {
      const part = partAt(parts, k);
      if (part.cluster != i) continue;
      if (more) to.byte(0x2c);
      more = true;
      to.json(part.name, part.nameLength);
    }
    const pairs = (<i64>each.count * (each.count - 1)) >> 1;
    to.ascii('],"similarity":')
      .decimal(pairs ? ratio(each.pairs, pairs * ONE) : ONE)
      .byte(0x7d);
  }
  to.byte(0x5d);
}
