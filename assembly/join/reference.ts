// Votes and fusion as plainly as they can be said, for comparison with the core's. Fractions are exact.

export interface Ballot {
  answer: string;
  /** From 0 to 1, in thousandths. */
  confidence: number;
  /** In thousandths; absent: its confidence. */
  weight?: number;
}

const ONE = 1_000_000_000n;

/** part / whole in units of 10⁻⁹, rounded half to even. */
export function share(part: bigint, whole: bigint): number {
  if (whole === 0n) return 0;
  const scaled = part * ONE;
  const twice = (scaled % whole) * 2n;
  const down = scaled / whole;
  return Number(twice > whole || (twice === whole && down % 2n === 1n) ? down + 1n : down) / 1e9;
}

const fold = (text: string) => text.trim().toLowerCase().replace(/\s+/g, " ");

/** The winner's place and the agreement; for a vote that is not unanimous, the dissenter's and none. */
export function vote(strategy: "majority" | "unanimous" | "weighted" | "confidence", ballots: Ballot[]): { place: number; agreement?: number } {
  const same = (a: Ballot, b: Ballot) => fold(a.answer) === fold(b.answer);
  const first = (ballot: Ballot) => ballots.findIndex((other) => same(other, ballot));
  const of = (place: number) => ballots.filter((ballot) => same(ballot, ballots[place] as Ballot));
  const sum = (list: Ballot[], what: (ballot: Ballot) => number) => list.reduce((all, each) => all + what(each), 0);
  const confidence = (ballot: Ballot) => ballot.confidence;
  const weight = (ballot: Ballot) => ballot.weight ?? ballot.confidence;
  if (ballots.length === 1) return { place: 0, agreement: 1 };
  const places = ballots.map(first).filter((place, i) => place === i);
  // Sorting keeps the order of equals: the first declared stays first.
  const best = (better: (a: number, b: number) => number) => [...places].sort(better)[0] as number;
  switch (strategy) {
    case "majority": {
      const place = best((a, b) => of(b).length - of(a).length || sum(of(b), confidence) / of(b).length - sum(of(a), confidence) / of(a).length);
      return { place, agreement: share(BigInt(of(place).length), BigInt(ballots.length)) };
    }
    case "unanimous":
      return places.length === 1 ? { place: 0, agreement: 1 } : { place: places[1] as number };
    case "weighted": {
      const place = best((a, b) => sum(of(b), weight) - sum(of(a), weight));
      return { place, agreement: share(BigInt(sum(of(place), weight)), BigInt(sum(ballots, weight))) };
    }
    case "confidence": {
      const surest = [...ballots].sort((a, b) => b.confidence - a.confidence)[0] as Ballot;
      const agreement = share(BigInt(ballots.length * surest.confidence), BigInt(sum(ballots, confidence)));
      return { place: first(surest), agreement: Math.min(1, agreement) };
    }
  }
}

/** Ids in the order of Σ weight ÷ (k + rank), rounded half up to nine digits; weights in thousandths. Ties by first list, then rank. */
export function fuse(lists: { weight: number; ids: string[] }[], k: number): { id: string; score: number }[] {
  const found = new Map<string, { top: bigint; bottom: bigint }>();
  for (const { weight, ids } of lists) {
    for (const id of new Set(ids)) {
      const { top, bottom } = found.get(id) ?? { top: 0n, bottom: 1n };
      const below = BigInt(k + ids.indexOf(id) + 1) * 1000n;
      found.set(id, { top: top * below + BigInt(weight) * bottom, bottom: bottom * below });
    }
  }
  return [...found].map(([id, { top, bottom }]) => ({ id, score: Number((top * 2n * ONE + bottom) / (bottom * 2n)) / 1e9 })).sort((a, b) => b.score - a.score);
}
