import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../test/fuzz/random.ts";
import { CL100K } from "../../host/tokens/rules.ts";
import { tableOf, Tokens, utf8 } from "./testing.ts";

// Merging against the definition of byte-pair encoding, with vocabularies made up here. Words of a few letters make for long pieces.

type Merges = [string, string][];

let tokens: Tokens;

beforeAll(async () => {
  tokens = await Tokens.compile();
});

/** The definition: of all neighbours that make a token the one of the lowest rank first, from the left. */
function split(text: string, ranks: ReadonlyMap<string, number>): string[] {
  const parts = [...text];
  while (true) {
    let best = -1;
    let lowest = Number.POSITIVE_INFINITY;
    for (let i = 0; i + 1 < parts.length; i++) {
      const rank = ranks.get(parts[i] + parts[i + 1]) ?? Number.POSITIVE_INFINITY;
      if (rank < lowest) [best, lowest] = [i, rank];
    }
    if (best < 0) return parts;
    parts.splice(best, 2, parts[best] + parts[best + 1]);
  }
}

function encode(text: string, ranks: ReadonlyMap<string, number>): number[] {
  return split(text, ranks).map((part) => (part.length === 1 ? part.charCodeAt(0) : 256 + (ranks.get(part) as number)));
}

/** Merges as training finds them: the most frequent pair of a random text, again and again. */
function train(text: string, count: number): Merges {
  let parts = [...text];
  const merges: Merges = [];
  while (merges.length < count) {
    const seen = new Map<string, number>();
    for (let i = 0; i + 1 < parts.length; i++) {
      const pair = `${parts[i]}\n${parts[i + 1]}`;
      seen.set(pair, (seen.get(pair) ?? 0) + 1);
    }
    const [best] = [...seen].filter(([pair]) => pair.length <= 128).sort((a, b) => b[1] - a[1])[0] ?? [];
    if (best === undefined) break;
    const [left, right] = best.split("\n");
    merges.push([left, right]);
    const next: string[] = [];
    for (let i = 0; i < parts.length; i++) {
      if (parts[i] === left && parts[i + 1] === right) next.push(left + parts[++i]);
      else next.push(parts[i]);
    }
    parts = next;
  }
  // Two pairs may make one token: only that of its own bytes ever does.
  const ranks = new Map<string, number>();
  return merges.filter(([left, right]) => !ranks.has(left + right) && ranks.set(left + right, ranks.size));
}

const ranksOf = (merges: Merges) => new Map(merges.map(([left, right], rank) => [left + right, rank]));

/** The merges of those tokens that are merged from their own bytes, by the last merge of that. */
function canonical(merges: Merges): Merges {
  for (let now = merges; ; ) {
    const ranks = ranksOf(now);
    const kept = now.filter(([left, right]) => split(left + right, ranks).length === 1);
    if (kept.length === now.length) return now.map(([left, right]) => lastMerge(left + right, ranks));
    now = kept;
  }
}

function lastMerge(token: string, ranks: ReadonlyMap<string, number>): [string, string] {
  const without = new Map(ranks);
  without.delete(token);
  const [left, right] = split(token, without);
  return [left, right];
}

function word(random: Random, letters: number, length: number): string {
  return Array.from({ length }, () => String.fromCharCode(97 + random.below(letters))).join("");
}

describe("merging", () => {
  it.each([1, 2, 3, 4])("is what byte-pair encoding is defined as, vocabulary %i", (seed) => {
    const random = new Random(seed);
    const letters = 1 + (seed % 4);
    const merges = canonical(train(word(random, letters, 3000), 150));
    const ranks = ranksOf(merges);
    expect(tokens.load(tableOf(merges, { rules: CL100K }))).toBe(0);
    for (let i = 0; i < 800; i++) {
      const text = word(random, letters + (i % 2), random.below(i % 10 === 0 ? 400 : 40));
      const expected = encode(text, ranks);
      const bytes = utf8(text);
      expect(tokens.encode(bytes), text).toEqual(expected);
      expect(tokens.count(bytes), text).toBe(expected.length);
      expect(new TextDecoder().decode(tokens.decode(expected))).toBe(text);
      expect(tokens.fits(bytes, expected.length)).toBe(true);
      if (expected.length > 0) expect(tokens.fits(bytes, expected.length - 1)).toBe(false);
    }
  });

  it.each([1, 2, 3, 4])("holds where tokens are made of later ones, vocabulary %i", (seed) => {
    const random = new Random(seed + 100);
    const letters = 2 + (seed % 3);
    // Some merges of a trained vocabulary change places.
    const mixed = train(word(random, letters, 2000), 100);
    for (let i = 0; i < 25; i++) {
      const [a, b] = [random.below(mixed.length), random.below(mixed.length)];
      [mixed[a], mixed[b]] = [mixed[b], mixed[a]];
    }
    const merges = canonical(mixed);
    const ranks = ranksOf(merges);
    const late = merges.filter(([left, right], rank) => (ranks.get(left) ?? -1) > rank || (ranks.get(right) ?? -1) > rank);
    expect(late.length).toBeGreaterThan(0);
    expect(tokens.load(tableOf(merges, { rules: CL100K }))).toBe(0);
    for (let i = 0; i < 800; i++) {
      const text = word(random, letters, random.below(i % 10 === 0 ? 300 : 50));
      const expected = encode(text, ranks);
      expect(tokens.encode(utf8(text)), text).toEqual(expected);
      expect(tokens.count(utf8(text)), text).toBe(expected.length);
    }
  });
});
