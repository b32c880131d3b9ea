import { type Spread, spreadOf } from "./cpu.ts";
import type { ContenderProcess } from "./process.ts";
import type { Work } from "./work.ts";

const ROUNDS = 5;
/** CPU microseconds: to warm up, and of one round. */
const WARM = 600_000;
const ROUND = 100_000;
/** A round that takes longer than this is repeated less. */
const SLOW = 600_000;

/** CPU microseconds a run, of each by its name: rounds taken in turn, so that whatever else the machine does meets them all alike. */
export async function measureAll(contenders: readonly ContenderProcess[], work: Work, together: number): Promise<Map<string, Spread>> {
  const sizes = new Map<ContenderProcess, number>();
  for (const contender of contenders) {
    await contender.prepare(work);
    let runs = together;
    for (let warm = 0; warm < WARM; ) {
      const { cpu } = await contender.measure(work, runs, together);
      warm += cpu;
      const perRun = Math.max(cpu / runs, 0.01);
      sizes.set(contender, Math.max(together, Math.round(ROUND / perRun / together) * together));
      runs = Math.max(together, Math.min(sizes.get(contender) ?? 1, runs * 8));
    }
  }
  const rounds = new Map(contenders.map((contender) => [contender, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const contender of contenders) {
      const runs = sizes.get(contender) ?? 1;
      const done = rounds.get(contender) ?? [];
      if (done.length >= 2 && done[0] * runs > SLOW) continue;
      done.push((await contender.measure(work, runs, together)).cpu / runs);
    }
  }
  return new Map([...rounds].map(([{ name }, done]) => [name, spreadOf(done)]));
}
