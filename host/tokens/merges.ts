import { TokenizerRefused } from "../errors.ts";
import { PairTable } from "./pair-table.ts";

/** A token, and the two that it is merged from. */
export interface Merge {
  readonly token: string;
  readonly left: string;
  readonly right: string;
}

/** A vocabulary, sorted by how its tokens come about. A token is a string of one character a byte. */
export interface Merges {
  /** The single bytes, by id. */
  readonly bytes: readonly string[];
  /** What merges make, in the order of their ranks. */
  readonly pairs: readonly Merge[];
  /** What no merge makes. */
  readonly rest: readonly string[];
}

/**
 * Finds, for each token, the one merge by which it comes about: the last one when its bytes are merged by themselves. A file may list other
 * merges of the same token; they never happen, because what stands between two borders is merged as if it were alone.
 * @throws TokenizerRefused if a merge joins what is no token
 */
export function canonicalMerges(ids: ReadonlyMap<string, number>, merges: readonly (readonly [string, string])[]): Merges {
  const bytes = [...ids.keys()].filter((token) => token.length === 1).sort((a, b) => (ids.get(a) as number) - (ids.get(b) as number));
  if (bytes.length !== 256) throw broken(`it has tokens for ${bytes.length} bytes, not for 256`);
  const idOf = (token: string) => {
    const id = ids.get(token);
    if (id === undefined) throw broken(`a merge is of ${token}, which is no token`);
    return id;
  };
  const made = new PairTable(merges.length);
  const targets = new Set<string>();
  merges.forEach(([left, right], rank) => {
    const whole = left + right;
    made.add(idOf(left), idOf(right), rank, idOf(whole));
    targets.add(whole);
  });
  const spelled = new Map([...ids].map(([token, id]) => [id, token]));
  const pairs: (Merge & { rank: number })[] = [];
  const rest: string[] = [];
  for (const token of ids.keys()) {
    if (token.length === 1) continue;
    const last = targets.has(token) ? lastMerge(Array.from(token, idOf), made) : undefined;
    if (last === undefined) rest.push(token);
    else pairs.push({ token, left: spelled.get(last.left) as string, right: spelled.get(last.right) as string, rank: last.rank });
  }
  pairs.sort((a, b) => a.rank - b.rank);
  return { bytes, pairs, rest };
}

/** Merges until one token is left; undefined: more are. */
function lastMerge(parts: number[], made: PairTable): { left: number; right: number; rank: number } | undefined {
  const ranks: number[] = [];
  for (let i = 0; i + 1 < parts.length; i++) ranks.push(made.rank(parts[i], parts[i + 1]));
  while (true) {
    let best = -1;
    for (let i = 0; i < ranks.length; i++) if (ranks[i] >= 0 && (best < 0 || ranks[i] < ranks[best])) best = i;
    if (best < 0) return undefined;
    const [left, right] = [parts[best], parts[best + 1]];
    if (parts.length === 2) return { left, right, rank: ranks[best] };
    parts.splice(best, 2, made.made(left, right));
    ranks.splice(best, 1);
    if (best > 0) ranks[best - 1] = made.rank(parts[best - 1], parts[best]);
    if (best < ranks.length) ranks[best] = made.rank(parts[best], parts[best + 1]);
  }
}

function broken(why: string): TokenizerRefused {
  return new TokenizerRefused(`This tokenizer cannot be counted by: ${why}.`);
}
