/** CPU time of this process, all threads, in microseconds. */
export function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Rounds of the same thing. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

export function spreadOf(rounds: readonly number[]): Spread {
  const sorted = [...rounds].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted[sorted.length - 1] };
}

export function scaled(spread: Spread, by: number): Spread {
  return { median: spread.median * by, min: spread.min * by, max: spread.max * by };
}
