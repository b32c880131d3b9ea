import { cpuMicros } from "../cpu.ts";
import { check, effectsOf, type Orchestration, Witness, type Work } from "../work.ts";

/** Does a piece of work once, and gives the text it came to. */
export type Once = () => PromiseLike<string>;

/** Sets a piece of work up, its fake models and tools answering through the witness. */
export type Contender<W extends Work> = (work: W, witness: Witness) => Promise<Once> | Once;

/** What the bench asks of a contender's process. */
export type Request =
  | { ask: "prepare"; work: Work }
  /** Does it `runs` times, one after the other or `together` at once. */
  | { ask: "measure"; work: Work; runs: number; together: number };

/** CPU time in microseconds, and resident bytes after it. */
export type Reply = { cpu: number; resident: number } | { error: string };

/** The contender's side: waits for requests of the bench, its parent process. */
export function serve<W extends Work = Orchestration>(contender: Contender<W>): void {
  const prepared = new Map<string, { once: Once; witness: Witness }>();
  const handle = async (request: Request): Promise<Reply> => {
    const { work } = request;
    const key = JSON.stringify(work);
    let ready = prepared.get(key);
    if (ready === undefined) {
      const witness = new Witness();
      prepared.set(key, (ready = { witness, once: await contender(work as W, witness) }));
    }
    if (request.ask === "prepare") return { cpu: await measure(work, ready.once, ready.witness, 1, 1), resident: 0 };
    const cpu = await measure(work, ready.once, ready.witness, request.runs, request.together);
    return { cpu, resident: process.memoryUsage.rss() };
  };
  process.on("message", (request: Request) => {
    handle(request).then(
      (reply) => process.send?.(reply),
      (error: unknown) => process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.send?.({ cpu: 0, resident: 0 });
}

async function measure(work: Work, once: Once, witness: Witness, runs: number, together: number): Promise<number> {
  const before = witness.effects;
  const start = cpuMicros();
  if (together === 1) for (let i = 0; i < runs; i++) check(work, await once());
  else {
    for (let done = 0; done < runs; done += together) {
      const texts: PromiseLike<string>[] = [];
      for (let i = 0; i < together; i++) texts.push(once());
      for (const text of await Promise.all(texts)) check(work, text);
    }
  }
  const cpu = cpuMicros() - start;
  const effects = witness.effects - before;
  const all = Math.ceil(runs / together) * together * effectsOf(work);
  if (effects !== all) throw new Error(`${JSON.stringify(work)}: ${effects} effects instead of ${all}`);
  return cpu;
}
