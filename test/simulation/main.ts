import { parseArgs } from "node:util";
import { stringify } from "yaml";
import { findCore } from "../../host/core/find-node.ts";
import { type Batch, lightBatch } from "./batch.ts";
import { bugTable, hunt, readBugs } from "./bugs.ts";
import { type Profile, shortest } from "./failing.ts";
import { fullBatch } from "./full/batch.ts";

// npm run simulate -- --seeds N [--seed S] [--profile light|full] [--failures N] [--json]
// npm run simulate -- --bugs [--bug NAME]: plants mistakes in copies of the source, and shows how many seeds it takes to find each

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    seed: { type: "string", default: "0" },
    profile: { type: "string", default: "light" },
    failures: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
    bugs: { type: "boolean", default: false },
    bug: { type: "string" },
  },
});

function summary({ seeds, steps, cpu, definitions, refused, stops }: Batch, from: number): string {
  const ends = Object.entries(stops).map(([stop, times]) => `${stop} ${times}`);
  return [
    `${seeds} seeds from ${from}, ${steps} steps, ${(cpu / 1000).toFixed(1)} s of a core: ${Math.round(seeds / (cpu / 1000))} seeds a second`,
    `${definitions} definitions, ${refused} of them refused`,
    `ends: ${ends.join(", ")}`,
  ].join("\n");
}

function huntBugs(): void {
  const bugs = readBugs().filter(({ name }) => values.bug === undefined || name === values.bug);
  const found = bugs.map((bug) => {
    const result = hunt(bug);
    console.error(`${bug.name}: ${result.seeds === undefined ? "not found" : `${result.seeds} seeds, ${result.invariant}: ${result.message}`}`);
    return result;
  });
  console.log(bugTable(found));
  process.exitCode = found.some(({ seeds }) => seeds === undefined) ? 1 : 0;
}

async function main(): Promise<void> {
  if (values.bugs) return huntBugs();
  const from = Number(values.seed);
  const count = Number(values.seeds);
  const profile = values.profile as Profile;
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(count) || (profile !== "light" && profile !== "full"))
    throw new Error("npm run simulate -- --seeds N [--seed S] [--profile light|full] [--failures N] [--json]");
  const module = await findCore();
  const tell = (done: number) => console.error(`${done} of ${count} seeds`);
  const batch = await (profile === "full" ? fullBatch : lightBatch)(module, from, count, Number(values.failures), tell);
  process.exitCode = batch.failures.length > 0 ? 1 : 0;
  if (values.json) {
    const failures = batch.failures.map(({ seed, after, violation: { invariant, message } }) => ({ seed, after, invariant, message }));
    return console.log(JSON.stringify({ ...batch, failures }));
  }
  console.log(summary(batch, from));
  for (const { seed, violation } of batch.failures) {
    console.log(`\nseed ${seed}: ${violation.invariant}: ${violation.message}`);
    const found = await shortest(module, seed, profile);
    if (found === undefined)
      console.log(`It does not fail in a core of its own: what came before it has left something behind. Take the seeds from ${from} on.`);
    else console.log(`\nThe shortest that fails so: ${found.message}\n\n${stringify(found.definition)}\n${found.trace.join("\n")}`);
  }
}

await main();
